"""Eigenvalues and singular values, and what is made of them.

Matrices are (m, n), or stacks of them; Ȧ stands for a matrix's tangent, G for the gradient that pairs with it as
Re tr(Gᴴ Ȧ), which is the conjugate of the cotangent. Where vectors are determined but for a sign, a phase, or a basis
of a space, what is given is right for all functions that do not depend on that choice. Between equal eigenvalues or
singular values the vectors do not turn: so the derivatives of the values alone exist and are right.

M. Giles (2008), "Collected matrix derivative results"; C. Boeddeker et al. (2017), "On the computation of
complex-valued gradients with application to statistically optimum beamforming" (eig); J. Townsend (2016),
"Differentiating the singular value decomposition".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import jvp, vjp
from adjoint.rules.linalg import adjoint_of, lower_half

# Hermitian matrices, A = V diag(w) Vᴴ, of which NumPy reads one triangle. ẇ = diag(Vᴴ Ȧ V), and
# V̇ = V (F * (Vᴴ Ȧ V)) with F = 1 / (w_j - w_i).


@jvp(np.linalg.eigh)
def eigh_jvp(a: Any, UPLO: Any = "L", *, out: Any, a_dot: Any) -> Any:
    turned = adjoint_of(out[1]) @ hermitian(a_dot, UPLO) @ out[1]
    values_dot = diagonal_of(np.real(turned))
    return (values_dot, out[1] @ (inverse_gaps(out[0]) * turned))


@vjp(np.linalg.eigh, operands=("a",))
def eigh(a: Any, UPLO: Any = "L", *, out: Any, out_bar: Any) -> Any:
    v = out[1]
    inner = inverse_gaps(out[0]) * (adjoint_of(v) @ np.conj(out_bar[1])) + diagonal_matrix(out_bar[0])
    return onto_triangle(v @ inner @ adjoint_of(v), UPLO)


@jvp(np.linalg.eigvalsh)
def eigvalsh_jvp(a: Any, UPLO: Any = "L", *, a_dot: Any) -> Any:
    v = np.linalg.eigh(a, UPLO)[1]
    return diagonal_of(np.real(adjoint_of(v) @ hermitian(a_dot, UPLO) @ v))


@vjp(np.linalg.eigvalsh, operands=("a",))
def eigvalsh(a: Any, UPLO: Any = "L", *, out_bar: Any) -> Any:
    v = np.linalg.eigh(a, UPLO)[1]
    return onto_triangle((v * np.expand_dims(out_bar, -2)) @ adjoint_of(v), UPLO)


def inverse_gaps(values: Any) -> Any:
    """1 / (w_j - w_i), and 0 between equal values.

    >>> inverse_gaps(np.array([1.0, 3.0, 3.0]))
    array([[ 0. ,  0.5,  0.5],
           [-0.5,  0. ,  0. ],
           [-0.5,  0. ,  0. ]])
    """
    gaps = np.expand_dims(values, -2) - np.expand_dims(values, -1)
    return np.where(gaps != 0, 1 / (gaps + (gaps == 0)), 0.0)


def diagonal_matrix(values: Any) -> Any:
    """Matrices with these on the diagonal."""
    return np.expand_dims(values, -1) * np.eye(values.shape[-1], dtype=values.dtype)


def diagonal_of(m: Any) -> Any:
    """The diagonals of matrices, as an array of their own."""
    return np.diagonal(m, axis1=-2, axis2=-1) + 0.0


def hermitian(m: Any, triangle: str) -> Any:
    """The Hermitian matrices that are read from one triangle."""
    half = lower_half(m if triangle == "L" else adjoint_of(m))
    return half + adjoint_of(half)


def onto_triangle(g: Any, triangle: str) -> Any:
    """The cotangent of the triangle that is read, from the gradient by the whole Hermitian matrix."""
    half = np.conj(lower_half(g + adjoint_of(g)))
    return half if triangle == "L" else adjoint_of(half)


# Any square matrix, A V = V diag(w): ẇ = diag(V⁻¹ Ȧ V), and V̇ = V (F * (V⁻¹ Ȧ V)) + V diag(c), where c keeps the
# columns at length 1, and their largest component real, as LAPACK leaves them.


@jvp(np.linalg.eig)
def eig_jvp(a: Any, *, out: Any, a_dot: Any) -> Any:
    values, v = out
    turned = np.linalg.solve(v, a_dot @ v)
    free = v @ (inverse_gaps(values) * turned)
    length = np.real(np.sum(np.conj(v) * free, axis=-2, keepdims=True))
    phase = np.imag(np.sum(free * largest_component(v), axis=-2, keepdims=True))
    v_dot = free - v * (length + 1j * phase if np.iscomplexobj(v) else length)
    return (diagonal_of(turned), v_dot)


@vjp(np.linalg.eig)
def eig(a: Any, *, out: Any, out_bar: Any) -> Any:
    values, v = out
    g = np.conj(out_bar[1])
    overlap = np.sum(np.conj(g) * v, axis=-2, keepdims=True)
    g = g - np.real(overlap) * v
    if np.iscomplexobj(v):
        g = g + 1j * np.imag(overlap) * largest_component(v)
    inner = np.conj(inverse_gaps(values)) * (adjoint_of(v) @ g) + diagonal_matrix(np.conj(out_bar[0]))
    return like_matrix(a, np.conj(np.linalg.solve(adjoint_of(v), inner @ adjoint_of(v))))


@jvp(np.linalg.eigvals)
def eigvals_jvp(a: Any, *, out: Any, a_dot: Any) -> Any:
    v = vectors_of(a, out)
    return diagonal_of(np.linalg.solve(v, a_dot @ v))


@vjp(np.linalg.eigvals)
def eigvals(a: Any, *, out: Any, out_bar: Any) -> Any:
    v = np.swapaxes(vectors_of(a, out), -1, -2)
    return like_matrix(a, np.linalg.solve(v, np.expand_dims(out_bar, -1) * v))


def vectors_of(a: Any, values: Any) -> Any:
    """The eigenvectors of matrices in the order of their eigenvalues, which need not be that of `np.linalg.eig`."""
    found, v = np.linalg.eig(a)
    if np.allclose(found, values):
        return v
    distance = np.abs(np.expand_dims(values, -1) - np.expand_dims(found, -2))
    return np.take_along_axis(v, np.expand_dims(np.argmin(distance, axis=-1), -2), axis=-1)


def largest_component(v: Any) -> Any:
    """For each column, 1 over its largest component, in the place of that, among zeros."""
    real = np.where(np.imag(v) == 0, np.abs(v), 0.0)
    place = real == np.max(real, axis=-2, keepdims=True)
    first = place & (np.cumsum(place, axis=-2) == 1)
    return np.where(first, 1 / np.where(first, np.real(v), 1.0), 0.0)


def like_matrix(a: Any, bar: Any) -> Any:
    """The real part, for a real matrix."""
    return bar if np.iscomplexobj(a) else np.real(bar)


# Singular values, A = U S Vᴴ. With P = Uᴴ Ȧ V: Ṡ = Re diag(P), and the columns of U and V turn among themselves by
# F * (P S + S Pᴴ) and F * (S P + Pᴴ S), F = 1 / (s_j² - s_i²), and out of the space that they span by what Ȧ V / S and
# Ȧᴴ U / S have outside it. Of a phase, which U and V share, U takes it all. The columns that `full_matrices` adds turn
# such that they stay normal to the others. A singular value 0 leaves its vectors where they are.


@jvp(np.linalg.svd)
def svd_jvp(a: Any, full_matrices: Any = True, compute_uv: Any = True, *, out: Any, a_dot: Any) -> Any:
    if not compute_uv:
        return svdvals_jvp(a, x_dot=a_dot)
    k = out[1].shape[-1]
    u, s, v = out[0][..., :k], out[1], adjoint_of(out[2])[..., :k]
    p, f, inverse = adjoint_of(u) @ a_dot @ v, inverse_gaps(s**2), np.expand_dims(reciprocal_or_zero(s), -2)
    scale = np.expand_dims(s, -2)
    u_turn = f * (p * scale + adjoint_of(p * scale))
    v_turn = f * (np.expand_dims(s, -1) * p + adjoint_of(p) * scale)
    if np.iscomplexobj(a):
        u_turn = u_turn + diagonal_matrix(1j * diagonal_of(np.imag(p)) * reciprocal_or_zero(s))
    left, right = a_dot @ v, adjoint_of(a_dot) @ u
    u_dot = u @ u_turn + (left - u @ p) * inverse
    v_dot = v @ v_turn + (right - v @ adjoint_of(p)) * inverse
    u_dot = np.concatenate([u_dot, normal_dot(u, out[0][..., k:], left * inverse)], axis=-1)
    v_dot = np.concatenate([v_dot, normal_dot(v, adjoint_of(out[2])[..., k:], right * inverse)], axis=-1)
    return (u_dot, diagonal_of(np.real(p)), adjoint_of(v_dot))


@vjp(np.linalg.svd, operands=("a",))
def svd(a: Any, full_matrices: Any = True, compute_uv: Any = True, *, out: Any, out_bar: Any) -> Any:
    if not compute_uv:
        return svdvals(a, out_bar=out_bar)
    k = out[1].shape[-1]
    u, s, v = out[0][..., :k], out[1], adjoint_of(out[2])[..., :k]
    g_all, h_all = np.conj(out_bar[0]), np.swapaxes(out_bar[2], -1, -2)
    g, h = g_all[..., :k], h_all[..., :k]
    f, inverse = inverse_gaps(s**2), np.expand_dims(reciprocal_or_zero(s), -2)
    ug, vh = adjoint_of(u) @ g, adjoint_of(v) @ h
    x, y = f * ug, f * vh
    inner = diagonal_matrix(out_bar[1]) + (x + adjoint_of(x)) * np.expand_dims(s, -2)
    inner = inner + np.expand_dims(s, -1) * (y + adjoint_of(y))
    if np.iscomplexobj(a):
        inner = inner + diagonal_matrix(1j * diagonal_of(np.imag(ug)) * reciprocal_or_zero(s))
    outside_u = g - u @ ug - normal_bar(u, out[0][..., k:], g_all[..., k:])
    outside_v = h - v @ vh - normal_bar(v, adjoint_of(out[2])[..., k:], h_all[..., k:])
    whole = u @ inner @ adjoint_of(v) + (outside_u * inverse) @ adjoint_of(v) + u @ adjoint_of(outside_v * inverse)
    return np.conj(whole)


def normal_dot(u: Any, rest: Any, turn: Any) -> Any:
    """How columns normal to those of `u` turn where these turn by `turn`."""
    return -u @ (adjoint_of(turn) @ rest)


def normal_bar(u: Any, rest: Any, rest_bar: Any) -> Any:
    """The gradient by `turn` of what `normal_dot` gives, with the sign changed."""
    return rest @ (adjoint_of(rest_bar) @ u)


def reciprocal_or_zero(s: Any) -> Any:
    """1 / s, and 0 for 0.

    >>> reciprocal_or_zero(np.array([2.0, 0.0]))
    array([0.5, 0. ])
    """
    return np.where(s != 0, 1 / (s + (s == 0)), 0.0)


@jvp(np.linalg.svdvals)
def svdvals_jvp(x: Any, *, x_dot: Any) -> Any:
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return np.real(np.sum(np.conj(u) * (x_dot @ adjoint_of(vh)), axis=-2))


@vjp(np.linalg.svdvals)
def svdvals(x: Any, *, out_bar: Any) -> Any:
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return np.conj((u * np.expand_dims(out_bar, -2)) @ vh)


# The pseudoinverse P of A, while the rank stays: Ṗ = -P Ȧ P + P Pᴴ Ȧᴴ (1 - A P) + (1 - P A) Ȧᴴ Pᴴ P.
# G. Golub, V. Pereyra (1973), "The differentiation of pseudo-inverses".


@jvp(np.linalg.pinv)
def pinv_jvp(a: Any, rcond: Any = None, *, rtol: Any = None, out: Any, a_dot: Any) -> Any:
    h, moved = adjoint_of(a_dot), a_dot @ out
    rows, columns = h - h @ a @ out, h - out @ (a @ h)
    return -out @ moved + out @ (adjoint_of(out) @ rows) + columns @ adjoint_of(out) @ out


@vjp(np.linalg.pinv, operands=("a",))
def pinv(a: Any, rcond: Any = None, *, rtol: Any = None, out: Any, out_bar: Any) -> Any:
    p, h = out, np.swapaxes(out_bar, -1, -2)
    rows, columns = h - a @ (p @ h), h - h @ p @ a
    g_bar = -adjoint_of(p) @ adjoint_of(h) @ adjoint_of(p)
    return np.conj(g_bar + rows @ p @ adjoint_of(p) + adjoint_of(p) @ p @ columns)


# The solution x = P b of the least squares, the sums of squares of what is left over, and the singular values.


@jvp(np.linalg.lstsq)
def lstsq_jvp(a: Any, b: Any, rcond: Any = None, *, out: Any, a_dot: Any, b_dot: Any) -> Any:
    x, p = out[0], np.linalg.pinv(a, rcond=cutoff(a, rcond))
    left, moved = b - a @ x, a_dot @ x
    turn = adjoint_of(a_dot) @ left
    pulled = adjoint_of(a_dot) @ (adjoint_of(p) @ x)
    by_a = p @ (adjoint_of(p) @ turn - moved) + pulled - p @ (a @ pulled)
    squares = [np.reshape(2 * np.sum(np.real(np.conj(left) * d), axis=0), (-1,)) for d in (-moved, b_dot)]
    squares = [d[: len(out[1])] for d in squares]
    nothing, values_dot = 0.0 * out[3], svdvals_jvp(a, x_dot=a_dot)
    return (by_a, squares[0], 0.0, values_dot), (p @ b_dot, squares[1], 0.0, nothing)


@vjp(np.linalg.lstsq, operands=("a", "b"))
def lstsq(a: Any, b: Any, rcond: Any = None, *, out: Any, out_bar: Any) -> Any:
    p = np.linalg.pinv(a, rcond=cutoff(a, rcond))
    x, g = as_columns(out[0]), as_columns(np.conj(out_bar[0]))
    left = as_columns(b) - a @ x
    pulled = adjoint_of(p) @ g
    b_grad = pulled
    a_grad = left @ adjoint_of(p @ pulled) - pulled @ adjoint_of(x)
    a_grad = a_grad + adjoint_of(p) @ (x @ adjoint_of(g - p @ (a @ g)))
    if len(out[1]):
        b_grad = b_grad + 2 * left * out_bar[1]
        a_grad = a_grad - 2 * (left * out_bar[1]) @ adjoint_of(x)
    if np.any(out_bar[3] != 0):
        a_grad = a_grad + np.conj(svdvals(a, out_bar=out_bar[3]))
    return np.conj(a_grad), np.reshape(np.conj(b_grad), np.shape(b))


def as_columns(b: Any) -> Any:
    """A vector as a matrix of one column."""
    return np.expand_dims(b, 1) if b.ndim == 1 else b


def cutoff(a: Any, rcond: Any) -> Any:
    """The singular values, in terms of the largest, that `np.linalg.lstsq` takes for 0."""
    return max(a.shape) * np.finfo(a.dtype).eps if rcond is None else rcond
