"""Which names may still be read after a statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.analysis import dataflow
from adjoint.classes import dataclass
from adjoint.syntax import core

Names = frozenset[str]


@dataclass(frozen=True)
class Liveness:
    """Live names after each statement of a function."""

    after: Mapping[Any, Names]
    reads: Mapping[Any, Names]

    def before(self, stmt: Any) -> Names:
        """Live names before a statement."""
        match stmt:
            case gast.If():
                branches = [self.before_block(b, self.after[stmt]) for b in (stmt.body, stmt.orelse)]
                return self.transfer(stmt, branches[0] | branches[1])
            case gast.For():
                return self.at_head(stmt) | self.reads[stmt]
            case gast.While():
                return self.at_head(stmt)
            case core.Attempt():
                noting = self.transfer(stmt, self.after[stmt])
                return noting | self.before_block(stmt.body, noting)
            case gast.With():
                return self.transfer(stmt, self.before_block(stmt.body, self.after[stmt]))
        return self.transfer(stmt, self.after[stmt])

    def before_block(self, block: list[Any], otherwise: Names) -> Names:
        """Live names at the beginning of a block; `otherwise` where it is empty."""
        return self.before(block[0]) if block else otherwise

    def at_head(self, loop: Any) -> Names:
        """Live names at a loop's head: carried from trip to trip, or read after the loop."""
        last = loop.body[-1]
        return self.transfer(loop, self.after[last]) if isinstance(loop, gast.While) else self.after[last]

    def transfer(self, stmt: Any, after: Names) -> Names:
        return transfer(stmt, after, self.reads[stmt])


def liveness(fn: core.Function) -> Liveness:
    """Solve for the live names of a function.

    >>> tree = gast.parse("def f(x):\\n    y = x\\n    x = 1\\n    return y").body[0]
    >>> live = liveness(core.Function(tree, core.Origin("", 1, (), "f")))
    >>> sorted(live.after[tree.body[0]]), sorted(live.after[tree.body[1]])
    (['y'], ['y'])
    """
    reads, binds = fn.reads, fn.binds

    def step(stmt: Any, after: Names) -> Names:
        if type(stmt) is gast.Assign:
            return after - binds[stmt] | reads[stmt]
        return transfer(stmt, after, reads[stmt])

    after: dict[Any, Names] = dataflow.backward(fn.tree.body, frozenset(), step, frozenset.union)
    for stmt in fn.statements:
        after.setdefault(stmt, frozenset())  # of a function inside: it runs where it is called
    return Liveness(after, reads)


def transfer(stmt: Any, after: Names, reads: Names | None = None) -> Names:
    """Live names before what a statement does itself; `reads` are the names that it reads, where they are known."""
    kind = type(stmt)
    if kind is gast.FunctionDef:
        return (after - {stmt.name}) | _captured(stmt)
    if reads is None:
        reads = core.names_read(stmt)
    return after | reads if kind is gast.AugAssign else (after - core.names_bound(stmt)) | reads


def _captured(stmt: Any) -> Names:
    """What a nested function may read: every name in it."""
    return frozenset(core.all_names(stmt)) - {stmt.name}
