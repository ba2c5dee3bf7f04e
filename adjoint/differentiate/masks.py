"""Zeros that stay zero: cotangents that `np.where` cut off are not multiplied by slopes that may be infinite.

    t = np.sqrt(x)                      t_bar = np.where(c, y_bar, 0.0)
    y = np.where(c, t, 0.0)     ->      x_bar = np.where(c, t_bar * 0.5 / t, 0.0)

Where c is false, sqrt(x) may have been nan or its slope infinite, and 0 * inf would be nan. Where the cotangent is used
once, as here, the text is no longer for that: `x_bar = np.where(c, y_bar * 0.5 / t, 0.0)`. A cotangent is known to be
cut off within a block, as far back as its test is bound.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from adjoint.analysis.alias import stored_name
from adjoint.analysis.kinds import Array, Kind, same_shape
from adjoint.differentiate.sweep import Sweep
from adjoint.syntax import core
from adjoint.syntax.core import load


class Mask(NamedTuple):
    """Within `block`, a cotangent is zero but where each test is as said, and there it is that of the name `whole`."""

    block: Any
    tests: tuple[tuple[str, bool], ...]
    whole: str | None = None


def mask_of(g: str, sweep: Sweep) -> Mask | None:
    """Where a cotangent is zero for certain, None where that is not known."""
    found = sweep.masked.get(g)
    return found if found is not None and found.block is sweep.block else None


def mask_made(rule: Any, arguments: Any, operand: str, target: str, g: str, sweep: Sweep) -> Mask | None:
    """The mask of what `np.where`, of which `target` is the result, gives the operand `operand`."""
    test = arguments.get("condition")
    if rule.primitive is not np.where or not core.is_name(test) or not isinstance(sweep.kind(test), Array):
        return None
    binds = sum([target in core.names_bound(s) for s in sweep.fn.statements])
    lasting = binds == 1 and not sweep.is_buffer(target) and not sweep.is_number(target)
    outer = mask_of(g, sweep)  # of a choice among what was chosen
    tests = (*(outer.tests if outer else ()), (test.id, operand == "x"))
    return Mask(sweep.block, tests, g if lasting else None)


def cut_off(contribution: Any, mask: Mask, sweep: Sweep) -> Any:
    """A product with a slope, zero where its cotangent is."""
    for test, chosen in reversed(mask.tests):
        pair = (contribution, core.const(0.0)) if chosen else (core.const(0.0), contribution)
        contribution = core.call(sweep.numpy("where"), load(test), *pair)
    return contribution


def note(name: str, mask: Mask | None, out: Kind | None, sweep: Sweep) -> None:
    """Remember where the cotangent of a name, which was just defined, is zero; not where it was summed to its shape."""
    if mask is not None and not sweep.is_buffer(name) and same_shape(sweep.facts.kinds.get(name), out):
        sweep.masked[sweep.bar(name)] = mask


def left_behind(stmt: Any, sweep: Sweep) -> None:
    """Before a statement that binds a test, or stores into it, the test is another."""
    if sweep.masked:
        changed = {*core.names_bound(stmt), stored_name(stmt)}
        sweep.masked = {b: mask for b, mask in sweep.masked.items() if changed.isdisjoint(n for n, _ in mask.tests)}
