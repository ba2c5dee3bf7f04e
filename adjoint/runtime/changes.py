"""What an array holds after one of NumPy's functions that change it, as a new array.

    np.put(a, indices, v)         t = after_put(a, indices, v)
                           ->     a[...] = t

Each function copies its first argument and lets NumPy change the copy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import SharedMemory, UnsupportedArgument


def after_put(a: Any, ind: Any, v: Any, mode: Any = "raise") -> Any:
    """After `np.put(a, ind, v)`.

    >>> after_put(np.zeros(3), [0, 2], [5.0, 6.0])
    array([5., 0., 6.])
    """
    new = np.array(a)
    np.put(new, ind, v, mode)
    return new


def after_putmask(a: Any, mask: Any, values: Any) -> Any:
    """After `np.putmask(a, mask, values)`, which takes the value at the same position.

    >>> after_putmask(np.zeros(3), [True, False, True], np.array([5.0, 6.0, 7.0]))
    array([5., 0., 7.])
    """
    new = np.array(a)
    np.putmask(new, mask, values)
    return new


def after_place(arr: Any, mask: Any, vals: Any) -> Any:
    """After `np.place(arr, mask, vals)`, which takes the values in turn.

    >>> after_place(np.zeros(3), [True, False, True], np.array([5.0, 6.0, 7.0]))
    array([5., 0., 6.])
    """
    new = np.array(arr)
    np.place(new, mask, np.asarray(vals, new.dtype))
    return new


def after_fill_diagonal(a: Any, val: Any, wrap: Any = False) -> Any:
    """After `np.fill_diagonal(a, val)`.

    >>> after_fill_diagonal(np.zeros((2, 2)), [1.0, 2.0])
    array([[1., 0.],
           [0., 2.]])
    """
    new = np.array(a)
    np.fill_diagonal(new, val, wrap)
    return new


def after_put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> Any:
    """After `np.put_along_axis(arr, indices, values, axis)`.

    >>> after_put_along_axis(np.zeros((2, 2)), np.array([[1], [0]]), 3.0, 1)
    array([[0., 3.],
           [3., 0.]])
    """
    new = np.array(arr)
    np.put_along_axis(new, indices, values, axis)
    return new


def after_flat(a: Any, value: Any) -> Any:
    """After `a.flat = value`, which takes the values by rows, in turn.

    >>> after_flat(np.zeros((2, 2)), [1.0, 2.0, 3.0])
    array([[1., 2.],
           [3., 1.]])
    """
    new = np.array(a)
    new.flat = value  # type: ignore[misc]
    return new


def after_at(ufunc: Any, a: Any, indices: Any, b: Any) -> Any:
    """After `ufunc.at(a, indices, b)`, which goes on from the last value where an index occurs again.

    >>> after_at(np.multiply, np.ones(2), [0, 0], [2.0, 3.0])
    array([6., 1.])
    """
    new = np.array(a)
    ufunc.at(new, indices, b)
    return new


def counts_after_at(ufunc: Any, a: Any, indices: Any, *b: Any) -> Any:
    """After `ufunc.at(a, indices)` or `ufunc.at(a, indices, b)` of whole numbers or truth values.

    >>> counts_after_at(np.negative, np.array([1, 2]), [0])
    array([-1,  2])
    """
    new = np.array(a)
    ufunc.at(new, indices, *b)
    return new


def with_axes_for(a: Any, b: Any) -> Any:
    """`a` with an axis of length 1 for each axis of `b`, behind its own: so `ufunc.outer(a, b)` broadcasts. A copy.

    >>> with_axes_for(np.ones(3), np.ones((2, 4))).shape
    (3, 1, 1)
    """
    return np.array(a).reshape(np.shape(a) + (1,) * np.ndim(b))


def spread_to(a: Any, shape: Any) -> Any:
    """`a` brought to a shape, as a copy.

    >>> spread_to(np.array([1.0, 2.0]), (2, 2))
    array([[1., 2.],
           [1., 2.]])
    """
    return np.array(np.broadcast_to(a, shape))


def drawn_order(shuffle: Any, a: Any) -> Any:
    """The order into which a generator's `shuffle` would bring the rows of `a`."""
    order = np.arange(len(a))
    shuffle(order)
    return order


def flat_index(index: Any, a: Any) -> Any:
    """The index of the cells of `a` that `a.flat[index]` means.

    >>> flat_index(4, np.zeros((2, 3)))
    (np.int64(1), np.int64(1))
    """
    return np.unravel_index(np.arange(np.size(a))[index], np.shape(a))


def check_two(a: Any, b: Any) -> None:
    """Refuse to copy an array or list that stands at two places of what `deepcopy` copies: it would be one there too.

    >>> x = np.zeros(3)
    >>> check_two(x, x.copy())
    >>> check_two(x, x)
    Traceback (most recent call last):
    adjoint.errors.SharedMemory: an array or list stands at two places of what is copied here
      Copy it where it is put in: `.copy()`.
    """
    if a is b:
        raise SharedMemory(
            "an array or list stands at two places of what is copied here\n  Copy it where it is put in: `.copy()`."
        )


def check_apart(a: Any, *values: Any) -> None:
    """Refuse values that share memory with the array that they go to, where NumPy reads what it has just written.

    >>> x = np.zeros(3)
    >>> check_apart(x, x[:2])
    Traceback (most recent call last):
    adjoint.errors.UnsupportedArgument: what is stored here shares memory with the array that it is stored in
      Store a copy: `.copy()`.
    """
    for value in values:
        if isinstance(value, (tuple, list)):
            check_apart(a, *value)
        elif isinstance(value, np.ndarray) and np.may_share_memory(a, value):
            raise UnsupportedArgument(
                "what is stored here shares memory with the array that it is stored in\n  Store a copy: `.copy()`."
            )


def check_store(a: Any, value: Any, *index: Any) -> None:
    """Refuse `a[index] = value` of vectors that share memory in different steps: NumPy reads what it has just written.

    >>> x = np.zeros((3, 3))
    >>> check_store(x, x[0], 1, slice(None))
    >>> check_store(x, x[1], slice(None), 1)
    Traceback (most recent call last):
    adjoint.errors.UnsupportedArgument: what is stored here shares memory with the array that it is stored in
      Store a copy: `.copy()`.
    """
    cells = a[index[0] if len(index) == 1 else index]
    vectors = isinstance(cells, np.ndarray) and cells.ndim == 1 and isinstance(value, np.ndarray) and value.ndim == 1
    if vectors and value.size > 1 and cells.strides != value.strides and cells.strides[0] * value.strides[0] > 0:
        check_apart(cells, *([value] if np.shares_memory(cells, value) else []))
