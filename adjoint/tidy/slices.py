"""Take a part before the product with a number, not after it: fewer cells are multiplied, and no copy is needed.

(t_bar * (dt * k))[1:-1, 1:-1].copy()        t_bar[1:-1, 1:-1] * (dt * k)
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy.facts import Facts
from adjoint.tidy.rebuild import changed


def part_first(node: Any, facts: Facts) -> Any:
    """The part `node` of an array, in the form of a product of parts where there is one.

    >>> from adjoint.emit.printer import to_source
    >>> from adjoint.tidy import example
    >>> from adjoint.tidy.effects import NUMBER
    >>> facts = Facts(example.function("t_bar = y_bar.copy()\\nx_bar = (t_bar * k)[1:]"), {"k": NUMBER})
    >>> to_source(part_first(gast.parse("(t_bar * k)[1:]").body[0].value, facts))
    't_bar[1:] * k'
    """
    value = node.value
    if not isinstance(value, gast.BinOp) or not isinstance(value.op, (gast.Mult, gast.Div)):
        return node
    if _is_cotangent(value.left, facts) and is_number(value.right, facts):
        return changed(value, left=changed(node, value=value.left))
    if isinstance(value.op, gast.Mult) and _is_cotangent(value.right, facts) and is_number(value.left, facts):
        return changed(value, right=changed(node, value=value.right))
    return node


def _is_cotangent(node: Any, facts: Facts) -> bool:
    """Is this an array for certain? Of the user's names one may be a list, of which a multiple is longer."""
    return isinstance(node, gast.Name) and node.id in facts.generated and not facts.is_number(node.id)


def is_number(node: Any, facts: Facts) -> bool:
    """Is this a number, for certain?"""
    match node:
        case gast.Name(id=name):
            return facts.is_number(name)
        case gast.BinOp(left=left, right=right):
            return is_number(left, facts) and is_number(right, facts)
        case gast.UnaryOp(operand=operand):
            return is_number(operand, facts)
    return core.is_constant(node)
