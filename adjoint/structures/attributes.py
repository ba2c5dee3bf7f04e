"""Attributes of objects: fields are variables, methods are functions, properties run.

Python's order holds: a property of the class, then the object's own field, then what the class has.
"""

from __future__ import annotations

import functools
import inspect
from types import FunctionType, MemberDescriptorType, ModuleType
from typing import Any

from adjoint.checkpoints import Checkpointed
from adjoint.guards import ClassGuard
from adjoint.rules.late import is_distribution, is_frozen
from adjoint.structures import frozen, invoke, items, rows
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Partial, Record, Super, Value
from adjoint.syntax import core

ABSENT = object()


def read(base: Value, name: str, node: Any, ev: Evaluator, stmt: Any, stem: str = "") -> Result:
    """`base.name`."""
    match base:
        case Record():
            return _of_record(base, name, node, ev, stmt)
        case Super():
            return _of_super(base, name, node, ev)
        case Known(value=type() as cls):
            return _of_class(cls, name, base, node, ev)
        case Known(value=value) if is_frozen(value):
            return frozen.outer_method(value, name, node, ev) or _of_object(base, name, node, ev)
        case Known():
            return _of_object(base, name, node, ev)
        case Partial(callee=Known(value=distribution)) if is_distribution(distribution):
            found = frozen.method(base, name, ev)
            if found is not None:
                return found
    raise ev.demote([base], f"the attribute `{name}` of what only the run can tell", node)


def _of_record(record: Record, name: str, node: Any, ev: Evaluator, stmt: Any) -> Result:
    if name == "__class__":
        return Known(record.cls)
    found = static(record.cls, name, ev)
    match found:
        case property(fget=FunctionType() as getter):
            return invoke.invoke(Known(getter), [items.receiver(record, ev)], [], node, ev, stmt)
        case functools.cached_property(func=FunctionType() as getter) if not ev.has(record, name):
            result = invoke.invoke(Known(getter), [items.receiver(record, ev)], [], node, ev, stmt)
            ev.set_part(record, name, result, stmt)
            return ev.part(record, name, node)
    if ev.has(record, name) and (not issubclass(record.cls, (dict, list))):
        return ev.part(record, name, node)
    if found is ABSENT or isinstance(found, MemberDescriptorType):
        raise ev.demote([record], f"an object of `{record.cls.__name__}` may have no attribute `{name}` here", node)
    return _bound(found, record.cls, name, items.receiver(record, ev), node, ev)


def _bound(found: Any, cls: type, name: str, receiver: Any, node: Any, ev: Evaluator) -> Result:
    """What a class has, read from an object."""
    match found:
        case staticmethod():
            return Known(found.__func__)
        case classmethod():
            return Partial(Known(found.__func__), (ev.atom(Known(cls), node).id,))
        case FunctionType() | Checkpointed():
            return Partial(Known(found), (receiver.id,))
        case _ if inspect.isroutine(found):  # a method of dict, list or tuple
            return Partial(Known(found), (receiver.id,))
    return data(cls, name, found, node, ev)


def data(cls: type, name: str, found: Any, node: Any, ev: Evaluator) -> Result:
    """What a class attribute holds: functions, texts and the like are known, numbers and arrays are read live."""
    if isinstance(found, (type, ModuleType, str)) or found is None or callable(found):
        return Known(found)
    path = f"{ev.path_of(cls, cls.__name__)}.{name}"
    ev.bindings.setdefault(path, found)
    return core.dotted(path, node)


def _of_super(base: Super, name: str, node: Any, ev: Evaluator) -> Result:
    record = ev.state.env.get(base.receiver) or rows.row_of(core.load(base.receiver), ev)
    cls = record.cls if isinstance(record, Record) else record.value if isinstance(record, Known) else object
    mro = cls.__mro__
    for parent in mro[mro.index(base.cls) + 1 :]:
        if name in vars(parent):
            found = vars(parent)[name]
            if parent is object and name == "__init__":
                return Partial(Known(object.__init__), (base.receiver,))
            ev.guards.append(ClassGuard(parent, name, found))
            if isinstance(found, property) and isinstance(found.fget, FunctionType):
                return invoke.invoke(Known(found.fget), [core.load(base.receiver)], [], node, ev, node)
            return _bound(found, cls, name, core.load(base.receiver), node, ev)
    raise ev.demote([record], f"`super()` has no attribute `{name}`", node)


def _of_class(cls: type, name: str, base: Known, node: Any, ev: Evaluator) -> Result:
    found = static(cls, name, ev)
    match found:
        case staticmethod():
            return Known(found.__func__)
        case classmethod():
            return Partial(Known(found.__func__), (ev.atom(base, node).id,))
        case FunctionType():
            return Known(found)
    value = getattr(cls, name, ABSENT)
    if value is ABSENT:
        raise ev.demote([], f"`{cls.__name__}` has no attribute `{name}`", node)
    if inspect.isroutine(value):
        return Known(value)
    return data(cls, name, value, node, ev)


def _of_object(base: Known, name: str, node: Any, ev: Evaluator) -> Result:
    """An attribute of a module or another known object."""
    value = getattr(base.value, name, ABSENT)
    path = f"{ev.path_of(base.value, getattr(base.value, '__name__', 'value'))}.{name}"
    if isinstance(base.value, ModuleType) and value is not ABSENT:
        ev.bindings.setdefault(path, value)
        if callable(value) or isinstance(value, (ModuleType, type(None))):
            return Known(value, path)
    return node if core.path_of(node) == path or core.is_name(node.value) else core.dotted(path, node)


def write(record: Record, name: str, result: Result, ev: Evaluator, stmt: Any) -> None:
    """`record.name = result`."""
    found = static(record.cls, name, ev)
    if isinstance(found, property):
        if not isinstance(found.fset, FunctionType):
            raise ev.demote([record], f"the property `{name}` cannot be set", stmt)
        invoke.invoke(Known(found.fset), [items.receiver(record, ev), ev.atom(result, stmt)], [], stmt, ev, stmt)
        return
    frozen_class = getattr(getattr(record.cls, "__dataclass_params__", None), "frozen", False)
    if issubclass(record.cls, (tuple, dict, list)) or frozen_class:
        raise ev.demote([record], f"`{name}` of an object of `{record.cls.__name__}` is set", stmt)
    ev.set_part(record, name, result, stmt)


def static(cls: type, name: str, ev: Evaluator) -> Any:
    """What the class has under a name, as it stands there; a guard watches that it stays."""
    for parent in cls.__mro__:
        if name in vars(parent):
            found = vars(parent)[name]
            if parent is not object and parent.__module__ != "builtins":
                ev.guards.append(ClassGuard(cls, name, found))
            return found
    return ABSENT


def method(record: Record, name: str, ev: Evaluator) -> Value | None:
    """A special method of an object's class, where the user wrote one."""
    found = static(record.cls, name, ev)
    return Known(found) if isinstance(found, FunctionType) else None
