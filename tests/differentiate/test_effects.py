"""Calls that change arrays and lists in place: differentiated as stores, or refused."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint

AT = np.array([0, 2, 0])


def added_at(x):
    y = x * x
    np.add.at(y, AT, 2 * x)
    return (y * y).sum()


def subtracted_at(x):
    y = np.zeros(3)
    np.subtract.at(y, AT, x)
    return (y**3).sum()


def copied_to(x):
    y = np.zeros(3)
    np.copyto(y, x)
    y[1] = 0.0
    return (y * y).sum()


def with_out(x):
    y = np.zeros(3)
    z = np.multiply(x, 2.0, out=y)
    np.exp(y, y)
    return (y * z).sum()


def reduced_out(x):
    y = np.zeros(2)
    np.stack([x, x * x]).sum(axis=1, out=y)
    return y[0] * y[1]


def filled(x):
    y = np.zeros(3)
    y.fill(x[0])
    y[1] *= x[1]
    return (y * y).sum()


def sorted_in_place(x):
    y = x * x
    y.sort()
    return (y * np.arange(3.0)).sum()


def extended(x):
    items = [x[0]]
    items.extend([x[1], x[2] * x[0]])
    return items[0] * items[1] * items[2]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    "f", [added_at, subtracted_at, copied_to, with_out, reduced_out, filled, sorted_in_place, extended]
)
def test_derivatives(f, order):
    adjoint.check_grads(f, (np.array([3.0, -1.0, 2.0]),), order=order)


def resized(x):
    y = x * 2
    y.resize((4,))
    return y.sum()


@pytest.mark.parametrize(("f", "what"), [(resized, "y.resize")])
def test_refused(f, what):
    with pytest.raises(adjoint.UnsupportedMutation, match=f"`{what}` changes values"):
        adjoint.grad(f)(np.ones(3))
