"""Put the two sweeps together: the forward sweep with what it records, the reverse sweep with what it brings back.

for i in range(n):                        for i in range(n - 1, -1, -1):
    v_stack.append(v[i])           ->         t_bar = v_bar[i]  …
    v[i] = np.sin(v[i - 1])                   v[i] = v_stack[…]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import stored_index, stored_name
from adjoint.analysis.containers import change_of
from adjoint.analysis.kinds import Array, DictOf, Kind, ListOf, Number
from adjoint.analysis.places import Block
from adjoint.analysis.record import Plan
from adjoint.classes import dataclass, field
from adjoint.differentiate.halfway import Halfway
from adjoint.differentiate.ranges import reversed_range
from adjoint.differentiate.sweep import Item
from adjoint.runtime import containers
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.traverse import POSITION, changed, mapped

COMMENT = 72  # the columns of what is shown of a statement that takes several lines


@dataclass(frozen=True)
class Site:
    """One value recorded at one place: the stack it goes to, or outside loops the name that keeps it."""

    block: Block
    keeper: str


@dataclass
class Assembly:
    """The names and places of records, as both sweeps are built from them."""

    fn: core.Function
    kinds: Mapping[str, Kind]
    plan: Plan
    counters: Mapping[Any, str]
    namer: core.Namer
    index_of: Any  # kind of region: (name, index) -> Kind
    helper: Any  # the name of a function of ours in generated code
    halfway: Halfway
    sites: dict[Any, Site] = field(default_factory=dict)
    tops: dict[Block, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    primal: dict[Any, str] = field(default_factory=dict)  # by the place in the user's text: what stands there

    def __post_init__(self) -> None:
        for stmt in sorted(self.plan.places.begin, key=self.plan.places.begin.__getitem__):
            block = self.plan.places.block[stmt]
            for name in self.plan.saved_names.get(stmt, ()):
                self.sites[stmt, name] = self.site(block, name)
            for store in self.plan.saved_cells.get(stmt, ()):
                self.sites[store] = self.site(block, stored_name(store) or "")
        for block, names in self.plan.at_end.items():
            for name in names:
                self.sites[block, name] = self.site(block, name)

    def site(self, block: Block, name: str) -> Site:
        stem = f"{name}_stack" if block.loops() else f"{name}_old"
        keeper = self.namer.fresh(stem)
        self.made.add(keeper)
        return Site(block, keeper)

    def stacks(self) -> frozenset[str]:
        """The lists that records go to."""
        return frozenset(site.keeper for site in self.sites.values() if site.block.loops())

    def keepers(self) -> dict[str, str]:
        """By keeper, the name that it keeps values of: those apart whose items stay as they are.

        These are numbers, and cells that are copied back.
        """
        found = {}
        for key, site in self.sites.items():
            name = (key[1] if isinstance(key, tuple) else stored_name(key)) or ""
            cells = not isinstance(key, tuple) and isinstance(self.kinds.get(name), Array)
            if not cells and not isinstance(self.kinds.get(name), Number):
                found[site.keeper] = name
        return found

    # Forward

    def forward(self, block: Block) -> list[Any]:
        """The statements of a block, with what they record."""
        result: list[Any] = []
        for stmt in block.statements:
            if block.owner is None:
                result += self.empty_stacks(stmt)
            result += self.halfway.before(stmt, block)
            result += [self.keep(self.sites[stmt, n], load(n)) for n in self.plan.saved_names.get(stmt, ())]
            result += [self.keep(self.sites[s], self.old_cells(s)) for s in self.plan.saved_cells.get(stmt, ())]
            new = self.rebuilt(stmt)
            result += [*self.halfway.start(stmt), new, *self.halfway.after(stmt, block)]
        for name in self.plan.at_end.get(block, ()):
            keep = self.keep(self.sites[block, name], load(name))
            place = self.position(block, name, result)
            result.insert(place, keep)
        return result

    def position(self, block: Block, name: str, result: list[Any]) -> int:
        """Where to record what a name has at the end of a block: right behind its only bind, or at the end."""
        binds = [k for k, s in enumerate(result) if isinstance(s, gast.Assign) and name in core.names_bound(s)]
        others = [s for s in core.statements(result) if name in core.names_bound(s)]
        if len(binds) == len(others) == 1:
            return binds[0] + 1
        match result[-1]:
            case gast.If(body=[gast.Break()]):
                return len(result) - 1
        return len(result)

    def rebuilt(self, stmt: Any) -> Any:
        inner = self.plan.places.inner
        match stmt:
            case gast.If():
                body, orelse = self.forward(inner[stmt, "body"]), self.forward(inner[stmt, "orelse"])
                return core.if_(stmt.test, body, orelse, at=stmt)
            case gast.For():
                body = self.forward(inner[stmt, "body"])
                return core.place(gast.For(stmt.target, stmt.iter, body, [], None), stmt)
            case gast.While():
                return core.while_(stmt.test, self.forward(inner[stmt, "body"]), at=stmt)
            case gast.With():
                return core.place(gast.With(stmt.items, self.forward(inner[stmt, "body"]), None), stmt)
            case core.Attempt():
                body = self.forward(inner[stmt, "body"])
                stacks = [] if stmt.reraises else self.filled_inside(inner[stmt, "body"])
                return changed(stmt, body=body, guard=self.halfway.guard(stmt, self.fn.origin.file, stacks))
        return stmt

    def filled_inside(self, block: Block) -> list[str]:
        """The stacks that a block inside a loop adds to."""
        inside = [s for s in self.sites.values() if s.block.within(block)] if block.loops() else []
        return [s.keeper for s in inside]

    def keep(self, site: Site, value: Any) -> Any:
        if not site.block.loops():
            return core.bind(site.keeper, value)
        return core.effect(core.call(f"{site.keeper}.append", value))

    def old_cells(self, stmt: Any) -> Any:
        """What a store is about to overwrite: a copy, unless it is a number."""
        name, index = stored_name(stmt), stored_index(stmt)
        cells = core.item(load(name or ""), core.copy(index))
        if isinstance(self.kinds.get(name or ""), DictOf):
            return core.call(self.helper(containers.entry), load(name or ""), core.copy(index))
        if isinstance(self.index_of(name, index), Number) or isinstance(self.kinds.get(name or ""), ListOf):
            return cells
        return core.call(core.attribute(cells, "copy"))

    def empty_stacks(self, stmt: Any) -> list[Any]:
        """The stacks that a statement of the function's own body fills."""
        inside = [s for s in self.sites.values() if s.block.loops() and self.outermost(s.block) is stmt]
        return [core.bind(s.keeper, core.list_([])) for s in inside]

    def outermost(self, block: Block) -> Any:
        """The statement of the function's own body around a block."""
        while block.parent is not None and block.parent.owner is not None:
            block = block.parent
        return block.owner

    # Reverse

    def reverse(self, items: list[Item], block: Block) -> list[Any]:
        """The statements of a reversed block."""
        by_stmt = {item.stmt: item for item in items if item.stmt is not None}
        result: list[Any] = []
        for item in items:
            if item.stmt is not None and item.stmt not in self.plan.places.begin:
                result += self.commented(item.body, item.stmt)
        for name in self.plan.at_end.get(block, ()):
            result.append(core.bind(name, self.kept(self.sites[block, name])))
        for stmt in reversed(block.statements):
            for bind in self.plan.recompute.get(stmt, ()):
                result.append(core.copy(bind))
            if block.owner is None:
                result += self.counters_of(stmt)
            if stmt in by_stmt:
                result += self.reversed_item(by_stmt[stmt])
            self.bring_back(stmt, result)
        for item in items:
            if item.stmt is None:
                result += item.body
        top = self.tops.get(block)
        if top is not None and not self.numbers_trips(block) and self.used_top(result, top):
            result.insert(0, core.accumulate(top, core.const(1), gast.Sub))
        return result

    def used_top(self, block: list[Any], top: str) -> bool:
        return any(top in core.names_read(s) for s in core.statements(block))

    def bring_back(self, stmt: Any, result: list[Any]) -> None:
        """Undo what a statement overwrote, where nothing is in the way as early as the adjoint of its line begins."""
        text = self.primal_line(stmt)
        for undo in self.brought_back(stmt):
            place = len(result)
            for k in range(len(result) - 1, -1, -1):
                if isinstance(result[k], core.Comment):
                    if result[k].text != text:
                        break
                    place = k + 1
                elif not _may_follow(result[k], undo):
                    break
            result.insert(place, undo)

    def brought_back(self, stmt: Any) -> list[Any]:
        """Undo what a statement overwrote."""
        result = []
        if stmt in self.plan.regrown:
            result.append(self.regrown(stmt))
        result += [self.put_back(store) for store in self.plan.saved_cells.get(stmt, ())]
        for name in self.plan.saved_names.get(stmt, ()):
            result.append(core.bind(name, self.kept(self.sites[stmt, name])))
        if stmt in self.plan.swapped_back:
            names = [v.id for v in stmt.value.elts]
            result.append(core.bind_several(names, core.tuple_([load(t.id) for t in stmt.targets[0].elts])))
        return result

    def regrown(self, stmt: Any) -> Any:
        """The opposite of what put an item into a container, or took one out."""
        change = change_of(stmt, self.kinds)
        assert change is not None
        at = [] if change.index is None else [core.copy(change.index)]
        if isinstance(self.kinds.get(change.name), DictOf):
            return gast.Assign([core.cell(change.name, *at)], load(change.result or ""), None)
        if change.result is None:
            return core.effect(core.call(f"{change.name}.pop", *at))
        return core.effect(core.call(f"{change.name}.{'insert' if at else 'append'}", *at, load(change.result)))

    def put_back(self, stmt: Any) -> Any:
        """What a store overwrote, stored again."""
        name, index, kept = stored_name(stmt) or "", core.copy(stored_index(stmt)), self.kept(self.sites[stmt])
        if isinstance(self.kinds.get(name), DictOf):
            return core.effect(core.call(self.helper(containers.put_back), load(name), index, kept))
        return gast.Assign([core.cell(name, index)], kept, None)

    def reversed_item(self, item: Item) -> list[Any]:
        stmt = item.stmt
        inner = self.plan.places.inner
        before = self.commented(item.before, None)
        match stmt:
            case gast.If():
                body = self.reverse(item.blocks[0], inner[stmt, "body"])
                orelse = self.reverse(item.blocks[1], inner[stmt, "orelse"])
                return [*before, core.if_(core.copy(stmt.test), body or [core.pass_()], orelse)]
            case gast.With():
                return [*before, *self.unsignalled(stmt, self.reverse(item.blocks[0], inner[stmt, "body"]))]
            case core.Attempt():
                body = self.reverse(item.blocks[0], inner[stmt, "body"])
                orelse = [line for other in item.blocks[1:] for inner_item in other for line in inner_item.body]
                if stmt.reraises or not (body or orelse):
                    return [*before, *body]
                uncaught = core.compare(load(stmt.flag.id), gast.Eq, core.const(0))
                return [*before, core.if_(uncaught, body or [core.pass_()], orelse)]
            case gast.For() | gast.While():
                return [*before, self.reversed_loop(item)]
        return [*before, *self.commented(item.body, stmt)]

    def unsignalled(self, stmt: Any, lines: list[Any]) -> list[Any]:
        """What runs backwards under `np.errstate` is silent: whether the primal overflows, its own sweep has said."""
        made = {s.targets[0].id: s.value for s in self.fn.statements if _binds_errstate(s, self.fn)}
        if not lines or not any(core.is_name(i.context_expr) and i.context_expr.id in made for i in stmt.items):
            return lines
        func = next(made[i.context_expr.id].func for i in stmt.items if getattr(i.context_expr, "id", "") in made)
        silent = gast.withitem(core.call(core.copy(func), all=core.const("ignore")), None)
        return [gast.With([silent], lines, None)]

    def reversed_loop(self, item: Item) -> Any:
        stmt = item.stmt
        block = self.plan.places.inner[stmt, "body"]
        body = self.reverse(item.blocks[0], block) or [core.pass_()]
        counter = self.trip_name(block)
        trips = self.counters.get(stmt)
        if isinstance(stmt, gast.For) and core.path_of(getattr(stmt.iter, "func", None)) == "range":
            name = stmt.target.id
            if name == "_" and core.is_read(name, body):  # loops inside may go by that name too: they read nothing
                name = self.namer.fresh("k")
                self.made.add(name)
                body = [_read_as(s, "_", name) for s in body]
            if core.is_read(name, body):
                return core.for_(name, reversed_range(stmt.iter.args, self.trips(stmt, block)), body)
            if trips is None:
                return core.for_("_", core.call("range", *map(core.copy, stmt.iter.args)), body)
        number = self.trips(stmt, block)
        if counter is not None and core.is_read(counter, body):
            return core.for_(counter, reversed_range([number], None), body)
        return core.for_("_", core.call("range", number), body)

    def trips(self, loop: Any, block: Block) -> Any:
        """How often a loop ran: its counter, or the length of a stack that each of its trips adds to."""
        counter = self.counters.get(loop)
        if counter is None:
            return None
        if len(block.loops()) == 1:
            for key, site in self.sites.items():
                if site.block is block and not self.is_counter(key):
                    return core.call("len", load(site.keeper))
        return load(counter)

    def is_counter(self, key: Any) -> bool:
        """Is this the counter's own record?"""
        return key[1] in self.counters.values() if isinstance(key, tuple) else False

    def trip_name(self, block: Block) -> str | None:
        """The variable that numbers the trips of a counted loop in reverse, where a stack is read by it."""
        return self.tops.get(block) if self.numbers_trips(block) else None

    def numbers_trips(self, block: Block) -> bool:
        """Is this the body of a counted loop that no other contains, so that its trips number the records?"""
        loop = block.owner
        return len(block.loops()) == 1 and loop in self.counters and not self.is_ranged(loop)

    def is_ranged(self, loop: Any) -> bool:
        return isinstance(loop, gast.For) and isinstance(loop.iter, gast.Call)

    def kept(self, site: Site) -> Any:
        """The value that a site recorded, read by the number of the trip or by a counter that goes down."""
        block = site.block
        if not block.loops():
            return load(site.keeper)
        index = self.trip_index(block)
        if index is None:
            if block not in self.tops:
                self.tops[block] = self.namer.fresh("top")
            index = load(self.tops[block])
        return core.item(load(site.keeper), index)

    def trip_index(self, block: Block) -> Any:
        """The number of the trip, in the body of a loop that no other loop contains."""
        loop = block.owner
        if not block.is_loop or len(block.loops()) > 1 or not isinstance(loop, gast.For):
            return None
        if not isinstance(loop.iter, gast.Call) or not loop.iter.args:
            return None
        name = loop.target.id
        if len(loop.iter.args) == 3:
            step = loop.iter.args[2]
            if not core.is_constant(step) or core.constant_value(step) != -1:
                return None
            return core.binary(core.copy(loop.iter.args[0]), gast.Sub, load(name))
        if len(loop.iter.args) == 1:
            return load(name)
        start = loop.iter.args[0]
        if core.is_constant(start) and core.constant_value(start) == 0:
            return load(name)
        return core.binary(load(name), gast.Sub, core.copy(start))

    def counters_of(self, stmt: Any) -> list[Any]:
        """Where the counters of a statement's stacks begin."""
        found = []
        for block, sites in self.counted_blocks().items():
            if self.outermost(block) is stmt and not self.numbers_trips(block) and self.trip_index(block) is None:
                top = self.tops.setdefault(block, self.namer.fresh("top"))
                found.append(core.bind(top, core.call("len", load(sites[0].keeper))))
        return found

    def counted_blocks(self) -> dict[Block, list[Site]]:
        found: dict[Block, list[Site]] = {}
        for site in self.sites.values():
            if site.block.loops():
                found.setdefault(site.block, []).append(site)
        return found

    # Comments

    def commented(self, body: list[Any], stmt: Any) -> list[Any]:
        text = self.primal_line(stmt) if body and stmt is not None else ""
        return [core.place(core.Comment(text), stmt), *body] if text else list(body)

    def primal_line(self, stmt: Any) -> str:
        """The user's statement that a statement comes from, on one line; where that is long, its beginning."""
        place = tuple(getattr(stmt, field, None) for field in POSITION)
        if place not in self.primal:
            self.primal[place] = self._primal_line(stmt)
        return self.primal[place]

    def _primal_line(self, stmt: Any) -> str:
        origin = self.fn.origin
        line = getattr(stmt, "lineno", None) or origin.line - 1
        first, last = line - origin.line, (getattr(stmt, "end_lineno", None) or line) - origin.line
        if first < 0 or last >= len(origin.lines):
            return ""
        lines = [line.encode() for line in origin.lines[first : last + 1]]
        lines[-1] = lines[-1][: getattr(stmt, "end_col_offset", None)]
        lines[0] = lines[0][getattr(stmt, "col_offset", 0) :]
        parts = [line.decode(errors="ignore").strip() for line in lines]
        text = " ".join(parts)
        return text if len(parts) == 1 or len(text) <= COMMENT else f"{text[:COMMENT].rsplit(' ', 1)[0]} …"


def _binds_errstate(stmt: Any, fn: core.Function) -> bool:
    match stmt:
        case gast.Assign(targets=[gast.Name()], value=gast.Call(func=func)):
            return fn.bindings.get(core.path_of(func) or "") is np.errstate
    return False


def _may_follow(stmt: Any, undo: Any) -> bool:
    """May a statement of the reverse sweep run behind a bind instead of before it?"""
    if not isinstance(stmt, (gast.Assign, gast.AugAssign)) or not isinstance(undo, gast.Assign):
        return False
    if not core.is_name(undo.targets[0]):
        return False
    name = undo.targets[0].id
    return name not in core.names_read(stmt) | core.names_bound(stmt) and core.names_bound(stmt).isdisjoint(
        core.names_read(undo)
    )


def _read_as(node: Any, old: str, new: str) -> Any:
    """A statement in which a name is read under another."""
    if core.is_name(node, old) and isinstance(node.ctx, gast.Load):
        return changed(node, id=new)
    return mapped(node, lambda part: _read_as(part, old, new))
