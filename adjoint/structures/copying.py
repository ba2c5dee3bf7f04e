"""Copies of objects that are taken apart: `copy.deepcopy(v)`, `dataclasses.replace(v, x=1.0)`, `asdict`, `vars`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from adjoint.analysis.kinds import ListOf, Number
from adjoint.runtime import changes
from adjoint.structures import expressions, rows
from adjoint.structures.asked import UNKNOWN, Call
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Listed, Record, Value
from adjoint.syntax import core


def of_deepcopy(call: Call) -> Result:
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


def of_copy(call: Call) -> Result:
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


def of_replace(call: Call) -> Result:
    record = call.record()
    if record is None:
        return UNKNOWN
    new = _copied(record, call)
    for name, value in call.named.items():
        call.ev.set_part(new, name, expressions.evaluate(value, call.ev, call.stmt), call.stmt)
    return _entered(new, call)


def of_vars(call: Call) -> Result:
    record = call.record()
    if record is None:
        return UNKNOWN
    new = call.new(dict)
    for key in call.ev.keys(record, call.node):
        call.ev.set_part(new, key, call.ev.part(record, key, call.node), call.stmt)
    return new


def as_plain(cls: type) -> Callable[[Call], Result]:
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
