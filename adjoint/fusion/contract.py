"""Make numbers (or rows) of arrays of which each trip of a loop uses its own cell alone.

>>> from adjoint.fusion import example
>>> from adjoint.fusion.join import joined
>>> from adjoint.fusion.lower import lowered
>>> def change(fn, context):
...     return contracted(joined(lowered(fn, context), context), context)
>>> example.show(change, '''
... def f(x):
...     y = np.exp(x)
...     return np.sum(y * y)
... ''', x="float64 a")
def f(x):
    t = 0.0
    for i in range(x.shape[0]):
        y = exp(x[i])
        t = added(t, y * y)
    return t
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import Array, Number
from adjoint.fusion.accesses import by_cells_alone, cells, parts
from adjoint.fusion.context import Context
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped


def contracted(fn: core.Function, context: Context) -> core.Function:
    """Leave out the axes of our arrays that are loops' own."""
    arrays = _arrays(fn, context)
    found = {name: _axes(name, uses, context) for name, uses in arrays.items()}
    change = _Change({name: axes for name, axes in found.items() if axes}, context)
    if not change.axes:
        return fn
    change.rooms = {name: _sizes(uses.made) for name, uses in arrays.items() if name in change.axes}
    return context.scope.done(change.block(fn.tree.body))


class _Uses:
    """Where an array stands: the statement that makes it, and all indices, in textual order."""

    def __init__(self, made: Any) -> None:
        self.made = made
        self.indices: list[tuple[Any, ...]] = []
        self.writes: list[bool] = []


def _arrays(fn: core.Function, context: Context) -> dict[str, _Uses]:
    """The arrays that are made empty here, and used by single cells alone."""
    found: dict[str, _Uses] = {}
    binds = Counter(name for stmt in fn.statements for name in core.names_bound(stmt))
    for stmt in fn.statements:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call() as value) if name in context.made:
                callee = context.callee(value)
                if callee is not None and callee.primitive is np.empty:
                    found[name] = _Uses(stmt)
    for access, place in _textual(fn.tree.body):
        if access.name in found:
            found[access.name].indices.append(access.index)
            found[access.name].writes.append(access.is_write and place)
    ranks = {name: len(_sizes(uses.made)) for name, uses in found.items() if binds[name] == 1 and uses.indices}
    alone = by_cells_alone(fn.tree.body, ranks)
    return {name: uses for name, uses in found.items() if name in alone}


def _textual(block: Sequence[Any]) -> list[Any]:
    """The accesses of statements, reads before writes; beside each, whether it is a plain store."""
    found: list[Any] = []
    for stmt in core.statements(block):
        own = cells([_head(stmt)])
        found += [(a, False) for a in own if not a.is_write]
        found += [(a, isinstance(stmt, gast.Assign)) for a in own if a.is_write]
    return found


def _head(stmt: Any) -> Any:
    """A compound statement without its blocks."""
    if isinstance(stmt, tree.COMPOUND):
        return core.effect(
            core.tuple_(h for h in core.heads(stmt) if not isinstance(getattr(h, "ctx", None), gast.Store))
        )
    return stmt


def _axes(name: str, uses: _Uses, context: Context) -> tuple[int, ...]:
    """The axes along which all indices are one loop's variable, if cells are set before they are read."""
    if not uses.writes[0]:
        return ()
    first, *others = uses.indices
    alike = [
        k
        for k, index in enumerate(first)
        if isinstance(index, gast.Name)
        and index.id in context.sizes
        and all(len(o) == len(first) and core.is_name(o[k], index.id) for o in others)
    ]
    still = [
        k
        for k, index in enumerate(first)
        if core.is_constant(index)
        and all(core.is_constant(o[k]) and core.constant_value(o[k]) == 0 for o in uses.indices)
    ]
    if not alike:
        return ()
    return tuple(sorted([*alike, *still]))


def _sizes(made: Any) -> tuple[Any, ...]:
    return parts(made.value.args[0])


class _Change:
    def __init__(self, axes: Mapping[str, tuple[int, ...]], context: Context) -> None:
        self.axes = axes
        self.context = context
        self.rooms: Mapping[str, tuple[Any, ...]] = {}

    def block(self, block: Sequence[Any]) -> list[Any]:
        out: list[Any] = []
        for stmt in block:
            if isinstance(stmt, tree.COMPOUND):
                head = {f: self.expr(v) for f in ("iter", "test") if (v := getattr(stmt, f, None)) is not None}
                out.append(tree.map_blocks(changed(stmt, **head), self.block))
            else:
                out += self.statement(stmt)
        return out

    def statement(self, stmt: Any) -> list[Any]:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if name in self.axes:
                return self.made(stmt, name)
        return [mapped(stmt, self.expr)]

    def made(self, stmt: Any, name: str) -> list[Any]:
        """What is left of the array."""
        kind = self.context.kinds[name]
        assert isinstance(kind, Array) and kind.shape is not None
        sizes = [self.expr(s) for k, s in enumerate(_sizes(stmt)) if k not in self.axes[name]]
        shape = tuple(n for k, n in enumerate(kind.shape) if k not in self.axes[name])
        self.context.kinds[name] = Array(kind.dtype, shape) if shape else Number(kind.dtype)
        if not sizes:
            return []
        args = [core.tuple_(sizes) if len(sizes) > 1 else sizes[0], *stmt.value.args[1:]]
        return [core.bind(name, core.call(stmt.value.func, *args), at=stmt)]

    def expr(self, node: Any) -> Any:
        match node:
            case gast.Subscript(value=gast.Name(id=name)) if name in self.axes:
                kept = [self.expr(p) for k, p in enumerate(parts(node.slice)) if k not in self.axes[name]]
                is_store = isinstance(node.ctx, gast.Store)
                if not kept:
                    return core.store(name, at=node) if is_store else core.load(name, at=node)
                index = core.tuple_(kept) if len(kept) > 1 else kept[0]
                return core.cell(name, index, at=node) if is_store else core.item(core.load(name), index, at=node)
            case gast.Subscript(value=gast.Attribute(value=gast.Name(id=name), attr="shape")) if name in self.axes:
                return self.expr(core.copy(self.rooms[name][core.constant_value(node.slice)]))
        return mapped(node, self.expr)
