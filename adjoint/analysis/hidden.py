"""Values that leave the names: put into a global list, an object's attribute, and read from there again.

    history.append(x * x)           the derivative of what is read is not followed: refused
    return history[-1] * x

    history.append(x * x)           nobody reads it here: an effect like any other
    return x

What counts is whether the result depends on the container into which a value was put that varies.
"""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

import gast

from adjoint.analysis.activity import flows_of
from adjoint.analysis.alias import alias_sources, stored_name
from adjoint.analysis.callees import callee_of
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, ListOf, Number, OneOf, Static, can_vary, is_immutable
from adjoint.analysis.unknown import is_kept, is_unknown, stored_apart
from adjoint.errors import Problem, UnsupportedMutation, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.runtime import dispatch
from adjoint.runtime.objects import is_followed, is_object
from adjoint.runtime.outside import described
from adjoint.syntax import core
from adjoint.syntax.said import said

Flows = list[tuple[str, str]]
Sinks = list[tuple[Any, str]]
OUTSIDE = ""  # stands, among the names of flows, for all that is put outside


def sinks_of(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str], known: frozenset[str]) -> Sinks:
    """Statements that may put a value that varies somewhere outside the names, each with the name of where.

    `known` are the paths of calls that are handled elsewhere.
    """
    return list(_sinks(fn, kinds, varied, known))


def refuse_hidden_flows(fn: core.Function, kinds: Mapping[str, Kind], sinks: Sinks) -> None:
    """Raise where a value that varies is put into what the result depends on, but is no array and no local list."""
    if not sinks:
        return
    flows = [flow for stmt in fn.statements for flow in flows_of(stmt, kinds, fn.bindings)]
    flows += [(OUTSIDE, name) for stmt in core.own_statements(fn.tree.body) for name in _found_outside(stmt, fn, kinds)]
    useful = _reached(core.names_read(fn.result), [(t, s) for s, t in flows if _may_hold(kinds.get(t))])
    problems = [
        _problem(stmt, _named(found[0], fn))
        for stmt, container in sinks
        if (found := _read_again(stmt, container, fn, flows, kinds, useful))
    ]
    if problems:
        raise_problems(UnsupportedMutation, problems, fn.origin)


def _may_hold(kind: Kind | None) -> bool:
    """Can a value of this kind carry a derivative, or have one in it that was put there out of sight?"""
    return can_vary(kind) or not (is_immutable(kind) or isinstance(kind, Array))


def _read_again(
    stmt: Any, container: str, fn: core.Function, flows: Flows, kinds: Mapping[str, Kind], useful: set[str]
) -> list[str]:
    """The names by which the result depends on a container that a statement puts a value into."""
    if OUTSIDE in useful and (container in fn.bindings or container in fn.apart):
        return [container]
    if _is_made(container, fn):
        return sorted(n for n in useful & fn.bindings.keys() if _can_hold(fn.bindings[n]))
    match stmt:
        case gast.Assign(targets=[gast.Attribute(value=gast.Name(id=name)) | gast.Subscript(value=gast.Name(id=name))]):
            if name in stored_apart(fn):  # what is stored stands in a variable too, which is read instead
                return []
    return sorted(_containers(container, flows, kinds, fn.bindings) & useful, key=lambda n: (n not in fn.bindings, n))


def _is_made(path: str, fn: core.Function) -> bool:
    """Is this a class of the user's? Its `__init__` may put what it is given anywhere."""
    value = fn.bindings.get(path)
    return isinstance(value, type) and is_followed(value)


def _can_hold(value: Any) -> bool:
    return isinstance(value, (list, dict, set, deque, type)) or is_object(value)


def _found_outside(stmt: Any, fn: core.Function, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """The names that hold what a function gave that is known only when it runs, and was given nothing that varies."""
    match stmt:
        case gast.Assign(value=gast.Call(func=gast.Name()) as call):
            if dispatch.is_forward(call, fn.bindings):
                return frozenset() if call.args[1].elts else core.names_bound(stmt)
            return core.names_bound(stmt) if callee_of(call, kinds, fn.bindings) is None else frozenset()
    return frozenset()


def escaping(fn: core.Function, kinds: Mapping[str, Kind], known: frozenset[str]) -> frozenset[str]:
    """The names of what others may hold when the function is done."""
    bound = frozenset(n for s in fn.statements for n in fn.binds[s]).union(fn.params)
    found = [stmt for stmt, _ in _sinks(fn, kinds, bound, known)]
    found += [s for s in core.own_statements(fn.tree.body) if _into_outside(s, fn)]
    return frozenset(n for stmt in found for n in core.names_read(stmt))


def _into_outside(stmt: Any, fn: core.Function) -> bool:
    """Is this a store into, or a call of a method of, what stands outside?"""
    match stmt:
        case gast.Assign(targets=[gast.Subscript() as target]):
            return (core.path_of(target.value) or "").partition(".")[0] in fn.bindings
        case gast.Assign(value=gast.Call() as call) | gast.Expr(value=gast.Call() as call):
            root = (core.path_of(call.func) or "").partition(".")[0]
            return isinstance(fn.bindings.get(root), (list, dict, deque))
    return False


def put_away(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str], sinks: Sinks) -> tuple[str, ...]:
    """The objects, lists and dictionaries from outside into which values are put that vary.

    Who calls the function without knowing it cannot see this, and may read from there what was put.
    """
    found = [name for _, name in sinks]
    return tuple(dict.fromkeys([*found, *_stored_outside(fn, kinds, varied)]))


def _stored_outside(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> Iterator[str]:
    """Containers from outside, or what is in them, into which a value that varies is put by any means."""
    outside = {n for n, v in fn.bindings.items() if isinstance(v, (list, dict, set, deque))}
    owner = {name: name for name in outside}
    statements = core.own_statements(fn.tree.body) if outside else []
    for stmt in statements * 2:  # what a trip of a loop binds, the next one may store to
        target = stmt.targets[0] if isinstance(stmt, gast.Assign) else getattr(stmt, "target", None)
        value = getattr(stmt, "value", None)
        read = [n for n in sorted(core.names_read(value)) if n in owner] if value is not None else []
        if isinstance(value, gast.Call) and isinstance(value.func, gast.Attribute):
            given = core.names_read(core.tuple_([*value.args, *(k.value for k in value.keywords)]))
            root = (core.path_of(value.func) or "").partition(".")[0]
            if root in owner and given & varied:
                yield owner[root]
        if isinstance(target, (gast.Subscript, gast.Attribute)):
            root = (core.path_of(target.value) or "").partition(".")[0]
            if root in owner and value is not None and core.names_read(value) & varied:
                yield owner[root]
        elif target is not None and read and not _is_new(value, kinds, fn.bindings):  # it may be what is in there
            owner.update(dict.fromkeys(core.names_bound(stmt), owner[read[0]]))


def _is_new(value: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    """Is this a number, or an array that an operation makes?"""
    if isinstance(kind_of_expression(value, kinds, bindings), Number):
        return True
    callee = callee_of(value, kinds, bindings)
    if callee is None or registry.rule_of(callee.primitive) is None:
        return False
    if callee.primitive in (operator.add, operator.mul):  # or a list of what others hold
        return isinstance(kind_of_expression(value, kinds, bindings), Array)
    return registry.result_of(callee.primitive) == "fresh"


def _named(container: str, fn: core.Function) -> str:
    outside = fn.bindings.get(container)
    return said(container, fn) if outside is None else f"`{described(container, outside)}`"


def _problem(stmt: Any, container: str) -> Problem:
    message = f"a value that derivatives pass through is put into {container}, on which the result depends"
    return problem_at(stmt, message, "Keep it in a variable or a list of the function's own as well, and read that.")


def _sinks(
    fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str], known: frozenset[str]
) -> Iterator[tuple[Any, str]]:
    attributes = _arrays_of_attributes(fn, kinds)
    inside = _held_outside(fn)
    for stmt in core.own_statements(fn.tree.body):
        if not attributes and _binds_plainly(stmt):
            continue
        owners = attributes.get(stored_name(stmt) or "")
        if owners and core.names_read(stmt.value) & varied:
            yield from ((stmt, owner) for owner in sorted(owners))
        match stmt:
            case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))]) if name in inside:
                if core.names_read(stmt.value) & varied and isinstance(kinds.get(name), CONTAINERS):
                    yield stmt, inside[name]
            case gast.Assign(targets=[gast.Attribute() as target]) if core.names_read(stmt.value) & varied:
                yield stmt, (core.path_of(target) or "").partition(".")[0]
            case gast.Assign(value=gast.Call() as call) | gast.Expr(value=gast.Call() as call):
                given = [*call.args, *(k.value for k in call.keywords)]
                if core.path_of(call.func) in known or not any(core.names_read(a) & varied for a in given):
                    continue
                if not is_unknown(call, kinds, fn.bindings) and not is_kept(call, fn.bindings):
                    continue
                if dispatch.is_forward(call, fn.bindings):
                    what, by, *given = call.args
                    seen = _is_derivative(fn.bindings.get(getattr(what, "id", ""))) or _is_reversed(what, fn)
                    if not by.elts and core.is_name(what) and not seen:
                        yield stmt, what.id
                    continue
                if _is_derivative(fn.bindings.get(core.path_of(call.func) or "")):
                    continue
                if isinstance(call.func, gast.Attribute) or _is_made(core.path_of(call.func) or "", fn):
                    yield stmt, (core.path_of(call.func) or "").partition(".")[0]
                yield from ((stmt, a.id) for a in given if core.is_name(a) and _is_container(a.id, kinds))


def _held_outside(fn: core.Function) -> Mapping[str, str]:
    """The names of what is held in lists and dictionaries from outside, each with the name of the outermost."""
    outside = {n for n, v in fn.bindings.items() if isinstance(v, (list, dict))} - stored_apart(fn)
    found: dict[str, str] = {}
    for stmt in core.own_statements(fn.tree.body) if outside else ():
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Subscript(value=gast.Name(id=owner))):
                if owner in outside or owner in found:
                    found[name] = found.get(owner, owner)
    return found


def _binds_plainly(stmt: Any) -> bool:
    """Is this the bind of a name without a call?"""
    return type(stmt) is gast.Assign and type(stmt.targets[0]) is gast.Name and type(stmt.value) is not gast.Call


def _is_derivative(value: Any) -> bool:
    """Is this a derivative of a function, or a helper of ours, which keeps nothing that it is given?"""
    return hasattr(type(value), "kind_of_result") or getattr(value, "__module__", "") == dispatch.__name__


def _is_reversed(callee: Any, fn: core.Function) -> bool:
    """Is a callee also in the record of a call whose pullback is computed, and refused if it puts anything away?"""
    records = (s.value.elts for s in fn.statements if isinstance(getattr(s, "value", None), gast.Tuple))
    is_there = any(elts and core.is_name(elts[0], callee.id) for elts in records) if core.is_name(callee) else False
    return is_there and any(value is dispatch.reverse_of for value in fn.bindings.values())


def _arrays_of_attributes(fn: core.Function, kinds: Mapping[str, Kind]) -> Mapping[str, frozenset[str]]:
    """The names that may stand for arrays which are attributes, or views of such; each with whose they are."""
    if not any(type(s) is gast.Assign and type(s.value) is gast.Attribute for s in fn.statements):
        return {}
    owners: dict[str, frozenset[str]] = {}
    others: list[tuple[str, Any]] = []
    for stmt in core.own_statements(fn.tree.body):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Attribute() as value) if not (
                isinstance(kinds.get(name), Number) or isinstance(kinds.get(core.path_of(value.value) or ""), Array)
            ):
                root = (core.path_of(value) or "").partition(".")[0]
                if root and not isinstance(fn.bindings.get(root), ModuleType):
                    owners[name] = frozenset([root])
            case gast.Assign(targets=[gast.Name(id=name)], value=value):  # `x.T` of an array is a view like any other
                others.append((name, value))
    if not owners:
        return {}
    flows = [(source, name) for name, value in others for source in alias_sources(value, kinds, fn.bindings)]
    backwards = [(t, s) for s, t in flows]
    names = {*owners, *(t for _, t in flows)}
    return {n: frozenset().union(*(owners.get(s, frozenset()) for s in _reached([n], backwards))) for n in names}


def _containers(name: str, flows: Flows, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> set[str]:
    """The name of a container, the names that it was taken from, and others for the same objects."""
    sources = {n for n in _reached([name], [(t, s) for s, t in flows]) if _is_container(n, kinds)}
    held = [bindings[n] for n in sources if n in bindings]
    return sources | {n for n, value in bindings.items() if any(value is v for v in held)}


def _is_container(name: str, kinds: Mapping[str, Kind]) -> bool:
    return not isinstance(kinds.get(name), (Number, Static, OneOf, Array, ListOf))


def _reached(start: Iterable[str], edges: Flows) -> set[str]:
    followers: dict[str, list[str]] = {}
    for source, target in edges:
        followers.setdefault(source, []).append(target)
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += followers.get(name, ())
    return found
