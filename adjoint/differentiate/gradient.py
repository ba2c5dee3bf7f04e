"""Reverse a function in Core form: prepare it, analyse it, write both sweeps, put them together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint import debug
from adjoint.analysis.activity import activity
from adjoint.analysis.alias import alias_classes, alias_sources, grown_in, sharing_of
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.hidden import escaping, put_away, refuse_hidden_flows, sinks_of
from adjoint.analysis.infer import infer
from adjoint.analysis.kinds import UNKNOWN, Array, DictOf, Kind, Number, Static, TupleOf, matrices_of
from adjoint.analysis.laundering import refuse_laundering
from adjoint.analysis.liveness import liveness
from adjoint.analysis.odd_arrays import refuse_odd_arrays
from adjoint.analysis.repeated import Again, done_again
from adjoint.analysis.results import ResultOf, unknown_result
from adjoint.analysis.sets import refuse_sets
from adjoint.analysis.storage import storage
from adjoint.analysis.unknown import refuse_hidden_stores, refuse_truncation, refuse_unknown_calls
from adjoint.calls.dispatch import dispatched
from adjoint.classes import dataclass
from adjoint.debug import stage
from adjoint.differentiate.assemble import Assembly
from adjoint.differentiate.branches import decided
from adjoint.differentiate.compose import Sweeps, joined, memory_of, split
from adjoint.differentiate.containers import containers_changed
from adjoint.differentiate.effects import in_place
from adjoint.differentiate.expected import expected
from adjoint.differentiate.halfway import Halfway
from adjoint.differentiate.ownership import memory_groups, owned_bars, settled, with_own_records
from adjoint.differentiate.planning import planned, with_undoing
from adjoint.differentiate.prepare import augmented, chosen, counted, iterated, separated
from adjoint.differentiate.rebound import rebound
from adjoint.differentiate.records import Record, records_of
from adjoint.differentiate.refusals import refuse_aliases, refuse_foreign_memory, refuse_lookups
from adjoint.differentiate.reverse import reverse
from adjoint.differentiate.sweep import Facts, Item, Sweep
from adjoint.differentiate.text import Known, Text
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy import NUMBER
from adjoint.tidy.effects import LIST


@dataclass(frozen=True)
class Derivative:
    """The generated functions of one request, and what is known of the function that was differentiated."""

    functions: tuple[core.Function, ...]
    memories: tuple[Mapping[str, Hashable], ...]
    result: Kind
    changes: tuple[str, ...]
    outer: tuple[Any, ...]  # the arrays from outside the function that it changes
    hidden: tuple[str, ...]  # the objects into which it puts what varies
    again: Again | None  # what a second run of the function would do again
    primal: frozenset[str] = frozenset()  # the names of the function that was differentiated forward
    records: tuple[Record, ...] = ()  # for who asks what is recorded


def differentiate(
    fn: core.Function,
    arguments: Mapping[str, Kind],
    wrt: Sequence[str],
    mode: str,
    result_of: ResultOf = unknown_result,
    pairs: Mapping[str, Any] = MappingProxyType({}),
) -> Derivative:
    """Reverse a Core function that calls nothing but primitives."""
    before, old = edited(fn, arguments, result_of)
    fn, counters = counted(before, old)
    kinds = infer(fn, arguments, result_of, old)
    facts = analysed(fn, kinds, wrt)
    known = frozenset(pairs) | {n for n, value in fn.bindings.items() if value is arrays.kept}
    if prepared(fn, facts, known) is not fn:
        # Its new branches are to be named too, and what is known of the names is known still.
        fn, counters = counted(prepared(before, facts, known), kinds)
        kinds = infer(fn, arguments, result_of, old)
        facts = analysed(fn, kinds, wrt)
    stage("prepare", fn, folded=True)
    sinks = refuse(fn, facts, known)
    sweeps = swept(fn, facts, counters, wrt, pairs)
    result = result_kind(fn, kinds)
    functions = split(sweeps) if mode == "split" else (joined(sweeps, mode, lambda: escaping(fn, kinds, known)),)
    memories = tuple(memory_of(f, sweeps) for f in functions)
    outer = [v for n, v in fn.bindings.items() if isinstance(v, np.ndarray) and is_stored(fn, n, facts)]
    hidden = put_away(fn, kinds, facts.varied, sinks)
    again = done_again(fn, kinds, known)
    return Derivative(functions, memories, result, sweeps.changes, tuple(outer), hidden, again, records=sweeps.records)


def edited(
    fn: core.Function, arguments: Mapping[str, Kind], result_of: ResultOf
) -> tuple[core.Function, Mapping[str, Kind]]:
    """What kinds alone decide: branches left out, calls that change things written as stores, `x op= e`."""
    fn, kinds = decided(fn, lambda f: infer(f, arguments, result_of))
    changed = containers_changed(fn, kinds)
    if changed is not fn:
        fn, kinds = changed, infer(changed, arguments, result_of)
    stored = in_place(iterated(fn), kinds)
    if stored is not fn:
        fn, kinds = stored, infer(stored, arguments, result_of)
    return augmented(fn, kinds), kinds


def refuse(fn: core.Function, facts: Known, known: frozenset[str]) -> Any:
    """Refuse what no mode can follow; `known` are the paths of calls handled elsewhere.

    Returns where values that vary are put away (see `analysis.hidden`).
    """
    refuse_lookups(fn)
    refuse_odd_arrays(fn, facts.kinds, facts.varied)
    refuse_truncation(fn, facts.kinds, facts.varied)
    refuse_hidden_stores(fn, facts.kinds, facts.active)
    refuse_laundering(fn, facts.kinds, facts.varied)
    refuse_sets(fn, facts.kinds, facts.varied)
    refuse_unknown_calls(fn, facts.kinds, facts.active, known)
    sinks = sinks_of(fn, facts.kinds, facts.varied, known)
    refuse_hidden_flows(fn, facts.kinds, sinks)
    return sinks


def prepared(fn: core.Function, facts: Facts, known: frozenset[str]) -> core.Function:
    """The changes that need to know what is active: choices become branches, no statement reads what it binds.

    Calls of functions that are not known, but those of the paths `known`, are resolved when the function runs.
    """
    new = rebound(fn, facts.kinds, facts.active)
    new = chosen(new, facts.active - frozenset(facts.storage.tied))
    new = dispatched(new, facts.kinds, facts.active, facts.varied, facts.classes, known)
    nonlinear = {n for n, k in facts.kinds.items() if isinstance(k, (TupleOf, *CONTAINERS))}
    return separated(new, facts.active, facts.storage.mirrored | nonlinear)


def analysed(fn: core.Function, kinds: Mapping[str, Kind], wrt: Sequence[str]) -> Facts:
    """Run the analyses that the reverse sweep asks."""
    classes = alias_classes(fn, kinds)
    live = liveness(fn)
    active, varied = activity(fn, kinds, classes, wrt)
    return Facts(kinds, active, varied, classes, storage(fn, kinds, classes, live, active), live)


def result_kind(fn: core.Function, kinds: Mapping[str, Kind]) -> Kind:
    return kind_of_expression(fn.result, kinds, fn.bindings) or UNKNOWN


def swept(
    fn: core.Function, facts: Facts, counters: Mapping[Any, str], wrt: Sequence[str], pairs: Mapping[str, Any]
) -> Sweeps:
    """Write both sweeps."""
    if facts.storage.conflicts:
        refuse_aliases(fn, facts)
    namer = fn.namer()
    sweep = Sweep(fn, facts, namer, pairs)
    seed = namer.fresh("out_bar")
    items = reverse(sweep, seed)
    gradients, final = _gradients(sweep, wrt)
    if sweep.mirror is not None:
        items[0].body.insert(0, core.bind(sweep.mirror, core.call(sweep.helper(arrays.no_cotangents))))
    items.append(Item(None, [], final))
    bindings = {**fn.bindings, **sweep.helpers}
    bars = frozenset(sweep.bars.values()) | sweep.foldable | {seed, sweep.mirror or seed}
    plan = planned(fn, facts, items, counters, bars, bindings)

    def region(name: str, index: Any) -> Kind | None:
        return kind_of_expression(core.item(load(name), index), facts.kinds, bindings)

    refuse_foreign_memory(fn, plan)
    halfway = Halfway(facts, plan, namer, sweep.helper)
    assembly = Assembly(fn, facts.kinds, plan, counters, namer, region, sweep.helper, halfway)
    top = plan.places.top
    told = records_of(fn, facts.kinds, plan, assembly.sites)
    items = with_undoing(items, plan, top)
    backward = assembly.reverse(items, top)
    forward = with_own_records(assembly.forward(top)[:-1], sweep)
    mirrored = facts.storage.mirrored
    changed = tuple(p for p in fn.params if facts.classes.is_changed(p) and is_stored(fn, p, facts))
    # What is mirrored is looked up by the array: each parameter then has one of its own.
    copies = [core.bind(p, working_copy(p, sweep)) for p in fn.params if p in mirrored or p in changed]
    backward, gradients = settled(backward, gradients, owned_bars(backward, sweep), sweep, wrt)
    if debug.MODE.on:
        backward = expected(backward, sweep)
        bindings.update(sweep.helpers)
    temps = fn.temps | sweep.foldable | assembly.made | halfway.made()
    groups = memory_groups(backward, sweep)
    if isinstance(facts.kinds.get(str(core.path_of(fn.result))), Number):
        sweep.numbers.add(seed)
    memory: dict[str, Hashable] = {n: NUMBER if n in sweep.numbers else f"cotangent {groups.get(n, n)}" for n in bars}
    memory.update({n: (LIST, n) for n in assembly.stacks()})
    bindings = {**bindings, **sweep.helpers}
    seeded = [(seed, str(core.path_of(fn.result)))]
    return Sweeps(
        fn,
        facts,
        copies,
        forward,
        backward,
        gradients,
        seed,
        namer,
        bindings,
        frozenset(temps),
        bars,
        changed,
        memory,
        assembly.keepers(),
        told,
        matrices_of(facts.kinds, [(bar, n) for n, bar in sweep.bars.items()], assembly.keepers().items(), seeded),
    )


def working_copy(param: str, sweep: Text) -> Any:
    """A copy for the function to change, its cells in the argument's order; as far apart where that matters."""
    is_array = isinstance(sweep.facts.kinds.get(param), Array) and not asks_for_a_view(sweep.fn, param, sweep.facts)
    return core.call(sweep.numpy("copy") if is_array else sweep.helper(arrays.working_copies), load(param))


def asks_for_a_view(fn: core.Function, param: str, facts: Known) -> bool:
    """Is an array, or a view of it, given to what makes a view if it can (`ravel`), which its strides decide?"""
    mates = facts.classes.mates(param)
    for stmt in core.statements(fn.tree.body):
        if isinstance(stmt, gast.Assign) and isinstance(stmt.value, (gast.Call, gast.Subscript)):
            if sharing_of(stmt.value, facts.kinds, fn.bindings) == "maybe":
                if mates.intersection(alias_sources(stmt.value, facts.kinds, fn.bindings)):
                    return True
    return False


def is_stored(fn: core.Function, param: str, facts: Known) -> bool:
    """Is an array or container that the parameter may hold stored to?"""
    stores = {*fn.stores.values(), *grown_in(fn, facts.kinds).values()}
    if _holds_arrays_only(kind_of_expression(load(param), facts.kinds, fn.bindings)):
        # What changes a container changes none of the arrays in it.
        stores = {n for n in stores if not isinstance(facts.kinds.get(n or ""), CONTAINERS)}
    return any(param in facts.classes.sites.get(n, frozenset([n])) for n in stores if n is not None)


def _holds_arrays_only(kind: Kind | None) -> bool:
    """Is this an array, or a tuple that holds no list or dictionary?"""
    if isinstance(kind, TupleOf):
        return all(isinstance(item, (Number, Static)) or _holds_arrays_only(item) for item in kind.items)
    return isinstance(kind, Array)


def _gradients(sweep: Sweep, wrt: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """The expressions of the gradients, and what has to be computed for them at the end."""
    with sweep.collected() as lines:
        for name in wrt:
            if sweep.is_mirrored(name) and not isinstance(sweep.facts.kinds.get(name), Array):
                sweep.emit(core.bind(sweep.bar(name), sweep.looked_up(arrays.cotangents_in, name)))
            elif sweep.is_mirrored(name):
                sweep.define(name)
            elif isinstance(kind := sweep.facts.kinds.get(name), CONTAINERS):
                sweep.define(name)
                if isinstance(kind, DictOf) or not isinstance(kind.item, Number):
                    bar = sweep.bar(name)
                    sweep.emit(core.bind(bar, core.call(sweep.helper(arrays.filled), load(bar), load(name))))
        result = [load(sweep.bar(n)) if n in sweep.defined else sweep.zeros(n) for n in wrt]
    made = [n for n in wrt if sweep.is_mirrored(n)]
    pairs = zip(wrt, result, strict=True)
    return [core.call(f"{sweep.bar(n)}.copy") if n in made else e for n, e in pairs], lines
