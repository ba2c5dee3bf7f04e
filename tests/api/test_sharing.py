"""Arrays that share memory while one of them is changed: right, or refused when the function is called."""

from __future__ import annotations

import numpy as np
import pytest

from adjoint import SharedMemory, value_and_grad
from adjoint.sharing import overlaps_itself

X = np.array([0.3, 0.7, -1.1])
TABLE = np.arange(1.0, 7.0)
PART = TABLE[1:4]


def two(x, y):
    y[:] = x * x
    return (x * y).sum()


def with_global(x, y):
    y[0] = x[0] * 2
    return (y * TABLE[:3] * x).sum()


def with_default(x, y, d=TABLE[:3]):
    y[0] = x[0]
    return (y * d * x).sum()


def with_helper(x, y):
    y[0] = x[0]
    return helper(x) + y.sum()


def helper(x):
    return (TABLE[:3] * x).sum()


def changes_global(x):
    s = (x * PART).sum()
    TABLE[1] = 5.0
    return s


def changes_global_beside_argument(x):
    TABLE[0] = 5.0
    return (x * x).sum()


def alias_of_global(x):
    y = TABLE
    y[0] = x[0]
    return TABLE[0] * x[1]


def view_of_global(x):
    y = TABLE[:3]
    y[0] = x[0]
    return TABLE[0] * x[1]


def closure():
    kept = np.arange(1.0, 4.0)

    def f(x, y):
        y[:] = x * kept
        return (y * kept).sum()

    return f, kept


class Model:
    def __init__(self):
        self.w = np.arange(1.0, 4.0)

    def scaled(self, x, y):
        y[0] = x[0]
        return (self.w * y * x).sum()

    def stored(self, x):
        self.w[0] = x[0]
        return (self.w * x).sum()


def refused(f, *args):
    before = [a.copy() for a in args]
    outside = TABLE.copy()
    with pytest.raises(SharedMemory) as caught:
        value_and_grad(f)(*args)
    for a, b in zip(args, before):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(TABLE, outside)
    return str(caught.value)


@pytest.fixture(autouse=True)
def table_as_it_was():
    before = TABLE.copy()
    yield
    TABLE[:] = before


@pytest.mark.parametrize(
    "pair",
    [
        lambda a: (a, a),
        lambda a: (a, a[::-1]),
        lambda a: (a[1:], a[:-1]),
        lambda a: (a[:-1], a[1:]),
        lambda a: (np.broadcast_to(a[:1], a.shape), a),
        lambda a: (a.reshape(3, 1).T[0], a),
    ],
)
def test_two_arguments(pair):
    a = X.copy()
    assert "`y` is changed in place and shares memory with `x`\n  Pass a copy: `x.copy()`." == refused(two, *pair(a))


def test_arguments_side_by_side_in_one_array():
    a = np.arange(6.0)
    value, g = value_and_grad(two)(a[::2], a[1::2])
    assert value == (a[::2] ** 3).sum()
    np.testing.assert_allclose(g, 3 * a[::2] ** 2)


@pytest.mark.parametrize(
    "y", [np.lib.stride_tricks.as_strided(np.zeros(1), (3,), (0,)), np.broadcast_to(np.array(2.0), 3)]
)
def test_an_argument_whose_cells_are_one(y):
    assert refused(two, X, y).startswith("`y` is changed in place, and some of its cells are one")


def test_cells_that_are_one():
    a = np.arange(24.0).reshape(2, 3, 4)
    for own in (a, a.T, a[::-1, ::2], a[:, None, 1:], a[:0], a[0, 0, 0:1], np.asfortranarray(a), np.zeros(())):
        assert not overlaps_itself(own)
    assert overlaps_itself(np.lib.stride_tricks.sliding_window_view(np.arange(5.0), 3))
    assert overlaps_itself(np.broadcast_to(a, (2, 2, 3, 4)))


def test_an_argument_and_a_global():
    for y in (TABLE[:3], TABLE[2:5][::-1], TABLE[::2]):
        assert "shares memory with `TABLE`\n  Pass a copy: `y.copy()`." in refused(with_global, X, y)
        assert "shares memory with `TABLE`" in refused(with_helper, X, y)
    # What is not changed may share memory.
    value, g = value_and_grad(with_global)(TABLE[:3], X)
    y = np.array([2.0, *X[1:]])
    assert value == (y * TABLE[:3] ** 2).sum()
    np.testing.assert_allclose(g, y * TABLE[:3] + [2.0, 0.0, 0.0])


def test_an_argument_and_a_global_that_was_rebound(monkeypatch):
    value_and_grad(with_global)(X, X + 1)
    other = np.ones(6)
    monkeypatch.setitem(globals(), "TABLE", other)
    with pytest.raises(SharedMemory):
        value_and_grad(with_global)(X, other[:3])


def test_an_argument_and_a_closure():
    f, kept = closure()
    assert "`y` is changed in place and shares memory with `kept`" in refused(f, X, kept)
    value_and_grad(f)(kept, X.copy())


def test_an_argument_and_a_default():
    assert "shares memory with `d`" in refused(with_default, X, TABLE[1:4])


def test_an_argument_and_an_object():
    model = Model()
    assert "shares memory with `self`\n  Pass a copy: `y.copy()`." in refused(model.scaled, X, model.w)
    before = model.w.copy()
    value, g = value_and_grad(model.stored)(X)
    np.testing.assert_array_equal(model.w, before)
    assert value == Model().stored(X)
    np.testing.assert_allclose(g, [2 * X[0], *before[1:]])


def test_two_globals():
    assert "`TABLE` is changed in place and shares memory with `PART`\n  Make one" in refused(changes_global, X)


def test_a_global_that_changes_and_an_argument():
    message = "`TABLE` is changed in place and shares memory with `x`\n  Pass a copy: `x.copy()`."
    assert message == refused(changes_global_beside_argument, TABLE[:3])
    value, g = value_and_grad(changes_global_beside_argument)(X)
    np.testing.assert_allclose(g, 2 * X)
    assert TABLE[0] == 5.0


@pytest.mark.parametrize("f", [alias_of_global, view_of_global])
def test_a_global_under_another_name(f):
    value, g = value_and_grad(f)(X)
    assert value == X[0] * X[1]
    np.testing.assert_allclose(g, [X[1], X[0], 0.0])
    assert TABLE[0] == X[0]
