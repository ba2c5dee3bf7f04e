"""The smallest programs of those that random search found to have a wrong gradient once, or none."""

from __future__ import annotations

import numpy as np
from program import Program, arrays, numbers


def reversed_plus_itself(x):
    x += x[::-1] + x
    return x


def a_choice_of_one_array(x, y):
    for i in range(2, 1, -1):
        y = x if x[i] > -9 else x
        x[0] += x[i]
        s = y[i]
    return s


def argument_rebound_after_a_change(x, y, s):
    x *= x[::1]
    if s > 0:
        x = y
    return x.sum()


def argument_rebound_in_one_branch(x, y, s):
    if s > 0:
        y = x
    else:
        x[1] *= y[0]
    return y.sum()


def swapped_and_changed_by_the_other_name(x, y, s):
    for i in range(1, 3):
        x, y = y, x
        x[i] += s
    return y * 2


def swapped_arguments_and_a_view(x, y):
    y, x = x, y
    v = y
    v[1] = v[0]
    return x[0] + y


def argument_rebound_to_an_alias_in_a_loop(x, y):
    k = 0
    while k < 3:
        k += 1
        y = x
        x[[0, 2, 0]] = y[[3, 1, 3]] * y[0]
    return x + y


def constant_in_one_branch(x, s):
    t = s * s
    if x[0] > -9:
        t = 0.5
    return t * x


def record_of_a_branch_not_taken(x, s):
    if s > 9:
        t = np.exp(s)
        s = s * t
    return s * x


def array_of_a_branch_not_taken(x, s):
    if s > 9:
        b = x * s
        b += np.sin(b)
        s = s * b[1]
    return s * x


def number_augmented_by_an_element(x, s):
    s *= x[1]
    s += x.sum()
    return s


def structure_of_the_result(x, s):
    result = x, s * s
    return result


def loop_that_shrinks_its_array(x):
    while len(x) > 2:
        x = x[1:] * x[:-1]
    return x


def view_index_of_its_own_trip(x):
    y = x * 1.0
    for i in range(1, 3):
        v = y[i:]
        v *= y[0]
        y[0] = v[0]
    return y


def reshaped_copy_or_view(x):
    t = x.T
    v = t.reshape(-1)
    v[0] = v[1] * t[1, 0]
    t[0, 0] += v[2]
    return v * 2 + x.reshape(-1)


def condition_that_the_branch_rebinds(x, s):
    t = s and np.zeros_like(x)[1]
    return t * x + s * x


def array_unpacked(x):
    a, b, c, d = x
    return c, b * a


def rows_unpacked(x):
    a, b = x
    b[0] = a[1] * b[1]
    a, x = x[1], a
    return a * x


def array_unpacked_to_its_own_name(x):
    x, y = x
    return x * y


def nested_function_in_a_branch_that_nobody_calls(x, s):
    if s > 0:

        def change(u):
            x[1] *= u

        fn = lambda u: u * s
    v = x[...]
    x[:-1] -= x[1:]
    return v[1] * x


def two_lambdas_on_a_line(x):
    g, h = lambda u: u * 0.5, lambda u: np.cos(u) * x[0]
    k = h
    return g(h(x[1])) + k(x[1])


def single_and_double_swapped(x, w):
    v = x
    v, w = w, v
    return x * w, v


def again(a, n, k):
    if n < 2:
        return a
    return again(a, n - 1, k) + k * again(a, n - 2, k)


def what_a_recursion_recorded_changes(x):
    b = x * 2
    y = again(b, 3, x[1])
    b[-1] = b[1]
    return y, b


def what_a_recursion_recorded_changes_in_a_loop(x):
    t = 0.0
    b = x * 1.0
    for i in range(3):
        y = again(b, 3, x[1])
        b[i] = y[1]
        t = t + y.sum()
    return t


def placed_in_an_array_of_single_precision(w, s):
    np.place(w, w > 0.41, [s])
    return w * 2


def array_in_a_list_that_changes(c, y):
    b = c[0]
    c[0] *= y
    return b * c[0]


def array_in_a_dict_that_changes(x, y):
    d = {"q": x[::-1]}
    b = d["q"]
    d["q"] *= y
    e = {0: x * 2}
    u = e[0]
    e[0] /= 1 + y * y
    return b, u


def array_named_like_a_stack(x, y, s):
    if s > 9:
        x_stack = np.clip(x, 0.7, 1.3)
    else:
        x_stack = y
    v = x_stack[::1]
    x[x > 1.07] = v[1]
    y += x_stack[[0, 2, 0, 1]]
    return x_stack * x


def view_of_the_trip_before(x, s):
    y = x * 1.0
    for i in range(3):
        if i > 0:
            v[0] *= s  # noqa: F821  (bound in the trip before)
        v = y[i : i + 2]
    return y


def view_of_the_trip_before_that_overlaps(x, s):
    y = x * 1.0
    for i in range(3):
        if i > 0:
            v[0] = v[1] * s  # noqa: F821
        v = y[i : i + 2]
    v[1] = v[0] * v[0]
    return y


def key_that_is_no_position(x):
    d = {i: v * v for i, v in enumerate(x)}
    return sum(d[i] * i for i in range(len(x)))


def keys_counted(x):
    d = {}
    for i in range(len(x)):
        d[len(x) - 1 - i] = x[i] * x[i]
    s = 0.0
    for k, key in enumerate(d):
        s += d[key] * (k + 1)
    return s


def lambda_called_at_once_in_a_helper(x):
    return first_and_all(x * x)


def first_and_all(p):
    t7 = (lambda u: u * 2)(p[0])
    return p * t7


POWERS = frozenset([1, 2, 3])


def loop_over_sets(x):
    s = x
    for k in {2.0, 0.5}:
        s = s * k + x
    for k in POWERS:
        s = s * x + k
    return s


def last_cell_by_two_numbers(x, s):
    y = x * 1.0
    for i in range(3):
        t = x[3]
        y[:] *= t
        x[-1] *= s
    return y


def choice_in_a_loop_over_a_dict(x, s):
    d = {}
    for k in range(3):
        d[k] = x * 1.0
    for k in d:
        d[k] -= s if (x[0] if x[1] >= 9 else x[2]) >= 9 else s * s
    return s * d[1]


def sum_of_rows_seen_by_two_names_later(x, s, A):
    total = 0
    for row in A:
        total += row * s
    kept = total
    return kept.sum() + total[0] * x[0]


def sums_of_rows_begun_anew(A, s):
    sums = []
    for k in range(2):
        total = 0.0
        for row in A:
            total += row * (s + k)
        sums.append(total)
    return sums[0] * sums[1]


def sum_begun_anew_from_what_others_hold(x, s):
    total = 0.0
    for k in range(2):
        total += x * s
    kept = total
    total = total * s
    total += x
    return kept * total


def question_about_a_comparison(x, s):
    if (x > 0.4).any() and not np.isfinite(x).all():
        s = s * 3
    if (x[1:] ** 2).sum() > -1 and (x > -9).all():
        s = s * 2
    return s * x[0] if (x < 9.0).all() else x[1]


def einsum_of_two_is_no_view(x, A):
    total = np.einsum("ij,j->j", A, x)
    for k in range(3):
        part = x[k : k + 2]
        part[0] *= A[k % 2, 0]
    return x[0] + total


def tuple_of_a_number_and_a_view_that_changes(x, s):
    pair = (x[1], x[::1])
    number, view = pair
    view[view > -9.0] *= number
    return x * s


def choice_behind_or(x, s):
    view = x[::1]
    if view[1] > 9 or (x[0] if s > 5 else view[2]) > -9:
        s = s * x[3]
    while s < 9 and (x[0] if s > 5 else view[2]) > -9:
        s = s * 2 + 1
    return s


def choice_of_an_array_that_nobody_sees_again(x, s, y):
    chosen = x if s < 1.33 else y
    chosen[1:] = s
    return (x**2).sum()


def choice_of_an_array_of_integers(x, s, counts):
    chosen = x if s < 1.33 else counts
    chosen[1:] = 7
    return (x**2).sum() * s + chosen[1] * s


def array_read_by_a_list_after_a_change_in_a_dict(x, s, A, weights):
    flag = x[1] > 9.0
    chosen = s if flag else A[1, 1]
    kept = {}
    for k in range(3):
        kept[k] = x
    kept[k] += x.std()
    found = kept.get(1, x)
    at = [2, 3, 2, 2]
    read = found[at] * A[0, 2]
    return np.sum(weights[0] * chosen) + np.sum(weights[1] * read)


def cells_apart_that_ravel_copies(x):
    flat = x.ravel()
    flat[0] = flat[1] * flat[2]
    return x * 2 + flat[0]


def view_that_goes_round_by_swaps(x):
    view = x[::1]
    other = view.mean(axis=0, keepdims=True)
    other, x, view = view, other, x
    view, x = x, view
    other[1:] += other[:1]
    return x.sum()


def view_of_two_arrays_swapped(x, y, s):
    v, w = x[1:], y[1:]
    v, w = w, v
    w, x = x[1:], w
    x[0] *= s
    return w.sum() + y[1] * v[0]


def sum_of_rows_unpacked(x, s, A):
    total = 0.0
    for row in A:
        total += row * x
    first, second, third = total
    return first * s + third * second


def cells_masked_under_a_view_by_a_method(A):
    turned = A[::-1].transpose()
    A[A > 0.3] = 0.5
    flat = turned.reshape(-1)
    A *= A
    return A, turned, flat


def wholly_divided_and_shared(x, s):
    w = np.exp(x)
    v = w
    w /= w.sum()
    w *= s * w
    return v, w


def wholly_divided_in_a_loop(x, s):
    w = np.exp(x)
    total = 0.0
    for k in range(3):
        w /= w.sum() + s
        w **= 2
        w[k] *= s
        total += w[0]
    return w * total


def entry_added_to_twice(x, s):
    d = {"p": 0.29, "q": x[::-1]}
    d["q"][1:] += x[0] / 3
    d["q"][1:] += s
    return x


def choice_of_one_array_by_two_ways(x, s):
    a = x if s >= 0.62 else x
    b = a if s >= 0.54 else x
    b[1] = b[0]
    c = b[1:]
    np.sin(a[1:], out=c)
    return b.sum()


def list_popped_after_a_loop(x, y, s):
    items = [x, y]
    for item in items:
        t = item[0]

    def later(u):
        nonlocal s
        s = s * u

    last = items.pop()
    later(last[0])
    return t * s


def sum_of_an_empty_list(x, A):
    items = []
    total = sum(items)
    for k in range(2):
        total = total + A[k, 0]
    return total * x


def apart(rng):
    return (rng.normal(size=(3, 8))[:, ::2],)


def array_times_a_list(x):
    return x @ (x * [1, 2, 3]) + np.sum([0.5, 1.5, 2.0] * x) + np.sum([1, 2, 3] + x**2)


def array_times_a_list_of_what_varies(x, s):
    return np.sum(x * [s, s * s, 2.0]) + np.sum([s, 1.0, s] * x)


def product_with_a_list_of_constants(x):
    return x @ [1, 2, 3] + np.dot([1, 2, 3], x) + np.outer(x, [1, 2]).sum() + ([1.0, 2.0, 3.0] @ x) ** 2


def import_beside_a_nonlocal(x, s):
    t = s

    def scale(u):
        nonlocal t
        t = t * u

    scale(s)
    import math as m

    return m.tanh(t) * x


def keys_in_a_loop_whose_variable_nothing_reads(x):
    m = {k: 0.0 for k in "ab"}
    for _ in range(3):
        for k in m:
            m[k] = m[k] * x[1] + x[0]
    return m["a"] ** 2


COUNTS = np.arange(1, 5)


def choice_of_a_tuple_or_an_array(x, s):
    b = (x[0] * 2, x[1], x[2], s) if s < 1 else x * 2
    c = [x[0] * 2, s] if s > 1 else x[:2] * s
    return (x * b).sum() + np.sum(np.multiply(np.exp(c), x[:2]))


def choice_of_a_tuple_or_a_number(x, s):
    b = x[0] if s < 1 else (x[0] * 2, x[1])
    return np.sum(np.add(np.exp(b), x[:2]))


def choice_of_whole_numbers_from_outside(x, s):
    b = COUNTS.astype(float) if s < 1 else x
    c = x
    for k in range(2):
        if k < s:
            c = COUNTS.clip(2, 3)
    return (b * x * c).sum()


def converted_and_changed(x):
    y = np.asarray(x, dtype=complex).real
    y[0] = 3 * x[1]
    z = np.asarray(x)
    z = np.asarray(z, float)
    w = z.astype(complex)
    w[1] = w[0] * w[2]
    return (y * y).sum() + (w * w.conj()).real @ z


def first_of_many(x):
    products = (x * k for k in range(1, 4))
    return next(products)


def helper_with_a_generator_expression(x):
    return first_of_many(x) * first_of_many(x * x)


def negated_whole_numbers_without_signs(x, u):
    return x * np.sum(-u) + np.sum(x * x - -u) * np.sum(x * -u)


def list_of_indices_that_changes(x):
    order = [2, 0, 1]
    total = 0.0
    for k in order:
        total += x[k] ** 2 * (k + 1)
    order[0] = 1
    return total * x[order[0]]


def list_of_indices_sorted_behind_its_loop(x):
    order = [2, 0, 1]
    total = 0.0
    for k in order:
        total += x[k] ** 2 * (k + 1)
    order.sort()
    return total


def dictionary_of_indices_that_changes(x):
    place = {}
    for k in range(3):
        place[k] = 2 - k
    total = 0.0
    for k in range(3):
        total += x[place[k]] ** 2 * (place[k] + k)
    place[0] = 1
    return total * x[place[0]]


def tuple_with_indices_that_change(x):
    pair = (np.array([2, 0, 1]), 3)
    total = 0.0
    for k in range(3):
        total += x[pair[0][k]] ** 2 * (k + 1)
    pair[0][0] = 1
    return total


def set_that_shrinks(x):
    seen = set()
    total = 0.0
    for k in [0, 1, 0, 2, 1]:
        total = total + x[k] ** 2 if k in seen else total * x[k] + x[k]
        seen.add(k)
    seen.discard(0)
    return total * len(seen)


class Field:
    def __init__(self, b):
        self.b = b


def copy_in_a_field_of_what_lies_by_columns(x, A):
    field = Field(A.copy())
    t = field.b[0, 0] + field.b.sum()
    return t


def product_with_a_transposed_outer_product(x, y, s):
    for e in x:
        for k in range(4):
            for _ in range(2):
                y[k] += e
        k = 0
        while True:
            k += 1
            if k > 2:
                break
            y[::-1] += y.reshape(-1).reshape((4,))
    b = np.outer(np.arange(1, 3) * 0.4, y).T @ np.outer(np.arange(1, 3) * 0.4, y)[:, 0] * 0.3
    x[0] *= s * b.mean()
    return x[0]


def diagonal_kept_while_its_array_changes(x):
    A = np.outer(x, x)
    d = np.diagonal(A)
    A[0, 0] = 5.0 * x[1]
    return (d * d).sum() + np.trace(A)


def other_diagonal_kept_in_a_loop(x):
    A = np.outer(x, np.sin(x))
    d = A.diagonal(1)
    for k in range(2):
        A[k] = A[k] * x[k]
    return (d * d).sum() + A[1].sum()


def diagonals_of_a_stack_kept(x):
    A = np.outer(x, x) + np.eye(3)[:, :, None] * x
    d = np.linalg.diagonal(A)
    A[1] *= x[0]
    return (d * x).sum() + A[1].sum()


def set_made_in_the_head_of_its_loop(x):
    s = x.sum()
    for k in range(2):
        for v in frozenset([1, 2 + k]):
            s = s * s * v
    return s


def keys_made_in_the_head_of_their_loop(x):
    s = x[0] * 0.5
    for v in dict.fromkeys([1, 3, 2]):
        s = s * x[1] * v + s * s
    return s


MASK = np.array([0.5, 1.5, -1.0])


def scaled_where(x, mask, n=None):
    if mask is None or n is None:
        return x * 2
    return x * n * mask


def number_for_a_parameter_that_may_be_none(x):
    return scaled_where(x, MASK, 3).sum() * x[0]


def grown_by_a_part_of_itself(y):
    for _ in range(2):
        y = np.concatenate([y, y[:1]])
    return y @ np.arange(len(y)) ** 2


def grown_by_itself(y):
    for _ in range(2):
        y = np.concatenate([y, y])
    return y @ np.arange(len(y)) ** 2


def grown_by_another(y, x):
    for _ in range(2):
        y = np.hstack([y, x * y[0]])
    return y @ np.arange(len(y)) ** 2


def list_stored_in_an_array(x, n):
    a, powers = np.zeros((3, 2)), []
    for k in range(n):
        powers.append(x ** (k + 1))
    a[:] = powers
    a[1:] += powers
    a *= powers
    return a @ np.array([1.0, 2.0]) @ np.array([1.0, -2.0, 3.0])


def rows_stored_in_an_array(x, n):
    a = np.zeros((3, 2))
    a[1:] = [np.array([x ** (k + 1)]) for k in range(n)]
    a[:, [1, 0]] -= [x * k for k in range(n)]
    return a @ np.array([1.0, 2.0]) @ np.array([1.0, -2.0, 3.0])


def counts_changed_at_places(x):
    n, there = np.arange(4), np.array([True, False])
    y = x * x * n[2] * (1 + there[1])
    np.negative.at(n, [1])
    np.left_shift.at(n, [2, 2], [1, 2])
    np.logical_not.at(there, [1])
    return y + x * n[1] * n[2] * (1 + there[1])


def by_columns(rng):
    return rng.normal(size=3), np.asfortranarray(rng.normal(size=(3, 40)))


PROGRAMS = [
    Program(set_made_in_the_head_of_its_loop, arrays(3)),
    Program(keys_made_in_the_head_of_their_loop, arrays(3)),
    Program(diagonal_kept_while_its_array_changes, arrays(3)),
    Program(other_diagonal_kept_in_a_loop, arrays(3)),
    Program(diagonals_of_a_stack_kept, arrays(3)),
    Program(number_for_a_parameter_that_may_be_none, arrays(3)),
    Program(list_of_indices_that_changes, arrays(3)),
    Program(list_of_indices_sorted_behind_its_loop, arrays(3)),
    Program(dictionary_of_indices_that_changes, arrays(3)),
    Program(tuple_with_indices_that_change, arrays(3)),
    Program(set_that_shrinks, arrays(3)),
    Program(negated_whole_numbers_without_signs, numbers(np.array([1, 2, 3], dtype=np.uint8))),
    Program(reversed_plus_itself, arrays(4)),
    Program(a_choice_of_one_array, arrays(4, 4), ("x", "y")),
    Program(argument_rebound_after_a_change, arrays(4, 4, rest=(0.7,)), ("x", "y")),
    Program(argument_rebound_in_one_branch, arrays(4, 4, rest=(0.7,)), ("x", "y"), "first"),
    Program(argument_rebound_in_one_branch, arrays(4, 4, rest=(-0.7,)), ("x", "y"), "second"),
    Program(swapped_and_changed_by_the_other_name, arrays(4, 4, rest=(0.7,)), ("x", "y", "s")),
    Program(swapped_arguments_and_a_view, arrays(4, 4), ("x", "y")),
    Program(argument_rebound_to_an_alias_in_a_loop, arrays(4, 4), ("x", "y")),
    Program(constant_in_one_branch, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(record_of_a_branch_not_taken, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(array_of_a_branch_not_taken, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(array_of_a_branch_not_taken, arrays(4, rest=(9.1,)), ("x", "s"), "taken"),
    Program(number_augmented_by_an_element, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(structure_of_the_result, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(loop_that_shrinks_its_array, arrays(5)),
    Program(view_index_of_its_own_trip, arrays(4)),
    Program(reshaped_copy_or_view, arrays((2, 3))),
    Program(condition_that_the_branch_rebinds, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(array_unpacked, arrays(4)),
    Program(rows_unpacked, arrays((2, 3))),
    Program(array_unpacked_to_its_own_name, arrays(2)),
    Program(nested_function_in_a_branch_that_nobody_calls, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(two_lambdas_on_a_line, arrays(4)),
    Program(what_a_recursion_recorded_changes, arrays(4)),
    Program(what_a_recursion_recorded_changes_in_a_loop, arrays(4)),
    Program(placed_in_an_array_of_single_precision, lambda rng: (np.array([0.1, 0.9, 0.6], "f4"), 0.7), ("w",)),
    Program(array_in_a_list_that_changes, lambda rng: ([rng.normal(size=3)], rng.normal(size=3)), ("c", "y")),
    Program(array_in_a_dict_that_changes, arrays(3, 3), ("x", "y")),
    Program(array_named_like_a_stack, arrays(4, 4, rest=(0.7,)), ("x", "y")),
    Program(view_of_the_trip_before, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(view_of_the_trip_before_that_overlaps, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(last_cell_by_two_numbers, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(choice_in_a_loop_over_a_dict, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(single_and_double_swapped, lambda rng: (rng.normal(size=3), rng.normal(size=3).astype("f4")), ("x", "w")),
    Program(key_that_is_no_position, arrays(4)),
    Program(keys_counted, arrays(3)),
    Program(loop_over_sets, numbers()),
    Program(lambda_called_at_once_in_a_helper, arrays(3)),
    Program(sum_of_rows_seen_by_two_names_later, arrays(3, rest=(0.7, np.ones((2, 3)))), ("x", "s")),
    Program(sums_of_rows_begun_anew, arrays((2, 3), rest=(0.7,)), ("A", "s")),
    Program(sum_begun_anew_from_what_others_hold, arrays(3, rest=(0.7,)), ("x", "s")),
    Program(question_about_a_comparison, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(einsum_of_two_is_no_view, arrays(4, (2, 4)), ("x", "A")),
    Program(tuple_of_a_number_and_a_view_that_changes, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(choice_of_an_array_that_nobody_sees_again, arrays(4, rest=(0.7, np.ones(4))), ("x", "s"), "one"),
    Program(choice_of_an_array_that_nobody_sees_again, arrays(4, rest=(2.7, np.ones(4))), ("x", "s"), "other"),
    Program(choice_of_an_array_that_nobody_sees_again, arrays(4, rest=(2.7, np.ones(4))), ("x", "s", "y"), "all"),
    Program(choice_of_an_array_of_integers, arrays(4, rest=(0.7, np.arange(4))), ("x", "s"), "one"),
    Program(choice_of_an_array_of_integers, arrays(4, rest=(2.7, np.arange(4))), ("x", "s"), "other"),
    Program(array_read_by_a_list_after_a_change_in_a_dict,
            arrays(4, rest=(0.7, np.ones((3, 4)), (0.3, np.array([0.2, 0.4, 0.1, 0.9])))), ("x", "s", "A")),
    Program(cells_apart_that_ravel_copies, apart),
    Program(sum_of_rows_unpacked, arrays(3, rest=(0.7, np.ones((2, 3)))), ("x", "s")),
    Program(cells_masked_under_a_view_by_a_method, arrays((3, 4)), ("A",)),
    Program(wholly_divided_and_shared, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(wholly_divided_in_a_loop, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(entry_added_to_twice, arrays(40, rest=(0.7,)), ("x", "s")),
    Program(choice_of_one_array_by_two_ways, arrays(4, rest=(0.5,)), ("x",), "neither"),
    Program(choice_of_one_array_by_two_ways, arrays(4, rest=(0.7,)), ("x",), "both"),
    Program(list_popped_after_a_loop, arrays(3, 3, rest=(0.7,)), ("x", "y", "s")),
    Program(sum_of_an_empty_list, arrays(3, (2, 3)), ("x", "A")),
    Program(view_that_goes_round_by_swaps, arrays(4)),
    Program(view_of_two_arrays_swapped, arrays(4, 4, rest=(0.7,)), ("x", "y", "s")),
    Program(choice_behind_or, arrays(4, rest=(0.7,)), ("x", "s")),
    Program(array_times_a_list, arrays(3)),
    Program(array_times_a_list_of_what_varies, arrays(3, rest=(0.7,)), ("x", "s")),
    Program(product_with_a_list_of_constants, arrays(3)),
    Program(keys_in_a_loop_whose_variable_nothing_reads, arrays(2)),
    Program(choice_of_a_tuple_or_an_array, arrays(4, rest=(0.7,)), ("x", "s"), "one"),
    Program(choice_of_a_tuple_or_an_array, arrays(4, rest=(1.7,)), ("x", "s"), "other"),
    Program(choice_of_a_tuple_or_a_number, arrays(4, rest=(0.7,)), ("x",), "one"),
    Program(choice_of_a_tuple_or_a_number, arrays(4, rest=(1.7,)), ("x",), "other"),
    Program(choice_of_whole_numbers_from_outside, arrays(4, rest=(0.7,)), ("x",), "one"),
    Program(choice_of_whole_numbers_from_outside, arrays(4, rest=(1.7,)), ("x",), "other"),
    Program(converted_and_changed, arrays(3)),
    Program(helper_with_a_generator_expression, numbers()),
    Program(import_beside_a_nonlocal, numbers(count=2), ("x", "s")),
    Program(copy_in_a_field_of_what_lies_by_columns, by_columns, ("x",)),
    Program(product_with_a_transposed_outer_product, arrays(4, 4, rest=(0.7,)), ("x",)),
    Program(grown_by_a_part_of_itself, arrays(3), ("y",)),
    Program(grown_by_itself, arrays(3), ("y",)),
    Program(grown_by_another, arrays(3, 2), ("y", "x")),
    Program(list_stored_in_an_array, numbers(2)),
    Program(rows_stored_in_an_array, numbers(2)),
    Program(counts_changed_at_places, numbers()),
]  # fmt: skip
