"""exp, log, tanh and half powers in loops against NumPy's: a few units in the last place, and equal at the edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adjoint.runtime import numbers

numba = pytest.importorskip("numba")
from adjoint.backends import steps  # noqa: E402, F401  (it has the overloads)

EDGES = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-310, 5e-324, 1e-300, 1e300, 709.78, 709.79, -745.1, -745.2]
EDGES += [-708.5, 710.0, -760.0, 1e-17, -1e-17, 1 - 2**-53, 1 + 2**-52, 22.0, -30.0, 0.3, 0.35, 800.0, 2.0**-1022]
rng = np.random.default_rng(0)
EVERYWHERE = 10 ** rng.uniform(-320, 308, 20_000)
NEAR = rng.normal(size=20_000)
CASES: dict[str, tuple[Callable[..., Any], Callable[..., Any], list[Any], int]] = {
    "exp": (numbers.exp, np.exp, [rng.uniform(-745, 709, 20_000), NEAR, NEAR * 1e-3], 1),
    "log": (numbers.log, np.log, [EVERYWHERE, rng.uniform(0.5, 2, 20_000), 1 + NEAR * 1e-4], 1),
    "tanh": (numbers.tanh, np.tanh, [NEAR * 5, NEAR * 0.1, -np.minimum(EVERYWHERE, 30)], 3),
}


@pytest.mark.parametrize("name", CASES)
def test_against_numpy(name: str) -> None:
    function, numpys, samples, units = CASES[name]
    check(mapped(function), numpys, [*samples, np.array(EDGES)], units)


@pytest.mark.parametrize("halves", [-5, -3, -1, 1, 3, 5])
def test_half_powers(halves: int) -> None:
    @numba.njit(error_model="numpy")
    def run(x: Any, y: Any) -> None:
        for i in range(len(x)):
            y[i] = numbers.half_power(x[i], halves)

    large = 10 ** rng.uniform(-100, 100, 20_000)
    check(
        run, lambda x: x ** (halves / 2), [large, np.abs(NEAR), np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -1.0])], 3
    )


@pytest.mark.parametrize("length", [1, 7, 1000])
def test_steps(length: int) -> None:
    @numba.njit(error_model="numpy")
    def run(x: Any) -> Any:
        total, top, least = 0.0, -np.inf, np.inf
        for i in range(len(x)):
            total = numbers.added(total, x[i])
            top = numbers.larger(top, x[i])
            least = numbers.smaller(least, x[i])
        return total, top, least

    x = rng.normal(size=length)
    np.testing.assert_allclose(run(x), (np.sum(x), np.max(x), np.min(x)), rtol=1e-12)
    x[length // 2] = np.nan
    assert np.isnan(run(x)).all()


def mapped(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, y: Any) -> None:
        for i in range(len(x)):
            y[i] = function(x[i])

    return numba.njit(run, error_model="numpy")  # type: ignore[no-any-return]


def check(run: Callable[..., Any], numpys: Callable[..., Any], samples: list[Any], units: int) -> None:
    for x in samples:
        found = np.empty_like(x)
        run(x, found)
        with np.errstate(all="ignore"):
            expected = numpys(x)
        finite = np.isfinite(expected)
        error = np.abs(found[finite] - expected[finite])
        assert (error <= units * np.spacing(np.abs(expected[finite]))).all()
        np.testing.assert_array_equal(found[~finite], expected[~finite])
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(expected[known]))
