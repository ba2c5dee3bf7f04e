"""The global names of a module as an object with attributes, for functions that assign some of them.

>>> space = {"calls": 1, "rate": 2.0}
>>> model = Names(space, {"calls"})
>>> model.calls += 1
>>> space
{'calls': 2, 'rate': 2.0}
>>> fields(model)
{'calls': 2}
"""

from __future__ import annotations

from collections.abc import Iterable
from types import CellType
from typing import Any


class Names:
    """All names of a dictionary of globals, of which those in `shown` are assigned."""

    __slots__ = ("__dict__", "__shown")

    def __init__(self, space: dict[str, Any], shown: Iterable[str]) -> None:
        self.__dict__ = space
        self.__shown = frozenset(shown)


def shown(holder: Names) -> frozenset[str]:
    """The names that are assigned."""
    found: frozenset[str] = holder._Names__shown  # type: ignore[attr-defined]  # no name of the user's is like it
    return found


HOLDERS: tuple[type, ...] = (Names, CellType)


def fields(holder: Any) -> dict[str, Any]:
    """What is assigned of what a holder holds; a cell that is empty holds nothing."""
    if isinstance(holder, Names):
        return {name: holder.__dict__[name] for name in sorted(shown(holder)) if name in holder.__dict__}
    try:
        return {"cell_contents": holder.cell_contents}
    except ValueError:
        return {}


def described(name: str, value: Any) -> str:
    """What a message calls an object outside that the text calls by this name: a holder, as what it holds."""
    if isinstance(value, Names):
        return ", ".join(sorted(shown(value)))
    return name.removesuffix("_cell") if isinstance(value, CellType) else name
