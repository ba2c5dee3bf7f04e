"""Changes of lists become few: one item put in or taken out, one item stored, all items stored.

    xs += ys                         for k in range(len(ys)):
    xs.extend(ys)              ->        t = ys[k]
                                         xs.append(t)
    xs.insert(i, x)            ->    k = place_of(i, xs)
                                     xs.insert(k, x)
    del xs[i]                  ->    k = item_place(i, xs)
                                     t = xs.pop(k)
    xs.sort()                  ->    order = ordering(xs)
                                     t = items_at(xs, order)
                                     xs[:] = t

A list of which nothing else is known is changed in ways that are refused by `analysis.unknown`.
"""

from __future__ import annotations

import collections
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import gast

from adjoint.analysis.containers import CONTAINERS, is_object
from adjoint.analysis.kinds import UNINDEXED, Array, ListOf, Number, TupleOf, is_indexed, is_unindexed
from adjoint.analysis.late import refuse_late_reads
from adjoint.differentiate.deques import limits_of_deques
from adjoint.differentiate.dicts import DictEditor
from adjoint.differentiate.prepare import mapped
from adjoint.differentiate.writer import Writer
from adjoint.runtime import containers
from adjoint.syntax import core
from adjoint.syntax.core import load


def containers_changed(fn: core.Function, kinds: Any) -> core.Function:
    """Bring the changes of lists and dictionaries into the form that later passes know."""
    if not _has_containers(fn, kinds):
        return fn
    writer = Writer(fn, kinds)
    lists, dicts = ListEditor(writer), DictEditor(writer)
    refuse_late_reads(fn, kinds, frozenset(dicts.views))
    body = mapped(fn.tree.body, lambda stmt: mapped_once(dicts.change(stmt), lists.change))
    body = mapped(body, dicts.alone)
    bindings = MappingProxyType({**fn.bindings, **writer.bindings})
    return fn.with_body(body, temps=fn.temps | writer.namer.made, bindings=bindings)


def _has_containers(fn: core.Function, kinds: Any) -> bool:
    if any(isinstance(v, (dict, set, frozenset, *UNINDEXED)) for v in fn.bindings.values()):
        return True
    if any(isinstance(k, (TupleOf, *CONTAINERS)) or is_unindexed(k) for k in kinds.values()):
        return True
    return any(isinstance(n, core.Element) and not is_indexed(kinds.get(n.value.id)) for n in core.walk(*fn.tree.body))


def mapped_once(block: Sequence[Any], change: Any) -> list[Any]:
    """The statements that took one statement's place, each changed."""
    return [new for stmt in block for new in change(stmt)]


def is_strict(call: Any) -> bool:
    """Is this `zip(…, strict=True)` (or a choice that is not known, for which that is taken)?"""
    return any(not core.is_constant(k.value) or bool(core.constant_value(k.value)) for k in call.keywords)


class ListEditor:
    """Rewrites the changes of one function's lists."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.kinds = writer.kinds
        self.limits = limits_of_deques(writer)

    def change(self, stmt: Any) -> list[Any]:
        match stmt:
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr=method))):
                if isinstance(self.kinds.get(name), ListOf):
                    return self.method(stmt, name, method)
            case gast.Assign(
                targets=[gast.Name(id=target)],
                value=gast.Call(
                    func=gast.Attribute(value=gast.Name(id=name), attr="pop" | "popleft" as method), args=args
                ),
            ) if isinstance(self.kinds.get(name), ListOf):
                if method == "popleft":
                    return self.taken(stmt, target, name, core.const(0))
                return self.popped(stmt, target, name, args[0]) if args else [stmt]
            case gast.Assign(targets=[gast.Tuple(elts=targets)], value=gast.Call()) if isinstance(
                kind := self.writer.kind(stmt.value), TupleOf
            ) and self.is_method(stmt.value):
                pair = self.writer.fresh()
                taken = self.change(core.bind(pair, stmt.value, at=stmt))
                return [*taken, *self.unpacked(stmt, pair, targets)]
            case gast.Assign(targets=[gast.Tuple(elts=targets)], value=gast.Name(id=name)):
                kind = self.kinds.get(name)
                if isinstance(kind, TupleOf) and len(kind.items) == len(targets) and any(map(is_object, kind.items)):
                    return self.unpacked(stmt, name, targets)
                if isinstance(kind, ListOf):
                    return [self.counted(stmt, name, len(targets)), *self.unpacked(stmt, name, targets)]
            case gast.Assign(targets=[gast.Name(id=target)], value=gast.Call() as call):
                return self.made(stmt, target, call)
            case gast.For(iter=gast.Name(id=name)) if isinstance(self.kinds.get(name), ListOf):
                return self.loop(stmt, name)
            case gast.AugAssign(target=gast.Name(id=name)) if isinstance(self.kinds.get(name), ListOf):
                return self.augmented(stmt, name)
            case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=name), slice=index)):
                if isinstance(self.kinds.get(name), ListOf):
                    return self.item_augmented(stmt, name, index)
            case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name), slice=gast.Slice() as part)]):
                if isinstance(self.kinds.get(name), ListOf):
                    return self.part_stored(stmt, name, part)
        return [stmt]

    def method(self, stmt: Any, name: str, method: str) -> list[Any]:
        limit = self.limits.get(name)
        match method, stmt.value.args:
            case "append", [_]:
                return [stmt, *self.shortened(stmt, name, limit, core.const(0))]
            case "appendleft", [item]:
                put = core.effect(core.call(f"{name}.insert", core.const(0), item, at=stmt), at=stmt)
                return [put, *self.shortened(stmt, name, limit, None)]
            case "extendleft", [items]:
                return self.extended(stmt, name, items, "appendleft")
            case "popleft", []:
                return self.taken(stmt, self.writer.fresh(), name, core.const(0))
            case "rotate", by:
                count = core.call(self.writer.helper(len), load(name))
                turned = self.writer.called(containers.turned, count, *(by or [core.const(1)]), at=stmt)
                order, first = self.writer.bound(turned, stmt, "order")
                value = self.writer.called(containers.items_at, load(name), load(order))
                return [first, *self.replaced(stmt, name, value)]
            case "extend", [items]:
                return self.extended(stmt, name, items)
            case "insert", [index, item]:
                return self.inserted(stmt, name, index, item)
            case "pop", []:
                return [core.bind(self.writer.fresh(), stmt.value, at=stmt)]
            case (("pop" | "__delitem__"), [index]):
                return self.popped(stmt, self.writer.fresh(), name, index)
            case "remove", [item]:
                found, at = self.writer.bound(core.call(f"{name}.index", item, at=stmt), stmt, "k")
                return [at, *self.taken(stmt, self.writer.fresh(), name, load(found))]
            case "clear", []:
                return self.replaced(stmt, name, core.list_([]))
            case "reverse", []:
                return self.replaced(stmt, name, core.item(load(name), core.slice_(None, None, core.const(-1))))
            case "sort", []:
                return self.sorted(stmt, name, stmt.value.keywords)
        return self.writer.refuse(stmt, f"{name}.{method}")  # type: ignore[no-any-return]

    def extended(self, stmt: Any, name: str, items: Any, first_come: str = "append") -> list[Any]:
        """Each item of a list, tuple or array appended (or, of a deque, put in ahead)."""

        def put(item: str) -> list[Any]:
            return self.method(core.effect(core.call(f"{name}.{first_come}", load(item)), at=stmt), name, first_come)

        if not core.is_name(items):
            items, first = self.writer.bound(items, stmt)
            return [first, *self.extended(stmt, name, load(items), first_come)]
        if not isinstance(self.writer.kind(items), (ListOf, TupleOf, Array)):
            what = f"{name}.extend({items.id})"
            return self.writer.refuse(stmt, what, "Extend by a list, a tuple or an array.")  # type: ignore[no-any-return]
        if isinstance(kind := self.writer.kind(items), TupleOf):
            parts = [self.writer.bound(core.item(load(items.id), core.const(k)), stmt) for k in range(len(kind.items))]
            return [s for item, first in parts for s in (first, *put(item))]
        item = self.writer.fresh()
        return self.writer.over(stmt, items.id, item, put(item))

    def inserted(self, stmt: Any, name: str, index: Any, item: Any) -> list[Any]:
        if core.is_constant(index) and core.constant_value(index) == 0:
            return [stmt]
        place, first = self.writer.bound(self.writer.called(containers.place_of, index, load(name)), stmt, "k")
        return [first, core.effect(core.call(f"{name}.insert", load(place), item, at=stmt), at=stmt)]

    def popped(self, stmt: Any, target: str, name: str, index: Any) -> list[Any]:
        known = core.constant_value(index) if core.is_constant(index) else None
        if known == 0:
            return self.taken(stmt, target, name, index)
        if known == -1:
            return [core.bind(target, core.call(f"{name}.pop", at=stmt), at=stmt)]
        place, first = self.writer.bound(self.writer.called(containers.item_place, index, load(name)), stmt, "k")
        return [first, *self.taken(stmt, target, name, load(place))]

    def taken(self, stmt: Any, target: str, name: str, place: Any) -> list[Any]:
        return [core.bind(target, core.call(f"{name}.pop", place, at=stmt), at=stmt)]

    def replaced(self, stmt: Any, name: str, value: Any) -> list[Any]:
        new, first = self.writer.bound(value, stmt)
        return [first, core.store_item(name, core.slice_(None, None, None), load(new), at=stmt)]

    def sorted(self, stmt: Any, name: str, keywords: Sequence[Any]) -> list[Any]:
        order, first = self.order(stmt, name, keywords)
        return [first, *self.replaced(stmt, name, self.writer.called(containers.items_at, load(name), load(order)))]

    def order(self, stmt: Any, name: str, keywords: Sequence[Any]) -> tuple[str, Any]:
        call = self.writer.called(containers.ordering, load(name), at=stmt)
        call.keywords = list(keywords)
        return self.writer.bound(call, stmt, "order")

    def is_method(self, call: Any) -> bool:
        """Is this the call of a list's method?"""
        node = call.func.value if isinstance(call.func, gast.Attribute) else None
        return core.is_name(node) and isinstance(self.kinds.get(node.id), ListOf)  # type: ignore[union-attr]

    def unpacked(self, stmt: Any, name: str, targets: Sequence[Any]) -> list[Any]:
        """`a, b = t` of a tuple, item by item."""
        first = []
        if any(t.id == name for t in targets):
            name, bind = self.writer.bound(load(name), stmt)
            first = [bind]
        items = [core.item(load(name), core.const(k)) for k in range(len(targets))]
        return [*first, *(core.bind(t.id, e, at=stmt) for t, e in zip(targets, items, strict=True))]

    def counted(self, stmt: Any, name: str, count: int) -> Any:
        """Python's own error where a list has more or fewer items than there are names."""
        test = core.compare(core.call(self.writer.helper(len), load(name)), gast.NotEq, core.const(count))
        error = core.call(self.writer.helper(ValueError), core.const(f"not {count} values to unpack"))
        return core.if_(test, [core.place(gast.Raise(error, None), stmt)], at=stmt)

    def shortened(self, stmt: Any, name: str, limit: Any, place: Any) -> list[Any]:
        """What a deque of a greatest length loses at its other end."""
        if limit is None:
            return []
        at = [] if place is None else [place]
        lost = core.bind(self.writer.fresh(), core.call(f"{name}.pop", *at, at=stmt), at=stmt)
        test = core.compare(core.call(self.writer.helper(len), load(name)), gast.Gt, core.copy(limit))
        return [core.if_(test, [lost], at=stmt)]

    def deque(self, stmt: Any, target: str, call: Any) -> list[Any]:
        """A deque as a list."""
        items = self.writer.called(list, *call.args[:1], at=stmt) if call.args else core.list_([], at=stmt)
        limit = self.limits.get(target)
        if limit is None or not call.args:
            return [core.bind(target, items, at=stmt)]
        made, first = self.writer.bound(items, stmt)
        begin, second = self.writer.bound(self.writer.called(containers.surplus, load(made), core.copy(limit)), stmt)
        part = core.item(load(made), core.slice_(load(begin), None, None), at=stmt)
        return [first, second, core.bind(target, part, at=stmt)]

    def loop(self, stmt: Any, name: str) -> list[Any]:
        """A loop over a list that may change meanwhile: by place, as long as there is an item."""
        number = self.writer.fresh("k")
        test = core.compare(load(number), gast.Lt, core.call(self.writer.helper(len), load(name)))
        body = [
            core.bind(stmt.target.id, core.item(load(name), load(number)), at=stmt),
            core.bind(number, core.binary(load(number), gast.Add, core.const(1)), at=stmt),
            *stmt.body,
        ]
        return [core.bind(number, core.const(0), at=stmt), core.while_(test, body, at=stmt)]

    def zipped(self, stmt: Any, target: str, call: Any) -> list[Any]:
        """`zip(xs, ys)` as a list of tuples."""
        size, sources = self.writer.helper(len), list(call.args)
        named = [(s, None) if core.is_name(s) else self.writer.bound(s, stmt) for s in sources]
        ahead = [first for _, first in named if first is not None]
        sources = [s if first is None else load(s) for s, first in named]
        ahead += [self.as_long(stmt, sources[0], s) for s in sources[1:] if is_strict(call)]
        lengths = [core.call(size, core.copy(s)) for s in sources]
        count = lengths[0] if len(lengths) == 1 else core.call(self.writer.helper(min), *lengths)
        made, first = self.writer.bound(core.list_([]), stmt)
        number = self.writer.fresh("k")
        items = [self.writer.bound(core.item(core.copy(s), load(number)), stmt) for s in sources]
        pair, last = self.writer.bound(core.tuple_([load(n) for n, _ in items]), stmt)
        total, second = self.writer.bound(count, stmt)
        body = [*(s for _, s in items), last, core.effect(core.call(f"{made}.append", load(pair)), at=stmt)]
        loop = core.for_(number, core.call("range", load(total)), body, at=stmt)
        return [*ahead, first, second, loop, core.bind(target, load(made), at=stmt)]

    def as_long(self, stmt: Any, first: Any, other: Any) -> Any:
        """What `zip(…, strict=True)` does where its arguments differ in length."""
        size = self.writer.helper(len)
        test = core.compare(core.call(size, core.copy(first)), gast.NotEq, core.call(size, core.copy(other)))
        error = core.call(self.writer.helper(ValueError), core.const("zip() arguments differ in length"))
        return core.if_(test, [core.place(gast.Raise(error, None), stmt)], at=stmt)

    def made(self, stmt: Any, target: str, call: Any) -> list[Any]:
        """`ys = sorted(xs)`, `ys = zip(xs, zs)`."""
        callee = self.writer.fn.bindings.get(core.path_of(call.func) or "")
        known = isinstance(self.kinds.get(target), ListOf)
        match callee, call.args:
            case _, _ if callee is collections.deque and known:
                return self.deque(stmt, target, call)
            case _, [gast.Name(), start] if callee is sum and isinstance(self.writer.kind(start), (ListOf, TupleOf)):
                advice = "Write a loop that extends a list, or begin with `[]` in the call itself."
                return self.writer.refuse(stmt, "sum", advice, "a sum that begins with a sequence is not followed")  # type: ignore[no-any-return]
            case _, [gast.Name() as items, start] if callee is sum and isinstance(self.kinds.get(items.id), ListOf):
                more, first = self.writer.bound(core.list_([start]), stmt)
                whole, second = self.writer.bound(core.binary(load(more), gast.Add, items), stmt)
                return [first, second, core.bind(target, core.call(call.func, load(whole), at=call), at=stmt)]
            case _, [gast.Name(id=name)] if callee is tuple and isinstance(self.kinds.get(name), TupleOf):
                return [core.bind(target, load(name, call), at=stmt)]
            case _, [_, *_] if callee is zip and known:
                return self.zipped(stmt, target, call)
            case _, [gast.Name() as items] if callee is reversed and known:
                value = core.item(items, core.slice_(None, None, core.const(-1)), at=stmt)
                if not isinstance(self.writer.kind(items), ListOf):
                    value = self.writer.called(list, items, at=stmt)
                    copy, first = self.writer.bound(value, stmt)
                    return [
                        first,
                        core.bind(target, core.item(load(copy), core.slice_(None, None, core.const(-1))), at=stmt),
                    ]
                return [core.bind(target, value, at=stmt)]
            case _, [gast.Name(id=name)] if callee is sorted and isinstance(self.kinds.get(name), ListOf):
                order, first = self.order(stmt, name, call.keywords)
                value = self.writer.called(containers.items_at, load(name), load(order), at=stmt)
                return [first, core.bind(target, value, at=stmt)]
        return [stmt]

    def augmented(self, stmt: Any, name: str) -> list[Any]:
        match stmt.op:
            case gast.Add():
                return self.extended(stmt, name, stmt.value)
            case gast.Mult():
                return self.replaced(stmt, name, core.binary(load(name), gast.Mult, stmt.value, at=stmt))
        return [stmt]

    def item_augmented(self, stmt: Any, name: str, index: Any) -> list[Any]:
        """`xs[k] += e`: on what stands there, which changes in place if it can."""
        item = self.kinds[name].item
        if isinstance(item, Number):
            return [stmt]
        old, first = self.writer.bound(core.item(load(name), core.copy(index)), stmt)
        if isinstance(item, ListOf):
            return [first, *self.extended(stmt, old, stmt.value)]
        return [first, *self.writer.in_place(stmt, old, item, name, index)]

    def part_stored(self, stmt: Any, name: str, part: Any) -> list[Any]:
        """`xs[a:b] = ys`: all items are stored anew."""
        if part.step is not None and not (core.is_constant(part.step) and core.constant_value(part.step) == 1):
            return self.scattered(stmt, name, part)
        if isinstance(self.writer.kind(stmt.value), ListOf):
            return self.list_stored(stmt, name, part, stmt.value)
        items, first = self.writer.bound(self.writer.called(list, stmt.value, at=stmt), stmt)
        return [first, *self.list_stored(stmt, name, part, load(items))]

    def list_stored(self, stmt: Any, name: str, part: Any, items: Any) -> list[Any]:
        """`xs[a:b] = ys` of a list."""
        if part.lower is None and part.upper is None:
            if core.is_name(items) and items.id != name:
                return [core.store_item(name, part, items, at=stmt)]
            return self.replaced(stmt, name, items)
        bounds = [b or core.const(None) for b in (part.lower, part.upper)]
        ends = self.writer.called(containers.part_of, load(name), *bounds, at=stmt)
        pair, first = self.writer.bound(ends, stmt, "ends")
        begin, second = self.writer.bound(core.item(load(pair), core.const(0)), stmt, "k")
        end, third = self.writer.bound(core.item(load(pair), core.const(1)), stmt, "k")
        head, fourth = self.writer.bound(core.item(load(name), core.slice_(None, load(begin), None)), stmt)
        tail, fifth = self.writer.bound(core.item(load(name), core.slice_(load(end), None, None)), stmt)
        ahead, sixth = self.writer.bound(core.binary(load(head), gast.Add, items), stmt)
        whole = core.binary(load(ahead), gast.Add, load(tail))
        return [first, second, third, fourth, fifth, sixth, *self.replaced(stmt, name, whole)]

    def scattered(self, stmt: Any, name: str, part: Any) -> list[Any]:
        """`xs[a:b:c] = ys`, which keeps the length: item by item."""
        bounds = [b or core.const(None) for b in (part.lower, part.upper, part.step)]
        places, first = self.writer.bound(self.writer.called(containers.places_of, load(name), *bounds), stmt, "places")
        number, place, item = self.writer.fresh("k"), self.writer.fresh("k"), self.writer.fresh()
        body = [
            core.bind(place, core.item(load(places), load(number)), at=stmt),
            core.bind(item, core.item(stmt.value, load(number)), at=stmt),
            core.store_item(name, load(place), load(item), at=stmt),
        ]
        return [first, core.for_(number, core.call("range", core.call("len", load(places))), body, at=stmt)]
