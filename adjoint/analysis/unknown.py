"""Calls of which nothing is known: they might change an array, or carry a derivative, without our seeing it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from types import MethodType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import callee_of
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.kinds import Array, Kind, MaybeNumber, Number, OneOf, SetOf, Static, Text, TupleOf, can_vary
from adjoint.analysis.odd_arrays import makes_odd
from adjoint.errors import Problem, UnknownFunction, UnsupportedMutation, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.runtime import arrays, dispatch
from adjoint.runtime.objects import is_followed
from adjoint.syntax import core
from adjoint.syntax.said import said

# Functions of Python's that neither change nor keep their arguments.
HARMLESS = (arrays.check_apart, arrays.check_alone, print, sorted, format, repr, str, isinstance, id, type)
# Methods of lists and dictionaries that are followed, once these are in their final form
KNOWN = ("append", "insert", "pop", "copy", "index", "count")
# Methods of containers that keep what they are given, and change nothing else.
KEEPING: Mapping[type, tuple[str, ...]] = {
    list: ("append", "extend", "insert"),
    deque: ("append", "appendleft", "extend"),
    dict: ("update", "setdefault"),
    set: ("add",),
}
ADVICE = (
    "Give it a rule (adjoint.rules.vjp), mark it with adjoint.constant if its derivative is zero, "
    "or write it in Python that adjoint can read."
)
DISPATCHED = (*dispatch.FORWARD, dispatch.call_reverse)


def refuse_unknown_calls(
    fn: core.Function, kinds: Mapping[str, Kind], active: frozenset[str], known: frozenset[str]
) -> None:
    """Raise for every call of an unknown function that is passed an array or an active value.

    `known` are the paths of calls that are handled elsewhere.
    """
    problems = [
        unknown_problem(call, fn, active)
        for stmt in core.own_statements(fn.tree.body)
        for call in _calls(stmt)
        if core.path_of(call.func) not in known
        and not dispatch.is_forward(call, fn.bindings)
        and is_unknown(call, kinds, fn.bindings)
        if any(matters(name, kinds, active) for name in core.names_read(call) if name not in fn.bindings)
    ]
    if problems:
        raise_problems(UnknownFunction, problems, fn.origin)


def _calls(stmt: Any) -> Iterator[Any]:
    value = getattr(stmt, "value", None)
    if isinstance(stmt, (gast.Assign, gast.Expr, gast.AugAssign)) and isinstance(value, gast.Call):
        yield value


def is_unknown(call: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    """Is this a call of a function that has no rule?"""
    match call.func:
        case gast.Attribute(value=gast.Name(id=name)) if isinstance(kinds.get(name), CONTAINERS):
            return call.func.attr not in KNOWN
        case gast.Attribute(value=gast.Name(id=name)) if isinstance(kinds.get(name), SetOf):
            return not hasattr(set, call.func.attr)
    callee = callee_of(call, kinds, bindings)
    if callee is None:
        return not is_kept(call, bindings)
    if registry.rule_of(callee.primitive) is not None or registry.is_constant(callee.primitive):
        return False
    if isinstance(callee.primitive, type):
        return callee.primitive not in (slice, range, int, bool, str, list, tuple, dict, set, frozenset)
    return not any(callee.primitive is f for f in HARMLESS)


def is_kept(call: Any, bindings: Mapping[str, Any]) -> bool:
    """Does a call put its arguments into a list, dictionary or set from outside, as they are?"""
    match getattr(call, "func", None):
        case gast.Attribute(value=gast.Name(id=name), attr=attr):
            return attr in KEEPING.get(type(bindings.get(name)), ())
    return False


def matters(name: str, kinds: Mapping[str, Kind], active: frozenset[str]) -> bool:
    """Is this an active value, or something that a function could change?"""
    return name in active or not _is_immutable(kinds.get(name))


def _is_immutable(kind: Kind | None) -> bool:
    match kind:
        case Number() | Static() | OneOf() | Text() | MaybeNumber():
            return True
        case TupleOf():
            return all(map(_is_immutable, kind.items))
    return False


def unknown_problem(value: Any, fn: core.Function, active: frozenset[str] = frozenset()) -> Problem:
    """What to say of an operation without a rule."""
    path = core.path_of(getattr(value, "func", value)) or ""
    inside = {s.name for s in fn.statements if isinstance(s, gast.FunctionDef)}
    reason = registry.refusal_of(fn.bindings.get(path)) or _refused_method(path, fn)
    if makes_odd(fn.bindings.get(path)):
        message = f"`{path}` makes an array that is not a plain one, through which derivatives are not followed"
        advice = "Use plain arrays: `np.asarray`, `np.where`."
    elif reason is not None:
        message, advice = f"`{path}` cannot be differentiated", f"{reason[0].upper()}{reason[1:]}."
    elif isinstance(fn.bindings.get(path), type):
        message = f"derivatives are not followed through an object of `{path}` that is made here"
        advice = "Keep the values in variables or in a tuple, or make the object outside and pass it."
        if is_followed(fn.bindings[path]):
            advice = "Use its fields and methods, and not the object as a whole; or make it outside and pass it."
    elif path in inside and isinstance(value, gast.Call):
        message = f"`{path}` is defined inside the function, and it or what calls it calls itself"
        advice = "Define it outside the function, and pass what it uses as arguments."
    elif isinstance(value, gast.Call) and path.partition(".")[0] in active:
        message = "the function called here, known only when it runs, may hold values that derivatives pass through"
        advice = "Pass it these values as arguments."
    elif any(getattr(fn.bindings.get(path), "helper", fn.bindings.get(path)) is f for f in DISPATCHED):
        message = "a call that is known only when it runs cannot be differentiated twice"
        advice = "Call the function by a name that stands for nothing else."
    elif fn.bindings.get(path) is arrays.add_at:
        message = "what the gradient adds to for this line only the run can tell: it cannot be differentiated again"
        advice = "Keep what varies in variables, arrays or tuples."
    elif registry.draws(fn.bindings.get(path)):
        message = f"the derivative of `{path}` by its parameters is not known"
        advice = "Draw what does not depend on them: `mean + scale * rng.normal()`."
    elif isinstance(fn.bindings.get(path), MethodType):
        message = f"derivatives are not followed into `{path}`"
        advice = "Pass the object as an argument of the function."
    elif not path or path.partition(".")[0] in fn.temps:
        message, advice = "the derivative of the function called here is not known", ADVICE
    else:
        message, advice = f"the derivative of `{path}` is not known", ADVICE
    return problem_at(value, message, advice)


def _refused_method(path: str, fn: core.Function) -> str | None:
    """Why a method, if it is one of an array, is refused."""
    root, _, method = path.rpartition(".")
    if not root or root.partition(".")[0] in fn.bindings:
        return None
    return registry.refusal_of(getattr(np.ndarray, method, None))


def refuse_truncation(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> None:
    """Raise for a store of a value that derivatives pass through into an array of integers, which cuts it off."""
    problems = []
    for stmt, name in fn.stores.items():
        kind = kinds.get(name)
        if isinstance(kind, Array) and not can_vary(kind) and core.names_read(stmt.value) & varied:
            message = f"{said(name, fn)} is an array of {kind.dtype}, which cuts off the values stored here"
            problems.append(problem_at(stmt, message, f"Make `{name}` an array of floats."))
    if problems:
        raise_problems(UnsupportedMutation, problems, fn.origin)


def stored_apart(fn: core.Function) -> frozenset[str]:
    """The names of objects outside, and in such, to which parts are stored that stand in variables too.

    The latter are read from the former, and used for nothing else.
    """
    if not fn.apart:
        return fn.apart
    inside: dict[str, str] = {}
    others: set[str] = set()
    for stmt in fn.statements:
        match stmt:
            case gast.Assign(
                targets=[gast.Name(id=name)],
                value=gast.Attribute(value=gast.Name(id=owner)) | gast.Subscript(value=gast.Name(id=owner)),
            ) if inside.setdefault(name, owner) == owner:
                continue
            case gast.Assign(
                targets=[gast.Attribute(value=gast.Name()) | gast.Subscript(value=gast.Name(), slice=gast.Constant())]
            ):
                others |= core.names_read(stmt.value)
            case _:
                others |= core.names_bound(stmt).union(*map(core.names_read, core.heads(stmt)))
    found = set(fn.apart)
    for name, owner in inside.items():  # in the order of the text: an owner comes first
        if owner in found and name not in others:
            found.add(name)
    return frozenset(found)


def refuse_hidden_stores(fn: core.Function, kinds: Mapping[str, Kind], active: frozenset[str]) -> None:
    """Raise for a store of an active value into what is neither an array nor a list: a dictionary, an attribute."""
    problems = []
    apart = stored_apart(fn)
    for stmt in fn.statements:
        match stmt:
            case gast.For(iter=gast.Name()) if stmt.target.id in active:
                message = "a loop over these items cannot be run backwards where derivatives pass through them"
                problems.append(problem_at(stmt, message, "Loop over `range(len(…))` and index a list or an array."))
                continue
            case gast.Assign(targets=[gast.Attribute() as target]) if core.names_read(stmt.value) & active:
                if core.is_name(target.value) and target.value.id in apart:
                    continue
                what = said(core.path_of(stmt.targets[0]) or "", fn)
            case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))]) if core.names_read(
                stmt.value
            ) & active and not (name in apart or isinstance(kinds.get(name), (Array, *CONTAINERS))):
                what = said(f"{name}[…]", fn)
            case _:
                continue
        message = f"a value that derivatives pass through is stored in {what}, which is no array"
        advice = "Keep it in a variable, a list or an array, and store it afterwards."
        problems.append(problem_at(stmt, message, advice))
    if problems:
        raise_problems(UnsupportedMutation, problems, fn.origin)
