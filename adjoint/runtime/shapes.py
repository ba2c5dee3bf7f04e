"""What the bodies of rules ask about axes, and how cotangents follow reductions."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnknownFunction


def spread(g: Any, axis: Any, keepdims: bool, like: Any) -> Any:
    """Repeat what a reduction along `axis` gave, once for each cell of `like` that it took in.

    >>> spread(np.array([1.0, 2.0]), 0, False, np.zeros((3, 2)))
    array([[1., 2.],
           [1., 2.],
           [1., 2.]])
    """
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, np.shape(like)).astype(np.result_type(like), copy=True)


def count(a: Any, axis: Any = None) -> int:
    """Return how many cells of `a` a reduction along `axis` takes in.

    >>> count(np.zeros((2, 3, 4)), (0, -1))
    8
    """
    shape = np.shape(a)
    axes = range(len(shape)) if axis is None else (axis if isinstance(axis, tuple) else (axis,))
    product = 1
    for k in axes:
        product *= shape[k]
    return product


def without(n: int, axes: Any) -> tuple[int, ...]:
    """Return those of n axes that are not among `axes`.

    >>> without(4, (0, -1))
    (1, 2)
    """
    taken = {k % n for k in axes}
    return tuple(k for k in range(n) if k not in taken)


def is_stack(members: Any, whole: Any) -> bool:
    """Return whether the members of a list are the rows of an array as they are, or its cells: of its shape and dtype.

    >>> is_stack([1.0, 2.0], np.array([1.0, 2.0])), is_stack([1, 2.0], np.array([1.0, 2.0]))
    (True, False)
    """
    if not isinstance(members, list) or whole.dtype.kind not in "fc":
        return False
    return all(
        not isinstance(m, (list, tuple)) and np.shape(m) == whole.shape[1:] and np.result_type(m) == whole.dtype
        for m in members
    )


def are_like(members: Any, whole: Any) -> bool:
    """Return whether the members of a list are arrays of the shape and dtype of their sum.

    >>> are_like([np.ones(2), np.zeros(2)], np.ones(2)), are_like([np.ones(2), 1.0], np.ones(2))
    (True, False)
    """
    return isinstance(members, list) and all(
        isinstance(m, np.ndarray) and m.shape == whole.shape and m.dtype == whole.dtype for m in members
    )


def itemsize(a: Any) -> int:
    """Return how many bytes a cell of `a` takes.

    >>> itemsize(np.zeros(3))
    8
    """
    return int(np.asarray(a).itemsize)


def nbytes(a: Any) -> int:
    """Return how many bytes the cells of `a` take.

    >>> nbytes(np.zeros(3))
    24
    """
    return int(np.asarray(a).nbytes)


def array_fact(name: str, value: Any) -> Any:
    """Return an attribute that carries no derivative of an array or a number: its shape, its dtype.

    >>> array_fact("shape", np.zeros(3))
    (3,)

    Raises:
        UnknownFunction: if it is an attribute of something else, and may carry one.
    """
    found = getattr(value, name)
    if all(isinstance(part, (int, np.dtype)) for part in (found if isinstance(found, tuple) else (found,))):
        return found
    raise UnknownFunction(
        f"derivatives are not followed into `.{name}` of a {type(value).__name__}, which is known only when it runs\n"
        "  Keep the value in a variable, an array or a tuple."
    )
