"""Values gathered: tuples that grow, columns of rows, heaps, ordered dictionaries; functions chosen by a key."""

from __future__ import annotations

import heapq
from collections import OrderedDict, namedtuple
from dataclasses import dataclass, replace

import numpy as np
from program import Program, numbers, positive


def grown_by_a_sum(x, n):
    t = ()
    for k in range(n):
        t = t + (x * k,)
    return sum(t) * t[-1]


def grown_in_place(x, n):
    t = (x,)
    for _ in range(n):
        t += (t[-1] * x,)
    total = 0.0
    for k, v in enumerate(t):
        total = total + v * k
    return total


def grown_in_front(x, n):
    t = (1.0,)
    while len(t) < n:
        t = (x * t[0],) + t
    return t[0] * len(t) + max(t)


def grown_by_pairs(x, n):
    pairs = ()
    for k in range(n):
        pairs = pairs + ((x * k, k),)
    total = 0.0
    for value, weight in pairs:
        total = total + value * weight
    return total


def grown_by_arrays(x):
    rows = ()
    for k in range(3):
        rows = rows + (x * k,)
    return np.stack(rows).sum() * np.concatenate(rows)[-1]


def columns_of_lists(x):
    first, second = zip(*[[x, 1.0], [2.0, x * x], [x, 3.0]])
    return sum(first) * sum(second)


def columns_grown(x):
    rows = []
    for k in range(3):
        rows.append((x * k, x + k))
    total = 0.0
    for a, b, c in zip(*rows):
        total = total + a * b + c
    return total


def columns_of_a_matrix(x):
    total = 0.0
    for column in zip(*x):
        total = total + column[0] * column[1]
    return total


def least_first(x):
    heap = []
    for k in range(len(x)):
        heapq.heappush(heap, x[k])
    least = heapq.heappop(heap)
    return least * heapq.heappop(heap) ** 2 + heapq.heapreplace(heap, least * 3)


def merged_by_cost(x):
    heap = [x[0], x[1], x[2], x[3]]
    heapq.heapify(heap)
    cost = 0.0
    while len(heap) > 1:
        both = heapq.heappop(heap) + heapq.heappop(heap)
        cost = cost + both
        heapq.heappush(heap, both)
    return cost * heap[0]


def queue_of_events(x):
    events = [(2.0, x[0]), (0.5, x[1])]
    heapq.heapify(events)
    total, clock = 0.0, 0.0
    while events and clock < 3.0:
        clock, value = heapq.heappop(events)
        total = total + value * clock
        if clock < 1.5:
            heapq.heappush(events, (clock + 0.7, value * x[2]))
    return total


def few_of_many(x):
    return heapq.nsmallest(2, [x[0], x[1], x[2]])[1] * heapq.nlargest(1, list(x))[0]


def ordered(x, n):
    terms = OrderedDict(first=x, second=2.0)
    terms["third"] = x * x
    powers = OrderedDict()
    for k in range(n):
        powers[k] = x**k
    return sum(v * x for v in terms.values()) + sum(powers.values())


def chosen_by_name(x, names):
    scale = x * 2

    def grow(v, by=1.0):
        return v * x * by

    table = {"grow": grow, "scale": lambda v: v * scale, "sine": np.sin}
    for name in names:
        x = table[name](x)
    return x


def chosen_by_place(x, places):
    steps = [lambda v: v * x, lambda v: v + x, np.cos]
    y = x
    for k in places:
        step = steps[k]
        y = step(y) * step(x)
    return y


def chosen_for_an_effect(x, key):
    w = np.ones(2) * x

    def store(v):
        w[0] = v * x

    def add(v):
        w[1] += v

    {"store": store, "add": add}[key](x)
    return w.sum() * w[0]


def class_inside(x, n):
    class State:
        """A state that decays."""

        gain: float = 0.5

        def __init__(self, v):
            self.v = v

        def step(self, u):
            self.v = np.tanh(self.v * self.gain + u)
            return self

        def __add__(self, other):
            return State(self.v + other.v)

    class Fast(State):
        gain = 2.0

        def __init__(self, v, w):
            super().__init__(v)
            self.w = w

        @property
        def total(self):
            return self.v * self.w

        @staticmethod
        def twice(z):
            return 2 * z

    state = Fast(x, x * x)
    for _ in range(n):
        state.step(x)
    return Fast.twice(state.total) + (State(x) + State(1.0)).step(x).v


def data_class_inside(x):
    @dataclass(frozen=True)
    class Options:
        rate: float = 0.1
        steps: int = 3
        names: tuple = ("a", "b")

    options = replace(Options(rate=x), steps=4)
    for _ in range(options.steps):
        x = x - options.rate * x * 0.1
    return x * len(options.names)


def named_tuple_inside(x):
    Pair = namedtuple("Pair", ["a", "b"])
    p = Pair(x, b=x * x)
    a, b = p
    return a * p.b + p._replace(a=b).a


def apart(rng):
    """Four numbers in any order, no two of them close."""
    return (rng.permutation([0.5, 0.9, 1.3, 1.7]) + rng.uniform(0.0, 0.1, size=4),)


PROGRAMS = [
    Program(grown_by_a_sum, numbers(4)),
    Program(grown_in_place, numbers(4)),
    Program(grown_in_front, numbers(4)),
    Program(grown_by_pairs, numbers(4)),
    Program(grown_by_arrays, positive(3)),
    Program(columns_of_lists, numbers()),
    Program(columns_grown, numbers()),
    Program(columns_of_a_matrix, positive((2, 3))),
    Program(least_first, apart),
    Program(merged_by_cost, apart),
    Program(queue_of_events, positive(3)),
    Program(few_of_many, apart),
    Program(ordered, numbers(4)),
    Program(chosen_by_name, numbers(("grow", "sine", "scale"))),
    Program(chosen_by_place, numbers((1, -3))),
    Program(chosen_for_an_effect, numbers("store"), note="store"),
    Program(chosen_for_an_effect, numbers("add"), note="add"),
    Program(class_inside, numbers(3)),
    Program(data_class_inside, numbers()),
    Program(named_tuple_inside, numbers()),
]
