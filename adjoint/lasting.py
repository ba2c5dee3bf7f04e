"""What a function reads outside has to stay as it was for as long as its derivative reads it again.

    out, push = linearize(f)(x)     f reads RATES, a global array
    RATES[0] = 2.0
    push(x_dot)                     refused: `RATES` has changed since

The record of a reverse sweep has copies of such arrays. A derivative that runs the function itself again, as those of
`linearize` and of what is checkpointed do, reads what is there by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from adjoint.caching import all_compiled
from adjoint.compiled import Compiled
from adjoint.errors import UnsupportedMutation
from adjoint.guards import DATA, Guard, Parts
from adjoint.runtime import trees


def lasting(title: str, compiled: Compiled) -> Callable[[], None]:
    """Note what a compiled function reads outside; what is returned refuses to go on once it is something else.

    Raises:
        UnsupportedMutation: by the function returned.
    """
    before = [(item, trees.private(_read(item))) for item in _readings(compiled)]

    def check() -> None:
        for item, value in before:
            if not _same(value, _read(item)):
                raise UnsupportedMutation(
                    f"`{item.path}`, which `{title}` reads, is no longer what it was when the derivative was made\n"
                    "  Make the derivative anew, or pass it as an argument."
                )

    return check


def _readings(compiled: Compiled) -> Iterator[Guard | Parts]:
    """The guards of data, each path once."""
    seen = set()
    for item in (g for each in all_compiled(compiled) for g in each.guards):
        is_data = isinstance(item, Parts) or isinstance(item, Guard) and isinstance(item.value, DATA)
        if is_data and (item.path, id(item.value)) not in seen:
            seen.add((item.path, id(item.value)))
            yield item  # type: ignore[misc]


def _read(item: Guard | Parts) -> list[Any]:
    """The numbers, arrays and other leaves of what stands there now."""
    return trees.parts(item.current())


def _same(before: list[Any], now: list[Any]) -> bool:
    return len(before) == len(now) and all(map(_is_like, before, now))


def _is_like(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    return one is other or type(one) is type(other) and bool(one == other or one != one)
