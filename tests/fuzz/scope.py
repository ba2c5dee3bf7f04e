"""The names that are bound at a point of a random program, by what they hold.

Every name keeps one type for its whole life, and is read only where it is bound on every path, so that each program
runs at any arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

Shape = tuple[int, ...]
NUMBER: Shape = ()


@dataclass(frozen=True)
class Items:
    """A list of at least `least` arrays or numbers of one shape, made in the block `home`."""

    shape: Shape
    least: int
    home: int


@dataclass(frozen=True)
class Callee:
    """A function of the program: shapes of what it takes and gives; `extra` is text for its last arguments."""

    takes: tuple[Shape, ...]
    gives: Shape
    tags: tuple[str, ...] = ()
    extra: tuple[str, ...] = ("",)


@dataclass
class Scope:
    """What is bound, and where: `result` is what an early return may give, None where there may be none."""

    shapes: dict[str, Shape]
    indices: dict[str, int] = field(default_factory=dict)  # integers from 0 to below a bound
    tables: dict[str, tuple[int, int]] = field(default_factory=dict)  # integer arrays: length, bound of their entries
    lists: dict[str, Items] = field(default_factory=dict)
    callees: dict[str, Callee] = field(default_factory=dict)
    records: dict[str, tuple[tuple[str, Shape], ...]] = field(default_factory=dict)  # dicts, objects: access, shape
    in_loop: bool = False
    result: str | None = None
    depth: int = 1
    home: int = 0
    function: int = 0

    def inner(self, **changes: Any) -> Scope:
        """A copy for a block inside."""
        tables = {name: dict(getattr(self, name)) for name in TABLES}
        return replace(self, **tables, **{"depth": self.depth + 1, **changes})

    def of(self, test: Callable[[Shape], bool]) -> list[str]:
        return [n for n, shape in self.shapes.items() if test(shape)]

    @property
    def numbers(self) -> list[str]:
        return self.of(lambda s: s == NUMBER)

    @property
    def arrays(self) -> list[str]:
        """Arrays without an axis of one: those with one are written to in forms of their own."""
        return self.of(lambda s: s != NUMBER and 1 not in s)

    def like(self, shape: Shape) -> list[str]:
        return self.of(lambda s: s == shape)

    def meet(self, *others: Scope) -> None:
        """Keep what is bound alike at the end of all of several blocks."""
        first, *rest = others
        for name in TABLES:
            table = getattr(first, name)
            setattr(self, name, {n: v for n, v in table.items() if all(getattr(o, name).get(n) == v for o in rest)})

    def take(self, other: Scope) -> None:
        """Go on with what a block that surely runs has bound."""
        for name in TABLES:
            setattr(self, name, getattr(other, name))


TABLES = ("shapes", "indices", "tables", "lists", "callees", "records")
