"""Sequences and dictionaries joined by operators: `[a] + rest`, `[a] * 3`, `a | b`, `xs += ys`."""

from __future__ import annotations

from typing import Any

import gast

from adjoint.structures import displays
from adjoint.structures.asked import Call
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Record, Shadow, Value
from adjoint.syntax import core


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
