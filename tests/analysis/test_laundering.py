"""Numbers read from texts of values that derivatives pass through are refused; texts beside them are of no matter."""

from __future__ import annotations

import io

import numpy as np
import pytest

import adjoint


def by_repr(x):
    return float(repr(x)) * x


def by_format(x):
    s = f"{x:.17g}"
    t = s.strip().split(":")[0]
    return np.float64(t) * x


def by_percent(x):
    return x + float("%g" % x)


def by_complex(x):
    return complex("{}".format(x)).real + x


def by_printing(x):
    stream = io.StringIO()
    print(x, file=stream)
    return float(stream.getvalue()) * x


def by_list(x):
    parts = []
    parts.append(str(x))
    return np.array(parts, dtype=float).sum() * x


def by_helper(x):
    def parsed(text):
        return float(text)

    return parsed(str(x)) * x


def by_loop(x):
    s = 0.0
    for word in f"{x} {x}".split():
        s = s + float(word)
    return s


LAUNDERING = [by_repr, by_format, by_percent, by_complex, by_printing, by_list, by_helper, by_loop]


@pytest.mark.parametrize("f", LAUNDERING, ids=lambda f: f.__name__)
def test_numbers_read_from_texts_are_refused(f) -> None:
    with pytest.raises(adjoint.UnknownFunction) as caught:
        adjoint.grad(f)(1.5)
    first, place, *_, advice = str(caught.value).split("\n")
    assert first.endswith("reads a number from the text of a value that derivatives pass through")
    assert place.startswith("  tests/analysis/test_laundering.py:")
    assert advice == "  Compute with the value itself, and make the text of it apart."


def length_of_a_text(x):
    s = f"{x}"
    return x * len(s) if s != "nan" else x


def numbers_of_other_texts(x, text):
    label = f"{x}: {text}"
    k = float(text)
    labels = [(x, label)]
    for v, name in labels:
        x = x * v * k if name else x
    return x


def test_texts_beside_values() -> None:
    assert adjoint.grad(length_of_a_text)(1.5) == 3.0
    assert adjoint.grad(numbers_of_other_texts)(1.5, "2") == 6.0


def in_a_set(x):
    seen = set()
    seen.add(x * x)
    for v in seen:
        x = x + v
    return x


def in_a_display(x):
    total = 0.0
    for v in {x, 2 * x}:
        total += v
    return total


@pytest.mark.parametrize("f", [in_a_set, in_a_display], ids=lambda f: f.__name__)
def test_values_in_sets_are_refused(f) -> None:
    with pytest.raises(adjoint.UnknownFunction) as caught:
        adjoint.grad(f)(1.5)
    assert str(caught.value).split("\n")[0] == "a value that derivatives pass through is put into a set"
