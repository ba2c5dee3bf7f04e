"""What the trips of a loop take: of a sequence its items by their index, of anything else what iterating it gives.

>>> element([5.0, 6.0], 1), element({"a": 5.0, "b": 6.0}, 1)
(6.0, 'b')
"""

from __future__ import annotations

import array
import collections
from typing import Any

import numpy as np

from adjoint.errors import UnsupportedMutation

# An iterator of one of these gives the items in the order of their index.
SEQUENCES = (
    list,
    tuple,
    range,
    str,
    bytes,
    bytearray,
    memoryview,
    np.ndarray,
    np.flatiter,
    collections.deque,
    array.array,
)
OWN = ("__iter__", "__getitem__", "__len__")


def element(items: Any, number: int) -> Any:
    """The item that the trip of that number takes."""
    return items[number] if is_indexed(items) else list(items)[number]


def is_indexed(items: Any) -> bool:
    """Does a loop over this take its items in the order of their index?

    >>> is_indexed((1.0, 2.0)), is_indexed({0: 1.0, 1: 2.0})
    (True, False)
    """
    base = next((b for b in SEQUENCES if isinstance(items, b)), None)
    own = type(items)
    return base is not None and (base is np.ndarray or all(getattr(own, n) is getattr(base, n) for n in OWN))


def check_indexed(items: Any) -> None:
    """Refuse to go by index through what a loop goes through in another way; with no iterator, Python says so itself.

    Raises:
        UnsupportedMutation: of a mapping, or of an object with an iterator or an index of its own.
    """
    if hasattr(type(items), "__getitem__") and not is_indexed(items):
        raise UnsupportedMutation(
            f"a loop goes here through a `{type(items).__name__}`, which has an iterator or an index of its own\n"
            "  Give it a list of what it goes through, made outside."
        )
