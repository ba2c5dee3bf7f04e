"""Methods of lists and dictionaries whose parts are known: `d.get(k)`, `xs.append(x)`, `d.items()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gast

from adjoint.rules import registry
from adjoint.structures import copying, expressions, items, joining, sequences
from adjoint.structures.asked import UNKNOWN, Call
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Record, Shadow, Value
from adjoint.syntax import core
from adjoint.tidy.rebuild import is_compound


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
    """What is taken here is what stands there now: a view that is read after its dictionary may change is the run's.

    Raises:
        Demotion: if a statement before the last one that reads the view may store into the dictionary.
    """
    ev, stmt = call.ev, call.stmt
    block = next((b for b in _blocks(ev.fn.tree.body) if any(s is stmt for s in b)), None)
    if block is None or not (isinstance(stmt, gast.Assign) and core.is_name(stmt.targets[0])):
        return
    given, after = stmt.targets[0].id, block[next(k for k, s in enumerate(block) if s is stmt) + 1 :]
    names = {given}
    for inner in core.statements(after):
        if isinstance(inner, gast.Assign) and core.is_name(inner.value) and inner.value.id in names:
            names |= core.names_bound(inner)
    reading = [
        k for k, s in enumerate(after) if any(not names.isdisjoint(core.names_read(i)) for i in core.statements([s]))
    ]
    between = after[: reading[-1] + 1] if reading else []
    if len(between) == 1 and not is_compound(between[0]):
        return
    if any(_may_change(s, record, call) for s in core.statements(between)):
        raise ev.demote([record], "the items of this object are known only when the program runs", call.node)


def _blocks(block: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield block
    for stmt in block:
        for name in ("body", "orelse"):
            if not isinstance(stmt, gast.FunctionDef) and getattr(stmt, name, None):
                yield from _blocks(getattr(stmt, name))


def _may_change(stmt: Any, record: Record, call: Call) -> bool:
    """May a statement store into a dictionary, itself or in a function of the user's that it calls?"""
    for target in [*getattr(stmt, "targets", []), getattr(stmt, "target", None)]:
        if isinstance(target, gast.Subscript) and _may_be(target.value, record, call, unless_known=True):
            return True
    for node in core.walk(stmt):
        if isinstance(node, gast.Call):
            if isinstance(node.func, gast.Attribute) and node.func.attr in CHANGING:
                return True
            callee = call.ev.bindings.get(core.path_of(node.func) or "")
            reads = (*node.args, *(k.value for k in node.keywords))
            if not registry.is_pure(callee) and any(_may_be(a, record, call) for a in reads):
                return True
    return False


def _may_be(node: Any, record: Record, call: Call, unless_known: bool = False) -> bool:
    """May an expression be this dictionary, or an object that holds it? Of a name that is bound later, nobody knows."""
    known = call.ev.known(node) if core.is_name(node) else None
    if known is None:
        return unless_known and not call.ev.is_number(node)
    return known is record or not isinstance(known, (Known, Shadow))


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
