"""What a generated text reads outside itself becomes parameters: Numba would keep for ever what it finds there first.

    def f_grad(x, out_bar=1.0):                 def f_grad(x, SCALE, model_w, out_bar=1.0):
        w = model.w                      ->         w = model_w
        return w * (out_bar * SCALE)                return w * (out_bar * SCALE)

and a text that Python runs reads these and calls that one:

    def f_grad(x, out_bar=1.0):
        return native(x, SCALE, model.w, out_bar)

Whole numbers, texts and tuples under a plain name, which Numba may need to know when it compiles, stay as they are: a
guard sees to it that they have the same value still. Functions and modules are guarded anyhow.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

import gast
import numpy as np

from adjoint.backends.frozen import FROZEN
from adjoint.classes import dataclass, field, replace
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.syntax import core
from adjoint.syntax.traverse import mapped

_PASSED = (float, complex, np.generic, np.ndarray, list)
_KNOWN_TO_NUMBA = (math, cmath)


@dataclass(frozen=True)
class Inside:
    """A text that reads modules, functions and frozen values only; `passed` are the expressions for its
    parameters, `values` what they are now."""

    fn: core.Function
    passed: tuple[Any, ...]
    values: tuple[Any, ...]


def inside(fn: core.Function, count: int | None) -> Inside:
    """Pass what a text reads outside as parameters number `count` and following; with None, compile it in.

    Raises:
        UnsupportedMutation: if the text stores into an object from outside.
    """
    reader = _Reader(fn, count is not None)
    body = reader.block(fn.tree.body)
    if reader.problems:
        raise_problems(UnsupportedMutation, reader.problems, fn.origin)
    new = list(reader.passed)
    args = fn.tree.args
    place = len(fn.params) if count is None else count
    names = [*fn.params[:place], *new, *fn.params[place:]]
    defaults = dict(zip(fn.params[len(fn.params) - len(args.defaults) :], args.defaults))
    tree = core.place(core.function_def(fn.tree.name, names, body, defaults), fn.tree)
    bindings = MappingProxyType({**fn.bindings, **reader.frozen})
    return Inside(
        replace(fn, tree=tree, bindings=bindings, target=None), tuple(reader.passed.values()), tuple(reader.values)
    )


@dataclass
class _Reader:
    """Replaces what is read outside by names; `objects` are the local names that stand for an object there."""

    fn: core.Function
    passes: bool
    passed: dict[str, Any] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    frozen: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    problems: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bound = self.fn.identifiers[1] - {self.fn.tree.name}
        self.namer = self.fn.namer()
        self.names: dict[str, str] = {}

    def block(self, block: Sequence[Any]) -> list[Any]:
        found = []
        for stmt in block:
            if type(stmt) is gast.Assign and core.is_name(stmt.targets[0]):
                known = self.value(stmt.value)
                if known is not None and not isinstance(known[0], (*FROZEN, *_PASSED)) and _is_object(known[0]):
                    self.objects[stmt.targets[0].id] = known
                    continue
            found.append(self.changed(stmt))
        return found

    def changed(self, node: Any) -> Any:
        if type(node) in _TARGETS and type(node.ctx) is not gast.Load:
            self.check_store(node)
        if type(node) in _CHAIN and type(node.ctx) is gast.Load:
            known = self.value(node)
            if known is not None:
                return self.replaced(node, *known)
        return mapped(node, self.changed)

    def check_store(self, node: Any) -> None:
        known = self.value(node.value)
        if known is not None and _is_object(known[0]):
            what = core.path_of(node) or core.path_of(node.value) or "an object"
            message = f"`{what}`, which stands outside the function, is set here, which Numba cannot do"
            self.problems.append(problem_at(node, message, 'Return the value instead, or leave `backend="numba"` out.'))

    def value(self, node: Any) -> tuple[Any, Any] | None:
        """The value of a chain that starts outside, and the chain, from there on; None for anything else."""
        match node:
            case gast.Name(id=name) if name in self.objects:
                return self.objects[name]
            case gast.Name(id=name) if name not in self.bound and name in self.fn.bindings:
                return self.fn.bindings[name], core.load(name)
            case gast.Attribute(value=inner, attr=attr):
                known = self.value(inner)
                if known is None or isinstance(known[0], (*FROZEN, *_PASSED)) or not hasattr(known[0], attr):
                    return None
                return getattr(known[0], attr), core.attribute(known[1], attr)
            case gast.Subscript(value=inner, slice=gast.Constant(value=key)):
                known = self.value(inner)
                if known is None or not isinstance(known[0], dict) or key not in known[0]:
                    return None
                return known[0][key], core.item(known[1], core.const(key))
        return None

    def replaced(self, node: Any, value: Any, chain: Any) -> Any:
        simple = type(chain) is gast.Name
        if _of_numba(chain, self.fn.bindings) or not isinstance(value, (*FROZEN, *_PASSED)):
            return node if simple or _of_modules(chain, self.fn.bindings) else self.called(node, value, chain)
        if not self.passes and isinstance(value, (np.ndarray, list)):
            what = core.path_of(chain) or "an array"
            message = (
                f"a function that calls itself reads `{what}`, an array from outside: Numba would keep its content"
            )
            self.problems.append(problem_at(node, message, "Pass it as an argument."))
        if not self.passes or (isinstance(value, FROZEN) and (simple or not isinstance(value, (int, tuple)))):
            return self.named(node, value, chain, simple)
        name = self.name_of(chain)
        if name not in self.passed:
            self.passed[name] = chain
            self.values.append(value)
        return core.place(core.load(name), node)

    def named(self, node: Any, value: Any, chain: Any, simple: bool) -> Any:
        if simple:
            return node
        name = self.name_of(chain)
        self.frozen[name] = value
        return core.place(core.load(name), node)

    def called(self, node: Any, value: Any, chain: Any) -> Any:
        """A function found in an object: by a name of its own."""
        return self.named(node, value, chain, False) if isinstance(value, (FunctionType, np.ufunc)) else node

    def name_of(self, chain: Any) -> str:
        text = gast.dump(chain)
        if text not in self.names:
            stem = _stem(chain)
            self.names[text] = stem if type(chain) is gast.Name else self.namer.fresh(stem)
        return self.names[text]


_TARGETS = (gast.Attribute, gast.Subscript)
_CHAIN = (gast.Name, gast.Attribute, gast.Subscript)


def _stem(chain: Any) -> str:
    match chain:
        case gast.Name(id=name):
            return str(name)
        case gast.Attribute(value=inner, attr=attr):
            return f"{_stem(inner)}_{attr}"
        case gast.Subscript(value=inner, slice=gast.Constant(value=key)):
            text = "".join(c if c.isalnum() else "_" for c in str(key))
            return f"{_stem(inner)}_{text}"
    return "outside"


def _is_object(value: Any) -> bool:
    """Is this an object or dictionary, of which parts are read?"""
    return not isinstance(value, (ModuleType, type, FunctionType, np.ufunc)) and (
        isinstance(value, dict) or (hasattr(value, "__dict__") and not callable(value))
    )


def _of_modules(chain: Any, bindings: Mapping[str, Any]) -> bool:
    """Does a chain lead through modules only?"""
    while type(chain) is gast.Attribute:
        chain = chain.value
    return isinstance(bindings.get(getattr(chain, "id", "")), (ModuleType, type))


def _of_numba(chain: Any, bindings: Mapping[str, Any]) -> bool:
    """Is this a constant of a module that Numba knows (`np.pi`)?"""
    while type(chain) is gast.Attribute:
        chain = chain.value
    root = bindings.get(getattr(chain, "id", ""))
    return isinstance(root, ModuleType) and (root in _KNOWN_TO_NUMBA or root.__name__.partition(".")[0] == "numpy")
