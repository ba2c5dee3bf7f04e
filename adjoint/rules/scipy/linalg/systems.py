"""Linear systems A X = B, in the forms that SciPy has for A, and equations between matrices.

For all of them B_bar solves the transposed system with X_bar, and A_bar = -B_bar Xᵀ, of which count those cells of A
that SciPy reads.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, vjp

ONE_BY_ONE = "stacks of matrices have no derivative rule; use np.linalg.solve, or solve one by one"
HERMITIAN = ("sym", "her", "pos", "symmetric", "hermitian", "positive definite")


def products(u: Any, v: Any) -> Any:
    """The matrix of which each cell is u[i] v[j], summed over the columns if there are any."""
    return u @ v.T if u.ndim == 2 else np.outer(u, v)


@constant
def check_single(*arrays: Any) -> None:
    """Refuse stacks of matrices.

    Raises:
        UnsupportedArgument: if one of the arrays has more than two axes.
    """
    if any(np.ndim(a) > 2 for a in arrays):
        raise UnsupportedArgument(ONE_BY_ONE)


@constant
def check_real(*arrays: Any) -> None:
    """Refuse complex numbers, where SciPy conjugates.

    Raises:
        UnsupportedArgument: if one of the arrays is complex.
    """
    if any(np.iscomplexobj(a) for a in arrays):
        raise UnsupportedArgument("complex matrices have no derivative rule here; write out the system for both parts")


# Of one triangle, or what is said of a matrix's form


@vjp(linalg.solve, operands=("a", "b"), ignored=("check_finite",))
def solve(
    a: Any, b: Any, lower: Any = False, *, assume_a: Any = None, transposed: Any = False, out: Any, out_bar: Any
) -> Any:
    check_single(a, b)
    if assume_a in HERMITIAN:
        b_bar = linalg.solve(a, out_bar, lower, assume_a=assume_a)
    else:
        form = whole(a, assume_a, lower)
        b_bar = linalg.solve(form if transposed else form.T, out_bar)
    a_bar = -products(out, b_bar) if transposed else -products(b_bar, out)
    return as_seen(a_bar, assume_a, lower), b_bar


@jvp(linalg.solve, ignored=("check_finite",))
def solve_jvp(
    a: Any,
    b: Any,
    lower: Any = False,
    *,
    assume_a: Any = None,
    transposed: Any = False,
    out: Any,
    a_dot: Any,
    b_dot: Any,
) -> Any:
    check_single(a, b)
    change = whole(a_dot, assume_a, lower)
    moved = change.T @ out if transposed else change @ out
    return (
        -linalg.solve(a, moved, lower, assume_a=assume_a, transposed=transposed),
        linalg.solve(a, b_dot, lower, assume_a=assume_a, transposed=transposed),
    )


def as_seen(a_bar: Any, assume_a: Any, lower: Any) -> Any:
    """The cotangent of the cells that are read of a matrix of such a form, those across the diagonal added."""
    if assume_a is None or assume_a in ("gen", "general"):
        return a_bar
    check_real(a_bar)
    if assume_a in HERMITIAN:
        both = a_bar + a_bar.T
        half = np.tril(both, -1) if lower else np.triu(both, 1)
        return half + np.diag(np.diag(a_bar))
    if assume_a == "upper triangular":
        return np.triu(a_bar)
    if assume_a == "lower triangular":
        return np.tril(a_bar)
    if assume_a == "diagonal":
        return np.diag(np.diag(a_bar))
    raise UnsupportedArgument(f"the derivative with assume_a={assume_a!r} is not known; leave it out")


def whole(a: Any, assume_a: Any, lower: Any) -> Any:
    """The matrix that the cells read of one stand for."""
    if assume_a is None or assume_a in ("gen", "general"):
        return a
    if assume_a in HERMITIAN:
        half = np.tril(a, -1) if lower else np.triu(a, 1)
        return half + half.T + np.diag(np.diag(a))
    if assume_a == "upper triangular":
        return np.triu(a)
    if assume_a == "lower triangular":
        return np.tril(a)
    if assume_a == "diagonal":
        return np.diag(np.diag(a))
    raise UnsupportedArgument(f"the derivative with assume_a={assume_a!r} is not known; leave it out")


@vjp(linalg.solve_triangular, operands=("a", "b"), ignored=("check_finite",))
def solve_triangular(
    a: Any, b: Any, trans: Any = 0, lower: Any = False, unit_diagonal: Any = False, *, out: Any, out_bar: Any
) -> Any:
    check_triangular(a, b, trans)
    if is_transposed(trans):
        b_bar = linalg.solve_triangular(a, out_bar, 0, lower, unit_diagonal)
        return triangle(-products(out, b_bar), lower, unit_diagonal), b_bar
    b_bar = linalg.solve_triangular(a, out_bar, 1, lower, unit_diagonal)
    return triangle(-products(b_bar, out), lower, unit_diagonal), b_bar


@jvp(linalg.solve_triangular, ignored=("check_finite",))
def solve_triangular_jvp(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    out: Any,
    a_dot: Any,
    b_dot: Any,
) -> Any:
    check_triangular(a, b, trans)
    change = triangle(a_dot, lower, unit_diagonal)
    moved = change.T @ out if is_transposed(trans) else change @ out
    return (
        -linalg.solve_triangular(a, moved, trans, lower, unit_diagonal),
        linalg.solve_triangular(a, b_dot, trans, lower, unit_diagonal),
    )


@constant
def is_transposed(trans: Any) -> bool:
    return trans in (1, 2, "T", "C")


@constant
def check_triangular(a: Any, b: Any, trans: Any) -> None:
    check_single(a, b)
    if trans in (2, "C"):
        check_real(a, b)


def triangle(m: Any, lower: Any, unit_diagonal: Any) -> Any:
    """The cells that are read of a triangular matrix."""
    k = 1 if unit_diagonal else 0
    return np.tril(m, -k) if lower else np.triu(m, k)


# With bands: ab[u + i - j, j] = a[i, j]. The transposed matrix has its bands in the opposite order, moved along.


@vjp(linalg.solve_banded, operands=("ab", "b"), ignored=("check_finite",))
def solve_banded(l_and_u: Any, ab: Any, b: Any, *, out: Any, out_bar: Any) -> Any:
    check_single(ab, b)
    low, up = l_and_u
    b_bar = linalg.solve_banded((up, low), transposed_bands(ab, low, up), out_bar)
    return -bands_of_products(b_bar, out, range(up, -low - 1, -1)), b_bar


@jvp(linalg.solve_banded, ignored=("check_finite",))
def solve_banded_jvp(l_and_u: Any, ab: Any, b: Any, *, out: Any, ab_dot: Any, b_dot: Any) -> Any:
    check_single(ab, b)
    moved = banded_product(ab_dot, range(l_and_u[1], -l_and_u[0] - 1, -1), out)
    return -linalg.solve_banded(l_and_u, ab, moved), linalg.solve_banded(l_and_u, ab, b_dot)


def transposed_bands(ab: Any, low: int, up: int) -> Any:
    """The bands of the transposed matrix.

    >>> transposed_bands(np.array([[0, 12, 23], [11, 22, 33]]), 0, 1)
    array([[11, 22, 33],
           [12, 23,  0]])
    """
    return np.stack([np.roll(ab[up + low - k], low - k) for k in range(low + up + 1)])


def bands_of_products(u: Any, v: Any, diagonals: Any) -> Any:
    """The bands, on these diagonals, of the matrix of products u[i] v[j]."""
    return np.stack([inside(np.roll(u, k, axis=0) * v, k) for k in diagonals])


def inside(products: Any, k: int) -> Any:
    """The sums of rows, those zero of which the k-th diagonal has no cell."""
    n = len(products)
    place = np.arange(n) - k
    sums = products if products.ndim == 1 else np.sum(products, axis=1)
    return np.where((place >= 0) & (place < n), sums, 0.0)


def banded_product(ab: Any, diagonals: Any, x: Any) -> Any:
    """The product of a matrix, given by its bands on these diagonals, with a vector or the columns of a matrix."""
    n = len(x)
    total = np.zeros_like(x)
    for row, k in enumerate(diagonals):
        place = np.arange(n) - k
        weights = np.where((place >= 0) & (place < n), ab[row], 0.0)
        total = total + np.roll((weights if x.ndim == 1 else weights[:, None]) * x, -k, axis=0)
    return total


# Of a symmetric matrix with bands one half is given, the main diagonal last, or first with `lower`.


@vjp(linalg.solveh_banded, operands=("ab", "b"), ignored=("check_finite",))
def solveh_banded(ab: Any, b: Any, *, lower: Any = False, out: Any, out_bar: Any) -> Any:
    check_single(ab, b)
    check_real(ab, b)
    b_bar = linalg.solveh_banded(ab, out_bar, lower=lower)
    diagonals = half_diagonals(len(ab), lower)
    both = bands_of_products(b_bar, out, diagonals) + bands_of_products(out, b_bar, diagonals)
    # The main diagonal is in there twice.
    main = np.reshape([k == 0 for k in diagonals], (-1, 1))
    return np.where(main, both / -2, -both), b_bar


@jvp(linalg.solveh_banded, ignored=("check_finite",))
def solveh_banded_jvp(ab: Any, b: Any, *, lower: Any = False, out: Any, ab_dot: Any, b_dot: Any) -> Any:
    check_single(ab, b)
    check_real(ab, b)
    low = 0 if not lower else len(ab) - 1
    up = len(ab) - 1 - low
    change = banded_product(ab_dot, half_diagonals(len(ab), lower), out)
    across = banded_product(transposed_bands(ab_dot, low, up), half_diagonals(len(ab), not lower), out)
    diagonal = ab_dot[0] if lower else ab_dot[-1]
    moved = change + across - (diagonal if out.ndim == 1 else diagonal[:, None]) * out
    return -linalg.solveh_banded(ab, moved, lower=lower), linalg.solveh_banded(ab, b_dot, lower=lower)


def half_diagonals(count: int, lower: Any) -> list[int]:
    """The diagonals of the rows that a symmetric matrix with bands is given by.

    >>> half_diagonals(3, False), half_diagonals(3, True)
    ([2, 1, 0], [0, -1, -2])
    """
    return [-k if lower else count - 1 - k for k in range(count)]


# By a factorization: c holds the triangle of Cholesky's factor, lu both of an LU decomposition


@vjp(linalg.cho_solve, operands=("c_and_lower", "b"), ignored=("check_finite",))
def cho_solve(c_and_lower: Any, b: Any, *, out: Any, out_bar: Any) -> Any:
    c, lower = c_and_lower
    check_single(c, b)
    check_real(c, b)
    b_bar = linalg.cho_solve(c_and_lower, out_bar)
    both = -products(b_bar, out) - products(out, b_bar)
    return (np.tril(both @ np.tril(c)) if lower else np.triu(np.triu(c) @ both), 0.0), b_bar


@jvp(linalg.cho_solve, ignored=("check_finite",))
def cho_solve_jvp(c_and_lower: Any, b: Any, *, out: Any, c_and_lower_dot: Any, b_dot: Any) -> Any:
    c, lower = c_and_lower
    check_single(c, b)
    check_real(c, b)
    factor = np.tril(c) if lower else np.triu(c).T
    change = np.tril(c_and_lower_dot[0]) if lower else np.triu(c_and_lower_dot[0]).T
    moved = change @ (factor.T @ out) + factor @ (change.T @ out)
    return -linalg.cho_solve(c_and_lower, moved), linalg.cho_solve(c_and_lower, b_dot)


@vjp(linalg.lu_solve, operands=("lu_and_piv", "b"), ignored=("check_finite",))
def lu_solve(lu_and_piv: Any, b: Any, trans: Any = 0, *, out: Any, out_bar: Any) -> Any:
    lu, pivots = lu_and_piv
    check_triangular(lu, b, trans)
    b_bar = linalg.lu_solve(lu_and_piv, out_bar, 0 if trans else 1)
    order = row_order(pivots)
    change = -products(out[order], b_bar) if trans else -products(b_bar[order], out)
    low, up = unit_lower(lu), np.triu(lu)
    return (np.tril(change @ up.T, -1) + np.triu(low.T @ change), 0.0), b_bar


@jvp(linalg.lu_solve, ignored=("check_finite",))
def lu_solve_jvp(lu_and_piv: Any, b: Any, trans: Any = 0, *, out: Any, lu_and_piv_dot: Any, b_dot: Any) -> Any:
    lu, pivots = lu_and_piv
    check_triangular(lu, b, trans)
    low, up = unit_lower(lu), np.triu(lu)
    change = np.tril(lu_and_piv_dot[0], -1) @ up + low @ np.triu(lu_and_piv_dot[0])
    order = row_order(pivots)
    moved = change.T @ out[order] if trans else (change @ out)[np.argsort(order)]
    return -linalg.lu_solve(lu_and_piv, moved, trans), linalg.lu_solve(lu_and_piv, b_dot, trans)


@constant
def row_order(pivots: Any) -> Any:
    """The rows in the order that their exchanges, one for each row, bring them into.

    >>> row_order(np.array([2, 2, 2]))
    array([2, 0, 1])
    """
    order = np.arange(len(pivots))
    for k, pivot in enumerate(pivots):
        order[[k, pivot]] = order[[pivot, k]]
    return order


def unit_lower(lu: Any) -> Any:
    """The lower triangle with ones on the diagonal."""
    return np.tril(lu, -1) + np.eye(lu.shape[0], dtype=lu.dtype)


# Equations between matrices: A X + X B = Q, A X + X Aᵀ = Q, A X Aᵀ - X + Q = 0


@jvp(linalg.solve_sylvester)
def solve_sylvester_jvp(a: Any, b: Any, q: Any, *, out: Any, a_dot: Any, b_dot: Any, q_dot: Any) -> Any:
    return (
        -linalg.solve_sylvester(a, b, a_dot @ out),
        -linalg.solve_sylvester(a, b, out @ b_dot),
        linalg.solve_sylvester(a, b, q_dot),
    )


@vjp(linalg.solve_sylvester)
def solve_sylvester(a: Any, b: Any, q: Any, *, out: Any, out_bar: Any) -> Any:
    q_bar = linalg.solve_sylvester(a.T, b.T, out_bar)
    return -q_bar @ out.T, -out.T @ q_bar, q_bar


@jvp(linalg.solve_continuous_lyapunov)
def solve_continuous_lyapunov_jvp(a: Any, q: Any, *, out: Any, a_dot: Any, q_dot: Any) -> Any:
    check_real(a, q)
    moved = a_dot @ out + out @ a_dot.T
    return -linalg.solve_continuous_lyapunov(a, moved), linalg.solve_continuous_lyapunov(a, q_dot)


@vjp(linalg.solve_continuous_lyapunov)
def solve_continuous_lyapunov(a: Any, q: Any, *, out: Any, out_bar: Any) -> Any:
    check_real(a, q)
    q_bar = linalg.solve_continuous_lyapunov(a.T, out_bar)
    return -(q_bar @ out.T + q_bar.T @ out), q_bar


@jvp(linalg.solve_discrete_lyapunov)
def solve_discrete_lyapunov_jvp(a: Any, q: Any, method: Any = None, *, out: Any, a_dot: Any, q_dot: Any) -> Any:
    check_real(a, q)
    moved = a_dot @ out @ a.T + a @ out @ a_dot.T
    return linalg.solve_discrete_lyapunov(a, moved, method), linalg.solve_discrete_lyapunov(a, q_dot, method)


@vjp(linalg.solve_discrete_lyapunov, operands=("a", "q"))
def solve_discrete_lyapunov(a: Any, q: Any, method: Any = None, *, out: Any, out_bar: Any) -> Any:
    check_real(a, q)
    q_bar = linalg.solve_discrete_lyapunov(a.T, out_bar, method)
    return q_bar @ a @ out.T + q_bar.T @ a @ out, q_bar
