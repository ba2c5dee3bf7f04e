"""What is written seldom: programs for statements of the compiler that no test ran (tests/fuzz/deletion.py)."""

from __future__ import annotations

from collections import defaultdict, deque

import numpy as np
from program import Program, arrays

import adjoint

HELD = []


def dict_cleared(x, n):
    d = {}
    for k in range(n):
        d[k] = x[k] * x[k + 1]
    t = x[0]
    for k in d:
        t = t + d[k] ** 2
    d.clear()
    for k in range(n):
        if k in d:
            t = t * 5
        d[k] = x[k] * t
    return d[0] * d[n - 1]


def dict_cleared_in_a_loop(x, n):
    d = {}
    t = x[0]
    for k in range(n):
        d[k] = x[k] * t
        d[k + 7] = x[k]
        for j in d:
            t = t + d[j] ** 2
        if k == 1:
            d.clear()
    return t


def dict_updated_by_keywords(x, n):
    d = {}
    for name in ["a", "b"][:n]:
        d[name] = x[0] * x[1]
    d.update(a=x[1] ** 2, c=x[2])
    t = x[0]
    for name in d:
        t = t * d[name] + x[1]
    return t


def dict_copied(x, n):
    d = {}
    for k in range(n):
        d[k] = x[k] ** 2
    e = d.copy()
    d[1] = x[0] * 3
    e[0] = e[0] * x[1]
    t = 0.0
    for k in e:
        t = t + d[k] * e[k]
    return t


def dict_of_arrays_copied(x, n):
    d = {}
    for k in range(n):
        d[k] = x * k
    e = d.copy()
    e[1] *= 3.0
    d[0] = x * x
    t = x[0]
    for k in e:
        t = t + (d[k] * e[k]).sum()
    return t


def dict_keys_kept(x, n):
    d = {}
    for k in range(n):
        d[k] = x[k] ** 2
    keys = d.keys()
    t = 0.0
    for k in keys:
        t = t + d[k] * x[k]
    return t


def dict_ored(x, n):
    d, e = {}, {}
    for k in range(n):
        d[k] = x[k] ** 2
        e[k + 1] = x[k] * x[0]
    g = d | e
    t = 0.0
    for k in g:
        t = t + g[k] * x[k]
    return t


def dict_ored_in_place(x, n):
    d, e = {}, {}
    for k in range(n):
        d[k] = x[k] ** 2
        e[k + 1] = x[k] * x[0]
    d |= e
    t = 0.0
    for k in d:
        t = t + d[k] * x[k]
    return t


def dict_union_of_arrays(x, n):
    d, e = {}, {}
    for k in range(n):
        d[k] = x * k
        e[k + 1] = x * x
    g = d | e
    g[1] *= 2.0
    t = x[0]
    for k in g:
        t = t + (g[k] * x).sum()
    return t + e[1].sum()


def dict_of_pairs(x, n):
    pairs = []
    for k in range(n):
        pairs.append((k % 2, x[k] ** 2))
    d = dict(pairs)
    t = 0.0
    for k in d:
        t = t + d[k] * x[k]
    return t


def dict_updated_by_pairs(x, n):
    pairs = []
    for k in range(n):
        pairs.append((k % 2, x[k] ** 2))
    d = {}
    for k in range(n):
        d[k] = x[k]
    d.update(pairs)
    t = 0.0
    for k in d:
        t = t + d[k] * x[k]
    return t


def dict_of_dict_and_keywords(x, n):
    d = {}
    for name in ["a", "b"][:n]:
        d[name] = x[0] * x[1]
    e = dict(d, b=x[2] ** 2, c=x[3])
    d["a"] = x[3] * 2
    t = x[0]
    for name in e:
        t = t * e[name] + x[1]
    return t + d["a"]


def defaults_copied(x, n):
    c = defaultdict(float)
    for k in range(n):
        c[k] += x[k] ** 2
    e = c.copy()
    t = e[7] + e[1] * x[0]
    return t * len(e) + len(c)


def defaults_ored(x, n):
    c = defaultdict(float)
    e = {}
    for k in range(n):
        c[k] += x[k] ** 2
        e[k + 1] = x[k]
    g = c | e
    g[9] += x[0]
    t = g[1] * x[0] + g[9] + g[n]
    return t * len(g)


def deque_extended_left(x, n):
    q = deque()
    for k in range(n):
        q.append(x[k] ** 2)
    q.extendleft([x[0] * x[1], x[1]])
    t = 0.0
    for k, v in enumerate(q):
        t = t + v * (k + 1)
    return t


def deque_left_thrown_away(x, n):
    q = deque()
    for k in range(n):
        q.append(x[k] ** 2)
    q.popleft()
    q.append(x[3])
    t = 1.0
    for v in q:
        t = t * v + x[0]
    return t


def deque_of_list_with_limit(x, n):
    xs = []
    for k in range(n):
        xs.append(x[k] ** 2)
    q = deque(xs, maxlen=2)
    q.append(x[0] * x[1])
    t = 1.0
    for v in q:
        t = t * v + x[0]
    return t


def zipped_strictly(x, n):
    xs, ys = [], []
    for k in range(n):
        xs.append(x[k] ** 2)
        ys.append(x[k + 1])
    t = 0.0
    pairs = list(zip(xs, ys, strict=True))
    for a, b in pairs:
        t = t + a * b
    return t


def reversed_array(x, n):
    xs = list(reversed(x * x))
    xs.append(x[n])
    t = 1.0
    for v in xs:
        t = t * v + x[0]
    return t


def part_of_list_from_array(x, n):
    xs = []
    for k in range(n):
        xs.append(x[k] ** 2)
    xs[1:2] = x * 2
    t = 1.0
    for v in xs:
        t = t * v + x[0]
    return t


def part_of_list_from_tuple(x, n):
    xs = []
    for k in range(n):
        xs.append(x[k] ** 2)
    xs[1:2] = (x[0] * 2, x[1] ** 3)
    t = 1.0
    for v in xs:
        t = t * v + x[0]
    return t


def several_outs(x, n):
    a, b = np.empty(4), np.empty(4)
    np.divmod(x * 7, 2.0, out=(a, b))
    return (b * x).sum()


def several_outs_bound(x, n):
    a, b = np.empty(4), np.empty(4)
    c, d = np.modf(x * 7, out=(a, b))
    c *= x
    return (a * x + b + d).sum()


def squeezed_axes(x, n):
    y = (x * x).reshape(1, 4, 1)
    return (np.squeeze(y, axis=(0, 2)) * x).sum() + (np.squeeze(y, (0, 2)) ** 2).sum() + y.squeeze(axis=0).sum()


def diagonals_stored(x, n):
    m = np.outer(x, x)
    return np.trace(m, 1) + (np.diagonal(m, offset=-1) * x[:3]).sum() + (m.diagonal(0, 1, 0) * x).sum()


def stacked_columns(x, n):
    a, b = x * 2, x * x
    m = np.vstack((a, b))
    c = np.hstack([a, b])
    e = np.column_stack((a, b))
    return (m * e.T).sum() + (c**2).sum()


def drawn_into_an_array(x, n):
    rng = np.random.default_rng(3)
    a = np.empty(4)
    b = rng.random(out=a)
    b *= x
    return (a * x).sum()


def outer_of_numbers(x, n):
    return (
        (np.multiply.outer(x, x[0]) * x).sum()
        + np.subtract.outer(x, 2.0).sum()
        + np.add.outer(x[1], 3).sum() ** 2
        + (np.multiply.outer(3, x) * x).sum()
    )


def flat_stored(x, n):
    y = x * x
    y.flat = x[0] * 2
    z = np.outer(x, x)
    z.flat = 3.0
    w = np.outer(x, x)
    w.flat = x
    return (y * x).sum() + z.sum() + (w * w).sum()


def loop_never_entered(x, n):
    while False:
        x = x * 2
    return (x * x).sum()


def transposed_products(x, n):
    m = np.outer(x, x)
    return ((-m).T @ x).sum() + ((2.0 * m @ m).T * m).sum() + ((m.T).T @ x).sum()


def lists_chosen_by_a_test(x, n):
    xs = [x[0] * 1.0]
    ys = [x[1] * 2.0, x[2]]
    t = x[3] * x[3]
    if xs if n > 2 else ys:
        t = t * xs.pop() * x[1]
    return t * x[0]


def stepping_away_and_stopped(x, n):
    t = x[0]
    for k in range(0, 2 * n, n - 1):
        t = t * x[k % 4]
        if k > n:
            break
    for k in range(n, -1, 1 - n):
        t = t * x[k % 4] * t
        if k < 2:
            break
    return t


def joined_of_all_axes(x, n):
    return (np.concatenate((np.outer(x, x), np.outer(x, x) * x), axis=None) ** 2).sum()


def nested_numbers_in_an_array(x, n):
    m = np.array([[x[0], x[1] * x[2]], [x[1], x[0]]])
    return (m @ m).sum() + (np.array([[x, x * x], [x * x[0], x]]) ** 2).sum()


def padded_with_a_constant(x, n):
    y = np.pad(x, 1, "constant", constant_values=3.0)
    return (y * y).sum()


def grid_changed_by_a_chosen_name(x, n):
    grids = np.meshgrid(x, x * x)
    row = grids[n - 2]
    row[0] = x
    return (grids[0] * grids[1]).sum()


def cut_off_negated(x, n):
    y = np.where(x > 0.6, x * x, 0.0)
    z = np.where(x > 0.6, -y, 0.0)
    return (z * x).sum()


def products_of_turned_sums(x, n):
    m = np.outer(x, x)
    y = (2.0 * m) @ x
    z = (m - m.T * 3.0) @ x
    u = np.outer(x, y) @ (m + m)
    return (y * z).sum() + u.sum()


@adjoint.constant
def held(f):
    HELD[:] = [f()]
    return 1.0


@adjoint.constant
def negative_of_held(x):
    return float(np.sum(HELD[0] < 0))


@adjoint.constant
def is_positive(f):
    return float(f() > 0)


PROGRAMS = [
    Program(dict_cleared, arrays(4, rest=(3,))),
    Program(dict_cleared_in_a_loop, arrays(4, rest=(3,))),
    Program(dict_updated_by_keywords, arrays(4, rest=(3,))),
    Program(dict_copied, arrays(4, rest=(3,))),
    Program(dict_of_arrays_copied, arrays(4, rest=(3,))),
    Program(dict_keys_kept, arrays(4, rest=(3,))),
    Program(dict_ored, arrays(4, rest=(3,))),
    Program(dict_ored_in_place, arrays(4, rest=(3,))),
    Program(dict_union_of_arrays, arrays(4, rest=(3,))),
    Program(dict_of_pairs, arrays(4, rest=(3,))),
    Program(dict_updated_by_pairs, arrays(4, rest=(3,))),
    Program(dict_of_dict_and_keywords, arrays(4, rest=(3,))),
    Program(defaults_copied, arrays(4, rest=(3,))),
    Program(defaults_ored, arrays(4, rest=(3,))),
    Program(deque_extended_left, arrays(4, rest=(3,))),
    Program(deque_left_thrown_away, arrays(4, rest=(3,))),
    Program(deque_of_list_with_limit, arrays(4, rest=(3,))),
    Program(zipped_strictly, arrays(4, rest=(3,))),
    Program(reversed_array, arrays(4, rest=(3,))),
    Program(part_of_list_from_array, arrays(4, rest=(3,))),
    Program(part_of_list_from_tuple, arrays(4, rest=(3,))),
    Program(several_outs, arrays(4, rest=(3,))),
    Program(several_outs_bound, arrays(4, rest=(3,))),
    Program(squeezed_axes, arrays(4, rest=(3,))),
    Program(diagonals_stored, arrays(4, rest=(3,))),
    Program(stacked_columns, arrays(4, rest=(3,))),
    Program(drawn_into_an_array, arrays(4, rest=(3,))),
    Program(outer_of_numbers, arrays(4, rest=(3,))),
    Program(flat_stored, arrays(4, rest=(3,))),
    Program(loop_never_entered, arrays(4, rest=(3,))),
    Program(transposed_products, arrays(4, rest=(3,))),
    Program(lists_chosen_by_a_test, arrays(4, rest=(3,))),
    Program(stepping_away_and_stopped, arrays(4, rest=(3,))),
    Program(joined_of_all_axes, arrays(4, rest=(3,))),
    Program(nested_numbers_in_an_array, arrays(4, rest=(3,))),
    Program(padded_with_a_constant, arrays(4, rest=(3,))),
    Program(grid_changed_by_a_chosen_name, arrays(4, rest=(3,))),
    Program(cut_off_negated, arrays(4, rest=(3,))),
    Program(products_of_turned_sums, arrays(4, rest=(3,))),
]
