"""Lists and dictionaries: which statement changes which of them, and the kinds of what their methods give.

    items.append(x)         x is put in at the end
    items.insert(k, x)      x is put in at k (a place that exists, counted from the front)
    x = items.pop()         the last item is taken out
    x = items.pop(k)        the item at k, or a dictionary's under the key k, is taken out

`differentiate.containers` brings the other changes into these and into stores: `items[k] = x`, `items[:] = others`.
"""

from __future__ import annotations

import builtins
import collections
import functools
from collections.abc import Callable, Mapping
from typing import Any

import gast

from adjoint.analysis.joins import join
from adjoint.analysis.kinds import (
    UNKNOWN,
    Array,
    DictOf,
    Instance,
    Key,
    Kind,
    ListOf,
    Number,
    SomeTuple,
    Static,
    Text,
    TupleOf,
    Unknown,
    can_vary,
)
from adjoint.analysis.values import key_kind
from adjoint.classes import dataclass
from adjoint.runtime import containers
from adjoint.syntax import core

CONTAINERS = (ListOf, DictOf)
KindOf = Callable[[Any], "Kind | None"]


@dataclass(frozen=True)
class Change:
    """What makes a container longer or shorter: `item` is put in (or else `result` taken out) at `index`."""

    name: str
    index: Any  # None for the end
    item: Any = None
    result: str | None = None


def change_of(stmt: Any, kinds: Mapping[str, Kind]) -> Change | None:
    """What a statement puts into a container, or takes out of one.

    >>> kinds = {"xs": ListOf(Number("float")), "d": DictOf(None, None)}
    >>> change_of(gast.parse("x = d.pop(k)").body[0], kinds).name
    'd'
    >>> change_of(gast.parse("d.append(k)").body[0], kinds) is None
    True
    """
    kind: Any = type(stmt)
    if (kind is not gast.Assign and kind is not gast.Expr) or type(stmt.value) is not gast.Call:
        return None
    match stmt:
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr=method), args=args)):
            if not isinstance(kinds.get(name), ListOf):
                return None
            match method, args:
                case "append", [item]:
                    return Change(name, None, item)
                case "insert", [index, item]:
                    return Change(name, index, item)
        case gast.Assign(
            targets=[gast.Name(id=result)],
            value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="pop"), args=args),
        ):
            match kinds.get(name), args:
                case ListOf(), []:
                    return Change(name, None, result=result)
                case ListOf() | DictOf(), [index]:
                    return Change(name, index, result=result)
    return None


def holds_objects(kind: Kind | None) -> bool:
    """Are the items of a container arrays and containers, which are what they are whoever holds them?"""
    return isinstance(kind, CONTAINERS) and isinstance(kind.item, (Array, *CONTAINERS))


def is_object(kind: Kind | None) -> bool:
    """Is a value of this kind one of those that are what they are whoever holds them, or made of such alone?"""
    match kind:
        case Array() | ListOf() | DictOf():
            return True
        case TupleOf(items=items):
            return any(map(is_object, items)) and all(is_object(k) or not can_vary(k) for k in items)
    return False


def is_holder(kind: Kind | None) -> bool:
    """Does a value of this kind, which is no array, hold nothing but objects, and so has no cotangent of its own?"""
    match kind:
        case ListOf(item=item) | DictOf(item=item):
            return item is None or is_object(item)
        case TupleOf():
            return is_object(kind)
    return False


def can_be_mirrored(kind: Kind | None) -> bool:
    """Is every value in one of this kind either an object or without any inside it?"""
    match kind:
        case Array() | Number() | Static() | Text():
            return True
        case ListOf(item=item) | DictOf(item=item):
            return item is None or can_be_mirrored(item)
        case TupleOf(items=items):
            return all(map(can_be_mirrored, items)) and (is_object(kind) or not any(map(is_object, items)))
    return False


def shares_items(kind: Kind | None) -> bool:
    """May a value of this kind be, or hold, what others hold? A number cannot, nor a new list of numbers."""
    match kind:
        case Number() | Static() | Text() | Key():
            return False
        case ListOf(item=item) | DictOf(item=item):
            return item is None or isinstance(item, CONTAINERS) or shares_items(item)
        case TupleOf(items=items):
            return any(map(shares_items, items))
    return True


def is_nested(kind: Kind | None) -> bool:
    """Does a container hold containers?"""
    return isinstance(kind, CONTAINERS) and isinstance(kind.item, CONTAINERS)


# Kinds


def bound_by_methods(stmt: Any, kinds: Mapping[str, Kind], kind: KindOf) -> list[tuple[str, Kind | None]]:
    """What statements that change containers, also those not yet in their final form, tell of the containers."""
    match stmt:
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name), slice=index)]):
            return stored(name, index, kinds.get(name), kind(stmt.value), kind)
        case gast.AugAssign(target=gast.Name(id=name), op=gast.Add()) if isinstance(kinds.get(name), ListOf):
            return [(name, ListOf(item_of(kind(stmt.value))))]
        case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=name), slice=index)):
            return stored(
                name, index, kinds.get(name), kind(core.binary(_read(stmt.target), stmt.op, stmt.value)), kind
            )
        case gast.Assign(value=gast.Subscript(value=gast.Name(id=name), slice=index)):
            match kinds.get(name):
                case DictOf(item=item, default=default) if default is not None:  # what it lacks, it has from now on
                    return [(name, DictOf(key_kind(kind(index)), item, default))]
        case gast.Expr(value=gast.Call() as call) | gast.Assign(value=gast.Call() as call):
            return put_in(call, kinds, kind)
    return []


def shared(stmt: Any, kinds: Mapping[str, Kind]) -> list[tuple[str, Kind | None]]:
    """What names that stand for one container, or hold it, tell of one another: each may put things into it."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)], value=value) if isinstance(kinds.get(name), CONTAINERS):
            owners = [(n, kinds[n], whole) for n, whole in _holders(value) if isinstance(kinds.get(n), CONTAINERS)]
            return [(n, kinds[name] if whole else _with_item(kind, kinds[name])) for n, kind, whole in owners]
        case gast.Expr() | gast.Assign(targets=[gast.Subscript()]):
            change = change_of(stmt, kinds)
            owner = change.name if change is not None else stored_in(stmt)
            item = change.item if change is not None else stmt.value
            known = kinds.get(owner or "")
            if core.is_name(item) and isinstance(kinds.get(item.id), CONTAINERS) and isinstance(known, CONTAINERS):
                return [(item.id, known.item)] if isinstance(known.item, CONTAINERS) else []
    return []


def stored_in(stmt: Any) -> str | None:
    """The container in whose one item a statement stores."""
    match stmt:
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name), slice=index)]):
            return None if isinstance(index, gast.Slice) else str(name)
    return None


def _holders(value: Any) -> list[tuple[str, bool]]:
    """The names of what a value may be itself (True), or an item of."""
    match value:
        case gast.Name():
            return [(value.id, True)]
        case gast.IfExp():
            return [*_holders(value.body), *_holders(value.orelse)]
        case gast.Subscript(value=gast.Name(id=name)) if not isinstance(value.slice, gast.Slice):
            return [(name, False)]
        case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="pop" | "popleft" | "get" | "setdefault")):
            return [(name, False)]
    return []


def _with_item(owner: Kind, item: Kind) -> Kind:
    return DictOf(owner.key, item, owner.default) if isinstance(owner, DictOf) else ListOf(item)


def is_open(kind: Kind | None) -> bool:
    """Is it not known yet what a container holds?"""
    match kind:
        case ListOf(item=item) | DictOf(item=item):
            return item is None or is_open(item)
        case TupleOf(items=items):
            return any(map(is_open, items))
    return False


def _read(cell: Any) -> Any:
    return core.item(core.load(cell.value.id), cell.slice)


def stored(
    name: str, index: Any, owner: Kind | None, value: Kind | None, kind: KindOf
) -> list[tuple[str, Kind | None]]:
    match owner:
        case ListOf():
            return [(name, ListOf(item_of(value) if isinstance(index, gast.Slice) else value))]
        case DictOf(default=default):
            return [(name, DictOf(key_kind(kind(index)), value, default))]
    return []


def put_in(call: Any, kinds: Mapping[str, Kind], kind: KindOf) -> list[tuple[str, Kind | None]]:
    """What a method's call puts into the container that it belongs to."""
    match call:
        case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr=method), args=args):
            owner = kinds.get(name)
        case _:
            return []
    match owner, method, args:
        case ListOf(), "append" | "appendleft", [item]:
            return [(name, ListOf(kind(item)))]
        case ListOf(), "insert", [_, item]:
            return [(name, ListOf(kind(item)))]
        case ListOf(), "extend" | "extendleft", [items]:
            return [(name, ListOf(item_of(kind(items))))]
        case DictOf(default=default), "setdefault", [key, item]:
            return [(name, DictOf(key_kind(kind(key)), kind(item), default))]
        case DictOf(default=default), "update", [other]:
            found = kind(other)
            return [(name, DictOf(found.key, found.item, default))] if isinstance(found, DictOf) else []
    return []


def item_of(kind: Kind | None) -> Kind | None:
    """The kind of what going through a value gives."""
    match kind:
        case ListOf() | SomeTuple():
            return kind.item
        case DictOf():
            return kind.key
        case TupleOf():
            found: Kind | None = None
            for item in kind.items:
                found = join(found, item)
            return found
        case Array(shape=tuple(shape)) if shape:
            return Number(kind.dtype) if len(shape) == 1 else Array(kind.dtype, shape[1:])
        case Instance(cls=cls) if cls is range:
            return Number("int")
        case None:
            return None
    return UNKNOWN


def method_kind(expr: Any, kinds: Mapping[str, Kind], kind: KindOf) -> Kind | None:
    """The kind that a container's method gives; UNKNOWN where it is none that is known."""
    match expr:
        case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr=method), args=args):
            owner = kinds.get(name)
        case _:
            return UNKNOWN
    match owner, method:
        case ListOf() | DictOf(), "copy":
            return owner
        case ListOf(), "pop" | "popleft":
            return owner.item
        case ListOf(), "index" | "count":
            return Number("int")
        case DictOf(), "get" if len(args) < 2:
            return join(owner.item, Static(None))
        case DictOf(), "get" | "pop" | "setdefault":
            return owner.item if len(args) < 2 else join(owner.item, kind(args[1]))
        case DictOf(), "keys":
            return ListOf(owner.key)
        case DictOf(), "popitem":
            return None if None in (owner.key, owner.item) else TupleOf((owner.key, owner.item))  # type: ignore[arg-type]
        case DictOf(), "values":
            return ListOf(owner.item)
        case DictOf(), "items":
            return None if None in (owner.key, owner.item) else ListOf(TupleOf((owner.key, owner.item)))  # type: ignore[arg-type]
    return UNKNOWN


# Functions that make containers of others
MAKERS = (containers.joined, containers.repeated, containers.items_at, list, tuple, sorted, dict)
# … and those that are replaced by lists and dictionaries
REPLACED = (zip, enumerate, reversed, collections.deque, collections.defaultdict, collections.Counter)


# What a defaultdict's values are at first
DEFAULTS: Mapping[Any, Kind] = {
    float: Number("float"),
    int: Number("int"),
    list: ListOf(None),
    dict: DictOf(None, None),
}


def is_maker(primitive: Any) -> bool:
    """Is this a function that makes a container of others?"""
    return any(primitive is f for f in MAKERS)


def made_by(callee: Any, kind: KindOf) -> Kind | None:
    """The kind of a container that one of the `MAKERS` makes."""
    kinds = [kind(a) for a in callee.args]
    match callee.primitive, kinds:
        case containers.joined, [ListOf() as first, second]:
            return ListOf(join(first.item, item_of(second)))
        case builtins.tuple, [(TupleOf() | SomeTuple()) as first]:
            return first
        case builtins.tuple, [(ListOf() | Array()) as first]:
            value = item_of(first)
            return None if value is None else SomeTuple(value)
        case builtins.dict, []:
            items = [kind(v) for v in callee.keywords.values()]
            return DictOf(Key() if items else None, functools.reduce(join, items, None))
        case builtins.dict, [ListOf(item=pair)] if not callee.keywords:
            match pair:
                case TupleOf(items=(key, item)):
                    return DictOf(key_kind(key), item)
                case None:
                    return None
        case builtins.zip, _ if all(k is None or isinstance(k, (ListOf, TupleOf, Array)) for k in kinds):
            parts = [item_of(k) for k in kinds]
            return None if None in parts else ListOf(TupleOf(tuple(k for k in parts if k is not None)))
        case builtins.enumerate, [(ListOf() | Array()) as first, *_]:
            value = item_of(first)
            return None if value is None else ListOf(TupleOf((Number("int"), value)))
        case builtins.reversed, [(ListOf() | Array()) as first]:
            return ListOf(item_of(first))
        case collections.deque, []:
            return ListOf(None)
        case collections.deque, [first, *_]:
            return None if first is None else ListOf(item_of(first))
        case collections.Counter, []:
            return DictOf(None, Number("int"), collections.Counter)
        case collections.defaultdict, [Static(value=made)]:
            return DictOf(None, DEFAULTS.get(made), made)
        case builtins.dict, [DictOf() as first]:
            more = [kind(v) for v in callee.keywords.values()]
            keys = join(first.key, Key()) if more else first.key
            return DictOf(keys, functools.reduce(join, more, first.item))
        case builtins.list | builtins.sorted, []:
            return ListOf(None)
        case containers.repeated, [ListOf(), Unknown()]:
            return UNKNOWN  # by an array, it would be one
        case ((containers.repeated | containers.items_at | builtins.list | builtins.sorted), [first, *_]):
            return None if first is None else ListOf(item_of(first))
    return UNKNOWN
