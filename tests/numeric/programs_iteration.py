"""Programs with Python's tools for iteration: `functools.reduce`, `itertools`, orders and extremes by a key, `*`."""

from __future__ import annotations

import bisect
import contextlib
import functools
import itertools
import math
import operator

import numpy as np
from program import Program, numbers, positive


def extremes_by_key(x, y):
    return min(x, y, key=lambda v: -v) * max([x, y, x * y], key=abs) + max(*[x, y * 2])


def positions_of_extremes(x):
    i = min(range(len(x)), key=lambda k: x[k])
    j = max(range(len(x)), key=lambda k: x[k] * 2)
    return x[i] * x[i] * x[j]


def orders(x):
    a = sorted(x, key=lambda v: -v)
    b = sorted(x, reverse=True)
    c = sorted(x)
    d = sorted([v * v for v in x], key=abs, reverse=True)
    return a[0] * a[-1] * 2 + b[0] * c[1] + d[0]


def extremes_or_default(x):
    a = max([v for v in x if v > 100], default=x[0])
    return a * min((v * v for v in x), default=0.0)


def reduced(x):
    a = functools.reduce(lambda s, v: s * v + 1, x)
    b = functools.reduce(operator.mul, x, 1.0)
    c = functools.reduce(operator.add, [v * v for v in x])
    return a + b * c


def accumulated(x):
    a = list(itertools.accumulate(x))
    b = list(itertools.accumulate(x, lambda s, v: s * v))
    return a[-1] * b[1]


def products(x):
    s = 0.0
    for a, b in itertools.product(x, x):
        s = s + a * b * b
    for i, j in itertools.product(range(2), range(3)):
        s = s + x[i] * x[j]
    for i, j in itertools.product(range(2), repeat=2):
        s = s * 0.5 + x[i] * j
    return s


def chains(x, y):
    s = 0.0
    for v in itertools.chain(x, y):
        s = s + v * v
    for v in itertools.chain.from_iterable([x, y]):
        s = s + v
    return s


def pairs_and_combinations(x):
    s = 0.0
    for a, b in itertools.pairwise(x):
        s = s + a * b
    for a, b in itertools.combinations(x, 2):
        s = s + a * b * b
    for i, j in itertools.permutations(range(3), 2):
        s = s + x[i] * x[j]
    return s


def counts_and_parts(x):
    s = 0.0
    for k, v in zip(itertools.count(1), x):
        s = s + k * v
    for v in itertools.repeat(x[0], 3):
        s = s + v
    for v in itertools.islice(x, 2):
        s = s + v
    for v in itertools.takewhile(lambda u: u < 100, x):
        s = s + v
    for a, b in itertools.zip_longest(x, x[1:], fillvalue=2.0):
        s = s + a * b
    return s


def dicts_of_pairs(x):
    d = dict((str(i), v * v) for i, v in enumerate(x))
    e = dict(zip("abc", x))
    return d["1"] * e["c"]


def stars_of_run_time_length(x):
    def f(a, b, c):
        return a * b - c

    xs = [v * 2 for v in x]
    a, b, c = xs
    return f(*xs) + f(*x) + max(*xs) + f(x[0], *xs[1:]) + a * b * c


def contexts(x):
    with contextlib.suppress(ZeroDivisionError), np.errstate(all="raise"):
        y = x * x
    with contextlib.nullcontext(3) as k:
        y = y * k
    return y


def whole_numbers_of_active_values(x):
    s = x
    for _ in range(int(x * 4)):
        s = s * x
    n, k, c = int(np.floor(x * 3)), round(x * 2), math.ceil(x)
    for i in range(n + k + c):
        s = s + x * i
    return s


def lazy_effects(x):
    log = []

    def note(v):
        log.append(v)
        return v

    y = note(x) if note(1) and not note(0) else note(2.0)
    z = note(3) or note(x)
    return y * len(log) * z


def views_of_a_dict_from_outside(x, counts):
    total = 0.0
    for v in counts:
        total = total + x**v
    return total + sum(x * v for v in counts)


def keys_that_read(x, prices):
    ys = [v * v for v in x]
    last = max(range(3), key=ys.__getitem__)
    d = {"a": x[0], "b": x[1] * 3}
    best = max(d, key=d.get)
    first, *_ = sorted(range(3), key=ys.__getitem__)
    cheap = min(prices, key=prices.get)
    return ys[last] * d[best] + x[first] * prices[cheap]


@contextlib.contextmanager
def scaled(k, notes=None):
    try:
        yield k * 2
    finally:
        if notes is not None:
            notes["done"] = k * 3


@contextlib.contextmanager
def replaced(d, key, value):
    old = d[key]
    d[key] = value
    yield
    d[key] = old


class Simulation:
    def __init__(self):
        self.level = 1.0

    @contextlib.contextmanager
    def section(self, k):
        self.level *= k
        yield self
        self.level += k


def managed_by_generators(x):
    notes = {}
    d = {"a": x[0], "b": x[1]}
    total = 0.0
    for k in range(3):
        with replaced(d, "a", x[2] * 2), scaled(x[k], notes) as s:
            if k == 1:
                continue
            total = total + s * d["a"] * d["b"]
    simulation = Simulation()
    with simulation.section(x[1]) as same:
        total = total * same.level
    return total * d["a"] + notes["done"] * simulation.level


def left_early(x):
    with scaled(x[0]) as s:
        if s > 0:
            return s * s * x[1]
    return x[2]


class Pair:
    def __init__(self, a, b, c):
        self.values = (a, b, c)

    def product(self):
        a, b, c = self.values
        return a * b + c


def moments(x):
    m, v = {k: 0.0 for k in "ab"}, dict.fromkeys("ab", 0.0)
    for _ in range(3):
        for k in m:
            m[k] = 0.9 * m[k] + x[0] * x[1]
            v[k] = v[k] + m[k] ** 2
    return m["a"] * v["b"] + Pair(*x).product()


def nodes_and_weights(x):
    nodes, weights = np.polynomial.legendre.leggauss(4)
    return sum(w * np.cos(x[0] * t) * np.exp(x[1] * t) for t, w in zip(nodes, weights, strict=True)) * x[2]


def numbered_texts(x, spec):
    total = 0.0
    for i, name in enumerate(spec.split(",")):
        total += np.sin(x[i]) if name == "sin" else np.exp(x[i])
    for name, v in zip(spec.split(","), x):
        total += len(name) * v**2
    return total


def numbered_entries(x):
    made = {}
    for k, v in enumerate(x):
        made[f"v{k}"] = v * 2
    total = 0.0
    for i, (name, v) in enumerate(made.items()):
        total += v * (i + 1) * len(name)
    for i, v in enumerate(made.values(), start=1):
        total += v**2 * i
    return total


def greatest_of_numbered(x):
    i, v = max(enumerate(x), key=lambda pair: pair[1])
    j, w = min(enumerate(x), key=operator.itemgetter(1))
    pairs = list(enumerate(x))
    return v * i + w**2 + pairs[j][1] * pairs[1][1]


def getters(x):
    a, b = operator.itemgetter(0, 2)(x)
    return a * b * operator.itemgetter(1)(x)


def cut_and_repeated(x):
    total = sum(v**3 for v in itertools.islice(x, 1, None, 2)) + sum(itertools.islice(x, 1, 3))
    for v, sign in zip(x, itertools.cycle([1, -1])):
        total += v * v * sign
    for v in itertools.filterfalse(lambda v: v > 1, x):
        total += v**2
    for v in itertools.compress(x, [1, 0, 1]):
        total += v**3
    return total


def places_found(x):
    grid = [0.0, 1.0, 2.0, 3.0]
    i, j = bisect.bisect_right(grid, 0.7), bisect.bisect(grid, x[0])
    ordered = [0.1, 5.0]
    for v in x:
        bisect.insort(ordered, v)
    return x[i] * x[min(j, 2)] + sum(k * v for k, v in enumerate(ordered))


PROGRAMS = [
    Program(numbered_texts, positive(3, rest=("sin,cos,exp",))),
    Program(numbered_entries, positive(3)),
    Program(greatest_of_numbered, positive(3)),
    Program(getters, positive(3)),
    Program(cut_and_repeated, positive(3)),
    Program(places_found, positive(3)),
    Program(keys_that_read, lambda rng: (np.array([0.7, 1.5, 1.1]), {"p": 2.0, "q": 3.0})),
    Program(managed_by_generators, positive(3)),
    Program(left_early, positive(3)),
    Program(nodes_and_weights, positive(3)),
    Program(moments, positive(3)),
    Program(views_of_a_dict_from_outside, numbers({"a": 2, "b": 3}.values())),
    Program(views_of_a_dict_from_outside, numbers({2: "a", 3: "b"}.keys()), note="keys"),
    Program(extremes_by_key, lambda rng: (1.23, 0.87), ("x", "y")),
    Program(positions_of_extremes, lambda rng: (np.array([0.7, 1.5, 1.1]),)),
    Program(orders, lambda rng: (np.array([0.7, 1.5, 1.1]),)),
    Program(extremes_or_default, lambda rng: (np.array([0.7, 1.5, 1.1]),)),
    Program(reduced, positive(3)),
    Program(accumulated, positive(3)),
    Program(products, positive(3)),
    Program(chains, positive(3, 2), ("x", "y")),
    Program(pairs_and_combinations, positive(3)),
    Program(counts_and_parts, positive(3)),
    Program(dicts_of_pairs, positive(3)),
    Program(stars_of_run_time_length, lambda rng: (np.array([0.7, 1.5, 1.1]),)),
    Program(contexts, numbers()),
    Program(whole_numbers_of_active_values, lambda rng: (1.17,)),
    Program(lazy_effects, numbers()),
]
