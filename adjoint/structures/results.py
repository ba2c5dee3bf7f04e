"""Objects that a function makes for its result only become tuples; what makes them again for the caller is a template.

return Pair(np.sin(x), x.sum())         ->      t = np.sin(x), x.sum()
                                                return t                  and  Made(Pair, (LEAF, LEAF))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.runtime.objects import made
from adjoint.syntax import core
from adjoint.templates import LEAF, Made, Several, Template, fields_of


def without_objects(fn: core.Function) -> tuple[core.Function, Template]:
    """Let a Core function return tuples in the place of objects that it makes for its result only."""
    last = fn.tree.body[-1]
    objects = _objects(fn)
    template = _template(last.value, objects)
    if template == LEAF:
        return fn, LEAF
    body = [_as_tuple(s, objects) for s in fn.tree.body]
    return fn.with_body(body), template


def _objects(fn: core.Function) -> dict[str, Any]:
    """The statements that make an object which only the result, or another such object, holds; by its name."""
    found: dict[str, Any] = {}
    for stmt in fn.tree.body:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call() as call) if (
                _arguments(call, fn) is not None
            ):
                found[name] = stmt
    if not found:
        return {}
    binds = [n for s in fn.statements for n in core.names_bound(s)]
    found = {name: stmt for name, stmt in found.items() if binds.count(name) == 1}
    last = fn.tree.body[-1]
    while True:
        inside = {id(s) for s in found.values()} | {id(last)}
        read = {n for s in fn.statements if id(s) not in inside for n in core.names_read(s)}
        lost = found.keys() & read
        if not lost:
            return {name: _arguments(s.value, fn) for name, s in found.items()}
        found = {name: s for name, s in found.items() if name not in lost}


def _arguments(call: Any, fn: core.Function) -> tuple[Any, dict[str, Any]] | None:
    """The class, and the values of all fields, of the object that a call makes, None if it is another call."""
    cls = fn.bindings.get(core.path_of(call.func) or "")
    if cls is made:
        return fn.bindings[core.path_of(call.args[0]) or ""], {k.arg: k.value for k in call.keywords}
    names = fields_of(cls)
    if names is None or any(isinstance(a, gast.Starred) for a in call.args) or len(call.args) > len(names):
        return None
    given = dict(zip(names, call.args, strict=False))
    given.update({k.arg: k.value for k in call.keywords})
    return (cls, {n: given[n] for n in names}) if given.keys() == set(names) else None


def _template(value: Any, objects: Mapping[str, Any]) -> Template:
    if core.is_name(value) and value.id in objects:
        cls, fields = objects[value.id]
        return Made(tuple([_template(a, objects) for a in fields.values()]), cls, tuple(fields))
    if isinstance(value, gast.Tuple):
        parts = tuple([_template(e, objects) for e in value.elts])
        return LEAF if all(p == LEAF for p in parts) else Several(parts)
    return LEAF


def _as_tuple(stmt: Any, objects: Mapping[str, Any]) -> Any:
    if isinstance(stmt, gast.Assign) and core.is_name(stmt.targets[0]) and stmt.targets[0].id in objects:
        _, fields = objects[stmt.targets[0].id]
        parts = [core.copy(a) for a in fields.values()]
        return core.bind(stmt.targets[0].id, core.tuple_(parts, stmt.value), at=stmt)
    return stmt
