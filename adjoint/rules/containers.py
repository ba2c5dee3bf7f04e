"""Lists made of others: the cotangent of a list is a list, that of a dictionary a dictionary with the same keys."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from adjoint.rules.declare import constant, linear
from adjoint.runtime import containers
from adjoint.runtime.arrays import plus, zeros_like


@linear(containers.joined, operands=("xs", "ys"), borrows=True, result="view")
def joined(xs: Any, ys: Any, *, out_bar: Any) -> Any:
    return out_bar[: len(xs)], out_bar[len(xs) :]


@linear(containers.repeated, operands=("xs",), result="view")
def repeated(xs: Any, times: Any, *, out_bar: Any) -> Any:
    xs_bar = zeros_like(xs)
    for k in range(len(out_bar)):
        xs_bar[k % len(xs)] = plus(xs_bar[k % len(xs)], out_bar[k])
    return xs_bar


@linear(containers.items_at, operands=("xs",), result="view")
def gathered(xs: Any, order: Any, *, out_bar: Any) -> Any:
    xs_bar = zeros_like(xs)
    for k in range(len(order)):
        xs_bar[order[k]] = plus(xs_bar[order[k]], out_bar[k])
    return xs_bar


@linear(builtins.list, builtins.tuple, operands=("iterable",), borrows=True, result="view")
def sequence(iterable: Any, *, out_bar: Any) -> Any:
    if isinstance(iterable, np.ndarray):
        return np.array(out_bar, dtype=iterable.dtype).reshape(iterable.shape)
    elif isinstance(iterable, tuple):
        return tuple(out_bar)
    else:
        return list(out_bar)


constant(
    containers.ordering,
    containers.turned,
    containers.place_of,
    containers.item_place,
    containers.part_of,
    containers.places_of,
    containers.surplus,
)
