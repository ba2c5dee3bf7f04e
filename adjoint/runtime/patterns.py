"""What `match` asks of a value: is it a sequence, a mapping, as patterns mean these words?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def is_sequence(value: Any) -> bool:
    """True of what a sequence pattern takes: lists, tuples, ranges; neither texts nor arrays.

    >>> is_sequence([1]), is_sequence((1, 2)), is_sequence("ab")
    (True, True, False)
    """
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


def is_mapping(value: Any) -> bool:
    """True of what a mapping pattern takes.

    >>> is_mapping({}), is_mapping([])
    (True, False)
    """
    return isinstance(value, Mapping)
