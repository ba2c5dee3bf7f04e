"""Evaluate an expression as far as it is known; what is left of it is an expression over plain variables.

A result is a `Value`, or the expression that remains. What has to be worked out before is written as statements.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import gast

from adjoint.normalize import order, tree
from adjoint.structures import attributes, conditions, displays, globals_, invoke, items, operators, rows
from adjoint.structures.evaluator import Evaluator, Result, is_virtual
from adjoint.structures.values import CONSTANTS, Closure, Known, Listed, Record, Row, Shadow, Value
from adjoint.syntax import core
from adjoint.syntax.core import load

FOLDED: Mapping[type, Callable[..., Any]] = {
    gast.Add: operator.add,
    gast.Sub: operator.sub,
    gast.Mult: operator.mul,
    gast.FloorDiv: operator.floordiv,
    gast.Mod: operator.mod,
    gast.Eq: operator.eq,
    gast.NotEq: operator.ne,
    gast.Lt: operator.lt,
    gast.LtE: operator.le,
    gast.Gt: operator.gt,
    gast.GtE: operator.ge,
}


def evaluate(node: Any, ev: Evaluator, stmt: Any, stem: str = "") -> Result:
    """What an expression gives; `stem` begins the names of an object's parts that it makes."""
    match node:
        case gast.Name():
            return _name(node, ev)
        case gast.Constant() | gast.UnaryOp() if core.is_constant(node):
            return ev.known(node) or node
        case gast.Attribute():
            return _attribute(node, ev, stmt, stem)
        case gast.Subscript():
            return items.read(node, ev, stmt)
        case gast.Call():
            return invoke.call(node, ev, stmt, stem)
        case gast.Tuple() | gast.List() | gast.Dict():
            return displays.display(node, ev, stmt, stem)
        case gast.BinOp() | gast.UnaryOp():
            return operators.operation(node, ev, stmt, stem)
        case gast.Compare():
            return operators.comparison(node, ev, stmt)
        case gast.BoolOp():
            return _connected(node, ev, stmt)
        case gast.IfExp():
            return _choice(node, ev, stmt, stem)
        case gast.Lambda():
            return node
    return rebuilt(node, ev, stmt)


def expression(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """What remains of an expression, in plain variables."""
    if not touches(node, ev):
        return node
    return written(evaluate(node, ev, stmt), ev, node)


def written(result: Result, ev: Evaluator, node: Any) -> Any:
    """An expression for a result."""
    match result:
        case Known(value=value) if isinstance(value, CONSTANTS):
            return core.const(value, node)
        case Known():
            return core.dotted(ev.path_of(result.value, getattr(result.value, "__name__", "value")), node)
        case Closure():
            return load(result.definition.name, node)
        case Shadow():
            return core.tuple_([core.copy(a) for a in result.items], node)
        case Row():
            return load(result.atom, node)
        case Record():
            return displays.rebuilt(result, ev, node)
        case Value():
            raise ev.demote([result], "this value is needed whole", node)
    return result


def touches(node: Any, ev: Evaluator) -> bool:
    """Is anything known of what an expression mentions?"""
    env = ev.state.env
    return any(
        (type(n) is gast.Name and (n.id in env or rows.row_of(n, ev) is not None))
        or type(n) in (gast.Call, gast.List, gast.Dict, gast.Tuple)
        or (type(n) is gast.Compare and type(n.left) is gast.Constant)  # an argument: `2 is None`
        for n in core.walk(node)
    )


def rebuilt(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """The expression with its parts evaluated."""
    parts = order.parts(node)
    return order.with_parts(node, [p if _stays(p, ev) else expression(p, ev, stmt) for p in parts]) if parts else node


def _stays(part: Any, ev: Evaluator) -> bool:
    """Is this an atom that a variable or constant holds?"""
    return core.is_constant(part) or (
        core.is_name(part) and not is_virtual(ev.known(part)) and not _is_closure(part, ev)
    )


def _is_closure(part: Any, ev: Evaluator) -> bool:
    value = ev.state.env.get(part.id)
    return isinstance(value, Closure) and value.definition.name != part.id


def fold(node: Any, ev: Evaluator) -> Known | None:
    """The value of an expression over known constants; nothing is written for it."""
    match node:
        case gast.Name() | gast.Constant():
            value = ev.state.env.get(node.id) if isinstance(node, gast.Name) else ev.known(node)
            return value if isinstance(value, Known) and isinstance(value.value, CONSTANTS) else None
        case gast.UnaryOp(op=gast.USub()):
            inner = fold(node.operand, ev)
            return Known(-inner.value) if inner is not None and type(inner.value) is int else None
        case gast.UnaryOp(op=gast.Not()):
            inner = fold(node.operand, ev)
            return Known(not inner.value) if inner is not None else None
        case gast.BinOp():
            return folded(node.op, fold(node.left, ev), fold(node.right, ev))
        case gast.Compare(ops=[op], comparators=[right]):
            return folded(op, fold(node.left, ev), fold(right, ev))
    return None


def folded(op: Any, a: Result, b: Result) -> Known | None:
    """What an operator gives for two constants."""
    function = FOLDED.get(type(op))
    if not isinstance(a, Known) or not isinstance(b, Known) or function is None:
        return None
    if function in (operator.eq, operator.ne):
        return Known(function(a.value, b.value))
    if not (type(a.value) is int and type(b.value) is int):
        return None
    if function in (operator.floordiv, operator.mod) and b.value == 0:
        return None
    return Known(function(a.value, b.value))


def _name(node: Any, ev: Evaluator) -> Result:
    value = ev.known(node)
    if isinstance(value, Listed):
        return node
    return value or ev.outer(node.id) or globals_.record_of(node.id, ev) or rows.row_of(node, ev) or node


def _attribute(node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    path = core.path_of(node)
    if path is not None and (found := ev.outer(path)) is not None:
        return found
    root = path.partition(".")[0] if path is not None else ""
    if path is not None and path in ev.bindings and root not in ev.state.env:
        return node
    base = evaluate(node.value, ev, stmt)
    base = base if isinstance(base, Value) else rows.of_expression(base, ev, stmt) or base
    if isinstance(base, Value) and not isinstance(base, Shadow):
        return attributes.read(base, node.attr, node, ev, stmt, stem)
    return node if base is node.value or isinstance(base, Shadow) else tree.replace(node, value=base)


def _connected(node: Any, ev: Evaluator, stmt: Any) -> Result:
    """`and` and `or`: what is known is left out; an operand that needs statements is evaluated in a branch."""
    is_and = isinstance(node.op, gast.And)
    left: list[Any] = []
    for k, value in enumerate(node.values):
        with ev.block() as before:
            result = evaluate(value, ev, stmt)
            truth = _truth(result)
            last = k == len(node.values) - 1
            part = None if truth is not None and (not last or left) else written(result, ev, value)
        if before and left:
            return _in_branch(node.op, left, node.values[k:], ev, stmt)
        ev.out += before
        if truth is not None and truth is not is_and:
            return _short(left, result, node, ev)
        if truth is not None and last and not left:
            return result
        if truth is None and part is not None:
            left.append(part)
    if not left:
        return Known(is_and)
    return conditions.connected(node.op, left, node)


def _short(left: list[Any], result: Result, node: Any, ev: Evaluator) -> Result:
    """The value where an operand decides: those before it may still decide earlier."""
    if not left:
        return result
    return core.place(gast.BoolOp(node.op, [*left, written(result, ev, node)]), node)


def _in_branch(op: Any, left: list[Any], rest: list[Any], ev: Evaluator, stmt: Any) -> Any:
    name = ev.fresh("t")
    for line in conditions.settled(name, conditions.connected(op, left, stmt), ev, stmt):
        ev.emit(line)
    with ev.block() as body:
        later = written(evaluate(conditions.connected(op, rest, stmt), ev, stmt), ev, stmt)
        for line in conditions.settled(name, later, ev, stmt):
            ev.emit(line)
    ev.emit(conditions.if_open(name, op, body, stmt))
    return load(name)


def _truth(result: Result) -> bool | None:
    """Is the result known to be true, or false?"""
    match result:
        case Known(value=value):
            return bool(value) if isinstance(value, CONSTANTS) else True
    return None


def truth(node: Any, ev: Evaluator, stmt: Any) -> tuple[bool | None, Any]:
    """Whether a test is known to hold, and what remains of it where that is not known."""
    if not touches(node, ev):
        return None, node
    result = evaluate(node, ev, stmt)
    if isinstance(result, Record):
        result = operators.truth_of(result, node, ev, stmt)
    known = _truth(result)
    return (known, None) if known is not None else (None, written(result, ev, node))


def _choice(node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    known, test = truth(node.test, ev, stmt)
    if known is not None:
        return evaluate(node.body if known else node.orelse, ev, stmt, stem)
    if all(_stays(part, ev) for part in (node.body, node.orelse)):
        return node if test is node.test else core.ternary(test, node.body, node.orelse, node)
    from adjoint.structures.branches import branch

    name = ev.fresh(stem or "t")
    arms = [[core.bind(name, part, at=stmt)] for part in (node.body, node.orelse)]
    branch(core.if_(test, arms[0], arms[1], at=stmt), ev)
    return ev.known(load(name)) or load(name)
