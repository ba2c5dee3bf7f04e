"""Numba compiles linked functions: helpers as cells, the user's globals and cells, NumPy."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np
import pytest

from adjoint.emit.link import link, source_of
from adjoint.syntax import core

numba = pytest.importorskip("numba")
ORIGIN = core.Origin("model.py", 1, (), "f")
factor = 2.0

TEXT = """
def f_grad(x, out_bar=1.0):
    y_stack = []
    y = scale * factor
    for i in range(len(x)):
        y_stack.append(y)
        y = double(y) + np.sin(x[i])
    x_bar = np.zeros_like(x)
    top = len(y_stack)
    for i in range(len(x) - 1, -1, -1):
        top -= 1
        x_bar[i] += out_bar * np.cos(x[i]) * y_stack[top]
        out_bar *= 2
    return x_bar
"""


@numba.njit
def twice(x):
    return 2 * x


def linked() -> Any:
    scale = 0.5
    bindings = {"np": np, "np.sin": np.sin, "double": twice, "range": range}
    return link(core.Function(gast.parse(TEXT).body[0], ORIGIN, lambda: scale * factor, bindings))


@pytest.mark.filterwarnings("ignore::numba.core.errors.NumbaPendingDeprecationWarning")
def test_numba_gives_the_same_numbers() -> None:
    f = linked()
    assert "double" in f.__code__.co_freevars
    fast = numba.njit(f)
    x = np.linspace(0.0, 1.0, 7)
    np.testing.assert_array_equal(fast(x), f(x))
    np.testing.assert_array_equal(fast(x, 2.0), f(x, 2.0))
    assert source_of(fast) == source_of(f)


def test_numba_takes_a_function_without_a_target() -> None:
    tree = gast.parse("def f(x):\n    return np.sum(x) + twice(len(x)) - 1e309").body[0]
    f = link(core.Function(tree, ORIGIN, None, {"np": np, "twice": twice}))
    assert numba.njit(f)(np.ones(3)) == -np.inf
