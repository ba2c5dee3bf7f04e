"""What a program of the collection is: an ordinary function, arguments to try it at, and what to differentiate by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Args = Callable[[np.random.Generator], tuple[Any, ...]]


@dataclass(frozen=True)
class Program:
    """`args(rng)` gives arguments at which `f` is smooth, `wrt` names the parameters to differentiate by."""

    f: Callable[..., Any]
    args: Args
    wrt: tuple[str, ...] = ("x",)
    note: str = ""

    @property
    def name(self) -> str:
        return self.f.__name__ + ("_" + self.note if self.note else "")


def numbers(*rest: Any, count: int = 1) -> Args:
    """`count` random numbers, then the constants `rest`."""
    return lambda rng: (*(float(rng.uniform(0.5, 2.0)) for _ in range(count)), *rest)


def arrays(*shapes: int | tuple[int, ...], rest: tuple[Any, ...] = ()) -> Args:
    """An array of random entries for each shape, then the constants `rest`."""
    return lambda rng: (*(rng.normal(size=shape) for shape in shapes), *rest)


def positive(*shapes: int | tuple[int, ...], rest: tuple[Any, ...] = ()) -> Args:
    """As `arrays`, with entries from 0.5 to 2."""
    return lambda rng: (*(rng.uniform(0.5, 2.0, size=shape) for shape in shapes), *rest)
