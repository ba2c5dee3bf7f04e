"""Lists, sets and dictionaries that are written with `*`, `**` or as a set: statements that fill them.

    >>> from adjoint.normalize.example import show
    >>> def example(fn):
    ...     stmt = fn.tree.body[0]
    ...     return fn.with_body(filled("t", stmt.value, stmt, Scope(fn)))
    >>> show(example, "t = [a, *xs, b]")
    t = [a]
    for item in xs:
        t.append(item)
    t.append(b)
    >>> show(example, "t = {**d, 'k': 1}")
    t = {}
    t.update(d)
    t['k'] = 1
    >>> show(example, "t = (*xs, 1)")
    t = tuple(xs) + (1,)

A starred tuple stays an expression: the parts that it joins are mostly tuples of known length.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import gast

from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def is_filled(node: Any) -> bool:
    """True of a display that becomes statements, or an expression of other ones."""
    match node:
        case gast.Tuple() | gast.List():
            return isinstance(node.ctx, gast.Load) and any(isinstance(e, gast.Starred) for e in node.elts)
        case gast.Dict():
            return None in node.keys
    return isinstance(node, gast.Set)


def filled(name: str, node: Any, stmt: Any, scope: Scope) -> list[Any]:
    """The statements that bind `name` to a display."""
    match node:
        case gast.Tuple():
            return [core.bind(name, joined(node, scope), stmt)]
        case gast.Dict():
            return _dict(name, node, stmt)
        case gast.Set():
            return [core.bind(name, scope.call("set", core.list_(node.elts, node), at=node), stmt)]
    first = next(k for k, e in enumerate(node.elts) if isinstance(e, gast.Starred))
    out = [core.bind(name, core.list_(node.elts[:first], node), stmt)]
    for element in node.elts[first:]:
        out += _appended(name, element, stmt, scope)
    return out


def joined(node: Any, scope: Scope) -> Any:
    """A starred tuple as a sum of tuples."""
    parts: list[Any] = []
    plain: list[Any] = []
    for element in [*node.elts, None]:
        if element is None or isinstance(element, gast.Starred):
            if plain:
                parts.append(core.tuple_(plain, node))
                plain = []
            if element is not None:
                parts.append(_as_tuple(element.value, scope))
        else:
            plain.append(element)
    return reduce(lambda a, b: core.binary(a, gast.Add, b, node), parts)


def _as_tuple(value: Any, scope: Scope) -> Any:
    value = listed(value)
    is_tuple = isinstance(value, gast.Tuple) or (isinstance(value, gast.Attribute) and value.attr == "shape")
    return value if is_tuple else scope.call("tuple", value, at=value)


def _appended(name: str, element: Any, stmt: Any, scope: Scope) -> list[Any]:
    """`*xs` appends each item, anything else itself."""
    append = core.attribute(core.load(name, stmt), "append", stmt)
    if not isinstance(element, gast.Starred):
        return [core.effect(core.call(append, element, at=element), stmt)]
    item = scope.fresh("item")
    body = [core.effect(core.call(append, core.load(item, element), at=element), stmt)]
    return [core.for_(item, listed(element.value), body, stmt)]


def listed(node: Any) -> Any:
    """A generator expression as a list, where all of it is read."""
    return core.place(gast.ListComp(node.elt, node.generators), node) if isinstance(node, gast.GeneratorExp) else node


def _dict(name: str, node: Any, stmt: Any) -> list[Any]:
    out: list[Any] = [core.bind(name, core.place(gast.Dict([], []), node), stmt)]
    pairs: Sequence[tuple[Any, Any]] = list(zip(node.keys, node.values))
    for key, value in pairs:
        if key is None:
            update = core.attribute(core.load(name, stmt), "update", stmt)
            out.append(core.effect(core.call(update, value, at=value), stmt))
        else:
            out.append(core.store_item(name, key, value, stmt))
    return out
