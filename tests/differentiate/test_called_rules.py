"""Rule bodies that stay functions of their own get their arguments as the primitive's call gave them."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint
from adjoint.rules.registry import vjp

X = np.array([[1.0, 4.0, 2.5], [3.0, -1.0, 0.5]])
WEIGHTS = np.array([1.0, 2.0])


def differences(x, axis):
    return (np.diff(x, axis=axis) ** 2).sum()


def sums(x, axis):
    return (np.cumsum(x, axis=axis) ** 2).sum()


def products(x, axis):
    return np.prod(x, axis=axis).sum()


def largest(x, axis):
    return (np.max(x, axis=axis) ** 2).sum()


def averages(x, axis):
    return (np.average(x.T, axis=1, weights=WEIGHTS) ** 2).sum() * (axis + 1)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("f", [differences, sums, products, largest, averages])
def test_an_axis_known_only_when_it_runs(f, axis):
    adjoint.check_grads(f, (X, axis))


def test_a_pullback_of_a_named_tuple():
    a = np.array([[2.0, 0.5], [0.25, 1.5]])
    out, pullback = adjoint.vjp(np_slogdet)(a)
    assert np.allclose(pullback((0.0, 1.0)), np.linalg.inv(a).T)
    assert out[0] == 1.0


def np_slogdet(a):
    return np.linalg.slogdet(a)


MATRIX = np.array([[1 + 1j, 2.0], [0.5j, 1 - 2j]])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.real(np.sum((MATRIX @ x) ** 2)),
        lambda x: np.abs(np.dot(MATRIX, x)[0]),
        lambda x: np.real(np.sum(np.outer(MATRIX[0], x) ** 2)),
        lambda x: np.real(np.sum(np.linalg.solve(MATRIX, x) ** 2)),
    ],
)
def test_a_real_operand_beside_a_complex_one(f):
    adjoint.check_grads(f, (np.array([1.0, 2.0]),))


def test_a_body_that_unpacks_into_more_than_names() -> None:
    def area(a, b):
        return float(np.asarray(a) * np.asarray(b) ** 2)

    @vjp(area)
    def area_vjp(a, b, *, out_bar):
        parts = [0.0, 0.0]
        (parts[0], p), (q, *_) = (b**2, 2 * a), (b, None)
        return out_bar * parts[0], out_bar * p * q

    def f(x):
        return area(x * x, x + 1) * x

    assert adjoint.grad(f)(2.0) == 156.0
