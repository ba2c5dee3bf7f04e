"""Infer a kind for each name of a Core function from the kinds of its arguments.

One kind a name, whatever the point of the program (the web of a name is one value's life already); loops are gone
round until nothing changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

import gast

from adjoint.analysis.containers import CONTAINERS, bound_by_methods, is_open, shared
from adjoint.analysis.expressions import Asked
from adjoint.analysis.joins import join, join_all
from adjoint.analysis.kinds import UNKNOWN, Array, DictOf, Kind, ListOf, Number, OneOf, Size, SomeTuple, TupleOf
from adjoint.analysis.results import ResultOf, unknown_result
from adjoint.analysis.settled import Settled
from adjoint.syntax import core

ROUNDS = 8


def infer(
    fn: core.Function,
    arguments: Mapping[str, Kind],
    result_of: ResultOf = unknown_result,
    before_pass: Mapping[str, Kind] = MappingProxyType({}),
) -> Settled:
    """The kind of every name that the function binds; `result_of` tells of calls of the user's functions.

    `before_pass` are the kinds before a pass that only added names: then only new statements are looked at.
    """
    work = _Rounds(fn, {**before_pass, **arguments, **fn.given}, result_of, before_pass)
    for _ in range(ROUNDS):
        moved = work.go() or work.given_up()
        if not moved:
            return work.settled()
    # Not settled (a shape that grows from trip to trip, say): what still changes is unknown.
    return Settled({**work.found, **dict.fromkeys(moved, UNKNOWN)}, fn.bindings)


class _Rounds:
    """Goes over a function's statements; one is looked at again once a name in it has got another kind."""

    def __init__(
        self, fn: core.Function, found: dict[str, Kind], result_of: ResultOf, before: Mapping[str, Kind]
    ) -> None:
        self.fn, self.found, self.result_of = fn, found, result_of
        self.clock = 0
        self.changed: dict[str, int] = {}  # when a name got its kind
        self.seen: dict[Any, int] = {}  # when a statement was looked at
        self.names: dict[Any, frozenset[str]] = {}  # what it mentions
        self.known: dict[Any, dict[Any, Kind | None]] = {}  # the kinds of the expressions in it
        self.displays = _displays(fn)
        self.open: set[str] = set()  # names of what is made of a list that holds nothing yet
        self.before: Settled | None = None  # as long as it holds
        if isinstance(before, Settled) and before.bindings is fn.bindings and before.items() <= found.items():
            self.before, self.names = before, dict(before.statements)
            self.seen = dict.fromkeys(before.statements, 0)

    def go(self) -> set[str]:
        """One round; returns the names whose kinds are others now."""
        moved: set[str] = set()
        for stmt in self.fn.statements:
            when = self.seen.get(stmt)
            if when is None or self.is_outdated(stmt, when):
                moved |= self.look(stmt)
        return moved

    def is_outdated(self, stmt: Any, when: int) -> bool:
        """Has a name in a statement got another kind since?"""
        names = self.names[stmt]
        return not self.changed.keys().isdisjoint(names) and any(self.changed.get(n, 0) > when for n in names)

    def look(self, stmt: Any) -> set[str]:
        asked = Asked(self.found, self.fn.bindings, self.result_of, {}, self.displays)
        moved: set[str] = set()
        when = self.clock
        for name, kind in (*_bound_kinds(stmt, asked), *shared(stmt, self.found)):
            old = self.found.get(name)
            new = join(old, kind)
            if new is None and self.is_of_nothing(stmt):
                self.open.add(name)
            if new is None or new is old or new == old or name in self.fn.given:
                continue
            self.found[name] = new
            moved.add(name)
            self.clock += 1
            self.changed[name] = self.clock
            if self.before is not None and name in self.before:
                self.before = None
                self.seen.clear()
        reads = self.fn.reads[stmt]
        if stmt not in self.names:
            self.names[stmt] = reads | self.fn.binds[stmt]
        if asked.is_lasting:
            self.known[stmt] = asked.known
            # What it says may depend on the kinds of names that it binds itself.
            again = not moved.isdisjoint(reads) or any(isinstance(self.found[n], CONTAINERS) for n in moved)
            self.seen[stmt] = when if again else self.clock
        return moved

    def is_of_nothing(self, stmt: Any) -> bool:
        """Is this a call about a list of which no item is known? (That of a user's function may be on its way.)"""
        if not isinstance(stmt, gast.Assign) or not isinstance(stmt.value, gast.Call):
            return False
        kinds = (self.found.get(n) for n in self.fn.reads[stmt])
        return any(map(is_open, kinds))

    def given_up(self) -> set[str]:
        """Names of which nothing became known, as of the sum of a list that stays empty: unknown from now on."""
        missing = self.open - self.found.keys()
        self.open.clear()
        for name in sorted(missing):
            self.found[name] = UNKNOWN
            self.clock += 1
            self.changed[name] = self.clock
        return missing

    def settled(self) -> Settled:
        result = Settled(self.found, self.fn.bindings)
        result.statements = {stmt: self.names[stmt] for stmt in self.seen}
        if self.before is not None:
            result.expressions.update(self.before.expressions)
            result.callees.update(self.before.callees)
        for known in self.known.values():
            result.expressions.update(known)
        return result


def _displays(fn: core.Function) -> Mapping[str, Any]:
    """The lists that are written out, by the temporaries that stand for them and are read once: nothing is added."""
    found = {
        stmt.targets[0].id: stmt.value
        for stmt in fn.statements
        if isinstance(stmt, gast.Assign) and type(stmt.value) is gast.List and stmt.value.elts
        if isinstance(stmt.targets[0], gast.Name) and stmt.targets[0].id in fn.temps
    }
    if not found:
        return found
    reads = Counter(chain.from_iterable(map(fn.reads.__getitem__, fn.statements)))
    binds = Counter(chain.from_iterable(map(fn.binds.__getitem__, fn.statements)))
    return {n: value for n, value in found.items() if reads[n] == binds[n] == 1}


def bound_kinds(
    stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any], result_of: ResultOf = unknown_result
) -> list[tuple[str, Kind | None]]:
    """The names that a statement binds, with what it binds them to."""
    return _bound_kinds(stmt, Asked(kinds, bindings, result_of, {}))


def _bound_kinds(stmt: Any, asked: Asked) -> list[tuple[str, Kind | None]]:
    kinds, kind = asked.kinds, asked.kind
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)]):
            return [(name, kind(stmt.value)), *bound_by_methods(stmt, kinds, kind)]
        case gast.Assign(targets=[gast.Tuple(elts=targets)]):
            value = kind(stmt.value)
            items = value.items if isinstance(value, TupleOf) and len(value.items) == len(targets) else None
            return [(t.id, items[i] if items else row_of(value)) for i, t in enumerate(targets)]
        case gast.Assign(targets=[gast.Subscript()]) | gast.AugAssign(target=gast.Subscript()):
            return bound_by_methods(stmt, kinds, kind)
        case gast.AugAssign(target=gast.Name(id=name)) if isinstance(kinds.get(name), CONTAINERS):
            return bound_by_methods(stmt, kinds, kind)
        case gast.AugAssign(target=gast.Name(id=name)):
            if isinstance(kinds.get(name), Array):
                return []
            return [(name, kind(core.binary(core.load(name), stmt.op, stmt.value)))]
        case gast.For(target=gast.Name(id=name)):
            if isinstance(stmt.iter, gast.Call) and core.path_of(stmt.iter.func) == "range":
                return [(name, Number("int", limit=_limit(stmt.iter.args, kind)))]
            return [(name, row_of(kind(stmt.iter)))]
        case gast.Expr():
            return bound_by_methods(stmt, kinds, kind)
        case gast.With():
            return [(n, UNKNOWN) for n in core.names_bound(stmt)]
        case core.Attempt():
            kept = [(c.kept.id, UNKNOWN) for c in stmt.catches if c.kept is not None]
            return [(stmt.flag.id, Number("int")), *kept]
        case gast.FunctionDef():
            return [(stmt.name, UNKNOWN)]
    return []


def _limit(args: Sequence[Any], kind: Callable[[Any], Kind | None]) -> Size | None:
    """The number below which the items of `range(n)`, `range(1, n)`, `range(n - 1, -1, -1)` are, in terms of shapes."""
    start, stop = (None, args[0]) if len(args) == 1 else args[:2]
    if len(args) > 2 and core.is_constant(args[2]) and core.constant_value(args[2]) == -1:
        if not core.is_constant(stop) or core.constant_value(stop) < -1:
            return None
        found = kind(start)
        return found.size + Size(1) if isinstance(found, Number) and found.size is not None else None
    if len(args) > 2 or start is not None and not (core.is_constant(start) and core.constant_value(start) >= 0):
        return None
    found = kind(stop)
    return found.size if isinstance(found, Number) else None


def row_of(kind: Kind | None) -> Kind:
    """The kind of an item that iterating over a value gives."""
    match kind:
        case Array(shape=shape) if shape:
            return Number(kind.dtype) if len(shape) == 1 else Array(kind.dtype, shape[1:])
        case ListOf(item=Kind() as item):
            return item
        case DictOf(key=Kind() as key):
            return key
        case SomeTuple(item=item):
            return item
        case TupleOf(items=items) if items and all(k == items[0] for k in items):
            return items[0]
        case TupleOf(items=items) if isinstance(functions := join_all(items), OneOf):
            return functions
    return UNKNOWN
