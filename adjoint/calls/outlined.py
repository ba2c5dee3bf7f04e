"""Checkpointed code is taken out of its function, and called: so its intermediate values are those of a call.

    for once in range(1):                    def g_again(x):
        outline("g_again")                       t = x * 2
        t = x * 2                    ->          y = np.sin(t)
        y = np.sin(t)                            return y
                                             y = g_again(x)

    for i in range(n):                       def f_step(i, y, x):
        counted(20)                              y = y * x
        y = y * x                    ->          return (y,)
                                             (y,) = f_loop(y, x, 0, n, 1, 20)

What is called is an object of `calls/recomputed.py`, which only the run resolves. An array that the code changes is
copied first, returned, and stored back by the caller; what could tell the difference is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NoReturn

import gast
import numpy as np

from adjoint.analysis import dataflow
from adjoint.analysis.alias import Classes, alias_classes, grown_name, stored_name
from adjoint.analysis.definite import unbound_reads
from adjoint.analysis.kinds import Array, Kind, ListOf, Number
from adjoint.analysis.liveness import Liveness, liveness, transfer
from adjoint.analysis.repeated import Again, changed_outside, of_call, root_of
from adjoint.calls.recomputed import Loop, Recomputed
from adjoint.checkpoints import MARKS, outline
from adjoint.classes import dataclass, field, replace
from adjoint.differentiate.branches import decided
from adjoint.emit.link import link
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.normalize import tree
from adjoint.normalize.elements import spelled_out
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said

Kinds = Mapping[str, Kind]
Changes = Callable[[Any, core.Function, Kinds], Sequence[int]]
DATA = (np.ndarray, list, dict, set)


def outlined(
    fn: core.Function,
    kinds_of: Callable[[core.Function], Kinds],
    edited: Callable[[core.Function], core.Function],
    changes: Changes,
) -> core.Function:
    """Put a call in the place of each checkpointed loop or body; those inside it wait until it is compiled itself.

    `edited` writes calls that change things as stores; `changes` are the arguments that a recursive function changes.
    """
    if not is_marked(fn):
        return fn
    fn, _ = decided(_first(fn), kinds_of)
    stored = _straight(edited(fn))
    kinds = kinds_of(stored)
    facts = _Facts(fn, stored, kinds, alias_classes(stored, kinds), liveness(stored), changes)
    pairs = zip(_marked(fn.tree.body, fn.bindings), _marked(stored.tree.body, fn.bindings), strict=True)
    outliner = _Outliner(facts, dict(pairs), fn.namer())
    body = outliner.block(fn.tree.body)
    bound = {*fn.params, *fn.bindings}.union(*(core.names_bound(s) for s in core.statements(body)))
    given = outliner.given() - outliner.bindings.keys()
    if missing := given & unbound_reads(body, fn.params, fn) | given - bound:
        outliner = _Outliner(facts, outliner.places, fn.namer(), missing)
        body = outliner.block(fn.tree.body)
    bindings = MappingProxyType({**fn.bindings, **outliner.bindings})
    return fn.with_body(body, bindings=bindings, temps=(fn.temps | outliner.namer.made) - outliner.bindings.keys())


def is_marked(fn: core.Function) -> bool:
    """Is there checkpointed code in a function?"""
    return any(value is mark for value in fn.bindings.values() for mark in MARKS)


def unmarked(fn: core.Function) -> core.Function:
    """The function as it would be without `checkpoint`: for forward mode, and to be differentiated again."""
    return _spliced(_first(fn), lambda mark, inside: mark is not None) if is_marked(fn) else fn


@dataclass(frozen=True)
class _Facts:
    """What is known of a function: `stored` is the same with all that changes arrays written as stores."""

    fn: core.Function
    stored: core.Function
    kinds: Kinds
    classes: Classes
    live: Liveness
    changes: Changes

    def share(self, a: str, b: str) -> bool:
        """May two names hold the same array, at one time or in turn?"""
        sites = self.classes.sites
        return a == b or not sites.get(a, frozenset([a])).isdisjoint(sites.get(b, frozenset([b])))


@dataclass(frozen=True)
class _Part:
    """A checkpointed loop or body: `shape` is the same among the stores; what comes in, and what goes out.

    `late` are names that no way to a loop may bind, but each of its trips does; `first` are those that are to get a
    value before, of any kind: the code tells by other names whether it has bound them.
    """

    loop: Any
    shape: Any
    inputs: tuple[str, ...]
    bound: frozenset[str]
    changed: tuple[str, ...]
    after: frozenset[str]
    late: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        """What the code is to return, by name: what is bound in it and read afterwards, and what it changes."""
        return tuple(sorted((self.bound & self.after) | set(self.changed)))

    @property
    def carried(self) -> tuple[str, ...]:
        """Of a loop: what a trip gets from the one before, in the order of the parameters."""
        return tuple(n for n in self.inputs if n in self.bound or n in self.changed)


@dataclass
class _Outliner:
    facts: _Facts
    places: Mapping[Any, Any]
    namer: core.Namer
    missing: frozenset[str] = frozenset()  # names that may not be bound where a call would be given them
    bindings: dict[str, Any] = field(default_factory=dict)
    calls: list[Any] = field(default_factory=list)

    def given(self) -> frozenset[str]:
        """What the calls are given, by name."""
        return frozenset(n for call in self.calls for n in core.names_read(call))

    def block(self, block: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for stmt in block:
            found += self._under_its_name(found, stmt) or self.statement(stmt)
        return found

    def _under_its_name(self, found: list[Any], stmt: Any) -> list[Any]:
        """`y = t` behind the call that gives `t`: the call gives `y`."""
        call = self.calls[-1] if self.calls else None
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Name(id=temp)) if found and found[-1] is call:
                if core.is_name(call.targets[0], temp) and temp not in self.facts.live.after.get(stmt, {temp}):
                    del found[-1]
                    self.calls[-1] = core.bind(name, call.value, at=call)
                    return [self.calls[-1]]
        return []

    def statement(self, stmt: Any) -> list[Any]:
        if stmt in self.places:
            return self.part(stmt)
        if not core.blocks(stmt) or isinstance(stmt, gast.FunctionDef):
            return [stmt]
        return [tree.map_blocks(stmt, self.block)]

    def part(self, loop: Any) -> list[Any]:
        """The statements that a checkpointed loop or body becomes."""
        part = self._without_missing(_part(loop, self.places[loop], self.facts))
        listed = not set(part.inputs) <= core.all_names(self.facts.fn.tree)  # the keys of a set or dictionary
        if isinstance(loop, gast.For) and (listed or not isinstance(loop.iter, gast.Call)):
            message = "a loop over what takes no index cannot be checkpointed"
            self._refuse(loop.iter, message, "Loop over `range(len(…))`, and index a list or an array.")
        refuse_effects(part.shape, self.facts)
        self._refuse_aliases(part)
        once = mark_of(loop, self.facts.fn.bindings) is outline
        if not (part.outputs if once else part.carried or part.late):
            return self.block(loop.body[1:] if once else [tree.replace(loop, body=loop.body[1:])])
        first = [core.bind(n, core.const(0.0), at=loop) for n in part.first]
        return [*first, *(self._once(part) if once else self._loop(part))]

    def _without_missing(self, part: _Part) -> _Part:
        """The same, nothing given to it that may not be bound before."""
        missing = self.missing.intersection(part.inputs)
        if not missing:
            return part
        late = missing - _needed(part, self.facts)
        first = (missing - late) & self.facts.fn.temps
        if refused := sorted(missing - late - first):
            message = f"`{refused[0]}` may not be bound before this checkpointed code, which does not always bind it"
            self._refuse(part.loop, message, f"Bind `{refused[0]}` before.")
        inputs = tuple(n for n in part.inputs if n not in late)
        return replace(part, inputs=inputs, late=tuple(sorted(late)), first=tuple(sorted(first)))

    def _once(self, part: _Part) -> list[Any]:
        outputs = part.outputs
        value = core.tuple_(map(load, outputs)) if len(outputs) > 1 else load(outputs[0])
        body = [*self._entry(part), *part.loop.body[1:], *self._checks(part, outputs), core.return_(value)]
        name = core.constant_value(part.loop.body[0].value.args[0])
        made = Recomputed(self._linked(name, part.inputs, body))
        return self._call(made, name, part, outputs, [load(n) for n in part.inputs])

    def _loop(self, part: _Part) -> list[Any]:
        ahead: list[Any] = []
        loop, name = part.loop, self.facts.fn.tree.name
        limits = self._limits(loop, ahead)
        reads = [n for n in part.inputs if n not in part.carried]
        state = core.tuple_(map(load, (*part.carried, *part.late)))
        params = [*part.carried, *reads]
        body, head = loop.body[1:], self._entry(part)
        checks = self._checks(part, part.carried)
        bounds = [self.namer.fresh(n) for n in ("start", "stop", "step")[: len(limits)]]
        again = tree.replace(loop, body=body)
        if limits:
            again = tree.replace(again, iter=tree.replace(loop.iter, args=[load(n) for n in bounds]))
        given = [*params, *bounds, self.namer.fresh("snapshots")]
        whole = self._function(f"{name}_loop", given, [*head, again, *checks, core.return_(state)])
        first = [loop.target.id] if limits else []
        step, stops = self._step(part, [*first, *params], [*head, *body], checks, state)
        going = None if limits else self._linked(f"{name}_going", params, _tested(loop.test, self.namer))
        changed = tuple(part.carried.index(n) for n in part.changed)
        made = Loop(whole, step, going, len(part.carried), stops, changed)
        number = loop.body[0].value.args[0]
        args = [*map(load, params), *limits, core.copy(number)]
        return [*ahead, *self._call(made, f"{name}_loop", part, (*part.carried, *part.late), args)]

    def _step(self, part: _Part, params: list[str], body: list[Any], checks: list[Any], state: Any) -> tuple[Any, bool]:
        """One trip as a function; its last result, for a loop that may be left, says whether there is another."""
        loop, last = part.loop, body[-1]
        leaves = isinstance(last, gast.If) and isinstance(last.body[0], gast.Break)
        stops = leaves or isinstance(loop, gast.While)
        body = [*(body[:-1] if leaves else body)]
        if stops:
            go = self.namer.fresh("go")
            again = core.copy(loop.test) if isinstance(loop, gast.While) else core.const(True)
            ask = [core.bind(go, again, at=loop)]
            body += [core.if_(last.test, [core.bind(go, core.const(False), at=loop)], ask, loop)] if leaves else ask
            state = core.tuple_([*map(core.copy, state.elts), load(go)])
        return self._linked(f"{self.facts.fn.tree.name}_step", params, [*body, *checks, core.return_(state)]), stops

    def _limits(self, loop: Any, ahead: list[Any]) -> list[Any]:
        """Where a loop over a range begins and ends, and its step: three atoms."""
        if isinstance(loop, gast.While):
            return []
        args = list(loop.iter.args)
        args = [core.const(0), *args] if len(args) == 1 else args
        args = [*args, core.const(1)] if len(args) == 2 else args
        return [a if core.is_atom(a) else self._bound(a, loop, ahead) for a in args]

    def _entry(self, part: _Part) -> list[Any]:
        """Copies of what is changed; the caller has asked whether it shares memory with what else comes in."""
        copies = []
        for name in part.changed:
            is_list = isinstance(self.facts.kinds.get(name), ListOf)
            copied = core.call(self._named(list, "list"), load(name)) if is_list else self._copy(name)
            copies.append(core.bind(name, copied, at=part.loop))
        return copies

    def _copy(self, name: str) -> Any:
        return core.call(core.attribute(load(name), "copy"))

    def _checks(self, part: _Part, names: Sequence[str]) -> list[Any]:
        """Where only the run knows whether an array that changes is held by two names, it is asked."""
        reads = [n for n in part.inputs if n not in names]
        overlap = self.facts.classes.may_overlap
        pairs = {
            tuple(sorted((a, b))): (a, b)
            for a in part.changed
            for b in (*names, *reads)
            if a != b and overlap(a, b) and isinstance(self.facts.kinds.get(a), Array)
        }
        check = self._named(arrays.check_alone, "check_alone") if pairs else ""
        named = [(load(a), load(b), *(core.const(said(n, self.facts.fn)) for n in (a, b))) for a, b in pairs.values()]
        return [core.effect(core.call(check, *atoms), at=part.loop) for atoms in named]

    def _call(self, made: Any, name: str, part: _Part, outputs: Sequence[str], args: list[Any]) -> list[Any]:
        """The call, and the stores of what the code has changed."""
        path = self.namer.fresh(name)
        self.bindings[path] = made
        kept = {n: self.namer.fresh("t") for n in outputs if n in part.changed and n not in part.bound}
        targets = [kept.get(n, n) for n in outputs]
        call = core.call(path, *args, at=part.loop)
        several = len(targets) > 1 or isinstance(made, Loop)
        first = core.bind_several(targets, call, at=part.loop) if several else core.bind(targets[0], call, at=part.loop)
        self.calls.append(first)
        stores = []
        for old, new in kept.items():
            if self.facts.classes.mates(old) & part.after:
                is_list = isinstance(self.facts.kinds.get(old), ListOf)
                index = core.slice_(None, None, None) if is_list else core.const(Ellipsis)
                stores.append(core.store_item(old, index, load(new), at=part.loop))
        return [*self._checks(part, part.inputs), first, *stores]

    # What is made

    def _function(self, name: str, params: Sequence[str], body: Sequence[Any]) -> core.Function:
        made = core.place(core.function_def(name, params, [core.copy(s) for s in body]), self.facts.fn.tree)
        bindings = MappingProxyType({**self.facts.fn.bindings, **self.bindings})
        return replace(self.facts.fn, tree=made, bindings=bindings, aux=False)

    def _linked(self, name: str, params: Sequence[str], body: Sequence[Any]) -> Any:
        return link(spelled_out(self._function(name, params, body)))

    def _bound(self, value: Any, stmt: Any, ahead: list[Any]) -> Any:
        name = self.namer.fresh("t")
        ahead.append(core.bind(name, value, at=stmt))
        return load(name)

    def _named(self, helper: Any, stem: str) -> str:
        for name, value in (*self.facts.fn.bindings.items(), *self.bindings.items()):
            if value is helper and "." not in name:
                return name
        name = self.namer.fresh(stem)
        self.bindings[name] = helper
        return name

    # What is refused

    def _refuse_aliases(self, part: _Part) -> None:
        facts = self.facts
        for name in part.changed:
            kind = facts.kinds.get(name)
            if not isinstance(kind, Array) and not (isinstance(kind, ListOf) and isinstance(kind.item, Number)):
                message = (
                    f"checkpointed code changes {said(name, facts.fn)}, which is no array that is known before the run"
                )
                self._refuse(part.loop, message, "Let it work on arrays, or bind what is new.")
            if any(grown_name(s, facts.kinds) == name for s in core.statements(part.shape.body)):
                message = f"checkpointed code changes the length of {said(name, facts.fn)}"
                message += ", so that each state kept would hold all of it"
                self._refuse(part.loop, message, "Store into an array that is made before.")
            others = facts.classes.mates(name) & part.after - part.bound
            if name in part.bound and (held := sorted(o for o in others if facts.share(o, name))):
                message = (
                    f"checkpointed code changes {said(name, facts.fn)} and binds it anew,"
                    f" while {said(held[0], facts.fn)} may hold the same array"
                )
                self._refuse(part.loop, message, f"Copy the array before: `{name} = {name}.copy()`.")

    def _refuse(self, node: Any, message: str, advice: str) -> NoReturn:
        raise_problems(UnsupportedMutation, [problem_at(node, message, advice)], self.facts.fn.origin)


def mark_of(stmt: Any, bindings: Mapping[str, Any]) -> Any:
    """The mark of a checkpointed loop; None for any other statement."""
    if not isinstance(stmt, (gast.For, gast.While)):
        return None
    return _mark(stmt.body[0], bindings)


def _mark(stmt: Any, bindings: Mapping[str, Any]) -> Any:
    """The mark that a statement is."""
    match stmt:
        case gast.Expr(value=gast.Call(func=func)):
            value = bindings.get(core.path_of(func) or "")
            return value if any(value is mark for mark in MARKS) else None
    return None


def _first(fn: core.Function) -> core.Function:
    """The marks first in their loops: passes have put there what a trip takes."""

    def change(stmt: Any) -> Any:
        if not core.blocks(stmt) or isinstance(stmt, gast.FunctionDef):
            return stmt
        stmt = tree.map_blocks(stmt, lambda block: [change(s) for s in block])
        at = next((k for k, s in enumerate(stmt.body) if _mark(s, fn.bindings) is not None), 0)
        return tree.replace(stmt, body=[stmt.body[at], *stmt.body[:at], *stmt.body[at + 1 :]]) if at else stmt

    return fn.with_body([change(s) for s in fn.tree.body])


def _marked(block: Sequence[Any], bindings: Mapping[str, Any]) -> Iterator[Any]:
    """The checkpointed loops that are inside no other, in order."""
    for stmt in block:
        if mark_of(stmt, bindings) is not None:
            yield stmt
        elif not isinstance(stmt, gast.FunctionDef):
            for inner in core.blocks(stmt):
                yield from _marked(inner, bindings)


def _straight(fn: core.Function) -> core.Function:
    """A function without the marked bodies inside others: they run once, which no analysis of loops would see."""
    return _spliced(fn, lambda mark, inside: mark is outline and inside)


def _spliced(fn: core.Function, goes: Callable[[Any, bool], bool]) -> core.Function:
    """A function without the marks that `goes` names, by the mark and whether it is inside another."""

    def block(old: Sequence[Any], inside: bool) -> list[Any]:
        return [new for stmt in old for new in statement(stmt, inside)]

    def statement(stmt: Any, inside: bool) -> list[Any]:
        if not core.blocks(stmt) or isinstance(stmt, gast.FunctionDef):
            return [stmt]
        mark = mark_of(stmt, fn.bindings)
        new = tree.map_blocks(stmt, lambda old: block(old, inside or mark is not None))
        if not goes(mark, inside):
            return [new]
        return new.body[1:] if mark is outline else [tree.replace(new, body=new.body[1:] or [core.pass_(stmt)])]

    return fn.with_body(block(fn.tree.body, False))


def _part(loop: Any, shape: Any, facts: _Facts) -> _Part:
    fn, after = facts.stored, facts.live.after[shape]
    inside = core.statements(shape.body)
    target = {shape.target.id} if isinstance(shape, gast.For) else set()
    bound = frozenset(n for s in inside for n in core.names_bound(s)) - target
    if mark_of(shape, fn.bindings) is outline:
        needed = _before(shape.body, after & bound, fn)
    else:
        needed = facts.live.at_head(shape) - target
    touched = core.names_read_in(shape.body) | (bound & after)
    if isinstance(shape, gast.While):
        touched |= core.names_read(shape.test)
    data = {n for n, v in fn.bindings.items() if isinstance(v, DATA)}
    inputs = sorted(n for n in needed & touched if n not in fn.bindings or n in data)
    stores = {n for s in inside for n in (stored_name(s), grown_name(s, facts.kinds)) if n is not None}
    changed = tuple(n for n in inputs if any(facts.share(n, s) for s in stores))
    return _Part(loop, shape, tuple(inputs), bound, changed, after)


def _needed(part: _Part, facts: _Facts) -> frozenset[str]:
    """The names that a part needs before it if it runs, at least once."""
    shape, fn = part.shape, facts.stored
    again = core.names_read(shape.test) if isinstance(shape, gast.While) else frozenset[str]()
    needed = again
    while True:
        found = _before(shape.body, part.after & part.bound | needed, fn) | again
        if found == needed:
            return needed
        needed = found


def _before(block: list[Any], after: frozenset[str], fn: core.Function) -> frozenset[str]:
    """The names that a block needs which is run once."""

    def step(stmt: Any, live: frozenset[str]) -> frozenset[str]:
        return transfer(stmt, live, fn.reads[stmt])

    return Liveness(dataflow.backward(block, after, step, frozenset.union), fn.reads).before_block(block, after)


def _tested(test: Any, namer: core.Namer) -> list[Any]:
    name = namer.fresh("go")
    return [core.bind(name, core.copy(test)), core.return_(load(name))]


# What may not be done twice


def refuse_effects(loop: Any, facts: _Facts) -> None:
    """Refuse what a second run of the same code would do again, or differently."""
    fn = facts.stored
    outside = {root_of(n) for s in fn.statements if (n := changed_outside(s, fn)) is not None}
    for stmt in core.statements(loop.body):
        node, advice = stmt, "Do it outside the checkpointed code, or let that return what is new."
        if (name := changed_outside(stmt, fn)) is not None:
            message = f"checkpointed code, which runs twice, changes `{name}`, which stands outside"
        elif (again := _done_again(stmt, facts)) is not None:
            message, node = f"checkpointed code, which runs twice, {again.what}", stmt.value
            advice = "Do that before, and pass what it gives as an argument."
        elif facts.changes(stmt, fn, facts.kinds):
            message = "checkpointed code calls a recursive function that changes its arguments"
        elif found := sorted(core.names_read(stmt) & outside):
            message = f"checkpointed code, which runs twice, reads `{found[0]}`, which the function changes"
            advice = "Pass it as an argument."
        else:
            continue
        raise_problems(UnsupportedMutation, [problem_at(node, message, advice)], facts.fn.origin)


def _done_again(stmt: Any, facts: _Facts) -> Again | None:
    """What the call in a statement would certainly do again: draw random numbers, read a clock. It may print again."""
    value = getattr(stmt, "value", None)
    if not isinstance(value, gast.Call) or facts.stored.bindings.get(core.path_of(value.func) or "") is print:
        return None
    again = of_call(value, facts.stored, facts.kinds)
    return again if again is not None and again.certain else None
