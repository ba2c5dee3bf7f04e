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


def scaled_then_added(c, a):
    """What is added is read by nobody: only the values before the scaling matter."""
    c = c.copy()
    for i in range(len(c)):
        c[i] = c[i] * a[0]
        for k in range(len(a)):
            c[i] += a[k] * a[k]
    return np.sum(c**2)


def sums_of_the_rows_below(b, a):
    b = b.copy()
    n = len(b)
    for i in range(n):
        for k in range(i + 1, n):
            b[i] += a[k] * b[k]
        b[i] = 2 * b[i]
    return np.sum(b)


def sums_of_the_rows_below_and_itself(b, a):
    b = b.copy()
    n = len(b)
    for i in range(n):
        for k in range(i, n):
            b[i] += a[k] * b[k]
        b[i] = 2 * b[i]
    return np.sum(b)


def sums_where_there_is_no_cell(b, a):
    """Row n does not exist, and its loop has no trips."""
    b = b.copy()
    n = len(b)
    for i in range(n + 1):
        for k in range(i + 1, n):
            b[i] += a[k] * b[k] ** 2
    return np.sum(b)


def sums_in_some_trips(b, a):
    b = b.copy()
    n = len(b)
    for i in range(n):
        k = i
        while k < n - 1:
            k += 1
            if a[k] > 0.4:
                b[i] += a[k] * b[k] ** 2
        b[i] = np.sin(b[i])
    return np.sum(b)


def sums_through_a_view(b, a):
    b = b.copy()
    v = b[1:]
    n = len(b)
    for i in range(n - 1):
        for k in range(i + 1, n):
            v[i] += a[k] * b[k] ** 2
        v[i] = np.sin(v[i])
    return np.sum(b)


def summed_and_read_between(b, a):
    b = b.copy()
    n = len(b)
    for i in range(n - 1):
        for k in range(i + 1, n):
            b[i] += a[k] * b[k] ** 2
        s = b[i] * b[i + 1]
        b[i] = s * a[i]
    return np.sum(b)


def summed_in_a_branch_and_scaled(b, a):
    """The loop, which may not run, saves nothing for what follows it."""
    b = b.copy()
    n = len(b)
    for i in range(n - 1):
        if a[i] > 0.5:
            for k in range(i + 1, n):
                b[i] += a[k] * b[k] ** 2
        b[i] = 2 * b[i]
    return np.sum(b)


def stored_twice(b, a):
    b = b.copy()
    for i in range(len(b) - 1):
        s = a[i] * b[i + 1] ** 2
        b[i + 1] = s
        b[i + 1] = b[i + 1] * 3 + b[i]
    return np.sum(b)


def stored_at_moving_places(b, a):
    b = b.copy()
    j = 0
    for i in range(len(b) - 1):
        s = a[i] * b[j] ** 2 * b[j + 1]
        b[j] = s
        j = j + 1
        b[j] = b[j] * s
    return np.sum(b)


def sums_in_two_loops(b, a):
    b = b.copy()
    n = len(b)
    for i in range(n - 1):
        for j in range(2):
            for k in range(i + 1, n):
                b[i] += a[k] * b[k] ** 2
            b[i + 1] = b[i + 1] * b[i]
        b[i] = b[i] * a[i]
    return np.sum(b**2)


def banded(b, a):
    x = np.zeros(len(b))
    for i in range(len(b)):
        s = b[i]
        for k in range(1, min(3, i + 1)):
            s -= a[k] * x[i - k]
        x[i] = s * s
    return np.sum(x)


def banded_from(b, a, w):
    """For all that anybody knows w may be negative."""
    x = b.copy()
    for i in range(w, len(b)):
        s = b[i]
        for k in range(1, w + 1):
            s -= a[k] * x[i - k] ** 2
        x[i] = s
    return np.sum(x)


def banded_around_the_corner(b, a):
    """x[i - k] counts from the end in the first trips."""
    x = b.copy()
    for i in range(len(b)):
        s = b[i]
        for k in range(1, 3):
            s -= a[k] * x[i - k] ** 2
        x[i] = s
    return np.sum(x)


def banded_with_the_cell_itself(b, a):
    x = b.copy()
    for i in range(len(b)):
        for k in range(min(3, i + 1)):
            x[i] += a[k] * x[i - k] ** 2
    return np.sum(x)


def banded_forwards(b, a):
    x = b.copy()
    for i in range(len(b) - 1, -1, -1):
        for k in range(1, min(3, i + 1)):
            x[i - k] += a[k] * x[i] ** 2
    return np.sum(x)


RECORDED = [
    (scaled_then_added, (4, 3), (), 1),
    (sums_of_the_rows_below, (5, 5), (), 1),
    (sums_of_the_rows_below_and_itself, (5, 5), (), 2),
    (sums_where_there_is_no_cell, (5, 5), (), 1),
    (sums_in_some_trips, (5, 5), (), 5),
    (sums_through_a_view, (5, 5), (), 2),
    (summed_and_read_between, (5, 5), (), 2),
    (summed_in_a_branch_and_scaled, (5, 5), (), 2),
    (stored_twice, (5, 5), (), 1),
    (stored_at_moving_places, (5, 5), (), 4),
    (sums_in_two_loops, (5, 5), (), 3),
    (banded, (6, 3), (), 1),
    (banded_from, (6, 3), (2,), 1),
    (banded_around_the_corner, (6, 3), (), 1),
    (banded_with_the_cell_itself, (6, 3), (), 1),
    (banded_forwards, (6, 3), (), 0),
]


@pytest.mark.parametrize(("f", "sizes", "rest", "recorded"), RECORDED)
def test_cells_of_loops(f: Callable[..., Any], sizes: tuple[int, int], rest: tuple[Any, ...], recorded: int) -> None:
    rng = np.random.default_rng(5)
    args = (*(rng.uniform(0.2, 0.8, size=n) for n in sizes), *rest)
    gradients = adjoint.grad(f, wrt=(0, 1))(*args)
    assert_gradients(f, args, (0, 1), 1.0, gradients)
    text = adjoint.source(adjoint.grad(f, wrt=(0, 1)), *args)
    assert size(text).recorded == recorded, text


def test_cells_that_a_loop_overwrites_are_recorded_before_it() -> None:
    text = adjoint.source(adjoint.grad(sums_of_the_rows_below, wrt=(0, 1)), np.ones(4), np.ones(4))
    lines = [line.strip() for line in text.splitlines()]
    assert lines[lines.index("b_1_stack.append(b_1[i])") + 1] == "for k in range(i + 1, n):", text


def quadratic_form(q, x):
    m = np.diag(np.exp(q))
    for j in range(len(q) - 1):
        m[j + 1, j] = q[j]
    y = m @ x
    return y @ y


def test_a_diagonal_matrix_shares_nothing_with_its_vector() -> None:
    rng = np.random.default_rng(3)
    args = rng.normal(size=4), rng.normal(size=4)
    f = adjoint.grad(quadratic_form, wrt=("q", "x"))
    assert_gradients(quadratic_form, args, ("q", "x"), 1.0, f(*args))
    assert "cotangent_of" not in adjoint.source(f, *args)
