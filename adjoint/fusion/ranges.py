"""Between which values the variables of loops lie, as far as the text says.

>>> from adjoint.fusion.example import kind
>>> from adjoint.tidy import example
>>> fn = example.function('''
... def f(a):
...     n = a.shape[0]
...     for i in range(n - 1, -1, -1):
...         for j in range(n - 1, i - 1, -1):
...             for k in range(i):
...                 a[i, j] = a[k, j]
... ''')
>>> ranges = Ranges(fn, Context(fn, {"a": kind("float64 a,b")}))
>>> def is_less(one, other):
...     return ranges.is_less(*(gast.parse(text, mode="eval").body for text in (one, other)))
>>> is_less("k", "i"), is_less("k", "j"), is_less("i", "j"), is_less("i", "j + 1"), is_less("-1", "i")
(True, True, False, True, True)

What is known of a variable holds where it stands, inside its loop. An index below zero counts from the end and may name
any cell, so two indices are different ones only where neither can be negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import Number, Size
from adjoint.classes import dataclass
from adjoint.fusion.accesses import axis_of
from adjoint.fusion.context import Context
from adjoint.syntax import core
from adjoint.syntax.traverse import names_in, spelled
from adjoint.tidy.effects import is_range

DEPTH = 8


@dataclass(frozen=True)
class Offset:
    """`atom + constant`; the atom is the text of an expression that stays the same, None for a plain constant."""

    atom: str | None
    constant: int

    def __add__(self, constant: int) -> Offset:
        return Offset(self.atom, self.constant + constant)


ZERO = Offset(None, 0)


class Ranges:
    """What the loops of a function say of their variables."""

    def __init__(self, fn: core.Function, context: Context) -> None:
        self.context = context
        bound = [name for stmt in fn.statements for name in core.names_bound(stmt)]
        self.still = frozenset(n for n in {*bound, *fn.params} if bound.count(n) + (n in fn.params) == 1)
        self.expressions: dict[str, Any] = {}
        self.lower: dict[str, list[Offset]] = {}
        self.upper: dict[str, list[Offset]] = {}
        for stmt in fn.statements:
            if isinstance(stmt, gast.For) and core.is_name(stmt.target) and stmt.target.id in self.still:
                self.learn(stmt.target.id, stmt)

    def learn(self, variable: str, loop: Any) -> None:
        ends = ends_of(loop)
        if ends is not None:
            first, last, step = ends
            low, high = (first, last) if step > 0 else (last, first)
            self.lower[variable] = [o + (step < 0) for o in self.offsets(low)]
            self.upper[variable] = [o + (-1 if step > 0 else 0) for o in self.offsets(high)]

    def offset(self, expr: Any) -> Offset | None:
        """An expression as what stays the same, and a constant."""
        if core.is_constant(expr):
            value = core.constant_value(expr)
            return Offset(None, value) if type(value) is int else None
        if isinstance(expr, gast.BinOp) and isinstance(expr.op, (gast.Add, gast.Sub)) and core.is_constant(expr.right):
            left, value = self.offset(expr.left), core.constant_value(expr.right)
            if left is None or type(value) is not int:
                return None
            return left + (value if isinstance(expr.op, gast.Add) else -value)
        if not self.is_still(expr):
            return None
        atom = spelled(expr)
        self.expressions[atom] = expr
        return Offset(atom, 0)

    def is_still(self, expr: Any) -> bool:
        """Is this a number that is bound once, or a length of an array that is?"""
        match expr:
            case gast.Name(id=name):
                return name in self.still and isinstance(self.context.kinds.get(name), Number)
            case gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name) as array]):
                return name in self.still and self.context.is_array(array)
        return axis_of(expr) in self.still

    def offsets(self, expr: Any) -> list[Offset]:
        found = self.offset(expr)
        return [] if found is None else [found]

    def is_less(self, one: Any, other: Any) -> bool:
        """Is one expression certainly less than the other?"""
        left, right = self.offset(one), self.offset(other)
        return left is not None and right is not None and self.apart(left, right, 1)

    def apart(self, one: Offset, other: Offset, by: int, depth: int = DEPTH) -> bool:
        """Is the other greater by so much at least?"""
        if one.atom == other.atom:
            return other.constant - one.constant >= by
        if not depth:
            return False
        more = (o + one.constant for o in self.upper.get(one.atom or "", ()))
        less = (o + other.constant for o in self.lower.get(other.atom or "", ()))
        return any(self.apart(o, other, by, depth - 1) for o in more) or any(
            self.apart(one, o, by, depth - 1) for o in less
        )

    def is_index(self, expr: Any) -> bool:
        """Is an expression certainly not negative?"""
        found = self.offset(expr)
        return found is not None and self.apart(ZERO, found, 0)

    def differ(self, one: Sequence[Any], other: Sequence[Any], moving: str | None = None) -> bool:
        """Are two indices certainly of different cells; also in different trips of the loop over `moving`?"""
        return len(one) == len(other) and any(self.part_differs(a, b, moving) for a, b in zip(one, other, strict=True))

    def part_differs(self, a: Any, b: Any, moving: str | None) -> bool:
        if moving is not None and moving in names_in(a) and moving in names_in(b):
            return False
        return self.is_index(a) and self.is_index(b) and (self.is_less(a, b) or self.is_less(b, a))

    def is_inside(self, index: Sequence[Any], sizes: Sequence[Size | None]) -> bool:
        """Is there certainly a cell at an index?"""
        return len(index) == len(sizes) and all(
            size is not None and self.is_index(part) and self.is_under(self.offset(part), size)
            for part, size in zip(index, sizes, strict=True)
        )

    def is_under(self, offset: Offset | None, size: Size, depth: int = DEPTH) -> bool:
        if offset is None or not depth:
            return False
        known = Size(0) if offset.atom is None else self.size(offset.atom)
        if known is not None:
            rest = size - known - Size(offset.constant + 1)
            if not rest.terms and rest.constant >= 0:
                return True
        return any(self.is_under(o + offset.constant, size, depth - 1) for o in self.upper.get(offset.atom or "", ()))

    def size(self, atom: str) -> Size | None:
        kind = self.context.kind(self.expressions[atom]) if atom in self.expressions else None
        return kind.size if isinstance(kind, Number) else None


def ends_of(loop: Any) -> tuple[Any, Any, int] | None:
    """Start, stop and step of a loop over a range in steps of one, up or down."""
    if not is_range(loop.iter):
        return None
    args = loop.iter.args
    if len(args) == 3:
        step = core.constant_value(args[2]) if core.is_constant(args[2]) else None
        return (args[0], args[1], step) if step in (1, -1) else None
    return (core.const(0), args[0], 1) if len(args) == 1 else (args[0], args[1], 1)
