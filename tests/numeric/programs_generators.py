"""Programs with generators: read by loops, by functions, in part; generator expressions that are kept or passed on."""

from __future__ import annotations

import itertools

import numpy as np
from program import Program, numbers, positive


def squares(xs):
    for v in xs:
        yield v * v


def halves(x):
    while True:
        yield x
        x = x / 2


def two_ways(x, n):
    yield x
    for i in range(n):
        if i == 2:
            return
        x = x * 1.5
        yield x
    yield -x


def pairs(xs):
    yield from zip(xs, xs[1:])
    yield xs[0], xs[-1]


def read_by_a_loop(x):
    s = 0.0
    for v in squares(x):
        s = s * 0.5 + v
    return s


def without_end(x):
    s = 0.0
    for v in halves(x):
        if v < 0.3:
            break
        s = s + v * v
    return s * x


def return_out_of_a_generator(x, limit):
    s = 0.0
    for i, v in enumerate(halves(x), 1):
        s = s + v * i
        if s > limit:
            return s * v
        if i > 6:
            return -s
    return s


def several_yields(x, n):
    s = x
    for v in two_ways(x, n):
        if v < 0:
            continue
        s = s + v * s
    else:
        s = s * 2
    return s


def read_by_functions(x):
    a = sum(squares(x))
    b = list(squares(x))
    c, d, *_ = squares(x)
    e = next(squares(x[1:]))
    f = next(squares([]), x[0])
    g = max(squares(x))
    h = np.array(list(squares(x)))
    ok = any(v > 1 for v in squares(x)) or all(squares(x))
    return a * b[0] + c * d + e * f + g + h @ x + ok


def read_in_pairs(x):
    s = 0.0
    for a, b in pairs(x):
        s = s + a * b
    for v, w in zip(squares(x), x[1:]):
        s = s + v * w
    for k, v in zip(range(2), halves(x[0])):
        s = s + k * v
    for v in itertools.islice(halves(x[1]), 3):
        s = s * v
    return s


def one_inside_another(x):
    s = 0.0
    for v in squares(x):
        for w in squares(x):
            if w > v:
                break
            s = s + v * w
    return s


def interleaved(x):
    log = []

    def steps(v):
        for i in range(3):
            log.append(i * v)
            yield v * i
            log.append(-v)

    s = x
    for v in steps(x):
        log.append(s)
        s = s + v * log[-1]
        if s > 2:
            break
    return s + log[0] + log[-1] * log[1] + len(log)


def shared_with_the_loop(x):
    total = x

    def growing():
        nonlocal total
        while total < 5:
            total = total * 1.5
            yield total

    s = 0.0
    for v in growing():
        total = total + 0.1 * v
        s = s + v * total
    return s


def total(items, start):
    for v in items:
        start = start + v * start
    return start


def passed_on(x):
    doubled = (v * 2 for v in x if v > 0.6)
    return total(doubled, x[0]) + total(squares(x), 1.0)


def evaluated_when_read(x, k):
    scaled = (v * k for v in x)
    k = k + 1
    return sum(scaled)


def arguments_bound_anew_while_it_runs(x, y, k):
    def powers(u, m):
        for i in range(3):
            yield u * m + i

    s = 0.0
    for v in squares(x):
        x = x * 2
        s = s + v + x[0]
    for v, w in zip(squares(y), x):
        x = x * 0.5
        s = s + v * w
    for v in powers(y[0], k):
        k = k + 1
        y = y * k
        s = s + v
    return s * y[1]


def recursive_parts(x, depth):
    if depth > 0:
        yield x
        yield from recursive_parts(x * 0.5, depth - 1)


class Grid:
    def __init__(self, step):
        self.step = step

    def points(self, n):
        for i in range(n):
            yield i * self.step


def method(x):
    s = 0.0
    for p in Grid(x).points(4):
        s = s + p * p * x
    return s


PROGRAMS = [
    Program(read_by_a_loop, positive(3)),
    Program(without_end, lambda rng: (1.3 + 0.1 * rng.random(),)),
    *(Program(return_out_of_a_generator, lambda rng, limit=limit: (1.3 + 0.1 * rng.random(), limit), note=str(limit))
      for limit in (2.0, 100.0)),
    *(Program(several_yields, numbers(n), note=str(n)) for n in (0, 1, 2, 5)),
    Program(read_by_functions, lambda rng: (np.array([0.7, 1.3, 1.9]) + 0.01 * rng.random(3),)),
    Program(read_in_pairs, positive(4)),
    Program(one_inside_another, lambda rng: (np.array([0.7, 1.3, 0.9]) + 0.01 * rng.random(3),)),
    Program(interleaved, lambda rng: (1.3 + 0.1 * rng.random(),)),
    Program(shared_with_the_loop, lambda rng: (1.3 + 0.1 * rng.random(),)),
    Program(passed_on, lambda rng: (np.array([0.7, 1.3, 0.5, 0.9]) + 0.01 * rng.random(4),)),
    Program(evaluated_when_read, lambda rng: (rng.uniform(0.5, 2.0, 3), 1.3), ("x", "k")),
    Program(arguments_bound_anew_while_it_runs, positive(3, 3, rest=(2.0,)), ("x", "y")),
    Program(method, numbers()),
]  # fmt: skip
