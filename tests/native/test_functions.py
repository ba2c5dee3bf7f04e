"""NumPy's functions for types that Numba's own do not take: the same numbers as without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from taken import agree

import adjoint

ROWS = np.random.default_rng(3).normal(size=(3, 4))
VECTOR = np.random.default_rng(4).normal(size=5)


def reduced(x):
    return x.mean(axis=0) * np.max(x, axis=0) + x.var(axis=0)


def reduced_with_their_axes(x):
    return x - x.mean(axis=1, keepdims=True) + np.sum(x, axis=0, keepdims=True)


def chosen(x):
    return np.sum(x, where=x > 0.1) * x


def summed_along(x):
    return np.cumsum(x, axis=1) * x


def sorted_backwards(x):
    return np.sort(x[::-1], axis=0) * x


def in_order(x):
    return x[np.argsort(np.round(x), kind="stable")] * np.arange(5.0)


def joined(x):
    parts = [x[1:] * x[:-1], x[:1]]
    parts.append(np.sin(x))
    return np.concatenate(parts)


def stacked(x):
    rows = [x, x * x]
    rows.append(np.cos(x))
    return np.stack(rows) @ np.stack(rows, axis=1)


def silenced(x):
    y = x * x
    for _ in range(2):
        with np.errstate(divide="ignore", invalid="ignore"):
            y = y / (x + 3.0)
    return y


def folded(x):
    return np.add.reduce(x) * np.multiply.reduce(x) + np.maximum.reduce(x * x) + np.add.accumulate(x) * np.vdot(x, x)


def rows_multiplied(x):
    return np.vdot(x, np.sin(x)) * np.add.reduce(x)


def stored_whole(x):
    y = x * 2.0
    y[...] *= y[::-1] * 3.0
    return y


FUNCTIONS: list[tuple[Callable[..., Any], Any]] = [
    (reduced, ROWS),
    (reduced_with_their_axes, ROWS),
    (chosen, VECTOR),
    (summed_along, ROWS),
    (sorted_backwards, VECTOR),
    (in_order, VECTOR),
    (joined, VECTOR),
    (stacked, VECTOR),
    (silenced, VECTOR),
    (stored_whole, VECTOR),
    (folded, VECTOR),
    (rows_multiplied, ROWS),
]


@pytest.mark.parametrize("fuse", [True, False])
@pytest.mark.parametrize(("f", "x"), FUNCTIONS, ids=[f.__name__ for f, _ in FUNCTIONS])
def test_the_numbers_are_the_same(f: Callable[..., Any], x: Any, fuse: bool) -> None:
    out, pullback = adjoint.vjp(f)(x)
    native, native_pullback = adjoint.vjp(f, backend=adjoint.Numba(boundscheck=True, fuse=fuse))(x)
    cotangent = np.random.default_rng(5).normal(size=out.shape)
    agree(native, out)
    agree(native_pullback(cotangent), pullback(cotangent))


def raising(x):
    with np.errstate(all="raise"):
        return np.sum(x / x)


def test_errors_of_arithmetic_are_not_raised() -> None:
    with pytest.raises(adjoint.UnsupportedByNumba, match="context manager"):
        adjoint.grad(raising, backend="numba")(VECTOR)
