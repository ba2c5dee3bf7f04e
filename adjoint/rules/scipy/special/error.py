"""Error functions and integrals of exp(-x**2): erf and its kin, Dawson, Faddeeva, Fresnel, Voigt, Owen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.rules.declare import elementwise, jvp, vjp


@elementwise(special.erf)
def erf(x: Any) -> Any:
    return 2 / math.sqrt(math.pi) * np.exp(-(x**2))


@elementwise(special.erfc)
def erfc(x: Any) -> Any:
    return -2 / math.sqrt(math.pi) * np.exp(-(x**2))


@elementwise(special.erfi)
def erfi(x: Any) -> Any:
    return 2 / math.sqrt(math.pi) * np.exp(x**2)


@elementwise(special.erfinv)
def erfinv(y: Any, out: Any) -> Any:
    return math.sqrt(math.pi) / 2 * np.exp(out**2)


@elementwise(special.erfcinv)
def erfcinv(y: Any, out: Any) -> Any:
    return -math.sqrt(math.pi) / 2 * np.exp(out**2)


# These are 1 / x times a series in s = 1 / x**2 for large x, and 2 x times them cancels with its first term.


@elementwise(special.erfcx)
def erfcx(x: Any, out: Any) -> Any:
    far = x > 100
    return 2 / math.sqrt(math.pi) * np.where(far, remainder(-1 / (x * x + (x == 0))), math.sqrt(math.pi) * x * out - 1)


@elementwise(special.dawsn)
def dawsn(x: Any, out: Any) -> Any:
    return np.where(np.abs(x) > 100, -remainder(1 / (x * x + (x == 0))), 1 - 2 * x * out)


@elementwise(special.wofz)
def wofz(z: Any, out: Any) -> Any:
    return 2j / math.sqrt(math.pi) - 2 * z * out


def remainder(s: Any) -> Any:
    """The terms behind the first in 1 + s/2 + 3 s**2 / 4 + 15 s**3 / 8 + …, an asymptotic series."""
    return s * (1 / 2 + s * (3 / 4 + s * (15 / 8 + s * (105 / 16))))


# The normal distribution. The quotient of density and distribution function has no overflow in erfcx's form.


@elementwise(special.ndtr)
def ndtr(x: Any) -> Any:
    return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


@elementwise(special.ndtri)
def ndtri(y: Any, out: Any) -> Any:
    return math.sqrt(2 * math.pi) * np.exp(out**2 / 2)


@elementwise(special.log_ndtr)
def log_ndtr(x: Any) -> Any:
    return math.sqrt(2 / math.pi) / special.erfcx(x * -math.sqrt(0.5))


@elementwise(special.ndtri_exp)
def ndtri_exp(y: Any, out: Any) -> Any:
    return math.sqrt(math.pi / 2) * special.erfcx(out * -math.sqrt(0.5))


# Integral from 0 to a of exp(-h**2 (1 + t**2) / 2) / (1 + t**2) / (2 pi).
@elementwise(special.owens_t)
def owens_t(h: Any, a: Any) -> Any:
    by_h = -np.exp(-(h**2) / 2) * special.erf(a * h * math.sqrt(0.5)) / (2 * math.sqrt(2 * math.pi))
    return by_h, np.exp(-(h**2) * (1 + a**2) / 2) / (2 * math.pi * (1 + a**2))


# The real part of w(z) / (sigma sqrt(2 pi)), z = (x + i gamma) / (sigma sqrt(2)), where w' = 2i / sqrt(pi) - 2 z w.
# V solves sigma V_xx = V_sigma. For sigma > 0 only: nan at 0, where it is a Lorentz curve.
@elementwise(special.voigt_profile)
def voigt_profile(x: Any, sigma: Any, gamma: Any, out: Any) -> Any:
    return voigt_slopes(x, sigma, gamma, out)


def voigt_slopes(x: Any, sigma: Any, gamma: Any, out: Any) -> Any:
    """The derivatives by place, Gauss width and Lorentz width."""
    z = (x + 1j * gamma) / (sigma * math.sqrt(2))
    w = special.wofz(z)
    slope = (2j / math.sqrt(math.pi) - 2 * z * w) / (2 * math.sqrt(math.pi) * sigma * sigma)
    by_sigma = -(out + np.real(slope * z) * sigma * math.sqrt(2)) / sigma
    return np.real(slope), by_sigma, -np.imag(slope)


# S and C, the integrals of sin(pi t**2 / 2) and cos(pi t**2 / 2)


@vjp(special.fresnel)
def fresnel(z: Any, *, out_bar: Any) -> Any:
    angle = math.pi / 2 * z**2
    return out_bar[0] * np.sin(angle) + out_bar[1] * np.cos(angle)


@jvp(special.fresnel)
def fresnel_dot(z: Any, *, z_dot: Any) -> Any:
    angle = math.pi / 2 * z**2
    return np.sin(angle) * z_dot, np.cos(angle) * z_dot


# F is the integral of exp(± i t**2) from x on, K = exp(∓ i (x**2 + pi/4)) F / sqrt(pi).


@vjp(special.modfresnelp)
def modfresnelp(x: Any, *, out: Any, out_bar: Any) -> Any:
    by_f, by_k = modified_slopes(x, out[1], 1j)
    return np.real(out_bar[0] * by_f + out_bar[1] * by_k)


@jvp(special.modfresnelp)
def modfresnelp_dot(x: Any, *, out: Any, x_dot: Any) -> Any:
    by_f, by_k = modified_slopes(x, out[1], 1j)
    return by_f * x_dot, by_k * x_dot


@vjp(special.modfresnelm)
def modfresnelm(x: Any, *, out: Any, out_bar: Any) -> Any:
    by_f, by_k = modified_slopes(x, out[1], -1j)
    return np.real(out_bar[0] * by_f + out_bar[1] * by_k)


@jvp(special.modfresnelm)
def modfresnelm_dot(x: Any, *, out: Any, x_dot: Any) -> Any:
    by_f, by_k = modified_slopes(x, out[1], -1j)
    return by_f * x_dot, by_k * x_dot


def modified_slopes(x: Any, k: Any, unit: complex) -> Any:
    """The derivatives of F and K, the second of which is `k`."""
    turn = np.exp(-unit * math.pi / 4) / math.sqrt(math.pi)
    return -np.exp(unit * x * x), -2 * unit * x * k - turn
