"""Derivatives by steps: of functions of which only the values are known."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint import grad, jacobian, jvp, vjp
from adjoint.rules import by_steps

POINT = np.array([0.3, 0.7, 1.9])


@by_steps
def simulated(x: Any, k: Any) -> Any:
    """No compiler sees through this."""
    return np.array([math.sin(v) * k for v in json.loads(json.dumps(list(map(float, x))))])


@by_steps(method="complex")
def smooth(x: Any) -> Any:
    return np.exp(x) * np.array([x[0], x[1] * x[2], 1.0])


def smooth_as_it_is(x: Any) -> Any:
    return np.exp(x) * np.array([x[0], x[1] * x[2], 1.0])


class Table:
    @by_steps(operands=("x",))
    def at(self, x: Any) -> Any:
        return float(format(x * x, ".17g"))


def test_central_differences() -> None:
    np.testing.assert_allclose(
        jacobian(lambda x: simulated(x, 2.0) * x)(POINT),
        np.diag(2 * np.cos(POINT) * POINT + 2 * np.sin(POINT)),
        rtol=1e-8,
        atol=1e-10,
    )
    by_both = grad(lambda x, k: simulated(x, k).sum() * k, wrt=("x", "k"))
    np.testing.assert_allclose(by_both(POINT, 2.0)[0], 4 * np.cos(POINT), rtol=1e-8)
    assert by_both(POINT, 2.0)[1] == pytest.approx(4 * np.sin(POINT).sum(), rel=1e-8)


def test_the_complex_step_loses_no_digits() -> None:
    rng = np.random.default_rng(0)
    seed, direction = rng.normal(size=3), rng.normal(size=3)
    exact = vjp(smooth_as_it_is)(POINT)[1](seed)
    np.testing.assert_allclose(vjp(smooth)(POINT)[1](seed), exact, rtol=1e-14)
    np.testing.assert_allclose(jvp(smooth)(POINT, direction)[1] @ seed, exact @ direction, rtol=1e-14)
    np.testing.assert_array_equal(jvp(smooth)(POINT, np.zeros(3))[1], np.zeros(3))


def test_a_method() -> None:
    table = Table()
    assert grad(lambda x: table.at(x) * x)(1.5) == pytest.approx(3 * 1.5**2, rel=1e-8)


def test_what_is_refused() -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match="method='up'"):
        by_steps(lambda x: x, method="up")
    with pytest.raises(adjoint.AdjointError):
        grad(grad(lambda k: simulated(POINT, k).sum()))(2.0)
