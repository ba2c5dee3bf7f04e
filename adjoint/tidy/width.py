"""How many columns a statement takes, without printing it: refold asks this before each fold.

>>> from adjoint.tidy.example import function
>>> stmt = function("x_bar = (a + b) * np.sin(c[i - 1, :])").tree.body[0]
>>> width(stmt) == len("x_bar = (a + b) * np.sin(c[i - 1, :])")
True

An estimate: parentheses and spaces are counted as the printer mostly sets them.
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.emit.precedence import OPERATORS, Level, level_of
from adjoint.syntax.traverse import children

COLUMNS = 88


def width(node: Any) -> int:
    """The columns of a simple statement or an expression."""
    match node:
        case gast.Name(id=name):
            return len(name)
        case gast.Constant(value=value):
            return len(repr(value))
        case gast.BinOp(left=left, op=op, right=right):
            symbol, level = OPERATORS[type(op)]
            spaces = 0 if isinstance(op, gast.Pow) else 2
            return inside(left, level) + len(symbol) + spaces + inside(right, level, True)
        case gast.UnaryOp(op=op, operand=operand):
            return (4 if isinstance(op, gast.Not) else 1) + inside(operand, Level.FACTOR)
        case gast.Subscript(value=value, slice=gast.Tuple(elts=elements)):
            return inside(value, Level.ATOM) + 2 + sum(width(e) + 2 for e in elements) - 2
        case gast.Subscript(value=value, slice=index):
            return inside(value, Level.ATOM) + 2 + width(index)
        case gast.Attribute(value=value, attr=attr):
            return inside(value, Level.ATOM) + 1 + len(attr)
        case gast.Call(func=func, args=args, keywords=keywords):
            return width(func) + 2 + max(0, sum(width(a) + 2 for a in (*args, *keywords)) - 2)
        case gast.Assign(targets=targets, value=value):
            return sum(width(t) + 3 for t in targets) + width(value)
        case gast.AugAssign(target=target, value=value):
            return width(target) + 4 + width(value)
        case gast.Slice(lower=lower, upper=upper, step=step):
            return 1 + sum(width(p) for p in (lower, upper, step) if p is not None) + (step is not None)
        case gast.Return(value=value) if value is not None:
            return 7 + width(value)
        case gast.keyword(arg=arg, value=value):
            return len(arg or "*") + 1 + width(value)
    return _other(node)


def inside(operand: Any, level: Level, right: bool = False) -> int:
    """The columns of an operand in an operation of this level, parentheses included."""
    return width(operand) + (2 if needs_parentheses(operand, level, right) else 0)


def needs_parentheses(operand: Any, level: Level, right: bool = False) -> bool:
    own = level_of(operand)
    return own < level or (right and own == level and level != Level.POWER)


def _other(node: Any) -> int:
    parts = [p for p in children(node) if isinstance(p, (gast.expr, gast.keyword))]
    return sum(width(p) + 2 for p in parts) + (2 if isinstance(node, (gast.Tuple, gast.List, gast.Compare)) else 4)


def room(depth: int) -> int:
    """The columns that a statement has in a block of this depth (1: the function's own)."""
    return COLUMNS - 4 * depth
