"""Symmetric rank-k update, as PolyBench's loops."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel, jax_over


def syrk(alpha, beta, c, a):
    """The lower triangle of beta * c + alpha * a @ a.T."""
    c = c.copy()
    n, m = a.shape
    for i in range(n):
        for j in range(i + 1):
            c[i, j] *= beta
        for k in range(m):
            for j in range(i + 1):
                c[i, j] += alpha * a[i, k] * a[j, k]
    return c


def syrk_loss(alpha, beta, c, a, seed):
    return np.sum(seed * syrk(alpha, beta, c, a))


def syrk_by_hand(alpha, beta, c, a, seed):
    n, m = a.shape
    value, alpha_bar, beta_bar = 0.0, 0.0, 0.0
    c_bar, a_bar = seed.copy(), np.zeros_like(a)
    for i in range(n):
        for j in range(i + 1):
            g = alpha * seed[i, j]
            s = 0.0
            for k in range(m):
                s += a[i, k] * a[j, k]
                a_bar[i, k] += g * a[j, k]
                a_bar[j, k] += g * a[i, k]
            alpha_bar += seed[i, j] * s
            beta_bar += seed[i, j] * c[i, j]
            c_bar[i, j] *= beta
        for j in range(i + 1, n):
            value += seed[i, j] * c[i, j]
    return value + alpha * alpha_bar + beta * beta_bar, alpha_bar, beta_bar, c_bar, a_bar


def syrk_jax():
    """Row by row, the loops over k and j one product of a matrix and a vector."""
    import jax.numpy as jnp
    from jax import lax

    def loss(alpha, beta, c, a, seed):
        index = jnp.arange(a.shape[0])

        def row(_, given):
            i, c, mine = given
            return None, jnp.where(index <= i, beta * c + alpha * (a @ mine), c)

        _, c = lax.scan(row, None, (index, c, a))
        return jnp.sum(seed * c)

    return loss


def syrk_jax_loops():
    import jax.numpy as jnp
    from jax import lax

    def loss(alpha, beta, c, a, seed):
        n, m = a.shape
        index = jnp.arange(n)

        def row(_, given):
            i, c, mine = given
            begun = jnp.where(index <= i, beta * c, c)

            def column(k, c):
                return c + jnp.where(index <= i, alpha * mine[k] * a[:, k], 0.0)

            return None, lax.fori_loop(0, m, column, begun)

        _, c = lax.scan(row, None, (index, c, a))
        return jnp.sum(seed * c)

    return loss


def syrk_over(np):
    def loss(alpha, beta, c, a, seed):
        return np.sum(seed * (np.tril(beta * c + alpha * (a @ a.T)) + np.triu(c, 1)))

    return loss


KERNELS = [
    Kernel(
        "syrk",
        "loops",
        syrk_loss,
        ("alpha", "beta", "c", "a"),
        lambda rng, m, n: (1.5, 1.2, rng.normal(size=(n, n)), rng.normal(size=(n, m)), rng.normal(size=(n, n))),
        {"tiny": {"m": 3, "n": 4}, "S": {"m": 50, "n": 70}, "M": {"m": 150, "n": 200}},
        by_hand=syrk_by_hand,
        jax=syrk_jax,
        jax_loops=syrk_jax_loops,
        jax_algebra=jax_over(syrk_over),
        over=syrk_over,
    ),
]
