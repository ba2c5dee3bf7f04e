"""Values from outside that are compiled in, since Numba may need to know them when it compiles, and their guards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adjoint.classes import replace
from adjoint.guards import Guard

FROZEN = (bool, int, str, bytes, tuple, type(None))


def frozen_guards(guards: Sequence[Any]) -> Iterator[Guard]:
    """Guards of the values that are compiled in: the names of numbers and texts stand for these very ones."""
    for item in guards:
        if isinstance(item, Guard) and type(item.value) in FROZEN and not item.exact:
            yield replace(item, frozen=True)
