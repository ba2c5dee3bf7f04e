"""NumPy's functions along one axis, which Numba has for whole arrays or vectors alone.

np.mean(a, axis=0, keepdims=True)       ->      out = np.empty((1, a.shape[1]), a.dtype)
                                                for i1 in range(a.shape[1]):
                                                    out[0, i1] = np.mean(a[:, i1])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from adjoint.runtime import shapes

# What makes a number of a vector, and what makes a vector of one: functions and the parameters that Numba's lack.
TO_NUMBERS: tuple[Any, ...] = (np.mean, np.prod, np.max, np.min, np.var, np.std)
TO_VECTORS: tuple[Any, ...] = (np.sort, np.cumsum, np.cumprod)
STABLE = ("stable", "mergesort")


def _reduction(function: Any) -> None:
    @overload(function, strict=False)
    def along(a: Any, axis: Any = None, keepdims: Any = False) -> Callable[..., Any] | None:
        return _reduced(function, a, axis, keepdims, "a, axis=None, keepdims=False")


def _reduced(function: Any, a: Any, axis: Any, keepdims: Any, params: str) -> Callable[..., Any] | None:
    place, kept = value_of(axis), value_of(keepdims)
    if not is_real(a) or type(kept) is not bool or not (place is None or type(place) is int):
        return None
    if place is None:
        return _kept_whole(function, a.ndim, params) if kept else None
    if not -a.ndim <= place < a.ndim:
        return None
    if a.ndim == 1 and not kept:
        return _made(params, ["return function(a)"], function)
    place %= a.ndim
    sizes = ["1" if k == place else f"a.shape[{k}]" for k in range(a.ndim) if kept or k != place]
    cell = ["0" if k == place else f"i{k}" for k in range(a.ndim) if kept or k != place]
    return _made(params, _loops(a.ndim, place, sizes, cell, f"function({_vector(a.ndim, place)})", "a.dtype"), function)


def _kept_whole(function: Any, rank: int, params: str) -> Callable[..., Any]:
    return _made(params, [f"return np.full(({'1, ' * rank}), function(a))"], function)


for _function in TO_NUMBERS:
    _reduction(_function)


@overload(np.sum, strict=False)
def sum_where(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Callable[..., Any] | None:
    """Sums of what a mask chooses, and such as keep their axes."""

    def chosen(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Any:
        return np.sum(np.where(where, a, np.zeros_like(a)))

    if value_of(where) is True:
        has_axes = value_of(keepdims) is True
        return _reduced(np.sum, a, axis, keepdims, "a, axis=None, keepdims=False, where=True") if has_axes else None
    is_mask = isinstance(where, types.Array) and where.dtype == types.boolean
    is_whole = value_of(axis) is None and value_of(keepdims) is False
    return chosen if is_real(a) and is_mask and is_whole and where.ndim <= a.ndim else None


def _scan(function: Any) -> None:
    last = -1 if function is np.sort else None

    @overload(function, strict=False)
    def along(a: Any, axis: Any = last) -> Callable[..., Any] | None:
        if not isinstance(axis, types.IntegerLiteral) or not is_real(a):  # what has no axis is Numba's own
            return None
        return _scanned(function, a, axis, f"a, axis={last}", "a.dtype")


def _scanned(function: Any, a: Any, axis: Any, params: str, dtype: str) -> Callable[..., Any] | None:
    place = value_of(axis)
    if type(place) is not int or not -a.ndim <= place < a.ndim:
        return None
    place %= a.ndim
    sizes = [f"a.shape[{k}]" for k in range(a.ndim)]
    cell = [":" if k == place else f"i{k}" for k in range(a.ndim)]
    return _made(params, _loops(a.ndim, place, sizes, cell, f"function({_vector(a.ndim, place)})", dtype), function)


for _function in TO_VECTORS:
    _scan(_function)


@overload(np.argsort, strict=False)
def argsort(a: Any, axis: Any = -1, kind: Any = "quicksort") -> Callable[..., Any] | None:
    """Along an axis, or with equal entries in their order."""
    if value_of(kind) not in (*STABLE, "quicksort") or (value_of(kind) == "quicksort" and value_of(axis) == -1):
        return None
    if not isinstance(a, types.Array) or not isinstance(a.dtype, (types.Float, types.Integer)):
        return None
    return _scanned(_stable, a, axis, "a, axis=-1, kind='quicksort'", "np.int64")


def _stable(a: Any) -> Any:
    """The order of a vector."""


@overload(_stable, strict=False)
def _of_vector(a: Any) -> Callable[..., Any]:
    return lambda a: np.argsort(a, kind="mergesort")


@overload(np.flip, strict=False, prefer_literal=True)
def flip(m: Any, axis: Any = None) -> Callable[..., Any] | None:
    place = value_of(axis)
    if not isinstance(m, types.Array) or type(place) is not int or not -m.ndim <= place < m.ndim:
        return None
    index = ", ".join("::-1" if k == place % m.ndim else ":" for k in range(m.ndim))
    return _made("m, axis=None", [f"return m[{index}]"], None)


@overload(np.moveaxis, strict=False, prefer_literal=True)
def moveaxis(a: Any, source: Any, destination: Any) -> Callable[..., Any] | None:
    old, new = value_of(source), value_of(destination)
    if not isinstance(a, types.Array) or type(old) is not int or type(new) is not int:
        return None
    if not all(-a.ndim <= k < a.ndim for k in (old, new)):
        return None
    order = [k for k in range(a.ndim) if k != old % a.ndim]
    order.insert(new % a.ndim, old % a.ndim)
    return _made("a, source, destination", [f"return np.transpose(a, ({''.join(f'{k}, ' for k in order)}))"], None)


@overload(shapes.spread, strict=False, prefer_literal=True)
def spread(g: Any, axis: Any, keepdims: Any, like: Any) -> Callable[..., Any] | None:
    place, kept = value_of(axis), value_of(keepdims)
    if not is_real(like) or type(kept) is not bool or not (place is None or type(place) is int):
        return None
    is_number = isinstance(g, types.Float)
    if not is_number and not (is_real(g) and g.ndim == like.ndim - (place is not None and not kept)):
        return None
    value = "g" if is_number or kept or place is None else f"np.expand_dims(g, {place})"
    lines = ["out = np.empty(like.shape, like.dtype)", f"out[...] = {value}", "return out"]
    return _made("g, axis, keepdims, like", lines, None)


def _loops(rank: int, place: int, sizes: list[str], cell: list[str], value: str, dtype: str) -> list[str]:
    """Loops over all axes but one; what they compute of the vector along that goes into a new array."""
    lines = [f"out = np.empty(({''.join(f'{size}, ' for size in sizes)}), {dtype})"]
    depth = 0
    for k in range(rank):
        if k != place:
            lines.append(f"{'    ' * depth}for i{k} in range(a.shape[{k}]):")
            depth += 1
    return [*lines, f"{'    ' * depth}out[{', '.join(cell)}] = {value}", "return out"]


def _vector(rank: int, place: int) -> str:
    index = ", ".join(":" if k == place else f"i{k}" for k in range(rank))
    return f"np.ascontiguousarray(a[{index}])"


def _made(params: str, lines: list[str], function: Any) -> Callable[..., Any]:
    space: dict[str, Any] = {"np": np, "function": function}
    exec("\n".join([f"def made({params}):", *(f"    {line}" for line in lines)]), space)
    made: Callable[..., Any] = space["made"]
    return made


def is_real(kind: Any) -> bool:
    """Is this an array of floats?"""
    return isinstance(kind, types.Array) and isinstance(kind.dtype, types.Float) and kind.ndim > 0


def value_of(kind: Any) -> Any:
    """The value that a type is of, where it is of one; the type itself for others."""
    if isinstance(kind, types.Omitted):
        return kind.value
    return None if isinstance(kind, types.NoneType) else getattr(kind, "literal_value", kind)
