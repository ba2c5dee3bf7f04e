"""Elementary functions of NumPy and `math`.

Each rule stands for both libraries where the partial needs neither; otherwise `math` functions have partials in
`math`, which is ten times faster on numbers and accepts no arrays. Constants are Python floats (`math.log(2)`, not
`np.log(2)`), so that float32 stays float32. Where a derivative is infinite (sqrt at 0) NumPy gives inf and `math`
raises ZeroDivisionError, as their functions do at poles.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from adjoint.rules.declare import elementwise, jvp, linear, vjp
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.special import bessel_i1, complex_sign, polygamma

# Exponentials and logarithms


@elementwise(np.exp, math.exp)
def exp(x: Any, out: Any) -> Any:
    return out


@elementwise(np.exp2, math.exp2)
def exp2(x: Any, out: Any) -> Any:
    return out * math.log(2)


@elementwise(np.expm1, math.expm1)
def expm1(x: Any, out: Any) -> Any:
    return out + 1


@elementwise(np.log)
def log(x: Any) -> Any:
    return 1 / x


@elementwise(math.log)
def log_to_base(x: Any, base: Any = None, *, out: Any) -> Any:
    if base is None:
        return 1 / x, 0
    else:
        return 1 / (x * math.log(base)), -out / (base * math.log(base))


@elementwise(np.log1p, math.log1p)
def log1p(x: Any) -> Any:
    return 1 / (1 + x)


@elementwise(np.log2, math.log2)
def log2(x: Any) -> Any:
    return 1 / (x * math.log(2))


@elementwise(np.log10, math.log10)
def log10(x: Any) -> Any:
    return 1 / (x * math.log(10))


# Shares of the sum exp(x) + exp(y); nan where both are -inf, where there are none.


@elementwise(np.logaddexp)
def logaddexp(x: Any, y: Any, out: Any) -> Any:
    return np.exp(x - out), np.exp(y - out)


@elementwise(np.logaddexp2)
def logaddexp2(x: Any, y: Any, out: Any) -> Any:
    return np.exp2(x - out), np.exp2(y - out)


# Powers and roots; at 0 the roots' derivatives are infinite


@elementwise(np.sqrt, math.sqrt)
def sqrt(x: Any, out: Any) -> Any:
    return 0.5 / out


@elementwise(np.cbrt, math.cbrt)
def cbrt(x: Any, out: Any) -> Any:
    return 1 / (3 * out**2)


@elementwise(np.square)
def square(x: Any) -> Any:
    return 2 * x


@elementwise(np.reciprocal)
def reciprocal(x: Any, out: Any) -> Any:
    return -(out**2)


# At the origin: 0, the middle of the subgradients.
@elementwise(np.hypot)
def hypot(x: Any, y: Any, out: Any) -> Any:
    return x / (out + (out == 0)), y / (out + (out == 0))


@jvp(math.hypot)
def hypot_of_several_jvp(*coordinates: Any, out: Any, coordinates_dot: Any) -> Any:
    return sum([x * x_dot for x, x_dot in zip(coordinates, coordinates_dot, strict=True)]) / (out + (out == 0))


@vjp(math.hypot)
def hypot_of_several(*coordinates: Any, out: Any, out_bar: Any) -> Any:
    return tuple([out_bar * x / (out + (out == 0)) for x in coordinates])


@jvp(math.dist)
def distance_jvp(p: Any, q: Any, *, out: Any, p_dot: Any, q_dot: Any) -> Any:
    slopes = [(a - b) / (out + (out == 0)) for a, b in zip(p, q, strict=True)]
    by_p = sum([slope * dot for slope, dot in zip(slopes, p_dot, strict=True)])
    return by_p, -sum([slope * dot for slope, dot in zip(slopes, q_dot, strict=True)])


@vjp(math.dist)
def distance(p: Any, q: Any, *, out: Any, out_bar: Any) -> Any:
    p_bar = [out_bar * (a - b) / (out + (out == 0)) for a, b in zip(p, q, strict=True)]
    return p_bar, [-x for x in p_bar]


# Trigonometry


@elementwise(np.sin)
def sin(x: Any) -> Any:
    return np.cos(x)


@elementwise(math.sin)
def math_sin(x: Any) -> Any:
    return math.cos(x)


@elementwise(np.cos)
def cos(x: Any) -> Any:
    return -np.sin(x)


@elementwise(math.cos)
def math_cos(x: Any) -> Any:
    return -math.sin(x)


@elementwise(np.tan, math.tan)
def tan(x: Any, out: Any) -> Any:
    return 1 + out**2


@elementwise(np.arcsin)
def arcsin(x: Any) -> Any:
    return 1 / np.sqrt(1 - x**2)


@elementwise(math.asin)
def math_asin(x: Any) -> Any:
    return 1 / math.sqrt(1 - x**2)


@elementwise(np.arccos)
def arccos(x: Any) -> Any:
    return -1 / np.sqrt(1 - x**2)


@elementwise(math.acos)
def math_acos(x: Any) -> Any:
    return -1 / math.sqrt(1 - x**2)


@elementwise(np.arctan, math.atan)
def arctan(x: Any) -> Any:
    return 1 / (1 + x**2)


# Along the cut (y = 0, x < 0) the slope of the side that it belongs to; at the origin nan, or ZeroDivisionError.
@elementwise(np.arctan2, math.atan2)
def arctan2(y: Any, x: Any) -> Any:
    return x / (x**2 + y**2), -y / (x**2 + y**2)


@elementwise(np.degrees, np.rad2deg, math.degrees)
def degrees(x: Any) -> Any:
    return 180 / math.pi


@elementwise(np.radians, np.deg2rad, math.radians)
def radians(x: Any) -> Any:
    return math.pi / 180


# sin(t) / t with t = pi x. Near 0, where the closed form cancels, by its series; 0 at 0.
@elementwise(np.sinc)
def sinc(x: Any, out: Any) -> Any:
    series = -(math.pi**2) * x / 3 * (1 - (math.pi * x) ** 2 / 10 * (1 - (math.pi * x) ** 2 / 28))
    return np.where(np.abs(x) < 0.02, series, (np.cos(math.pi * x) - out) / (x + (x == 0)))


# Hyperbolic functions


@elementwise(np.sinh)
def sinh(x: Any) -> Any:
    return np.cosh(x)


@elementwise(math.sinh)
def math_sinh(x: Any) -> Any:
    return math.cosh(x)


@elementwise(np.cosh)
def cosh(x: Any) -> Any:
    return np.sinh(x)


@elementwise(math.cosh)
def math_cosh(x: Any) -> Any:
    return math.sinh(x)


@elementwise(np.tanh, math.tanh)
def tanh(x: Any, out: Any) -> Any:
    return 1 - out**2


@elementwise(np.arcsinh)
def arcsinh(x: Any) -> Any:
    return 1 / np.sqrt(x**2 + 1)


@elementwise(math.asinh)
def math_asinh(x: Any) -> Any:
    return 1 / math.sqrt(x**2 + 1)


# Two roots, since sqrt(x**2 - 1) has the wrong sign for complex x on the left.
@elementwise(np.arccosh)
def arccosh(x: Any) -> Any:
    return 1 / (np.sqrt(x - 1) * np.sqrt(x + 1))


@elementwise(math.acosh)
def math_acosh(x: Any) -> Any:
    return 1 / math.sqrt(x**2 - 1)


@elementwise(np.arctanh, math.atanh)
def arctanh(x: Any) -> Any:
    return 1 / (1 - x**2)


# The error function


@elementwise(math.erf)
def erf(x: Any) -> Any:
    return 2 / math.sqrt(math.pi) * math.exp(-(x**2))


@elementwise(math.erfc)
def erfc(x: Any) -> Any:
    return -2 / math.sqrt(math.pi) * math.exp(-(x**2))


# The gamma function, Bessel's I0, and a window made of it


@elementwise(math.gamma)
def gamma(x: Any, out: Any) -> Any:
    return out * polygamma(0, x)


@elementwise(math.lgamma)
def log_gamma(x: Any) -> Any:
    return polygamma(0, x)


@elementwise(polygamma, operands=("x",))
def polygamma_slope(n: Any, x: Any) -> Any:
    return polygamma(n + 1, x)


@elementwise(np.i0)
def i0(x: Any) -> Any:
    return bessel_i1(x)


# I1(x) / x is 1 / 2 at 0.
@elementwise(bessel_i1)
def i1(x: Any, out: Any) -> Any:
    return np.i0(x) - np.where(x == 0, 0.5, out / (x + (x == 0)))


# I0(beta * r) / I0(beta), where r goes from 0 at the ends to 1 in the middle.
@jvp(np.kaiser)
def kaiser_jvp(M: Any, beta: Any, *, out: Any, beta_dot: Any) -> Any:
    return slope_of_kaiser(M, beta, out) * beta_dot


@vjp(np.kaiser, operands=("beta",))
def kaiser(M: Any, beta: Any, *, out: Any, out_bar: Any) -> Any:
    return np.sum(out_bar * slope_of_kaiser(M, beta, out))


def slope_of_kaiser(M: Any, beta: Any, out: Any) -> Any:
    """The derivative of each cell of a window."""
    if M == 1:
        return 0.0 * out
    r = np.sqrt(np.maximum(1 - (2 * np.arange(M) / (M - 1) - 1) ** 2, 0.0))
    return (bessel_i1(beta * r) * r - out * bessel_i1(beta)) / np.i0(beta)


# Corners and jumps


# The next number there is: a neighbour so near that it moves along.
@elementwise(np.nextafter, math.nextafter)
def next_number(x: Any, y: Any) -> Any:
    return 1, 0


# The value at 0 is the second operand.
@elementwise(np.heaviside)
def heaviside(x: Any, y: Any) -> Any:
    return 0, x == 0


# At 0: 0, the middle of the subgradients.
@elementwise(np.fabs, math.fabs)
def fabs(x: Any) -> Any:
    return np.sign(x)


# At x = 0: 0; at y = 0 the jump is ignored.
@elementwise(np.copysign, math.copysign)
def copysign(x: Any, y: Any, out: Any) -> Any:
    return np.sign(x) * np.sign(out), 0


# A tie is shared evenly. nan in either operand makes both partials 0, and nan flows through the value alone.


@elementwise(np.maximum)
def maximum(x: Any, y: Any) -> Any:
    return (x > y) + 0.5 * (x == y), (y > x) + 0.5 * (x == y)


@elementwise(np.minimum)
def minimum(x: Any, y: Any) -> Any:
    return (x < y) + 0.5 * (x == y), (y < x) + 0.5 * (x == y)


# These return the operand that is not nan.
@elementwise(np.fmax, np.fmin)
def fmax(x: Any, y: Any, out: Any) -> Any:
    return (x == out) - 0.5 * (x == y), (y == out) - 0.5 * (x == y)


# At a bound the array counts as inside: its partial is 1, the bound's is 0. Where the bounds cross, NumPy gives the
# upper one.
@elementwise(np.clip, renamed={"min": "a_min", "max": "a_max"})
def clip(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    if a_min is None and a_max is None:
        return 1, 0, 0
    elif a_min is None:
        return a <= a_max, 0, a > a_max
    elif a_max is None:
        return a >= a_min, a < a_min, 0
    else:
        return (a >= a_min) & (a <= a_max), (a < a_min) & (a_min <= a_max), (a > a_max) | (a_min > a_max)


# x - y * trunc(x / y), and math's x - y * round(x / y): away from their jumps.
@elementwise(np.fmod, math.fmod, math.remainder)
def fmod(x: Any, y: Any, out: Any) -> Any:
    return 1, (out - x) / y


@linear(np.ldexp, operands=("x",))
def ldexp(x: Any, i: Any, *, out_bar: Any) -> Any:
    return unbroadcast(np.ldexp(out_bar, i), x)


@linear(math.ldexp, operands=("x",))
def math_ldexp(x: Any, i: Any, *, out_bar: Any) -> Any:
    return math.ldexp(out_bar, i)


# What was replaced does not depend on x.
@jvp(np.nan_to_num)
def nan_to_num_jvp(x: Any, *, x_dot: Any) -> Any:
    return np.where(np.isfinite(x), x_dot, 0.0)


@vjp(np.nan_to_num, operands=("x",), ignored=("nan", "posinf", "neginf"))
def nan_to_num(x: Any, *, out_bar: Any) -> Any:
    return np.where(np.isfinite(x), out_bar, 0.0)


# Parts of complex numbers. The cotangent of z = x + iy is dL/dx - i dL/dy; real arguments are their own real part. All
# three are linear over the real numbers, as tangents are.


@linear(np.conj)
def conjugate(z: Any, *, out_bar: Any) -> Any:
    return np.conj(out_bar)


@linear(np.real, result="view", borrows=True, renamed={"val": "z"})
def real(z: Any, *, out_bar: Any) -> Any:
    return out_bar


@linear(np.imag, result="maybe", renamed={"val": "z"})
def imag(z: Any, *, out_bar: Any) -> Any:
    if np.iscomplexobj(z):
        return -1j * out_bar
    else:
        return np.zeros_like(z)


# z / |z|, of which only what is across z changes it. At 0: 0.
@jvp(complex_sign)
def complex_sign_jvp(z: Any, *, out: Any, z_dot: Any) -> Any:
    return (z_dot - out * np.real(np.conj(out) * z_dot)) / (np.abs(z) + (z == 0)) * (z != 0)


@vjp(complex_sign)
def complex_sign_vjp(z: Any, *, out: Any, out_bar: Any) -> Any:
    return (out_bar - np.real(out_bar * out) * np.conj(out)) / (np.abs(z) + (z == 0)) * (z != 0)


@jvp(np.angle)
def angle_jvp(z: Any, deg: Any = False, *, z_dot: Any) -> Any:
    if np.iscomplexobj(z) and deg:
        return 180 / math.pi * np.imag(np.conj(z) * z_dot) / (np.abs(z) ** 2 + (z == 0))
    elif np.iscomplexobj(z):
        return np.imag(np.conj(z) * z_dot) / (np.abs(z) ** 2 + (z == 0))
    else:
        return 0.0 * z_dot


@vjp(np.angle, operands=("z",))
def angle(z: Any, deg: Any = False, *, out_bar: Any) -> Any:
    if np.iscomplexobj(z) and deg:
        return -1j * (180 / math.pi) * out_bar * np.conj(z) / (np.abs(z) ** 2 + (z == 0))
    elif np.iscomplexobj(z):
        return -1j * out_bar * np.conj(z) / (np.abs(z) ** 2 + (z == 0))
    else:
        return np.zeros_like(z)
