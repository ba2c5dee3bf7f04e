"""The helpers that generated code calls: with these rules a gradient can be differentiated again.

They move cotangents from one place to another, so they are linear, and come in pairs that are each other's transpose:
`scattered` and reading by an index, `written` and `placed`, `unbroadcast` and itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.registry import constant, linear
from adjoint.runtime import arrays, shapes

constant(arrays.zeros_like, shapes.count, shapes.without)


@linear(arrays.unbroadcast, operands=("g",), shaped=("like",), result="maybe", borrows=True)
def unbroadcast(g: Any, like: Any, *, out_bar: Any) -> Any:
    return arrays.unbroadcast(out_bar, g)


@linear(shapes.spread, operands=("g",), shaped=("like",))
def spread(g: Any, axis: Any, keepdims: Any, like: Any, *, out_bar: Any) -> Any:
    return np.sum(out_bar, axis=axis, keepdims=keepdims)


@linear(arrays.plus, borrows=True)
def plus(a: Any, b: Any, *, out_bar: Any) -> Any:
    return out_bar, arrays.owned(out_bar)


@linear(arrays.owned, borrows=True)
def owned(g: Any, *, out_bar: Any) -> Any:
    return out_bar


# An index that repeats: of several entries for a cell, `scattered` adds up all, `placed` keeps the last.


@linear(arrays.scattered, operands=("g",), shaped=("like",))
def scattered(like: Any, index: Any, g: Any, *, out_bar: Any) -> Any:
    return arrays.unbroadcast(out_bar[index], g) + 0.0


@linear(arrays.written, operands=("bar",))
def written(bar: Any, index: Any, *, out_bar: Any) -> Any:
    return arrays.placed(bar, index, out_bar)


@linear(arrays.placed, operands=("g",), shaped=("like",))
def placed(like: Any, index: Any, g: Any, *, out_bar: Any) -> Any:
    return arrays.unbroadcast(arrays.written(out_bar, index), g)
