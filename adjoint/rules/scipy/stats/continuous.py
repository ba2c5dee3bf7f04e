"""Densities of continuous distributions and their logarithms, by place, location, scale and shape.

Outside of the support, where the density is 0 and its logarithm infinite, all derivatives are 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from adjoint.rules.declare import elementwise

# On the whole line


@elementwise(stats.norm.logpdf)
def norm_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (x - loc) / scale
    return -z / scale, z / scale, (z * z - 1) / scale


@elementwise(stats.norm.pdf)
def norm_pdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    z = (x - loc) / scale
    slope = out / scale
    return -slope * z, slope * z, slope * (z * z - 1)


@elementwise(stats.laplace.logpdf)
def laplace_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (x - loc) / scale
    return -np.sign(z) / scale, np.sign(z) / scale, (np.abs(z) - 1) / scale


@elementwise(stats.laplace.pdf)
def laplace_pdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_loc, by_scale = laplace_logpdf(x, loc, scale)
    return out * by_x, out * by_loc, out * by_scale


@elementwise(stats.logistic.logpdf)
def logistic_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (x - loc) / scale
    slope = np.tanh(z / 2) / scale
    return -slope, slope, z * slope - 1 / scale


@elementwise(stats.logistic.pdf)
def logistic_pdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_loc, by_scale = logistic_logpdf(x, loc, scale)
    return out * by_x, out * by_loc, out * by_scale


@elementwise(stats.cauchy.logpdf)
def cauchy_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (x - loc) / scale
    slope = 2 * z / (1 + z * z) / scale
    return -slope, slope, z * slope - 1 / scale


@elementwise(stats.cauchy.pdf)
def cauchy_pdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_loc, by_scale = cauchy_logpdf(x, loc, scale)
    return out * by_x, out * by_loc, out * by_scale


@elementwise(stats.t.logpdf)
def t_logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (x - loc) / scale
    slope = (df + 1) * z / (df + z * z) / scale
    normed = special.digamma((df + 1) / 2) - special.digamma(df / 2) - 1 / df
    by_df = (normed - np.log1p(z * z / df) + slope * scale * z / df) / 2
    return -slope, by_df, slope, z * slope - 1 / scale


@elementwise(stats.t.pdf)
def t_pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_df, by_loc, by_scale = t_logpdf(x, df, loc, scale)
    return out * by_x, out * by_df, out * by_loc, out * by_scale


# From loc on, or between loc and loc + scale


@elementwise(stats.uniform.logpdf)
def uniform_logpdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return 0, 0, np.where(out > -np.inf, -1 / scale, 0.0)


@elementwise(stats.uniform.pdf)
def uniform_pdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return 0, 0, -out / scale


@elementwise(stats.expon.logpdf)
def expon_logpdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    slope = (out > -np.inf) / scale
    return -slope, slope, slope * ((x - loc) / scale - 1)


@elementwise(stats.expon.pdf)
def expon_pdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    slope = out / scale
    return -slope, slope, slope * ((x - loc) / scale - 1)


# Of one shape


def shaped(inside: Any, score: Any, by_shape: Any, z: Any, scale: Any) -> Any:
    """The partials by place, shape, location and scale, 0 where it is not `inside`."""
    slope = np.where(inside, score / scale, 0.0)
    return slope, by_shape, -slope, np.where(inside, -(1 + z * score) / scale, 0.0)


@elementwise(stats.gamma.logpdf)
def gamma_logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return gamma_slopes(out > -np.inf, x, a, loc, scale)


@elementwise(stats.gamma.pdf)
def gamma_pdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_a, by_loc, by_scale = gamma_slopes(out > 0, x, a, loc, scale)
    return out * by_x, out * by_a, out * by_loc, out * by_scale


def gamma_slopes(inside: Any, x: Any, a: Any, loc: Any, scale: Any) -> Any:
    """The derivatives of the logarithm of the density."""
    z = np.where(inside, (x - loc) / scale, 1.0)
    by_a = np.where(inside, np.log(z) - special.digamma(a), 0.0)
    return shaped(inside, (a - 1) / z - 1, by_a, z, scale)


@elementwise(stats.chi2.logpdf)
def chi2_logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return chi2_slopes(out > -np.inf, x, df, loc, scale)


@elementwise(stats.chi2.pdf)
def chi2_pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_df, by_loc, by_scale = chi2_slopes(out > 0, x, df, loc, scale)
    return out * by_x, out * by_df, out * by_loc, out * by_scale


def chi2_slopes(inside: Any, x: Any, df: Any, loc: Any, scale: Any) -> Any:
    """The derivatives of the logarithm of the density."""
    z = np.where(inside, (x - loc) / scale, 1.0)
    by_df = np.where(inside, (np.log(z / 2) - special.digamma(df / 2)) / 2, 0.0)
    return shaped(inside, (df / 2 - 1) / z - 0.5, by_df, z, scale)


@elementwise(stats.lognorm.logpdf)
def lognorm_logpdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return lognorm_slopes(out > -np.inf, x, s, loc, scale)


@elementwise(stats.lognorm.pdf)
def lognorm_pdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_s, by_loc, by_scale = lognorm_slopes(out > 0, x, s, loc, scale)
    return out * by_x, out * by_s, out * by_loc, out * by_scale


def lognorm_slopes(inside: Any, x: Any, s: Any, loc: Any, scale: Any) -> Any:
    """The derivatives of the logarithm of the density."""
    z = np.where(inside, (x - loc) / scale, 1.0)
    u = np.log(z) / s
    return shaped(inside, -(1 + u / s) / z, np.where(inside, (u * u - 1) / s, 0.0), z, scale)


@elementwise(stats.weibull_min.logpdf)
def weibull_min_logpdf(x: Any, c: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return weibull_min_slopes(out > -np.inf, x, c, loc, scale)


@elementwise(stats.weibull_min.pdf)
def weibull_min_pdf(x: Any, c: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_c, by_loc, by_scale = weibull_min_slopes(out > 0, x, c, loc, scale)
    return out * by_x, out * by_c, out * by_loc, out * by_scale


def weibull_min_slopes(inside: Any, x: Any, c: Any, loc: Any, scale: Any) -> Any:
    """The derivatives of the logarithm of the density."""
    z = np.where(inside, (x - loc) / scale, 1.0)
    by_c = np.where(inside, 1 / c + np.log(z) * (1 - z**c), 0.0)
    return shaped(inside, (c * (1 - z**c) - 1) / z, by_c, z, scale)


@elementwise(stats.invgamma.logpdf)
def invgamma_logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return invgamma_slopes(out > -np.inf, x, a, loc, scale)


@elementwise(stats.invgamma.pdf)
def invgamma_pdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_a, by_loc, by_scale = invgamma_slopes(out > 0, x, a, loc, scale)
    return out * by_x, out * by_a, out * by_loc, out * by_scale


def invgamma_slopes(inside: Any, x: Any, a: Any, loc: Any, scale: Any) -> Any:
    """The derivatives of the logarithm of the density."""
    z = np.where(inside, (x - loc) / scale, 1.0)
    by_a = np.where(inside, -np.log(z) - special.digamma(a), 0.0)
    return shaped(inside, (1 / z - a - 1) / z, by_a, z, scale)


# Of two: beta's, between loc and loc + scale


@elementwise(stats.beta.logpdf)
def beta_logpdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return beta_slopes(out > -np.inf, x, a, b, loc, scale)


@elementwise(stats.beta.pdf)
def beta_pdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    by_x, by_a, by_b, by_loc, by_scale = beta_slopes(out > 0, x, a, b, loc, scale)
    return out * by_x, out * by_a, out * by_b, out * by_loc, out * by_scale


def beta_slopes(inside: Any, x: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
    """The derivatives of the logarithm of the density."""
    z = np.where(inside, (x - loc) / scale, 0.5)
    both = special.digamma(a + b)
    by_a = np.where(inside, np.log(z) - special.digamma(a) + both, 0.0)
    by_b = np.where(inside, np.log1p(-z) - special.digamma(b) + both, 0.0)
    slopes = shaped(inside, (a - 1) / z - (b - 1) / (1 - z), 0.0, z, scale)
    return slopes[0], by_a, by_b, slopes[2], slopes[3]
