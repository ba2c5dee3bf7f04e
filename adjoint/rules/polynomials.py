"""Polynomials, by their coefficients, the highest power first; and fits of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import jvp, linear, vjp
from adjoint.rules.spectral import eigvals, eigvals_jvp, lstsq, lstsq_jvp
from adjoint.runtime.arrays import unbroadcast

# Values, and the matrix of powers


@jvp(np.polyval)
def polyval_jvp(p: Any, x: Any, *, p_dot: Any, x_dot: Any) -> Any:
    return np.polyval(p_dot, x), np.polyval(np.polyder(p), x) * x_dot


@vjp(np.polyval, operands=("p", "x"))
def polyval(p: Any, x: Any, *, out_bar: Any) -> Any:
    n = len(p)
    p_bar = [np.sum(out_bar * x ** (n - 1 - k)) for k in range(n)]
    slope = np.zeros_like(np.asarray(x) * 1.0)
    for k in range(n - 1):
        slope = slope * x + (n - 1 - k) * p[k]
    return unbroadcast(np.array(p_bar), p), unbroadcast(out_bar * slope, x)


@jvp(np.vander)
def vander_jvp(x: Any, N: Any = None, increasing: Any = False, *, x_dot: Any) -> Any:
    n = len(x) if N is None else N
    powers = np.arange(n) if increasing else np.arange(n)[::-1]
    return powers * np.expand_dims(x, -1) ** np.maximum(powers - 1, 0) * np.expand_dims(x_dot, -1)


@vjp(np.vander, operands=("x",))
def vander(x: Any, N: Any = None, increasing: Any = False, *, out_bar: Any) -> Any:
    n = len(x) if N is None else N
    powers = np.arange(n) if increasing else np.arange(n)[::-1]
    return np.sum(out_bar * powers * np.expand_dims(x, -1) ** np.maximum(powers - 1, 0), axis=-1).astype(x.dtype)


@linear(np.polyder, operands=("p",))
def polyder(p: Any, m: Any = 1, *, out_bar: Any) -> Any:
    g = out_bar
    for _ in range(m):
        g = np.concatenate([g * np.arange(len(g), 0, -1), np.zeros(1)])
    return unbroadcast(g[: len(p)], p)


# Sums and products. NumPy drops leading zeros of the factors, so that the result may be shorter than a convolution.


@linear(np.polyadd)
def polyadd(a1: Any, a2: Any, *, out_bar: Any) -> Any:
    return ending(out_bar, a1), ending(out_bar, a2)


@linear(np.polysub)
def polysub(a1: Any, a2: Any, *, out_bar: Any) -> Any:
    return ending(out_bar, a1), -ending(out_bar, a2)


@jvp(np.polymul)
def polymul_jvp(a1: Any, a2: Any, *, out: Any, a1_dot: Any, a2_dot: Any) -> Any:
    n = np.size(out)
    return np.convolve(a1_dot, np.atleast_1d(a2))[-n:], np.convolve(np.atleast_1d(a1), a2_dot)[-n:]


@vjp(np.polymul)
def polymul(a1: Any, a2: Any, *, out_bar: Any) -> Any:
    n, m = np.size(a1), np.size(a2)
    g = np.concatenate([np.zeros_like(out_bar, shape=n + m - 1 - np.size(out_bar)), out_bar])
    by_first = np.convolve(g, np.atleast_1d(a2)[::-1], "valid")[:n]
    by_second = np.convolve(g, np.atleast_1d(a1)[::-1], "valid")[:m]
    return unbroadcast(np.reshape(by_first, np.shape(a1)), a1), unbroadcast(np.reshape(by_second, np.shape(a2)), a2)


def ending(g: Any, a: Any) -> Any:
    """The last coefficients, as many as `a` has."""
    return unbroadcast(np.reshape(g[len(g) - np.size(a) :], np.shape(a)), a) + 0.0


# u = q v + r: the leading coefficients of u give q, by a triangular matrix of those of v, and the others r.


@jvp(np.polydiv)
def polydiv_jvp(u: Any, v: Any, *, out: Any, u_dot: Any, v_dot: Any) -> Any:
    return division_dot(u_dot, v, out), division_dot(-np.convolve(out[0], v_dot), v, out)


@vjp(np.polydiv)
def polydiv(u: Any, v: Any, *, out: Any, out_bar: Any) -> Any:
    q, n = out[0], len(out[0])
    rest_bar = np.concatenate([np.zeros_like(out_bar[1], shape=len(u) - len(out[1])), out_bar[1]])
    q_bar = out_bar[0] - np.convolve(rest_bar, v[::-1], "valid")[:n]
    lead_bar = np.linalg.solve(toeplitz(v, n).T, q_bar)
    whole_bar = rest_bar + np.concatenate([lead_bar, np.zeros_like(rest_bar, shape=len(u) - n)])
    return whole_bar, -np.convolve(whole_bar, q[::-1], "valid")


def division_dot(change: Any, v: Any, out: Any) -> Any:
    """The tangents of quotient and remainder where the dividend changes."""
    n = len(out[0])
    q_dot = np.linalg.solve(toeplitz(v, n), change[:n])
    return (q_dot, (change - np.convolve(q_dot, v))[len(change) - len(out[1]) :])


def toeplitz(v: Any, n: int) -> Any:
    """The triangular matrix whose product with n coefficients gives the leading ones of the product with v.

    >>> toeplitz(np.array([2.0, 3.0]), 3)
    array([[2., 0., 0.],
           [3., 2., 0.],
           [0., 3., 2.]])
    """
    place = np.expand_dims(np.arange(n), 1) - np.arange(n)
    inside = (place >= 0) & (place < len(v))
    return np.where(inside, np.asarray(v)[np.where(inside, place, 0)], 0.0)


# The constants of integration, `k`, are no operand: one that varies is refused.
@linear(np.polyint, operands=("p",), affine=("k",))
def polyint(p: Any, m: Any = 1, k: Any = None, *, out_bar: Any) -> Any:
    g = out_bar
    for _ in range(m):
        g = g[: len(g) - 1] / np.arange(len(g) - 1, 0, -1)
    return unbroadcast(g, p) + 0.0


# The coefficients from the roots: a root's derivative is minus the product of the other factors. Of a matrix, its
# eigenvalues are the roots.


@jvp(np.poly)
def poly_jvp(seq_of_zeros: Any, *, out: Any, seq_of_zeros_dot: Any) -> Any:
    roots_of = zeros_of(seq_of_zeros)
    dots = (
        eigvals_jvp(seq_of_zeros, out=roots_of, a_dot=seq_of_zeros_dot)
        if np.ndim(seq_of_zeros) == 2
        else seq_of_zeros_dot
    )
    total = np.zeros(len(out), dtype=np.result_type(roots_of, out))
    for k in range(len(roots_of)):
        total = total + dots[k] * slope_of_root(roots_of, k)
    return total if np.iscomplexobj(out) else np.real(total)


@vjp(np.poly)
def poly(seq_of_zeros: Any, *, out_bar: Any) -> Any:
    roots_of = zeros_of(seq_of_zeros)
    bars = np.array([np.sum(out_bar * slope_of_root(roots_of, k)) for k in range(len(roots_of))])
    if np.ndim(seq_of_zeros) == 2:
        return unbroadcast(eigvals(seq_of_zeros, out=roots_of, out_bar=bars), seq_of_zeros)
    return unbroadcast(bars, seq_of_zeros)


def zeros_of(seq_of_zeros: Any) -> Any:
    """The roots that `np.poly` was given."""
    return np.linalg.eigvals(seq_of_zeros) if np.ndim(seq_of_zeros) == 2 else np.asarray(seq_of_zeros)


def slope_of_root(roots_of: Any, k: int) -> Any:
    """The derivative of the coefficients by the k-th root."""
    return np.concatenate([np.zeros(1), -np.atleast_1d(np.poly(np.delete(roots_of, k)))])


# p(x) = 0 gives x_dot = -p_dot(x) / p'(x), where the root is simple.


@jvp(np.roots)
def roots_jvp(p: Any, *, out: Any, p_dot: Any) -> Any:
    return -np.polyval(p_dot, out) / np.polyval(np.polyder(p), out)


@vjp(np.roots)
def roots(p: Any, *, out: Any, out_bar: Any) -> Any:
    g = -out_bar / np.polyval(np.polyder(p), out)
    bar = np.sum(np.expand_dims(g, 1) * np.expand_dims(out, 1) ** np.arange(len(p) - 1, -1, -1), axis=0)
    return unbroadcast(bar, p)


# The least squares of the powers of x, weighted.


@jvp(np.polyfit)
def polyfit_jvp(
    x: Any, y: Any, deg: Any, rcond: Any = None, *, w: Any = None, out: Any, x_dot: Any, y_dot: Any, w_dot: Any
) -> Any:
    weights = np.ones_like(x) if w is None else w
    a, b = np.expand_dims(weights, 1) * np.vander(x, deg + 1), scaled(weights, y)
    solved = (out, np.zeros(0), 0, np.zeros(0))
    a_dot = np.expand_dims(weights, 1) * vander_jvp(x, deg + 1, x_dot=x_dot)
    w_dots = 0.0 * a_dot, 0.0 * b
    if w is not None:
        w_dots = np.expand_dims(w_dot, 1) * np.vander(x, deg + 1), scaled(w_dot, y)
    dots = ((a_dot, 0.0 * b), (0.0 * a, scaled(weights, y_dot)), w_dots)
    terms = [lstsq_jvp(a, b, rcond, out=solved, a_dot=da, b_dot=db) for da, db in dots]
    return tuple([by_a[0] + by_b[0] for by_a, by_b in terms])


@vjp(np.polyfit, operands=("x", "y", "w"))
def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, *, w: Any = None, out: Any, out_bar: Any) -> Any:
    weights = np.ones_like(x) if w is None else w
    powers = np.vander(x, deg + 1)
    b = scaled(weights, y)
    solved = (out, np.zeros(0), 0, np.zeros(0))
    seed = (out_bar, np.zeros(0), 0.0, np.zeros(0))
    a_bar, b_bar = lstsq(np.expand_dims(weights, 1) * powers, b, rcond, out=solved, out_bar=seed)
    w_bar = np.sum(a_bar * powers, axis=1) + np.sum(np.reshape(b_bar * y, (len(x), -1)), axis=1)
    return vander(x, deg + 1, out_bar=np.expand_dims(weights, 1) * a_bar), scaled(weights, b_bar), w_bar


def scaled(w: Any, y: Any) -> Any:
    """Each row of y, or each number, times its weight."""
    return w * y if np.ndim(y) == 1 else np.expand_dims(w, 1) * y
