"""Loops whose number of trips depends on the data: Newton's method, and the textbook's `while` and `if`."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def newton(a, seed):
    """Each number's root of x**3 + x = a, until the step is small."""
    total = 0.0
    for i in range(len(a)):
        x, step = 1.0, 1.0
        while abs(step) > 1e-10:
            step = (x * x * x + x - a[i]) / (3 * x * x + 1)
            x = x - step
        total += seed[i] * x
    return total


def newton_by_hand(a, seed):
    """The derivative of the steps as they were made: only the last counts, up to the square of the one before."""
    total, a_bar = 0.0, np.zeros_like(a)
    xs = np.empty(100)
    for i in range(len(a)):
        x, step, trips = 1.0, 1.0, 0
        while abs(step) > 1e-10:
            xs[trips] = x
            trips += 1
            step = (x * x * x + x - a[i]) / (3 * x * x + 1)
            x = x - step
        total += seed[i] * x
        x_bar = seed[i]
        for k in range(trips - 1, -1, -1):
            x = xs[k]
            slope = 3 * x * x + 1
            a_bar[i] += x_bar / slope
            x_bar = x_bar * (x * x * x + x - a[i]) * 6 * x / (slope * slope)
    return total, a_bar


def newton_jax():
    """All numbers at once, as many trips as any ever needs; who is done stays."""
    import jax.numpy as jnp
    from jax import lax

    def loss(a, seed):
        def trip(state, _):
            x, going = state
            step = (x * x * x + x - a) / (3 * x * x + 1)
            return (jnp.where(going, x - step, x), going & (jnp.abs(step) > 1e-10)), None

        (x, _), _ = lax.scan(trip, (jnp.ones_like(a), jnp.ones(a.shape, bool)), None, length=16)
        return jnp.sum(seed * x)

    return loss


def doubling(a, seed):
    """The textbook's: double until the norm is 1000, then one of two ways."""
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return np.sum(seed * c)


def doubling_loops(a, seed):
    """The norm is the only thing that the trips need."""
    squares, total, factor = 0.0, 0.0, 2.0
    for i in range(len(a)):
        squares += a[i] * a[i]
        total += a[i]
    while factor * np.sqrt(squares) < 1000:
        factor *= 2
    if total <= 0:
        factor *= 100
    return factor * np.sum(seed * a)


def doubling_by_hand(a, seed):
    b = a * 2
    trips = 1
    while np.linalg.norm(b) < 1000:
        b = b * 2
        trips += 1
    factor = 2.0**trips
    if b.sum() <= 0:
        factor *= 100
    return factor * np.sum(seed * a), factor * seed


def doubling_jax():
    """Reverse mode takes no `while_loop`: a scan of as many trips as are ever needed."""
    import jax.numpy as jnp
    from jax import lax

    def loss(a, seed):
        def trip(b, _):
            return jnp.where(jnp.linalg.norm(b) < 1000, b * 2, b), None

        b, _ = lax.scan(trip, a * 2, None, length=16)
        return jnp.sum(seed * jnp.where(jnp.sum(b) > 0, b, 100 * b))

    return loss


def doubling_over(np):
    def loss(a, seed):
        b = a * 2
        while np.linalg.norm(b) < 1000:
            b = b * 2
        if np.sum(b) > 0:
            c = b
        else:
            c = 100 * b
        return np.sum(seed * c)

    return loss


KERNELS = [
    Kernel(
        "newton",
        "loops",
        newton,
        ("a",),
        lambda rng, n: (rng.uniform(0.5, 20, size=n), rng.normal(size=n)),
        {"tiny": {"n": 3}, "S": {"n": 1000}, "M": {"n": 100_000}},
        by_hand=newton_by_hand,
        jax=newton_jax,
    ),
    Kernel(
        "while",
        "mixed",
        doubling,
        ("a",),
        lambda rng, n: (rng.normal(size=n), rng.normal(size=n)),
        {"tiny": {"n": 4}, "S": {"n": 10}, "M": {"n": 1000}},
        loops=doubling_loops,
        by_hand=doubling_by_hand,
        jax=doubling_jax,
        over=doubling_over,
    ),
]
