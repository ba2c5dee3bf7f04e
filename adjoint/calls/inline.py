"""Write the bodies of the user's functions into their callers.

    def helper(u, k):                  y = helper(x, 2)             t = x * 2
        t = u * k              and                          ->      y = np.sin(t)
        return np.sin(t)

The work is done by the walk in `adjoint/structures`, which takes objects apart at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, TypeGuard

from adjoint.analysis.kinds import Kind
from adjoint.analysis.odd_arrays import makes_odd
from adjoint.classes import dataclass
from adjoint.errors import Problem
from adjoint.guards import ClassGuard, Guard, Parts
from adjoint.rules import late, registry
from adjoint.runtime import arrays, dispatch
from adjoint.syntax import core

if TYPE_CHECKING:
    from adjoint.structures.layout import Layout

Reader = Callable[[FunctionType], core.Function]


@dataclass
class Inlined:
    """A function without calls that could be inlined, and everything that this relies on."""

    fn: core.Function
    guards: tuple[Guard | ClassGuard | Parts, ...]
    layout: Layout
    reasons: tuple[Problem, ...] = ()


def inline(
    fn: core.Function,
    read: Reader,
    active: tuple[FunctionType, ...] = (),
    kinds: Mapping[str, Kind] = MappingProxyType({}),
    wrt: Sequence[str] = (),
) -> Inlined:
    """Inline the calls in a Core function; `read` brings a callee into Core form.

    `active` are the functions being inlined around this one; `kinds` are those of the arguments, where they are known,
    `wrt` the parameters to differentiate by.
    """
    from adjoint.structures.walk import walked

    found = walked(fn, read, active, kinds, wrt)
    return Inlined(found.fn, found.guards, found.layout, found.reasons)


def is_users(value: Any) -> TypeGuard[FunctionType]:
    """Is this a Python function of the user's, of which no rule knows anything?"""
    if not isinstance(value, FunctionType) or value.__module__ in (arrays.__name__, dispatch.__name__):
        return False
    if makes_odd(value):
        return False
    if hasattr(value, "registry") and hasattr(value, "dispatch"):  # functools.singledispatch: known when it runs
        return False
    if registry.rule_of(value) is not None or registry.is_constant(value):
        return False
    return value not in late.WRITTEN and registry.refusal_of(value) is None
