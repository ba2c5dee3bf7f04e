"""May a store write a cell that was read before it? Distances between iterations decide, where indices are simple.

In `for i in range(1, n): y[i] = y[i - 1] * r`, the cell `y[i - 1]` read in trip i is written in trip i - 1, that is
before; no later trip writes it again. So what the reverse sweep reads there stands there still. The same holds for
`y[i - k]` in a loop `for k in range(1, min(m, i + 1))`: k is 1 at least, and no greater than i.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.analysis.indexing import components
from adjoint.analysis.places import Places
from adjoint.classes import dataclass
from adjoint.syntax import core


@dataclass(frozen=True)
class Offset:
    """An index component `variable - less + constant`; the variable None for a plain constant, `less` mostly None."""

    variable: str | None
    constant: int
    less: str | None = None


@dataclass(frozen=True)
class Scope:
    """What a function's names and statements are: `binders` maps each name to the statements that bind it."""

    places: Places
    binders: dict[str, list[Any]]
    bindings: Mapping[str, Any]


def offset_of(node: Any) -> Offset | None:
    """The component as a variable and a constant, None for anything else."""
    match node:
        case gast.Name():
            return Offset(node.id, 0)
        case gast.BinOp(left=gast.Name(id=name), op=gast.Add() | gast.Sub() as op, right=gast.Constant(value=int(c))):
            return Offset(name, c if isinstance(op, gast.Add) else -c)
        case gast.BinOp(left=gast.Name(id=name), op=gast.Sub(), right=gast.Name(id=less)):
            return Offset(name, 0, less)
    if core.is_constant(node) and type(core.constant_value(node)) is int:
        return Offset(None, core.constant_value(node))
    return None


def written_later(read: Any, at: Any, index: Any, store: Any, scope: Scope, within: Any = None) -> bool:
    """May `store`, writing at `index`, run after the point behind statement `at` and hit the cells read at `read`?

    `read` None stands for all cells. With `within`, a loop around both, it means in the same run of that loop.
    """
    places = scope.places
    shared = [loop for loop in places.block[at].loops() if loop in places.block[store].loops()]
    distance = _distances(read, index, shared, _Bounds(at, store, scope)) if read is not None else {}
    if distance is None:
        return False
    outside = within is not None
    for loop in shared:
        first, last = distance.get(loop, ANY)
        outside = outside and loop is not within
        if outside:  # in the same trip of it
            if (first is not None and first > 0) or (last is not None and last < 0):
                return False
            continue
        if last is None or last > 0:
            return True
        if last < 0:
            return False
    return places.begin[store] > places.end[at]


def differ_here(read: Any, index: Any, stmt: Any, scope: Scope) -> bool:
    """Are the two indices, evaluated at one statement, certainly of different cells?"""
    if read is None or len(components(read)) != len(components(index)):
        return False
    bounds = _Bounds(stmt, stmt, scope)
    for a, b in zip(components(read), components(index), strict=True):
        left, right = offset_of(a), offset_of(b)
        same = left and right and (left.variable, left.less) == (right.variable, right.less)
        if left and right and same and left.constant != right.constant:
            least = bounds.least(left, stmt), bounds.least(right, stmt)
            return all(n is not None and n >= 0 for n in least)
    return False


def _mixes_signs(a: Offset, b: Offset) -> bool:
    """Plain constants of different signs may name one cell: `A[0]` and `A[-1]`."""
    return (a.constant < 0) != (b.constant < 0)


Trips = tuple[int | None, int | None]  # from how many trips later to how many; None where there is no limit
ANY: Trips = (None, None)


def _distances(read: Any, index: Any, loops: list[Any], bounds: _Bounds) -> dict[Any, Trips] | None:
    """How many trips of each loop after the read the store may hit the same cell; None where it never does."""
    parts, others = components(read), components(index)
    if len(parts) != len(others):
        return {}
    found: dict[Any, Trips] = {}
    for a, b in zip(parts, others, strict=True):
        left, right = offset_of(a), offset_of(b)
        if left is None or right is None:
            continue
        if left.variable is None and right.variable is None:
            if left.constant != right.constant and not _mixes_signs(left, right):
                return None
            continue
        # An index below zero counts from the end: then it may name any cell.
        least, other = bounds.least(left, bounds.at), bounds.least(right, bounds.store)
        if least is None or other is None or least < 0 or other < 0:
            continue
        if (left.variable is None and other > least) or (right.variable is None and least > other):
            return None
        names = (left.variable, left.less)
        if names == (right.variable, right.less) and not any(bounds.is_bound_in(n, loops) for n in names):
            # The same value at both points: nothing in the common loops binds it.
            if left.constant != right.constant:
                return None
            continue
        for loop in loops:
            trips = bounds.trips(left, right, loop)
            if trips is None or (trips := _both(found.get(loop, ANY), trips)) is None:
                return None
            found[loop] = trips
    return found


def _both(one: Trips, other: Trips) -> Trips | None:
    """The distances that are in both ranges; None where there are none."""
    first = max((x for x in (one[0], other[0]) if x is not None), default=None)
    last = min((x for x in (one[1], other[1]) if x is not None), default=None)
    return None if first is not None and last is not None and first > last else (first, last)


@dataclass(frozen=True)
class _Bounds:
    """Between which values the loop variables in the indices of a read and of a store lie."""

    at: Any
    store: Any
    scope: Scope

    def is_bound_in(self, variable: str | None, loops: list[Any]) -> bool:
        return any(_inside(s, loops) for s in self.scope.binders.get(variable or "", []))

    def least(self, offset: Offset, stmt: Any) -> int | None:
        """The least value of an index at a statement, if that is known."""
        if offset.variable is None:
            return offset.constant
        if offset.less is not None:
            return self.least_difference(offset, stmt)
        loop = self.loop_of(offset.variable, stmt)
        if loop is None:
            return None
        lower = offset_of(_limits(loop)[0])
        least = None if lower is None else self.least(lower, loop)
        return None if least is None else least + offset.constant + (_step(loop) < 0)

    def least_difference(self, offset: Offset, stmt: Any) -> int | None:
        """The least value of `variable - less + constant`: how far the upper bound of `less` stays below it."""
        own, other = self.loop_of(offset.variable, stmt), self.loop_of(offset.less, stmt)
        if own is None or other is None or not _is_around(own, other, self.scope.places):
            return None
        lower, _ = _limits(own)
        from_start = offset_of(lower)
        for limit in self.smallest_of(_limits(other)[1], other):
            most = offset_of(limit)
            if most is None or most.less is not None or most.variable is None:
                continue
            gap = offset.constant - most.constant + (_step(other) > 0)
            if most.variable == offset.variable:
                return gap
            if from_start is not None and from_start.less is None and most.variable == from_start.variable:
                if not self.is_bound_in(most.variable, [own]):
                    return gap + from_start.constant + (_step(own) < 0)
        return None

    def smallest_of(self, expr: Any, loop: Any) -> list[Any]:
        """What an expression, read where a loop begins, is no greater than: the arguments of `min`, or itself."""
        value = self.written_out(expr, loop)
        match value:
            case gast.Call(func=gast.Name(id=name), args=[_, _, *_] as args, keywords=[]):
                if self.scope.bindings.get(name) is min:
                    return [self.written_out(a, loop) for a in args]
        return [value]

    def written_out(self, expr: Any, loop: Any) -> Any:
        """What a name stands for that is bound once, in the block of a loop."""
        own = self.scope.binders.get(expr.id, []) if core.is_name(expr) else []
        if len(own) != 1 or not isinstance(own[0], gast.Assign) or not core.is_name(own[0].targets[0]):
            return expr
        same = self.scope.places.block[own[0]] is self.scope.places.block[loop]
        return own[0].value if same else expr

    def loop_of(self, variable: str | None, stmt: Any) -> Any:
        """The loop over a range, around a statement, that alone binds a variable."""
        own = self.scope.binders.get(variable or "", [])
        loop: Any = own[0] if len(own) == 1 else None
        return loop if _is_around(loop, stmt, self.scope.places) and _step(loop) else None

    def trips(self, read: Offset, index: Offset, loop: Any) -> Trips | None:
        """After how many trips of a loop the store may hit what the read reads; None for never."""
        step = _step(loop)
        if not step or not isinstance(loop.target, gast.Name) or self.scope.binders.get(loop.target.id) != [loop]:
            return ANY
        lowest, highest = self.range(read, self.at, loop)
        low, high = self.range(index, self.store, loop)
        # read: v + lowest .. v + highest; store, `d` trips later: v + d * step + low .. v + d * step + high
        least = None if lowest is None or high is None else lowest - high
        most = None if highest is None or low is None else highest - low
        if step < 0:
            least, most = None if most is None else -most, None if least is None else -least
        size = abs(step)
        first = None if least is None else -(-least // size)
        last = None if most is None else most // size
        return None if first is not None and last is not None and first > last else (first, last)

    def range(self, offset: Offset, stmt: Any, loop: Any) -> tuple[int | None, int | None]:
        """The least and the greatest that an index at a statement may be above the variable of a loop around it."""
        if offset.less is not None:
            least = self.least(Offset(offset.less, 0), stmt) if offset.variable == loop.target.id else None
            return None, None if least is None else offset.constant - least
        if offset.variable == loop.target.id:
            return offset.constant, offset.constant
        inner = self.loop_of(offset.variable, stmt)
        if inner is None or inner is loop or not _is_around(loop, inner, self.scope.places):
            return None, None
        low, high = map(offset_of, _limits(inner))
        least = self.range(low, inner, loop)[0] if low is not None else None
        most = self.range(high, inner, loop)[1] if high is not None else None
        least = None if least is None else least + offset.constant + (_step(inner) < 0)
        most = None if most is None else most + offset.constant - (_step(inner) > 0)
        return least, most


def _is_around(loop: Any, stmt: Any, places: Places) -> bool:
    return loop is not None and stmt is not None and loop in places.block[stmt].loops()


def _inside(stmt: Any, loops: list[Any]) -> bool:
    return any(s is stmt for loop in loops for s in core.statements([loop]))


def _limits(loop: Any) -> tuple[Any, Any]:
    """The lower and the upper end of a loop's range, as they are written."""
    args = loop.iter.args
    start, stop = (core.const(0), args[0]) if len(args) == 1 else args[:2]
    return (start, stop) if _step(loop) > 0 else (stop, start)


def _step(loop: Any) -> int:
    """The constant step of a loop over a range, 0 where there is none."""
    if not isinstance(loop, gast.For) or not isinstance(loop.iter, gast.Call):
        return 0
    args = loop.iter.args
    if len(args) < 3:
        return 1
    value = core.constant_value(args[2]) if core.is_constant(args[2]) else None
    return value if isinstance(value, int) else 0
