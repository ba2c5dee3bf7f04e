"""Functions with array statements of all kinds, each with arguments for given lengths of axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Make = Callable[[np.random.Generator, int, int], tuple[Any, ...]]
PROGRAMS: list[tuple[Callable[..., Any], Make]] = []


def program(make: Make) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(fn: Callable[..., Any]) -> Callable[..., Any]:
        PROGRAMS.append((fn, make))
        return fn

    return add


def vector(rng, n, m):
    return (rng.normal(size=n),)


def two(rng, n, m):
    return rng.normal(size=n), rng.normal(size=n)


def matrix(rng, n, m):
    return (rng.normal(size=(n, m)),)


def matrix_and_row(rng, n, m):
    return rng.normal(size=(n, m)), rng.normal(size=m)


@program(two)
def chain(x, y):
    z = 2.0 * x + np.exp(y) / 3
    w = np.where(z > 1.0, z * z, -np.sin(z))
    return np.maximum(w, 0.25) - np.abs(x) ** 2


@program(vector)
def overlap_forward(x):
    y = np.copy(x)
    y[1:] = y[:-1]
    return y


@program(vector)
def overlap_backward(x):
    y = np.copy(x)
    y[:-1] += 2.0 * y[1:]
    y[1:] -= y[:-1] * y[1:]
    return y


@program(vector)
def overlap_of_views(x):
    y = np.copy(x)
    v = y[1:]
    w = y[:-1]
    v += w
    w[:] = v * 0.5
    return y


@program(vector)
def a_cell_of_itself(x):
    y = np.copy(x)
    if len(y) > 1:
        y[:] = y - y[0]
        y += y[1]
    return y


@program(matrix)
def stencil(a):
    b = np.zeros_like(a)
    b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:])
    return b


@program(matrix)
def scattered_stencil(a):
    b = np.copy(a)
    t = 0.2 * b[1:-1, 1:-1]
    b[1:-1, 1:-1] = 0.0
    c = np.zeros_like(b)
    c[:-2, 1:-1] += t
    c[2:, 1:-1] -= 2.0 * t
    u = 0.125 * t
    c[1:-1, :-2] += u
    c[1:-1, 2:] += u / 2.0
    c[1:-1, 1:-1] -= t - u
    return b, c


@program(vector)
def scattered_twice(x):
    t = np.sin(x)
    a = np.zeros(len(x) + 2)
    a[:-2] += t
    a[1:-1] += t
    a[2:] -= 3.0 * t
    b = np.zeros(len(x) + 1)
    b[1:] -= t
    b[:-1] += t
    return a, b, t


@program(vector)
def scattered_and_read(x):
    y = np.copy(x)
    t = 0.5 * y[1:]
    y[1:] += t
    y[:-1] -= t
    t2 = 0.5 * y[1:]
    y[1:] += t2
    y[:-1] -= t2 * y[1:]
    return y


@program(matrix)
def softmax(x):
    top = np.max(x, axis=-1, keepdims=True) if x.size else np.zeros((x.shape[0], 1))
    e = np.exp(x - top)
    return e / np.sum(e, axis=-1, keepdims=True)


@program(matrix)
def rows_and_columns(x):
    rows = np.sum(x, axis=1)
    columns = np.sum(x, axis=0)
    mean = np.mean(x * x) if x.size else 0.0
    return rows[:, None] * columns + mean, columns - 1.0


@program(matrix_and_row)
def broadcast(x, r):
    y = x * r - r[None, :]
    y += r
    z = (y > 0.0) * 1.5
    return y, z + y.T.T, (x.T * 2.0).T


@program(matrix)
def transposed(x):
    y = x.T * 1.0
    y[0:] += x.T
    return y @ x, np.sum(x.T, axis=0)


@program(lambda rng, n, m: (rng.normal(size=(n, 1)), rng.normal(size=(1, m))))
def axes_of_one(x, y):
    t = x * y
    s = x - 1.0
    return t, np.sum(t, axis=0, keepdims=True), s, np.sum(y, axis=1)


@program(lambda rng, n, m: (rng.normal(size=(n, m, 2)),))
def three_axes(x):
    y = x[:, :, 0] * x[:, :, 1]
    s = np.sum(x * x, axis=(0, 2))
    return y, s, np.mean(x, axis=2), np.max(np.abs(x) + 1.0, axis=2)


@program(lambda rng, n, m: (n, rng.normal(size=n)))
def a_length_that_is_passed(n, x):
    y = np.zeros(n)
    y += 2.0
    y[:] = y * y
    return y, x * 2.0


@program(lambda rng, n, m: (rng.normal(size=n), rng.integers(-5, 5, size=n)))
def integers(x, k):
    j = k * 2 - 1
    return j, x * k, k / 2, (k > 0).astype(x.dtype) * x, -k


@program(lambda rng, n, m: (rng.normal(size=n).astype(np.float32), rng.normal(size=n)))
def single_precision(x, y):
    z = x * 2.0 + 1.0
    return z, np.exp(x), z * y, np.sum(x)


@program(two)
def loop_carried(x, y):
    for k in range(3):
        x = x + y * 0.5
        y = y - x * k
    return x, y


@program(matrix)
def rows_of_a_loop(x):
    out = np.zeros(x.shape[1])
    total = 0.0
    for k in range(x.shape[0]):
        r = x[k] * 2.0
        out += r
        total += np.sum(r * r)
    return out, total


@program(two)
def the_same_name_again(x, y):
    t = x * 2.0
    a = t + y
    t = a * y
    b = t - 1.0
    return a, b, t


@program(vector)
def kept_in_a_list(x):
    kept = []
    y = x * 1.0
    for k in range(2):
        kept.append(y)
        y = y * 2.0
    z = kept[1]
    z += 1.0
    return y, kept[0] + kept[1], z


@program(vector)
def extremes_with_nan(x):
    y = np.copy(x)
    if len(y) > 1:
        y[1] = np.nan
    return y * 2.0, np.where(y > 0.0, y, 1.0), np.maximum(y, 0.5)


@program(lambda rng, n, m: (rng.normal(size=n + 1), rng.normal(size=m + 1)))
def extremes(x, y):
    return np.max(x), np.min(y * 2.0), np.max(x) - np.mean(y), np.sum(np.exp(x - np.max(x)))


@program(lambda rng, n, m: (rng.normal(size=n), rng.normal(size=n)[::-1]))
def strides(x, y):
    z = x + y
    z[::2] = 0.0
    return z, x[::-1] * 2.0


@program(two)
def aliases_of_a_loop(x, y):
    h = x * 2.0
    g = h
    for k in range(3):
        t = np.sin(h) * g
        kept = h[:]
        h = t * y
        y = kept + t
        g = y
    return h**2 + g, y - h


@program(matrix)
def loops_of_its_own(x):
    h = np.tanh(x) * 0.5
    for i in range(3):
        h = h * np.sin(h).sum(axis=0)
        for k in range(x.shape[0]):
            h[k] = h[k] * 2.0 - x[k]
    return h**2 / 3.0


@program(two)
def what_no_loop_computes(x, y):
    z = 2 - x**2 + np.abs(y) ** x + x % 0.7 + 1 / y
    w = np.array(x, dtype=np.float32) + np.logaddexp(x, y) * 2.0
    return z, w, x // 2.0 - y, np.clip(x, -0.5, 0.5) * y, np.sum(np.cumsum(x) * y)


@program(matrix)
def stored_through_a_view(x):
    t = x * 2.0
    t_1 = t[..., None]
    t_2 = t[:, :1]
    t_1[1:] = 3.0
    t_2 += 1.0
    return t


@program(two)
def behind_a_length(x, y):
    b = len(y)
    z = np.concatenate((x, x * y, y))
    return np.sum(z[:b] * z[b : 2 * b]) + np.sum(np.sin(z[2 * b :]))


@program(two)
def items_that_become_other_arrays(x, y):
    xs, d = [x, x * 2.0], {}
    first, total = xs[0], 0.0
    for k in range(2):
        xs[k] = x * (k + 1.0) + y
        d[k] = y * 2.0 - xs[0]
    for k in d:
        d[k] += first
        total += np.sum(d[k] * xs[1])
    return total, first, xs[0], d[1]


@program(lambda rng, n, m: (rng.normal(size=n), m))
def two_stacks_of_one_array(a, n):
    t_stack = []
    s_stack = []
    u_stack = []
    for k in range(n):
        t = np.exp(a * 0.1 * k)
        t_stack.append(t)
        s_stack.append(t)
        u_stack.append(a[0] * k if len(a) else 1.0)
    x = np.zeros(len(a))
    for j in range(n - 1, -1, -1):
        u = t_stack[j]
        x += u * s_stack[j] * u_stack[j]
    return x, len(t_stack)


@program(vector)
def means_over_lengths_that_are_numbers(x):
    y = np.broadcast_to(np.ones(4), (3, 4)) * np.sum(x)
    return np.mean(y), np.mean(y, axis=0), np.mean(np.broadcast_to(y, (2, 3, 4)) * 2.0, axis=(0, 2))
