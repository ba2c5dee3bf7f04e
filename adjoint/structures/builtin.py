"""Python's own functions and methods, asked of what is known: `len(d)`, `d.get(k)`, `isinstance(v, Vector)`.

`UNKNOWN` is the answer where nothing is known: the call stays a call.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, EnumType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import Array, ListOf, Number
from adjoint.runtime import changes
from adjoint.runtime.objects import is_followed, like
from adjoint.structures import attributes, displays, expressions, generators, invoke, items, operators, rows
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import CONSTANTS, Closure, Known, Listed, Record, Shadow, Super, Value
from adjoint.syntax import core


class _Unknown:
    pass


UNKNOWN = _Unknown()


@dataclasses.dataclass(frozen=True)
class Call:
    """A call of a builtin: its arguments evaluated (`values`) and as atoms (`args`)."""

    args: Sequence[Any]
    named: Mapping[str, Any]
    node: Any
    ev: Evaluator
    stmt: Any
    stem: str

    def value(self, k: int) -> Result:
        return expressions.evaluate(self.args[k], self.ev, self.stmt)

    def record(self, k: int = 0) -> Record | None:
        found = self.value(k) if k < len(self.args) else None
        return found if isinstance(found, Record) else None

    def constant(self, k: int) -> Any:
        """The constant that an argument is."""
        found = self.value(k) if k < len(self.args) else None
        return found.value if isinstance(found, Known) else items.MISSING

    def new(self, cls: type) -> Record:
        site = self.ev.site(self.node)
        if site in self.ev.demoted and is_followed(cls) and rows.site_of(cls) not in self.ev.demoted:
            site = rows.site_of(cls)
        if site in self.ev.demoted:
            raise self.ev.demote([self.record()], "an object is needed whole", self.node)
        return self.ev.allocate(cls, site, self.stem, self.node)


def function(
    value: Any, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any, stem: str
) -> Result:
    """What a builtin gives for these arguments."""
    try:
        handler = FUNCTIONS.get(value)
    except TypeError:  # what cannot be hashed is none of them
        return UNKNOWN
    if handler is None or any(isinstance(a, gast.Starred) for a in args) or any(k.arg is None for k in keywords):
        return UNKNOWN
    return handler(Call(args, {k.arg: k.value for k in keywords}, node, ev, stmt, stem))


def method(
    value: Any, args: Sequence[Any], named: Mapping[str, Any], node: Any, ev: Evaluator, stmt: Any, stem: str
) -> Result:
    """What a method of a dict, list or tuple gives; the first argument is the receiver."""
    call = Call(args, named, node, ev, stmt, stem)
    record = call.record()
    handler = METHODS.get(getattr(value, "__name__", str(value)))
    if value is object.__init__:
        return Known(None)
    if record is None or handler is None:
        return UNKNOWN
    return handler(call, record)


# Functions


def _isinstance(call: Call) -> Result:
    classes = call.constant(1)
    if classes is items.MISSING:
        parts = displays.elements(call.args[1], call.ev, call.stmt) if core.is_name(call.args[1]) else None
        known = [
            p.value for p in (expressions.evaluate(e, call.ev, call.stmt) for e in parts or ()) if isinstance(p, Known)
        ]
        if not parts or len(known) < len(parts):
            return UNKNOWN
        classes = tuple(known)
    first = call.value(0)
    if isinstance(first, Record):
        return Known(issubclass(first.cls, classes))
    if isinstance(first, Known):
        return Known(isinstance(first.value, classes))
    every = classes if isinstance(classes, tuple) else (classes,)
    if isinstance(call.ev.known(call.args[0]), Listed):
        return Known(list in every)
    if not isinstance(first, Value) and (settled := _kind_is(call.ev.kind_of(call.args[0]), every)) is not None:
        return Known(settled)
    if all(map(is_followed, every)) and not isinstance(first, Value):
        return Known(False) if call.ev.is_number(call.args[0]) else UNKNOWN
    return UNKNOWN


def _kind_is(kind: Any, classes: tuple[Any, ...]) -> bool | None:
    """Is a value of this kind of one of these classes, where the kind tells?"""
    if isinstance(kind, Array):
        return any(issubclass(np.ndarray, cls) for cls in classes)
    never = isinstance(kind, Number) and all(cls in (dict, list, tuple, set, str, np.ndarray) for cls in classes)
    return False if never else None


def _len(call: Call) -> Result:
    record = call.record()
    if record is None:
        value = call.value(0)
        return Known(len(value.items)) if isinstance(value, Shadow) and call.ev.wants_length else UNKNOWN
    if issubclass(record.cls, (dict, list, tuple)):
        return Known(len(call.ev.keys(record, call.node)))
    return _special("__len__", call)


def _special(name: str, call: Call) -> Result:
    record = call.record()
    found = attributes.method(record, name, call.ev) if record is not None else None
    if record is None or found is None:
        return UNKNOWN
    return invoke.invoke(found, [items.receiver(record, call.ev), *call.args[1:]], [], call.node, call.ev, call.stmt)


def _getattr(call: Call) -> Result:
    base, name = call.value(0), call.constant(1)
    if not isinstance(base, Value) or not isinstance(name, str):
        return UNKNOWN
    if len(call.args) > 2 and not _has(base, name, call):
        return call.value(2)
    return attributes.read(base, name, call.node, call.ev, call.stmt, call.stem)


def _hasattr(call: Call) -> Result:
    base, name = call.value(0), call.constant(1)
    if not isinstance(base, (Record, Known)) or not isinstance(name, str):
        return UNKNOWN
    return Known(_has(base, name, call))


def _has(base: Value, name: str, call: Call) -> bool:
    if isinstance(base, Record):
        return call.ev.has(base, name) or attributes.static(base.cls, name, call.ev) is not attributes.ABSENT
    return hasattr(base.value, name) if isinstance(base, Known) else True


def _setattr(call: Call) -> Result:
    record, name = call.record(), call.constant(1)
    if record is None or not isinstance(name, str):
        return UNKNOWN
    attributes.write(record, name, call.value(2), call.ev, call.stmt)
    return Known(None)


def _super(call: Call) -> Result:
    if call.args:
        cls, receiver = call.constant(0), call.args[1]
        return Super(cls, receiver.id) if isinstance(cls, type) else UNKNOWN
    frame = next((f for f in reversed(call.ev.frames) if f.function is not None), None)
    if frame is not None and frame.function is not None and frame.receiver is not None:
        cells = dict(zip(frame.function.__code__.co_freevars, frame.function.__closure__ or ()))
        receiver = expressions.evaluate(core.load(frame.receiver), call.ev, call.stmt)
        if "__class__" in cells and isinstance(receiver, (Record, Known)):
            return Super(cells["__class__"].cell_contents, frame.receiver)
    raise call.ev.demote([], "which class `super()` means, only the run can tell", call.node)


def _type(call: Call) -> Result:
    record = call.record()
    return Known(record.cls) if record is not None and len(call.args) == 1 else UNKNOWN


def _callable(call: Call) -> Result:
    value = call.value(0)
    if isinstance(value, Record):
        return Known(attributes.static(value.cls, "__call__", call.ev) is not attributes.ABSENT)
    return Known(callable(value.value)) if isinstance(value, Known) else UNKNOWN


def _dict(call: Call) -> Result:
    if call.ev.site(call.node) in call.ev.demoted:
        return UNKNOWN
    if call.args and call.record() is None:
        return UNKNOWN
    record = call.new(dict)
    if call.args:
        _update_from(record, call.record(), call)
    for name, value in call.named.items():
        call.ev.set_part(record, name, expressions.evaluate(value, call.ev, call.stmt), call.stmt)
    return record


def _update_from(record: Record, other: Record | None, call: Call) -> None:
    """Set the parts of a dict from another, or from a sequence of pairs."""
    ev = call.ev
    if other is not None and other.is_sequence:
        for key in ev.keys(other, call.node):
            pair = ev.part(other, key, call.node)
            parts = displays.elements(ev.atom(pair, call.stmt), ev, call.stmt)
            if parts is None or len(parts) != 2:
                raise ev.demote([record, other], "the keys of this dict are known only when it runs", call.node)
            name = ev.atom(parts[0], call.stmt)
            ev.set_part(record, items.key_of(name, ev), parts[1], call.stmt)
        return
    displays.merge(record, other, ev, call.stmt, call.node)


def _sequence(cls: type) -> Callable[[Call], Result]:
    def make(call: Call) -> Result:
        if call.ev.site(call.node) in call.ev.demoted or not call.args:
            return UNKNOWN
        value = call.value(0)
        listed = isinstance(value, (Record, Shadow)) or isinstance(value, Known) and isinstance(value.value, EnumType)
        parts = displays.elements(call.args[0], call.ev, call.stmt) if listed else None
        if parts is None:
            return UNKNOWN
        node = core.place(gast.Tuple([], gast.Load()) if cls is tuple else gast.List([], gast.Load()), call.node)
        call.ev.sites[node] = call.ev.site(call.node)
        return displays.sequence(node, parts, call.ev, call.stmt, call.stem)

    return make


def _zip(call: Call) -> Result:
    if not any(isinstance(call.value(k), Record) for k in range(len(call.args))):
        return UNKNOWN
    columns = [displays.elements(a, call.ev, call.stmt) for a in call.args]
    if any(c is None for c in columns):
        raise call.ev.demote(
            [call.record(k) for k in range(len(call.args))], "objects are zipped with others", call.node
        )
    return _rows([list(row) for row in zip(*(c for c in columns if c is not None))], call)


def _enumerate(call: Call) -> Result:
    parts = displays.elements(call.args[0], call.ev, call.stmt) if call.record() is not None else None
    if parts is None or len(call.args) > 1 or call.named:
        return UNKNOWN
    return _rows([[Known(k), part] for k, part in enumerate(parts)], call)


def _reversed(call: Call) -> Result:
    parts = displays.elements(call.args[0], call.ev, call.stmt) if call.record() is not None else None
    return UNKNOWN if parts is None else _listed(parts[::-1], call)


def _sorted(call: Call) -> Result:
    record = call.record()
    if record is None or call.named:
        return UNKNOWN
    if record.cls is dict:
        return _listed([_key(k, call) for k in sorted(call.ev.keys(record, call.node))], call)
    parts = call.ev.parts(record, call.node)
    if not record.is_sequence or not all(isinstance(p, Known) and isinstance(p.value, CONSTANTS) for p in parts):
        return UNKNOWN
    return _listed([Known(v) for v in sorted(p.value for p in parts if isinstance(p, Known))], call)


def _rows(rows: list[list[Result]], call: Call) -> Result:
    """A list of tuples, all of them records."""
    made = []
    for row in rows:
        record = call.new(tuple)
        for k, result in enumerate(row):
            call.ev.set_part(record, k, result, call.stmt)
        made.append(record)
    return _listed(made, call)


def _listed(parts: Sequence[Result], call: Call) -> Record:
    record = call.new(list)
    for k, part in enumerate(parts):
        call.ev.set_part(record, k, part, call.stmt)
    return record


def _sum(call: Call) -> Result:
    parts = displays.elements(call.args[0], call.ev, call.stmt) if call.record() is not None else None
    if parts is None:
        return UNKNOWN
    start = call.args[1] if len(call.args) > 1 else call.named.get("start")
    total: Result = core.const(0, call.node) if start is None else expressions.evaluate(start, call.ev, call.stmt)
    for part in parts:
        left, right = call.ev.atom(total, call.stmt), call.ev.atom(part, call.stmt)
        node = core.binary(left, gast.Add, right, call.node)
        total = operators.operation(node, call.ev, call.stmt, call.stem)
    return total


def _iter(call: Call) -> Result:
    value = call.value(0)
    if isinstance(value, Shadow):
        return value
    record = call.record()
    if record is None:
        return UNKNOWN
    return record if record.is_sequence or record.cls is dict else _special("__iter__", call)


def iterated(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """What going through an object of a class with `__iter__` goes through, by a name; anything else as it is."""
    record = ev.known(node) if core.is_name(node) else None
    if not isinstance(record, Record) or issubclass(record.cls, (list, tuple, dict)):
        return node
    if attributes.method(record, "__iter__", ev) is None:
        return node
    return ev.atom(_special("__iter__", Call([node], {}, node, ev, stmt, "")), stmt)


def _deepcopy(call: Call) -> Result:
    record = call.record()
    return UNKNOWN if record is None else _deep(record, call, {}, [])


def _deep(record: Record, call: Call, made: dict[Record, Record], seen: list[Any]) -> Record:
    """A copy of all that a record holds; what stands in it twice stands in the copy twice."""
    if record in made:
        return made[record]
    new = made[record] = call.new(record.cls)
    for key in call.ev.keys(record, call.node):
        part = call.ev.part(record, key, call.node)
        copied = _deep(part, call, made, seen) if isinstance(part, Record) else _apart(part, key, record, call, seen)
        call.ev.set_part(new, key, copied, call.stmt)
    return new


def _apart(part: Result, key: Any, record: Record, call: Call, seen: list[Any]) -> Result:
    """A copy of a number, an array or a list of numbers; `seen` are the arrays and lists copied before."""
    ev = call.ev
    if ev.is_array(part) or _is_list_of_numbers(part, ev):
        for other in seen:
            if ev.kind_of(other) == ev.kind_of(part):
                two = core.call(ev.path_of(changes.check_two, "check_two"), core.copy(part), core.copy(other))
                ev.emit(core.effect(two, at=call.stmt))
        seen.append(part)
        return core.call(f"{part.id}.copy", at=call.node)
    if isinstance(part, Listed) or not isinstance(part, Value) and not ev.is_number(part):
        raise ev.demote([record], f"how `{key}` is copied, only the run can tell", call.node)
    return part


def _is_list_of_numbers(part: Result, ev: Evaluator) -> bool:
    atom = part if not isinstance(part, Value) else None
    kind = ev.kind_of(atom) if core.is_name(atom) else None
    return isinstance(kind, ListOf) and isinstance(kind.item, Number)


def _copy(call: Call) -> Result:
    record = call.record()
    return UNKNOWN if record is None else _entered(_copied(record, call), call)


def _copied(record: Record, call: Call) -> Record:
    """A new object with the same parts."""
    new = call.new(record.cls)
    for key in call.ev.keys(record, call.node):
        call.ev.set_part(new, key, call.ev.part(record, key, call.node), call.stmt)
    return new


def _entered(record: Record, call: Call) -> Record:
    """A new object that has all its parts: as a row, where objects made here are rows."""
    is_row = record.site == rows.site_of(record.cls)
    return rows.entered(record, call.ev, call.stmt) if is_row else record


def _replace(call: Call) -> Result:
    record = call.record()
    if record is None:
        return UNKNOWN
    new = _copied(record, call)
    for name, value in call.named.items():
        call.ev.set_part(new, name, expressions.evaluate(value, call.ev, call.stmt), call.stmt)
    return _entered(new, call)


def _vars(call: Call) -> Result:
    record = call.record()
    if record is None:
        return UNKNOWN
    new = call.new(dict)
    for key in call.ev.keys(record, call.node):
        call.ev.set_part(new, key, call.ev.part(record, key, call.node), call.stmt)
    return new


def _as(cls: type) -> Callable[[Call], Result]:
    """`dataclasses.asdict` and `astuple`: the fields, copied, those of data classes in them too."""

    def made(call: Call) -> Result:
        record = call.record()
        return UNKNOWN if record is None or call.named else _fields(record, cls, call, [])

    return made


def _fields(record: Record, cls: type, call: Call, seen: list[Any]) -> Record:
    ev, is_data = call.ev, dataclasses.is_dataclass(record.cls)
    names = [f.name for f in dataclasses.fields(record.cls)] if is_data else ev.keys(record, call.node)
    new = call.new(cls if is_data else record.cls)
    for place, name in enumerate(names):
        part = ev.part(record, name, call.node)
        inner = _fields(part, cls, call, seen) if isinstance(part, Record) else _apart(part, name, record, call, seen)
        ev.set_part(new, place if is_data and cls is tuple else name, inner, call.stmt)
    return new


def _cached(call: Call) -> Result:
    """`functools.cache` of a function defined inside: itself, where calling it twice does no more than once."""
    value = call.value(0) if call.args else None
    if value is None or value == Known(None) or isinstance(value, Known) and type(value.value) is int:
        return Known(_cached)  # `lru_cache(maxsize=…)`, which is given the function
    if not isinstance(value, Closure):
        return UNKNOWN
    inside = list(core.statements(value.definition.body))
    plain = all(isinstance(s, (gast.Return, gast.If, gast.For, gast.Pass)) or _is_bind(s) for s in inside)
    names = {value.definition.name, *core.names_bound(call.stmt)}
    again = not names.isdisjoint(n for s in inside for n in core.names_read(s))
    if again or not plain:
        advice = "Define it outside, or keep its values in a dictionary: `if k not in known: known[k] = …`."
        generators.refuse("a function in a cache that calls itself or has effects", advice, call.node, call.ev)
    return value


def _is_bind(stmt: Any) -> bool:
    return isinstance(stmt, gast.Assign) and isinstance(stmt.targets[0], (gast.Name, gast.Tuple))


FUNCTIONS: dict[Any, Callable[[Call], Result]] = {
    isinstance: _isinstance,
    len: _len,
    getattr: _getattr,
    hasattr: _hasattr,
    setattr: _setattr,
    super: _super,
    type: _type,
    callable: _callable,
    dict: _dict,
    list: _sequence(list),
    tuple: _sequence(tuple),
    zip: _zip,
    enumerate: _enumerate,
    reversed: _reversed,
    sorted: _sorted,
    sum: _sum,
    abs: lambda call: _special("__abs__", call),
    float: lambda call: _special("__float__", call),
    int: lambda call: _special("__int__", call),
    copy.copy: _copy,
    copy.deepcopy: _deepcopy,
    iter: _iter,
    dataclasses.replace: _replace,
    dataclasses.asdict: _as(dict),
    dataclasses.astuple: _as(tuple),
    functools.cache: _cached,
    functools.lru_cache: _cached,
    _cached: _cached,
    vars: _vars,
    like: _replace,
}

# These mean something also where nothing is known of their arguments.
ALWAYS = (super, dict, OrderedDict, isinstance, getattr, hasattr, setattr, callable)

# Methods


def _get(call: Call, record: Record) -> Result:
    key = items.key_of(call.args[1], call.ev)
    if key is items.MISSING:
        raise call.ev.demote([record], "which item this is, only the run can tell", call.node)
    if call.ev.has(record, key):
        return call.ev.part(record, key, call.node)
    return call.value(2) if len(call.args) > 2 else Known(None)


def _setdefault(call: Call, record: Record) -> Result:
    key = items.key_of(call.args[1], call.ev)
    if key is items.MISSING:
        raise call.ev.demote([record], "which item this is, only the run can tell", call.node)
    if not call.ev.has(record, key):
        call.ev.set_part(record, key, call.value(2) if len(call.args) > 2 else Known(None), call.stmt)
    return call.ev.part(record, key, call.node)


def _items(call: Call, record: Record) -> Result:
    ev = call.ev
    return _rows([[_key(k, call), ev.part(record, k, call.node)] for k in ev.keys(record, call.node)], call)


def _key(key: Any, call: Call) -> Result:
    return Known(key) if isinstance(key, (*CONSTANTS, Enum)) else core.const(key, call.node)


def _keys(call: Call, record: Record) -> Result:
    return _listed([_key(k, call) for k in call.ev.keys(record, call.node)], call)


def _values(call: Call, record: Record) -> Result:
    return _listed([call.ev.part(record, k, call.node) for k in call.ev.keys(record, call.node)], call)


def _update(call: Call, record: Record) -> Result:
    if len(call.args) > 1:
        _update_from(record, call.record(1), call)
    for name, value in call.named.items():
        call.ev.set_part(record, name, expressions.evaluate(value, call.ev, call.stmt), call.stmt)
    return Known(None)


def _pop(call: Call, record: Record) -> Result:
    ev = call.ev
    key = items.key_of(call.args[1], ev) if len(call.args) > 1 else -1
    if key is items.MISSING:
        raise ev.demote([record], "which item this is, only the run can tell", call.node)
    key = items.position(record, key, ev)
    if not ev.has(record, key):
        if len(call.args) > 2:
            return call.value(2)
        raise ev.demote([record], "which item this is, only the run can tell", call.node)
    result = ev.part(record, key, call.node)
    kept = expressions.evaluate(
        ev.atom(core.copy(result) if not isinstance(result, Value) else result, call.stmt), ev, call.stmt
    )
    keys = ev.keys(record, call.node) if record.is_sequence else ev.state.keys[record]
    left = [k for k in keys if k != key]
    if record.is_sequence and key != len(left):
        _refill(record, [ev.part(record, k, call.node) for k in left], call)
    else:
        ev.state.keys[record] = tuple(left)
        ev.touch(record, key, call.stmt)
    return kept


def _refill(record: Record, parts: Sequence[Result], call: Call) -> None:
    """A list with other elements."""
    ev = call.ev
    held = [ev.atom(p, call.stmt) if isinstance(p, Value) else _held(p, call) for p in parts]
    ev.state.keys[record] = ()
    for k, atom in enumerate(held):
        ev.set_part(record, k, expressions.evaluate(atom, ev, call.stmt), call.stmt)


def _held(expr: Any, call: Call) -> Any:
    name = call.ev.fresh("t")
    call.ev.bind(name, core.copy(expr), call.stmt)
    return core.load(name)


def _append(call: Call, record: Record) -> Result:
    call.ev.set_part(record, len(call.ev.keys(record, call.node)), call.value(1), call.stmt)
    return Known(None)


def _extend(call: Call, record: Record) -> Result:
    extended(record, call.value(1), call.node, call.ev, call.stmt)
    return Known(None)


def _insert(call: Call, record: Record) -> Result:
    ev, key = call.ev, call.constant(1)
    if type(key) is not int:
        raise ev.demote([record], "where this is inserted, only the run can tell", call.node)
    parts = [ev.part(record, k, call.node) for k in ev.keys(record, call.node)]
    parts.insert(key, call.value(2))
    _refill(record, parts, call)
    return Known(None)


METHODS: dict[str, Callable[[Call, Record], Result]] = {
    "get": _get,
    "setdefault": _setdefault,
    "items": _items,
    "keys": _keys,
    "values": _values,
    "update": _update,
    "pop": _pop,
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "copy": lambda call, record: _copy(call),
    "_replace": lambda call, record: _replace(call),
    "_asdict": lambda call, record: _vars(call),
}


# Sequences and dicts joined by operators


def joined(op: type, left: Result, right: Result, node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    """`[a] + rest` and `[a] * 3` where the lengths are known."""
    call = Call([], {}, node, ev, stmt, stem)
    owner = left if isinstance(left, Record) else right
    if op is gast.Add and isinstance(left, (Record, Shadow)) and isinstance(right, (Record, Shadow)):
        parts = [*_parts(left, ev, node), *_parts(right, ev, node)]
    elif op is gast.Mult and isinstance(left, Record) and isinstance(right, Known) and type(right.value) is int:
        parts = _parts(left, ev, node) * right.value
    else:
        raise ev.demote(
            [v for v in (left, right) if isinstance(v, Value)], "the length is known only at run time", node
        )
    cls = owner.cls if isinstance(owner, Record) and issubclass(owner.cls, list) else tuple
    record = call.new(cls)
    for k, part in enumerate(parts):
        ev.set_part(record, k, part, stmt)
    return record


def _parts(value: Record | Shadow, ev: Evaluator, node: Any) -> list[Result]:
    if isinstance(value, Shadow):
        return [core.copy(a) for a in value.items]
    return [ev.part(value, k, node) for k in ev.keys(value, node)]


def merged(left: Record, right: Result, node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    """`a | b` of dicts."""
    record = Call([], {}, node, ev, stmt, stem).new(dict)
    displays.merge(record, left, ev, stmt, node)
    displays.merge(record, right, ev, stmt, node)
    return record


def extended(record: Record, other: Result, node: Any, ev: Evaluator, stmt: Any) -> Record:
    """`record += other` of lists."""
    if not isinstance(other, (Record, Shadow)):
        raise ev.demote([record], "the length of this list is known only at run time", node)
    for part in _parts(other, ev, node):
        ev.set_part(record, len(ev.keys(record, node)), part, stmt)
    return record
