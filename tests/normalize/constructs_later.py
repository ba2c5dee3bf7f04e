"""More constructs that are brought into Core form: patterns, stars, displays, comprehensions of every kind."""

from __future__ import annotations

import numpy as np
from constructs import say


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


def literals(v):
    match v:
        case "a" | "b":
            return 1
        case 3 as n:
            return n + 1
        case None | True:
            return say("singleton", 2)
        case -1.5:
            return 4
    return 0


def sequences(v):
    match v:
        case []:
            r = "empty"
        case [x] | (x, _, _):
            r = x
        case [1, *rest]:
            r = rest
        case [*start, (a, b)] if say(a) > b:
            r = start
        case [x, y]:
            r = y
        case _:
            r = "none"
    return r


def parts(a, b):
    match say(a), b:
        case 0, 0:
            return "origin"
        case (0, y) | (y, 0) if y > 1:
            return y
        case x, *ys:
            return x, ys


def mappings(v):
    match v:
        case {"kind": "move", "by": (dx, dy)}:
            return dx, dy
        case {"kind": kind, **rest}:
            return kind, rest
        case {}:
            return "other"
    return None


def classes(v):
    match v:
        case Point(0, 0):
            return "origin"
        case Point(x=int(x), y=0) | Point(0, x):
            return x
        case Point(missing=_):
            return "never"
        case Point() as p:
            return p.x + p.y
        case str(s) | [str(s), *_]:
            return s


def matched_in_a_loop(vs):
    total = 0
    for v in vs:
        match v:
            case int() if v < 0:
                break
            case 0:
                continue
            case [v, *_]:
                total += 10 * v
            case _:
                total += v
    else:
        return total
    return -total


def stars(xs, p):
    first, *rest = xs
    a, (b, *c), *d = p
    *e, f = say(a), say(f"{b}"), xs
    return first, rest, a, b, c, d, e, f


def stars_in_targets(ps):
    out = []
    for k, *ps in ps:
        out.append((k, ps))
    return out, [b for a, *b in out]


def joined(xs, d):
    ys = [0, *xs, *(say(x) for x in xs), 9]
    t = (*xs, *ys), 1, *d
    return ys, t, {**d, "a": say(5), **{"b": 2}}, sorted({*xs, 3})


def comprehensions_of_all_kinds(xs):
    names = {k: v for k, v in enumerate(xs) if v}
    found = sorted({x % 3 for x in xs})
    return names, found, sum(x for x in xs), max((x for x in xs), default=0), ",".join(str(x) for x in xs)


def lazy_readers(xs):
    a = any(say(x) > 2 for x in xs if x)
    b = all(say(x) < 2 for x in xs)
    c = next((x for x in xs if say(x) > 1), say("none"))
    d = any(x > y for x in xs for y in xs)
    return a, b, c, d, next(x for x in xs if x)


def walrus_in_comprehension(xs):
    total = 0
    sums = [total := total + x for x in xs]
    return sums, total


def without_items(xs, d):
    del xs[0], d["a"]
    del xs[1:]
    return xs, d


def cells_in_loops(xs):
    out = [0, 0]
    for out[1] in xs:
        out[0] += out[1]
    return out


def with_targets(n):
    with manager(n) as (a, b), manager(a) as c:
        d = a + b
    return c, d


class manager:
    def __init__(self, n):
        self.n = n

    def __enter__(self):
        return say((self.n, self.n + 1), (self.n, self.n + 1))

    def __exit__(self, *error):
        say("exit")


def caused(n):
    if n > 1:
        raise ValueError(n) from KeyError(say(n))
    return n


def tried(s, n):
    out = []
    for t in s:
        try:
            if t == "end":
                break
            k = int(t)
            if k == n:
                return out, say(k)
            out.append(10 // k)
        except ValueError as error:
            out.append(str(error)[:7])
            continue
        except (ZeroDivisionError, TypeError):
            say("other")
            k = -1
        else:
            say("fine")
        finally:
            out.append(say("finally"))
        out.append(k)
    else:
        return out
    return out, n


def reraised(n):
    try:
        try:
            if n == 1:
                raise KeyError(n)
            k = 6 // n
        except ZeroDivisionError:
            say("first")
            raise
        finally:
            say("inner")
    except (ZeroDivisionError, KeyError) as error:
        k = say(repr(error))
    return k


def not_caught(n):
    try:
        return say(1) // n
    except KeyError:
        say("never")
    finally:
        say("finally")


def returned_from_try(t):
    try:
        return int(t)
    except ValueError:
        return say("no")


def shared(n):
    total = n

    def add(k):
        nonlocal total
        total += k
        return total

    a = total + add(1)
    b = [total, add(2), total]
    total += add(3)
    c = say(total, total) + add(add(4))
    for i in range(total - total + 2):
        total *= 2 - add(1)
    xs = [0] * 99
    xs[add(1) % 7] = total, add(1)
    return a, b, c, total, xs, total if add(1) > 3 else -total, max(total, add(5), total)


def shared_on_two_levels(n):
    s = n

    def outer(k):
        t = s * k

        def inner(v):
            nonlocal t, s
            t = t * v
            s = s + t

        for i in range(2):
            inner(i + 1)
        return t

    return outer(2) + s, outer(3) + s


CASES = [
    (literals, [("a",), (3,), (None,), (True,), (-1.5,), (7,)]),
    (sequences, [([5],), ((1, 2, 3),), ([1, 4],), ([2, (3, 1)],), ([2, (1, 3)],), ([2, 5],), ("ab",), (np.ones(2),)]),
    (parts, [(0, 0), (0, 2), (2, 0), (0, 1), (3, 4)]),
    (mappings, [({"kind": "move", "by": (1, 2)},), ({"kind": "turn", "by": 3},), ({"a": 1},), ([],)]),
    (classes, [(Point(0),), (Point(3),), (Point(0, 4),), (Point(1.5, 2),), ("text",), (["t", 1],), (3,)]),
    (matched_in_a_loop, [([1, 0, [2, 3], 4],), ([1, -1, 5],), ([],)]),
    (stars, [([1, 2, 3], (4, [5, 6], 7, 8)), ([1], (4, [5])), ([], (1, [2])), ([1], (1, []))]),
    (stars_in_targets, [([(1, 2, 3), (4,)],), ([],)]),
    (joined, [([1, 2], {"a": 1, "c": 3}), ([], {})]),
    (comprehensions_of_all_kinds, [([1, 0, 5],), ([],)]),
    (lazy_readers, [([0, 1, 3, 4],), ([1, 1],), ([0],), ([],)]),
    (walrus_in_comprehension, [([1, 2, 3],), ([],)]),
    (without_items, [([1, 2, 3], {"a": 1, "b": 2}), ([1], {"b": 1})]),
    (cells_in_loops, [([1, 2],), ([],)]),
    (with_targets, [(1,)]),
    (tried, [(["1", "a", "0", "5"], 7), (["2", "end", "3"], 7), (["3", "2"], 2), ([], 0)]),
    (reraised, [(0,), (1,), (2,)]),
    (not_caught, [(1,), (0,)]),
    (returned_from_try, [("3",), ("a",)]),
    (shared, [(1,), (5,)]),
    (shared_on_two_levels, [(1,), (2,)]),
    (caused, [(1,), (2,)]),
]  # fmt: skip
