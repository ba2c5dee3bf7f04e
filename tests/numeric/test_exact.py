"""Derivatives of high order, Hessians and mixed derivatives against exact values.

The n-th derivative of sin(x)·exp(-x²) is (p(x) sin x + q(x) cos x)·exp(-x²) with polynomials p and q; that of a square
root is a product. Hessians of the Rosenbrock function and of a perceptron have closed forms, or follow from complex
steps through the gradient, which loses no digits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.polynomial import Polynomial

import adjoint
from adjoint import grad, hessian, hvp, jvp

POINTS = (-1.3, 0.2, 0.7, 1.9)


def damped(x: Any) -> Any:
    return np.sin(x) * np.exp(-x * x)


def root(a: Any) -> Any:
    """A square root by Newton's iteration, as many steps as it takes."""
    x = a
    while abs(x * x - a) > 1e-15 * a:
        x = 0.5 * (x + a / x)
    x = 0.5 * (x + a / x)
    return 0.5 * (x + a / x)


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def perceptron(w: Any, x: Any, labels: Any) -> Any:
    """The loss of two layers, all weights in one vector."""
    first = w[: 5 * 4].reshape(5, 4)
    bias = w[20:24]
    second = w[24:36].reshape(4, 3)
    hidden = np.tanh(x @ first + bias)
    scores = hidden @ second
    shifted = scores - scores.max(axis=1, keepdims=True)
    likelihoods = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(likelihoods * labels) / x.shape[0]


def exact_damped(x: float, order: int) -> float:
    t = Polynomial([0.0, 1.0])
    p, q = Polynomial([1.0]), Polynomial([0.0])
    for _ in range(order):
        p, q = p.deriv() - q - 2 * t * p, q.deriv() + p - 2 * t * q
    return float((p(x) * np.sin(x) + q(x) * np.cos(x)) * np.exp(-x * x))


def exact_root(a: float, order: int) -> float:
    factors = np.prod([0.5 - k for k in range(order)])
    return float(factors * a ** (0.5 - order))


def pushed(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The derivative of a function of one number, in forward mode."""
    return lambda x: jvp(f)(x, 1.0)[1]


def repeated(f: Callable[[Any], Any], by: list[Callable[..., Any]]) -> Callable[[Any], Any]:
    for transformation in by:
        f = transformation(f)
    return f


@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("order", range(1, 6))
def test_derivatives_of_a_damped_wave(x: float, order: int) -> None:
    assert repeated(damped, [grad] * order)(x) == pytest.approx(exact_damped(x, order), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("order", range(1, 6))
def test_derivatives_of_a_root_by_iteration(order: int) -> None:
    for a in (0.4, 1.7, 9.0):
        assert repeated(root, [grad] * order)(a) == pytest.approx(exact_root(a, order), rel=1e-8)


@pytest.mark.parametrize(
    "modes",
    [(grad, pushed), (pushed, grad), (pushed, pushed), (grad, pushed, grad)],
    ids=lambda modes: "-".join(mode.__name__ for mode in modes),
)
def test_modes_in_one_another(modes: tuple[Any, ...]) -> None:
    for x in POINTS:
        expected = exact_damped(x, len(modes))
        assert repeated(damped, list(modes))(x) == pytest.approx(expected, rel=1e-10, abs=1e-10)


def test_hessian_of_rosenbrock_in_50_variables() -> None:
    x = np.random.default_rng(0).normal(size=50)
    expected = np.zeros((50, 50))
    for k in range(49):
        expected[k, k] += 1200 * x[k] ** 2 - 400 * x[k + 1] + 2
        expected[k + 1, k + 1] += 200
        expected[k, k + 1] -= 400 * x[k]
        expected[k + 1, k] -= 400 * x[k]
    np.testing.assert_allclose(hessian(rosenbrock)(x), expected, rtol=1e-12, atol=1e-9)
    v = np.random.default_rng(1).normal(size=50)
    np.testing.assert_allclose(hvp(rosenbrock)(x, v), expected @ v, rtol=1e-11, atol=1e-9)


def test_hessian_product_of_a_perceptron() -> None:
    rng = np.random.default_rng(2)
    w, x = rng.normal(size=36), rng.normal(size=(7, 5))
    labels = np.eye(3)[rng.integers(0, 3, size=7)]
    v = rng.normal(size=36)
    slope = grad(perceptron)
    h = 1e-5
    near, far = ((slope(w + s * v, x, labels) - slope(w - s * v, x, labels)) / (2 * s) for s in (h, 2 * h))
    product = hvp(perceptron)(w, x, labels, v)
    np.testing.assert_allclose(product, (4 * near - far) / 3, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(product, hessian(perceptron)(w, x, labels) @ v, rtol=1e-10, atol=1e-12)
    u = rng.normal(size=36)
    assert u @ product == pytest.approx(v @ hvp(perceptron)(w, x, labels, u), rel=1e-10)


def test_a_mixed_derivative() -> None:
    """The gradient by x of the derivative along y of the gradient of sin(x·y)."""

    def f(x: Any, y: Any) -> Any:
        return np.sin(x * y)

    def mixed(x: Any, y: Any) -> Any:
        return jvp(grad(f), wrt=1)((x, y), 1.0)[1]

    x, y = 0.6, 1.4
    # d/dy (y cos(xy)) = cos(xy) - xy sin(xy); d/dx of that:
    expected = -2 * y * np.sin(x * y) - x * y * y * np.cos(x * y)
    assert grad(mixed)(x, y) == pytest.approx(expected, rel=1e-12)
    assert adjoint.jacfwd(mixed)(x, y) == pytest.approx(expected, rel=1e-12)
