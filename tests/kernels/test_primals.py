"""The kernels compute what they are named for: each against an independent implementation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_smooth, fresh, random_cotangent
from kernels import FLOATS, KERNELS, SAMPLES

scipy_linalg = pytest.importorskip("scipy.linalg")
scipy_ndimage = pytest.importorskip("scipy.ndimage")
scipy_optimize = pytest.importorskip("scipy.optimize")
scipy_signal = pytest.importorskip("scipy.signal")
scipy_special = pytest.importorskip("scipy.special")


def gauss_seidel(a: Any, sweeps: int) -> Any:
    """Row by row a triangular system: v[j] - v[j-1]/9 = what the rows above (new) and below (old) give."""
    for _ in range(sweeps):
        for i in range(1, len(a) - 1):
            old = a[i].copy()
            right = (np.convolve(a[i - 1] + a[i + 1], np.ones(3), "valid") + old[1:-1] + old[2:]) / 9
            right[0] += old[0] / 9
            bands = np.stack([np.ones(len(right)), np.full(len(right), -1 / 9)])
            a[i, 1:-1] = scipy_linalg.solve_banded((1, 0), bands, right)
    return a


def jacobi_1d(a: Any, b: Any, steps: int) -> Any:
    for _ in range(steps):
        b = np.concatenate([b[:1], 0.33333 * np.convolve(a, np.ones(3), "valid"), b[-1:]])
        a = np.concatenate([a[:1], 0.33333 * np.convolve(b, np.ones(3), "valid"), a[-1:]])
    return a


def jacobi_2d(a: Any, b: Any, steps: int) -> Any:
    cross = 0.2 * np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
    inner = np.zeros(a.shape, dtype=bool)
    inner[1:-1, 1:-1] = True
    for _ in range(steps):
        b = np.where(inner, scipy_ndimage.correlate(a, cross), b)
        a = np.where(inner, scipy_ndimage.correlate(b, cross), a)
    return a


def trmm(alpha: float, a: Any, b: Any) -> Any:
    return alpha * (np.tril(a, -1) + np.eye(len(a))).T @ b


def cholesky(a: Any) -> Any:
    return np.linalg.cholesky(a)


def lu(a: Any) -> Any:
    """Doolittle's rows and columns, each in one product; checked by multiplying the factors."""
    n = len(a)
    low, up = np.eye(n), np.zeros((n, n))
    for k in range(n):
        up[k, k:] = a[k, k:] - low[k, :k] @ up[:k, k:]
        low[k + 1 :, k] = (a[k + 1 :, k] - low[k + 1 :, :k] @ up[:k, k]) / up[k, k]
    np.testing.assert_allclose(low @ up, a, atol=1e-13)
    return low - np.eye(n) + up


def trisolv(low: Any, b: Any) -> Any:
    return scipy_linalg.solve_triangular(low, b, lower=True)


def perceptron(w1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any) -> Any:
    z = np.clip(x @ w1 + b1, 0, None) @ w2 + b2
    return -np.mean((y * scipy_special.log_softmax(z, axis=1)).sum(axis=1))


def convolution(image: Any, kernel: Any) -> Any:
    return scipy_signal.correlate2d(image, kernel, mode="valid")


def n_body(position: Any, velocity: Any, mass: Any, dt: float) -> Any:
    d = position[:, None, :] - position[None, :, :]
    r3 = (d**2).sum(axis=-1) ** 1.5 + np.eye(len(mass))
    v = velocity - dt * (mass[None, :, None] * d / r3[:, :, None]).sum(axis=1)
    return np.vstack([position + dt * v, v])


def newton(a: float, x: float) -> float:
    return scipy_optimize.brentq(lambda t: t**3 + t - a, -10, 10, xtol=1e-14)


REFERENCES: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        gauss_seidel,
        jacobi_1d,
        jacobi_2d,
        trmm,
        cholesky,
        lu,
        trisolv,
        perceptron,
        convolution,
        n_body,
        newton,
    )
}


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("seed", range(3))
def test_against_an_independent_implementation(name: str, seed: int) -> None:
    args = SAMPLES[name](np.random.default_rng(seed))
    out, expected = KERNELS[name](*fresh(args)), REFERENCES[name](*fresh(args))
    np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("seed", range(3))
def test_samples_are_smooth(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    args = SAMPLES[name](rng)
    assert_smooth(KERNELS[name], args, FLOATS[name], random_cotangent(KERNELS[name](*fresh(args)), rng))
