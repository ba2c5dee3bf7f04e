"""More of linear algebra: QR, powers and products of matrices, norms of stacks, condition numbers, tensor equations."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import jvp, linear, vjp
from adjoint.rules.linalg import adjoint_of, norm_along, vector_slope
from adjoint.rules.products import cross, matmul, outer, tensordot
from adjoint.rules.shaping import onto_diagonal
from adjoint.rules.spectral import normal_bar, normal_dot
from adjoint.rules.ufuncs import vecdot
from adjoint.runtime.arrays import unbroadcast

# A = Q R. With C = Ȧ R⁻¹ and M = Qᴴ C: Q̇ = Q W + (1 - Q Qᴴ) C and Ṙ = (M - W) R, where W is antihermitian with the
# lower triangle of M, so that M - W is upper, its diagonal real as LAPACK leaves it. Of a wide A only the leading
# square is factored, and the rest is Qᴴ times it. S. Walter, L. Lehmann (2018), "Algorithmic differentiation of linear
# algebra functions with application in optimum experimental design".


@jvp(np.linalg.qr)
def qr_jvp(a: Any, mode: Any = "reduced", *, out: Any, a_dot: Any) -> Any:
    q_all, r = factors(a, mode, out)
    k = min(a.shape[-2], a.shape[-1])
    q, square = q_all[..., :k], r[..., :k, :k]
    c = right_solve(a_dot[..., :k], square)
    m = adjoint_of(q) @ c
    turn = antihermitian(m)
    q_dot = q @ (turn - m) + c
    rest_dot = adjoint_of(q_dot) @ a[..., k:] + adjoint_of(q) @ a_dot[..., k:]
    r_dot = np.concatenate([np.triu((m - turn) @ square), rest_dot], axis=-1)
    if mode == "r":
        return r_dot
    if q_all.shape[-1] > k:
        q_dot = np.concatenate([q_dot, normal_dot(q, q_all[..., k:], c)], axis=-1)
        r_dot = np.concatenate([r_dot, np.zeros_like(r[..., k:, :])], axis=-2)
    return (q_dot, r_dot)


@vjp(np.linalg.qr, operands=("a",))
def qr(a: Any, mode: Any = "reduced", *, out: Any, out_bar: Any) -> Any:
    q_all, r = factors(a, mode, out)
    k = min(a.shape[-2], a.shape[-1])
    q, square = q_all[..., :k], r[..., :k, :k]
    r_grad = np.conj(out_bar if mode == "r" else out_bar[1])
    q_grad = np.zeros_like(q_all) if mode == "r" else np.conj(out_bar[0])
    rest = r_grad[..., :k, k:]
    g = q_grad[..., :k] + a[..., k:] @ adjoint_of(rest)
    w = adjoint_of(q) @ g - r_grad[..., :k, :k] @ adjoint_of(square)
    c_grad = g + q @ (np.tril(w - adjoint_of(w), -1) + imaginary_diagonal(w) - w)
    c_grad = c_grad - normal_bar(q, q_all[..., k:], q_grad[..., k:])
    return np.conj(np.concatenate([right_solve(c_grad, adjoint_of(square)), q @ rest], axis=-1))


def factors(a: Any, mode: str, out: Any) -> Any:
    """Q and R, Q found again where only R was asked for."""
    if mode == "raw":
        raise UnsupportedArgument('np.linalg.qr: mode="raw" has no derivative rule; leave it at "reduced"')
    if mode != "r":
        return out[0], out[1]
    k = min(a.shape[-2], a.shape[-1])
    return right_solve(a[..., :k], out[..., :k, :k]), out


def right_solve(b: Any, r: Any) -> Any:
    """b @ inv(r)"""
    return np.swapaxes(np.linalg.solve(np.swapaxes(r, -1, -2), np.swapaxes(b, -1, -2)), -1, -2)


def antihermitian(m: Any) -> Any:
    """The antihermitian matrices with the lower triangle of these."""
    return np.tril(m, -1) - adjoint_of(np.tril(m, -1)) + imaginary_diagonal(m)


def imaginary_diagonal(m: Any) -> Any:
    """The imaginary part of the diagonal, among zeros."""
    return (m - np.conj(m)) / 2 * np.eye(m.shape[-1], dtype=m.dtype)


# Powers: the tangent of Aⁿ is the sum of Aᵏ Ȧ Aⁿ⁻¹⁻ᵏ; those of a negative exponent are powers of the inverse.


@jvp(np.linalg.matrix_power)
def matrix_power_jvp(a: Any, n: Any, *, a_dot: Any) -> Any:
    if n == 0:
        return np.zeros_like(a)
    base = a if n > 0 else np.linalg.inv(a)
    base_dot = a_dot if n > 0 else -base @ a_dot @ base
    total, power = base_dot, base
    for _ in range(abs(n) - 1):
        total = base @ total + base_dot @ power
        power = power @ base
    return total + 0.0


@vjp(np.linalg.matrix_power, operands=("a",), result="maybe")
def matrix_power(a: Any, n: Any, *, out_bar: Any) -> Any:
    if n == 0:
        return np.zeros_like(a)
    base = np.swapaxes(a if n > 0 else np.linalg.inv(a), -1, -2)
    total, moved = out_bar + 0.0, out_bar
    for _ in range(abs(n) - 1):
        moved = moved @ base
        total = base @ total + moved
    return total if n > 0 else -base @ total @ base


# The product of several: each operand's cotangent lies between the products of those before and behind it.


@jvp(np.linalg.multi_dot)
def multi_dot_jvp(arrays: Any, *, arrays_dot: Any) -> Any:
    terms = [
        np.linalg.multi_dot([dot if j == k else a for j, a in enumerate(arrays)]) for k, dot in enumerate(arrays_dot)
    ]
    return sum(terms)


@vjp(np.linalg.multi_dot, operands=("arrays",))
def multi_dot(arrays: Any, *, out_bar: Any) -> Any:
    bars = [one_of_product(k, arrays, out_bar) for k in range(len(arrays))]
    return tuple(bars) if isinstance(arrays, tuple) else bars


def one_of_product(k: int, arrays: Any, out_bar: Any) -> Any:
    """The cotangent of the k-th of some matrices in their product; the outermost may be vectors."""
    first, last = arrays[0], arrays[len(arrays) - 1]
    bar = np.reshape(out_bar, (1 if first.ndim == 1 else len(first), 1 if last.ndim == 1 else last.shape[1]))
    for before in arrays[:k]:
        bar = np.atleast_2d(before).T @ bar
    for behind in arrays[:k:-1]:
        bar = bar @ np.atleast_2d(behind if behind.ndim == 1 else behind.T)
    return unbroadcast(np.reshape(bar, np.shape(arrays[k])), arrays[k]) + 0.0


# Linear equations between tensors, as between matrices


@jvp(np.linalg.tensorsolve)
def tensorsolve_jvp(a: Any, b: Any, axes: Any = None, *, out: Any, a_dot: Any, b_dot: Any) -> Any:
    moved = np.tensordot(np.transpose(a_dot, own_first(a, axes)), out, out.ndim)
    return -np.linalg.tensorsolve(a, moved, axes), np.linalg.tensorsolve(a, b_dot, axes)


@vjp(np.linalg.tensorsolve, operands=("a", "b"))
def tensorsolve(a: Any, b: Any, axes: Any = None, *, out: Any, out_bar: Any) -> Any:
    order = own_first(a, axes)
    matrix = np.reshape(np.transpose(a, order), (np.size(b), np.size(out)))
    b_bar = np.linalg.solve(matrix.T, np.ravel(out_bar))
    a_bar = np.reshape(-np.outer(b_bar, np.ravel(out)), np.shape(b) + np.shape(out))
    return np.transpose(np.reshape(a_bar, np.shape(np.transpose(a, order))), np.argsort(order)), np.reshape(
        b_bar, np.shape(b)
    )


def own_first(a: Any, axes: Any) -> Any:
    """The order of axes in which `np.linalg.tensorsolve` takes those of `a`: the ones in `axes` last."""
    last = [] if axes is None else [int(k) % a.ndim for k in axes]
    return tuple([k for k in range(a.ndim) if k not in last] + last)


@jvp(np.linalg.tensorinv)
def tensorinv_jvp(a: Any, ind: Any = 2, *, out: Any, a_dot: Any) -> Any:
    rows = np.reshape(out, (-1, int(np.prod(np.shape(a)[:ind]))))
    return np.reshape(-rows @ np.reshape(a_dot, (-1, len(rows))) @ rows, np.shape(out))


@vjp(np.linalg.tensorinv, operands=("a",))
def tensorinv(a: Any, ind: Any = 2, *, out: Any, out_bar: Any) -> Any:
    rows = np.reshape(out, (-1, int(np.prod(np.shape(a)[:ind]))))
    return np.reshape(-rows.T @ np.reshape(out_bar, np.shape(rows)) @ rows.T, np.shape(a))


# Norms that are asked for of vectors or matrices by name


@jvp(np.linalg.vector_norm)
def vector_norm_jvp(x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2, out: Any, x_dot: Any) -> Any:
    slope = slope_of_vectors(x, axis, keepdims, ord, out)
    return np.sum(np.real(slope * x_dot), axis=axis, keepdims=keepdims)


@vjp(np.linalg.vector_norm, operands=("x",))
def vector_norm(x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2, out: Any, out_bar: Any) -> Any:
    g = out_bar if axis is None or keepdims else np.expand_dims(out_bar, axis)
    return g * slope_of_vectors(x, axis, keepdims, ord, out)


def slope_of_vectors(x: Any, axis: Any, keepdims: Any, order: Any, out: Any) -> Any:
    """The derivative of the norms of vectors along axes by their cells."""
    length = out if axis is None or keepdims else np.expand_dims(out, axis)
    if order == 2:
        return np.conj(x) / (length + (length == 0))
    return vector_slope(x, order, axis, length)


@jvp(np.linalg.matrix_norm)
def matrix_norm_jvp(x: Any, *, keepdims: Any = False, ord: Any = "fro", out: Any, x_dot: Any) -> Any:
    slope = norm_along(x, ord, (-2, -1), keepdims, out, np.ones_like(out))
    return np.sum(np.real(slope * x_dot), axis=(-2, -1), keepdims=keepdims)


@vjp(np.linalg.matrix_norm, operands=("x",))
def matrix_norm(x: Any, *, keepdims: Any = False, ord: Any = "fro", out: Any, out_bar: Any) -> Any:
    return norm_along(x, ord, (-2, -1), keepdims, out, out_bar)


# The condition number is real, though NumPy before 2.3 gives complex ones for complex matrices.
# The norm of the matrix times that of its inverse, or the quotient of the outermost singular values.


@jvp(np.linalg.cond)
def cond_jvp(x: Any, p: Any = None, *, out: Any, x_dot: Any) -> Any:
    return np.sum(np.real(slope_of_condition(x, p, np.real(out)) * x_dot), axis=(-2, -1))


@vjp(np.linalg.cond, operands=("x",))
def cond(x: Any, p: Any = None, *, out: Any, out_bar: Any) -> Any:
    return np.expand_dims(np.real(out_bar), (-2, -1)) * slope_of_condition(x, p, np.real(out))


def slope_of_condition(x: Any, p: Any, out: Any) -> Any:
    """The derivative of the condition number by each cell."""
    if p is None or p in (2, -2):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        ends = np.zeros_like(s)
        ends[..., 0], ends[..., -1] = 1 / s[..., 0], -1 / s[..., -1]
        weights = (-1.0 if p == -2 else 1.0) * ends * np.expand_dims(out, -1)
        return np.conj((u * np.expand_dims(weights, -2)) @ vh)
    inverse = np.linalg.inv(x)
    own = np.linalg.norm(x, p, axis=(-2, -1), keepdims=True)
    other = np.linalg.norm(inverse, p, axis=(-2, -1), keepdims=True)
    by_inverse = norm_along(inverse, p, (-2, -1), True, other, own)
    turned = np.swapaxes(inverse, -1, -2)
    return norm_along(x, p, (-2, -1), True, own, other) - turned @ by_inverse @ turned


# The array interface's spellings of other functions


@vjp(np.linalg.matmul, multilinear=True)
def linalg_matmul(x1: Any, x2: Any, *, out_bar: Any) -> Any:
    return matmul(x1, x2, out_bar=out_bar)


@vjp(np.linalg.outer, multilinear=True)
def linalg_outer(x1: Any, x2: Any, *, out_bar: Any) -> Any:
    return outer(x1, x2, out_bar=out_bar)


@vjp(np.linalg.tensordot, operands=("x1", "x2"), multilinear=True)
def linalg_tensordot(x1: Any, x2: Any, *, axes: Any = 2, out_bar: Any) -> Any:
    return tensordot(x1, x2, axes, out_bar=out_bar)


@vjp(np.linalg.vecdot, operands=("x1", "x2"), multilinear=True)
def linalg_vecdot(x1: Any, x2: Any, *, axis: Any = -1, out_bar: Any) -> Any:
    return vecdot(x1, x2, axis=axis, out_bar=out_bar)


@vjp(np.linalg.cross, operands=("x1", "x2"), multilinear=True)
def linalg_cross(x1: Any, x2: Any, *, axis: Any = -1, out_bar: Any) -> Any:
    return cross(x1, x2, axis=axis, out_bar=out_bar)


@linear(np.linalg.matrix_transpose, result="view", borrows=True)
def linalg_transpose(x: Any, *, out_bar: Any) -> Any:
    return np.swapaxes(out_bar, -1, -2)


@linear(np.linalg.diagonal, result="view", operands=("x",))
def linalg_diagonal(x: Any, *, offset: Any = 0, out_bar: Any) -> Any:
    return onto_diagonal(out_bar, x.shape, offset, -2, -1)


@linear(np.linalg.trace, operands=("x",), ignored=("dtype",))
def linalg_trace(x: Any, *, offset: Any = 0, out_bar: Any) -> Any:
    return onto_diagonal(np.expand_dims(out_bar, -1), x.shape, offset, -2, -1)
