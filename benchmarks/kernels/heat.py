"""PolyBench's heat equation in space, by slices."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def heat_3d(a, b, steps):
    a, b = a.copy(), b.copy()
    for t in range(steps):
        b[1:-1, 1:-1, 1:-1] = (
            0.125 * (a[2:, 1:-1, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[:-2, 1:-1, 1:-1])
            + 0.125 * (a[1:-1, 2:, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[1:-1, :-2, 1:-1])
            + 0.125 * (a[1:-1, 1:-1, 2:] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[1:-1, 1:-1, :-2])
            + a[1:-1, 1:-1, 1:-1]
        )
        a[1:-1, 1:-1, 1:-1] = (
            0.125 * (b[2:, 1:-1, 1:-1] - 2.0 * b[1:-1, 1:-1, 1:-1] + b[:-2, 1:-1, 1:-1])
            + 0.125 * (b[1:-1, 2:, 1:-1] - 2.0 * b[1:-1, 1:-1, 1:-1] + b[1:-1, :-2, 1:-1])
            + 0.125 * (b[1:-1, 1:-1, 2:] - 2.0 * b[1:-1, 1:-1, 1:-1] + b[1:-1, 1:-1, :-2])
            + b[1:-1, 1:-1, 1:-1]
        )
    return a, b


def heat_3d_loss(a, b, steps, seed_a, seed_b):
    a, b = heat_3d(a, b, steps)
    return np.sum(seed_a * a) + np.sum(seed_b * b)


def heat_3d_loops(a, b, steps, seed_a, seed_b):
    a, b = a.copy(), b.copy()
    for t in range(steps):
        _heat(a, b)
        _heat(b, a)
    return np.sum(seed_a * a) + np.sum(seed_b * b)


def _heat(a, b):
    n, m, o = a.shape
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            for k in range(1, o - 1):
                b[i, j, k] = (
                    0.125 * (a[i + 1, j, k] - 2.0 * a[i, j, k] + a[i - 1, j, k])
                    + 0.125 * (a[i, j + 1, k] - 2.0 * a[i, j, k] + a[i, j - 1, k])
                    + 0.125 * (a[i, j, k + 1] - 2.0 * a[i, j, k] + a[i, j, k - 1])
                    + a[i, j, k]
                )


def heat_3d_by_hand(a, b, steps, seed_a, seed_b):
    value = heat_3d_loops(a, b, steps, seed_a, seed_b)
    a_bar, b_bar = seed_a.copy(), seed_b.copy()
    inner = np.zeros((a.shape[0] + 2, a.shape[1] + 2, a.shape[2] + 2))
    for t in range(steps):
        _gather_3d(a_bar, b_bar, inner)
        _gather_3d(b_bar, a_bar, inner)
    return value, a_bar, b_bar


def _gather_3d(source, target, inner):
    n, m, o = source.shape
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            for k in range(1, o - 1):
                inner[i + 1, j + 1, k + 1] = 0.125 * source[i, j, k]
                source[i, j, k] = 0.0
    for i in range(n):
        for j in range(m):
            for k in range(o):
                p, q, r = i + 1, j + 1, k + 1
                target[i, j, k] += (
                    2.0 * inner[p, q, r]
                    + (inner[p - 1, q, r] + inner[p + 1, q, r])
                    + (inner[p, q - 1, r] + inner[p, q + 1, r])
                    + (inner[p, q, r - 1] + inner[p, q, r + 1])
                )


def _heat_over(a):
    middle = a[1:-1, 1:-1, 1:-1]
    return (
        0.125 * (a[2:, 1:-1, 1:-1] - 2.0 * middle + a[:-2, 1:-1, 1:-1])
        + 0.125 * (a[1:-1, 2:, 1:-1] - 2.0 * middle + a[1:-1, :-2, 1:-1])
        + 0.125 * (a[1:-1, 1:-1, 2:] - 2.0 * middle + a[1:-1, 1:-1, :-2])
        + middle
    )


def heat_3d_jax():
    import jax.numpy as jnp
    from jax import lax

    def loss(a, b, steps, seed_a, seed_b):
        def step(state, _):
            a, b = state
            b = b.at[1:-1, 1:-1, 1:-1].set(_heat_over(a))
            a = a.at[1:-1, 1:-1, 1:-1].set(_heat_over(b))
            return (a, b), None

        (a, b), _ = lax.scan(step, (a, b), None, length=steps)
        return jnp.sum(seed_a * a) + jnp.sum(seed_b * b)

    return loss


def heat_3d_torch(torch):
    def loss(a, b, steps, seed_a, seed_b):
        a, b = a.clone(), b.clone()
        for _ in range(steps):
            b[1:-1, 1:-1, 1:-1] = _heat_over(a)
            a[1:-1, 1:-1, 1:-1] = _heat_over(b)
        return torch.sum(seed_a * a) + torch.sum(seed_b * b)

    return loss


def _heat_inputs(rng, n, steps):
    a, b, seed_a, seed_b = (rng.normal(size=(n, n, n)) for _ in range(4))
    return a, b, steps, seed_a, seed_b


KERNELS = [
    Kernel(
        "heat_3d",
        "stencils",
        heat_3d_loss,
        ("a", "b"),
        _heat_inputs,
        {"tiny": {"n": 4, "steps": 2}, "S": {"n": 25, "steps": 25}, "M": {"n": 40, "steps": 50}},
        loops=heat_3d_loops,
        by_hand=heat_3d_by_hand,
        jax=heat_3d_jax,
        torch=heat_3d_torch,
    ),
]
