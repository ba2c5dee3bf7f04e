"""Rules for the values that arrays hold after NumPy's functions that change them (`runtime/changes.py`).

What overwrites cells is linear. Which value a cell got is found by doing the same to an array of -1 with the numbers of
the values: where that is still -1 the cell kept its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.runtime.arrays import add_at, unbroadcast
from adjoint.runtime.changes import (
    after_at,
    after_fill_diagonal,
    after_flat,
    after_place,
    after_put,
    after_put_along_axis,
    after_putmask,
    check_apart,
    check_store,
    check_two,
    counts_after_at,
    drawn_order,
    flat_index,
    spread_to,
    with_axes_for,
)
from adjoint.runtime.each import check_results, shape_of_rows, with_rows


def untouched(a: Any) -> Any:
    """An array of -1 in the shape of another."""
    return np.full(np.shape(a), -1)


def numbered(values: Any) -> Any:
    """The positions of values, in their shape."""
    return np.arange(np.size(values)).reshape(np.shape(values))


def routed(origin: Any, values: Any, out_bar: Any) -> Any:
    """The cotangents of the array and of the values, `origin` saying for each cell which value it got."""
    kept = origin < 0
    values_bar = np.zeros(np.size(values), dtype=out_bar.dtype)
    add_at(values_bar, origin[~kept], out_bar[~kept])
    return np.where(kept, out_bar, 0.0), unbroadcast(values_bar.reshape(np.shape(values)), values)


@linear(after_put, operands=("a", "v"))
def put(a: Any, ind: Any, v: Any, mode: Any = "raise", *, out_bar: Any) -> Any:
    return routed(after_put(untouched(a), ind, numbered(v), mode), v, out_bar)


@linear(after_putmask, operands=("a", "values"))
def putmask(a: Any, mask: Any, values: Any, *, out_bar: Any) -> Any:
    return routed(after_putmask(untouched(a), mask, numbered(values)), values, out_bar)


@linear(after_place, operands=("arr", "vals"))
def place(arr: Any, mask: Any, vals: Any, *, out_bar: Any) -> Any:
    return routed(after_place(untouched(arr), mask, numbered(vals)), vals, out_bar)


@linear(after_fill_diagonal, operands=("a", "val"))
def fill_diagonal(a: Any, val: Any, wrap: Any = False, *, out_bar: Any) -> Any:
    return routed(after_fill_diagonal(untouched(a), numbered(val), wrap), val, out_bar)


@linear(after_put_along_axis, operands=("arr", "values"))
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any, *, out_bar: Any) -> Any:
    return routed(after_put_along_axis(untouched(arr), indices, numbered(values), axis), values, out_bar)


@linear(after_flat, operands=("a", "value"))
def flat(a: Any, value: Any, *, out_bar: Any) -> Any:
    return routed(after_flat(untouched(a), numbered(value)), value, out_bar)


# An index that occurs again goes on from the last value: the entries are taken in rounds, in each of which no cell
# occurs twice.
@jvp(after_at)
def at_jvp(ufunc: Any, a: Any, indices: Any, b: Any, *, a_dot: Any, b_dot: Any) -> Any:
    chosen = np.arange(a.size).reshape(a.shape)[indices]
    cells, values = np.ravel(chosen), np.ravel(np.broadcast_to(b, np.shape(chosen)))
    values_dot = np.ravel(np.broadcast_to(b_dot, np.shape(chosen)))
    turn, now = occurrence(cells), np.ravel(a)
    by_a, by_b = np.array(np.ravel(a_dot)), np.zeros(a.size, dtype=now.dtype)
    for k in range(np.max(turn, initial=-1) + 1):
        mine, those = cells[turn == k], turn == k
        slope_a, slope_b = slopes(ufunc, now[mine], values[those])
        by_a[mine] = by_a[mine] * slope_a
        by_b[mine] = by_b[mine] * slope_a + values_dot[those] * slope_b
        now = after_at(ufunc, now, mine, values[those])
    return by_a.reshape(a.shape), by_b.reshape(a.shape)


@vjp(after_at, operands=("a", "b"))
def at(ufunc: Any, a: Any, indices: Any, b: Any, *, out_bar: Any) -> Any:
    chosen = np.arange(a.size).reshape(a.shape)[indices]
    cells, values = np.ravel(chosen), np.ravel(np.broadcast_to(b, np.shape(chosen)))
    turn = occurrence(cells)
    rounds = np.max(turn, initial=-1) + 1
    history = np.zeros((rounds + 1, a.size), dtype=a.dtype)
    history[0] = np.ravel(a)
    for k in range(rounds):
        history[k + 1] = after_at(ufunc, history[k], cells[turn == k], values[turn == k])
    g, b_bar = np.array(np.ravel(out_bar)), np.zeros(cells.size, dtype=out_bar.dtype)
    for k in range(rounds - 1, -1, -1):
        now = turn == k
        by_a, by_b = slopes(ufunc, history[k][cells[now]], values[now])
        b_bar[now] = g[cells[now]] * by_b
        g[cells[now]] = g[cells[now]] * by_a
    return g.reshape(a.shape), unbroadcast(b_bar.reshape(np.shape(chosen)), b)


def occurrence(cells: Any) -> Any:
    """How often each entry's cell has occurred before it.

    >>> occurrence(np.array([4, 7, 4, 4, 7]))
    array([0, 0, 1, 2, 1])
    """
    order = np.argsort(cells, kind="stable")
    first = np.searchsorted(cells[order], cells[order])
    count = np.zeros(cells.size, dtype=int)
    count[order] = np.arange(cells.size) - first
    return count


def slopes(ufunc: Any, x: Any, y: Any) -> Any:
    """The partial derivatives of the functions that `at` is known for."""
    if ufunc is np.multiply:
        return y, x
    if ufunc is np.divide:
        return 1 / y, -x / y / y
    if ufunc is np.maximum:
        return (x > y) + 0.5 * (x == y), (y > x) + 0.5 * (x == y)
    if ufunc is np.minimum:
        return (x < y) + 0.5 * (x == y), (y < x) + 0.5 * (x == y)
    raise UnsupportedArgument("`at` is differentiated for add, subtract, multiply, divide, maximum and minimum")


@linear(with_axes_for, operands=("a",), shaped=("b",), borrows=True)
def with_axes(a: Any, b: Any, *, out_bar: Any) -> Any:
    return np.reshape(out_bar, np.shape(a))


@linear(spread_to, operands=("a",))
def spread_back(a: Any, shape: Any, *, out_bar: Any) -> Any:
    return unbroadcast(out_bar, a) + 0.0


@linear(with_rows, operands=("result",), result="view", borrows=True)
def rows_in_place(result: Any, axis: Any, ndim: Any, *, out_bar: Any) -> Any:
    if np.ndim(result) == ndim:
        return np.moveaxis(out_bar, axis, -1)
    else:
        return out_bar


constant(drawn_order, pure=False)
constant(check_results, check_apart, check_two, check_store, pure=False)
constant(shape_of_rows, flat_index, counts_after_at)
