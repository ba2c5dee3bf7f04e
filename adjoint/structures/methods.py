"""Methods of lists and dictionaries whose parts are known: `d.get(k)`, `xs.append(x)`, `d.items()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adjoint.structures import copying, expressions, items, joining, sequences
from adjoint.structures.asked import UNKNOWN, Call
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Record, Value, View
from adjoint.syntax import core


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
    rows = [[sequences.key(k, call), ev.part(record, k, call.node)] for k in ev.keys(record, call.node)]
    return _view(sequences.listed_rows(rows, call), record, call)


def _view(made: Record, owner: Record, call: Call, of_values: bool = True) -> Record:
    call.ev.state.views[made] = View(owner, call.ev.keys(owner, call.node), of_values)
    return made


def _keys(call: Call, record: Record) -> Result:
    keys = [sequences.key(k, call) for k in call.ev.keys(record, call.node)]
    return _view(sequences.listed(keys, call), record, call, of_values=False)


def _values(call: Call, record: Record) -> Result:
    return _view(sequences.listed(call.ev.parts(record, call.node), call), record, call)


def _update(call: Call, record: Record) -> Result:
    if len(call.args) > 1:
        sequences.update_from(record, call.record(1), call)
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
    joining.extended(record, call.value(1), call.node, call.ev, call.stmt)
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
    "copy": lambda call, record: copying.of_copy(call),
    "_replace": lambda call, record: copying.of_replace(call),
    "_asdict": lambda call, record: copying.of_vars(call),
}
