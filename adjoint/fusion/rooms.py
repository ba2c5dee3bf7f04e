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

from collections import Counter
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

BUILTINS = ("max", "len")


def rooms(fn: core.Function, context: Context) -> core.Function:
    """Move what makes our arrays out of the outermost loops."""
    found = _Rooms(fn, context)
    return context.scope.done(found.outermost(fn.tree.body)) if found.alone else fn


class Ahead:
    """What is known where a loop of the function's own block begins: names, and lengths of axes."""

    def __init__(self, fn: core.Function, context: Context) -> None:
        self.context = context
        binds = Counter(name for stmt in fn.statements for name in core.names_bound(stmt))
        self.once = frozenset(n for n, count in binds.items() if count == 1)
        self.known: set[str] = {param for param in fn.params if not binds[param]}
        self.axes: list[tuple[str, int, Size]] = list(context.given)

    def learn(self, stmt: Any) -> None:
        """A statement of the function's own block."""
        match stmt:
            case gast.Assign(targets=[gast.Name() | gast.Tuple()]):
                self.known |= core.names_bound(stmt) & self.once
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if name in self.known - self.context.made:
                kind = self.context.kinds.get(name)
                if isinstance(kind, Array):
                    self.axes += [(name, axis, n) for axis, n in enumerate(kind.shape or ()) if n is not None]

    def moved(self, expr: Any) -> Any:
        """A length, written inside the loop, as an expression on what is known ahead of it."""
        array = axis_of(expr)
        if array is not None and array not in self.known:
            kind = self.context.kinds.get(array)
            sizes: Any = kind.shape if isinstance(kind, Array) else None
            size = sizes[core.constant_value(expr.slice)] if sizes else None
            if size is None:
                raise Unfit
            return length(size, self.axes)
        if isinstance(expr, gast.Name) and expr.id not in self.known | self.context.bindings.keys():
            if expr.id not in BUILTINS:
                raise Unfit
        return mapped(expr, self.moved)


class _Rooms:
    def __init__(self, fn: core.Function, context: Context) -> None:
        self.context, self.ahead = context, Ahead(fn, context)
        loops = [stmt for stmt in fn.tree.body if isinstance(stmt, (gast.For, gast.While))]
        made = {name: stmt for stmt in core.statements(loops) if (name := made_empty(stmt, context)) is not None}
        ranks = {name: len(parts(stmt.value.args[0])) for name, stmt in made.items() if name in self.ahead.once}
        self.alone = by_cells_alone(fn.tree.body, ranks) if ranks else frozenset()

    def outermost(self, block: Sequence[Any]) -> list[Any]:
        """The function's own block: what stands before a loop is known ahead of it."""
        out: list[Any] = []
        for stmt in block:
            if isinstance(stmt, (gast.For, gast.While)):
                stmt = self.without(stmt, out)
            out.append(stmt)
            self.ahead.learn(stmt)
        return out

    def without(self, loop: Any, ahead: list[Any]) -> Any:
        """A loop without what makes arrays, which goes ahead."""

        def block(stmts: Sequence[Any]) -> list[Any]:
            out: list[Any] = []
            for stmt in stmts:
                moved = self.moved(stmt) if made_empty(stmt, self.context) in self.alone else None
                if moved is not None:
                    ahead.append(moved)
                    continue
                is_compound = isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef)
                out.append(tree.map_blocks(stmt, block) if is_compound else stmt)
            return out or [core.pass_()]

        return tree.map_blocks(loop, block)

    def moved(self, stmt: Any) -> Any:
        """What makes an array as it stands ahead of the loop, None where its size is not known there."""
        shape, *rest = stmt.value.args
        try:
            return changed(stmt, value=changed(stmt.value, args=[self.ahead.moved(shape), *rest]))
        except Unfit:
            return None


def made_empty(stmt: Any, context: Context) -> str | None:
    """The array of ours that a statement makes, if its cells are set by the loops behind it."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call(args=[_, *_]) as value) if name in context.made:
            callee = context.callee(value)
            is_empty = callee is not None and callee.primitive is np.empty
            return name if is_empty or name in context.framed else None
    return None
