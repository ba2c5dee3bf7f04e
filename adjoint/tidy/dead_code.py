"""Drop what nobody reads: binds, records, stores into arrays of our own, loops and branches left empty.

    >>> show("t = np.sin(x)\\ny = x * 2\\nfor i in range(3):\\n    t = t + y\\nreturn y")
    y = x * 2
    return y
    >>> show("s_stack = []\\nif x > 0:\\n    s_stack.append(x)\\nelse:\\n    x = -x\\nreturn x")
    if not x > 0:
        x = -x
    return x

A name is *live* where a needed statement may read it later. The sweep runs backwards and is optimistic: a statement is
needed only once something needed reads what it binds, so `t = t + y` above does not keep itself alive. What stays:
everything with an effect, `while` loops (they may not end), stores into memory that another name may share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.effects import Effects
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, changed, same_items

OPPOSITE = {
    gast.Eq: gast.NotEq,
    gast.NotEq: gast.Eq,
    gast.Is: gast.IsNot,
    gast.IsNot: gast.Is,
    gast.In: gast.NotIn,
    gast.NotIn: gast.In,
}


IDLE = frozenset([core.Comment, gast.Pass, gast.Delete])


def dead_code(fn: core.Function, memory: Known = None) -> core.Function:
    """Drop pure statements whose results are never read."""
    facts = facts_of(fn, memory)
    body = fn.tree.body
    marker = _Marker(facts, _private(facts, fn))
    marker.block(body, set(), None)
    kept = _prune(body, marker.needed, facts)
    return fn if kept is body else fn.with_body(kept or [core.pass_()])


def show(text: str) -> None:
    example.show(dead_code, text)


def live_after_loops(fn: core.Function, facts: Facts) -> dict[Any, set[str]]:
    """By loop: the names that a statement may read after it, needed or not: as long as it stands there, it runs."""
    marker = _Everything(facts, set())
    marker.block(fn.tree.body, set(), None)
    return marker.after


class _Marker:
    """Marks the needed statements; marks and loop states only grow, so that loops are swept until nothing is new."""

    def __init__(self, facts: Facts, private: set[str]) -> None:
        self.facts = facts
        self.private = private
        self.needed: set[Any] = set()
        self.heads: dict[Any, set[str]] = {}  # what is live at a loop's head
        self.after: dict[Any, set[str]] = {}  # what is live behind a loop, where its breaks lead

    def block(self, block: Sequence[Any], live: set[str], loop: Any) -> None:
        """Mark a block of `loop`; `live` is what is live behind it and becomes what is live before it."""
        of, needed = self.facts.of, self.needed
        for stmt in reversed(block):
            kind = type(stmt)
            if kind in COMPOUND:
                self.compound(stmt, live, loop)
            elif kind is gast.Break:
                if loop in needed:
                    needed.add(stmt)
                    live |= self.after[loop]
            elif kind not in IDLE and self.is_wanted(stmt, effects := of(stmt), live):
                needed.add(stmt)
                if kind is gast.Assign or kind is gast.FunctionDef:
                    live -= effects.binds
                live |= effects.reads

    def is_wanted(self, stmt: Any, effects: Effects, live: set[str]) -> bool:
        if effects.impure:
            return True
        if effects.written:
            if _is_number_changed(stmt, self.facts):
                return stmt.target.id in live
            return not self.private.issuperset(effects.written) or not live.isdisjoint(effects.written)
        if type(stmt) is gast.Expr and core.is_constant(stmt.value):
            return isinstance(stmt.value.value, str)  # the docstring
        return not effects.binds.isdisjoint(live)

    def compound(self, stmt: Any, live: set[str], loop: Any) -> None:
        kind = type(stmt)
        if kind is gast.If:
            self.branch(stmt, live, loop)
        elif kind is gast.For or kind is gast.While:
            self.loop(stmt, live)
        elif kind is gast.With:
            self.needed.add(stmt)
            inside = set(live)
            self.block(stmt.body, inside, loop)
            live |= inside | self.facts.of(stmt).reads
        else:
            self.attempt(stmt, live)

    def attempt(self, stmt: Any, live: set[str]) -> None:
        """All that may raise is needed: whether it does decides what runs."""
        inside = list(core.statements([stmt]))
        self.needed.update(inside)
        live.update(*(self.facts.of(inner).reads for inner in inside))
        self.after.update({inner: set(live) for inner in inside if isinstance(inner, (gast.For, gast.While))})

    def branch(self, stmt: Any, live: set[str], loop: Any) -> None:
        other = set(live)
        self.block(stmt.body, live, loop)
        self.block(stmt.orelse, other, loop)
        live |= other
        effects = self.facts.of(stmt)
        if effects.impure or self.has_needed(stmt.body) or self.has_needed(stmt.orelse):
            self.needed.add(stmt)
            live |= effects.reads

    def loop(self, stmt: Any, live: set[str]) -> None:
        effects = self.facts.of(stmt)
        if isinstance(stmt, gast.While) or effects.impure or not effects.binds.isdisjoint(live):
            self.needed.add(stmt)
        self.after[stmt] = set(live)
        head = self.heads.setdefault(stmt, set())
        head |= live
        before = None
        while before != (len(head), stmt in self.needed):
            before = len(head), stmt in self.needed
            if isinstance(stmt, gast.While):
                head |= effects.reads
            inside = set(head)
            self.block(stmt.body, inside, stmt)
            if self.has_needed(stmt.body):
                self.needed.add(stmt)
            head |= inside - effects.binds
        live |= head
        if stmt in self.needed:
            live |= effects.reads

    def has_needed(self, block: Sequence[Any]) -> bool:
        return not self.needed.isdisjoint(block)


class _Everything(_Marker):
    def is_wanted(self, stmt: Any, effects: Effects, live: set[str]) -> bool:
        return True


def _prune(block: list[Any], needed: set[Any], facts: Facts) -> list[Any]:
    """The needed statements of a block, and its comments if anything else is left; the very block if all are."""
    kept: list[Any] = []
    for stmt in block:
        kind = type(stmt)
        if kind is core.Comment:
            kept.append(stmt)
        elif stmt in needed:
            kept.append(_pruned(stmt, needed, facts) if kind in COMPOUND else stmt)
    if all(type(s) is core.Comment for s in kept):
        kept = []
    return block if same_items(kept, block) else kept


def _pruned(stmt: Any, needed: set[Any], facts: Facts) -> Any:
    body = _prune(stmt.body, needed, facts)
    if not isinstance(stmt, gast.If):
        return stmt if body is stmt.body else changed(stmt, body=body or [core.pass_(stmt)])
    orelse = _prune(stmt.orelse, needed, facts) if stmt.orelse else stmt.orelse
    if not body and orelse:
        return changed(stmt, test=opposite(stmt.test), body=orelse, orelse=[])
    if body is stmt.body and orelse is stmt.orelse:
        return stmt
    return changed(stmt, body=body or [core.pass_(stmt)], orelse=orelse)


def opposite(test: Any) -> Any:
    """The negation of a test, read as a person would write it."""
    match test:
        case gast.UnaryOp(op=gast.Not(), operand=operand):
            return operand
        case gast.Compare(ops=[gast.Eq() | gast.NotEq() | gast.Is() | gast.IsNot() | gast.In() | gast.NotIn() as op]):
            return changed(test, ops=[OPPOSITE[type(op)]()])
    return core.unary(gast.Not, test, test)  # not (a < b) is no a >= b: think of NaN


def _is_number_changed(stmt: Any, facts: Facts) -> bool:
    """Is this `x += e` on a number, which binds x anew?"""
    return type(stmt) is gast.AugAssign and type(stmt.target) is gast.Name and facts.is_number(stmt.target.id)


def _private(facts: Facts, fn: core.Function) -> set[str]:
    """Arrays and lists made here that no other name can share: a store into one matters to its own readers only."""
    effects = [(s, facts.of(s)) for s in fn.statements]
    written = set().union(*[e.written for s, e in effects if e.written and not _is_number_changed(s, facts)])
    fresh = {s.targets[0].id for s in fn.statements if type(s) is gast.Assign and core.is_name(s.targets[0])} & written
    if not fresh:
        return fresh
    near = [s for s, e in effects if not (fresh.isdisjoint(e.reads) and fresh.isdisjoint(e.binds))]
    return fresh.difference(fn.params, facts.pinned, *[facts.shared[s] for s in near])
