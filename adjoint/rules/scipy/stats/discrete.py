"""Discrete distributions, by their real parameters: the probabilities of counts, their logarithms and sums.

Counts are whole numbers and have no derivative: active ones are refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from adjoint.rules.declare import elementwise

# Poisson


@elementwise(stats.poisson.logpmf, operands=("mu",))
def poisson_logpmf(k: Any, mu: Any, loc: Any = 0, *, out: Any) -> Any:
    return np.where(out > -np.inf, (k - loc) / mu - 1, 0.0)


@elementwise(stats.poisson.pmf, operands=("mu",))
def poisson_pmf(k: Any, mu: Any, loc: Any = 0, *, out: Any) -> Any:
    return out * ((k - loc) / mu - 1)


@elementwise(stats.poisson.cdf, operands=("mu",))
def poisson_cdf(k: Any, mu: Any, loc: Any = 0) -> Any:
    return -stats.poisson.pmf(np.floor(k - loc), mu)


@elementwise(stats.poisson.sf, operands=("mu",))
def poisson_sf(k: Any, mu: Any, loc: Any = 0) -> Any:
    return stats.poisson.pmf(np.floor(k - loc), mu)


@elementwise(stats.poisson.logcdf, operands=("mu",))
def poisson_logcdf(k: Any, mu: Any, loc: Any = 0, *, out: Any) -> Any:
    return np.where(out > -np.inf, -stats.poisson.pmf(np.floor(k - loc), mu) / np.exp(np.maximum(out, -700)), 0.0)


# Binomial: by p, with n trials. The sum up to k changes by n times the probability of k among n - 1.


@elementwise(stats.binom.logpmf, operands=("p",))
def binom_logpmf(k: Any, n: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    return np.where(out > -np.inf, (k - loc) / p - (n - k + loc) / (1 - p), 0.0)


@elementwise(stats.binom.pmf, operands=("p",))
def binom_pmf(k: Any, n: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    return out * ((k - loc) / p - (n - k + loc) / (1 - p))


@elementwise(stats.binom.cdf, operands=("p",))
def binom_cdf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    return -n * stats.binom.pmf(np.floor(k - loc), n - 1, p)


@elementwise(stats.binom.sf, operands=("p",))
def binom_sf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    return n * stats.binom.pmf(np.floor(k - loc), n - 1, p)


@elementwise(stats.binom.logcdf, operands=("p",))
def binom_logcdf(k: Any, n: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    slope = -n * stats.binom.pmf(np.floor(k - loc), n - 1, p)
    return np.where(out > -np.inf, slope / np.exp(np.maximum(out, -700)), 0.0)


# One trial, trials until the first success, failures until the n-th


@elementwise(stats.bernoulli.logpmf, operands=("p",))
def bernoulli_logpmf(k: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    return np.where(out > -np.inf, (k - loc) / p - (1 - k + loc) / (1 - p), 0.0)


@elementwise(stats.bernoulli.pmf, operands=("p",))
def bernoulli_pmf(k: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    return out * ((k - loc) / p - (1 - k + loc) / (1 - p))


@elementwise(stats.geom.logpmf, operands=("p",))
def geom_logpmf(k: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    return np.where(out > -np.inf, 1 / p - (k - loc - 1) / (1 - p), 0.0)


@elementwise(stats.geom.pmf, operands=("p",))
def geom_pmf(k: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    return out * (1 / p - (k - loc - 1) / (1 - p))


@elementwise(stats.nbinom.logpmf, operands=("n", "p"))
def nbinom_logpmf(k: Any, n: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    inside = out > -np.inf
    count = np.where(inside, k - loc, 1)
    by_n = special.digamma(count + n) - special.digamma(n) + np.log(p)
    return np.where(inside, by_n, 0.0), np.where(inside, n / p - count / (1 - p), 0.0)


@elementwise(stats.nbinom.pmf, operands=("n", "p"))
def nbinom_pmf(k: Any, n: Any, p: Any, loc: Any = 0, *, out: Any) -> Any:
    count = np.where(out > 0, k - loc, 1)
    by_n = special.digamma(count + n) - special.digamma(n) + np.log(p)
    return out * by_n, out * (n / p - count / (1 - p))
