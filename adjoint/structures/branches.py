"""Branches: what both ways know is known behind them; objects that differ are copied into one.

if c:                             if c:
    v = Vector(a, b)                  v_x = a
else:                       ->        v_y = b
    v = Vector(b, a)              else:
                                      v_x = b
                                      v_y = a
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from adjoint.structures import expressions, promotion, statements
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.merge import Meeting
from adjoint.syntax import core
from adjoint.syntax.attempt import noted
from adjoint.syntax.traverse import changed


def branch(stmt: Any, ev: Evaluator) -> None:
    """An `if`: one way where it is known which, else both."""
    known, test = expressions.truth(stmt.test, ev, stmt)
    if isinstance(stmt.body[0], gast.Break):
        ev.emit(stmt if test is stmt.test else core.if_(_constant(known, test, stmt), stmt.body, at=stmt))
        return
    if known is not None:
        statements.statements(stmt.body if known else stmt.orelse, ev)
        return
    promotion.promote_carried(stmt, ev)
    ways(test, lambda: statements.statements(stmt.body, ev), lambda: statements.statements(stmt.orelse, ev), ev, stmt)


def ways(test: Any, body: Callable[[], None], orelse: Callable[[], None], ev: Evaluator, stmt: Any) -> None:
    """Both ways of a branch, each by what writes it."""
    before = ev.state
    ends, blocks = [], []
    for write in (body, orelse):
        ev.state = before.fork()
        with ev.block() as out:
            write()
        ends.append(ev.state)
        blocks.append(out)
    ev.state = Meeting(ev, ends[0], ends[1], blocks[0], blocks[1], stmt).joined()
    first, second = blocks
    if not first and not second:
        return
    if not first:
        test, first, second = core.unary(gast.Not, test, at=test), second, []
    ev.emit(core.if_(test, first, second, at=stmt))


def attempt(stmt: Any, ev: Evaluator) -> None:
    """A `try`: what is known behind it holds whether its block ran through or was left half-way."""
    before = ev.state
    ev.state = before.fork()
    with ev.block() as body:
        statements.statements(stmt.body, ev)
    ahead: list[Any] = []
    ev.state = Meeting(ev, before, ev.state, ahead, body, stmt).joined()
    for name in noted(stmt):
        ev.forget(name)
    ev.out += [*ahead, changed(stmt, body=body or [core.pass_(stmt)])]


def _constant(known: bool | None, test: Any, stmt: Any) -> Any:
    return test if known is None else core.const(known, stmt)
