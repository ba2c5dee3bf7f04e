"""What people write every day, for the golden texts: lists that become arrays, sums of generators, lookups, transposes."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def recurrent(xs: Array, h: Array, W: Array, U: Array) -> Array:
    states = []
    for x in xs:
        h = np.tanh(W @ x + U @ h)
        states.append(h)
    return np.stack(states)


def weighted(A: Array, w: Array) -> Array:
    return np.tanh(sum(w_k * row for w_k, row in zip(w, A, strict=True)))


def squares(x: Array) -> Array:
    return np.mean([(v - 1) ** 2 for v in x]) + sum(v**4 for v in x)


def bilinear(image: Array, x: Array, y: Array) -> Array:
    i = np.clip(np.floor(y).astype(int), 0, image.shape[0] - 2)
    j = np.clip(np.floor(x).astype(int), 0, image.shape[1] - 2)
    v, u = y - i, x - j
    return image[i, j] * (1 - u) * (1 - v) + image[i, j + 1] * u * (1 - v) + image[i + 1, j] * v


def rotated(points: Array, R: Array) -> Array:
    return points @ R.T


def conjugate_gradient(A: Array, b: Array) -> Array:
    x = np.zeros_like(b)
    r = b - A @ x
    p = r
    for _ in range(3):
        q = A @ p
        step = r @ r / (p @ q)
        x = x + step * p
        new = r - step * q
        p = new + (new @ new) / (r @ r) * p
        r = new
    return x


def log_likelihood(S: Array, y: Array) -> Array:
    total = 0.0
    for k in range(len(y)):
        sign, logdet = np.linalg.slogdet(S + np.eye(len(S)) * k)
        total -= 0.5 * (y[k] @ np.linalg.solve(S, y[k]) + logdet)
    return total
