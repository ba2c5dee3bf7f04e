"""What NumPy's functions of functions do, as functions that are written into their callers.

np.vectorize(f)(x)                  ->     each_cell(f, None, x)
np.apply_along_axis(f, axis, A)     ->     each_row(f, axis, A)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument


def each_cell(function: Any, dtype: Any, a: Any) -> Any:
    """`np.vectorize(function)(a)`.

    >>> each_cell(lambda x: x + 1, None, np.ones((1, 2)))
    array([[2., 2.]])
    """
    shape = np.shape(a)
    cells = np.ravel(np.atleast_1d(a)).tolist()
    values = []
    for k in range(len(cells)):
        values.append(function(cells[k]))
    check_results(values, dtype, a)
    return np.reshape(np.array(values, dtype=dtype), shape)


def each_pair(function: Any, dtype: Any, a: Any, b: Any) -> Any:
    """`np.vectorize(function)(a, b)`.

    >>> each_pair(lambda x, y: x + y, None, np.ones(2), 3.0)
    array([4., 4.])
    """
    shape = np.broadcast_shapes(np.shape(a), np.shape(b))
    cells = np.ravel(np.broadcast_to(a, shape)).tolist()
    others = np.ravel(np.broadcast_to(b, shape)).tolist()
    values = []
    for k in range(len(cells)):
        values.append(function(cells[k], others[k]))
    check_results(values, dtype, a, b)
    return np.reshape(np.array(values, dtype=dtype), shape)


def each_triple(function: Any, dtype: Any, a: Any, b: Any, c: Any) -> Any:
    """`np.vectorize(function)(a, b, c)`.

    >>> each_triple(lambda x, y, z: x + y * z, None, np.ones(2), 3.0, 2.0)
    array([7., 7.])
    """
    shape = np.broadcast_shapes(np.shape(a), np.shape(b), np.shape(c))
    cells = np.ravel(np.broadcast_to(a, shape)).tolist()
    others = np.ravel(np.broadcast_to(b, shape)).tolist()
    thirds = np.ravel(np.broadcast_to(c, shape)).tolist()
    values = []
    for k in range(len(cells)):
        values.append(function(cells[k], others[k], thirds[k]))
    check_results(values, dtype, a, b, c)
    return np.reshape(np.array(values, dtype=dtype), shape)


def each_row(function: Any, axis: Any, a: Any) -> Any:
    """`np.apply_along_axis(function, axis, a)`.

    >>> each_row(lambda r: r[0] * r, 0, np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[1., 4.],
           [3., 8.]])
    """
    moved = np.moveaxis(a, axis, -1)
    rows = np.reshape(moved, (-1, np.shape(moved)[-1]))
    values = []
    for k in range(len(rows)):
        values.append(function(rows[k]))
    check_results(values, None)
    result = np.array(values)
    return with_rows(np.reshape(result, shape_of_rows(moved, result)), axis, np.ndim(a))


def each_row_with(function: Any, axis: Any, a: Any, extra: Any) -> Any:
    """`np.apply_along_axis(function, axis, a, extra)`.

    >>> each_row_with(lambda r, k: r.sum() * k, 0, np.ones((3, 2)), 2.0)
    array([6., 6.])
    """
    moved = np.moveaxis(a, axis, -1)
    rows = np.reshape(moved, (-1, np.shape(moved)[-1]))
    values = []
    for k in range(len(rows)):
        values.append(function(rows[k], extra))
    check_results(values, None)
    result = np.array(values)
    return with_rows(np.reshape(result, shape_of_rows(moved, result)), axis, np.ndim(a))


def check_results(values: Any, dtype: Any, *inputs: Any) -> None:
    """Refuse results that NumPy would put together in another way than one by one, and give another type.

    >>> check_results([0, 1.5], None)
    Traceback (most recent call last):
    adjoint.errors.UnsupportedArgument: the first result is a int and others are not, which would be cut to its type
      Return numbers of one type, or pass `otypes=[float]`.
    """
    if any(isinstance(value, (tuple, list)) for value in values):
        raise UnsupportedArgument("a function with several results is not followed here\n  Write the loop.")
    if dtype is None and any(np.result_type(a) in (np.float16, np.float32, np.complex64) for a in inputs):
        raise UnsupportedArgument("np.vectorize gives arrays of another type here\n  Pass `otypes=[float]`.")
    if dtype is None and values and np.asarray(values[0]).dtype != np.result_type(*values):
        kind = type(values[0]).__name__
        raise UnsupportedArgument(
            f"the first result is a {kind} and others are not, which would be cut to its type\n"
            "  Return numbers of one type, or pass `otypes=[float]`."
        )


def shape_of_rows(moved: Any, result: Any) -> tuple[int, ...]:
    """The shape of the results for the rows of an array, one along each of its other axes.

    >>> shape_of_rows(np.zeros((2, 3, 4)), np.zeros((6, 5)))
    (2, 3, 5)
    """
    return (*np.shape(moved)[:-1], *np.shape(result)[1:])


def with_rows(result: Any, axis: int, ndim: int) -> Any:
    """The results with their own axis, if they have one, where the rows were."""
    return np.moveaxis(result, -1, axis) if np.ndim(result) == ndim else result
