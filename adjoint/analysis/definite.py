"""Names that a block may read before it binds them.

>>> block = gast.parse("if c:\\n    t = x\\nfor k in r:\\n    s.append(t)\\n    u = k\\nv = u").body
>>> sorted(unbound_reads(block, frozenset("xcrs")))
['t', 'u']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import gast

from adjoint.syntax import core

COMPOUND = frozenset([gast.If, gast.For, gast.While, gast.With, core.Attempt])


def unbound_reads(block: Sequence[Any], bound: Iterable[str]) -> frozenset[str]:
    """The names bound in a block that some path to a read of them does not bind; `bound` are so before.

    The first trip of a loop has the fewest names bound, so that no loop need be gone through twice.
    """
    known = set(bound)
    binds = {stmt: core.names_bound(stmt) for stmt in core.statements(block)}
    local = frozenset().union(*binds.values()) - known
    found: set[str] = set()

    def run(block: Sequence[Any]) -> set[str]:
        """Go through a block; what it binds for certain is added to what is known, and returned."""
        added: set[str] = set()
        for stmt in block:
            if isinstance(stmt, gast.FunctionDef):
                names = set(binds[stmt])
            else:
                found.update((core.names_read(stmt) & local) - known)
                names = inside(stmt) if type(stmt) in COMPOUND else set(binds[stmt])
            names -= known
            known.update(names)
            added |= names
        return added

    def inside(stmt: Any) -> set[str]:
        """What a statement binds for certain; it is not yet known when this returns."""
        names = set(binds[stmt]) - known
        match stmt:
            case gast.If():
                branches = [forgotten(stmt.body, set()), forgotten(stmt.orelse, set())]
                return branches[0] & branches[1]
            case gast.For() | gast.While():
                forgotten(stmt.body, names)
                return set()
            case core.Attempt():
                names = forgotten(stmt.body, set())
                return names if stmt.reraises else set()
            case gast.With():
                return names | forgotten(stmt.body, names)
        return names

    def forgotten(block: Sequence[Any], names: set[str]) -> set[str]:
        known.update(names)
        added = run(block)
        known.difference_update(added | names)
        return added

    run(block)
    return frozenset(found)
