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

from adjoint.runtime import arrays

OVERLOADED = (arrays.unbroadcast, arrays.zeros_like, arrays.plus, arrays.owned, arrays.add_at)


@overload(arrays.zeros_like, strict=False)
def zeros_like(value: Any) -> Callable[..., Any] | None:
    if isinstance(value, types.Array):
        return lambda value: np.zeros_like(value)
    return (lambda value: 0.0) if isinstance(value, types.Number) else None


@overload(arrays.plus, strict=False)
def plus(a: Any, b: Any) -> Callable[..., Any] | None:
    simple = (types.Array, types.Number)
    return (lambda a, b: a + b) if isinstance(a, simple) and isinstance(b, simple) else None


@overload(arrays.owned, strict=False)
def owned(g: Any) -> Callable[..., Any] | None:
    if isinstance(g, types.Array):
        return lambda g: g.copy()
    return (lambda g: g) if isinstance(g, types.Number) else None


@overload(arrays.add_at, strict=False)
def add_at(bar: Any, index: Any, g: Any) -> Callable[..., Any] | None:
    if not isinstance(bar, types.Array) or not isinstance(index, types.Array) or index.ndim != 1:
        return None
    if isinstance(index.dtype, types.Boolean):
        return None

    def add_scalar(bar: Any, index: Any, g: Any) -> None:
        for k in index:
            bar[k] += g

    def add_rows(bar: Any, index: Any, g: Any) -> None:
        for row, k in enumerate(index):
            bar[k] += g[row]

    return add_rows if isinstance(g, types.Array) and g.ndim == bar.ndim else add_scalar


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
