"""The forward sweep: each statement of the primal followed by that of the tangents, one function a form.

    y = f(x)           y_dot = partial * x_dot
    t = A[i]           t_dot = A_dot[i]
    A[i] = e           A_dot[i] = e_dot
    A[i] += e          A_dot[i] += e_dot
    a, b = b, a        a_dot, b_dot = b_dot, a_dot
    L.append(x)        L_dot.append(x_dot)

Branches and loops stay as they are: their bodies hold both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gast

from adjoint.analysis.alias import is_swap
from adjoint.analysis.containers import Change, change_of
from adjoint.analysis.kinds import Array, is_text
from adjoint.differentiate.statements import refuse_attribute
from adjoint.differentiate.tangent_rules import tangent_of_call
from adjoint.differentiate.tangents import Tangents
from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.runtime import arrays, dispatch
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.traverse import changed, spelled


def forward_block(block: Sequence[Any], text: Tangents) -> list[Any]:
    """The statements of a block with those of the tangents."""
    with text.collected() as lines:
        for stmt in block:
            forward_statement(stmt, text)
    return lines


def forward_statement(stmt: Any, text: Tangents) -> None:
    match stmt:
        case gast.If(body=[gast.Break()]) | gast.FunctionDef():
            text.emit(stmt)
        case gast.If():
            orelse = forward_block(stmt.orelse, text)
            text.emit(changed(stmt, body=forward_block(stmt.body, text), orelse=orelse))
        case gast.For(iter=gast.Name(id=items)) if items in text.facts.active:
            text.emit(*over_items(stmt, items, text))
        case core.Attempt():
            body = forward_block(stmt.body, text)
            refuse_raising(stmt, body, text)
            text.emit(changed(stmt, body=body))
        case gast.For() | gast.While() | gast.With():
            text.emit(changed(stmt, body=forward_block(stmt.body, text)))
        case gast.Assign(targets=[gast.Tuple(elts=[result, _])], value=gast.Call() as call) if (
            text.pair_of(call) is not None
        ):
            call_of_pair(result.id, call, stmt, text)
        case gast.Assign(targets=[gast.Tuple(elts=[result, _])], value=gast.Call()) if dispatch.is_forward(
            stmt.value, text.fn.bindings
        ):
            dynamic_call(result.id, stmt.value, stmt, text)
        case _:
            text.emit(stmt)
            simple(stmt, text)


def refuse_raising(stmt: Any, body: Sequence[Any], text: Tangents) -> None:
    """Refuse a `try` that would catch what only a tangent raises: 1 / y where y is 0, say.

    Raises:
        UnsupportedSyntax: if a tangent may raise an arithmetic error, and a handler would take it for the primal's.
    """
    own = {id(s) for s in core.statements(stmt.body)}
    new = [s for s in core.statements(body) if id(s) not in own and not core.blocks(s)]
    safe = {spelled(d) for s in core.statements(stmt.body) for d, _ in _divisors(s, text)}
    errors = {e for s in new for d, e in _divisors(s, text) if spelled(d) not in safe}
    caught = [_class_of(t, text) for c in stmt.catches for t in getattr(c.type, "elts", [c.type])]
    if any(t is None or issubclass(e, t) for t in caught for e in errors):
        message = "this `try` might catch what only the tangents raise"
        advice = "Test for the special case with `if`, or take the derivative in reverse mode."
        raise_problems(UnsupportedSyntax, [problem_at(stmt, message, advice)], text.fn.origin)


def _divisors(stmt: Any, text: Tangents) -> Iterator[tuple[Any, type]]:
    """The numbers for which a statement would raise if they were zero, and what: divisors, bases, logarithms'."""
    for node in core.walk(stmt):
        found: tuple[Any, type] | None = None
        match node:
            case gast.BinOp(op=gast.Div() | gast.Mod() | gast.FloorDiv(), right=divisor):
                found = divisor, ZeroDivisionError
            case gast.BinOp(op=gast.Pow(), left=base, right=exponent):
                whole = core.is_constant(exponent) and isinstance(n := core.constant_value(exponent), int) and n >= 0
                found = None if whole else (base, ZeroDivisionError)
            case gast.Call(args=[argument, *_]) if (core.path_of(node.func) or "").startswith("math.log"):
                found = argument, ValueError
        if found is not None and not core.is_constant(found[0]):
            if not isinstance(text.kinds.get(getattr(found[0], "id", "")), Array):
                yield found


def _class_of(node: Any, text: Tangents) -> type | None:
    """The class of exceptions that a handler names, None where it names all or it is not known."""
    found = text.fn.bindings.get(core.path_of(node) or "") if node is not None else None
    return found if isinstance(found, type) else None


def simple(stmt: Any, text: Tangents) -> None:
    """The tangents' part of a statement that stays as it is."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=target)]):
            bind(target, stmt, text)
        case gast.Assign(targets=[gast.Tuple(elts=targets)]) if is_swap(stmt):
            pairs = [(t.id, text.of(v)) for t, v in zip(targets, stmt.value.elts, strict=True) if text.is_active(t)]
            if pairs:
                text.emit(core.bind_several([text.dot(t) for t, _ in pairs], core.tuple_([v for _, v in pairs])))
        case gast.Assign(targets=[gast.Tuple(elts=targets)]):
            bind_several([t.id for t in targets], stmt.value, text)
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=target), slice=index)]):
            if target in text.facts.active:
                value = text.of(stmt.value) if is_container(target, text) or text.is_active(stmt.value) else None
                cells = core.cell(text.dot(target), core.copy(index))
                text.emit(gast.Assign([cells], core.const(0.0) if value is None else value, None))
        case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=target), slice=index)):
            if text.is_active(stmt.value) and target in text.facts.active:
                cells = core.cell(text.dot(target), core.copy(index))
                text.emit(core.accumulate(cells, text.of(stmt.value), type(stmt.op)))
        case gast.Expr() if (change := change_of(stmt, text.facts.kinds)) is not None:
            put_in(change, text)


def is_container(name: str, text: Tangents) -> bool:
    """Are the cells of a name maybe other things than numbers?"""
    return not isinstance(text.facts.kinds.get(name), Array)


def bind(target: str, stmt: Any, text: Tangents) -> None:
    """`y = rhs`."""
    value = stmt.value
    change = change_of(stmt, text.facts.kinds) if isinstance(value, gast.Call) else None
    if change is not None:
        taken_out(target, change, text)
    elif target in text.facts.active:
        tangent = tangent_of(load(target), value, text)
        if tangent is None:
            text.emit(core.bind(text.dot(target), text.zeros(load(target))))
        else:
            text.bind(target, tangent, value)


def tangent_of(target: Any, value: Any, text: Tangents) -> Any:
    """The tangent of an expression, whose value is that of `target`; None where it is zero."""
    match value:
        case gast.Name():
            return text.of(value) if text.is_active(value) else None
        case gast.Subscript(value=gast.Name(id=source)):
            return core.item(load(text.dot(source)), core.copy(value.slice)) if text.is_active(value.value) else None
        case gast.Tuple():
            return core.tuple_([text.of(e) for e in value.elts])
        case gast.List():
            return core.list_([text.of(e) for e in value.elts])
        case gast.Dict():
            return core.place(gast.Dict([core.copy(k) for k in value.keys], [text.of(v) for v in value.values]), None)
        case gast.IfExp():
            parts = [tangent_of(e, e, text) for e in (value.body, value.orelse)]
            if parts[0] is None and parts[1] is None:
                return None
            chosen = [text.zeros(e) if p is None else p for e, p in zip((value.body, value.orelse), parts)]
            return core.ternary(core.copy(value.test), *chosen)
        case gast.Constant() | gast.JoinedStr() | gast.Compare():
            return None
        case gast.BinOp(op=gast.Mod()) if is_text(text.kind(value)):
            return None
        case gast.Attribute() if not core.names_read(value) & text.facts.active:
            if core.is_name(target) and text.facts.classes.is_changed(target.id):
                refuse_attribute(value, text)
            return None
    return tangent_of_call(target, value, text)


def bind_several(targets: list[str], value: Any, text: Tangents) -> None:
    """`a, b = call` and `a, b = t`."""
    if not any(t in text.facts.active for t in targets):
        return
    whole = core.tuple_([load(t) for t in targets])
    tangent = tangent_of(whole, value, text)
    if tangent is None:
        for target in targets:
            if target in text.facts.active:
                text.emit(core.bind(text.dot(target), text.zeros(load(target))))
        return
    names = [text.dot(t) if t in text.facts.active else "_" for t in targets]
    text.emit(core.bind_several(names, tangent))


def put_in(change: Change, text: Tangents) -> None:
    """`L.append(x)`, `L.insert(k, x)`."""
    if change.name not in text.facts.active:
        return
    method = "append" if change.index is None else "insert"
    call = core.call(f"{text.dot(change.name)}.{method}", *_at(change), text.of(change.item))
    text.emit(core.effect(call))


def taken_out(target: str, change: Change, text: Tangents) -> None:
    """`x = L.pop()`, `x = L.pop(k)`."""
    if change.name not in text.facts.active:
        if target in text.facts.active:
            text.emit(core.bind(text.dot(target), text.zeros(load(target))))
        return
    call = core.call(f"{text.dot(change.name)}.pop", *_at(change))
    text.emit(core.bind(text.dot(target), call) if target in text.facts.active else core.effect(call))


def _at(change: Change) -> list[Any]:
    return [] if change.index is None else [core.copy(change.index)]


def over_items(loop: Any, items: str, text: Tangents) -> list[Any]:
    """A loop over the items of what varies: the tangents' items go along."""
    target = loop.target.id
    pair = text.temp("pair")
    names = [target, text.dot(target)] if target in text.facts.active else [target, "_"]
    pairs = core.call(text.helper(zip), load(items), load(text.dot(items)))
    first = core.bind_several(names, load(pair))
    return [core.place(gast.For(core.store(pair), pairs, [first, *forward_block(loop.body, text)], [], None), loop)]


def call_of_pair(target: str, call: Any, stmt: Any, text: Tangents) -> None:
    """`y, record = f_forward(x)` of a recursive function: `y, y_dot = f_jvp(x, x_dot)`."""
    pair = text.pair_of(call)
    is_kept = text.fn.bindings.get(core.path_of(call.func) or "") is arrays.kept
    given = call.args[1:] if is_kept else call.args
    dots = [text.of(given[k]) for k in pair.wrt]
    dot = text.dot(target) if target in text.facts.active else text.temp("_")
    new = core.call(text.helper(pair.jvp, pair.jvp.__name__), *map(core.copy, given), *dots, at=call)
    text.emit(core.bind_several([target, dot], new, at=stmt))


def dynamic_call(target: str, call: Any, stmt: Any, text: Tangents) -> None:
    """`y, y_record = call_forward(f, (0,), x)`: `y, y_dot = call_jvp(f, (0,), (x_dot,), x)`."""
    what, by, *args = call.args
    named = {k.arg: k.value for k in call.keywords}
    places = [core.constant_value(e) for e in by.elts]
    nodes = [named[p] if isinstance(p, str) else args[p] for p in places]
    helper = dispatch.JVP[text.fn.bindings[core.path_of(call.func) or ""]]
    dots = core.tuple_([text.of(n) for n in nodes])
    new = core.call(text.helper(helper), core.copy(what), core.copy(by), dots, *map(core.copy, args))
    new.keywords = [core.copy(k) for k in call.keywords]
    dot = text.dot(target) if target in text.facts.active else "_"
    text.emit(core.bind_several([target, dot], core.place(new, call), at=stmt))
