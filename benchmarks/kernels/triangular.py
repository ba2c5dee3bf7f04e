"""Triangular matrix product and triangular solve, as PolyBench's loops."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel, jax_over


def trmm(alpha, a, b):
    """alpha * a.T @ b with a lower triangular of unit diagonal, in place."""
    b = b.copy()
    m, n = b.shape
    for i in range(m):
        for j in range(n):
            for k in range(i + 1, m):
                b[i, j] += a[k, i] * b[k, j]
            b[i, j] = alpha * b[i, j]
    return b


def trmm_loss(alpha, a, b, seed):
    return np.sum(seed * trmm(alpha, a, b))


def trmm_by_hand(alpha, a, b, seed):
    m, n = b.shape
    alpha_bar = 0.0
    a_bar, b_bar = np.zeros_like(a), np.zeros_like(b)
    for i in range(m):
        row = b[i].copy()
        for j in range(n):
            b_bar[i, j] += alpha * seed[i, j]
        for k in range(i + 1, m):
            g = 0.0
            for j in range(n):
                row[j] += a[k, i] * b[k, j]
                g += seed[i, j] * b[k, j]
                b_bar[k, j] += alpha * a[k, i] * seed[i, j]
            a_bar[k, i] = alpha * g
        for j in range(n):
            alpha_bar += seed[i, j] * row[j]
    return alpha * alpha_bar, alpha_bar, a_bar, b_bar


def trmm_jax():
    """Row by row, the loops over j and k one product of a vector and a matrix."""
    import jax.numpy as jnp
    from jax import lax

    def loss(alpha, a, b, seed):
        index = jnp.arange(b.shape[0])

        def row(i, b):
            column = jnp.where(index > i, a[:, i], 0.0)
            return b.at[i].set(alpha * (b[i] + column @ b))

        return jnp.sum(seed * lax.fori_loop(0, b.shape[0], row, b))

    return loss


def trmm_jax_loops():
    import jax.numpy as jnp
    from jax import lax

    def loss(alpha, a, b, seed):
        m, n = b.shape
        index = jnp.arange(m)

        def cell(i, j, b):
            added = jnp.where(index > i, a[:, i], 0.0) @ b[:, j]
            return b.at[i, j].set(alpha * (b[i, j] + added))

        def row(i, b):
            return lax.fori_loop(0, n, lambda j, b: cell(i, j, b), b)

        return jnp.sum(seed * lax.fori_loop(0, m, row, b))

    return loss


def trmm_over(np):
    def loss(alpha, a, b, seed):
        return np.sum(seed * (alpha * (b + np.tril(a, -1).T @ b)))

    return loss


def trisolv(low, b):
    """Solve low @ x = b by forward substitution."""
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        x[i] = b[i]
        for j in range(i):
            x[i] -= low[i, j] * x[j]
        x[i] = x[i] / low[i, i]
    return x


def trisolv_loss(low, b, seed):
    return np.sum(seed * trisolv(low, b))


def trisolv_by_hand(low, b, seed):
    x = trisolv(low, b)
    low_bar, b_bar = np.zeros_like(low), seed.copy()
    for i in range(len(b) - 1, -1, -1):
        g = b_bar[i] / low[i, i]
        b_bar[i] = g
        low_bar[i, i] = -g * x[i]
        for j in range(i):
            low_bar[i, j] = -g * x[j]
            b_bar[j] -= g * low[i, j]
    return np.sum(seed * x), low_bar, b_bar


def trisolv_jax():
    import jax.numpy as jnp
    from jax import lax

    def loss(low, b, seed):
        n = b.shape[0]

        def row(x, given):
            i, entries, b = given
            # x is zero from i on.
            return x.at[i].set((b - entries @ x) / entries[i]), None

        x, _ = lax.scan(row, jnp.zeros(n), (jnp.arange(n), low, b))
        return jnp.sum(seed * x)

    return loss


def trisolv_jax_loops():
    """Each entry of x is stored into it, as in the loops: the sum over j is one product."""
    import jax.numpy as jnp
    from jax import lax

    def loss(low, b, seed):
        n = b.shape[0]
        index = jnp.arange(n)

        def row(i, x):
            s = jnp.where(index < i, low[i], 0.0) @ x
            return x.at[i].set((b[i] - s) / low[i, i])

        return jnp.sum(seed * lax.fori_loop(0, n, row, jnp.zeros(n)))

    return loss


def trisolv_algebra():
    import jax.numpy as jnp
    from jax.scipy.linalg import solve_triangular

    def loss(low, b, seed):
        return jnp.sum(seed * solve_triangular(low, b, lower=True))

    return loss


def _trisolv_inputs(rng, n):
    low = np.tril(rng.normal(size=(n, n))) / np.sqrt(n)
    np.fill_diagonal(low, 2.0 + rng.random(n))
    return low, rng.normal(size=n), rng.normal(size=n)


KERNELS = [
    Kernel(
        "trmm",
        "loops",
        trmm_loss,
        ("alpha", "a", "b"),
        lambda rng, m, n: (1.5, rng.normal(size=(m, m)) / m, rng.normal(size=(m, n)), rng.normal(size=(m, n))),
        {"tiny": {"m": 4, "n": 3}, "S": {"m": 65, "n": 80}, "M": {"m": 200, "n": 250}},
        by_hand=trmm_by_hand,
        jax=trmm_jax,
        jax_loops=trmm_jax_loops,
        jax_algebra=jax_over(trmm_over),
        over=trmm_over,
    ),
    Kernel(
        "trisolv",
        "loops",
        trisolv_loss,
        ("low", "b"),
        _trisolv_inputs,
        {"tiny": {"n": 5}, "S": {"n": 2000}, "M": {"n": 5000}},
        by_hand=trisolv_by_hand,
        jax=trisolv_jax,
        jax_loops=trisolv_jax_loops,
        jax_algebra=trisolv_algebra,
    ),
]
