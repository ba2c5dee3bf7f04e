"""The logistic function written out, and what only looks like it."""

from __future__ import annotations

import math

import numpy as np
from program import Program, arrays, numbers


def logistic_of_a_product(x, A):
    return 1 / (1 + np.exp(-(A @ x)))


def logistic_of_a_number(x, y):
    return y / 3.0 + 1.0 / (math.exp(-x) + 1.0)


def logistic_in_a_loop(x):
    for _ in range(3):
        x = 1 / (1 + np.exp(-x)) + 0.1 * x
    return x


def logistic_whose_parts_are_read(x):
    e = np.exp(-x)
    q = 1 + e
    p = 1 / q
    return p * e + q * p


def logistic_of_a_name_bound_anew(x):
    t = -x
    x = x * x
    e = np.exp(t)
    p = 1 / (1 + e)
    return p * x


def logistic_of_an_array_that_changes(x):
    t = -x
    x[0] = x[1] * x[2]
    e = np.exp(t)
    p = 1 / (1 + e)
    return p * x


def logistic_of_parts_that_change(x):
    t = -x
    t[0] = t[1]
    e = np.exp(t)
    e *= 2.0
    q = 1 + e
    q[1] = 1.5 + x[0] * x[0]
    p = 1 / q
    return p * p


def logistic_in_a_branch(x, y):
    e = np.exp(-x)
    q = 1 + e
    if y > 1.0:
        e = np.exp(-y)
        p = 1 / q
    else:
        q = 1 + e * y
        p = 1 / q
    return p * e


def logistic_of_two_halves(x, y):
    e = np.exp(-x)
    for _ in range(2):
        q = 1 + e
        p = 1 / q
        e = np.exp(-p * y)
    return p + e


def logistic_unpacked(x):
    t = -x
    e = np.exp(t)
    q = 1 + e
    p, r = 1 / q
    return p * r


PROGRAMS = [
    Program(logistic_of_a_product, arrays(3, (4, 3))),
    Program(logistic_of_a_number, numbers(count=2)),
    Program(logistic_in_a_loop, arrays(3)),
    Program(logistic_in_a_loop, numbers(), note="of_numbers"),
    Program(logistic_whose_parts_are_read, arrays(3)),
    Program(logistic_of_a_name_bound_anew, arrays(3)),
    Program(logistic_of_an_array_that_changes, arrays(3)),
    Program(logistic_of_parts_that_change, arrays(3)),
    Program(logistic_in_a_branch, numbers(1.5, count=1)),
    Program(logistic_in_a_branch, numbers(0.5, count=1), note="other"),
    Program(logistic_of_two_halves, numbers(count=2)),
    Program(logistic_unpacked, arrays(2)),
]
