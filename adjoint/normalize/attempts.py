"""Take handlers and `finally` blocks out of `try`: what is left notes whether something was caught, and what.

    >>> from adjoint.normalize.example import show
    >>> show(attempts, '''
    ... try:
    ...     v = float(s)
    ... except (ValueError, TypeError) as e:
    ...     v = len(str(e))
    ... else:
    ...     v += 1
    ... finally:
    ...     done()
    ... ''')
    caught_1 = 0
    try:
        caught = 0
        try:
            t = float(s)
        except (ValueError, TypeError) as error:
            e = error
            caught = 1
        if caught == 1:
            v = len(str(e))
        else:
            v = t
            v += 1
    except BaseException as error_1:
        failure = error_1
        caught_1 = 1
    done()
    if caught_1 == 1:
        raise failure

A `raise` without an exception in a handler raises what was caught.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.normalize import tree
from adjoint.normalize.flow import Flow
from adjoint.normalize.scope import Scope
from adjoint.syntax import core
from adjoint.syntax.attempt import Catch, attempt


def attempts(fn: core.Function) -> core.Function:
    """Leave no `try` but attempts."""
    if gast.Try not in fn.forms:
        return fn
    scope = Scope(fn)
    return scope.done(_Attempts(scope).block(fn.tree.body))


class _Attempts:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        if not isinstance(stmt, tree.COMPOUND):
            return [stmt]
        stmt = tree.map_blocks(stmt, self.block)
        if not isinstance(stmt, gast.Try):
            return [stmt]
        stmt = tree.header(stmt)
        inner = self.handled(stmt) if stmt.handlers else stmt.body
        return self.ended(inner, stmt) if stmt.finalbody else inner

    def handled(self, stmt: Any) -> list[Any]:
        flag = self.scope.fresh("caught")
        tried, bound = self.held_back(stmt.body)
        catches: list[Any] = []
        chain = [*bound, *stmt.orelse]
        bodies = [self.handler(handler, catches) for handler in stmt.handlers]
        if not chain and not Flow().block(stmt.body).falls:
            chain = bodies.pop()  # control comes here only where something was caught
        for number, body in reversed(list(enumerate(bodies, 1))):
            test = core.compare(core.load(flag, stmt), gast.Eq, core.const(number, stmt), stmt)
            chain = [core.if_(test, body, chain, tree.header(stmt.handlers[number - 1]))]
        return [core.bind(flag, core.const(0), stmt), attempt(tried, catches, flag, stmt), *chain]

    def held_back(self, body: list[Any]) -> tuple[list[Any], list[Any]]:
        """The body, its last value under a name of its own: what it is bound to is, where nothing is caught."""
        *before, last = body
        named = isinstance(last, gast.Assign) and all(isinstance(t, gast.Name) for t in last.targets)
        if not named and not (isinstance(last, gast.Return) and last.value is not None):
            return body, []
        name = self.scope.fresh("t")
        return [*before, core.bind(name, last.value, last)], [tree.replace(last, value=core.load(name, last))]

    def handler(self, handler: Any, catches: list[Any]) -> list[Any]:
        """Add the catch of a handler; return what is to run after it."""
        body: list[Any] = handler.body
        kept: str | None = None if handler.name is None else handler.name.id
        reraised = [s for s in tree.statements(body) if isinstance(s, gast.Raise) and s.exc is None]
        if kept is None and reraised:
            kept = self.scope.fresh("failure")
        if reraised and kept is not None:
            body = _raising(body, kept)
        read = kept is not None and kept in tree.read(*body)
        name = self.scope.fresh("error") if read else None
        target = None if name is None or kept is None else core.store(kept, handler)
        catches.append(core.place(Catch(handler.type, None if name is None else core.store(name), target), handler))
        return body

    def ended(self, body: list[Any], stmt: Any) -> list[Any]:
        """`finally`: the block behind, and what was raised once more."""
        if Flow().block(stmt.finalbody).jumps:
            problem = problem_at(stmt.finalbody[0], "a jump out of `finally`", "Jump after the `try` statement.")
            raise_problems(UnsupportedSyntax, [problem], self.scope.fn.origin)
        flag, name, kept = self.scope.fresh("caught"), self.scope.fresh("error"), self.scope.fresh("failure")
        catch = Catch(core.load(self.scope.builtin("BaseException"), stmt), core.store(name), core.store(kept))
        test = core.compare(core.load(flag, stmt), gast.Eq, core.const(1, stmt), stmt)
        again = core.place(gast.Raise(core.load(kept, stmt), None), stmt)
        start = core.bind(flag, core.const(0), stmt)
        tried = attempt(body, [core.place(catch, stmt)], flag, stmt, reraises=len(stmt.finalbody) + 1)
        return [start, tried, *stmt.finalbody, core.if_(test, [again], (), stmt)]


def _raising(block: Sequence[Any], name: str) -> list[Any]:
    """The block with `raise name` for a bare `raise`."""
    new = []
    for stmt in block:
        if isinstance(stmt, gast.Raise) and stmt.exc is None:
            stmt = tree.replace(stmt, exc=core.load(name, stmt))
        elif isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
            stmt = tree.map_blocks(stmt, lambda inner: _raising(inner, name))
        new.append(stmt)
    return new
