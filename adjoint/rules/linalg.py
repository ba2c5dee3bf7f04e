"""Linear algebra. Matrices are (n, n), or stacks of them in the leading axes; formulas without a citation are from
M. Giles (2008), "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import jvp, vjp
from adjoint.runtime.arrays import unbroadcast

# d(A⁻¹) = -A⁻¹ dA A⁻¹


@jvp(np.linalg.inv)
def inv_jvp(a: Any, *, out: Any, a_dot: Any) -> Any:
    return -(out @ a_dot @ out)


@vjp(np.linalg.inv)
def inv(a: Any, *, out: Any, out_bar: Any) -> Any:
    if a.ndim == 2:
        return -(out.T @ out_bar @ out.T)
    else:
        return -(np.swapaxes(out, -1, -2) @ out_bar @ np.swapaxes(out, -1, -2))


# A dX = dB - dA X, so that B_bar = A⁻ᵀ X_bar and A_bar = -B_bar Xᵀ


@jvp(np.linalg.solve)
def solve_jvp(a: Any, b: Any, *, out: Any, a_dot: Any, b_dot: Any) -> Any:
    if a.ndim == 2 or b.ndim > 1:
        return -np.linalg.solve(a, a_dot @ out), np.linalg.solve(a, b_dot)
    else:
        moved = np.linalg.solve(a, a_dot @ np.expand_dims(out, -1))
        return -moved[..., 0], np.linalg.solve(a, b_dot)


@vjp(np.linalg.solve)
def solve(a: Any, b: Any, *, out: Any, out_bar: Any) -> Any:
    if a.ndim == 2 and b.ndim == 1:
        b_bar = np.linalg.solve(a.T, out_bar)
        return -np.outer(b_bar, out), b_bar
    elif a.ndim == 2 and b.ndim == 2:
        b_bar = np.linalg.solve(a.T, out_bar)
        return -b_bar @ out.T, b_bar
    else:
        return stacked_solve(a, b, out, out_bar)


def stacked_solve(a: Any, b: Any, x: Any, x_bar: Any) -> Any:
    """The cotangents of solve for stacks, which broadcast; `b` is a vector only if its rank is 1."""
    if b.ndim == 1:
        x, x_bar = np.expand_dims(x, -1), np.expand_dims(x_bar, -1)
    b_bar = np.linalg.solve(np.swapaxes(a, -1, -2), x_bar)
    a_bar = unbroadcast(-b_bar @ np.swapaxes(x, -1, -2), a)
    return a_bar, unbroadcast(b_bar[..., 0] if b.ndim == 1 else b_bar, b)


# d det(A) = tr(adj(A) dA). The adjugate of a singular matrix exists, though its inverse does not.


@jvp(np.linalg.det)
def det_jvp(a: Any, *, a_dot: Any) -> Any:
    return np.sum(cofactors(a) * a_dot, axis=(-2, -1))


@vjp(np.linalg.det)
def det(a: Any, *, out_bar: Any) -> Any:
    if a.ndim == 2:
        return out_bar * cofactors(a)
    else:
        return np.expand_dims(out_bar, (-1, -2)) * cofactors(a)


def cofactors(a: Any) -> Any:
    """The derivative of det(a) by each cell: det(a) times the transposed inverse, or else minor by minor.

    >>> cofactors(np.array([[1.0, 2.0], [2.0, 4.0]]))
    array([[ 4., -2.],
           [-2.,  1.]])
    """
    d = np.linalg.det(a)
    if np.all(d != 0):
        return np.expand_dims(d, (-1, -2)) * np.swapaxes(np.linalg.inv(a), -1, -2)
    n = a.shape[-1]
    minors = np.zeros_like(a)
    for i in range(n):
        for j in range(n):
            rows = np.array([k for k in range(n) if k != i], dtype=int)
            columns = np.array([k for k in range(n) if k != j], dtype=int)
            minors[..., i, j] = (-1) ** (i + j) * np.linalg.det(a[..., rows[:, None], columns])
    return minors


# log|det(A)|, and the sign, which turns only if A is complex: d log det(A) = tr(A⁻¹ dA), the real part of which is that
# of the logarithm, and the imaginary part the angle of the sign. A singular matrix has neither, and `inv` raises.


@jvp(np.linalg.slogdet)
def slogdet_jvp(a: Any, *, out: Any, a_dot: Any) -> Any:
    change = np.trace(np.linalg.solve(a, a_dot), axis1=-2, axis2=-1)
    return (out[0] * 1j * np.imag(change) if np.iscomplexobj(a) else 0.0 * out[0], np.real(change))


@vjp(np.linalg.slogdet)
def slogdet(a: Any, *, out: Any, out_bar: Any) -> Any:
    if np.iscomplexobj(a):
        g = out_bar[1] + 1j * np.imag(out_bar[0] * out[0])
        return np.expand_dims(g, (-1, -2)) * np.swapaxes(np.linalg.inv(a), -1, -2)
    elif a.ndim == 2:
        return out_bar[1] * np.linalg.inv(a).T
    else:
        return np.expand_dims(out_bar[1], (-1, -2)) * np.swapaxes(np.linalg.inv(a), -1, -2)


# A = L Lᴴ, of which NumPy reads the lower triangle alone, so that cells above it get 0, and those below it count for
# both. I. Murray (2016), "Differentiation of the Cholesky decomposition", equations 8 to 10. With `upper` A = Uᴴ U, and
# U is the L of Aᴴ, transposed.


@jvp(np.linalg.cholesky)
def cholesky_jvp(a: Any, *, upper: Any = False, out: Any, a_dot: Any) -> Any:
    if upper:
        return adjoint_of(cholesky_jvp(adjoint_of(a), out=adjoint_of(out), a_dot=adjoint_of(a_dot)))
    change = 2 * lower_half(a_dot)
    if a.ndim == 2 and not np.iscomplexobj(a):
        left = np.linalg.solve(out, (change + change.T) / 2)
        return out @ lower_half(np.linalg.solve(out, left.T).T)
    else:
        left = np.linalg.solve(out, (change + adjoint_of(change)) / 2)
        return out @ lower_half(adjoint_of(np.linalg.solve(out, adjoint_of(left))))


@vjp(np.linalg.cholesky)
def cholesky(a: Any, *, upper: Any = False, out: Any, out_bar: Any) -> Any:
    if upper:
        return adjoint_of(cholesky(adjoint_of(a), out=adjoint_of(out), out_bar=adjoint_of(out_bar)))
    if a.ndim == 2 and not np.iscomplexobj(a):
        left = np.linalg.solve(out.T, lower_half(out.T @ np.tril(out_bar)))
        s = np.linalg.solve(out.T, left.T)
        return lower_half(s + s.T)
    else:
        inner = lower_half(adjoint_of(out) @ np.tril(np.conj(out_bar)))
        left = np.linalg.solve(adjoint_of(out), inner)
        s = adjoint_of(np.linalg.solve(adjoint_of(out), adjoint_of(left)))
        return np.conj(lower_half(s + adjoint_of(s)))


def adjoint_of(m: Any) -> Any:
    """The conjugate transpose of each matrix."""
    return np.conj(np.swapaxes(m, -1, -2))


def lower_half(m: Any) -> Any:
    """The lower triangle, its diagonal halved."""
    return np.tril(m) - 0.5 * m * np.eye(m.shape[-1], dtype=m.dtype)


# Norms. At 0, where there is no derivative: 0, the middle of the subgradients. For complex x, |x| has a conjugate.


@jvp(np.linalg.norm)
def norm_jvp(x: Any, ord: Any = None, axis: Any = None, *, keepdims: Any = False, out: Any, x_dot: Any) -> Any:
    if axis is None and (ord is None or (ord == 2 and np.ndim(x) == 1)) and not keepdims and not np.iscomplexobj(x):
        return np.sum(x * x_dot) / (out + (out == 0))
    elif isinstance(axis, int) and (ord is None or ord == 2) and not np.iscomplexobj(x):
        return np.sum(x * x_dot, axis=axis, keepdims=keepdims) / (out + (out == 0))
    else:
        slope = norm_along(x, ord, axis, keepdims, out, np.ones_like(out))
        return np.sum(np.real(slope * x_dot), axis=axis, keepdims=keepdims)


@vjp(np.linalg.norm, operands=("x",))
def norm(x: Any, ord: Any = None, axis: Any = None, *, keepdims: Any = False, out: Any, out_bar: Any) -> Any:
    if axis is None and (ord is None or (ord == 2 and np.ndim(x) == 1)) and not np.iscomplexobj(x):
        return out_bar * x / (out + (out == 0))
    elif isinstance(axis, int) and (ord is None or ord == 2) and not np.iscomplexobj(x):
        slope = out_bar / (out + (out == 0))
        return (slope if keepdims or axis == 0 else np.expand_dims(slope, axis)) * x
    else:
        return norm_along(x, ord, axis, keepdims, out, out_bar)


def norm_along(x: Any, order: Any, axis: Any, keepdims: bool, out: Any, g: Any) -> Any:
    """The cotangent of x in a norm of any order along one axis (of vectors), or two (of matrices)."""
    axes = axis if isinstance(axis, tuple) else tuple(range(np.ndim(x))) if axis is None else (axis,)
    if axis is not None and not keepdims:
        out, g = np.expand_dims(out, axes), np.expand_dims(g, axes)
    if order is None or order == "fro" or (order == 2 and len(axes) == 1):
        return g * np.conj(x) / (out + (out == 0))
    if len(axes) == 1:
        return g * vector_slope(x, order, axes[0], out)
    return g * (matrix_slope(x, order, axes) if order in (1, -1, np.inf, -np.inf) else singular_slope(x, order, axes))


# |x|_p = (sum |x|**p)**(1/p): d|x|_p / dx = sign(x) (|x| / |x|_p)**(p - 1). The largest (smallest) cells share the
# norm of order inf (-inf) evenly; order 0 counts cells: derivative 0.
def vector_slope(x: Any, order: Any, axis: Any, out: Any) -> Any:
    """The derivative of the norm of vectors along `axis`, whose norms `out` keep that axis."""
    sign = np.conj(np.sign(x))
    if order == 0:
        return np.zeros_like(x)
    if order == 1:
        return sign
    if order in (np.inf, -np.inf):
        wins = (np.abs(x) == out).astype(np.abs(x).dtype)
        return sign * wins / np.sum(wins, axis=axis, keepdims=True)
    ratio = np.abs(x) / (out + (out == 0))
    return sign * (ratio + (ratio == 0)) ** (order - 1) * (ratio != 0)


# Order 1 is the largest sum of a column, inf of a row; -1 and -inf are the smallest.
def matrix_slope(x: Any, order: Any, axes: tuple[int, ...]) -> Any:
    """The derivative of the norm of matrices in the two `axes`."""
    along = axes[0] if abs(order) == 1 else axes[1]
    sums = np.sum(np.abs(x), axis=along, keepdims=True)
    best = np.max(sums, axis=axes, keepdims=True) if order > 0 else np.min(sums, axis=axes, keepdims=True)
    wins = (sums == best).astype(sums.dtype)
    return np.conj(np.sign(x)) * wins / np.sum(wins, axis=axes, keepdims=True)


# Order 2 is the largest singular value, -2 the smallest, "nuc" their sum. A tie is shared evenly.
def singular_slope(x: Any, order: Any, axes: tuple[int, ...]) -> Any:
    """The derivative of the norm of matrices in the two `axes`."""
    u, s, vh = np.linalg.svd(np.moveaxis(x, axes, (-2, -1)), full_matrices=False)
    best = np.max(s, axis=-1, keepdims=True) if order == 2 else np.min(s, axis=-1, keepdims=True)
    wins = ((s == best) if order != "nuc" else (s > 0)).astype(s.dtype)
    shares = wins if order == "nuc" else wins / np.sum(wins, axis=-1, keepdims=True)
    return np.moveaxis(np.conj((u * np.expand_dims(shares, -2)) @ vh), (-2, -1), axes)
