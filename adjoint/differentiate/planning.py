"""From what the adjoint statements read to the plan of what is recorded, and what has to be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.analysis.alias import stored_index, stored_name
from adjoint.analysis.containers import change_of
from adjoint.analysis.kinds import Array, DictOf, Kind, Number
from adjoint.analysis.needs import Need, needs_of
from adjoint.analysis.record import Plan, record
from adjoint.differentiate.sweep import Facts, Item
from adjoint.syntax import core

ROUNDS = 20


def planned(
    fn: core.Function,
    facts: Facts,
    items: list[Item],
    counters: Mapping[Any, str],
    bars: frozenset[str],
    bindings: Mapping[str, Any],
) -> Plan:
    """What to record: bringing a value back may itself need values, so until nothing is added."""
    needs: dict[Any, Need] = {}
    begins: dict[tuple[Any, str], Need] = {}
    _collect(items, counters, bars, bindings, needs, begins)
    begins = {place: _of_varying_form(need, facts.kinds) for place, need in begins.items()}
    needs[None] = needs_of([s for item in items if item.stmt is None for s in item.body], bars, bindings)
    for _ in range(ROUNDS):
        plan = record(fn, facts.kinds, facts.classes, facts.live, needs, begins)
        more = _for_bringing_back(plan, counters, bindings, facts.kinds)
        grown = {s: _joined(needs.get(s), n) for s, n in more.items()}
        if all(needs.get(s) is not None and _same(needs[s], n) for s, n in grown.items()):
            break
        needs.update(grown)
    plan.needs = needs
    return plan


def _collect(
    items: list[Item],
    counters: Mapping[Any, str],
    bars: frozenset[str],
    bindings: Mapping[str, Any],
    needs: dict[Any, Need],
    begins: dict[tuple[Any, str], Need],
) -> None:
    for item in items:
        if item.stmt is None:
            continue
        need = needs_of([*item.before, *item.body], bars, bindings)
        needs[item.stmt] = _joined(_joined(needs.get(item.stmt), need), _of_head(item.stmt, counters, bindings))
        for name, block in zip(("body", "orelse"), item.blocks, strict=False):
            # What is set to zero at the end of a reversed block is read at its beginning.
            for inner in block:
                if inner.stmt is None:
                    need = needs_of(inner.body, bars, bindings)
                    needs[item.stmt] = _joined(needs[item.stmt], need)
                    begins[item.stmt, name] = _joined(begins.get((item.stmt, name)), need)
            _collect(block, counters, bars, bindings, needs, begins)


def _of_varying_form(need: Need, kinds: Mapping[str, Kind]) -> Need:
    """What is read of names that may have another length, or shape, each time they are bound."""

    def varies(kind: Kind | None) -> bool:
        if isinstance(kind, Array):
            return kind.shape is None or None in kind.shape
        return not isinstance(kind, (Number, DictOf))

    return Need(frozenset(n for n in need.names if varies(kinds.get(n))))


NOTHING = Need(frozenset())


def _of_head(stmt: Any, counters: Mapping[Any, str], bindings: Mapping[str, Any]) -> Need:
    """What running a compound statement backwards needs: its branch, its bounds or its number of trips."""
    if type(stmt) is gast.Assign or type(stmt) is gast.AugAssign:
        return NOTHING
    match stmt:
        case gast.If():
            return needs_of([stmt.test], frozenset(), bindings)
        case gast.For(iter=gast.Call()):
            counter = [counters[stmt]] if stmt in counters else []
            bounds = needs_of(list(stmt.iter.args), frozenset(), bindings)
            return _joined(bounds, Need(frozenset(counter)))
        case gast.While():
            return Need(frozenset([counters[stmt]]))
        case core.Attempt() if not stmt.reraises:
            return Need(frozenset([stmt.flag.id]))
    return Need(frozenset())


def _for_bringing_back(
    plan: Plan, counters: Mapping[Any, str], bindings: Mapping[str, Any], kinds: Mapping[str, Kind]
) -> dict[Any, Need]:
    """What the statements that bring values back read themselves, and the compound ones around them."""
    found: dict[Any, Need] = {}
    for stmt, stores in plan.saved_cells.items():
        for store in stores:
            index = needs_of([stored_index(store)], frozenset(), bindings)
            found[stmt] = _joined(found.get(stmt), Need(index.names | {stored_name(store) or ""}, index.cells))
    for stmt in plan.regrown:
        # What was taken out is put in again, where it was.
        found[stmt] = _joined(found.get(stmt), Need(core.names_bound(stmt)))
        change = change_of(stmt, kinds)
        if change is not None:
            need = needs_of([] if change.index is None else [change.index], frozenset(), bindings)
            found[stmt] = _joined(found[stmt], Need(need.names | {change.name}, need.cells))
    for stmt in undone(plan):
        block = plan.places.block[stmt]
        while block.owner is not None:
            found[block.owner] = _joined(found.get(block.owner), _of_head(block.owner, counters, bindings))
            block = plan.places.block[block.owner]
    return found


def undone(plan: Plan) -> set[Any]:
    """The statements whose effects on names and cells the reverse sweep undoes."""
    return set(plan.saved_cells) | set(plan.saved_names) | plan.swapped_back | plan.regrown


def _joined(a: Need | None, b: Need) -> Need:
    if a is None or b is NOTHING:
        return b if a is None else a
    known = {(n, id(i)) for n, i in a.cells}
    return Need(a.names | b.names, (*a.cells, *((n, i) for n, i in b.cells if (n, id(i)) not in known)))


def _same(a: Need, b: Need) -> bool:
    return a.names == b.names and len(a.cells) == len(b.cells)


def with_undoing(items: list[Item], plan: Plan, block: Any) -> list[Item]:
    """The items of a block, with empty ones for compound statements in which values are only brought back."""
    inside = {id(plan.places.in_block(s, block)) for s in undone(plan)}
    by_stmt = {item.stmt: item for item in items if item.stmt is not None}
    result = list(items)
    for stmt in block.statements:
        blocks = [plan.places.inner[stmt, n] for n in ("body", "orelse") if (stmt, n) in plan.places.inner]
        if not blocks or isinstance(stmt, gast.FunctionDef):
            continue
        if stmt not in by_stmt and id(stmt) in inside:
            by_stmt[stmt] = Item(stmt, [], blocks=[[] for _ in blocks])
            result.insert(_first_after(result, stmt, plan), by_stmt[stmt])
        if stmt in by_stmt:
            filled = by_stmt[stmt].blocks
            filled[: len(blocks)] = [with_undoing(i, plan, b) for i, b in zip(filled, blocks, strict=False)]
    return result


def _first_after(items: list[Item], stmt: Any, plan: Plan) -> int:
    begin = plan.places.begin
    for k, item in enumerate(items):
        if item.stmt is None or (item.stmt in begin and begin[item.stmt] < begin[stmt]):
            return k
    return len(items)
