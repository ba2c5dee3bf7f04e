"""Sample calls of the methods of distributions in `scipy.stats` that have rules."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import Sample, between, call, definite, numbers_from, real, samples
from scipy import stats

from adjoint.rules import late

late.load_all()
numbers_from(20240610)

OUTSIDE = np.array([-2.0, 0.6])


def placed(*shapes: float, low: float, high: float) -> list[Sample]:
    """Calls with the shape parameters alone, with location and scale, and with arrays of them."""
    x = between(low, high, 3)
    steps = 0.1 * np.arange(3)
    return [
        call(x, *shapes),
        call((low + high) / 2, *shapes, 0.05, 0.95),
        call(x, *shapes, loc=0.1, scale=1.3),
        call(between(low, high, 2, 1), *[s + steps for s in shapes], steps - 0.1, 1.2),
    ]


DENSITIES = ("pdf", "logpdf")
SUMS = ("cdf", "sf", "logcdf", "logsf")
INVERSES = ("ppf", "isf")
FAMILIES: dict[Any, tuple[float, ...]] = {
    stats.norm: (), stats.laplace: (), stats.logistic: (), stats.cauchy: (), stats.uniform: (), stats.expon: (),
    stats.t: (3.5,), stats.gamma: (2.2,), stats.chi2: (3.3,), stats.invgamma: (2.5,), stats.lognorm: (0.9,),
    stats.weibull_min: (1.7,), stats.beta: (2.2, 1.6),
}  # fmt: skip
PARTLY = {stats.lognorm: ("ppf",), stats.weibull_min: ("cdf", "sf", "logsf", "ppf"), stats.beta: (*SUMS, "ppf")}

for family, shapes in FAMILIES.items():
    low, high = (1.2, 1.6) if len(shapes) == 1 else (0.5, 0.7)
    for name in DENSITIES:
        samples(getattr(family, name), of=placed(*shapes, low=low, high=high))
    more = SUMS if family is stats.lognorm else ()
    for name in (*PARTLY.get(family, (*SUMS, *INVERSES)), *more):
        middle = (low, high) if name in SUMS else (0.52, 0.56)
        samples(getattr(family, name), of=placed(*shapes, low=middle[0], high=middle[1]))
for family in (stats.norm, stats.laplace, stats.logistic, stats.cauchy):
    for name in (*DENSITIES, *SUMS):
        samples(getattr(family, name), of=[call(real(4)), call(real(2, 3), real(3) / 3, between(0.8, 1.5, 2, 1))])
samples(stats.t.pdf, stats.t.logpdf, stats.t.cdf, of=[call(real(4), df=4.0, scale=1.2)])
for family in (stats.expon, stats.uniform):
    for name in ("pdf", "cdf", "sf"):
        samples(getattr(family, name), of=[call(OUTSIDE)])
for family in (stats.gamma, stats.chi2, stats.lognorm, stats.weibull_min, stats.invgamma):
    for name in ("pdf", "cdf", "sf"):
        samples(getattr(family, name), of=[call(2 * OUTSIDE, 2.4)])

# Counts

COUNTS = np.array([0, 2, 3])
COUNTED = [call(COUNTS, 1.3), call(2, between(0.8, 2.0, 3)), call(4, 1.7, 1), call(COUNTS - 1, mu=0.9)]
for name in ("pmf", "logpmf", "cdf", "logcdf", "sf"):
    samples(getattr(stats.poisson, name), of=[c for c in COUNTED if name not in ("logpmf", "logcdf") or not c.keywords])
TRIALS = [
    call(COUNTS, 5, 0.4),
    call(2, np.array([4, 6]), 0.4),
    call(COUNTS, 7, between(0.45, 0.55, 2, 1)),
    call(4, 6, 0.6, 1),
]
for name in ("pmf", "logpmf", "cdf", "logcdf", "sf"):
    samples(getattr(stats.binom, name), of=TRIALS)
samples(stats.bernoulli.pmf, stats.bernoulli.logpmf, of=[call(np.array([0, 1, 1]), 0.3), call(1, between(0.3, 0.7, 3))])
samples(stats.geom.pmf, stats.geom.logpmf, of=[call(COUNTS + 1, 0.3), call(3, between(0.3, 0.7, 3)), call(4, 0.4, 1)])
samples(stats.nbinom.pmf, stats.nbinom.logpmf, of=[call(COUNTS, 2.5, 0.3), call(3, between(1.2, 2.5, 3), 0.6)])

# Of several variables

COVARIANCE = definite(3, 3)
NORMAL = stats.multivariate_normal
samples(
    NORMAL.pdf,
    NORMAL.logpdf,
    of=[
        call(real(3), real(3), COVARIANCE),
        call(real(4, 3), real(3), COVARIANCE),
        call(real(2, 4, 3), mean=real(3), cov=COVARIANCE),
        call(real(4, 3), None, COVARIANCE),
        call(real(4, 2), real(2), 1.4),
        call(real(4, 2), real(2), np.array([1.4, 0.8])),
        call(real(4)),
        call(0.4, 0.3, 1.2),
        call(real(2), real(2)),
    ],
)
SHARES = np.array([[0.33, 0.35, 0.36], [0.34, 0.33, 0.32]])
samples(
    stats.dirichlet.pdf,
    stats.dirichlet.logpdf,
    of=[call(SHARES[:, 0], np.array([1.05, 1.1, 1.02])), call(SHARES, np.array([1.05, 1.1, 1.02]))],
)
