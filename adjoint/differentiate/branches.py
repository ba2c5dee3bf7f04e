"""Leave out the branches that cannot run with arguments of these kinds.

    if isinstance(x, np.ndarray):            t = np.exp(x)
        t = np.exp(x)                 ->
    else:
        t = math.exp(x)

A generated function is for arguments of certain kinds: what a test asks of these only, is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any

import gast

from adjoint.analysis.kinds import Kind
from adjoint.analysis.values import is_data
from adjoint.differentiate.decide import UNDECIDED, Facts, Scope
from adjoint.differentiate.prepare import mapped
from adjoint.syntax import core
from adjoint.syntax.core import load

ROUNDS = 4


def decided(
    fn: core.Function, kinds_of: Callable[[core.Function], Mapping[str, Kind]]
) -> tuple[core.Function, Mapping[str, Kind]]:
    """A function without the branches that its kinds rule out, and its kinds: these are known better without them."""
    kinds = kinds_of(fn)
    for _ in range(ROUNDS):
        changes, new = _decided(fn, kinds)
        if not changes:
            break
        fn, kinds = new, kinds_of(new)
    return fn, kinds


def _decided(fn: core.Function, kinds: Mapping[str, Kind]) -> tuple[int, core.Function]:
    free = {n: v for n, v in fn.bindings.items() if _is_fixed(v) and n not in kinds}
    scope = Scope({n: load(n) for n in kinds}, Facts(kinds), {}, free)
    changes = 0

    def change(stmt: Any) -> list[Any]:
        nonlocal changes
        match stmt:
            case gast.If(body=[gast.Break()]):
                return [stmt]
            case gast.If(test=test, body=body, orelse=orelse) if (value := scope.value(test)) is not UNDECIDED:
                changes += 1
                return list(body if value else orelse)
            case gast.Assign(value=gast.IfExp(test=test, body=a, orelse=b)):
                if (value := scope.value(test)) is not UNDECIDED:
                    changes += 1
                    return [core.place(gast.Assign(stmt.targets, a if value else b, None), stmt)]
        return [stmt]

    body = mapped(fn.tree.body, change)
    if not changes:
        return 0, fn
    return changes, fn.with_body([s for k, s in enumerate(body) if k == len(body) - 1 or not isinstance(s, gast.Pass)])


def _is_fixed(value: Any) -> bool:
    """Is this something that a guard holds to be the same object at each call?"""
    return isinstance(value, (ModuleType, type, FunctionType)) or (callable(value) and not is_data(value))
