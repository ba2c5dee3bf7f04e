"""The helpers that generated code calls: with these rules a gradient can be differentiated again.

They move cotangents from one place to another, so they are linear, and come in pairs that are each other's transpose:
`scattered` and reading by an index, `written` and `placed`, `unbroadcast` and itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.runtime.arrays import (
    check_number,
    copies,
    emptied,
    filled,
    in_slot,
    is_copy,
    like_nested,
    like_sequence,
    one_number,
    owned,
    placed,
    plus,
    scattered,
    unbroadcast,
    writable,
    written,
    zeros_like,
)
from adjoint.runtime.elements import check_indexed
from adjoint.runtime.nested import ones_like
from adjoint.runtime.shapes import are_like, array_fact, count, is_stack, spread, without
from adjoint.runtime.tangents import tangent_like, tangent_view, zero_tangent

constant(zeros_like, zero_tangent, ones_like, count, without, are_like, array_fact, is_copy, is_stack)
constant(check_number, check_indexed, one_number, pure=False)


@linear(unbroadcast, operands=("g",), shaped=("like",), result="maybe", borrows=True)
def unbroadcast_transpose(g: Any, like: Any, *, out_bar: Any) -> Any:
    return unbroadcast(out_bar, g)


@linear(spread, operands=("g",), shaped=("like",))
def spread_transpose(g: Any, axis: Any, keepdims: Any, like: Any, *, out_bar: Any) -> Any:
    return np.sum(out_bar, axis=axis, keepdims=keepdims)


@linear(tangent_like, operands=("tangent",), shaped=("value",), borrows=True)
def tangent_like_transpose(tangent: Any, value: Any, *, out_bar: Any) -> Any:
    return unbroadcast(out_bar, tangent)


@vjp(tangent_view, operands=("tangent",), shaped=("value", "source", "source_tangent"), result="maybe", borrows=True)
def tangent_view_vjp(value: Any, source: Any, tangent: Any, source_tangent: Any, *, out_bar: Any) -> Any:
    return out_bar


# Not linear as a text: whether this is a view of its source is asked of the tangent's own.
@jvp(tangent_view)
def tangent_view_jvp(value: Any, source: Any, tangent: Any, source_tangent: Any, *, tangent_dot: Any) -> Any:
    return tangent_dot


@linear(plus, borrows=True)
def plus_transpose(a: Any, b: Any, *, out_bar: Any) -> Any:
    return out_bar, owned(out_bar)


@linear(in_slot, operands=("g",), shaped=("value",), result="maybe", borrows=True)
def in_slot_transpose(value: Any, k: Any, g: Any, *, out_bar: Any) -> Any:
    return out_bar[k]


@linear(filled, operands=("bar",), shaped=("value",), result="view", borrows=True)
def filled_transpose(bar: Any, value: Any, *, out_bar: Any) -> Any:
    return emptied(out_bar, bar)


@linear(emptied, operands=("bar",), shaped=("like",), result="view", borrows=True)
def emptied_transpose(bar: Any, like: Any, *, out_bar: Any) -> Any:
    return filled(out_bar, bar)


@linear(like_nested, operands=("g",), shaped=("tree",), result="maybe", borrows=True)
def like_nested_transpose(tree: Any, g: Any, *, out_bar: Any) -> Any:
    return np.reshape(np.asarray(out_bar), np.shape(g))


@linear(like_sequence, operands=("parts",), shaped=("sequence",), result="maybe", borrows=True)
def like_sequence_transpose(sequence: Any, parts: Any, *, out_bar: Any) -> Any:
    return like_sequence(parts, out_bar)


@linear(writable, result="view", borrows=True)
def writable_transpose(view: Any, *, out_bar: Any) -> Any:
    return out_bar


@linear(owned, borrows=True)
def owned_transpose(g: Any, *, out_bar: Any) -> Any:
    return out_bar


@linear(copies, operands=("g",))
def copies_transpose(g: Any, n: Any, *, out_bar: Any) -> Any:
    return sum(out_bar)


# An index that repeats: of several entries for a cell, `scattered` adds up all, `placed` keeps the last.


@linear(scattered, operands=("g",), shaped=("like",))
def scattered_transpose(like: Any, index: Any, g: Any, *, out_bar: Any) -> Any:
    return unbroadcast(out_bar[index], g) + 0.0


@linear(written, operands=("bar",))
def written_transpose(bar: Any, index: Any, *, out_bar: Any) -> Any:
    return placed(bar, index, out_bar)


@linear(placed, operands=("g",), shaped=("like",))
def placed_transpose(like: Any, index: Any, g: Any, *, out_bar: Any) -> Any:
    return unbroadcast(written(out_bar, index), g)
