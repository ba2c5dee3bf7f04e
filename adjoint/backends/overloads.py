"""What Numba needs to compile generated text: the helpers that it cannot compile as they stand, written for its types.

Importing this module is enough: a generated function may then be given to `numba.njit` as it is. Each overload does
what the function of the same name in `adjoint.runtime.arrays` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import overload
from numba.np.numpy_support import as_dtype

from adjoint import writing
from adjoint.backends import along as along
from adjoint.backends import checks as checks
from adjoint.backends import contractions as contractions
from adjoint.backends import copies as copies
from adjoint.backends import helpers
from adjoint.backends import numpy_functions as numpy_functions
from adjoint.backends import records as records
from adjoint.backends import steps as steps
from adjoint.rules import operators
from adjoint.runtime import arrays


@overload(writing.product, strict=False)
def product(a: Any, b: Any, out: Any) -> Callable[..., Any]:
    def by_blas(a: Any, b: Any, out: Any) -> Any:
        return np.dot(a, b, out)

    def copied(a: Any, b: Any, out: Any) -> Any:
        out[...] = a @ b
        return out

    fits = all(isinstance(k, types.Array) and k.layout in "CF" and k.dtype == out.dtype for k in (a, b))
    is_known = isinstance(out.dtype, (types.Float, types.Complex)) and out.layout == "C"
    return by_blas if fits and is_known and a.ndim == 2 and b.ndim <= 2 and out.ndim == b.ndim else copied


@overload(helpers.identical, strict=False)
@overload(helpers.truths_added, strict=False)
def refused(one: Any, other: Any) -> None:
    """Of no types: compiled numbers are no objects, and their truth values neither Python's nor NumPy's."""


@overload(arrays.zeros_like, strict=False)
def zeros_like(value: Any) -> Callable[..., Any] | None:
    match value:
        case types.Array():
            return (lambda value: np.zeros_like(value)) if _varies(value.dtype) else (lambda value: 0.0)
        case types.Number() | types.Boolean():
            return lambda value: 0.0
        case types.List():
            return lambda value: [arrays.zeros_like(v) for v in value]
        case types.BaseTuple():
            return _by_parts("zeros_like", arrays.zeros_like, [value])
    return None


@overload(arrays.plus, strict=False)
def plus(a: Any, b: Any) -> Callable[..., Any] | None:
    simple = (types.Array, types.Number)
    if isinstance(a, simple) and isinstance(b, simple):
        return lambda a, b: a + b
    if isinstance(a, types.List) and isinstance(b, types.List):
        return lambda a, b: [arrays.plus(x, y) for x, y in zip(a, b)]
    if isinstance(a, types.BaseTuple) and isinstance(b, types.BaseTuple) and len(a) == len(b):
        return _by_parts("plus", arrays.plus, [a, b])
    return None


@overload(arrays.owned, strict=False)
def owned(g: Any) -> Callable[..., Any] | None:
    match g:
        case types.Array():
            return lambda g: g.copy()
        case types.Number() | types.Boolean():
            return lambda g: g
        case types.List():
            return lambda g: [arrays.owned(v) for v in g]
        case types.BaseTuple():
            return _by_parts("owned", arrays.owned, [g])
    return None


@overload(arrays.like_sequence, strict=False)
def like_sequence(sequence: Any, parts: Any) -> Callable[..., Any] | None:
    """Parts that have the shapes of a list of arrays."""
    are_lists = isinstance(sequence, types.List) and isinstance(parts, types.List)
    if not are_lists or not isinstance(parts.dtype, types.Array) or not isinstance(sequence.dtype, types.Array):
        return None
    return (lambda sequence, parts: parts) if parts.dtype.ndim == sequence.dtype.ndim else None


def _by_parts(name: str, helper: Any, kinds: list[Any]) -> Callable[..., Any]:
    """A function of tuples that calls a helper for each of their items: `return (plus(a[0], b[0]),)`."""
    params = "ab"[: len(kinds)] if name == "plus" else {"zeros_like": ["value"], "owned": ["g"]}[name]
    parts = [f"helper({', '.join(f'{p}[{k}]' for p in params)})" for k in range(len(kinds[0]))]
    space: dict[str, Any] = {"helper": helper}
    exec(f"def made({', '.join(params)}):\n    return ({''.join(f'{p}, ' for p in parts)})\n", space)
    made: Callable[..., Any] = space["made"]
    return made


def _varies(dtype: Any) -> bool:
    return isinstance(dtype, (types.Float, types.Complex))


@overload(arrays.scattered, strict=False)
def scattered(like: Any, index: Any, g: Any) -> Callable[..., Any] | None:
    if not isinstance(like, types.Array):
        return None

    def made(like: Any, index: Any, g: Any) -> Any:
        new = np.zeros_like(like)
        arrays.add_at(new, index, g)
        return new

    return made


@overload(arrays.placed, strict=False)
def placed(like: Any, index: Any, g: Any) -> Callable[..., Any] | None:
    if not isinstance(like, types.Array):
        return None

    def made(like: Any, index: Any, g: Any) -> Any:
        new = np.zeros_like(like)
        new[index] = g
        return new

    return made


@overload(arrays.written, strict=False)
def written(bar: Any, index: Any) -> Callable[..., Any] | None:
    """Of places in a vector, some of them perhaps several times."""

    def made(bar: Any, index: Any) -> Any:
        order = np.full(len(bar), -1)
        for row, k in enumerate(index):
            order[k] = row
        new = np.zeros(len(index), bar.dtype)
        for row, k in enumerate(index):
            if order[k] == row:
                new[row] = bar[k]
        return new

    is_places = isinstance(index, types.List) or (isinstance(index, types.Array) and index.ndim == 1)
    fits = isinstance(bar, types.Array) and bar.ndim == 1 and is_places and isinstance(index.dtype, types.Integer)
    return made if fits else None


@overload(arrays.copies, strict=False)
def copies_of(g: Any, n: Any) -> Callable[..., Any] | None:
    def made(g: Any, n: Any) -> Any:
        return [g.copy() for _ in range(n)]

    return made if isinstance(g, types.Array) else None


@overload(operators.sum_of_sequence, strict=False)
def sum_of_sequence(iterable: Any, start: Any = 0, out_bar: Any = None) -> Callable[..., Any] | None:
    def of_array(iterable: Any, start: Any = 0, out_bar: Any = None) -> Any:
        return np.zeros_like(iterable) + out_bar

    def of_items(iterable: Any, start: Any = 0, out_bar: Any = None) -> Any:
        return [out_bar + 0.0 for _ in range(len(iterable))]

    if isinstance(iterable, types.Array):
        return of_array
    return of_items if isinstance(iterable, (types.List, types.BaseTuple)) else None


@overload(arrays.shares_where_equal, strict=False)
def shares_where_equal(values: Any, extreme: Any, g: Any) -> Callable[..., Any] | None:
    """Of numbers."""

    def of_list(values: Any, extreme: Any, g: Any) -> Any:
        wins = 0
        for value in values:
            wins += value == extreme
        return [g * (value == extreme) / wins for value in values]

    if isinstance(values, types.Array) and values.ndim == 1:
        return lambda values, extreme, g: (g * (values == extreme) / np.sum(values == extreme)).astype(values.dtype)
    if isinstance(values, types.List):
        return of_list if isinstance(values.dtype, types.Number) else None
    if not isinstance(values, types.BaseTuple) or not all(isinstance(k, types.Number) for k in values):
        return None
    count = len(values)
    wins = " + ".join(f"(values[{k}] == extreme)" for k in range(count))
    parts = "".join(f"g * (values[{k}] == extreme) / wins, " for k in range(count))
    space: dict[str, Any] = {}
    exec(f"def made(values, extreme, g):\n    wins = {wins}\n    return ({parts})\n", space)
    made: Callable[..., Any] = space["made"]
    return made


@overload(arrays.in_slot, strict=False, prefer_literal=True)
def in_slot(value: Any, k: Any, g: Any) -> Callable[..., Any] | None:
    def of_array(value: Any, k: Any, g: Any) -> Any:
        new = np.zeros_like(value)
        new[k] += g
        return new

    def of_list(value: Any, k: Any, g: Any) -> Any:
        new = [arrays.zeros_like(v) for v in value]
        new[k] = g
        return new

    def of_tuple(value: Any, k: Any, g: Any) -> Any:
        return tuple_setitem(arrays.zeros_like(value), k, g)

    if isinstance(value, types.Array):
        return of_array
    if isinstance(value, types.BaseTuple) and isinstance(k, types.IntegerLiteral):
        return _in_place(len(value), k.literal_value % len(value))
    if isinstance(value, types.UniTuple) and isinstance(value.dtype, types.Float) and isinstance(g, types.Float):
        return of_tuple
    return of_list if isinstance(value, types.List) else None


def _in_place(count: int, place: int) -> Callable[..., Any]:
    """A function that gives a tuple with `g` in one place, and zeros like those of `value` elsewhere."""
    parts = ["g" if k == place else f"zeros_like(value[{k}])" for k in range(count)]
    space: dict[str, Any] = {"zeros_like": arrays.zeros_like}
    exec(f"def made(value, k, g):\n    return ({''.join(f'{p}, ' for p in parts)})\n", space)
    made: Callable[..., Any] = space["made"]
    return made


@overload(arrays.add_at, strict=False)
def add_at(bar: Any, index: Any, g: Any) -> Callable[..., Any] | None:
    def at_numbers(bar: Any, index: Any, g: Any) -> None:
        for k in index:
            bar[k] += g

    def at_rows(bar: Any, index: Any, g: Any) -> None:
        for row, k in enumerate(index):
            bar[k] += g[row]

    def at_mask(bar: Any, index: Any, g: Any) -> None:
        bar[index] += g

    def at_place(bar: Any, index: Any, g: Any) -> None:
        bar[index] = arrays.plus(bar[index], g)

    if isinstance(index, types.BaseTuple) and all(isinstance(k, types.Integer) for k in index):
        return at_place if isinstance(bar, types.Array) and len(index) == bar.ndim else None
    if isinstance(index, types.Integer):
        return at_place if isinstance(bar, (types.Array, types.List)) else None
    if not isinstance(bar, types.Array) or not isinstance(index, (types.Array, types.List)):
        return None
    if isinstance(index, types.Array) and index.ndim != 1:
        return None
    if isinstance(index.dtype, types.Boolean):
        return at_mask if isinstance(index, types.Array) else None
    return at_rows if isinstance(g, types.Array) and g.ndim == bar.ndim else at_numbers


@overload(arrays.unbroadcast, strict=False)
def unbroadcast(g: Any, like: Any) -> Callable[..., Any] | None:
    narrowed = _is_complex(g) and not _is_complex(like)
    if isinstance(like, types.Number) or (isinstance(like, types.Array) and like.ndim == 0):
        if isinstance(g, types.Number):
            return (lambda g, like: g.real) if narrowed else (lambda g, like: g)
        return (lambda g, like: np.sum(g).real) if narrowed else (lambda g, like: np.sum(g))
    if not isinstance(like, types.Array):
        return None
    dtype = as_dtype(like.dtype)
    if isinstance(g, types.Number):
        return lambda g, like: np.full(like.shape, g.real if narrowed else g).astype(dtype)
    if not isinstance(g, types.Array) or g.ndim < like.ndim:
        return None
    lead, rank = g.ndim - like.ndim, like.ndim

    def summed(g: Any, like: Any) -> Any:
        out = np.zeros(like.shape, dtype)
        wide = g.shape
        for k in range(rank):
            wide = tuple_setitem(wide, lead + k, max(g.shape[lead + k], like.shape[k]))
        for index in np.ndindex(wide):
            source, target = index, index[lead:]
            for k in range(rank):
                if like.shape[k] == 1:
                    target = tuple_setitem(target, k, 0)
                if g.shape[lead + k] == 1:
                    source = tuple_setitem(source, lead + k, 0)
            out[target] += g[source].real if narrowed else g[source]
        return out

    return summed


def _is_complex(kind: Any) -> bool:
    return isinstance(getattr(kind, "dtype", kind), types.Complex)
