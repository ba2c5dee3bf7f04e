"""The cotangents of arrays and numbers that a call joins: each is a part of the result's.

    t = np.concatenate((p, v))         ->      p_bar = t_bar[:len(p)]
                                               v_bar = t_bar[len(p):]

This is for members that are written out in the call. Where a sequence comes from elsewhere, the rule of the function
takes the cotangent apart during the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import Array, Kind, Number
from adjoint.differentiate.sweep import Sweep
from adjoint.syntax import core
from adjoint.syntax.core import load

JOINED = (np.concatenate, np.vstack, np.hstack, np.column_stack)
TAKEN_APART = (*JOINED, np.stack, np.array, np.asarray)
Part = tuple[str, Any]  # a member's name, and the index of its part


def parts_of(primitive: Any, args: Sequence[Any], keywords: Mapping[str, Any], sweep: Sweep) -> list[Part] | None:
    """The active members that a call joins, with the index of each in the result; None where that is not known."""
    if not any(primitive is f for f in TAKEN_APART) or not args or set(keywords) - {"axis"} or len(args) > 2:
        return None
    members = written(args[0], sweep)
    if not members:
        return None
    axis = keywords.get("axis", args[1] if len(args) == 2 else core.const(0))
    if not core.is_constant(axis) or type(core.constant_value(axis)) is not int:
        return None
    if primitive in (np.array, np.asarray) and len(args) == 1 and not keywords:
        leaves = list(_leaves(members, [], sweep))
        return leaves if _are_alike([sweep.facts.kinds.get(n) for n, _ in leaves]) else None
    rank = _rank([sweep.kind(m) for m in members])
    if rank is None or not rank:
        return None
    if primitive is np.stack:
        place = core.constant_value(axis) % (rank + 1)
        return [(m.id, _index([core.const(k)], place)) for k, m in enumerate(members) if core.is_name(m)]
    if primitive not in JOINED:
        return None
    if rank == 1 and primitive in (np.vstack, np.column_stack):
        place = 0 if primitive is np.vstack else 1
        return [(m.id, _index([core.const(k)], place)) for k, m in enumerate(members) if core.is_name(m)]
    own = {np.vstack: 0, np.hstack: min(rank - 1, 1), np.column_stack: 1}
    return list(_side_by_side(members, own.get(primitive, core.constant_value(axis) % rank), sweep.helper(len)))


def written(node: Any, sweep: Sweep) -> list[Any] | None:
    """The members of a sequence that was written out where it is used."""
    if not core.is_name(node) or node.id not in sweep.fn.temps:
        return None
    binds = [s for s in core.statements(sweep.fn.tree.body) if node.id in core.names_bound(s)]
    reads = [s for s in core.statements(sweep.fn.tree.body) if node.id in core.names_read(s)]
    match binds:
        case [gast.Assign(targets=[gast.Name()], value=gast.Tuple() | gast.List() as value)] if len(reads) == 1:
            return list(value.elts)
    return None


def _side_by_side(members: Sequence[Any], axis: int, length_of: str) -> Iterator[Part]:
    start: Any = None
    for k, member in enumerate(members):
        name = load(member.id)
        length = core.call(length_of, name) if axis == 0 else core.item(core.attribute(name, "shape"), core.const(axis))
        stop = length if start is None else core.binary(core.copy(start), gast.Add, length)
        last = k == len(members) - 1
        part = core.slice_(core.copy(start), None if last else core.copy(stop), None)
        yield member.id, _index([part], axis)
        start = stop


def _leaves(members: Sequence[Any], index: list[Any], sweep: Sweep) -> Iterator[Part]:
    """The members of nested sequences, with their indices."""
    for k, member in enumerate(members):
        here = [*index, core.const(k)]
        inner = written(member, sweep)
        if inner:
            yield from _leaves(inner, here, sweep)
        elif core.is_name(member):
            yield member.id, _index(here, 0)


def _index(own: list[Any], axis: int) -> Any:
    """An index into the axis of that number."""
    parts = [*(core.slice_(None, None, None) for _ in range(axis)), *map(core.copy, own)]
    return parts[0] if len(parts) == 1 else core.tuple_(parts)


def _are_alike(kinds: Sequence[Kind | None]) -> bool:
    """All numbers, or all arrays of one rank."""
    return all(isinstance(k, Number) for k in kinds) or _rank(kinds) is not None


def _rank(kinds: Sequence[Kind | None]) -> int | None:
    """The rank that all of some arrays have."""
    ranks = {k.rank if isinstance(k, Array) else None for k in kinds}
    return ranks.pop() if len(ranks) == 1 else None


def part_kind(member: Kind | None, whole: Kind | None) -> Kind | None:
    """The kind of a member's part of the cotangent."""
    if isinstance(member, Array) and isinstance(whole, Array):
        return Array(whole.dtype, member.shape)
    if isinstance(member, Number) and isinstance(whole, Array):
        return Number(whole.dtype)
    return None
