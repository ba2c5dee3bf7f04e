"""The reverse sweep while it is written: which cotangents exist, and how contributions are added to them."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import puts
from adjoint.analysis.callees import callee_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.indexing import components, is_basic, is_place
from adjoint.analysis.kinds import (
    UNKNOWN,
    Array,
    DictOf,
    Kind,
    ListOf,
    Number,
    SomeTuple,
    TupleOf,
    Unknown,
    dtype_of,
)
from adjoint.analysis.liveness import Liveness
from adjoint.analysis.storage import Storage
from adjoint.classes import dataclass, field
from adjoint.differentiate.forms import Forms
from adjoint.differentiate.projection import projected
from adjoint.differentiate.text import Known, Text
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy.axes import is_insertion, without_axes

# Whose views NumPy gives to be read only.
READ_ONLY = (np.diagonal, np.linalg.diagonal)


@dataclass(frozen=True)
class Facts(Known):
    """What the analyses say of a function that is reversed."""

    storage: Storage
    live: Liveness


@dataclass
class Item:
    """The adjoint of one primal statement: what comes before it, its own statements, the blocks inside it."""

    stmt: Any
    before: list[Any]
    body: list[Any] = field(default_factory=list)
    blocks: list[list[Item]] = field(default_factory=list)


class Sweep(Text):
    """The state of writing one reverse sweep, from the last primal statement to the first."""

    facts: Facts
    stem = "t_bar"

    def __init__(
        self, fn: core.Function, facts: Facts, namer: core.Namer, pairs: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        super().__init__(fn, facts, namer)
        self.pairs = pairs  # the sweeps of recursive functions, by the name of the forward one
        self.bars: dict[str, str] = {}
        self.defined: set[str] = set()
        self.block: Any = None  # stands for the reversed block that is being written
        self.masked: dict[str, Any] = {}  # see `masks`
        self.narrow: dict[str, tuple[Any, str]] = {}  # of a cotangent broadcast in this block: what was broadcast
        me = weakref.proxy(self)  # no cycle: all is freed as soon as the sweep is written
        self.forms = Forms(
            fn,
            facts.kinds,
            lambda name: core.call(me.helper(len), load(name)),
            lambda name: me.helpers.get(name) is arrays.unbroadcast,
        )
        self.shapes: dict[str, Any] = {}  # of what was broadcast, as far as they are known
        self.mirror: str | None = None  # the cotangents of mirrored arrays
        self.moves: set[Any] = set()  # binds by which one cotangent takes over the memory of another

    # Names

    def bar(self, name: str) -> str:
        """The name of a cotangent."""
        if name not in self.bars:
            self.bars[name] = self.namer.fresh(f"{name}_bar")
            self.foldable.add(self.bars[name])
            if self.is_number(name):
                self.numbers.add(self.bars[name])
        return self.bars[name]

    def is_buffer(self, name: str) -> bool:
        return name in self.facts.storage.buffers

    def emit(self, *stmts: Any) -> None:
        self.lines += map(self.forms.replaced, stmts)

    # Contributions

    def zeros(self, name: str) -> Any:
        """The zero cotangent of a name."""
        kind = self.facts.kinds.get(name)
        if isinstance(kind, Number):
            return core.const(0.0)
        if isinstance(kind, Array) and kind.dtype != "object":
            return core.call(self.numpy("zeros_like"), load(name))
        if isinstance(kind, DictOf):
            return gast.Dict([], [])  # what is not in it is zero
        return core.call(self.helper(arrays.zeros_like), load(name))

    def is_kept(self, name: str) -> bool:
        """Can the reverse sweep have a value for nothing: is it stored in an array, or the user's, bound once?"""
        return name in self.kept

    @cached_property
    def kept(self) -> frozenset[str]:
        """The names of values that are in an array too, or that the user has named once and for all."""
        top = [s for s in self.fn.tree.body if type(s) is gast.Assign and type(s.targets[0]) is gast.Name]
        bound = Counter(n for s in self.fn.statements for n in self.fn.binds[s])
        users = {n for s in top if bound[n := s.targets[0].id] == 1 and n not in self.fn.temps}
        stored = {s.value.id for s in self.fn.stores if core.is_name(s.value) and puts(s, s.value.id)}
        unchanged = {n for n in users if not self.facts.classes.is_changed(n)}
        return frozenset(unchanged | {n for n in stored if self.is_number(n)})

    def is_view(self, name: str) -> bool:
        """Is a name's cotangent taken of others, or looked up, wherever it is used?"""
        return name in self.facts.storage.tied or self.is_mirrored(name)

    def is_mirrored(self, name: str) -> bool:
        return name in self.facts.storage.mirrored or self.is_holder(name)

    def is_holder(self, name: str) -> bool:
        """Is this a container of what has cotangents by identity, with none of its own?"""
        return name in self.facts.storage.holders

    def slot(self, name: str, kind: Kind | None) -> Kind | None:
        """The kind of what a cotangent has in a container's place: where items are stored anew, maybe a bare 0.0."""
        return UNKNOWN if not isinstance(kind, Number) and self.facts.classes.of(name) in self.restored else kind

    @cached_property
    def restored(self) -> frozenset[str]:
        """The classes of lists of which items are stored anew."""
        lists = (n for n in self.fn.stores.values() if isinstance(self.facts.kinds.get(n), ListOf))
        return frozenset(map(self.facts.classes.of, lists))

    def has_alias(self, name: str) -> bool:
        """Is this a list that another name may stand for, so that its cotangent has to stay the list that it is?"""
        is_list = isinstance(self.facts.kinds.get(name), ListOf)
        return is_list and not self.facts.classes.mates(name).isdisjoint(self.facts.storage.tied)

    def looked_up(self, helper: Any, name: str, *values: Any) -> Any:
        """A call about the cotangents that are found by identity."""
        self.mirror = self.mirror or self.namer.fresh("cotangents")
        return core.call(self.helper(helper), load(name), *values, load(self.mirror))

    def define(self, name: str) -> None:
        """Make sure that the cotangent of a name exists, zero if nothing has come to it yet."""
        if name in self.defined or self.is_holder(name):
            return
        if self.is_mirrored(name):
            self.emit(core.bind(self.bar(name), self.looked_up(arrays.cotangent_of, name)))
            self.defined.add(name)
            return
        tie = self.facts.storage.tied.get(name)
        if tie is not None:
            self.emit(core.bind(self.bar(name), self.tied_view(tie.value)))
        else:
            self.emit(core.bind(self.bar(name), self.zeros(name)))
        self.defined.add(name)

    def tied_view(self, value: Any) -> Any:
        """The expression of a view, taken of the cotangents instead of the arrays."""
        if isinstance(value, gast.IfExp):
            return core.ternary(core.copy(value.test), self.tied_view(value.body), self.tied_view(value.orelse))
        names = self.bases(value)
        if not names:  # one of the arrays of a choice, to which no derivative goes
            return core.call(self.numpy("zeros_like"), core.copy(value))
        for name in names:
            self.define(name)
        view = core.copy(value, {n: self.bar(n) for n in names})
        callee = callee_of(value, self.facts.kinds, self.fn.bindings)
        if callee is not None and any(callee.primitive is f for f in READ_ONLY):
            return core.call(self.helper(arrays.writable), view)
        return view

    def bases(self, value: Any) -> list[str]:
        """The arrays with cotangents of which an expression is a view."""
        if isinstance(value, gast.IfExp):
            return sorted({*self.bases(value.body), *self.bases(value.orelse)})
        return [n for n in sorted(core.names_read(value)) if n in self.facts.active and self.is_buffer(n)]

    def roots(self, name: str) -> set[str]:
        """The arrays that a tied name is a view of, in the end; any other name is its own root."""
        tie = self.facts.storage.tied.get(name)
        if tie is None:
            return set() if self.is_mirrored(name) else {name}
        return {root for base in self.bases(tie.value) for root in self.roots(base)}

    def untied(self, names: Iterable[str]) -> set[str]:
        """Without the cotangents that are views: these are taken in the block where they are used."""
        return {n for n in names if not self.is_view(n)}

    def take(self, name: str) -> str | None:
        """The name of the cotangent as it is, which from now on is zero again; None where it is zero already."""
        if name not in self.defined:
            return None
        self.defined.discard(name)
        return self.bar(name)

    def broadcast(self, g: str) -> str | None:
        """What a cotangent is the broadcast value of, where that is known."""
        block, name = self.narrow.get(g, (None, None))
        return name if block is self.block else None

    def shape_of(self, value: Any) -> Any:
        """The shape of an expression over cotangents, None where it is not known."""
        known = {bar: self.facts.kinds[name] for name, bar in self.bars.items() if name in self.facts.kinds}
        kinds = {**self.facts.kinds, **known}
        return getattr(kind_of_expression(value, kinds, {**self.fn.bindings, **self.helpers}), "shape", None)

    def note_broadcast(self, name: str, value: Any) -> Any:
        """Keep what a cotangent's first value is the broadcast value of under a name of its own."""
        match value:
            case gast.Call(func=gast.Attribute(attr="full"), args=[_, inner], keywords=[]):
                holder, position = value, 1
            case gast.Call(func=gast.Attribute(attr="copy", value=gast.Call(args=[inner, _]) as holder)) if (
                holder.func.attr == "broadcast_to"
            ):
                position = 0
            case _:
                return value
        if self.is_buffer(name):
            return value
        part = self.temp()
        self.emit(core.bind(part, inner))
        self.narrow[self.bar(name)] = self.block, part
        self.shapes[part] = () if position == 1 else self.shape_of(inner)
        holder.args[position] = load(part)
        return value

    def add(self, name: str, value: Any, out: Kind | None, moved: bool = False, fits: bool = False) -> None:
        """Add a contribution, of a value of kind `out`, to the cotangent of a name.

        `moved` says that `value`, a cotangent by name, is not used again, so that its memory may be taken over; `fits`
        says that it has the shape of the name's value.
        """
        if self.is_holder(name) or self.is_mirrored(name) and not isinstance(self.facts.kinds.get(name), Array):
            self.emit(core.effect(self.looked_up(arrays.add_to, name, value)))
            return
        if not fits or dtype_of(self.facts.kinds.get(name)) != dtype_of(out):
            value = projected(value, out, name, self)
        bar = self.bar(name)
        if self.is_view(name):
            self.define(name)
        if name not in self.defined:
            if self.is_buffer(name) and getattr(self.facts.kinds.get(name), "shape", None) == ():
                value = core.call(self.numpy("array"), value)  # NumPy gives numbers where arrays have no axes
            elif self.is_buffer(name) and not (moved and core.is_name(value)) and not self.is_fresh(value):
                value = self.copied(value, name)
            self.defined.add(name)
            self.narrow.pop(bar, None)
            self.masked.pop(bar, None)
            if core.is_name(value, bar):
                return
            value = self.note_broadcast(name, value)
            bind = core.bind(bar, value)
            if moved and core.is_name(value):
                self.moves.add(bind)
            self.emit(bind)
            return
        if self.calls(value, np.full) and isinstance(self.facts.kinds.get(name), Array):
            value = value.args[1]  # the sum spreads it
        self.narrow.pop(bar, None)
        self.masked.pop(bar, None)
        if self.is_number(name) or (self.is_buffer(name) and isinstance(self.facts.kinds.get(name), Array)):
            self.emit(core.accumulate(bar, value))
        elif isinstance(self.facts.kinds.get(name), Array):
            self.emit(core.bind(bar, core.binary(load(bar), gast.Add, value)))
        elif self.has_alias(name):
            total = core.call(self.helper(arrays.plus), load(bar), value)
            self.emit(core.store_item(bar, core.slice_(None, None, None), total))
        else:
            self.emit(core.bind(bar, core.call(self.helper(arrays.plus), load(bar), value)))

    def add_item(self, name: str, index: Any, value: Any, out: Kind | None) -> None:
        """Add a contribution to the cells of a buffer at an index."""
        kind = self.facts.kinds.get(name)
        slot = isinstance(kind, Unknown) and not self.is_buffer(name) and is_place(index, self.kind)
        if isinstance(kind, (TupleOf, SomeTuple)) or slot:
            at = self.index_value(core.copy(index))
            self.add(name, core.call(self.helper(arrays.in_slot), load(name), at, value), None)
            return
        if core.is_name(value) and isinstance(kind, Array) and is_insertion(index):
            self.add(name, core.item(value, without_axes(index)), kind, fits=True)
            return
        self.define(name)
        bar, index = self.bar(name), core.copy(index)
        self.masked.pop(bar, None)
        if isinstance(self.facts.kinds.get(name), Array) and not self.may_repeat(index):
            self.emit(core.accumulate(core.cell(bar, index), value))
        elif isinstance(self.facts.kinds.get(name), ListOf) and isinstance(out, Number):
            self.emit(core.accumulate(core.cell(bar, index), value))
        elif isinstance(self.facts.kinds.get(name), ListOf) and isinstance(index, gast.Slice):
            total = core.call(self.helper(arrays.plus), core.item(load(bar), index), value)
            self.emit(core.store_item(bar, core.copy(index), total))
        else:
            self.emit(core.effect(core.call(self.helper(arrays.add_at), load(bar), self.index_value(index), value)))

    def may_repeat(self, index: Any) -> bool:
        """May an index name a cell twice? Masks, integers and slices do not."""
        if is_basic(index, self.kind):
            return False
        return not all(
            isinstance(part, gast.Slice)
            or (isinstance(self.kind(part), Array) and self.kind(part).dtype == "bool")  # type: ignore[union-attr]
            or is_basic(part, self.kind)
            for part in components(index)
        )

    # Expressions

    def copied(self, value: Any, name: str) -> Any:
        """A copy of a cotangent's value, for a buffer of its own."""
        kind = self.facts.kinds.get(name)
        if isinstance(kind, Array):
            if core.is_name(value) or isinstance(value, (gast.Subscript, gast.Attribute)):
                return core.call(core.attribute(value, "copy"))
            return core.call(self.numpy("array"), value)
        if isinstance(kind, ListOf) and self.calls(value, list):
            [rows] = value.args
            if isinstance(kind.item, Number) or self.is_fresh(rows):
                return value
            if self.shape_of(rows) is not None:
                return core.call(value.func, core.call(core.attribute(rows, "copy")))
        return value if isinstance(kind, Number) else core.call(self.helper(arrays.owned), value)


__all__ = ["Facts", "Item", "Sweep"]
