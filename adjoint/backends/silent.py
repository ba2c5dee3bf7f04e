"""Leave out `np.errstate`, of which machine code has no need: it neither warns of an overflow nor raises.

>>> from adjoint.tidy import example
>>> example.show(silent, '''
... with np.errstate(divide="ignore"):
...     y = 1.0 / x
... ''')
y = 1.0 / x

A block under `np.errstate(all="raise")` stays as it is, for Numba to refuse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast
import numpy as np

from adjoint.normalize import tree
from adjoint.syntax import core

QUIET = ("ignore", "warn")


def silent(fn: core.Function) -> core.Function:
    """The function with the bodies of such blocks in their places."""
    if gast.With not in fn.forms:
        return fn
    binds = Counter(name for stmt in fn.statements for name in core.names_bound(stmt))
    states = {name for stmt in fn.statements if (name := _bound(stmt, fn)) is not None and binds[name] == 1}
    body = _without(fn.tree.body, frozenset(states), fn)
    unread = states.difference(n.id for n in core.walk(*body) if type(n) is gast.Name and type(n.ctx) is gast.Load)
    return fn.with_body(_unbound(body, unread))


def _without(block: Sequence[Any], states: frozenset[str], fn: core.Function) -> list[Any]:
    out: list[Any] = []
    for stmt in block:
        if isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
            stmt = tree.map_blocks(stmt, lambda inner: _without(inner, states, fn))
        if type(stmt) is gast.With and all(_is_quiet(item, states, fn) for item in stmt.items):
            out += stmt.body
        else:
            out.append(stmt)
    return out


def _unbound(block: Sequence[Any], names: set[str]) -> list[Any]:
    """The block without the bindings of these names."""
    kept = [stmt for stmt in block if not (type(stmt) is gast.Assign and getattr(stmt.targets[0], "id", None) in names)]
    return [
        tree.map_blocks(stmt, lambda inner: _unbound(inner, names) or [core.pass_()])
        if isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef)
        else stmt
        for stmt in kept
    ]


def _is_quiet(item: Any, states: frozenset[str], fn: core.Function) -> bool:
    """Does a part of the head of `with` only set what is warned of?"""
    if item.optional_vars is not None:
        return False
    return _sets(item.context_expr, fn) or getattr(item.context_expr, "id", None) in states


def _bound(stmt: Any, fn: core.Function) -> str | None:
    """The name that is given to such a setting."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)], value=value) if name in fn.temps and _sets(value, fn):
            return str(name)
    return None


def _sets(expr: Any, fn: core.Function) -> bool:
    match expr:
        case gast.Call(func=func, args=[], keywords=keywords) if (
            fn.bindings.get(core.path_of(func) or "") is np.errstate
        ):
            return all(k.arg and core.is_constant(k.value) and core.constant_value(k.value) in QUIET for k in keywords)
    return False


def _is_errstate(func: Any, fn: core.Function) -> bool:
    return fn.bindings.get(core.path_of(func) or "") is np.errstate
