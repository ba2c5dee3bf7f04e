"""ADBench's LSTM of diagonal weights, which predicts the next character of a text.

F. Srajer, Z. Kukelova, A. Fitzgibbon (2016), "A benchmark of selected algorithmic differentiation tools".
"""

from __future__ import annotations

import numpy as np

from .kernel import Kernel


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(main, extra, state, sequence):
    """main: (2 layers, 4 b), weights and biases in turn; extra: (3, b); state: (2 layers, b); sequence: (c, b)."""
    layers, b = main.shape[0] // 2, state.shape[1]
    state = state.copy()
    total = 0.0
    for t in range(len(sequence) - 1):
        x = sequence[t] * extra[0]
        for k in range(layers):
            weight, bias, hidden, cell = main[2 * k], main[2 * k + 1], state[2 * k], state[2 * k + 1]
            forget = sigmoid(x * weight[:b] + bias[:b])
            ingate = sigmoid(hidden * weight[b : 2 * b] + bias[b : 2 * b])
            outgate = sigmoid(x * weight[2 * b : 3 * b] + bias[2 * b : 3 * b])
            change = np.tanh(hidden * weight[3 * b :] + bias[3 * b :])
            state[2 * k + 1] = cell * forget + ingate * change
            state[2 * k] = outgate * np.tanh(state[2 * k + 1])
            x = state[2 * k]
        y = x * extra[1] + extra[2]
        total += np.sum(sequence[t + 1] * (y - np.log(np.sum(np.exp(y)) + 2)))
    return -total / ((len(sequence) - 1) * b)


def lstm_loss(main, extra, state, sequence, seed):
    return seed * lstm(main, extra, state, sequence)


def lstm_loops(main, extra, state, sequence, seed):
    layers, b = main.shape[0] // 2, state.shape[1]
    state = state.copy()
    x, total = np.empty(b), 0.0
    for t in range(len(sequence) - 1):
        for i in range(b):
            x[i] = sequence[t, i] * extra[0, i]
        for k in range(layers):
            w, v = main[2 * k], main[2 * k + 1]
            for i in range(b):
                hidden, cell = state[2 * k, i], state[2 * k + 1, i]
                forget = 1 / (1 + np.exp(-(x[i] * w[i] + v[i])))
                ingate = 1 / (1 + np.exp(-(hidden * w[b + i] + v[b + i])))
                outgate = 1 / (1 + np.exp(-(x[i] * w[2 * b + i] + v[2 * b + i])))
                change = np.tanh(hidden * w[3 * b + i] + v[3 * b + i])
                cell = cell * forget + ingate * change
                x[i] = outgate * np.tanh(cell)
                state[2 * k, i], state[2 * k + 1, i] = x[i], cell
        exponentials, weight, product = 2.0, 0.0, 0.0
        for i in range(b):
            y = x[i] * extra[1, i] + extra[2, i]
            exponentials += np.exp(y)
            weight += sequence[t + 1, i]
            product += sequence[t + 1, i] * y
        total += product - weight * np.log(exponentials)
    return -seed * total / ((len(sequence) - 1) * b)


def lstm_by_hand(main, extra, state, sequence, seed):
    layers, b = main.shape[0] // 2, state.shape[1]
    steps = len(sequence) - 1
    # For each step, layer and place: x, hidden and cell before; forget, ingate, outgate, change and tanh of the cell.
    record = np.empty((steps, layers, 8, b))
    lasts, outputs, sums = np.empty((steps, b)), np.empty((steps, b)), np.empty(steps)
    state = state.copy()
    x, total = np.empty(b), 0.0
    for t in range(steps):
        for i in range(b):
            x[i] = sequence[t, i] * extra[0, i]
        for k in range(layers):
            w, v, r = main[2 * k], main[2 * k + 1], record[t, k]
            for i in range(b):
                hidden, cell = state[2 * k, i], state[2 * k + 1, i]
                forget = 1 / (1 + np.exp(-(x[i] * w[i] + v[i])))
                ingate = 1 / (1 + np.exp(-(hidden * w[b + i] + v[b + i])))
                outgate = 1 / (1 + np.exp(-(x[i] * w[2 * b + i] + v[2 * b + i])))
                change = np.tanh(hidden * w[3 * b + i] + v[3 * b + i])
                r[0, i], r[1, i], r[2, i], r[3, i] = x[i], hidden, cell, forget
                r[4, i], r[5, i], r[6, i] = ingate, outgate, change
                cell = cell * forget + ingate * change
                r[7, i] = np.tanh(cell)
                x[i] = outgate * r[7, i]
                state[2 * k, i], state[2 * k + 1, i] = x[i], cell
        exponentials, weight, product = 2.0, 0.0, 0.0
        for i in range(b):
            y = x[i] * extra[1, i] + extra[2, i]
            lasts[t, i], outputs[t, i] = x[i], np.exp(y)
            exponentials += outputs[t, i]
            weight += sequence[t + 1, i]
            product += sequence[t + 1, i] * y
        sums[t] = weight / exponentials
        total += product - weight * np.log(exponentials)

    scale = -seed / (steps * b)
    main_bar, extra_bar = np.zeros_like(main), np.zeros_like(extra)
    state_bar, x_bar = np.zeros_like(state), np.empty(b)
    for t in range(steps - 1, -1, -1):
        for i in range(b):
            y_bar = scale * (sequence[t + 1, i] - sums[t] * outputs[t, i])
            extra_bar[1, i] += y_bar * lasts[t, i]
            extra_bar[2, i] += y_bar
            x_bar[i] = y_bar * extra[1, i]
        for k in range(layers - 1, -1, -1):
            w, w_bar, v_bar, r = main[2 * k], main_bar[2 * k], main_bar[2 * k + 1], record[t, k]
            for i in range(b):
                h_bar = state_bar[2 * k, i] + x_bar[i]
                forget, ingate, outgate, change, curve = r[3, i], r[4, i], r[5, i], r[6, i], r[7, i]
                c_bar = state_bar[2 * k + 1, i] + h_bar * outgate * (1 - curve * curve)
                f_bar = c_bar * r[2, i] * forget * (1 - forget)
                i_bar = c_bar * change * ingate * (1 - ingate)
                o_bar = h_bar * curve * outgate * (1 - outgate)
                g_bar = c_bar * ingate * (1 - change * change)
                w_bar[i] += f_bar * r[0, i]
                v_bar[i] += f_bar
                w_bar[b + i] += i_bar * r[1, i]
                v_bar[b + i] += i_bar
                w_bar[2 * b + i] += o_bar * r[0, i]
                v_bar[2 * b + i] += o_bar
                w_bar[3 * b + i] += g_bar * r[1, i]
                v_bar[3 * b + i] += g_bar
                state_bar[2 * k, i] = i_bar * w[b + i] + g_bar * w[3 * b + i]
                state_bar[2 * k + 1, i] = c_bar * forget
                x_bar[i] = f_bar * w[i] + o_bar * w[2 * b + i]
        for i in range(b):
            extra_bar[0, i] += x_bar[i] * sequence[t, i]
    return scale * total, main_bar, extra_bar


def lstm_jax():
    """One scan over the characters; the few layers are written out."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    def loss(main, extra, state, sequence, seed):
        layers, b = main.shape[0] // 2, state.shape[1]

        def step(state, given):
            now, following = given
            x = now * extra[0]
            new = []
            for k in range(layers):
                w, v = main[2 * k].reshape(4, b), main[2 * k + 1].reshape(4, b)
                hidden, cell = state[2 * k], state[2 * k + 1]
                forget, outgate = jax.nn.sigmoid(x * w[0] + v[0]), jax.nn.sigmoid(x * w[2] + v[2])
                ingate, change = jax.nn.sigmoid(hidden * w[1] + v[1]), jnp.tanh(hidden * w[3] + v[3])
                cell = cell * forget + ingate * change
                x = outgate * jnp.tanh(cell)
                new += [x, cell]
            y = x * extra[1] + extra[2]
            return jnp.stack(new), jnp.sum(following * (y - jnp.log(jnp.sum(jnp.exp(y)) + 2)))

        _, terms = lax.scan(step, state, (sequence[:-1], sequence[1:]))
        return -seed * jnp.sum(terms) / (terms.shape[0] * b)

    return loss


def lstm_over(np):
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def loss(main, extra, state, sequence, seed):
        layers, b = main.shape[0] // 2, state.shape[1]
        states = [state[k] for k in range(2 * layers)]
        total = 0.0
        for t in range(len(sequence) - 1):
            x = sequence[t] * extra[0]
            for k in range(layers):
                w, v, hidden, cell = main[2 * k], main[2 * k + 1], states[2 * k], states[2 * k + 1]
                forget = sigmoid(x * w[:b] + v[:b])
                ingate = sigmoid(hidden * w[b : 2 * b] + v[b : 2 * b])
                outgate = sigmoid(x * w[2 * b : 3 * b] + v[2 * b : 3 * b])
                change = np.tanh(hidden * w[3 * b :] + v[3 * b :])
                cell = cell * forget + ingate * change
                x = outgate * np.tanh(cell)
                states[2 * k], states[2 * k + 1] = x, cell
            y = x * extra[1] + extra[2]
            total = total + np.sum(sequence[t + 1] * (y - np.log(np.sum(np.exp(y)) + 2)))
        return -seed * total / ((len(sequence) - 1) * b)

    return loss


def lstm_inputs(rng, layers, characters, bits):
    sequence = (rng.random((characters, bits)) < 0.4).astype(float)
    main, extra = rng.uniform(-1, 1, size=(2 * layers, 4 * bits)), rng.uniform(-1, 1, size=(3, bits))
    return main, extra, rng.uniform(-1, 1, size=(2 * layers, bits)), sequence, 1.5


KERNELS = [
    Kernel(
        "lstm",
        "mixed",
        lstm_loss,
        ("main", "extra"),
        lstm_inputs,
        {
            "tiny": {"layers": 1, "characters": 3, "bits": 2},
            "S": {"layers": 2, "characters": 1024, "bits": 14},
            "M": {"layers": 4, "characters": 1024, "bits": 14},
        },
        loops=lstm_loops,
        by_hand=lstm_by_hand,
        jax=lstm_jax,
        over=lstm_over,
    ),
]
