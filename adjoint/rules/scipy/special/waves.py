"""Mathieu functions, spheroidal wave functions, Riccati's and others that SciPy gives with their derivatives.

Of w and w', which SciPy gives together, w'' follows by the equation that w solves. Degrees, orders and parameters of
the equation are refused: how its characteristic values move with them is not in SciPy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, vjp
from adjoint.runtime.arrays import unbroadcast

# Mathieu's equation, DLMF 28.2: w'' + (a - 2 q cos(2 x)) w = 0, x in degrees and w' by radians; the modified one, DLMF
# 28.20: w'' = (a - 2 q cosh(2 x)) w. The characteristic value a is that of even functions, b that of odd ones.

DEGREE = math.pi / 180


# The characteristic values of the equations, whose parameters do not vary here


@constant
def even_value(m: Any, q: Any) -> Any:
    return special.mathieu_a(m, q)


@constant
def odd_value(m: Any, q: Any) -> Any:
    return special.mathieu_b(m, q)


@constant
def prolate_value(m: Any, n: Any, c: Any) -> Any:
    return special.pro_cv(m, n, c)


@constant
def oblate_value(m: Any, n: Any, c: Any) -> Any:
    return special.obl_cv(m, n, c)


@vjp(special.mathieu_cem, operands=("x",))
def mathieu_cem(m: Any, q: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    second = (2 * q * np.cos(2 * DEGREE * x) - even_value(m, q)) * out[0]
    return unbroadcast(DEGREE * (out_bar[0] * out[1] + out_bar[1] * second), x)


@jvp(special.mathieu_cem)
def mathieu_cem_dot(m: Any, q: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    second = (2 * q * np.cos(2 * DEGREE * x) - even_value(m, q)) * out[0]
    return DEGREE * out[1] * x_dot, DEGREE * second * x_dot


@vjp(special.mathieu_sem, operands=("x",))
def mathieu_sem(m: Any, q: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    second = (2 * q * np.cos(2 * DEGREE * x) - odd_value(m, q)) * out[0]
    return unbroadcast(DEGREE * (out_bar[0] * out[1] + out_bar[1] * second), x)


@jvp(special.mathieu_sem)
def mathieu_sem_dot(m: Any, q: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    second = (2 * q * np.cos(2 * DEGREE * x) - odd_value(m, q)) * out[0]
    return DEGREE * out[1] * x_dot, DEGREE * second * x_dot


@vjp(special.mathieu_modcem1, special.mathieu_modcem2, operands=("x",))
def mathieu_modcem(m: Any, q: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    second = (even_value(m, q) - 2 * q * np.cosh(2 * x)) * out[0]
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * second, x)


@jvp(special.mathieu_modcem1, special.mathieu_modcem2)
def mathieu_modcem_dot(m: Any, q: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, (even_value(m, q) - 2 * q * np.cosh(2 * x)) * out[0] * x_dot


@vjp(special.mathieu_modsem1, special.mathieu_modsem2, operands=("x",))
def mathieu_modsem(m: Any, q: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    second = (odd_value(m, q) - 2 * q * np.cosh(2 * x)) * out[0]
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * second, x)


@jvp(special.mathieu_modsem1, special.mathieu_modsem2)
def mathieu_modsem_dot(m: Any, q: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, (odd_value(m, q) - 2 * q * np.cosh(2 * x)) * out[0] * x_dot


# Spheroidal wave functions, DLMF 30.2: ((1 - x²) w')' + (v - c² x² - m² / (1 - x²)) w = 0 for the prolate ones; of the
# oblate ones c is imaginary, and so is x where they are radial.


def prolate(m: Any, c: Any, v: Any, x: Any, w: Any, slope: Any) -> Any:
    """The second derivative of a prolate function."""
    return (2 * x * slope - (v - c * c * x * x - m * m / (1 - x * x)) * w) / (1 - x * x)


def oblate(m: Any, c: Any, v: Any, x: Any, w: Any, slope: Any) -> Any:
    """The second derivative of an angular oblate function."""
    return (2 * x * slope - (v + c * c * x * x - m * m / (1 - x * x)) * w) / (1 - x * x)


def oblate_radial(m: Any, c: Any, v: Any, x: Any, w: Any, slope: Any) -> Any:
    """The second derivative of a radial oblate function."""
    return ((v - c * c * x * x - m * m / (1 + x * x)) * w - 2 * x * slope) / (1 + x * x)


@vjp(special.pro_ang1, special.pro_rad1, operands=("x",))
def pro_ang1(m: Any, n: Any, c: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    second = prolate(m, c, prolate_value(m, n, c), x, out[0], out[1])
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * second, x)


@jvp(special.pro_ang1, special.pro_rad1)
def pro_ang1_dot(m: Any, n: Any, c: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, prolate(m, c, prolate_value(m, n, c), x, out[0], out[1]) * x_dot


@vjp(special.pro_ang1_cv, special.pro_rad1_cv, operands=("x",))
def pro_ang1_cv(m: Any, n: Any, c: Any, cv: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * prolate(m, c, cv, x, out[0], out[1]), x)


@jvp(special.pro_ang1_cv, special.pro_rad1_cv)
def pro_ang1_cv_dot(m: Any, n: Any, c: Any, cv: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, prolate(m, c, cv, x, out[0], out[1]) * x_dot


@vjp(special.obl_ang1, operands=("x",))
def obl_ang1(m: Any, n: Any, c: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    second = oblate(m, c, oblate_value(m, n, c), x, out[0], out[1])
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * second, x)


@jvp(special.obl_ang1)
def obl_ang1_dot(m: Any, n: Any, c: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, oblate(m, c, oblate_value(m, n, c), x, out[0], out[1]) * x_dot


@vjp(special.obl_ang1_cv, operands=("x",))
def obl_ang1_cv(m: Any, n: Any, c: Any, cv: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * oblate(m, c, cv, x, out[0], out[1]), x)


@jvp(special.obl_ang1_cv)
def obl_ang1_cv_dot(m: Any, n: Any, c: Any, cv: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, oblate(m, c, cv, x, out[0], out[1]) * x_dot


@vjp(special.obl_rad1, operands=("x",))
def obl_rad1(m: Any, n: Any, c: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    second = oblate_radial(m, c, oblate_value(m, n, c), x, out[0], out[1])
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * second, x)


@jvp(special.obl_rad1)
def obl_rad1_dot(m: Any, n: Any, c: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, oblate_radial(m, c, oblate_value(m, n, c), x, out[0], out[1]) * x_dot


@vjp(special.obl_rad1_cv, operands=("x",))
def obl_rad1_cv(m: Any, n: Any, c: Any, cv: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * oblate_radial(m, c, cv, x, out[0], out[1]), x)


@jvp(special.obl_rad1_cv)
def obl_rad1_cv_dot(m: Any, n: Any, c: Any, cv: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, oblate_radial(m, c, cv, x, out[0], out[1]) * x_dot


# Of all degrees up to one: the functions of a number, and their derivatives, in two arrays


# Riccati-Bessel functions, x j(x) and -x y(x), DLMF 10.47: w'' = (n (n + 1) / x² - 1) w
@vjp(special.riccati_jn, special.riccati_yn, operands=("x",))
def riccati(n: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    degrees = np.arange(len(out[0]))
    second = (degrees * (degrees + 1) / (x * x) - 1) * out[0]
    return np.sum(out_bar[0] * out[1] + out_bar[1] * second)


@jvp(special.riccati_jn, special.riccati_yn)
def riccati_dot(n: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    degrees = np.arange(len(out[0]))
    return out[1] * x_dot, (degrees * (degrees + 1) / (x * x) - 1) * out[0] * x_dot


# Legendre functions of the second kind, DLMF 14.2: (1 - z²) w'' = 2 z w' - (n (n + 1) - m² / (1 - z²)) w
@vjp(special.lqn, operands=("z",))
def lqn(n: Any, z: Any, *, out: Any, out_bar: Any) -> Any:
    degrees = np.reshape(np.arange(np.shape(out[0])[0]), (-1,) + (1,) * np.ndim(z))
    second = (2 * z * out[1] - degrees * (degrees + 1) * out[0]) / (1 - z * z)
    return np.sum(out_bar[0] * out[1] + out_bar[1] * second, axis=0)


@jvp(special.lqn)
def lqn_dot(n: Any, z: Any, *, out: Any, z_dot: Any) -> Any:
    degrees = np.reshape(np.arange(np.shape(out[0])[0]), (-1,) + (1,) * np.ndim(z))
    second = (2 * z * out[1] - degrees * (degrees + 1) * out[0]) / (1 - z * z)
    return out[1] * z_dot, second * z_dot


@vjp(special.lqmn, operands=("z",))
def lqmn(m: Any, n: Any, z: Any, *, out: Any, out_bar: Any) -> Any:
    return np.sum(out_bar[0] * out[1] + out_bar[1] * second_of_lqmn(z, out))


@jvp(special.lqmn)
def lqmn_dot(m: Any, n: Any, z: Any, *, out: Any, z_dot: Any) -> Any:
    return out[1] * z_dot, second_of_lqmn(z, out) * z_dot


def second_of_lqmn(z: Any, out: Any) -> Any:
    """The second derivatives, orders along the first axis and degrees along the second."""
    orders, degrees = np.expand_dims(np.arange(np.shape(out[0])[0]), 1), np.arange(np.shape(out[0])[1])
    factor = degrees * (degrees + 1) - orders**2 / (1 - z * z)
    return (2 * z * out[1] - factor * out[0]) / (1 - z * z)


# gamma(v + 1) (2 / x)**v J(x): by Bessel's equation, w'' = -(2 v + 1) / x w' - w; orders a whole number below v
@vjp(special.lmbda, operands=("x",))
def lmbda(v: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    orders = v - math.floor(v) + np.arange(len(out[0]))
    return np.sum(out_bar[0] * out[1] - out_bar[1] * ((2 * orders + 1) / x * out[1] + out[0]))


@jvp(special.lmbda)
def lmbda_dot(v: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    orders = v - math.floor(v) + np.arange(len(out[0]))
    return out[1] * x_dot, -((2 * orders + 1) / x * out[1] + out[0]) * x_dot


# Parabolic cylinder functions, DLMF 12.2: w'' = (x² / 4 - v - 1/2) w, as for a single order
@vjp(special.pbdv_seq, special.pbvv_seq, operands=("x",))
def cylinder(v: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    check_sequence(v)
    orders = v - math.floor(v) + np.arange(len(out[0]))
    return np.sum(out_bar[0] * out[1] + out_bar[1] * (x * x / 4 - orders - 0.5) * out[0])


@jvp(special.pbdv_seq, special.pbvv_seq)
def cylinder_dot(v: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    check_sequence(v)
    orders = v - math.floor(v) + np.arange(len(out[0]))
    return out[1] * x_dot, (x * x / 4 - orders - 0.5) * out[0] * x_dot


@constant
def check_sequence(v: Any) -> None:
    """Refuse negative orders, of which SciPy leaves derivatives out.

    Raises:
        UnsupportedArgument: if the last order is negative.
    """
    if v < 0:
        raise UnsupportedArgument("sequences of negative orders lack derivatives in SciPy; use special.pbdv for each")
