"""Loops over the indices of arrays become loops over a range.

    for i, j in np.ndindex(m, n):            for k in range(m * n):
        ...                          ->          i = k // n
                                                 j = k % n

    for (i, j), v in np.ndenumerate(A):      v = A[i, j]

An index kept in one name is `np.unravel_index(k, shape)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from adjoint.syntax import core

GRIDS = (np.ndindex, np.ndenumerate)
Element = Callable[[Any], Any]


def grid(node: Any, loop: Any, callee: Any, sources: Any, rebound: frozenset[str], out: list[Any]) -> Any:
    """The number of trips and the element of each, None where the loop does not say what it takes."""
    looped: Any = getattr(loop, "iter", None)
    if looped is not node or node.keywords or not node.args:
        return None
    if callee is np.ndindex:
        return _indices(loop.target, _shape(node.args, loop, sources, rebound, out), node, sources, callee)
    if len(node.args) != 1 or not isinstance(loop.target, gast.Tuple) or len(loop.target.elts) != 2:
        return None
    array = sources.atom(node.args[0], loop, rebound, out)
    if not core.is_name(array):
        return None
    shape = sources.held(core.attribute(core.copy(array), "shape", node), loop, out)
    found = _indices(loop.target.elts[0], shape, node, sources, callee)
    if found is None:
        return None
    count, element = found
    return count, lambda k: core.tuple_([element(k), core.item(core.copy(array), element(k), node)], node)


def _shape(args: list[Any], loop: Any, sources: Any, rebound: frozenset[str], out: list[Any]) -> Any:
    """The lengths as a tuple written out, or the name of one."""
    if len(args) == 1 and not isinstance(args[0], gast.Tuple):
        return sources.held(args[0], loop, out)
    parts = args if len(args) > 1 else args[0].elts
    return core.tuple_([sources.atom(part, loop, rebound, out) for part in parts])


def _indices(target: Any, shape: Any, node: Any, sources: Any, callee: Any) -> tuple[Any, Element] | None:
    if isinstance(target, gast.Tuple):
        lengths = _lengths(shape, len(target.elts), callee)
        if lengths is None or any(isinstance(t, gast.Starred) for t in target.elts):
            return None
        return _product(lengths, node), lambda k: core.tuple_(_parts(k, lengths, node), node)
    if not core.is_name(target):
        return None
    numpy = sources.scope.helper(np)
    count = core.call(f"{numpy}.prod", core.copy(shape), at=node)
    for name in ("prod", "unravel_index"):
        sources.scope.helpers[f"{numpy}.{name}"] = getattr(np, name)
    return count, lambda k: core.call(f"{numpy}.unravel_index", core.copy(k), core.copy(shape), at=node)


def _lengths(shape: Any, count: int, callee: Any) -> list[Any] | None:
    """The length along each axis; the only argument of `np.ndindex` may be a length itself."""
    if isinstance(shape, gast.Tuple):
        return list(shape.elts) if len(shape.elts) == count else None
    return (
        [core.item(core.copy(shape), core.const(k)) for k in range(count)]
        if count > 1 or callee is np.ndenumerate
        else None
    )


def _parts(k: Any, lengths: list[Any], node: Any) -> list[Any]:
    """The k-th index of a grid, by rows."""
    parts = []
    for axis in range(len(lengths)):
        part, inner = core.copy(k), lengths[axis + 1 :]
        if inner:
            part = core.binary(part, gast.FloorDiv, _product(inner, node), node)
        parts.append(part if axis == 0 else core.binary(part, gast.Mod, core.copy(lengths[axis]), node))
    return parts


def _product(lengths: list[Any], node: Any) -> Any:
    product = core.copy(lengths[0])
    for length in lengths[1:]:
        product = core.binary(product, gast.Mult, core.copy(length), node)
    return product
