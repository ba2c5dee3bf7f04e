"""Objects and dicts that a function finds outside itself: their parts are read at entry, their methods written out.

    def loss(x):                              w = model.w
        return model(x).sum()       ->        t = w @ x
                                              …

What is relied on (the classes, the keys, the kinds of the parts) is guarded. An object of which the function changes a
part stays what it is, so that the change is seen outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import CellType, FunctionType
from typing import Any

import gast

from adjoint.analysis.kinds import Kind, Static
from adjoint.analysis.structured import Structure, structure_of
from adjoint.guards import Parts
from adjoint.runtime.objects import is_object
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.values import CONSTANTS, Discovery, Known, Record, Source
from adjoint.syntax import core


def record_of(name: str, ev: Evaluator) -> Record | None:
    """The record of a global object that only a callee mentions: the walk begins anew, and knows it from the start."""
    value = ev.bindings.get(name)
    if name in ev.plain or not is_object(value) or ("global", id(value)) in ev.demoted or structure_of(value) is None:
        return None
    raise Discovery(name, value)


def begin(found: Sequence[tuple[str, Any]], ev: Evaluator) -> None:
    """Know the objects and dicts that the function mentions itself, and those that were found in its callees."""
    for name, value in found:
        if not any(bound is value for bound in ev.bindings.values()):
            ev.bindings[name if name not in ev.namer.taken else ev.namer.fresh(name)] = value
            ev.namer.taken.add(name)
    of_callees = [value for _, value in found]
    for name, value in list(ev.bindings.items()):
        own = ev.fn.bindings.get(name) is value and isinstance(ev.fn.target, FunctionType)
        if "." in name or name in ev.plain or ("global", id(value)) in ev.demoted:
            continue
        if is_object(value) and (own or any(value is v for v in of_callees)) or (own and type(value) is dict):
            kind = structure_of(value)
            if kind is not None:
                _known(name, value, kind, ev)


def _known(name: str, value: Any, kind: Structure, ev: Evaluator) -> None:
    record = _record(kind, name, (), id(value), ev)
    if isinstance(value, CellType):
        record.names["cell_contents"] = ev.fresh(name.removesuffix("_cell"))
    ev.state.env[name] = ev.hidden[name] = ev.outside[name] = record
    target = ev.fn.target if type(value) is dict and isinstance(ev.fn.target, FunctionType) else None
    ev.guards.append(Parts(name, value, target))


def _record(kind: Structure, root: str, path: tuple[Any, ...], identity: int, ev: Evaluator) -> Record:
    site, stem = ("global", identity), "_".join(map(str, (root, *path)))
    record = Record(kind.cls, site, stem, source=Source(root, path, dict(kind.items)), places=frozenset([(site, path)]))
    ev.state.keys[record] = tuple(key for key, _ in kind.items)
    for key, part in kind.items:
        if isinstance(part, Structure):
            name = ev.variable(record, key)
            inner = _record(part, root, (*path, key), identity, ev)
            ev.state.env[name] = ev.hidden[name] = ev.arguments[name] = inner
        elif isinstance(part, Static) and (isinstance(part.value, CONSTANTS) or callable(part.value)):
            ev.state.env[ev.variable(record, key)] = Known(part.value)
    return record


def entry(ev: Evaluator, body: list[Any]) -> tuple[list[Any], dict[str, Kind]]:
    """Read the parts that are used in a body; also returns what is known of the variables that this binds."""
    out: list[Any] = []
    kinds: dict[str, Kind] = {}
    used = {n.id for n in core.walk(*body) if type(n) is gast.Name} if ev.outside else set()
    for name, record in ev.outside.items():
        out += _read(record, core.load(name), used, kinds, ev)
    return out, kinds


def _read(record: Record, expr: Any, used: set[str], kinds: dict[str, Kind], ev: Evaluator) -> list[Any]:
    assert record.source is not None
    out: list[Any] = []
    by_attribute = not issubclass(record.cls, (dict, list)) and record.cls is not tuple
    for key, kind in record.source.parts.items():
        here = core.attribute(core.copy(expr), key) if by_attribute else core.item(core.copy(expr), core.const(key))
        name = record.names.get(key)
        if isinstance(kind, Structure) and name is not None:
            below = _read(ev.arguments[name], core.load(name), used, kinds, ev)
            out += [core.bind(name, here), *below] if below else []
        elif name is not None and name in used:
            kinds[name] = kind
            out.append(core.bind(name, here))
    return out
