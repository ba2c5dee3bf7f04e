"""Kinds of arguments and of everything that follows from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adjoint.analysis.infer import infer
from adjoint.analysis.joins import join
from adjoint.analysis.kinds import UNKNOWN, Array, Number, Size, TupleOf, same_shape
from adjoint.analysis.values import kinds_of
from adjoint.pipeline import core_of

A, B = Size(0, (("a", 1),)), Size(0, (("b", 1),))


def kinds_in(function: Any, *args: Any) -> dict[str, Any]:
    fn = core_of(function)
    return infer(fn, dict(zip(fn.params, kinds_of(args), strict=True)))


def test_equal_sizes_are_equal_symbols_and_one_stays_one() -> None:
    first, second, third = kinds_of((np.ones((3, 1)), np.ones((4, 3)), np.ones(4, np.float32)))
    assert first == Array("float64", (A, Size(1)))
    assert second == Array("float64", (B, A))
    assert third == Array("float32", (B,))
    assert not same_shape(first, third)


def test_a_whole_number_may_stand_for_a_real_one() -> None:
    assert kinds_of((2, 2), reals=(0,)) == (Number("float"), Number("int"))


def test_kinds_follow_through_a_function() -> None:
    def f(w, X):
        z = X @ w
        e = np.exp(-z)
        inner = z[1:] * z[:-1]
        total = e.sum(axis=0)
        y = np.zeros(len(z))
        for i in range(len(z)):
            y[i] = z[i] * 2
        column = y[:, None]
        n, m = X.shape
        return inner, total, column, n, m

    kinds = kinds_in(f, np.ones(3), np.ones((5, 3)))
    assert kinds["z"] == kinds["e"] == kinds["y"] == Array("float64", (B,))
    assert kinds["inner"] == Array("float64", (B - Size(1),))
    assert kinds["total"] == Number("float64")
    assert kinds["column"] == Array("float64", (B, Size(1)))
    assert kinds["n"] == Number("int", B)
    assert kinds["i"] == Number("int", limit=B)


def test_a_sum_that_starts_as_a_whole_number_is_real() -> None:
    def f(x):
        s = 0
        for v in x:
            s = s + v
        return s

    assert kinds_in(f, np.ones(3))["s"] == Number("float64")


def test_what_a_sample_cannot_tell_is_unknown() -> None:
    def f(x, n):
        return np.squeeze(x), x.reshape(n, 2)

    kinds = kinds_in(f, np.ones((2, 1)), 1)
    assert kinds["t"] == Array("float64", None)
    assert kinds["t_1"] == Array("float64", (None, Size(2)))


@pytest.mark.parametrize(
    ("a", "b", "both"),
    [
        (None, Number("int"), Number("int")),
        (Number("int"), Number("float"), Number("float")),
        (Array("float32", (A,)), Array("float64", (B,)), Array("float64", (None,))),
        (Array("float64", (A,)), Array("float64", (A, A)), Array("float64", None)),
        (Array("float64", (A,)), Number("float"), UNKNOWN),
        (TupleOf((Number("int"),)), TupleOf((Number("float"),)), TupleOf((Number("float"),))),
    ],
)
def test_join(a: Any, b: Any, both: Any) -> None:
    assert join(a, b) == both
    assert join(b, a) == both
