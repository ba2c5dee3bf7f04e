"""Methods of ufuncs that are no other function of NumPy's, and ufuncs with two results."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from adjoint.rules.moving import brought_back, cells_of
from adjoint.rules.registry import linear, vjp
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.shapes import spread

# Along an axis


@vjp(np.logaddexp.reduce, operands=("array",), ignored=("dtype",))
def logaddexp_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return spread(out_bar, axis, keepdims, array) * np.exp(array - spread(out, axis, keepdims, array))


@vjp(np.hypot.reduce, operands=("array",), ignored=("dtype",))
def hypot_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return spread(out_bar / (out + (out == 0)), axis, keepdims, array) * array


# The cell that the running extremum was reached at first.
@vjp(np.maximum.accumulate, np.minimum.accumulate, operands=("array",), ignored=("dtype",))
def running_extremum(array: Any, axis: Any = 0, *, out: Any, out_bar: Any) -> Any:
    rows, best = np.moveaxis(array, axis, 0), np.moveaxis(out, axis, 0)
    place = np.reshape(np.arange(len(rows)), (-1,) + (1,) * (array.ndim - 1))
    fresh = np.concatenate([np.ones_like(best[:1], dtype=bool), best[1:] != best[:-1]])
    source = np.maximum.accumulate(np.where(fresh, place, 0), axis=0)
    origin = np.take_along_axis(np.moveaxis(cells_of(array), axis, 0), source, axis=0)
    return brought_back(array, origin, np.moveaxis(out_bar, axis, 0))


# out[i] = log(exp(a[0]) + ... + exp(a[i])); the sums run backwards, each in proportion to its own result.
@vjp(np.logaddexp.accumulate, operands=("array",), ignored=("dtype",))
def running_logaddexp(array: Any, axis: Any = 0, *, out: Any, out_bar: Any) -> Any:
    rows, results = np.moveaxis(array, axis, 0), np.moveaxis(out, axis, 0)
    sums = np.array(np.moveaxis(out_bar, axis, 0))
    for k in range(len(rows) - 2, -1, -1):
        sums[k] = sums[k] + sums[k + 1] * np.exp(results[k] - results[k + 1])
    return np.moveaxis(sums * np.exp(rows - results), 0, axis)


# A part from each index to the next; one cell where the next is not larger.
@linear(np.add.reduceat, operands=("array",), ignored=("dtype",))
def add_reduceat(array: Any, indices: Any, axis: Any = 0, *, out_bar: Any) -> Any:
    g = np.moveaxis(out_bar, axis, 0)
    bar = np.zeros(np.moveaxis(array, axis, 0).shape, dtype=g.dtype)
    ends = np.append(np.asarray(indices)[1:], len(bar))
    for k in range(len(indices)):
        bar[indices[k] : max(ends[k], indices[k] + 1)] += g[k]
    return np.moveaxis(bar, 0, axis)


# Two results


@vjp(np.modf, operands=("x",))
def modf(x: Any, *, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] + 0.0, x)


# x == fraction * 2**exponent
@vjp(np.frexp, operands=("x",))
def frexp(x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(np.ldexp(out_bar[0], -out[1]), x)


# The remainder is x - y * quotient.
@vjp(np.divmod, builtins.divmod, operands=("x", "y"))
def quotient_and_remainder(x: Any, y: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[1] + 0.0, x), unbroadcast(-out_bar[1] * out[0], y)


# Products of vectors and matrices that broadcast


@vjp(np.vecdot, operands=("x1", "x2"))
def vecdot(x1: Any, x2: Any, *, axis: Any = -1, out_bar: Any) -> Any:
    g = np.expand_dims(out_bar, axis)
    return unbroadcast(np.conj(g * x2), x1), unbroadcast(g * np.conj(x1), x2)


@vjp(np.matvec, operands=("x1", "x2"))
def matvec(x1: Any, x2: Any, *, out_bar: Any) -> Any:
    g = np.expand_dims(out_bar, -1)
    return unbroadcast(g * np.expand_dims(x2, -2), x1), unbroadcast(np.sum(g * x1, axis=-2), x2)


@vjp(np.vecmat, operands=("x1", "x2"))
def vecmat(x1: Any, x2: Any, *, out_bar: Any) -> Any:
    g = np.expand_dims(out_bar, -2)
    x1_bar = np.conj(np.sum(g * x2, axis=-1))
    return unbroadcast(x1_bar, x1), unbroadcast(g * np.expand_dims(np.conj(x1), -1), x2)
