"""Words by which another process knows the objects that a generated text relies on, and whether they are the same.

    np.sin                       ("named", "numpy", "sin")
    helper                       a function with this code, found under this name
    SCALE = 2.0                  a float, found under this name

What has no such words is nothing that another process could be sure of: objects and classes of users', functions
of other packages' machine code.

>>> said((2.0, np.dtype("float32"), float))
"(float 2.0, dtype '<f4', named builtins float)"
>>> said(object())
Traceback (most recent call last):
adjoint.backends.words.Unspoken: object
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Sequence
from functools import reduce
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from adjoint.arguments import exact
from adjoint.backends.digests import digest, of_code, of_lines
from adjoint.backends.option import python_of
from adjoint.classes import fields_of
from adjoint.guards import DATA, Guard
from adjoint.rules.table import THEIRS

Words = tuple[Any, ...]
_VALUES = frozenset([type(None), bool, int, float, complex, str, bytes])
_LIBRARIES = {*sys.stdlib_module_names, "numpy", "scipy"}


class Unspoken(Exception):
    """There are no words for this."""


def said(value: Any) -> str:
    """A text that two values share only if they are equal and mean the same in every process.

    Raises:
        Unspoken: where there is none.
    """
    kind = type(value)
    if kind in _VALUES:
        return f"{kind.__name__} {value!r}"
    if kind is tuple:
        return f"({', '.join([said(item) for item in value])})"
    if isinstance(value, np.dtype) and value.names is None and value.subdtype is None and value.metadata is None:
        return f"dtype {value.str!r}"
    if (fields := fields_of(kind)) is not None:
        parts = [f"{name}={said(getattr(value, name))}" for name in fields]
        return f"{kind.__qualname__}({', '.join(parts)})"
    if not isinstance(value, FunctionType) and _package(value) in _LIBRARIES:
        return " ".join(filter(None, [*_named(value), _version(value)]))
    raise Unspoken(kind.__name__)


# What the free names of a text stand for


def word(value: Any, guards: Sequence[Guard]) -> Words:
    """The words for an object that is found by its name, or by one of the guards.

    Raises:
        Unspoken: where it is neither.
    """
    if isinstance(value, ModuleType):
        return "module", value.__name__
    places = [k for k, guard in enumerate(guards) if guard.value is value]
    if isinstance(value, DATA):  # found by one guard alone, since two may differ in another process
        if len(places) != 1:
            raise Unspoken(type(value).__name__)
        return "guarded", places[0]
    try:
        return _named(value)
    except Unspoken:
        if not places:
            raise
        return "guarded", places[0]


def meant(words: Words, guards: Sequence[Guard]) -> Any:
    """The object of some words."""
    match words:
        case "module", name:
            return importlib.import_module(name)
        case "named", module, name:
            return reduce(getattr, name.split("."), importlib.import_module(module))
        case "guarded", k:
            return guards[k].value
    raise Unspoken(words)


def _named(value: Any) -> Words:
    """The words for what stands in a module under its own name."""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    for module in (getattr(value, "__module__", None), "numpy", "builtins"):
        if isinstance(module, str) and isinstance(name, str) and module != "__main__":
            try:
                if meant(("named", module, name), ()) is value:
                    return "named", module, name
            except (AttributeError, ImportError):
                continue
    raise Unspoken(type(value).__name__)


# Guards


def told(guards: Sequence[Any], target: FunctionType) -> list[Words]:
    """The guards in words; a function among them is one whose names later ones may look up.

    Raises:
        Unspoken: if one of them has no words, or does not hold any more.
    """
    functions = [target]
    found: list[Words] = []
    for guard in guards:
        if not isinstance(guard, Guard):  # of a class, or of an object taken apart
            raise Unspoken(guard.path)
        where = next((k for k, f in enumerate(functions) if f is guard.function), None)
        root = None if guard.root is None else guard.root.__name__
        try:
            value = _looked_up(guard.path, guard.function, guard.root)
        except (LookupError, AttributeError, ValueError):
            raise Unspoken(guard.path) from None
        if where is None or value is not guard.value:
            raise Unspoken(guard.path)
        found.append((guard.path, where, root, guard.exact, _seen(value, guard.exact)))
        functions += filter(None, [_function(value)])
    return found


def understood(words: Sequence[Words], target: FunctionType) -> list[Guard]:
    """The guards that some words tell of, each tested.

    Raises:
        Unspoken: if one does not hold.
    """
    functions = [target]
    found = []
    for path, where, root_name, is_exact, seen in words:
        root = None if root_name is None else importlib.import_module(root_name)
        value = _looked_up(path, functions[where], root)
        if _seen(value, is_exact) != seen:
            raise Unspoken(path)
        found.append(Guard(path, value, functions[where], is_exact, root))
        functions += filter(None, [_function(value)])
    return found


def _seen(value: Any, is_exact: bool) -> Words:
    """What is relied on of a guarded object."""
    if any(value is known for known in THEIRS):  # a user has declared a rule for it, or that it is constant
        raise Unspoken(type(value).__name__)
    if value is None or isinstance(value, (bool, str, bytes)) or (is_exact and type(value) in _VALUES):
        return "same", said(value)
    if isinstance(value, DATA):
        return "kind", said(exact(value))
    function = _function(value)
    if function is not None:
        code = [*of_code(function.__code__), *of_lines(function.__code__), _version(function)]
        return "code", type(value).__name__, digest([*code, *defaults(function)])
    return ("module", value.__name__) if isinstance(value, ModuleType) else ("object", said(value))


def _function(value: Any) -> FunctionType | None:
    """The function whose code is relied on, in a guarded object."""
    return value if isinstance(value, FunctionType) else python_of(value)


def defaults(function: FunctionType) -> list[str]:
    """The defaults of a function, as texts.

    Raises:
        Unspoken: if one of them has none.
    """
    return [said(function.__defaults__), said(tuple((function.__kwdefaults__ or {}).items()))]


def _looked_up(path: str, function: FunctionType, root: ModuleType | None) -> Any:
    """What a path stands for where a function looks it up."""
    name, *attributes = path.split(".")
    if root is not None:
        return reduce(getattr, attributes, root)
    free = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    if name in free:
        value = free[name].cell_contents
    else:
        space = function.__globals__
        value = space[name] if name in space else getattr(builtins, name)
    return reduce(getattr, attributes, value)


def _package(value: Any) -> str:
    return str(getattr(value, "__module__", None) or "builtins").partition(".")[0]


def _version(value: Any) -> str:
    """The version of the package that something is from, "" where that has none."""
    return str(getattr(sys.modules.get(_package(value)), "__version__", ""))
