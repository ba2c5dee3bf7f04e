"""The gamma function and its kin: logarithms, quotients, incomplete ones, the zeta function."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, elementwise, jvp, vjp


@elementwise(special.gamma)
def gamma(z: Any, out: Any) -> Any:
    return out * special.digamma(z)


@elementwise(special.gammaln, special.loggamma)
def gammaln(x: Any) -> Any:
    return special.digamma(x)


# At the poles of gamma, -n: (-1)**n n!, the limit of the formula that holds elsewhere.
@elementwise(special.rgamma)
def rgamma(z: Any, out: Any) -> Any:
    return rgamma_slope(z, out)


def rgamma_slope(z: Any, out: Any) -> Any:
    """The derivative of 1 / gamma, whose value is `out`."""
    pole = (np.real(z) <= 0) & (z == np.round(z))
    at_pole = np.cos(np.pi * np.real(z)) * special.gamma(np.where(pole, 1 - np.real(z), 1))
    return np.where(pole, at_pole, -out * special.digamma(np.where(pole, 1, z)))


@elementwise(special.digamma)
def digamma(x: Any) -> Any:
    if np.iscomplexobj(x):
        raise UnsupportedArgument("the derivative of special.digamma is not in SciPy for complex numbers")
    return special.zeta(2, x)


@elementwise(special.polygamma, operands=("x",))
def polygamma(n: Any, x: Any) -> Any:
    return special.polygamma(n + 1, x)


@elementwise(special.zeta, operands=("q",))
def zeta(x: Any, q: Any = None) -> Any:
    return -x * special.zeta(x + 1, q)


@vjp(special.multigammaln, operands=("a",))
def multigammaln(a: Any, d: Any, *, out_bar: Any) -> Any:
    return out_bar * multigammaln_slope(a, d)


@jvp(special.multigammaln)
def multigammaln_dot(a: Any, d: Any, *, a_dot: Any) -> Any:
    return multigammaln_slope(a, d) * a_dot


def multigammaln_slope(a: Any, d: Any) -> Any:
    """The sum of digamma(a - j / 2) for j < d."""
    slope = special.digamma(a)
    for j in range(1, d):
        slope = slope + special.digamma(a - j / 2)
    return slope


# Quotients and products


@elementwise(special.beta)
def beta(a: Any, b: Any, out: Any) -> Any:
    both = special.digamma(a + b)
    return out * (special.digamma(a) - both), out * (special.digamma(b) - both)


@elementwise(special.betaln)
def betaln(a: Any, b: Any) -> Any:
    both = special.digamma(a + b)
    return special.digamma(a) - both, special.digamma(b) - both


# gamma(n + 1) / (gamma(k + 1) gamma(n - k + 1)), where a factor may be 0 and its derivative not
@elementwise(special.binom)
def binom(n: Any, k: Any, out: Any) -> Any:
    by_top, by_k, by_rest = special.digamma(n + 1), log_slope(k + 1), log_slope(n - k + 1)
    lost = gone(n, k)
    return out * (by_top - by_rest) + lost[0], out * (by_rest - by_k) + lost[1]


def log_slope(z: Any) -> Any:
    """The derivative of log(gamma(z)), 0 at its poles."""
    pole = (z <= 0) & (z == np.round(z))
    return np.where(pole, 0.0, special.digamma(np.where(pole, 1.0, z)))


def gone(n: Any, k: Any) -> Any:
    """What the derivatives of binom are where k or n - k is a negative whole number, so that binom is 0."""
    low, rest = k + 1.0, n - k + 1.0
    by_low = special.rgamma(rest) * rgamma_slope(low, special.rgamma(low))
    by_rest = special.rgamma(low) * rgamma_slope(rest, special.rgamma(rest))
    first, second = (k < 0) & (k == np.round(k)), (n - k < 0) & (n - k == np.round(n - k))
    top = special.gamma(n + 1.0)
    by_n = np.where(second & ~first, top * by_rest, 0.0)
    by_k = np.where(first & ~second, top * by_low, 0.0) - by_n
    return by_n, by_k


@elementwise(special.poch)
def poch(z: Any, m: Any, out: Any) -> Any:
    end = special.digamma(z + m)
    return out * (end - special.digamma(z)), out * end


# Incomplete ones by their last argument, the others being no functions of SciPy's; their inverses by out


@elementwise(special.gammainc, operands=("x",))
def gammainc(a: Any, x: Any) -> Any:
    return gamma_density(a, x)


@elementwise(special.gammaincc, operands=("x",))
def gammaincc(a: Any, x: Any) -> Any:
    return -gamma_density(a, x)


@elementwise(special.gammaincinv, operands=("y",))
def gammaincinv(a: Any, y: Any, out: Any) -> Any:
    return 1 / gamma_density(a, out)


@elementwise(special.gammainccinv, operands=("y",))
def gammainccinv(a: Any, y: Any, out: Any) -> Any:
    return -1 / gamma_density(a, out)


def gamma_density(a: Any, x: Any) -> Any:
    """x**(a - 1) exp(-x) / gamma(a)."""
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


@elementwise(special.betainc, operands=("x",))
def betainc(a: Any, b: Any, x: Any) -> Any:
    return beta_density(a, b, x)


@elementwise(special.betaincc, operands=("x",))
def betaincc(a: Any, b: Any, x: Any) -> Any:
    return -beta_density(a, b, x)


@elementwise(special.betaincinv, operands=("y",))
def betaincinv(a: Any, b: Any, y: Any, out: Any) -> Any:
    return 1 / beta_density(a, b, out)


@elementwise(special.betainccinv, operands=("y",))
def betainccinv(a: Any, b: Any, y: Any, out: Any) -> Any:
    return -1 / beta_density(a, b, out)


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """x**(a - 1) (1 - x)**(b - 1) / beta(a, b)."""
    return np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


constant(special.gammasgn)
