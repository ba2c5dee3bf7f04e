"""Sums, products, extrema and moments along axes, and their running forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from adjoint.rules.declare import jvp, linear, vjp
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.shapes import count, spread, without

# Sums and means


@linear(np.sum, operands=("a",), ignored=("dtype",))
def sum_along(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    if isinstance(a, np.ndarray) and a.dtype == np.float64 and (axis is None or a.ndim == 1):
        return np.full(np.shape(a), out_bar)
    elif axis is None:
        return np.full_like(a, out_bar)
    else:
        g = out_bar if keepdims or axis == 0 else np.expand_dims(out_bar, axis)
        return np.broadcast_to(g, np.shape(a)).copy()


@linear(np.mean, operands=("a",), ignored=("dtype",))
def mean(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    if isinstance(a, np.ndarray) and a.dtype == np.float64 and (axis is None or a.ndim == 1):
        return np.full(np.shape(a), out_bar / np.size(a))
    elif axis is None:
        return np.full_like(a, out_bar / np.size(a))
    else:
        n = np.shape(a)[axis] if isinstance(axis, int) else count(a, axis)
        g = out_bar if keepdims or axis == 0 else np.expand_dims(out_bar, axis)
        return np.broadcast_to(g / n, np.shape(a)).copy()


# Cells that are nan are left out of the sum; their cotangent is 0.
@jvp(np.nansum)
def nansum_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, a_dot: Any) -> Any:
    return np.sum(np.where(np.isnan(a), 0.0, a_dot), axis=axis, keepdims=keepdims)


@vjp(np.nansum, operands=("a",), ignored=("dtype",))
def nansum(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return np.where(np.isnan(a), 0.0, spread(out_bar, axis, keepdims, a))


@jvp(np.average)
def average_jvp(
    a: Any, axis: Any = None, weights: Any = None, *, keepdims: Any = False, out: Any, a_dot: Any, weights_dot: Any
) -> Any:
    if weights is None:
        return np.mean(a_dot, axis=axis, keepdims=keepdims), 0.0
    else:
        total = np.sum(aligned(weights, a, axis), axis=axis, keepdims=keepdims)
        deviation = aligned(weights_dot, a, axis) * (a - spread(out, axis, keepdims, a))
        by_a = np.sum(aligned(weights, a, axis) * a_dot, axis=axis, keepdims=keepdims) / total
        return by_a, np.sum(deviation, axis=axis, keepdims=keepdims) / total


@vjp(np.average, operands=("a", "weights"))
def average(a: Any, axis: Any = None, weights: Any = None, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    if weights is None:
        return spread(out_bar / count(a, axis), axis, keepdims, a), 0.0
    else:
        full = aligned(weights, a, axis)
        total = spread(np.sum(full, axis=axis, keepdims=keepdims), axis, keepdims, a)
        g = spread(out_bar, axis, keepdims, a) / total
        w_bar = g * (a - spread(out, axis, keepdims, a))
        if np.shape(weights) != np.shape(a):
            others = without(np.ndim(a), (axis,))
            w_bar = np.sum(w_bar, axis=others)
        return g * full, w_bar


def aligned(weights: Any, a: Any, axis: Any) -> Any:
    """Weights in the shape of `a`: they may be given for its axis `axis` alone."""
    if np.shape(weights) == np.shape(a):
        return weights
    others = without(np.ndim(a), (axis,))
    return np.broadcast_to(np.expand_dims(weights, others), a.shape)


# Variance and standard deviation. For complex a, |a - mean|**2 is not holomorphic: hence the conjugate.


@jvp(np.var)
def var_jvp(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, a_dot: Any) -> Any:
    if np.iscomplexobj(a):
        slope = 2 / (count(a, axis) - ddof) * np.conj(a - np.mean(a, axis=axis, keepdims=True))
        return np.sum(np.real(slope * a_dot), axis=axis, keepdims=keepdims)
    elif axis is None and not keepdims:
        return 2 * np.sum((a - np.mean(a)) * a_dot) / (np.size(a) - ddof)
    else:
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        return 2 * np.sum(deviation * a_dot, axis=axis, keepdims=keepdims) / (count(a, axis) - ddof)


@vjp(np.var, operands=("a",), ignored=("dtype",), renamed={"correction": "ddof"})
def var(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out_bar: Any) -> Any:
    if axis is None:
        return 2 * out_bar / (a.size - ddof) * np.conj(a - np.mean(a))
    else:
        n = a.shape[axis] if isinstance(axis, int) else count(a, axis)
        g = out_bar if keepdims or axis == 0 else np.expand_dims(out_bar, axis)
        return 2 * g / (n - ddof) * np.conj(a - np.mean(a, axis=axis, keepdims=True))


# Where all cells are equal, the deviation is 0 and so is the cotangent: the middle of the subgradients.
@jvp(np.std)
def std_jvp(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out: Any, a_dot: Any) -> Any:
    if np.iscomplexobj(a):
        slope = np.conj(a - np.mean(a, axis=axis, keepdims=True)) / (count(a, axis) - ddof)
        return np.sum(np.real(slope * a_dot), axis=axis, keepdims=keepdims) / (out + (out == 0))
    elif axis is None and not keepdims:
        return np.sum((a - np.mean(a)) * a_dot) / ((np.size(a) - ddof) * (out + (out == 0)))
    else:
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        n = count(a, axis) - ddof
        return np.sum(deviation * a_dot, axis=axis, keepdims=keepdims) / (n * (out + (out == 0)))


@vjp(np.std, operands=("a",), ignored=("dtype",), renamed={"correction": "ddof"})
def std(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    if axis is None:
        return out_bar / ((a.size - ddof) * (out + (out == 0))) * np.conj(a - np.mean(a))
    else:
        n = a.shape[axis] if isinstance(axis, int) else count(a, axis)
        g = out_bar / ((n - ddof) * (out + (out == 0)))
        return (g if keepdims or axis == 0 else np.expand_dims(g, axis)) * np.conj(
            a - np.mean(a, axis=axis, keepdims=True)
        )


# Extrema. A tie is shared evenly.


@jvp(np.max, np.amax, np.min, np.amin)
def extremum_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, out: Any, a_dot: Any) -> Any:
    if axis is None and not keepdims:
        wins = (a == out).astype(a.dtype)
        return np.sum(wins * a_dot) / np.sum(wins)
    else:
        wins = (a == spread(out, axis, keepdims, a)).astype(a.dtype)
        return np.sum(wins * a_dot, axis=axis, keepdims=keepdims) / np.sum(wins, axis=axis, keepdims=keepdims)


@vjp(np.max, np.amax, np.min, np.amin, operands=("a",))
def extremum(a: Any, axis: Any = None, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    if axis is None:
        wins = (a == out).astype(a.dtype)
        return wins * (out_bar / np.sum(wins))
    elif keepdims:
        wins = (a == out).astype(a.dtype)
        return wins * (out_bar / np.sum(wins, axis=axis, keepdims=True))
    elif axis == 0:
        wins = (a == out).astype(a.dtype)
        return wins * (out_bar / np.sum(wins, axis=0))
    else:
        wins = (a == np.expand_dims(out, axis)).astype(a.dtype)
        return wins * np.expand_dims(out_bar / np.sum(wins, axis=axis), axis)


@jvp(np.ptp)
def peak_to_peak_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, a_dot: Any) -> Any:
    return np.sum(peaks(a, axis) * a_dot, axis=axis, keepdims=keepdims)


@vjp(np.ptp, operands=("a",))
def peak_to_peak(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    return spread(out_bar, axis, keepdims, a) * peaks(a, axis)


def peaks(a: Any, axis: Any) -> Any:
    """The shares of the greatest cells, less those of the least.

    >>> peaks(np.array([1.0, 3.0, 3.0, 2.0]), 0)
    array([-1. ,  0.5,  0.5,  0. ])
    """
    top = (a == np.max(a, axis=axis, keepdims=True)).astype(a.dtype)
    bottom = (a == np.min(a, axis=axis, keepdims=True)).astype(a.dtype)
    return top / np.sum(top, axis=axis, keepdims=True) - bottom / np.sum(bottom, axis=axis, keepdims=True)


# Products: each cell's cotangent is the product of all others, computed without a division, so that zeros are right.


@jvp(np.prod)
def prod_jvp(a: Any, axis: Any = None, *, keepdims: Any = False, a_dot: Any) -> Any:
    return np.sum(product_of_others(a, axis) * a_dot, axis=axis, keepdims=keepdims)


@vjp(np.prod, operands=("a",), ignored=("dtype",))
def prod(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    if axis is None:
        return out_bar * product_of_others(a)
    else:
        return spread(out_bar, axis, keepdims, a) * product_of_others(a, axis)


def product_of_others(a: Any, axis: Any = None) -> Any:
    """For each cell, the product of the other cells along `axis`.

    >>> product_of_others(np.array([2.0, 0.0, 5.0]))
    array([ 0., 10.,  0.])
    """
    if axis is None:
        return np.reshape(others_along(np.ravel(a), 0), np.shape(a))
    if isinstance(axis, tuple):
        ends = tuple(range(-len(axis), 0))
        rows = np.moveaxis(a, axis, ends)
        flat = np.reshape(rows, rows.shape[: rows.ndim - len(axis)] + (-1,))
        return np.moveaxis(np.reshape(others_along(flat, -1), rows.shape), ends, axis)
    return others_along(a, axis)


def others_along(a: Any, axis: int) -> Any:
    """For each cell, the product of the other cells along one axis."""
    rows = np.moveaxis(a, axis, 0)
    before = np.concatenate([np.ones_like(rows[:1]), np.cumprod(rows[:-1], axis=0)])
    after = np.concatenate([np.cumprod(rows[:0:-1], axis=0)[::-1], np.ones_like(rows[:1])])
    return np.moveaxis((before * after)[: len(rows)], 0, axis)


@jvp(math.prod)
def prod_of_sequence_jvp(iterable: Any, *, start: Any = 1, iterable_dot: Any, start_dot: Any) -> Any:
    others = product_of_others(np.array([start, *iterable]) * 1.0)
    by_iterable = sum([other * dot for other, dot in zip(others[1:], iterable_dot, strict=True)])
    return by_iterable, others[0] * start_dot


@vjp(math.prod, operands=("iterable", "start"))
def prod_of_sequence(iterable: Any, *, start: Any = 1, out_bar: Any) -> Any:
    values = np.array([start, *iterable]) * 1.0
    bars = out_bar * product_of_others(values)
    return (unbroadcast(bars[1:], iterable) if isinstance(iterable, np.ndarray) else list(bars[1:])), bars[0]


# Running sums and products


# With the sum, or product, of no cells in front where `include_initial` says so.
@linear(np.cumulative_sum, operands=("x",), ignored=("dtype",))
def cumulative_sum(x: Any, *, axis: Any = None, include_initial: Any = False, out_bar: Any) -> Any:
    return cumsum(x, axis, out_bar=without_first(out_bar, axis) if include_initial else out_bar)


@jvp(np.cumulative_prod)
def cumulative_prod_jvp(x: Any, *, axis: Any = None, include_initial: Any = False, out: Any, x_dot: Any) -> Any:
    if not include_initial:
        return cumprod_jvp(x, axis, out=out, a_dot=x_dot)
    dots = cumprod_jvp(x, axis, out=without_first(out, axis), a_dot=x_dot)
    along = 0 if axis is None else axis
    return np.concatenate([0.0 * np.take(dots, [0], along), dots], axis=along)


@vjp(np.cumulative_prod, operands=("x",), ignored=("dtype",))
def cumulative_prod(x: Any, *, axis: Any = None, include_initial: Any = False, out: Any, out_bar: Any) -> Any:
    if include_initial:
        return cumprod(x, axis, out=without_first(out, axis), out_bar=without_first(out_bar, axis))
    return cumprod(x, axis, out=out, out_bar=out_bar)


def without_first(g: Any, axis: Any) -> Any:
    """All cells along an axis but the first."""
    return np.moveaxis(np.moveaxis(g, 0 if axis is None else axis, 0)[1:], 0, 0 if axis is None else axis)


@linear(np.cumsum, operands=("a",), ignored=("dtype",))
def cumsum(a: Any, axis: Any = None, *, out_bar: Any) -> Any:
    if a.ndim == 1:
        return np.cumsum(out_bar[::-1])[::-1]
    elif axis is None:
        return np.cumsum(out_bar[::-1])[::-1].reshape(a.shape)
    else:
        return np.flip(np.cumsum(np.flip(out_bar, axis), axis=axis), axis)


# a_bar[j] = before[j] * after[j], with before[j] = a[0] ... a[j-1] and
# after[j] = sum over i >= j of out_bar[i] * a[j+1] ... a[i], which runs backwards: no division, so zeros are right.
@jvp(np.cumprod)
def cumprod_jvp(a: Any, axis: Any = None, *, out: Any, a_dot: Any) -> Any:
    if axis is None:
        return cumprod_jvp(np.ravel(a), 0, out=out, a_dot=np.ravel(a_dot))
    rows, results = np.moveaxis(a, axis, 0), np.moveaxis(out, axis, 0)
    sums = np.array(np.moveaxis(a_dot, axis, 0))
    for k in range(1, len(rows)):
        sums[k] = sums[k] * results[k - 1] + sums[k - 1] * rows[k]
    return np.moveaxis(sums, 0, axis)


@vjp(np.cumprod, operands=("a",), ignored=("dtype",))
def cumprod(a: Any, axis: Any = None, *, out: Any, out_bar: Any) -> Any:
    if axis is None:
        return cumprod(np.ravel(a), 0, out=out, out_bar=out_bar).reshape(a.shape)
    rows = np.moveaxis(a, axis, 0)
    after = np.array(np.moveaxis(out_bar, axis, 0))
    for j in range(len(rows) - 2, -1, -1):
        after[j] = after[j] + rows[j + 1] * after[j + 1]
    before = np.concatenate([np.ones_like(rows[:1]), np.moveaxis(out, axis, 0)[:-1]])
    return np.moveaxis(before[: len(rows)] * after, 0, axis)


@linear(np.diff, operands=("a",))
def diff(a: Any, n: Any = 1, axis: Any = -1, *, out_bar: Any) -> Any:
    g = np.moveaxis(out_bar, axis, 0)
    for _ in range(n):
        zero = np.zeros((1,) + g.shape[1:], g.dtype)
        g = np.concatenate([zero, g]) - np.concatenate([g, zero])
    return np.moveaxis(g, 0, axis)


# The cells in order: the k-th smallest gets the k-th cotangent. Ties keep their order, as any order would do.
@jvp(np.sort_complex)
def sort_complex_jvp(a: Any, *, out: Any, a_dot: Any) -> Any:
    return np.take_along_axis(a_dot, np.argsort(a, axis=-1, kind="stable"), axis=-1).astype(out.dtype)


@vjp(np.sort_complex)
def sort_complex(a: Any, *, out_bar: Any) -> Any:
    g = sort(a, -1, out_bar=out_bar)
    return g if np.iscomplexobj(a) else np.real(g) + 0.0


@jvp(np.sort)
def sort_jvp(a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None, a_dot: Any) -> Any:
    if axis is None:
        return np.ravel(a_dot)[np.argsort(a, axis=None, kind="stable")]
    else:
        return np.take_along_axis(a_dot, np.argsort(a, axis=axis, kind="stable"), axis=axis)


@vjp(np.sort, operands=("a",))
def sort(a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None, out_bar: Any) -> Any:
    if axis is None:
        return sort(np.ravel(a), 0, out_bar=out_bar).reshape(a.shape)
    rank = np.argsort(np.argsort(a, axis=axis, kind="stable"), axis=axis, kind="stable")
    return np.take_along_axis(out_bar, rank, axis=axis)
