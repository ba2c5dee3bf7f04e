"""Keep in a number what an innermost loop reads of one cell, or adds to it, in every trip.

    >>> from adjoint.fusion import example
    >>> example.show(scalars, '''
    ... def f(a, b):
    ...     y = np.zeros(len(a))
    ...     g = np.zeros_like(a)
    ...     for i in range(len(a)):
    ...         for j in range(i):
    ...             y[i] -= a[j] * b[i]
    ...             g[j] += a[j]
    ...             g[i] += b[i]
    ...     return y, g
    ... ''', a="float64 a", b="float64 a")
    def f(a, b):
        y = np.zeros(len(a))
        g = np.zeros_like(a)
        for i in range(len(a)):
            cell = b[i]
            cell_1 = y[i]
            cell_2 = g[i]
            for j in range(i):
                cell_1 -= a[j] * cell
                g[j] += a[j]
                cell_2 += cell
            y[i] = cell_1
            g[i] = cell_2
        return y, g

The compiler behind Numba cannot: it does not know that the other arrays of the loop are other memory. Where a cell may
be one that the loop also adds to by another index, what is added is summed up in a number from zero on, and added
behind the loop. A loop that may have no trips, of cells that may not be there, gets a condition around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import Array, Number
from adjoint.classes import dataclass
from adjoint.fusion.accesses import parts
from adjoint.fusion.context import Context
from adjoint.fusion.innermost import Innermost, Use
from adjoint.fusion.ranges import Ranges, ends_of
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped


def scalars(fn: core.Function, context: Context) -> core.Function:
    """Replace cells that stay the same throughout an innermost loop by numbers."""
    if not any(isinstance(stmt, gast.For) for stmt in fn.statements):
        return fn
    return context.scope.done(_Scalars(context, Ranges(fn, context)).block(fn.tree.body))


@dataclass(frozen=True)
class _Cell:
    """What stands in for a cell: its name, and whether the cell is read ahead and stored behind."""

    use: Use
    name: str
    sums: bool  # only what is added is kept, from zero on
    stored: bool


class _Scalars:
    def __init__(self, context: Context, ranges: Ranges) -> None:
        self.context, self.ranges = context, ranges

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        if not isinstance(stmt, tree.COMPOUND) or isinstance(stmt, gast.FunctionDef):
            return [stmt]
        inner = Innermost.of(stmt)
        if inner is None:
            return [tree.map_blocks(stmt, self.block)]
        found = self.cells(inner) if ends_of(stmt) is not None else []
        return self.replaced(inner, found) if found else [stmt]

    def cells(self, inner: Innermost) -> list[_Cell]:
        """The cells that numbers may stand for."""
        if not self.context.is_pure(*(h for stmt in inner.loop.body for h in core.heads(stmt))):
            return []
        groups: dict[tuple[str, str], list[Use]] = {}
        for use in inner.uses:
            groups.setdefault(use.cell, []).append(use)
        found = (self.cell(uses, inner) for uses in groups.values() if inner.is_still(uses[0]))
        return [cell for cell in found if cell is not None]

    def cell(self, uses: Sequence[Use], inner: Innermost) -> _Cell | None:
        use, context = uses[0], self.context
        kind = context.kinds.get(use.name)
        if use.name in inner.bound or not isinstance(kind, Array) or kind.dtype != "float64":
            return None
        if kind.rank != len(use.index) or not all(self.is_whole(part) for part in use.index):
            return None
        others = [u for u in inner.uses if u.cell != use.cell and context.memory.may_share(u.name, use.name)]
        stores = any(u.how != "read" for u in uses)
        if stores and any(context.memory.may_share(use.name, n) for n in inner.whole if context.is_memory(n)):
            return None
        if not stores:
            others = [u for u in others if u.how != "read"]
        if all(u.name == use.name and self.ranges.differ(use.index, u.index) for u in others):
            return _Cell(use, context.temporary("cell", Number("float64")), False, stores)
        if all(u.how == "add" for u in (*uses, *others)):
            return _Cell(use, context.temporary("total", Number("float64")), True, True)
        return None

    def is_whole(self, part: Any) -> bool:
        if core.is_constant(part):
            return type(core.constant_value(part)) is int
        kind = self.context.kind(part)
        return isinstance(kind, Number) and kind.dtype in ("int", "int64")

    def replaced(self, inner: Innermost, cells: Sequence[_Cell]) -> list[Any]:
        loop = inner.loop
        names = {cell.use.cell: cell.name for cell in cells}
        body = [self.renamed(stmt, names) for stmt in loop.body]
        new = [*map(_ahead, cells), changed(loop, body=body), *(_behind(c) for c in cells if c.stored)]
        if all(self.exists(cell.use) for cell in cells) or self.runs(loop):
            return new
        start, stop, step = ends_of(loop) or (None, None, 0)
        low, high = (start, stop) if step > 0 else (stop, start)
        return [core.if_(core.compare(core.copy(high), gast.Gt, core.copy(low)), new, at=loop)]

    def renamed(self, node: Any, names: dict[tuple[str, str], str]) -> Any:
        if isinstance(node, gast.Subscript) and core.is_name(node.value):
            name = names.get(Use(node.value.id, parts(node.slice), "read").cell)
            if name is not None:
                is_store = isinstance(node.ctx, gast.Store)
                return core.store(name, at=node) if is_store else core.load(name, at=node)
        return mapped(node, lambda part: self.renamed(part, names))

    def exists(self, use: Use) -> bool:
        kind = self.context.kinds[use.name]
        return isinstance(kind, Array) and kind.shape is not None and self.ranges.is_inside(use.index, kind.shape)

    def runs(self, loop: Any) -> bool:
        """Has a loop one trip at least?"""
        start, stop, step = ends_of(loop) or (None, None, 0)
        return self.ranges.is_less(start, stop) if step > 0 else self.ranges.is_less(stop, start)


def _ahead(cell: _Cell) -> Any:
    return core.bind(cell.name, core.const(0.0) if cell.sums else core.item(*_place(cell)))


def _behind(cell: _Cell) -> Any:
    array, index = _place(cell)
    target = core.cell(array.id, index)
    if cell.sums:
        return core.accumulate(target, core.load(cell.name))
    return gast.Assign([target], core.load(cell.name), None)


def _place(cell: _Cell) -> tuple[Any, Any]:
    index = [core.copy(part) for part in cell.use.index]
    return core.load(cell.use.name), core.tuple_(index) if len(index) > 1 else index[0]
