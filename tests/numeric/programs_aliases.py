"""Programs of arrays that change and are seen by two names: views, aliases, overlap, containers."""

from __future__ import annotations

import numpy as np
from program import Program, arrays, positive

# Views and aliases


def take_then_zero(a, x):
    a[1:] = x * a[0]
    return a * a


def overlapping_views(a):
    v = a[:-1]
    a[1:] = v
    return a * a


def overlapping_accumulate(y):
    y = y * 1.0
    y[1:] += y[:-1]
    return y * y


def levinson_step(y, alpha, k):
    y = y.copy()
    y[:k] += alpha * np.flip(y[:k])
    y[k] = alpha
    y[: k + 1] += y[k] * y[k::-1]
    return y


def shrinking_views(a):
    for i in range(len(a) - 1):
        r = a[i:]
        r[0] = r[0] * r[1]
    return a


def write_through_a_view(a):
    b = a * 1.0
    r = b[1:]
    r[:] = np.sin(b[:-1])
    r[0] *= 2
    return b


def view_of_a_view(a):
    b = a * 1.0
    v = b[1:]
    w = v[:, ::2]
    w[0] = w[1] * b[0, :2]
    v *= 2
    return b


def read_through_a_view(x):
    a = x * 2
    v = a[1:]
    a[1] = a[0] * a[2]
    y = v * v
    a[:] = np.cos(a)
    return v * y[0]


def view_outlives_its_array(x):
    a = x * x
    v = a[1:]
    y = v * v
    a[:] = 0
    return y + v


def alias_changed(x):
    a = np.sin(x)
    b = a
    b[0] = b[1] * x[2]
    a[1] = a[0] * b[0]
    return a * b


def alias_and_augmented(x, y):
    a = x * y
    b = a
    b += y
    c = b
    c = c + x
    a *= b
    return a + b * c


def chosen_by_a_branch(x, y, first):
    a = x * 2
    b = y * y
    if first:
        c = a
    else:
        c = b
    c[0] = a[1] * b[1]
    c *= a
    return a + 2 * b


def chosen_by_a_ternary(x, y):
    c = x if x[0] > y[0] else y
    c[0] = x[1] * y[1]
    return x + 2 * y


def rows_written_in_a_loop(a, x):
    for row in a:
        row[:] = np.sin(row * x)
        x = x + row
    return a * x


def transposed_view(a):
    t = a.T
    t[0] = a[1] * t[1]
    a[0] *= 2
    return t


def reshaped_view(a):
    flat = a.reshape(-1)
    flat[1] = flat[0] * a[1, 1]
    a[0] = a[1] * flat[:2]
    return flat


def raveled(x):
    flat = x.ravel()
    flat[0] = 2 * flat[1]
    return x * x


def swapped_in_time(u, steps):
    a = u.copy()
    b = np.zeros_like(a)
    for t in range(steps):
        for i in range(1, len(a) - 1):
            b[i] = a[i] * (1 - 0.1 * a[i - 1]) + 0.1 * a[i + 1]
        a, b = b, a
    return a * b


def rebound_in_time(x, steps):
    for t in range(steps):
        y = np.zeros_like(x)
        y[0] = x[1] * x[0]
        y[1:] = np.sin(x[:-1])
        x = y
    return x


def move_of_an_old_array(x, steps):
    old = x.copy()
    new = x * 2
    for t in range(steps):
        older = old
        old = new
        new = older * old
        new[0] = old[1]
    return old + new


def shared_cotangents(x, z):
    b = x + z
    c = b * x
    x *= 2
    return c + x * z + b


def gradients_that_would_alias(x, y):
    return x + y


def two_loops(x, y):
    for i in range(len(x)):
        x[i] = x[i] * y[i]
    for i in range(1, len(x)):
        y[i] = x[i - 1] * y[i]
    return x * y


def conditional_stores(x):
    y = np.zeros_like(x)
    for i in range(1, len(x)):
        if x[i] > 0:
            y[i] = x[i] * y[i - 1] + 1
        else:
            x[i] = x[i] * x[i - 1]
            y[i - 1] = x[i]
    return y * x


def index_that_changes(x):
    y = np.zeros(5)
    i = 0
    for v in x:
        y[i] = v * v
        i += 1
        y[i] = y[i - 1] * v
    order = np.argsort(x)
    for k in order:
        y[k] = y[k] * x[order[0]]
    return y


# Containers


def list_of_arrays(x):
    parts = []
    for k in range(3):
        parts.append(x * k)
        x = np.sin(x)
    parts[1][0] = parts[2][1] * 3
    parts[0] = parts[1] * x
    return parts[0] + parts[1] * parts[2]


def list_of_numbers(x):
    values = [x, x * x]
    values[0] = values[1] * values[0]
    values.append(np.sin(values[0]))
    values[1] += values[2]
    return values[0] * values[1] * values[2]


def arguments_in_a_list(parts):
    parts[0][0] = parts[1][0] * 3
    return parts[0] * parts[1]


def complex_in_between(x, y):
    z = x + 1j * y
    w = np.exp(z) * z
    return np.abs(w) + np.abs(z * np.sum(x)) ** 2


def lower_precision(x, y):
    a = x * 2
    a[0] = y * x[1]
    return a * y


def zero_dimensional(x, y):
    s = x * y
    s += y
    return s * s


def chosen_row_of_an_array_that_changes(x, s, A):
    row = A[2]
    chosen = row if s > 0.22 else x
    chosen[0] *= row[1]
    A[2] *= x
    return A


def _chosen(s):
    return lambda rng: (rng.normal(size=4), s, rng.normal(size=(3, 4)))


def list_by_two_names(x):
    ws = [x, x * x]
    q = ws
    for k in range(2):
        ws[k] = ws[k] * 0.5
    return np.sum(q[0] * q[1])


def list_in_a_dictionary_too(x):
    ws = [x, x * x]
    p = {"ws": ws}
    for k in range(2):
        ws[k] = ws[k] * 0.5
    return np.sum(p["ws"][0] * p["ws"][1])


class Weights:
    def __init__(self, ws):
        self.ws = ws


def list_in_an_object_too(x):
    ws = [x, x * x]
    p = Weights(ws)
    for k in range(2):
        ws[k] = ws[k] * 0.5
    return np.sum(p.ws[0] * p.ws[1])


def copy_of_a_list_by_two_names(x):
    ws = [x, x * x]
    q = list(ws)
    u = q
    q[0] = q[0] * 0.5
    return np.sum(u[0] * u[1] * ws[0])


def slice_of_a_list_by_two_names(x):
    ws = [x, x * x]
    q = ws[:]
    u = q
    u[0] = q[0] * 0.5
    return np.sum(q[0] * u[1] * ws[0])


def sum_of_lists_by_two_names(x):
    ws = [x, x * x]
    q = ws + [x]
    u = q
    for k in range(2):
        u[k] = q[k] * 0.5
    return np.sum(q[0] * u[1] * ws[0] * q[2])


def list_copied_by_its_method(x):
    ws = [x, x * x]
    q = ws.copy()
    u = q
    for k in range(2):
        u[k] = q[k] * 0.5
    return np.sum(q[0] * u[1] * ws[0])


def list_appended_to_by_another_name(x):
    ws = [x, x * x]
    q = ws
    q.append(x * 3)
    return np.sum(ws[0] * ws[2]) * np.sum(q[1])


def array_and_list_change(x):
    ws = [x, x]
    q = ws
    q[0][0] = 5.0
    q[1] = x * 2
    return np.sum(ws[0] * ws[1])


def list_in_a_list_twice(x):
    x = x * 1.0
    ws = [x, x * x]
    q = [ws, ws]
    q[0][1] = q[1][0] * x
    return np.sum(ws[0] * ws[1])


def list_that_is_replaced_by_the_best(x, n):
    ws = [x, x * x]
    best = ws
    for k in range(n):
        if x[k] > 0:
            best = [w * x[k] for w in ws]
        ws[0] = ws[0] * x[k]
    return np.sum(best[0] * ws[1]) + np.sum(best[1])


def lists_swapped_in_a_loop(x, n):
    a = [x, x * x]
    b = [x * 2, x]
    for k in range(n):
        a, b = (b, a)
        a[0] = a[0] * b[1]
    return np.sum(a[0] * b[0])


def lists_kept_before_they_change(x, n):
    ws = [x, x * x]
    hist = []
    for k in range(n):
        hist.append(ws)
        ws = [w * 0.5 for w in ws]
        ws[0] = ws[0] + x
    return np.sum(hist[0][0] * hist[1][0]) + np.sum(ws[0])


def list_before_and_after(x, n):
    ws = [x, x * x]
    prev = ws
    for k in range(n):
        prev = ws
        ws = [w * 0.5 for w in prev]
        prev[0] = ws[1]
    return np.sum(prev[0] * ws[0])


PROGRAMS = [
    Program(chosen_row_of_an_array_that_changes, _chosen(0.5), ("x", "A")),
    Program(chosen_row_of_an_array_that_changes, _chosen(0.1), ("x", "A"), "other"),
    Program(take_then_zero, arrays(4, 3), ("a", "x")),
    Program(overlapping_views, arrays(4), ("a",)),
    Program(overlapping_accumulate, arrays(4), ("y",)),
    Program(levinson_step, lambda rng: (rng.normal(size=5), 0.4, 3), ("y", "alpha")),
    Program(shrinking_views, arrays(4), ("a",)),
    Program(write_through_a_view, arrays(4), ("a",)),
    Program(view_of_a_view, arrays((3, 3)), ("a",)),
    Program(read_through_a_view, arrays(4)),
    Program(view_outlives_its_array, arrays(4)),
    Program(alias_changed, arrays(3)),
    Program(alias_and_augmented, arrays(3, 3), ("x", "y")),
    Program(chosen_by_a_branch, arrays(3, 3, rest=(True,)), ("x", "y"), "first"),
    Program(chosen_by_a_branch, arrays(3, 3, rest=(False,)), ("x", "y"), "second"),
    Program(chosen_by_a_ternary, arrays(3, 3), ("x", "y")),
    Program(rows_written_in_a_loop, arrays((3, 2), 2), ("a", "x")),
    Program(transposed_view, arrays((3, 3)), ("a",)),
    Program(reshaped_view, arrays((2, 2)), ("a",)),
    Program(raveled, arrays((2, 3))),
    Program(raveled, lambda rng: (np.asfortranarray(rng.normal(size=(2, 3))),), note="fortran_order"),
    Program(raveled, lambda rng: (rng.normal(size=(2, 6))[:, ::2],), note="sliced"),
    Program(swapped_in_time, arrays(5, rest=(4,)), ("u",)),
    Program(swapped_in_time, arrays(5, rest=(0,)), ("u",), "no_steps"),
    Program(rebound_in_time, arrays(4, rest=(3,))),
    Program(move_of_an_old_array, arrays(3, rest=(4,))),
    Program(shared_cotangents, arrays(3, 3), ("x", "z")),
    Program(gradients_that_would_alias, arrays(3, 3), ("x", "y")),
    Program(two_loops, arrays(4, 4), ("x", "y")),
    Program(conditional_stores, lambda rng: (np.array([0.5, 1.1, -0.7, 0.9, -1.2]),)),
    Program(index_that_changes, positive(4)),
    Program(list_of_arrays, arrays(3)),
    Program(list_of_numbers, lambda rng: (0.6 + 0.2 * rng.random(),)),
    Program(arguments_in_a_list, lambda rng: ([rng.normal(size=2), rng.normal(size=2)],), ("parts",)),
    Program(complex_in_between, arrays(3, 3), ("x", "y")),
    Program(lower_precision, lambda rng: (rng.normal(size=3).astype("f4"), np.float32(0.7)), ("x", "y")),
    Program(zero_dimensional, lambda rng: (np.array(0.7), 1.2), ("x", "y")),
    Program(list_by_two_names, arrays(3), ("x",)),
    Program(list_in_a_dictionary_too, arrays(3), ("x",)),
    Program(list_in_an_object_too, arrays(3), ("x",)),
    Program(copy_of_a_list_by_two_names, arrays(3), ("x",)),
    Program(slice_of_a_list_by_two_names, arrays(3), ("x",)),
    Program(sum_of_lists_by_two_names, arrays(3), ("x",)),
    Program(list_copied_by_its_method, arrays(3), ("x",)),
    Program(list_appended_to_by_another_name, arrays(3), ("x",)),
    Program(array_and_list_change, arrays(3), ("x",)),
    Program(list_in_a_list_twice, arrays(3), ("x",)),
    Program(list_that_is_replaced_by_the_best, arrays(3, rest=(3,)), ("x",)),
    Program(lists_swapped_in_a_loop, arrays(3, rest=(3,)), ("x",)),
    Program(lists_kept_before_they_change, arrays(3, rest=(3,)), ("x",)),
    Program(list_before_and_after, arrays(3, rest=(3,)), ("x",)),
]  # fmt: skip
