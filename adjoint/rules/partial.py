"""Reductions of some of the cells (`where=`) and with a value to start from (`initial=`).

    np.sum(a, where=mask)          a_bar is out_bar where the mask is set, else 0
    np.max(a, initial=low)         the start takes part as one more cell

These rules are asked only where a call passes one of the two: without them the rules of `reductions` are simpler.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import jvp, linear, vjp
from adjoint.rules.reductions import product_of_others
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.shapes import spread


def chosen_of(where: Any, a: Any) -> Any:
    """The mask in the shape of the array.

    >>> chosen_of([True, False], np.ones((2, 2)))
    array([[ True, False],
           [ True, False]])
    """
    return np.broadcast_to(where, np.shape(a))


@linear(np.sum, operands=("a", "initial"), ignored=("dtype",), fuller=True)
def sum_of_some(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = 0, where: Any = True, out_bar: Any
) -> Any:
    return np.where(chosen_of(where, a), spread(out_bar, axis, keepdims, a), 0.0), np.sum(out_bar)


@linear(np.mean, operands=("a",), ignored=("dtype",), fuller=True)
def mean_of_some(a: Any, axis: Any = None, *, keepdims: Any = False, where: Any = True, out_bar: Any) -> Any:
    chosen = chosen_of(where, a)
    count = np.sum(chosen.astype(a.dtype), axis=axis, keepdims=keepdims)
    return np.where(chosen, spread(out_bar / count, axis, keepdims, a), 0.0)


# Each deviation of a chosen cell, n being how many cells are chosen along the axis.
@jvp(np.var, fuller=True)
def var_of_some_jvp(
    a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, where: Any = True, a_dot: Any
) -> Any:
    return np.sum(np.real(slope_of_variance(a, axis, ddof, where) * a_dot), axis=axis, keepdims=keepdims)


@vjp(np.var, operands=("a",), renamed={"correction": "ddof"}, ignored=("dtype",), fuller=True)
def var_of_some(
    a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, where: Any = True, out_bar: Any
) -> Any:
    return slope_of_variance(a, axis, ddof, where) * spread(out_bar, axis, keepdims, a)


@jvp(np.std, fuller=True)
def std_of_some_jvp(
    a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, where: Any = True, out: Any, a_dot: Any
) -> Any:
    slope = np.real(slope_of_variance(a, axis, ddof, where) * a_dot)
    return np.sum(slope, axis=axis, keepdims=keepdims) / (2 * (out + (out == 0)))


@vjp(np.std, operands=("a",), renamed={"correction": "ddof"}, ignored=("dtype",), fuller=True)
def std_of_some(
    a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False, where: Any = True, out: Any, out_bar: Any
) -> Any:
    g = out_bar / (2 * (out + (out == 0)))
    return slope_of_variance(a, axis, ddof, where) * spread(g, axis, keepdims, a)


def slope_of_variance(a: Any, axis: Any, ddof: Any, where: Any) -> Any:
    """The derivative of the variance of the chosen cells by each cell."""
    chosen = chosen_of(where, a)
    count = np.sum(chosen.astype(a.dtype), axis=axis, keepdims=True)
    mean = np.sum(np.where(chosen, a, 0.0), axis=axis, keepdims=True) / count
    return np.where(chosen, 2 * np.conj(a - mean) / (count - ddof), 0.0)


@jvp(np.prod, fuller=True)
def prod_of_some_jvp(
    a: Any,
    axis: Any = None,
    *,
    keepdims: Any = False,
    initial: Any = 1,
    where: Any = True,
    a_dot: Any,
    initial_dot: Any,
) -> Any:
    factors = np.where(chosen_of(where, a), a, 1)
    slope = np.where(chosen_of(where, a), product_of_others(factors, axis), 0.0)
    by_a = initial * np.sum(slope * a_dot, axis=axis, keepdims=keepdims)
    return by_a, initial_dot * np.prod(factors, axis=axis, keepdims=keepdims)


@vjp(np.prod, operands=("a", "initial"), ignored=("dtype",), fuller=True)
def prod_of_some(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = 1, where: Any = True, out_bar: Any
) -> Any:
    chosen = chosen_of(where, a)
    factors = np.where(chosen, a, 1)
    g = spread(out_bar, axis, keepdims, a)
    others = product_of_others(factors, axis)
    start_bar = np.sum(out_bar * np.prod(factors, axis=axis, keepdims=keepdims))
    return np.where(chosen, g * others * initial, 0.0), start_bar


# A tie is shared evenly, with the start if that is as large.
@jvp(np.max, np.amax, np.min, np.amin, fuller=True)
def extremum_of_some_jvp(
    a: Any,
    axis: Any = None,
    *,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = True,
    out: Any,
    a_dot: Any,
    initial_dot: Any,
) -> Any:
    wins = ((a == spread(out, axis, keepdims, a)) & chosen_of(where, a)).astype(a.dtype)
    starts = (out == initial).astype(a.dtype) if initial is not None else np.zeros_like(out)
    total = np.sum(wins, axis=axis, keepdims=keepdims) + starts
    return np.sum(wins * a_dot, axis=axis, keepdims=keepdims) / total, starts / total * initial_dot


@vjp(np.max, np.amax, np.min, np.amin, operands=("a", "initial"), fuller=True)
def extremum_of_some(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True, out: Any, out_bar: Any
) -> Any:
    wins = ((a == spread(out, axis, keepdims, a)) & chosen_of(where, a)).astype(a.dtype)
    starts = (out == initial).astype(a.dtype) if initial is not None else np.zeros_like(out)
    shares = out_bar / (np.sum(wins, axis=axis, keepdims=keepdims) + starts)
    return wins * spread(shares, axis, keepdims, a), unbroadcast(np.sum(shares * starts), 0.0)
