"""Programs that miss a deleted statement of the compiler which no other program missed (tests/fuzz/deletion.py).

And what was found beside them: the test of a branch that changes what it asks.
"""

from __future__ import annotations

import collections
import io
import json
import logging
import math
from collections import deque
from types import MethodType

import numpy as np
from numpy import copyto
from program import Program, arrays, numbers, positive

import adjoint


def underscore_read_below_a_loop(x):
    _ = np.tanh(x)
    s = _
    for _k in range(3):
        s = np.sin(s) * _
    for _k in range(2):
        s = 0.5 * s
    return s * _


def underscore_read_below_a_pop(x):
    _ = np.tanh(x)
    xs = [x]
    for _k in range(3):
        xs.append(xs[-1] * _)
    a = xs.pop() * _
    xs.append(a)
    return xs.pop() * xs[1] * _


def one_variance_added_to(x):
    c = np.cov(x) * 2.0  # of one row a number: `d += …` leaves c as it is
    d = c
    d += x[0, 0]
    return c * d


def bound_before_what_fails(x, text):
    n = 2
    try:
        m = int(text)
        n = 3
        m = m + int(text)
    except ValueError:
        m = 1
    return x * x * n * m


def last_entry_thrown_away(x):
    d = {}
    for k in range(3):
        d[k] = x ** (k + 1)
    d.popitem()
    s = 0.0
    for v in d.values():
        s += v * v
    return s


def last_entry_taken(x):
    d = {}
    for k in range(3):
        d[k] = x**k
    n, v = d.popitem()
    return v * 3 * d[1] + n * x


def pairs_copied_and_appended(x):
    rows = []
    for k in range(3):
        rows.append((x * k, x))
    other = rows.copy()
    other.append((x * x, x))
    return other[3][0] * other[1][0] + rows[2][1]


def list_repeated_in_place(x):
    xs = [x, x * x]
    xs *= 2
    return xs[0] * xs[3]


def branch_by_a_list_that_grows(x):
    xs = []
    for _k in range(3):
        if xs:
            xs.append(2.0 * x)
        else:
            xs.append(x * x * x)
    return xs[0]


def branch_by_a_list_and_a_number(x):
    xs = []
    for k in range(3):
        if xs and k:
            xs.append(xs[-1] * x)
        else:
            xs.append(x * x * x)
    return xs[2] * xs[0]


def branch_by_an_array_that_changes(x):
    a = np.array([x]) * 1.0
    y = x
    for _k in range(3):
        if a:
            a *= 0.0
            y = y * x * x
        else:
            y = y * 3.0
    return y


def choice_by_a_list_that_grows(x):
    xs = []
    for _k in range(3):
        t = 2.0 * x if xs else x * x * x
        xs.append(t)
    return xs[0] * xs[1]


def swapped_and_read_in_turn(x, y):
    a = x * 1.0
    b = y * 1.0
    s = 0.0
    for k in range(3):
        a, b = b, a
        s = s + np.sum(a * a) * (k + 1)
    return s


def alias_of_the_trip_before(x):
    a = x * 1.0
    c = x * 2.0
    s = 0.0
    for _k in range(3):
        b = a
        b[0] = b[0] * x[1]
        s = s + c[0] * c[0]
        a = c
    return s


def swapped_with_its_alias(x):
    a = x * 2.0
    b = a
    s = 0.0
    for _k in range(3):
        a, b = b, a
        s = s + b[0] * b[0]
        a[0] = a[0] * x[1]
    return s


def sign_of_a_complex_number(x):
    z = x + 1j * x * x
    return np.sum(np.sign(z).imag)


def reshaped_to_a_column(x):
    y = np.reshape(x, (3, -1))
    w = np.outer(np.ones(3), x)
    return np.sum(y * w)


def slice_and_array_in_a_row(x):
    return np.sum(np.r_[0:3, x] ** 2)


def squares_of_a_list(x, xs):
    s = 0.0
    for v in xs:
        s = s + v * v * x
    return s


def entries_of_a_dictionary(x, d):
    s = 0.0
    for n in d:
        s = s + d[n] * x * x
    return s


def rows_of_a_list_with_a_store(x, d):
    s = 0.0
    for v in d:
        s = s + np.sum(v * x)
    d[0][0] = x
    return s + np.sum(d[0] * d[1]) * x


def rows_below_a_key_that_is_a_tuple(x, d, k):
    s = 0.0
    for v in d[k]:
        s = s + v * x * x
    return np.sum(s)


class _Unhashable:
    __hash__ = None

    def __call__(self, x):
        return x * x * 3.0


class _Weighted:
    def __init__(self):
        self.w = 3.0


def field_of_an_object(x, o):
    return o.w * x * x


def object_without_a_hash_called(x, f):
    return f(x) * x


def mean_of_an_array_that_shrinks(x):
    s = 0.0
    y = x * 1.0
    for _k in range(3):
        s = s + np.sum(y * y) / y.size
        y = y[:-1] * x[0]
    return s


def loop_that_breaks_in_an_attempt(x, texts):
    s = x
    for k in range(3):
        try:
            for j in range(2):
                m = int(texts[k][j])
                if m > 5:
                    break
            q = j
        except ValueError:
            q = 9
        s = s + x * q * s
    return s


def list_sorted_from_the_greatest(x):
    xs = [x, x * x, x * x * x, 2.0]
    xs.sort(reverse=True)
    return xs[0] * 3.0 + xs[1] * xs[2]


def unlike_lists_zipped_strictly(x, n):
    xs, ys = [x], []
    for k in range(n):
        xs.append(x * k)
        ys.append(x * x)
    try:
        pairs = list(zip(xs, ys, strict=True))
    except ValueError:
        pairs = [(x * x * x, x)]
    s = 0.0
    for a, b in pairs:
        s += a * b
    return s


def deque_with_a_greatest_length(x, n):
    d = deque(maxlen=3)
    for k in range(n):
        d.append(x**k)
    e = deque(d)
    return d[0] * d[1] * e[2]


def chosen_roots_of_negative_numbers(x, chosen):
    a = np.zeros(3, complex)
    np.sqrt(-x * x, out=a, where=chosen, dtype=complex)
    return np.sum(np.abs(a) ** 4)


def outer_product_as_complex_numbers(x):
    a = np.multiply.outer(x * x, x * x, dtype=complex)
    return np.sum(np.abs(np.sqrt(-a)) ** 4)


def rows_drawn_once_each(x):
    rng = np.random.default_rng(3)
    b = rng.choice(x, size=2, replace=False)
    return np.sum(b * b * b)


def sum_and_greatest_from_a_first(x):
    return np.sum(x * x, initial=2.0) * np.max(x, initial=-5.0)


def choice_of_an_exponential_of_a_root(x):
    t = np.where(x > 0, np.exp(np.sqrt(np.abs(x))), 0.0)
    return np.sum(t)


def summed_in_either_branch(x, n):
    y = np.sin(x)
    if n > 0:
        s = np.sum(y)
    else:
        s = 3.0 * np.sum(y)
    return s


def items_popped_in_a_loop_and_lost(x, n):
    xs = []
    for k in range(6):
        xs.append(x**k)
    for _k in range(n):
        xs.pop()
    return xs[1] * xs[3]


def summed_beside_a_sum_of_squares(x):
    y = np.sin(x)
    z = y * y
    a = np.sum(z)
    return a * np.sum(y)


def chosen_and_doubled(x):
    c = x > 0.3
    t = np.sqrt(np.abs(x))
    z = t * 2.0
    y = np.where(c, t, 0.0)
    return np.sum(y * y) + np.sum(z * z)


def copied_where_a_column_says(x, column):
    a = x * x
    copyto(a, 2.0, where=column)
    return (a * a).sum()


def choice_tested_by_what_it_chooses(x):
    y = x * 1.0
    s = 0.0
    for _k in range(3):
        t = np.sqrt(y)
        c = t > 0.9
        w = np.where(c, t, 0.0)
        s = s + np.sum(w * w * w)
        y = y * 1.3
    return s


def view_read_before_a_loop_and_in_it(x, n):
    a = x * 1.0
    v = a[1:]
    s = np.sum(v * v)
    for k in range(n):
        a[k + 1] = a[k] * 2.0
        s = s + np.sum(v)
    return s


def swapped_and_one_bound_anew(x, n):
    a, b = x * 1.0, x * x
    s = 0.0
    for _k in range(n):
        a, b = b, a
        s = a * x
        b = x * 2.0
    return s


def grid_in_a_list_doubled(x):
    g = list(np.meshgrid(x, x * x))
    for k in range(2):
        g[k] *= 2.0
    return np.sum(g[0] * g[1])


def stored_through_a_flat_view_of_the_argument(x):
    v = np.ravel(x)
    v[0] = v[1] * x[1, 1]
    return np.sum(x * x)


def divided_in_place_and_summed(x):
    y = np.sin(x)
    y /= np.cos(x) + 2.0
    return np.sum(y)


def divided_in_place_and_chosen(x):
    c = x > 1.0
    y = np.sqrt(x)
    y /= x + 2.0
    w = np.where(c, y, 0.0)
    return np.sum(w * w)


def rows_joined_along_an_axis(x):
    b = np.append(x, x * 2.0, axis=1)
    return np.sum(b * b * b)


def mantissas_of_a_number_and_of_one_in_an_array(x):
    return np.frexp(x[0])[0] * math.frexp(x[1])[0]


def _square_times(a, k=1.0):
    return a * a * k


def _times(a, k=1.0):
    return a * k


def functions_called_by_keyword(x, functions):
    s = 0.0
    for g in functions:
        s = s + g(x, k=x * x)
    return s


def factor_of_a_symmetric_matrix(x):
    return np.sum(np.linalg.cholesky(x + x.T + np.eye(2) * 9.0))


def argument_appended_in_a_loop(x, n):
    xs = []
    for _k in range(n):
        xs.append(x)
    return xs[0] * xs[2]


def one_part_tested_alone(x, n):
    m = np.array([[x, 1.0], [1.0, x * x]])
    if n:
        q, v = np.linalg.eigh(m)
        s = q[0]
    else:
        q, v = np.linalg.eigh(m * x)
        s = q[0] + v[0, 0] ** 2
    if v[0, 0] > 5.0:
        s = 2.0 * s
    return s


def row_read_in_a_loop_and_below_it(x):
    a = x * 1.0
    s = 0.0
    row = a[0]
    for k in range(3):
        row = a[k]
        s = s + np.sum(row * row)
        a[k, 0] = s
    return s + np.sum(row * row)


def told_to_a_logger_made_here(x):
    log = logging.getLogger("adjoint.tests")
    log.debug("x is %s", x)
    return x * x


def picked_of_a_squeezed_array(x, places):
    y = np.squeeze(x)
    return y[places] ** 2


def axis_given_to_expand_dims(x, k):
    y = np.expand_dims(x, k)
    return y * y


def stored_by_a_while_in_a_loop(x, n):
    y = x * 1.0
    for i in range(n):
        k = 0
        while k < 2:
            a = y[0, i] * y[1, i]
            y[0, i + 1] = a
            k += 1
    return y


def number_loaded_from_a_text(x):
    v = json.loads(str(x))
    return v * x


def numbers_saved_to_a_name(x, file):
    np.savetxt(file, x)
    file.seek(0)
    y = np.array([float(line) for line in file])
    return y * x


def text_put_into_a_list(x):
    texts = ["", ""]
    texts[0] = str(x)
    return float(texts[0]) * x


def numbers_of_bytes(x):
    return np.frombuffer(x.tobytes()) * x


def nothing_made_an_array(x):
    return np.sum(np.array([])) + x * x


def rows_written_by_stars(x):
    y = np.array([[*x], [*x]])
    return y * y


def product_of_a_list_and_an_array(x):
    return np.dot([1.0, 2.0], x) * x


LEAST = MethodType(min, 2.0)


def least_of_a_bound_builtin(x):
    return LEAST(x) * x


class Slotted:
    __slots__ = ("k", "__weakref__")

    def twice(self):
        return 2 * self.k


OTHER = Slotted()
OTHER.k = 2.0


def attribute_of_one_of_two(x, o, n):
    p = o if n else OTHER
    p.k = x
    return p.k * x


def lists_in_a_list_extended(xs, x):
    rows = []
    for k in range(3):
        rows.append([x * k])
    for k in range(3):
        rows[k] += [x * x, 2 * x]
    rows[0] += xs
    s = 0.0
    for row in rows:
        for v in row:
            s += v * v
    return s


def deque_by_another_name(x):
    window = collections.deque(maxlen=3)
    for k in range(5):
        window.append(x * k)
    other = window
    other.append(x * x)
    return window[0] * other[1] * other[2]


def deque_by_names_in_a_loop(x):
    window = collections.deque(maxlen=2)
    window.append(x)
    for k in range(4):
        if k > 0:
            third = second  # noqa: F821 - bound below
            third.append(x * k)
        second = window
    return window[0] * window[1] + len(window) * x


def dictionary_of_short_texts(x):
    d, xs = dict(["ab", "cd"]), []
    for _k in d:
        xs.append(x * x)
    return xs[0] * xs[1]


def shuffled_in_place(x):
    np.random.seed(0)
    a = x * x
    np.random.shuffle(a)
    return a[0] * x[1]


def whole_numbers_negated_at(x):
    n = np.arange(4)
    np.negative.at(n, [1])
    return x * x * n[1]


def exponential_of_no_negation(x):
    e = np.exp(x)
    return 1 / (1 + e)


def pair_of_numbers_bound_to_what_varied(x):
    a, b = divmod(8, 3)
    for k in range(2):
        a, b = divmod(7, 2) if k > 5 else (a * x, b * x)
    for _k in range(2):
        s = a * b
        a, b = np.unravel_index(1, (2, 2))
        a = a * x
        b = b * x
    return s + a * b


def _of_a_dictionary(x, n):
    d = {}
    for k in range(n):
        d[k] = x * x * (k + 1)
    s = 0.0
    for k in range(n):
        s += d[k] * d[k // 2] * x
    return s


def gradient_of_a_dictionary_inside(x, n):
    return adjoint.grad(_of_a_dictionary)(x, n) * x


def keys_of_a_dictionary_made_in_the_head(x):
    pairs = []
    for k in range(3):
        pairs.append((k, x * k))
    s = x
    for k in dict(pairs):
        s = s * s * (k + 1)
    return s


def class_that_the_run_chooses(A, x):
    wanted = np.ndarray if x > 0 else list
    y = x * x
    if isinstance(A, wanted):
        y = y * 3
    return y


def as_often_as_a_set_has_items(x):
    s = x
    for _v in frozenset([1, 2]):
        s = np.sin(s) * s
    return s


PROGRAMS = [
    Program(underscore_read_below_a_loop, numbers()),
    Program(underscore_read_below_a_pop, numbers()),
    Program(one_variance_added_to, arrays((1, 4))),
    Program(bound_before_what_fails, numbers("a")),
    Program(bound_before_what_fails, numbers("2"), note="not"),
    Program(last_entry_thrown_away, numbers()),
    Program(last_entry_taken, numbers()),
    Program(pairs_copied_and_appended, numbers()),
    Program(list_repeated_in_place, numbers()),
    Program(branch_by_a_list_that_grows, numbers()),
    Program(branch_by_a_list_and_a_number, numbers()),
    Program(branch_by_an_array_that_changes, numbers()),
    Program(choice_by_a_list_that_grows, numbers()),
    Program(swapped_and_read_in_turn, arrays(3, 3)),
    Program(alias_of_the_trip_before, arrays(3)),
    Program(swapped_with_its_alias, arrays(3)),
    Program(sign_of_a_complex_number, arrays(3)),
    Program(reshaped_to_a_column, arrays(3)),
    Program(slice_and_array_in_a_row, arrays(3)),
    Program(squares_of_a_list, numbers([1.0, 2.0])),
    Program(entries_of_a_dictionary, numbers({"a": 1.0, "b": 2.0})),
    Program(rows_of_a_list_with_a_store, numbers([np.ones(2), 2.0 * np.ones(2)])),
    Program(rows_below_a_key_that_is_a_tuple, numbers({(1,): [np.ones(2)], (2,): [2.0 * np.ones(2)]}, (2,))),
    Program(field_of_an_object, numbers(_Weighted())),
    Program(object_without_a_hash_called, numbers(_Unhashable())),
    Program(mean_of_an_array_that_shrinks, arrays(5)),
    Program(loop_that_breaks_in_an_attempt, numbers(["12", "71", "34"])),
    Program(list_sorted_from_the_greatest, numbers()),
    Program(unlike_lists_zipped_strictly, numbers(2)),
    Program(deque_with_a_greatest_length, numbers(5)),
    Program(chosen_roots_of_negative_numbers, arrays(3, rest=(np.array([True, False, True]),))),
    Program(outer_product_as_complex_numbers, arrays(3)),
    Program(rows_drawn_once_each, arrays(4)),
    Program(sum_and_greatest_from_a_first, arrays(3)),
    Program(choice_of_an_exponential_of_a_root, arrays(4)),
    Program(summed_in_either_branch, arrays(3, rest=(1,))),
    Program(summed_in_either_branch, arrays(3, rest=(-1,)), note="not"),
    Program(items_popped_in_a_loop_and_lost, numbers(2)),
    Program(summed_beside_a_sum_of_squares, arrays(3)),
    Program(chosen_and_doubled, arrays(4)),
    Program(copied_where_a_column_says, arrays((2, 3), rest=(np.array([[True], [False]]),))),
    Program(choice_tested_by_what_it_chooses, positive(4)),
    Program(view_read_before_a_loop_and_in_it, arrays(3, rest=(2,))),
    Program(view_read_before_a_loop_and_in_it, arrays(3, rest=(0,)), note="zero"),
    Program(swapped_and_one_bound_anew, numbers(3)),
    Program(grid_in_a_list_doubled, arrays(3)),
    Program(stored_through_a_flat_view_of_the_argument, arrays((2, 2))),
    Program(divided_in_place_and_summed, positive(3)),
    Program(divided_in_place_and_chosen, positive(4)),
    Program(rows_joined_along_an_axis, arrays((2, 3))),
    Program(mantissas_of_a_number_and_of_one_in_an_array, positive(2)),
    Program(functions_called_by_keyword, numbers([_square_times, _times])),
    Program(factor_of_a_symmetric_matrix, positive((2, 2))),
    Program(argument_appended_in_a_loop, numbers(4)),
    Program(one_part_tested_alone, numbers(1)),
    Program(one_part_tested_alone, numbers(0), note="not"),
    Program(row_read_in_a_loop_and_below_it, positive((3, 3))),
    Program(told_to_a_logger_made_here, numbers()),
    Program(picked_of_a_squeezed_array, arrays((1, 3, 2), rest=(np.array([0, 2]),))),
    Program(axis_given_to_expand_dims, arrays(3, rest=(0,))),
    Program(stored_by_a_while_in_a_loop, arrays((2, 4), rest=(3,))),
    Program(nothing_made_an_array, arrays(2)),
    Program(rows_written_by_stars, arrays(2)),
    Program(product_of_a_list_and_an_array, arrays((2, 3))),
    Program(lists_in_a_list_extended, lambda rng: ([1.3, 0.7, 0.9], float(rng.uniform(0.5, 2.0))), wrt=("xs", "x")),
    Program(deque_by_another_name, numbers()),
    Program(deque_by_names_in_a_loop, numbers()),
    Program(dictionary_of_short_texts, numbers()),
    Program(shuffled_in_place, arrays(3)),
    Program(whole_numbers_negated_at, numbers()),
    Program(exponential_of_no_negation, numbers()),
    Program(pair_of_numbers_bound_to_what_varied, numbers()),
    Program(gradient_of_a_dictionary_inside, numbers(3)),
    Program(keys_of_a_dictionary_made_in_the_head, numbers()),
    Program(class_that_the_run_chooses, lambda rng: (rng.normal(size=2), float(rng.uniform(0.5, 2.0)))),
    Program(as_often_as_a_set_has_items, numbers()),
]
REFUSED = [
    Program(number_loaded_from_a_text, numbers()),
    Program(numbers_saved_to_a_name, arrays(2, rest=(io.StringIO(),))),
    Program(text_put_into_a_list, numbers()),
    Program(numbers_of_bytes, arrays(2)),
    Program(least_of_a_bound_builtin, numbers()),
    Program(attribute_of_one_of_two, numbers(Slotted(), 1)),
]
