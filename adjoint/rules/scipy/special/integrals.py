"""Integrals: exponential, sine, cosine, Spence's, and those of Bessel, Struve and Airy functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.rules.declare import elementwise, jvp, vjp


@elementwise(special.exp1)
def exp1(z: Any) -> Any:
    return -np.exp(-z) / z


@elementwise(special.expi)
def expi(x: Any) -> Any:
    return np.exp(x) / x


# E_n' = -E_(n-1), with E_0 = exp(-x) / x and E_(-1) = E_0 (1 + 1/x)
@elementwise(special.expn, operands=("x",))
def expn(n: Any, x: Any, out: Any) -> Any:
    return np.where(n == 0, -out * (1 + 1 / x), -special.expn(np.maximum(n - 1, 0), x))


# At 1: -1
@elementwise(special.spence)
def spence(z: Any) -> Any:
    return np.where(z == 1, -1.0, np.log(z) / (1 - z + (z == 1)))


# Si and Ci, Shi and Chi


@vjp(special.sici)
def sici(x: Any, *, out_bar: Any) -> Any:
    return out_bar[0] * np.sinc(x / math.pi) + out_bar[1] * np.cos(x) / x


@jvp(special.sici)
def sici_dot(x: Any, *, x_dot: Any) -> Any:
    return np.sinc(x / math.pi) * x_dot, np.cos(x) / x * x_dot


@vjp(special.shichi)
def shichi(x: Any, *, out_bar: Any) -> Any:
    return out_bar[0] * hyperbolic_sinc(x) + out_bar[1] * np.cosh(x) / x


@jvp(special.shichi)
def shichi_dot(x: Any, *, x_dot: Any) -> Any:
    return hyperbolic_sinc(x) * x_dot, np.cosh(x) / x * x_dot


def hyperbolic_sinc(x: Any) -> Any:
    """sinh(x) / x, 1 at 0."""
    return np.where(x == 0, 1.0, np.sinh(x) / (x + (x == 0)))


# Of Bessel functions, from 0 (and to infinity for Y and K over t)


@vjp(special.itj0y0)
def itj0y0(x: Any, *, out_bar: Any) -> Any:
    return out_bar[0] * special.j0(x) + out_bar[1] * special.y0(x)


@jvp(special.itj0y0)
def itj0y0_dot(x: Any, *, x_dot: Any) -> Any:
    return special.j0(x) * x_dot, special.y0(x) * x_dot


@vjp(special.iti0k0)
def iti0k0(x: Any, *, out_bar: Any) -> Any:
    return out_bar[0] * special.i0(x) + out_bar[1] * special.k0(x)


@jvp(special.iti0k0)
def iti0k0_dot(x: Any, *, x_dot: Any) -> Any:
    return special.i0(x) * x_dot, special.k0(x) * x_dot


@vjp(special.it2j0y0)
def it2j0y0(x: Any, *, out_bar: Any) -> Any:
    return (out_bar[0] * (1 - special.j0(x)) - out_bar[1] * special.y0(x)) / x


@jvp(special.it2j0y0)
def it2j0y0_dot(x: Any, *, x_dot: Any) -> Any:
    return (1 - special.j0(x)) / x * x_dot, -special.y0(x) / x * x_dot


@vjp(special.it2i0k0)
def it2i0k0(x: Any, *, out_bar: Any) -> Any:
    return (out_bar[0] * (special.i0(x) - 1) - out_bar[1] * special.k0(x)) / x


@jvp(special.it2i0k0)
def it2i0k0_dot(x: Any, *, x_dot: Any) -> Any:
    return (special.i0(x) - 1) / x * x_dot, -special.k0(x) / x * x_dot


# Of Struve functions


@elementwise(special.itstruve0)
def itstruve0(x: Any) -> Any:
    return special.struve(0, x)


@elementwise(special.it2struve0)
def it2struve0(x: Any) -> Any:
    return -special.struve(0, x) / x


@elementwise(special.itmodstruve0)
def itmodstruve0(x: Any) -> Any:
    return special.modstruve(0, x)


# Of Ai(t), Bi(t), Ai(-t), Bi(-t) from 0


@vjp(special.itairy)
def itairy(x: Any, *, out_bar: Any) -> Any:
    ahead, back = special.airy(x), special.airy(-x)
    return out_bar[0] * ahead[0] + out_bar[1] * ahead[2] + out_bar[2] * back[0] + out_bar[3] * back[2]


@jvp(special.itairy)
def itairy_dot(x: Any, *, x_dot: Any) -> Any:
    ahead, back = special.airy(x), special.airy(-x)
    return ahead[0] * x_dot, ahead[2] * x_dot, back[0] * x_dot, back[2] * x_dot
