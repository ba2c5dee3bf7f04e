"""Programs of several functions: helpers, recursion, closures, globals, methods, `math` and `np`."""

from __future__ import annotations

import math
from math import exp

import numpy as np
from program import Program, arrays, numbers, positive

SCALE = 1.7
WEIGHTS = np.array([0.5, -1.0, 2.0])
calls: list[int] = []

# Calls of the user's own functions


def square(x):
    return x * x


def shifted(x, by=1.0, *, factor=2.0):
    return factor * x + by * x * x


def sin_and_cos(x):
    return np.sin(x), np.cos(x)


def clamp(x, low, high):
    if x < low:
        return low
    if x > high:
        return high
    return x


def steps_to(x, limit):
    k = 0
    while x < limit:
        x = x * 1.5
        k += 1
        if k > 5:
            break
    return x, k


def calls_of_helpers(x, y):
    return square(x) * square(square(y)) + square(x + y)


def defaults_and_keywords(x, y):
    return shifted(x) + shifted(y, x) * shifted(by=y, x=x, factor=x) + shifted(x, factor=3)


def several_results(x, y):
    s, c = sin_and_cos(x * y)
    pair = sin_and_cos(s)
    return s * c + pair[0] * pair[1] * y


def helpers_with_jumps(x, low):
    s = 0.0
    for v in x:
        reached, k = steps_to(clamp(v, low, 1.5), 4.0)
        s = s * 0.5 + reached * (1 + k)
    return s


def helper_of_two_kinds(x, s):
    return square(x) * square(s)


# Helpers that change their arguments


def scale_in_place(a, s):
    for i in range(len(a)):
        a[i] = a[i] * s


def first_changes(a, b):
    a[0] = b[1] * b[0]
    a += b


def tail(a):
    return a[1:]


def change_both(a, b):
    a[0] = b[0] * a[1]
    b[:] = np.sin(a) * b
    return a[1:]


def helper_without_a_result(x, s):
    y = x * 2
    scale_in_place(y, s)
    scale_in_place(y[1:], y[0])
    return y


def one_array_twice(x):
    y = x * 1.0
    first_changes(y, y)
    return y


def result_is_a_view(x):
    a = x * x
    v = tail(a)
    v[0] = v[1] * a[0]
    return a


def two_changed(x, y):
    v = change_both(x, y)
    v *= 2
    w = change_both(y, x)
    return x * y + w[0] * v[0]


def add_and_change(a):
    a[0] = a[1] * 2
    return a[0] * a[1]


def order_of_evaluation(x):
    a = x * 1.0
    a[0] += add_and_change(a)
    t = a[1] + add_and_change(a) * a[0]
    return a * t


# Recursion, nested functions, globals


def power(x, n):
    return 1.0 if n == 0 else x * power(x, n - 1)


def binary_power(x, n):
    if n == 0:
        return 1.0
    half = binary_power(x * x, n // 2)
    if n % 2:
        return half * x
    return half


def even_part(x, n):
    return x if n == 0 else x * odd_part(x, n - 1)


def odd_part(x, n):
    return x + 1 if n == 0 else np.sin(x) + even_part(x, n - 1)


def halve_in_place(a, n):
    if n > 1:
        h = n // 2
        halve_in_place(a[:h], h)
        halve_in_place(a[h:n], n - h)
        a[0] = a[0] * a[h]


def recursion(x):
    return power(x, 3) + binary_power(x, 6) + even_part(x, 5)


def recursion_in_place(x):
    a = x * 1.0
    halve_in_place(a, len(a))
    return a


def nested_functions(x, y):
    def inner(t):
        return t * y + x

    def outer(t, k=2):
        return inner(t) * inner(k * t)

    flat = lambda t: t * t + y
    return outer(x) + flat(inner(y))


def make_closure(factor):
    offset = np.array([1.0, 2.0, 3.0])

    def closure(x):
        return np.sin(factor * x) * offset

    return closure


def globals_read(x):
    return SCALE * x * WEIGHTS + np.sum(WEIGHTS * x)


def counted(x):
    calls.append(1)
    return x * x


def effects_once(x):
    y = counted(x) * counted(2 * x)
    return y * len([1, 2])


# Methods, math, np


class Spring:
    """A model with a method: its attributes are read, not differentiated by."""

    def __init__(self, stiffness: float, rest: float) -> None:
        self.stiffness = stiffness
        self.rest = rest

    def energy(self, x):
        return self.stiffness * (x - self.rest) ** 2 / 2

    def total(self, x):
        s = 0.0
        for i in range(len(x)):
            s += self.energy(x[i]) * self.rest
        return s


def method_of_an_argument(spring, x):
    return spring.energy(x) * spring.stiffness


def methods_of_arrays(x, y):
    a = (x * y).sum(axis=0) + x.mean(axis=1) + x.T.dot(y)[0]
    b = x.copy().reshape(-1).max() * y.transpose().ravel().min()
    return a * b + x.prod(axis=0) + y.cumsum(axis=1)[1] + x.std() * y.var(axis=0)


def mathematics(x, y):
    a = math.sin(x) * math.cos(y) + math.tan(x) + exp(y) * math.log(x)
    b = math.sqrt(x) + math.pow(x, y) + math.atan2(y, x) + math.hypot(x, y)
    c = math.tanh(x) + math.asin(x / 4) + math.acos(y / 4) + math.atan(x) + math.sinh(x) + math.cosh(y)
    return a * b + c + math.floor(x) + math.log10(x) + math.log2(y) + math.fabs(x - 5) + math.pi


def elementary(x, y):
    a = np.exp(x) * np.log(x) + np.sqrt(x) / np.tanh(y) + np.arctan2(x, y) + np.log1p(x) + np.expm1(y)
    b = np.where(x > y, x * x, y) + np.maximum(x, y) * np.minimum(x, 1.2) + np.clip(x, 0.6, 1.1) + np.abs(x - 1)
    return a * b + np.sign(x) + np.floor(y)


def joining(x, y):
    a = np.concatenate((x, y * y, x))
    b = np.stack([x, y], axis=1)
    return np.outer(a, np.flip(x)).sum(axis=0) * (b @ np.ones(2)) + np.transpose(b)[0] * np.tensordot(x, y, axes=1)


def linear_algebra(a, x):
    m = a @ a.T + np.eye(3)
    s = np.linalg.solve(m, x) + np.linalg.inv(m) @ x
    return s * np.linalg.norm(x) + np.linalg.det(m) + np.einsum("ij,j->i", m, x) + np.dot(a, x)


def builtins_used(x, y):
    return abs(x - y) + max(x, y) * min(x, 2.5) + sum([x, y, x * y]) + pow(x, 2) + float(x) * len([x, y])


def shuffled(rng):
    """A matrix whose entries are far apart, so that its maximum is no tie."""
    return rng.permutation(np.arange(4.0, 13.0)).reshape(3, 3) / 8


energy_of_a_bound_method = Spring(2.0, 0.4).total
a_lambda = lambda x: np.sin(x) * x

PROGRAMS = [
    Program(calls_of_helpers, numbers(count=2), ("x", "y")),
    Program(calls_of_helpers, arrays(3, 3), ("x", "y"), "arrays"),
    Program(defaults_and_keywords, numbers(count=2), ("x", "y")),
    Program(several_results, numbers(count=2), ("x", "y")),
    Program(helpers_with_jumps, lambda rng: (np.array([0.3, 0.7, 1.2, 1.9]), 0.5), ("x", "low")),
    Program(helper_of_two_kinds, lambda rng: (rng.normal(size=3), 1.3), ("x", "s")),
    Program(helper_without_a_result, lambda rng: (rng.normal(size=3), 1.3), ("x", "s")),
    Program(one_array_twice, arrays(3)),
    Program(result_is_a_view, arrays(4)),
    Program(two_changed, arrays(3, 3), ("x", "y")),
    Program(order_of_evaluation, arrays(3)),
    Program(recursion, numbers()),
    Program(recursion_in_place, positive(5)),
    Program(nested_functions, numbers(count=2), ("x", "y")),
    Program(make_closure(1.3), arrays(3)),
    Program(globals_read, arrays(3)),
    Program(effects_once, numbers()),
    Program(energy_of_a_bound_method, arrays(3)),
    Program(method_of_an_argument, lambda rng: (Spring(1.5, 0.2), 0.9)),
    Program(methods_of_arrays, lambda rng: (shuffled(rng), shuffled(rng)), ("x", "y")),
    Program(mathematics, lambda rng: (0.6 + 0.4 * rng.random(), 1.3), ("x", "y")),
    Program(elementary, lambda rng: (np.array([0.7, 1.3, 0.9]), np.array([1.4, 0.8, 1.7])), ("x", "y")),
    Program(joining, arrays(3, 3), ("x", "y")),
    Program(linear_algebra, arrays((3, 3), 3), ("a", "x")),
    Program(builtins_used, lambda rng: (1.3, 2.1), ("x", "y")),
    Program(a_lambda, arrays(3), note="sine"),
]  # fmt: skip
