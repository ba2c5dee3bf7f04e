"""A two-layer network that reads handwritten digits, trained with our gradient and a few lines of NumPy.

The 1,797 images of 8 by 8 pixels are those that scikit-learn carries; a random quarter (seed 0) is held back and
never trained on. The optimiser is Adam: Kingma and Ba (2015), "Adam: a method for stochastic optimization".

    python examples/digits.py
"""

from __future__ import annotations

import time

import numpy as np
from sklearn.datasets import load_digits

from adjoint import value_and_grad

SEED = 0
HIDDEN = 64
EPOCHS = 20
BATCH = 64


def scores(W1, b1, W2, b2, X):
    return np.tanh(X @ W1 + b1) @ W2 + b2


@value_and_grad(wrt=("W1", "b1", "W2", "b2"))
def loss(W1, b1, W2, b2, X, labels):
    """The mean cross-entropy of softmax, computed without overflow."""
    z = scores(W1, b1, W2, b2, X)
    z = z - z.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(z).sum(axis=1))
    return np.mean(log_total - z[np.arange(len(labels)), labels])


def split_digits(rng):
    """Pixels scaled to 0..1 and labels, three quarters to train on and a quarter held back."""
    X, labels = load_digits(return_X_y=True)
    order = rng.permutation(len(labels))
    held = len(labels) // 4
    return X[order[held:]] / 16, labels[order[held:]], X[order[:held]] / 16, labels[order[:held]]


def first_weights(rng):
    return (
        rng.normal(size=(64, HIDDEN)) / np.sqrt(64),
        np.zeros(HIDDEN),
        rng.normal(size=(HIDDEN, 10)) / np.sqrt(HIDDEN),
        np.zeros(10),
    )


def adam_step(weights, gradients, means, squares, count, rate=0.005):
    """Change the weights and both running averages in place."""
    for weight, slope, mean, square in zip(weights, gradients, means, squares, strict=True):
        mean += 0.1 * (slope - mean)
        square += 0.001 * (slope**2 - square)
        mean_hat = mean / (1 - 0.9**count)
        square_hat = square / (1 - 0.999**count)
        weight -= rate * mean_hat / (np.sqrt(square_hat) + 1e-8)


def train(weights, X, labels, rng):
    means = [np.zeros_like(w) for w in weights]
    squares = [np.zeros_like(w) for w in weights]
    count = 0
    for epoch in range(EPOCHS):
        order = rng.permutation(len(labels))
        total = 0.0
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            value, gradients = loss(*weights, X[batch], labels[batch])
            count += 1
            adam_step(weights, gradients, means, squares, count)
            total += value * len(batch)
        if epoch % 5 == 0 or epoch == EPOCHS - 1:
            print(f"epoch {epoch + 1:2}: loss {total / len(order):.4f}")


def main():
    rng = np.random.default_rng(SEED)
    X, labels, X_held, labels_held = split_digits(rng)
    weights = first_weights(rng)
    start = time.perf_counter()
    train(weights, X, labels, rng)
    right = np.mean(scores(*weights, X_held).argmax(axis=1) == labels_held)
    print(f"trained on {len(labels)} digits in {time.perf_counter() - start:.1f} s (seed {SEED})")
    print(f"right on {right:.1%} of the {len(labels_held)} digits held back")
    assert right >= 0.95


if __name__ == "__main__":
    main()
