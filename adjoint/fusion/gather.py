"""Gather what a stencil's adjoint scatters: one loop that adds all terms to a cell, in place of one loop a term.

    >>> from adjoint.fusion import example
    >>> from adjoint.fusion.lower import lowered
    >>> example.show(lambda fn, context: gathered(lowered(fn, context), context), '''
    ... def f(x, g):
    ...     t = np.multiply(0.5, g)
    ...     x[:-1] += t
    ...     x[1:] -= t
    ...     return x
    ... ''', x="float64 a", g="float64 a-1")
    def f(x, g):
        t = np.zeros(g.shape[0] + 2)
        for i in range(g.shape[0]):
            t[i + 1] = np.multiply(0.5, g[i])
        for i_3 in range(x.shape[0]):
            x[i_3] += t[i_3 + 1] - t[i_3]
        return x

The terms are constants times arrays that were made here. These get margins of zeros, so that every cell has all terms:
no cell at an edge is treated apart, and the innermost loop is one that a processor does several trips of at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import Array, Size
from adjoint.classes import dataclass, field
from adjoint.fusion.accesses import by_cells_alone, cells, parts
from adjoint.fusion.context import Context, length, plus
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped, names_in

Offset = tuple[int, ...]
Terms = dict[str, float]  # by array: what its element is multiplied by


def gathered(fn: core.Function, context: Context) -> core.Function:
    """Join loops that add multiples of our arrays to one array at several offsets."""
    found = _Groups(fn, context)
    if not found.margins:
        return fn
    return context.scope.done(_Change(found, context).block(found.block(fn.tree.body)))


@dataclass
class _Nest:
    """Perfectly nested loops around one statement: `cell op= value`, or `cell = value`."""

    variables: list[str]
    sizes: list[Size]
    stmt: Any
    loop: Any

    @property
    def cell(self) -> Any:
        return self.stmt.target if isinstance(self.stmt, gast.AugAssign) else self.stmt.targets[0]


@dataclass
class _Group:
    """Terms that are added to one array; `ahead` is what stands between them and may go first."""

    target: str
    sizes: list[Size]
    terms: list[tuple[Offset, Terms]] = field(default_factory=list)
    nests: list[Any] = field(default_factory=list)
    ahead: list[Any] = field(default_factory=list)
    pending: list[Any] = field(default_factory=list)  # what has come since the last term

    @property
    def low(self) -> Offset:
        return tuple(map(min, zip(*(o for o, _ in self.terms), strict=True)))

    @property
    def span(self) -> Offset:
        return tuple(max(p) - min(p) for p in zip(*(o for o, _ in self.terms), strict=True))


class _Groups:
    """Finds the groups of a function, and the margins that the arrays in their terms get."""

    def __init__(self, fn: core.Function, context: Context) -> None:
        self.context = context
        self.multiples: dict[str, Terms] = {}  # arrays that are multiples of others
        self.rooms: dict[str, Any] = {}
        self.made: dict[str, int] = {}
        for stmt in fn.statements:
            if (name := _made(stmt, context)) is not None:
                self.made[name] = self.made.get(name, 0) + 1
                self.rooms[name] = parts(stmt.value.args[0])
        self.alone = by_cells_alone(fn.tree.body, {name: len(rooms) for name, rooms in self.rooms.items()})
        self.writes: dict[str, int] = {}
        for access in cells(fn.tree.body):
            self.writes[access.name] = self.writes.get(access.name, 0) + access.is_write
        self.groups: dict[Any, _Group] = {}  # by the loop of their last term
        self.margins: dict[str, Offset] = {}
        for block in _blocks(fn.tree.body):
            self.find(block)

    def find(self, block: Sequence[Any]) -> None:
        group: _Group | None = None
        for stmt in block:
            nest = nest_of(stmt, self.context)
            added = None if nest is None else self.term(nest)
            if nest is not None and added is not None:
                target = nest.cell.value.id
                if group is None or group.target != target or group.sizes != nest.sizes:
                    self.close(group)
                    group = _Group(target, nest.sizes)
                group.ahead += group.pending
                group.pending = []
                group.terms.append(added)
                group.nests.append(stmt)
            elif group is not None and self.may_precede(stmt, nest, group):
                group.pending.append(stmt)
            else:
                self.close(group)
                group = None
            if nest is not None and isinstance(nest.stmt, gast.Assign):
                self.multiple(nest)
        self.close(group)

    def close(self, group: _Group | None) -> None:
        if group is None or len(group.terms) < 2 or not any(group.span):
            return
        self.groups[group.nests[-1]] = group
        for _, terms in group.terms:
            for name in terms:
                old = self.margins.get(name, (0,) * len(group.span))
                self.margins[name] = tuple(map(max, old, group.span))

    def may_precede(self, stmt: Any, nest: _Nest | None, group: _Group) -> bool:
        """Does a statement only make an array of ours, from others than the target?"""
        if isinstance(stmt, core.Comment):
            return True
        if _made(stmt, self.context) is not None:
            return group.target not in names_in(stmt)
        if nest is None or isinstance(nest.stmt, gast.AugAssign) or not self.is_ours(nest.cell.value.id):
            return False
        memory = self.context.memory
        return not any(memory.may_share(a.name, group.target) for a in cells([stmt]))

    def is_ours(self, name: str) -> bool:
        """An array that is made in one place, set by one statement, and read by cells."""
        return self.made.get(name) == 1 and self.writes.get(name) == 1 and name in self.alone

    def multiple(self, nest: _Nest) -> None:
        name = nest.cell.value.id
        if self.is_ours(name) and _is_plain(nest.cell, nest.variables):
            terms = self.linear(nest.stmt.value, nest.variables)
            if terms is not None:
                self.multiples[name] = terms

    def term(self, nest: _Nest) -> tuple[Offset, Terms] | None:
        if not isinstance(nest.stmt, gast.AugAssign) or not isinstance(nest.stmt.op, (gast.Add, gast.Sub)):
            return None
        offset = _offset(parts(nest.cell.slice), nest.variables)
        terms = self.linear(nest.stmt.value, nest.variables)
        if offset is None or terms is None or nest.cell.value.id in terms:
            return None
        sign = 1.0 if isinstance(nest.stmt.op, gast.Add) else -1.0
        return offset, {name: sign * k for name, k in terms.items()}

    def linear(self, expr: Any, variables: Sequence[str]) -> Terms | None:
        """The multiples of our arrays, at the loops' own index, of which an expression is the sum."""
        match expr:
            case gast.Subscript(value=gast.Name(id=name)) if self.is_ours(name) and _is_plain(expr, variables):
                return dict(self.multiples.get(name, {name: 1.0}))
            case gast.UnaryOp(op=gast.USub()):
                return _times(self.linear(expr.operand, variables), -1.0)
            case gast.BinOp(op=gast.Mult()) if _is_number(expr.left):
                return _times(self.linear(expr.right, variables), core.constant_value(expr.left))
            case gast.BinOp(op=gast.Mult() | gast.Div() as op) if _is_number(expr.right):
                by = core.constant_value(expr.right)
                factor = by if isinstance(op, gast.Mult) else 1.0 / by if by else None
                return None if factor is None else _times(self.linear(expr.left, variables), factor)
            case gast.BinOp(op=gast.Add() | gast.Sub() as op):
                left, right = (self.linear(e, variables) for e in (expr.left, expr.right))
                right = _times(right, 1.0 if isinstance(op, gast.Add) else -1.0)
                return None if left is None or right is None else _sum(left, right)
        return None

    def block(self, block: Sequence[Any]) -> list[Any]:
        """The block with each group in the place of its last term."""
        gone = {nest for group in self.groups.values() for nest in (*group.nests, *group.ahead)}
        out: list[Any] = []
        for stmt in block:
            if stmt in self.groups:
                out += [*self.groups[stmt].ahead, self.gather(self.groups[stmt])]
            elif stmt in gone:
                continue
            elif isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
                out.append(tree.map_blocks(stmt, self.block))
            else:
                out.append(stmt)
        return out

    def gather(self, group: _Group) -> Any:
        """The loops over the cells of the target that get any term."""
        context, low, span = self.context, group.low, group.span
        wide = [n + Size(s) for n, s in zip(group.sizes, span, strict=True)]
        loops = [context.loop(k, n) for k, n in enumerate(wide)]
        total: dict[tuple[Offset, str], float] = {}
        for offset, terms in group.terms:
            for name, factor in terms.items():
                place = tuple(a + s - o for a, s, o in zip(low, span, offset, strict=True))
                key = (tuple(p - s for p, s in zip(place, span, strict=True)), name)
                total[key] = total.get(key, 0.0) + factor
        value = _added([(_element(name, loops, shift), factor) for (shift, name), factor in total.items()])
        cell = core.cell(group.target, _index(loops, low))
        stmt: Any = core.accumulate(cell, value)
        shape = context.kinds[group.target]
        assert isinstance(shape, Array) and shape.shape is not None
        axes = [(group.target, k, n) for k, n in enumerate(shape.shape) if n is not None]
        for k in reversed(range(len(loops))):
            stmt = core.for_(loops[k], core.call(context.scope.builtin("range"), length(wide[k], axes)), [stmt])
        return core.place(stmt, group.nests[-1])


class _Change:
    """Gives arrays their margins: each index is so much larger, each axis twice."""

    def __init__(self, found: _Groups, context: Context) -> None:
        self.found, self.context = found, context

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [self.statement(stmt) for stmt in block]

    def statement(self, stmt: Any) -> Any:
        if isinstance(stmt, tree.COMPOUND):
            head = {f: self.expr(v) for f in ("iter", "test") if (v := getattr(stmt, f, None)) is not None}
            return tree.map_blocks(changed(stmt, **head), self.block)
        name = _made(stmt, self.context)
        margin = self.found.margins.get(name or "")
        if margin is None or name is None:
            return mapped(stmt, self.expr)
        sizes = [_wider(self.expr(room), 2 * m) for room, m in zip(self.found.rooms[name], margin, strict=True)]
        shape = core.tuple_(sizes) if len(sizes) > 1 else sizes[0]
        self.context.framed.add(name)
        return core.bind(name, core.call(self.context.numpy("zeros"), shape), at=stmt)

    def expr(self, node: Any) -> Any:
        match node:
            case gast.Subscript(value=gast.Name(id=name)) if name in self.found.margins:
                margin = self.found.margins[name]
                index = [plus(self.expr(p), m) for p, m in zip(parts(node.slice), margin, strict=True)]
                return changed(node, slice=core.tuple_(index) if len(index) > 1 else index[0])
            case gast.Subscript(value=gast.Attribute(value=gast.Name(id=name), attr="shape"), slice=k) if (
                name in self.found.margins
            ):
                return self.expr(core.copy(self.found.rooms[name][core.constant_value(k)]))
        return mapped(node, self.expr)


def _wider(room: Any, margin: int) -> Any:
    """The length of an axis with margins: `max(n - 2, 0)` with 4 more is `n + 2`, as long as n is not negative."""
    if isinstance(room, gast.Call) and isinstance(room.args[0], gast.BinOp) and margin:
        wide = plus(room.args[0], margin)
        if not (isinstance(wide, gast.BinOp) and isinstance(wide.op, gast.Sub)):
            return wide
    return plus(room, margin) if margin else room


def _blocks(block: Sequence[Any]) -> list[Sequence[Any]]:
    inner = [b for s in core.statements(block) if not isinstance(s, gast.FunctionDef) for b in core.blocks(s)]
    return [block, *inner]


def _made(stmt: Any, context: Context) -> str | None:
    """The name of an array of ours that a statement makes empty."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call(args=[_]) as value) if name in context.made:
            callee = context.callee(value)
            return name if callee is not None and callee.primitive is np.empty else None
    return None


def nest_of(stmt: Any, context: Context) -> _Nest | None:
    """The loops around one store that a statement is made of, if passes of fusion made them."""
    variables: list[str] = []
    loop = stmt
    while isinstance(stmt, gast.For) and core.is_name(stmt.target) and stmt.target.id in context.sizes:
        variables.append(stmt.target.id)
        if len(stmt.body) != 1:
            return None
        stmt = stmt.body[0]
    is_store = isinstance(stmt, gast.Assign) and isinstance(stmt.targets[0], gast.Subscript)
    is_sum = isinstance(stmt, gast.AugAssign) and isinstance(stmt.target, gast.Subscript)
    if not variables or not (is_store or is_sum):
        return None
    return _Nest(variables, [context.sizes[v] for v in variables], stmt, loop)


def _is_plain(cell: Any, variables: Sequence[str]) -> bool:
    """Is the index that of the loops themselves?"""
    return _offset(parts(cell.slice), variables) == (0,) * len(variables)


def _offset(index: Sequence[Any], variables: Sequence[str]) -> Offset | None:
    if len(index) != len(variables):
        return None
    found = [_distance(p, v) for p, v in zip(index, variables, strict=True)]
    return None if None in found else tuple(found)  # type: ignore[arg-type]


def _distance(index: Any, variable: str) -> int | None:
    match index:
        case gast.Name(id=name) if name == variable:
            return 0
        case gast.BinOp(left=gast.Name(id=name), op=gast.Add(), right=gast.Constant(value=int() as k)) if (
            name == variable
        ):
            return k
    return None


def _is_number(expr: Any) -> bool:
    if not core.is_constant(expr):
        return False
    value = core.constant_value(expr)
    return type(value) in (int, float) and abs(value) < 1e300


def _times(terms: Terms | None, factor: float) -> Terms | None:
    return None if terms is None else {name: factor * k for name, k in terms.items()}


def _sum(one: Terms, other: Terms) -> Terms:
    return {name: one.get(name, 0.0) + other.get(name, 0.0) for name in (*one, *other)}


def _index(loops: Sequence[str], offset: Offset) -> Any:
    found = [plus(core.load(v), k) for v, k in zip(loops, offset, strict=True)]
    return core.tuple_(found) if len(found) > 1 else found[0]


def _element(name: str, loops: Sequence[str], shift: Offset) -> Any:
    return core.item(core.load(name), _index(loops, shift))


def _added(terms: Sequence[tuple[Any, float]]) -> Any:
    """The sum of multiples, terms of one factor taken together."""
    groups: dict[float, list[tuple[Any, bool]]] = {}
    for element, factor in terms:
        groups.setdefault(abs(factor), []).append((element, factor < 0))
    total: Any = None
    for size, members in groups.items():
        members = sorted(members, key=lambda m: m[1])
        flip = members[0][1]
        value: Any = members[0][0]
        for element, negative in members[1:]:
            value = core.binary(value, gast.Sub if negative != flip else gast.Add, element)
        if size != 1.0:
            value = core.binary(core.const(size), gast.Mult, value)
        if total is None:
            total = core.unary(gast.USub, value) if flip else value
        else:
            total = core.binary(total, gast.Sub if flip else gast.Add, value)
    return total
