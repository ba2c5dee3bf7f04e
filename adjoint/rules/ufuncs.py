"""Methods of ufuncs that are no other function of NumPy's, and ufuncs with two results."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from adjoint.rules.declare import jvp, linear, vjp
from adjoint.rules.moving import brought_back, cells_of
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.shapes import spread

# Along an axis


@jvp(np.logaddexp.reduce)
def logaddexp_reduce_jvp(array: Any, axis: Any = 0, *, keepdims: Any = False, out: Any, array_dot: Any) -> Any:
    return np.sum(np.exp(array - spread(out, axis, keepdims, array)) * array_dot, axis=axis, keepdims=keepdims)


@vjp(np.logaddexp.reduce, operands=("array",), ignored=("dtype",))
def logaddexp_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return spread(out_bar, axis, keepdims, array) * np.exp(array - spread(out, axis, keepdims, array))


@jvp(np.hypot.reduce)
def hypot_reduce_jvp(array: Any, axis: Any = 0, *, keepdims: Any = False, out: Any, array_dot: Any) -> Any:
    return np.sum(array * array_dot, axis=axis, keepdims=keepdims) / (out + (out == 0))


@vjp(np.hypot.reduce, operands=("array",), ignored=("dtype",))
def hypot_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    return spread(out_bar / (out + (out == 0)), axis, keepdims, array) * array


# The cell that the running extremum was reached at first.
@jvp(np.maximum.accumulate, np.minimum.accumulate)
def running_extremum_jvp(array: Any, axis: Any = 0, *, out: Any, array_dot: Any) -> Any:
    return np.moveaxis(np.ravel(array_dot)[reached_at(array, axis, out)], 0, axis)


@vjp(np.maximum.accumulate, np.minimum.accumulate, operands=("array",), ignored=("dtype",))
def running_extremum(array: Any, axis: Any = 0, *, out: Any, out_bar: Any) -> Any:
    return brought_back(array, reached_at(array, axis, out), np.moveaxis(out_bar, axis, 0))


def reached_at(array: Any, axis: Any, out: Any) -> Any:
    """The number of the cell that each running extremum is, the axis being the first."""
    best = np.moveaxis(out, axis, 0)
    place = np.reshape(np.arange(len(best)), (-1,) + (1,) * (array.ndim - 1))
    fresh = np.concatenate([np.ones_like(best[:1], dtype=bool), best[1:] != best[:-1]])
    source = np.maximum.accumulate(np.where(fresh, place, 0), axis=0)
    return np.take_along_axis(np.moveaxis(cells_of(array), axis, 0), source, axis=0)


# out[i] = log(exp(a[0]) + ... + exp(a[i])); the sums run backwards, each in proportion to its own result.
@jvp(np.logaddexp.accumulate)
def running_logaddexp_jvp(array: Any, axis: Any = 0, *, out: Any, array_dot: Any) -> Any:
    rows, results = np.moveaxis(array, axis, 0), np.moveaxis(out, axis, 0)
    sums = np.moveaxis(array_dot, axis, 0) * np.exp(rows - results)
    for k in range(1, len(rows)):
        sums[k] = sums[k] + sums[k - 1] * np.exp(results[k - 1] - results[k])
    return np.moveaxis(sums, 0, axis)


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


@jvp(np.modf)
def modf_jvp(x: Any, *, x_dot: Any) -> Any:
    return (x_dot + 0.0, 0.0 * x_dot)


@vjp(np.modf, operands=("x",))
def modf(x: Any, *, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] + 0.0, x)


# x == fraction * 2**exponent
@jvp(np.frexp)
def frexp_jvp(x: Any, *, out: Any, x_dot: Any) -> Any:
    return (np.ldexp(x_dot, -out[1]), 0.0 * x_dot)


@vjp(np.frexp, operands=("x",))
def frexp(x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(np.ldexp(out_bar[0], -out[1]), x)


# The remainder is x - y * quotient.
@jvp(np.divmod, builtins.divmod)
def quotient_and_remainder_jvp(x: Any, y: Any, *, out: Any, x_dot: Any, y_dot: Any) -> Any:
    flat = 0.0 * out[0]
    return (flat, x_dot + flat), (flat, -out[0] * y_dot)


@vjp(np.divmod, builtins.divmod, operands=("x", "y"))
def quotient_and_remainder(x: Any, y: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[1] + 0.0, x), unbroadcast(-out_bar[1] * out[0], y)


# Products of vectors and matrices that broadcast


@vjp(np.vecdot, operands=("x1", "x2"), multilinear=True)
def vecdot(x1: Any, x2: Any, *, axis: Any = -1, out_bar: Any) -> Any:
    g = np.expand_dims(out_bar, axis)
    return unbroadcast(np.conj(g * x2), x1), unbroadcast(g * np.conj(x1), x2)


@vjp(np.matvec, operands=("x1", "x2"), multilinear=True)
def matvec(x1: Any, x2: Any, *, out_bar: Any) -> Any:
    g = np.expand_dims(out_bar, -1)
    return unbroadcast(g * np.expand_dims(x2, -2), x1), unbroadcast(np.sum(g * x1, axis=-2), x2)


@vjp(np.vecmat, operands=("x1", "x2"), multilinear=True)
def vecmat(x1: Any, x2: Any, *, out_bar: Any) -> Any:
    g = np.expand_dims(out_bar, -2)
    x1_bar = np.conj(np.sum(g * x2, axis=-1))
    return unbroadcast(x1_bar, x1), unbroadcast(g * np.expand_dims(np.conj(x1), -1), x2)
