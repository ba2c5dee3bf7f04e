"""PolyBench's Jacobi stencils, by slices: two arrays, each written from the other."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def jacobi_1d(a, b, steps):
    a, b = a.copy(), b.copy()
    for t in range(steps):
        b[1:-1] = 0.33333 * (a[:-2] + a[1:-1] + a[2:])
        a[1:-1] = 0.33333 * (b[:-2] + b[1:-1] + b[2:])
    return a, b


def jacobi_1d_loss(a, b, steps, seed_a, seed_b):
    a, b = jacobi_1d(a, b, steps)
    return np.sum(seed_a * a) + np.sum(seed_b * b)


def jacobi_1d_loops(a, b, steps, seed_a, seed_b):
    a, b = a.copy(), b.copy()
    for t in range(steps):
        for i in range(1, len(a) - 1):
            b[i] = 0.33333 * (a[i - 1] + a[i] + a[i + 1])
        for i in range(1, len(a) - 1):
            a[i] = 0.33333 * (b[i - 1] + b[i] + b[i + 1])
    return np.sum(seed_a * a) + np.sum(seed_b * b)


def jacobi_1d_by_hand(a, b, steps, seed_a, seed_b):
    value = jacobi_1d_loops(a, b, steps, seed_a, seed_b)
    n = len(a)
    a_bar, b_bar = seed_a.copy(), seed_b.copy()
    if steps == 0:
        return value, a_bar, b_bar
    # What is gathered is zero at both ends: these cells are read, never written.
    for t in range(steps):
        _gather_1d(a_bar, b_bar, n)
        _gather_1d(b_bar, a_bar, n)
    return value, a_bar, b_bar


def _gather_1d(source, target, n):
    """The adjoint of source[1:-1] = 0.33333 * (target[:-2] + target[1:-1] + target[2:])."""
    target[0] += 0.33333 * source[1]
    target[1] += 0.33333 * (source[1] + source[2])
    for i in range(2, n - 2):
        target[i] += 0.33333 * (source[i - 1] + source[i] + source[i + 1])
    target[n - 2] += 0.33333 * (source[n - 3] + source[n - 2])
    target[n - 1] += 0.33333 * source[n - 2]
    source[1 : n - 1] = 0.0


def jacobi_1d_jax():
    import jax.numpy as jnp
    from jax import lax

    def loss(a, b, steps, seed_a, seed_b):
        def step(state, _):
            a, b = state
            b = b.at[1:-1].set(0.33333 * (a[:-2] + a[1:-1] + a[2:]))
            a = a.at[1:-1].set(0.33333 * (b[:-2] + b[1:-1] + b[2:]))
            return (a, b), None

        (a, b), _ = lax.scan(step, (a, b), None, length=steps)
        return jnp.sum(seed_a * a) + jnp.sum(seed_b * b)

    return loss


def jacobi_1d_torch(torch):
    def loss(a, b, steps, seed_a, seed_b):
        a, b = a.clone(), b.clone()
        for _ in range(steps):
            b[1:-1] = 0.33333 * (a[:-2] + a[1:-1] + a[2:])
            a[1:-1] = 0.33333 * (b[:-2] + b[1:-1] + b[2:])
        return torch.sum(seed_a * a) + torch.sum(seed_b * b)

    return loss


def jacobi_2d(a, b, steps):
    a, b = a.copy(), b.copy()
    for t in range(steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
    return a, b


def jacobi_2d_loss(a, b, steps, seed_a, seed_b):
    a, b = jacobi_2d(a, b, steps)
    return np.sum(seed_a * a) + np.sum(seed_b * b)


def jacobi_2d_loops(a, b, steps, seed_a, seed_b):
    a, b = a.copy(), b.copy()
    n, m = a.shape
    for t in range(steps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                b[i, j] = 0.2 * (a[i, j] + a[i, j - 1] + a[i, j + 1] + a[i + 1, j] + a[i - 1, j])
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                a[i, j] = 0.2 * (b[i, j] + b[i, j - 1] + b[i, j + 1] + b[i + 1, j] + b[i - 1, j])
    return np.sum(seed_a * a) + np.sum(seed_b * b)


def jacobi_2d_by_hand(a, b, steps, seed_a, seed_b):
    value = jacobi_2d_loops(a, b, steps, seed_a, seed_b)
    a_bar, b_bar = seed_a.copy(), seed_b.copy()
    # A copy of the inner cells with a rim of zeros lets every cell gather from all its neighbours.
    inner = np.zeros((a.shape[0] + 2, a.shape[1] + 2))
    for t in range(steps):
        _gather_2d(a_bar, b_bar, inner)
        _gather_2d(b_bar, a_bar, inner)
    return value, a_bar, b_bar


def _gather_2d(source, target, inner):
    n, m = source.shape
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            inner[i + 1, j + 1] = 0.2 * source[i, j]
            source[i, j] = 0.0
    for i in range(n):
        for j in range(m):
            p, q = i + 1, j + 1
            target[i, j] += inner[p, q] + inner[p, q - 1] + inner[p, q + 1] + inner[p + 1, q] + inner[p - 1, q]


def jacobi_2d_jax():
    import jax.numpy as jnp
    from jax import lax

    def mean(a):
        return 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])

    def loss(a, b, steps, seed_a, seed_b):
        def step(state, _):
            a, b = state
            b = b.at[1:-1, 1:-1].set(mean(a))
            a = a.at[1:-1, 1:-1].set(mean(b))
            return (a, b), None

        (a, b), _ = lax.scan(step, (a, b), None, length=steps)
        return jnp.sum(seed_a * a) + jnp.sum(seed_b * b)

    return loss


def jacobi_2d_torch(torch):
    def mean(a):
        return 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])

    def loss(a, b, steps, seed_a, seed_b):
        a, b = a.clone(), b.clone()
        for _ in range(steps):
            b[1:-1, 1:-1] = mean(a)
            a[1:-1, 1:-1] = mean(b)
        return torch.sum(seed_a * a) + torch.sum(seed_b * b)

    return loss


def _pair(rng, shape, steps):
    a, b, seed_a, seed_b = (rng.normal(size=shape) for _ in range(4))
    return a, b, steps, seed_a, seed_b


KERNELS = [
    Kernel(
        "jacobi_1d",
        "stencils",
        jacobi_1d_loss,
        ("a", "b"),
        lambda rng, n, steps: _pair(rng, n, steps),
        {"tiny": {"n": 7, "steps": 2}, "S": {"n": 3200, "steps": 800}, "M": {"n": 12_000, "steps": 3000}},
        loops=jacobi_1d_loops,
        by_hand=jacobi_1d_by_hand,
        jax=jacobi_1d_jax,
        torch=jacobi_1d_torch,
    ),
    Kernel(
        "jacobi_2d",
        "stencils",
        jacobi_2d_loss,
        ("a", "b"),
        lambda rng, n, steps: _pair(rng, (n, n), steps),
        {"tiny": {"n": 5, "steps": 2}, "S": {"n": 150, "steps": 50}, "M": {"n": 350, "steps": 80}},
        loops=jacobi_2d_loops,
        by_hand=jacobi_2d_by_hand,
        jax=jacobi_2d_jax,
        torch=jacobi_2d_torch,
    ),
]
