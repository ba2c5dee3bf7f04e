"""Lists and tuples of arrays of different ranks that each trip of a loop makes anew."""

import numpy as np
from program import Program, arrays


def lists_by_comprehensions(w, b, h):
    params = [w, b]
    for _ in range(3):
        slopes = [np.sin(p) for p in params]
        params = [p - h[0] * d for p, d in zip(params, slopes)]
    return params[0] @ params[1]


def tuples_by_comprehensions(w, b, h):
    params = (w, b, 1.0)
    for _ in range(3):
        slopes = tuple(p * p for p in params)
        params = tuple(p - h[0] * d for p, d in zip(params, slopes))
    return params[0] @ params[1] * params[2]


def tuples_of_lists(w, b, h):
    params = (w, b)
    for _ in range(2):
        params = tuple([p * h[k] for k, p in enumerate(params)])
    return np.sum(params[0]), params[1]


def lists_filled_in_loops(w, b, h):
    params = [w, b]
    for _ in range(2):
        new = []
        for p in params:
            new.append(p * h[0] + np.sum(p))
        params = new
    return params[0] @ params[1]


def moments_of_each(w, b, h):
    params, moments = [w, b], [np.zeros_like(w), np.zeros_like(b)]
    for t in range(1, 4):
        slopes = [np.cos(p) for p in params]
        moments = [0.9 * m + 0.1 * d for m, d in zip(moments, slopes)]
        params = [p - h[0] * m / (1 - 0.9**t) for p, m in zip(params, moments)]
    return params[0] @ params[1]


def pairs_of_layers(w, b, h):
    layers = [(w, b), (w.T, np.sum(b))]
    for _ in range(2):
        layers = [(u - h[0] * np.sin(u), c - h[1] * c) for u, c in layers]
    (u, c), (v, d) = layers
    return (u @ c + d) @ v.T


def one_of_two_lists(w, b, h):
    params = [w, b]
    if h[0] < 10:
        params = [p * h[0] for p in params]
    for k in range(3):
        if k != 1:
            params = [np.sin(p) + h[1] * p for p in params]
    return params[0] @ params[1]


def a_list_stored_into(w, b, h):
    params = [w, b]
    for _ in range(2):
        params = [p * h[0] for p in params]
        for k in range(len(params)):
            params[k] = params[k] - h[1] * np.cos(params[k])
    return params[0] @ params[1]


def until_it_is_small(w, b, h):
    params = [w, b]
    while np.sum(params[1] ** 2) > 0.05:
        params = [p * 0.5 * h[0] / h[0] for p in params]
    return params[0] @ params[1] * h[1]


TAKEN = (arrays((2, 3), 3, 2), ("w", "b", "h"))


def kept_before_it_is_replaced(x):
    ps = {"a": x}
    for _ in range(2):
        qs = ps
        ps = {"a": ps["a"] * 2}
        qs["a"] = qs["a"] + 1.5
    return np.sum(ps["a"] ** 2) * np.sum(qs["a"])


def kept_before_it_is_replaced_in_a_helper(x):
    return kept_before_it_is_replaced(x * 1.5) + kept_before_it_is_replaced(x)


PROGRAMS = [
    Program(lists_by_comprehensions, *TAKEN),
    Program(tuples_by_comprehensions, *TAKEN),
    Program(tuples_of_lists, *TAKEN),
    Program(lists_filled_in_loops, *TAKEN),
    Program(moments_of_each, *TAKEN),
    Program(pairs_of_layers, *TAKEN),
    Program(one_of_two_lists, *TAKEN),
    Program(a_list_stored_into, *TAKEN),
    Program(until_it_is_small, *TAKEN),
    Program(kept_before_it_is_replaced, arrays(3)),
    Program(kept_before_it_is_replaced_in_a_helper, arrays(3)),
]
