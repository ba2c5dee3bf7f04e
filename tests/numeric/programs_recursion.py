"""Programs of recursive functions that change their arguments, in place or through views, and of records that outlive
what they were made of."""

from __future__ import annotations

import numpy as np
from program import Program, arrays, numbers

WEIGHTS = np.array([1.0, 2.0, 3.0, -1.0, 0.5, 0.25])


def sort(a, low, high):
    if low >= high:
        return
    pivot = a[high]
    i = low
    for j in range(low, high):
        if a[j] < pivot:
            t = a[i]
            a[i] = a[j]
            a[j] = t
            i += 1
    t = a[i]
    a[i] = a[high]
    a[high] = t
    sort(a, low, i - 1)
    sort(a, i + 1, high)


def quick_sort(x):
    a = x.copy()
    sort(a, 0, len(a) - 1)
    return a * WEIGHTS[: len(a)]


def quick_sort_of_the_argument(x):
    sort(x, 0, len(x) - 1)
    return x * x[0]


def butterflies(a):
    n = len(a)
    if n == 1:
        return
    even = a[::2].copy()
    odd = a[1::2].copy()
    butterflies(even)
    butterflies(odd)
    for k in range(n // 2):
        a[k] = even[k] + 0.5 * odd[k] * odd[k]
        a[k + n // 2] = even[k] - odd[k]


def transform(x):
    a = x * 1.0
    butterflies(a)
    return a


def squared_halves(a):
    n = len(a)
    if n < 2:
        a[0] = a[0] * a[0]
        return
    squared_halves(a[: n // 2])
    squared_halves(a[n // 2 :])
    a[0] = a[0] * a[-1]


def recursion_on_views(x):
    a = x * 1.0
    squared_halves(a)
    return a


def running_products(a, n):
    if n == 0:
        return a
    a[n] = a[n] * a[n - 1]
    return running_products(a, n - 1)


def the_array_itself_is_returned(x):
    a = x * 1.0
    b = running_products(a, 3)
    b[0] = b[1] * 5.0
    return a * a


def last_of(a, n):
    if n == 0:
        return a[0]
    a[n - 1] = a[n] * a[n - 1]
    return last_of(a, n - 1) + a[n]


def value_beside_changes_in_a_loop(x):
    a = x * 1.0
    s = 0.0
    for _ in range(2):
        s = s + last_of(a, 3)
    return s * a


def crossed(a, b, n):
    if n == 0:
        return
    a[n] = b[n - 1] * a[n]
    b[n] = a[n - 1] + b[n]
    crossed(b, a, n - 1)


def two_arrays_changed(x):
    a = x * 1.0
    b = x * 2.0
    crossed(a, b, 3)
    return a * b


def two_halves_of_an_array_changed(x):
    a = np.concatenate((x, x * x))
    crossed(a[:4], a[4:], 3)
    return a


def collect(v, out):
    if len(v) == 1:
        out.append(v[0] * v[0])
        return
    k = len(v) // 2
    collect(v[:k], out)
    collect(v[k:], out)


def list_filled_by_recursion(x):
    out = []
    collect(x, out)
    s = 0.0
    for i in range(len(out)):
        s = s + out[i] * (i + 1)
    return s * out[0]


def multiplied(a, n):
    if n == 0:
        return
    a[n] = a[n] * a[n - 1]
    added(a, n - 1)


def added(a, n):
    if n == 0:
        return
    a[n] = a[n] + a[n - 1]
    multiplied(a, n - 1)


def mutual_recursion_in_place(x):
    a = x * 1.0
    multiplied(a, 3)
    return a


def solve(a, b, k):
    n = len(b)
    if k == n:
        return
    for i in range(k + 1, n):
        f = a[i, k] / a[k, k]
        a[i, k:] = a[i, k:] - f * a[k, k:]
        b[i] = b[i] - f * b[k]
    solve(a, b, k + 1)
    s = b[k]
    for j in range(k + 1, n):
        s = s - a[k, j] * b[j]
    b[k] = s / a[k, k]


def elimination(x):
    a = np.outer(x, x) + np.eye(4) * 3
    b = x * 2.0
    solve(a, b, 0)
    return b


def remembered(n, x, table):
    if table[n] != 0.0:
        return table[n]
    if n < 2:
        v = x
    else:
        v = remembered(n - 1, x, table) * remembered(n - 2, x, table) + x
    table[n] = v
    return v


def table_of_results(x):
    return remembered(6, x, np.zeros(8))


def nested_squares(v, n):
    if n == 0:
        return (v * v).sum()
    w = v[1:]
    return nested_squares(w, n - 1) + (w * w * v[0]).sum()


def argument_changed_after_a_recursion(x):
    a = x * 1.0
    y = nested_squares(a, 2)
    a[0] = 7.0 * a[1]
    a[1] = 8.0
    a[2] = 5.0
    return y + a * a


def argument_changed_between_recursions(x):
    a = x * 1.0
    s = 0.0
    for k in range(3):
        s = s + nested_squares(a, 2)
        a[k] = a[k] * a[k + 1]
    return s * a


# Functions inside that call themselves


def nested_recursion(x):
    def g(n):
        if n == 0:
            return x
        return g(n - 1) * x + 1.0

    return g(4)


def nested_recursion_with_defaults(x):
    w = x * 2

    def g(n, y=0.5, *, z=2.0):
        if n == 0:
            return y * w
        return g(n - 1, y * x, z=z * w) + z

    return g(4, x) + g(2)


def nested_mutual_recursion(x):
    def even(n):
        return x if n == 0 else odd(n - 1) * x

    def odd(n):
        return 1.0 if n == 0 else even(n - 1) + scaled(x)

    def scaled(t):
        return t * 0.5 + x

    return even(4) + odd(3)


def nested_recursion_with_a_table(x):
    table = np.zeros(10)

    def f(n):
        if n < 2:
            return x[n]
        if table[n] != 0:
            return table[n]
        table[n] = f(n - 1) * x[0] + f(n - 2)
        return table[n]

    return f(6)


def nested_recursion_with_a_dictionary(x):
    known = {}

    def f(n):
        if n < 2:
            return x[n]
        if n in known:
            return known[n]
        r = f(n - 1) * x[0] + f(n - 2)
        known[n] = r
        return r

    return f(6)


def nested_recursion_in_place(x):
    a = x * 1.0

    def sift(i):
        if i == 0:
            return
        a[i] = a[i] * a[i - 1]
        sift(i - 1)

    sift(3)
    return a * a


def nested_recursion_of_a_name_rebound(x):
    k = 1.0

    def g(n):
        if n == 0:
            return k * x
        return g(n - 1) * x

    s = g(2)
    k = 5.0 * x
    return s + g(3)


def with_nested_recursion(x, y):
    def g(n):
        return y if n == 0 else g(n - 1) * x

    return g(3)


def nested_recursion_of_a_helper(x):
    return with_nested_recursion(x, 2.0) + with_nested_recursion(x * x, x)


def stepped(p, k):
    if k == 0:
        return p["x"]
    p["x"] = p["x"] * 1.1 + p["v"]
    return stepped(p, k - 1) + p["x"]


def dictionary_changed_by_recursion(x):
    state = {"x": x[0], "v": x[1]}
    return stepped(state, 3) * state["x"]


def memoised(memo, k):
    if k == 0:
        return memo[0]
    memo[k] = memoised(memo, k - 1) * memo[0]
    return memo[k]


def results_left_in_a_dictionary(x):
    memo = {0: x}
    memoised(memo, 3)
    return memo[2] + memo[3]


def total_of_a_tree(tree):
    return sum(total_of_a_tree(v) for v in tree.values()) if isinstance(tree, dict) else np.sum(tree**2)


def tree_of_arguments(x):
    return total_of_a_tree(x)


def tree_made_inside(x):
    """Two leaves are one array, a third is a view of it."""
    return total_of_a_tree({"a": x, "b": {"c": x, "d": x[:2]}})


def nested_recursion_over_a_tree(x):
    def weighed(tree, k):
        return sum(weighed(v, k + 1) for v in tree.values()) if isinstance(tree, dict) else np.sum(tree**k)

    return weighed(x, 1)


def gathered(tree, found):
    if isinstance(tree, dict):
        for key in sorted(tree):
            gathered(tree[key], found)
    else:
        found.append(np.ravel(tree))
    return found


def tree_made_flat(x):
    flat = np.concatenate(gathered(x, []))
    return flat @ flat + np.prod(flat[:3])


def tree(rng):
    return ({"a": rng.normal(size=3), "b": {"c": rng.normal(size=(2, 2)), "d": rng.normal(size=2)}},)


PROGRAMS = [
    Program(total_of_a_tree, tree, ("tree",)),
    Program(tree_of_arguments, tree),
    Program(nested_recursion_over_a_tree, tree),
    Program(tree_made_flat, tree),
    Program(tree_made_inside, arrays(4)),
    Program(dictionary_changed_by_recursion, arrays(2)),
    Program(results_left_in_a_dictionary, numbers()),
    Program(quick_sort, arrays(6)),
    Program(quick_sort_of_the_argument, arrays(5)),
    Program(transform, arrays(8)),
    Program(recursion_on_views, arrays(5)),
    Program(the_array_itself_is_returned, arrays(4)),
    Program(value_beside_changes_in_a_loop, arrays(4)),
    Program(two_arrays_changed, arrays(4)),
    Program(two_halves_of_an_array_changed, arrays(4)),
    Program(list_filled_by_recursion, arrays(4)),
    Program(mutual_recursion_in_place, arrays(4)),
    Program(elimination, arrays(4)),
    Program(table_of_results, numbers()),
    Program(argument_changed_after_a_recursion, arrays(4)),
    Program(argument_changed_between_recursions, arrays(4)),
    Program(nested_recursion, numbers()),
    Program(nested_recursion_with_defaults, numbers()),
    Program(nested_mutual_recursion, numbers()),
    Program(nested_recursion_with_a_table, arrays(4)),
    Program(nested_recursion_with_a_dictionary, arrays(4)),
    Program(nested_recursion_in_place, arrays(4)),
    Program(nested_recursion_of_a_name_rebound, numbers()),
    Program(nested_recursion_of_a_helper, numbers()),
]


def part_of(a, n):
    if n == 0:
        return a[1:]
    a[n] = a[n] * a[n - 1]
    return part_of(a, n - 1)


def a_part_is_returned(x):
    return part_of(x * 1.0, 3) * 2


def view_of(a, n):
    return a if n == 0 else view_of(a[1:], n - 1)


def a_view_from_a_recursion_is_changed(x):
    a = x * 1.0
    b = view_of(a, 2)
    b[0] = b[1] * 5.0
    return a * a


REFUSED = [Program(a_part_is_returned, arrays(4)), Program(a_view_from_a_recursion_is_changed, arrays(4))]
