"""Well-known kernels, written as one writes them in NumPy, in-place stores and all.

`SAMPLES[name](rng)` gives arguments of a small size and `FLOATS[name]` the parameters to differentiate by. Where a
kernel changes its argument in place (Cholesky, LU, the sweeps) it does so as its textbook form does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def gauss_seidel(a, sweeps):
    """PolyBench's seidel-2d: nine points averaged, in place."""
    n, m = a.shape
    for t in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                a[i, j] = (
                    a[i - 1, j - 1]
                    + a[i - 1, j]
                    + a[i - 1, j + 1]
                    + a[i, j - 1]
                    + a[i, j]
                    + a[i, j + 1]
                    + a[i + 1, j - 1]
                    + a[i + 1, j]
                    + a[i + 1, j + 1]
                ) / 9.0
    return a


def jacobi_1d(a, b, steps):
    """PolyBench's jacobi-1d: two arrays, each written from the other, as scalar loops."""
    for t in range(steps):
        for i in range(1, len(a) - 1):
            b[i] = 0.33333 * (a[i - 1] + a[i] + a[i + 1])
        for i in range(1, len(a) - 1):
            a[i] = 0.33333 * (b[i - 1] + b[i] + b[i + 1])
    return a


def jacobi_2d(a, b, steps):
    """PolyBench's jacobi-2d with slices."""
    for t in range(steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
    return a


def trmm(alpha, a, b):
    """PolyBench's trmm: b becomes alpha * a.T @ b with a lower triangular of unit diagonal."""
    m, n = b.shape
    for i in range(m):
        for j in range(n):
            for k in range(i + 1, m):
                b[i, j] += a[k, i] * b[k, j]
            b[i, j] = alpha * b[i, j]
    return b


def cholesky(a):
    """PolyBench's cholesky: the lower triangle becomes the factor; the strict upper one is cleared."""
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[j, k]
            a[i, j] /= a[j, j]
        for k in range(i):
            a[i, i] -= a[i, k] * a[i, k]
        a[i, i] = np.sqrt(a[i, i])
        for j in range(i + 1, n):
            a[i, j] = 0.0
    return a


def lu(a):
    """PolyBench's lu: both factors in one matrix, no pivots."""
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[k, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            for k in range(i):
                a[i, j] -= a[i, k] * a[k, j]
    return a


def trisolv(low, b):
    """PolyBench's trisolv: solve low @ x = b by forward substitution."""
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        x[i] = b[i]
        for j in range(i):
            x[i] -= low[i, j] * x[j]
        x[i] = x[i] / low[i, i]
    return x


def perceptron(w1, b1, w2, b2, x, y):
    """Two layers, softmax, cross-entropy against one-hot rows."""
    h = np.maximum(x @ w1 + b1, 0.0)
    z = h @ w2 + b2
    e = np.exp(z)
    p = e / e.sum(axis=1).reshape(-1, 1)
    return -np.sum(y * np.log(p)) / len(x)


def convolution(image, kernel):
    """Valid 2-D correlation: one shifted slice of the image for each entry of the kernel."""
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    out = np.zeros((rows, columns))
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            out += kernel[i, j] * image[i : i + rows, j : j + columns]
    return out


def n_body(position, velocity, mass, dt):
    """One semi-implicit Euler step of gravitation between all pairs; returns positions and velocities in one array."""
    n = len(mass)
    v = velocity.copy()
    for i in range(n):
        for j in range(i + 1, n):
            d = position[i] - position[j]
            pull = dt / np.sum(d * d) ** 1.5
            v[i] -= pull * mass[j] * d
            v[j] += pull * mass[i] * d
    p = position + dt * v
    return np.concatenate((p, v))


def newton(a, x):
    """The root of x**3 + x = a by Newton's method, until the step is small."""
    step = 1.0
    while abs(step) > 1e-14:
        step = (x**3 + x - a) / (3 * x**2 + 1)
        x = x - step
    return x


def _spd(rng: np.random.Generator) -> Any:
    m = rng.normal(size=(4, 4))
    return m @ m.T + 4 * np.eye(4)


def _one_hot(rng: np.random.Generator, rows: int, columns: int) -> Any:
    return np.eye(columns)[rng.integers(0, columns, size=rows)]


KERNELS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        gauss_seidel,
        jacobi_1d,
        jacobi_2d,
        trmm,
        cholesky,
        lu,
        trisolv,
        perceptron,
        convolution,
        n_body,
        newton,
    )
}

SAMPLES: dict[str, Callable[[np.random.Generator], tuple[Any, ...]]] = {
    "gauss_seidel": lambda rng: (rng.normal(size=(4, 5)), 2),
    "jacobi_1d": lambda rng: (rng.normal(size=7), rng.normal(size=7), 3),
    "jacobi_2d": lambda rng: (rng.normal(size=(5, 4)), rng.normal(size=(5, 4)), 2),
    "trmm": lambda rng: (float(rng.normal()), rng.normal(size=(4, 4)), rng.normal(size=(4, 3))),
    "cholesky": lambda rng: (_spd(rng),),
    "lu": lambda rng: (rng.normal(size=(4, 4)) + 4 * np.eye(4),),
    "trisolv": lambda rng: (rng.normal(size=(5, 5)) + 4 * np.eye(5), rng.normal(size=5)),
    "perceptron": lambda rng: (
        *(rng.normal(size=s) for s in ((3, 4), (4,), (4, 2), (2,), (5, 3))),
        _one_hot(rng, 5, 2),
    ),
    "convolution": lambda rng: (rng.normal(size=(5, 6)), rng.normal(size=(2, 3))),
    "n_body": lambda rng: (
        rng.normal(size=(4, 3)) + 3 * np.eye(4)[:, :3],
        rng.normal(size=(4, 3)),
        rng.uniform(0.5, 2, size=4),
        0.1,
    ),
    "newton": lambda rng: (float(rng.normal()), 1.0),
}

FLOATS: dict[str, tuple[str, ...]] = {
    "gauss_seidel": ("a",),
    "jacobi_1d": ("a", "b"),
    "jacobi_2d": ("a", "b"),
    "trmm": ("alpha", "a", "b"),
    "cholesky": ("a",),
    "lu": ("a",),
    "trisolv": ("low", "b"),
    "perceptron": ("w1", "b1", "w2", "b2", "x", "y"),
    "convolution": ("image", "kernel"),
    "n_body": ("position", "velocity", "mass", "dt"),
    "newton": ("a", "x"),
}
