"""Statements for what Python evaluates in some cases only: ternaries, `and`, `or`, chains of comparisons.

>>> import gast
>>> from adjoint.normalize.example import show
>>> def example(fn):
...     stmt = fn.tree.body[0]
...     return fn.with_body(connect("t", stmt.value, stmt))
>>> show(example, "t = a or f(x)")
t = a
if not t:
    t = f(x)
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def choose(stmt: Any) -> Any:
    """`targets = a if test else b` -> `if test: targets = a`, `else: targets = b`."""
    value = stmt.value
    body = tree.replace(stmt, value=value.body)
    orelse = tree.replace(stmt, value=value.orelse, targets=core.copy(stmt.targets))
    return core.if_(value.test, [body], [orelse], stmt)


def effect(stmt: Any) -> list[Any]:
    """`a and f(x)` as a statement -> `if a: f(x)`; a ternary likewise."""
    value = stmt.value
    if isinstance(value, gast.IfExp):
        return [core.if_(value.test, [core.effect(value.body, stmt)], [core.effect(value.orelse, stmt)], stmt)]
    first, *rest = value.values
    later = rest[0] if len(rest) == 1 else tree.replace(value, values=rest)
    test = first if isinstance(value.op, gast.And) else tree.negated(first)
    return [core.if_(test, [core.effect(later, stmt)], (), stmt)]


def connect(name: str, node: Any, stmt: Any) -> list[Any]:
    """`name = a and b and c` -> `name = a`, `if name: name = b; if name: name = c`."""
    first, *rest = node.values
    block = [core.bind(name, first, stmt)]
    if rest:
        later = connect(name, tree.replace(node, values=rest), stmt)
        test = core.load(name, node)
        block.append(core.if_(test if isinstance(node.op, gast.And) else tree.negated(test), later, (), stmt))
    return block


def chain(name: str, node: Any, stmt: Any, scope: Scope) -> list[Any]:
    """`name = a < b < c` -> `name = a < b`, `if name: name = b < c`; each operand is evaluated once."""
    left, (middle, *rest) = node.left, node.comparators
    if not rest:
        return [core.bind(name, node, stmt)]
    out: list[Any] = []
    if not core.is_atom(middle) and not core.is_constant(left) and not _stays(left, middle):
        left = _held(left, out, stmt, scope)
    if not core.is_atom(middle):
        middle = _held(middle, out, stmt, scope)
    first = core.compare(left, node.ops[0], middle, node)
    later = core.place(gast.Compare(core.copy(middle), node.ops[1:], rest), node)
    return [
        *out,
        core.bind(name, first, stmt),
        core.if_(core.load(name, node), chain(name, later, stmt, scope), (), stmt),
    ]


def _stays(left: Any, middle: Any) -> bool:
    return core.is_name(left) and left.id not in tree.bound(middle)


def _held(value: Any, out: list[Any], stmt: Any, scope: Scope) -> Any:
    name = scope.fresh()
    out.append(core.bind(name, value, stmt))
    return core.load(name, value)
