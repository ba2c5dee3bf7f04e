"""The runtime's checks for shared memory, for Numba: two vectors, or the extents of two arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba import types
from numba.extending import overload

from adjoint.backends.copies import extent
from adjoint.errors import SharedMemory, UnsupportedArgument
from adjoint.runtime import arrays, changes

STORED = "what is stored here shares memory with the array that it is stored in\n  Store a copy: `.copy()`."
PASSED = "an argument is changed in a call, and shares memory with another\n  Pass a copy."


@numba.njit(nogil=True)
def _share(one: Any, other: Any) -> bool:
    """Do two vectors have a cell in common?"""
    first, step, count = one.ctypes.data, one.strides[0], one.shape[0]
    for k in range(other.shape[0]):
        away = other.ctypes.data + k * other.strides[0] - first
        if away % step == 0 and 0 <= away // step < count:
            return True
    return False


def _check_vectors(cells: Any, value: Any) -> None:
    """Refuse a store of one vector in another, in a different step, where NumPy reads what it has just written."""


@overload(_check_vectors, strict=False)
def _of_vectors(cells: Any, value: Any) -> Callable[..., Any]:
    def check(cells: Any, value: Any) -> None:
        steps = cells.strides[0], value.strides[0]
        if value.size > 1 and steps[0] != steps[1] and steps[0] * steps[1] > 0 and _share(cells, value):
            raise UnsupportedArgument(STORED)

    vectors = isinstance(cells, types.Array) and isinstance(value, types.Array) and cells.ndim == value.ndim == 1
    return check if vectors else lambda cells, value: None


@overload(changes.check_store, strict=False)
def check_store(a: Any, value: Any, *index: Any) -> Callable[..., Any]:
    if len(index) == 1 and isinstance(index[0], types.EllipsisType):
        return lambda a, value, *index: _check_vectors(a, value)
    if len(index) == 1 and isinstance(index[0], types.List):  # what is chosen is a copy
        return lambda a, value, *index: None
    if len(index) == 1 and not isinstance(index[0], types.BaseTuple):
        return lambda a, value, *index: _check_vectors(a[index[0]], value)
    return lambda a, value, *index: _check_vectors(a[index], value)


@overload(arrays.check_apart, strict=False)
def check_apart(changed: Any, other: Any) -> Callable[..., Any]:
    def check(changed: Any, other: Any) -> None:
        one, two = extent(changed), extent(other)
        if one[0] < two[1] and two[0] < one[1]:
            raise SharedMemory(PASSED)

    if isinstance(changed, types.Array) and isinstance(other, types.Array):
        return check
    return lambda changed, other: None
