"""Give a `while` whose condition calls a function of the user's (or binds a name) a flag instead.

    >>> from adjoint.normalize.example import show
    >>> show(whiles, '''
    ... while g(x) > 1:
    ...     x = x / 2
    ...     if x < 0:
    ...         break
    ... ''')
    go = g(x) > 1
    while go:
        x = x / 2
        if x < 0:
            go = False
        else:
            go = g(x) > 1

A pure condition stays as it is. Runs after the jumps: a `break` is the last statement of its loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def whiles(fn: core.Function) -> core.Function:
    """Leave pure conditions only."""
    scope = Scope(fn)
    return scope.done(_block(fn.tree.body, scope))


def _block(stmts: Sequence[Any], scope: Scope) -> list[Any]:
    return [new for stmt in stmts for new in _statement(stmt, scope)]


def _statement(stmt: Any, scope: Scope) -> list[Any]:
    if not isinstance(stmt, tree.COMPOUND):
        return [stmt]
    stmt = tree.map_blocks(stmt, lambda inner: _block(inner, scope))
    return _flagged(stmt, scope) if isinstance(stmt, gast.While) and not scope.is_pure(stmt.test) else [stmt]


def _flagged(loop: Any, scope: Scope) -> list[Any]:
    go, last = scope.fresh("go"), loop.body[-1]
    again = core.bind(go, core.copy(loop.test), loop)
    body = [*loop.body, again]
    if isinstance(last, gast.If) and isinstance(last.body[0], gast.Break):
        stop = core.bind(go, core.const(False, last), last.body[0])
        body = [*loop.body[:-1], tree.replace(last, body=[stop], orelse=[again])]
    return [core.bind(go, loop.test, loop), core.while_(core.load(go, loop), body, loop)]
