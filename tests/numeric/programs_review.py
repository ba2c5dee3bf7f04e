"""The smallest of the programs, written as people write them, that the compiler once refused or broke down on."""

from __future__ import annotations

import math

import numpy as np
from program import Program, arrays, numbers

TURNS = np.exp(-2j * np.pi * np.outer(np.arange(3), np.arange(3)) / 3)


def euler(slope, y, steps, h):
    for _ in range(steps):
        y = y + h * slope(y)
    return y


def find_root(f, slope, x):
    for _ in range(30):
        step = f(x) / slope(x)
        x = x - step
        if abs(step) < 1e-13:
            break
    return x


def log_sum_exp(a, axis=None, keepdims=False):
    m = a.max(axis=axis, keepdims=True)
    s = np.log(np.sum(np.exp(a - m), axis=axis, keepdims=True)) + m
    return s if keepdims else np.squeeze(s, axis=axis)


def nested_function_passed_on(x, k):
    def slope(y):
        return np.array([y[1], -k * np.sin(y[0])])

    return euler(slope, np.array([x, 0.1]), 4, 0.1)


def lambdas_passed_on(x, b):
    return find_root(lambda v: v**3 - x * v - b, lambda v: 3 * v**2 - x, 2.0)


def forward_algorithm(x, t):
    alpha = x[0]
    for k in range(1, len(x)):
        alpha = log_sum_exp(alpha[:, None] + t, axis=0) + x[k]
    return log_sum_exp(alpha, axis=0)


def constant_of_a_module_in_one_branch(x, e):
    start = x if e < 0.8 else math.pi
    return start * e


def generator_summed(x):
    return sum(v**2 for v in x) + max(x[i] * x[i - 1] for i in range(len(x)) if i != 1)


def spectrum(x):
    return np.abs(TURNS @ x) ** 2 + np.abs(np.einsum("ij,j->i", TURNS, x * x)) ** 2


def indices_of_an_iterator(x):
    y = np.zeros_like(x)
    for i, j in np.ndindex(x.shape):
        y[i, j] = x[i, j] * x[j % x.shape[0], i % x.shape[1]]
    return y


def draws_of_a_seed(x, y):
    rng = np.random.default_rng(3)
    total = 0.0
    u = np.zeros(3)
    for _ in range(4):
        z = rng.normal(size=3)
        w = rng.standard_normal()
        total += np.tanh(x + y * z).mean() * w
        u += z * x * w
        if rng.random() < 0.4:
            total *= x
        u[rng.integers(0, 3)] *= y
    return total + u.sum()


PROGRAMS = [
    Program(draws_of_a_seed, numbers(count=2), ("x", "y")),
    Program(nested_function_passed_on, numbers(1.3), ("x", "k")),
    Program(lambdas_passed_on, numbers(count=2), ("x", "b")),
    Program(forward_algorithm, arrays((4, 3), (3, 3)), ("x", "t")),
    Program(constant_of_a_module_in_one_branch, numbers(0.7), ("x", "e")),
    Program(constant_of_a_module_in_one_branch, numbers(0.9), ("x", "e"), "taken"),
    Program(generator_summed, arrays(5)),
    Program(spectrum, arrays(3)),
    Program(indices_of_an_iterator, arrays((3, 2))),
]
