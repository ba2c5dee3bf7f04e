"""What is made for arguments of some sizes holds where the compiler's questions have the same answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint


def parts(w: Any, x: Any) -> Any:
    b = len(x)
    y = np.tanh(x * w[:b])
    z = y * w[b : 2 * b]
    return np.sum(z * z) + np.sum(w[2 * b :] ** 2)


@pytest.mark.parametrize("order", [(12, 8, 9, 4, 17), (17, 4, 8, 12), (8, 12)])
def test_gradients_hold_for_sizes_of_other_relations(order: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)

    def fresh(w: Any, x: Any) -> Any:  # compiled anew for each order
        return parts(w, x)

    gradient = adjoint.grad(fresh, wrt=("w", "x"))
    for length in order:
        w, x = rng.normal(size=length), rng.normal(size=4)
        if length == 4:
            x = x[:2]
        w_bar, x_bar = gradient(w, x)
        for bar, index, value in ((w_bar, 0, w), (x_bar, 1, x)):
            direction = rng.normal(size=value.shape)
            args = [[w, x], [w, x]]
            args[0][index], args[1][index] = value + 1e-6 * direction, value - 1e-6 * direction
            np.testing.assert_allclose(bar @ direction, (parts(*args[0]) - parts(*args[1])) / 2e-6, rtol=1e-7)


def test_a_slice_that_repeats_along_the_other_array() -> None:
    """Here `w[:b]` has one cell, since w has: the length b that it asks for says nothing."""
    adjoint.check_grads(lambda w, x: np.sum(x * w[: len(x)]), (np.array([0.7]), np.array([0.2, 0.5, -0.3])))


def test_a_slice_beyond_the_end() -> None:
    def f(w: Any, x: Any) -> Any:
        b = len(x)
        return np.sum(w[:b] ** 3) + np.sum(w[b : 2 * b]) + np.sum(x * x)

    for length in (2, 3, 5, 7):
        adjoint.check_grads(f, (np.linspace(0.1, 0.9, length), np.array([0.2, 0.5, -0.3])))


def test_sizes_that_fit_leave_no_question_in_the_text() -> None:
    text = adjoint.source(parts, np.ones(12), np.ones(4))
    assert "unbroadcast" not in text
    assert "unbroadcast" in adjoint.source(parts, np.ones(6), np.ones(4))


def test_a_gradient_differentiated_again_asks_too() -> None:
    rng = np.random.default_rng(4)
    w, x = rng.normal(size=12), rng.normal(size=4)
    second = adjoint.jacobian(adjoint.grad(parts, wrt="x"), wrt="x")
    first = adjoint.grad(parts, wrt="x")
    for length in (12, 9, 8):
        matrix = second(w[:length], x)
        for k in range(4):
            step = 1e-6 * np.eye(4)[k]
            expected = (first(w[:length], x + step) - first(w[:length], x - step)) / 2e-6
            np.testing.assert_allclose(matrix[:, k], expected, rtol=1e-6, atol=1e-8)


def windows(x: Any, w: Any) -> Any:
    k = len(w)
    s = 0.0
    for i in range(len(x) - k + 1):
        s += np.sum(np.sin(x[i : i + k] * w))
    return s


def windows_beyond_the_end(x: Any, w: Any) -> Any:
    k = len(w)
    s = 0.0
    for i in range(1, len(x)):
        part = x[i : i + k]
        s += np.sum(np.sin(part * w[: len(part)])) + np.sum(w * np.sum(part))
    return s


def windows_from_a_counter(x: Any, w: Any) -> Any:
    """The loop's variable goes beyond the limit of its range."""
    k = len(w)
    s = 0.0
    for i in range(len(x) - k + 1):
        i = i + 2
        part = x[i : i + k]
        s += np.sum(np.sin(part * w[: len(part)]))
    return s


@pytest.mark.parametrize("f", [windows, windows_beyond_the_end, windows_from_a_counter])
def test_windows(f: Any) -> None:
    rng = np.random.default_rng(7)
    for n, k in ((6, 2), (5, 1), (3, 3), (4, 2)):
        adjoint.check_grads(f, (rng.normal(size=n), rng.normal(size=k)))


def test_windows_that_fit_leave_no_question_in_the_text() -> None:
    f = adjoint.grad(windows, wrt=("x", "w"))
    assert "unbroadcast" not in adjoint.source(f, np.ones(6), np.ones(2))


def shorter_by_one(a: Any, x: Any) -> Any:
    y = np.zeros(len(a) - 1)
    for i in range(len(a) - 1):
        y[i] = a[i] * a[i + 1]
    return np.sum(x * np.sin(y))


def test_sizes_that_are_computed_may_meet_others() -> None:
    """Lengths 4 and 3 fit; 2 and 3, and 4 and 1, repeat what has one cell."""
    rng = np.random.default_rng(8)
    f = adjoint.grad(shorter_by_one, wrt=("a", "x"))
    for sizes in ((4, 3), (2, 3), (4, 1), (5, 4), (2, 5), (4, 3)):
        args = tuple(rng.normal(size=n) for n in sizes)
        found = f(*args)
        for k, (value, bar) in enumerate(zip(args, found, strict=True)):
            direction = rng.normal(size=value.shape)
            ends = [
                shorter_by_one(*(v + s * direction if i == k else v for i, v in enumerate(args))) for s in (1e-6, -1e-6)
            ]
            np.testing.assert_allclose(bar @ direction, (ends[0] - ends[1]) / 2e-6, rtol=1e-7, atol=1e-9)
    assert "unbroadcast" not in adjoint.source(f, np.ones(4), np.ones(3))
