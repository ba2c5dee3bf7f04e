"""Numbers that are stored in cells, where the reverse sweep may find them again, or may not."""

from __future__ import annotations

import numpy as np
from program import Program, positive


def quotients_in_place(x, y):
    for i in range(1, len(x)):
        x[i] = x[i - 1] / y[i]
    return x @ y


def quotients_added_in_place(x, y, s):
    for i in range(len(x)):
        x[i] += y[i] / s
    return x


def deviations_subtracted_in_place(x, A):
    for i in range(len(x)):
        x[i] -= A.std()
    return x


def root_that_a_cell_is_divided_by(x, y, s):
    for i in range(len(x)):
        x[i] /= np.sqrt(y[i] * s)
    return x


def quotient_overwritten_later(x, y):
    s = 0.0
    for i in range(1, len(x)):
        x[i] = x[i - 1] / y[i]
        s += x[i] * y[i - 1]
        x[i] = 0.5
    return s


def quotient_overwritten_by_the_next_trip(x, y):
    for i in range(len(x) - 1):
        x[i] = y[i] / x[i + 1]
        x[i + 1] = np.sqrt(x[i] * x[i])
    return x @ x


def quotient_overwritten_through_a_view(x, y):
    v = x[::-1]
    for i in range(1, len(x)):
        x[i] = x[i - 1] / y[i]
        v[i] = np.exp(-v[i])
    return x @ y


def quotient_overwritten_after_the_loop(x, y):
    for i in range(1, len(x)):
        x[i] = x[i - 1] / y[i]
    s = x @ y
    x[:] = 2.0
    return s


def root_in_a_row(A, x):
    for i in range(A.shape[0]):
        A[i] = np.sqrt(x[i] * x[i] + 1.0) / x[i]
    return A * A


def root_at_an_index_that_moves(x, y):
    k = 0
    for i in range(1, len(x)):
        x[k] = np.sqrt(x[i] * y[k])
        k += 1
    return x @ y


def quotient_in_a_branch(x, y):
    for i in range(1, len(x)):
        t = x[i - 1] / y[i]
        if t > 1.0:
            x[i] = t
        else:
            x[i] = t * t / y[i - 1]
    return x @ y


def quotient_used_behind_its_store(x, y):
    s = 0.0
    for i in range(1, len(x)):
        t = x[i - 1] / y[i]
        x[i] = t
        x[i] = x[i] * y[i - 1]
        s += t * t
    return s + x @ y


def quotient_at_two_places(x, y):
    z = np.zeros(len(x))
    for i in range(1, len(x)):
        t = np.tanh(x[i - 1] / y[i])
        z[i] = t
        x[i] = t
    z[0] = z[1]
    return z @ x


def quotient_named_and_changed(x, y):
    q = x / y
    q[0] *= 2.0
    return q * q


def quotient_from_the_end(x, y):
    for i in range(1, len(x)):
        x[-i] = y[i] / x[i - 1]
    return x @ y


def root_of_two_arrays_swapped(x, y):
    for i in range(1, len(x)):
        x[i] = np.sqrt(y[i] * y[i] + x[i - 1])
        x, y = y, x
    return x @ x + y[0]


def quotient_by_a_flag(x, y):
    for i in range(1, len(x)):
        last = i == len(x) - 1
        x[i] = x[i - 1] / y[i]
        x[int(last)] = x[i] / 3.0
    return x @ y


def rows_in_two_loops(A, x):
    s = 0.0
    for i in range(A.shape[0]):
        r = A[i]
        for j in range(len(r)):
            s += r[j] * x[j] * r[j - 1]
    return s


def rows_and_their_array(A, x):
    r = A[0]
    t = A[1:, 1:]
    return r[0] * t[0, 0] + t[1] @ x[1:] + A[0, 1] * r[2]


def rows_by_a_branch(A, x):
    s = 0.0
    for i in range(A.shape[0]):
        r = A[i] if x[i] > 1.0 else A[0]
        if r[0] > 0.9:
            q = r[1:]
            s += q[0] * q[1]
        s += r[2] * r[2]
    return s


def rows_carried_on(A, x):
    r = A[0]
    s = 0.0
    for i in range(A.shape[0]):
        s += r[i] * x[i]
        r = A[i]
        s += r[0] * r[1]
    return s


def rows_of_rows(A, x):
    s = 0.0
    for i in range(A.shape[0]):
        r = A[i]
        while s < 3.0 + i:
            q = r[1:]
            s += q[0] * q[0] + q[1] * x[i]
    return s


PROGRAMS = [
    Program(quotients_added_in_place, lambda rng: (*positive(4, 4)(rng), 1.7), ("x", "y", "s")),
    Program(deviations_subtracted_in_place, positive(4, (3, 4)), ("x", "A")),
    Program(root_that_a_cell_is_divided_by, lambda rng: (*positive(4, 4)(rng), 1.7), ("x", "y", "s")),
    Program(rows_in_two_loops, positive((3, 3), 3)),
    Program(rows_and_their_array, positive((3, 3), 3)),
    Program(rows_by_a_branch, positive((3, 3), 3)),
    Program(rows_carried_on, positive((3, 3), 3)),
    Program(rows_of_rows, positive((3, 3), 3)),
    Program(quotients_in_place, positive(5, 5)),
    Program(quotient_overwritten_later, positive(5, 5)),
    Program(quotient_overwritten_by_the_next_trip, positive(5, 5)),
    Program(quotient_overwritten_through_a_view, positive(5, 5)),
    Program(quotient_overwritten_after_the_loop, positive(5, 5)),
    Program(root_in_a_row, positive((3, 3), 3)),
    Program(root_at_an_index_that_moves, positive(5, 5)),
    Program(quotient_in_a_branch, positive(5, 5)),
    Program(quotient_used_behind_its_store, positive(5, 5)),
    Program(quotient_at_two_places, positive(5, 5)),
    Program(quotient_named_and_changed, positive(5, 5)),
    Program(quotient_from_the_end, positive(5, 5)),
    Program(root_of_two_arrays_swapped, positive(5, 5)),
    Program(quotient_by_a_flag, positive(5, 5)),
]
