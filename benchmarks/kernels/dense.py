"""A perceptron, a product of three matrices, and softmax: what array libraries are made for."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel, jax_over


def perceptron(w1, b1, w2, b2, x, labels):
    """Two layers, softmax and cross-entropy; labels: one row of 0 and 1 for each row of x."""
    hidden = np.maximum(x @ w1 + b1, 0.0)
    scores = hidden @ w2 + b2
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    total = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum((shifted - total) * labels) / len(x)


def perceptron_loss(w1, b1, w2, b2, x, labels, seed):
    return seed * perceptron(w1, b1, w2, b2, x, labels)


def perceptron_loops(w1, b1, w2, b2, x, labels, seed):
    hidden = x @ w1
    rows, width = hidden.shape
    for i in range(rows):
        for j in range(width):
            hidden[i, j] = max(hidden[i, j] + b1[j], 0.0)
    scores = hidden @ w2
    loss = 0.0
    for i in range(rows):
        highest = -np.inf
        for j in range(len(b2)):
            scores[i, j] += b2[j]
            highest = max(highest, scores[i, j])
        total = 0.0
        for j in range(len(b2)):
            total += np.exp(scores[i, j] - highest)
        total = np.log(total) + highest
        for j in range(len(b2)):
            loss -= labels[i, j] * (scores[i, j] - total)
    return seed * loss / rows


def perceptron_by_hand(w1, b1, w2, b2, x, labels, seed):
    hidden = x @ w1
    rows, width = hidden.shape
    for i in range(rows):
        for j in range(width):
            hidden[i, j] = max(hidden[i, j] + b1[j], 0.0)
    scores = hidden @ w2
    loss = 0.0
    b1_bar, b2_bar = np.zeros_like(b1), np.zeros_like(b2)
    x_scale = seed / rows
    for i in range(rows):
        highest = -np.inf
        for j in range(len(b2)):
            scores[i, j] += b2[j]
            highest = max(highest, scores[i, j])
        total, weight = 0.0, 0.0
        for j in range(len(b2)):
            weight += labels[i, j]
            loss += labels[i, j] * (highest - scores[i, j])
            scores[i, j] = np.exp(scores[i, j] - highest)
            total += scores[i, j]
        loss += weight * np.log(total)
        for j in range(len(b2)):
            scores[i, j] = x_scale * (weight * scores[i, j] / total - labels[i, j])
            b2_bar[j] += scores[i, j]
    hidden_bar = scores @ w2.T
    for i in range(rows):
        for j in range(width):
            if hidden[i, j] <= 0.0:
                hidden_bar[i, j] = 0.0
            b1_bar[j] += hidden_bar[i, j]
    return seed * loss / rows, x.T @ hidden_bar, b1_bar, hidden.T @ scores, b2_bar


def perceptron_over(np):
    def loss(w1, b1, w2, b2, x, labels, seed):
        hidden = np.maximum(x @ w1 + b1, 0.0)
        scores = hidden @ w2 + b2
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        total = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        return -seed * np.sum((shifted - total) * labels) / len(x)

    return loss


def chain(a, b, c, seed):
    return np.sum(seed * (a @ b @ c))


def chain_by_hand(a, b, c, seed):
    left = a @ b
    middle = seed @ c.T
    return np.sum(seed * (left @ c)), middle @ b.T, a.T @ middle, left.T @ seed


def chain_over(np):
    def loss(a, b, c, seed):
        return np.sum(seed * (a @ b @ c))

    return loss


def softmax(x):
    """Of the last axis of four, as in attention."""
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax_loss(x, seed):
    return np.sum(seed * softmax(x))


def softmax_loops(x, seed):
    flat, weights = x.reshape(-1, x.shape[-1]), seed.reshape(-1, x.shape[-1])
    value = 0.0
    for i in range(flat.shape[0]):
        highest = -np.inf
        for j in range(flat.shape[1]):
            highest = max(highest, flat[i, j])
        total, weighted = 0.0, 0.0
        for j in range(flat.shape[1]):
            e = np.exp(flat[i, j] - highest)
            total += e
            weighted += weights[i, j] * e
        value += weighted / total
    return value


def softmax_by_hand(x, seed):
    flat, weights = x.reshape(-1, x.shape[-1]), seed.reshape(-1, x.shape[-1])
    x_bar = np.empty_like(flat)
    value = 0.0
    for i in range(flat.shape[0]):
        highest = -np.inf
        for j in range(flat.shape[1]):
            highest = max(highest, flat[i, j])
        total, weighted = 0.0, 0.0
        for j in range(flat.shape[1]):
            x_bar[i, j] = np.exp(flat[i, j] - highest)
            total += x_bar[i, j]
            weighted += weights[i, j] * x_bar[i, j]
        mean = weighted / total
        value += mean
        for j in range(flat.shape[1]):
            x_bar[i, j] = x_bar[i, j] / total * (weights[i, j] - mean)
    return value, x_bar.reshape(x.shape)


def softmax_over(np):
    def loss(x, seed):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return np.sum(seed * (e / np.sum(e, axis=-1, keepdims=True)))

    return loss


def softmax_torch(torch):
    def loss(x, seed):
        return torch.sum(seed * torch.softmax(x, dim=-1))

    return loss


def _perceptron_inputs(rng, inputs, hidden, classes, rows):
    weights = rng.normal(size=(inputs, hidden)) / np.sqrt(inputs), rng.normal(size=hidden)
    outer = rng.normal(size=(hidden, classes)) / np.sqrt(hidden), rng.normal(size=classes)
    labels = np.eye(classes)[rng.integers(0, classes, rows)]
    return (*weights, *outer, rng.normal(size=(rows, inputs)), labels, float(rng.normal()))


def _chain_inputs(rng, i, j, k, l):
    a, b, c = rng.normal(size=(i, k)), rng.normal(size=(k, j)), rng.normal(size=(j, l))
    return a / np.sqrt(k), b / np.sqrt(j), c, rng.normal(size=(i, l))


def _softmax_inputs(rng, n, heads, size):
    return rng.normal(size=(n, heads, size, size)), rng.normal(size=(n, heads, size, size))


KERNELS = [
    Kernel(
        "perceptron",
        "vector",
        perceptron_loss,
        ("w1", "b1", "w2", "b2"),
        _perceptron_inputs,
        {
            "tiny": {"inputs": 4, "hidden": 3, "classes": 2, "rows": 3},
            "S": {"inputs": 784, "hidden": 128, "classes": 10, "rows": 128},
            "M": {"inputs": 784, "hidden": 512, "classes": 10, "rows": 512},
        },
        loops=perceptron_loops,
        by_hand=perceptron_by_hand,
        jax=jax_over(perceptron_over),
        over=perceptron_over,
    ),
    Kernel(
        "chain",
        "vector",
        chain,
        ("a", "b", "c"),
        _chain_inputs,
        {
            "tiny": {"i": 2, "j": 3, "k": 4, "l": 2},
            "S": {"i": 800, "j": 850, "k": 900, "l": 950},
            "M": {"i": 2000, "j": 2250, "k": 2500, "l": 2750},
        },
        by_hand=chain_by_hand,
        jax=jax_over(chain_over),
        over=chain_over,
    ),
    Kernel(
        "softmax",
        "vector",
        softmax_loss,
        ("x",),
        _softmax_inputs,
        {
            "tiny": {"n": 2, "heads": 1, "size": 3},
            "S": {"n": 16, "heads": 16, "size": 128},
            "M": {"n": 32, "heads": 8, "size": 256},
        },
        loops=softmax_loops,
        by_hand=softmax_by_hand,
        jax=jax_over(softmax_over),
        over=softmax_over,
        torch=softmax_torch,
    ),
]
