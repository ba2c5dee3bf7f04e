"""Starred arguments of which the run tells how many there are, tuples of any length, `starmap` and `groupby`."""

from __future__ import annotations

import itertools
from itertools import groupby, starmap

import numpy as np
from program import Program, arrays, numbers, positive


def decay(t, a, b, c=0.5):
    return a * np.exp(-b * t) + c


def line(a, b, c=1.0, *, d=2.0):
    return a * b + c * d


def mean(*values):
    return sum(values) / len(values)


def first_and_others(a, *others):
    total = a * 2
    for v in others:
        total = total + v * v * a
    return total


def product_or_square(a, b=None):
    if b is None:
        b = a
    return a * b


def called(f, *args, **options):
    return f(*args, **options)


class Model:
    def __init__(self, a, b=2.0):
        self.a, self.b = a, b

    def at(self, t, scale=1.0):
        return self.a * t + self.b * scale


T = np.array([0.1, 0.5, 0.9])


def parameters_of_a_fit(x):
    return np.sum((decay(T, *x) - 1.0) ** 2)


def residuals_by_a_lambda(x):
    residuals = lambda q: decay(T, *q) - 1.0
    r = residuals(x)
    return r @ r


def defaults_of_a_nested_function(x):
    def inner(a, b, c=3.0):
        return a * b + c

    return inner(*x)


def default_is_none(x):
    return product_or_square(*x)


def object_and_method(x):
    return Model(*x).at(2.0) * Model(x[0]).at(*x)


def list_of_the_run(x, n):
    values = []
    for k in range(n):
        values.append(x * (k + 1))
    return line(*values, d=x)


def all_that_there_are(x):
    return mean(*x) ** 2 + first_and_others(*x) + first_and_others(x[0], *x) + first_and_others(*x[1:])


def handed_on(x, n):
    values = [x * (k + 1) for k in range(n)]
    return called(first_and_others, *values) + called(mean, *values)


def of_ufuncs(x):
    return np.maximum(*x) * np.hypot(*(x * 2.0))


def tuple_of_the_run(x, n):
    values = tuple(x * (k + 1) for k in range(n))
    rest = values[1:]
    total = values[0] * sum(rest) + max(values[::2])
    for v in rest:
        total = total + v * v
    return total


def rows_in_a_tuple(x, n):
    rows = tuple([x * (k + 1) for k in range(n)])
    total = rows[-1] * rows[0]
    for row in rows[1:]:
        total = total + row * row
    return total


def mapped_with_stars(x):
    pairs = [(x[0], x[1]), (x[1], x[2] * x[2])]
    return sum(starmap(lambda a, b: a * b, pairs)) + sum(itertools.starmap(np.hypot, zip(x, x * x)))


def neighbours_in_groups(x, labels):
    total = 0.0
    for _, places in groupby(range(len(labels)), key=lambda k: labels[k]):
        part = 0.0
        for k in places:
            part += x[k]
        total += part * part
    for label, pairs in itertools.groupby(zip(labels, x), lambda p: p[0]):
        total += label * sum(v for _, v in pairs) ** 2
    return total


def groups_of_equals(x):
    return sum(len(list(g)) * k * k for k, g in groupby([x, x, 2 * x]))


def rest_that_nobody_reads(x):
    a, *_ = np.linalg.lstsq(np.outer(x, x) + np.eye(3), x, rcond=None)
    first, *_ = np.split(x * a, 3)
    return first * a


def states_of_a_recurrent_net(w, x):
    h, states = np.zeros(3), []
    for v in x:
        gate = 1 / (1 + np.exp(-(w @ np.concatenate([h, [v]]))))
        h = gate * h + (1 - gate) * np.tanh(w @ np.hstack([[v], h]))
        states.append(h)
    return np.mean(np.array(states) ** 2) + np.vstack([states[0], [1.0, 2.0, 3.0]]).prod()


PROGRAMS = [
    Program(rest_that_nobody_reads, arrays(3)),
    Program(states_of_a_recurrent_net, arrays((3, 4), 5), ("w", "x")),
    Program(parameters_of_a_fit, positive(2)),
    Program(parameters_of_a_fit, positive(3), note="three"),
    Program(residuals_by_a_lambda, positive(3)),
    Program(defaults_of_a_nested_function, arrays(2)),
    Program(defaults_of_a_nested_function, arrays(3), note="three"),
    Program(default_is_none, arrays(1)),
    Program(default_is_none, arrays(2), note="two"),
    Program(object_and_method, arrays(2)),
    Program(list_of_the_run, numbers(2)),
    Program(list_of_the_run, numbers(3), note="three"),
    Program(all_that_there_are, arrays(4)),
    Program(handed_on, numbers(3)),
    Program(of_ufuncs, arrays(2)),
    Program(tuple_of_the_run, numbers(4)),
    Program(rows_in_a_tuple, arrays(3, rest=(3,))),
    Program(mapped_with_stars, arrays(3)),
    Program(neighbours_in_groups, arrays(5, rest=([1, 1, 2, 2, 1],))),
    Program(groups_of_equals, numbers()),
]
