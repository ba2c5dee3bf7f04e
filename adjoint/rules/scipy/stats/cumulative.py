"""Distribution functions, their complements, logarithms and inverses, by place, location and scale.

These have one form for all continuous distributions: a distribution function changes by the density times
dx - dloc - z dscale. By the shape only where SciPy has the derivative.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from adjoint.rules.declare import elementwise

PLAIN = (stats.laplace, stats.logistic, stats.cauchy, stats.uniform, stats.expon)
SHAPED = {stats.t: "df", stats.gamma: "a", stats.chi2: "df", stats.invgamma: "a"}


def declare(distribution: Any) -> None:
    """Declare the rules of a distribution without a shape."""

    @elementwise(distribution.cdf)
    def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        density = distribution.pdf(x, loc, scale)
        return density, -density, -density * (x - loc) / scale

    @elementwise(distribution.sf)
    def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        density = distribution.pdf(x, loc, scale)
        return -density, density, density * (x - loc) / scale

    @elementwise(distribution.logcdf)
    def logcdf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        rate = hazard(distribution.logpdf(x, loc, scale), out)
        return rate, -rate, -rate * (x - loc) / scale

    @elementwise(distribution.logsf)
    def logsf(x: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        rate = hazard(distribution.logpdf(x, loc, scale), out)
        return -rate, rate, rate * (x - loc) / scale

    @elementwise(distribution.ppf)
    def ppf(q: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        return 1 / distribution.pdf(out, loc, scale), 1, (out - loc) / scale

    @elementwise(distribution.isf)
    def isf(q: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        return -1 / distribution.pdf(out, loc, scale), 1, (out - loc) / scale


def declare_shaped(distribution: Any, name: str) -> None:
    """Declare the rules of a distribution with one shape parameter, of this name."""

    @elementwise(distribution.cdf, operands=("x", "loc", "scale"), renamed={name: "shape"})
    def cdf(x: Any, shape: Any, loc: Any = 0, scale: Any = 1) -> Any:
        density = distribution.pdf(x, shape, loc, scale)
        return density, -density, -density * (x - loc) / scale

    @elementwise(distribution.sf, operands=("x", "loc", "scale"), renamed={name: "shape"})
    def sf(x: Any, shape: Any, loc: Any = 0, scale: Any = 1) -> Any:
        density = distribution.pdf(x, shape, loc, scale)
        return -density, density, density * (x - loc) / scale

    @elementwise(distribution.logcdf, operands=("x", "loc", "scale"), renamed={name: "shape"})
    def logcdf(x: Any, shape: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        rate = hazard(distribution.logpdf(x, shape, loc, scale), out)
        return rate, -rate, -rate * (x - loc) / scale

    @elementwise(distribution.logsf, operands=("x", "loc", "scale"), renamed={name: "shape"})
    def logsf(x: Any, shape: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        rate = hazard(distribution.logpdf(x, shape, loc, scale), out)
        return -rate, rate, rate * (x - loc) / scale

    @elementwise(distribution.ppf, operands=("q", "loc", "scale"), renamed={name: "shape"})
    def ppf(q: Any, shape: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        return 1 / distribution.pdf(out, shape, loc, scale), 1, (out - loc) / scale

    @elementwise(distribution.isf, operands=("q", "loc", "scale"), renamed={name: "shape"})
    def isf(q: Any, shape: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
        return -1 / distribution.pdf(out, shape, loc, scale), 1, (out - loc) / scale


def hazard(logpdf: Any, logarithm: Any) -> Any:
    """The quotient of a density and a distribution function, 0 where both are."""
    inside = logpdf > -np.inf
    return np.where(inside, np.exp(np.where(inside, logpdf - logarithm, 0.0)), 0.0)


for plain in PLAIN:
    declare(plain)
for shaped, name in SHAPED.items():
    declare_shaped(shaped, name)


# The normal distribution


@elementwise(stats.norm.cdf)
def norm_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.norm.pdf(x, loc, scale)
    return density, -density, -density * (x - loc) / scale


@elementwise(stats.norm.sf)
def norm_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.norm.pdf(x, loc, scale)
    return -density, density, density * (x - loc) / scale


@elementwise(stats.norm.logcdf)
def norm_logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (x - loc) / scale
    rate = math.sqrt(2 / math.pi) / special.erfcx(z * -math.sqrt(0.5)) / scale
    return rate, -rate, -rate * z


@elementwise(stats.norm.logsf)
def norm_logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (x - loc) / scale
    rate = math.sqrt(2 / math.pi) / special.erfcx(z * math.sqrt(0.5)) / scale
    return -rate, rate, rate * z


@elementwise(stats.norm.ppf)
def norm_ppf(q: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return 1 / stats.norm.pdf(out, loc, scale), 1, (out - loc) / scale


@elementwise(stats.norm.isf)
def norm_isf(q: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return -1 / stats.norm.pdf(out, loc, scale), 1, (out - loc) / scale


# By the shape as well: the normal distribution at log(z) / s, and exp(-z**c)


@elementwise(stats.lognorm.cdf)
def lognorm_cdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.lognorm.pdf(x, s, loc, scale)
    return density, -density * lognorm_lever(x, s, loc, scale), -density, -density * (x - loc) / scale


@elementwise(stats.lognorm.sf)
def lognorm_sf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.lognorm.pdf(x, s, loc, scale)
    return -density, density * lognorm_lever(x, s, loc, scale), density, density * (x - loc) / scale


@elementwise(stats.lognorm.logcdf)
def lognorm_logcdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    rate = hazard(stats.lognorm.logpdf(x, s, loc, scale), out)
    return rate, -rate * lognorm_lever(x, s, loc, scale), -rate, -rate * (x - loc) / scale


@elementwise(stats.lognorm.logsf)
def lognorm_logsf(x: Any, s: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    rate = hazard(stats.lognorm.logpdf(x, s, loc, scale), out)
    return -rate, rate * lognorm_lever(x, s, loc, scale), rate, rate * (x - loc) / scale


@elementwise(stats.lognorm.ppf)
def lognorm_ppf(q: Any, s: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return 1 / stats.lognorm.pdf(out, s, loc, scale), lognorm_lever(out, s, loc, scale), 1, (out - loc) / scale


def lognorm_lever(x: Any, s: Any, loc: Any, scale: Any) -> Any:
    """How much x has to move to make up for a larger s: (x - loc) log(z) / s."""
    z = (x - loc) / scale
    return scale * np.where(z > 0, z * np.log(np.where(z > 0, z, 1.0)), 0.0) / s


@elementwise(stats.weibull_min.cdf)
def weibull_cdf(x: Any, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.weibull_min.pdf(x, c, loc, scale)
    return density, density * lognorm_lever(x, c, loc, scale), -density, -density * (x - loc) / scale


@elementwise(stats.weibull_min.sf)
def weibull_sf(x: Any, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.weibull_min.pdf(x, c, loc, scale)
    return -density, -density * lognorm_lever(x, c, loc, scale), density, density * (x - loc) / scale


@elementwise(stats.weibull_min.logsf)
def weibull_logsf(x: Any, c: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    rate = hazard(stats.weibull_min.logpdf(x, c, loc, scale), out)
    return -rate, -rate * lognorm_lever(x, c, loc, scale), rate, rate * (x - loc) / scale


@elementwise(stats.weibull_min.ppf)
def weibull_ppf(q: Any, c: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return 1 / stats.weibull_min.pdf(out, c, loc, scale), -lognorm_lever(out, c, loc, scale), 1, (out - loc) / scale


# Beta's has two shapes.


@elementwise(stats.beta.cdf, operands=("x", "loc", "scale"))
def beta_cdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.beta.pdf(x, a, b, loc, scale)
    return density, -density, -density * (x - loc) / scale


@elementwise(stats.beta.sf, operands=("x", "loc", "scale"))
def beta_sf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    density = stats.beta.pdf(x, a, b, loc, scale)
    return -density, density, density * (x - loc) / scale


@elementwise(stats.beta.logcdf, operands=("x", "loc", "scale"))
def beta_logcdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    rate = hazard(stats.beta.logpdf(x, a, b, loc, scale), out)
    return rate, -rate, -rate * (x - loc) / scale


@elementwise(stats.beta.logsf, operands=("x", "loc", "scale"))
def beta_logsf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    rate = hazard(stats.beta.logpdf(x, a, b, loc, scale), out)
    return -rate, rate, rate * (x - loc) / scale


@elementwise(stats.beta.ppf, operands=("q", "loc", "scale"))
def beta_ppf(q: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1, *, out: Any) -> Any:
    return 1 / stats.beta.pdf(out, a, b, loc, scale), 1, (out - loc) / scale
