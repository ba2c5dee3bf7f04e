"""Bind a name to what a pure test gives, one operation a statement; what Python leaves out stays left out.

    if x[0] > 1 or f(x) > 2:         t = x[0]                       the name is `holds`
        ...                          holds = t > 1
                              ->     if not holds:
                                         t_1 = f(x)
                                         holds = t_1 > 2

A test stays as it is where nothing has to happen between its operands (`f` is not written out, no object is asked).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.classes import replace
from adjoint.normalize.operands import Operands
from adjoint.normalize.scope import Scope
from adjoint.structures.evaluator import Evaluator
from adjoint.syntax import core
from adjoint.syntax.core import load


def settled(name: str, test: Any, ev: Evaluator, stmt: Any) -> list[Any]:
    """The statements that bind `name` to the value of a test."""
    match test:
        case gast.BoolOp(op=op, values=[first, *rest]):
            later = settled(name, connected(op, rest, test), ev, stmt)
            return [*settled(name, first, ev, stmt), if_open(name, op, later, stmt)]
        case gast.IfExp():
            arms = [settled(name, arm, ev, stmt) for arm in (test.body, test.orelse)]
            return [core.if_(test.test, arms[0], arms[1], at=stmt)]
        case gast.Compare(ops=[first, *more], comparators=[middle, *last]) if more:
            parts = [core.compare(test.left, first, middle, test), core.place(gast.Compare(middle, more, last), test)]
            return settled(name, core.place(gast.BoolOp(gast.And(), [core.copy(p) for p in parts]), test), ev, stmt)
    operands = _Operands(ev, [], stmt)
    value = operands.rhs(test)
    return [*operands.out, core.bind(name, value, stmt)]


def connected(op: Any, values: Sequence[Any], at: Any) -> Any:
    """`a and b and ...`, or the one value that there is."""
    return values[0] if len(values) == 1 else core.place(gast.BoolOp(op, list(values)), at)


def if_open(name: str, op: Any, block: list[Any], stmt: Any) -> Any:
    """The block, where the operands so far, whose value has a name, leave the rest to decide."""
    test = load(name) if isinstance(op, gast.And) else core.unary(gast.Not, load(name))
    return core.if_(test, block, at=stmt)


class _Operands(Operands):
    """Operands in the walk's names, of which some are evaluated in some cases only."""

    def __init__(self, ev: Evaluator, out: list[Any], stmt: Any) -> None:
        super().__init__(_Names(ev), out, stmt)
        self.ev = ev

    def atom(self, node: Any) -> Any:
        if not isinstance(node, (gast.BoolOp, gast.IfExp)):
            return super().atom(node)
        name = self.ev.fresh("t")
        self.out += settled(name, node, self.ev, self.stmt)
        return load(name, node)


class _Names(Scope):
    def __init__(self, ev: Evaluator) -> None:
        super().__init__(replace(ev.fn, bindings=ev.bindings))
        self.ev = ev

    def fresh(self, stem: str = "t") -> str:
        return self.ev.fresh(stem)
