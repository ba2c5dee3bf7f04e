"""Nested lists, tuples, dictionaries and objects of numbers and arrays.

>>> leaves({"w": [1.0, 2.0], "b": 3.0})
[1.0, 2.0, 3.0]
>>> map_leaves(lambda leaf: 2 * leaf, {"w": (1.0, 2.0)})
{'w': (2.0, 4.0)}
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from adjoint.runtime import objects


def leaves(tree: Any) -> list[Any]:
    """Return what a tree holds, from left to right; a dictionary in the order of its keys."""
    found: list[Any] = []
    map_leaves(found.append, tree)
    return found


def map_leaves(change: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Return a tree of the same structure, each leaf changed; `others` are trees of that structure too."""
    if isinstance(tree, dict):
        return {key: map_leaves(change, tree[key], *(o[key] for o in others)) for key in tree}
    if isinstance(tree, (list, tuple)):
        parts = [map_leaves(change, part, *(o[k] for o in others)) for k, part in enumerate(tree)]
        if isinstance(tree, list):
            return parts
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    if objects.is_object(tree):
        return _map_object(change, tree, *others)
    return change(tree, *others)


_entered = threading.local()


def _map_object(change: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """An object with its fields changed; one that holds itself is a leaf where it is met again."""
    around: list[int] = _entered.__dict__.setdefault("around", [])
    if id(tree) in around:
        return change(tree, *others)
    around.append(id(tree))
    try:
        each = [objects.fields_of(o) for o in others]
        fields = {n: map_leaves(change, v, *(f[n] for f in each)) for n, v in objects.fields_of(tree).items()}
    finally:
        around.pop()
    return objects.like(tree, **fields)


def private(tree: Any) -> Any:
    """Return the tree with a copy of each array, its strides kept.

    With other strides a view might become a copy, or the reverse: `x.ravel()` of a sliced array copies, of a packed
    copy of it does not, and a program that then writes into it would mean something else.

        >>> x = np.arange(6.0)[::2]
        >>> private(x).strides == x.strides
        True
    """
    return map_leaves(_private, tree)


def _private(leaf: Any) -> Any:
    if not isinstance(leaf, np.ndarray):
        return leaf
    copied = leaf.copy(order="K")
    if copied.strides == leaf.strides:
        return copied
    low, high = np.lib.array_utils.byte_bounds(leaf)
    offset = leaf.__array_interface__["data"][0] - low
    space = np.empty(high - low, dtype=np.uint8)
    strided: Any = np.ndarray(leaf.shape, leaf.dtype, space.data, offset, leaf.strides)
    strided[...] = leaf
    return strided
