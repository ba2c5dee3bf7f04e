"""Operators on objects: `a + b` is `type(a).__add__(a, b)`, or `type(b).__radd__(b, a)`."""

from __future__ import annotations

from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.structures import attributes, displays, equality, expressions, invoke, items, joining, rows
from adjoint.structures.evaluator import Evaluator, Result, is_virtual
from adjoint.structures.values import CONSTANTS, Known, Lost, Record, Row, Shadow, Value
from adjoint.syntax import core

BINARY = {
    gast.Add: "add",
    gast.Sub: "sub",
    gast.Mult: "mul",
    gast.Div: "truediv",
    gast.Pow: "pow",
    gast.MatMult: "matmul",
    gast.Mod: "mod",
    gast.FloorDiv: "floordiv",
    gast.BitAnd: "and",
    gast.BitOr: "or",
    gast.BitXor: "xor",
    gast.LShift: "lshift",
    gast.RShift: "rshift",
}
UNARY = {gast.USub: "__neg__", gast.UAdd: "__pos__", gast.Invert: "__invert__"}
COMPARED = {
    gast.Eq: ("__eq__", "__eq__"),
    gast.NotEq: ("__ne__", "__ne__"),
    gast.Lt: ("__lt__", "__gt__"),
    gast.LtE: ("__le__", "__ge__"),
    gast.Gt: ("__gt__", "__lt__"),
    gast.GtE: ("__ge__", "__le__"),
}


def operation(node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    """What an operator gives."""
    if isinstance(node, gast.UnaryOp):
        return _unary(node, ev, stmt, stem)
    left = expressions.evaluate(node.left, ev, stmt)
    right = expressions.evaluate(node.right, ev, stmt)
    if isinstance(left, Record) or isinstance(right, Record):
        return _binary(node.op, left, right, node, ev, stmt, stem)
    if not (core.is_atom(node.left) and core.is_atom(node.right)):
        folded = expressions.folded(node.op, left, right)
        if folded is not None:
            return folded
    return _rest(node, ("left", "right"), (left, right), ev)


def _rest(node: Any, fields: tuple[str, ...], results: tuple[Result, ...], ev: Evaluator) -> Any:
    """The expression with other operands; itself where they are the same."""
    old = [getattr(node, f) for f in fields]
    new = [o if core.is_name(o) and _is_real(r) else expressions.written(r, ev, o) for o, r in zip(old, results)]
    if all(a is b for a, b in zip(old, new, strict=True)):
        return node
    return tree.replace(node, **dict(zip(fields, new)))


def _is_real(result: Result) -> bool:
    """Is there a variable that holds this, under its own name?"""
    return (
        not isinstance(result, Value)
        or isinstance(result, (Shadow, Row))
        or (isinstance(result, Known) and isinstance(result.value, CONSTANTS))
    )


def _unary(node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    operand = expressions.evaluate(node.operand, ev, stmt)
    if isinstance(node.op, gast.Not):
        if isinstance(operand, Record):
            is_row, operand = isinstance(operand, Row), truth_of(operand, node, ev, stmt)
            if is_row and not isinstance(operand, Known):
                return core.compare(operand.left, gast.Is, core.const(None), node)
        if isinstance(operand, Known):
            return Known(not operand.value)
        return _rest(node, ("operand",), (operand,), ev)
    if not isinstance(operand, Record):
        return _rest(node, ("operand",), (operand,), ev)
    method = attributes.method(operand, UNARY[type(node.op)], ev)
    if method is None:
        raise ev.demote([operand], f"an object of `{operand.cls.__name__}` does not have this operator", node)
    return invoke.invoke(method, [items.receiver(operand, ev)], [], node, ev, stmt, stem)


def truth_of(record: Record, node: Any, ev: Evaluator, stmt: Any) -> Result:
    """Whether an object counts as true."""
    if isinstance(record, Row) and not issubclass(record.cls, tuple):
        for name in ("__bool__", "__len__"):
            if attributes.method(record, name, ev) is not None:
                raise ev.demote([record], "whether this object counts as true", node)
        return rows.truth(record, node)
    if issubclass(record.cls, (dict, list, tuple)):
        certain = set(ev.state.keys[record]).difference(ev.state.unsure.get(record, ()))
        return Known(bool(certain or ev.keys(record, node)))
    for name in ("__bool__", "__len__"):
        if (method := attributes.method(record, name, ev)) is not None:
            return invoke.invoke(method, [items.receiver(record, ev)], [], node, ev, stmt)
    return Known(True)


def _binary(op: Any, left: Result, right: Result, node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    name = BINARY[type(op)]
    if any(_is_joined(side, name, ev) for side in (left, right)):
        return joining.joined(type(op), left, right, node, ev, stmt, stem)
    if isinstance(left, Record) and left.cls is dict and isinstance(op, gast.BitOr):
        return joining.merged(left, right, node, ev, stmt, stem)
    ways = [(left, right, f"__{name}__"), (right, left, f"__r{name}__")]
    if isinstance(left, Record) and isinstance(right, Record) and right.cls is not left.cls:
        if issubclass(right.cls, left.cls):
            ways.reverse()
    elif isinstance(left, Record) and isinstance(right, Record):
        ways.pop()
    return _first(ways, node, ev, stmt, stem)


def _is_joined(side: Result, name: str, ev: Evaluator) -> bool:
    """Is this a list or tuple, whose class has no operator of its own?"""
    if not isinstance(side, Record) or not side.is_sequence:
        return False
    return not any(attributes.method(side, f"__{r}{name}__", ev) for r in ("", "r"))


def _first(ways: list[tuple[Result, Result, str]], node: Any, ev: Evaluator, stmt: Any, stem: str = "") -> Result:
    """The first of these methods that there is, and that takes its operand."""
    for owner, other, name in ways:
        method = attributes.method(owner, name, ev) if isinstance(owner, Record) else None
        if method is None:
            continue
        operand = ev.atom(other, stmt)
        result = invoke.invoke(method, [items.receiver(owner, ev), operand], [], node, ev, stmt, stem)
        if not (isinstance(result, Known) and result.value is NotImplemented):
            return result
    raise ev.demote([w[0] for w in ways if isinstance(w[0], Value)], "no method for this operator is found", node)


def in_place(name: str, record: Record, node: Any, ev: Evaluator, stmt: Any) -> Result:
    """`record op= value`."""
    op, value = node.op, expressions.evaluate(node.value, ev, stmt)
    method = attributes.method(record, f"__i{BINARY[type(op)]}__", ev)
    if method is not None:
        return invoke.invoke(method, [core.load(name), ev.atom(value, stmt)], [], node, ev, stmt)
    if record.cls is list:
        return joining.extended(record, value, node, ev, stmt)
    if record.cls is dict and isinstance(op, gast.BitOr):
        displays.merge(record, value, ev, stmt, node)
        return record
    return _binary(op, record, value, node, ev, stmt, name)


# Comparisons


def comparison(node: Any, ev: Evaluator, stmt: Any) -> Result:
    """What a comparison gives; a chained one of plain values stays as it is."""
    if len(node.ops) > 1:
        return expressions.rebuilt(node, ev, stmt)
    op = node.ops[0]
    left = expressions.evaluate(node.left, ev, stmt)
    if isinstance(op, (gast.In, gast.NotIn)):
        return _contained(node, left, ev, stmt)
    right = expressions.evaluate(node.comparators[0], ev, stmt)
    if isinstance(left, Row) or isinstance(right, Row):
        wanted = isinstance(op, (gast.Is, gast.Eq))
        is_own = isinstance(op, (gast.Eq, gast.NotEq)) and _has_equality((left, right), ev)
        if isinstance(op, (gast.Is, gast.IsNot, gast.Eq, gast.NotEq)) and not is_own:
            found = rows.same(left, right, node, wanted)
            return _rest_compared(node, left, right, ev) if found is None else found
    if isinstance(op, (gast.Is, gast.IsNot)):
        same = _identical(left, right)
        if same is not None:
            return Known(same is isinstance(op, gast.Is))
    elif isinstance(left, Record) or isinstance(right, Record):
        return _compared(op, left, right, node, ev, stmt)
    elif (folded := _fold(op, left, right)) is not None:
        return folded
    return _rest_compared(node, left, right, ev)


def _has_equality(results: tuple[Result, ...], ev: Evaluator) -> bool:
    """Does the class of one of these say when two objects are equal?"""
    found = [r for r in results if isinstance(r, Record)]
    return any(attributes.static(r.cls, "__eq__", ev) is not object.__eq__ for r in found)


def _rest_compared(node: Any, left: Result, right: Result, ev: Evaluator) -> Any:
    old = (node.left, node.comparators[0])
    new = [o if core.is_name(o) and _is_real(r) else expressions.written(r, ev, o) for o, r in zip(old, (left, right))]
    if new[0] is old[0] and new[1] is old[1]:
        return node
    return core.compare(new[0], node.ops[0], new[1], node)


def _fold(op: Any, left: Result, right: Result) -> Known | None:
    if not (isinstance(left, Known) and isinstance(right, Known)):
        return None
    function = expressions.FOLDED.get(type(op))
    try:
        return None if function is None else Known(bool(function(left.value, right.value)))
    except TypeError:
        return None


def _identical(left: Result, right: Result) -> bool | None:
    """Are these the same object? None where only the run can tell."""
    if isinstance(left, Lost) or isinstance(right, Lost):
        return None
    if isinstance(left, Known) and isinstance(right, Known):
        if left.value is None or right.value is None or not isinstance(left.value, CONSTANTS):
            return left.value is right.value
        return None
    if isinstance(left, Value) and isinstance(right, Value):
        return left is right
    known = left if isinstance(left, Value) else right if isinstance(right, Value) else None
    return False if isinstance(known, Record) else None


def _compared(op: Any, left: Result, right: Result, node: Any, ev: Evaluator, stmt: Any) -> Result:
    first, second = COMPARED[type(op)]
    both = [r for r in (left, right) if isinstance(r, Record)]
    if isinstance(op, (gast.Eq, gast.NotEq)):
        own = [r for r in both if attributes.static(r.cls, "__eq__", ev) is not object.__eq__]
        if not own:
            return Known((left is right) is isinstance(op, gast.Eq))
        if isinstance(op, gast.Eq) and len(both) == 2 and left.cls is right.cls and equality.is_made(left.cls):
            return equality.equal(both[0], both[1], lambda a, b: _same(a, b, node, ev, stmt), ev, stmt)
        if isinstance(op, gast.NotEq) and attributes.method(own[0], "__ne__", ev) is None:
            equal = _compared(gast.Eq(), left, right, node, ev, stmt)
            return (
                Known(not equal.value) if isinstance(equal, Known) else core.unary(gast.Not, ev.atom(equal, stmt), node)
            )
    return _first([(left, right, first), (right, left, second)], node, ev, stmt)


def _same(left: Result, right: Result, node: Any, ev: Evaluator, stmt: Any) -> Result:
    """Are two values equal?"""
    if isinstance(left, Record) or isinstance(right, Record):
        return _compared(gast.Eq(), left, right, node, ev, stmt)
    if (folded := _fold(gast.Eq(), left, right)) is not None:
        return folded
    return core.compare(ev.atom(left, stmt), gast.Eq(), ev.atom(right, stmt), node)


def _contained(node: Any, left: Result, ev: Evaluator, stmt: Any) -> Result:
    """`x in container`."""
    right, wanted = node.comparators[0], isinstance(node.ops[0], gast.In)
    if (
        isinstance(left, Known)
        and isinstance(right, (gast.Tuple, gast.List))
        and all(map(core.is_constant, right.elts))
    ):
        return Known((left.value in [core.constant_value(e) for e in right.elts]) is wanted)
    container = expressions.evaluate(right, ev, stmt)
    if not isinstance(container, Record):
        return _rest_compared(node, left, container, ev)
    if container.cls is dict:
        key = left.value if isinstance(left, Known) else items.key_of(node.left, ev)
        if key is items.MISSING:
            raise ev.demote([container], "whether this key is there, only the run can tell", node)
        return Known(ev.has(container, key) is wanted)
    method = attributes.method(container, "__contains__", ev)
    if method is None:
        raise ev.demote([container], "whether this holds, only the run can tell", node)
    result = invoke.invoke(method, [items.receiver(container, ev), ev.atom(left, stmt)], [], node, ev, stmt)
    if isinstance(result, Known):
        return Known(bool(result.value) is wanted)
    return result if wanted else core.unary(gast.Not, ev.atom(result, stmt), node)


def index(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """An index or slice over plain variables."""
    if not expressions.touches(node, ev):
        return node
    if isinstance(node, gast.Tuple):
        parts = [index(e, ev, stmt) for e in node.elts]
        same = all(a is b for a, b in zip(parts, node.elts, strict=True))
        return node if same else core.tuple_(parts, node)
    if isinstance(node, (gast.Name, gast.Constant)) and not is_virtual(ev.known(node)):
        return node
    return expressions.expression(node, ev, stmt)
