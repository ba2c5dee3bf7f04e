"""Write `-(a * b)` as `-a * b`, at the very end: until then signs stand outside, where sums can take them in.

>>> show("x_bar = -(a * b) + c\\nreturn x_bar")
x_bar = -a * b + c
return x_bar
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import gast

from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import changed, map_parts, map_statements


def leading_signs(fn: core.Function, memory: Known = None) -> core.Function:
    """Move the sign of a product to its first factor, in the compiler's own statements."""
    facts = facts_of(fn, memory)

    may_be_truths = _Truths(fn, facts)

    def signed(stmt: Any) -> Any:
        if not isinstance(stmt, (gast.Assign, gast.AugAssign, gast.Return)) or not facts.is_ours(stmt):
            return stmt
        value = None if stmt.value is None else _signs_first(stmt.value, may_be_truths)
        if value is stmt.value:
            return stmt
        new = changed(stmt, value=value)
        facts.known[new] = facts.of(stmt)
        return new

    body = map_statements(fn.tree.body, signed)
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    example.show(leading_signs, text)


def _signs_first(node: Any, may_be_truths: Callable[[Any], bool]) -> Any:
    match node:
        case gast.Name() | gast.Constant():
            return node
        case gast.UnaryOp(op=gast.USub(), operand=gast.BinOp(op=gast.Mult() | gast.Div()) as product):
            if not may_be_truths(_first(product)):
                return _signs_first(_with_sign(product), may_be_truths)
    return map_parts(node, lambda part: _signs_first(part, may_be_truths))


def _first(node: Any) -> Any:
    """The first factor of a product."""
    while isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Mult, gast.Div)):
        node = node.left
    return node


class _Truths:
    """Asks whether a value may be an array of truth values, which has no negative."""

    def __init__(self, fn: core.Function, facts: Facts) -> None:
        self.fn, self.facts = fn, facts

    def __call__(self, node: Any) -> bool:
        match node:
            case gast.Name(id=name):
                return name in self.names
            case gast.Compare() | gast.BoolOp() | gast.UnaryOp(op=gast.Not() | gast.Invert()):
                return True
            case gast.BinOp(op=gast.BitAnd() | gast.BitOr() | gast.BitXor()):
                return True
            case gast.Call():
                callee = self.facts.callee(node.func)
                return callee is not None and registry.is_constant(callee)
        return False

    @cached_property
    def names(self) -> frozenset[str]:
        """Names for such values, and parameters that have no tangent in a function that has some: masks, perhaps."""
        params = self.fn.params
        forward = any(n.endswith("_dot") for n in params)
        found = {n for n in params if forward and f"{n}_dot" not in params and not n.endswith("_dot")}
        for stmt in self.fn.statements:
            match stmt:
                case gast.Assign(targets=[gast.Name(id=name)], value=value) if not core.is_name(value) and self(value):
                    found.add(name)
        return frozenset(found)


def _with_sign(node: Any) -> Any:
    """A product with the sign on its first factor."""
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Mult, gast.Div)):
        return changed(node, left=_with_sign(node.left))
    if core.is_constant(node) and isinstance(node, gast.Constant):
        return core.const(-node.value, node)
    return core.unary(gast.USub, node, node)
