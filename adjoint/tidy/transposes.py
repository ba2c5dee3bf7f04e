"""Transposes of transposes, and of products of transposes.

    H.T.T                  H
    (a.T @ b_bar).T        b_bar.T @ a          of matrices and vectors: more axes are turned round otherwise

The second reads as the formula that one finds in a book, and gives a new array in the order of its axes. It is for
cotangents alone: the primal's products keep their last bits.
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from adjoint.syntax import core
from adjoint.tidy.effects import is_list
from adjoint.tidy.facts import Facts
from adjoint.tidy.rebuild import changed
from adjoint.tidy.slices import is_number


def transposed(node: Any, facts: Facts) -> Any:
    """The transpose `node`, in a simpler form where there is one.

    >>> from adjoint.tidy import example
    >>> fn = example.function("A_bar = (t.T @ B_bar).T").known(matrices=frozenset(["t", "B_bar"]))
    >>> facts = Facts(fn, {"B_bar": "cotangent B"})
    >>> from adjoint.emit.printer import to_source
    >>> to_source(transposed(gast.parse("(t.T @ B_bar).T").body[0].value, facts))
    'B_bar.T @ t'
    """
    if isinstance(node.value, gast.Attribute) and node.value.attr == "T" and is_matrix(node.value.value, facts):
        return node.value.value
    if not any(map(facts.is_cotangent, core.names_read(node))):
        # The primal's: what is multiplied with it next has other last bits where it lies otherwise in memory.
        return node
    match node.value:
        case gast.UnaryOp(op=gast.USub(), operand=operand) as negated if is_matrix(operand, facts):
            return changed(negated, operand=transposed(changed(node, value=operand), facts))
        case gast.Call(args=[a, b], keywords=[]) as product if facts.callee(product.func) is np.outer:
            return changed(product, args=[b, a])
        case gast.BinOp(op=gast.MatMult(), left=left, right=right) as product if _is_turned(left) or _is_turned(right):
            if is_matrix(product, facts):
                return changed(product, left=_turned(right), right=_turned(left))
    return node


def is_matrix(node: Any, facts: Facts) -> bool:
    """Is this an array of at most two axes, for certain?"""
    match node:
        case gast.Name(id=name):
            return name in facts.matrices
        case gast.Subscript(value=gast.Name(id=name), slice=gast.Name() | gast.Constant() | gast.BinOp()):
            return name in facts.matrices and is_list(facts.memory.get(name))
        case gast.Attribute(value=value, attr="T"):
            return is_matrix(value, facts)
        case gast.BinOp(op=gast.MatMult(), left=left, right=right):
            return is_matrix(left, facts) and is_matrix(right, facts)
        case gast.BinOp(left=left, right=right):
            sides = [side for side in (left, right) if not is_number(side, facts)]
            return bool(sides) and all(is_matrix(side, facts) for side in sides)
        case gast.UnaryOp(op=gast.USub(), operand=operand):
            return is_matrix(operand, facts)
        case gast.Call():
            return facts.callee(node.func) is np.outer
    return False


def _is_turned(node: Any) -> bool:
    return isinstance(node, gast.Attribute) and node.attr == "T"


def _turned(node: Any) -> Any:
    return node.value if _is_turned(node) else core.place(gast.Attribute(node, "T", gast.Load()), node)
