"""A running product written into an array: every cell is written once, so nothing is recorded."""

from __future__ import annotations

import numpy as np

WRT = ("x",)


def f(x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i]
    return y.sum()


def f_grad(x, out_bar=1.0):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i]

    y_bar = np.full(len(x), out_bar)  # return y.sum()
    x_bar = np.zeros_like(x)
    for i in range(len(x) - 1, 0, -1):
        # y[i] = y[i - 1] * x[i]
        t_bar = y_bar[i]
        y_bar[i] = 0.0
        y_bar[i - 1] += t_bar * x[i]
        x_bar[i] += t_bar * y[i - 1]
    x_bar[0] += y_bar[0]  # y[0] = x[0]
    return x_bar


def samples(rng):
    return [(rng.normal(size=n),) for n in (1, 2, 6)]
