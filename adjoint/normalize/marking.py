"""Checkpointed loops: `checkpoint` leaves the loop's head, and a mark is the first statement of its body.

    >>> from adjoint.checkpoints import checkpoint
    >>> from adjoint.normalize.example import show
    >>> show(marking, '''
    ... def f(x, n):
    ...     for i in checkpoint(range(n), snapshots=20):
    ...         x = x * x
    ...     while checkpoint(x > 1, snapshots=n):
    ...         x = x / 2
    ...     return x
    ... ''', checkpoint=checkpoint)
    def f(x, n):
        for i in range(n):
            counted(20)
            x = x * x
        snapshots = n
        while x > 1:
            counted(snapshots)
            x = x / 2
        return x

The passes that follow see an ordinary loop; `calls/outlined.py` finds the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.checkpoints import checkpoint, counted
from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def marking(fn: core.Function) -> core.Function:
    """Leave no `checkpoint` in the head of a loop."""
    if not any(value is checkpoint for value in fn.bindings.values()):
        return fn
    scope = Scope(fn)
    return scope.done(_block(fn.tree.body, scope))


def _block(block: Sequence[Any], scope: Scope) -> list[Any]:
    return [new for stmt in block for new in _statement(stmt, scope)]


def _statement(stmt: Any, scope: Scope) -> list[Any]:
    if not isinstance(stmt, tree.COMPOUND):
        return [stmt]
    stmt = tree.map_blocks(stmt, lambda inner: _block(inner, scope))
    match stmt:
        case gast.For(iter=gast.Call() as head) if scope.resolved(core.path_of(head.func)) is checkpoint:
            return _marked(stmt, "iter", head, scope)
        case gast.While(test=gast.Call() as head) if scope.resolved(core.path_of(head.func)) is checkpoint:
            return _marked(stmt, "test", head, scope)
    return [stmt]


def _marked(loop: Any, field: str, head: Any, scope: Scope) -> list[Any]:
    words = {k.arg: k.value for k in head.keywords}
    if len(head.args) != 1 or words.keys() != {"snapshots"}:
        advice = "Write `checkpoint(range(n), snapshots=20)`."
        message = "a checkpointed loop needs what it runs over, and the number of states to keep"
        raise_problems(UnsupportedSyntax, [problem_at(head, message, advice)], scope.fn.origin)
    number, ahead = words["snapshots"], []
    if not core.is_constant(number):
        name = scope.fresh("snapshots")
        ahead = [core.bind(name, number, at=loop)]
        number = core.load(name, number)
    mark = core.effect(core.call(scope.helper(counted), number, at=head), at=loop)
    inner = core.place(core.copy(head.args[0]), head)
    return [*ahead, tree.replace(loop, **{field: inner}, body=[mark, *loop.body])]
