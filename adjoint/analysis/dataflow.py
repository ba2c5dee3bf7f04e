"""One solver for dataflow problems over structured blocks, forward and backward, loops to their fixed point.

A problem is a `transfer(stmt, state) -> state` for what a statement does itself (for a compound statement: for its
head, that is the test, or the binding of the loop variable) and a `join(state, state) -> state`. States are
immutable and compared with `==`; None stands for "not reached" and never comes to `transfer` or `join`.

    >>> import gast
    >>> block = gast.parse("y = x\\nfor i in r:\\n    x = y").body
    >>> from adjoint.syntax.core import names_bound, names_read
    >>> live = backward(block, frozenset("x"), lambda s, after: after - names_bound(s) | names_read(s), frozenset.union)
    >>> sorted(live[block[0]])
    ['r', 'x', 'y']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import gast

from adjoint.syntax import core

State = TypeVar("State")


def forward(
    block: Sequence[Any],
    entry: State,
    transfer: Callable[[Any, State], State],
    join: Callable[[State, State], State],
) -> dict[Any, State]:
    """The state before each statement (before a loop's head: at entry of any trip); under None, at the block's end."""
    before: dict[Any, State] = {}
    seen: list[list[State]] = []  # in each attempt around: the states in which something may be raised

    def merge(a: State | None, b: State | None) -> State | None:
        return b if a is None else a if b is None else join(a, b)

    def run(block: Sequence[Any], state: State | None, breaks: list[State]) -> State | None:
        for stmt in block:
            if state is None:
                return None
            state = step(stmt, state, breaks)
        return state

    def step(stmt: Any, state: State, breaks: list[State]) -> State | None:
        before[stmt] = state
        for states in seen:
            states.append(state)
        match stmt:
            case gast.Break():
                breaks.append(state)
                return None
            case gast.If():
                inside = transfer(stmt, state)
                return merge(run(stmt.body, inside, breaks), run(stmt.orelse, inside, breaks))
            case gast.With():
                return run(stmt.body, transfer(stmt, state), breaks)
            case core.Attempt():
                seen.append([])
                end = run(stmt.body, state, breaks)
                for raised in seen.pop():
                    end = merge(end, raised)
                return end if end is None else transfer(stmt, end)
            case gast.For() | gast.While():
                return loop(stmt, state)
            case _:
                return transfer(stmt, state)

    def loop(stmt: Any, head: State) -> State | None:
        while True:
            exits: list[State] = []
            before[stmt] = head
            inside = transfer(stmt, head)
            wider = merge(head, run(stmt.body, inside, exits))
            if wider == head:
                break
            assert wider is not None
            head = wider
        end: State | None = head if isinstance(stmt, gast.For) else inside
        for state in exits:
            end = merge(end, state)
        return end

    end = run(block, entry, [])
    if end is not None:
        before[None] = end
    return before


def backward(
    block: Sequence[Any],
    exit: State,
    transfer: Callable[[Any, State], State],
    join: Callable[[State, State], State],
) -> dict[Any, State]:
    """The state after each statement (of a loop: after its last trip); under None, at the block's beginning."""
    after: dict[Any, State] = {}
    caught: list[State] = []  # what holds where an attempt around goes on after an exception

    def run(block: Sequence[Any], state: State, at_break: State) -> State:
        for stmt in reversed(block):
            state = step(stmt, state, at_break)
        return state

    def step(stmt: Any, state: State, at_break: State) -> State:
        result = inside(stmt, state, at_break)
        return join(result, caught[-1]) if caught else result

    def inside(stmt: Any, state: State, at_break: State) -> State:
        after[stmt] = state
        match stmt:
            case gast.Break():
                return at_break
            case gast.If():
                return transfer(stmt, join(run(stmt.body, state, at_break), run(stmt.orelse, state, at_break)))
            case gast.With():
                return transfer(stmt, run(stmt.body, state, at_break))
            case core.Attempt():
                noting = transfer(stmt, state)
                caught.append(join(noting, caught[-1]) if caught else noting)
                begin = run(stmt.body, noting, at_break)
                caught.pop()
                return join(begin, noting)
            case gast.For() | gast.While():
                return loop(stmt, state)
            case _:
                return transfer(stmt, state)

    def loop(stmt: Any, end: State) -> State:
        head = end if isinstance(stmt, gast.For) else transfer(stmt, end)
        while True:
            begin = run(stmt.body, head, end)
            if isinstance(stmt, gast.For):
                wider = join(head, transfer(stmt, begin))
            else:
                wider = join(head, transfer(stmt, join(end, begin)))
            if wider == head:
                return head
            head = wider

    after[None] = run(block, exit, exit)
    return after
