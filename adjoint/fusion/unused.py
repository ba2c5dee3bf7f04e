"""Drop what nobody reads: names of views that loops have seen through, arrays that are only stored into.

    >>> from adjoint.fusion import example
    >>> from adjoint.fusion.lower import lowered
    >>> example.show(lambda fn, context: unused(lowered(fn, context), context), '''
    ... def f(x):
    ...     t = x[1:]
    ...     y = np.exp(t)
    ...     z = y * 2.0
    ...     return y
    ... ''', x="float64 a")
    def f(x):
        y = np.empty(max(x.shape[0] - 1, 0))
        for i in range(x.shape[0] - 1):
            y[i] = exp(x[i + 1])
        return y

Only what passes of fusion made, and the compiler's own temporaries, is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast

from adjoint.fusion.context import Context
from adjoint.normalize import tree
from adjoint.syntax import core


def unused(fn: core.Function, context: Context) -> core.Function:
    """Leave out statements until each has an effect."""
    body = list(fn.tree.body)
    while True:
        reads = Counter(n.id for n in core.walk(*body) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load))
        stores = Counter(name for s in core.statements(body) if (name := _stored(s)) is not None)
        # What is stored into a name that we did not make an array for may be read by way of another.
        dead = {n for n in _droppable(body, context) if reads[n] == (stores[n] if n in context.made else 0)}
        if not dead:
            return context.scope.done(body)
        body = _without(body, dead, context)


def _stored(stmt: Any) -> str | None:
    """The array into which a statement stores; that its name stands there reads nothing."""
    match stmt:
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))]):
            return str(name)
        case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=name))):
            return str(name)
    return None


def _droppable(body: Sequence[Any], context: Context) -> set[str]:
    """Names that are bound by pure expressions alone, and are none of the user's."""
    found: set[str] = set()
    other: set[str] = set()
    for stmt in core.statements(body):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if context.is_pure(stmt.value):
                found.add(name)
            case _:
                other |= core.names_bound(stmt)
    return {n for n in found - other if n in context.made or n in context.fn.temps or n in context.names}


def _without(block: Sequence[Any], dead: set[str], context: Context) -> list[Any]:
    out: list[Any] = []
    for stmt in block:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if name in dead:
                continue
            case _ if _stored(stmt) in dead:
                continue
            case _ if isinstance(stmt, tree.COMPOUND):
                stmt = tree.map_blocks(stmt, lambda inner: _without(inner, dead, context) or [core.pass_()])
                if isinstance(stmt, gast.For) and isinstance(stmt.body[0], gast.Pass) and _is_ours(stmt, context):
                    continue
        out.append(stmt)
    return out


def _is_ours(loop: Any, context: Context) -> bool:
    return core.is_name(loop.target) and loop.target.id in context.sizes
