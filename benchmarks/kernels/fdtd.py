"""PolyBench's time-domain solver of Maxwell's equations in the plane, by slices."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def fdtd_2d(ex, ey, hz, source):
    """The electric field in both directions and the magnetic one across; `source` drives an edge."""
    ex, ey, hz = ex.copy(), ey.copy(), hz.copy()
    for t in range(len(source)):
        ey[0, :] = source[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return ex, ey, hz


def fdtd_2d_loss(ex, ey, hz, source, seed_x, seed_y, seed_z):
    ex, ey, hz = fdtd_2d(ex, ey, hz, source)
    return np.sum(seed_x * ex) + np.sum(seed_y * ey) + np.sum(seed_z * hz)


def fdtd_2d_loops(ex, ey, hz, source, seed_x, seed_y, seed_z):
    ex, ey, hz = ex.copy(), ey.copy(), hz.copy()
    n, m = hz.shape
    for t in range(len(source)):
        for j in range(m):
            ey[0, j] = source[t]
        for i in range(1, n):
            for j in range(m):
                ey[i, j] -= 0.5 * (hz[i, j] - hz[i - 1, j])
        for i in range(n):
            for j in range(1, m):
                ex[i, j] -= 0.5 * (hz[i, j] - hz[i, j - 1])
        for i in range(n - 1):
            for j in range(m - 1):
                hz[i, j] -= 0.7 * (ex[i, j + 1] - ex[i, j] + ey[i + 1, j] - ey[i, j])
    return np.sum(seed_x * ex) + np.sum(seed_y * ey) + np.sum(seed_z * hz)


def fdtd_2d_by_hand(ex, ey, hz, source, seed_x, seed_y, seed_z):
    value = fdtd_2d_loops(ex, ey, hz, source, seed_x, seed_y, seed_z)
    x_bar, y_bar, z_bar, source_bar = seed_x.copy(), seed_y.copy(), seed_z.copy(), np.zeros_like(source)
    n, m = hz.shape
    for t in range(len(source) - 1, -1, -1):
        for i in range(n - 1):
            for j in range(m - 1):
                g = 0.7 * z_bar[i, j]
                x_bar[i, j + 1] -= g
                x_bar[i, j] += g
                y_bar[i + 1, j] -= g
                y_bar[i, j] += g
        for i in range(n):
            for j in range(1, m):
                g = 0.5 * x_bar[i, j]
                z_bar[i, j] -= g
                z_bar[i, j - 1] += g
        for i in range(1, n):
            for j in range(m):
                g = 0.5 * y_bar[i, j]
                z_bar[i, j] -= g
                z_bar[i - 1, j] += g
        for j in range(m):
            source_bar[t] += y_bar[0, j]
            y_bar[0, j] = 0.0
    return value, x_bar, y_bar, z_bar, source_bar


def fdtd_2d_jax():
    import jax.numpy as jnp
    from jax import lax

    def loss(ex, ey, hz, source, seed_x, seed_y, seed_z):
        def step(state, now):
            ex, ey, hz = state
            ey = ey.at[1:, :].add(-0.5 * (hz[1:, :] - hz[:-1, :])).at[0, :].set(now)
            ex = ex.at[:, 1:].add(-0.5 * (hz[:, 1:] - hz[:, :-1]))
            hz = hz.at[:-1, :-1].add(-0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1]))
            return (ex, ey, hz), None

        (ex, ey, hz), _ = lax.scan(step, (ex, ey, hz), source)
        return jnp.sum(seed_x * ex) + jnp.sum(seed_y * ey) + jnp.sum(seed_z * hz)

    return loss


def fdtd_2d_torch(torch):
    def loss(ex, ey, hz, source, seed_x, seed_y, seed_z):
        ex, ey, hz = ex.clone(), ey.clone(), hz.clone()
        for t in range(len(source)):
            ey[0, :] = source[t]
            ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
            ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
            hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
        return torch.sum(seed_x * ex) + torch.sum(seed_y * ey) + torch.sum(seed_z * hz)

    return loss


def _fdtd_inputs(rng, n, m, steps):
    fields = [rng.normal(size=(n, m)) for _ in range(6)]
    return (*fields[:3], rng.normal(size=steps), *fields[3:])


KERNELS = [
    Kernel(
        "fdtd_2d",
        "stencils",
        fdtd_2d_loss,
        ("ex", "ey", "hz", "source"),
        _fdtd_inputs,
        {
            "tiny": {"n": 4, "m": 5, "steps": 3},
            "S": {"n": 200, "m": 220, "steps": 20},
            "M": {"n": 400, "m": 450, "steps": 60},
        },
        loops=fdtd_2d_loops,
        by_hand=fdtd_2d_by_hand,
        jax=fdtd_2d_jax,
        torch=fdtd_2d_torch,
    ),
]
