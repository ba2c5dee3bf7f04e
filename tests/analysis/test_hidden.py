"""Arrays that are attributes: a value put into one and read from there again is refused, never lost."""

from __future__ import annotations

import numpy as np
import pytest

from adjoint import UnsupportedMutation, UnsupportedSyntax, grad

X = np.array([0.3, 0.7, 1.1])


class Model:
    pass


model = Model()
model.inner = Model()
model.w = model.inner.w = np.zeros(3)
model.several = [np.zeros(3)]
TABLE = np.zeros(3)


def stored(x):
    model.w[0] = x[0]
    return model.w[0] * x[1]


def of_an_attribute(x):
    model.inner.w[0] = x[0]
    return model.inner.w[0] * x[1]


def through_a_view(x):
    v = model.w[1:]
    v[0] = x[0]
    return model.w[1] * x[1]


def in_a_list(x):
    model.several[0][0] = x[0]
    return model.several[0][0] * x[1]


def added(x):
    for i in range(3):
        model.w[i] += x[i]
    return model.w.sum() * x[1]


@pytest.mark.parametrize("f", [stored, of_an_attribute, through_a_view, in_a_list, added])
def test_what_is_put_into_an_attribute_and_read_from_there_is_refused(f) -> None:
    with pytest.raises(UnsupportedMutation, match="a value that derivatives pass through is put into `model`"):
        grad(f)(X)


NOTED: list[object] = []


class Noted:
    def __init__(self, v):
        self.v = v
        NOTED.append(self)


@pytest.mark.parametrize("before", [0, 2])
def test_what_an_object_puts_outside_when_it_is_made_is_refused(before) -> None:
    """Whether or not there is something outside already, of which it is known what it is."""

    def f(x):
        for v in x:
            Noted(v)
        return sum(n.v for n in NOTED)

    NOTED[:] = [Noted(1.0) for _ in range(before)]
    with pytest.raises(UnsupportedMutation, match="a value that derivatives pass through is put into `NOTED`"):
        grad(f)(X)


def test_what_nobody_reads_is_an_effect() -> None:
    def noted(x):
        model.w[0] = x[0]
        return (x * x).sum()

    np.testing.assert_allclose(grad(noted)(X), 2 * X)
    assert model.w[0] == X[0]


def test_globals_by_another_way() -> None:
    def hidden(x):
        globals()["TABLE"][0] = x[0]
        return TABLE[0] * x[1]

    with pytest.raises(UnsupportedSyntax, match="`globals`"):
        grad(hidden)(X)
