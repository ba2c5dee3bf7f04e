"""Exact algebra on generated expressions, and branches whose test is a constant.

    >>> show("x_bar = out_bar * (1 * (2 * x ** (2 - 1)))\\ny_bar = a * -x_bar - -x_bar\\ny_bar -= x_bar\\nreturn y_bar")
    x_bar = out_bar * (2 * x)
    y_bar = -(a * x_bar) + x_bar
    y_bar -= x_bar
    return y_bar

Only signs move and neutral elements vanish: both are exact in floating point (but for the sign of a zero), so no sum or
product is ever regrouped. `0 * x` stays, for x may be infinite. Integers in `range` and in indices may be regrouped:

    >>> show("for i in range(n - 1 - 1, 0 - 1, -1):\\n    x_bar = A[i + 1 - 1]\\nreturn x_bar")
    for i in range(n - 2, -1, -1):
        x_bar = A[i]
    return x_bar

A user's statement keeps the form that the user gave it, and no sign moves of what may be whole numbers without one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import gast
import numpy as np

from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.traverse import spelled
from adjoint.tidy import example
from adjoint.tidy.axes import is_insertion, is_undone
from adjoint.tidy.effects import root_name
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.indices import integer
from adjoint.tidy.rebuild import COMPOUND, changed, map_blocks, map_parts, same_items
from adjoint.tidy.slices import part_first
from adjoint.tidy.transposes import transposed

FOLDED: Mapping[type, Callable[[Any, Any], Any]] = {
    gast.Add: operator.add,
    gast.Sub: operator.sub,
    gast.Mult: operator.mul,
    gast.Pow: operator.pow,
}
COMPARED: Mapping[type, Callable[[Any, Any], Any]] = {
    gast.Eq: operator.eq,
    gast.NotEq: operator.ne,
    gast.Lt: operator.lt,
    gast.LtE: operator.le,
    gast.Gt: operator.gt,
    gast.GtE: operator.ge,
    gast.Is: operator.is_,
    gast.IsNot: operator.is_not,
}

LINEAR = (np.einsum, np.dot, np.outer, np.tensordot, np.sum)  # a sign may leave them


def arithmetic(fn: core.Function, memory: Known = None) -> core.Function:
    """Simplify the compiler's own expressions, and fold branches that are decided."""
    facts = facts_of(fn, memory)
    body = _block(fn.tree.body, facts)
    return fn if body is fn.tree.body else fn.with_body(body or [core.pass_()])


def show(text: str) -> None:
    example.show(arithmetic, text)


def _block(block: list[Any], facts: Facts) -> list[Any]:
    out: list[Any] = []
    for stmt in block:
        kind = type(stmt)
        if kind not in COMPOUND:
            out.append(simplified(stmt, facts))
        elif kind is gast.If and (known := _decided(stmt.test)) is not None:
            out.extend(_block(stmt.body if known else stmt.orelse, facts))
        elif kind is gast.While and _decided(stmt.test) is False:
            continue
        else:
            stmt = map_blocks(stmt, lambda inner: _block(inner, facts) or [core.pass_()])
            out.append(_header(stmt))
    return block if same_items(out, block) else out


def simplified(stmt: Any, facts: Facts) -> Any:
    """A simple statement with its expressions simplified, if it is the compiler's own."""
    if stmt in facts.settled:
        return stmt
    if not facts.is_ours(stmt):
        facts.settled.add(stmt)
        return stmt
    algebra = _Algebra(facts)
    new = stmt
    if isinstance(stmt, (gast.Assign, gast.AugAssign)):
        value = algebra.value(stmt.value, _takes_anything(stmt, facts))
        if value is not stmt.value:
            new = changed(new, value=value)
        new = _signed(algebra.targets(new))
    elif isinstance(stmt, gast.Return) and stmt.value is not None:
        value = algebra.parts(stmt.value) if isinstance(stmt.value, gast.Tuple) else algebra.value(stmt.value, False)
        new = stmt if value is stmt.value else changed(stmt, value=value)
    facts.settled.add(new)
    return new


def _takes_anything(stmt: Any, facts: Facts) -> bool:
    """True where the value may be an existing array: not where `x_bar = 1 * y_bar` makes the array that x_bar owns."""
    if isinstance(stmt, gast.AugAssign) or isinstance(stmt.targets[0], gast.Subscript):
        return True
    name = root_name(stmt.targets[0])
    return name is not None and facts.is_number(name)


def _signed(stmt: Any) -> Any:
    """`x += -e` as `x -= e`."""
    if not isinstance(stmt, gast.AugAssign) or not isinstance(stmt.op, (gast.Add, gast.Sub)):
        return stmt
    inner = _negated(stmt.value)
    if inner is None:
        return stmt
    return changed(stmt, op=gast.Sub() if isinstance(stmt.op, gast.Add) else gast.Add(), value=inner)


def _header(stmt: Any) -> Any:
    if isinstance(stmt, gast.For) and isinstance(stmt.iter, gast.Call) and core.path_of(stmt.iter.func) == "range":
        new = map_parts(stmt.iter, integer)
        return stmt if new is stmt.iter else changed(stmt, iter=new)
    return stmt


def _decided(test: Any) -> bool | None:
    """The truth of a constant test; None where it depends on the run."""
    match test:
        case gast.Constant(value=value):
            return bool(value)
        case gast.UnaryOp(op=gast.Not(), operand=operand):
            inner = _decided(operand)
            return None if inner is None else not inner
        case gast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARED:
            if core.is_constant(left) and core.is_constant(right):
                return bool(COMPARED[type(op)](core.constant_value(left), core.constant_value(right)))
    return None


class _Algebra:
    """Simplifies expressions from the leaves up."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def value(self, node: Any, takes_anything: bool = True) -> Any:
        """A simplified expression; one that must be fresh keeps a last neutral operation on what may be an array."""
        kind = type(node)
        if kind is gast.Name or kind is gast.Constant:
            return node
        done = self.facts.simple[takes_anything]
        if node in done:
            return node
        new = self.new_value(node, takes_anything)
        if new is node:
            done.add(node)
        return new

    def new_value(self, node: Any, takes_anything: bool) -> Any:
        match node:
            case gast.BinOp():
                left, right = _uncopied(self.value(node.left)), _uncopied(self.value(node.right))
                new = node if left is node.left and right is node.right else changed(node, left=left, right=right)
                return self.binary(new, takes_anything)
            case gast.UnaryOp(op=gast.USub()):
                operand = _uncopied(self.value(node.operand))
                inner = _negated(operand)
                if inner is not None and (takes_anything or self.is_safe(inner)):
                    return inner
                return node if operand is node.operand else changed(node, operand=operand)
            case gast.Call(func=gast.Attribute(value=inner, attr="copy"), args=[], keywords=[]):
                made = self.value(inner)
                if isinstance(made, gast.BinOp) or self.facts.is_fresh(made):
                    return made  # new already
                return node if made is inner else changed(node, func=changed(node.func, value=made))
            case gast.Call(args=[gast.UnaryOp(op=gast.USub(), operand=operand)]) if (
                self.is_negatable(operand)
                and self.facts.bindings.get(core.path_of(node.func) or "") is np.sum  # in `x.sum(-1)` that is the axis
            ):
                return self.value(core.unary(gast.USub, changed(node, args=[operand]), node))
            case gast.Call(args=[test, a, b], keywords=[]) if self.facts.callee(node.func) is np.where:
                if _is_zero(b) or _is_zero(a):
                    return self.cut_off_once(self.parts(node), test, _is_zero(b))
            case gast.Attribute(attr="T"):
                return transposed(self.parts(node), self.facts)
            case gast.IfExp() if (known := _decided(node.test)) is not None:
                return self.value(node.body if known else node.orelse, takes_anything)
        return self.parts(node)

    def cut_off_once(self, node: Any, test: Any, chosen: bool) -> Any:
        """`np.where(c, np.where(c, a, 0.0) * b, 0.0)` is `np.where(c, a * b, 0.0)`."""

        def inside(part: Any) -> Any:
            match part:
                case gast.BinOp(op=gast.Mult() | gast.Div()):
                    right = inside(part.right) if isinstance(part.op, gast.Mult) else part.right
                    left = inside(part.left)
                    return part if left is part.left and right is part.right else changed(part, left=left, right=right)
                case gast.UnaryOp(op=gast.USub()):
                    operand = inside(part.operand)
                    return part if operand is part.operand else changed(part, operand=operand)
                case gast.Call(args=[same, a, b], keywords=[]) if self.facts.callee(part.func) is np.where:
                    if spelled(same) == spelled(test) and _is_zero(b if chosen else a):
                        return a if chosen else b
            return part

        k = 1 if chosen else 2
        product = inside(node.args[k])
        if product is node.args[k]:
            return node
        return changed(node, args=[product if j == k else arg for j, arg in enumerate(node.args)])

    def parts(self, node: Any) -> Any:
        """A node with what is in it simplified: arguments and elements stay fresh, indices are integers."""
        match node:
            case gast.Name() | gast.Constant():
                return node
            case gast.Subscript():
                value = self.value(node.value, False)
                index = integer(self.value(node.slice))
                if isinstance(value, gast.Subscript) and is_undone(value.slice, index):
                    return value.value
                if (inner := _negated(value)) is not None and is_insertion(index):
                    return core.unary(gast.USub, changed(node, value=inner, slice=index), node)
                if (item := self.item(value, index)) is not None:
                    return item
                if value is not node.value or index is not node.slice:
                    node = changed(node, value=value, slice=index)
                return part_first(node, self.facts)
        return map_parts(node, lambda part: self.value(part, False))

    def item(self, value: Any, index: Any) -> Any:
        """The item `(zeros_like(s), g)[1]` of a display, g, where the others are only made for it."""
        if type(value) is not gast.Tuple or not core.is_constant(index):
            return None
        k = core.constant_value(index)
        idle = [core.is_atom(e) or is_zeros(e, self.facts) for n, e in enumerate(value.elts) if n != k]
        return value.elts[k] if all(idle) and len(idle) < len(value.elts) else None

    def targets(self, stmt: Any) -> Any:
        """A store with its index simplified."""
        target = stmt.target if isinstance(stmt, gast.AugAssign) else stmt.targets[0]
        if not isinstance(target, gast.Subscript):
            return stmt
        index = integer(target.slice)
        if index is target.slice:
            return stmt
        new = changed(target, slice=index)
        return changed(stmt, target=new) if isinstance(stmt, gast.AugAssign) else changed(stmt, targets=[new])

    def binary(self, node: Any, takes_anything: bool) -> Any:
        left, right, op = node.left, node.right, type(node.op)
        folded = _folded(node)
        if folded is not None:
            return folded
        kept = _without_neutral(left, op, right)
        if kept is not None:
            return kept if takes_anything or self.is_safe(kept) else node
        if op is gast.Add or op is gast.Sub:
            return self.sum(node)
        if op is gast.Mult or op is gast.Div:
            return self.product(node)
        return node

    def sum(self, node: Any) -> Any:
        """`a + -b` as `a - b`, `a - -b` as `a + b`, `-a + b` as `b - a`; with constants likewise."""
        if isinstance(node.op, gast.Add) and _is_same_product(node.left, node.right):
            return _doubled(node.left)
        match node:
            case gast.BinOp(left=gast.BinOp(op=gast.Add()) as left, op=gast.Add()) if _is_same_product(
                left.right, node.right
            ):
                return changed(left, right=_doubled(node.right))
        other = gast.Sub() if isinstance(node.op, gast.Add) else gast.Add()
        right = self.inner(node.right)
        if right is None and core.is_constant(node.right) and isinstance(node.right, gast.UnaryOp):
            right = node.right.operand
        if right is not None:
            return changed(node, op=other, right=right)
        left = self.inner(node.left)
        if left is not None and isinstance(node.op, gast.Add):
            return changed(node, left=node.right, op=other, right=left)
        return node

    def inner(self, node: Any) -> Any:
        """What a negation negates, if its sign may move: that of whole numbers without one may not."""
        operand = _negated(node)
        return operand if operand is not None and self.is_negatable(operand) else None

    def product(self, node: Any) -> Any:
        """Move signs out of a product: `a * -b` is `-(a * b)`, `-1 * x` is `-x`."""
        left, right = node.left, node.right
        if isinstance(node.op, gast.Mult):
            if _is_one(left, 2) and _is_half(right):
                return right.left
            for one, other in ((left, right), (right, left)):
                if _is_one(one, -1) and self.is_negatable(other):
                    return core.unary(gast.USub, other, node)
        first, second = self.inner(left), self.inner(right)
        if first is None and second is None:
            return node
        new = changed(node, left=left if first is None else first, right=right if second is None else second)
        return new if first is not None and second is not None else core.unary(gast.USub, new, node)

    def is_safe(self, node: Any) -> bool:
        """True where a value may stand alone: no array that something else owns."""
        return self.facts.is_fresh(node) or (isinstance(node, gast.Name) and self.facts.is_number(node.id))

    def is_negatable(self, node: Any) -> bool:
        """False of what may be a boolean array, which has no negative, or a whole number without a sign."""
        match node:
            case gast.Name(id=name):
                return name in self.facts.generated or self.facts.is_number(name)
            case gast.BinOp(op=gast.Div() | gast.Pow()):
                return True
            case gast.BinOp(left=left, right=right):
                return self.is_negatable(left) or self.is_negatable(right)
            case gast.Subscript(value=value):
                return self.is_negatable(value)
            case gast.Attribute(value=value, attr="T"):
                return self.is_negatable(value)
            case gast.Call(args=operands) if self.facts.callee(node.func) in LINEAR:
                return any(map(self.is_negatable, [a for a in operands if not core.is_constant(a)]))
        return isinstance(node, gast.Constant)


def is_zeros(node: Any, facts: Facts) -> bool:
    """Is this a cotangent of zeros?"""
    return isinstance(node, gast.Call) and facts.callee(node.func) in (arrays.zeros_like, np.zeros_like)


def _uncopied(operand: Any) -> Any:
    """An operand of an operation, which makes a new array anyway, without `.copy()`."""
    match operand:
        case gast.Call(func=gast.Attribute(value=value, attr="copy"), args=[], keywords=[]):
            return value
        case gast.Subscript(value=gast.Call() as inner) if (value := _uncopied(inner)) is not inner:
            return changed(operand, value=value)
    return operand


def _negated(node: Any) -> Any:
    """What a negation negates; None of anything else (and of negative constants)."""
    if type(node) is gast.UnaryOp and type(node.op) is gast.USub and not core.is_constant(node):
        return node.operand
    return None


def _is_same_product(left: Any, right: Any) -> bool:
    """Are these one product of names and elements, twice?"""
    if not isinstance(left, gast.BinOp) or not isinstance(right, gast.BinOp):
        return False
    if any(isinstance(n, gast.Call) for n in core.walk(left)):
        return False
    return isinstance(left.op, (gast.Mult, gast.Div)) and spelled(left) == spelled(right)


def _doubled(node: Any) -> Any:
    """Twice a product, the factor first: exact."""
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Mult, gast.Div)):
        return changed(node, left=_doubled(node.left))
    return core.binary(core.const(2), gast.Mult, node, node)


def _without_neutral(left: Any, op: type, right: Any) -> Any:
    """What is left of `x * 1`, `x + 0` and the like; None where both sides matter."""
    if op is gast.Mult and _is_one(left):
        return right
    if (op is gast.Mult or op is gast.Div or op is gast.Pow) and _is_one(right):
        return left
    if op is gast.Add and _is_zero(left):
        return right
    if (op is gast.Add or op is gast.Sub) and _is_zero(right):
        return left
    return None


def _is_one(node: Any, one: int = 1) -> bool:
    return _is_real(node) and bool(core.constant_value(node) == one)


def _is_zero(node: Any) -> bool:
    return _is_real(node) and bool(core.constant_value(node) == 0)


def _is_half(node: Any) -> bool:
    return isinstance(node, gast.BinOp) and isinstance(node.op, gast.Div) and _is_one(node.right, 2)


def _is_real(node: Any) -> bool:
    kind = type(node)
    if (kind is not gast.Constant and kind is not gast.UnaryOp) or not core.is_constant(node):
        return False
    value = core.constant_value(node)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _folded(node: Any) -> Any:
    """The constant that two constants give, where it reads no worse than they do."""
    if not (_is_real(node.left) and _is_real(node.right)) or type(node.op) not in FOLDED:
        return None
    left, right = core.constant_value(node.left), core.constant_value(node.right)
    if isinstance(node.op, gast.Pow) and not (isinstance(right, int) and 0 <= right <= 3):
        return None
    value = FOLDED[type(node.op)](left, right)
    return core.const(value, node) if len(repr(value)) <= len(repr(left)) + len(repr(right)) else None
