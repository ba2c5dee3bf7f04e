"""Programs of indices: repeated, kept in variables, mixed, of every kind; arguments go by their names."""

from __future__ import annotations

import inspect

import numpy as np
from program import Program
from programs_numpy import by_name

PART = np.s_[1:3]


def slices_in_variables(A, x, s):
    part, whole = slice(0, 2), (slice(None), 2)
    view = A[part]
    view[0] = s
    A[part, 1] = s * x[PART]
    A[1, part] *= 2
    A[part, part] += A[0, 0]
    A[whole] = x[1:4]
    return A[np.s_[1:, ::2]] * A[1, 0]


def tuples_in_variables(A, s):
    cell, rows = (1, 2), (np.array([0, 1, 0]), np.array([2, 2, 2]))
    A[cell] = s * A[0, 0]
    A[rows] += A[cell]
    for k in [(0, 1), (1, 2), (0, 1)]:
        A[k] = A[k] * s
    best = np.unravel_index(A.argmax(), A.shape)
    A[best] = A[best] ** 2
    chosen = np.nonzero(A > 1)
    A[chosen] *= s
    return A


def truth_values_as_indices(x, s):
    flag = s > 0
    x[flag] = x * s
    return x[flag] * x[x > 1].sum()


def repeated_indices_of_every_kind(x, y, A, B):
    x[[0, -5, 2]] = y[:3]
    x[[0, 2, 0]] -= y[:3] * y[1:4]
    A[[0, 0, 1], [1, 1, 2]] += x[0]
    A[[0, 0, 1]] += B
    A[:, [1, 1]] = B[:, :2]
    A[:, [1, 1]] += B[:, 1:3]
    A[[[0], [0]], [[1, 2]]] *= A[2, 3]
    return A * x[:4]


def indices_from_active_data(x, y):
    order = np.argsort(x)
    y[order] = np.arange(5.0) * x
    y[order[:3]] *= x[order[1:4]]
    return y * x[np.array([-1, 0, 4, 4, 1])]


def masks_with_slices(A, B, s):
    rows = A[:, 0] > 1
    A[rows, 1:3] = B[rows, 0:2]
    A[rows, 2] += s
    A[(A > 0.7) & (A < 1.3)] *= 3
    A[A > 99] = s
    return A * A[rows, 1:].sum()


def steps_and_empty_slices(x, s):
    x[::-2] += x[::2] * s
    x[2:2] = s
    total = 0.0
    for i in range(5):
        total += x[:i].sum() * x[i]
    v = x[::-1]
    v[1:3] *= 2
    return x * total + x[5:].sum()


def rows_swapped_by_index(M, s):
    for k in range(2):
        p = k + int(np.argmax(np.abs(M[k:, k])))
        M[[k, p]] = M[[p, k]]
        M[k + 1 :] -= np.outer(M[k + 1 :, k] / M[k, k], M[k])
    return M * s


def grids_of_indices(A, M, s):
    A[np.ix_([0, 2], [1, 3])] *= s
    M[np.triu_indices(4, 1)] = s
    M[np.diag_indices(4)] += A[0]
    return A[np.ix_([0, 2], [1, 3, 1])].sum() * M


FUNCTIONS = (
    slices_in_variables, tuples_in_variables, truth_values_as_indices, repeated_indices_of_every_kind,
    indices_from_active_data, masks_with_slices, steps_and_empty_slices, rows_swapped_by_index, grids_of_indices,
)  # fmt: skip
PROGRAMS = [Program(f, by_name(f), tuple(inspect.signature(f).parameters)) for f in FUNCTIONS]
