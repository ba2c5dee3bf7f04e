"""The transposes of maps that are linear along an axis, and of filters with a window.

    along(lambda e: f(e), g, axis)      (Mᵀ g), M being what `f` does along the axis, column by column

Filters with a window are a sum of shifts of the padded array; their transpose shifts back, and folds what was padded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from adjoint.rules.declare import jvp, linear, vjp
from adjoint.runtime.arrays import add_at

# So many unit vectors at once: the memory that they take is that times the axis' length.
BLOCK = 256


def along(f: Callable[[Any], Any], g: Any, n: int, axis: int) -> Any:
    """The transpose of a linear map of vectors of length `n`, for the vectors along an axis of `g`.

    `f` maps the columns of a matrix.

        >>> along(lambda columns: np.cumsum(columns, axis=0), np.array([1.0, 10.0, 100.0]), 3, 0)
        array([111., 110., 100.])
    """
    rows = np.moveaxis(g, axis, 0)
    parts = []
    for start in range(0, n, BLOCK):
        units = np.eye(n, min(BLOCK, n - start), -start)
        image = f(units)
        parts.append(np.tensordot(image, rows, ((0,), (0,))))
    return np.moveaxis(np.concatenate(parts), 0, axis).astype(np.result_type(g))


def applied(f: Callable[[Any], Any], x: Any, axis: int) -> Any:
    """The linear map itself, of the vectors along an axis of `x`."""
    rows = np.moveaxis(x, axis, 0)
    image = f(np.reshape(rows, (len(rows), -1)))
    return np.moveaxis(np.reshape(image, (len(image), *rows.shape[1:])), 0, axis)


@linear(along, operands=("g",))
def along_transpose(f: Any, g: Any, n: Any, axis: Any, *, out_bar: Any) -> Any:
    return applied(f, out_bar, axis)


@linear(applied, operands=("x",))
def applied_transpose(f: Any, x: Any, axis: Any, *, out_bar: Any) -> Any:
    return along(f, out_bar, np.shape(x)[axis], axis)


def spread_back(g: Any, weights: Any, modes: Any, origins: Any) -> Any:
    """The transpose of `scipy.ndimage.correlate`, by the array: of the size of `g`.

    `modes` and `origins` are one for each axis.

        >>> spread_back(np.array([1.0, 0.0, 10.0]), np.array([1.0, 2.0, 3.0]), ("nearest",), (0,))
        array([ 3., 13., 50.])
    """
    low, high = reach(weights, origins)
    bar = np.zeros([n + a + b for n, a, b in zip(g.shape, low, high, strict=True)], dtype=np.result_type(g, weights))
    for place in np.ndindex(*np.shape(weights)):
        window = tuple([slice(k, k + n) for k, n in zip(place, g.shape, strict=True)])
        bar[window] += weights[place] * g
    return folded(bar, g.shape, low, modes)


def of_weights(g: Any, a: Any, shape: Any, modes: Any, origins: Any, cval: Any) -> Any:
    """The transpose of `scipy.ndimage.correlate`, by its weights, which have this shape."""
    low, high = reach(np.zeros(shape), origins)
    order = [taken(n, a_, b, mode) for n, a_, b, mode in zip(a.shape, low, high, modes, strict=True)]
    padded = a
    for axis, index in enumerate(order):
        cells = np.take(padded, np.maximum(index, 0), axis=axis)
        inside = np.reshape(index >= 0, (-1,) + (1,) * (a.ndim - 1 - axis))
        padded = np.where(inside, cells, cval)
    bar = np.zeros(shape, dtype=np.result_type(g, a))
    for place in np.ndindex(*shape):
        window = tuple([slice(k, k + n) for k, n in zip(place, g.shape, strict=True)])
        bar[place] = np.sum(padded[window] * g)
    return bar


def correlated(a: Any, weights: Any, modes: Any, origins: Any, cval: Any = 0.0) -> Any:
    """`scipy.ndimage.correlate`, of which the two above are the transposes: of one mode, or along the last axis."""
    if np.size(weights) == np.shape(weights)[-1]:
        return ndimage.correlate1d(a, np.ravel(weights), -1, mode=modes[-1], cval=cval, origin=origins[-1])
    return ndimage.correlate(a, weights, mode=modes[0], cval=cval, origin=origins)


@vjp(spread_back, operands=("g", "weights"), multilinear=True)
def spread_back_vjp(g: Any, weights: Any, modes: Any, origins: Any, *, out_bar: Any) -> Any:
    by_weights = of_weights(g, out_bar, np.shape(weights), modes, origins, 0.0)
    return correlated(out_bar, weights, modes, origins), by_weights


@vjp(of_weights, operands=("g", "a"))
def of_weights_vjp(g: Any, a: Any, shape: Any, modes: Any, origins: Any, cval: Any, *, out_bar: Any) -> Any:
    return correlated(a, out_bar, modes, origins, cval), spread_back(g, out_bar, modes, origins)


@jvp(of_weights)
def of_weights_jvp(g: Any, a: Any, shape: Any, modes: Any, origins: Any, cval: Any, *, g_dot: Any, a_dot: Any) -> Any:
    return of_weights(g_dot, a, shape, modes, origins, cval), of_weights(g, a_dot, shape, modes, origins, 0.0)


@vjp(correlated, operands=("a", "weights"))
def correlated_vjp(a: Any, weights: Any, modes: Any, origins: Any, cval: Any = 0.0, *, out_bar: Any) -> Any:
    by_weights = of_weights(out_bar, a, np.shape(weights), modes, origins, cval)
    return spread_back(out_bar, weights, modes, origins), by_weights


@jvp(correlated)
def correlated_jvp(
    a: Any, weights: Any, modes: Any, origins: Any, cval: Any = 0.0, *, a_dot: Any, weights_dot: Any
) -> Any:
    return correlated(a_dot, weights, modes, origins), correlated(a, weights_dot, modes, origins, cval)


def reach(weights: Any, origins: Any) -> Any:
    """How far a window reaches to the left and to the right of a cell, along each axis.

    >>> reach(np.zeros((4, 3)), (0, 1))
    ([2, 2], [1, 0])
    """
    low = [n // 2 + origin for n, origin in zip(np.shape(weights), origins, strict=True)]
    return low, [n - 1 - a for n, a in zip(np.shape(weights), low, strict=True)]


def folded(bar: Any, shape: Any, low: Any, modes: Any) -> Any:
    """The cotangent of an array that was padded: each cell gets what its copies got."""
    for axis, (n, before, mode) in enumerate(zip(shape, low, modes, strict=True)):
        index = taken(n, before, bar.shape[axis] - n - before, mode)
        own = index >= 0
        rows = np.moveaxis(bar, axis, 0)
        part = np.zeros((n,) + rows.shape[1:], dtype=bar.dtype)
        add_at(part, index[own], rows[own])
        bar = np.moveaxis(part, 0, axis)
    return bar


PADDED = {"reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect", "nearest": "edge"}
PADDED |= {"wrap": "wrap", "grid-wrap": "wrap"}


def taken(n: int, before: int, behind: int, mode: str) -> Any:
    """Which cell of an axis each one of the padded axis is; -1 for what is filled with a constant.

    >>> taken(3, 2, 1, "reflect"), taken(3, 1, 1, "constant")
    (array([1, 0, 0, 1, 2, 2]), array([-1,  0,  1,  2, -1]))
    """
    if mode in ("constant", "grid-constant"):
        return np.pad(np.arange(n), (before, behind), constant_values=-1)
    return np.pad(np.arange(n), (before, behind), mode=PADDED[mode])  # type: ignore[call-overload]
