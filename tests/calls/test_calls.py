"""Calls of the user's functions: inlined, recursive, and noticed when they change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint

RATE = 2.0


def scaled(v: Any, by: Any = 3.0, *, shift: Any = 0.0) -> Any:
    t = v * by
    return t + shift


def both(v: Any) -> Any:
    return np.sin(v), np.cos(v)


def fill(target: Any, value: Any) -> None:
    target[1:] = value * target[:-1]


def tail(a: Any) -> Any:
    return a[1:]


def power(x: Any, n: int) -> Any:
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def even(x: Any, n: int) -> Any:
    return 1.0 if n == 0 else x * odd(x, n - 1)


def odd(x: Any, n: int) -> Any:
    return 0.5 if n == 0 else np.sin(x) * even(x, n - 1)


def product(a: Any) -> Any:
    if len(a) == 1:
        return a[0]
    half = len(a) // 2
    return product(a[:half]) * product(a[half:])


def squared_in_place(a: Any, n: int) -> None:
    if n > 0:
        a[n - 1] = a[n - 1] ** 2
        squared_in_place(a, n - 1)


def test_small_helpers_read_as_if_written_in_place() -> None:
    def f(x: float) -> float:
        return scaled(x) * scaled(x, shift=x)

    text = adjoint.source(f, 1.5)
    assert "scaled(" not in text.replace("return scaled(x) * scaled(x, shift=x)", "")
    assert adjoint.grad(f)(1.5) == pytest.approx(24 * 1.5)


def test_several_results_and_mutating_helpers() -> None:
    def f(x: Any) -> Any:
        a = x * 1.0
        fill(a, 2.0)
        v = tail(a)
        v[0] = v[0] * x[0]
        s, c = both(a)
        return (s * c).sum()

    x = np.array([0.3, 0.5, 0.7])
    step = 1e-6
    differences = [(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(3)]
    np.testing.assert_allclose(adjoint.grad(f)(x), differences, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: power(x, 4), 1.5, 4 * 1.5**3),
        (lambda x: even(x, 3), 1.1, None),
        (lambda x: product(x), np.array([1.0, 2.0, 3.0, 4.0, 5.0]), None),
    ],
)
def test_recursion(f: Any, x: Any, expected: Any) -> None:
    gradient = adjoint.grad(f)(x)
    step = 1e-6
    if expected is None:
        directions = np.eye(len(x)) if np.ndim(x) else [1.0]
        expected = np.array([(f(x + step * e) - f(x - step * e)) / (2 * step) for e in directions])
        expected = expected if np.ndim(x) else expected[0]
    np.testing.assert_allclose(gradient, expected, rtol=1e-8)


def test_recursion_that_changes_its_argument() -> None:
    def f(x: Any) -> Any:
        a = x * 1.0
        squared_in_place(a, len(a))
        return a.sum()

    x = np.array([0.5, 2.0, 3.0])
    assert adjoint.grad(f)(x) == pytest.approx(2 * x)


def test_a_helper_rebound_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: float) -> float:
        return power(x, 2) + scaled(x) * RATE

    gradient = adjoint.grad(f)
    assert gradient(1.5) == pytest.approx(3.0 + 6.0)
    monkeypatch.setitem(f.__globals__, "scaled", lambda v: v * v)
    assert gradient(1.5) == pytest.approx(3.0 + 2 * 1.5 * RATE)
    monkeypatch.setitem(f.__globals__, "RATE", 10.0)
    assert gradient(1.5) == pytest.approx(3.0 + 2 * 1.5 * 10)
    monkeypatch.setitem(f.__globals__, "power", lambda x, n: n * x)
    assert gradient(1.5) == pytest.approx(2 + 2 * 1.5 * 10)


def test_functions_passed_as_arguments() -> None:
    def f(g: Any, x: float) -> float:
        return g(x) * x

    gradient = adjoint.grad(f, wrt="x")
    assert gradient(lambda v: v * v, 2.0) == pytest.approx(12.0)
    assert gradient(scaled, 2.0) == pytest.approx(12.0)
    assert gradient(np.sin, 2.0) == pytest.approx(np.sin(2.0) + 2 * np.cos(2.0))
