"""Logistic growth written into an array: what a step reads is in the array still, so nothing is recorded."""

from __future__ import annotations

import numpy as np

WRT = ("x", "r")


def f(x, r):
    y = np.zeros(len(r))
    y[0] = x
    for i in range(1, len(r)):
        y[i] = y[i - 1] * (1 + r[i] * (1 - y[i - 1]))
    return y.sum()


def f_grad(x, r, out_bar=1.0):
    y = np.zeros(len(r))
    y[0] = x
    for i in range(1, len(r)):
        y[i] = y[i - 1] * (1 + r[i] * (1 - y[i - 1]))

    y_bar = np.full(len(r), out_bar)  # return y.sum()
    r_bar = np.zeros_like(r)
    for i in range(len(r) - 1, 0, -1):
        # y[i] = y[i - 1] * (1 + r[i] * (1 - y[i - 1]))
        t_bar = y_bar[i]
        y_bar[i] = 0.0
        s_bar = t_bar * y[i - 1]
        y_bar[i - 1] += t_bar * (1 + r[i] * (1 - y[i - 1])) - s_bar * r[i]
        r_bar[i] += s_bar * (1 - y[i - 1])
    return y_bar[0], r_bar  # y[0] = x


def samples(rng):
    return [(float(rng.uniform(0.1, 0.9)), rng.uniform(0.1, 2.0, size=n)) for n in (1, 2, 7)]
