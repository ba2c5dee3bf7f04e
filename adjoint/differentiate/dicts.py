"""Changes of dictionaries become few: one value stored under a key, one taken out; loops go over lists of keys.

d.update(e)                keys = list(e)
                     ->    for i in range(len(keys)):
                               k = keys[i]
                               t = e[k]
                               d[k] = t
y = d.get(k, e)      ->    if k in d:
                               y = d[k]
                           else:
                               y = e
for k, v in d.items():     keys = list(d)
    …                ->    for i in range(len(keys)):
                               k = keys[i]
                               v = d[k]
                               …
"""

from __future__ import annotations

import builtins
import collections
from collections.abc import Callable, Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import DictOf, Kind, ListOf, is_indexed, is_unindexed
from adjoint.analysis.values import kind_of
from adjoint.differentiate import dict_loops
from adjoint.differentiate.writer import Writer
from adjoint.runtime import arrays
from adjoint.runtime.elements import check_indexed
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy.rebuild import map_blocks, map_parts

NEW: dict[Any, Callable[[], Any]] = {
    float: lambda: core.const(0.0),
    int: lambda: core.const(0),
    list: lambda: core.list_([]),
    dict: lambda: gast.Dict([], []),
}
COUNTED = "Write a loop over the keys."
OPERATOR = "what this operator makes of two dictionaries is not followed"


class DictEditor:
    """Rewrites what is done with one function's dictionaries."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.kinds = writer.kinds
        self.views = dict_loops.views(writer.fn, writer.kinds)

    def is_dict(self, node: Any) -> bool:
        return core.is_name(node) and isinstance(self.kinds.get(node.id), DictOf)

    def is_counter(self, name: str) -> bool:
        """Of a counter, `update` and `|` mean a sum and a maximum."""
        kind = self.kinds.get(name)
        return isinstance(kind, DictOf) and kind.default is collections.Counter

    def change(self, stmt: Any) -> list[Any]:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=view)]) if view in self.views:
                return []
            case gast.For(iter=gast.Name(id=view)) if view in self.views:
                key = self.writer.fresh("key")
                body = dict_loops.trip(stmt, self.views[view], key, self.writer.fresh())
                return self.over_keys(stmt, self.views[view][0], key, body)
            case gast.Expr(value=gast.Call(func=gast.Name(id=path), args=[gast.Name() as owner, key, value])):
                if self.is_dict(owner) and self.writer.fn.bindings.get(path) is arrays.add_at:
                    return self.added(stmt, owner.id, key, value)
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name() as owner, attr=method)) as call):
                if self.is_dict(owner):
                    return self.method(stmt, self.writer.fresh(), owner.id, method, call.args, call.keywords)
            case gast.Assign(
                targets=[gast.Name(id=target)],
                value=gast.Call(func=gast.Attribute(value=gast.Name() as owner, attr=method)) as call,
            ) if self.is_dict(owner):
                return self.method(stmt, target, owner.id, method, call.args, call.keywords)
            case gast.Assign(
                targets=[gast.Tuple(elts=targets)],
                value=gast.Call(func=gast.Attribute(value=gast.Name() as owner, attr="popitem")),
            ) if self.is_dict(owner):
                pair = self.writer.fresh()
                taken = self.last_taken(stmt, pair, owner.id)
                return [*taken, core.bind_several([t.id for t in targets], load(pair), at=stmt)]
            case gast.Assign(targets=[gast.Name(id=target)], value=gast.Call() as call):
                return self.made(stmt, target, call)
            case gast.Assign(targets=[gast.Name(id=target)], value=gast.Dict() as display) if display.keys:
                return self.displayed(stmt, target, list(zip(display.keys, display.values, strict=True)))
            case gast.Assign(value=gast.Subscript(value=gast.Name() as owner, slice=key)) if self.is_dict(owner):
                if isinstance(stmt.value, core.Element):
                    return [stmt]
                if self.kinds[owner.id].default is collections.Counter and core.is_name(stmt.targets[0]):
                    return self.count(stmt, stmt.targets[0].id, owner.id, key)
                return [*self.default(stmt, owner.id, key), stmt]
            case gast.AugAssign(target=gast.Subscript(value=gast.Name() as owner, slice=key)) if self.is_dict(owner):
                return self.augmented(stmt, owner.id, key)
            case gast.AugAssign(target=gast.Name() as owner, op=gast.BitOr()) if self.is_dict(owner):
                if self.is_counter(owner.id):
                    return self.writer.refuse(stmt, "", COUNTED, OPERATOR)  # type: ignore[no-any-return]
                return self.updated(stmt, owner.id, stmt.value)
            case gast.Assign(targets=[gast.Name(id=target)], value=gast.BinOp(left=left, op=op, right=right)) if (
                self.is_dict(left) and self.is_dict(right)
            ):
                if self.is_counter(left.id) or self.is_counter(right.id) or not isinstance(op, gast.BitOr):
                    return self.writer.refuse(stmt, "", COUNTED, OPERATOR)  # type: ignore[no-any-return]
                return self.copied(stmt, target, [left, right])
            case gast.For():
                return self.loop(stmt)
        return [stmt]

    def method(
        self, stmt: Any, target: str, name: str, method: str, args: Sequence[Any], keywords: Sequence[Any]
    ) -> list[Any]:
        match method, args:
            case "get", [key, *default]:
                other = default[0] if default else core.const(None)
                return [self.either(stmt, name, key, [self.read(stmt, target, name, key)], core.bind(target, other))]
            case "setdefault", [key, value]:
                missing = core.if_(
                    self.within(name, key), [core.pass_(stmt)], [self.put(stmt, name, key, value)], at=stmt
                )
                return [missing, self.read(stmt, target, name, key)]
            case (("pop" | "__delitem__"), [key]):
                return [self.taken(stmt, target, name, key)]
            case "pop", [key, other]:
                return [self.either(stmt, name, key, [self.taken(stmt, target, name, key)], core.bind(target, other))]
            case "update", _ if self.is_counter(name):
                return self.writer.refuse(stmt, f"{name}.update", COUNTED)  # type: ignore[no-any-return]
            case "update", [other]:
                return [*self.updated(stmt, name, other), *self.put_all(stmt, name, keywords)]
            case "update", []:
                return self.put_all(stmt, name, keywords)
            case "clear", []:
                key = self.writer.fresh("key")
                body = [self.taken(stmt, self.writer.fresh(), name, load(key))]
                return self.over_keys(stmt, name, key, body)
            case "copy", []:
                return self.copied(stmt, target, [load(name)])
            case "keys", []:
                return [core.bind(target, core.call(self.writer.helper(list), load(name)), at=stmt)]
            case (("values" | "items"), []):
                return self.listed(stmt, target, name, method)
            case "popitem", []:
                return self.last_taken(stmt, target, name)
        return self.writer.refuse(stmt, f"{name}.{method}", "Write it with stores, `pop` and `get`.")  # type: ignore[no-any-return]

    # Entries

    def within(self, name: str, key: Any) -> Any:
        return core.compare(core.copy(key), gast.In, load(name))

    def either(self, stmt: Any, name: str, key: Any, body: list[Any], other: Any) -> Any:
        return core.if_(self.within(name, key), body, [core.place(other, stmt)], at=stmt)

    def read(self, stmt: Any, target: str, name: str, key: Any) -> Any:
        return core.bind(target, core.item(load(name), core.copy(key)), at=stmt)

    def put(self, stmt: Any, name: str, key: Any, value: Any) -> Any:
        return core.store_item(name, core.copy(key), core.copy(value), at=stmt)

    def taken(self, stmt: Any, target: str, name: str, key: Any) -> Any:
        return core.bind(target, core.call(f"{name}.pop", core.copy(key), at=stmt), at=stmt)

    def added(self, stmt: Any, name: str, key: Any, value: Any) -> list[Any]:
        """`add_at(d, k, g)`: a cotangent that a dictionary lacks is zero."""
        old, new = self.writer.fresh(), self.writer.fresh()
        total = core.call(self.writer.helper(arrays.plus), load(old), value)
        more = [
            self.read(stmt, old, name, key),
            core.bind(new, total, at=stmt),
            self.put(stmt, name, key, load(new)),
        ]
        return [self.either(stmt, name, key, more, self.put(stmt, name, key, value))]

    def put_all(self, stmt: Any, name: str, keywords: Sequence[Any]) -> list[Any]:
        return [self.put(stmt, name, core.const(k.arg), k.value) for k in keywords]

    def last_taken(self, stmt: Any, target: str, name: str) -> list[Any]:
        keys, first = self.writer.bound(core.call(self.writer.helper(list), load(name)), stmt, "keys")
        key, second = self.writer.bound(core.item(load(keys), core.const(-1)), stmt, "key")
        value = self.writer.fresh()
        pair = core.tuple_([load(key), load(value)], at=stmt)
        return [first, second, self.taken(stmt, value, name, load(key)), core.bind(target, pair, at=stmt)]

    def default(self, stmt: Any, name: str, key: Any) -> list[Any]:
        """What reading a key that a defaultdict lacks puts there first."""
        made = self.kinds[name].default
        if made is None or made is collections.Counter:
            return []
        value, first = self.writer.bound(NEW[made](), stmt)
        new = [first, self.put(stmt, name, key, load(value))]
        return [core.if_(self.within(name, key), [core.pass_(stmt)], new, at=stmt)]

    def count(self, stmt: Any, target: str, name: str, key: Any) -> list[Any]:
        """What a counter has under a key: nothing is 0."""
        zero = core.bind(target, core.const(0))
        return [self.either(stmt, name, key, [self.read(stmt, target, name, key)], zero)]

    def augmented(self, stmt: Any, name: str, key: Any) -> list[Any]:
        """`d[k] += e`: on what stands there."""
        old = self.writer.fresh()
        if self.kinds[name].default is collections.Counter:
            first = self.count(stmt, old, name, key)
        else:
            first = [*self.default(stmt, name, key), self.read(stmt, old, name, key)]
        return [*first, *self.writer.in_place(stmt, old, self.kinds[name].item, name, key)]

    # Whole dictionaries

    def made(self, stmt: Any, target: str, call: Any) -> list[Any]:
        callee = self.writer.fn.bindings.get(core.path_of(call.func) or "")
        if callee is collections.defaultdict and isinstance(self.kinds.get(target), DictOf):
            if self.kinds[target].default not in NEW or len(call.args) > 1 or call.keywords:
                advice = "Begin with an empty `defaultdict(float)`, or one of int, list or dict."
                return self.writer.refuse(stmt, "defaultdict", advice)  # type: ignore[no-any-return]
            return [core.bind(target, gast.Dict([], []), at=stmt)]
        if callee is collections.Counter and not call.args and not call.keywords:
            return [core.bind(target, gast.Dict([], []), at=stmt)]
        if callee is not builtins.dict:
            return [stmt]
        match call.args:
            case []:
                return self.displayed(stmt, target, [(core.const(k.arg), k.value) for k in call.keywords])
            case [gast.Name(id=pairs)] if isinstance(self.kinds.get(pairs), ListOf) and not call.keywords:
                return self.from_pairs(stmt, target, pairs)
            case [items] if self.is_dict(items):
                new = self.copied(stmt, target, [items])
                return [*new[:-1], *self.put_all(stmt, new[0].targets[0].id, call.keywords), new[-1]]
        return [stmt]

    def displayed(self, stmt: Any, target: str, entries: Sequence[tuple[Any, Any]]) -> list[Any]:
        made, first = self.writer.bound(gast.Dict([], []), stmt)
        return [first, *(self.put(stmt, made, k, v) for k, v in entries), core.bind(target, load(made), at=stmt)]

    def from_pairs(self, stmt: Any, target: str, pairs: str) -> list[Any]:
        made, first = self.writer.bound(gast.Dict([], []), stmt)
        return [first, *self.put_pairs(stmt, made, pairs), core.bind(target, load(made), at=stmt)]

    def put_pairs(self, stmt: Any, name: str, pairs: str) -> list[Any]:
        pair, key, value = self.writer.fresh(), self.writer.fresh("key"), self.writer.fresh()
        body = [
            core.bind(key, core.item(load(pair), core.const(0)), at=stmt),
            core.bind(value, core.item(load(pair), core.const(1)), at=stmt),
            self.put(stmt, name, load(key), load(value)),
        ]
        return self.writer.over(stmt, pairs, pair, body)

    def copied(self, stmt: Any, target: str, parts: Sequence[Any]) -> list[Any]:
        made, first = self.writer.bound(gast.Dict([], []), stmt)
        return [first, *(s for p in parts for s in self.updated(stmt, made, p)), core.bind(target, load(made), at=stmt)]

    def updated(self, stmt: Any, name: str, other: Any) -> list[Any]:
        if core.is_name(other) and isinstance(self.kinds.get(other.id), ListOf):
            return self.put_pairs(stmt, name, other.id)
        if not self.is_dict(other):
            return self.writer.refuse(stmt, f"{name}.update", "Update by a dictionary.")  # type: ignore[no-any-return]
        key, value = self.writer.fresh("key"), self.writer.fresh()
        body = [self.read(stmt, value, other.id, load(key)), self.put(stmt, name, load(key), load(value))]
        return self.over_keys(stmt, other.id, key, body)

    def listed(self, stmt: Any, target: str, name: str, method: str) -> list[Any]:
        """`d.values()` and `d.items()` as lists."""
        made, first = self.writer.bound(core.list_([]), stmt)
        key, item = self.writer.fresh("key"), self.writer.fresh()
        body = [self.read(stmt, item, name, load(key))]
        if method == "items":
            pair, last = self.writer.bound(core.tuple_([load(key), load(item)]), stmt)
            body, item = [*body, last], pair
        body.append(core.effect(core.call(f"{made}.append", load(item)), at=stmt))
        return [first, *self.over_keys(stmt, name, key, body), core.bind(target, load(made), at=stmt)]

    # Loops

    def over_keys(self, stmt: Any, name: str, key: str, body: list[Any]) -> list[Any]:
        """A loop over the keys that there are when it begins."""
        keys, first = self.writer.bound(core.call(self.writer.helper(list), load(name)), stmt, "keys")
        return [first, *self.writer.over(stmt, keys, key, body)]

    def loop(self, stmt: Any) -> list[Any]:
        """`for k in d`: normal form took the dictionary for a sequence, or left the loop as it was."""
        if self.is_dict(stmt.iter):
            return self.over_keys(stmt, stmt.iter.id, stmt.target.id, list(stmt.body))
        counter, body, before = stmt.target.id, list(stmt.body), []
        trips = stmt.iter
        for name in sorted({n.value.id for n in core.walk(*body) if _is_taken(n, counter)}):
            items, first = self.items(stmt, name)
            before += first
            trips = core.copy(trips, {name: load(items)})  # what can be read once has no length of its own
            body = [_by_index(s, name, items, counter) for s in body]
        return [*before, core.place(gast.For(stmt.target, trips, body, [], None), stmt)] if before else [stmt]

    def items(self, stmt: Any, name: str) -> tuple[str, list[Any]]:
        """The name of what has the items of an iterable in their order, and what must come before that is read."""
        kind = self.kinds.get(name, kind_of(self.writer.fn.bindings.get(name)))
        if is_keyed(kind):
            keys, first = self.writer.bound(core.call(self.writer.helper(list), load(name)), stmt, "keys")
            return keys, [first]
        if is_indexed(kind):
            return name, []
        return name, [core.effect(self.writer.called(check_indexed, load(name)), at=stmt)]

    def alone(self, stmt: Any) -> list[Any]:
        """`x = xs[k]` for what trip k takes, where that loop is elsewhere."""
        if not isinstance(stmt, gast.Assign) or not isinstance(stmt.value, core.Element):
            return [stmt]
        name = stmt.value.value.id
        items, before = self.items(stmt, name)
        return [*before, core.place(gast.Assign(stmt.targets, _by_index(stmt.value, name, items), None), stmt)]


def _is_taken(node: Any, counter: str) -> bool:
    """Is this the item that a trip of the loop with this counter takes?"""
    return isinstance(node, core.Element) and counter in core.names_read(node.slice)


def _by_index(tree: Any, name: str, items: str, counter: str = "") -> Any:
    """A tree that takes items by their index from what has them in their order: all, or those of a loop's trips."""

    def change(node: Any) -> Any:
        if not isinstance(node, core.Element) or node.value.id != name or (counter and not _is_taken(node, counter)):
            return node
        return core.item(load(items, node), core.copy(node.slice), at=node)

    return _mapped(tree, change)


def is_keyed(kind: Kind | None) -> bool:
    """Does a loop over this go through its keys, or through what has no index?"""
    return isinstance(kind, DictOf) or is_unindexed(kind)


def _mapped(node: Any, change: Callable[[Any], Any]) -> Any:
    """A tree with its nodes changed, from the root down."""
    new = change(node)
    if new is not node:
        return new
    parts = map_parts(node, lambda n: _mapped(n, change))
    if not isinstance(parts, gast.stmt):
        return parts  # `a if c else b` has no blocks, though its parts go by their names
    return map_blocks(parts, lambda block: [_mapped(s, change) for s in block])
