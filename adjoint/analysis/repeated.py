"""What a second run of a function would do again, or differently: draws, effects outside, clocks.

    >>> import numpy as np
    >>> import gast
    >>> from adjoint.syntax import core
    >>> text = "def f(x):\\n    t = draw()\\n    y = x * t\\n    return y"
    >>> origin = core.Origin("model.py", 1, (), "f")
    >>> fn = core.Function(gast.parse(text).body[0], origin, bindings={"draw": np.random.default_rng(0).normal})
    >>> done_again(fn, {})
    Again(what='draws random numbers: `draw`', certain=True)

Where one call of the user's needs several sweeps (a Jacobian, column by column), only a function of which nothing is
said here may simply run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import gast
import numpy as np

from adjoint.analysis.callees import Callee, callee_of
from adjoint.analysis.kinds import Instance, Kind, OneOf, Static, Unknown
from adjoint.analysis.unknown import HARMLESS, is_kept
from adjoint.rules import registry
from adjoint.syntax import core

# Methods that only look at an object of Python's own.
READING = frozenset({"get", "keys", "values", "items", "index", "count", "copy"})
# Not pure by the registry, but nothing is left of them, or they tell the same again.
SETTINGS = (np.errstate, np.printoptions, np.geterr, np.get_printoptions, np.random.default_rng)


class Again(NamedTuple):
    """What a second run would do; not `certain` where only the run can tell."""

    what: str
    certain: bool


def done_again(fn: core.Function, kinds: Mapping[str, Kind], known: frozenset[str] = frozenset()) -> Again | None:
    """What a second run of a function would do again or differently, None where nothing.

    `known` are the paths of calls that are looked at elsewhere.
    """
    if not _is_suspect(fn, kinds):
        return None
    found = [again for stmt in fn.statements for again in _of_statement(stmt, fn, kinds, known)]
    return next((again for again in found if again.certain), found[0] if found else None)


def changed_outside(stmt: Any, fn: core.Function) -> str | None:
    """What a statement changes that no variable of the function holds: an attribute, or what stands outside."""
    match stmt:
        case gast.Assign(targets=[gast.Attribute() as target]):
            return core.path_of(target) or "an attribute"
        case gast.Assign(targets=[gast.Subscript() as target]) | gast.AugAssign(target=gast.Subscript() as target):
            path = core.path_of(target.value) or ""
            return path if root_of(path) in map(root_of, fn.bindings) else None
        case gast.Assign(value=gast.Call() as call) | gast.Expr(value=gast.Call() as call) if is_kept(
            call, fn.bindings
        ):
            return core.path_of(call.func.value)
    return None


def is_draw(call: Any, callee: Callee | None, kinds: Mapping[str, Kind]) -> bool:
    """Does a call draw random numbers, by itself or as a method of a generator that the function has?"""
    kind = kinds.get(root_of(core.path_of(call.func) or ""))
    bound = isinstance(kind, Instance) and issubclass(kind.cls, (np.random.Generator, np.random.RandomState))
    return callee is not None and (registry.draws(callee.primitive) or bound)


def root_of(path: str) -> str:
    """The name that a dotted path begins with."""
    return path.partition(".")[0]


def _is_suspect(fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """May there be anything to find? Of most functions their names outside tell that there is not."""
    return any(_is_open(kinds.get(p)) for p in fn.params) or not all(map(_is_harmless, fn.bindings.values()))


def _is_open(kind: Kind | None) -> bool:
    """May what has this kind do anything when it is called, or gone through?"""
    if isinstance(kind, Static):
        return callable(kind.value) and not _is_pure(kind.value)
    return kind is None or isinstance(kind, (Unknown, Instance, OneOf))


def _is_harmless(value: Any) -> bool:
    if value is None or isinstance(value, (ModuleType, str, int, float, complex, tuple)):
        return True
    return _is_pure(value)


def _is_pure(value: Any) -> bool:
    if registry.is_pure(value) or any(value is other for other in SETTINGS):
        return True
    module = getattr(value, "__module__", None) or ""
    if module == "adjoint.runtime.dispatch":
        return bool(value.__name__ == "call_reverse")
    if isinstance(value, type) and (value.__module__ == "builtins" or issubclass(value, BaseException)):
        return True
    if _is_repeated_derivative(value):
        return True
    of_ours = module.startswith(("adjoint.runtime.", "adjoint.rules."))
    return of_ours or any(value is other for other in HARMLESS if other is not print)


def _repeats_nothing(helper: Any, call: Any, fn: core.Function) -> bool:
    """Is this a call that the run resolves, of a derivative of what may run again?"""
    if getattr(helper, "__module__", None) != "adjoint.runtime.dispatch" or not call.args:
        return False
    return _is_repeated_derivative(fn.bindings.get(core.path_of(call.args[0]) or ""))


def _is_repeated_derivative(value: Any) -> bool:
    tells = getattr(type(value), "repeats_nothing", None)
    return isinstance(tells, FunctionType) and bool(tells(value))


def _of_statement(stmt: Any, fn: core.Function, kinds: Mapping[str, Kind], known: frozenset[str]) -> Iterator[Again]:
    if (name := changed_outside(stmt, fn)) is not None:
        yield Again(f"changes `{name}`, which stands outside", True)
    if isinstance(stmt, gast.For) and core.is_name(stmt.iter):
        if _is_open(kinds.get(stmt.iter.id)):
            yield Again(f"goes through `{stmt.iter.id}`, which may be used up", False)
    for call in _calls(stmt):
        if core.path_of(call.func) not in known and (again := of_call(call, fn, kinds)) is not None:
            yield again


def _calls(stmt: Any) -> Iterator[Any]:
    return (node for head in core.heads(stmt) for node in core.walk(head) if isinstance(node, gast.Call))


def of_call(call: Any, fn: core.Function, kinds: Mapping[str, Kind]) -> Again | None:
    """What calling something a second time would do again."""
    path = core.path_of(call.func) or "a call"
    callee = callee_of(call, kinds, fn.bindings)
    if is_draw(call, callee, kinds):
        return Again(f"draws random numbers: `{path}`", True)
    if callee is not None:
        if _is_pure(callee.primitive) or _repeats_nothing(callee.primitive, call, fn):
            return None
        theirs = isinstance(callee.primitive, FunctionType)  # marked `constant` by the user: of these nothing is known
        return Again(f"calls `{path}`", registry.is_constant(callee.primitive) and not theirs)
    if isinstance(call.func, gast.Attribute) and core.is_name(call.func.value):
        name = call.func.value.id
        if call.func.attr in READING:
            return None
        if name not in fn.bindings and not _is_open(kinds.get(name)):
            return None  # a method of an array, a list, a text of the function's own
    return Again(f"calls `{path}`", False)
