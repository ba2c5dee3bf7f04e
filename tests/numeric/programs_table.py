"""Programs for the constructs of the table (tests/constructs) that no other collection shows."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
from program import Program, arrays, numbers, positive

seen: list[str] = []
printed = StringIO()


def prints(x, n):
    total = 0.0
    for i in range(n):
        print(f"{i}: {x!r:>10}", total, sep=", ", end="", file=printed)
        total += x * i
    return total * x


def mapped(x):
    squares = list(map(lambda v: v * v, x))
    products = list(map(operator.mul, x, squares))
    return sum(squares) + sum(map(np.sin, products))


def reduced_by_functions(x):
    product = functools.reduce(lambda a, b: a * b, x)
    return product + functools.reduce(operator.add, [v * v for v in x], 1.0)


def any_and_all(x):
    if any(v > 100 for v in x) or not all([v > -100 for v in x]):
        return x.sum()
    return (x * x).sum() if all(x > -50) else x[0]


def set_comprehension(x, names):
    kinds = {name[0] for name in names}
    total = 0.0
    for kind in sorted(kinds):
        total = total + x * len(kind) + x * x
    return total * len(kinds)


def weighted(*parts, scale=1.0, **weights):
    total = 0.0
    for part in parts:
        total = total + part
    for name in weights:
        total = total + weights[name] * len(name)
    return total * scale


def variadic(x, y):
    return weighted(x, y, x * y, scale=x, first=y, second=x * x)


def divided(x, y):
    q, r = divmod(x, y)
    return q + r * r + x % y + x // y


def rounded(x, y):
    return round(x, 1) * y + round(y) * x * x + float(y) ** 2


def trips_of_a_value(x, y):
    z = x
    for _ in range(int(y)):
        z = z * x + 0.1
    return z * int(x * 3)


@dataclass
class Spring:
    stiffness: float
    rest: float = 0.5

    @property
    def half(self):
        return self.stiffness / 2

    def energy(self, x):
        return self.half * (x - self.rest) ** 2


@dataclass
class Damped(Spring):
    damping: float = 0.3

    def energy(self, x):
        return super().energy(x) + self.damping * x

    def __call__(self, x):
        return self.energy(x) * 2


def data_class_and_super(x, k):
    spring = Damped(k, damping=k * 0.2)
    spring.rest = 0.25 * x
    return spring(x) + spring.energy(k) * spring.half


def item_of_arrays(x):
    y = x * 2
    return y[1].item() * x.item(0) + float(y[2])


def data_beside(x, n, name, flags):
    total, words, count = 0.0, [], 0
    for i in range(n):
        words.append(f"{name}{i}")
        if flags[i % len(flags)] and name.startswith("a"):
            count += i
            total += x * count
    return total * len("".join(words))


def noted(v: float) -> float:
    seen.append("noted")
    return v * v


def effects(x):
    y = noted(x)
    seen.append("between")
    return y * noted(x)


def comprehensions_of_every_kind(x):
    table = {k: v * v for k, v in enumerate(x)}
    nested = [a * b for a in x for b in x if b > 0]
    rows = [[v * k for v in x] for k in range(2)]
    return sum(table.values()) + sum(nested) + sum(sum(row) for row in rows)


def flat_list_of_lambdas(x):
    actions = {"square": lambda v: v * v, "sine": lambda v: np.sin(v)}
    order = ["sine", "square", "sine"]
    for name in order:
        x = actions[name](x) + 0.1
    return x


def strided(x):
    y = x.copy()
    y[::-2] = x[::2] * x[::-2]
    v = y[1:][::2]
    v += x[: len(v)]
    return y[..., np.newaxis] * x[None] + x[3:3].sum()


def global_read_in_a_helper(x):
    return weighted(x, scale=LEVEL) * LEVEL


LEVEL: Any = 1.3

PROGRAMS: list[Program] = [
    Program(prints, numbers(3)),
    Program(mapped, arrays(3)),
    Program(any_and_all, arrays(3)),
    Program(variadic, numbers(count=2), ("x", "y")),
    Program(reduced_by_functions, positive(3)),
    Program(set_comprehension, numbers(["ab", "ac", "b"])),
    Program(divided, lambda rng: (7.3 + float(rng.uniform(0, 0.2)), 2.1), ("x", "y")),
    Program(rounded, lambda rng: (1.52, 2.2 + float(rng.uniform(0, 0.2))), ("x", "y")),
    Program(trips_of_a_value, lambda rng: (0.9 + float(rng.uniform(0, 0.05)), 3.4)),
    Program(data_class_and_super, numbers(count=2), ("x", "k")),
    Program(item_of_arrays, arrays(3)),
    Program(data_beside, numbers(5, "abc", (True, False, True))),
    Program(effects, numbers()),
    Program(comprehensions_of_every_kind, positive(3)),
    Program(strided, arrays(5)),
    Program(global_read_in_a_helper, numbers()),
    Program(flat_list_of_lambdas, numbers()),
]
