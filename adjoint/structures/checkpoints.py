"""Calls of checkpointed functions: the body is written out like any other, as that of a loop of one trip with a mark.

    y = checkpoint(g)(x)             for once in range(1):
                             ->          outline("g_again")
                                         t = x * 2
                                         y = np.sin(t)

So objects, closures and what a method sets are followed through it; `calls/outlined.py` makes it a call again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import gast

from adjoint.checkpoints import Checkpointed, counted, outline
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Value
from adjoint.syntax import core


def is_checkpointed(value: Any) -> bool:
    """Is this an object that `checkpoint` made?"""
    return isinstance(value, Checkpointed)


def called(
    callee: Value, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any, stem: str = ""
) -> Result:
    """A call of a checkpointed function, by what it calls."""
    from adjoint.structures import invoke, taken

    while isinstance(callee, Known) and isinstance(callee.value, Checkpointed):
        callee = Known(callee.value.function)
    title = taken.title_of(callee, "part", ev)
    with once(title, ev, stmt) as lines:
        result = invoke.invoke(callee, args, keywords, node, ev, stmt, stem)
        if not isinstance(result, Value):
            made = not core.is_atom(result) or any(
                result.id in core.names_bound(s) for s in lines if core.is_name(result)
            )
            result = ev.held(result, stmt, stem or "t") if made else result
    return result


@contextmanager
def once(title: str, ev: Evaluator, stmt: Any) -> Iterator[list[Any]]:
    """What is written inside becomes the body of a marked loop of one trip."""
    with ev.block() as lines:
        yield lines
    mark = core.effect(core.call(ev.path_of(outline, "outline"), core.const(f"{title}_again")), at=stmt)
    head = core.call(ev.path_of(range, "range"), core.const(1))
    ev.out.append(core.for_(ev.fresh("once"), head, [mark, *lines], stmt))


def is_counted(stmt: Any, ev: Evaluator) -> bool:
    """Is this the mark of a checkpointed loop?"""
    match stmt:
        case gast.Expr(value=gast.Call(func=func)):
            return ev.bindings.get(core.path_of(func) or "") is counted
    return False
