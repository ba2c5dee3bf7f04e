"""Calls of checkpointed code: the forward sweep keeps where it began, the reverse sweep runs it again.

    y, y_record = call_forward(g, (0,), x)               y = g(x);  y_record = x
    …                                              =     …
    x_bar = call_reverse(y_record, y_bar)[0]             x_bar = pull(x, y_bar)

A loop is reversed step by step, each from its own state, by the schedule of `runtime/schedule.py`. Tangents and further
derivatives are those of the code itself: forward mode keeps nothing in any case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from adjoint.analysis.kinds import Kind
from adjoint.arguments import key_of
from adjoint.caching import kept_with
from adjoint.calls.callable import Call, resolved
from adjoint.calls.derivatives import pull_of
from adjoint.calls.results import kind_of_call
from adjoint.checkpoints import Checkpointed, counted
from adjoint.classes import dataclass, replace
from adjoint.emit.link import link
from adjoint.normalize.elements import spelled_out
from adjoint.runtime import arrays, trees
from adjoint.runtime.arrays import owned
from adjoint.runtime.schedule import Kept, State
from adjoint.runtime.watching import refuse_reading
from adjoint.syntax import core


class Recomputed(Checkpointed):
    """A function taken out of another, of which a call's arguments are kept."""

    def kind_of_result(self, kinds: Sequence[Kind]) -> Kind:
        """The kind of what a call with arguments of these kinds gives."""
        return kind_of_call(self.function, kinds)


@dataclass(frozen=True)
class RecomputedCall(Call):
    """A call of a checkpointed function."""

    def run(self, by: tuple[int | str, ...], apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        pull = pull_of(self.function, by, may_repeat=True)
        values = pull.gradient.values(*self.args, **self.keywords)
        values = trees.private(values) if apart else values
        compiled = pull.compiled(values)  # refused now, if at all
        refuse_reading(self.title, compiled.reads)
        args, keywords = pull.gradient.split(values)

        def reverse(*given: Any) -> Any:
            found = pull(*given)
            return found if len(by) > 1 else (found,)

        return self.function(*args, **keywords), reverse, values


def call_of(f: Checkpointed, args: tuple[Any, ...], keywords: Mapping[str, Any], shift: int) -> Call:
    """A call of checkpointed code, resolved; `shift` arguments stand before those that were written."""
    call = resolved(f.function, args, keywords)
    if isinstance(f, Loop):
        return LoopCall(**{**vars(call), "loop": f})
    return RecomputedCall(**{**vars(call), "shift": call.shift + shift})


class Loop(Recomputed):
    """A loop taken out of a function, as a function: of what its trips hand on, what they read, and where it goes.

    `step` is one trip, `count` the number of values that it hands on. It may give more: what each trip binds anew, and
    at the end, with `stops`, whether another trip follows. `going` says so before the first one of a `while`. The
    arguments end with the limits of a range, and with how many states may be kept. `changed` are the positions of
    arrays that are copied before they change.
    """

    def __init__(
        self, whole: core.Function, step: Any, going: Any, count: int, stops: bool, changed: tuple[int, ...]
    ) -> None:
        super().__init__(link(spelled_out(whole)))
        self.whole, self.step, self.going = whole, step, going
        self.count, self.stops, self.changed = count, stops, changed

    def varied(self, by: Sequence[int], args: tuple[Any, ...]) -> tuple[int, ...]:
        """The positions of the arguments of a trip that depend on these arguments of the loop."""
        from adjoint.analysis.structured import argument_kinds

        kinds = argument_kinds(args, by)
        return kept_with(self.step, ("varied", tuple(by), kinds), lambda: self._varied(by, kinds))  # type: ignore[no-any-return]

    def _varied(self, by: Sequence[int], kinds: tuple[Kind, ...]) -> tuple[int, ...]:
        from adjoint.analysis.activity import varied
        from adjoint.analysis.alias import alias_classes
        from adjoint.analysis.results import unknown_result
        from adjoint.differentiate.gradient import edited

        params = self.whole.params
        fn, found = edited(self.whole, dict(zip(params, kinds, strict=True)), unknown_result)
        names = varied(fn, found, alias_classes(fn, found), [params[k] for k in by])
        own = [k for k in range(self.count) if params[k] in names]
        return tuple(dict.fromkeys([*own, *(k for k in by if k >= self.count)]))


@dataclass(frozen=True)
class LoopCall(Call):
    """A call of a checkpointed loop."""

    loop: Any = None

    def run(self, by: tuple[int | str, ...], apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        args = trees.private(self.args) if apart else self.args
        places = [k for k in by if isinstance(k, int)]
        trips = Trips.of(self.loop, args, places)
        out, count, kept = trips.forward()
        if not count:
            out = self.function(*args)
        zeros = tuple(map(arrays.zeros_like, out))

        def reverse(*given: Any) -> Any:
            *_, out_bar = given
            return trips.reverse(out_bar, zeros, count, kept)

        return out, reverse, args


@dataclass(frozen=True)
class Trips:
    """The trips of one call of a loop: what all of them read, where they go, and what derivatives are by.

    `wrt` are the positions among a trip's arguments (its number left out) that depend on the loop's arguments `by`.
    """

    loop: Loop
    begin: State
    reads: tuple[Any, ...]
    limits: range | None
    snapshots: int
    by: tuple[int, ...]
    wrt: tuple[int, ...]

    @classmethod
    def of(cls, loop: Loop, args: tuple[Any, ...], by: Sequence[int]) -> Trips:
        *values, snapshots = args
        counted(snapshots)
        limits = None if loop.going is not None else range(*values[-3:])
        values = values if limits is None else values[:-3]
        wrt = loop.varied(by, args)
        return cls(loop, tuple(values[: loop.count]), tuple(values[loop.count :]), limits, snapshots, tuple(by), wrt)

    def forward(self) -> tuple[State, int, Kept]:
        """Run the loop: what it ends with, the number of trips, and the states that are kept.

        A loop of which nobody knows how long it is keeps its first state alone, and is gone through once more.
        """
        first = Kept(self.snapshots, ((0, self.begin),))
        if self.loop.stops:
            return *self._until_done(), first
        count = len(self.limits or ())
        if not count:
            return (), 0, first
        state, kept = first.to(count - 1, self.advance)
        return self._trip(count - 1, state), count, replace(kept, last=(count - 1, state))

    def _until_done(self) -> tuple[State, int]:
        state, out, count, loop = self.begin, (), 0, self.loop
        going = self.limits is not None or loop.going(*state, *self.reads)
        while going and (self.limits is None or count < len(self.limits)):
            *values, going = self._trip(count, state)
            out, count = tuple(values), count + 1
            state = out[: loop.count]
        return out, count

    def _trip(self, k: int, state: State) -> State:
        """What one trip gives."""
        head = () if self.limits is None else (self.limits[k],)
        return self.loop.step(*head, *state, *self.reads)  # type: ignore[no-any-return]

    def advance(self, done: int, target: int, state: State) -> State:
        """The state behind `target` trips, from that behind `done`."""
        step, reads, count = self.loop.step, self.reads, self.loop.count
        if self.limits is None:
            for _ in range(done, target):
                state = step(*state, *reads)[:count]
            return state
        for k in self.limits[done:target]:
            state = step(k, *state, *reads)[:count]
        return state

    def reverse(self, out_bar: Any, zeros: State, count: int, kept: Kept) -> tuple[Any, ...]:
        """The cotangents of the arguments `by`."""
        bars = _seeds(out_bar, zeros)
        sums: dict[int, Any] = {}
        pull = _Pull(self.loop.step, self.wrt, self.limits is not None)
        for k in range(count - 1, -1, -1):
            state, kept = kept.at(k, self.advance)
            head = () if self.limits is None else (self.limits[k],)
            found = pull((*head, *state, *self.reads), (*bars, 0.0) if self.loop.stops else tuple(bars))
            bars = list(zeros)
            for place, bar in zip(self.wrt, found):
                if place < self.loop.count:
                    bars[place] = bar
                else:
                    sums[place] = _added(sums.get(place), bar)
        return tuple([bars[k] if k < self.loop.count else sums.get(k, 0.0) for k in self.by])


def _seeds(out_bar: Any, zeros: State) -> list[Any]:
    """The cotangents of what a loop ends with, each of its own structure."""
    given = out_bar if isinstance(out_bar, tuple) else zeros
    return [zero if type(bar) is float and bar == 0.0 else bar for bar, zero in zip(given, zeros, strict=True)]


def _added(total: Any, bar: Any) -> Any:
    """The sum of cotangents so far and one more, in memory of its own."""
    if total is None:
        return owned(bar)
    if (
        isinstance(total, np.ndarray)
        and isinstance(bar, np.ndarray)
        and (total.shape, total.dtype) == (bar.shape, bar.dtype)
    ):
        total += bar
        return total
    return owned(arrays.plus(total, bar))


class _Pull:
    """The pullback of a trip, by the positions `wrt` of its arguments; looked up by the arguments' exact key."""

    def __init__(self, step: Any, wrt: Sequence[int], numbered: bool) -> None:
        names = step.__code__.co_varnames[: step.__code__.co_argcount]
        self.pull = pull_of(step, tuple([names[k + numbered] for k in wrt]), may_repeat=True)
        self.key = key_of(len(names))
        self.found: dict[Any, Any] = {}
        self.single = len(wrt) == 1

    def __call__(self, args: tuple[Any, ...], seeds: tuple[Any, ...]) -> tuple[Any, ...]:
        key = self.key(*args)
        run = self.found.get(key)
        if run is None:
            run = self.found[key] = self.pull.function_for((*args, seeds))
        bars = run(*args, seeds)
        return (bars,) if self.single else bars
