"""Programs that miss a deleted statement of the compiler which no other program missed (tests/fuzz/deletion.py).

And what was found beside them: the test of a branch that changes what it asks.
"""

from __future__ import annotations

import numpy as np
from program import Program, arrays, numbers


def underscore_read_below_a_loop(x):
    _ = np.tanh(x)
    s = _
    for _k in range(3):
        s = np.sin(s) * _
    for _k in range(2):
        s = 0.5 * s
    return s * _


def underscore_read_below_a_pop(x):
    _ = np.tanh(x)
    xs = [x]
    for _k in range(3):
        xs.append(xs[-1] * _)
    a = xs.pop() * _
    xs.append(a)
    return xs.pop() * xs[1] * _


def one_variance_added_to(x):
    c = np.cov(x) * 2.0  # of one row a number: `d += …` leaves c as it is
    d = c
    d += x[0, 0]
    return c * d


def bound_before_what_fails(x, text):
    n = 2
    try:
        m = int(text)
        n = 3
        m = m + int(text)
    except ValueError:
        m = 1
    return x * x * n * m


def last_entry_thrown_away(x):
    d = {}
    for k in range(3):
        d[k] = x ** (k + 1)
    d.popitem()
    s = 0.0
    for v in d.values():
        s += v * v
    return s


def last_entry_taken(x):
    d = {}
    for k in range(3):
        d[k] = x**k
    n, v = d.popitem()
    return v * 3 * d[1] + n * x


def pairs_copied_and_appended(x):
    rows = []
    for k in range(3):
        rows.append((x * k, x))
    other = rows.copy()
    other.append((x * x, x))
    return other[3][0] * other[1][0] + rows[2][1]


def list_repeated_in_place(x):
    xs = [x, x * x]
    xs *= 2
    return xs[0] * xs[3]


def branch_by_a_list_that_grows(x):
    xs = []
    for _k in range(3):
        if xs:
            xs.append(2.0 * x)
        else:
            xs.append(x * x * x)
    return xs[0]


def branch_by_a_list_and_a_number(x):
    xs = []
    for k in range(3):
        if xs and k:
            xs.append(xs[-1] * x)
        else:
            xs.append(x * x * x)
    return xs[2] * xs[0]


def branch_by_an_array_that_changes(x):
    a = np.array([x]) * 1.0
    y = x
    for _k in range(3):
        if a:
            a *= 0.0
            y = y * x * x
        else:
            y = y * 3.0
    return y


def choice_by_a_list_that_grows(x):
    xs = []
    for _k in range(3):
        t = 2.0 * x if xs else x * x * x
        xs.append(t)
    return xs[0] * xs[1]


PROGRAMS = [
    Program(underscore_read_below_a_loop, numbers()),
    Program(underscore_read_below_a_pop, numbers()),
    Program(one_variance_added_to, arrays((1, 4))),
    Program(bound_before_what_fails, numbers("a")),
    Program(bound_before_what_fails, numbers("2"), note="not"),
    Program(last_entry_thrown_away, numbers()),
    Program(last_entry_taken, numbers()),
    Program(pairs_copied_and_appended, numbers()),
    Program(list_repeated_in_place, numbers()),
    Program(branch_by_a_list_that_grows, numbers()),
    Program(branch_by_a_list_and_a_number, numbers()),
    Program(branch_by_an_array_that_changes, numbers()),
    Program(choice_by_a_list_that_grows, numbers()),
]
