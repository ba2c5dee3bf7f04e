"""Factors, eigenvalues and systems of symmetric matrices that are given by their bands, or by two diagonals.

What SciPy gives is kept; derivatives go by the whole matrix, of which the bands are cut out. Bands are as SciPy has
them: of a lower triangle `ab[k, j] = a[j + k, j]`, of an upper one the main diagonal is last.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.rules import late, spectral
from adjoint.rules import linalg as of_numpy
from adjoint.rules.declare import jvp, vjp
from adjoint.rules.scipy.linalg.systems import check_real, transposed_bands


def lower_triangle(ab: Any, lower: Any) -> Any:
    """The lower triangle of a symmetric matrix with these bands.

    >>> lower_triangle(np.array([[1.0, 2.0], [5.0, 0.0]]), True)
    array([[1., 0.],
           [5., 2.]])
    """
    n = np.shape(ab)[1]
    total = np.zeros((n, n), dtype=np.result_type(ab))
    for k in range(len(ab)):
        cells = ab[k, : n - k] if lower else ab[len(ab) - 1 - k, k:]
        total = total + np.diag(cells, -k)
    return total


def bands_of(m: Any, ab: Any, lower: Any) -> Any:
    """The bands of a lower triangle, as many as `ab` has."""
    if lower:
        return np.stack([np.pad(np.diagonal(m, -k), (0, k)) for k in range(len(ab))])
    return np.stack([np.pad(np.diagonal(m, -k), (k, 0)) for k in range(len(ab) - 1, -1, -1)])


def outside(ab: Any, lower: Any) -> Any:
    """The cells of bands that are none of the matrix, the others 0."""
    n = np.shape(ab)[1]
    behind = np.arange(n) >= n - np.expand_dims(np.arange(len(ab)), 1)
    return np.where(behind if lower else np.flip(behind), ab, 0.0)


# Cholesky's factor has as many bands as the matrix; what it leaves outside of them is what was there.


@vjp(linalg.cholesky_banded, operands=("ab",), ignored=("check_finite",))
def cholesky_banded(ab: Any, *, lower: Any = False, out: Any, out_bar: Any) -> Any:
    check_real(ab)
    g = of_numpy.cholesky(ab, out=lower_triangle(out, lower), out_bar=lower_triangle(out_bar, lower))
    return bands_of(g, ab, lower) + outside(out_bar, lower)


@jvp(linalg.cholesky_banded, ignored=("check_finite",))
def cholesky_banded_jvp(ab: Any, *, lower: Any = False, out: Any, ab_dot: Any) -> Any:
    check_real(ab)
    moved = of_numpy.cholesky_jvp(ab, out=lower_triangle(out, lower), a_dot=lower_triangle(ab_dot, lower))
    return bands_of(moved, ab, lower) + outside(ab_dot, lower)


# A = Uᵀ U or L Lᵀ: two systems, one with the transposed bands
def cho_solve_banded(cb_and_lower: Any, b: Any, overwrite_b: Any = False, check_finite: Any = True) -> Any:
    """`scipy.linalg.cho_solve_banded`, by two banded systems."""
    cb, lower = cb_and_lower
    up = np.shape(cb)[0] - 1
    if lower:
        half = linalg.solve_banded((up, 0), cb, b)
        return linalg.solve_banded((0, up), transposed_bands(cb, up, 0), half)
    half = linalg.solve_banded((up, 0), transposed_bands(cb, 0, up), b)
    return linalg.solve_banded((0, up), cb, half)


late.WRITTEN[linalg.cho_solve_banded] = cho_solve_banded

# Eigenvalues, all of them


@vjp(linalg.eig_banded, operands=("a_band",), ignored=("check_finite",))
def eig_banded(a_band: Any, lower: Any = False, eigvals_only: Any = False, *, out: Any, out_bar: Any) -> Any:
    check_real(a_band)
    a = lower_triangle(a_band, lower)
    if eigvals_only:
        return bands_of(spectral.eigvalsh(a, "L", out_bar=out_bar), a_band, lower)
    return bands_of(spectral.eigh(a, "L", out=out, out_bar=out_bar), a_band, lower)


@jvp(linalg.eig_banded, ignored=("check_finite",))
def eig_banded_jvp(a_band: Any, lower: Any = False, eigvals_only: Any = False, *, out: Any, a_band_dot: Any) -> Any:
    check_real(a_band)
    a, a_dot = lower_triangle(a_band, lower), lower_triangle(a_band_dot, lower)
    if eigvals_only:
        return spectral.eigvalsh_jvp(a, "L", a_dot=a_dot)
    return spectral.eigh_jvp(a, "L", out=out, a_dot=a_dot)


@vjp(linalg.eigvals_banded, operands=("a_band",), ignored=("check_finite",))
def eigvals_banded(a_band: Any, lower: Any = False, *, out_bar: Any) -> Any:
    check_real(a_band)
    return bands_of(spectral.eigvalsh(lower_triangle(a_band, lower), "L", out_bar=out_bar), a_band, lower)


@jvp(linalg.eigvals_banded, ignored=("check_finite",))
def eigvals_banded_jvp(a_band: Any, lower: Any = False, *, a_band_dot: Any) -> Any:
    check_real(a_band)
    return spectral.eigvalsh_jvp(lower_triangle(a_band, lower), "L", a_dot=lower_triangle(a_band_dot, lower))


# By the main diagonal and the one beside it


def tridiagonal(d: Any, e: Any) -> Any:
    """The lower triangle of a symmetric matrix with three diagonals."""
    return np.diag(d) + np.diag(e, -1)


@vjp(linalg.eigh_tridiagonal, operands=("d", "e"), ignored=("check_finite", "lapack_driver", "tol"))
def eigh_tridiagonal(d: Any, e: Any, eigvals_only: Any = False, *, out: Any, out_bar: Any) -> Any:
    a = tridiagonal(d, e)
    if eigvals_only:
        g = spectral.eigvalsh(a, "L", out_bar=out_bar)
    else:
        g = spectral.eigh(a, "L", out=out, out_bar=out_bar)
    return np.diagonal(g) + 0.0, np.diagonal(g, -1) + 0.0


@jvp(linalg.eigh_tridiagonal, ignored=("check_finite", "lapack_driver", "tol"))
def eigh_tridiagonal_jvp(d: Any, e: Any, eigvals_only: Any = False, *, out: Any, d_dot: Any, e_dot: Any) -> Any:
    a = tridiagonal(d, e)
    if eigvals_only:
        return (
            spectral.eigvalsh_jvp(a, "L", a_dot=np.diag(d_dot)),
            spectral.eigvalsh_jvp(a, "L", a_dot=np.diag(e_dot, -1)),
        )
    return (
        spectral.eigh_jvp(a, "L", out=out, a_dot=np.diag(d_dot)),
        spectral.eigh_jvp(a, "L", out=out, a_dot=np.diag(e_dot, -1)),
    )


@vjp(linalg.eigvalsh_tridiagonal, operands=("d", "e"), ignored=("check_finite", "lapack_driver", "tol"))
def eigvalsh_tridiagonal(d: Any, e: Any, *, out_bar: Any) -> Any:
    g = spectral.eigvalsh(tridiagonal(d, e), "L", out_bar=out_bar)
    return np.diagonal(g) + 0.0, np.diagonal(g, -1) + 0.0


@jvp(linalg.eigvalsh_tridiagonal, ignored=("check_finite", "lapack_driver", "tol"))
def eigvalsh_tridiagonal_jvp(d: Any, e: Any, *, d_dot: Any, e_dot: Any) -> Any:
    a = tridiagonal(d, e)
    return (
        spectral.eigvalsh_jvp(a, "L", a_dot=np.diag(d_dot)),
        spectral.eigvalsh_jvp(a, "L", a_dot=np.diag(e_dot, -1)),
    )
