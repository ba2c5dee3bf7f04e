"""What is linear in SciPy, in programs: first derivatives in both modes, and second ones through the transposes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.errors import UnsupportedArgument

signal = pytest.importorskip("scipy.signal")
ndimage = pytest.importorskip("scipy.ndimage")
fft = pytest.importorskip("scipy.fft")

rng = np.random.default_rng(3)
W = rng.normal(size=9)


def smoothed(x: Any) -> Any:
    return np.sum(np.sin(signal.savgol_filter(x, 5, 2)) * W)


def blurred(x: Any) -> Any:
    return np.sum(ndimage.gaussian_filter(x, 0.8) ** 2 * W)


def filtered(x: Any) -> Any:
    return np.sum(np.sin(signal.lfilter(x[:3], x[3:6] + 2, x)))


def transformed(x: Any) -> Any:
    return np.sum(np.exp(0.1 * fft.dct(x, n=11)[:9]) * W)


def convolved(x: Any) -> Any:
    return np.sum(np.sin(signal.convolve(x, x[:3], "same")))


def windowed(x: Any) -> Any:
    return np.sum(np.sin(ndimage.correlate(x.reshape(3, 3), x[:4].reshape(2, 2))))


def shifted(x: Any) -> Any:
    return np.sum(np.sin(ndimage.shift(x, 1.3)) * W)


def twice(x: Any) -> Any:
    return np.sum(np.sin(signal.filtfilt([0.4, 0.2], [1.0, -0.3], x, padlen=3)) * W)


@pytest.mark.parametrize("f", [smoothed, blurred, filtered, transformed, convolved, windowed, shifted, twice])
def test_programs(f: Any) -> None:
    x, v = rng.normal(size=9), rng.normal(size=9)
    h = 1e-3

    def along(g: Any) -> Any:
        return (8 * (g(x + h * v) - g(x - h * v)) - g(x + 2 * h * v) + g(x - 2 * h * v)) / (12 * h)

    gradient = adjoint.grad(f)
    assert np.dot(gradient(x), v) == pytest.approx(along(f), rel=1e-8, abs=1e-8)
    assert adjoint.jvp(f)(x, v)[1] == pytest.approx(along(f), rel=1e-8, abs=1e-8)
    np.testing.assert_allclose(adjoint.hvp(f)(x, v), along(gradient), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: np.sum(ndimage.gaussian_filter(W, x[0])), "the argument `sigma` cannot be differentiated"),
        (lambda x: np.sum(signal.convolve2d(x.reshape(3, 3), x[:1].reshape(1, 1), boundary="wrap")), "boundary='wrap'"),
        (lambda x: np.sum(signal.sosfilt(x[:6].reshape(1, 6), W)), "the argument `sos` cannot be differentiated"),
        (lambda x: np.sum(ndimage.shift(W, x[0])), "the argument `shift` cannot be differentiated"),
        (lambda x: np.sum(ndimage.correlate1d(x, W[:3], output=float)), "the argument `output`"),
    ],
)
def test_refusals(f: Any, message: str) -> None:
    with pytest.raises(UnsupportedArgument, match=message):
        adjoint.grad(f)(rng.normal(size=9))
