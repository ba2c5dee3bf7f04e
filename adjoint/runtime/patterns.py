"""What `match` asks of a value: is it a sequence, a mapping, as patterns mean these words?"""

from __future__ import annotations

from typing import Any


def is_sequence(value: Any) -> bool:
    """True of what a sequence pattern takes: lists, tuples, ranges, no texts; arrays from NumPy 2.5 on.

    >>> is_sequence([1]), is_sequence((1, 2)), is_sequence("ab")
    (True, True, False)
    """
    match value:
        case [*_]:
            return True
    return False


def is_mapping(value: Any) -> bool:
    """True of what a mapping pattern takes.

    >>> is_mapping({}), is_mapping([])
    (True, False)
    """
    match value:
        case {}:
            return True
    return False
