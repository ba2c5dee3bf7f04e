"""Dictionaries of lists, and loops over the entries of dictionaries that change meanwhile."""

from __future__ import annotations

from collections import defaultdict

from program import Program, arrays, numbers


def lists_by_setdefault(x, n):
    groups = {}
    for k in range(n):
        groups.setdefault(k % 2, []).append(x * k)
    total = 0.0
    for k, vs in groups.items():
        total += sum(vs) * (k + 1)
    return total


def lists_of_a_defaultdict(x, n):
    groups = defaultdict(list)
    for k in range(n):
        groups[k % 2].append(x * k * k)
    total = 0.0
    for _, vs in groups.items():
        part = 1.0
        for v in vs:
            part += v
        total += part * part
    return total


def means_by_label(x, labels):
    groups = {}
    for v, label in zip(x, labels):
        groups.setdefault(label, []).append(v)
    means = {label: sum(vs) / len(vs) for label, vs in groups.items()}
    return sum(m * m for m in means.values())


def entries_that_later_trips_read(x, n):
    d = {}
    for k in range(n):
        d[k] = x * (k + 1)
    total = 0.0
    for k, v in d.items():
        d[(k + 1) % n] = v * x
        total = total + v * v
    return total + d[0]


def values_that_later_trips_read(x, n):
    d = {}
    for k in range(n):
        d[k] = x * k
    total = 0.0
    for v in d.values():
        d[n - 1] = v * x + 1
        total = total + v * v
    return total + d[0]


def entries_as_pairs(x, n):
    d = {k: x * k for k in range(n)}
    total, pairs = 0.0, []
    for item in d.items():
        d[item[0]] = item[1] * x
        pairs.append(item)
    for key in d.keys():
        total = total + pairs[key][1] * d[key]
    return total


def entries_of_a_copy(x, n):
    d = {k: x * (k + 1) for k in range(n)}
    for k, v in list(d.items()):
        d[(k + 1) % n] = v * v
    return sum(d.values()) + d[0]


def entries_of_known_keys(x, s):
    parts = {"a": x[0] * s, "b": x[1] * s}
    total = s
    for _, v in parts.items():
        parts["b"] = v * s
        total = total + v * x[1]
    return total


def values_of_known_keys(x, s):
    parts = {0: x[0] * s, 1: x[1] * s, 2: x[2]}
    other = parts
    total = s
    for v in parts.values():
        other[2] = v * s
        total = total + v * x[1]
    return total


class Holder:
    def __init__(self, parts):
        self.parts = parts


def entries_that_a_helper_changes(x, s):
    parts = {"a": x[0] * s, "b": x[1]}

    def put(table, value):
        table["b"] = value

    total = s
    for _, v in parts.items():
        put(parts, v * s)
        total = total + v * total
    return total


def entries_of_an_attribute(x, s):
    holder = Holder({"a": x[0] * s, "b": x[1]})
    total = s
    for _, v in holder.parts.items():
        holder.parts["b"] = v * s
        total = total + v * total
    return total


PROGRAMS = [
    Program(entries_that_a_helper_changes, lambda rng: (rng.normal(size=3), 1.3), ("x", "s")),
    Program(entries_of_an_attribute, lambda rng: (rng.normal(size=3), 1.3), ("x", "s")),
    Program(entries_of_known_keys, lambda rng: (rng.normal(size=3), 1.3), ("x", "s")),
    Program(values_of_known_keys, lambda rng: (rng.normal(size=3), 1.3), ("x", "s")),
    Program(lists_by_setdefault, numbers(4)),
    Program(lists_of_a_defaultdict, numbers(4)),
    Program(means_by_label, arrays(4, rest=(["a", "b", "a", "c"],))),
    Program(entries_that_later_trips_read, numbers(3)),
    Program(values_that_later_trips_read, numbers(3)),
    Program(entries_as_pairs, numbers(3)),
    Program(entries_of_a_copy, numbers(3)),
]
