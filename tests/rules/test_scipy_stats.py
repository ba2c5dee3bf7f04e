"""Distributions in programs: bound methods, frozen distributions wherever they are made, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.errors import AdjointError, UnsupportedArgument

stats = pytest.importorskip("scipy.stats")
norm = stats.norm

OUTER = stats.norm(0.3, scale=2.0)
WIDTHS = stats.gamma(2.0, scale=np.array([1.0, 2.0, 0.5]))
POINT = np.array([0.3, 0.4, 0.5])


def by_method(x: Any) -> Any:
    return np.sum(norm.logpdf(x, 1.0, scale=x[0]))


def frozen(x: Any) -> Any:
    d = stats.norm(x[0], scale=x[1])
    g = stats.gamma(a=2.0, scale=x[2])
    return np.sum(d.logpdf(x)) + d.cdf(2.0) + np.sum(g.pdf(x))


def frozen_at_once(x: Any) -> Any:
    return np.sum(stats.t(3 + x[0], x[1], 1 + x[2]).logpdf(x))


def frozen_in_a_list(x: Any) -> Any:
    parts = [norm(x[0], 1.0), norm(x[1], 2.0)]
    return sum(d.logpdf(x[2]) for d in parts)


def density(d: Any, x: Any) -> Any:
    return d.logpdf(x)


def frozen_and_passed(x: Any) -> Any:
    return np.sum(density(stats.laplace(x[0], x[1]), 3.0 * x))


def frozen_outside(x: Any) -> Any:
    return np.sum(OUTER.logpdf(x)) + np.sum(WIDTHS.logpdf(x) * x)


def multivariate(x: Any) -> Any:
    d = stats.multivariate_normal(x, np.eye(3) * x[0])
    return float(d.logpdf(np.full(3, 0.1))) + float(stats.dirichlet(3.0 * x).logpdf(np.array([0.2, 0.5, 0.3])))


def counts(x: Any) -> Any:
    k = np.array([0, 3, 2])
    return np.sum(stats.poisson(x).logpmf(k)) + np.sum(stats.binom.logpmf(k, 5, x))


PROGRAMS = [
    by_method,
    frozen,
    frozen_at_once,
    frozen_in_a_list,
    frozen_and_passed,
    frozen_outside,
    multivariate,
    counts,
]


@pytest.mark.parametrize("f", PROGRAMS)
def test_programs(f: Any) -> None:
    def slopes(g: Any) -> Any:
        h = 1e-3
        units = h * np.eye(3)
        return np.array(
            [(8 * (g(POINT + e) - g(POINT - e)) - g(POINT + 2 * e) + g(POINT - 2 * e)) / (12 * h) for e in units]
        )

    expected = slopes(f)
    np.testing.assert_allclose(adjoint.grad(f)(POINT), expected, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(adjoint.grad(f)(POINT), expected, rtol=1e-6, atol=1e-9)  # by the guards this time
    dot = np.array([0.5, -1.0, 2.0])
    np.testing.assert_allclose(adjoint.jvp(f)(POINT, dot)[1], expected @ dot, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(adjoint.hessian(f)(POINT), slopes(adjoint.grad(f)), rtol=1e-5, atol=1e-7)


def test_frozen_distributions_are_gone_from_the_text() -> None:
    text = adjoint.source(frozen_and_passed, POINT)
    assert [line for line in text.splitlines() if "laplace" in line and "#" not in line] == []


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: stats.gamma.cdf(0.5, x), "shape"),
        (lambda x: stats.t.cdf(0.5, x), "shape"),
        (lambda x: stats.beta.cdf(0.5, x, 1.3), "a"),
        (lambda x: stats.beta(1.2, x).cdf(0.5), "b"),
        (lambda x: stats.poisson.logpmf(2, 1.5, loc=x), "loc"),
    ],
)
def test_shapes_without_a_derivative_are_refused(f: Any, name: str) -> None:
    with pytest.raises(UnsupportedArgument, match=f"with the argument `{name}` cannot be differentiated"):
        adjoint.grad(f)(1.5)


def test_moments_and_draws_of_a_varying_distribution_are_refused() -> None:
    for f in (lambda x: norm(x, 1.0).mean(), lambda x: norm.rvs(x, 1.0), lambda x: stats.norm(x, 1.0).entropy()):
        with pytest.raises(AdjointError):
            adjoint.grad(f)(1.5)


def test_far_out_the_logarithm_of_the_sum_keeps_its_slope() -> None:
    far = adjoint.grad(lambda x: norm.logcdf(x))(-50.0)
    assert far == pytest.approx(50.0, rel=1e-3)
    assert adjoint.grad(lambda x: norm.logsf(x))(60.0) == pytest.approx(-60.0, rel=1e-3)
