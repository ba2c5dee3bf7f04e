"""The gradients of the functions in `rivals.py`, as a person writes them in NumPy."""

from __future__ import annotations

import numpy as np


def scalar(x):
    sine = np.sin(x)
    a = sine * x
    decay = np.exp(-a)
    b = decay + x * x
    c = np.log(b + 1.0) / (x + 2.0)
    t = np.tanh(c * a)
    d = t - b * c

    d_bar = 2.0 * d
    product_bar = -np.sin(a * b)
    inner_bar = d_bar * (1.0 - t * t)
    c_bar = inner_bar * a - d_bar * b
    share = c_bar / (x + 2.0)
    b_bar = product_bar * a - d_bar * c + share / (b + 1.0)
    a_bar = product_bar * b + inner_bar * c - b_bar * decay
    return 2.0 * b_bar * x - share * c + a_bar * (sine + np.cos(x) * x)


def doubling(b):
    factor = 1.0
    while np.linalg.norm(b) < 1000:
        b = b * 2
        factor *= 2
    if not np.sum(b) > 0:
        factor *= 100
    return np.full(b.shape, factor)


def perceptron(w1, b1, w2, b2, x, labels):
    hidden = np.maximum(x @ w1 + b1, 0.0)
    scores = hidden @ w2 + b2
    shares = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    shares /= np.sum(shares, axis=1, keepdims=True)

    scores_bar = (shares * np.sum(labels, axis=1, keepdims=True) - labels) / 128
    hidden_bar = scores_bar @ w2.T
    hidden_bar *= hidden > 0
    return x.T @ hidden_bar, np.sum(hidden_bar, axis=0), hidden.T @ scores_bar, np.sum(scores_bar, axis=0)


def mixture(alphas, means, factors, x):
    differences = x[:, None, :] - means
    scaled = np.sum(factors[None, :, :, :] * differences[:, :, None, :], axis=3)
    diagonals = np.diagonal(factors, 0, -1, -2)
    terms = alphas + np.sum(np.log(np.abs(diagonals)), axis=1) - 0.5 * np.sum(scaled * scaled, axis=2)
    shares = np.exp(terms - np.max(terms, axis=1, keepdims=True))
    shares /= np.sum(shares, axis=1, keepdims=True)
    weights = np.exp(alphas - np.max(alphas))

    terms_bar = np.sum(shares, axis=0)
    scaled_bar = -shares[:, :, None] * scaled
    factors_bar = np.einsum("nki,nkj->kij", scaled_bar, differences)
    places = np.arange(factors.shape[1])
    factors_bar[:, places, places] += terms_bar[:, None] / diagonals
    means_bar = -np.einsum("nki,kij->kj", scaled_bar, factors)
    return terms_bar - 1000 * weights / np.sum(weights), means_bar, factors_bar


GRADIENTS = {"scalar": scalar, "while": doubling, "perceptron": perceptron, "mixture": mixture}
