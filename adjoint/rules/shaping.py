"""Shape and order of the cells: what moves cells, and what repeats or drops them."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import linear
from adjoint.runtime.arrays import add_at, unbroadcast

# The same cells in the same order


@linear(np.reshape, result="maybe", operands=("a",), renamed={"newshape": "shape"}, borrows=True)
def reshape(a: Any, shape: Any, order: Any = "C", *, copy: Any = None, out_bar: Any) -> Any:
    if order == "C":
        return np.reshape(out_bar, np.shape(a))
    else:
        return np.reshape(out_bar, np.shape(a), order=without_strides(order))


@linear(np.ravel, result="maybe", borrows=True)
def ravel(a: Any, order: Any = "C", *, out_bar: Any) -> Any:
    if order == "C":
        return out_bar.reshape(np.shape(a))
    else:
        return out_bar.reshape(np.shape(a), order=without_strides(order))


@linear(np.ndarray.flatten, borrows=True)
def flatten(a: Any, order: Any = "C", *, out_bar: Any) -> Any:
    if order == "C":
        return out_bar.reshape(a.shape)
    else:
        return out_bar.reshape(a.shape, order=without_strides(order))


def without_strides(order: Any) -> Any:
    """Refuse the orders that depend on how an array lies in memory, which its cotangent need not share."""
    if order not in ("C", "F"):
        raise UnsupportedArgument(f'order="{order}" depends on the memory layout; write order="C" or order="F"')
    return order


@linear(np.squeeze, result="view", operands=("a",), borrows=True)
def squeeze(a: Any, axis: Any = None, *, out_bar: Any) -> Any:
    return np.reshape(out_bar, a.shape)


@linear(np.expand_dims, result="view", operands=("a",), borrows=True)
def expand_dims(a: Any, axis: Any, *, out_bar: Any) -> Any:
    return np.reshape(out_bar, a.shape)


@linear(np.atleast_1d, np.atleast_2d, np.atleast_3d, result="view", borrows=True)
def atleast(a: Any, *, out_bar: Any) -> Any:
    return np.reshape(out_bar, np.shape(a))


# The same cells in another order


@linear(np.transpose, result="view", operands=("a",), borrows=True)
def transpose(a: Any, axes: Any = None, *, out_bar: Any) -> Any:
    if axes is None or (isinstance(axes, tuple) and axes == (1, 0)):
        return out_bar.T
    else:
        return np.transpose(out_bar, np.argsort(np.mod(axes, a.ndim)))


@linear(np.matrix_transpose, result="view", borrows=True)
def matrix_transpose(x: Any, *, out_bar: Any) -> Any:
    return np.swapaxes(out_bar, -1, -2)


@linear(np.swapaxes, result="view", operands=("a",), borrows=True)
def swapaxes(a: Any, axis1: Any, axis2: Any, *, out_bar: Any) -> Any:
    return np.swapaxes(out_bar, axis1, axis2)


@linear(np.moveaxis, result="view", operands=("a",), borrows=True)
def moveaxis(a: Any, source: Any, destination: Any, *, out_bar: Any) -> Any:
    return np.moveaxis(out_bar, destination, source)


@linear(np.flip, result="view", operands=("m",), borrows=True)
def flip(m: Any, axis: Any = None, *, out_bar: Any) -> Any:
    if axis is None:
        return np.flip(out_bar)
    else:
        return np.flip(out_bar, axis)


@linear(np.fliplr, result="view", borrows=True)
def fliplr(m: Any, *, out_bar: Any) -> Any:
    return np.fliplr(out_bar)


@linear(np.flipud, result="view", borrows=True)
def flipud(m: Any, *, out_bar: Any) -> Any:
    return np.flipud(out_bar)


@linear(np.rot90, result="view", operands=("m",), borrows=True)
def rot90(m: Any, k: Any = 1, axes: Any = (0, 1), *, out_bar: Any) -> Any:
    return np.rot90(out_bar, -k, axes)


@linear(np.roll, operands=("a",))
def roll(a: Any, shift: Any, axis: Any = None, *, out_bar: Any) -> Any:
    if axis is None:
        return np.roll(out_bar, -shift)
    else:
        return np.roll(out_bar, np.negative(shift), axis)


# Cells repeated


@linear(np.broadcast_to, result="view", operands=("array",))
def broadcast_to(array: Any, shape: Any, *, out_bar: Any) -> Any:
    return unbroadcast(out_bar, array) + 0.0


@linear(np.repeat, operands=("a",))
def repeat(a: Any, repeats: Any, axis: Any = None, *, out_bar: Any) -> Any:
    if axis is None:
        return repeat(np.ravel(a), repeats, 0, out_bar=out_bar).reshape(a.shape)
    rows = np.moveaxis(out_bar, axis, 0)
    a_bar = np.zeros_like(out_bar, shape=np.moveaxis(a, axis, 0).shape)
    add_at(a_bar, np.repeat(np.arange(len(a_bar)), repeats), rows)
    return np.moveaxis(a_bar, 0, axis)


@linear(np.tile, operands=("A",))
def tile(A: Any, reps: Any, *, out_bar: Any) -> Any:
    times = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    rank = max(len(times), A.ndim)
    times = (1,) * (rank - len(times)) + times
    shape = (1,) * (rank - A.ndim) + A.shape
    pairs = [n for pair in zip(times, shape, strict=True) for n in pair]
    return np.sum(out_bar.reshape(pairs), axis=tuple(range(0, 2 * rank, 2))).reshape(A.shape)


# Cells dropped, or put among zeros


@linear(np.diag, result="maybe", operands=("v",))
def diag(v: Any, k: Any = 0, *, out_bar: Any) -> Any:
    if v.ndim == 1:
        return np.diag(out_bar, k).copy()
    else:
        return onto_diagonal(out_bar, v.shape, k, 0, 1)


@linear(np.diagonal, result="view", operands=("a",))
def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, *, out_bar: Any) -> Any:
    return onto_diagonal(out_bar, a.shape, offset, axis1, axis2)


@linear(np.trace, operands=("a",))
def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, *, out_bar: Any) -> Any:
    if np.ndim(out_bar) == 0:
        return out_bar * np.eye(a.shape[0], a.shape[1], offset, dtype=a.dtype)
    else:
        return onto_diagonal(np.expand_dims(out_bar, -1), a.shape, offset, axis1, axis2)


def onto_diagonal(g: Any, shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """Return zeros with `g`, whose last axis runs along the diagonal, put on a diagonal.

    >>> onto_diagonal(np.array([1.0, 2.0]), (2, 3), 1, 0, 1)
    array([[0., 1., 0.],
           [0., 0., 2.]])
    """
    full = np.zeros_like(g, shape=shape)
    last = np.moveaxis(full, (axis1, axis2), (-2, -1))
    row, column = max(-offset, 0), max(offset, 0)
    k = np.arange(max(min(last.shape[-2] - row, last.shape[-1] - column), 0))
    last[..., row + k, column + k] = g
    return full


@linear(np.tril, operands=("m",))
def tril(m: Any, k: Any = 0, *, out_bar: Any) -> Any:
    return np.tril(out_bar, k)


@linear(np.triu, operands=("m",))
def triu(m: Any, k: Any = 0, *, out_bar: Any) -> Any:
    return np.triu(out_bar, k)


# With a constant at the borders the array is a part of the result; other borders are copies of its cells.
@linear(np.pad, operands=("array",), borrows=True, affine=("constant_values",))
def pad(
    array: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    constant_values: Any = 0,
    reflect_type: Any = "even",
    out_bar: Any,
) -> Any:
    if mode == "constant":
        widths = np.broadcast_to(pad_width, (np.ndim(array), 2))
        return out_bar[tuple([slice(w[0], w[0] + n) for w, n in zip(widths, np.shape(array), strict=True)])]
    else:
        return pad_with_copies(array, pad_width, mode, reflect_type, out_bar)


def pad_with_copies(array: Any, pad_width: Any, mode: Any, reflect_type: Any, out_bar: Any) -> Any:
    """The cotangent of an array padded by its own cells."""
    if mode not in ("edge", "reflect", "symmetric", "wrap") or reflect_type != "even":
        raise UnsupportedArgument(f'np.pad: mode="{mode}" has no derivative rule; "constant" and "edge", say, have')
    a_bar = np.zeros(array.size, dtype=array.dtype)
    add_at(a_bar, np.pad(np.arange(array.size).reshape(array.shape), pad_width, mode), out_bar)
    return a_bar.reshape(array.shape)


@linear(np.split, np.array_split, result="view", operands=("ary",))
def split(ary: Any, indices_or_sections: Any, axis: Any = 0, *, out_bar: Any) -> Any:
    return np.concatenate(out_bar, axis=axis)


@linear(np.vsplit, result="view", operands=("ary",))
def vsplit(ary: Any, indices_or_sections: Any, *, out_bar: Any) -> Any:
    return np.concatenate(out_bar, axis=0)


@linear(np.hsplit, result="view", operands=("ary",))
def hsplit(ary: Any, indices_or_sections: Any, *, out_bar: Any) -> Any:
    return np.concatenate(out_bar, axis=0 if ary.ndim == 1 else 1)


@linear(np.dsplit, result="view", operands=("ary",))
def dsplit(ary: Any, indices_or_sections: Any, *, out_bar: Any) -> Any:
    return np.concatenate(out_bar, axis=2)
