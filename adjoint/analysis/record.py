"""What must be recorded so that the reverse sweep reads the values that stood there in the forward sweep.

A name that is bound once, outside loops, keeps its value: nothing to do. In a loop, a value that is cheap to compute
from what is at hand is *recomputed* in the reverse trip. Else it is recorded: a name that lives within one trip at the
end of its block, a name carried from trip to trip before it is bound anew, a cell before it is overwritten. A cell that
a loop overwrites again and again, and nobody reads meanwhile, is recorded once, before the loop:

    for k in range(i + 1, m):                 ->   b_stack.append(b[i, j])
        b[i, j] += a[k, i] * b[k, j]               for k in range(i + 1, m):
    b[i, j] = alpha * b[i, j]                          b[i, j] += a[k, i] * b[k, j] …
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Any

import gast

from adjoint.analysis.alias import (
    Classes,
    alias_sources,
    grown_in,
    grown_name,
    is_swap,
    puts,
    stored_index,
    stored_name,
)
from adjoint.analysis.cheap import is_cheap, is_part
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.indexing import components
from adjoint.analysis.kinds import WIDTHS, Array, DictOf, Kind, Number
from adjoint.analysis.liveness import Liveness
from adjoint.analysis.needs import Need, needs_of, reads
from adjoint.analysis.overlap import Scope, differ_here, written_later
from adjoint.analysis.places import Block, Places, places
from adjoint.classes import dataclass, field, replace
from adjoint.syntax import core
from adjoint.syntax.traverse import spelled, walk

COSTLY = (gast.BinOp, gast.Call)


@dataclass(frozen=True)
class NameToken:
    """The value of a name is needed; `scope` is the block in each run of which it gets a value of its own."""

    name: str
    scope: Block | None


@dataclass(frozen=True)
class CellToken:
    """The contents of cells are needed, read at the point behind the statement `at`; `key` stands for `index`.

    Without `at`, they are read where a block begins.
    """

    name: str
    key: str
    at: Any
    index: Any = field(compare=False)


Token = NameToken | CellToken
Tokens = frozenset[Token]


@dataclass
class Plan:
    """What the forward sweep records and the reverse sweep brings back."""

    places: Places
    recompute: dict[Any, list[Any]] = field(default_factory=dict)
    saved_names: dict[Any, list[str]] = field(default_factory=dict)
    saved_cells: dict[Any, list[Any]] = field(default_factory=dict)  # before a statement, what which stores overwrite
    at_end: dict[Block, list[str]] = field(default_factory=dict)
    swapped_back: set[Any] = field(default_factory=set)
    regrown: set[Any] = field(default_factory=set)  # what appends to a list or pops: undone by the opposite
    needs: Mapping[Any, Need] = field(default_factory=dict)  # by statement: what its adjoint reads


def record(
    fn: core.Function,
    kinds: Mapping[str, Kind],
    classes: Classes,
    live: Liveness,
    needs: Mapping[Any, Need],
    begins: Mapping[tuple[Any, str], Need] = MappingProxyType({}),
) -> Plan:
    """Decide for each value that the reverse sweep reads how it comes to be there.

    `needs` says what is read behind each statement, `begins` what is read where a block begins.
    """
    return _Recorder(fn, kinds, classes, live, needs).plan(begins)


class _Recorder:
    def __init__(
        self, fn: core.Function, kinds: Mapping[str, Kind], classes: Classes, live: Liveness, needs: Mapping[Any, Need]
    ) -> None:
        self.fn, self.kinds, self.classes, self.live = fn, kinds, classes, live
        self.result = Plan(places(fn))
        self.places = self.result.places
        self.binders: dict[str, list[Any]] = {}
        self.grown = grown_in(fn, kinds)
        self.stores: list[Any] = []
        self.single: set[Any] = set()  # stores that save their cells themselves
        self.sites: dict[Any, Any] = {}  # by store, the statement before which its cells are saved
        self.covers: dict[tuple[str, str], dict[Any, frozenset[CellToken]]] = {}  # and for which reads
        for stmt in fn.statements:
            for name in self.fn.binds[stmt]:
                self.binders.setdefault(name, []).append(stmt)
            if stmt in fn.stores or stmt in self.grown:
                self.stores.append(stmt)
        self.renewed = frozenset(n for n, binders in self.binders.items() if len(binders) == 1 and self.is_renewed(n))
        self.extent = Scope(self.places, self.binders, fn.bindings)
        grown = {_resized(s, kinds) for s in self.stores} - {None}
        self.lists = frozenset(
            m for n in grown for m in classes.mates(n or "") if not isinstance(kinds.get(m), (Array, Number))
        )
        self.names: dict[str, set[Any]] = {}
        self.cells: dict[Any, list[tuple[str, Any]]] = {}
        self.wanted = needs.keys()  # statements that have an adjoint
        for stmt, need in needs.items():
            self.want(need, stmt)

    def want(self, need: Need, stmt: Any) -> None:
        for name in need.names:
            self.names.setdefault(name, set()).add(stmt)
            if name in self.lists:  # its length is read at the least
                self.cells.setdefault(stmt, []).append((name, None))
        for name, index in need.cells:
            if self.classes.is_changed(name):
                self.cells.setdefault(stmt, []).append((name, index))

    def plan(self, begins: Mapping[tuple[Any, str], Need]) -> Plan:
        self.choose_recomputed()
        self.swaps = any(map(is_swap, self.fn.statements))
        self.readers: dict[str, set[Any]] = {name: stmts - {None} for name, stmts in self.names.items()}
        self.first: dict[Block, set[Token]] = {}
        for (stmt, part), need in begins.items():
            for name in need.names:
                self.readers.setdefault(name, set()).add(stmt)
                tokens = self.first.setdefault(self.places.inner[stmt, part], set())
                if self.may_change(name):
                    tokens.add(NameToken(name, self.scope(name, stmt)))
                if name in self.lists:
                    tokens.add(CellToken(name, "", None, None))
        self.at: dict[Any, set[Token]] = {}
        for name in self.names:
            if self.may_change(name):
                for stmt in self.names[name]:
                    self.at.setdefault(stmt, set()).add(NameToken(name, self.scope(name, stmt)))
        # What the gradients themselves are made of is read where the function begins.
        cells = [CellToken(name, _key(index), None, index) for name, index in self.cells.get(None, ())]
        self.walk(self.places.top, frozenset([*self.at.get(None, ()), *cells]))
        return self.result

    def may_change(self, name: str) -> bool:
        """Can a name hold another value at the end of the forward sweep than where it is needed?"""
        binders = self.binders.get(name, [])
        if name in self.fn.params:
            return bool(binders)
        if len(binders) == 1 and isinstance(binders[0], gast.For):
            return False
        return len(binders) > 1 or any(self.places.block[s].loops() for s in binders)

    def is_renewed(self, name: str) -> bool:
        """Does a name get memory of its own where it is bound, and are cells of this memory stored to by it alone?

        Then no later store hits what was read before it was bound.
        """
        value = getattr(self.binders[name][0], "value", None)
        mates = self.classes.mates(name)
        if len(mates) < 2 or not isinstance(value, gast.Call) or not self.classes.is_changed(name):
            return False
        if not mates.isdisjoint(alias_sources(value, self.kinds, self.fn.bindings)):
            return False
        return all(self.written(s) == name for s in self.stores if self.is_in(s, mates))

    def is_in(self, store: Any, mates: Set[str]) -> bool:
        return self.written(store) in mates

    def written(self, store: Any) -> str:
        """The name of the array or container that one of the stores changes."""
        return self.fn.stores.get(store) or self.grown[store]

    # Recomputing

    def choose_recomputed(self) -> None:
        for stmt in sorted(self.places.begin, key=self.places.begin.__getitem__, reverse=True):
            if not isinstance(stmt, gast.Assign) or not isinstance(stmt.targets[0], gast.Name):
                continue
            name = stmt.targets[0].id
            if name not in self.names or not self.may_change(name) or name in self.fn.params:
                continue
            point = self.last_point(name, stmt)
            if point is None:
                continue
            store = self.stored_at(name, stmt, point)
            if store is not None:
                cell = core.item(core.load(stored_name(store) or ""), core.copy(stored_index(store)))
                back = core.bind(name, cell, at=stmt)
                self.result.recompute.setdefault(store, []).insert(0, back)
                del self.names[name]
                self.want(needs_of([back], frozenset(), self.fn.bindings), store)
            elif self.can_recompute(stmt, point):
                self.result.recompute.setdefault(point, []).insert(0, stmt)
                del self.names[name]
                self.want(needs_of([stmt], frozenset(), self.fn.bindings), point)

    def last_point(self, name: str, stmt: Any) -> Any:
        """The last statement of the bind's own block behind which the name is needed."""
        if len(self.binders[name]) != 1:
            return None
        block = self.places.block[stmt]
        points = [self.places.in_block(s, block) for s in self.names[name]]
        begin = self.places.begin
        if None in points or any(begin[p] < begin[stmt] for p in points):  # needed before it: of the trip before
            return None
        return max(points, key=self.places.begin.__getitem__)

    def stored_at(self, name: str, stmt: Any, point: Any) -> Any:
        """The store behind `point` that puts the number `name` into a cell where it stays; None if there is none.

        There the number can be read back: that is better than to divide, or to take a root, once more.
        """
        if not isinstance(kind := self.kinds.get(name), Number) or not isinstance(stmt.value, COSTLY):
            return None
        block = self.places.block[stmt]
        for store, target in self.fn.stores.items():
            if not puts(store, name) or store not in self.wanted or self.places.block[store] is not block:
                continue
            array = self.kinds.get(target)
            same = isinstance(array, Array) and array.dtype == WIDTHS.get(kind.dtype, kind.dtype)
            if same and self.places.begin[store] >= self.places.begin[point] and self.stays(target, store):
                return store
        return None

    def stays(self, target: str, store: Any) -> bool:
        """Does a store write one cell, which nothing overwrites later?"""
        index, array = stored_index(store), self.kinds.get(target)
        kinds = [self.kind(part) for part in components(index)]
        whole = all(isinstance(k, Number) and k.dtype.startswith("int") for k in kinds)
        if not whole or not isinstance(array, Array) or array.shape is None or len(array.shape) != len(kinds):
            return False
        token = CellToken(target, _key(index), store, index)
        return not any(self.hits(s, self.written(s), token) for s in self.stores)

    def can_recompute(self, stmt: Any, point: Any) -> bool:
        made = self.classes.is_changed(stmt.targets[0].id) and not isinstance(self.kind(stmt.value), Number)
        if not is_cheap(stmt.value, self.kinds, self.fn.bindings) or made and not self.is_window(stmt.value):
            return False
        first, last = self.places.end[stmt], self.places.end[point]
        for name, index, contents in reads(stmt.value, self.fn.bindings):
            binders = self.binders.get(name, [])
            if any(first < self.places.begin[s] < last for s in binders):
                return False
            if any(isinstance(s, gast.For) and core.is_name(s.iter) for s in binders):
                return False  # the reversed loop goes through a range, not through these items
            changes = self.classes.is_changed(name) and (contents or name in self.lists)
            if changes and self.is_written(name, index, stmt, first, last):
                return False
        return True

    def is_written(self, name: str, index: Any, stmt: Any, first: int, last: int) -> bool:
        if not isinstance(self.kinds.get(name), CONTAINERS) and self.is_window(stmt.value) and name not in self.lists:
            return False  # taking a view again reads no cell
        for store in self.stores:
            grown = self.grown.get(store)
            target = grown or self.fn.stores.get(store)
            if first < self.places.begin[store] < last and target and self.classes.may_overlap(name, target):
                inside = self.places.block[store].within(self.places.block[stmt])
                apart = inside and name == target and not grown and self.differ_here(index, store)
                if not apart:
                    return True
        return False

    def is_window(self, value: Any) -> bool:
        return not isinstance(self.kind(value), Number) and is_part(value, self.kinds, self.fn.bindings)

    def differ_here(self, index: Any, store: Any) -> bool:
        return differ_here(index, stored_index(store), store, self.extent)

    def kind(self, expr: Any) -> Kind | None:
        return kind_of_expression(expr, self.kinds, self.fn.bindings)

    # Recording

    def scope(self, name: str, stmt: Any) -> Block | None:
        """The block of a loop in which a name, needed at a statement, is bound before it is read.

        None where the value comes from outside, or from the trip before.
        """
        if stmt is None:
            return None
        block = self.places.block[stmt]
        while block.loops():
            binders = [s for s in self.binders.get(name, ()) if self.places.block[s].within(block)]
            if binders and name not in self.live.before_block(list(block.statements), frozenset([name])):
                return block
            assert block.parent is not None
            block = block.parent
        return None

    def walk(self, block: Block, needed: Tokens) -> Tokens:
        """Go through a block with what is needed before it; note what must be saved; return what is needed after."""
        needed |= self.first.get(block, set())
        for stmt in block.statements:
            needed = self.step(stmt, needed)
        ending = frozenset(t for t in needed if isinstance(t, NameToken) and t.scope is block)
        kept = self.result.at_end.setdefault(block, []) if ending else []
        kept += [n for n in sorted({t.name for t in ending}) if n not in kept]
        return needed - ending

    def step(self, stmt: Any, needed: Tokens) -> Tokens:
        if is_swap(stmt):
            needed = self.swap(stmt, needed)
        else:
            needed = self.overwrite(stmt, needed)
        match stmt:
            case gast.If():
                needed = self.walk(self.places.inner[stmt, "body"], needed) | self.walk(
                    self.places.inner[stmt, "orelse"], needed
                )
            case gast.For() | gast.While():
                before = None
                while needed != before:
                    before = needed
                    needed = needed | self.walk(self.places.inner[stmt, "body"], needed)
            case core.Attempt() if not stmt.reraises:  # where something is caught, its body has left all as it was
                needed = needed | self.walk(self.places.inner[stmt, "body"], needed)
            case gast.With() | core.Attempt():
                needed = self.walk(self.places.inner[stmt, "body"], needed)
        added: list[Token] = list(self.at.get(stmt, ()))
        added += [CellToken(name, _key(index), stmt, index) for name, index in self.cells.get(stmt, ())]
        return needed.union(added) if added else needed

    def overwrite(self, stmt: Any, needed: Tokens) -> Tokens:
        if not needed:
            return needed
        for name in self.fn.binds[stmt]:
            about = [t for t in needed if t.name == name]
            lost = frozenset([t for t in about if isinstance(t, NameToken)])
            if lost:
                saved = self.result.saved_names.setdefault(self.name_site(name, stmt), [])
                if name not in saved:
                    saved.append(name)
                needed -= lost
            if name in self.renewed and stmt not in self.fn.stores:
                mates = self.classes.mates(name)
                needed = frozenset(t for t in needed if isinstance(t, NameToken) or t.name not in mates)
            elif len(about) > len(lost) and self.classes.mates(name) <= {name} and stmt not in self.fn.stores:
                needed = frozenset(t for t in needed if isinstance(t, NameToken) or t.name != name)
        target = self.fn.stores.get(stmt)
        hit = [t for t in needed if isinstance(t, CellToken) and self.hits(stmt, target, t)] if target else []
        if target is not None and hit and not all(self.is_covered(t, target, stmt) for t in hit):
            self.save_cells(stmt, target, hit)
            # Put back here, last of all before they are read, the cells are what they were: later stores do not matter.
            needed = needed.difference([t for t in hit if self.is_settled(t, target, stmt)])
        grown = self.grown.get(stmt)
        if grown is not None and any(t.name in self.lists and self.classes.may_overlap(t.name, grown) for t in needed):
            self.result.regrown.add(stmt)
        return needed

    def name_site(self, name: str, stmt: Any) -> Any:
        """The statement before which the value of a name is recorded: the outermost loop in which nothing reads it."""
        site = stmt
        if self.swaps:  # of which a name's value goes on under another
            return site
        for loop in reversed(self.places.block[stmt].loops()):
            first, last = self.places.begin[loop], self.places.end[loop]
            if any(first <= self.places.begin[s] <= last for s in self.readers.get(name, ())):
                break
            site = loop
        return site

    def hits(self, store: Any, target: str, token: CellToken) -> bool:
        if not self.classes.may_overlap(token.name, target):
            return False
        if token.name != target or self.is_rebound(token.name) or token.at is None:
            return True
        return written_later(token.index, token.at, stored_index(store), store, self.extent)

    def is_settled(self, token: CellToken, target: str, store: Any) -> bool:
        """Does a store, once in each run of the block in which a token's cells were read, write just these cells?"""
        if token.name != target or token.at is None or token.index is None or token.key != _key(stored_index(store)):
            return False
        same = self.places.block[token.at] is self.places.block[store]
        return same and self.is_plain(token.index) and not self.is_bound_between(token.at, store, target, token.index)

    def is_bound_between(self, first: Any, last: Any, target: str, index: Any) -> bool:
        """Is an array's name, or one in an index, bound between two statements, or is the last one not later?"""
        start, end = self.places.begin[first], self.places.begin[last]
        binders = (s for n in {target, *core.names_read(index)} for s in self.binders.get(n, ()))
        return start >= end or any(start <= self.places.begin[s] <= end for s in binders)

    def save_cells(self, store: Any, target: str, hit: list[CellToken]) -> None:
        """Record what a store overwrites: before it, or before a loop whose trips all write the same cells."""
        site = store
        if store not in self.single:
            for loop in reversed(self.places.block[store].loops()):
                if not self.holds_through(loop, store, target, hit):
                    break
                site = loop
            if site is store:
                self.single.add(store)
        self.covers.setdefault((target, _key(stored_index(store))), {})[store] = frozenset(hit)
        former = self.sites.get(store)
        if former is site:
            return
        saved = self.result.saved_cells
        if former is not None:
            saved[former] = [s for s in saved[former] if s is not store]
            if not saved[former]:
                del saved[former]
        saved.setdefault(site, []).append(store)
        self.sites[store] = site

    def is_covered(self, token: CellToken, target: str, store: Any) -> bool:
        """Have a store's cells been saved before in the same run of its block, for a read that is not in between?"""
        index, begin = stored_index(store), self.places.begin
        for other, tokens in self.covers.get((target, _key(index)), {}).items():
            site = self.sites[other]
            if other is store or token not in tokens or self.places.block[site] is not self.places.block[store]:
                continue
            if self.is_bound_between(site, store, target, index) or not self.is_plain(index):
                continue
            if token.at is not None and not self.places.end[site] < begin[token.at] <= begin[store]:
                return True
        return False

    def holds_through(self, loop: Any, store: Any, target: str, hit: list[CellToken]) -> bool:
        """Does a store write the same cells in all trips of a loop, which exist, and which are not read meanwhile?"""
        index, block = stored_index(store), self.places.block[loop]
        inside = self.places.begin[loop], self.places.end[loop]
        names = {target, *core.names_read(index)}
        if not self.is_plain(index) or not isinstance(self.kinds.get(target), Array):
            return False
        if any(inside[0] <= self.places.begin[s] <= inside[1] for n in names for s in self.binders.get(n, ())):
            return False
        for token in hit:
            if token.at is None:
                return False
            if inside[0] <= self.places.begin[token.at] <= inside[1] and self.meets_within(loop, store, target, token):
                return False
        return any(self.touches(other, target, index, loop) for other in block.statements)

    def meets_within(self, loop: Any, store: Any, target: str, token: CellToken) -> bool:
        """May a store hit cells that were read in the same run of a loop?"""
        if token.name != target or self.is_rebound(target):
            return True
        return written_later(token.index, token.at, stored_index(store), store, self.extent, loop)

    def touches(self, stmt: Any, target: str, index: Any, loop: Any) -> bool:
        """Does a statement of a loop's own block read or write the same cells, so that they exist?"""
        if isinstance(stmt, (gast.For, gast.While, gast.If, gast.With, core.Attempt)) or stmt is loop:
            return False
        first, last = sorted((stmt, loop), key=self.places.begin.__getitem__)
        if self.is_bound_between(first, last, target, index):
            return False
        key = _key(index)
        found = [n for n in walk(stmt) if isinstance(n, gast.Subscript) and core.is_name(n.value)]
        return any(n.value.id == target and _key(n.slice) == key for n in found)

    def is_plain(self, index: Any) -> bool:
        """Is an index made of numbers alone, so that it means the same cells as long as its names keep their values?"""
        if any(isinstance(node, (gast.Subscript, gast.Attribute, gast.Call)) for node in walk(index)):
            return False
        return all(isinstance(self.kinds.get(n), Number) for n in core.names_read(index))

    def is_rebound(self, name: str) -> bool:
        """May a name hold an array now, and another that shares memory with it later?"""
        binders = self.binders.get(name, [])
        again = any(self.places.block[s].loops() for s in binders) and len(self.classes.mates(name)) > 1
        return len(binders) > 1 or again

    def swap(self, stmt: Any, needed: Tokens) -> Tokens:
        """What was needed of one name is now needed of the name that holds the same."""
        targets, values = stmt.targets[0].elts, stmt.value.elts
        now = {v.id: t.id for t, v in zip(targets, values, strict=True)}
        if any(t.name in now for t in needed):
            self.result.swapped_back.add(stmt)
        return frozenset(replace(t, name=now.get(t.name, t.name)) for t in needed)


def _resized(stmt: Any, kinds: Mapping[str, Kind]) -> str | None:
    """The name of the container that a statement makes longer or shorter, or may."""
    name = stored_name(stmt)
    whole = isinstance(kinds.get(name or ""), DictOf) or name is not None and isinstance(stored_index(stmt), gast.Slice)
    return name if whole and isinstance(kinds.get(name or ""), CONTAINERS) else grown_name(stmt, kinds)


def _key(index: Any) -> str:
    return "" if index is None else spelled(index)
