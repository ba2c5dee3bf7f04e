"""Huber's loss of a line, point by point: the residual is cheap, so it is computed again and nothing is recorded."""

from __future__ import annotations

import numpy as np

WRT = ("w",)


def f(w, x, y, delta):
    total = 0.0
    for i in range(len(x)):
        r = w * x[i] - y[i]
        if abs(r) <= delta:
            total += r * r / 2
        else:
            total += delta * (abs(r) - delta / 2)
    return total


def f_grad(w, x, y, delta, out_bar=1.0):
    w_bar = 0.0
    for i in range(len(x) - 1, -1, -1):
        r = w * x[i] - y[i]
        if abs(r) <= delta:
            r_bar = out_bar * r  # total += r * r / 2
        else:
            r_bar = out_bar * delta * np.sign(r)  # total += delta * (abs(r) - delta / 2)
        w_bar += r_bar * x[i]  # r = w * x[i] - y[i]
    return w_bar


def samples(rng):
    return [(float(rng.normal()), rng.normal(size=n), rng.normal(size=n), 0.7) for n in (1, 8)]
