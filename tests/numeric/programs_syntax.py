"""Programs of every kind of Python syntax: unpacking, `match`, comprehensions, `import`, `nonlocal`, `with`, jumps."""

from __future__ import annotations

import math

import numpy as np
from program import Program, arrays, numbers, positive

# Jumps


def for_else(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i):
            if x[j] > 1.5:
                s += x[i]
                break
            s += x[i] * x[j]
        else:
            s *= 1.5
    else:
        s = s * x[0]
    return s


def while_else(x, limit):
    k = 0
    while x < limit:
        x = x * 1.7
        k += 1
        if k == 4:
            x = x + 1
            break
    else:
        x = x * x
    return x


def while_true_in_loops(x):
    s = 0.0
    for v in x:
        n = 0
        while True:
            v = np.sin(v) * 0.6
            n += 1
            if v < 0.1:
                break
            if n > 4:
                s += 1
                break
            if n % 2:
                continue
            s += v
        s += v
    return s


def return_from_three_loops(a, limit):
    s = 0.0
    for i in range(3):
        for j in range(3):
            k = 0
            while k < 3:
                s += a[i, j] * a[j, k]
                if s > limit:
                    return s * a[k, i]
                k += 1
            else:
                s *= 0.9
    return s


# Unpacking


def starred_targets(x):
    first, *rest = x
    *start, last = rest
    a, *middle, b = [first, last, first * last, last * 2]
    return first * start[0] + last * a * middle[1] + b * len(start)


def starred_of_tuples(x, y):
    pair = (x, y, x * y)
    a, *rest = pair
    (b, *others), c = (a, x, y), y
    *nothing, d, e = x, y
    return a * rest[1] + b * others[0] * c + d * e + len(nothing)


def starred_of_rows(a):
    top, *rows = a
    s = top @ top
    for row in rows:
        s += row @ top
    return s


def starred_in_loops(x):
    s = 0.0
    for k, *pair in [(1.5, x[0], x[1]), (2.5, x[1], x[2])]:
        s += k * pair[0] * pair[1]
    return s


def starred_in_displays(x):
    ys = [v * v for v in x]
    zs = [1.0, *ys, ys[0] * 2, *ys[1:]]
    t = (*x.shape, 2)
    s = np.zeros(t)
    s[0] = zs[3]
    s[1, 1] = zs[-1]
    return s


def cells_as_loop_targets(x):
    a = np.zeros(3)
    s = 0.0
    for a[1] in x:
        s += a[1] * a[1]
    for i, a[i] in enumerate(x):
        s += a[i] * a[0]
    return s + a.sum()


def dict_of_dicts(x, y):
    base = {"a": x, "b": y}
    more = {**base, "c": x * y, "b": x}
    return more["a"] * more["b"] + more["c"]


def walrus(x):
    s = 0.0
    while (n := s + x) < 4.0:
        s = n * 1.2
    total = [(last := v * x) * last for v in (1.0, 2.0)]
    if (m := s * n) > 0 and (k := m * 2) > 0:
        s += m * k
    return s + total[0] * total[1] + last


# Match


def match_literals(x, mode, n):
    match mode:
        case "sin":
            y = np.sin(x)
        case "cos" | "cosine":
            y = np.cos(x)
        case _:
            y = x
    match n:
        case 0:
            return y
        case 1 | 2 as k:
            return y * x * k
        case -3:
            return y * 4
        case int(k) if k > 5:
            return y * k
        case float() | None:
            return -y
    return y * y


def match_sequences(x, y, shape):
    match shape:
        case []:
            s = x
        case [n]:
            s = x * n
        case (n, m) if n == m:
            s = x * y * n
        case [n, *rest, last]:
            s = x * y * last + n + len(rest)
        case _:
            s = y
    return s


def match_active(x, y):
    match (x, y, x * y):
        case (a, _, c) if a > 1:
            return a * c
        case (a, b, _):
            return a * b * b


def match_mappings(x, options):
    match options:
        case {"mode": "power", "n": n}:
            return x**n
        case {"mode": "scale", **rest}:
            return x * rest["by"]
        case {}:
            return x * x
    return -x


class Move:
    __match_args__ = ("kind", "steps")

    def __init__(self, kind, steps):
        self.kind = kind
        self.steps = steps


def match_classes(x, move):
    match move:
        case Move("left", n):
            return x * n
        case Move(kind="right", steps=n) if n > 1:
            return x**n
        case Move(kind=str(k)):
            return x * len(k)
    return x * x * x


def match_in_a_loop(x, words):
    y = np.zeros(len(x))
    for i, word in enumerate(words):
        match word, i:
            case "skip", _:
                continue
            case "stop", k if k > 2:
                break
            case "twice", _:
                y[i] = 2 * x[i] * x[0]
            case w, 0:
                y[i] = x[i] * len(w)
            case _:
                y[i] += x[i] * x[i]
    return y


# Comprehensions and generator expressions


def comprehensions(x):
    ys = [[a * b for b in x] for a in x]
    zs = [a * i for i, row in enumerate(ys) if i for a in row if a > -100]
    pairs = [(a, b) for a, b in zip(x, x[1:])]
    keys = {i % 2 for i in range(3)}
    return sum(zs) + pairs[0][0] * pairs[1][1] + len(keys)


def generator_expressions(x):
    a = sum(v * v for v in x)
    b = max(v * x[0] for v in x)
    c = math.prod(v for v in x if v > 0)
    d = math.fsum(v * 2 for v in x)
    e = np.array(list(v * v for v in x))
    f = "-".join(str(k) for k in range(3))
    return a * b + c * d + e[1] * len(f)


def lazy_generator_expressions(x):
    first = next(v * v for v in x if v > 0.6)
    none = next((v for v in x if v > 100), x[1] * 2)
    if any(v > 1.5 for v in x):
        first = first * 2
    if all(v > 0 for v in x) and not all(v > 1 for v in x):
        none = none * x[0]
    s = 0.0
    for v in (w * w for w in x if w < 1.9):
        s += v * first
        if s > 3:
            break
    for i, v in enumerate(w * 3 for w in x):
        s += i * v
    for u, v in zip((w * 2 for w in x), x):
        s += u * v
    return s + none


def dict_comprehensions(x, names):
    d = {name: v * v for name, v in zip(names, x)}
    scale = {name: k for k, name in enumerate(names)}
    return d[names[0]] * d[names[1]] + scale[names[1]] * x[0]


def comprehension_of_arrays(a, x):
    rows = np.array([row * x for row in a])
    cols = np.stack([a[:, j] * j for j in range(a.shape[1])])
    return rows @ cols


# Imports and annotations


def imports_inside(x):
    """Docstrings are no statements."""
    import math
    from math import cos as cosine
    from math import sin

    import numpy.linalg as la

    y: float = math.exp(-x) * sin(x)
    z: float
    z = cosine(y)
    for _ in range(2):
        import cmath as constants

        z = z * constants.pi
    return y * z + la.norm(np.array([x, y]))


def imports_that_may_fail(x):
    try:
        import a_module_that_is_not_there as fast
    except ImportError:
        fast = None
    try:
        from math import tau
    except ImportError:
        tau = 6
    if fast is None:
        return x * x * tau
    return fast.square(x)


# Functions inside


def nonlocal_counter(x):
    n = 0

    def step(v):
        nonlocal n
        n += 1
        return v * n

    return step(x) * step(x) + step(x)


def nonlocal_accumulator(x):
    total = 0.0
    history = []

    def add(v):
        nonlocal total
        total = total * 0.5 + v * v
        history.append(total)

    for v in x:
        if v > 0.7:
            add(v)
    add(total)
    return total + history[0]


def nonlocal_of_two_levels(x):
    s = x

    def outer(k):
        t = s * k

        def inner():
            nonlocal t, s
            t = t * s
            s = s + t

        inner()
        inner()
        return t

    a = outer(0.3)
    return a * s


def nonlocal_read_before_it_changes(x, y):
    total = x

    def add(v):
        nonlocal total
        total = total * v
        return total

    def twice(u):
        add(y)
        return u * add(u)

    a = total * add(y)
    total += add(y)
    b = [total, add(x), total]
    return a + total * twice(total) + b[0] * b[2]


def closures_on_two_levels(x):
    s = x

    def outer(k):
        t = s * k

        def inner(k):
            return t * k

        a = inner(2.0)
        t = t * 2
        return a + inner(t)

    return outer(x) * outer(2.0) + s


def variadic_and_decorated(x):
    def total(*rest, scale=1.0, **more):
        return rest[0] * len(rest) * scale + more.get("extra", 0.0)

    def doubled(f):
        def inner(v):
            return f(v) * 2

        return inner

    @doubled
    def square(v):
        return v * v

    return total(x, x) * x + total(x, scale=x, extra=x * x) + square(x)


def sets_beside(x, names):
    s = {1, 2}
    s.add(3)
    t = s | {5}
    if 3 in s and 4 not in t:
        x = x * len(t)
    for k in sorted(s):
        x = x * k
    return x * len(set(names) - {"a"})


def iterators(x):
    s = 0.0
    for v in iter([1.0, 2.0]):
        s += v * x
    return s * next(iter([x, 3.0]))


def sums_of_unknown_kind(x, y, weights):
    s = 0.0
    p = 1.0
    for k in weights:
        s += weights[k] * x
        p *= 1 + weights[k] * y
    return s * p


def lambdas(x, y):
    f, g = lambda a: a * a, lambda a, b=y: a * b
    h = lambda *, k=3: lambda v: v * k
    return f(x) * g(y) + g(x, b=x) + h(k=2)(x)


def positional_and_keyword_only(x, /, y, *, scale=2.0):
    return x * y * scale


def defaults_of_inner_functions(x):
    def power(v, n=2, *, by=x):
        return v**n * by

    x = x * 2
    return power(x) + power(x, 3, by=1.0)


# With


class Scaled:
    entered = 0

    def __enter__(self):
        Scaled.entered += 1
        return 3.0

    def __exit__(self, *error):
        return None


def with_errstate(x):
    with np.errstate(all="raise"):
        y = np.sqrt(x)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where(x > 0.7, np.log(x), 0.0)
    return y * z


def with_users_manager(x):
    with Scaled() as s, np.errstate(over="ignore"):
        y = x * s
        if y > 1:
            return y * y
    return x


def with_in_a_loop(x):
    s = 0.0
    for v in x:
        with Scaled() as k:
            if v < 0.8:
                continue
            s += v * k
            if s > 6:
                break
            s *= v
    return s


# Other statements


def asserts_and_raises(x, n):
    assert n > 0, f"not positive: {n}"
    if n > 5:
        raise ValueError("too large") from None
    s = x
    for i in range(n):
        if i > 10:
            raise RuntimeError(f"{i}")
        s = s * x
    assert s == s
    return s


def deleted_names_and_items(x):
    ys = [v * v for v in x]
    t = ys[0] * 2
    del ys[0]
    del t
    t = ys[0]
    return t * ys[-1]


def text_beside(x, name):
    label = f"{name}: {x:.3f} {x!r}"
    other = "%.3f and %s" % (x, name) + "{:.2f}".format(x)
    words = [w.strip().upper() for w in label.split(":")]
    y = "%.3f" % x and x * x
    if name in ("a", "b") and "a" in words[0].lower():
        y = y * len(name)
    if name is not None and len(other) > 3:
        y = y * 2
    return y * x


def complex_literals(x):
    z = x * (1 + 2j)
    return (z * z).real + abs(z)


def operators_on_whole_numbers(x, n):
    k = (n << 2 | 1) & 0xFF ^ 3
    k >>= 1
    k |= 4
    k &= ~1
    k ^= 2
    k <<= 1
    k //= 2
    k %= 7
    k **= 2
    return x * k + x ** (k % 3)


def augmented_operators(a, x):
    b = a.copy()
    b @= a
    b **= 2
    b /= 1.5 + x
    c = b * 3
    c //= 100.0
    c %= 5.0
    y = x * 2
    y **= 3
    y %= 1.5
    y //= 7.0
    b[0] @= a
    b[:, 1] **= 2
    return b + c.sum() + y + x


def ternaries_and_chains(x, y):
    a = x if x > 1 else y if y > 1 else x * y
    b = (lambda v: v * 2 if v > 1 else v)(a)
    c = 0 < (t := a * b) < 100 < 1000
    return a * b + (t if c else x)


def builtins_of_numbers(x, y):
    q, r = divmod(x * 5, y)
    n = int(x * 3)
    s = 0.0
    for i in range(n + 1):
        s += x * i
    return r * s + abs(-y) + pow(x, 3) + pow(3, 2, 5) * float(x) + round(x) + min(x, y, key=lambda v: -v) + bool(n)


def slice_objects(x):
    s = slice(1, None, 2)
    y = x[s] * 2
    z = x[..., None] * x[None, ...]
    i = np.s_[1:3]
    return y[0] * x[i] + z[Ellipsis, 0][1:3]


def dicts_and_sets_beside(x, weights, chosen):
    s = 0.0
    seen = set()
    for name, w in weights.items():
        if name in chosen and name not in seen:
            s += w * x
            seen.add(name)
    return s * len(seen) + x * weights.get("z", 3.0)


# Iteration


def iteration(x, y):
    s = 0.0
    for a, b in zip(x, y, strict=True):
        s += a * b
    for i, v in enumerate(x, start=2):
        s += i * v
    for i, v in enumerate(reversed(y)):
        s += i * v * v
    for a in map(lambda v: v * v, x):
        s += a
    for a in filter(lambda v: v > 0.8, y):
        s += a * a
    return s + sum(map(abs, x)) + list(map(lambda a, b: a * b, x, y))[1]


def sorting(x):
    a = sorted(x, key=lambda v: -v)
    i = min(range(len(x)), key=lambda k: x[k])
    b = max([v * v for v in x], default=0.0)
    return a[0] * a[-1] * 2 + b * x[i] + min((), default=x[0])


PROGRAMS = [
    Program(for_else, positive(4)),
    Program(while_else, numbers(2.0)),
    Program(while_else, numbers(1000.0), note="broken"),
    Program(while_true_in_loops, lambda rng: (np.array([0.6, 0.9, 1.3, 1.8]) + 0.01 * rng.random(4),)),
    Program(return_from_three_loops, positive((3, 3), rest=(4.0,)), ("a",)),
    Program(return_from_three_loops, positive((3, 3), rest=(400.0,)), ("a",), "to_the_end"),
    Program(starred_targets, positive(4)),
    Program(starred_of_tuples, numbers(count=2), ("x", "y")),
    Program(starred_of_rows, arrays((3, 2)), ("a",)),
    Program(starred_in_loops, arrays(3)),
    Program(starred_in_displays, positive(3)),
    Program(cells_as_loop_targets, arrays(3)),
    Program(dict_of_dicts, numbers(count=2), ("x", "y")),
    Program(walrus, numbers()),
    *(Program(match_literals, numbers(mode, n), note=f"{mode}_{n}") for mode, n in (
        ("sin", 0), ("cosine", 1), ("tan", -3), ("cos", 7), ("sin", None), ("sin", 4))),
    *(Program(match_sequences, numbers(shape, count=2), ("x", "y"), f"{len(shape)}_{k}") for k, shape in enumerate((
        (), (3,), (2, 2), [2, 3], (1, 2, 3)))),
    Program(match_active, lambda rng: (1.5, 0.7), ("x", "y")),
    Program(match_active, lambda rng: (0.5, 0.7), ("x", "y"), "second"),
    *(Program(match_mappings, numbers(options), note=str(len(options))) for options in (
        {}, {"mode": "power", "n": 3}, {"mode": "scale", "by": 2.0, "more": 1})),
    *(Program(match_classes, numbers(Move(kind, n)), note=f"{kind}_{n}") for kind, n in (
        ("left", 3), ("right", 2), ("right", 1), (None, 1))),
    Program(match_in_a_loop, positive(5, rest=(["word", "skip", "twice", "stop", "more"],))),
    Program(match_in_a_loop, positive(5, rest=(["twice", "other", "stop", "skip", "stop"],)), note="other_words"),
    Program(comprehensions, positive(3)),
    Program(generator_expressions, lambda rng: (np.array([0.7, 1.3, 1.9, 0.9]) + 0.01 * rng.random(4),)),
    Program(lazy_generator_expressions, lambda rng: (np.array([0.7, 1.3, 1.8, 0.9]) + 0.01 * rng.random(4),)),
    Program(dict_comprehensions, positive(2, rest=(("a", "b"),))),
    Program(comprehension_of_arrays, arrays((2, 3), 3), ("a", "x")),
    Program(imports_inside, numbers()),
    Program(imports_that_may_fail, numbers()),
    Program(nonlocal_counter, numbers()),
    Program(nonlocal_accumulator, positive(4)),
    Program(nonlocal_of_two_levels, numbers()),
    Program(nonlocal_read_before_it_changes, numbers(count=2), ("x", "y")),
    Program(closures_on_two_levels, numbers()),
    Program(variadic_and_decorated, numbers()),
    Program(sets_beside, numbers(("a", "b", "c"))),
    Program(iterators, numbers()),
    Program(sums_of_unknown_kind, arrays(3, 3, rest=({"a": 2.0, "b": 0.5},)), ("x", "y")),
    Program(lambdas, numbers(count=2), ("x", "y")),
    Program(positional_and_keyword_only, numbers(count=2), ("x", "y")),
    Program(defaults_of_inner_functions, numbers()),
    Program(with_errstate, positive(4)),
    Program(with_users_manager, numbers()),
    Program(with_in_a_loop, positive(5)),
    Program(asserts_and_raises, numbers(3)),
    Program(deleted_names_and_items, arrays(3)),
    Program(text_beside, numbers("a")),
    Program(complex_literals, numbers()),
    Program(operators_on_whole_numbers, numbers(5)),
    Program(augmented_operators, lambda rng: (rng.uniform(0.5, 2.0, (2, 2)), 1.1), ("a", "x")),
    Program(ternaries_and_chains, numbers(count=2), ("x", "y")),
    Program(builtins_of_numbers, lambda rng: (1.23, 0.87), ("x", "y")),
    Program(slice_objects, arrays(4)),
    Program(dicts_and_sets_beside, numbers({"a": 2.0, "b": 3.0}, ("a", "b"))),
    Program(iteration, lambda rng: (rng.uniform(0.5, 2.0, 3), np.array([0.9, 0.6, 1.4])), ("x", "y")),
    Program(sorting, positive(3)),
]  # fmt: skip
