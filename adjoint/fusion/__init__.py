"""Array statements as loops over numbers, for the native backend; interpreted, NumPy's own loops are the fast ones."""

from __future__ import annotations

from collections.abc import Mapping

from adjoint.analysis.kinds import Kind
from adjoint.emit.comments import layout, leading
from adjoint.fusion.checked import checked
from adjoint.fusion.context import Context
from adjoint.fusion.contract import contracted
from adjoint.fusion.gather import gathered
from adjoint.fusion.join import joined
from adjoint.fusion.lower import lowered
from adjoint.fusion.named import named
from adjoint.fusion.products import multiplied
from adjoint.fusion.rooms import rooms
from adjoint.fusion.scalars import scalars
from adjoint.fusion.stacks import stacks
from adjoint.fusion.unused import unused
from adjoint.fusion.upward import upward
from adjoint.normalize.versions import versions
from adjoint.syntax import core

__all__ = ["fused"]

PASSES = (lowered, gathered, unused, joined, contracted, rooms, stacks, upward, scalars, named)


def fused(fn: core.Function, arguments: Mapping[str, Kind]) -> core.Function:
    """Turn the array statements of a finished function into fused loops; `arguments` are its parameters' kinds."""
    new = old = versions(multiplied(leading(fn)))
    context = Context(new, arguments)
    for run in PASSES:
        new = run(new, context)
    return layout(checked(new, arguments)) if new is not old else fn
