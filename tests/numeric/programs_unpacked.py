"""Results that are unpacked: arrays whose rows get names, tuples of several arrays; cells of them change afterwards."""

from __future__ import annotations

import numpy as np
from program import Program, arrays, positive

DOUBLED = [lambda u: u * 2.0, lambda u: u * 3.0]


def numbers_of_a_result(x):
    a, b = np.tanh(x)
    c, d = np.sqrt(x * x + 1.0)
    return a * b + c * a * d


def rows_of_a_result(x):
    a, b = np.sqrt(np.outer(x, x) ** 2 + 1.0)
    a[0] = b[1] * x[0]
    return a * b, a


def rows_of_an_inverse(x):
    a, b = np.linalg.inv(np.outer(x, x) + 2.0 * np.eye(2))
    a[0] = b[1]
    return a * b


def rows_of_a_display(x):
    a, b = np.array([x, x * 2.0])
    (c, d), e = np.array([x * x, x])
    a[0] = b[1]
    return a * b + c * d * e


def norms_of_columns(x):
    a, b = np.linalg.norm(np.outer(x, x) + np.eye(2), axis=0)
    c, d = np.hypot(x, 1.0)
    e, f = np.sort(x)
    return a * b * c * d + e * f


def views_of_a_result(x):
    y = np.outer(x, x)
    a, b = y.T
    a[0] = b[1]
    return a * b, a, y


def numbers_of_what_only_the_run_calls(x):
    a, b = DOUBLED[int(x[0] > 100)](x)
    return a * b * b


def quotient_and_remainder_that_change(x):
    q, r = np.divmod(x, 1.37)
    q[0] = x[1]
    r[2] = q[0] * x[0]
    n, part = np.modf(x)
    part[0] = x[1]
    n[1] = part[0]
    return q, r, n, part


def remainders_by_a_number(s, x):
    q, r = np.divmod(x, s[0])
    r[0] = s[0] * s[0]
    a, b = np.broadcast_arrays(s[0] * s[0], x)
    a = a + 0.0
    a[0] = s[0]
    return q, r, a * b


def factors_that_change(x):
    w, v = np.linalg.eigh(np.outer(x, x) + np.diag(np.arange(4.0)))
    w[0] = w[3] * x[0]
    u, s, vt = np.linalg.svd(np.outer(x, x) + np.diag(np.arange(1.0, 5.0)))
    s[0] = 2 * s[1]
    return w * w[1] * s, np.abs(v)


def pairs_that_trips_hand_on(x):
    t = (x * 2.0, x * 3.0)
    for k in range(2):
        a, b = t
        a[k] = b[k] * 2.0
        t = (b, a)
    return t


PROGRAMS = [
    Program(numbers_of_a_result, arrays(2)),
    Program(rows_of_a_result, arrays(2)),
    Program(rows_of_an_inverse, arrays(2)),
    Program(rows_of_a_display, arrays(2)),
    Program(norms_of_columns, arrays(2)),
    Program(views_of_a_result, arrays(2)),
    Program(numbers_of_what_only_the_run_calls, arrays(2)),
    Program(quotient_and_remainder_that_change, positive(4)),
    Program(remainders_by_a_number, lambda rng: (np.array([0.77]), np.array([0.71, 1.93, 2.61])), ("s", "x")),
    Program(factors_that_change, arrays(4)),
    Program(pairs_that_trips_hand_on, arrays(3)),
]
