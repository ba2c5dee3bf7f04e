"""What is refused of NumPy: by name, at the user's line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint

MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])
MATRIX = np.ones((3, 3)).view(np.matrix)


def where_without_out(x: Any) -> Any:
    return np.log(x, where=x > 0)


def masked_global(x: Any) -> Any:
    return (x * MASKED).sum()


def matrix_global(x: Any) -> Any:
    return MATRIX * x


def masked_made(x: Any) -> Any:
    return np.ma.array(x, mask=[0, 1, 0]).sum()


def matrix_made(x: Any) -> Any:
    return np.matrix(x) * 2


def objects(x: Any) -> Any:
    return x.astype(object).sum()


def real_part_set(x: Any) -> Any:
    z = x + 1j * x
    z.real = x**2
    return z.imag


def shape_set(x: Any) -> Any:
    y = x.copy()
    y.shape = (3, 1)
    return y


def resized(x: Any) -> Any:
    y = x.copy()
    y.resize(2)
    return y


def unary_at(x: Any) -> Any:
    np.exp.at(x, [0, 0])
    return x


def spacing(x: Any) -> Any:
    return np.gradient(x, x[0])


def by_mask(x: Any) -> Any:
    chosen = x > 1.5
    x[chosen] = x[: chosen.sum()]
    return x * x


def by_rows(x: Any) -> Any:
    x.flat[1:] = x[:-1]
    return x * x


def joined(x: Any) -> Any:
    np.concatenate((x[1:], x[:1]), out=x)
    return x * x


@pytest.mark.parametrize("f", [by_mask, by_rows, joined], ids=lambda f: f.__name__)
def test_stores_of_their_own_cells_that_numpy_makes_one_by_one_are_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match="shares memory with the array that it is stored in"):
        adjoint.vjp(f)(np.array([1.0, 2.0, 3.0]))


def by_column(x: Any) -> Any:
    a = np.outer(x, x)
    a[:, -1] = a[1]
    return a * a


def broadcast_view(x: Any) -> Any:
    v = np.broadcast_to(x, (2, 3))
    w = x if x[0] > 0 else x.copy()
    y = v * v
    w[0] = 2.0 * x[1]
    return y * v


def test_vectors_in_other_steps_that_share_memory_are_refused() -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match="shares memory"):
        adjoint.vjp(by_column)(np.array([1.0, 2.0, 3.0]))


def test_broadcast_views_of_arrays_that_change_are_refused() -> None:
    with pytest.raises(adjoint.UnsupportedMutation, match="broadcast or sliding view"):
        adjoint.vjp(broadcast_view)(np.array([1.0, 2.0, 3.0]))[1](np.ones((2, 3)))


def mixed_results(x: Any) -> Any:
    return np.vectorize(lambda a: 0 if a < 2 else a)(x)


def test_results_that_numpy_would_cut_are_refused_when_they_occur() -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match="the first result is a int"):
        adjoint.vjp(mixed_results)(np.array([1.0, 2.0, 3.0]))


def indexed_builder(x: Any) -> Any:
    return np.mgrid[0 : x[0] : 1.0] * x[1]


CASES = [
    (where_without_out, "`where=` without `out=` leaves the other cells uninitialised", "np.log(x, where=x > 0)"),
    (masked_global, "`MASKED` is a MaskedArray, not a plain array", "Use `.filled(…)` of it."),
    (matrix_global, "`MATRIX` is a matrix, not a plain array", "Use `np.asarray(MATRIX)`."),
    (masked_made, "`np.ma.array` makes an array that is not a plain one", "Use plain arrays"),
    (matrix_made, "`np.matrix` makes an array that is not a plain one", "Use plain arrays"),
    (objects, "this is an array of objects", "dtype=float"),
    (real_part_set, "`z.real = …` changes an array in a way that is not followed", "z[...] = … + 1j * z.imag"),
    (shape_set, "`y.shape = …` changes an array in a way that is not followed", "y = y.reshape(…)"),
    (resized, "`y.resize` changes values in a way that is not followed", "y.resize(2)"),
    (unary_at, "`np.exp.at` changes values in a way that is not followed", "Write a loop"),
    (spacing, "`np.gradient` with the argument `varargs` cannot be differentiated", "np.gradient(x, x[0])"),
]


@pytest.mark.parametrize(("f", "message", "part"), CASES, ids=lambda v: getattr(v, "__name__", ""))
def test_refused_by_name(f: Callable[..., Any], message: str, part: str) -> None:
    with pytest.raises(adjoint.AdjointError) as caught:
        adjoint.vjp(f)(np.array([1.0, 2.0, 3.0]))
    assert str(caught.value).startswith(message)
    assert part in str(caught.value)
    assert "test_numpy_refusals.py" in str(caught.value)


def test_an_object_that_is_indexed_by_active_values_is_refused() -> None:
    with pytest.raises(adjoint.AdjointError, match="may depend on"):
        adjoint.vjp(indexed_builder)(np.array([1.5, 2.0, 3.0]))
