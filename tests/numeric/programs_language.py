"""Programs of numbers and whole arrays: operators, assignment, branches."""

from __future__ import annotations

import numpy as np
from program import Program, arrays, numbers, positive

# Operators and assignment


def operators(x, y):
    a = x + y - 3 * x
    b = -a / y + +x
    return b**2 + 2**x + x**y + (x * 7) % 3 + x // 0.3


def powers(x):
    return x**2 + x**-1 + x**0.5 + x**0 + (-x) ** 3 + 3.0**x


def operators_of_arrays(x, y):
    a = x * y - x / y
    return 2 - a**2 + y**x + x % 0.7 + 1 / y


def matrix_products(a, b, x):
    return a @ b @ x + x @ (a @ b) + (x @ x) * (b.T @ x)


def broadcasting(x, y, z, s):
    outer = x * y
    return outer * z + s - x / 2 + outer.sum() * y


def tuple_assignment(x, y):
    a, b = x * y, x + y
    (c, d), e = (a, b), x
    [g, h] = c * d, d - e
    return g * h


def swaps(x, y, z):
    x, y = y, x
    x, y, z = z * x, x, y
    y, x = x * y, y
    return x * x + 2 * y + 3 * z


def swap_in_a_loop(x, y):
    for k in range(5):
        x, y = y, x + k * y
        x, y = y * 0.5, x
    return x * y


def chained_assignment(x):
    a = b = x * x
    y = np.zeros(3)
    y[0] = y[1] = c = a * b
    a = a * c
    return a + b + y


def augmented_numbers(x, y):
    s = x
    s += y
    s *= x
    s -= 3 * y
    s /= x + y
    s **= 2
    s += s * s
    return s


def augmented_arrays(x, y):
    s = x.copy()
    s += y
    s *= x
    s -= 3 * y
    s /= 2 + y * y
    s **= 2
    s += s * s
    return s


def augmented_cells(x, y):
    a = x.copy()
    a[0] += y[1]
    a[1] *= a[0]
    a[2] /= 2 + a[1] ** 2
    a[1:3] -= y[:2]
    a[::2] *= y[::2]
    a[-1] **= 2
    return a


def rebinding(x, y):
    x = x * y
    t = x
    x = np.sin(x)
    x = x + t * y
    return x * y


def an_unused_argument(x, y):
    return 2 * x


def results_of_several_kinds(x, s):
    y = np.sin(x) * s
    return y, y.sum(), s * s, y[1:], x


def the_argument_itself(x):
    return x


def a_view_of_the_argument(x):
    return x.T[1:]


def whole_numbers(n, x):
    return n * x + n**2 / x


# Branches


def branches(x, y):
    if x > y:
        z = x * y
    elif x > 0.1 * y:
        z = x / y
        y = y * y
    else:
        z = y
    return z * y


def nested_branches(x, y):
    z = x * x
    if x > 1:
        if y > 1:
            z = z * y
            x = y
        w = z + x
    else:
        w = y
        if not y > 1:
            w = w * x
    return w * z + x


def used_in_one_branch(x, y):
    s = np.sin(x)
    t = s * y
    r = y
    if x > 1:
        r = t * t
    return r + s


def ternaries(x, y):
    a = x if x > 1 else y * x
    b = a * (2 if y > 1 else 3) + (y * y if x < y else x / y if x < 1.5 else x)
    return a * b


def lazy_ternary(x, zero):
    return x * x if zero == 0 else 1 / zero * x


def booleans(x, y):
    z = x
    if x > 0.3 and y > 0.3 or x > 5:
        z = z * y
    if not (x > 1 or y > 1):
        z = z + x
    if x > 0.1 and not y < 0.2 and (y < 100 or x / 0 > 1):
        z = z * 2
    return z


def boolean_values(x, factor, none):
    k = factor and x * x
    s = none or k + x
    flag = x > 0.2 and x < 100
    return s * k if flag else x


def chained_comparisons(x, y):
    if 0 < x < y < 10:
        z = x * y
    elif 0 < y <= x != 7:
        z = x / y
    else:
        z = x
    inside = 0.1 < z < 100
    return z * z if inside else z


PROGRAMS = [
    Program(operators, lambda rng: (1.3 + 0.01 * rng.random(), 0.8), ("x", "y")),
    Program(powers, numbers()),
    Program(operators_of_arrays, lambda rng: (rng.uniform(0.8, 1.3, 4), rng.uniform(0.5, 2, 4)), ("x", "y")),
    Program(matrix_products, arrays((3, 3), (3, 3), 3), ("a", "b", "x")),
    Program(broadcasting, lambda rng: (*(rng.normal(size=s) for s in ((3, 1), (1, 2), 2)), 0.7), ("x", "y", "z", "s")),
    Program(tuple_assignment, numbers(count=2), ("x", "y")),
    Program(swaps, numbers(count=3), ("x", "y", "z")),
    Program(swaps, arrays(3, 3, 3), ("x", "y", "z"), "arrays"),
    Program(swap_in_a_loop, numbers(count=2), ("x", "y")),
    Program(chained_assignment, numbers()),
    Program(augmented_numbers, numbers(count=2), ("x", "y")),
    Program(augmented_arrays, arrays(3, 3), ("x", "y")),
    Program(augmented_cells, positive(5, 5), ("x", "y")),
    Program(rebinding, numbers(count=2), ("x", "y")),
    Program(rebinding, arrays((2, 2), 2), ("x", "y"), "arrays"),
    Program(an_unused_argument, arrays(3, (2, 2)), ("x", "y")),
    Program(results_of_several_kinds, lambda rng: (rng.normal(size=3), 1.7), ("x", "s")),
    Program(the_argument_itself, arrays(3)),
    Program(the_argument_itself, numbers(), note="number"),
    Program(a_view_of_the_argument, arrays((2, 3))),
    Program(whole_numbers, lambda rng: (3, 1.5), ("n", "x")),
    *(Program(branches, numbers_of, ("x", "y"), note) for note, numbers_of in (
        ("first", lambda rng: (2.0, 1.0)), ("second", lambda rng: (1.0, 2.0)), ("third", lambda rng: (0.1, 2.0)))),
    *(Program(nested_branches, lambda rng, x=x, y=y: (x, y), ("x", "y"), f"{x}_{y}")
      for x in (0.5, 1.5) for y in (0.5, 1.5)),
    *(Program(used_in_one_branch, lambda rng, x=x: (x, 0.7), ("x", "y"), f"{x}") for x in (0.5, 1.5)),
    *(Program(ternaries, lambda rng, x=x, y=y: (x, y), ("x", "y"), f"{x}_{y}")
      for x in (0.5, 1.4, 1.8) for y in (0.6, 1.6)),
    Program(lazy_ternary, numbers(0)),
    Program(booleans, lambda rng: (0.7, 0.8), ("x", "y")),
    Program(booleans, lambda rng: (1.7, 0.8), ("x", "y"), "larger"),
    Program(boolean_values, lambda rng: (1.3, 2.0, None)),
    Program(boolean_values, lambda rng: (1.3, 0.0, 5.0), note="other_operands"),
    *(Program(chained_comparisons, lambda rng, x=x: (x, 1.0), ("x", "y"), f"{x}") for x in (0.5, 1.5, -1.5)),
]  # fmt: skip
