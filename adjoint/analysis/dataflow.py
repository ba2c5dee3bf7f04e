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
from typing import Any, Generic, TypeVar

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
    solver = _Forward(transfer, join)
    end = solver.run(block, entry, [])
    if end is not None:
        solver.before[None] = end
    return solver.before


class _Forward(Generic[State]):
    def __init__(self, transfer: Callable[[Any, State], State], join: Callable[[State, State], State]) -> None:
        self.transfer, self.join = transfer, join
        self.before: dict[Any, State] = {}
        self.seen: list[list[State]] = []  # in each attempt around: the states in which something may be raised

    def merge(self, a: State | None, b: State | None) -> State | None:
        return b if a is None else a if b is None else self.join(a, b)

    def run(self, block: Sequence[Any], state: State | None, breaks: list[State]) -> State | None:
        for stmt in block:
            if state is None:
                return None
            self.before[stmt] = state
            for states in self.seen:
                states.append(state)
            state = self.step(stmt, state, breaks) if type(stmt) in CONTROL else self.transfer(stmt, state)
        return state

    def step(self, stmt: Any, state: State, breaks: list[State]) -> State | None:
        match stmt:
            case gast.Break():
                breaks.append(state)
                return None
            case gast.If():
                inside = self.transfer(stmt, state)
                return self.merge(self.run(stmt.body, inside, breaks), self.run(stmt.orelse, inside, breaks))
            case gast.With():
                return self.run(stmt.body, self.transfer(stmt, state), breaks)
            case core.Attempt():
                self.seen.append([])
                end = self.run(stmt.body, state, breaks)
                for raised in self.seen.pop():
                    end = self.merge(end, raised)
                return end if end is None else self.transfer(stmt, end)
        return self.loop(stmt, state)

    def loop(self, stmt: Any, head: State) -> State | None:
        while True:
            exits: list[State] = []
            self.before[stmt] = head
            inside = self.transfer(stmt, head)
            wider = self.merge(head, self.run(stmt.body, inside, exits))
            if wider == head:
                break
            assert wider is not None
            head = wider
        end: State | None = head if isinstance(stmt, gast.For) else inside
        for state in exits:
            end = self.merge(end, state)
        return end


def backward(
    block: Sequence[Any],
    exit: State,
    transfer: Callable[[Any, State], State],
    join: Callable[[State, State], State],
) -> dict[Any, State]:
    """The state after each statement (of a loop: after its last trip); under None, at the block's beginning."""
    solver = _Backward(transfer, join)
    solver.after[None] = solver.run(block, exit, exit)
    return solver.after


class _Backward(Generic[State]):
    def __init__(self, transfer: Callable[[Any, State], State], join: Callable[[State, State], State]) -> None:
        self.transfer, self.join = transfer, join
        self.after: dict[Any, State] = {}
        self.caught: list[State] = []  # what holds where an attempt around goes on after an exception

    def run(self, block: Sequence[Any], state: State, at_break: State) -> State:
        for stmt in reversed(block):
            self.after[stmt] = state
            state = self.step(stmt, state, at_break) if type(stmt) in CONTROL else self.transfer(stmt, state)
            if self.caught:
                state = self.join(state, self.caught[-1])
        return state

    def step(self, stmt: Any, state: State, at_break: State) -> State:
        transfer, join = self.transfer, self.join
        match stmt:
            case gast.Break():
                return at_break
            case gast.If():
                branches = [self.run(block, state, at_break) for block in (stmt.body, stmt.orelse)]
                return transfer(stmt, join(*branches))
            case gast.With():
                return transfer(stmt, self.run(stmt.body, state, at_break))
            case core.Attempt():
                noting = transfer(stmt, state)
                self.caught.append(join(noting, self.caught[-1]) if self.caught else noting)
                begin = self.run(stmt.body, noting, at_break)
                self.caught.pop()
                return join(begin, noting)
        return self.loop(stmt, state)

    def loop(self, stmt: Any, end: State) -> State:
        transfer, join = self.transfer, self.join
        head = end if isinstance(stmt, gast.For) else transfer(stmt, end)
        while True:
            begin = self.run(stmt.body, head, end)
            if isinstance(stmt, gast.For):
                wider = join(head, transfer(stmt, begin))
            else:
                wider = join(head, transfer(stmt, join(end, begin)))
            if wider == head:
                return head
            head = wider


# What control does not pass straight through.
CONTROL = frozenset([gast.Break, gast.If, gast.With, core.Attempt, gast.For, gast.While])
