"""The parts of an expression in the order in which Python evaluates them.

    >>> import gast
    >>> call = gast.parse("f(a, *b, key=c)").body[0].value
    >>> [part.id for part in parts(call)]
    ['a', 'b', 'c']
    >>> rebuilt = with_parts(call, [core.const(1), core.const(2), core.const(3)])
    >>> [part.value for part in parts(rebuilt)], rebuilt.keywords[0].arg
    ([1, 2, 3], 'key')

A callee that is a dotted path is no part of a call; the receiver of a method is one where it is not a path.
Operands that are evaluated in some cases only (those of `and`, `or` and ternaries) are parts like any other here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.syntax import core

# The fields of each kind of expression in the order of evaluation.
FIELDS: dict[type, tuple[str, ...]] = {
    gast.BinOp: ("left", "right"),
    gast.UnaryOp: ("operand",),
    gast.BoolOp: ("values",),
    gast.Compare: ("left", "comparators"),
    gast.IfExp: ("test", "body", "orelse"),
    gast.Subscript: ("value", "slice"),
    gast.Slice: ("lower", "upper", "step"),
    gast.Tuple: ("elts",),
    gast.List: ("elts",),
    gast.Set: ("elts",),
    gast.Starred: ("value",),
    gast.Yield: ("value",),
    gast.JoinedStr: ("values",),
    gast.FormattedValue: ("value", "format_spec"),
}


def parts(node: Any) -> list[Any]:
    """What is evaluated before the expression itself, first to last."""
    match node:
        case gast.Call():
            arguments = [a.value if isinstance(a, gast.Starred) else a for a in node.args]
            return [*_callee(node), *arguments, *(k.value for k in node.keywords)]
        case gast.Dict():
            return [part for pair in zip(node.keys, node.values) for part in pair if part is not None]
        case gast.Attribute():
            return [] if core.path_of(node) else [node.value]
    found: list[Any] = []
    for field in FIELDS.get(type(node), ()):
        value = getattr(node, field)
        found += value if isinstance(value, list) else [value] if value is not None else []
    return found


def with_parts(node: Any, new: Sequence[Any]) -> Any:
    """The expression with other parts; itself where they are the ones that it has."""
    if tree.same(parts(node), new):
        return node
    left = list(new)
    match node:
        case gast.Call():
            return _call(node, left)
        case gast.Dict():
            return _dict(node, left)
        case gast.Attribute():
            return tree.replace(node, value=left[0])
    changes: dict[str, Any] = {}
    for field in FIELDS[type(node)]:
        value = getattr(node, field)
        if isinstance(value, list):
            changes[field], left = left[: len(value)], left[len(value) :]
        elif value is not None:
            changes[field], left = left[0], left[1:]
    return tree.replace(node, **changes)


def _dict(node: Any, new: list[Any]) -> Any:
    keys: list[Any] = [None] * len(node.keys)
    values = list(node.values)
    for k, key in enumerate(node.keys):
        if key is not None:
            keys[k] = new.pop(0)
        values[k] = new.pop(0)
    return tree.replace(node, keys=keys, values=values)


def _callee(node: Any) -> list[Any]:
    if core.path_of(node.func) is not None:
        return []
    return [node.func.value] if isinstance(node.func, gast.Attribute) else [node.func]


def _call(node: Any, new: list[Any]) -> Any:
    func = node.func
    if _callee(node):
        callee = new.pop(0)
        func = tree.replace(func, value=callee) if isinstance(func, gast.Attribute) else callee
    count = len(node.args)
    args = [tree.replace(a, value=n) if isinstance(a, gast.Starred) else n for a, n in zip(node.args, new)]
    keywords = [tree.replace(k, value=n) for k, n in zip(node.keywords, new[count:])]
    return tree.replace(node, func=func, args=args, keywords=keywords)
