"""Decompositions. Formulas without a citation are from M. Giles (2008), "Collected matrix derivative results for
forward and reverse mode algorithmic differentiation"."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.errors import UnsupportedArgument
from adjoint.rules import linalg as of_numpy
from adjoint.rules import matrices, spectral
from adjoint.rules.declare import jvp, vjp
from adjoint.rules.scipy.linalg.systems import check_single, row_order, unit_lower

# Cholesky's, as NumPy's but with the upper triangle by default: U = Lᵀ, of the upper triangle of A. What `cho_factor`
# leaves in the other triangle are the cells of A.


@vjp(linalg.cholesky, operands=("a",), ignored=("check_finite",))
def cholesky(a: Any, *, lower: Any = False, out: Any, out_bar: Any) -> Any:
    check_single(a)
    if lower:
        return of_numpy.cholesky(a, out=out, out_bar=out_bar)
    else:
        return of_numpy.cholesky(a.T, out=out.T, out_bar=out_bar.T).T + 0.0


@jvp(linalg.cholesky, ignored=("check_finite",))
def cholesky_jvp(a: Any, *, lower: Any = False, out: Any, a_dot: Any) -> Any:
    check_single(a)
    if lower:
        return of_numpy.cholesky_jvp(a, out=out, a_dot=a_dot)
    else:
        return of_numpy.cholesky_jvp(a.T, out=out.T, a_dot=a_dot.T).T


@vjp(linalg.cho_factor, operands=("a",), ignored=("check_finite",))
def cho_factor(a: Any, lower: Any = False, *, out: Any, out_bar: Any) -> Any:
    check_single(a)
    c, g = out[0], out_bar[0]
    if lower:
        return of_numpy.cholesky(a, out=np.tril(c), out_bar=np.tril(g)) + np.triu(g, 1)
    return of_numpy.cholesky(a.T, out=np.triu(c).T, out_bar=np.triu(g).T).T + np.tril(g, -1)


@jvp(linalg.cho_factor, ignored=("check_finite",))
def cho_factor_jvp(a: Any, lower: Any = False, *, out: Any, a_dot: Any) -> Any:
    check_single(a)
    if lower:
        return of_numpy.cholesky_jvp(a, out=np.tril(out[0]), a_dot=a_dot) + np.triu(a_dot, 1), 0.0
    return of_numpy.cholesky_jvp(a.T, out=np.triu(out[0]).T, a_dot=a_dot.T).T + np.tril(a_dot, -1), 0.0


# P A = L U. With F = L⁻¹ P dA U⁻¹, dL = L tril(F, -1) and dU = triu(F) U.


@vjp(linalg.lu_factor, operands=("a",), ignored=("check_finite",))
def lu_factor(a: Any, *, out: Any, out_bar: Any) -> Any:
    check_square(a)
    lu, g = out[0], out_bar[0]
    rows = lu_bar(unit_lower(lu), np.triu(lu), np.tril(g, -1), np.triu(g))
    return rows[np.argsort(row_order(out[1]))]


@jvp(linalg.lu_factor, ignored=("check_finite",))
def lu_factor_jvp(a: Any, *, out: Any, a_dot: Any) -> Any:
    check_square(a)
    lu = out[0]
    low_dot, up_dot = lu_dot(unit_lower(lu), np.triu(lu), a_dot[row_order(out[1])])
    return low_dot + up_dot, out[1] * 0


@vjp(linalg.lu, operands=("a",), ignored=("check_finite",))
def lu(a: Any, *, permute_l: Any = False, p_indices: Any = False, out: Any, out_bar: Any) -> Any:
    check_square(a)
    low, up = out[-2], out[-1]
    if permute_l:
        raise UnsupportedArgument("linalg.lu: permute_l=True has no derivative rule; multiply p @ l yourself")
    g = lu_bar(low, up, np.tril(out_bar[1], -1), np.triu(out_bar[2]))
    return g[out[0]] if p_indices else out[0] @ g


@jvp(linalg.lu, ignored=("check_finite",))
def lu_jvp(a: Any, *, permute_l: Any = False, p_indices: Any = False, out: Any, a_dot: Any) -> Any:
    check_square(a)
    if permute_l:
        raise UnsupportedArgument("linalg.lu: permute_l=True has no derivative rule; multiply p @ l yourself")
    rows = a_dot[np.argsort(out[0])] if p_indices else out[0].T @ a_dot
    low_dot, up_dot = lu_dot(out[1], out[2], rows)
    return out[0] * 0, low_dot, up_dot


def lu_bar(low: Any, up: Any, low_bar: Any, up_bar: Any) -> Any:
    """The cotangent of the product of the two factors."""
    inner = np.tril(low.T @ low_bar, -1) + np.triu(up_bar @ up.T)
    left = linalg.solve_triangular(low, inner, 1, True, True)
    return linalg.solve_triangular(up, left.T).T


def lu_dot(low: Any, up: Any, rows_dot: Any) -> Any:
    """The tangents of the two factors."""
    left = linalg.solve_triangular(low, rows_dot, 0, True, True)
    inner = linalg.solve_triangular(up, left.T, 1).T
    return low @ np.tril(inner, -1), np.triu(inner) @ up


def check_square(a: Any) -> None:
    """Refuse stacks, and matrices that are not square."""
    check_single(a)
    if a.shape[0] != a.shape[1]:
        raise UnsupportedArgument("an LU decomposition is differentiated for square matrices; use a QR decomposition")


# Orthogonal factors, eigenvalues, singular values, least squares: NumPy's functions by other names


@vjp(linalg.qr, operands=("a",), ignored=("check_finite", "lwork"))
def qr(a: Any, *, mode: Any = "full", out: Any, out_bar: Any) -> Any:
    if mode == "full":
        return matrices.qr(a, "complete", out=out, out_bar=out_bar)
    elif mode == "economic":
        return matrices.qr(a, "reduced", out=out, out_bar=out_bar)
    else:
        raise UnsupportedArgument('linalg.qr has a derivative rule for mode="full" and mode="economic" only')


@jvp(linalg.qr, ignored=("check_finite", "lwork"))
def qr_jvp(a: Any, *, mode: Any = "full", out: Any, a_dot: Any) -> Any:
    if mode == "full":
        return matrices.qr_jvp(a, "complete", out=out, a_dot=a_dot)
    elif mode == "economic":
        return matrices.qr_jvp(a, "reduced", out=out, a_dot=a_dot)
    else:
        raise UnsupportedArgument('linalg.qr has a derivative rule for mode="full" and mode="economic" only')


@vjp(linalg.eigh, operands=("a",), ignored=("check_finite", "driver"))
def eigh(a: Any, *, lower: Any = True, eigvals_only: Any = False, out: Any, out_bar: Any) -> Any:
    if eigvals_only:
        return spectral.eigvalsh(a, "L" if lower else "U", out_bar=out_bar)
    return spectral.eigh(a, "L" if lower else "U", out=out, out_bar=out_bar)


@jvp(linalg.eigh, ignored=("check_finite", "driver"))
def eigh_jvp(a: Any, *, lower: Any = True, eigvals_only: Any = False, out: Any, a_dot: Any) -> Any:
    if eigvals_only:
        return spectral.eigvalsh_jvp(a, "L" if lower else "U", a_dot=a_dot)
    return spectral.eigh_jvp(a, "L" if lower else "U", out=out, a_dot=a_dot)


@vjp(linalg.eigvalsh, operands=("a",), ignored=("check_finite", "driver"))
def eigvalsh(a: Any, *, lower: Any = True, out_bar: Any) -> Any:
    return spectral.eigvalsh(a, "L" if lower else "U", out_bar=out_bar)


@jvp(linalg.eigvalsh, ignored=("check_finite", "driver"))
def eigvalsh_jvp(a: Any, *, lower: Any = True, a_dot: Any) -> Any:
    return spectral.eigvalsh_jvp(a, "L" if lower else "U", a_dot=a_dot)


SVD = ("check_finite", "lapack_driver")

vjp(linalg.eig, ignored=("check_finite",))(spectral.eig)
jvp(linalg.eig, ignored=("check_finite",))(spectral.eig_jvp)
vjp(linalg.eigvals, ignored=("check_finite",))(spectral.eigvals)
jvp(linalg.eigvals, ignored=("check_finite",))(spectral.eigvals_jvp)
vjp(linalg.svd, operands=("a",), ignored=SVD)(spectral.svd)
jvp(linalg.svd, ignored=SVD)(spectral.svd_jvp)
vjp(linalg.svdvals, renamed={"a": "x"}, ignored=SVD)(spectral.svdvals)
jvp(linalg.svdvals, renamed={"a": "x"}, ignored=SVD)(spectral.svdvals_jvp)
vjp(linalg.pinv, operands=("a",), ignored=("atol", "check_finite"))(spectral.pinv)
jvp(linalg.pinv, ignored=("atol", "check_finite"))(spectral.pinv_jvp)


# What is left over is a number for a vector `b`, where NumPy has an array of one.


@vjp(linalg.lstsq, operands=("a", "b"), ignored=SVD)
def lstsq(a: Any, b: Any, cond: Any = None, *, out: Any, out_bar: Any) -> Any:
    found, bars = (
        (out[0], np.atleast_1d(out[1]), out[2], out[3]),
        (out_bar[0], np.atleast_1d(out_bar[1]), 0, out_bar[3]),
    )
    return spectral.lstsq(a, b, cond, out=found, out_bar=bars)


@jvp(linalg.lstsq, ignored=SVD)
def lstsq_jvp(a: Any, b: Any, cond: Any = None, *, out: Any, a_dot: Any, b_dot: Any) -> Any:
    found = (out[0], np.atleast_1d(out[1]), out[2], out[3])
    by_a, by_b = spectral.lstsq_jvp(a, b, cond, out=found, a_dot=a_dot, b_dot=b_dot)
    shape = np.shape(out[1])
    return (
        (by_a[0], np.reshape(by_a[1], shape), by_a[2], by_a[3]),
        (by_b[0], np.reshape(by_b[1], shape), by_b[2], by_b[3]),
    )
