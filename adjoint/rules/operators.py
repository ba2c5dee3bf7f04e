"""Python's operators, the ufuncs behind them, and the builtins that act on numbers."""

from __future__ import annotations

import builtins
import math
import operator
from typing import Any

import numpy as np

from adjoint.rules.declare import elementwise, jvp, linear, vjp
from adjoint.runtime.arrays import copies, shares_where_equal
from adjoint.runtime.shapes import are_like


@elementwise(operator.add, np.add)
def add(x: Any, y: Any) -> Any:
    return 1, 1


@elementwise(operator.sub, np.subtract)
def subtract(x: Any, y: Any) -> Any:
    return 1, -1


@elementwise(operator.mul, np.multiply)
def multiply(x: Any, y: Any) -> Any:
    return y, x


def divide_by_result(x: Any, y: Any, out: Any) -> Any:
    return 1 / y, -out / y


# In terms of the operands where the quotient is an unnamed part of a formula; x / y / y where x / y**2 would
# overflow for |y| > 1e154. At y = 0 NumPy gives infinity or nan, and Python raises ZeroDivisionError.
@elementwise(operator.truediv, np.divide, by_result=divide_by_result)
def divide(x: Any, y: Any) -> Any:
    return 1 / y, -x / y / y


# x**y. By x at y = 0: 0, also at x = 0 where y * x**(y - 1) would be 0 * inf.
# By y at x = 0: 0, the value for y > 0 (for y = 0 it does not exist); for real x < 0: nan, since it does not exist.
@elementwise(operator.pow, builtins.pow, np.power, np.float_power, math.pow)
def power(x: Any, y: Any, out: Any) -> Any:
    if np.ndim(y) == 0:
        return y * x ** (y - 1 if y != 0 else 1), out * np.log(x + (x == 0))
    else:
        return y * x ** np.where(y == 0, 1, y - 1), out * np.log(x + (x == 0))


@elementwise(operator.neg, np.negative)
def negative(x: Any) -> Any:
    return -1


@elementwise(operator.pos, np.positive, builtins.float)
def positive(x: Any) -> Any:
    return 1


@elementwise(
    np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128, np.clongdouble, result="maybe"
)
def converted(x: Any) -> Any:
    return 1


@elementwise(builtins.complex)
def complex_number(real: Any, imag: Any = 0.0) -> Any:
    return 1, 1j


# x - y * floor(x / y): away from its jumps (x a multiple of y); at a jump the slope of the side that `%` is on.
@elementwise(operator.mod, np.remainder)
def remainder(x: Any, y: Any) -> Any:
    return 1, -(x // y)


# At 0: 0, the middle of the subgradients. For complex x the cotangent is dL/dRe(x) - i dL/dIm(x), as in all rules.
@jvp(operator.abs, builtins.abs, np.absolute)
def absolute_jvp(x: Any, *, x_dot: Any) -> Any:
    if np.iscomplexobj(x):
        return np.real(np.conj(np.sign(x)) * x_dot)
    else:
        return np.sign(x) * x_dot


@vjp(operator.abs, builtins.abs, np.absolute)
def absolute(x: Any, *, out_bar: Any) -> Any:
    if np.iscomplexobj(x):
        return out_bar * np.conj(np.sign(x))
    else:
        return out_bar * np.sign(x)


# Of several numbers. A tie is shared evenly: the derivative of the mean of all choices.


@jvp(builtins.max, builtins.min)
def extremum_jvp(*values: Any, out: Any, values_dot: Any) -> Any:
    if len(values) == 1:  # of one sequence
        return mean_where_equal(values_dot[0], values[0], out)
    else:
        return mean_where_equal(values_dot, values, out)


def mean_where_equal(dots: Any, values: Any, out: Any) -> Any:
    """The mean of those of some numbers whose values are `out`.

    >>> mean_where_equal([1.0, 2.0, 4.0], [5.0, 3.0, 5.0], 5.0)
    2.5
    """
    wins = [value == out for value in values]
    return sum([dots[k] * wins[k] for k in range(len(wins))]) / sum(wins)


@vjp(builtins.max, builtins.min, result="maybe")
def extremum(*values: Any, out: Any, out_bar: Any) -> Any:
    if len(values) == 1:  # of one sequence
        return (shares_where_equal(values[0], out, out_bar),)
    else:
        wins = [value == out for value in values]
        return tuple([out_bar * win / sum(wins) for win in wins])


# Which values are the extreme does not vary.
@linear(shares_where_equal, operands=("g",), shaped=("values", "extreme"))
def shares_transpose(values: Any, extreme: Any, g: Any, *, out_bar: Any) -> Any:
    return mean_where_equal(out_bar, values, extreme)


# Of a sequence of numbers or arrays; a two-dimensional array is the sequence of its rows.


@linear(builtins.sum, math.fsum, operands=("iterable",), affine=("start",))
def sum_of_sequence(iterable: Any, start: Any = 0, *, out_bar: Any) -> Any:
    if isinstance(iterable, np.ndarray):
        return np.zeros_like(iterable) + out_bar
    elif np.ndim(out_bar) == 0:
        return [out_bar] * len(iterable)
    elif are_like(iterable, out_bar):
        return copies(out_bar, len(iterable))
    else:
        return [out_bar + 0.0 for _ in iterable]
