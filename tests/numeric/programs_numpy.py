"""Programs of NumPy's functions that change arrays: outputs, choices, in-place functions, methods of ufuncs.

Arguments go by their names: `x` and `y` are vectors of five positive numbers, `A` and `B` are (3, 4), `M` is (4, 4),
`s` is a number.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from program import Program


def by_name(f: Callable[..., Any]) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Arguments for a function of this file."""

    def args(rng: np.random.Generator) -> tuple[Any, ...]:
        # Well apart from one another and from 1, where the programs branch.
        makers: dict[str, Callable[[], Any]] = {
            "x": lambda: rng.permutation([0.55, 0.8, 1.15, 1.4, 1.8]) + rng.uniform(-0.05, 0.05, 5),
            "A": lambda: rng.permutation(np.linspace(0.4, 1.84, 12)).reshape(3, 4) + rng.uniform(-0.02, 0.02, (3, 4)),
            "M": lambda: rng.normal(size=(4, 4)) + 4 * np.eye(4),
            "s": lambda: float(rng.uniform(0.6, 0.9)),
        }
        same = {"y": "x", "B": "A"}
        return tuple([makers[same.get(name, name)]() for name in inspect.signature(f).parameters])

    return args


# Outputs given


def out_by_keyword_and_position(x, y):
    a, b = np.zeros(5), np.empty(5)
    np.multiply(x, y, out=a)
    np.add(a, x, b)
    return a * b


def out_is_an_input_in_a_loop(x, y):
    for _ in range(3):
        np.multiply(x, y, out=x)
        np.sin(x, out=x)
    return x * y


def out_overlaps_an_input(x):
    np.multiply(x[:-1], 2.0, out=x[1:])
    return x


def out_is_a_view(x, A):
    a = np.zeros((2, 5))
    np.sqrt(x, out=a[1])
    np.sin(A.T, out=A.reshape(4, 3))
    return a[1].sum() * A


def out_is_returned(x, y):
    a = np.zeros(5)
    b = np.multiply(x, y, out=a)
    b[0] = 3.0 * x[0]
    return a + b


def out_in_a_tuple(x, y):
    a = np.zeros(5)
    np.multiply(x, y, out=(a,))
    return a * x


def out_broadcasts(x):
    a = np.zeros((2, 5))
    np.exp(x, out=a)
    return a * a


def out_of_reductions(A):
    a, b, c = np.zeros(4), np.zeros(4), np.zeros(4)
    np.sum(A, axis=0, out=a)
    A.mean(axis=0, out=b)
    np.add.reduce(A, axis=0, out=c)
    return a * b + c


def out_of_functions(x, M):
    a, b = np.zeros((4, 4)), np.zeros(5)
    np.dot(M, M, out=a)
    np.cumsum(x, out=b)
    np.clip(x, 0.7, 1.3, out=x)
    return a * x.sum() + b[3]


def out_nested(x, y):
    return np.add(np.multiply(x, y, out=x), y, out=y) * 2


def out_is_none(x):
    return np.sin(x, out=None, casting="same_kind", order="K", subok=True, dtype=float)


# Some of the cells


def divide_where(x, y):
    return np.divide(x, y - y[0], out=np.zeros_like(x), where=y != y[0])


def where_in_place(x):
    np.negative(x, where=x > 1, out=x)
    return x * x


def where_with_broadcasting(x, A, s):
    np.multiply(A, x[:4], out=A, where=x[:4] > 1)
    np.add(A, s, out=A, where=A[:, :1] > 1)
    return A * A


def reductions_of_some(A, s):
    m = A > 1
    return (
        np.sum(A * A, axis=0, where=m)
        + np.mean(A, where=A > 0.5)
        + np.max(A, axis=0, where=m, initial=0.1)
        + (A * A).sum(axis=0, where=m, initial=s)
        + A.prod(axis=0, initial=2.0)
    )


# Functions that change an array


def fill_views(A, s):
    A[1].fill(s)
    A[:, 0].fill(2.0)
    return A * A


def sort_in_place(x, A):
    x.sort(kind="stable")
    A.sort(axis=0)
    A[1].sort()
    return x[:4] * A * np.arange(4.0)


def copy_to(x, y, A):
    z = np.zeros(5)
    np.copyto(z, x * y)
    np.copyto(x, z, where=y > 1)
    np.copyto(A[0], x[:4])
    np.copyto(A, 3.0, where=A[:, :1] > 1)
    return A * z[0]


def put(x, y, A):
    np.put(x, [0, 2, 0], y[:3])
    x.put([1, 7], y[:2], mode="wrap")
    np.put(A, [1, 7], x[0])
    np.put(x, [3, 4, 0], y[:2])
    return A * x[:4]


def put_by_masks(x, y, s):
    np.place(x, x > 1, y[:2])
    np.putmask(y, y > 1, x[:2])
    np.putmask(x, x < 1, s)
    return x * y


def put_along_an_axis(A, x):
    k = np.argmax(A, axis=1)[:, None]
    np.put_along_axis(A, k, x[:3, None], axis=1)
    np.put_along_axis(A, np.array([[0, 1, 1, 2]]), 2 * x[0], axis=0)
    return A * A


def diagonals(M, x, s):
    np.fill_diagonal(M, x[:4])
    M = M @ M
    np.fill_diagonal(M, s)
    return M * M


def ufunc_at(x, y, A):
    z = np.zeros(5)
    np.add.at(z, [0, 2, 0], y[:3])
    np.subtract.at(x, [1, 3], z[0])
    np.multiply.at(x, [0, 2, 0], y[:3])
    np.divide.at(x, [3, 3], y[:2])
    np.maximum.at(A, ([0, 1, 0], [1, 1, 1]), x[:3])
    return A * x[:4]


def flat_set(A, x):
    A.flat = x
    return A * A


# Methods of ufuncs


def ufunc_reduce(A, x, y):
    a = np.add.reduce(A) * np.multiply.reduce(A) + np.maximum.reduce(A, axis=0)
    return a * np.minimum.reduce([x, y, x * y])[:4] + np.add.reduce(A, axis=None, initial=2.0)


def ufunc_accumulate(A, x):
    return np.add.accumulate(A) * np.multiply.accumulate(A, axis=1) * x[0]


def ufunc_outer(x, y, A):
    return np.subtract.outer(x, y)[0, 0] * np.multiply.outer(A, x[:2]) + np.where(np.less.outer(x, x), x, 2.0)[0, 1]


# Rows, columns, lists in the place of arrays


def rows_and_columns(x, y, s):
    return np.r_[x, s, 2.0, 1:3, y[:2]] ** 2, np.c_[x, y] ** 2


def lists_as_arrays(x, s):
    parts = []
    for i in range(4):
        parts.append(x[i] * x[i + 1])
    return np.max([s, s * s, x[0]]) + np.prod(parts) * np.sum([x, 2 * x], axis=0)


# Arrays without axes, indices without parts


def arrays_without_axes(x):
    y = np.zeros(())
    y += x[0]
    y *= x[1]
    return y * x + np.sum(x)[()]


# Functions of functions

CUBED = np.vectorize(lambda a: a**3 + np.sin(a))


@np.vectorize
def larger(a, b):
    if a > b:
        return a * b
    return a - b


def vectorized(x, A, s):
    inside = np.vectorize(lambda a: 0 if a < 1 else a * s, otypes=[float])
    return CUBED(A) * inside(x)[:4] * larger(x, s)[0] + CUBED(s)


def along_axes(A, s):
    share = np.apply_along_axis(lambda row: row / row.sum(), 1, A)
    ends = np.apply_along_axis(lambda column, k: column[0] * column[-1] * k, 0, A, s)
    return share * ends * np.apply_over_axes(np.sum, A * A, [0, 1])


def pieces(x):
    a = np.piecewise(x, [x < 0.7, x > 1.3], [lambda v: v**2, np.sin, 3.0])
    return a * np.piecewise(x, [x < 1], [0.0, lambda v: 3 * v])


# Cells by rows, loops over indices


def flat_cells(A, s):
    f = A.flat
    f[3] = s
    f[::5] += f[1] * 2.0
    for k in range(1, 4):
        f[k] = f[k - 1] * f[k]
    A.flat[[1, 7, 1]] *= s
    total = 0.0
    for v in A.flat:
        total += v**2
    return A * total * np.sum(f)


def loops_over_indices(A, B, x):
    for i, j in np.ndindex(A.shape):
        A[i, j] = A[i, j - 1] * B[i, j]
    total = 0.0
    for (i, j), v in np.ndenumerate(B):
        total += v * A[i, j] * (i + 2 * j)
    for ij in np.ndindex(3, 4):
        total += B[ij] ** 2
    for (i,), v in np.ndenumerate(x):
        total += i * v * v
    return A * total


# Random numbers are drawn once


def rows_in_random_order(x, A):
    rng = np.random.default_rng(0)
    rng.shuffle(x)
    k = np.arange(3)
    np.random.RandomState(1).shuffle(k)
    return x[:4] * A[k] * rng.permutation(A[0]) * rng.choice(x, 4)


def nothing_deleted(x, A):
    bad = [k for k in range(3) if k > 5]
    return np.delete(x, []) * np.delete(x, bad) + np.delete(A, [], axis=0).sum()


def grids_of_views(x, A):
    across, down = np.meshgrid(x, A[0], copy=False)
    thin, _ = np.meshgrid(x, A[0], copy=False, sparse=True, indexing="ij")
    return across * down[:, :1] + thin.sum()


FUNCTIONS = (
    nothing_deleted, grids_of_views,
    out_by_keyword_and_position, out_is_an_input_in_a_loop, out_overlaps_an_input, out_is_a_view, out_is_returned,
    out_in_a_tuple, out_broadcasts, out_of_reductions, out_of_functions, out_nested, out_is_none, divide_where,
    where_in_place, where_with_broadcasting, reductions_of_some, fill_views, sort_in_place, copy_to, put, put_by_masks,
    put_along_an_axis, diagonals, ufunc_at, flat_set, ufunc_reduce, ufunc_accumulate, ufunc_outer, rows_and_columns,
    lists_as_arrays, arrays_without_axes, vectorized, along_axes, pieces, flat_cells, loops_over_indices,
    rows_in_random_order,
)  # fmt: skip
PROGRAMS = [Program(f, by_name(f), tuple(inspect.signature(f).parameters)) for f in FUNCTIONS]
