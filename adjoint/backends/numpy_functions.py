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

from adjoint.backends.along import value_of
from adjoint.rules import joining


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
    if not isinstance(arrays, types.List) or not _is_rows(arrays):
        return None
    if arrays.dtype.ndim == 1 and value_of(axis) in (1, -1):
        return lambda arrays, axis=0: np.ascontiguousarray(np.array(arrays).T)
    return (lambda arrays, axis=0: np.array(arrays)) if value_of(axis) == 0 else None


@overload(np.concatenate, strict=False)
def concatenate(arrays: Any, axis: Any = 0) -> Callable[..., Any] | None:
    """Arrays in a list, one behind the other."""

    def made(arrays: Any, axis: Any = 0) -> Any:
        if len(arrays) == 0:
            raise ValueError("need at least one array to concatenate")
        total = 0
        for part in arrays:
            if part.shape[1:] != arrays[0].shape[1:]:
                raise ValueError("arrays that are joined must agree in all axes but the first")
            total += len(part)
        out = np.empty((total, *arrays[0].shape[1:]), arrays[0].dtype)
        end = 0
        for part in arrays:
            out[end : end + len(part)] = part
            end += len(part)
        return out

    return made if isinstance(arrays, types.List) and _is_rows(arrays) and value_of(axis) == 0 else None


@overload(joining.concatenate, strict=False)
def parts_of_joined(arrays: Any, axis: Any = 0, out_bar: Any = None) -> Callable[..., Any] | None:
    """The cotangents of arrays that were joined along their first axis."""

    def of_list(arrays: Any, axis: Any = 0, out_bar: Any = None) -> Any:
        parts = []
        end = 0
        for part in arrays:
            parts.append(out_bar[end : end + len(part)])
            end += len(part)
        return parts

    if not isinstance(out_bar, types.Array) or value_of(axis) != 0:
        return None
    if isinstance(arrays, types.List) and _is_rows(arrays):
        return of_list
    if not isinstance(arrays, types.BaseTuple) or not all(isinstance(k, types.Array) for k in arrays):
        return None
    lines = ["def made(arrays, axis=0, out_bar=None):", "    end_0 = 0"]
    for k in range(len(arrays)):
        lines.append(f"    end_{k + 1} = end_{k} + len(arrays[{k}])")
    lines.append(f"    return ({''.join(f'out_bar[end_{k} : end_{k + 1}], ' for k in range(len(arrays)))})")
    space: dict[str, Any] = {}
    exec("\n".join(lines), space)
    joined: Callable[..., Any] = space["made"]
    return joined


@overload(np.ndim, strict=False)
def ndim(a: Any) -> Callable[..., Any] | None:
    rank = a.ndim if isinstance(a, types.Array) else 0
    return (lambda a: rank) if isinstance(a, (types.Array, types.Number)) else None


@overload(np.result_type, strict=False)
def result_type(*arrays_and_dtypes: Any) -> Callable[..., Any] | None:
    """Of one array."""
    is_one = len(arrays_and_dtypes) == 1 and isinstance(arrays_and_dtypes[0], types.Array)
    return (lambda *arrays_and_dtypes: arrays_and_dtypes[0].dtype) if is_one else None


@overload(np.vdot, strict=False)
def vdot(a: Any, b: Any) -> Callable[..., Any] | None:
    """Of arrays of floats of several axes."""
    fits = all(isinstance(k, types.Array) and isinstance(k.dtype, types.Float) and k.ndim > 1 for k in (a, b))
    return (lambda a, b: np.sum(np.ravel(a) * np.ravel(b))) if fits else None


@overload(np.clip, strict=False)
def clip(a: Any, a_min: Any = None, a_max: Any = None) -> Callable[..., Any] | None:
    """Of the places in a list."""
    is_places = isinstance(a, types.List) and isinstance(a.dtype, types.Integer)
    return (lambda a, a_min=None, a_max=None: np.clip(np.array(a), a_min, a_max)) if is_places else None


def _is_rows(kind: Any) -> bool:
    """Are these arrays of one type?"""
    is_several = isinstance(kind, (types.List, types.UniTuple)) and isinstance(kind.dtype, types.Array)
    return is_several and kind.dtype.ndim > 0
