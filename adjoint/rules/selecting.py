"""Cells chosen by a condition or by an array of indices."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import linear
from adjoint.runtime.arrays import add_at, unbroadcast

# A cell that was not chosen gets 0, not 0 times its cotangent: sqrt(where(x > 0, x, 0)) is right at x = 0, where the
# cotangent is infinite. With the condition alone, np.where gives indices, and nothing is differentiated.


@linear(np.where, operands=("x", "y"))
def where(condition: Any, x: Any = None, y: Any = None, *, out_bar: Any) -> Any:
    return unbroadcast(np.where(condition, out_bar, 0.0), x), unbroadcast(np.where(condition, 0.0, out_bar), y)


# An index that repeats accumulates.


@linear(np.take, operands=("a",))
def take(a: Any, indices: Any, axis: Any = None, *, mode: Any = "raise", out_bar: Any) -> Any:
    n = a.size if axis is None else a.shape[axis]
    k = np.clip(indices, 0, n - 1) if mode == "clip" else np.mod(indices, n)
    if axis is None:
        a_bar = np.zeros_like(a, shape=(a.size,))
        add_at(a_bar, k, out_bar)
        return a_bar.reshape(a.shape)
    a_bar = np.zeros_like(a, shape=a.shape)
    along = axis % a.ndim
    add_at(a_bar, (slice(None),) * along + (k,), out_bar)
    return a_bar


@linear(np.take_along_axis, operands=("arr",))
def take_along_axis(arr: Any, indices: Any, axis: Any = -1, *, out_bar: Any) -> Any:
    if axis is None:
        return take(arr, indices, out_bar=out_bar)
    arr_bar = np.zeros_like(arr, shape=arr.shape)
    index = list(np.indices(indices.shape))
    index[axis] = indices
    add_at(arr_bar, tuple(index), out_bar)
    return arr_bar


@linear(np.bincount, operands=("weights",))
def bincount(x: Any, weights: Any = None, minlength: Any = 0, *, out_bar: Any) -> Any:
    return out_bar[x]
