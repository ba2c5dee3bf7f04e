"""What the adjoint statements read of the forward sweep: names, and cells of arrays; of some names only the shape.

    >>> import numpy as np
    >>> block = gast.parse("x_bar = t_bar * y[i] + np.zeros_like(z)").body
    >>> need = needs_of(block, frozenset(["t_bar"]), {"np.zeros_like": np.zeros_like})
    >>> sorted(need.names), [name for name, index in need.cells]
    (['i', 'y', 'z'], ['y', 'i'])

The contents of z do not matter to it, so that later stores into z do not either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import gast
import numpy as np

from adjoint.runtime import arrays, shapes
from adjoint.syntax import core

SHAPE_ONLY = (np.zeros_like, np.shape, np.ndim, np.size, np.full_like, np.ones_like, np.empty_like, len)


class Need(NamedTuple):
    """Names whose values, and cells (array, index or None for all) whose contents, an adjoint statement reads."""

    names: frozenset[str]
    cells: tuple[tuple[str, Any], ...] = ()


def needs_of(stmts: list[Any], bars: frozenset[str], bindings: Mapping[str, Any]) -> Need:
    """What some adjoint statements read of the forward sweep."""
    names: set[str] = set()
    cells: list[tuple[str, Any]] = []
    for stmt in stmts:
        for name, index, contents in reads(stmt, bindings):
            if name not in bars:
                names.add(name)
                if contents:
                    cells.append((name, index))
    return Need(frozenset(names), tuple(cells))


Read = tuple[str, Any, bool]


def reads(node: Any, bindings: Mapping[str, Any]) -> list[Read]:
    """Triples (name, index or None, are contents read?) of what evaluating a tree reads."""
    found: list[Read] = []
    _add_reads(node, bindings, found)
    return found


def _add_reads(node: Any, bindings: Mapping[str, Any], found: list[Read]) -> None:
    kind = type(node)
    if kind is gast.Name:
        if type(node.ctx) is gast.Load:
            found.append((node.id, None, True))
        return
    if kind is gast.Constant:
        return
    if kind is gast.BinOp:
        _add_reads(node.left, bindings, found)
        _add_reads(node.right, bindings, found)
    elif isinstance(node, gast.Subscript) and core.is_name(node.value) and isinstance(node.ctx, gast.Load):
        found.append((node.value.id, node.slice, True))
        _add_reads(node.slice, bindings, found)
    elif kind is gast.Attribute and core.is_name(node.value) and node.attr in FORM:
        found.append((node.value.id, None, False))
    elif kind is gast.Call and node.args:
        path = core.path_of(node.func) or ""
        shaped = _SHAPED.get(id(bindings.get(path)), ())
        for k, child in enumerate([*node.args, *node.keywords]):
            if k in shaped and core.is_name(child):
                found.append((child.id, None, False))
            else:
                _add_reads(child, bindings, found)
        if isinstance(node.func, gast.Attribute) and path not in bindings:
            _add_reads(node.func, bindings, found)
    else:
        for child in core.children(node):
            _add_reads(child, bindings, found)


FORM = ("shape", "size", "ndim", "dtype")
# By the function (its id, for not all can be hashed): the positions of arguments of which it reads the shape only.
_SHAPED: Mapping[int, tuple[int, ...]] = {
    **{id(f): (1,) for f in (arrays.unbroadcast, shapes.spread)},
    **{id(f): (0,) for f in (*SHAPE_ONLY, arrays.zeros_like, shapes.count)},
    **{id(f): (0, 1) for f in (arrays.cotangent_of, arrays.is_copy, arrays.forget)},
}
