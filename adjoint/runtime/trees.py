"""Nested lists, tuples and dictionaries of numbers and arrays.

>>> leaves({"w": [1.0, 2.0], "b": 3.0})
[1.0, 2.0, 3.0]
>>> map_leaves(lambda leaf: 2 * leaf, {"w": (1.0, 2.0)})
{'w': (2.0, 4.0)}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


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
    return change(tree, *others)


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
