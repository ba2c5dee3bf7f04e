"""An array, or a list or tuple of numbers in its place: which of them, only the run can tell."""

from __future__ import annotations

import numpy as np
from program import Program, arrays


def chosen_for_dot(x, s):
    b = (x[0], x[1]) if s < 1 else x
    return np.dot(b, x)


def chosen_list_for_dot(x, s):
    if s < 1:
        b = [x[0] * x[1], x[1]]
    else:
        b = x * 2
    return np.dot(x, b) + b[0]


def chosen_for_an_operator(x, s):
    b = (x[0], x[1]) if s < 1 else x
    return b @ x + np.sum(x * b - b / x)


def chosen_for_reductions(x, s):
    b = (x[0], x[1]) if s < 1 else x
    return np.sum(b) + np.max(b) * np.mean(b) + np.std(b) + np.linalg.norm(b) * np.prod(b)


def chosen_for_elements(x, s):
    b = [x[0], x[1]] if s < 1 else x
    return np.sum(np.sin(b)) + np.cumsum(b)[-1] * np.diff(b).sum() + np.vdot(b, b)


def chosen_to_be_joined(x, s):
    b = (x[0], x[1]) if s < 1 else x
    return np.concatenate([b, x]).sum() * x[0] + np.outer(b, x).sum() + np.array(b) @ x


def chosen_rows(x, s):
    b = [x * 2, x] if s < 1 else np.stack([x, x * x])
    return np.einsum("ij,j->", b, x) + np.tensordot(b, x, 1).sum() + np.matmul(b, x).sum() + np.inner(b, x).sum()


def chosen_in_a_loop(x, n):
    b = x
    for _ in range(n):
        b = (np.dot(b, x), b[1])
    return np.dot(b, x)


def chosen_of_a_bound_tuple(x, s):
    pair = (x[0], x[1] * x[0])
    b = pair if s < 1 else x
    return np.dot(b, x) + pair[1]


CHOOSERS = [
    chosen_for_dot,
    chosen_list_for_dot,
    chosen_for_an_operator,
    chosen_for_reductions,
    chosen_for_elements,
    chosen_to_be_joined,
    chosen_rows,
    chosen_in_a_loop,
    chosen_of_a_bound_tuple,
]
PROGRAMS = [
    Program(f, arrays(2, rest=(k,)), note=note) for f in CHOOSERS for k, note in [(0, "sequence"), (2, "array")]
]
