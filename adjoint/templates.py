"""Results made of named tuples, data classes and other objects: tuples in generated code, made again for the caller.

    return Pair(np.sin(x), x.sum())         ->      t = np.sin(x), x.sum()
                                                    return t                  and  Made(Pair, (LEAF, LEAF))

A seed is given as the result is, or as tuples; None stands for zeros.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gast

from adjoint.errors import SeedMismatch
from adjoint.runtime.objects import made
from adjoint.syntax import core


@dataclass(frozen=True)
class Template:
    """What stands at one place of a result; this one: a value as it is."""

    def built(self, value: Any) -> Any:
        """The result for the caller, from what generated code gives."""
        return value

    def taken(self, seed: Any) -> Any:
        """A seed for generated code, from the caller's."""
        return seed


@dataclass(frozen=True)
class Several(Template):
    """A tuple that holds objects to be made."""

    parts: tuple[Template, ...]

    def built(self, value: Any) -> Any:
        return tuple([part.built(v) for part, v in zip(self.parts, value, strict=True)])

    def taken(self, seed: Any) -> Any:
        if not isinstance(seed, (tuple, list)) or len(seed) != len(self.parts):
            return seed
        return tuple([part.taken(s) for part, s in zip(self.parts, seed, strict=True)])


@dataclass(frozen=True)
class Made(Several):
    """An object of a class, made of its fields."""

    cls: Any = None
    names: tuple[str, ...] = ()

    def built(self, value: Any) -> Any:
        parts = super().built(value)
        return self.cls(*parts) if fields_of(self.cls) == self.names else made(self.cls, **dict(zip(self.names, parts)))

    def taken(self, seed: Any) -> Any:
        names = self.names
        if isinstance(seed, self.cls):
            seed = tuple([getattr(seed, name) for name in names])
        elif seed is not None and not (isinstance(seed, tuple) and len(seed) == len(names)):
            raise SeedMismatch(
                f"the result is a {self.cls.__name__}, the seed is a {type(seed).__name__}\n"
                f"  Give a {self.cls.__name__} of seeds; None stands for zeros."
            )
        return super().taken(seed)


LEAF = Template()


def fields_of(cls: Any) -> tuple[str, ...] | None:
    """The fields that make up an object, in the order of its class's parameters; None where making it may do more.

    >>> from collections import namedtuple
    >>> fields_of(namedtuple("Pair", "a b")), fields_of(dict)
    (('a', 'b'), None)
    """
    if not isinstance(cls, type):
        return None
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        direct = tuple in cls.__bases__ and "__new__" in vars(cls)
        return tuple(cls._fields) if direct else None
    params: Any = vars(cls).get("__dataclass_params__")
    if not dataclasses.is_dataclass(cls) or params is None or not params.init or hasattr(cls, "__post_init__"):
        return None
    fields = dataclasses.fields(cls)
    # An `__init__` of the user's is kept by `dataclass`, and may do anything.
    made = getattr(getattr(cls.__init__, "__code__", None), "co_filename", "") == "<string>"
    return tuple(f.name for f in fields) if made and all(f.init and not f.kw_only for f in fields) else None


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
