"""ADBench's objectives give its values and gradients, in plain NumPy, as loops, by hand, and as native code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import adjoint
from benchmarks.kernels import KERNELS
from benchmarks.kernels.mixture import constant_part

DATA = Path(__file__).parent / "adbench"

# The objective, and the sum of all entries of its gradient.
CHECKS = {
    "gmm_d2_K5": (-5240.5905625496, -1001.2283331778),
    "gmm_d10_K25": (-25649.6526211976, -17695.9952351957),
    "lstm_l2_c1024": (0.6666651796, -0.038195000973),
}


def mixture_arguments(name: str) -> tuple[Any, ...]:
    numbers = _numbers(name)
    d, k, n = (int(next(numbers)) for _ in range(3))
    alphas, means, icf, x = (_array(numbers, s) for s in ((k,), (k, d), (k, d * (d + 1) // 2), (n, d)))
    gamma, m = next(numbers), int(next(numbers))
    return alphas, means, icf, x, gamma, m, constant_part(n, d, k, gamma, m), 1.0


def lstm_arguments(name: str) -> tuple[Any, ...]:
    numbers = _numbers(name)
    layers, characters, b = (int(next(numbers)) for _ in range(3))
    shapes = (2 * layers, 4 * b), (3, b), (2 * layers, b), (characters, b)
    return (*(_array(numbers, s) for s in shapes), 1.0)


def _numbers(name: str) -> Iterator[float]:
    return iter([float(word) for word in (DATA / f"{name}.txt").read_text().split()])


def _array(numbers: Iterator[float], shape: tuple[int, ...]) -> np.ndarray:
    return np.array([next(numbers) for _ in range(int(np.prod(shape)))]).reshape(shape)


def case(name: str) -> tuple[Any, tuple[Any, ...]]:
    if name.startswith("gmm"):
        return KERNELS["mixture"], mixture_arguments(name)
    return KERNELS["lstm"], lstm_arguments(name)


def check(name: str, value: float, gradients: tuple[np.ndarray, ...]) -> None:
    expected, total = CHECKS[name]
    np.testing.assert_allclose(value, expected, rtol=1e-9)
    np.testing.assert_allclose(sum(np.sum(g) for g in gradients), total, rtol=1e-9)


@pytest.mark.parametrize("name", CHECKS)
def test_plain_numpy(name: str) -> None:
    kernel, args = case(name)
    np.testing.assert_allclose(kernel.loss(*args), CHECKS[name][0], rtol=1e-9)
    check(name, *adjoint.value_and_grad(kernel.loss, wrt=kernel.wrt)(*args))


@pytest.mark.parametrize("name", ["gmm_d2_K5", "lstm_l2_c1024"])
def test_loops(name: str) -> None:
    kernel, args = case(name)
    np.testing.assert_allclose(kernel.loops(*args), CHECKS[name][0], rtol=1e-9)


@pytest.mark.parametrize("name", ["gmm_d2_K5", "lstm_l2_c1024"])
def test_by_hand(name: str) -> None:
    kernel, args = case(name)
    value, *gradients = kernel.by_hand(*args)
    check(name, value, tuple(gradients))
