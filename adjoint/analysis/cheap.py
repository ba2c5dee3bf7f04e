"""What is computed again as quickly as it would be recorded: numbers and views, sizes, `np.eye(n)`.

    >>> kinds = {"x": Array("float64", (None,)), "i": Number("int")}
    >>> [is_cheap(gast.parse(e).body[0].value, kinds, {}) for e in ("x[i]", "x[1:]", "x * 2", "x.shape")]
    [True, True, False, True]

Whether what it reads stays as it is, is another question (see `record`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import sharing_of
from adjoint.analysis.callees import callee_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array as Array
from adjoint.analysis.kinds import Kind, Number, SetOf
from adjoint.analysis.needs import FORM
from adjoint.analysis.shapes import is_elementwise
from adjoint.rules import registry
from adjoint.syntax import core

SMALL = (len, abs, min, max)
FILLED = (np.eye, np.identity, np.zeros, np.ones, np.full, np.arange)  # made again as quickly as kept


def is_cheap(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    """Is an expression pure, and computed faster than a record is kept?"""

    def kind(part: Any) -> Kind | None:
        return kind_of_expression(part, kinds, bindings)

    def cheap(part: Any) -> bool:
        return is_cheap(part, kinds, bindings)

    match expr:
        case gast.Name() | gast.Constant():
            return True
        case gast.Attribute() if not (is_part(expr, kinds, bindings) or _is_small(expr)):
            return False
        case gast.Subscript() | gast.Attribute():
            return isinstance(kind(expr), Number) or is_part(expr, kinds, bindings) or _is_small(expr)
        case gast.BoolOp():
            return all(map(cheap, expr.values))
        case gast.UnaryOp(op=gast.Not()):
            return cheap(expr.operand)
        case gast.Compare():
            sides = (expr.left, *expr.comparators)
            return all(cheap(e) and (not core.is_name(e) or isinstance(kind(e), Number)) for e in sides)
        case gast.Tuple():
            return all(map(cheap, expr.elts))
        case gast.Slice():
            return True
    callee = callee_of(expr, kinds, bindings)
    if callee is None or not registry.is_pure(callee.primitive) or callee.starred:
        return False
    arguments = [*callee.args, *callee.keywords.values()]
    if any(isinstance(kind(a), SetOf) for a in arguments):
        return False  # nobody notes when a set changes
    if callee.primitive in FILLED:
        return all(isinstance(kind(a), Number) and cheap(a) for a in arguments)
    small = callee.primitive in SMALL or is_elementwise(callee.primitive) or _is_small(expr)
    made = isinstance(kind(expr), Number) or _is_view(expr, (gast.Attribute, gast.Call), kinds, bindings)
    return small and made and all(map(cheap, arguments))


def is_part(value: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    """Is this an index or an attribute that gives a view?"""
    return _is_view(value, (gast.Subscript, gast.Attribute), kinds, bindings)


def _is_view(value: Any, forms: tuple[Any, ...], kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    return isinstance(value, forms) and sharing_of(value, kinds, bindings) == "view"


def _is_small(expr: Any) -> bool:
    return isinstance(expr, gast.Attribute) and expr.attr in FORM
