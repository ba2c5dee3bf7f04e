"""Sums, means and extrema as loops that swallow what they are taken of.

`np.sum(np.exp(x - m))` is

    total = 0.0
    for i in range(x.shape[0]):
        total = added(total, np.exp(x[i] - m))

Along the last axes each cell of the result has a number of its own that sums up; along others the result is an array
into which rows are added, so that the innermost loop goes along memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from adjoint.analysis.kinds import ONE, Array
from adjoint.classes import dataclass
from adjoint.fusion.context import Context, Lengths, axes_of
from adjoint.runtime import numbers
from adjoint.syntax import core

SUMS = (np.sum, np.mean)
STEPS: Mapping[Any, Any] = {
    np.sum: numbers.added,
    np.mean: numbers.added,
    np.max: numbers.larger,
    np.amax: numbers.larger,
    np.min: numbers.smaller,
    np.amin: numbers.smaller,
}
STEMS = {numbers.added: "total", numbers.larger: "top", numbers.smaller: "least"}


@dataclass(frozen=True)
class Reduction:
    """What is reduced, along which axes, by which step; `out` has axes of length 1 in their place where they stay."""

    primitive: Any
    operand: Any
    axes: frozenset[int]
    shape: Lengths  # of the operand
    keepdims: bool

    @property
    def step(self) -> Any:
        return STEPS[self.primitive]

    @property
    def out(self) -> Lengths:
        return tuple(
            ONE if k in self.axes else n for k, n in enumerate(self.shape) if self.keepdims or k not in self.axes
        )

    def index(self, variables: Mapping[int, Any]) -> tuple[Any, ...]:
        """The index into the result, for the variables of the axes that stay."""
        own = [
            core.const(0) if k in self.axes else core.copy(variables[k])
            for k in range(len(self.shape))
            if self.keepdims or k not in self.axes
        ]
        return tuple(own)

    @property
    def is_inner(self) -> bool:
        """Are the axes that go the last ones?"""
        return all(k in self.axes for k in range(min(self.axes), len(self.shape)))


def reduction_of(expr: Any, context: Context) -> Reduction | None:
    """What an expression reduces, None where it is no reduction of floats along axes that are known."""
    callee = context.callee(expr)
    if callee is None or callee.starred or callee.primitive not in STEPS or not callee.args:
        return None
    given = {**dict(zip(("a", "axis"), callee.args)), **callee.keywords}
    if len(callee.args) > 2 or not given.keys() <= {"a", "axis", "keepdims"}:
        return None
    kind = context.kind(given["a"])
    if not isinstance(kind, Array) or kind.dtype != "float64":
        return None
    shape = context.shape(given["a"])
    axes = axes_of(given.get("axis"), len(shape))
    keepdims = given.get("keepdims")
    if axes is None or not (
        keepdims is None or (core.is_constant(keepdims) and type(core.constant_value(keepdims)) is bool)
    ):
        return None
    keep = keepdims is not None and core.constant_value(keepdims)
    return Reduction(callee.primitive, given["a"], axes, shape, bool(keep))
