"""What moves cells in ways that are easiest told by doing the same to the numbers of the cells.

    np.delete(a, 1)       origin = np.delete(np.arange(a.size), 1)
                          a_bar[origin] += out_bar

A negative origin stands for a cell that is none of the array's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.runtime.arrays import add_at, like_sequence, unbroadcast


def cells_of(a: Any) -> Any:
    """The numbers of an array's cells, by rows, in its shape.

    >>> cells_of(np.zeros((2, 2)))
    array([[0, 1],
           [2, 3]])
    """
    return np.arange(np.size(a)).reshape(np.shape(a))


def brought_back(a: Any, origin: Any, out_bar: Any) -> Any:
    """The cotangent of an array whose cells were taken from the places in `origin`.

    >>> brought_back(np.zeros(3), np.array([0, 2, 0, -1]), np.array([1.0, 10.0, 100.0, 1000.0]))
    array([101.,   0.,  10.])
    """
    a_bar = np.zeros(np.size(a), dtype=np.result_type(out_bar))
    own = origin >= 0
    add_at(a_bar, origin[own], out_bar[own])
    return unbroadcast(a_bar.reshape(np.shape(a)), a)


@linear(np.delete, operands=("arr",))
def delete(arr: Any, obj: Any, axis: Any = None, *, out_bar: Any) -> Any:
    return brought_back(arr, np.delete(cells_of(arr), obj, axis), out_bar)


@linear(np.insert, operands=("arr", "values"))
def insert(arr: Any, obj: Any, values: Any, axis: Any = None, *, out_bar: Any) -> Any:
    origin = np.insert(cells_of(arr), obj, -1 - cells_of(values), axis)
    return brought_back(arr, origin, out_bar), brought_back(values, -1 - origin, out_bar)


@linear(np.resize, operands=("a",))
def resize(a: Any, new_shape: Any, *, out_bar: Any) -> Any:
    return brought_back(a, np.resize(cells_of(a), new_shape), out_bar)


@linear(np.diagflat, operands=("v",))
def diagflat(v: Any, k: Any = 0, *, out_bar: Any) -> Any:
    return brought_back(v, np.diagflat(cells_of(v) + 1, k) - 1, out_bar)


@linear(np.rollaxis, operands=("a",), result="view")
def rollaxis(a: Any, axis: Any, start: Any = 0, *, out_bar: Any) -> Any:
    return brought_back(a, np.rollaxis(cells_of(a), axis, start), out_bar)


@linear(np.lib.stride_tricks.sliding_window_view, operands=("x",), result="view")
def sliding_window_view(x: Any, window_shape: Any, axis: Any = None, *, out_bar: Any) -> Any:
    return brought_back(x, np.lib.stride_tricks.sliding_window_view(cells_of(x), window_shape, axis), out_bar)


@linear(np.compress, operands=("a",))
def compress(condition: Any, a: Any, axis: Any = None, *, out_bar: Any) -> Any:
    return brought_back(a, np.compress(condition, cells_of(a), axis), out_bar)


@linear(np.ndarray.compress, operands=("a",))
def compress_method(a: Any, condition: Any, axis: Any = None, *, out_bar: Any) -> Any:
    return brought_back(a, np.compress(condition, cells_of(a), axis), out_bar)


@linear(np.extract, operands=("arr",))
def extract(condition: Any, arr: Any, *, out_bar: Any) -> Any:
    return brought_back(arr, np.extract(condition, cells_of(arr)), out_bar)


# Of cells that are equal, the first.
@jvp(np.unique)
def unique_jvp(
    ar: Any,
    return_index: Any = False,
    return_inverse: Any = False,
    return_counts: Any = False,
    *,
    out: Any,
    ar_dot: Any,
) -> Any:
    dots = np.ravel(ar_dot)[np.unique(ar, return_index=True)[1]]
    return (dots, *[0.0 * part for part in out[1:]]) if isinstance(out, tuple) else dots


@vjp(np.unique, operands=("ar",))
def unique(
    ar: Any, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False, *, out_bar: Any
) -> Any:
    several = return_index or return_inverse or return_counts
    return brought_back(ar, np.unique(ar, return_index=True)[1], out_bar[0] if several else out_bar)


@jvp(np.unique_values)
def unique_values_jvp(x: Any, *, out: Any, x_dot: Any) -> Any:
    return np.ravel(x_dot)[first_with(x, out)]


@vjp(np.unique_values)
def unique_values(x: Any, *, out: Any, out_bar: Any) -> Any:
    return brought_back(x, first_with(x, out), out_bar)


@jvp(np.unique_counts, np.unique_inverse)
def unique_with_places_jvp(x: Any, *, out: Any, x_dot: Any) -> Any:
    return np.ravel(x_dot)[first_with(x, out[0])], 0.0 * out[1]


@jvp(np.unique_all)
def unique_all_jvp(x: Any, *, out: Any, x_dot: Any) -> Any:
    return np.ravel(x_dot)[first_with(x, out[0])], 0.0 * out[1], 0.0 * out[2], 0.0 * out[3]


@vjp(np.unique_counts, np.unique_inverse, np.unique_all)
def unique_with_places(x: Any, *, out: Any, out_bar: Any) -> Any:
    return brought_back(x, first_with(x, out[0]), out_bar[0])


# What two sets have together, and what one has that the other has not: which cells these are changes in jumps.


@jvp(np.union1d, np.setxor1d)
def union_jvp(ar1: Any, ar2: Any, *, out: Any, ar1_dot: Any, ar2_dot: Any) -> Any:
    origin, n = first_with(np.concatenate([np.ravel(ar1), np.ravel(ar2)]), out), np.size(ar1)
    first = origin < n
    by_first = np.where(first, np.ravel(ar1_dot)[np.where(first, origin, 0)], 0.0)
    return by_first, np.where(first, 0.0, np.ravel(ar2_dot)[np.where(first, 0, origin - n)])


@vjp(np.union1d, np.setxor1d)
def union(ar1: Any, ar2: Any, *, out: Any, out_bar: Any) -> Any:
    origin, n = first_with(np.concatenate([np.ravel(ar1), np.ravel(ar2)]), out), np.size(ar1)
    return brought_back(ar1, np.where(origin < n, origin, -1), out_bar), brought_back(ar2, origin - n, out_bar)


@jvp(np.setdiff1d)
def setdiff_jvp(ar1: Any, ar2: Any, assume_unique: Any = False, *, out: Any, ar1_dot: Any) -> Any:
    return np.ravel(ar1_dot)[first_with(ar1, out)]


@vjp(np.setdiff1d, operands=("ar1",), shaped=("ar2",))
def setdiff(ar1: Any, ar2: Any, assume_unique: Any = False, *, out: Any, out_bar: Any) -> Any:
    return brought_back(ar1, first_with(ar1, out), out_bar)


def first_with(a: Any, values: Any) -> Any:
    """The number of the first cell that has each of some values.

    >>> first_with(np.array([5.0, 3.0, 5.0]), np.array([3.0, 5.0]))
    array([1, 0])
    """
    cells = np.ravel(a)
    order = np.argsort(cells, kind="stable")
    return order[np.searchsorted(cells[order], values)]


constant(first_with)


@jvp(np.trim_zeros)
def trim_zeros_jvp(filt: Any, trim: Any = "fb", *, filt_dot: Any) -> Any:
    return np.ravel(filt_dot)[np.trim_zeros(np.where(np.equal(filt, 0), 0, 1 + cells_of(filt)), trim) - 1]


# A view, of which cells only the values tell.
@vjp(np.trim_zeros, operands=("filt",), result="maybe")
def trim_zeros(filt: Any, trim: Any = "fb", *, out_bar: Any) -> Any:
    whole = np.trim_zeros(np.where(np.equal(filt, 0), 0, 1 + cells_of(filt)), trim)
    return brought_back(filt, whole - 1, out_bar)


# The cells that partition leaves in any order are found by sorting both.
@jvp(np.partition)
def partition_jvp(a: Any, kth: Any, axis: Any = -1, *, out: Any, a_dot: Any) -> Any:
    if axis is None:
        return partition_jvp(np.ravel(a), kth, 0, out=out, a_dot=np.ravel(a_dot))
    ranked = np.take_along_axis(a_dot, np.argsort(a, axis=axis, kind="stable"), axis=axis)
    rank = np.argsort(np.argsort(out, axis=axis, kind="stable"), axis=axis, kind="stable")
    return np.take_along_axis(ranked, rank, axis=axis)


@vjp(np.partition, operands=("a",))
def partition(a: Any, kth: Any, axis: Any = -1, *, out: Any, out_bar: Any) -> Any:
    if axis is None:
        return partition(np.ravel(a), kth, 0, out=out, out_bar=out_bar).reshape(a.shape)
    ranked = np.take_along_axis(out_bar, np.argsort(out, axis=axis, kind="stable"), axis=axis)
    rank = np.argsort(np.argsort(a, axis=axis, kind="stable"), axis=axis, kind="stable")
    return np.take_along_axis(ranked, rank, axis=axis)


# Blocks: the numbers of all cells, one block after the other.


@linear(np.block, operands=("arrays",))
def block(arrays: Any, *, out_bar: Any) -> Any:
    flat = np.zeros(out_bar.size, dtype=out_bar.dtype)
    flat[np.block(numbered_blocks(arrays, 0))] = out_bar
    return blocks_of(arrays, flat, 0)


def block_size(tree: Any) -> int:
    """How many cells the blocks of a nested list have."""
    return sum([block_size(part) for part in tree]) if isinstance(tree, list) else int(np.size(tree))


def numbered_blocks(tree: Any, start: int) -> Any:
    """A nested list with the numbers of the cells in the place of the blocks."""
    if not isinstance(tree, list):
        return start + cells_of(tree)
    starts = [start + block_size(tree[:k]) for k in range(len(tree))]
    return [numbered_blocks(part, first) for part, first in zip(tree, starts, strict=True)]


def blocks_of(tree: Any, flat: Any, start: int) -> Any:
    """A nested list with its part of `flat` in the place of each block."""
    if not isinstance(tree, list):
        return unbroadcast(flat[start : start + np.size(tree)].reshape(np.shape(tree)), tree)
    starts = [start + block_size(tree[:k]) for k in range(len(tree))]
    return [blocks_of(part, flat, first) for part, first in zip(tree, starts, strict=True)]


# Arrays brought to one shape


@linear(np.broadcast_arrays, operands=("*args",), result="view")
def broadcast_arrays(*args: Any, out_bar: Any) -> Any:
    return tuple([unbroadcast(g, a) + 0.0 for g, a in zip(out_bar, args, strict=True)])


@linear(np.meshgrid, operands=("*xi",))
def meshgrid(*xi: Any, copy: Any = True, sparse: Any = False, indexing: Any = "xy", out_bar: Any) -> Any:
    bars = [mesh_axis(g, k, len(xi), indexing) for k, g in enumerate(out_bar)]
    return tuple([unbroadcast(np.reshape(g, np.shape(x)), x) for g, x in zip(bars, xi, strict=True)])


# Of floats; of truth values it gives the places of those that are true.
@linear(np.ix_, operands=("*args",), result="view", borrows=True)
def ix_(*args: Any, out_bar: Any) -> Any:
    return tuple([np.reshape(g, np.shape(a)) for g, a in zip(out_bar, args, strict=True)])


def mesh_axis(g: Any, k: int, n: int, indexing: str) -> Any:
    """The sums over all axes but that along which the k-th of n vectors varies."""
    own = 1 - k if indexing == "xy" and k < 2 and n > 1 else k
    return np.sum(g, axis=tuple([axis for axis in range(n) if axis != own]))


@linear(np.unstack, result="view", operands=("x",))
def unstack(x: Any, *, axis: Any = 0, out_bar: Any) -> Any:
    return np.stack(out_bar, axis)


# Choices


@linear(np.choose, operands=("choices",))
def choose(a: Any, choices: Any, *, mode: Any = "raise", out_bar: Any) -> Any:
    n = len(choices)
    chosen = np.clip(a, 0, n - 1) if mode == "clip" else np.mod(a, n)
    parts = [unbroadcast(np.where(np.equal(chosen, k), out_bar, 0.0), choices[k]) for k in range(n)]
    return like_sequence(choices, parts)


# The first condition that is true chooses.
@linear(np.select, operands=("choicelist", "default"))
def select(condlist: Any, choicelist: Any, default: Any = 0, *, out_bar: Any) -> Any:
    first = np.argmax(np.array([np.broadcast_to(c, np.shape(out_bar)) for c in condlist]), axis=0)
    none = ~np.any(np.array([np.broadcast_to(c, np.shape(out_bar)) for c in condlist]), axis=0)
    chosen = np.where(none, -1, first)
    parts = [unbroadcast(np.where(chosen == k, out_bar, 0.0), choicelist[k]) for k in range(len(choicelist))]
    return like_sequence(choicelist, parts), unbroadcast(np.where(none, out_bar, 0.0), default)
