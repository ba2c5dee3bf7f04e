"""Fused texts through the public interface, with the bounds of every index checked."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import adjoint

numba = pytest.importorskip("numba")
CHECKED = adjoint.Numba(boundscheck=True)
LEFT = adjoint.Numba(boundscheck=True, fuse=False)


def scaled(x, w):
    return np.sum(np.exp(x)) * np.sin(w) + w * w


def diffused(a, steps):
    for _ in range(steps):
        a[1:-1] = 0.5 * a[1:-1] + 0.25 * (a[:-2] + a[2:])
        a[1:] += 0.1 * a[:-1] ** 2
    return np.sum(a * a)


X, W = np.linspace(0, 1, 6).reshape(2, 3), np.arange(4.0)


@pytest.mark.parametrize("wrt", [("x", "w"), ("w", "x")])
def test_tangents_are_in_the_order_that_was_asked_for(wrt: Any) -> None:
    values = {"x": X, "w": W}
    tangents = tuple(2.0 * values[n] for n in wrt)
    ours = adjoint.jvp(scaled, wrt=wrt, backend=CHECKED)((X, W), tangents)
    theirs = adjoint.jvp(scaled, wrt=wrt)((X, W), tangents)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


@pytest.mark.parametrize("n", range(7))
def test_short_arrays(n: int) -> None:
    a = np.linspace(1, 2, n)
    expected = adjoint.value_and_grad(diffused)(a, 3)
    for backend in (CHECKED, LEFT):
        value, gradient = adjoint.value_and_grad(diffused, backend=backend)(a, 3)
        np.testing.assert_allclose(value, expected[0], rtol=1e-13)
        np.testing.assert_allclose(gradient, expected[1], rtol=1e-13)


def test_the_mean_of_nothing_is_nan_and_its_largest_an_error() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(adjoint.value_and_grad(lambda x: np.mean(x * 2.0), backend=CHECKED)(np.zeros(0))[0])
    with pytest.raises(ValueError, match="zero-size array to reduction operation maximum"):
        adjoint.grad(lambda x: np.max(x * 2.0), backend=CHECKED)(np.zeros(0))


def test_compiled_code_may_not_pass_other_shapes() -> None:
    f = adjoint.grad(lambda x, w: np.sum(x * w), wrt=(0, 1), backend=CHECKED)
    f(np.ones(3), np.ones(3))
    native = f.compiled(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="compiled for arguments of other shapes"):
        native(np.ones(3), np.ones(2))


def convolved(image, weights):
    k, total = weights.shape[0], 0.0
    for i in range(image.shape[0] - k + 1):
        for j in range(image.shape[1] - k + 1):
            window = image[i : i + k, j : j + k, :, np.newaxis]
            total += np.sum(np.sum(window * weights, axis=(0, 1, 2)) ** 2)
    return total


@pytest.mark.parametrize("shape", [(5, 4, 2), (2, 3, 1), (2, 2, 2), (1, 4, 2)])
def test_windows_that_slide_both_ways(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    image, weights = rng.normal(size=shape), rng.normal(size=(2, 2, shape[2], 3))
    expected = adjoint.grad(convolved, wrt=(0, 1))(image, weights)
    g = adjoint.grad(convolved, wrt=(0, 1), backend=CHECKED)
    for ours, theirs in zip(g(image, weights), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    text = adjoint.source(g, image, weights)
    assert "expand_dims" not in text
    assert re.search(r"if \S+.shape\[.\] > 0:\n +cell = ", text), text
