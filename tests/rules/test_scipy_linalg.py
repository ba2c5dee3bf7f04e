"""Factorizations of SciPy's that come as pairs, in whole programs, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.errors import UnsupportedArgument

linalg = pytest.importorskip("scipy.linalg")

rng = np.random.default_rng(11)
A = 0.4 * rng.normal(size=(4, 4)) + 2 * np.eye(4)[[2, 0, 3, 1]]
P = A @ A.T + np.eye(4)
B = rng.normal(size=(4, 2))
W = rng.normal(size=(4, 4))


def by_cholesky(a: Any, b: Any) -> Any:
    c, low = linalg.cho_factor(a)
    return np.sum(np.sin(linalg.cho_solve((c, low), b)))


def by_lower_cholesky(a: Any, b: Any) -> Any:
    factor = linalg.cho_factor(a, lower=True)
    return np.sum(np.sin(linalg.cho_solve(factor, b[:, 0])))


def by_lu(a: Any, b: Any) -> Any:
    factors = linalg.lu_factor(a)
    return np.sum(np.sin(linalg.lu_solve(factors, b)))


def by_lu_transposed(a: Any, b: Any) -> Any:
    lu, pivots = linalg.lu_factor(a)
    return np.sum(np.sin(linalg.lu_solve((lu, pivots), b, trans=1)) * lu[:, :1])


def of_parts(a: Any, b: Any) -> Any:
    p, low, up = linalg.lu(a)
    return np.sum(p @ np.sin(low) * W) + np.sum(np.exp(up) * W.T) + np.sum(b)


def of_parts_by_indices(a: Any, b: Any) -> Any:
    order, low, up = linalg.lu(a, p_indices=True)
    return np.sum(np.sin(low)[order] * W) + np.sum(np.exp(up) * W.T) + np.sum(b)


def of_projections(a: Any, b: Any) -> Any:
    values, vectors = linalg.eigh(a, lower=False)
    first = np.outer(vectors[:, 0], vectors[:, 0])
    return np.sum(first * W) + np.sum(values**2 * W[0]) + np.sum(b)


@pytest.mark.parametrize(
    "f", [of_projections, by_cholesky, by_lower_cholesky, by_lu, by_lu_transposed, of_parts, of_parts_by_indices]
)
def test_factorizations(f: Any) -> None:
    a = P if "cholesky" in f.__name__ or f is of_projections else A
    got = adjoint.grad(f, wrt=(0, 1))(a, B)
    h = 1e-4
    for k, x in enumerate((a, B)):
        dot = rng.normal(size=x.shape)
        args = [a, B]

        def along(t: float, k: int = k, x: Any = x, dot: Any = dot, args: Any = args) -> Any:
            return f(*[x + t * dot if j == k else v for j, v in enumerate(args)])

        expected = (8 * (along(h) - along(-h)) - along(2 * h) + along(-2 * h)) / (12 * h)
        assert abs(np.sum(got[k] * dot) - expected) < 1e-9 * max(1.0, abs(expected))


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda a: np.sum(linalg.lu_factor(a[:3])[0]), "differentiated for square matrices"),
        (lambda a: np.sum(linalg.lu(a, permute_l=True)[0]), "permute_l=True has no derivative rule"),
        (lambda a: np.sum(linalg.solve(a, B, overwrite_a=True)), "the argument `overwrite_a` cannot be differentiated"),
        (lambda a: np.sum(linalg.solve(a, B, assume_a="banded")), "assume_a='banded' is not known"),
        (lambda a: np.sum(linalg.solve_triangular(np.stack([a, a]), B)), "stacks of matrices"),
        (lambda a: np.sum(linalg.circulant(a)), "stacks of vectors"),
    ],
)
def test_refusals(f: Any, message: str) -> None:
    with pytest.raises(UnsupportedArgument, match=message):
        adjoint.grad(f)(A)


def test_functions_of_matrices_have_second_derivatives() -> None:
    a = 0.3 * rng.normal(size=(3, 3))
    dot = rng.normal(size=(3, 3))
    weights = rng.normal(size=(3, 3))
    first = adjoint.grad(lambda a: np.sum(linalg.expm(a) * weights))
    second = adjoint.grad(lambda a: np.sum(first(a) * dot))
    h = 1e-4
    expected = (first(a + h * dot) - first(a - h * dot)) / (2 * h)
    np.testing.assert_allclose(second(a), expected, rtol=1e-6, atol=1e-7)


def test_an_item_of_what_may_be_complex_has_second_derivatives() -> None:
    def corner(a: Any) -> Any:
        return linalg.fractional_matrix_power(a, 0.5)[0, 1]

    a, h = np.array([[2.0, 0.3], [0.1, 1.0]]), 1e-5
    dot = np.array([[0.5, -1.0], [0.2, 0.7]])
    expected = (adjoint.grad(corner)(a + h * dot) - adjoint.grad(corner)(a - h * dot)) / (2 * h)
    np.testing.assert_allclose(adjoint.hvp(corner)(a, dot), expected, rtol=1e-7, atol=1e-8)
    rows = adjoint.jacobian(adjoint.grad(corner))(a)
    np.testing.assert_allclose(np.tensordot(rows, dot), expected, rtol=1e-7, atol=1e-8)
