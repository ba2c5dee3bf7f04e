"""The textbook's `while` and branch: the trip count and the branch are all that the reverse sweep needs."""

from __future__ import annotations

import numpy as np

WRT = ("a",)


def f(a):
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    c = b if b.sum() > 0 else 100 * b
    return c.sum()


def f_grad(a, out_bar=1.0):
    b = a * 2
    trips = 0
    while np.linalg.norm(b) < 1000:
        b = b * 2
        trips += 1
    branch = b.sum() > 0

    c_bar = np.full(b.shape, out_bar)  # return c.sum()
    # c = b if b.sum() > 0 else 100 * b
    if branch:
        b_bar = c_bar
    else:
        b_bar = 100 * c_bar
    for _ in range(trips):
        b_bar = b_bar * 2  # b = b * 2
    return b_bar * 2  # b = a * 2


def samples(rng):
    return [(rng.normal(size=3),), (np.array([1.0, -0.3, 0.8]),), (np.array([-1.0, 0.3, -0.8]),)]
