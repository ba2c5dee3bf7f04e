"""Every public callable of NumPy, `math` and `cmath` is sorted, and docs/coverage.md says how."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sorted_callables import PAGE, WRITTEN_WITH, entries, modules, page

import adjoint
from adjoint.rules.refused import REFUSED, REWRITTEN


@pytest.mark.parametrize("module", list(modules()))
def test_every_callable_is_sorted(module: str) -> None:
    assert [e.name for e in entries(module) if e.state == "not yet"] == []


def test_the_page_is_up_to_date() -> None:
    """`python tests/rules/sorted_callables.py --write` writes it."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}", ".".join(np.__version__.split(".")[:2])
    if here != WRITTEN_WITH:
        pytest.skip(f"the page is written with Python {WRITTEN_WITH[0]} and NumPy {WRITTEN_WITH[1]}")
    assert page() == PAGE.read_text()


def test_there_are_at_least_three_hundred_rules() -> None:
    ruled = {id(e.value) for module in modules() for e in entries(module) if e.state == "rule"}
    assert len(ruled) >= 300


def test_a_reason_is_said() -> None:
    def shared(x):
        return np.intersect1d(x, x).sum()

    def swapped(x):
        y = 2 * x
        return y.byteswap().sum()

    with pytest.raises(
        adjoint.UnknownFunction, match=r"`np.intersect1d` cannot be differentiated\n(.|\n)*  Which cells"
    ):
        adjoint.grad(shared)(np.ones(3))
    with pytest.raises(
        adjoint.UnknownFunction, match=r"`y.byteswap` cannot be differentiated\n(.|\n)*  It takes the bytes"
    ):
        adjoint.grad(swapped)(np.ones(3))
    assert len(REFUSED) > 30


def put(x):
    y = np.zeros(4)
    np.put(y, [0, 2, 3], x)
    return y @ y


def putmask(x):
    y = np.ones(3)
    np.putmask(y, [True, False, True], x)
    return y @ y


def place(x):
    y = np.ones(3)
    np.place(y, [True, False, True], x)
    return y @ y


def put_along_axis(x):
    y = np.ones(3)
    np.put_along_axis(y, np.array([2, 0, 1]), x, 0)
    return y @ (y * [1, 2, 3])


def fill_diagonal(x):
    y = np.ones((3, 3))
    np.fill_diagonal(y, x)
    return np.sum(y**2)


def copyto(x):
    y = np.ones(3)
    np.copyto(y, x, where=[True, False, True])
    return y @ y


def fill(x):
    y = np.ones(3)
    y.fill(x[1])
    return y @ y


def put_method(x):
    y = np.ones(4)
    y.put([0, 2, 3], x)
    return y @ y


def sort(x):
    y = x * 2
    y.sort()
    return y @ [1, 2, 3]


def partition(x):
    y = x * 2
    y.partition(0)
    return y[0] ** 2


def vectorize(x):
    return np.vectorize(lambda t: t * t)(x).sum()


def apply_along_axis(x):
    return np.apply_along_axis(lambda row: row @ row, 0, np.outer(x, x)).sum()


def apply_over_axes(x):
    return np.apply_over_axes(np.sum, np.outer(x, x), [0]).sum()


def piecewise(x):
    return np.piecewise(x, [x > 1, x <= 1], [lambda t: t * t, 3.0]).sum()


def ndenumerate(x):
    total = 0.0
    for (k,), value in np.ndenumerate(x):
        total = total + (k + 1) * value * value
    return total


def fromfunction(x):
    return np.fromfunction(lambda i, j: i * x[0] + j * x[1] ** 2, (2, 3)).sum()


WRITTEN = {
    "put": put, "putmask": putmask, "place": place, "put_along_axis": put_along_axis, "fill_diagonal": fill_diagonal,
    "copyto": copyto, "ndarray.fill": fill, "ndarray.put": put_method, "ndarray.sort": sort,
    "ndarray.partition": partition, "vectorize": vectorize, "apply_along_axis": apply_along_axis,
    "apply_over_axes": apply_over_axes, "piecewise": piecewise, "ndenumerate": ndenumerate,
    "fromfunction": fromfunction,
}  # fmt: skip


@pytest.mark.parametrize("path", REWRITTEN)
def test_what_is_rewritten_is_differentiated(path: str) -> None:
    adjoint.check_grads(WRITTEN[path], (np.array([1.7, 0.6, 2.3]),))
