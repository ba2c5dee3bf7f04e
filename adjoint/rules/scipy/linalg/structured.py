"""Matrices made of vectors and other matrices, and systems of Toeplitz and circulant ones.

What only puts cells in places is told by doing the same to their numbers, as in `adjoint.rules.moving`; 0 stands for
cells that are none of the argument's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.rules.moving import brought_back, cells_of
from adjoint.rules.scipy.linalg.systems import check_real, products

VECTORS_ONLY = "stacks of vectors have no derivative rule; make the matrices one by one"


@constant
def check_vectors(*vectors: Any) -> None:
    """Refuse stacks of vectors.

    Raises:
        UnsupportedArgument: if one is no vector.
    """
    if any(v is not None and np.ndim(v) != 1 for v in vectors):
        raise UnsupportedArgument(VECTORS_ONLY)


def numbered(v: Any) -> Any:
    """The numbers of the cells, from 1 on."""
    return cells_of(v) + 1


# The first row is the conjugate of the first column where none is given; of a row that is, the first cell is not read.
@linear(linalg.toeplitz, operands=("c", "r"))
def toeplitz(c: Any, r: Any = None, *, out_bar: Any) -> Any:
    check_vectors(c, r)
    if r is None:
        low = brought_back(c, linalg.toeplitz(numbered(c), numbered(c) * 0) - 1, out_bar)
        up = brought_back(c, linalg.toeplitz(numbered(c) * 0, numbered(c)) - 1, out_bar)
        return low + np.conj(up), 0.0
    low = brought_back(c, linalg.toeplitz(numbered(c), numbered(r) * 0) - 1, out_bar)
    return low, brought_back(r, linalg.toeplitz(numbered(c) * 0, numbered(r)) - 1, out_bar)


@linear(linalg.hankel, operands=("c", "r"))
def hankel(c: Any, r: Any = None, *, out_bar: Any) -> Any:
    check_vectors(c, r)
    if r is None:
        return brought_back(c, linalg.hankel(numbered(c)) - 1, out_bar), 0.0
    low = brought_back(c, linalg.hankel(numbered(c), numbered(r) * 0) - 1, out_bar)
    return low, brought_back(r, linalg.hankel(numbered(c) * 0, numbered(r)) - 1, out_bar)


@linear(linalg.circulant)
def circulant(c: Any, *, out_bar: Any) -> Any:
    check_vectors(c)
    return brought_back(c, linalg.circulant(cells_of(c)), out_bar)


@linear(linalg.leslie)
def leslie(f: Any, s: Any, *, out_bar: Any) -> Any:
    check_vectors(f, s)
    top = brought_back(f, linalg.leslie(numbered(f), numbered(s) * 0) - 1, out_bar)
    return top, brought_back(s, linalg.leslie(numbered(f) * 0, numbered(s)) - 1, out_bar)


@linear(linalg.convolution_matrix, operands=("a",))
def convolution_matrix(a: Any, n: Any, mode: Any = "full", *, out_bar: Any) -> Any:
    check_vectors(a)
    return brought_back(a, linalg.convolution_matrix(numbered(a), n, mode) - 1, out_bar)


@linear(linalg.diagsvd, operands=("s",))
def diagsvd(s: Any, M: Any, N: Any, *, out_bar: Any) -> Any:
    check_vectors(s)
    return brought_back(s, linalg.diagsvd(numbered(s), M, N) - 1, out_bar)


@linear(linalg.block_diag, operands=("*arrs",))
def block_diag(*arrs: Any, out_bar: Any) -> Any:
    shapes = np.array([np.shape(np.atleast_2d(a)) for a in arrs])
    ends = np.cumsum(shapes, axis=0)
    rows, columns = np.split(out_bar, ends[:-1, 0]), ends[:-1, 1]
    parts = [np.split(row, columns, axis=1)[k] for k, row in enumerate(rows)]
    return tuple([np.reshape(part, np.shape(a)) + 0.0 for part, a in zip(parts, arrs, strict=True)])


# The first row is -a[1:] / a[0].
@vjp(linalg.companion)
def companion(a: Any, *, out: Any, out_bar: Any) -> Any:
    check_vectors(a)
    return np.concatenate([-out_bar[:1] @ out[0], -out_bar[0]]) / a[0]


@jvp(linalg.companion)
def companion_jvp(a: Any, *, out: Any, a_dot: Any) -> Any:
    check_vectors(a)
    top = (-a_dot[1:] - a_dot[0] * out[0]) / a[0]
    return np.concatenate([np.expand_dims(top, 0), np.zeros_like(out[1:])])


# The distances |a[i] - a[j]|; 0 where they are 0.
@vjp(linalg.fiedler)
def fiedler(a: Any, *, out_bar: Any) -> Any:
    check_vectors(a)
    signs = np.sign(np.expand_dims(a, 1) - a)
    return np.sum(signs * (out_bar + out_bar.T), axis=1)


@jvp(linalg.fiedler)
def fiedler_jvp(a: Any, *, a_dot: Any) -> Any:
    check_vectors(a)
    return np.sign(np.expand_dims(a, 1) - a) * (np.expand_dims(a_dot, 1) - a_dot)


# out[i * p + k, j] = a[i, j] b[k, j]
@vjp(linalg.khatri_rao, multilinear=True)
def khatri_rao(a: Any, b: Any, *, out_bar: Any) -> Any:
    g = np.reshape(out_bar, (a.shape[0], b.shape[0], a.shape[1]))
    return np.sum(g * b, axis=1), np.sum(g * np.expand_dims(a, 1), axis=0)


# Systems and products of Toeplitz matrices, given by a column or a column and a row: transposed, the two change places.


@vjp(linalg.solve_toeplitz, operands=("c_or_cr", "b"), ignored=("check_finite",))
def solve_toeplitz(c_or_cr: Any, b: Any, *, out: Any, out_bar: Any) -> Any:
    check_real(b)
    b_bar = linalg.solve_toeplitz(turned(c_or_cr), out_bar)
    return of_columns(c_or_cr, -products(b_bar, out)), b_bar


@jvp(linalg.solve_toeplitz, ignored=("check_finite",))
def solve_toeplitz_jvp(c_or_cr: Any, b: Any, *, out: Any, c_or_cr_dot: Any, b_dot: Any) -> Any:
    check_real(b)
    moved = linalg.matmul_toeplitz(c_or_cr_dot, out)
    return -linalg.solve_toeplitz(c_or_cr, moved), linalg.solve_toeplitz(c_or_cr, b_dot)


@vjp(linalg.matmul_toeplitz, operands=("c_or_cr", "x"), ignored=("check_finite", "workers"), multilinear=True)
def matmul_toeplitz(c_or_cr: Any, x: Any, *, out_bar: Any) -> Any:
    check_real(x)
    return of_columns(c_or_cr, products(out_bar, x)), linalg.matmul_toeplitz(turned(c_or_cr), out_bar)


def turned(c_or_cr: Any) -> Any:
    """What the transposed matrix is given by."""
    if not isinstance(c_or_cr, tuple):
        return c_or_cr
    column, row = c_or_cr
    return np.concatenate([column[:1], row[1:]]), column


def of_columns(c_or_cr: Any, g: Any) -> Any:
    """The cotangent of what a Toeplitz matrix with the cotangent `g` is given by; the first cell is the column's."""
    if isinstance(c_or_cr, tuple):
        return toeplitz(c_or_cr[0], c_or_cr[1], out_bar=g)
    return toeplitz(c_or_cr, out_bar=g)[0]


@vjp(linalg.solve_circulant)
def solve_circulant(c: Any, b: Any, *, out: Any, out_bar: Any) -> Any:
    check_vectors(c)
    b_bar = linalg.solve_circulant(np.roll(c[::-1], 1), out_bar)
    return circulant(c, out_bar=-products(b_bar, out)), b_bar


@jvp(linalg.solve_circulant)
def solve_circulant_jvp(c: Any, b: Any, *, out: Any, c_dot: Any, b_dot: Any) -> Any:
    check_vectors(c)
    return -linalg.solve_circulant(c, linalg.circulant(c_dot) @ out), linalg.solve_circulant(c, b_dot)


constant(
    linalg.hilbert, linalg.invhilbert, linalg.pascal, linalg.invpascal, linalg.hadamard, linalg.helmert, linalg.dft,
    linalg.bandwidth, linalg.issymmetric, linalg.ishermitian,
)  # fmt: skip
