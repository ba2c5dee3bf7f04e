"""Reading, storing and changing the items of dicts, lists and tuples: `d["a"]` is the variable `d_a`."""

from __future__ import annotations

from enum import Enum
from typing import Any

import gast

from adjoint.structures import attributes, expressions, invoke, operators
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import CONSTANTS, Choice, Closure, Known, Lost, Partial, Record, Row, Shadow, Value
from adjoint.syntax import core

MISSING = object()


def read(node: Any, ev: Evaluator, stmt: Any) -> Result:
    """`value[index]`."""
    base = expressions.evaluate(node.value, ev, stmt)
    match base:
        case Record():
            return of_record(base, node, ev, stmt)
        case Shadow():
            key = key_of(node.slice, ev)
            if type(key) is int and -len(base.items) <= key < len(base.items):
                found = base.items[key]
                return expressions.evaluate(core.copy(found), ev, stmt)
        case Lost() | Partial():
            raise ev.demote([base], "which object this is, only the run can tell", node)
    index = operators.index(node.slice, ev, stmt)
    if index is node.slice and (not isinstance(base, Value) or core.is_name(node.value)):
        return node
    value = base if not isinstance(base, Value) else expressions.written(base, ev, node)
    return core.element(value, index, node) if isinstance(node, core.Element) else core.item(value, index, node)


def of_record(record: Record, node: Any, ev: Evaluator, stmt: Any) -> Result:
    if not issubclass(record.cls, (dict, list, tuple)):
        method = attributes.method(record, "__getitem__", ev)
        if isinstance(node, core.Element):  # which is what its iterator gives, and perhaps another item
            raise ev.demote([record], "which item this is, only the run can tell", node)
        if method is None:
            raise ev.demote([record], f"an object of `{record.cls.__name__}` has no items", node)
        return invoke.invoke(method, [_receiver(record, ev), key_atom(node.slice, ev, stmt)], [], node, ev, stmt)
    if (key := _of_loop(record, node, ev)) is not None:
        return key
    key = position(record, key_of(node.slice, ev), ev)
    if isinstance(node.slice, gast.Slice):
        return sliced(record, node, ev)
    if key is MISSING or not ev.has(record, key):
        chosen = _chosen(record, node.slice, ev, stmt) if key is MISSING else None
        if chosen is not None:
            return chosen
        raise ev.demote([record], "which item this is, only the run can tell", node)
    return ev.part(record, key, node)


def _chosen(record: Record, index: Any, ev: Evaluator, stmt: Any) -> Choice | None:
    """One of the functions that a record holds, where one is defined here, by a key that only the run knows."""
    keys, count = ev.keys(record, stmt), len(ev.keys(record, stmt))
    # The place in a list may be counted from its end.
    options = [
        ((k, k - count) if record.is_sequence else (key,), ev.part(record, key, stmt)) for k, key in enumerate(keys)
    ]
    functions = [value for _, value in options if isinstance(value, (Closure, Partial)) or _is_function(value)]
    if len(functions) < len(options) or not any(isinstance(v, (Closure, Partial)) for v in functions):
        return None
    return Choice(ev.held(key_atom(index, ev, stmt), stmt), tuple(options))


def _is_function(value: Any) -> bool:
    return isinstance(value, Known) and callable(value.value) and not isinstance(value.value, type)


def _of_loop(record: Record, node: Any, ev: Evaluator) -> Result | None:
    """The key that a trip of `for key in d` takes: such a loop counts, and asks for element 0, element 1 …"""
    if not isinstance(node, core.Element) or not issubclass(record.cls, dict):
        return None
    keys, number = ev.keys(record, node), key_of(node.slice, ev)
    if type(number) is int and -len(keys) <= number < len(keys):
        return Known(keys[number])
    raise ev.demote([record], "which item this is, only the run can tell", node)


def sliced(record: Record, node: Any, ev: Evaluator) -> Result:
    """`record[1:]`: a new list or tuple of some of the parts."""
    parts = [None if p is None else key_of(p, ev) for p in (node.slice.lower, node.slice.upper, node.slice.step)]
    if MISSING in parts or not record.is_sequence:
        raise ev.demote([record], "which items these are, only the run can tell", node)
    keys = ev.keys(record, node)[slice(*parts)]
    new = ev.allocate(list if issubclass(record.cls, list) else tuple, record.site, record.stem, node)
    for k, key in enumerate(keys):
        ev.set_part(new, k, ev.part(record, key, node), node)
    return new


def position(record: Record, key: Any, ev: Evaluator) -> Any:
    """The key by which a record keeps what an index means."""
    if record.is_sequence and type(key) is int:
        keys = ev.keys(record, None)
        return keys[key] if -len(keys) <= key < len(keys) else MISSING
    return key


def key_of(node: Any, ev: Evaluator) -> Any:
    """The constant that an index is."""
    if isinstance(node, gast.Tuple):
        parts = [key_of(e, ev) for e in node.elts]
        return MISSING if MISSING in parts else tuple(parts)
    found = expressions.fold(node, ev)
    if found is not None:
        return found.value
    if core.is_constant(node):
        value = core.constant_value(node)
        return value if isinstance(value, (*CONSTANTS, float)) else MISSING
    if isinstance(node, gast.Name) and isinstance(known := ev.state.env.get(node.id), Known):
        return known.value
    outer = ev.bindings.get(core.path_of(node) or "")
    return outer if isinstance(outer, Enum) else MISSING


def key_atom(node: Any, ev: Evaluator, stmt: Any) -> Any:
    return ev.atom(operators.index(node, ev, stmt), stmt)


def _receiver(record: Record, ev: Evaluator) -> Any:
    return receiver(record, ev)


def receiver(record: Record, ev: Evaluator) -> Any:
    """A name for a record."""
    if isinstance(record, Row):
        return core.load(record.atom)
    for name, value in ev.state.env.items():
        if value is record:
            return core.load(name)
    name = ev.fresh(record.stem or record.cls.__name__.lower())
    ev.state.env[name] = record
    ev.hidden[name] = record
    return core.load(name)


def store(target: Any, value: Any, ev: Evaluator, stmt: Any) -> bool:
    """`record[key] = value`; False where the target is no record."""
    record = ev.known(target.value)
    if isinstance(record, (Lost, Partial)):
        raise ev.demote([record], "which object this is, only the run can tell", stmt)
    if not isinstance(record, Record):
        return False
    if not issubclass(record.cls, (dict, list)):
        method = attributes.method(record, "__setitem__", ev)
        if method is None:
            raise ev.demote([record], f"an object of `{record.cls.__name__}` takes no items", stmt)
        key = key_atom(target.slice, ev, stmt)
        invoke.invoke(method, [target.value, key, ev.atom(value, stmt)], [], stmt, ev, stmt)
        return True
    key = position(record, key_of(target.slice, ev), ev)
    if key is MISSING or isinstance(target.slice, gast.Slice):
        raise ev.demote([record], "which item is set here, only the run can tell", stmt)
    ev.set_part(record, key, expressions.evaluate(value, ev, stmt), stmt)
    return True
