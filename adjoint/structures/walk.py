"""Write the user's functions into their callers, and take objects apart on the way: the walk over one function.

    >>> from adjoint.normalize.example import function
    >>> from adjoint.normalize import normalize
    >>> from adjoint.emit.printer import to_source
    >>> fn = normalize(function('''
    ... def f(x, n):
    ...     d = {"a": x, "b": 1.0}
    ...     for i in range(n):
    ...         d["a"] = d["a"] * d["b"]
    ...     return d["a"]
    ... '''))
    >>> print(to_source(walked(fn, lambda callee: fn).fn.tree))
    def f(x, n):
        d_a = x
        d_b = 1.0
        for i in range(n):
            t = d_a
            t_1 = d_b
            t_2 = t * t_1
            d_a = t_2
        t_3 = d_a
        return t_3

What is assumed of an object (that its keys are known, that nobody needs it whole) may turn out wrong further on: then
the walk begins anew, and leaves that object as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import FunctionType, MappingProxyType
from typing import Any

import gast

from adjoint.analysis.kinds import Array, Kind, Number, Static
from adjoint.analysis.structured import Structure
from adjoint.classes import dataclass, replace
from adjoint.errors import Problem, UnsupportedSyntax, problem_at, raise_problems
from adjoint.guards import ClassGuard, Guard, Parts
from adjoint.normalize import tree
from adjoint.normalize.versions import versions
from adjoint.runtime.objects import made
from adjoint.structures import expressions, globals_, row_uses, rows, statements
from adjoint.structures.evaluator import SEVERAL, Evaluator, Frame, Reader
from adjoint.structures.layout import Layout, layout_of, with_params
from adjoint.structures.values import CONSTANTS, Demotion, Discovery, Known, Record, Source
from adjoint.syntax import core

WALKS = 64
WHOLE = "an object cannot be taken apart here"


@dataclass(frozen=True)
class Walked:
    """A function without objects that could be taken apart, and everything that this relies on."""

    fn: core.Function
    guards: tuple[Guard | ClassGuard | Parts, ...]
    layout: Layout
    reasons: tuple[Problem, ...] = ()


def walked(
    fn: core.Function,
    read: Reader,
    active: tuple[FunctionType, ...] = (),
    kinds: Mapping[str, Kind] = MappingProxyType({}),
    wrt: Sequence[str] = (),
) -> Walked:
    """Walk over a function; `kinds` are those of its arguments, as far as they are known.

    Arguments that have parts become a parameter for each part that is used, or differentiated by (`wrt`).
    """
    demoted: set[Any] = set()
    promoted: set[Any] = set()
    found: list[tuple[str, Any]] = []
    reasons: list[Problem] = []
    unroll = False
    known, unsettled = rows.Found(), 0
    for _ in range(WALKS):
        try:
            done = _walk(fn, read, active, kinds, wrt, frozenset(demoted), frozenset(promoted), found, unroll, known)
            return replace(done, reasons=tuple(reasons))
        except rows.Unsettled as more:
            known, unsettled = more.found, unsettled + 1
            if unsettled > rows.SETTLING:
                demoted.update(map(rows.site_of, known.fields))
        except Discovery as discovery:
            found.append((discovery.name, discovery.value))
        except Demotion as demotion:
            if demotion.message == SEVERAL and not unroll:
                unroll = True  # each trip of a loop with its own objects may tell them apart
                continue
            changes = promoted if demotion.promote else demoted
            if changes.issuperset(demotion.sites) or _must_be_followed(demotion, kinds, wrt):
                _refuse(demotion, fn)
            changes.update(demotion.sites)
            known, unsettled = rows.Found(), 0
            if rows.keeps_whole(demotion):
                reasons.clear()  # until then the objects were rows, whatever else they could not be
            if not demotion.promote:
                reasons.append(problem_at(demotion.node, f"{WHOLE}: {demotion.message}", ""))
    raise AssertionError("a walk that begins anew without end")


def _must_be_followed(demotion: Demotion, kinds: Mapping[str, Kind], wrt: Sequence[str]) -> bool:
    """Does it concern an object that is differentiated by?"""
    roots = [site[1] for site in demotion.sites if isinstance(site, tuple) and site[0] == "argument"]
    found = [kinds.get(root) for root in roots if root in wrt]
    return any(isinstance(k, Structure) and not issubclass(k.cls, (dict, list)) and k.cls is not tuple for k in found)


def _refuse(demotion: Demotion, fn: core.Function) -> None:
    advice = "Keep the parts in variables, or decide with a test that the arguments' types settle."
    raise_problems(UnsupportedSyntax, [problem_at(demotion.node, demotion.message, advice)], fn.origin)


def _walk(
    fn: core.Function,
    read: Reader,
    active: tuple[FunctionType, ...],
    kinds: Mapping[str, Kind],
    wrt: Sequence[str],
    demoted: frozenset[Any],
    promoted: frozenset[Any],
    found: Sequence[tuple[str, Any]],
    unroll: bool,
    known: rows.Found,
) -> Walked:
    around = (*active, fn.target) if isinstance(fn.target, FunctionType) else active
    ev = Evaluator(fn, read, fn.namer(), dict(fn.bindings), around, demoted, promoted)
    ev.plain.update(fn.params)
    ev.kinds.update(kinds)
    for name, kind in kinds.items():
        _parameter(name, kind, ev)
    ev.unroll = unroll
    rows.begin(known, ev)
    globals_.begin(found, ev)
    receiver = fn.params[0] if fn.params else None
    target = fn.target if isinstance(fn.target, FunctionType) else None
    ev.frames.append(Frame(target, receiver, fn.params, fn.tree))
    *body, last = fn.tree.body
    statements.statements(body, ev)
    value = _returned(last, ev, bool(wrt))
    ev.out.append(last if value is last.value else core.return_(value, at=last))
    out = _without_unused(ev.out)
    _refuse_sharing(out, fn)
    _check_hidden(out, ev)
    _check_recursion(ev, last)
    out = row_uses.ended(out, known, ev)
    entry, given = globals_.entry(ev, out)
    out = [*entry, *out]
    layout = layout_of(fn.params, kinds, wrt, out, ev)
    temps = (fn.temps | ev.temps).difference(layout.params, given)
    apart = frozenset(ev.outside)
    new = fn.with_body(
        out, bindings=MappingProxyType(ev.bindings), temps=temps, given=MappingProxyType(given), apart=apart
    )
    new = with_params(new, layout)
    # A part that is bound again and again is one variable: where its values never meet, they get names of their own.
    return Walked(versions(new) if ev.hidden else new, tuple(ev.guards), layout)


def _parameter(name: str, kind: Kind, ev: Evaluator) -> None:
    if isinstance(kind, Structure) and ("argument", name) not in ev.demoted:
        record = _argument(kind, name, (), name, ev)
        ev.state.env[name] = ev.hidden[name] = record
        ev.inputs.append(record)
        ev.plain.discard(name)
    elif isinstance(kind, Static) and isinstance(kind.value, FunctionType):
        ev.state.env[name] = Known(kind.value)


def _argument(kind: Structure, root: str, path: tuple[Any, ...], stem: str, ev: Evaluator) -> Record:
    """The record of an argument, or of a part of one that has parts itself."""
    site = ("argument", root)
    record = Record(kind.cls, site, stem, source=Source(root, path, dict(kind.items)), places=frozenset([(site, path)]))
    ev.state.keys[record] = tuple(key for key, _ in kind.items)
    for key, part in kind.items:
        if isinstance(part, Structure):
            name = ev.variable(record, key)
            inner = _argument(part, root, (*path, key), name, ev)
            ev.state.env[name] = ev.hidden[name] = ev.arguments[name] = inner
        elif isinstance(part, Static) and (isinstance(part.value, CONSTANTS) or callable(part.value)):
            ev.state.env[ev.variable(record, key)] = Known(part.value)
        elif isinstance(part, (Array, Number)):
            ev.kinds[ev.variable(record, key)] = part
    return record


def _returned(last: Any, ev: Evaluator, objects: bool) -> Any:
    """What the function returns; with `objects`, calls that make its objects anew may be in it."""
    value = last.value
    if isinstance(value, gast.Tuple):
        elements = [_whole(expressions.evaluate(e, ev, last), ev, e, objects, last) for e in value.elts]
        atoms = [e if core.is_atom(e) else ev.atom(e, last) for e in elements]
        return core.tuple_(atoms, value)
    known = ev.known(value)
    if known is None:
        return value
    written = _whole(expressions.evaluate(value, ev, last), ev, value, objects, last)
    return written if core.is_atom(written) or isinstance(written, gast.Tuple) else ev.atom(written, last)


def _whole(result: Any, ev: Evaluator, node: Any, objects: bool, last: Any) -> Any:
    """An expression for a result, or a part of it."""
    if not objects or not isinstance(result, Record) or result.cls in (tuple, dict, list):
        return expressions.written(result, ev, node)
    parts = {k: _whole(ev.part(result, k, node), ev, node, objects, last) for k in ev.keys(result, node)}
    atoms = {k: e if core.is_atom(e) else ev.atom(e, last) for k, e in parts.items()}
    cls = core.dotted(ev.path_of(result.cls, result.cls.__name__), node)
    return core.call(ev.path_of(made, "made"), cls, at=node, **atoms)


def _without_unused(body: list[Any]) -> list[Any]:
    """Drop nested functions that nothing mentions any more."""
    stmts = core.statements(body)
    functions = [s for s in stmts if type(s) is gast.FunctionDef]
    if not functions:
        return body
    used = {n for s in stmts if type(s) is not gast.FunctionDef for n in core.names_read(s)}
    inside = {n for s in functions for n in core.all_names(core.function_def("_", (), s.body))}
    mentioned = used | inside
    unused = {s for s in functions if s.name not in mentioned}
    # What only those mention is not used either.
    return _without_unused(_without(unused, body)) if unused else body


def _without(gone: set[Any], block: Sequence[Any]) -> list[Any]:
    kept: list[Any] = []
    for stmt in block:
        if isinstance(stmt, (gast.If, gast.For, gast.While, gast.With, core.Attempt)):
            first = stmt.body[0]
            stmt = tree.map_blocks(stmt, lambda inner: _without(gone, inner))
            kept.append(stmt if stmt.body else tree.replace(stmt, body=[core.pass_(first)]))
        elif stmt not in gone:
            kept.append(stmt)
    return kept


def _refuse_sharing(body: list[Any], fn: core.Function) -> None:
    """Refuse functions that are left, called by others, and bind names of the function around them."""
    problems = [
        problem_at(
            stmt,
            f"`{stmt.name}` binds names of the function around it, and it is not known when it is called",
            "Call it by its name, or return the new values and assign them where it is called.",
        )
        for stmt in core.statements(body)
        if isinstance(stmt, gast.FunctionDef) and any(isinstance(s, core.Shared) for s in stmt.body)
    ]
    if problems:
        raise_problems(UnsupportedSyntax, problems, fn.origin)


def _check_recursion(ev: Evaluator, last: Any) -> None:
    """Demote what stands outside and changes where a call is left of a function that may change it too."""
    changed = [r for r in (*ev.outside.values(), *ev.arguments.values()) if isinstance(r, Record) and r in ev.changed]
    if ev.calls_itself and any(r.is_global for r in changed):
        raise ev.demote([r for r in changed if r.is_global], "a function that calls itself may change it", last)


def _check_hidden(body: list[Any], ev: Evaluator) -> None:
    """Demote the records whose names are still read: nothing holds these."""
    hidden = {n: r for n, r in ev.hidden.items() if n not in ev.through}
    if not hidden:
        return
    bound = {n for s in core.statements(body) for n in core.names_bound(s)}  # at other places a variable holds them
    for stmt in core.statements(body):
        for name in core.names_read(stmt) & (hidden.keys() if stmt in ev.misread else hidden.keys() - bound):
            raise ev.demote([hidden[name]], "this object is needed whole", stmt)
