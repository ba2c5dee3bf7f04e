"""Bessel functions and their kin: Hankel, spherical, Kelvin, Airy, Struve, parabolic cylinder functions.

By the argument; orders have no derivative in SciPy and are refused. Scaled functions that are not holomorphic, since
their factor is exp(-|Re z|), are differentiated for real arguments.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import elementwise, jvp, vjp
from adjoint.runtime.arrays import unbroadcast

REAL_ONLY = "scaled by exp(-|Re z|) or exp(-|Im z|), a complex argument has no derivative rule; scale it yourself"

# Of any order: C' is half the difference of the neighbours, for J, Y and the Hankel functions


@elementwise(special.jv, operands=("z",))
def jv(v: Any, z: Any) -> Any:
    return (special.jv(v - 1, z) - special.jv(v + 1, z)) / 2


@elementwise(special.yv, operands=("z",))
def yv(v: Any, z: Any) -> Any:
    return (special.yv(v - 1, z) - special.yv(v + 1, z)) / 2


@elementwise(special.yn, operands=("x",))
def yn(n: Any, x: Any) -> Any:
    return (special.yn(n - 1, x) - special.yn(n + 1, x)) / 2


@elementwise(special.hankel1, operands=("z",))
def hankel1(v: Any, z: Any) -> Any:
    return (special.hankel1(v - 1, z) - special.hankel1(v + 1, z)) / 2


@elementwise(special.hankel2, operands=("z",))
def hankel2(v: Any, z: Any) -> Any:
    return (special.hankel2(v - 1, z) - special.hankel2(v + 1, z)) / 2


@elementwise(special.hankel1e, operands=("z",))
def hankel1e(v: Any, z: Any, out: Any) -> Any:
    return (special.hankel1e(v - 1, z) - special.hankel1e(v + 1, z)) / 2 - 1j * out


@elementwise(special.hankel2e, operands=("z",))
def hankel2e(v: Any, z: Any, out: Any) -> Any:
    return (special.hankel2e(v - 1, z) - special.hankel2e(v + 1, z)) / 2 + 1j * out


@elementwise(special.iv, operands=("z",))
def iv(v: Any, z: Any) -> Any:
    return (special.iv(v - 1, z) + special.iv(v + 1, z)) / 2


@elementwise(special.kv, operands=("z",))
def kv(v: Any, z: Any) -> Any:
    return (special.kv(v - 1, z) + special.kv(v + 1, z)) / -2


@elementwise(special.kn, operands=("x",))
def kn(n: Any, x: Any) -> Any:
    return (special.kv(n - 1, x) + special.kv(n + 1, x)) / -2


@elementwise(special.kve, operands=("z",))
def kve(v: Any, z: Any, out: Any) -> Any:
    return out - (special.kve(v - 1, z) + special.kve(v + 1, z)) / 2


@elementwise(special.jve, operands=("z",))
def jve(v: Any, z: Any) -> Any:
    if np.iscomplexobj(z):
        raise UnsupportedArgument("special.jve: " + REAL_ONLY)
    return (special.jve(v - 1, z) - special.jve(v + 1, z)) / 2


@elementwise(special.yve, operands=("z",))
def yve(v: Any, z: Any) -> Any:
    if np.iscomplexobj(z):
        raise UnsupportedArgument("special.yve: " + REAL_ONLY)
    return (special.yve(v - 1, z) - special.yve(v + 1, z)) / 2


@elementwise(special.ive, operands=("z",))
def ive(v: Any, z: Any, out: Any) -> Any:
    if np.iscomplexobj(z):
        raise UnsupportedArgument("special.ive: " + REAL_ONLY)
    return (special.ive(v - 1, z) + special.ive(v + 1, z)) / 2 - np.sign(z) * out


# Of order 0 and 1


@elementwise(special.j0)
def j0(x: Any) -> Any:
    return -special.j1(x)


@elementwise(special.j1)
def j1(x: Any) -> Any:
    return (special.j0(x) - special.jv(2, x)) / 2


@elementwise(special.y0)
def y0(x: Any) -> Any:
    return -special.y1(x)


@elementwise(special.y1)
def y1(x: Any) -> Any:
    return (special.y0(x) - special.yn(2, x)) / 2


@elementwise(special.i0)
def i0(x: Any) -> Any:
    return special.i1(x)


@elementwise(special.i1)
def i1(x: Any) -> Any:
    return (special.i0(x) + special.iv(2, x)) / 2


@elementwise(special.i0e)
def i0e(x: Any, out: Any) -> Any:
    return special.i1e(x) - np.sign(x) * out


@elementwise(special.i1e)
def i1e(x: Any, out: Any) -> Any:
    return (special.i0e(x) + special.ive(2, x)) / 2 - np.sign(x) * out


@elementwise(special.k0)
def k0(x: Any) -> Any:
    return -special.k1(x)


@elementwise(special.k1)
def k1(x: Any) -> Any:
    return (special.k0(x) + special.kv(2, x)) / -2


@elementwise(special.k0e)
def k0e(x: Any, out: Any) -> Any:
    return out - special.k1e(x)


@elementwise(special.k1e)
def k1e(x: Any, out: Any) -> Any:
    return out - (special.k0e(x) + special.kve(2, x)) / 2


# SciPy's derivatives of the n-th degree


@elementwise(special.jvp, operands=("z",))
def jvp_of(v: Any, z: Any, n: Any = 1) -> Any:
    return special.jvp(v, z, n + 1)


@elementwise(special.yvp, operands=("z",))
def yvp_of(v: Any, z: Any, n: Any = 1) -> Any:
    return special.yvp(v, z, n + 1)


@elementwise(special.ivp, operands=("z",))
def ivp_of(v: Any, z: Any, n: Any = 1) -> Any:
    return special.ivp(v, z, n + 1)


@elementwise(special.kvp, operands=("z",))
def kvp_of(v: Any, z: Any, n: Any = 1) -> Any:
    return special.kvp(v, z, n + 1)


@elementwise(special.h1vp, operands=("z",))
def h1vp_of(v: Any, z: Any, n: Any = 1) -> Any:
    return special.h1vp(v, z, n + 1)


@elementwise(special.h2vp, operands=("z",))
def h2vp_of(v: Any, z: Any, n: Any = 1) -> Any:
    return special.h2vp(v, z, n + 1)


# Spherical ones; their second derivative is by Bessel's equation: z² w'' + 2 z w' ± z² w = n (n + 1) w.


@elementwise(special.spherical_jn, operands=("z",))
def spherical_jn(n: Any, z: Any, derivative: Any = False, *, out: Any) -> Any:
    if derivative:
        return (n * (n + 1) / (z * z) - 1) * special.spherical_jn(n, z) - 2 * out / z
    else:
        return special.spherical_jn(n, z, True)


@elementwise(special.spherical_yn, operands=("z",))
def spherical_yn(n: Any, z: Any, derivative: Any = False, *, out: Any) -> Any:
    if derivative:
        return (n * (n + 1) / (z * z) - 1) * special.spherical_yn(n, z) - 2 * out / z
    else:
        return special.spherical_yn(n, z, True)


@elementwise(special.spherical_in, operands=("z",))
def spherical_in(n: Any, z: Any, derivative: Any = False, *, out: Any) -> Any:
    if derivative:
        return (n * (n + 1) / (z * z) + 1) * special.spherical_in(n, z) - 2 * out / z
    else:
        return special.spherical_in(n, z, True)


@elementwise(special.spherical_kn, operands=("z",))
def spherical_kn(n: Any, z: Any, derivative: Any = False, *, out: Any) -> Any:
    if derivative:
        return (n * (n + 1) / (z * z) + 1) * special.spherical_kn(n, z) - 2 * out / z
    else:
        return special.spherical_kn(n, z, True)


# Kelvin functions: w = ber + i bei and ker + i kei solve x² w'' + x w' = i x² w. At 0 the quotient bei' / x is 1 / 2.


@elementwise(special.ber)
def ber(x: Any) -> Any:
    return special.berp(x)


@elementwise(special.bei)
def bei(x: Any) -> Any:
    return special.beip(x)


@elementwise(special.ker)
def ker(x: Any) -> Any:
    return special.kerp(x)


@elementwise(special.kei)
def kei(x: Any) -> Any:
    return special.keip(x)


@elementwise(special.berp)
def berp(x: Any, out: Any) -> Any:
    return -special.bei(x) - out / (x + (x == 0))


@elementwise(special.beip)
def beip(x: Any, out: Any) -> Any:
    return special.ber(x) - np.where(x == 0, 0.5, out / (x + (x == 0)))


@elementwise(special.kerp)
def kerp(x: Any, out: Any) -> Any:
    return -special.kei(x) - out / x


@elementwise(special.keip)
def keip(x: Any, out: Any) -> Any:
    return special.ker(x) - out / x


@vjp(special.kelvin)
def kelvin(x: Any, *, out: Any, out_bar: Any) -> Any:
    second = 1j * out[0] - out[2] / x, 1j * out[1] - out[3] / x
    first = out_bar[0] * out[2] + out_bar[1] * out[3]
    return np.real(first + out_bar[2] * second[0] + out_bar[3] * second[1])


@jvp(special.kelvin)
def kelvin_dot(x: Any, *, out: Any, x_dot: Any) -> Any:
    second = 1j * out[0] - out[2] / x, 1j * out[1] - out[3] / x
    return out[2] * x_dot, out[3] * x_dot, second[0] * x_dot, second[1] * x_dot


# Airy functions: Ai, Ai', Bi, Bi', with w'' = z w


@vjp(special.airy)
def airy(z: Any, *, out: Any, out_bar: Any) -> Any:
    first = out_bar[0] * out[1] + out_bar[2] * out[3]
    return first + z * (out_bar[1] * out[0] + out_bar[3] * out[2])


@jvp(special.airy)
def airy_dot(z: Any, *, out: Any, z_dot: Any) -> Any:
    return out[1] * z_dot, z * out[0] * z_dot, out[3] * z_dot, z * out[2] * z_dot


# Scaled by exp(2/3 z**1.5) and its inverse, for z > 0; Bi and Bi' are not scaled for z < 0, Ai and Ai' are nan there.


@vjp(special.airye)
def airye(z: Any, *, out: Any, out_bar: Any) -> Any:
    slopes = scaled_slopes(z, out)
    return out_bar[0] * slopes[0] + out_bar[1] * slopes[1] + out_bar[2] * slopes[2] + out_bar[3] * slopes[3]


@jvp(special.airye)
def airye_dot(z: Any, *, out: Any, z_dot: Any) -> Any:
    slopes = scaled_slopes(z, out)
    return slopes[0] * z_dot, slopes[1] * z_dot, slopes[2] * z_dot, slopes[3] * z_dot


def scaled_slopes(z: Any, out: Any) -> Any:
    """The derivatives of the four scaled Airy functions."""
    if np.iscomplexobj(z):
        raise UnsupportedArgument("special.airye: " + REAL_ONLY)
    root = np.sqrt(np.maximum(z, 0.0))
    ai, aip, bi, bip = out
    return aip + root * ai, z * ai + root * aip, bip - root * bi, z * bi - root * bip


# Struve functions: half the neighbours' difference (sum), and what the equation has on its right side


@elementwise(special.struve, operands=("x",))
def struve(v: Any, x: Any) -> Any:
    return (special.struve(v - 1, x) - special.struve(v + 1, x) + struve_side(v, x)) / 2


@elementwise(special.modstruve, operands=("x",))
def modstruve(v: Any, x: Any) -> Any:
    return (special.modstruve(v - 1, x) + special.modstruve(v + 1, x) + struve_side(v, x)) / 2


def struve_side(v: Any, x: Any) -> Any:
    """(x / 2)**v / (sqrt(pi) gamma(v + 3/2))."""
    return (x / 2) ** v * special.rgamma(v + 1.5) / math.sqrt(math.pi)


# Parabolic cylinder functions with their derivatives: w'' = (x²/4 ∓ v - 1/2) w for D and V, w'' = (a - x²/4) w for W.


@vjp(special.pbdv, operands=("x",))
def pbdv(v: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * (x * x / 4 - v - 0.5) * out[0], x)


@jvp(special.pbdv)
def pbdv_dot(v: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, (x * x / 4 - v - 0.5) * out[0] * x_dot


@vjp(special.pbvv, operands=("x",))
def pbvv(v: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * (x * x / 4 - v - 0.5) * out[0], x)


@jvp(special.pbvv)
def pbvv_dot(v: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, (x * x / 4 - v - 0.5) * out[0] * x_dot


@vjp(special.pbwa, operands=("x",))
def pbwa(a: Any, x: Any, *, out: Any, out_bar: Any) -> Any:
    return unbroadcast(out_bar[0] * out[1] + out_bar[1] * (a - x * x / 4) * out[0], x)


@jvp(special.pbwa)
def pbwa_dot(a: Any, x: Any, *, out: Any, x_dot: Any) -> Any:
    return out[1] * x_dot, (a - x * x / 4) * out[0] * x_dot


# The integral of x**l J(2 a x) from 0 to 1


@elementwise(special.besselpoly, operands=("a",))
def besselpoly(a: Any, lmb: Any, nu: Any) -> Any:
    return special.besselpoly(a, lmb + 1, nu - 1) - special.besselpoly(a, lmb + 1, nu + 1)
