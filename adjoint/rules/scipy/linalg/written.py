"""Functions of `scipy.linalg` that are written out as products of those that have rules.

linalg.expm_frechet(A, E)       the upper right quarter of linalg.expm([[A, E], [0, A]])
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.scipy.linalg.functions import corner, with_direction


def orthogonal_procrustes(A: Any, B: Any, check_finite: Any = True) -> Any:
    """`scipy.linalg.orthogonal_procrustes`, by the polar factors of Aᵀ B."""
    turn, stretch = linalg.polar(A.T @ B)
    return turn, np.trace(stretch)


def expm_frechet(A: Any, E: Any, method: Any = None, compute_expm: Any = True, check_finite: Any = True) -> Any:
    """`scipy.linalg.expm_frechet`, by the exponential of [[A, E], [0, A]]."""
    both = linalg.expm(with_direction(A, E))
    if compute_expm:
        return both[: len(A), : len(A)], corner(both)
    return corner(both)


def expm_cond(A: Any, check_finite: Any = True) -> Any:
    """`scipy.linalg.expm_cond`: the greatest stretch of a direction, relative to both matrices."""
    n = len(A)
    units = np.reshape(np.eye(n * n), (n * n, n, n))
    stretches = corner(linalg.expm(with_direction(np.broadcast_to(A, (n * n, n, n)), units)))
    stretch = np.linalg.norm(np.reshape(stretches, (n * n, n * n)), 2)
    return stretch * np.linalg.norm(A) / np.linalg.norm(linalg.expm(A))


def pinvh(
    a: Any,
    atol: Any = None,
    rtol: Any = None,
    lower: Any = True,
    return_rank: Any = False,
    check_finite: Any = True,
) -> Any:
    """`scipy.linalg.pinvh`, by the pseudoinverse of the whole matrix."""
    if return_rank:
        raise UnsupportedArgument("linalg.pinvh: return_rank=True has no derivative rule; use np.linalg.matrix_rank")
    half = np.tril(a, -1) if lower else np.triu(a, 1)
    return linalg.pinv(half + np.conj(half).T + np.diag(np.real(np.diag(a))), atol=atol, rtol=rtol)


def orth(A: Any, rcond: Any = None) -> Any:
    """`scipy.linalg.orth`: the left singular vectors that belong to the range."""
    u, s, _ = linalg.svd(A, full_matrices=False)
    tolerance = np.max(s) * (np.finfo(s.dtype).eps * max(A.shape) if rcond is None else rcond)
    return u[:, : int(np.sum(s > tolerance))]


def subspace_angles(A: Any, B: Any) -> Any:
    """`scipy.linalg.subspace_angles`, by QR decompositions; small angles by their sines."""
    first, second = linalg.qr(A, mode="economic")[0], linalg.qr(B, mode="economic")[0]
    if first.shape[1] < second.shape[1]:
        wide, narrow = second, first
    else:
        wide, narrow = first, second
    cosines = linalg.svdvals(wide.T @ narrow)[::-1]
    sines = linalg.svdvals(narrow - wide @ (wide.T @ narrow))
    small = cosines**2 >= 0.5
    by_sines = np.arcsin(np.where(small, np.clip(sines, -1, 1), 0.0))
    return np.where(small, by_sines, np.arccos(np.where(small, 0.0, np.clip(cosines, -1, 1))))


def qr_multiply(
    a: Any,
    c: Any,
    mode: Any = "right",
    pivoting: Any = False,
    conjugate: Any = False,
    overwrite_a: Any = False,
    overwrite_c: Any = False,
) -> Any:
    """`scipy.linalg.qr_multiply`, by the factor itself."""
    if pivoting or conjugate:
        raise UnsupportedArgument("linalg.qr_multiply has a derivative without `pivoting` and `conjugate` only")
    q, r = linalg.qr(a, mode="economic")
    if mode == "left":
        return q @ c, r
    return c @ q, r


def fiedler_companion(a: Any) -> Any:
    """`scipy.linalg.fiedler_companion`, for polynomials of degree 2 and more."""
    n = len(a) - 1
    share = a / a[0]
    c = np.zeros((n, n))
    even, odd, left, right = np.arange(2, n, 2), np.arange(3, n, 2), np.arange(0, n - 1, 2), np.arange(0, n - 2, 2)
    c[odd, odd - 2] = 1.0
    c[even, even - 1] = -share[3::2]
    c[right, right + 2] = 1.0
    c[left, left + 1] = -share[2::2]
    c[0, 0] = -share[1]
    c[1, 0] = 1.0
    return c


late.WRITTEN.update(
    {
        linalg.orthogonal_procrustes: orthogonal_procrustes,
        linalg.expm_frechet: expm_frechet,
        linalg.expm_cond: expm_cond,
        linalg.pinvh: pinvh,
        linalg.orth: orth,
        linalg.subspace_angles: subspace_angles,
        linalg.qr_multiply: qr_multiply,
        linalg.fiedler_companion: fiedler_companion,
    }
)
