"""Programs with iterators and views that are kept and read later, and with lists that change while a loop goes on.

What `zip`, `reversed`, `map` and a view of a dictionary give is what stands there when it is read, not when it is made.
"""

from __future__ import annotations

import itertools

import numpy as np
from program import Program


def items_counted_of_a_view(x, s):
    d = {"a": x[0] * s, "b": x[1]}
    z = enumerate(d.values())
    d["a"] = s * s
    t = 0.0
    for i, q in z:
        t += q * q * x[2] * i
    return t


def keys_while_items_change(x, s):
    d = {"a": x[0] * s, "b": x[1]}
    g = (d[k] * d[k] for k in d)
    d["a"] = s * s
    return sum(g) * x[2]


def view_taken_in_each_trip(x, s):
    d = {"a": x[0] * s, "b": x[1]}
    for i in range(3):
        v = d.values()
        d["a"] = sum(v) * s
    return d["a"] * x[2]


def cells_under_a_view(x, s):
    d = {"a": x * s, "b": x}
    v = d.values()
    d["a"][0] = s * s
    return sum(v) * x[2]


def dictionaries_under_a_view(x, s):
    d = {"a": {"q": x[0] * s}, "b": {"q": x[1]}}
    v = d.values()
    d["a"]["q"] = s * s
    return sum((e["q"] for e in v)) * x[2]


def dictionary_bound_anew(x, s):
    d = {"a": x[0] * s, "b": x[1]}
    v = d.values()
    d = {"a": s * s, "b": s}
    return sum(v) * x[2] * d["a"]


def reversed_before_a_store(x, s):
    L = [x[0] * s, x[1]]
    it = reversed(L)
    L[0] = s * s
    t = 0.0
    for q in it:
        t = t + q * q
    return t


def mapped_before_a_store(x, s):
    L = [x[0] * s, x[1]]
    it = map(lambda q: q * q, L)
    L[0] = s * s
    t = 0.0
    for q in it:
        t = t + q * q
    return t


def zipped_before_a_store(x, s):
    L = [x[0] * s, x[1]]
    it = zip(L, x)
    L[0] = s * s
    t = 0.0
    for q, w in it:
        t = t + q * q * w
    return t


def counted_before_an_append(x, s):
    L = [x[0] * s, x[1]]
    it = enumerate(L)
    L.append(s * s)
    t = 0.0
    for q, w in it:
        t = t + w * w * s
    return t


def cells_zipped_before_a_store(x, s):
    y = x * s
    it = zip(y, x)
    y[0] = s * s
    t = 0.0
    for q, w in it:
        t = t + q * q * w
    return t


def cells_accumulated_before_a_store(x, s):
    y = x * s
    it = itertools.accumulate(y)
    y[1] = s * s
    t = 0.0
    for q in it:
        t = t + q * q
    return t


def chosen_before_a_store(x, s):
    y = x * s
    it = filter(lambda q: q > 0, y)
    y[1] = s * s
    return sum(it) * x[0]


def grid_without_end(x, s):
    z = np.ndindex(2, 2)
    t = 0.0
    for i, j in z:
        t = t + x[i] * x[j]
    for i, j in z:
        t = t + x[i] * s
    return t


def products_of_pairs_before_a_store(x, s):
    y = x * s
    g = (p * q for p, q in zip(y, x))
    y[0] = s * s
    return sum(g)


def reversed_and_counted(x, s):
    y = [x[0] * s, x[1]]
    g = (p * i * s for i, p in enumerate(reversed(y)))
    y[0] = s * s
    return sum(g)


def name_bound_anew(x, s):
    y = x * s
    g = (p * i * s for i, p in enumerate(y))
    y = x * 2
    return sum(g) + y[0]


def part_taken_before_a_store(x, s):
    y = x * s
    g = (p * s for p in y[1:])
    y[1] = s**3
    return sum(g) + y[0]


def list_copied_before_a_store(x, s):
    L = [x[0], x[1] * s]
    g = (p * s for p in L[:])
    L[1] = s**3
    return sum(g)


def mapped_over_two(x, s):
    L = [x[0], x[1] * s]
    g = map(lambda a, b: a * b, L, x)
    L[0] = s * s
    return sum(g) + L[0]


def mapped_over_pairs(x, s):
    L = [x[0], x[1] * s]
    g = map(lambda a: a[0] * a[1], zip(L, x))
    L[0] = s * s
    return sum(g) + L[0]


def filtered_pairs(x, s):
    L = [x[0], x[1] * s]
    g = filter(lambda a: a[0] * a[1] > -10, zip(L, x))
    L[0] = s * s
    return sum((a * b for a, b in g)) + L[0]


def chained_with_reversed(x, s):
    L = [x[0], x[1] * s]
    g = itertools.chain(L, reversed(L))
    L[0] = s * s
    return sum((a * (i + 1) for i, a in enumerate(g))) + L[0]


def counted_pairs(x, s):
    L = [x[0], x[1] * s]
    g = enumerate(zip(L, x))
    L[0] = s * s
    return sum((i * a * b + a for i, (a, b) in g))


def iterators_in_a_list(x, s):
    L = [x[0], x[1] * s]
    g = [zip(L, x), reversed(L)]
    L[0] = s * s
    return sum((a * b for a, b in g[0])) + sum(g[1])


def zipped_with_an_iterator(x, s):
    L = [x[0], x[1] * s]
    it = iter(L)
    z = zip(it, x)
    return sum((a * b for a, b in z))


def reversed_before_an_append(x, s):
    L = [x[0], x[1] * s]
    r_ = reversed(L)
    L.append(s)
    return sum((i * a * a for i, a in enumerate(r_)))


def zipped_before_an_append(x, s):
    L = [x[0], x[1] * s]
    z = zip(L, x)
    L.append(s)
    return sum((a * b for a, b in z))


def pairs_unpacked(x, s):
    L = [x[0], x[1] * s]
    z = zip(L, x)
    a, b = z
    return a[0] * b[1] + s


def pairs_and_a_dictionary(x, s):
    L = [x[0], x[1] * s]
    z = zip(L, x)
    d = dict(zip("ab", L))
    return d["a"] * d["b"] * sum((p * q for p, q in z))


def pairs_sorted(x, s):
    z = zip(x, x * s)
    return sorted(z)[0][1] * s


def pairs_as_an_array(x, s):
    z = zip(x, x * s)
    return np.array(list(z)).prod()


def pairs_as_a_list_of_the_name(x, s):
    z = zip(x, x * s)
    z = list(z)
    return z[0][0] * z[1][1] + z[0][1]


def columns_of_rows(x, s):
    A = np.outer(x, x) * s
    rows = zip(*A)
    return sum((a[0] * a[1] for a in rows))


def six_side_by_side(x, s):
    z = zip(x, x * s, x * x, x, x, x)
    return sum((a * b * c * d * e * f for a, b, c, d, e, f in z))


def two_of_one_length(x, s):
    z = zip(x, x * s, strict=True)
    return sum((a * b for a, b in z))


def reversed_pairs_of_a_list(x, s):
    z = reversed(list(enumerate(x)))
    t = 0.0
    for i, a in z:
        t = t * s + i * a
    return t


def reversed_range(x, s):
    z = reversed(range(4))
    t = 0.0
    for i in z:
        t = t * s + x[i]
    return t


def next_pair(x, s):
    z = zip(x, x * s)
    n = next(z)
    return n[0] * n[1] + s


def items_stored_meanwhile(x, s):
    L = [x[0] * s, x[1]]
    t = s
    for v in L:
        L[1] = v * s
        t = t + v * t
    return t


def items_appended_meanwhile(x, s):
    L = [x[0] * s, x[1]]
    t = s
    for v in L:
        if len(L) < 5:
            L.append(v * s)
        t = t + v * t
    return t


def objects_appended_meanwhile(x, s):
    L = [{"a": x[0] * s}, {"a": x[1]}]
    t = s
    for v in L:
        if len(L) < 5:
            L.append({"a": v["a"] * s})
        t = t + v["a"] * t
    return t


def object_replaced_meanwhile(x, s):
    L = [{"a": x[0] * s}, {"a": x[1]}, {"a": x[2]}]
    t = s
    for v in L:
        L[2] = {"a": v["a"] * s}
        t = t + v["a"] * t
    return t


def objects_taken_out_meanwhile(x, s):
    L = [{"a": x[0] * s}, {"a": x[1]}, {"a": x[2]}]
    t = s
    for v in L:
        t = t + v["a"] * t
        if v["a"] > 5:
            break
        if len(L) > 1:
            L.pop()
    return t


def copy_gone_through(x, s):
    L = [{"a": x[0] * s}, {"a": x[1]}, {"a": x[2]}]
    t = s
    for v in list(L):
        t = t + v["a"] * t
        L.pop()
    return t + len(L)


def object_replaced_in_counted_loop(x, s):
    L = [{"a": x[0] * s}, {"a": x[1]}, {"a": x[2]}]
    t = s
    for i, v in enumerate(L):
        t = t + v["a"] * t
        L[2] = {"a": t}
    return t + len(L)


def object_replaced_in_pairs(x, s):
    L = [{"a": x[0] * s}, {"a": x[1]}, {"a": x[2]}]
    t = s
    for u, v in zip(L, L[1:]):
        t = t + v["a"] * t * u["a"]
        L[2] = {"a": t}
    return t + L[2]["a"]


def object_replaced_backwards(x, s):
    L = [{"a": x[0] * s}, {"a": x[1]}, {"a": x[2]}]
    t = s
    for v in reversed(L):
        t = t + v["a"] * t
        L[0] = {"a": t}
    return t + L[0]["a"]


def entry_replaced_meanwhile(x, s):
    d = {"p": {"a": x[0] * s}, "q": {"a": x[1]}}
    t = s
    for v in d.values():
        t = t + v["a"] * t
        d["q"] = {"a": t}
    return t + d["q"]["a"]


def entry_changed_meanwhile(x, s):
    d = {"p": {"a": x[0] * s}, "q": {"a": x[1]}}
    t = s
    for v in d.values():
        t = t + v["a"] * t
        d["q"]["a"] = t * s
    return t + d["q"]["a"]


def entries_scaled_in_four_ways(x, s):
    d = {"p": x[0] * s, "q": x[1]}
    for k in d:
        d[k] = d[k] * 2
    for k, v in d.items():
        d[k] = v * s
    for k in d.keys():
        d[k] += s
    for k in list(d):
        d[k + "2"] = d[k] * s
    return sum(d.values()) * d["p2"]


def keys_kept_while_values_change(x, s):
    d = {"p": x[0] * s, "q": x[1]}
    ks = d.keys()
    for k in ks:
        d[k] = d[k] * 2
    return sum(d.values()) * d["p"]


def rows_longer_before_they_are_read(x, s):
    L = [[x[0], s], [x[1]]]
    t = 0.0
    for row in L:
        row.append(s * x[2])
        for v in row:
            t = t + v * v
    return t


def array_in_a_list_stored_meanwhile(x, s):
    A = [np.array([1.0, 2.0]) * s, x[:2]]
    t = 0.0
    for a in A:
        A[1][0] = s * 2
        t = t + (a * a).sum()
    return t


def pair_replaced_meanwhile(x, s):
    L = [(x[0], s), (x[1] * s, s)]
    t = 0.0
    for a, b in L:
        L[1] = (b, a)
        t = t + a * b * b
    return t


def cells_stored_meanwhile(x, s):
    y = x * s
    t = s
    for v in y:
        y[1] = v * s
        t = t + v * t
    return t


def rows_stored_meanwhile(x, s):
    y = np.outer(x, x) * s
    t = s
    for v in y:
        y[1] = v * s
        t = t + v[0] * t
    return t


def cell_stored_while_flat(x, s):
    y = np.outer(x, x) * s
    t = s
    for v in y.flat:
        y[1, 1] = v * s
        t = t + v * t
    return t


def rest_of_a_changed_list(x, s):
    L = [x[0] * s, x[1], s]
    t = s
    for a, *b in [L, L]:
        L[1] = a * s
        t = t + b[0] * t
    return t


def vector_and_number(rng):
    return rng.normal(size=4), 0.6 + 0.2 * rng.random()


FUNCTIONS = (
    items_counted_of_a_view,
    keys_while_items_change,
    view_taken_in_each_trip,
    cells_under_a_view,
    dictionaries_under_a_view,
    dictionary_bound_anew,
    reversed_before_a_store,
    mapped_before_a_store,
    zipped_before_a_store,
    counted_before_an_append,
    cells_zipped_before_a_store,
    cells_accumulated_before_a_store,
    chosen_before_a_store,
    grid_without_end,
    products_of_pairs_before_a_store,
    reversed_and_counted,
    name_bound_anew,
    part_taken_before_a_store,
    list_copied_before_a_store,
    mapped_over_two,
    mapped_over_pairs,
    filtered_pairs,
    chained_with_reversed,
    counted_pairs,
    iterators_in_a_list,
    zipped_with_an_iterator,
    reversed_before_an_append,
    zipped_before_an_append,
    pairs_unpacked,
    pairs_and_a_dictionary,
    pairs_sorted,
    pairs_as_an_array,
    pairs_as_a_list_of_the_name,
    columns_of_rows,
    six_side_by_side,
    two_of_one_length,
    reversed_pairs_of_a_list,
    reversed_range,
    next_pair,
    items_stored_meanwhile,
    items_appended_meanwhile,
    objects_appended_meanwhile,
    object_replaced_meanwhile,
    objects_taken_out_meanwhile,
    copy_gone_through,
    object_replaced_in_counted_loop,
    object_replaced_in_pairs,
    object_replaced_backwards,
    entry_replaced_meanwhile,
    entry_changed_meanwhile,
    entries_scaled_in_four_ways,
    keys_kept_while_values_change,
    rows_longer_before_they_are_read,
    array_in_a_list_stored_meanwhile,
    pair_replaced_meanwhile,
    cells_stored_meanwhile,
    rows_stored_meanwhile,
    cell_stored_while_flat,
    rest_of_a_changed_list,
)

PROGRAMS = [Program(f, vector_and_number, ("x", "s")) for f in FUNCTIONS]
