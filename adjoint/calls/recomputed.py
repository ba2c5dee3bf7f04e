"""Calls of checkpointed code: the forward sweep keeps where it began, the reverse sweep runs it again.

    y, y_record = call_forward(g, (0,), x)               y = g(x);  y_record = x
    …                                              =     …
    x_bar = call_reverse(y_record, y_bar)[0]             x_bar = pull(x, y_bar)

A loop is reversed step by step, each from its own state, by the schedule of `runtime/schedule.py`. Tangents and further
derivatives are those of the code itself: forward mode keeps nothing in any case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adjoint.analysis.kinds import UNKNOWN, Kind
from adjoint.calls.callable import Call, resolved
from adjoint.calls.derivatives import pull_of
from adjoint.checkpoints import Checkpointed
from adjoint.runtime import trees
from adjoint.runtime.watching import refuse_reading
from adjoint.syntax import core


class Recomputed(Checkpointed):
    """A function taken out of another, of which a call's arguments are kept."""

    def kind_of_result(self, kinds: Sequence[Kind]) -> Kind:
        """The kind of what a call with arguments of these kinds gives."""
        return _kind_of_result(self.function, kinds)


@dataclass(frozen=True)
class RecomputedCall(Call):
    """A call of a checkpointed function."""

    def run(self, by: tuple[int | str, ...], apart: bool) -> tuple[Any, Any, tuple[Any, ...]]:
        pull = pull_of(self.function, by)
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
    return RecomputedCall(**{**vars(call), "shift": call.shift + shift})


def _kind_of_result(function: Any, kinds: Sequence[Kind]) -> Kind:
    from adjoint.analysis.infer import infer, kind_of_expression
    from adjoint.pipeline import core_of

    fn = core_of(function)
    found = infer(fn, dict(zip(fn.params, kinds, strict=True)))
    return kind_of_expression(fn.tree.body[-1].value, found, fn.bindings) or UNKNOWN


class Loop(Recomputed):
    """A loop taken out of a function, as a function: of what its trips hand on, what they read, and where it goes.

    `step` is one trip, `count` the number of values that it hands on; with `stops` it also says whether another one
    follows. `going` says so before the first one of a `while`. `changed` are the arrays that are copied at entry.
    """

    def __init__(
        self,
        core: core.Function,
        function: Any,
        step: Any,
        going: Any,
        count: int,
        stops: bool,
        changed: tuple[int, ...],
    ) -> None:
        super().__init__(function)
        self.core, self.step, self.going, self.count, self.stops = core, step, going, count, stops
        self.changed = changed
