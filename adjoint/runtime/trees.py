"""Nested lists, tuples, dictionaries and objects of numbers and arrays.

>>> leaves({"w": [1.0, 2.0], "b": 3.0})
[1.0, 2.0, 3.0]
>>> map_leaves(lambda leaf: 2 * leaf, {"w": (1.0, 2.0)})
{'w': (2.0, 4.0)}
"""

from __future__ import annotations

import copy
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
    return _mapped(change, False, (), tree, *others)


def parts(tree: Any) -> list[Any]:
    """Return what a tree holds, also in the fields of objects."""
    found: list[Any] = []
    map_parts(found.append, tree)
    return found


def map_parts(change: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Return a tree of the same structure, each leaf changed, those in the fields of objects too.

    An object that holds itself is a leaf where it is met again.
    """
    return _mapped(change, True, (), tree, *others)


def _mapped(change: Callable[..., Any], inside: bool, around: tuple[int, ...], tree: Any, *others: Any) -> Any:
    if isinstance(tree, dict):
        items = {k: _mapped(change, inside, around, v, *(o[k] for o in others)) for k, v in dict.items(tree)}
        return items if type(tree) is dict else _of_class(tree, items)
    if isinstance(tree, (list, tuple)):
        new = [_mapped(change, inside, around, part, *(o[k] for o in others)) for k, part in enumerate(tree)]
        if isinstance(tree, list):
            return new
        return type(tree)(*new) if hasattr(tree, "_fields") else tuple(new)
    if inside and objects.is_object(tree) and id(tree) not in around:
        around = (*around, id(tree))
        each = [objects.fields_of(o) for o in others]
        fields = {
            name: _mapped(change, inside, around, value, *(f[name] for f in each))
            for name, value in objects.fields_of(tree).items()
        }
        return objects.like(tree, **fields)
    return change(tree, *others)


def _of_class(tree: Any, items: dict[Any, Any]) -> Any:
    """A dictionary of the same class as another: an ordered one, one with a default, a counter."""
    new = copy.copy(tree)
    for key, value in items.items():
        dict.__setitem__(new, key, value)
    return new


def private(tree: Any) -> Any:
    """Return the tree with a copy of each array, its strides kept.

    With other strides a view might become a copy, or the reverse: `x.ravel()` of a sliced array copies, of a packed
    copy of it does not, and a program that then writes into it would mean something else.

        >>> x = np.arange(6.0)[::2]
        >>> private(x).strides == x.strides
        True
    """
    return map_parts(_private, tree)


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
