"""Arrays of three and more axes that are multiplied: what comes to a factor is summed without the product."""

from __future__ import annotations

import numpy as np
from program import Program, arrays


def pairs_and_weights(a, b, w):
    return np.sum(a[:, None, :] * b[None, :, :] * w, axis=2)


def rows_of_a_stack(A, x):
    return A * x


def matrix_below_a_stack(A, B):
    return np.sum(A * B, axis=1)


def columns_kept(A, B):
    return A * B


def both_along_four_axes(F, D):
    scaled = np.sum(F[None, :, :, :] * D[:, :, None, :], axis=3)
    return scaled * scaled


def quotient_of_a_stack(A, x):
    return A / (1.0 + x[:, None, None] ** 2)


def masked_product(A, x):
    return A * (x > 0)[:, None] * x[:, None]


def chosen_and_multiplied(A, x):
    return np.where(A > 0, A * x[None, :, None], x[None, :, None])


def axis_used_twice(x, A):
    t = x[:, None]
    return A * t + t * t


def axis_of_what_changes(x, A):
    t = x[:, None]
    y = np.sum(A * t)
    x[0] = 3.0 * y
    return A * t


def axis_taken_away_again(x, A):
    t = (x * 2.0)[:, None, :]
    return A * t[:, 0] + t[:, 0][:, ::-1]


def negated_sums(A, x):
    return np.exp(-(A - x[None, :, None])) - x[None, :, None] * A


def sums_along_the_last_axis(A, x):
    e = np.exp(A - A.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True)) @ x * np.sum(-x) - A.sum(-2) @ x + np.prod(A, -1).sum(-1)


def single_precision_stack(A, x):
    return A * x


def length_one_by_chance(A, B):
    return A * B * 2.0


def _single(rng):
    return rng.normal(size=(2, 3, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)


PROGRAMS = [
    Program(pairs_and_weights, arrays((3, 2), (4, 2), (3, 4, 2)), ("a", "b", "w")),
    Program(rows_of_a_stack, arrays((2, 3, 4), 4), ("A", "x")),
    Program(matrix_below_a_stack, arrays((2, 3, 4), (3, 4)), ("A", "B")),
    Program(columns_kept, arrays((2, 3, 4), (2, 1, 4)), ("A", "B")),
    Program(both_along_four_axes, arrays((3, 2, 2), (4, 3, 2)), ("F", "D")),
    Program(quotient_of_a_stack, arrays((2, 3, 4), 2), ("A", "x")),
    Program(masked_product, arrays((2, 3, 4), 3), ("A", "x")),
    Program(chosen_and_multiplied, arrays((2, 3, 4), 3), ("A", "x")),
    Program(axis_used_twice, arrays(3, (3, 4)), ("x", "A")),
    Program(axis_of_what_changes, arrays(3, (3, 4)), ("x", "A")),
    Program(axis_taken_away_again, arrays((2, 3), (2, 3)), ("x", "A")),
    Program(negated_sums, arrays((2, 3, 4), 3), ("A", "x")),
    Program(sums_along_the_last_axis, arrays((3, 4), (4, 2)), ("A", "x")),
    Program(single_precision_stack, _single, ("A", "x"), "float32"),
    Program(length_one_by_chance, arrays((1, 3, 1), (2, 1, 4)), ("A", "B")),
]
