"""What is said and written where a statement of the compiler could once be deleted unnoticed."""

from __future__ import annotations

import numpy as np
import pytest
from programs_aliases import chosen_by_a_branch
from programs_language import ternaries

import adjoint

TABLE = np.array([2.0, 3.0, 4.0])


def moved_on(x):
    a = x * 1.0
    v = a[:-1]
    a[1:] = v
    return a * a


def too_many_indices(x):
    y = x * 1.0
    return y[0, 1:] * x


def global_overwritten(x):
    y = TABLE * x
    TABLE[0] = 5.0
    return y


def updated_by_an_array(x):
    d = {}
    for k in range(2):
        d[k] = x
    d.update(np.array([[1.0, 2.0]]))
    return d[1]


def power(x, n):
    return x if n == 0 else x * power(x * x, n - 1)


def test_vectors_in_equal_steps_are_not_looked_at_when_the_program_runs():
    assert "check_store" not in adjoint.source(adjoint.vjp(moved_on), np.ones(3))


def test_what_a_helper_gives_is_written_where_it_is_used():
    text = adjoint.source(adjoint.vjp(chosen_by_a_branch, wrt=("x", "y")), np.ones(3), np.ones(3), True)
    assert "return 2 * cotangent_of(a, cotangents), 2 * cotangent_of(b, cotangents) * y" in text


def test_a_test_is_written_in_the_choice_that_it_makes():
    assert "t = 2 if y > 1 else 3" in adjoint.source(adjoint.vjp(ternaries, wrt=("x", "y")), 0.5, 0.6)


def test_too_many_indices_are_told_by_numpy():
    with pytest.raises(IndexError, match="too many indices"):
        adjoint.vjp(too_many_indices)(np.ones(3))


def test_an_array_of_others_is_not_put_back():
    with pytest.raises(adjoint.UnsupportedMutation, match="`TABLE` is changed while its old values still matter"):
        adjoint.vjp(global_overwritten)(np.ones(3))


def test_a_dictionary_is_updated_by_dictionaries_and_lists_alone():
    with pytest.raises(adjoint.UnsupportedMutation, match="`d.update` changes values") as caught:
        adjoint.vjp(updated_by_an_array)(2.0)
    assert "Update by a dictionary." in str(caught.value)


def test_what_a_recursive_function_gives_is_known():
    assert "unbroadcast" not in adjoint.source(adjoint.vjp(power), 1.5, 3)
