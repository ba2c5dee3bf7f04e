"""Sample calls of the functions of `scipy.linalg` that have rules."""

from __future__ import annotations

import numpy as np
from samples import (
    SYMMETRIC,
    TALL,
    TURNING,
    WIDE,
    call,
    definite,
    imaginary,
    numbers_from,
    real,
    regular,
    samples,
)
from scipy import linalg

from adjoint.rules import late

late.load_all()
numbers_from(20240609)

# Functions of matrices

SQUARE = [call(regular(3, 3)), call(0.5 * real(2, 2))]
POSITIVE_SPECTRUM = [call(regular(3, 3)), call(definite(2, 2))]
samples(
    linalg.expm, linalg.sinm, linalg.cosm, linalg.tanm, linalg.sinhm, linalg.coshm, linalg.tanhm,
    of=[call(0.3 * real(3, 3)), call(0.4 * real(2, 2))],
)  # fmt: skip
samples(linalg.expm, of=[call(0.4 * imaginary(2, 2)), call(0.3 * real(2, 3, 3)), call(np.zeros((2, 2)))])
samples(linalg.logm, linalg.sqrtm, of=POSITIVE_SPECTRUM)
samples(linalg.logm, linalg.sqrtm, of=[call(regular(2, 2) + 0.3j)])
samples(linalg.fractional_matrix_power, of=[call(definite(3, 3), 0.4), call(regular(2, 2), -1.3), call(real(2, 2), 2)])
samples(linalg.det, linalg.inv, of=[call(regular(3, 3)), call(regular(2, 2) + 0.3j), call(regular(2, 3, 3))])
samples(linalg.det, of=[call(np.array([[1.0, 2.0], [2.0, 4.0]]))])
samples(
    linalg.norm,
    of=[
        call(real(5)),
        call(real(3, 4)),
        call(real(5), 3),
        call(real(3, 4), 1),
        call(real(3, 4), np.inf, axis=1),
        call(real(2, 3), axis=0, keepdims=True),
    ],
)

# Systems

RIGHT = [(real(3),), (real(3, 2),)]
samples(linalg.solve, of=[call(regular(3, 3), *b) for b in RIGHT])
samples(
    linalg.solve,
    of=[
        call(regular(3, 3), real(3), transposed=True),
        call(regular(3, 3), real(3, 2), transposed=True),
        call(definite(3, 3), real(3), assume_a="pos"),
        call(definite(3, 3), real(3, 2), lower=True, assume_a="pos"),
        call(regular(3, 3), real(3), assume_a="sym"),
        call(regular(3, 3), real(3), True, assume_a="sym"),
        call(regular(3, 3), real(3), assume_a="upper triangular"),
        call(regular(3, 3), real(3), assume_a="lower triangular"),
        call(regular(3, 3), real(3), assume_a="diagonal"),
        call(regular(3, 3), real(3), assume_a="gen", check_finite=False),
        call(regular(2, 2) + 0.3j, imaginary(2)),
    ],
)
samples(
    linalg.solve_triangular,
    of=[
        *[call(regular(3, 3), *b) for b in RIGHT],
        *[call(regular(3, 3), *b, trans=1) for b in RIGHT],
        *[call(regular(3, 3), *b, "T", True) for b in RIGHT],
        call(regular(3, 3), real(3), lower=True),
        call(regular(3, 3), real(3), lower=True, unit_diagonal=True),
        call(regular(3, 3), real(3), 2, unit_diagonal=True),
        call(regular(2, 2) + 0.3j, imaginary(2), trans=1),
    ],
)


def bands(*shape: int) -> np.ndarray:
    return 0.2 * real(*shape)


def dominant(row: int, *shape: int) -> np.ndarray:
    ab = bands(*shape)
    ab[row] += 2.0
    return ab


samples(
    linalg.solve_banded,
    of=[
        call((1, 1), dominant(1, 3, 4), real(4)),
        call((0, 2), dominant(2, 3, 5), real(5, 2)),
        call((2, 1), dominant(1, 4, 5), real(5)),
        call((1, 0), dominant(0, 2, 3), real(3, 1)),
    ],
)
samples(
    linalg.solveh_banded,
    of=[
        call(dominant(1, 2, 4), real(4)),
        call(dominant(2, 3, 5), real(5, 2)),
        call(dominant(0, 2, 4), real(4), lower=True),
        call(dominant(0, 3, 4), real(4, 2), lower=True),
    ],
)
samples(linalg.cho_solve, linalg.lu_solve, linalg.cho_factor, linalg.lu_factor, of=[])  # in test_scipy_linalg, together
samples(
    linalg.solve_sylvester,
    of=[call(regular(3, 3), regular(2, 2), real(3, 2)), call(definite(2, 2), 1j * definite(3, 3), real(2, 3))],
)
samples(linalg.solve_continuous_lyapunov, of=[call(regular(3, 3), real(3, 3))])
samples(
    linalg.solve_discrete_lyapunov,
    of=[call(0.3 * real(3, 3), real(3, 3)), call(0.1 * real(2, 2), real(2, 2), "bilinear")],
)

# Matrices made of others

samples(
    linalg.toeplitz,
    linalg.hankel,
    of=[call(real(4)), call(real(3), real(4)), call(real(4), r=real(2)), call(imaginary(2), imaginary(3))],
)
samples(linalg.hankel, of=[call(imaginary(3))])
samples(linalg.circulant, of=[call(real(4)), call(imaginary(2))])
samples(linalg.leslie, of=[call(real(4), real(3))])
samples(linalg.convolution_matrix, of=[call(real(3), 4), call(real(3), 5, "same"), call(real(4), 5, mode="valid")])
samples(linalg.diagsvd, of=[call(real(3), 3, 5), call(real(3), 4, 3)])
samples(linalg.block_diag, of=[call(real(2, 3), real(1, 2)), call(real(2), 0.7, real(2, 2)), call(real(3, 1))])
samples(linalg.companion, of=[call(real(4)), call(real(2))])
samples(linalg.fiedler, of=[call(real(4))])
samples(linalg.khatri_rao, of=[call(real(2, 3), real(4, 3)), call(imaginary(2, 2), real(1, 2))])
FIRST = np.array([3.0, 0.4, -0.3])
samples(
    linalg.solve_toeplitz,
    linalg.matmul_toeplitz,
    of=[
        call(FIRST, real(3)),
        call(FIRST, real(3, 2)),
        call((FIRST, np.array([7.0, 0.5, 0.2])), real(3)),
        call((FIRST, np.array([7.0, 0.5, 0.2])), real(3, 2)),
    ],
)
samples(linalg.matmul_toeplitz, of=[call((real(3), real(4)), real(4, 2))])
samples(linalg.solve_circulant, of=[call(FIRST, real(3)), call(FIRST, real(3, 2))])

# Decompositions

samples(linalg.cholesky, of=[call(definite(3, 3)), call(definite(3, 3), lower=True), call(np.array([[2.0]]))])
samples(linalg.lu, of=[])  # its permutation is no number to move: in test_scipy_linalg

MATRIX = np.array([[4.0, 0.5, -0.3], [0.2, -3.0, 0.6], [-0.7, 0.4, 1.8]])
samples(linalg.qr, of=[call(TALL, mode="economic"), call(MATRIX), call(WIDE, mode="economic")])
# SciPy's driver leaves the vectors' signs to chance: they are in test_scipy_linalg.
samples(linalg.eigh, of=[call(SYMMETRIC, eigvals_only=True), call(SYMMETRIC, lower=False, eigvals_only=True)])
samples(linalg.eigvalsh, of=[call(SYMMETRIC), call(SYMMETRIC, lower=False, check_finite=False)])
samples(linalg.eig, linalg.eigvals, of=[call(TURNING), call(TURNING + 0.2j * np.arange(9.0).reshape(3, 3))])
samples(linalg.svd, of=[call(TALL, full_matrices=False), call(MATRIX), call(WIDE, False, False)])
samples(linalg.svdvals, of=[call(TALL), call(WIDE)])
samples(linalg.pinv, of=[call(TALL), call(WIDE, rtol=1e-10)])
samples(linalg.lstsq, of=[call(TALL, real(4)), call(TALL, real(4, 2)), call(WIDE, real(2)), call(TALL, real(4), 1e-10)])

# By bands and diagonals

BANDS = np.array([[0.0, 0.0, 0.3, -0.2], [0.0, 0.5, -0.4, 0.7], [2.0, 3.1, 2.6, 4.0]])
LOWER_BANDS = np.array([[2.0, 3.1, 2.6, 4.0], [0.5, -0.4, 0.7, 0.0], [0.3, -0.2, 0.0, 0.0]])
samples(linalg.cholesky_banded, of=[call(BANDS), call(LOWER_BANDS, lower=True)])
samples(linalg.eig_banded, of=[call(BANDS, eigvals_only=True), call(LOWER_BANDS, True, True)])
samples(linalg.eigvals_banded, of=[call(BANDS), call(LOWER_BANDS, lower=True)])
samples(linalg.eig_banded, of=[call(BANDS), call(LOWER_BANDS, lower=True)])
samples(
    linalg.eigh_tridiagonal,
    of=[call(np.array([2.0, 3.1, 1.6]), real(2)), call(np.array([2.0, 3.1, 1.6]), real(2), True)],
)
samples(linalg.eigvalsh_tridiagonal, of=[call(np.array([2.0, 3.1, 1.6]), real(2))])

# Bases and forms

samples(
    linalg.polar, of=[call(regular(3, 3)), call(real(4, 2)), call(real(2, 4), "left"), call(regular(3, 3), side="left")]
)
samples(linalg.null_space, of=[])  # determined but for a turn: test_scipy_written
samples(linalg.rq, of=[call(regular(3, 3)), call(real(2, 4), mode="economic"), call(real(2, 3), mode="economic")])
samples(linalg.matrix_balance, of=[call(np.array([[1.0, 100.0, 0.3], [0.01, 2.0, 0.02], [3.0, 50.0, 1.5]]))])
samples(linalg.signm, of=[call(np.array([[2.0, 0.3, 0.1], [0.5, -3.0, 0.4], [-0.2, 0.1, 1.5]]))])
samples(linalg.solve_continuous_are, linalg.solve_discrete_are, of=[])  # of symmetric matrices: test_scipy_written
