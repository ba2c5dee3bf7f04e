"""In debug mode: after each bind of a cotangent, a check of its rank and dtype.

x_bar = out_bar * y      ->      x_bar = out_bar * y
                                 expect(x_bar, 'x', 'float64', 1)
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.analysis.kinds import Array
from adjoint.debug import expect
from adjoint.differentiate.prepare import mapped
from adjoint.differentiate.sweep import Sweep
from adjoint.syntax import core


def expected(block: list[Any], sweep: Sweep) -> list[Any]:
    """The reverse sweep with a check after each cotangent of an array is bound."""
    arrays = {bar: name for name, bar in sweep.bars.items() if isinstance(sweep.facts.kinds.get(name), Array)}
    helper = sweep.helper(expect)

    def change(stmt: Any) -> list[Any]:
        bars = sorted(core.names_bound(stmt) & arrays.keys()) if isinstance(stmt, gast.Assign) else []
        return [stmt, *(check(bar) for bar in bars)]

    def check(bar: str) -> Any:
        kind: Any = sweep.facts.kinds[arrays[bar]]
        facts = [core.const(v) for v in (arrays[bar], kind.dtype, kind.rank)]
        return core.effect(core.call(helper, core.load(bar), *facts))

    return mapped(block, change)
