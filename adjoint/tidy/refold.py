"""Put the expression of a temporary that is read once where it is read.

    >>> show("t = X @ w\\nt_1 = -t\\nt_2 = np.exp(t_1)\\np = 1 / t_2\\nreturn p")
    p = 1 / np.exp(-(X @ w))
    return p

What is in the way keeps it where it is: here the store.

    >>> show("t_bar = A_bar[i]\\nA_bar[i] = 0.0\\nA_bar[i - 1] += t_bar * r")
    t_bar = A_bar[i]
    A_bar[i] = 0.0
    A_bar[i - 1] += t_bar * r

A fold is made where the use stands in the same block and is evaluated once and unconditionally; where no statement
between binds a name that the expression reads or may write memory that it touches; and where effects keep their order.
The compiler's own lines end at 88 columns; a user's statement is put together however long it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.arithmetic import simplified
from adjoint.tidy.effects import Effects
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, is_bind, map_blocks, same_items
from adjoint.tidy.site import Pending, Site
from adjoint.tidy.watch import Watch
from adjoint.tidy.width import room, width


def refold(fn: core.Function, memory: Known = None) -> core.Function:
    """Fold temporaries that are read once into their uses."""
    facts = facts_of(fn, memory)
    body = _block(fn.tree.body, facts, facts.loads(fn), _carried(fn, facts), 1)
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    example.show(refold, text)


def _carried(fn: core.Function, facts: Facts) -> set[str]:
    """Names of which some read is not served by a bind before it in its own or an enclosing block: by one in a branch,
    in an earlier trip. The last bind of any other name in a block is not read after that block."""
    carried: set[str] = set()
    _add_carried(fn.tree.body, set(), facts, carried)
    return carried


def _add_carried(block: list[Any], served: set[str], facts: Facts, carried: set[str]) -> None:
    for stmt in block:
        effects = facts.of(stmt)
        if type(stmt) in COMPOUND:
            served -= facts.inside(stmt).binds if type(stmt) is gast.While else set()
            carried.update(effects.reads - served)
            served -= facts.inside(stmt).binds
            for inner in core.blocks(stmt):
                _add_carried(inner, served | effects.binds, facts, carried)
        else:
            if not effects.reads <= served:
                carried.update(effects.reads - served)
            served |= effects.binds


def _block(block: list[Any], facts: Facts, loads: Mapping[str, int], carried: set[str], depth: int) -> list[Any]:
    candidates = _candidates(block, facts, loads, carried)
    if not candidates:
        out = [_inside(s, facts, loads, carried, depth) if type(s) in COMPOUND else s for s in block]
        return block if same_items(out, block) else out
    folder = _Folder(facts, candidates, depth)
    for stmt in block:
        folder.step(stmt)
        if type(stmt) in COMPOUND:
            folder.out[-1] = _inside(folder.out[-1], facts, loads, carried, depth)
    out = [s for s in folder.out if s is not None]
    return block if same_items(out, block) else out


def _inside(stmt: Any, facts: Facts, loads: Mapping[str, int], carried: set[str], depth: int) -> Any:
    return map_blocks(stmt, lambda inner: _block(inner, facts, loads, carried, depth + 1))


def _candidates(block: list[Any], facts: Facts, loads: Mapping[str, int], carried: set[str]) -> set[Any]:
    """The binds of this block whose value is read exactly once: by a later statement of this very block."""
    last: dict[str, Any] = {}  # the last bind of a name that can be a candidate yet
    count: dict[str, int] = {}  # how often it was read since
    found: set[Any] = set()

    def close(name: str) -> None:
        stmt = last.pop(name, None)
        if stmt is not None and count[name] == 1:
            found.add(stmt)

    for stmt in block:
        kind = type(stmt)
        effects = facts.inside(stmt)
        for name in effects.loads:
            if name in last:
                count[name] += 1
        if kind in COMPOUND:
            _within(stmt, effects, facts.of(stmt), last)
        elif is_bind(stmt):
            name = stmt.targets[0].id
            close(name)
            if name in facts.temps and name not in facts.pinned:
                last[name], count[name] = stmt, 0
        else:
            for name in effects.binds:
                last.pop(name, None) if kind is gast.AugAssign else close(name)
    for name in list(last):
        if name not in carried or _is_own(name, block, facts, loads):
            close(name)
    return found


def _within(stmt: Any, effects: Effects, head: Effects, last: dict[str, Any]) -> None:
    """Give up the names that a compound statement reads in its blocks, or binds."""
    for name in (effects.reads - head.reads | effects.binds) & last.keys():
        del last[name]
    for name in effects.reads & head.reads & last.keys():
        if effects.loads.count(name) != head.loads.count(name) or type(stmt) is gast.While:
            del last[name]


def _is_own(name: str, block: list[Any], facts: Facts, loads: Mapping[str, int]) -> bool:
    """Does a block bind a name before it reads it, and has all its reads?"""
    effects = [facts.inside(stmt) for stmt in block]
    first = next(k for k, e in enumerate(effects) if name in e.reads or name in e.binds and is_bind(block[k]))
    return name not in effects[first].reads and sum(e.loads.count(name) for e in effects) == loads.get(name, 0)


class _Folder:
    """Folds within one block; `out` has the new statements, None for one that was folded away."""

    def __init__(self, facts: Facts, candidates: set[Any], depth: int) -> None:
        self.facts = facts
        self.candidates = candidates
        self.room = room(depth)
        self.out: list[Any] = []
        self.pending: dict[str, Pending] = {}
        self.impure: dict[str, Pending] = {}
        self.watch = Watch(facts)

    def step(self, stmt: Any) -> None:
        kind = type(stmt)
        if kind is core.Comment:
            self.out.append(stmt)
            return
        is_candidate = stmt in self.candidates
        if self.pending and kind is not gast.While and kind is not gast.FunctionDef:
            stmt = self.folded(stmt)
        effects = self.facts.inside(stmt)
        position = len(self.out)
        self.out.append(stmt)
        if not is_candidate:
            self.stop(effects, position)
            return
        for name in self.watch.reading_any(effects.binds):
            self.leave(name)
        name = stmt.targets[0].id
        pending = Pending(position, stmt.value, effects)
        self.pending[name] = pending
        self.watch.add(name, effects.reads, effects.touched)
        if effects.impure:
            self.impure[name] = pending

    def stop(self, effects: Effects, position: int) -> None:
        """Leave what may not pass a statement that stays."""
        for name in self.watch.stopped_by(effects):
            self.leave(name)
        if self.impure and (effects.impure or effects.touched or effects.written):
            for name in [n for n, p in self.impure.items() if p.position < position]:
                self.leave(name)

    def leave(self, name: str) -> None:
        """A pending bind stays where it stands, and is then in the way of those before it."""
        pending = self.drop(name)
        if pending is not None and (pending.effects.impure or self.impure):
            for other in [n for n, p in self.pending.items() if p.position < pending.position]:
                if other in self.pending and self.in_order(self.pending[other], pending):
                    self.leave(other)

    def in_order(self, first: Pending, second: Pending) -> bool:
        """True where the two have effects on each other: their order must stay."""
        if first.effects.impure:
            return second.effects.impure or bool(self.facts.classes(second.effects.touched))
        return second.effects.impure and bool(self.facts.classes(first.effects.touched))

    def drop(self, name: str) -> Pending | None:
        self.watch.drop(name)
        self.impure.pop(name, None)
        return self.pending.pop(name, None)

    def folded(self, stmt: Any) -> Any:
        """A statement with every pending expression that may go there put in, the latest first."""
        names = self.facts.of(stmt).reads & self.pending.keys()
        if not names:
            return stmt
        ours = self.facts.is_ours(stmt)
        for name in sorted(names, key=lambda n: -self.pending[n].position):
            if name not in self.pending:
                continue  # it stood before one that was left behind
            new = self.fold(stmt, name, ours)
            if new is None:
                self.leave(name)
            else:
                stmt = new
        return stmt

    def fold(self, stmt: Any, name: str, ours: bool) -> Any:
        """The statement with one pending expression put in; None where that may not be."""
        pending = self.pending[name]
        others = self.pending.values() if pending.effects.impure else self.impure.values()
        if any(o.position > pending.position and self.in_order(pending, o) for o in others):
            return None
        site = Site(self.facts, name, pending)
        new = site.statement(stmt)
        if new is None or not site.found:
            return None
        shorter = new
        if ours:
            shorter = simplified(new, self.facts)
            new_width = width(stmt) - len(name) + pending.width + site.parentheses
            if new_width > self.room and width(shorter) > self.room:
                return None
        if shorter is new:  # else it may read less
            self.facts.known[new] = _joined(self.facts.of(stmt), pending.effects, name)
        self.out[pending.position] = None
        self.drop(name)
        return shorter


def _joined(stmt: Effects, value: Effects, name: str) -> Effects:
    loads = list(stmt.loads)
    loads.remove(name)
    touched = (stmt.touched - {name}) | value.touched
    written = stmt.written | value.written
    return Effects((*value.loads, *loads), stmt.binds, touched, written, stmt.impure or value.impure)
