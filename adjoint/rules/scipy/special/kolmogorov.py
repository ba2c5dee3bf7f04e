"""The distributions of Kolmogorov's and Smirnov's statistics, by the statistic; their inverses, by the probability."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.rules.declare import elementwise

# Kolmogorov's: two series, of which one converges quickly for large y and the other for small. W. Feller (1948), "On
# the Kolmogorov-Smirnov limit theorems for empirical distributions".


@elementwise(special.kolmogorov)
def kolmogorov(y: Any) -> Any:
    return limit_slope(y)


@elementwise(special.kolmogi)
def kolmogi(p: Any, out: Any) -> Any:
    return 1 / limit_slope(out)


def limit_slope(y: Any) -> Any:
    """The derivative of Kolmogorov's function, 0 for y <= 0."""
    near = y < 0.8
    wide, narrow = np.where(near, 1.0, y), np.where(near & (y > 0.04), y, 1.0)
    far_sum, near_sum = 0.0 * wide, 0.0 * narrow
    for k in range(1, 7):
        far_sum = far_sum + (-1) ** k * k * k * np.exp(-2 * k * k * wide * wide)
    for k in range(1, 4):
        rate = ((2 * k - 1) * math.pi) ** 2 / 8
        near_sum = near_sum + (1 - 2 * rate / narrow**2) * np.exp(-rate / narrow**2)
    slope = np.where(near, math.sqrt(2 * math.pi) * near_sum / narrow**2, 8 * wide * far_sum)
    return np.where(y > 0.04, slope, 0.0)


# Smirnov's, of n values: d times the sum over j of binom(n, j) (d + j/n)**(j - 1) (1 - d - j/n)**(n - j), by
# Z. W. Birnbaum, F. H. Tingey (1951), "One-sided confidence contours for probability distribution functions".


@elementwise(special.smirnov, operands=("d",))
def smirnov(n: Any, d: Any) -> Any:
    return one_sided_slope(n, d)


@elementwise(special.smirnovi, operands=("p",))
def smirnovi(n: Any, p: Any, out: Any) -> Any:
    return 1 / one_sided_slope(n, out)


def one_sided_slope(n: Any, d: Any) -> Any:
    """The derivative of Smirnov's function for 0 < d < 1."""
    total = 0.0 * d
    for j in range(int(np.max(n)) + 1):
        inside = d + j / n < 1
        share = np.where(inside, d + j / n, 0.5)
        rest = 1 - share
        weight = special.gammaln(n + 1.0) - special.gammaln(j + 1.0) - special.gammaln(np.maximum(n - j, 0) + 1.0)
        powers = np.exp(weight + (j - 2) * np.log(share) + (n - j - 1) * np.log(rest))
        total = total + np.where(inside, powers * (share * rest + d * ((j - 1) * rest - (n - j) * share)), 0.0)
    return total
