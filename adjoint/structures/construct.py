"""Make an object of a user's class: its `__init__` is written out, each field that it sets is a variable.

Data classes and named tuples, whose `__init__` has no text, get their fields from the arguments.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

import gast

from adjoint.calls.arguments import matched
from adjoint.guards import ClassGuard
from adjoint.runtime.objects import is_followed
from adjoint.structures import attributes, bodies, expressions, invoke, items, rows
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Record
from adjoint.syntax import core


def is_constructed(value: Any) -> bool:
    """Does calling this make an object that can be taken apart?"""
    return isinstance(value, type) and is_followed(value)


def make(
    cls: type, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any, stem: str
) -> Result:
    """A new object."""
    site = ev.site(node)
    if site not in ev.demoted:
        return _filled(ev.allocate(cls, site, stem, node), args, keywords, node, ev, stmt)
    if rows.site_of(cls) in ev.demoted:
        return invoke.remaining(Known(cls), args, keywords, node, ev, stmt)
    record = ev.allocate(cls, rows.site_of(cls), cls.__name__.lower().strip("_"), node)
    return rows.entered(_filled(record, args, keywords, node, ev, stmt), ev, stmt)


def _filled(
    record: Record, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> Record:
    """The object as its `__init__` leaves it."""
    cls: Any = record.cls
    if is_named_tuple(cls):
        _fields(record, _named(cls, args, keywords, node, ev), ev, stmt)
        return record
    found = attributes.static(cls, "__init__", ev)
    if _is_generated(cls, found):
        _data_class(record, args, keywords, node, ev, stmt)
    elif isinstance(found, FunctionType):
        bodies.function(found, [items.receiver(record, ev), *args], keywords, node, ev, stmt)
    elif found is not object.__init__ or args or keywords:
        raise ev.demote([record], f"how an object of `{cls.__name__}` is made cannot be read", node)
    return record


def is_named_tuple(cls: type) -> bool:
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


def _fields(record: Record, values: Mapping[str, Any], ev: Evaluator, stmt: Any) -> None:
    for name, value in values.items():
        ev.set_part(record, name, expressions.evaluate(value, ev, stmt), stmt)


def _named(cls: Any, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator) -> dict[str, Any]:
    """The fields of a named tuple from a call's arguments."""
    defaults = {n: invoke.outer_atom(v, ev, node) for n, v in cls._field_defaults.items()}
    tree = core.function_def(cls.__name__, list(cls._fields), [])
    call = core.place(gast.Call(core.load(cls.__name__), list(args), list(keywords)), node)
    return matched(call, tree, defaults, ev.fn.origin)


def _is_generated(cls: type, found: Any) -> bool:
    """Is this the `__init__` that `dataclass` wrote?"""
    if not dataclasses.is_dataclass(cls) or not isinstance(found, FunctionType):
        return False
    return found.__code__.co_filename.startswith("<")


def _data_class(
    record: Record, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> None:
    cls: Any = record.cls
    known = cls.__dataclass_fields__
    init = known["__init__"] if "__init__" in known else None
    assert init is None
    taken = [f for f in known.values() if f.init and f._field_type.name != "_FIELD_CLASSVAR"]
    ev.guards.append(ClassGuard(cls, "__dataclass_fields__", known))
    tree = core.function_def(cls.__name__, [f.name for f in taken if not f.kw_only], [])
    tree.args.kwonlyargs = [gast.Name(f.name, gast.Param(), None, None) for f in taken if f.kw_only]
    tree.args.kw_defaults = [None] * len(tree.args.kwonlyargs)
    marker = core.const(...)
    optional = {f.name: marker for f in taken if _has_default(f)}
    call = core.place(gast.Call(core.load(cls.__name__), list(args), list(keywords)), node)
    given = matched(call, tree, optional, ev.fn.origin)
    extra: list[Any] = []
    for field in known.values():
        if field._field_type.name == "_FIELD_CLASSVAR":
            continue
        argument = given.get(field.name, marker)
        if argument is not marker:
            result = expressions.evaluate(argument, ev, stmt)
        elif not _has_default(field):
            continue
        else:
            result = _default(field, node, ev, stmt)
        if field._field_type.name == "_FIELD_INITVAR":
            extra.append(ev.atom(result, stmt))
        else:
            ev.set_part(record, field.name, result, stmt)
    after = attributes.static(cls, "__post_init__", ev)
    if isinstance(after, FunctionType):
        bodies.function(after, [items.receiver(record, ev), *extra], [], node, ev, stmt)


def _has_default(field: Any) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _default(field: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    if field.default is not dataclasses.MISSING:
        return expressions.evaluate(invoke.outer_atom(field.default, ev, node), ev, stmt)
    factory = field.default_factory
    if factory is list:
        return core.list_([], node)
    return invoke.invoke(Known(factory), [], [], node, ev, stmt, field.name)
