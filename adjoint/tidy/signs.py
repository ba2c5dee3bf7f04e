"""Write `-(a * b)` as `-a * b`, at the very end: until then signs stand outside, where sums can take them in.

>>> show("x_bar = -(a * b) + c\\nreturn x_bar")
x_bar = -a * b + c
return x_bar
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.facts import Known, facts_of
from adjoint.tidy.rebuild import changed, map_parts, map_statements


def leading_signs(fn: core.Function, memory: Known = None) -> core.Function:
    """Move the sign of a product to its first factor, in the compiler's own statements."""
    facts = facts_of(fn, memory)

    def signed(stmt: Any) -> Any:
        if not isinstance(stmt, (gast.Assign, gast.AugAssign, gast.Return)) or not facts.is_ours(stmt):
            return stmt
        value = None if stmt.value is None else _signs_first(stmt.value)
        if value is stmt.value:
            return stmt
        new = changed(stmt, value=value)
        facts.known[new] = facts.of(stmt)
        return new

    body = map_statements(fn.tree.body, signed)
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    example.show(leading_signs, text)


def _signs_first(node: Any) -> Any:
    match node:
        case gast.Name() | gast.Constant():
            return node
        case gast.UnaryOp(op=gast.USub(), operand=gast.BinOp(op=gast.Mult() | gast.Div()) as product):
            return _signs_first(_with_sign(product))
    return map_parts(node, _signs_first)


def _with_sign(node: Any) -> Any:
    """A product with the sign on its first factor."""
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Mult, gast.Div)):
        return changed(node, left=_with_sign(node.left))
    if core.is_constant(node) and isinstance(node, gast.Constant):
        return core.const(-node.value, node)
    return core.unary(gast.USub, node, node)
