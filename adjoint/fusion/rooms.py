"""Make an array of a loop's own once, ahead of the loop.

    >>> from adjoint.fusion import example
    >>> from adjoint.fusion.lower import lowered
    >>> example.show(lambda fn, context: rooms(lowered(fn, context), context), '''
    ... def f(x, n):
    ...     x = np.copy(x)
    ...     for t in range(n):
    ...         x[1:] = 0.5 * x[:-1]
    ...     return x
    ... ''', x="float64 a", n="int")
    def f(x, n):
        x = np.copy(x)
        t_1 = np.empty(max(x.shape[0] - 1, 0))
        for t in range(n):
            for i_1 in range(x.shape[0] - 1):
                t_1[i_1] = 0.5 * x[i_1]
            for i_2 in range(x.shape[0] - 1):
                x[i_2 + 1] = t_1[i_2]
        return x

Each trip sets all cells of such an array before it reads them, but for margins of zeros, which nobody sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import Array, Size
from adjoint.fusion.accesses import axis_of, by_cells_alone, parts
from adjoint.fusion.context import Context, Unfit, length
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped

Axes = list[tuple[str, int, Size]]


def rooms(fn: core.Function, context: Context) -> core.Function:
    """Move what makes our arrays out of the outermost loops."""
    found = _Rooms(fn, context)
    return context.scope.done(found.outermost(fn.tree.body)) if found.alone else fn


class _Rooms:
    def __init__(self, fn: core.Function, context: Context) -> None:
        self.context = context
        loops = [stmt for stmt in fn.tree.body if isinstance(stmt, (gast.For, gast.While))]
        made = {name: stmt for stmt in core.statements(loops) if (name := self.made(stmt)) is not None}
        binds = [name for stmt in fn.statements for name in core.names_bound(stmt)] if made else []
        ranks = {name: len(parts(stmt.value.args[0])) for name, stmt in made.items() if binds.count(name) == 1}
        self.alone = by_cells_alone(fn.tree.body, ranks) if ranks else frozenset()
        self.once = frozenset(n for n in binds if binds.count(n) == 1)
        self.known: set[str] = {param for param in fn.params if param not in binds}
        self.axes: Axes = list(context.given)

    def made(self, stmt: Any) -> str | None:
        """The array that a statement makes, if its cells are set by the loops behind it."""
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call(args=[_, *_]) as value) if (
                name in self.context.made
            ):
                callee = self.context.callee(value)
                is_empty = callee is not None and callee.primitive is np.empty
                return name if is_empty or name in self.context.framed else None
        return None

    def outermost(self, block: Sequence[Any]) -> list[Any]:
        """The function's own block: what stands before a loop is known ahead of it."""
        out: list[Any] = []
        for stmt in block:
            if isinstance(stmt, (gast.For, gast.While)):
                ahead: list[Any] = []
                new = tree.map_blocks(stmt, lambda inner, ahead=ahead: self.without(inner, ahead))  # type: ignore[misc]
                out += [*ahead, new]
                continue
            out.append(stmt)
            self.learn(stmt)
        return out

    def learn(self, stmt: Any) -> None:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if name in self.once:
                self.known.add(name)
                kind = self.context.kinds.get(name)
                if isinstance(kind, Array) and name not in self.context.made:
                    self.axes += [(name, axis, n) for axis, n in enumerate(kind.shape or ()) if n is not None]

    def without(self, block: Sequence[Any], ahead: list[Any]) -> list[Any]:
        out: list[Any] = []
        for stmt in block:
            name = self.made(stmt)
            if name in self.alone:
                try:
                    shape, *rest = stmt.value.args
                    ahead.append(changed(stmt, value=changed(stmt.value, args=[self.moved(shape), *rest])))
                    continue
                except Unfit:
                    pass
            if isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
                stmt = tree.map_blocks(stmt, lambda inner: self.without(inner, ahead))
            out.append(stmt)
        return out or [core.pass_()]

    def moved(self, expr: Any) -> Any:
        """A length as an expression on what is known ahead of the loop."""
        array = axis_of(expr)
        if array is not None and array not in self.known:
            kind = self.context.kinds.get(array)
            sizes: Any = kind.shape if isinstance(kind, Array) else None
            size = sizes[core.constant_value(expr.slice)] if sizes else None
            if size is None:
                raise Unfit
            return length(size, self.axes)
        if isinstance(expr, gast.Name) and expr.id not in self.known and expr.id not in self.context.bindings:
            if expr.id != "max":
                raise Unfit
        return mapped(expr, self.moved)
