"""NumPy's functions for types that Numba's own versions of them do not take, or that it has not at all.

np.array([x, y])                 a list of arrays          ->      a new array, row by row
np.unravel_index(k, x.shape)                               ->      quotients and remainders
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload


@overload(np.unravel_index, strict=False)
def unravel_index(indices: Any, shape: Any) -> Callable[..., Any] | None:
    """Of one place, or of an array of places, in a shape of known rank."""
    is_shape = isinstance(shape, types.BaseTuple) and all(isinstance(k, types.Integer) for k in shape)
    if not is_shape or not isinstance(getattr(indices, "dtype", indices), types.Integer):
        return None
    axes = range(len(shape))
    lines = ["def made(indices, shape):"]
    if isinstance(indices, types.Integer):
        total = " * ".join(["1", *(f"shape[{k}]" for k in axes)])
        lines += [f"    if indices < 0 or indices >= {total}:", "        raise ValueError('index is out of bounds')"]
    for k in reversed(axes):
        lines += [f"    place_{k} = indices % shape[{k}]", f"    indices = indices // shape[{k}]"]
    lines.append(f"    return ({''.join(f'place_{k}, ' for k in axes)})")
    space: dict[str, Any] = {}
    exec("\n".join(lines), space)
    made: Callable[..., Any] = space["made"]
    return made


@overload(np.array, strict=False)
def array_of_arrays(object: Any, dtype: Any = None) -> Callable[..., Any] | None:
    """A copy, or a stack of rows, which Numba's own knows of numbers only."""

    def stack(object: Any, dtype: Any = None) -> Any:
        if len(object) == 0:
            raise ValueError("an empty list of arrays: its shape is not known")
        out = np.empty((len(object), *object[0].shape), object[0].dtype)
        for k in range(len(object)):
            if object[k].shape != object[0].shape:
                raise ValueError("arrays of one stack must have one shape")
            out[k] = object[k]
        return out

    if dtype is not None and not isinstance(dtype, (types.NoneType, types.Omitted)):
        return None
    if isinstance(object, types.Array):
        return lambda object, dtype=None: object.copy()
    return stack if _is_rows(object) else None


@overload(np.stack, strict=False)
def stack(arrays: Any, axis: Any = 0) -> Callable[..., Any] | None:
    """Rows in a list, which Numba's own does not take."""
    if not isinstance(arrays, types.List) or not _is_rows(arrays) or not _is_zero(axis):
        return None
    return lambda arrays, axis=0: np.array(arrays)


def _is_rows(kind: Any) -> bool:
    """Are these arrays of one type?"""
    is_several = isinstance(kind, (types.List, types.UniTuple)) and isinstance(kind.dtype, types.Array)
    return is_several and kind.dtype.ndim > 0


def _is_zero(axis: Any) -> bool:
    value = axis.value if isinstance(axis, types.Omitted) else getattr(axis, "literal_value", axis)
    return isinstance(value, int) and value == 0
