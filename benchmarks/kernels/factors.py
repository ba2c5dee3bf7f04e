"""Cholesky and LU, as PolyBench writes them: three nested loops in place."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def cholesky(a):
    """The lower triangle becomes the factor, the strict upper one stays."""
    a = a.copy()
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[j, k]
            a[i, j] /= a[j, j]
        for k in range(i):
            a[i, i] -= a[i, k] * a[i, k]
        a[i, i] = np.sqrt(a[i, i])
    return a


def cholesky_loss(a, seed):
    return np.sum(seed * cholesky(a))


def cholesky_by_hand(a, seed):
    low = cholesky(a)
    value = np.sum(seed * low)
    bar = seed.copy()
    for i in range(low.shape[0] - 1, -1, -1):
        bar[i, i] = 0.5 * bar[i, i] / low[i, i]
        for k in range(i):
            bar[i, k] -= 2 * bar[i, i] * low[i, k]
        for j in range(i - 1, -1, -1):
            bar[i, j] /= low[j, j]
            bar[j, j] -= bar[i, j] * low[i, j]
            for k in range(j):
                bar[i, k] -= bar[i, j] * low[j, k]
                bar[j, k] -= bar[i, j] * low[i, k]
    return value, bar


def cholesky_jax():
    """A column at a time: the two inner loops are one masked product of a matrix and a vector."""
    import jax.numpy as jnp
    from jax import lax

    def loss(a, seed):
        n = a.shape[0]
        index = jnp.arange(n)

        def column(j, low):
            row = jnp.where(index < j, low[j], 0.0)
            c = a[:, j] - low @ row
            c = jnp.where(index > j, c / jnp.sqrt(c[j]), jnp.where(index == j, jnp.sqrt(c[j]), 0.0))
            return low.at[:, j].set(c)

        low = lax.fori_loop(0, n, column, jnp.zeros_like(a))
        return jnp.sum(seed * (low + jnp.triu(a, 1)))

    return loss


def cholesky_jax_loops():
    """A loop's trips must be known: those that the triangle leaves out change nothing."""
    import jax.numpy as jnp
    from jax import lax

    def loss(a, seed):
        n = a.shape[0]
        index = jnp.arange(n)

        def cell(i, j, a):
            new = (a[i, j] - jnp.where(index < j, a[i] * a[j], 0.0).sum()) / a[j, j]
            return a.at[i, j].set(jnp.where(j < i, new, a[i, j]))

        def row(i, a):
            a = lax.fori_loop(0, n, lambda j, a: cell(i, j, a), a)
            square = a[i, i] - jnp.where(index < i, a[i] * a[i], 0.0).sum()
            return a.at[i, i].set(jnp.sqrt(square))

        return jnp.sum(seed * lax.fori_loop(0, n, row, a))

    return loss


def cholesky_algebra():
    import jax.numpy as jnp

    def loss(a, seed):
        # Only the lower triangle is read, as in the loops.
        low = jnp.linalg.cholesky(jnp.tril(a) + jnp.tril(a, -1).T, symmetrize_input=False)
        return jnp.sum(seed * (low + jnp.triu(a, 1)))

    return loss


def cholesky_over(np):
    def loss(a, seed):
        low = np.linalg.cholesky(np.tril(a) + np.tril(a, -1).T)
        return np.sum(seed * (low + np.triu(a, 1)))

    return loss


def lu(a):
    """Both factors in one matrix, no pivots."""
    a = a.copy()
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


def lu_loss(a, seed):
    return np.sum(seed * lu(a))


def lu_by_hand(a, seed):
    a = a.copy()
    n = a.shape[0]
    for i in range(n):
        for k in range(i):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]
    value = np.sum(seed * a)
    bar = seed.copy()
    for i in range(n - 1, -1, -1):
        for k in range(i - 1, -1, -1):
            g = 0.0
            for j in range(k + 1, n):
                g += bar[i, j] * a[k, j]
            for j in range(k + 1, n):
                bar[k, j] -= bar[i, j] * a[i, k]
            bar[i, k] = (bar[i, k] - g) / a[k, k]
            bar[k, k] -= bar[i, k] * a[i, k]
    return value, bar


def lu_jax():
    """A column and what it takes from the rest of the matrix at a time."""
    import jax.numpy as jnp
    from jax import lax

    def loss(a, seed):
        n = a.shape[0]
        index = jnp.arange(n)

        def step(k, a):
            factor = jnp.where(index > k, a[:, k] / a[k, k], 0.0)
            a = a - factor[:, None] * jnp.where(index > k, a[k], 0.0)
            return a.at[:, k].set(jnp.where(index > k, factor, a[:, k]))

        return jnp.sum(seed * lax.fori_loop(0, n, step, a))

    return loss


def lu_jax_loops():
    import jax.numpy as jnp
    from jax import lax

    def loss(a, seed):
        n = a.shape[0]
        index = jnp.arange(n)

        def cell(i, j, a):
            new = a[i, j] - jnp.where(index < jnp.minimum(i, j), a[i] * a[:, j], 0.0).sum()
            return a.at[i, j].set(jnp.where(j < i, new / a[j, j], new))

        def row(i, a):
            return lax.fori_loop(0, n, lambda j, a: cell(i, j, a), a)

        return jnp.sum(seed * lax.fori_loop(0, n, row, a))

    return loss


def _definite(rng, n):
    m = rng.normal(size=(n, n))
    return m @ m.T / n + 2 * np.eye(n), rng.normal(size=(n, n))


KERNELS = [
    Kernel(
        "cholesky",
        "loops",
        cholesky_loss,
        ("a",),
        _definite,
        {"tiny": {"n": 4}, "S": {"n": 100}, "M": {"n": 300}},
        by_hand=cholesky_by_hand,
        jax=cholesky_jax,
        jax_loops=cholesky_jax_loops,
        jax_algebra=cholesky_algebra,
        over=cholesky_over,
    ),
    Kernel(
        "lu",
        "loops",
        lu_loss,
        ("a",),
        _definite,
        {"tiny": {"n": 4}, "S": {"n": 60}, "M": {"n": 220}},
        by_hand=lu_by_hand,
        jax=lu_jax,
        jax_loops=lu_jax_loops,
    ),
]
