"""Kinds of parameters, guessed from annotations, default values and use."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from adjoint.analysis.kinds import Array, Kind, Number, Static
from adjoint.frontend.guess import guess_kinds

FLOAT, INT = Number("float"), Number("int")
VECTOR, MATRIX = Array("float64", (None,)), Array("float64", (None, None))


def annotated(
    a: float,
    b: int,
    c: np.ndarray,
    d: npt.NDArray[np.float32],
    e: np.float64,
    g: complex,
    h: NotDefined = 2.0,  # noqa: F821
):
    return a


def typed(
    a: float,
    b: int,
    c: np.ndarray,
    d: npt.NDArray[np.float32],
    e: np.float64,
    g: npt.NDArray[np.floating],
    h: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    i: str,
):
    return a * c[b, 0]


def test_annotations() -> None:
    assert guess_kinds(typed) == (
        FLOAT,
        INT,
        MATRIX,
        Array("float32", (None,)),
        Number("float64"),
        VECTOR,
        MATRIX,
        FLOAT,
    )


def test_annotations_that_cannot_be_evaluated_are_passed_over() -> None:
    assert guess_kinds(annotated)[0] == FLOAT
    assert guess_kinds(annotated)[-1] == FLOAT


def test_default_values() -> None:
    def f(x, n=3, axis=None, rate=0.5, w=np.ones((2, 3)), *, scale: float = 1, flag=True):
        return x * rate

    assert guess_kinds(f) == (FLOAT, INT, Static(None), FLOAT, MATRIX, FLOAT, Number("bool"))


def horner(c, x):
    y = 0.0
    for k in range(len(c)):
        y = y * x + c[-k - 1]
    return y


def sweep(A, n, m):
    for i in range(1, n - 1):
        for j in range(1, m):
            A[i, j] = A[i, j - 1] * A[i - 1, j]
    return A[n - 1, m - 1]


def regression(w, X, y):
    p = 1 / (1 + np.exp(-(X @ w)))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def lookup(x, index, i):
    return x[index[i]]


def zeros(n, m, c):
    a = np.zeros((n, m))
    return a[0, 0] + np.full(n, c).sum()


@pytest.mark.parametrize(
    ("function", "kinds"),
    [
        (lambda x: x**2 * math.sin(x), (FLOAT,)),
        (lambda x, y: np.maximum(x, y), (FLOAT, FLOAT)),
        (horner, (VECTOR, FLOAT)),
        (sweep, (MATRIX, INT, INT)),
        (regression, (VECTOR, MATRIX, VECTOR)),
        (lookup, (VECTOR, Array("int64", (None,)), INT)),
        (zeros, (INT, INT, FLOAT)),
        (lambda x: x.sum(), (VECTOR,)),
        (lambda x, y, p: np.sum((x - y) ** p), (VECTOR, VECTOR, FLOAT)),
        (lambda m: m.T, (MATRIX,)),
        (lambda A, x: np.dot(A, x), (MATRIX, VECTOR)),
        (lambda x, A: x @ A @ x, (VECTOR, MATRIX)),
        (lambda m, b: np.linalg.solve(m, b), (MATRIX, VECTOR)),
        (lambda a, i: a[i][0], (MATRIX, INT)),
        (lambda a: a[:, None], (VECTOR,)),
        (lambda a: a[..., 0], (VECTOR,)),
        (lambda a, n: a.reshape(n, -1), (VECTOR, INT)),
        (lambda xs: sum([v * v for v in xs]), (VECTOR,)),
        (lambda x: x.copy().shape[0], (VECTOR,)),
    ],
)
def test_use(function: Any, kinds: tuple[Kind, ...]) -> None:
    assert guess_kinds(function) == kinds


def test_the_same_again() -> None:
    assert guess_kinds(regression) == guess_kinds(regression)
