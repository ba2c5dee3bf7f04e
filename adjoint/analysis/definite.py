"""Names that a block may read before it binds them.

>>> block = gast.parse("if c:\\n    t = x\\nfor k in r:\\n    s.append(t)\\n    u = k\\nv = u").body
>>> sorted(unbound_reads(block, frozenset("xcrs")))
['t', 'u']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

import gast

from adjoint.syntax import core

COMPOUND = frozenset([gast.If, gast.For, gast.While, gast.With, core.Attempt])


def unbound_reads(block: Sequence[Any], bound: Iterable[str], fn: core.Function | None = None) -> frozenset[str]:
    """The names bound in a block that some path to a read of them does not bind; `bound` are so before.

    `fn` may be a function that knows what some of the statements read and bind.

    The first trip of a loop has the fewest names bound, so that no loop need be gone through twice.
    """
    reader = _Reader(block, bound, fn)
    reader.run(block)
    return frozenset(reader.found)


class _Reader:
    """Goes through blocks; `known` are the names that are bound for certain, `found` those that may not be."""

    def __init__(self, block: Sequence[Any], bound: Iterable[str], fn: core.Function | None) -> None:
        self.reads, self.binds = (core.Reads(), core.Binds()) if fn is None else (fn.reads, fn.binds)
        self.known = set(bound)
        self.local = frozenset().union(*map(self.binds.__getitem__, core.statements(block))) - self.known
        self.found: set[str] = set()

    def run(self, block: Sequence[Any]) -> set[str]:
        """Go through a block; what it binds for certain is added to what is known, and returned."""
        known, added = self.known, set[str]()
        for stmt in block:
            kind = type(stmt)
            if kind is core.Comment:
                continue
            if kind is not gast.FunctionDef:
                self.found.update((self.reads[stmt] & self.local) - known)
            names = (self.inside(stmt) if kind in COMPOUND else self.binds[stmt]) - known
            known |= names
            added |= names
        return added

    def inside(self, stmt: Any) -> Set[str]:
        """What a compound statement binds for certain; it is not yet known when this returns."""
        names = self.binds[stmt] - self.known
        match stmt:
            case gast.If():
                return self.forgotten(stmt.body, NOTHING) & self.forgotten(stmt.orelse, NOTHING)
            case gast.For() | gast.While():
                self.forgotten(stmt.body, names)
                return NOTHING
            case core.Attempt():
                inner = self.forgotten(stmt.body, NOTHING)
                return inner if stmt.reraises else NOTHING
        return names | self.forgotten(stmt.body, names)

    def forgotten(self, block: Sequence[Any], names: Set[str]) -> set[str]:
        self.known |= names
        added = self.run(block)
        self.known -= added | names
        return added


NOTHING: frozenset[str] = frozenset()
