"""A loop over a generator expression is one over what that runs over: its body stands where an item is made.

    >>> from adjoint.normalize.example import show
    >>> show(merging, '''
    ... for i, y in ((k, g(x)) for k, x in xs if x > 0):
    ...     if y > i:
    ...         break
    ... ''')
    for k, x in xs:
        if x > 0:
            i, y = (k, g(x))
            if y > i:
                break

So what the expression does and what the body does take turns, as in Python. Where the body leaves several loops at
once the items are made first, which nobody notices where making them has no effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.comprehensions import Clauses, nested
from adjoint.normalize.displays import listed
from adjoint.normalize.flow import BREAK, Flow
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def merging(fn: core.Function) -> core.Function:
    """Leave no loop over a generator expression, but those with an effect that the body leaves from inside."""
    if not any(isinstance(node, gast.GeneratorExp) for node in tree.walk(fn.tree)):
        return fn
    scope = Scope(fn)
    return scope.done(_Merge(scope).block(fn.tree.body))


class _Merge:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.clauses = Clauses(scope)

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        if not isinstance(stmt, tree.COMPOUND):
            return [stmt]
        stmt = tree.map_blocks(stmt, self.block)
        if not isinstance(stmt, gast.For) or not isinstance(stmt.iter, gast.GeneratorExp):
            return [stmt]
        one = len(stmt.iter.generators) == 1
        if not one and BREAK in Flow().block(stmt.body).jumps:
            made = [stmt.iter.elt, *(test for clause in stmt.iter.generators for test in clause.ifs)]
            pure = all(map(self.scope.is_pure, made))
            return [tree.replace(stmt, iter=listed(stmt.iter))] if pure else [stmt]
        inner = self.clauses.renamed(stmt.iter)
        bind = core.place(gast.Assign([stmt.target], inner.elt, None), stmt)
        loops = nested([bind, *stmt.body], inner.generators, stmt, [])
        if not one:
            return [*loops, *stmt.orelse]
        return [tree.replace(loops[0], orelse=stmt.orelse)]
