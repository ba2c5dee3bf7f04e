"""Arrays made of others, and of numbers: concatenation, copies, conversions, filled arrays.

A sequence of operands has a sequence of cotangents, a list for a list and a tuple for a tuple.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.runtime.arrays import like_nested, like_sequence, unbroadcast
from adjoint.runtime.rows import in_a_row, in_columns, whole
from adjoint.runtime.shapes import is_stack

# Arrays side by side


@linear(np.concatenate, operands=("arrays",), borrows=True, ignored=("dtype", "casting"))
def concatenate(arrays: Any, axis: Any = 0, *, out_bar: Any) -> Any:
    if axis is None:
        ends = np.cumsum([np.size(a) for a in arrays])
        parts = [out_bar[end - np.size(a) : end].reshape(np.shape(a)) for a, end in zip(arrays, ends, strict=True)]
        return like_sequence(arrays, parts)
    ends = np.cumsum([np.shape(a)[axis] for a in arrays])
    return like_sequence(arrays, np.split(out_bar, ends[:-1], axis))


@linear(np.stack, operands=("arrays",), borrows=True, ignored=("dtype", "casting"))
def stack(arrays: Any, axis: Any = 0, *, out_bar: Any) -> Any:
    if axis == 0 and is_stack(arrays, out_bar):
        return list(out_bar)
    return like_sequence(arrays, list(np.moveaxis(out_bar, axis, 0)))


@linear(np.vstack, operands=("tup",), borrows=True)
def vstack(tup: Any, *, out_bar: Any) -> Any:
    if is_stack(tup, out_bar):
        return list(out_bar)
    ends = np.cumsum([np.atleast_2d(a).shape[0] for a in tup])
    return like_sequence(tup, np.split(out_bar, ends[:-1], 0))


if hasattr(np, "row_stack"):  # until NumPy 2.4
    linear(np.row_stack, operands=("tup",), borrows=True)(vstack)


@linear(np.hstack, operands=("tup",), borrows=True)
def hstack(tup: Any, *, out_bar: Any) -> Any:
    axis = min(np.ndim(out_bar) - 1, 1)
    ends = np.cumsum([np.atleast_1d(a).shape[axis] for a in tup])
    return like_sequence(tup, np.split(out_bar, ends[:-1], axis))


@linear(np.dstack, operands=("tup",), borrows=True)
def dstack(tup: Any, *, out_bar: Any) -> Any:
    ends = np.cumsum([np.atleast_3d(a).shape[2] for a in tup])
    return like_sequence(tup, np.split(out_bar, ends[:-1], 2))


@linear(np.column_stack, operands=("tup",), borrows=True)
def column_stack(tup: Any, *, out_bar: Any) -> Any:
    ends = np.cumsum([1 if np.ndim(a) < 2 else np.shape(a)[1] for a in tup])
    return like_sequence(tup, np.split(out_bar, ends[:-1], 1))


@linear(np.append, operands=("arr", "values"), borrows=True)
def append(arr: Any, values: Any, axis: Any = None, *, out_bar: Any) -> Any:
    if axis is None:
        n = np.size(arr)
        return out_bar[:n].reshape(np.shape(arr)), out_bar[n:].reshape(np.shape(values))
    else:
        arr_bar, values_bar = np.split(out_bar, [arr.shape[axis]], axis)
        return arr_bar, values_bar


# `np.r_` and `np.c_`


@linear(in_a_row, operands=("*items",), borrows=True)
def row(*items: Any, out_bar: Any) -> Any:
    sizes = [np.shape(in_a_row(plain_item(item)))[0] for item in items]
    parts = np.split(out_bar, np.cumsum(sizes[:-1]).astype(int))
    return tuple([like_item(item, part) for item, part in zip(items, parts, strict=True)])


@linear(in_columns, operands=("*items",), borrows=True)
def columns(*items: Any, out_bar: Any) -> Any:
    sizes = [np.shape(in_columns(plain_item(item)))[-1] for item in items]
    parts = np.split(out_bar, np.cumsum(sizes[:-1]).astype(int), axis=-1)
    return tuple([like_item(item, part) for item, part in zip(items, parts, strict=True)])


def like_item(item: Any, part: Any) -> Any:
    """The cotangent of an item; a range of numbers has none."""
    return 0.0 if isinstance(item, slice) else np.reshape(part, np.shape(item))


@linear(whole, result="view", borrows=True)
def whole_of(a: Any, *, out_bar: Any) -> Any:
    return np.reshape(out_bar, np.shape(a))


def plain_item(item: Any) -> Any:
    """Refuse the strings that change what the items mean."""
    if isinstance(item, str):
        raise UnsupportedArgument("a string in np.r_[…] or np.c_[…] is not followed; write np.concatenate or np.stack")
    return item


# Copies and conversions. What is truncated to integers has derivative zero.


@jvp(np.array)
def array_jvp(object: Any, dtype: Any = None, *, copy: Any = True, ndmin: Any = 0, out: Any, object_dot: Any) -> Any:
    if np.result_type(out).kind not in "fc":
        return np.zeros(out.shape)
    elif copy is not True:
        return np.array(object_dot, dtype=out.dtype, copy=None, ndmin=ndmin)
    elif ndmin == 0:
        return np.array(object_dot, dtype=out.dtype)
    else:
        return np.array(object_dot, dtype=out.dtype, ndmin=ndmin)


@vjp(np.array, operands=("object",), borrows=True, ignored=("order", "subok"))
def array(object: Any, dtype: Any = None, *, copy: Any = True, ndmin: Any = 0, out: Any, out_bar: Any) -> Any:
    if isinstance(object, np.ndarray) and object.dtype == np.result_type(out) and ndmin == 0:
        return out_bar
    elif ndmin == 0 and is_stack(object, out):
        return list(out_bar)
    elif isinstance(object, (np.ndarray, list, tuple)):
        return like_nested(object, np.reshape(inexact(out, out_bar), out.shape[max(out.ndim - nesting(object), 0) :]))
    else:  # of a number
        return np.sum(out_bar) if np.result_type(out).kind in "fc" else 0.0


@jvp(np.asarray, np.asanyarray, np.asarray_chkfinite, np.ascontiguousarray, np.asfortranarray)
def asarray_jvp(a: Any, dtype: Any = None, *, copy: Any = None, out: Any, a_dot: Any) -> Any:
    if np.result_type(out).kind in "fc":
        return np.reshape(np.asarray(a_dot, dtype=out.dtype), out.shape)
    else:
        return np.zeros(out.shape)


@vjp(
    np.asarray,
    np.asanyarray,
    np.asarray_chkfinite,
    np.ascontiguousarray,
    np.asfortranarray,
    operands=("a",),
    result="maybe",
    borrows=True,
    ignored=("order",),
)
def asarray(a: Any, dtype: Any = None, *, copy: Any = None, out: Any, out_bar: Any) -> Any:
    if isinstance(a, np.ndarray) and a.dtype == np.result_type(out):
        return out_bar
    elif is_stack(a, out):
        return list(out_bar)
    elif isinstance(a, (np.ndarray, list, tuple)):
        return like_nested(a, np.reshape(inexact(out, out_bar), out.shape[out.ndim - nesting(a) :]))
    else:  # of a number
        return np.sum(out_bar) if np.result_type(out).kind in "fc" else 0.0


def nesting(tree: Any) -> int:
    """How many axes an array of this number, array or nested sequence has."""
    if isinstance(tree, (list, tuple)):
        return 1 + (nesting(tree[0]) if tree else 0)
    return np.ndim(tree)


def inexact(like: Any, g: Any) -> Any:
    """The cotangent, or zeros where the conversion to integers cut off all change."""
    return g if np.result_type(like).kind in "fc" else np.zeros(np.shape(like))


constant(nesting)


@linear(inexact, operands=("g",), shaped=("like",), result="maybe", borrows=True)
def inexact_transpose(like: Any, g: Any, *, out_bar: Any) -> Any:
    return inexact(like, out_bar)


@jvp(np.require)
def require_jvp(a: Any, dtype: Any = None, requirements: Any = None, *, out: Any, a_dot: Any) -> Any:
    return asarray_jvp(a, dtype, out=out, a_dot=a_dot)


# Requirements are of the memory only.
@vjp(np.require, operands=("a",), result="maybe", borrows=True)
def require(a: Any, dtype: Any = None, requirements: Any = None, *, out: Any, out_bar: Any) -> Any:
    if isinstance(a, np.ndarray) and a.dtype == np.result_type(out):
        return out_bar
    elif isinstance(a, (np.ndarray, list, tuple)):
        return like_nested(a, np.reshape(inexact(out, out_bar), out.shape[out.ndim - nesting(a) :]))
    else:  # of a number
        return np.sum(out_bar) if np.result_type(out).kind in "fc" else 0.0


@jvp(np.fromiter)
def fromiter_jvp(iter: Any, dtype: Any, count: Any = -1, *, out: Any, iter_dot: Any) -> Any:
    return np.fromiter(iter_dot, dtype, count) if out.dtype.kind in "fc" else np.zeros(len(out))


@vjp(np.fromiter, operands=("iter",))
def fromiter(iter: Any, dtype: Any, count: Any = -1, *, out: Any, out_bar: Any) -> Any:
    g = np.concatenate([inexact(out, out_bar), np.zeros(len(iter) - len(out_bar))])
    return like_nested(iter, g)


# A complex array whose imaginary parts are all next to nothing loses them.
@jvp(np.real_if_close)
def real_if_close_jvp(a: Any, tol: Any = 100, *, out: Any, a_dot: Any) -> Any:
    return a_dot + 0.0 if np.iscomplexobj(out) else np.real(a_dot) + 0.0


@vjp(np.real_if_close, operands=("a",), result="maybe", borrows=True)
def real_if_close(a: Any, tol: Any = 100, *, out_bar: Any) -> Any:
    return out_bar


@linear(np.copy, operands=("a",), borrows=True, ignored=("subok",))
def copy(a: Any, order: Any = "K", *, out_bar: Any) -> Any:
    return out_bar


@jvp(np.ndarray.astype, np.astype)
def astype_jvp(a: Any, dtype: Any, *, copy: Any = True, out: Any, a_dot: Any) -> Any:
    if np.result_type(out).kind in "fc":
        return a_dot.astype(dtype, copy=copy)
    else:
        return np.zeros(out.shape)


@vjp(np.ndarray.astype, np.astype, operands=("a",), result="maybe", borrows=True, ignored=("order", "casting", "subok"))
def astype(a: Any, dtype: Any, *, copy: Any = True, out: Any, out_bar: Any) -> Any:
    if a.dtype == np.result_type(out):
        return out_bar
    elif np.result_type(out).kind in "fc":
        return unbroadcast(out_bar, a)
    else:
        return np.zeros_like(a)


@linear(np.ndarray.view, result="view", borrows=True)
def view(a: Any, *, out_bar: Any) -> Any:
    return out_bar


@linear(np.ndarray.to_device, result="view", borrows=True, operands=("a",))
def to_device(a: Any, device: Any, *, out_bar: Any) -> Any:
    return out_bar


@linear(np.ndarray.item, operands=("a",))
def item(a: Any, *index: Any, out_bar: Any) -> Any:
    a_bar = np.zeros_like(a)
    a_bar[a_cell(index, a.shape)] = out_bar
    return a_bar


def a_cell(index: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """The index of the cell that `x.item(...)` takes: none given, a flat one, a tuple, or one for each axis."""
    if not index:
        return (0,) * len(shape)
    if len(index) == 1 and not isinstance(index[0], tuple) and len(shape) != 1:
        return np.unravel_index(index[0], shape)
    return index[0] if isinstance(index[0], tuple) else index


@linear(np.ndarray.tolist)
def tolist(a: Any, *, out_bar: Any) -> Any:
    return np.array(out_bar, dtype=a.dtype)


# Filled arrays


@jvp(np.full)
def full_jvp(shape: Any, fill_value: Any, dtype: Any = None, *, out: Any, fill_value_dot: Any) -> Any:
    return np.full(shape, fill_value_dot, np.result_type(out)) if np.result_type(out).kind in "fc" else np.zeros(shape)


@vjp(np.full, operands=("fill_value",), ignored=("order",))
def full(shape: Any, fill_value: Any, dtype: Any = None, *, out: Any, out_bar: Any) -> Any:
    if dtype is None and np.ndim(fill_value) == 0:
        return np.sum(out_bar)
    else:
        return unbroadcast(inexact(out, out_bar), fill_value) + 0.0


@jvp(np.full_like)
def full_like_jvp(
    a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None, out: Any, fill_value_dot: Any
) -> Any:
    if np.result_type(out).kind in "fc":
        return np.full_like(out, fill_value_dot)
    else:
        return np.zeros(out.shape)


@vjp(np.full_like, operands=("fill_value",), shaped=("a",), ignored=("order", "subok"))
def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None, out: Any, out_bar: Any) -> Any:
    if np.ndim(fill_value) == 0:
        return np.sum(inexact(out, out_bar))
    else:
        return unbroadcast(inexact(out, out_bar), fill_value) + 0.0


# out[k] = start * (1 - t[k]) + stop * t[k], with t from 0 to 1
@linear(np.linspace, operands=("start", "stop"), ignored=("dtype",))
def linspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, out_bar: Any) -> Any:
    t = np.reshape(np.linspace(0, 1, num, endpoint), (-1,) + (1,) * (np.ndim(out_bar) - 1))
    stop_bar = np.sum(t * out_bar, axis=0)
    return unbroadcast(np.sum(out_bar, axis=0) - stop_bar, start), unbroadcast(stop_bar, stop)


# out[k] = start + step * k; with one argument alone, only the number of cells depends on it, in jumps.
@jvp(np.arange)
def arange_jvp(
    start: Any,
    stop: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    out: Any,
    start_dot: Any,
    stop_dot: Any,
    step_dot: Any,
) -> Any:
    k = np.arange(len(out))
    if stop is None:
        return np.zeros(len(out)), np.zeros(len(out)), step_dot * k
    else:
        return np.full(len(out), start_dot), np.zeros(len(out)), step_dot * k


@vjp(np.arange, operands=("start", "stop", "step"))
def arange(start: Any, stop: Any = None, step: Any = 1, *, dtype: Any = None, out_bar: Any) -> Any:
    if stop is None:
        return 0.0, 0.0, np.sum(out_bar * np.arange(len(out_bar)))
    else:
        return np.sum(out_bar), 0.0, np.sum(out_bar * np.arange(len(out_bar)))
