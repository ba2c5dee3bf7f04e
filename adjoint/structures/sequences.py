"""The lists, tuples and dictionaries that Python's own functions make: `dict(a=x)`, `zip(xs, ys)`, `sorted(ds)`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, EnumType
from typing import Any

import gast

from adjoint.structures import asking, attributes, displays, expressions, items, operators
from adjoint.structures.asked import UNKNOWN, Call
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import CONSTANTS, Known, Record, Shadow
from adjoint.syntax import core


def of_dict(call: Call) -> Result:
    if call.ev.site(call.node) in call.ev.demoted:
        return UNKNOWN
    if call.args and call.record() is None:
        return UNKNOWN
    record = call.new(dict)
    if call.args:
        update_from(record, call.record(), call)
    for name, value in call.named.items():
        call.ev.set_part(record, name, expressions.evaluate(value, call.ev, call.stmt), call.stmt)
    return record


def update_from(record: Record, other: Record | None, call: Call) -> None:
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


def sequence(cls: type) -> Callable[[Call], Result]:
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
        return displays.sequence(node, parts, call.ev, call.stmt, call.stem, value)

    return make


def of_zip(call: Call) -> Result:
    if not any(isinstance(call.value(k), Record) for k in range(len(call.args))):
        return UNKNOWN
    columns = [displays.elements(a, call.ev, call.stmt) for a in call.args]
    if any(c is None for c in columns):
        raise call.ev.demote(
            [call.record(k) for k in range(len(call.args))], "objects are zipped with others", call.node
        )
    return listed_rows([list(row) for row in zip(*(c for c in columns if c is not None))], call)


def of_enumerate(call: Call) -> Result:
    parts = displays.elements(call.args[0], call.ev, call.stmt) if call.record() is not None else None
    if parts is None or len(call.args) > 1 or call.named:
        return UNKNOWN
    return listed_rows([[Known(k), part] for k, part in enumerate(parts)], call)


def of_reversed(call: Call) -> Result:
    parts = displays.elements(call.args[0], call.ev, call.stmt) if call.record() is not None else None
    return UNKNOWN if parts is None else listed(parts[::-1], call)


def of_sorted(call: Call) -> Result:
    record = call.record()
    if record is None or call.named:
        return UNKNOWN
    if record.cls is dict:
        return listed([key(k, call) for k in sorted(call.ev.keys(record, call.node))], call)
    parts = call.ev.parts(record, call.node)
    if not record.is_sequence or not all(isinstance(p, Known) and isinstance(p.value, CONSTANTS) for p in parts):
        return UNKNOWN
    return listed([Known(v) for v in sorted(p.value for p in parts if isinstance(p, Known))], call)


def listed_rows(rows: list[list[Result]], call: Call) -> Result:
    """A list of tuples, all of them records."""
    made = []
    for row in rows:
        record = call.new(tuple)
        for k, result in enumerate(row):
            call.ev.set_part(record, k, result, call.stmt)
        made.append(record)
    return listed(made, call)


def listed(parts: Sequence[Result], call: Call) -> Record:
    record = call.new(list)
    for k, part in enumerate(parts):
        call.ev.set_part(record, k, part, call.stmt)
    return record


def of_sum(call: Call) -> Result:
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


def of_iter(call: Call) -> Result:
    value = call.value(0)
    if isinstance(value, Shadow):
        return value
    record = call.record()
    if record is None:
        return UNKNOWN
    return record if record.is_sequence or record.cls is dict else asking.of_special("__iter__", call)


def iterated(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """What going through an object of a class with `__iter__` goes through, by a name; anything else as it is."""
    record = ev.known(node) if core.is_name(node) else None
    if not isinstance(record, Record) or issubclass(record.cls, (list, tuple, dict)):
        return node
    if attributes.method(record, "__iter__", ev) is None:
        return node
    return ev.atom(asking.of_special("__iter__", Call([node], {}, node, ev, stmt, "")), stmt)


def key(key: Any, call: Call) -> Result:
    return Known(key) if isinstance(key, (*CONSTANTS, Enum)) else core.const(key, call.node)
