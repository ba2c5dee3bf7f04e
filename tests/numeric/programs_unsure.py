"""Lists and dictionaries that are empty on some ways to a place: only the run can tell whether they are true."""

from __future__ import annotations

from program import Program, numbers


def queue_of_pairs(x, y):
    queue, total = [(x, 0)], 0.0
    while queue:
        value, depth = queue.pop(0)
        total += value * y
        if depth < 2:
            queue.append((value * 0.5, depth + 1))
            queue.append((value * value, depth + 1))
    return total


def dict_set_in_a_branch(x, y, n):
    found = {}
    if x > n:
        found["a"] = y
    if found:
        return found["a"] * x
    return x**2


def dict_or_another(x, y, n):
    found = {}
    if x > n:
        found["a"] = y
    found = found or {"a": x * 3}
    return found["a"] * x


def choice_by_a_dict(x, y, n):
    found = {"a": y}
    if x > n:
        del found["a"]
    return found["a"] * x if found else x**3 + y * bool(found)


UNSURE = [dict_set_in_a_branch, dict_or_another, choice_by_a_dict]
PROGRAMS = [
    Program(queue_of_pairs, numbers(count=2), ("x", "y")),
    *(Program(f, numbers(k, count=2), ("x", "y"), note) for f in UNSURE for k, note in [(0, "set"), (3, "empty")]),
]
