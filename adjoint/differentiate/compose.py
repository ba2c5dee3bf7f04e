"""Compose generated functions of the two sweeps: one text for both, or one for each.

f_grad(x, …, out_bar=1.0) -> x_bar                  mode "grad"
f_value_and_grad(x, …, out_bar=1.0) -> out, x_bar   mode "value_and_grad"
f_forward(x, …) -> out, record                      mode "split"
f_reverse(x, …, record, out_bar) -> (x_bar, …)
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis import dataflow
from adjoint.analysis.alias import grown_name, stored_name
from adjoint.analysis.definite import unbound_reads
from adjoint.analysis.kinds import Array, Kind, ListOf, Number, is_immutable
from adjoint.analysis.liveness import transfer
from adjoint.analysis.values import is_data, kind_of
from adjoint.classes import dataclass
from adjoint.differentiate.anew import anew
from adjoint.differentiate.records import Record
from adjoint.differentiate.sweep import Facts
from adjoint.differentiate.unbound import bound_first, check_bound
from adjoint.runtime import arrays, containers
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy import NUMBER


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
    bindings: dict[str, Any]
    temps: frozenset[str]
    bars: frozenset[str]
    changes: tuple[str, ...]
    memory: Mapping[str, Hashable]  # of the names of the reverse sweep, and of records
    keepers: Mapping[str, str]  # stacks of which the reverse sweep may change an item, with the names recorded there
    records: tuple[Record, ...]  # for who asks what is recorded
    matrices: frozenset[str]


def joined(sweeps: Sweeps, mode: str, escaping: Callable[[], frozenset[str]] = frozenset) -> core.Function:
    """One function: the forward sweep, the reverse sweep, the gradients.

    `escaping` tells the names of what others may hold when the function is done: the reverse sweep works on copies.
    """
    fn = sweeps.fn
    gradient = sweeps.gradients[0] if len(sweeps.gradients) == 1 else core.tuple_(sweeps.gradients)
    value = fn.tree.body[-1].value
    kept: list[Any] = []
    if mode == "value_and_grad":
        names = core.names_read(value)
        rebound = {n for s in core.statements(sweeps.reverse) for n in core.names_bound(s) | {stored_name(s) or ""}}
        # Of what stands beside the result, lists and dictionaries are put back too.
        rebound |= {n for s in core.statements(sweeps.reverse) if isinstance(s, gast.Expr) for n in core.names_read(s)}
        mates = {m for n in names for m in sweeps.facts.classes.mates(n)}
        if (names | mates) & rebound:
            out = sweeps.namer.fresh("out")
            copy = arrays.working_copies if fn.aux else arrays.owned
            kept = [core.bind(out, core.call(_helper(sweeps, copy), core.copy(value)))]
            value = load(out)
        gradient = core.tuple_([core.copy(value), gradient])
    ahead = [*sweeps.copies, *sweeps.forward, *kept, *_apart(sweeps, escaping)]
    tail = [*sweeps.reverse, core.return_(gradient)]
    late = unbound_reads([*ahead, *tail], fn.params, fn)
    check_bound(late & sweeps.bars - {sweeps.seed})
    if late:
        # Numbers are read behind the same branches again; of arrays, the shape is read for zeros.
        early = unbound_reads(ahead, fn.params, fn)
        late = frozenset(n for n in late if n in early or isinstance(sweeps.facts.kinds.get(n), Array))
    body = [*bound_first(late, fn, sweeps.facts.kinds), *ahead, core.Comment(""), *tail]
    return _function(sweeps, f"{fn.tree.name}_{mode}", [*fn.params, sweeps.seed], body, {sweeps.seed: core.const(1.0)})


def _helper(sweeps: Sweeps, value: Any) -> str:
    for name, bound in sweeps.bindings.items():
        if bound is value:
            return name
    name = sweeps.namer.fresh(value.__name__)
    sweeps.bindings[name] = value
    return name


def split(sweeps: Sweeps) -> tuple[core.Function, core.Function]:
    """Two functions: the forward sweep gives a record, the reverse sweep takes it as often as it is called."""
    fn = sweeps.fn
    gradient = core.tuple_(sweeps.gradients)
    tail = [*sweeps.reverse, core.return_(gradient)]
    nothing: frozenset[str] = frozenset()
    live = dataflow.backward(tail, nothing, transfer, frozenset.union)[None]
    made = {n for s in core.statements([*sweeps.copies, *sweeps.forward]) for n in core.names_bound(s)}
    # Data of the user's own module is read once, in the forward sweep: it may be another at the pullback's time.
    outer = {n for n in live - made - set(fn.params) if _is_read_anew(sweeps.bindings.get(n))}
    kept = sorted(n for n in live if n in made or n in outer)
    again = anew(kept, sweeps.forward, _unchanged(sweeps), sweeps.facts.kinds)
    kept = [n for n in kept if not any(core.is_name(stmt.targets[0], n) for stmt in again)]
    record_name = sweeps.namer.fresh("record")
    lent = _lent(sweeps)
    value = core.tuple_([core.copy(fn.tree.body[-1].value), core.tuple_([_for_later(n, lent, sweeps) for n in kept])])
    ahead = [*sweeps.copies, *sweeps.forward, core.return_(value)]
    ahead = [*bound_first(unbound_reads(ahead, fn.params, fn), fn, sweeps.facts.kinds), *ahead]
    forward = _function(sweeps, f"{fn.tree.name}_forward", fn.params, ahead, {})
    unpack = [core.bind_several(kept, load(record_name))] if kept else []
    working = _working_copies(_written(sweeps), kept, sweeps)
    body = [*unpack, *again, *working, *tail]
    check_bound(unbound_reads(body, fn.params, fn) & sweeps.bars - {sweeps.seed})
    backward = _function(sweeps, f"{fn.tree.name}_reverse", [*fn.params, record_name, sweeps.seed], body, {})
    return forward, backward


def _unchanged(sweeps: Sweeps) -> frozenset[str]:
    """The arguments that stand at the pullback as they stood at the call."""
    fn = sweeps.fn
    bound = {n for stmt in fn.statements for n in fn.binds[stmt]}
    return frozenset(p for p in fn.params if p not in bound and not sweeps.facts.classes.is_changed(p))


def agreed(forward: core.Function, reverse: core.Function) -> tuple[core.Function, core.Function]:
    """Both sweeps without what the reverse one, once tidied, does not read of the record."""
    record = reverse.params[-2]
    body = reverse.tree.body
    at = next((k for k, s in enumerate(body) if isinstance(s, gast.Assign) and core.is_name(s.value, record)), None)
    read = {n for s in core.statements(body) for n in core.names_read(s)}
    *ahead, last = forward.tree.body
    value, items = last.value.elts
    names = [] if at is None else [t.id for t in body[at].targets[0].elts]
    kept = [k for k, name in enumerate(names) if name in read]
    if len(kept) == len(items.elts):
        return forward, reverse
    unpack = [core.bind_several([names[k] for k in kept], load(record))] if kept else []
    shorter = core.tuple_([value, core.tuple_([items.elts[k] for k in kept])])
    rest = body if at is None else [*body[:at], *unpack, *body[at + 1 :]]
    return forward.with_body([*ahead, core.return_(shorter)]), reverse.with_body(rest)


def _grown(stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> str | None:
    """The list that a statement makes longer, or shorter: here the popped item is not kept."""
    match stmt:
        case gast.Expr(value=gast.Call(func=gast.Name(), args=[gast.Name(id=name), _, _])) if (
            bindings.get(stmt.value.func.id) is containers.put_back
        ):
            return str(name)
    if isinstance(stmt, gast.Expr):
        stmt = core.bind("_", stmt.value) if getattr(stmt.value.func, "attr", "") == "pop" else stmt
    return grown_name(stmt, kinds)


def _is_read_anew(value: Any) -> bool:
    """Is this data of the user's own module, which a text that mentions it reads when it runs?"""
    return is_data(value) or type(value) in (list, dict)


def _lent(sweeps: Sweeps) -> set[str]:
    """The names of arrays and lists that are not the function's own, or views of such: the user may change them.

    What the function changes itself is copied for the reverse sweep as a whole.
    """
    fn, classes = sweeps.fn, sweeps.facts.classes
    outside = {n for n, v in fn.bindings.items() if isinstance(v, (np.ndarray, list, dict))}
    outside |= {s.targets[0].id for s in fn.tree.body if _is_part_of_outside(s, fn)}
    return {m for n in outside if not classes.is_changed(n) for m in classes.mates(n)}


def _is_part_of_outside(stmt: Any, fn: core.Function) -> bool:
    """Does a statement bind a name to an attribute or item of what stands outside?"""
    match stmt:
        case gast.Assign(targets=[gast.Name()], value=gast.Attribute() | gast.Subscript() as value):
            while isinstance(value, (gast.Attribute, gast.Subscript)):
                value = value.value
            return core.is_name(value) and value.id in fn.bindings
    return False


def _for_later(name: str, lent: set[str], sweeps: Sweeps) -> Any:
    """What the record holds of a name: a copy of an array that is not the function's own."""
    if name not in lent:
        return load(name)
    kind = sweeps.facts.kinds.get(name) or kind_of(sweeps.bindings.get(name))
    match kind:
        case Array():
            return core.call(f"{name}.copy")
        case ListOf(item=Number()):
            return core.call(_helper(sweeps, list), load(name))
        case Number():
            return load(name)
    return core.call(_helper(sweeps, arrays.working_copies), load(name))


def _written(sweeps: Sweeps) -> set[str | None]:
    """What the reverse sweep puts values back into."""
    kinds = sweeps.facts.kinds
    able = [s for s in core.statements(sweeps.reverse) if not _binds_only(s)]
    return {stored_name(s) or _grown(s, kinds, sweeps.bindings) for s in able} - sweeps.bars - {None}


def _binds_only(stmt: Any) -> bool:
    """Is this the bind of a name, or a sum, without a call? Most of a reverse sweep is."""
    kind = type(stmt)
    if kind is gast.AugAssign:
        return type(stmt.target) is gast.Name
    return kind is gast.Assign and type(stmt.targets[0]) is gast.Name and type(stmt.value) is not gast.Call


def _apart(sweeps: Sweeps, escaping: Callable[[], frozenset[str]]) -> list[Any]:
    """Copies of what the reverse sweep puts values back into, and others may hold."""
    written = _written(sweeps)
    held = escaping() if written else frozenset()
    classes = sweeps.facts.classes
    shared: set[str | None] = {n for n in written if n and not held.isdisjoint(classes.mates(n))}
    if not shared:
        return []
    nothing: frozenset[str] = frozenset()
    live = dataflow.backward(sweeps.reverse, nothing, transfer, frozenset.union)[None]
    made = {n for s in core.statements([*sweeps.copies, *sweeps.forward]) for n in core.names_bound(s)}
    return _working_copies(shared, sorted(live & made), sweeps)


def _working_copies(written: set[str | None], kept: list[str], sweeps: Sweeps) -> list[Any]:
    """Copies of what the reverse sweep puts values back into: the record must stay as it is."""
    classes = sweeps.facts.classes
    touched = {m for n in written if n is not None for m in classes.mates(n)}
    inside = [n for n in kept if n in touched or sweeps.keepers.get(n) in touched]
    if not inside:
        return []
    # A name that was not bound on every path is recorded as None.
    made = [*sweeps.copies, *sweeps.forward, core.return_(core.tuple_([load(n) for n in inside]))]
    late = unbound_reads(made, sweeps.fn.params, sweeps.fn)
    arrays_only = all(isinstance(sweeps.facts.kinds.get(n), Array) and n not in late for n in inside)
    if arrays_only and not any(classes.may_overlap(a, b) for a in inside for b in inside if a != b):
        return [core.bind(n, core.call(f"{n}.copy")) for n in inside]
    copies = core.call(_helper(sweeps, arrays.working_copies), core.tuple_([load(n) for n in inside]))
    return [core.bind_several(inside, copies)]


def _function(
    sweeps: Sweeps, name: str, params: Sequence[str], body: list[Any], defaults: Mapping[str, Any]
) -> core.Function:
    tree = core.function_def(name, params, body, defaults)
    return sweeps.fn.with_tree(tree, bindings=sweeps.bindings, temps=sweeps.temps, matrices=sweeps.matrices)


def memory_of(fn: core.Function, sweeps: Sweeps) -> dict[str, Hashable]:
    """The memory classes of names, for tidy: numbers have none, cotangents never share with primals."""
    found: dict[str, Hashable] = {}
    for name, kind in sweeps.facts.kinds.items():
        if is_immutable(kind):
            found[name] = NUMBER
        elif isinstance(kind, Array):
            found[name] = f"primal {sweeps.facts.classes.of(name)}"
    return {**sweeps.memory, **found}
