"""Enumerations, data classes as dictionaries and tuples, deep copies, objects that are gone through, trees that end."""

from __future__ import annotations

import copy
import enum
import functools
from dataclasses import asdict, astuple, dataclass
from typing import Any

import numpy as np
from program import Program, arrays, numbers


class Kind(enum.Enum):
    LINEAR = 1
    SQUARE = 2

    def value_at(self, x):
        return x if self is Kind.LINEAR else x * x


class Axis(enum.IntEnum):
    X = 0
    Y = 1


def by_kind(x, kind):
    match kind:
        case Kind.LINEAR:
            return 3 * x
        case Kind.SQUARE:
            return x * x
    return 0.0


def every_member(x):
    total = sum(by_kind(x, k) * k.value for k in Kind)
    for k in Kind:
        total = total + k.value_at(x) ** k.value
    return total


def functions_by_member(x):
    table = {Kind.LINEAR: lambda v: v, Kind.SQUARE: lambda v: v * v}
    return sum(table[k](x) * k.value for k in Kind)


def values_by_member(x):
    parts = {k: x * k.value for k in Kind}
    parts[Kind.LINEAR] = parts[Kind.SQUARE] * x
    total = 0.0
    for k, v in parts.items():
        total = total + v * v if k is Kind.LINEAR else total * v
    return total + parts.get(Kind.LINEAR, 0.0)


def cells_by_member(x):
    product = 1.0
    for axis in Axis:
        product = product * x[axis]
    return product * x[Axis.Y + 1] * (Axis.Y + 1)


@dataclass
class Layer:
    weight: Any
    bias: float

    def __post_init__(self):
        self.scale = self.bias * 2


@dataclass
class Network:
    first: Layer
    rate: float


def fields_of_data_classes(x, b):
    network = Network(Layer(x, b), 0.5)
    named, listed = asdict(network), astuple(network)
    named["first"]["weight"][0] = 3.0 * x[1]
    assert "scale" not in named["first"] and len(listed) == 2
    return named["first"]["weight"] * listed[0][0] * listed[0][1] + network.first.scale * named["rate"] * x


def copied_deeply(x):
    state = {"pair": [x[0], 2 * x[0]], "inner": {"c": np.ones(3) * x, "d": x * x}}
    other = copy.deepcopy(state)
    other["pair"][0] = x[0] * x[1]
    other["inner"]["c"][1] = 5.0 * x[2]
    return (
        state["pair"][0] + other["pair"][0] * 2 + state["inner"]["c"] * other["inner"]["c"] ** 2 * other["inner"]["d"]
    )


class Pair:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __iter__(self):
        yield self.x
        yield self.y


def object_gone_through(x, y):
    pair = Pair(x, y)
    return sum(pair) * np.array(list(pair)).prod() + max(pair) * tuple(pair)[1]


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right


def total_of(node, depth=0):
    if node is None:
        return 0.0
    return node.value * 0.5**depth + total_of(node.left, depth + 1) * 2.0 + total_of(node.right, depth + 1) ** 2


def tree_that_ends(x):
    return total_of(Node(x, Node(x * x, None, Node(2.0 * x)), Node(1.0)))


def cache_of_a_nested_function(x, n):
    @functools.cache
    def power(k):
        return x**k

    @functools.lru_cache(maxsize=None)
    def root(k):
        return np.sqrt(x) * k

    return sum(power(k % 2) * root(k) for k in range(n))


PROGRAMS = [
    Program(every_member, numbers()),
    Program(functions_by_member, numbers()),
    Program(values_by_member, numbers()),
    Program(cells_by_member, arrays(3)),
    Program(fields_of_data_classes, lambda rng: (rng.normal(size=3), float(rng.normal())), ("x", "b")),
    Program(copied_deeply, arrays(3)),
    Program(object_gone_through, numbers(count=2), ("x", "y")),
    Program(tree_that_ends, numbers()),
    Program(cache_of_a_nested_function, numbers(4)),
]
