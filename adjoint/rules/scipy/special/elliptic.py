"""Elliptic integrals and functions, the arithmetic-geometric mean, hypergeometric functions, Wright's function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.rules.declare import elementwise, jvp, vjp
from adjoint.runtime.arrays import unbroadcast

# Complete integrals: K' = (E / (1 - m) - K) / 2m and E' = (E - K) / 2m; near m = 0, where they cancel, series.
# K = pi/2 times the sum of c_n m**n with c_n = ((2n - 1)!! / (2n)!!)**2, E the same with c_n / (1 - 2n).


@elementwise(special.ellipk)
def ellipk(m: Any, out: Any) -> Any:
    return first_kind_slope(m, out, 1 - m)


@elementwise(special.ellipkm1)
def ellipkm1(p: Any, out: Any) -> Any:
    return -first_kind_slope(1 - p, out, p)


@elementwise(special.ellipe)
def ellipe(m: Any, out: Any) -> Any:
    near = np.abs(m) < 0.01
    return np.where(near, second_kind_series(m), (out - special.ellipk(m)) / (2 * np.where(near, 1, m)))


def first_kind_slope(m: Any, k: Any, p: Any) -> Any:
    """K' at m = 1 - p, K being `k`."""
    near = np.abs(m) < 0.01
    return np.where(near, first_kind_series(m), (special.ellipe(m) / p - k) / (2 * np.where(near, 1, m)))


def first_kind_series(m: Any) -> Any:
    rest = m * (19845 / 65536 + m * (160083 / 524288 + m * (1288287 / 4194304)))
    return math.pi / 2 * (1 / 4 + m * (9 / 32 + m * (75 / 256 + m * (1225 / 4096 + rest))))


def second_kind_series(m: Any) -> Any:
    rest = m * (2205 / 65536 + m * (14553 / 524288 + m * (99099 / 4194304)))
    return -math.pi / 2 * (1 / 4 + m * (3 / 32 + m * (15 / 256 + m * (175 / 4096 + rest))))


# Incomplete ones; by m for |m| > 1e-6, and below by the first term of their series, which leaves an error of 1e-6 m.


@elementwise(special.ellipkinc)
def ellipkinc(phi: Any, m: Any, out: Any) -> Any:
    sine = np.sin(phi)
    root = np.sqrt(1 - m * sine**2)
    return 1 / root, by_first_kind(phi, m, out, root)


def by_first_kind(phi: Any, m: Any, out: Any, root: Any) -> Any:
    """The derivative of F(phi, m), which is `out`, by m."""
    near = np.abs(m) < 1e-5
    safe = np.where(near, 0.5, m)
    first = special.ellipeinc(phi, m) / (2 * safe * (1 - safe)) - out / (2 * safe)
    far = first - np.sin(2 * phi) / (4 * (1 - safe) * root)
    return np.where(near, (2 * phi - np.sin(2 * phi)) / 8 + 9 / 4 * m * fourth_power(phi), far)


@elementwise(special.ellipeinc)
def ellipeinc(phi: Any, m: Any, out: Any) -> Any:
    near = np.abs(m) < 1e-5
    far = (out - special.ellipkinc(phi, m)) / (2 * np.where(near, 1, m))
    series = -(2 * phi - np.sin(2 * phi)) / 8 - 3 / 4 * m * fourth_power(phi)
    return np.sqrt(1 - m * np.sin(phi) ** 2), np.where(near, series, far)


def fourth_power(phi: Any) -> Any:
    """A third of the integral of sin(t)**4 from 0 to phi."""
    return (12 * phi - 8 * np.sin(2 * phi) + np.sin(4 * phi)) / 96


# Jacobi's functions sn, cn, dn and the amplitude. By u; by m their derivative needs the amplitude's E.


@vjp(special.ellipj, operands=("u",))
def ellipj(u: Any, m: Any, *, out: Any, out_bar: Any) -> Any:
    sn, cn, dn, _ = out
    g = out_bar[0] * cn * dn - out_bar[1] * sn * dn - out_bar[2] * m * sn * cn + out_bar[3] * dn
    return unbroadcast(g, u)


@jvp(special.ellipj)
def ellipj_dot(u: Any, m: Any, *, out: Any, u_dot: Any) -> Any:
    sn, cn, dn, _ = out
    return cn * dn * u_dot, -sn * dn * u_dot, -m * sn * cn * u_dot, dn * u_dot


# Carlson's forms: of the first kind by R_D, whose own derivatives are differences of two of it.


@elementwise(special.elliprf)
def elliprf(x: Any, y: Any, z: Any) -> Any:
    return special.elliprd(y, z, x) / -6, special.elliprd(z, x, y) / -6, special.elliprd(x, y, z) / -6


@elementwise(special.elliprc)
def elliprc(x: Any, y: Any) -> Any:
    return special.elliprd(y, y, x) / -6, special.elliprd(x, y, y) / -3


@elementwise(special.elliprd)
def elliprd(x: Any, y: Any, z: Any, out: Any) -> Any:
    return second_kind_slopes(x, y, z, out)


# For x = z there is no difference: then R_D, which has the powers 1/2, 1/2 and 3/2 under its integral, changes with x a
# third as much as with z. That by z follows as x R_x + y R_y + z R_z = -3/2 R_D.
def second_kind_slopes(x: Any, y: Any, z: Any, out: Any) -> Any:
    """The derivatives of R_D, which is `out`."""
    by_x, by_y = np.abs(z - x) < 1e-8 * np.abs(z), np.abs(z - y) < 1e-8 * np.abs(z)
    far_x = np.where(by_x, 0.0, (out - special.elliprd(y, z, x)) / (2 * np.where(by_x, 1, z - x)))
    far_y = np.where(by_y, 0.0, (out - special.elliprd(x, z, y)) / (2 * np.where(by_y, 1, z - y)))
    by_z = (-1.5 * out - x * far_x - y * far_y) / (z + by_x * x / 3 + by_y * y / 3)
    return np.where(by_x, by_z / 3, far_x), np.where(by_y, by_z / 3, far_y), by_z


@elementwise(special.elliprg)
def elliprg(x: Any, y: Any, z: Any) -> Any:
    first = special.elliprf(x, y, z) / 4
    return (
        first - x * special.elliprd(y, z, x) / 12,
        first - y * special.elliprd(z, x, y) / 12,
        first - z * special.elliprd(x, y, z) / 12,
    )


# Of the third kind, R_J = 3/2 ∫ dt / (s(t) (t + p)) with s² = (t + x) (t + y) (t + z): by partial fractions of
# 1 / ((t + x) (t + p)), by p as x R_x + y R_y + z R_z + p R_p = -3/2 R_J. For p = x it is R_D.


@elementwise(special.elliprj)
def elliprj(x: Any, y: Any, z: Any, p: Any, out: Any) -> Any:
    by_x = third_kind_slope(x, p, special.elliprd(y, z, x), out)
    by_y = third_kind_slope(y, p, special.elliprd(z, x, y), out)
    by_z = third_kind_slope(z, p, special.elliprd(x, y, z), out)
    return by_x, by_y, by_z, -(1.5 * out + x * by_x + y * by_y + z * by_z) / p


def third_kind_slope(x: Any, p: Any, second: Any, out: Any) -> Any:
    """The derivative of R_J by x; nan where p is so near to x that too few digits are left."""
    near = np.abs(x - p) < 1e-6 * np.abs(p)
    return np.where(near, np.nan, (second - out) / (2 * np.where(near, 1, x - p)))


# The arithmetic-geometric mean is pi (a + b) / 4 K(m) with m = ((a - b) / (a + b))², DLMF 19.8.


@elementwise(special.agm)
def agm(a: Any, b: Any, out: Any) -> Any:
    ratio = (a - b) / (a + b)
    share = out / (a + b)
    k = math.pi / (4 * share)
    bend = 4 * share * ratio * first_kind_slope(ratio * ratio, k, 4 * a * b / (a + b) ** 2) / (k * (a + b))
    return share - bend * b, share + bend * a


# Hypergeometric functions, by the argument


@elementwise(special.hyp0f1, operands=("z",))
def hyp0f1(v: Any, z: Any) -> Any:
    return special.hyp0f1(v + 1, z) / v


@elementwise(special.hyp1f1, operands=("x",))
def hyp1f1(a: Any, b: Any, x: Any) -> Any:
    return a / b * special.hyp1f1(a + 1, b + 1, x)


@elementwise(special.hyp2f1, operands=("z",))
def hyp2f1(a: Any, b: Any, c: Any, z: Any) -> Any:
    return a * b / c * special.hyp2f1(a + 1, b + 1, c + 1, z)


@elementwise(special.hyperu, operands=("x",))
def hyperu(a: Any, b: Any, x: Any) -> Any:
    return -a * special.hyperu(a + 1, b + 1, x)


# The sum of x**k / (k! gamma(a k + b))


@elementwise(special.wright_bessel, operands=("x",))
def wright_bessel(a: Any, b: Any, x: Any) -> Any:
    return special.wright_bessel(a, a + b, x)


if hasattr(special, "log_wright_bessel"):

    @elementwise(special.log_wright_bessel, operands=("x",))
    def log_wright_bessel(a: Any, b: Any, x: Any, out: Any) -> Any:
        return np.exp(special.log_wright_bessel(a, a + b, x) - out)
