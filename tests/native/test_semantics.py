"""Where Numba's meaning of a text is not NumPy's, the text is written so that it is."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from differences import leaves

import adjoint

numba = pytest.importorskip("numba")
import adjoint.backends.overloads  # noqa: E402  (Numba finds them)

CHECKED = adjoint.Numba(boundscheck=True)


def both(f: Any, *args: Any, wrt: Any = 0, seed: Any = None) -> tuple[Any, Any]:
    """What a pullback gives on both backends; results and gradients are compared."""
    found = []
    for backend in (CHECKED, None):
        out, pullback = adjoint.vjp(f, wrt=wrt, backend=backend)(*args)
        found.append((out, pullback(np.ones_like(out) if seed is None else seed)))
    for ours, theirs in zip(leaves(found[0]), leaves(found[1]), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)
        assert np.shape(ours) == np.shape(theirs)
        if isinstance(theirs, np.ndarray):
            assert ours.dtype == theirs.dtype
    return found[0]


X = np.array([0.5, -1.0, 2.0, 0.25])


def test_in_place_operators_whose_operand_overlaps_the_target() -> None:
    def f(x):
        y = x * 1.0
        y[1:] += y[:-1]
        y[:-1] *= y[1:]
        y[::-1] -= y
        return y

    both(f, X)


def test_stores_of_what_overlaps() -> None:
    def f(x):
        y = x * x
        y[1:] = y[:-1]
        y[:2] = y[2:][::-1]
        return y * x

    both(f, X)


def test_single_precision_stays() -> None:
    def f(x, w):
        h = np.maximum(x * 2.0, 0.1) / 3 + w
        s = h[0] * 0.5
        return np.where(h > 1, h * s, 1.0 - h**2)

    out, gradients = both(f, X.astype(np.float32), np.float32(0.5), wrt=(0, 1))
    assert out.dtype == gradients[0].dtype == np.float32


def test_what_no_branch_binds() -> None:
    def f(x):
        total = 0.0
        for i in range(x.shape[0]):
            if x[i] > 0:
                t = x[i] * x[i]
                total += t * x[i]
            else:
                total -= x[i]
        return total

    both(f, X)


def test_names_that_are_not_bound_are_not_read() -> None:
    def f(x):
        for i in range(x.shape[0]):
            last = x[i] * x[i]
        return last * last

    both(f, X)
    with pytest.raises(UnboundLocalError):
        adjoint.value_and_grad(f, backend=CHECKED)(np.ones(0))


def test_integers() -> None:
    def f(x, k, n):
        return x * (k // n) + x**2 * (k % n) + x * n**2

    for k, n in ((7, 2), (-7, 2), (7, -2)):
        both(f, 1.5, k, n)
    with pytest.raises(ZeroDivisionError):
        adjoint.grad(f, backend=CHECKED)(1.5, 1, 0)


def test_numbers_divided_by_zero_are_infinite() -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        assert adjoint.value_and_grad(lambda x, y: x / y, backend=CHECKED)(1.0, 0.0) == (np.inf, np.inf)


def test_negative_indices_and_bounds() -> None:
    def f(x, k):
        y = x * x
        y[k] = y[-2] * x[-1]
        return y

    both(f, X, -3)
    with pytest.raises(IndexError):
        adjoint.vjp(f, backend=CHECKED)(X, 4)


def test_indices_that_repeat() -> None:
    def f(x, index):
        y = x[index] * x[[0, 0, 1]]
        return y

    both(f, X, np.array([2, 2, 1]))


def test_reshaped_transposes_and_copies_of_numbers() -> None:
    def f(x):
        y = (x.T * x.T).T
        return y.T.reshape(-1) * np.ravel(x[:, ::-1]) + x.sum().copy()

    both(f, X.reshape(2, 2))


def test_records_hold_lists_of_any_length() -> None:
    def f(x, n):
        y = x
        for _ in range(n):
            y = np.sin(y) * y
        return y

    both(f, X, 3)
    both(f, X, 0)


def test_copies_share_memory_as_their_arrays_do() -> None:
    def f(x):
        y = x * x
        v = y[1:3]
        y[1] = v[1] * x[0]
        v[0] += y[3] * v[0]
        return y * 2.0

    both(f, X)
    again = adjoint.vjp(f, backend=CHECKED)(X)[1]
    np.testing.assert_array_equal(again(np.ones(4)), again(np.ones(4)))


def test_sums_and_extrema_of_sequences() -> None:
    def f(x):
        values = [x[0], x[1] * x[2]]
        values.append(sum(values) * x[3])
        return sum(values) + max(values) * min(x[0], x[1], x[2]) + sum(x) + max([x[0], x[2]])

    both(f, X)


def test_those_that_tie_share() -> None:
    def f(x):
        a, b, c = x[0], x[0], x[1]
        return max(a, b, c) * 3.0 + min([c, c, a])

    both(f, X)


def test_rows_that_become_an_array() -> None:
    def f(x):
        rows = np.array([x[0], x[1] * 2.0])
        return rows * np.stack([x[0] * x[1], x[1]])

    both(f, X.reshape(2, 2))
    with pytest.raises(ValueError, match="one shape"):
        adjoint.vjp(lambda x: np.array([x, x[:1]]).sum(), backend=CHECKED)(X)


def test_loops_over_all_places() -> None:
    def f(x):
        total = 0.0
        for i, j in np.ndindex(*x.shape):
            total += np.sin(x[i, j]) * (i + 2 * j)
        for (i, j), v in np.ndenumerate(x):
            total += v * v * x[j, i]
        return total

    both(f, X.reshape(2, 2))


def test_lists_of_arrays_share_memory_as_they_do() -> None:
    def f(x):
        rows = [x * 1.0]
        for k in range(3):
            rows.append(np.sin(rows[k]) * x)
        total = 0.0
        for row in rows:
            total += np.sum(row * row)
        return total

    both(f, X)


def test_working_copies_are_alike_where_their_arrays_are() -> None:
    from adjoint.runtime.arrays import working_copies

    @numba.njit
    def copied(x):
        rows = [x[1:], x]
        other = [x[:2].copy()]
        numbers = [1.0, 2.0]
        a, b, c, d, n, m = working_copies((rows, x, rows, other, numbers, numbers))
        b[1] = 5.0
        a.append(x)
        n.append(3.0)
        return a[0][0], a[1][1], len(c), d[0][1], len(m), x[1]

    assert copied(X.copy()) == (5.0, 5.0, 3, X[1], 3, X[1])


def test_places_that_are_stored_into_twice() -> None:
    def f(x):
        y = x * 2.0
        y[[0, 2, 0]] = x[:3] * x[1]
        return y

    both(f, X)


def test_tuples_in_lists() -> None:
    def f(x):
        pairs = [(x[0], 1), (x[1] * x[0], 2)]
        pairs.append((np.sin(x[2]), 3))
        total = 0.0
        for v, k in pairs:
            total += v * k
        return total * pairs[0][0]

    both(f, X)


def test_none_that_another_name_hands_on_is_none() -> None:
    def chain(x, n):
        last = None
        links = []
        for k in range(n):
            links.append(last)
            last = k
        total, node = 0.0, last
        while node is not None and total < 100.0:
            total = total + x[node] ** 2
            node = links[node]
        return total

    x = np.array([0.5, 1.5, 2.0])
    with contextlib.suppress(adjoint.UnsupportedByNumba):  # a list of numbers and None is refused, or right
        both(chain, x, 3)


def matched_by_truth(x):
    match x[0] < 0.5:
        case True:
            return x[1] * 2.0
        case _:
            return x[1] * 3.0


def compared_by_identity(x):
    return x[1] * (2.0 if (x[0] < 0.5) is not True else 3.0)


def view_compared_by_identity(x):
    y = x[:]
    return x[1] * (2.0 if y is x else 3.0)


def truths_that_add_up(x):
    return x[1] * ((x[0] < 0.5) + (x[1] < 5.0) + 2.0)


@pytest.mark.parametrize("f", [matched_by_truth, compared_by_identity, view_compared_by_identity, truths_that_add_up])
def test_a_truth_value_of_numpys_is_not_true_itself(f: Any) -> None:
    """What Python finds, Numba cannot tell: it would take the other branch."""
    x = np.array([0.1, 2.0])
    assert adjoint.grad(f)(x)[1] == (2.0 if f is compared_by_identity else 3.0)
    with pytest.raises(adjoint.UnsupportedByNumba, match="only the interpreter can tell"):
        adjoint.grad(f, backend=CHECKED)(x)
