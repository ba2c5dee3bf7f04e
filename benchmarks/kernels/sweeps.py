"""Recurrences that run through an array: Gauss-Seidel in the plane, and a triangular system of few diagonals."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def gauss_seidel(a, sweeps):
    """PolyBench's seidel-2d: nine points averaged, each with what the sweep has written before."""
    a = a.copy()
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


def gauss_seidel_loss(a, sweeps, seed):
    return np.sum(seed * gauss_seidel(a, sweeps))


def gauss_seidel_by_hand(a, sweeps, seed):
    value = np.sum(seed * gauss_seidel(a, sweeps))
    a_bar = seed.copy()
    n, m = a.shape
    for t in range(sweeps):
        for i in range(n - 2, 0, -1):
            for j in range(m - 2, 0, -1):
                g = a_bar[i, j] / 9.0
                a_bar[i, j] = g
                a_bar[i - 1, j - 1] += g
                a_bar[i - 1, j] += g
                a_bar[i - 1, j + 1] += g
                a_bar[i, j - 1] += g
                a_bar[i, j + 1] += g
                a_bar[i + 1, j - 1] += g
                a_bar[i + 1, j] += g
                a_bar[i + 1, j + 1] += g
    return value, a_bar


def gauss_seidel_jax():
    import jax.numpy as jnp
    from jax import lax

    def loss(a, sweeps, seed):
        def sweep(a, _):
            def row(above, rows):
                this, below = rows
                known = above[:-2] + above[1:-1] + above[2:] + this[1:-1] + this[2:]
                known = known + below[:-2] + below[1:-1] + below[2:]

                def cell(left, known):
                    left = (left + known) / 9.0
                    return left, left

                _, inner = lax.scan(cell, this[0], known)
                new = jnp.concatenate([this[:1], inner, this[-1:]])
                return new, new

            _, rows = lax.scan(row, a[0], (a[1:-1], a[2:]))
            return jnp.concatenate([a[:1], rows, a[-1:]]), None

        a, _ = lax.scan(sweep, a, None, length=sweeps)
        return jnp.sum(seed * a)

    return loss


def gauss_seidel_jax_loops():
    import jax.numpy as jnp
    from jax import lax

    def loss(a, sweeps, seed):
        n, m = a.shape

        def cell(i, j, a):
            around = lax.dynamic_slice(a, (i - 1, j - 1), (3, 3))
            return a.at[i, j].set(jnp.sum(around) / 9.0)

        def row(i, a):
            return lax.fori_loop(1, m - 1, lambda j, a: cell(i, j, a), a)

        def sweep(_, a):
            return lax.fori_loop(1, n - 1, row, a)

        return jnp.sum(seed * lax.fori_loop(0, sweeps, sweep, a))

    return loss


def gauss_seidel_algebra():
    """A row's recurrence as a product with the inverse of its bidiagonal matrix."""
    import jax.numpy as jnp
    from jax import lax

    def loss(a, sweeps, seed):
        k = np.arange(a.shape[1] - 2)
        inverse = np.tril(9.0 ** np.minimum(k[None, :] - k[:, None] - 1.0, 0.0))

        def sweep(a, _):
            def row(above, rows):
                this, below = rows
                known = above[:-2] + above[1:-1] + above[2:] + this[1:-1] + this[2:]
                known = known + below[:-2] + below[1:-1] + below[2:]
                new = jnp.concatenate([this[:1], inverse @ known.at[0].add(this[0]), this[-1:]])
                return new, new

            _, rows = lax.scan(row, a[0], (a[1:-1], a[2:]))
            return jnp.concatenate([a[:1], rows, a[-1:]]), None

        a, _ = lax.scan(sweep, a, None, length=sweeps)
        return jnp.sum(seed * a)

    return loss


def banded(low, b):
    """Solve low @ x = b; `low[i, k]` is the entry of row i that stands k places left of the diagonal."""
    n, width = low.shape
    x = np.zeros(n)
    for i in range(n):
        s = b[i]
        for k in range(1, min(width, i + 1)):
            s -= low[i, k] * x[i - k]
        x[i] = s / low[i, 0]
    return x


def banded_loss(low, b, seed):
    return np.sum(seed * banded(low, b))


def banded_by_hand(low, b, seed):
    n, width = low.shape
    x = banded(low, b)
    low_bar, x_bar = np.zeros_like(low), seed.copy()
    for i in range(n - 1, -1, -1):
        g = x_bar[i] / low[i, 0]
        x_bar[i] = g  # the cotangent of b
        low_bar[i, 0] = -g * x[i]
        for k in range(1, min(width, i + 1)):
            low_bar[i, k] = -g * x[i - k]
            x_bar[i - k] -= g * low[i, k]
    return np.sum(seed * x), low_bar, x_bar


def banded_jax():
    import jax.numpy as jnp
    from jax import lax

    def loss(low, b, seed):
        def row(last, given):
            entries, b = given
            x = (b - entries[1:] @ last) / entries[0]
            return jnp.concatenate([x[None], last[:-1]]), x

        _, x = lax.scan(row, jnp.zeros(low.shape[1] - 1), (low, b))
        return jnp.sum(seed * x)

    return loss


def banded_inputs(rng, n, width):
    low = rng.normal(size=(n, width)) / width
    low[:, 0] = 2.0 + rng.random(n)
    return low, rng.normal(size=n), rng.normal(size=n)


KERNELS = [
    Kernel(
        "gauss_seidel",
        "loops",
        gauss_seidel_loss,
        ("a",),
        lambda rng, n, sweeps: (rng.normal(size=(n, n)), sweeps, rng.normal(size=(n, n))),
        {"tiny": {"n": 5, "sweeps": 2}, "S": {"n": 50, "sweeps": 8}, "M": {"n": 100, "sweeps": 15}},
        by_hand=gauss_seidel_by_hand,
        jax=gauss_seidel_jax,
        jax_loops=gauss_seidel_jax_loops,
        jax_algebra=gauss_seidel_algebra,
    ),
    Kernel(
        "banded",
        "loops",
        banded_loss,
        ("low", "b"),
        banded_inputs,
        {"tiny": {"n": 6, "width": 3}, "S": {"n": 10_000, "width": 6}, "M": {"n": 100_000, "width": 12}},
        by_hand=banded_by_hand,
        jax=banded_jax,
    ),
]
