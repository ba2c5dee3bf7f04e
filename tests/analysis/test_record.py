"""What is recorded: as little as the reverse sweep can do with, and never less."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint


def recorded(function: Any, *args: Any) -> int:
    """The number of records in a gradient's text: appends to stacks and kept copies of cells."""
    text = adjoint.source(function, *args)
    return text.count("_stack.append(") + text.count("_old = ")


def linear_recurrence(x: Any) -> Any:
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = 0.5 * y[i - 1] + x[i]
    return y.sum()


def recurrence_of_its_own_past(x: Any) -> Any:
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i]
    return y.sum()


def two_dimensions(x: Any) -> Any:
    a = np.ones((len(x), len(x)))
    for i in range(1, len(x)):
        for j in range(1, len(x)):
            a[i, j] = a[i, j - 1] * a[i - 1, j] * x[j]
    return a.sum()


def downwards(x: Any) -> Any:
    y = np.ones(len(x))
    for i in range(len(x) - 2, -1, -1):
        y[i] = y[i + 1] * x[i]
    return y.sum()


@pytest.mark.parametrize("f", [linear_recurrence, recurrence_of_its_own_past, two_dimensions, downwards])
def test_cells_read_only_after_they_are_written_are_not_recorded(f: Any) -> None:
    assert recorded(f, np.linspace(0.5, 1.5, 4)) == 0


def overwritten_each_sweep(x: Any) -> Any:
    y = x.copy()
    for _ in range(3):
        for i in range(1, len(y)):
            y[i] = y[i - 1] * y[i]
    return y.sum()


def read_ahead(x: Any) -> Any:
    y = x.copy()
    for i in range(len(x) - 1):
        y[i] = y[i] * y[i + 1]
    return y.sum()


def read_from_the_other_side(x: Any) -> Any:
    y = np.ones(len(x))
    for i in range(len(x) - 1, 0, -1):
        y[i - 1] = y[i] * y[i - 1] * x[i]
    return y.sum()


@pytest.mark.parametrize("f", [overwritten_each_sweep, read_ahead, read_from_the_other_side])
def test_cells_that_are_overwritten_after_they_are_read_are_recorded(f: Any) -> None:
    x = np.linspace(0.5, 1.5, 4)
    assert recorded(f, x) >= 1
    step = 1e-6
    differences = [(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(4)]
    np.testing.assert_allclose(adjoint.grad(f)(x), differences, rtol=1e-7)


def test_a_cheap_value_is_recomputed() -> None:
    def f(x: Any, n: int) -> Any:
        s = 0.0
        for i in range(n):
            scale = 1.0 / (i + 1)
            s = s + np.sin(x * scale)
        return s

    assert recorded(f, 0.7, 3) == 0


def test_a_carried_value_is_recorded_once_a_trip() -> None:
    def f(x: Any, n: int) -> Any:
        for _ in range(n):
            x = np.sin(x)
        return x

    text = adjoint.source(f, 0.7, 3)
    assert text.count(".append(") == 1
    assert adjoint.grad(f)(0.7, 3) == pytest.approx(np.cos(np.sin(np.sin(0.7))) * np.cos(np.sin(0.7)) * np.cos(0.7))
