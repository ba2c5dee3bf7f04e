"""What Python's own functions say of an object that is taken apart: `isinstance(v, Vector)`, `len(d)`, `hasattr`."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.analysis.kinds import Array, Number
from adjoint.runtime.objects import is_followed
from adjoint.structures import attributes, displays, expressions, invoke, items
from adjoint.structures.asked import UNKNOWN, Call
from adjoint.structures.evaluator import Result
from adjoint.structures.values import Known, Listed, Record, Shadow, Super, Value
from adjoint.syntax import core


def of_isinstance(call: Call) -> Result:
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


def of_len(call: Call) -> Result:
    record = call.record()
    if record is None:
        value = call.value(0)
        return Known(len(value.items)) if isinstance(value, Shadow) and call.ev.wants_length else UNKNOWN
    if issubclass(record.cls, (dict, list, tuple)):
        return Known(len(call.ev.keys(record, call.node)))
    return of_special("__len__", call)


def of_least(call: Call) -> Result:
    """`min(len(xs), len(ys))`: how many trips a loop over both takes."""
    found = [call.constant(k) for k in range(len(call.args))]
    known = len(found) > 1 and not call.named and all(type(v) is int for v in found)
    return Known(min(found)) if known else UNKNOWN


def of_special(name: str, call: Call) -> Result:
    record = call.record()
    found = attributes.method(record, name, call.ev) if record is not None else None
    if record is None or found is None:
        return UNKNOWN
    return invoke.invoke(found, [items.receiver(record, call.ev), *call.args[1:]], [], call.node, call.ev, call.stmt)


def of_getattr(call: Call) -> Result:
    base, name = call.value(0), call.constant(1)
    if not isinstance(base, Value) or not isinstance(name, str):
        return UNKNOWN
    if len(call.args) > 2 and not _has(base, name, call):
        return call.value(2)
    return attributes.read(base, name, call.node, call.ev, call.stmt, call.stem)


def of_hasattr(call: Call) -> Result:
    base, name = call.value(0), call.constant(1)
    if not isinstance(base, (Record, Known)) or not isinstance(name, str):
        return UNKNOWN
    return Known(_has(base, name, call))


def _has(base: Value, name: str, call: Call) -> bool:
    if isinstance(base, Record):
        return call.ev.has(base, name) or attributes.static(base.cls, name, call.ev) is not attributes.ABSENT
    return hasattr(base.value, name) if isinstance(base, Known) else True


def of_setattr(call: Call) -> Result:
    record, name = call.record(), call.constant(1)
    if record is None or not isinstance(name, str):
        return UNKNOWN
    attributes.write(record, name, call.value(2), call.ev, call.stmt)
    return Known(None)


def of_super(call: Call) -> Result:
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


def of_type(call: Call) -> Result:
    record = call.record()
    return Known(record.cls) if record is not None and len(call.args) == 1 else UNKNOWN


def of_callable(call: Call) -> Result:
    value = call.value(0)
    if isinstance(value, Record):
        return Known(attributes.static(value.cls, "__call__", call.ev) is not attributes.ABSENT)
    return Known(callable(value.value)) if isinstance(value, Known) else UNKNOWN
