"""A sparse matrix in compressed rows times a vector."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def spmv(data, indices, starts, x):
    """Row i has the entries `data[starts[i]:starts[i + 1]]`, in the columns that `indices` says."""
    n = len(starts) - 1
    y = np.zeros(n)
    for i in range(n):
        for k in range(starts[i], starts[i + 1]):
            y[i] += data[k] * x[indices[k]]
    return y


def spmv_loss(data, indices, starts, x, seed):
    return np.sum(seed * spmv(data, indices, starts, x))


def spmv_by_hand(data, indices, starts, x, seed):
    value = 0.0
    data_bar, x_bar = np.zeros_like(data), np.zeros_like(x)
    for i in range(len(starts) - 1):
        for k in range(starts[i], starts[i + 1]):
            j = indices[k]
            value += seed[i] * data[k] * x[j]
            data_bar[k] = seed[i] * x[j]
            x_bar[j] += seed[i] * data[k]
    return value, data_bar, x_bar


def spmv_jax():
    """Each entry's row is spelt out; the sums over rows are one scatter."""
    import jax
    import jax.numpy as jnp

    def loss(data, indices, starts, x, seed):
        n = seed.shape[0]
        rows = jnp.repeat(jnp.arange(n), jnp.diff(starts), total_repeat_length=data.shape[0])
        y = jax.ops.segment_sum(data * x[indices], rows, num_segments=n, indices_are_sorted=True)
        return jnp.sum(seed * y)

    return loss


def spmv_inputs(rng, n, entries):
    counts = rng.multinomial(entries, np.full(n, 1 / n))
    starts = np.concatenate([[0], np.cumsum(counts)])
    indices = rng.integers(0, n, size=entries)
    return rng.normal(size=entries), indices, starts, rng.normal(size=n), rng.normal(size=n)


KERNELS = [
    Kernel(
        "spmv",
        "loops",
        spmv_loss,
        ("data", "x"),
        spmv_inputs,
        {
            "tiny": {"n": 5, "entries": 8},
            "S": {"n": 4096, "entries": 8192},
            "M": {"n": 32_768, "entries": 65_536},
        },
        by_hand=spmv_by_hand,
        jax=spmv_jax,
    ),
]
