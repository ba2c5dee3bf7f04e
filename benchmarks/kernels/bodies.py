"""Bodies that attract each other, all pairs at once by broadcasting."""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def acceleration(position, mass, softening):
    """position: (n, 3), mass: (n,); what all others do to each body."""
    apart = position[np.newaxis, :, :] - position[:, np.newaxis, :]
    squares = np.sum(apart * apart, axis=2) + softening**2
    pull = mass / (squares * np.sqrt(squares))
    return np.sum(pull[:, :, np.newaxis] * apart, axis=1)


def n_body(position, velocity, mass, steps, dt, softening):
    """Leapfrog: half a kick, a drift, half a kick."""
    a = acceleration(position, mass, softening)
    for t in range(steps):
        velocity = velocity + 0.5 * dt * a
        position = position + dt * velocity
        a = acceleration(position, mass, softening)
        velocity = velocity + 0.5 * dt * a
    return position, velocity


def n_body_loss(position, velocity, mass, steps, dt, softening, seed_x, seed_v):
    position, velocity = n_body(position, velocity, mass, steps, dt, softening)
    return np.sum(seed_x * position) + np.sum(seed_v * velocity)


def acceleration_loops(position, mass, softening):
    n = len(mass)
    a = np.zeros((n, 3))
    for i in range(n):
        for j in range(i + 1, n):
            x = position[j, 0] - position[i, 0]
            y = position[j, 1] - position[i, 1]
            z = position[j, 2] - position[i, 2]
            squares = x * x + y * y + z * z + softening * softening
            pull = 1.0 / (squares * np.sqrt(squares))
            a[i, 0] += mass[j] * pull * x
            a[i, 1] += mass[j] * pull * y
            a[i, 2] += mass[j] * pull * z
            a[j, 0] -= mass[i] * pull * x
            a[j, 1] -= mass[i] * pull * y
            a[j, 2] -= mass[i] * pull * z
    return a


def n_body_loops(position, velocity, mass, steps, dt, softening, seed_x, seed_v):
    position, velocity = position.copy(), velocity.copy()
    a = acceleration_loops(position, mass, softening)
    for t in range(steps):
        velocity += 0.5 * dt * a
        position += dt * velocity
        a = acceleration_loops(position, mass, softening)
        velocity += 0.5 * dt * a
    return np.sum(seed_x * position) + np.sum(seed_v * velocity)


def acceleration_adjoint(position, mass, softening, a_bar, position_bar, mass_bar):
    """Add what the cotangent of the acceleration means for positions and masses, pair by pair."""
    n = len(mass)
    for i in range(n):
        for j in range(i + 1, n):
            x = position[j, 0] - position[i, 0]
            y = position[j, 1] - position[i, 1]
            z = position[j, 2] - position[i, 2]
            squares = x * x + y * y + z * z + softening * softening
            pull = 1.0 / (squares * np.sqrt(squares))
            on_i = a_bar[i, 0] * x + a_bar[i, 1] * y + a_bar[i, 2] * z
            on_j = a_bar[j, 0] * x + a_bar[j, 1] * y + a_bar[j, 2] * z
            mass_bar[j] += pull * on_i
            mass_bar[i] -= pull * on_j
            s_bar = -3.0 * pull / squares * (mass[j] * on_i - mass[i] * on_j)
            gx = pull * (mass[j] * a_bar[i, 0] - mass[i] * a_bar[j, 0]) + s_bar * x
            gy = pull * (mass[j] * a_bar[i, 1] - mass[i] * a_bar[j, 1]) + s_bar * y
            gz = pull * (mass[j] * a_bar[i, 2] - mass[i] * a_bar[j, 2]) + s_bar * z
            position_bar[j, 0] += gx
            position_bar[j, 1] += gy
            position_bar[j, 2] += gz
            position_bar[i, 0] -= gx
            position_bar[i, 1] -= gy
            position_bar[i, 2] -= gz


def n_body_by_hand(position, velocity, mass, steps, dt, softening, seed_x, seed_v):
    positions = np.empty((steps + 1, len(mass), 3))
    positions[0] = position
    v = velocity.copy()
    a = acceleration_loops(position, mass, softening)
    for t in range(steps):
        v += 0.5 * dt * a
        positions[t + 1] = positions[t] + dt * v
        a = acceleration_loops(positions[t + 1], mass, softening)
        v += 0.5 * dt * a
    value = np.sum(seed_x * positions[steps]) + np.sum(seed_v * v)

    x_bar, v_bar, mass_bar, a_bar = seed_x.copy(), seed_v.copy(), np.zeros_like(mass), np.zeros_like(position)
    for t in range(steps - 1, -1, -1):
        a_bar += 0.5 * dt * v_bar
        acceleration_adjoint(positions[t + 1], mass, softening, a_bar, x_bar, mass_bar)
        v_bar += dt * x_bar
        a_bar[:] = 0.5 * dt * v_bar
    acceleration_adjoint(position, mass, softening, a_bar, x_bar, mass_bar)
    return value, x_bar, v_bar, mass_bar


def n_body_over(np):
    def acceleration(position, mass, softening):
        apart = position[None, :, :] - position[:, None, :]
        squares = np.sum(apart * apart, axis=2) + softening**2
        pull = mass / (squares * np.sqrt(squares))
        return np.sum(pull[:, :, None] * apart, axis=1)

    def loss(position, velocity, mass, steps, dt, softening, seed_x, seed_v):
        a = acceleration(position, mass, softening)
        for _ in range(steps):
            velocity = velocity + 0.5 * dt * a
            position = position + dt * velocity
            a = acceleration(position, mass, softening)
            velocity = velocity + 0.5 * dt * a
        return np.sum(seed_x * position) + np.sum(seed_v * velocity)

    return loss


def n_body_jax():
    """One array for each coordinate: XLA makes single loops of them."""
    import jax.numpy as jnp
    from jax import lax

    def acceleration(position, mass, softening):
        x, y, z = position
        dx, dy, dz = (u[None, :] - u[:, None] for u in (x, y, z))
        squares = dx * dx + dy * dy + dz * dz + softening**2
        pull = mass / (squares * jnp.sqrt(squares))
        return jnp.stack([jnp.sum(pull * d, axis=1) for d in (dx, dy, dz)])

    def loss(position, velocity, mass, steps, dt, softening, seed_x, seed_v):
        def step(state, _):
            position, velocity, a = state
            velocity = velocity + 0.5 * dt * a
            position = position + dt * velocity
            a = acceleration(position, mass, softening)
            return (position, velocity + 0.5 * dt * a, a), None

        state = (position.T, velocity.T, acceleration(position.T, mass, softening))
        (position, velocity, _), _ = lax.scan(step, state, None, length=steps)
        return jnp.sum(seed_x * position.T) + jnp.sum(seed_v * velocity.T)

    return loss


def n_body_inputs(rng, n, steps, dt):
    position, velocity, seed_x, seed_v = (rng.normal(size=(n, 3)) for _ in range(4))
    return position, velocity, rng.uniform(0.5, 1.5, size=n) * 20 / n, steps, dt, 0.1, seed_x, seed_v


KERNELS = [
    Kernel(
        "n_body",
        "vector",
        n_body_loss,
        ("position", "velocity", "mass"),
        n_body_inputs,
        {
            "tiny": {"n": 4, "steps": 2, "dt": 0.05},
            "S": {"n": 25, "steps": 40, "dt": 0.05},
            "M": {"n": 50, "steps": 250, "dt": 0.02},
        },
        loops=n_body_loops,
        by_hand=n_body_by_hand,
        jax=n_body_jax,
        over=n_body_over,
        # Close encounters make the paths depend on the last digits.
        tolerance=1e-6,
    ),
]
