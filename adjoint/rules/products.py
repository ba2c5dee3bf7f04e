"""Products of vectors, matrices and tensors: all bilinear, so each operand's cotangent is a product with the other."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from adjoint.errors import UnknownFunction, UnsupportedArgument
from adjoint.rules.declare import constant, vjp
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.shapes import without

# Matrix products. With X for a stack of matrices, broadcast against the other operand's stack:
# (n) @ (n), (m, n) @ (n), (m) @ (m, n), (m, n) @ (n, k), and X's with each of these.


@vjp(operator.matmul, np.matmul, multilinear=True)
def matmul(a: Any, b: Any, *, out_bar: Any) -> Any:
    if not isinstance(a, np.ndarray):
        return of_sparse(a), a.T @ out_bar
    elif not isinstance(b, np.ndarray):
        return out_bar @ b.T, of_sparse(b)
    elif a.ndim == 1 and b.ndim == 1:
        return out_bar * b, out_bar * a
    elif a.ndim == 2 and b.ndim == 1:
        return np.outer(out_bar, b), a.T @ out_bar
    elif a.ndim == 1 and b.ndim == 2:
        return b @ out_bar, np.outer(a, out_bar)
    elif a.ndim == 2 and b.ndim == 2:
        return out_bar @ b.T, a.T @ out_bar
    else:
        return matmul_left(a, b, out_bar), matmul_right(a, b, out_bar)


class NoCotangent:
    """In the place of the cotangent of a matrix of `scipy.sparse`: who uses it is refused."""

    def refuse(self, *others: Any) -> Any:
        raise UnknownFunction(
            "derivatives do not pass through a matrix of `scipy.sparse` that depends on what varies\n"
            "  Write what varies outside the product: `s * (A @ x)` for `(s * A) @ x`."
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __neg__ = __array__ = __getitem__ = refuse
    __mul__ = __rmul__ = __matmul__ = __rmatmul__ = __truediv__ = __pow__ = refuse


def of_sparse(matrix: Any) -> Any:
    """The cotangent of an operand that is no array."""
    return NoCotangent()


constant(of_sparse)


def matmul_left(a: Any, b: Any, g: Any) -> Any:
    """The cotangent of `a` in `a @ b` for operands of any rank."""
    if b.ndim == 1:
        return unbroadcast(np.expand_dims(g, -1) * b, a)
    if a.ndim == 1:
        return unbroadcast(b @ np.expand_dims(g, -1), np.expand_dims(a, -1))[:, 0]
    return unbroadcast(g @ np.swapaxes(b, -1, -2), a)


def matmul_right(a: Any, b: Any, g: Any) -> Any:
    """The cotangent of `b` in `a @ b` for operands of any rank."""
    if a.ndim == 1 and b.ndim == 1:
        return g * a
    if a.ndim == 1:
        return unbroadcast(np.expand_dims(a, -1) * np.expand_dims(g, -2), b)
    if b.ndim == 1:
        return unbroadcast(np.swapaxes(a, -1, -2) @ np.expand_dims(g, -1), np.expand_dims(b, -1))[:, 0]
    return unbroadcast(np.swapaxes(a, -1, -2) @ g, b)


@vjp(np.dot, multilinear=True)
def dot(a: Any, b: Any, *, out_bar: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(out_bar * b, a), unbroadcast(out_bar * a, b)
    elif a.ndim == 1 and b.ndim == 1:
        return out_bar * b, out_bar * a
    elif a.ndim == 2 and b.ndim == 1:
        return np.outer(out_bar, b), a.T @ out_bar
    elif a.ndim == 1 and b.ndim == 2:
        return b @ out_bar, np.outer(a, out_bar)
    elif a.ndim == 2 and b.ndim == 2:
        return out_bar @ b.T, a.T @ out_bar
    else:
        return contracted(a, b, (-1,), (max(b.ndim - 2, 0),), out_bar)


@vjp(np.outer, multilinear=True)
def outer(a: Any, b: Any, *, out_bar: Any) -> Any:
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return out_bar @ b, a @ out_bar
    else:
        return (
            np.reshape(out_bar @ np.ravel(b), np.shape(a)),
            np.reshape(np.ravel(a) @ out_bar, np.shape(b)),
        )


@vjp(np.inner, multilinear=True)
def inner(a: Any, b: Any, *, out_bar: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(out_bar * b, a), unbroadcast(out_bar * a, b)
    elif a.ndim == 1 and b.ndim == 1:
        return out_bar * b, out_bar * a
    else:
        return contracted(a, b, (-1,), (-1,), out_bar)


# The sum of conj(a) * b over all cells: for complex a not holomorphic, hence the conjugates.
@vjp(np.vdot, multilinear=True)
def vdot(a: Any, b: Any, *, out_bar: Any) -> Any:
    if np.iscomplexobj(a):
        return np.reshape(np.conj(out_bar * b), np.shape(a)), np.reshape(out_bar * np.conj(a), np.shape(b))
    else:
        return np.reshape(out_bar * b, np.shape(a)), np.reshape(out_bar * a, np.shape(b))


@vjp(np.tensordot, operands=("a", "b"), multilinear=True)
def tensordot(a: Any, b: Any, axes: Any = 2, *, out_bar: Any) -> Any:
    if isinstance(axes, int):
        return contracted(a, b, tuple(range(np.ndim(a) - axes, np.ndim(a))), tuple(range(axes)), out_bar)
    else:
        return contracted(a, b, axis_tuple(axes[0]), axis_tuple(axes[1]), out_bar)


def axis_tuple(axes: Any) -> tuple[int, ...]:
    """Axes given as a number or a sequence, as a tuple."""
    return (axes,) if np.ndim(axes) == 0 else tuple(axes)


def contracted(a: Any, b: Any, a_axes: tuple[int, ...], b_axes: tuple[int, ...], g: Any) -> Any:
    """The cotangents of `a` and `b` in the contraction of their axes, pair by pair; `g` has a's free axes, then b's."""
    a_axes = tuple([k % a.ndim for k in a_axes])
    b_axes = tuple([k % b.ndim for k in b_axes])
    a_free, b_free = without(a.ndim, a_axes), without(b.ndim, b_axes)
    n = len(a_free)
    a_bar = np.tensordot(g, b, (tuple(range(n, n + len(b_free))), b_free))
    b_bar = np.tensordot(a, g, (a_free, tuple(range(n))))
    # a_bar has a's free axes, then the contracted ones in the order of b's; b_bar the contracted ones in a's, then b's.
    a_order = a_free + tuple([a_axes[k] for k in np.argsort(b_axes)])
    b_order = tuple([b_axes[k] for k in np.argsort(a_axes)]) + b_free
    return np.transpose(a_bar, np.argsort(a_order)), np.transpose(b_bar, np.argsort(b_order))


# out[i * p + k, j * q + l] = a[i, j] * b[k, l]; an operand of lower rank has leading axes of length 1.
@vjp(np.kron, multilinear=True)
def kron(a: Any, b: Any, *, out_bar: Any) -> Any:
    rank = max(np.ndim(a), np.ndim(b))
    a_full = np.reshape(a, (1,) * (rank - np.ndim(a)) + np.shape(a))
    b_full = np.reshape(b, (1,) * (rank - np.ndim(b)) + np.shape(b))
    pairs = [n for pair in zip(a_full.shape, b_full.shape, strict=True) for n in pair]
    even, odd = tuple(range(0, 2 * rank, 2)), tuple(range(1, 2 * rank, 2))
    g = np.reshape(out_bar, pairs)
    a_bar = np.tensordot(g, b_full, (odd, tuple(range(rank))))
    b_bar = np.tensordot(g, a_full, (even, tuple(range(rank))))
    return np.reshape(a_bar, np.shape(a)), np.reshape(b_bar, np.shape(b))


# For vectors of length 3: g . (a x b) = a . (b x g) = b . (g x a).
@vjp(np.cross, operands=("a", "b"), multilinear=True)
def cross(a: Any, b: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1, axis: Any = None, *, out_bar: Any) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    if a.shape[axisa] != 3 or b.shape[axisb] != 3:
        raise UnsupportedArgument("np.cross: vectors of length 2 have no derivative rule; write x1 * y2 - x2 * y1")
    u, v, g = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1), np.moveaxis(out_bar, axisc, -1)
    a_bar, b_bar = unbroadcast(np.cross(v, g), u), unbroadcast(np.cross(g, u), v)
    return np.moveaxis(a_bar, -1, axisa), np.moveaxis(b_bar, -1, axisb)


# mode="full" is the product of polynomials; the other modes cut out its middle.


@vjp(np.convolve, multilinear=True)
def convolve(a: Any, v: Any, mode: Any = "full", *, out_bar: Any) -> Any:
    if np.ndim(a) == 1 and np.ndim(v) == 1:
        g = in_full(out_bar, len(a), len(v), mode)
        return np.convolve(g, v[::-1], "valid")[: len(a)], np.convolve(g, a[::-1], "valid")[: len(v)]
    else:
        g = in_full(out_bar, np.size(a), np.size(v), mode)
        by_a = np.convolve(g, np.atleast_1d(v)[::-1], "valid")[: np.size(a)]
        by_v = np.convolve(g, np.atleast_1d(a)[::-1], "valid")[: np.size(v)]
        return unbroadcast(np.reshape(by_a, np.shape(a)), a), unbroadcast(np.reshape(by_v, np.shape(v)), v)


# The convolution of a with v reversed; v is conjugated.
@vjp(np.correlate, multilinear=True)
def correlate(a: Any, v: Any, mode: Any = "valid", *, out_bar: Any) -> Any:
    g = in_full(out_bar, len(a), len(v), mode)
    return np.convolve(g, np.conj(v), "valid"), np.conj(np.convolve(g, a[::-1], "valid")[::-1])


def in_full(g: Any, n: int, m: int, mode: str) -> Any:
    """Put what `mode` cut out of a convolution's n + m - 1 cells back among zeros."""
    before = {"full": 0, "same": (min(n, m) - 1) // 2, "valid": min(n, m) - 1}[mode]
    return np.concatenate([np.zeros_like(g, shape=before), g, np.zeros_like(g, shape=n + m - 1 - before - len(g))])
