"""Bring neighbouring loops together that may run as one.

    >>> from adjoint.fusion.example import show
    >>> from adjoint.fusion.lower import lowered
    >>> show(lambda fn, context: joined(lowered(fn, context), context), '''
    ... def f(x):
    ...     y = x * 2.0
    ...     z = np.copy(x)
    ...     z += y
    ...     z[1:] = y[:-1]
    ...     return z
    ... ''', x="float64 a")
    def f(x):
        y = np.empty(x.shape[0])
        z = np.copy(x)
        for i in range(x.shape[0]):
            y[i] = x[i] * 2.0
            z[i] += y[i]
        for i_2 in range(z.shape[0] - 1):
            z[i_2 + 1] = y[i_2]
        return z

Two loops of equally many trips become one where each trip of the second needs nothing that later trips of the first
do, nor the other way round: where both access an array, and one of them writes, an index must be the same in both,
and another in each trip. What stands between them and needs nothing of the first goes ahead of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.fusion.accesses import Access, bound, cells, mentioned, touched, varies_alike, written
from adjoint.fusion.context import Context
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, names_in


def joined(fn: core.Function, context: Context) -> core.Function:
    """Join loops that passes of fusion made, also those inside others."""
    return context.scope.done(_block(fn.tree.body, context))


def _block(block: Sequence[Any], context: Context) -> list[Any]:
    out: list[Any] = []
    for stmt in block:
        if isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
            stmt = tree.map_blocks(stmt, lambda inner: _block(inner, context))
        place = _before(out, context) if _is_ours(stmt, context) else None
        if place is None or not _may_join(out[place], stmt, context):
            out.append(stmt)
            continue
        between = out[place + 1 :]
        comments = [s for s in between if isinstance(s, core.Comment)]
        ahead = [s for s in between if not isinstance(s, core.Comment)]
        if all(_may_pass(s, out[place], context) for s in ahead):
            out[place:] = [*ahead, _together(out[place], stmt, comments, context)]
        else:
            out.append(stmt)
    return out


def _is_ours(stmt: Any, context: Context) -> bool:
    return isinstance(stmt, gast.For) and core.is_name(stmt.target) and stmt.target.id in context.sizes


def _before(out: Sequence[Any], context: Context) -> int | None:
    """The place of the last loop, if only what may be moved has come since."""
    for place in range(len(out) - 1, -1, -1):
        stmt = out[place]
        if _is_ours(stmt, context):
            return place
        is_check = isinstance(stmt, gast.If) and all(isinstance(s, gast.Raise) for s in stmt.body) and not stmt.orelse
        is_bind = isinstance(stmt, gast.Assign) and core.is_name(stmt.targets[0]) and context.is_pure(stmt.value)
        if not (is_check or is_bind or is_recorded(stmt) or isinstance(stmt, core.Comment)):
            return None
    return None


def is_recorded(stmt: Any) -> bool:
    """Is an array put on a stack: the array, whatever its cells are by then?"""
    match stmt:
        case gast.Expr(
            value=gast.Call(func=gast.Attribute(value=gast.Name(), attr="append"), args=[gast.Name()], keywords=[])
        ):
            return True
    return False


def _may_pass(stmt: Any, loop: Any, context: Context) -> bool:
    """May a statement behind a loop stand before it?"""
    reads = frozenset() if is_recorded(stmt) else touched([stmt])
    return (
        bound([stmt]).isdisjoint(mentioned([loop]))
        and names_in(stmt).isdisjoint(bound([loop]))
        and not any(context.memory.may_share(r, w) for r in reads for w in written([loop]) if context.is_memory(r))
    )


def _may_join(one: Any, other: Any, context: Context) -> bool:
    if context.sizes[one.target.id] != context.sizes[other.target.id]:
        return False
    variable = one.target.id
    first, second = _Body.of(one.body), _Body.of(_renamed(other, variable))
    if not first.binds.isdisjoint(second.mentions) or not second.binds.isdisjoint(first.mentions):
        return False
    return all(_agree(a, b, variable, context) for a in first.cells for b in second.cells)


@dataclass(frozen=True)
class _Body:
    binds: frozenset[str]
    mentions: frozenset[str]
    cells: tuple[Access, ...]

    @staticmethod
    def of(block: Sequence[Any]) -> _Body:
        return _Body(bound(block), mentioned(block), tuple(cells(block)))


def _agree(a: Access, b: Access, variable: str, context: Context) -> bool:
    """Does no trip access by the one what another trip accesses by the other, if one of them writes?"""
    if not (a.is_write or b.is_write) or not context.memory.may_share(a.name, b.name):
        return True
    return (
        a.name == b.name
        and len(a.index) == len(b.index)
        and any(varies_alike(x, y, variable) for x, y in zip(a.index, b.index, strict=True))
    )


def _renamed(loop: Any, variable: str) -> list[Any]:
    return core.copy(loop.body, {loop.target.id: variable})  # type: ignore[no-any-return]


def _together(one: Any, other: Any, comments: Sequence[Any], context: Context) -> Any:
    body = [*one.body, *comments, *_renamed(other, one.target.id)]
    return changed(one, body=_block(body, context))
