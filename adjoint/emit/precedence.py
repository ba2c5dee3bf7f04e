"""How tightly each expression binds, and which operands read well without spaces.

>>> from adjoint.syntax import core
>>> level_of(core.const(2.0)), level_of(core.const(-2.0))
(<Level.ATOM: 17>, <Level.FACTOR: 14>)
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import gast

from adjoint.emit.literals import literal


class Level(IntEnum):
    """How tightly an expression binds, loosest first; one that binds less than its place demands is parenthesised."""

    WALRUS = 0
    YIELD = 1
    TUPLE = 2
    TEST = 3
    OR = 4
    AND = 5
    NOT = 6
    COMPARE = 7
    BIT_OR = 8
    BIT_XOR = 9
    BIT_AND = 10
    SHIFT = 11
    SUM = 12
    TERM = 13
    FACTOR = 14
    POWER = 15
    AWAIT = 16
    ATOM = 17


OPERATORS: dict[type, tuple[str, Level]] = {
    gast.Add: ("+", Level.SUM),
    gast.Sub: ("-", Level.SUM),
    gast.Mult: ("*", Level.TERM),
    gast.MatMult: ("@", Level.TERM),
    gast.Div: ("/", Level.TERM),
    gast.FloorDiv: ("//", Level.TERM),
    gast.Mod: ("%", Level.TERM),
    gast.LShift: ("<<", Level.SHIFT),
    gast.RShift: (">>", Level.SHIFT),
    gast.BitAnd: ("&", Level.BIT_AND),
    gast.BitXor: ("^", Level.BIT_XOR),
    gast.BitOr: ("|", Level.BIT_OR),
    gast.Pow: ("**", Level.POWER),
}
UNARY = {gast.USub: "-", gast.UAdd: "+", gast.Invert: "~", gast.Not: "not "}
LEVELS: dict[type, Level] = {
    gast.Yield: Level.YIELD,
    gast.YieldFrom: Level.YIELD,
    gast.NamedExpr: Level.WALRUS,
    gast.Lambda: Level.TEST,
    gast.IfExp: Level.TEST,
    gast.Compare: Level.COMPARE,
    gast.Await: Level.AWAIT,
    **dict.fromkeys((gast.Name, gast.Attribute, gast.Subscript, gast.Call, gast.List), Level.ATOM),
}


def level_of(node: Any) -> Level:
    """How tightly this expression binds."""
    kind = type(node)
    if kind is gast.BinOp:
        return OPERATORS[type(node.op)][1]
    level = LEVELS.get(kind)
    if level is not None:
        return level
    if kind is gast.UnaryOp:
        return Level.NOT if isinstance(node.op, gast.Not) else Level.FACTOR
    if kind is gast.BoolOp:
        return Level.AND if isinstance(node.op, gast.And) else Level.OR
    if kind is gast.Tuple:
        return Level.TUPLE if len(node.elts) > 1 else Level.ATOM
    if kind is gast.Constant and isinstance(node.value, (int, float, complex)):
        if not isinstance(node.value, complex) and node.value > 0:
            return Level.ATOM
        text = literal(node.value)
        return Level.SUM if " " in text else Level.FACTOR if text[0] == "-" else Level.ATOM
    return Level.ATOM


def is_simple_power(node: Any) -> bool:
    """Whether a power is read easily without spaces: its parts names, numbers or their attributes."""
    right = node.right
    if isinstance(right, gast.UnaryOp) and not isinstance(right.op, gast.Not):
        right = right.operand
    if isinstance(right, gast.BinOp):
        return _is_simple(node.left) and is_simple_power(right)
    return _is_simple(node.left) and (_is_simple(right) or _is_number(right, Level.FACTOR))


def _is_simple(node: Any) -> bool:
    while isinstance(node, gast.Attribute):
        node = node.value
    return isinstance(node, gast.Name) or _is_number(node, Level.ATOM)


def _is_number(node: Any, level: Level) -> bool:
    return isinstance(node, gast.Constant) and isinstance(node.value, (int, float, complex)) and level_of(node) >= level


def is_bound(node: Any) -> bool:
    """Whether a slice with this bound is read easily without spaces round its colons."""
    if isinstance(node, gast.UnaryOp):
        node = node.operand
    return isinstance(node, (gast.Name, gast.Constant))
