"""The form of each cotangent: a value that is rebound, or a buffer that is added into; and which views are tied.

Where no single bind tells which array a name stands for (a branch chooses, a loop moves arrays on), the whole class is
*mirrored*: a cotangent is looked up by the array that the name holds, which the reverse sweep brings back.

A class of names whose cells are stored to, or read by index, has buffers. Where cells change while a second name of
the class is alive, that name's cotangent must be the same view of the buffer as the name is of the array: it is *tied*.
A bind of any other alias or view may be treated as if it copied, since no one can tell the difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import Classes, alias_sources, grown_in, is_swap, sharing_of, stored_index
from adjoint.analysis.callees import callee_of
from adjoint.analysis.containers import CONTAINERS, can_be_mirrored, change_of, holds_objects, is_holder, is_nested
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.indexing import is_place
from adjoint.analysis.kinds import COMPLEX, Array, Kind, ListOf, Number, TupleOf, Unknown, can_vary, dtype_of
from adjoint.analysis.liveness import Liveness
from adjoint.classes import dataclass
from adjoint.syntax import core


@dataclass(frozen=True)
class Storage:
    """Forms of cotangents; `tied` maps a name to the bind that makes it a view, `conflicts` cannot be followed."""

    buffers: frozenset[str]
    tied: Mapping[str, Any]
    conflicts: tuple[Any, ...]
    mirrored: frozenset[str] = frozenset()  # arrays and containers whose cotangents are found by identity
    holders: frozenset[str] = frozenset()  # containers of these, which have no cotangents of their own


def storage(
    fn: core.Function, kinds: Mapping[str, Kind], classes: Classes, live: Liveness, active: frozenset[str]
) -> Storage:
    """Choose the form of the cotangent of every active name."""
    buffers = {n for n in _indexed(fn, kinds) if n in active}
    observed = _with_choices(_observed(fn, kinds, classes, live), fn, kinds, classes)
    # A view that lives while nothing is stored to its class is a value like any other.
    written = {n for pair in observed for n in pair} | set(fn.stores.values())
    buffers |= {n for n in active & written if not isinstance(kinds.get(n), Number)}
    for stmt in fn.statements:
        if is_swap(stmt):
            names = {t.id for t in stmt.targets[0].elts}
            if names & buffers:
                buffers |= names & active
    tied: dict[str, Any] = {}
    conflicts: list[Any] = []
    for stmt in fn.statements:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if name in active and name in buffers:
                sources = [s for s in alias_sources(stmt.value, kinds, fn.bindings) if s in active and s != name]
                if any((name, s) in observed for s in sources):
                    lost = name in tied or _moves(name, stmt, fn, kinds, live)
                    lost = (
                        lost or not isinstance(kinds.get(name), Array) and not _is_plain_alias(stmt, fn, kinds, classes)
                    )
                    lost = lost or sharing_of(stmt.value, kinds, fn.bindings) != "view"
                    lost = lost or _repeats_cells(stmt.value, kinds, fn)
                    (conflicts.append(stmt) if lost else tied.__setitem__(name, stmt))
                    buffers |= set(sources)  # those of a choice too that nobody looks at afterwards
    tied.update(_rows(fn, kinds, classes, live, buffers & active, tied))
    conflicts += _rebound_bases(fn, tied, live)
    conflicts += _several(fn, tied) + _outliving(fn, tied, live)
    conflicts += _unbound_pairs(observed, tied, kinds, fn.bindings, active)
    conflicts += _changed_items(fn, kinds, classes, live, active)
    mirrored = _mirrored(fn, kinds, classes, active, conflicts)
    left = tuple(c for c in conflicts if not _names(c) & mirrored)
    tied = {n: stmt for n, stmt in tied.items() if n not in mirrored}
    holders = frozenset(n for n in mirrored if is_holder(kinds.get(n)))
    return Storage(frozenset(buffers) | mirrored, tied, left, mirrored - holders, holders)


def _rows(
    fn: core.Function,
    kinds: Mapping[str, Kind],
    classes: Classes,
    live: Liveness,
    buffers: Set[str],
    tied: Mapping[str, Any],
) -> dict[str, Any]:
    """Parts that are taken of arrays which never change, and read by index: they need no cotangents of their own.

    `row_bar = A_bar[i]` is added to in place, where it would be made of zeros and then added to `A_bar[i]`.
    """
    found: dict[str, Any] = {}
    for stmt in fn.statements:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Subscript(value=gast.Name(id=whole))):
                wanted = {name, whole} <= buffers and name != whole and not {name, whole} & tied.keys()
                arrays = all(isinstance(kinds.get(n), Array) for n in (name, whole))
                if wanted and arrays and not classes.is_changed(whole) and not classes.is_changed(name):
                    alone = {name: stmt}
                    lost = sharing_of(stmt.value, kinds, fn.bindings) != "view" or _rebound_bases(fn, alone, live)
                    if not (lost or _several(fn, alone) or _outliving(fn, alone, live)):
                        found[name] = stmt
    return found


def _names(conflict: Any) -> frozenset[str]:
    return frozenset(conflict) if isinstance(conflict, tuple) else core.names_bound(conflict)


def _mirrored(
    fn: core.Function, kinds: Mapping[str, Kind], classes: Classes, active: frozenset[str], conflicts: list[Any]
) -> frozenset[str]:
    """The classes with conflicts, where it is known what is what."""
    found: set[str] = set()
    for name in {n for c in conflicts for n in _names(c)}:
        mates = {n for n in classes.mates(name) if n in active or can_vary(kinds.get(n))}
        if all(can_be_mirrored(kinds.get(n)) and n in active for n in mates):
            found |= mates
    for stmt in conflicts:
        if not isinstance(stmt, tuple) and is_imaginary_part(stmt, kinds, fn.bindings):
            found -= classes.mates(stmt.targets[0].id)
    for stmt in fn.statements:
        match stmt:
            case gast.Assign(targets=[gast.Tuple()]) if not is_swap(stmt):
                for name in core.names_bound(stmt):
                    found -= classes.mates(name)
    return frozenset(found)


def _indexed(fn: core.Function, kinds: Mapping[str, Kind]) -> set[str]:
    """Arrays and lists that are read by index, or appended to."""

    def of_index(expr: Any) -> Kind | None:
        return kind_of_expression(expr, kinds, fn.bindings)

    found = set(grown_in(fn, kinds).values())
    for stmt in fn.statements:
        match stmt:
            case gast.Assign(value=gast.Subscript(value=gast.Name(id=name), slice=index)):
                kind = kinds.get(name)
                part = isinstance(kind, Unknown) and not is_place(index, of_index)
                if part or isinstance(kind, (Array, *CONTAINERS)):
                    found.add(name)
    return found


def _is_plain_alias(stmt: Any, fn: core.Function, kinds: Mapping[str, Kind], classes: Classes) -> bool:
    """Is this another name of a list of numbers, of which no part is replaced at once?"""
    mates = classes.mates(core.path_of(stmt.targets[0]) or "")
    replaced = {name for stmt, name in fn.stores.items() if _stores_part(stmt)}
    numbers = all(isinstance(kinds.get(n), ListOf) and isinstance(kinds[n].item, Number) for n in mates)  # type: ignore[attr-defined]
    return core.is_name(stmt.value) and numbers and mates.isdisjoint(replaced)


def _stores_part(stmt: Any) -> bool:
    return isinstance(stored_index(stmt), gast.Slice)


def _moves(name: str, stmt: Any, fn: core.Function, kinds: Mapping[str, Kind], live: Liveness) -> bool:
    """Is this a list made of others, or an item of a list that grows or shrinks while the item is used?"""
    grown = {n for s, n in grown_in(fn, kinds).items() if name in live.after[s]}
    source = stmt.value.value if isinstance(stmt.value, gast.Subscript) else None
    if isinstance(stmt.value, (gast.List, gast.Tuple)):
        return True  # the cotangents of a list are a list of their own
    return change_of(stmt, kinds) is not None or (source is not None and source.id in grown)


def _observed(fn: core.Function, kinds: Mapping[str, Kind], classes: Classes, live: Liveness) -> set[tuple[str, str]]:
    """Pairs of names between which a change of cells can be seen: one is stored to while the other lives."""
    all_grown = grown_in(fn, kinds)
    pairs: set[tuple[str, str]] = set()
    for stmt in fn.statements:
        grown = all_grown.get(stmt)
        target = grown or fn.stores.get(stmt)
        if target is None:
            continue
        seen = [n for n in live.after[stmt] if n != target and classes.may_overlap(target, n)]
        if isinstance(kinds.get(target), CONTAINERS):
            seen = [n for n in seen if _may_hold_list(n, target, kinds, classes)]
        alive = [target, *seen]
        pairs |= {(a, b) for a in alive for b in alive if a != b and classes.may_overlap(a, b)}
    return pairs


def _with_choices(
    pairs: set[tuple[str, str]], fn: core.Function, kinds: Mapping[str, Kind], classes: Classes
) -> set[tuple[str, str]]:
    """The pairs, and those of arrays between which an observed choice is made: its cotangent is one of theirs.

    What sees a choice change sees each of these arrays change, whether or not anybody looks at them by their names.
    """
    choices = []
    for stmt in fn.statements:
        if isinstance(stmt, gast.Assign) and isinstance(stmt.value, gast.IfExp) and core.is_name(stmt.targets[0]):
            choices.append((stmt.targets[0].id, alias_sources(stmt.value, kinds, fn.bindings)))
    before = -1
    while choices and before != len(pairs):
        before = len(pairs)
        for name, sources in choices:
            if any((name, s) in pairs for s in sources):
                seen = [*sources, *(b for a, b in pairs if a == name)]
                pairs |= {(a, b) for a in sources for b in seen if a != b and classes.may_overlap(a, b)}
                pairs |= {(b, a) for a in sources for b in seen if a != b and classes.may_overlap(a, b)}
    return pairs


def _may_hold_list(name: str, items: str, kinds: Mapping[str, Kind], classes: Classes) -> bool:
    """May a name hold the same list as `items`, or hold that list? Arrays in it stay what they are when it changes."""
    if isinstance(kinds.get(name), Array):
        return False
    lists = [{s for s in classes.sites.get(n, {n}) if not isinstance(kinds.get(s), Array)} for n in (name, items)]
    return not lists[0].isdisjoint(lists[1])


def _changed_items(
    fn: core.Function, kinds: Mapping[str, Kind], classes: Classes, live: Liveness, active: frozenset[str]
) -> list[tuple[str, str]]:
    """Arrays and containers that change while a container may hold them, or while they hold containers, in pairs."""
    found = []
    grown = grown_in(fn, kinds)
    for stmt in fn.statements:
        name = fn.stores.get(stmt) or grown.get(stmt)
        if name in active and isinstance(kinds.get(name), (Array, *CONTAINERS)):
            mates = classes.mates(name)
            others = sorted(mates & active & live.after[stmt] - {name})
            found += [(m, name) for m in others if is_nested(kinds[name]) or _may_hold(kinds.get(m), kinds[name])]
    return found


def _may_hold(kind: Kind | None, item: Kind) -> bool:
    """May a container of a kind hold a value of the other kind, in place?"""
    if isinstance(kind, TupleOf):
        return any(isinstance(k, type(item)) or _may_hold(k, item) for k in kind.items)
    return holds_objects(kind) and isinstance(kind.item, type(item))  # type: ignore[union-attr]


# Views in which a cell of the array stands several times: no view of a cotangent can be added into like that.
REPEATING = (np.broadcast_to, np.broadcast_arrays, np.lib.stride_tricks.sliding_window_view)


def _repeats_cells(value: Any, kinds: Mapping[str, Kind], fn: core.Function) -> bool:
    callee = callee_of(value, kinds, fn.bindings)
    return callee is not None and any(callee.primitive is primitive for primitive in REPEATING)


def is_imaginary_part(stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    """Does this bind `z.imag`? The cotangent of y in z = x + iy is -Im z_bar, which is no view of z_bar."""
    callee = callee_of(stmt.value, kinds, bindings)
    if callee is None or callee.primitive is not np.imag or not callee.args:
        return False
    return dtype_of(kind_of_expression(callee.args[0], kinds, bindings)) in (None, *COMPLEX)


def _rebound_bases(fn: core.Function, tied: Mapping[str, Any], live: Liveness) -> list[Any]:
    """Statements that rebind the array of which a tied name, alive, is a view."""
    bases = {name: core.names_read(stmt.value) for name, stmt in tied.items()}
    return [
        tied[name]
        for stmt in fn.statements
        if (bound := fn.binds[stmt])
        for name in tied
        if name in live.after[stmt] and stmt is not tied[name] and bound & bases[name]
    ]


def _several(fn: core.Function, tied: Mapping[str, Any]) -> list[Any]:
    """Other statements that bind a tied name: then no single view says what it is."""
    bound = [(n, s) for s in fn.statements for n in fn.binds[s]]
    again = [tied[n] for n, s in bound if n in tied and s is not tied[n]]
    return again + [stmt for name, stmt in tied.items() if name in fn.params]


def _outliving(fn: core.Function, tied: Mapping[str, Any], live: Liveness) -> list[Any]:
    """Views that outlive the trip in which they were taken, where another trip takes another view."""
    found = []
    for loop in fn.statements:
        if not isinstance(loop, (gast.For, gast.While)):
            continue
        inside = list(core.statements(loop.body))
        varying = {n for s in (loop, *inside) for n in fn.binds[s]}
        for name, stmt in tied.items():
            carried = name in live.at_head(loop) and any(s is stmt for s in inside)
            if carried and core.names_read(stmt.value) & varying:
                found.append(stmt)
    return found


def _unbound_pairs(
    observed: set[tuple[str, str]],
    tied: Mapping[str, Any],
    kinds: Mapping[str, Kind],
    bindings: Mapping[str, Any],
    active: frozenset[str],
) -> list[Any]:
    """Pairs whose relation no single bind explains: the statement of one of them, to be refused."""

    def base(name: str) -> str:
        seen = {name}
        while name in tied:
            sources = [s for s in alias_sources(tied[name].value, kinds, bindings) if s in active]
            if len(sources) != 1 or sources[0] in seen:
                break
            name = sources[0]
            seen.add(name)
        return name

    found = []
    for a, b in sorted(observed):
        if a < b and a in active and b in active and not _related(a, b, base, tied, kinds, bindings):
            found.append((a, b))
    return found


def _related(
    a: str, b: str, base: Any, tied: Mapping[str, Any], kinds: Mapping[str, Kind], bindings: Mapping[str, Any]
) -> bool:
    """Do the two go back to one array by ties (or may they through a choice between arrays)?"""
    if base(a) == base(b):
        return True
    for name in (a, b):
        if name in tied and len(alias_sources(tied[name].value, kinds, bindings)) > 1:
            return True
    return False
