"""Which states of a loop to keep, so that the fewest of its steps are computed again: the binomial schedule.

With s states kept at a time (the first one among them), a loop of n steps is reversed with no step computed more than
r times, where r is the least number with n <= C(s + r, s); in all `recomputed(n, s)` steps are computed, and no other
schedule needs fewer.

>>> recomputed(10, 3), [first_of(10, 3), first_of(10, 1)]
(15, [4, 9])

Griewank, Walther (2000), "Algorithm 799: revolve: an implementation of checkpointing for the reverse or adjoint mode of
computational differentiation", ACM Transactions on Mathematical Software 26, 19-45.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any

from adjoint.classes import dataclass

State = tuple[Any, ...]
Advance = Callable[[int, int, State], State]  # from one number of steps done to another


def reach(snapshots: int, times: int) -> int:
    """The longest loop that is reversed with no step computed more than so many times."""
    return comb(snapshots + times, snapshots) if times >= 0 else 0


def repetitions(steps: int, snapshots: int) -> int:
    """How often a step is computed at most, besides the time that it is reversed."""
    times = 0
    while reach(snapshots, times) < steps:
        times += 1
    return times


def recomputed(steps: int, snapshots: int) -> int:
    """How many steps are computed to reverse a loop, from its first state, those that are reversed not counted."""
    times = repetitions(steps, snapshots)
    return times * steps - reach(snapshots + 1, times - 1)


def first_of(steps: int, snapshots: int) -> int:
    """Behind how many steps the second state is kept; for one snapshot, how far it is to the last step."""
    if snapshots == 1:
        return steps - 1
    times = repetitions(steps, snapshots)
    return max(reach(snapshots, times - 2), steps - reach(snapshots - 1, times), 1)


@dataclass(frozen=True)
class Kept:
    """The states that are kept: each with the number of steps done before it, in rising order.

    `last` is the state before the last step of all, which who has run the loop holds in any case.
    """

    snapshots: int
    states: tuple[tuple[int, State], ...]
    last: tuple[int, State] | None = None

    def to(self, step: int, advance: Advance) -> tuple[State, Kept]:
        """The state before a step, and what is kept on the way there."""
        kept = list(self.states)
        done, state = kept[-1]
        while done < step:
            free = self.snapshots - len(kept)
            target = done + first_of(step + 1 - done, free + 1)
            state, done = advance(done, target, state), target
            if free and done < step:
                kept.append((done, state))
        return state, Kept(self.snapshots, tuple(kept))

    def at(self, step: int, advance: Advance) -> tuple[State, Kept]:
        """The state before a step, and what is kept from then on to reverse those before it."""
        state, kept = self.to(step, advance) if self.last is None or self.last[0] != step else (self.last[1], self)
        states = kept.states[:-1] if kept.states[-1][0] == step else kept.states
        return state, Kept(self.snapshots, states)
