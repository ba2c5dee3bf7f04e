"""Programs of arrays that change: stores of every kind."""

from __future__ import annotations

import numpy as np
from program import Program, arrays

# Stores of every kind


def store_elements(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i] ** 2
        y[i] += np.sin(x[n - 1 - i])
    return y


def overwrite_elements(x):
    y = np.zeros(3)
    y[1] = x[0]
    y[1] = y[1] * x[1]
    y[1] = np.exp(y[1])
    y[0] = y[1] * y[1]
    y[1] = 2.0
    return y


def recurrence(a):
    a = a.copy()
    for i in range(1, a.shape[0]):
        for j in range(1, a.shape[1]):
            a[i, j] = a[i, j - 1] * a[i - 1, j] + a[i, j]
    return a


def store_slices(x, y):
    a = np.zeros((4, 3))
    a[0] = x
    a[1:3] = x * y
    a[:, 1] *= 2
    a[3, ::2] = a[1, :2] * y[1:]
    a[..., -1] = y[0]
    a[::-2, 0] += y[:2]
    return a


def store_all(x, y):
    x[:] = np.sin(x) * y
    x[...] = x * y
    y[:] = x[::-1]
    y[:] = 2.0 * y
    return x * y


def store_a_number(x, s):
    y = x.copy()
    y[1:3] = s
    y[0] = s * y[1]
    y *= s
    return y


def store_with_broadcasting(x, row):
    x[:] = x * row
    x[1:] = row
    x[:, :2] += x[:, 2:]
    return x


def store_what_does_not_vary(x):
    y = x * x
    y[1] = 3.0
    y[2:] = 0.0
    return y * x


def masks(x, y):
    a = x * y
    a[x > 0] = y[x > 0] ** 2
    a[a < -0.5] *= 2.0
    a[y > 0] += 1.5
    return a * np.sum(x[x > 0.1])


def repeated_store(x, y):
    y = y * 2
    y[[0, 2, 0]] = x
    return y


def repeated_accumulate(x, y):
    y = y * 2
    y[[0, 2, 0]] += x
    return y


def repeated_multiply(x, y):
    y = y * 2
    y[[0, 2, 0]] *= x
    return y


def gathers(x, index):
    a = x[index] * x[[0, 0, 1]]
    m = x.reshape(2, 2)
    return a * m[[0, 1, 1], [1, 0, 0]] + m[index[:2], :][0, 1]


def new_axes(x, y):
    t = x[:, None] * y[None, :]
    t[..., np.newaxis][0] = x[1]
    return t


PROGRAMS = [
    Program(store_elements, arrays(4)),
    Program(overwrite_elements, arrays(2)),
    Program(recurrence, arrays((3, 4)), ("a",)),
    Program(store_slices, arrays(3, 3), ("x", "y")),
    Program(store_all, arrays(4, 4), ("x", "y")),
    Program(store_a_number, lambda rng: (rng.normal(size=4), 0.7), ("x", "s")),
    Program(store_with_broadcasting, arrays((3, 4), 4), ("x", "row")),
    Program(store_what_does_not_vary, arrays(4)),
    Program(masks, lambda rng: (np.array([0.5, -0.7, 1.2, -2.0]), np.array([0.4, 1.5, -0.9, 0.6])), ("x", "y")),
    Program(repeated_store, arrays(3, 3), ("x", "y")),
    Program(repeated_accumulate, arrays(3, 3), ("x", "y")),
    Program(repeated_multiply, arrays(3, 3), ("x", "y")),
    Program(gathers, arrays(4, rest=(np.array([1, 1, 0]),))),
    Program(new_axes, arrays(3, 2), ("x", "y")),
]  # fmt: skip
