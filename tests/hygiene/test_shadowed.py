"""Modules under any name, builtins that are shadowed, and names that passes write themselves."""

from __future__ import annotations

import linecache
import re
from typing import Any

import numpy as np
import pytest

from adjoint import grad, vjp

X = np.array([0.3, -0.7, 1.1])
LOOP = """\
def f(x):
    s = 0.0
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = y[i - 1] * np.sin(y[i]) + s
        s = s + y[i] * y[i]
        if s > 100:
            break
    return s
"""
_made = 0


def module(text: str, **space: Any) -> dict[str, Any]:
    """The names of a module with this text."""
    global _made
    _made += 1
    file = f"<shadowed {_made}>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    names = {"__name__": "shadowed", **space}
    exec(compile(text, file, "exec"), names)
    return names


def loop(text: str = LOOP, **space: Any) -> dict[str, Any]:
    return module(text, **{"np": np, **space})


EXPECTED = grad(loop()["f"])(X)


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("import numpy as xp", {"np": "xp"}),
        ("import numpy as range\nn = range\nr = slice", {"np": "range", "range": "every"}),
        ("import numpy as len", {"np": "len", "len": "size"}),
        ("from numpy import sin as len, sin as np", {"np.sin": "np", "len": "size"}),
        ("import math as np, numpy as numpy", {"np.sin": "np.sin"}),
        ("import numpy\nrange = numpy.arange", {"np": "numpy"}),
        ("import numpy as adjoint", {"np": "adjoint"}),
        ("import numpy as x_bar", {"np": "x_bar"}),
        ("import numpy as __builtins", {"np": "__builtins"}),
    ],
    ids=lambda v: v.split("\n")[0] if isinstance(v, str) else "",
)
def test_modules_under_any_name(head: str, names: dict[str, str]) -> None:
    text = re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], LOOP)
    found = module(f"{head}\n{text}", every=range, size=len)
    np.testing.assert_allclose(grad(found["f"])(X), EXPECTED, rtol=1e-14)


NAMES = ("len", "range", "slice", "np", "adjoint", "numpy", "float", "print", "zeros_like", "top", "trips")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [3.0, "text", lambda *given: 1 / 0, X], ids=["number", "text", "function", "array"])
def test_globals_that_the_function_does_not_read(name: str, value: Any) -> None:
    """They stand in the module before the gradient is compiled, and come there later."""
    text = LOOP.replace("np.", "array_library.").replace("range", "every").replace("len", "size")
    space = {"array_library": np, "every": range, "size": len}
    found = loop(text, **space, **{name: value})
    np.testing.assert_allclose(grad(found["f"])(X), EXPECTED, rtol=1e-14)
    del found[name]
    np.testing.assert_allclose(grad(found["f"])(X), EXPECTED, rtol=1e-14)
    found[name] = value
    np.testing.assert_allclose(grad(found["f"])(X), EXPECTED, rtol=1e-14)


@pytest.mark.parametrize("name", ["len", "range", "slice", "np", "x_bar", "zeros_like", "t", "abs"])
def test_a_global_number_of_any_name_is_read_live(name: str) -> None:
    text = f"def f(x):\n    y = x * 1.0\n    for i in every(3):\n        y = y * x * {name}\n    return y.sum()\n"
    found = module(text, every=range, **{name: 2.0})
    gradient = grad(found["f"])
    np.testing.assert_allclose(gradient(X), 8 * 4 * X**3)
    found[name] = 3.0
    np.testing.assert_allclose(gradient(X), 27 * 4 * X**3)
    _, pullback = vjp(found["f"])(X)
    found[name] = 5.0
    np.testing.assert_allclose(pullback(1.0), 27 * 4 * X**3)


def test_users_functions_called_like_builtins_and_helpers_of_ours() -> None:
    text = """\
def range(v):
    return v * v

def len(v):
    return range(v) * 3

def slice(v, w):
    return v * w

def unbroadcast(v, w):
    return v - w

def add_at(v):
    return unbroadcast(v, v * v)

def f(x):
    y = np.zeros(3)
    for k in (0, 1, 2):
        y[k] = len(x[k]) + add_at(x[k])
        y[k] += slice(x[k], y[k])
    return y.sum()
"""
    gradient = grad(loop(text)["f"])(X)
    # y = (3 x² + x - x²) (1 + x)
    np.testing.assert_allclose(gradient, 6 * X**2 + 6 * X + 1)


def test_a_closure_with_hostile_names() -> None:
    text = """\
def make(len, range, x_bar):
    def f(np, out_bar):
        slice = np * len
        for numpy in every(2):
            slice = slice * out_bar + range[numpy] * x_bar(slice)
        return slice
    return f
"""
    f = module(text, every=range)["make"](2.0, [0.5, 3.0], lambda t: t * t)
    x, y, step = 0.3, 0.7, 1e-6
    by_x, by_y = grad(f, wrt=("np", "out_bar"))(x, y)
    assert by_x == pytest.approx((f(x + step, y) - f(x - step, y)) / (2 * step), rel=1e-6)
    assert by_y == pytest.approx((f(x, y + step) - f(x, y - step)) / (2 * step), rel=1e-6)


def test_parameters_called_like_builtins_keep_their_names_for_the_caller() -> None:
    f = module("def f(len, range=2.0, *, slice=1.0):\n    return len * range * slice\n")["f"]
    assert grad(f, wrt="range")(3.0, slice=2.0) == 6.0
    assert grad(f, wrt=("len", "slice"))(len=3.0, range=4.0, slice=0.5) == (2.0, 12.0)


def test_second_derivatives_with_hostile_names() -> None:
    text = "def f(len):\n    range = len\n    for np in every(2):\n        range = range * len\n    return range\n"
    assert grad(grad(module(text, every=range)["f"]))(2.0) == pytest.approx(12.0)
