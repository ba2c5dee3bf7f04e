"""Horner's scheme: a number carried round a loop and rebound, so each of its values is recorded."""

from __future__ import annotations

import numpy as np

WRT = ("x", "c")


def f(x, c):
    p = 0.0
    for k in range(len(c) - 1, -1, -1):
        p = p * x + c[k]
    return p


def f_grad(x, c, out_bar=1.0):
    p = 0.0
    p_stack = []
    for k in range(len(c) - 1, -1, -1):
        p_stack.append(p)
        p = p * x + c[k]

    x_bar = 0.0
    c_bar = np.zeros_like(c)
    p_bar = out_bar
    for k in range(len(c)):
        # p = p * x + c[k]
        c_bar[k] += p_bar
        x_bar += p_bar * p_stack[-1 - k]
        p_bar = p_bar * x
    return x_bar, c_bar


def samples(rng):
    return [(float(rng.normal()), rng.normal(size=n)) for n in (1, 4, 6)]
