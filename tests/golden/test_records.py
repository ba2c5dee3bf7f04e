"""What is recorded: no more than the reverse sweep needs, and all of it where an index may count from the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradients
from kernels import FLOATS, KERNELS, SAMPLES
from measure import size

import adjoint


# What a division or a root overwrites is not needed: the result, which is in its place, tells as much.
@pytest.mark.parametrize(
    ("name", "recorded"),
    [("gauss_seidel", 0), ("jacobi_1d", 0), ("jacobi_2d", 0), ("cholesky", 0), ("lu", 0), ("trisolv", 0)],
)
def test_kernels_record_little(name: str, recorded: int) -> None:
    args = SAMPLES[name](np.random.default_rng(0))
    text = adjoint.source(adjoint.vjp(KERNELS[name], wrt=FLOATS[name]), *args)
    assert size(text).recorded == recorded, text


def stored_in_branches(a, k):
    s = np.zeros(len(a))
    s[0] = a[0]
    for i in range(1, len(a)):
        d = a[i] * s[i - 1]
        if d > 0.1:
            s[i] = d * np.tanh(d)
        else:
            s[i] = d * d
    return s.sum()


def test_a_cell_that_no_branch_of_the_trip_overwrites_is_read_again() -> None:
    text = adjoint.source(stored_in_branches, np.ones(4), 0)
    assert size(text).recorded == 0, text


def stored_in_an_inner_loop(a, k):
    s = a.copy()
    for i in range(1, len(a)):
        d = a[i] * s[i - 1]
        for j in range(k):
            s[i] = d * np.tanh(d) + s[j]
    return s.sum()


def stored_in_branches_where_it_was_read(a, k):
    s = a.copy()
    for i in range(1, len(a)):
        d = a[i] * s[i - k]
        if d > 0.1:
            s[i - 1] = d * np.tanh(d)
        else:
            s[i] = d * d
    return s.sum()


def neighbours_in_a_ring(a):
    s = 0.0
    for i in range(len(a)):
        s += a[i - 1] ** 2  # in the first trip the last cell, which the last trip overwrites
        a[i] = 3.0 * i * a[0]
    return s


def steps_from_the_end(a, k):
    s = 0.0
    for _ in range(3):
        t = a[k]
        a[k + 3] = t * t * s + 1.0  # for k = -3 and three cells, the cell that was read
        s += t * t * t + a[k + 3]
    return s


def backwards_over_a_triangle(a):
    s = 0.0
    for i in range(len(a) - 1, -1, -1):
        for j in range(i):
            s += a[j] ** 2 * a[i] * a[j - i]
        a[i] = np.sin(a[i]) * s
    return s


def sum_of_the_cells_before(a):
    for i in range(len(a)):
        for j in range(i):
            a[i] -= a[j] * a[j]
    return a[-1]


def sum_of_the_cells_behind(a):
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            a[i] -= a[j] * a[j]
    return a[0] + a[1]


@pytest.mark.parametrize(
    ("f", "n", "rest"),
    [
        (stored_in_branches, 4, (0,)),
        (stored_in_an_inner_loop, 5, (4,)),
        (stored_in_branches_where_it_was_read, 5, (1,)),
        (stored_in_branches_where_it_was_read, 5, (0,)),
        (neighbours_in_a_ring, 1, ()),
        (neighbours_in_a_ring, 4, ()),
        (steps_from_the_end, 3, (-3,)),
        (steps_from_the_end, 4, (0,)),
        (backwards_over_a_triangle, 4, ()),
        (sum_of_the_cells_before, 4, ()),
        (sum_of_the_cells_behind, 4, ()),
    ],
)
def test_gradients(f: Callable[..., Any], n: int, rest: tuple[int, ...]) -> None:
    args = (np.random.default_rng(n).uniform(0.2, 0.8, size=n), *rest)
    assert_gradients(f, args, ("a",), 1.0, (adjoint.grad(f)(*args),))


def rounded(x, y):
    z = np.zeros(len(x), dtype=np.float32)
    for i in range(len(x)):
        z[i] = x[i] / y[i]
    return z


def test_a_cell_that_rounds_what_is_stored_is_not_read_again() -> None:
    x, y = np.random.default_rng(1).uniform(0.5, 2.0, size=(2, 5))
    z, pullback = adjoint.vjp(rounded, wrt=("x", "y"))(x, y)
    _, y_bar = pullback(np.ones_like(z))
    np.testing.assert_allclose(y_bar, -x / y**2, rtol=1e-14)
