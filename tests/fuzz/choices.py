"""Where a random program's choices come from: a seed (fast, for the long run) or Hypothesis (so that they shrink).

Simple things come first in every list, since Hypothesis shrinks towards the first.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices(Protocol):
    """A source of choices."""

    def integer(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        ...


class Seeded:
    """Choices that a seed determines.

    >>> [Seeded(3).integer(0, 9) for _ in range(2)]
    [3, 3]
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


class Drawn:
    """Choices that Hypothesis makes."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))


def chance(choose: Choices, p: float) -> bool:
    """True with probability `p`; the simplest choice is False."""
    return choose.integer(0, 99) >= 100 - round(100 * p)


def pick(choose: Choices, items: Sequence[T]) -> T:
    return items[choose.integer(0, len(items) - 1)] if len(items) > 1 else items[0]
