"""How many columns a statement takes, without printing it: refold asks this before each fold.

>>> from adjoint.tidy.example import function
>>> stmt = function("x_bar = (a + b) * np.sin(c[i - 1, :])").tree.body[0]
>>> width(stmt) == len("x_bar = (a + b) * np.sin(c[i - 1, :])")
True

An estimate: parentheses and spaces are counted as the printer mostly sets them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gast

from adjoint.emit.precedence import OPERATORS, Level, level_of
from adjoint.syntax import core

COLUMNS = 88


def width(node: Any) -> int:
    """The columns of a simple statement or an expression."""
    kind = type(node)
    if kind is gast.Name:
        return len(node.id)
    return _WIDTHS.get(kind, _other)(node)


def _of_binary(node: Any) -> int:
    symbol, level = OPERATORS[type(node.op)]
    spaces = 0 if type(node.op) is gast.Pow else 2
    return inside(node.left, level) + len(symbol) + spaces + inside(node.right, level, True)


def _of_unary(node: Any) -> int:
    return (4 if type(node.op) is gast.Not else 1) + inside(node.operand, Level.FACTOR)


def _of_subscript(node: Any) -> int:
    parts = node.slice.elts if type(node.slice) is gast.Tuple else [node.slice]
    return inside(node.value, Level.ATOM) + sum([width(part) + 2 for part in parts])


def _of_call(node: Any) -> int:
    arguments = sum([width(a) + 2 for a in (*node.args, *node.keywords)])
    return width(node.func) + 2 + max(0, arguments - 2)


def _of_slice(node: Any) -> int:
    parts = [p for p in (node.lower, node.upper, node.step) if p is not None]
    return 1 + sum(map(width, parts)) + (node.step is not None)


_WIDTHS: Mapping[type, Callable[[Any], int]] = {
    gast.Constant: lambda node: len(repr(node.value)),
    gast.BinOp: _of_binary,
    gast.UnaryOp: _of_unary,
    gast.Subscript: _of_subscript,
    core.Element: _of_subscript,
    gast.Attribute: lambda node: inside(node.value, Level.ATOM) + 1 + len(node.attr),
    gast.Call: _of_call,
    gast.Assign: lambda node: sum([width(t) + 3 for t in node.targets]) + width(node.value),
    gast.AugAssign: lambda node: width(node.target) + 4 + width(node.value),
    gast.Slice: _of_slice,
    gast.Return: lambda node: _other(node) if node.value is None else 7 + width(node.value),
    gast.keyword: lambda node: len(node.arg or "*") + 1 + width(node.value),
}


def inside(operand: Any, level: Level, right: bool = False) -> int:
    """The columns of an operand in an operation of this level, parentheses included."""
    return width(operand) + (2 if needs_parentheses(operand, level, right) else 0)


def needs_parentheses(operand: Any, level: Level, right: bool = False) -> bool:
    if type(operand) is gast.Name:
        return False
    own = level_of(operand)
    return own < level or (right and own == level and level != Level.POWER)


def _other(node: Any) -> int:
    parts = [p for p in core.children(node) if isinstance(p, (gast.expr, gast.keyword))]
    return sum(width(p) + 2 for p in parts) + (2 if isinstance(node, (gast.Tuple, gast.List, gast.Compare)) else 4)


def room(depth: int) -> int:
    """The columns that a statement has in a block of this depth (1: the function's own)."""
    return COLUMNS - 4 * depth
