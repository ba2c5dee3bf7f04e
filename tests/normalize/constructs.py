"""Functions of every construct that is brought into Core form, each with the arguments that it is tried on."""

from __future__ import annotations

import numpy as np

LOG: list[object] = []


def say(value, result=None):
    """Note in which order things are evaluated."""
    LOG.append(value if np.isscalar(value) or value is None else np.copy(value).tolist())
    return value if result is None else result


def change(A):
    """Change an array, and return a number."""
    A[0] = A[0] * 2 + 1
    return 5.0


def pair(x):
    return x, (x + 1, x + 2)


# Jumps


def first_negative(xs):
    for i in range(len(xs)):
        if xs[i] < 0:
            return i
    return -1


def nothing_after_loop(xs):
    for x in xs:
        if x > 2:
            return x


def find_in_rows(xs, limit):
    count = 0
    for i in range(3):
        for x in xs:
            if x < 0:
                continue
            if x > limit:
                return i, x
            count += 1
        else:
            count += 10
    return count, -1.0


def search_else(xs):
    for x in xs:
        if x > 2:
            found = x
            break
    else:
        found = 0.0
    return found


def while_else(n):
    while n > 3:
        n -= 1
        if n == 5:
            n = -1
            break
    else:
        n = 100
    return n


def break_evaluates_no_condition(n):
    while say(n) < 5:
        n += 1
        if n == 3:
            break
    return n


def nested_continue(n):
    total = 0
    for i in range(n):
        if i % 2:
            if i == 3:
                continue
            total += 1
        for j in range(i):
            if j == 2:
                break
            total += j
        total += 10
    return total


def many_returns(x, y):
    if x > 0:
        if y > 0:
            return x, y
        x = -x
    elif y > 1:
        return y, x
    return x, y + 1


def returns_same(x):
    if x > 1:
        x = x * 2
        return x
    x = x + 1
    return x


def endless(n):
    while True:
        n += 1
        if n % 7 == 0:
            return n


def raising(x):
    if x < 0:
        raise ValueError(f"negative: {x}")
    assert x != 1, f"one {x}"
    return x


def returns_nothing(A):
    A[0] = 1.0
    if A[1] > 0:
        return
    A[1] = 3.0


def break_before_continue(x):
    while True:
        if x > 10:
            break
        if x == 7:
            x += 100
            continue
        x += 1
    return x


def returns_from_with(x):
    with np.errstate(all="ignore"), np.printoptions(precision=3) as options:
        if x > 0:
            return x, options["precision"]
        x = x + 1
    return x, 0


def jumps_in_branches(xs, n):
    total = 0
    if n > 0:
        for x in xs:
            if x < 0:
                if n > 2:
                    return total
                total += 100
                break
            if x > 2:
                if n > 1:
                    continue
                total += 5
            total += 1
        total += 10
    for i in range(n):
        while total < 50:
            total += i + 1
            if total == 17:
                return total
            if total % 5 == 4:
                break
        else:
            continue
        if i == 1:
            break
    return total


# Loops


def variable_after(n):
    i = -1
    for i in range(n):
        pass
    return i


def rebinds_variable(n):
    total = 0
    for i in range(n):
        i = i * 2
        total += i
    return total


def rebinds_bound(n):
    total = 0
    for i in range(n):
        n = n - 1
        total += n
    return total, n


def two_loops(n, m):
    total = 0
    for i in range(n):
        total += i
    for i in range(m, 0, -1):
        total += i * 10
    return total


def rows(A):
    total = 0.0
    for row in A:
        row[0] = 2.0
        for v in row:
            total += v
    return total, A


def enumerated(xs, ys):
    total = 0.0
    for k, (x, y) in enumerate(zip(xs, ys), 2):
        total += k * x - y
    return total


def zipped_with_range(xs, n):
    total = 0.0
    for x, i, j in zip(xs, range(n), range(1, 5)):
        total += x * i + j
    for both in zip(xs, xs):
        total += both[0] * both[1]
    return total


def backwards(xs, n):
    out = []
    for x in reversed(xs):
        out.append(x)
    for i in reversed(range(n)):
        out.append(i)
    for i in reversed(range(1, n)):
        out.append(i)
    for i in reversed(range(0, n, 2)):
        out.append(i)
    for i, x in enumerate(reversed(xs)):
        out.append(i * x)
    return out


def over_items(xs):
    table = {"a": 1.0, "b": xs[0]}
    total = 0.0
    for name, value in table.items():
        total += value
    for name in {"c": 2}:
        total += len(name)
    return total


def iterated_name_rebound(xs):
    total = 0.0
    for x in xs:
        xs = xs * 2
        total += x + xs[0]
    return total


def grows_while_walked(n):
    xs = [n]
    for x in xs:
        if x > 0:
            xs.append(x - 1)
    return xs


# Assignment


def swaps(a, b, c):
    a, b = b, a
    a, b, c = c, a, b
    a, b = b, a + b
    [a, b] = [b * 2, a]
    return a, b, c


def chained(x):
    a = b = x + 1
    c = (d, e) = a, b
    i = A = [0, 0, 0]
    j = A[j if False else 1] = 2
    return a, b, c, d, e, i, A, j


def nested_targets(x):
    a, (b, c) = pair(x)
    _, _ = pair(x)
    return a * b - c


def cell_targets(A, i):
    i, A[i] = 2, A[i] + 1
    A[0], A[1] = A[1], A[0]
    A[i], i = i, 0
    return A, i


def order_of_cells(A):
    A[0] += change(A)
    A[int(say(1.0))] *= say(A[1])
    A[0] -= A[1]
    A[0] **= 2
    return A


def list_of_arrays(x):
    parts = [x, x + 1]
    parts[0] *= 2
    parts[1] += 1
    return x, parts


def alias_in_place(x):
    y = x
    y += 1
    y *= 2
    return x, y


class Layer:
    def __init__(self, w):
        self.w = w
        self.inner = self

    def scale(self, x):
        return self.w * x

    def __repr__(self):
        return f"Layer({self.w!r})"


def attributes(x, k):
    layer = Layer(x)
    layer.w *= 2
    layer.inner.w[k] += 1
    layer.inner.inner.w[k] *= layer.w[0]
    layer.inner.w = layer.inner.scale(3.0)
    a, layer.w = layer.w, layer.inner.inner.w + 1
    return a, layer.w, x, layer.inner.scale(x).sum()


# Expressions


def lazy_operands(x, y):
    a = 1 / x if x != 0 else y
    b = x and say(10 / x)
    c = x or say(y) or say(7)
    d = 0 < say(x) < say(y) < 3
    e = not (x and y)
    return a, b, c, d, e


def lazy_tests(x, y):
    total = 0
    if x != 0 and 1 / x > 0:
        total += 1
    if x > 0 and say(y) > 0 or say(3) < 2:
        total += 10
    elif say(x) == 0:
        total += 100
    while total < 300 and say(total) >= 0:
        total += 120
    return total


def effects_in_branches(x):
    x > 0 and say(x)
    say(1) if x > 1 else say(2)
    return x


def reads_itself(x):
    x = x and say(x) + x
    return x


def walrus(xs):
    total = 0.0
    if (n := len(xs)) > 2 and (m := n * 2) > 5:
        total += m
    y = n + (n := 5) + n
    while (n := n - 1) > 2:
        total += n
    return total, y, n


def comprehensions(xs, n):
    v = 100
    squares = [v * v for v in xs if v > 0]
    table = [[i * j for j in range(i)] for i in range(n)]
    flat = [x for row in table for x in row if x]
    xs = [x + len(xs) for x in xs]
    return sum([s for s in squares]) + v, table, flat, xs, say(1) + sum([say(u) for u in xs])


def lambdas(x):
    double = lambda v, k=2: v * k
    return double(x) + double(x, k=3) + (lambda: x + 1)() + sum([f(x) for f in [lambda u: u, double]])


def nested_function(x, n):
    def power(v, k):
        if k == 0:
            return 1.0
        return v * power(v, k - 1)

    total = 0.0
    for i in range(n):
        total = total + power(x, i)
    return total


def captured(x):
    k = 1

    def g(v):
        return v * k

    a = g(x)
    k = 2
    return a + g(x)


def indexing(A, i):
    idx = [2, 0, 1]
    B = A[:, np.newaxis] * A[None, :]
    B[idx[i], : len(A) - 1] = A[i - 1] + A[1:].sum()
    B[[0, 2], 1] += 1.0
    return B, A[A > 1], B.shape[0], (A * 2)[i], A[::-1][i], B.T.copy().sum(axis=(0, 1))


def formatted(x, n):
    return f"{x * 2:.{n}f} and {n!r}"


def versions(x, n):
    x = x * 2
    y = x
    x = x + y
    if n > 1:
        x = x + 1
    for k in range(n):
        x = x * 2
        y = x
    x = y
    return x + y


def maybe_unbound(n):
    if n > 0:
        z = 1
    z = z + 1
    return z


XS = [0.5, 3.0, -1.0, 2.5]
CASES = [
    (first_negative, [(XS,), ([1.0],), ([],)]),
    (nothing_after_loop, [(XS,), ([],), ([1.0],)]),
    (find_in_rows, [(XS, 2.0), (XS, 9.0), ([], 1.0)]),
    (search_else, [(XS,), ([],), ([1.0],)]),
    (while_else, [(2,), (4,), (9,)]),
    (break_evaluates_no_condition, [(0,), (3,), (9,)]),
    (nested_continue, [(0,), (1,), (6,)]),
    (many_returns, [(1, 1), (1, -1), (-1, 2), (-1, 0)]),
    (returns_same, [(0,), (5,)]),
    (endless, [(1,), (6,)]),
    (raising, [(-1,), (1,), (2,)]),
    (returns_nothing, [(np.ones(3),), (-np.ones(3),)]),
    (break_before_continue, [(1,), (5,), (20,)]),
    (returns_from_with, [(1.0,), (-1.0,)]),
    (jumps_in_branches, [(XS, 0), (XS, 1), (XS, 2), (XS, 3), ([], 4), ([1.0], 9)]),
    (variable_after, [(0,), (4,)]),
    (rebinds_variable, [(0,), (4,)]),
    (rebinds_bound, [(0,), (4,)]),
    (two_loops, [(0, 2), (3, 0), (2, 4)]),
    (rows, [(np.ones((3, 2)),), (np.ones((0, 2)),)]),
    (enumerated, [(XS, [1.0, 2.0]), ([], XS), (np.array(XS), XS)]),
    (zipped_with_range, [(XS, 2), (XS, 9), ([], 3), (XS, -1)]),
    (backwards, [(XS, 3), ([], 0), (XS, 1), (XS, 6)]),
    (over_items, [(XS,)]),
    (iterated_name_rebound, [(np.array(XS),), (np.zeros(0),)]),
    (grows_while_walked, [(0,), (3,)]),
    (swaps, [(1, 2, 3)]),
    (chained, [(1,)]),
    (nested_targets, [(1,)]),
    (cell_targets, [(np.array([4.0, 5.0, 6.0]), 0), (np.array([4.0, 5.0, 6.0]), 1)]),
    (order_of_cells, [(np.array([4.0, 5.0]),)]),
    (list_of_arrays, [(np.array([4.0, 5.0]),)]),
    (alias_in_place, [(np.array([4.0, 5.0]),), (3.0,)]),
    (attributes, [(np.array([4.0, 5.0]), 1)]),
    (lazy_operands, [(0, 2), (1, 2), (2, 1), (0, 0)]),
    (lazy_tests, [(0, 2), (1, 2), (1, -2)]),
    (effects_in_branches, [(0,), (1,), (2,)]),
    (reads_itself, [(0,), (3,)]),
    (walrus, [(XS,), ([],)]),
    (comprehensions, [(XS, 3), ([], 0)]),
    (lambdas, [(2.0,)]),
    (nested_function, [(2.0, 3), (2.0, 0)]),
    (captured, [(2.0,)]),
    (indexing, [(np.array([1.0, 2.0, 3.0]), 1), (np.array([1.0, 2.0, 3.0]), 2)]),
    (formatted, [(2.0, 3)]),
    (versions, [(2.0, 0), (2.0, 3)]),
    (maybe_unbound, [(0,), (1,)]),
]
