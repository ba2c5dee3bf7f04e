"""A stencil that writes one array from another and swaps the two: the cotangents are swapped likewise."""

from __future__ import annotations

import numpy as np

WRT = ("u",)


def f(u, steps, k):
    a = u.copy()
    b = u.copy()
    for t in range(steps):
        b[1:-1] = a[1:-1] + k * (a[:-2] - 2 * a[1:-1] + a[2:])
        a, b = b, a
    return a @ a


def f_grad(u, steps, k, out_bar=1.0):
    a = u.copy()
    b = u.copy()
    for t in range(steps):
        b[1:-1] = a[1:-1] + k * (a[:-2] - 2 * a[1:-1] + a[2:])
        a, b = b, a

    a_bar = 2 * out_bar * a  # return a @ a
    b_bar = np.zeros_like(b)
    for t in range(steps - 1, -1, -1):
        a_bar, b_bar = b_bar, a_bar  # a, b = b, a
        # b[1:-1] = a[1:-1] + k * (a[:-2] - 2 * a[1:-1] + a[2:])
        t_bar = b_bar[1:-1].copy()
        b_bar[1:-1] = 0.0
        s_bar = k * t_bar
        a_bar[1:-1] += t_bar - 2 * s_bar
        a_bar[:-2] += s_bar
        a_bar[2:] += s_bar
    return a_bar + b_bar  # a = u.copy(); b = u.copy()


def samples(rng):
    return [(rng.normal(size=6), steps, 0.2) for steps in (0, 1, 4, 5)]
