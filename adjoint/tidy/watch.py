"""Which expressions on the move does a statement stand in the way of?

Refold and merge move an expression down its block. It may not pass a statement that binds a name that it reads, or that
writes memory that it touches. A `Watch` keeps the moving expressions by what they read and touch, so that each
statement finds those that it stops without looking at the others.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable

from adjoint.tidy.effects import Effects, Memory
from adjoint.tidy.facts import Facts


class Watch:
    """The expressions on the move, by a key of the caller's (the name that each will replace)."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.reading: dict[str, set[str]] = {}
        self.touching: dict[Hashable, set[str]] = {}
        self.moving: dict[str, tuple[Collection[str], Collection[Hashable]]] = {}

    def add(self, key: str, reads: Collection[str], touched: frozenset[str]) -> None:
        if key in self.moving:
            self.drop(key)
        groups = self.facts.classes(touched)
        self.moving[key] = reads, groups
        for name in reads:
            self.reading.setdefault(name, set()).add(key)
        for group in groups:
            self.touching.setdefault(group, set()).add(key)

    def drop(self, key: str) -> None:
        if key not in self.moving:
            return
        names, groups = self.moving.pop(key)
        for name in names:
            self.reading[name].discard(key)
        for group in groups:
            self.touching[group].discard(key)

    def stopped_by(self, effects: Effects) -> set[str]:
        """The keys of what may not pass a statement with these effects."""
        if not self.moving:
            return set()
        found = self.reading_any(effects.binds)
        if effects.written:
            found |= self.sharing(self.facts.classes(effects.written))
        return found

    def reading_any(self, names: Iterable[str]) -> set[str]:
        """The keys of what reads one of these names."""
        found: set[str] = set()
        for name in names:
            if name in self.reading:
                found |= self.reading[name]
        return found

    def sharing(self, groups: frozenset[Hashable]) -> set[str]:
        """The keys of what touches memory of these classes."""
        if Memory.ANY in groups:
            return set().union(*self.touching.values())
        found: set[str] = set()
        for group in (groups | {Memory.ANY}) if groups else ():
            found |= self.touching.get(group, set())
        return found
