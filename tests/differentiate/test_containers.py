"""Lists and dictionaries: what the generated text says, what is refused and how, what the caller's stay."""

from __future__ import annotations

import collections
import re

import numpy as np
import pytest

import adjoint

history = []
counts = {}


def memo(x, n):
    known = {0: x, 1: x * x}
    for k in range(2, n):
        known[k] = known[k - 1] * 0.5 + np.sin(known[k - 2])
    return known[n - 1]


def test_the_cotangent_of_a_dictionary_lacks_what_is_zero():
    text = adjoint.source(memo, 1.5, 6)
    assert "known_bar = {}" in text
    assert "t_bar = known_bar.pop(k, 0.0)" in text


def waiting(x):
    queue = [x, 2 * x]
    queue.insert(0, x * x)
    return queue.pop(0) * queue[1]


def test_what_was_put_in_is_taken_out():
    text = adjoint.source(waiting, 1.5)
    assert "queue_bar.insert(0, " in text
    assert "queue_bar.pop(0)" in text


def rows_by_name(x):
    rows = [[x], [x * x]]
    row = rows[0]
    row.append(3 * x)
    rows.append(row)
    return rows[2][1] * rows[1][0]


def test_lists_in_lists_have_cotangents_by_what_they_are():
    text = adjoint.source(rows_by_name, 1.5)
    assert "row_bar = cotangent_of(row, cotangents)" in text or "cotangent_of(row, cotangents)" in text
    assert "rows_bar" not in text


def grown_tuple(x):
    t = ()
    for k in range(3):
        t = t + (x * k,)
    u = t
    return u[-1]


def deque_returned(x):
    window = collections.deque([x])
    window.append(x * x)
    return window


def deque_in_a_list(x):
    window = collections.deque([x], maxlen=2)
    both = [window, [x]]
    both[0].append(x * 2)
    return both[0][0]


def default_by_a_function(x):
    d = collections.defaultdict(lambda: x)
    return d["a"] * 2


def every_second_deleted(x):
    xs = [x, 2 * x, 3 * x]
    del xs[::2]
    return xs[0]


def number_and_array(x):
    pairs = [(x, np.ones(2))]
    for k in range(2):
        v, a = pairs[k]
        a[0] = v
        pairs.append((v * a[0], a))
    return pairs[-1][0]


def value_in_a_set(x):
    seen = set()
    seen.add(x)
    return sum(seen) * x


REFUSED = [
    (value_in_a_set, "a value that derivatives pass through is put into a set", "Keep the values in a list"),
    (grown_tuple, "what this operator makes of a tuple is not followed", "Collect the items in a list."),
    (
        deque_returned,
        "a deque is returned, which is a list while derivatives pass through it",
        "Return `list(…)` of it.",
    ),
    (
        deque_in_a_list,
        "how long this deque may become is known only when the program runs",
        "Keep a deque with `maxlen` in a variable of its own.",
    ),
    (default_by_a_function, "derivatives are not followed through an object of `collections.defaultdict`", "Keep"),
    (every_second_deleted, "`del` of every so many items cannot be differentiated", "Keep the others"),
    (number_and_array, "share memory in a way that is known only when the program runs", "Write to a copy"),
]


@pytest.mark.parametrize(("f", "message", "advice"), REFUSED, ids=lambda v: getattr(v, "__name__", None))
def test_refused(f, message, advice):
    with pytest.raises(adjoint.AdjointError, match=re.escape(message)) as caught:
        adjoint.vjp(f)(1.5)
    assert advice in str(caught.value)
    assert "test_containers.py" in str(caught.value)
    assert "^" in str(caught.value)


def noted(x):
    y = x * 2
    history.append(float(y))
    counts["calls"] = counts.get("calls", 0) + 1
    return y * y


def test_effects_on_lists_from_outside_happen_once():
    history.clear()
    counts.clear()
    assert adjoint.grad(noted)(1.5) == 12.0
    assert history == [3.0]
    assert counts == {"calls": 1}


def filled(x, items, table, rows):
    items.append(x * 2)
    table["k"] = items[-1] * x
    rows[0][0] = table["k"]
    rows[1].append(rows[0][0])
    return rows[1][-1] * x


def test_arguments_that_change_are_worked_on_in_copies():
    items, table, rows = [1.0], {"j": 1.0}, [[1.0], []]
    assert adjoint.grad(filled)(1.5, items, table, rows) == pytest.approx(6 * 1.5**2)
    assert (items, table, rows) == ([1.0], {"j": 1.0}, [[1.0], []])


def structured(items, table):
    total = 0.0
    for key in table:
        total = total + table[key] * items[0]
    items[1] = total
    return items[1] * items[0]


def test_gradients_are_built_like_their_arguments():
    items_bar, table_bar = adjoint.grad(structured, wrt=("items", "table"))([2.0, 5.0], {"a": 1.0, "b": 3.0})
    assert items_bar == [16.0, 0.0]
    assert table_bar == {"a": 4.0, "b": 4.0}


def halves(x):
    parts = [x * 1, x * 2]
    parts[0][1:] = parts[1][:-1] * parts[0][1:]
    parts[1] += parts[0]
    return parts[1].sum()


def test_single_precision_stays():
    gradient = adjoint.grad(halves)(np.array([1, 2, 3], np.float32))
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, [7.0, 10.0, 6.0])


def empty_parts(x):
    parts = [x[:0], x]
    parts[0][:] = 0
    parts[1][0] = x[1] * 2
    return parts[1].sum() + parts[0].sum()


def test_arrays_without_cells():
    np.testing.assert_allclose(adjoint.grad(empty_parts)(np.array([1.0, 2.0, 3.0])), [0.0, 3.0, 1.0])
