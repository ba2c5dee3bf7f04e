"""What a callee takes from outside itself, under the caller's names: globals, closure cells, default values.

A name stays the same where it means the same in the caller; else the object itself is given a name.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from adjoint.syntax import core
from adjoint.syntax.core import load


def outer_names(fn: core.Function, callee: FunctionType, caller: Any) -> dict[str, str]:
    """The caller's name for each free name of a callee; the caller's bindings come to hold them."""
    rename = {root: _outer_name(root, fn, callee, caller) for root in _outer_roots(fn)}
    for name, value in fn.bindings.items():
        root, _, rest = name.partition(".")
        caller.bindings.setdefault(f"{rename.get(root, root)}.{rest}" if rest else rename.get(root, root), value)
    return rename


def is_foreign(path: str, value: Any, callee: FunctionType, target: Any) -> bool:
    """Would the caller's text find something else, now or later, under the callee's name?"""
    root = path.partition(".")[0]
    if target is None:
        return _is_data(value)
    if root in callee.__code__.co_freevars or root in target.__code__.co_freevars:
        cells = dict(zip(target.__code__.co_freevars, target.__closure__ or ()))
        own = dict(zip(callee.__code__.co_freevars, callee.__closure__ or ()))
        return root not in cells or root not in own or cells[root] is not own[root]
    return callee.__globals__ is not target.__globals__


def default_values(callee: FunctionType, caller: Any) -> dict[str, Any]:
    """Expressions for the default values: constants as they are, anything else by a name of its own."""
    code = callee.__code__
    values = callee.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(values) : code.co_argcount]
    found = {**dict(zip(names, values)), **(callee.__kwdefaults__ or {})}
    return {name: _value_expression(name, value, caller) for name, value in found.items()}


def _value_expression(name: str, value: Any, caller: Any) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return core.const(value)
    fresh = caller.namer.fresh(name)
    caller.bindings[fresh] = value
    return load(fresh)


def _outer_roots(fn: core.Function) -> list[str]:
    """The free names of a Core function, as far as they stand for something."""
    bound = set(fn.params).union(*(core.names_bound(s) for s in fn.statements))
    used = core.all_names(core.function_def(fn.tree.name, (), fn.tree.body))
    return sorted({p.partition(".")[0] for p in fn.bindings} & (used - bound))


def _outer_name(root: str, fn: core.Function, callee: FunctionType, caller: Any) -> str:
    """The name in the caller of what the callee calls `root`."""
    value = fn.bindings[root]
    same_place = not is_foreign(root, value, callee, caller.fn.target)
    if root in caller.bindings:
        if caller.bindings[root] is value and same_place:
            return root
    elif root not in caller.namer.taken and same_place:
        caller.namer.taken.add(root)
        return root
    for known, bound in caller.bindings.items():
        if bound is value and "." not in known and not _is_data(value):
            return str(known)
    name: str = caller.namer.fresh(root)
    return name


def _is_data(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic, np.ndarray, list, tuple, dict))
