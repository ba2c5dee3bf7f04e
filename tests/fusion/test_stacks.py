"""Records in arrays: the gradients are the same, and stacks of which nobody knows the height stay lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint

pytest.importorskip("numba")
CHECKED = adjoint.Numba(boundscheck=True)
X = np.linspace(0.2, 0.9, 4)


def powers(x, n):
    for _ in range(n):
        x = np.sin(x) * x
    return np.sum(x)


def nested(x, n):
    total = 0.0
    for i in range(n):
        y = x * (i + 1.0)
        for _ in range(n + 1):
            y = np.exp(-y * y)
            total += y[0] * total + 0.1
        x = x + y
    return total + np.sum(x)


def lower_triangle(x, n):
    y = x * 1.0
    for i in range(n):
        for j in range(i):
            y = np.tanh(y * x[j]) + y
    return np.sum(y)


def with_conditions(x, n):
    y = x * 1.0
    for i in range(n):
        if y[0] < 2.0:
            y = y * y + x
        y = np.sin(y)
    return np.sum(y)


def with_breaks(x, n):
    y = x * 1.0
    for i in range(n):
        y = y * y + x
        if y[0] > 1.0:
            break
    return np.sum(y)


def aliases(x, n):
    old = x
    for i in range(n):
        new = np.cos(x) * old
        old, x = x, new
    return np.sum(old * x)


def cells(x, n):
    y = np.zeros(n + 1)
    y[0] = x[0]
    for i in range(n):
        y[i + 1] = np.sin(y[i]) * x[i % 4] + y[i] ** 2 * 0.1
    return y[n]


def on_two_stacks(x, n):
    y, total = x * 1.0, 0.0
    for i in range(n):
        z = np.exp(y * x[i % 4])
        y = z * y
        total += np.sum(np.sin(y) * np.cos(z[0]) * z * y)
    return total


PROGRAMS = [on_two_stacks, powers, nested, lower_triangle, with_conditions, with_breaks, aliases, cells]


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [0, 1, 3, 4])
def test_the_same_gradients(f: Any, n: int) -> None:
    value, gradient = adjoint.value_and_grad(f, wrt="x")(X, n)
    ours = adjoint.value_and_grad(f, wrt="x", backend=CHECKED)(X, n)
    np.testing.assert_allclose(ours[0], value, rtol=1e-13)
    np.testing.assert_allclose(ours[1], gradient, rtol=1e-11, atol=1e-13)


def test_a_negative_number_of_trips_records_nothing() -> None:
    np.testing.assert_array_equal(adjoint.grad(powers, wrt="x", backend=CHECKED)(X, -2), np.ones(4))


@pytest.mark.parametrize(
    "f, lists", [(cells, False), (lower_triangle, True), (with_conditions, True), (with_breaks, True)]
)
def test_which_stacks_are_arrays(f: Any, lists: bool) -> None:
    text = adjoint.source(adjoint.grad(f, wrt="x", backend=CHECKED), X, 3)
    assert ("append" in text) == lists, text


def test_a_stack_of_two_loops() -> None:
    text = adjoint.source(adjoint.grad(nested, wrt="x", backend=CHECKED), X, 3)
    assert "total_stack = np.empty(max(n, 0) * max(n + 1, 0))" in text, text


def test_a_pullback_gets_its_record_as_it_was() -> None:
    value, pullback = adjoint.vjp(powers, wrt="x", backend=CHECKED)(X, 3)
    np.testing.assert_allclose(pullback(1.0), adjoint.grad(powers, wrt="x")(X, 3), rtol=1e-12)
    np.testing.assert_allclose(pullback(2.0), 2.0 * adjoint.grad(powers, wrt="x")(X, 3), rtol=1e-12)
