"""Compose generated functions: the gradient in one text, or the two sweeps apart.

    f_grad(x, …, out_bar=1.0) -> x_bar                  mode "grad"
    f_value_and_grad(x, …, out_bar=1.0) -> out, x_bar   mode "value_and_grad"
    f_forward(x, …) -> out, record                      mode "split"
    f_reverse(x, …, record, out_bar) -> (x_bar, …)
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.analysis import dataflow
from adjoint.analysis.activity import activity
from adjoint.analysis.alias import alias_classes, stored_index, stored_name
from adjoint.analysis.definite import unbound_reads
from adjoint.analysis.infer import ResultOf, infer, kind_of_expression
from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number, can_vary, is_data
from adjoint.analysis.liveness import liveness, transfer
from adjoint.analysis.record import Need, Plan, needs_of, record
from adjoint.analysis.storage import storage
from adjoint.analysis.unknown import refuse_hidden_stores, refuse_unknown_calls
from adjoint.differentiate.assemble import Assembly
from adjoint.differentiate.effects import in_place
from adjoint.differentiate.ownership import memory_groups, owned_bars, settled
from adjoint.differentiate.prepare import augmented, chosen, counted, separated
from adjoint.differentiate.reverse import reverse
from adjoint.differentiate.sweep import Facts, Item, Sweep
from adjoint.differentiate.unbound import bound_first, check_bound
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy import NUMBER

ROUNDS = 20


@dataclass(frozen=True)
class Derivative:
    """The generated functions of one request, and what is known of the function that was differentiated."""

    functions: tuple[core.Function, ...]
    memories: tuple[Mapping[str, Hashable], ...]
    result: Kind
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Sweeps:
    """Both sweeps as statements, and the expressions of the gradients."""

    fn: core.Function
    facts: Facts
    copies: list[Any]
    forward: list[Any]
    reverse: list[Any]
    gradients: list[Any]
    seed: str
    namer: core.Namer
    bindings: Mapping[str, Any]
    temps: frozenset[str]
    bars: frozenset[str]
    changes: tuple[str, ...]
    memory: Mapping[str, Hashable]  # of the names of the reverse sweep


def differentiate(
    fn: core.Function,
    arguments: Mapping[str, Kind],
    wrt: Sequence[str],
    mode: str,
    result_of: ResultOf = lambda callee, kinds: UNKNOWN,
    pairs: Mapping[str, Any] = MappingProxyType({}),
) -> Derivative:
    """Reverse a Core function that calls nothing but primitives."""
    kinds = infer(fn, arguments, result_of)
    fn = in_place(fn, kinds)
    kinds = infer(fn, arguments, result_of)
    fn = augmented(fn, kinds)
    kinds = infer(fn, arguments, result_of)
    fn, kinds, facts = prepared(fn, arguments, wrt, kinds, result_of)
    fn, counters = counted(fn)
    kinds = infer(fn, arguments, result_of)
    facts = analysed(fn, kinds, wrt)
    refuse_hidden_stores(fn, kinds, facts.active)
    refuse_unknown_calls(fn, kinds, facts.active, frozenset(pairs))
    sweeps = swept(fn, facts, counters, wrt, pairs)
    result = _result_kind(fn, kinds)
    if mode == "split":
        functions = split(sweeps)
    else:
        functions = (joined(sweeps, mode),)
    memories = tuple(memory_of(f, sweeps) for f in functions)
    return Derivative(functions, memories, result, sweeps.changes)


def prepared(
    fn: core.Function, arguments: Mapping[str, Kind], wrt: Sequence[str], kinds: Mapping[str, Kind], result_of: ResultOf
) -> tuple[core.Function, Mapping[str, Kind], Facts]:
    facts = analysed(fn, kinds, wrt)
    new = chosen(fn, facts.active - frozenset(facts.storage.tied))
    new = separated(new, facts.active)
    kinds = infer(new, arguments, result_of)
    return new, kinds, analysed(new, kinds, wrt)


def analysed(fn: core.Function, kinds: Mapping[str, Kind], wrt: Sequence[str]) -> Facts:
    """Run the analyses that the reverse sweep asks."""
    classes = alias_classes(fn, kinds)
    live = liveness(fn)
    active = activity(fn, kinds, classes, wrt)
    return Facts(kinds, active, classes, storage(fn, kinds, classes, live, active), live)


def _result_kind(fn: core.Function, kinds: Mapping[str, Kind]) -> Kind:
    return kind_of_expression(fn.tree.body[-1].value, kinds, fn.bindings) or UNKNOWN


def swept(
    fn: core.Function, facts: Facts, counters: Mapping[Any, str], wrt: Sequence[str], pairs: Mapping[str, Any]
) -> Sweeps:
    """Write both sweeps."""
    if facts.storage.conflicts:
        _refuse_aliases(fn, facts)
    namer = core.Namer(core.all_names(fn.tree) | {p.split(".")[0] for p in fn.bindings})
    sweep = Sweep(fn, facts, namer, pairs)
    seed = namer.fresh("out_bar")
    items = reverse(sweep, seed)
    gradients, final = _gradients(sweep, wrt)
    items.append(Item(None, [], final))
    bindings = {**fn.bindings, **sweep.helpers}
    bars = frozenset(sweep.bars.values()) | sweep.foldable | {seed}
    plan = planned(fn, facts, items, counters, bars, bindings)
    assembly = Assembly(
        fn, facts.kinds, plan, counters, namer, lambda n, i: kind_of_expression(core.item(load(n), i), facts.kinds, bindings)
    )
    top = plan.places.top
    items = with_undoing(items, plan, top)
    backward = assembly.reverse(items, top)
    forward = assembly.forward(top)[:-1]
    changed = tuple(p for p in fn.params if facts.classes.is_changed(p) and _is_stored(fn, p, facts))
    copies = [core.bind(p, _working_copy(p, sweep)) for p in changed]
    backward, gradients = settled(backward, gradients, owned_bars(backward, sweep), sweep, wrt)
    temps = fn.temps | sweep.foldable | assembly.made
    groups = memory_groups(backward, sweep)
    memory = {n: NUMBER if n in sweep.numbers else f"cotangent {groups.get(n, n)}" for n in bars}
    bindings = {**bindings, **sweep.helpers}
    return Sweeps(
        fn, facts, copies, forward, backward, gradients, seed, namer, bindings, frozenset(temps), bars, changed, memory
    )


def _working_copy(param: str, sweep: Sweep) -> Any:
    """A copy for the function to change, its cells in the argument's order."""
    is_array = isinstance(sweep.facts.kinds.get(param), Array)
    return core.call(sweep.numpy("copy") if is_array else sweep.helper(arrays.owned), load(param))


def _is_stored(fn: core.Function, param: str, facts: Facts) -> bool:
    """Is an array that the parameter may hold stored to?"""
    stores = (stored_name(s) for s in core.statements(fn.tree.body))
    return any(facts.classes.may_overlap(param, n) for n in stores if n is not None)


def _refuse_aliases(fn: core.Function, facts: Facts) -> None:
    problems = []
    for conflict in facts.storage.conflicts:
        node, names = (conflict, "") if not isinstance(conflict, tuple) else (_binder(fn, conflict), " and ".join(conflict))
        what = f"{names} may share memory that changes while both are used" if names else "which array this is"
        advice = "Write to a copy: replace one of them by its .copy()."
        message = f"`{names}` share memory in a way that is known only when the program runs" if names else (
            "an alias of an array that changes is bound in a way that cannot be followed"
        )
        problems.append(problem_at(node, message, advice + ("" if what else "")))
    raise_problems(UnsupportedMutation, problems, fn.origin)


def _binder(fn: core.Function, names: Sequence[str]) -> Any:
    """A statement that binds one of the names, for a message to point at."""
    for stmt in core.statements(fn.tree.body):
        if core.names_bound(stmt) & set(names):
            return stmt
    return fn.tree


def _gradients(sweep: Sweep, wrt: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """The expressions of the gradients, and what has to be computed for them at the end."""
    with sweep.collected() as lines:
        result = [load(sweep.bar(n)) if n in sweep.defined else sweep.zeros(n) for n in wrt]
    return result, lines


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
    _collect(items, counters, bars, bindings, needs)
    for _ in range(ROUNDS):
        plan = record(fn, facts.kinds, facts.classes, facts.live, needs)
        more = _for_bringing_back(plan, counters, bindings)
        grown = {s: _joined(needs.get(s), n) for s, n in more.items()}
        if all(needs.get(s) is not None and _same(needs[s], n) for s, n in grown.items()):
            return plan
        needs.update(grown)
    return plan


def _collect(
    items: list[Item],
    counters: Mapping[Any, str],
    bars: frozenset[str],
    bindings: Mapping[str, Any],
    needs: dict[Any, Need],
) -> None:
    for item in items:
        if item.stmt is None:
            continue
        need = needs_of([*item.before, *item.body], bars, bindings)
        needs[item.stmt] = _joined(_joined(needs.get(item.stmt), need), _of_head(item.stmt, counters, bindings))
        for block in item.blocks:
            # What is set to zero at the end of a reversed block is read at its beginning; shapes do not change there.
            for inner in block:
                if inner.stmt is None:
                    needs[item.stmt] = _joined(needs[item.stmt], needs_of(inner.body, bars, bindings))
            _collect(block, counters, bars, bindings, needs)


def _of_head(stmt: Any, counters: Mapping[Any, str], bindings: Mapping[str, Any]) -> Need:
    """What running a compound statement backwards needs: its branch, its bounds or its number of trips."""
    match stmt:
        case gast.If():
            return needs_of([stmt.test], frozenset(), bindings)
        case gast.For(iter=gast.Call()):
            counter = [counters[stmt]] if stmt in counters else []
            bounds = needs_of(list(stmt.iter.args), frozenset(), bindings)
            return _joined(bounds, Need(frozenset(counter)))
        case gast.While():
            return Need(frozenset([counters[stmt]]))
    return Need(frozenset())


def _for_bringing_back(plan: Plan, counters: Mapping[Any, str], bindings: Mapping[str, Any]) -> dict[Any, Need]:
    """What the statements that bring values back read themselves, and the compound ones around them."""
    found: dict[Any, Need] = {}
    for stmt in plan.saved_cells:
        index = needs_of([stored_index(stmt)], frozenset(), bindings)
        found[stmt] = Need(index.names | {stored_name(stmt) or ""}, index.cells)
    for stmt in undone(plan):
        block = plan.places.block[stmt]
        while block.owner is not None:
            found[block.owner] = _joined(found.get(block.owner), _of_head(block.owner, counters, bindings))
            block = plan.places.block[block.owner]
    return found


def undone(plan: Plan) -> set[Any]:
    """The statements whose effects on names and cells the reverse sweep undoes."""
    return plan.saved_cells | set(plan.saved_names) | plan.swapped_back


def _joined(a: Need | None, b: Need) -> Need:
    if a is None:
        return b
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
            filled[:] = [with_undoing(i, plan, b) for i, b in zip(filled, blocks, strict=False)]
    return result


def _first_after(items: list[Item], stmt: Any, plan: Plan) -> int:
    begin = plan.places.begin
    for k, item in enumerate(items):
        if item.stmt is None or (item.stmt in begin and begin[item.stmt] < begin[stmt]):
            return k
    return len(items)


def joined(sweeps: Sweeps, mode: str) -> core.Function:
    """One function: the forward sweep, the reverse sweep, the gradients."""
    fn = sweeps.fn
    gradient = sweeps.gradients[0] if len(sweeps.gradients) == 1 else core.tuple_(sweeps.gradients)
    value = fn.tree.body[-1].value
    kept: list[Any] = []
    if mode == "value_and_grad":
        names = core.names_read(value)
        rebound = {n for s in core.statements(sweeps.reverse) for n in core.names_bound(s) | {stored_name(s) or ""}}
        mates = {m for n in names for m in sweeps.facts.classes.mates(n)}
        if (names | mates) & rebound:
            out = sweeps.namer.fresh("out")
            kept = [core.bind(out, core.call(_helper(sweeps, arrays.owned), core.copy(value)))]
            value = load(out)
        gradient = core.tuple_([core.copy(value), gradient])
    ahead = [*sweeps.copies, *sweeps.forward, *kept]
    tail = [*sweeps.reverse, core.return_(gradient)]
    check_bound([*ahead, *tail], frozenset(fn.params), sweeps.bars - {sweeps.seed})
    # Numbers are read behind the same branches again; of arrays, the shape is read for zeros.
    numbers = unbound_reads([*ahead, *tail], frozenset(fn.params)) - unbound_reads(ahead, frozenset(fn.params))
    numbers = frozenset(n for n in numbers if not isinstance(sweeps.facts.kinds.get(n), Array))
    body = [*bound_first([*ahead, *tail], fn, sweeps.facts.kinds, numbers), *ahead, core.Comment(""), *tail]
    return _function(sweeps, f"{fn.tree.name}_{mode}", [*fn.params, sweeps.seed], body, {sweeps.seed: core.const(1.0)})


def _helper(sweeps: Sweeps, value: Any) -> str:
    for name, bound in sweeps.bindings.items():
        if bound is value:
            return name
    name = sweeps.namer.fresh(value.__name__)
    dict.__setitem__(sweeps.bindings, name, value)  # type: ignore[arg-type]
    return name


def split(sweeps: Sweeps) -> tuple[core.Function, core.Function]:
    """Two functions: the forward sweep gives a record, the reverse sweep takes it as often as it is called."""
    fn = sweeps.fn
    gradient = core.tuple_(sweeps.gradients)
    tail = [*sweeps.reverse, core.return_(gradient)]
    live = dataflow.backward(tail, frozenset(), transfer, frozenset.union)[None]
    made = {n for s in core.statements([*sweeps.copies, *sweeps.forward]) for n in core.names_bound(s)}
    # Data of the user's own module is read once, in the forward sweep: it may be another at the pullback's time.
    outer = {n for n in live - made - set(fn.params) if is_data(sweeps.bindings.get(n))}
    kept = sorted(n for n in live if n in made or n in outer)
    record_name = sweeps.namer.fresh("record")
    value = core.tuple_([core.copy(fn.tree.body[-1].value), core.tuple_([_for_later(n, outer, sweeps) for n in kept])])
    ahead = [*sweeps.copies, *sweeps.forward, core.return_(value)]
    ahead = [*bound_first(ahead, fn, sweeps.facts.kinds, frozenset()), *ahead]
    forward = _function(sweeps, f"{fn.tree.name}_forward", fn.params, ahead, {})
    unpack = [core.bind_several(kept, load(record_name))] if kept else []
    written = {stored_name(s) for s in core.statements(sweeps.reverse)} - sweeps.bars - {None}
    working = _working_copies(written, kept, sweeps)
    body = [*unpack, *working, *tail]
    check_bound(body, frozenset(fn.params), sweeps.bars - {sweeps.seed})
    backward = _function(sweeps, f"{fn.tree.name}_reverse", [*fn.params, record_name, sweeps.seed], body, {})
    return forward, backward


def _for_later(name: str, outer: set[str], sweeps: Sweeps) -> Any:
    """What the record holds of a name: a copy of an array that is not the function's own."""
    if name in outer and isinstance(sweeps.bindings[name], np.ndarray):
        return core.call(f"{name}.copy")
    return load(name)


def _working_copies(written: set[str | None], kept: list[str], sweeps: Sweeps) -> list[Any]:
    """Copies of what the reverse sweep puts values back into: the record must stay as it is."""
    classes = sweeps.facts.classes
    touched = {m for n in written if n is not None for m in classes.mates(n)}
    inside = [n for n in kept if n in touched or _holds(n, touched)]
    if not inside:
        return []
    if len(inside) == 1 and isinstance(sweeps.facts.kinds.get(inside[0]), Array):
        return [core.bind(inside[0], core.call(f"{inside[0]}.copy"))]
    copies = core.call(_helper(sweeps, arrays.working_copies), core.tuple_([load(n) for n in inside]))
    return [core.bind_several(inside, copies)]


def _holds(keeper: str, names: set[str]) -> bool:
    """Is this the stack (or keeper) of one of the names?"""
    return any(keeper.startswith((f"{n}_stack", f"{n}_old")) for n in names)


def _function(
    sweeps: Sweeps, name: str, params: Sequence[str], body: list[Any], defaults: Mapping[str, Any]
) -> core.Function:
    tree = core.function_def(name, params, body, defaults)
    return replace(sweeps.fn, tree=tree, bindings=sweeps.bindings, temps=sweeps.temps)


def memory_of(fn: core.Function, sweeps: Sweeps) -> dict[str, Hashable]:
    """The memory classes of names, for tidy: numbers have none, cotangents never share with primals."""
    found: dict[str, Hashable] = {}
    for name, kind in sweeps.facts.kinds.items():
        if isinstance(kind, Number) or not (can_vary(kind) or isinstance(kind, Array)):
            found[name] = NUMBER
        elif isinstance(kind, Array):
            found[name] = f"primal {sweeps.facts.classes.of(name)}"
    return {**sweeps.memory, **found}
