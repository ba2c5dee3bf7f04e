"""Generated gradients that write into the caller's arrays and allocate nothing for the result."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from adjoint.writing import writing

K = 3.0


def filled_grad(x, y, out_bar=1.0):
    x_bar = np.zeros_like(x)
    for i in range(len(x)):
        x_bar[i] += out_bar * y[i]
    return x_bar


def full_grad(x, out_bar=1.0):
    x_bar = np.full(len(x), out_bar)
    x_bar *= K
    return x_bar


def formula_grad(x, y, out_bar=1.0):
    return out_bar * y


def ufunc_grad(x, y, out_bar=1.0):
    return np.cos(y)


def product_grad(x, y, out_bar=1.0):
    return np.outer(y, y) @ x, -y


def rebound_grad(x, y, out_bar=1.0):
    x_bar = y * 1.0
    x_bar = x_bar * x_bar
    return x_bar


def twice_grad(x, y, out_bar=1.0):
    g = y * out_bar
    return g, g


def valued_grad(x, y, out_bar=1.0):
    return (x * y).sum(), (y * out_bar, x * out_bar)


ALL = [filled_grad, full_grad, formula_grad, ufunc_grad, product_grad, rebound_grad, twice_grad, valued_grad]


def arguments(function, n=4):
    values = np.linspace(1.0, 2.0, n), np.linspace(3.0, 4.0, n)
    return values[: function.__code__.co_argcount - 1]


def made(function):
    import inspect

    valued = function is valued_grad
    given = function(*arguments(function))
    gradients = given[1] if valued else given
    count = len(gradients) if isinstance(gradients, tuple) else 1
    return writing(function, inspect.getsource(function), count, valued), gradients, count, valued


@pytest.mark.parametrize("function", ALL, ids=lambda f: f.__name__)
def test_same_numbers_in_the_buffers(function):
    direct, expected, count, valued = made(function)
    buffers = [np.full(4, 7.0) for _ in range(count)]
    found = direct(*arguments(function), 1.0, *buffers)
    found = found[1] if valued else found
    for buffer, result, wanted in zip(
        buffers, found if count > 1 else (found,), expected if count > 1 else (expected,), strict=True
    ):
        assert result is buffer
        assert np.array_equal(buffer, wanted)


@pytest.mark.parametrize("function", [filled_grad, full_grad, formula_grad, ufunc_grad])
def test_nothing_is_allocated_for_the_result(function):
    direct, _, count, _ = made(function)
    n = 20_000
    values, buffers = arguments(function, n), [np.empty(n) for _ in range(count)]
    direct(*values, 1.0, *buffers)
    tracemalloc.start()
    try:
        direct(*values, 1.0, *buffers)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * n / 4


def test_globals_stay_live(monkeypatch):
    direct, *_ = made(full_grad)
    monkeypatch.setitem(globals(), "K", 5.0)
    assert direct(np.ones(2), 1.0, np.empty(2)).tolist() == [5.0, 5.0]


def test_a_text_of_another_shape_is_left_alone():
    assert writing(formula_grad, "def formula_grad(x):\n    pass\n", 1, False) is None
    assert writing(formula_grad, "def other(x):\n    return x\n", 1, False) is None
    assert writing(formula_grad, "def formula_grad(x):\n    return x\n", 2, False) is None
    assert writing(formula_grad, "def formula_grad(x):\n    return x\n", 1, True) is None
