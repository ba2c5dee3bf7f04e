"""Programs around a computation: configurations, callbacks, batches, trees, tables keyed by texts."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from program import Program, arrays, numbers, positive


@dataclass
class Config:
    rate: float = 0.1
    steps: int = 4
    activation: str = "tanh"
    decay: dict = field(default_factory=lambda: {"w": 0.01, "b": 0.0})
    layers: tuple = (3, 2)


ACTIVATIONS = {"tanh": np.tanh, "relu": lambda v: np.maximum(v, 0.0), "id": lambda v: v}


def network(x, config):
    w1 = x[:6].reshape(3, 2)
    w2 = x[6:8]
    act = ACTIVATIONS[config.activation]
    h = np.array([0.3, -0.2, 0.5])
    for k in range(config.steps):
        h = h + config.rate * act(w1 @ w2)
        h = h * (1 - config.decay["w"]) - config.decay.get("b", 0.0)
    return (h**2).sum() * len(config.layers)


def parse(text):
    out = {}
    for part in text.split(";"):
        key, _, value = part.partition("=")
        out[key.strip()] = float(value) if value.strip()[0].isdigit() else value.strip()
    return out


def parsed(x, text):
    p = parse(text)
    y = x * p["gain"]
    if p.get("mode") == "square":
        y = y * y
    elif p.get("mode") == "sqrt":
        y = np.sqrt(np.abs(y))
    return y.sum() + p.get("offset", 0.0) * x[0]


def optimise(f, x0, callback=None, rate=0.1, n=4):
    x = x0
    for k in range(n):
        h = 0.001
        x = x - rate * (f(x + h) - f(x - h)) / (2 * h)
        if callback is not None and callback(k, x):
            break
    return x


def with_callback(x):
    seen = []

    def watch(k, v):
        seen.append(k)
        return k >= 2

    y = optimise(lambda z: (z - x) ** 2 * z, 1.0, callback=watch, rate=0.05)
    return y * x * len(seen)


def batches(data, size):
    for start in range(0, len(data), size):
        yield (start // size, data[start : start + size])


def epochs(x, size):
    total = 0.0
    for epoch in range(2):
        for k, batch in batches(x, size):
            if k == 1 and epoch == 1:
                continue
            total = total + (batch**2).mean() * (k + 1)
    return total


def tree_of_tuples(x):
    tree = (x[0], (x[1], None, None), (x[2], (x[3], None, None), None))

    def go(t, scale):
        if t is None:
            return 0.0
        v, l, r = t
        return v * v * scale + go(l, scale * 0.5) + go(r, scale * 2)

    return go(tree, 1.0)


def rpn(x, program):
    stack = []
    ops = {"+": operator.add, "*": operator.mul, "-": operator.sub}
    for token in program.split():
        if token in ops:
            b = stack.pop()
            a = stack.pop()
            stack.append(ops[token](a, b))
        elif token == "x":
            stack.append(x)
        else:
            stack.append(float(token))
    return stack.pop()


def memoised(x, n):
    table = {0: 1.0, 1: x}

    def t(k):
        if k not in table:
            table[k] = 2 * x * t(k - 1) - t(k - 2)
        return table[k]

    return t(n)


def chebyshev(x, n):
    table = {0: 1.0, 1: x}
    for k in range(2, n + 1):
        table[k] = 2 * x * table[k - 1] - table[k - 2]
    return table[n] + table[n - 1]


class Kalman:
    def __init__(self, q, r):
        self.q, self.r = (q, r)
        self.m, self.p = (0.0, 1.0)
        self.gains = []

    def predict(self):
        self.p += self.q

    def update(self, z):
        k = self.p / (self.p + self.r)
        self.m += k * (z - self.m)
        self.p *= 1 - k
        self.gains.append(k)
        return self.m

    def __call__(self, zs):
        out = []
        for z in zs:
            self.predict()
            out.append(self.update(z))
        return np.array(out)


def kalman(x):
    k = Kalman(0.1, x[0] ** 2 + 0.1)
    return k(x).sum() + sum(k.gains)


class Layer:
    def forward(self, x):
        raise NotImplementedError


class Dense(Layer):
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        return self.w @ x


class Tanh(Layer):
    def forward(self, x):
        return np.tanh(x)


class Scale(Layer):
    def __init__(self, k=2.0):
        self.k = k

    def forward(self, x):
        return self.k * x


class Sequential(Layer):
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


def sequential(x):
    net = Sequential(Dense(x[:4].reshape(2, 2)), Tanh(), Sequential(Scale(), Scale(k=x[4])))
    return (net.forward(np.array([0.5, -1.0])) ** 2).sum()


def moving(x, n):
    window = deque(maxlen=n)
    out = 0.0
    for v in x:
        window.append(v)
        if len(window) == n:
            out = out + sum(window) / n * window[0]
    return out


def accumulate_terms(x):
    terms = itertools.accumulate((x**k / math.factorial(k) for k in range(5)))
    return list(terms)[-1]


def pairs(x):
    return sum((a * b for a, b in itertools.combinations(x, 2))) + sum((b - a for a, b in zip(x, x[1:])))


def nested_break(x):
    found = None
    for i in range(len(x)):
        for j in range(i):
            if x[i] + x[j] > 0.5:
                found = (i, j)
                break
        if found:
            break
    else:
        return x.sum()
    i, j = found
    return x[i] * x[j]


def early(x, limit):
    total = 0.0
    for k, v in enumerate(x):
        if v < -5:
            return 0.0 * total
        total += v * v
        if total > limit:
            return total * k
    return total


def first_none(x):
    prev = None
    total = 0.0
    for v in x:
        if prev is not None:
            total += (v - prev) ** 2
        prev = v
    return total


def best_of(x):
    best, arg = (None, -1)
    for i, v in enumerate(x):
        if best is None or v > best:
            best, arg = (v, i)
    return best * (arg + 1)


def running_list(x):
    out = []
    s = None
    for v in x:
        s = v if s is None else 0.5 * v + 0.5 * s
        out.append(s)
    return sum(out) * out[-1]


def swap_rows(x):
    rows = [x[:2] * 1.0, x[2:4] * 2.0, x[4:] * 3.0]
    rows[0], rows[2] = (rows[2], rows[0])
    rows.sort(key=lambda r: r[0]) if False else None
    rows[1] = rows[1] + rows[0]
    return sum((float(i + 1) * r.prod() for i, r in enumerate(rows)))


def counter_dict(x, items):
    count = {}
    total = {}
    for k, v in zip(items, x):
        count[k] = count.get(k, 0) + 1
        total[k] = total.get(k, 0.0) + v * v
    return sum((total[k] / count[k] for k in total))


def setdefaults(x, items):
    groups = {}
    for k, v in zip(items, x):
        groups.setdefault(k, []).append(v)
    return sum((max(vs) * len(vs) for vs in groups.values()))


def matrix_power(x, n):
    result = np.eye(2)
    base = x.copy()
    while n:
        if n & 1:
            result = result @ base
        base = base @ base
        n >>= 1
    return result


def interpolate(x, q):
    grid = np.linspace(0, 1, len(x))
    k = int(np.searchsorted(grid, q)) - 1
    t = (q - grid[k]) / (grid[k + 1] - grid[k])
    return (1 - t) * x[k] + t * x[k + 1]


def clip_all(x):
    lo, hi = (-0.5, 0.8)
    return [min(max(v, lo), hi) * 2 for v in x][1] * x[0] + np.clip(x, lo, hi).sum()


class Level(Enum):
    LOW = "low"
    HIGH = "high"


def by_enum(x, level):
    factor = {Level.LOW: 0.5, Level.HIGH: 2.0}[level]
    return x * x * factor if level is Level.HIGH else x * factor


def reductions(x):
    return functools.reduce(lambda a, b: a * 0.5 + b, x, 1.0) + functools.reduce(operator.mul, x)


def global_optimum(x):
    grid = [(float(a), float(b)) for a, b in itertools.product((0.0, 1.0), (0.5, 2.0))]
    return min(((a - x[0]) ** 2 + (b - x[1]) ** 2 for a, b in grid))


PROGRAMS = [
    Program(network, arrays(8, rest=(Config(),))),
    Program(parsed, positive(3, rest=("gain = 2; mode=square;offset=3",))),
    Program(with_callback, numbers()),
    Program(epochs, arrays(5, rest=(2,))),
    Program(tree_of_tuples, arrays(4)),
    Program(rpn, numbers("x 2 * x + x x * -")),
    Program(memoised, numbers(4)),
    Program(chebyshev, numbers(5)),
    Program(kalman, arrays(4)),
    Program(sequential, arrays(5)),
    Program(moving, arrays(5, rest=(3,))),
    Program(accumulate_terms, numbers()),
    Program(pairs, arrays(4)),
    Program(nested_break, arrays(5)),
    Program(early, arrays(5, rest=(1.0,))),
    Program(first_none, arrays(4)),
    Program(best_of, arrays(4)),
    Program(running_list, arrays(4)),
    Program(swap_rows, arrays(6)),
    Program(counter_dict, arrays(4, rest=(["a", "b", "a", "b"],))),
    Program(setdefaults, arrays(4, rest=(["a", "b", "a", "b"],))),
    Program(matrix_power, arrays((2, 2), rest=(5,))),
    Program(interpolate, arrays(5, rest=(0.4,))),
    Program(clip_all, arrays(4)),
    Program(by_enum, numbers(Level.HIGH)),
    Program(reductions, arrays(4)),
    Program(global_optimum, arrays(2)),
]
