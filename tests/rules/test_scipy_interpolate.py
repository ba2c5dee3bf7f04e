"""Interpolants, distances and sparse products in programs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.errors import AdjointError, UnsupportedArgument

interpolate = pytest.importorskip("scipy.interpolate")
distance = pytest.importorskip("scipy.spatial.distance")
sparse = pytest.importorskip("scipy.sparse")

KNOTS = np.array([0.0, 1.0, 2.5, 3.0, 4.2, 5.0])
PLACES = np.array([0.3, 2.7, 4.9])
POINT = np.array([0.9, 1.3, 0.7, 0.2, -0.4, 0.5])
SPARSE = sparse.csr_array(np.array([[1.0, 2.0, 0.0, 0.0, 0.5, 0.0], [0.0, 0.0, 3.0, 0.0, 0.0, -1.0]]))


def spline(y: Any) -> Any:
    s = interpolate.CubicSpline(KNOTS, np.sin(y), bc_type="natural")
    return float(np.sum(s(PLACES)) * s(1.3) + s(y[0], 1))


def segments(y: Any) -> Any:
    return float(np.sum(np.sin(interpolate.interp1d(KNOTS, y)(PLACES + 0.1 * y[:3]))))


def smooth(y: Any) -> Any:
    return float(np.sum(np.sin(interpolate.make_interp_spline(KNOTS, y, k=2)(PLACES + 0.1 * y[0]))))


def rows(y: Any) -> Any:
    values = np.outer(y, np.array([1.0, 2.0])) + np.array([0.0, 0.5])
    return float(np.sum(np.sin(interpolate.interp1d(KNOTS, values, axis=0)(PLACES))))


def on_a_grid(y: Any) -> Any:
    g = interpolate.RegularGridInterpolator((np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0])), y.reshape(3, 2))
    return float(np.sum(g(np.array([[0.5, 1.0], [2.0, 0.3]]) + 0.1 * y[:2]) ** 2))


def apart(y: Any) -> Any:
    points = y.reshape(3, 2)
    return np.sum(distance.cdist(points, points[:2] + 1.0) ** 1.5) + np.sum(distance.pdist(points) ** 3)


def sparse_product(y: Any) -> Any:
    return np.sum(np.sin(SPARSE @ y)) + np.sum((y @ SPARSE.T) ** 3)


@pytest.mark.parametrize("f", [spline, segments, smooth, rows, on_a_grid, apart, sparse_product])
def test_programs(f: Any) -> None:
    h, dot = 1e-3, np.array([1.0, -0.5, 2.0, 0.3, -1.0, 0.4])

    def along(g: Any, v: Any) -> Any:
        return (8 * (g(POINT + h * v) - g(POINT - h * v)) - g(POINT + 2 * h * v) + g(POINT - 2 * h * v)) / (12 * h)

    expected = np.array([along(f, v) for v in np.eye(6)])
    np.testing.assert_allclose(adjoint.grad(f)(POINT), expected, rtol=1e-8, atol=1e-8)
    assert adjoint.jvp(f)(POINT, dot)[1] == pytest.approx(expected @ dot, rel=1e-8, abs=1e-8)


def test_distances_have_second_derivatives() -> None:
    gradient, dot, h = adjoint.grad(apart), np.arange(6.0) - 2, 1e-4
    expected = (gradient(POINT + h * dot) - gradient(POINT - h * dot)) / (2 * h)
    np.testing.assert_allclose(adjoint.hvp(apart)(POINT, dot), expected, rtol=1e-6, atol=1e-6)


def test_a_large_sparse_product_makes_no_dense_matrix() -> None:
    n = 200_000
    identity = sparse.eye_array(n, format="csr")
    gradient = adjoint.grad(lambda x: np.sum((identity @ x) ** 2))(np.ones(n))
    np.testing.assert_array_equal(gradient, np.full(n, 2.0))


ROW = sparse.csr_matrix(SPARSE)


def diffused(y: Any) -> Any:
    for _ in range(3):
        y = y - 0.1 * (ROW.T @ np.sin(ROW @ y))
    return y @ y


def test_sparse_products_have_second_derivatives() -> None:
    gradient, dot, h = adjoint.grad(diffused), np.arange(6.0) - 2, 1e-4
    expected = (gradient(POINT + h * dot) - gradient(POINT - h * dot)) / (2 * h)
    np.testing.assert_allclose(adjoint.jacobian(gradient)(POINT) @ dot, expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(adjoint.grad(lambda y: gradient(y) @ dot)(POINT), expected, rtol=1e-6, atol=1e-6)
    assert "SPARSE.T @" in adjoint.source(lambda y: np.sum(np.sin(SPARSE @ y)), POINT)


@pytest.mark.parametrize(
    "f",
    [
        lambda y: np.sum((y[0] * ROW) @ y),  # `*` is no product of cells here
        lambda y: np.sum((ROW * y) ** 2),
        lambda y: np.sum((y[0] * SPARSE - SPARSE) @ y),  # and a sum keeps no zeros
        lambda y: np.sum([((y[0] * a) @ y) for a in [ROW, ROW]]),
    ],
)
def test_a_sparse_matrix_that_varies_is_refused(f: Any) -> None:
    with pytest.raises(UnsupportedArgument, match="a sparse matrix is computed with what varies"):
        adjoint.grad(f)(POINT)


def test_a_sparse_matrix_known_only_when_it_runs_is_refused_where_it_varies() -> None:
    class Held:
        __slots__ = ("matrix",)

    held = Held()
    held.matrix = ROW  # type: ignore[attr-defined]
    with pytest.raises(AdjointError):
        adjoint.grad(lambda y, h: np.sum((y[0] * h.matrix) @ y))(POINT, held)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda y: interpolate.CubicSpline(KNOTS + 0.1 * y, POINT)(1.3), "the argument `x` cannot be differentiated"),
        (lambda y: interpolate.CubicSpline(KNOTS, np.outer(y, y), axis=1)(1.3)[0], "along the first axis"),
        (lambda y: interpolate.interp1d(KNOTS, np.outer(y, y**2))(1.3)[0], "along the first axis"),
        (lambda y: interpolate.interp1d(KNOTS, y, fill_value=(0.0, 1.0))(1.3), "two fill values"),
        (lambda y: interpolate.interpn((KNOTS,), y, np.array([[1.3]]), "nearest")[0], 'method="nearest"'),
        (lambda y: np.sum(distance.cdist(y.reshape(3, 2), y.reshape(3, 2), "canberra")), 'metric="canberra"'),
    ],
)
def test_refusals(f: Any, message: str) -> None:
    with pytest.raises(UnsupportedArgument, match=message):
        adjoint.grad(f)(POINT)


def test_splines_that_are_no_linear_maps_are_refused() -> None:
    with pytest.raises(AdjointError):
        adjoint.grad(lambda y: interpolate.PchipInterpolator(KNOTS, y)(1.3))(POINT)
