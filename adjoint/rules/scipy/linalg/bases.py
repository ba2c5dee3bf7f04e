"""Polar factors, null spaces, RQ decompositions, balanced matrices, the sign of a matrix.

Bases are determined but for a turn: what is given is right for all functions that do not depend on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.errors import UnsupportedArgument
from adjoint.rules import matrices
from adjoint.rules.declare import constant, jvp, vjp
from adjoint.rules.scipy.linalg.systems import check_real

# A = U P with UᵀU = 1 and P symmetric. With M = Uᵀ dA the turn S = Uᵀ dU is skew, and solves S P + P S = M - Mᵀ.
# N. J. Higham (2008), "Functions of Matrices", chapter 8. On the left, A = P U, is this for Aᵀ.


@vjp(linalg.polar, operands=("a",))
def polar(a: Any, side: Any = "right", *, out: Any, out_bar: Any) -> Any:
    check_polar(a, side)
    if side == "left":
        return polar_bar(out[0].T, out[1], out_bar[0].T, out_bar[1]).T
    return polar_bar(out[0], out[1], out_bar[0], out_bar[1])


@jvp(linalg.polar)
def polar_jvp(a: Any, side: Any = "right", *, out: Any, a_dot: Any) -> Any:
    check_polar(a, side)
    if side == "left":
        u_dot, p_dot = polar_dot(out[0].T, out[1], a_dot.T)
        return u_dot.T, p_dot
    return polar_dot(out[0], out[1], a_dot)


def polar_dot(u: Any, p: Any, a_dot: Any) -> Any:
    """The tangents of both factors."""
    turned = u.T @ a_dot
    skew = linalg.solve_sylvester(p, p, turned - turned.T)
    beside = np.linalg.solve(p, (a_dot - u @ turned).T).T
    return u @ skew + beside, turned - skew @ p


def polar_bar(u: Any, p: Any, u_bar: Any, p_bar: Any) -> Any:
    """The cotangent of their product."""
    beside = np.linalg.solve(p, u_bar.T).T
    skew = linalg.solve_sylvester(p, p, u.T @ u_bar - p_bar @ p)
    return u @ (p_bar + skew - skew.T - u.T @ beside) + beside


@constant
def check_polar(a: Any, side: Any) -> None:
    """Refuse matrices that have a singular factor.

    Raises:
        UnsupportedArgument: if the matrix is wider than high, or higher than wide for side="left", or complex.
    """
    check_real(a)
    if a.shape[0] < a.shape[1] if side == "right" else a.shape[0] > a.shape[1]:
        other = "left" if side == "right" else "right"
        raise UnsupportedArgument(f'the symmetric polar factor is singular here; use side="{other}"')


# A N = 0: dN = -A⁺ dA N, where A keeps its rank


@vjp(linalg.null_space, operands=("A",), ignored=("check_finite", "lapack_driver"))
def null_space(A: Any, rcond: Any = None, *, out: Any, out_bar: Any) -> Any:
    check_rows(A, out)
    return -np.linalg.pinv(A).T @ out_bar @ out.T


@jvp(linalg.null_space, ignored=("check_finite", "lapack_driver"))
def null_space_jvp(A: Any, rcond: Any = None, *, out: Any, A_dot: Any) -> Any:
    check_rows(A, out)
    return -np.linalg.pinv(A) @ A_dot @ out


@constant
def check_rows(a: Any, basis: Any) -> None:
    """Refuse matrices whose rows depend on each other: they do not as soon as one cell changes.

    Raises:
        UnsupportedArgument: if the rank is not the number of rows, or the matrix is complex.
    """
    check_real(a)
    if a.shape[0] + basis.shape[1] != a.shape[1]:
        raise UnsupportedArgument("a null space has a derivative only where the matrix's rows are independent")


# A = R Q is a QR decomposition of Aᵀ, turned around


@vjp(linalg.rq, operands=("a",), ignored=("check_finite", "lwork"))
def rq(a: Any, *, mode: Any = "full", out: Any, out_bar: Any) -> Any:
    pair = np.flip(out[1].T, 1), np.flip(out[0].T)
    pair_bar = np.flip(out_bar[1].T, 1), np.flip(out_bar[0].T)
    g = matrices.qr(np.flip(a.T, 1), form_of(a, mode), out=pair, out_bar=pair_bar)
    return np.flip(g, 1).T + 0.0


@jvp(linalg.rq, ignored=("check_finite", "lwork"))
def rq_jvp(a: Any, *, mode: Any = "full", out: Any, a_dot: Any) -> Any:
    pair = np.flip(out[1].T, 1), np.flip(out[0].T)
    q_dot, r_dot = matrices.qr_jvp(np.flip(a.T, 1), form_of(a, mode), out=pair, a_dot=np.flip(a_dot.T, 1))
    return np.flip(r_dot).T, np.flip(q_dot, 1).T


@constant
def form_of(a: Any, mode: Any) -> str:
    """NumPy's word for a mode.

    Raises:
        UnsupportedArgument: for R alone, and for matrices that are higher than wide.
    """
    if mode not in ("full", "economic") or a.shape[0] > a.shape[1]:
        raise UnsupportedArgument(
            'linalg.rq has a derivative rule for mode="full" and "economic", of matrices that are not higher than wide'
        )
    return "complete" if mode == "full" else "reduced"


# T⁻¹ A T with powers of 2 in T, which stay where they are


@vjp(linalg.matrix_balance, operands=("A",))
def matrix_balance(A: Any, permute: Any = True, scale: Any = True, *, out: Any, out_bar: Any) -> Any:
    return np.linalg.inv(out[1]).T @ out_bar[0] @ out[1].T


@jvp(linalg.matrix_balance)
def matrix_balance_jvp(A: Any, permute: Any = True, scale: Any = True, *, out: Any, A_dot: Any) -> Any:
    return np.linalg.inv(out[1]) @ A_dot @ out[1], 0.0 * out[1]


# S = sign(A), with N = A S: N dS + dS N = dA - S dA S. Higham (2008), chapter 5.


@vjp(linalg.signm)
def signm(A: Any, *, out: Any, out_bar: Any) -> Any:
    check_real(A)
    root = (A @ out).T
    y = linalg.solve_sylvester(root, root, out_bar)
    return y - out.T @ y @ out.T


@jvp(linalg.signm)
def signm_jvp(A: Any, *, out: Any, A_dot: Any) -> Any:
    check_real(A)
    root = A @ out
    return linalg.solve_sylvester(root, root, A_dot - out @ A_dot @ out)
