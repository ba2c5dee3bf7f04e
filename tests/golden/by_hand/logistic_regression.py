"""Logistic regression's loss: array operations in a row, broadcasting of nothing but numbers."""

from __future__ import annotations

import numpy as np

WRT = ("w",)


def f(w, X, y):
    p = 1 / (1 + np.exp(-(X @ w)))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def f_grad(w, X, y, out_bar=1.0):
    e = np.exp(-(X @ w))
    p = 1 / (1 + e)

    # return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    t_bar = np.full(p.shape, -out_bar / p.size)
    p_bar = t_bar * y / p - t_bar * (1 - y) / (1 - p)
    # p = 1 / (1 + np.exp(-(X @ w)))
    z_bar = p_bar * p**2 * e
    return X.T @ z_bar


def samples(rng):
    return [(rng.normal(size=3), rng.normal(size=(7, 3)), rng.integers(0, 2, size=7).astype(float)) for _ in range(3)]
