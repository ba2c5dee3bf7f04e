"""May a store write a cell that was read before it? Distances between iterations decide, where indices are simple.

In `for i in range(1, n): y[i] = y[i - 1] * r`, the cell `y[i - 1]` read in trip i is written in trip i - 1, that is
before; no later trip writes it again. So what the reverse sweep reads there stands there still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gast

from adjoint.analysis.indexing import components
from adjoint.analysis.places import Places
from adjoint.syntax import core


@dataclass(frozen=True)
class Offset:
    """An index component `variable + constant`; the variable None for a plain constant."""

    variable: str | None
    constant: int


def offset_of(node: Any) -> Offset | None:
    """The component as a variable and a constant, None for anything else."""
    match node:
        case gast.Name():
            return Offset(node.id, 0)
        case gast.BinOp(left=gast.Name(id=name), op=gast.Add() | gast.Sub() as op, right=gast.Constant(value=int(c))):
            return Offset(name, c if isinstance(op, gast.Add) else -c)
    if core.is_constant(node) and type(core.constant_value(node)) is int:
        return Offset(None, core.constant_value(node))
    return None


def written_later(read: Any, at: Any, index: Any, store: Any, places: Places, binders: dict[str, list[Any]]) -> bool:
    """May `store`, writing at `index`, run after the point behind statement `at` and hit the cells read at `read`?

    `read` None stands for all cells; `binders` maps each name to the statements that bind it.
    """
    shared = [loop for loop in places.block[at].loops() if loop in places.block[store].loops()]
    distance = _distances(read, index, shared, binders) if read is not None else {}
    if distance is None:
        return False
    for loop in shared:
        trips = distance.get(loop)
        if trips is None or trips > 0:
            return True
        if trips < 0:
            return False
    return places.begin[store] > places.end[at]


def differ_here(read: Any, index: Any) -> bool:
    """Are the two indices, evaluated at one point, certainly of different cells?"""
    if read is None or len(components(read)) != len(components(index)):
        return False
    for a, b in zip(components(read), components(index), strict=True):
        left, right = offset_of(a), offset_of(b)
        if left and right and left.variable == right.variable and left.constant != right.constant:
            return not _mixes_signs(left, right)
    return False


def _mixes_signs(a: Offset, b: Offset) -> bool:
    """Plain constants of different signs may name one cell: `A[0]` and `A[-1]`."""
    return a.variable is None and (a.constant < 0) != (b.constant < 0)


def _distances(read: Any, index: Any, loops: list[Any], binders: dict[str, list[Any]]) -> dict[Any, int] | None:
    """How many trips of each loop after the read the store hits the same cell; None where it never does."""
    parts, others = components(read), components(index)
    if len(parts) != len(others):
        return {}
    found: dict[Any, int] = {}
    for a, b in zip(parts, others, strict=True):
        left, right = offset_of(a), offset_of(b)
        if left is None or right is None or left.variable != right.variable:
            continue
        if left.variable is None:
            if left.constant != right.constant and not _mixes_signs(left, right):
                return None
            continue
        loop = next((x for x in loops if binders.get(left.variable) == [x]), None)
        step = _step(loop) if loop is not None else None
        if loop is None:
            # The same value at both points only if nothing in the common loops binds it.
            if not any(_inside(s, loops) for s in binders.get(left.variable, [])) and left.constant != right.constant:
                return None
            continue
        if step is None:
            continue
        quotient, rest = divmod(left.constant - right.constant, step)
        if rest or found.get(loop, quotient) != quotient:
            return None
        found[loop] = quotient
    return found


def _inside(stmt: Any, loops: list[Any]) -> bool:
    return any(s is stmt for loop in loops for s in core.statements([loop]))


def _step(loop: Any) -> int | None:
    """The constant step of a loop over a range."""
    if not isinstance(loop, gast.For) or not isinstance(loop.iter, gast.Call):
        return None
    args = loop.iter.args
    if len(args) < 3:
        return 1
    value = core.constant_value(args[2]) if core.is_constant(args[2]) else None
    return value if isinstance(value, int) and value else None
