"""A two-layer perceptron with the cross-entropy of its softmax: biases are broadcast, so their cotangents are sums."""

from __future__ import annotations

import numpy as np

WRT = ("W1", "b1", "W2", "b2")


def f(W1, b1, W2, b2, X, Y):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    log_sum = np.log(np.exp(z).sum(axis=1))
    return np.mean(log_sum - (Y * z).sum(axis=1))


def f_grad(W1, b1, W2, b2, X, Y, out_bar=1.0):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    e = np.exp(z)

    t_bar = np.full(len(X), out_bar / len(X))
    z_bar = -t_bar[:, None] * Y  # return np.mean(log_sum - (Y * z).sum(axis=1))
    # log_sum = np.log(np.exp(z).sum(axis=1))
    s_bar = t_bar / e.sum(axis=1)
    z_bar += s_bar[:, None] * e
    # z = h @ W2 + b2
    b2_bar = z_bar.sum(axis=0)
    h_bar = z_bar @ W2.T
    W2_bar = h.T @ z_bar
    # h = np.tanh(X @ W1 + b1)
    a_bar = h_bar * (1 - h**2)
    b1_bar = a_bar.sum(axis=0)
    W1_bar = X.T @ a_bar
    return W1_bar, b1_bar, W2_bar, b2_bar


def samples(rng):
    shapes = (3, 4), (4,), (4, 2), (2,), (5, 3)
    return [(*(rng.normal(size=s) for s in shapes), np.eye(2)[rng.integers(0, 2, size=5)]) for _ in range(2)]
