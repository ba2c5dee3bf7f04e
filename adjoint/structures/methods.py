"""Methods of lists and dictionaries whose parts are known: `d.get(k)`, `xs.append(x)`, `d.items()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast

from adjoint.structures import copying, expressions, items, joining, sequences
from adjoint.structures.asked import UNKNOWN, Call
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Record, Value
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


CHANGING = ("update", "pop", "setdefault", "popitem", "clear")


def _items(call: Call, record: Record) -> Result:
    _refuse_stores(call, record)
    ev = call.ev
    return sequences.listed_rows(
        [[sequences.key(k, call), ev.part(record, k, call.node)] for k in ev.keys(record, call.node)], call
    )


def _refuse_stores(call: Call, record: Record) -> None:
    """What a loop goes through is read entry by entry: where its body stores into the dictionary, the run reads them.

    Raises:
        Demotion: if a loop over these entries may store others.
    """
    ev, stmt = call.ev, call.stmt
    given = stmt.targets[0].id if isinstance(stmt, gast.Assign) and core.is_name(stmt.targets[0]) else None
    for loop in core.statements(ev.fn.tree.body):
        if not isinstance(loop, (gast.For, gast.While)):
            continue
        inside = list(core.statements([loop]))
        if given is None or not any(given in core.names_read(s) for s in inside):
            continue
        for name in {n for s in inside for n in _changed_in(s)}:
            found = ev.known(core.load(name))
            if found is record or name == getattr(call.args[0], "id", None):
                raise ev.demote([record], "the items of this object are known only when the program runs", call.node)


def _changed_in(stmt: Any) -> set[str]:
    """The names of what a statement may store into, as a method too."""
    targets = [*getattr(stmt, "targets", []), getattr(stmt, "target", None)]
    stored = {core.path_of(t.value) for t in targets if isinstance(t, gast.Subscript)}
    calls = (n for n in core.walk(stmt) if isinstance(n, gast.Call) and isinstance(n.func, gast.Attribute))
    changing = {core.path_of(c.func.value) for c in calls if c.func.attr in CHANGING}
    return {name for name in stored | changing if name}


def _keys(call: Call, record: Record) -> Result:
    return sequences.listed([sequences.key(k, call) for k in call.ev.keys(record, call.node)], call)


def _values(call: Call, record: Record) -> Result:
    _refuse_stores(call, record)
    return sequences.listed([call.ev.part(record, k, call.node) for k in call.ev.keys(record, call.node)], call)


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
