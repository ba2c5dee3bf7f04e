"""Functions of `cmath`, and what is new in `math`. Those of `cmath` are holomorphic, but for the polar coordinates."""

from __future__ import annotations

import cmath
import math
import sys
from typing import Any

from adjoint.rules.declare import constant, elementwise, jvp, vjp

constant(cmath.isclose, cmath.isfinite, cmath.isinf, cmath.isnan)


@elementwise(cmath.exp)
def exp(z: Any, out: Any) -> Any:
    return out


@elementwise(cmath.log)
def log(z: Any, base: Any = None, *, out: Any) -> Any:
    if base is None:
        return 1 / z, 0
    else:
        return 1 / (z * cmath.log(base)), -out / (base * cmath.log(base))


@elementwise(cmath.log10)
def log10(z: Any) -> Any:
    return 1 / (z * math.log(10))


@elementwise(cmath.sqrt)
def sqrt(z: Any, out: Any) -> Any:
    return 0.5 / out


@elementwise(cmath.sin)
def sin(z: Any) -> Any:
    return cmath.cos(z)


@elementwise(cmath.cos)
def cos(z: Any) -> Any:
    return -cmath.sin(z)


@elementwise(cmath.tan)
def tan(z: Any, out: Any) -> Any:
    return 1 + out**2


@elementwise(cmath.asin)
def asin(z: Any) -> Any:
    return 1 / cmath.sqrt(1 - z**2)


@elementwise(cmath.acos)
def acos(z: Any) -> Any:
    return -1 / cmath.sqrt(1 - z**2)


@elementwise(cmath.atan)
def atan(z: Any) -> Any:
    return 1 / (1 + z**2)


@elementwise(cmath.sinh)
def sinh(z: Any) -> Any:
    return cmath.cosh(z)


@elementwise(cmath.cosh)
def cosh(z: Any) -> Any:
    return cmath.sinh(z)


@elementwise(cmath.tanh)
def tanh(z: Any, out: Any) -> Any:
    return 1 - out**2


@elementwise(cmath.asinh)
def asinh(z: Any) -> Any:
    return 1 / cmath.sqrt(z**2 + 1)


@elementwise(cmath.acosh)
def acosh(z: Any) -> Any:
    return 1 / (cmath.sqrt(z - 1) * cmath.sqrt(z + 1))


@elementwise(cmath.atanh)
def atanh(z: Any) -> Any:
    return 1 / (1 - z**2)


# Polar coordinates: dz / z = d|z| / |z| + i dphi. At 0, where there is no phase: 0.


@jvp(cmath.phase)
def phase_jvp(z: Any, *, z_dot: Any) -> Any:
    return (z_dot / (z + (z == 0))).imag


@vjp(cmath.phase)
def phase(z: Any, *, out_bar: Any) -> Any:
    return -1j * out_bar / (z + (z == 0)) * (z != 0)


@jvp(cmath.polar)
def polar_jvp(z: Any, *, out: Any, z_dot: Any) -> Any:
    turn = z_dot / (z + (z == 0))
    return (out[0] * turn.real, turn.imag)


@vjp(cmath.polar)
def polar(z: Any, *, out: Any, out_bar: Any) -> Any:
    return (out[0] * out_bar[0] - 1j * out_bar[1]) / (z + (z == 0)) * (z != 0)


@elementwise(cmath.rect)
def rect(r: Any, phi: Any, out: Any) -> Any:
    return cmath.exp(1j * phi), 1j * out


# Two results: x == fraction * 2**exponent, and x == fraction + whole number.


@jvp(math.frexp)
def frexp_jvp(x: Any, *, out: Any, x_dot: Any) -> Any:
    return (math.ldexp(x_dot, -out[1]), 0.0)


@vjp(math.frexp)
def frexp(x: Any, *, out: Any, out_bar: Any) -> Any:
    return math.ldexp(out_bar[0], -out[1])


@jvp(math.modf)
def modf_jvp(x: Any, *, x_dot: Any) -> Any:
    return (x_dot, 0.0)


@vjp(math.modf)
def modf(x: Any, *, out_bar: Any) -> Any:
    return out_bar[0]


# Since Python 3.12 and 3.13

if sys.version_info >= (3, 12):

    @jvp(math.sumprod)
    def sumprod_jvp(p: Any, q: Any, *, p_dot: Any, q_dot: Any) -> Any:
        return math.sumprod(p_dot, q), math.sumprod(p, q_dot)

    @vjp(math.sumprod)
    def sumprod(p: Any, q: Any, *, out_bar: Any) -> Any:
        return [out_bar * y for y in q], [out_bar * x for x in p]


if sys.version_info >= (3, 13):

    @elementwise(math.fma)
    def fma(x: Any, y: Any, z: Any) -> Any:
        return y, x, 1
