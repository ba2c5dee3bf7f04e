"""Exponentials, logarithms, sigmoids, information and powers of `scipy.special`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.rules.declare import constant, elementwise, jvp, vjp
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.shapes import spread

# Exponentials, logarithms, roots


@elementwise(special.expm1)
def expm1(x: Any, out: Any) -> Any:
    return out + 1


@elementwise(special.exp2)
def exp2(x: Any, out: Any) -> Any:
    return out * math.log(2)


@elementwise(special.exp10)
def exp10(x: Any, out: Any) -> Any:
    return out * math.log(10)


@elementwise(special.log1p)
def log1p(x: Any) -> Any:
    return 1 / (1 + x)


@elementwise(special.cbrt)
def cbrt(x: Any, out: Any) -> Any:
    return 1 / (3 * out**2)


@elementwise(special.cosm1)
def cosm1(x: Any) -> Any:
    return -np.sin(x)


# (exp(x) - 1) / x. By its series where the closed form cancels; at 0: 1/2.
@elementwise(special.exprel)
def exprel(x: Any, out: Any) -> Any:
    return exprel_slope(x, out)


def exprel_slope(x: Any, out: Any) -> Any:
    """The derivative of exprel, whose value is `out`: the sum of k x**(k-1) / (k+1)! near 0."""
    series = 1 / 2 + x * (1 / 3 + x * (1 / 8 + x * (1 / 30 + x * (1 / 144 + x * (1 / 840 + x / 5760)))))
    near = np.abs(x) < 0.05
    return np.where(near, series, (np.exp(x) - out) / np.where(near, 1, x))


@elementwise(special.powm1)
def powm1(x: Any, y: Any, out: Any) -> Any:
    return y * x ** np.where(y == 0, 1, y - 1), (out + 1) * np.log(x + (x == 0))


# Sigmoids


# `1 - out` would be 0 from x = 37 on.
@elementwise(special.expit)
def expit(x: Any, out: Any) -> Any:
    return out * special.expit(-x)


@elementwise(special.log_expit)
def log_expit(x: Any) -> Any:
    return special.expit(-x)


@elementwise(special.logit)
def logit(x: Any) -> Any:
    return 1 / (x * (1 - x))


if hasattr(special, "softplus"):

    @elementwise(special.softplus)
    def softplus(x: Any) -> Any:
        return special.expit(x)


# Information. x log y is 0 at x = 0 whatever y is, and so is its slope along y.


@elementwise(special.xlogy)
def xlogy(x: Any, y: Any) -> Any:
    return np.log(y), x / (y + (x == 0) * (y == 0))


@elementwise(special.xlog1py)
def xlog1py(x: Any, y: Any) -> Any:
    return np.log1p(y), x / (1 + y + (x == 0) * (y == -1))


@elementwise(special.entr)
def entr(x: Any) -> Any:
    return -np.log(x) - 1


@elementwise(special.rel_entr)
def rel_entr(x: Any, y: Any) -> Any:
    return np.log(x / y) + 1, -x / y


@elementwise(special.kl_div)
def kl_div(x: Any, y: Any) -> Any:
    return np.log(x / y), 1 - x / y


# Losses. Where |r| == delta, both pieces have the same slopes.


@elementwise(special.huber)
def huber(delta: Any, r: Any) -> Any:
    return np.maximum(np.abs(r) - delta, 0.0), np.minimum(np.maximum(r, -delta), delta)


@elementwise(special.pseudo_huber)
def pseudo_huber(delta: Any, r: Any, out: Any) -> Any:
    root = np.sqrt(1 + (r / delta) ** 2)
    return 2 * out / delta - r * r / (delta * root), r / root


# Powers of Box and Cox: log(x) * exprel(lmbda * log(x)), and back


@elementwise(special.boxcox)
def boxcox(x: Any, lmbda: Any) -> Any:
    return x ** (lmbda - 1), boxcox_slope(np.log(x), lmbda)


@elementwise(special.boxcox1p)
def boxcox1p(x: Any, lmbda: Any) -> Any:
    return (1 + x) ** (lmbda - 1), boxcox_slope(np.log1p(x), lmbda)


def boxcox_slope(logarithm: Any, lmbda: Any) -> Any:
    """The derivative by `lmbda`."""
    u = lmbda * logarithm
    return logarithm**2 * exprel_slope(u, special.exprel(u))


@elementwise(special.inv_boxcox)
def inv_boxcox(x: Any, lmbda: Any, out: Any) -> Any:
    return out / (1 + lmbda * x), out * x * x * root_slope(lmbda * x)


@elementwise(special.inv_boxcox1p)
def inv_boxcox1p(x: Any, lmbda: Any, out: Any) -> Any:
    return (out + 1) / (1 + lmbda * x), (out + 1) * x * x * root_slope(lmbda * x)


def root_slope(u: Any) -> Any:
    """The derivative of log(1 + u) / u; near 0 by its series."""
    series = -1 / 2 + u * (2 / 3 + u * (-3 / 4 + u * (4 / 5 + u * (-5 / 6 + u * (6 / 7 - u * (7 / 8))))))
    near = np.abs(u) < 0.005
    safe = np.where(near, 1, u)
    return np.where(near, series, (safe / (1 + safe) - np.log1p(safe)) / (safe * safe))


# W exp(W) = z, of which the branches but 0 are singular at z = 0; ω + log(ω) = z.


@elementwise(special.lambertw, operands=("z",))
def lambertw(z: Any, k: Any = 0, tol: Any = 1e-8, *, out: Any) -> Any:
    return np.exp(-out) / (1 + out)


@elementwise(special.wrightomega)
def wrightomega(z: Any, out: Any) -> Any:
    return out / (1 + out)


# Angles in degrees


@elementwise(special.sindg)
def sindg(x: Any) -> Any:
    return special.cosdg(x) * (math.pi / 180)


@elementwise(special.cosdg)
def cosdg(x: Any) -> Any:
    return special.sindg(x) * (-math.pi / 180)


@elementwise(special.tandg)
def tandg(x: Any, out: Any) -> Any:
    return (1 + out**2) * (math.pi / 180)


@elementwise(special.cotdg)
def cotdg(x: Any, out: Any) -> Any:
    return (1 + out**2) * (-math.pi / 180)


@elementwise(special.radian)
def radian(d: Any, m: Any, s: Any) -> Any:
    return math.pi / 180, math.pi / 10800, math.pi / 648000


# sin(n x / 2) / (n sin(x / 2)): extreme at multiples of 2 pi, about which it is out (1 - (n² - 1) d² / 24) at a
# distance d, which is 2 tan(x / 2) there.
@elementwise(special.diric, operands=("x",))
def diric(x: Any, n: Any, out: Any) -> Any:
    below = np.sin(x / 2)
    near = np.abs(below) < 1e-5
    close = out * (1 - n * n) / 6 * np.where(near, np.tan(np.where(near, x / 2, 0.0)), 0.0)
    return np.where(near, close, (np.cos(n * x / 2) - out * np.cos(x / 2)) / (2 * np.where(near, 1, below)))


# log(sum(b exp(a))) along axes. The weights `b` vary where they are given.


@vjp(special.logsumexp, operands=("a", "b"))
def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: Any = False, *, out: Any, out_bar: Any) -> Any:
    if b is None:
        return np.exp(a - spread(out, axis, keepdims, a)) * spread(out_bar, axis, keepdims, a), 0.0
    else:
        return weighted_sum_bar(a, b, axis, keepdims, out, out_bar)


def weighted_sum_bar(a: Any, b: Any, axis: Any, keepdims: Any, out: Any, out_bar: Any) -> Any:
    """The cotangents of exponents and weights, which broadcast."""
    full = a + np.zeros_like(b)
    shares = np.exp(full - spread(out, axis, keepdims, full)) * spread(out_bar, axis, keepdims, full)
    return unbroadcast(b * shares, a), unbroadcast(shares, b)


@jvp(special.logsumexp)
def logsumexp_dot(
    a: Any, axis: Any = None, b: Any = None, keepdims: Any = False, *, out: Any, a_dot: Any, b_dot: Any
) -> Any:
    if b is None:
        return np.sum(np.exp(a - spread(out, axis, keepdims, a)) * a_dot, axis=axis, keepdims=keepdims), 0.0
    else:
        full = a + np.zeros_like(b)
        terms = np.exp(full - spread(out, axis, keepdims, full))
        return np.sum(terms * b * a_dot, axis=axis, keepdims=keepdims), np.sum(
            terms * b_dot, axis=axis, keepdims=keepdims
        )


@vjp(special.softmax, operands=("x",))
def softmax(x: Any, axis: Any = None, *, out: Any, out_bar: Any) -> Any:
    return out * (out_bar - np.sum(out_bar * out, axis=axis, keepdims=True))


@jvp(special.softmax)
def softmax_dot(x: Any, axis: Any = None, *, out: Any, x_dot: Any) -> Any:
    return out * (x_dot - np.sum(x_dot * out, axis=axis, keepdims=True))


@vjp(special.log_softmax, operands=("x",))
def log_softmax(x: Any, axis: Any = None, *, out: Any, out_bar: Any) -> Any:
    return out_bar - np.exp(out) * np.sum(out_bar, axis=axis, keepdims=True)


@jvp(special.log_softmax)
def log_softmax_dot(x: Any, axis: Any = None, *, out: Any, x_dot: Any) -> Any:
    return x_dot - np.sum(np.exp(out) * x_dot, axis=axis, keepdims=True)


constant(special.round)
