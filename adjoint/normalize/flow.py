"""Which statements jump: the ways in which control may leave a statement other than at its end.

>>> import gast
>>> loop = gast.parse("for i in r:\\n    if c:\\n        break\\n    return i").body[0]
>>> flow = Flow()
>>> sorted(flow.of(loop).jumps), flow.of(loop).falls
(['return'], True)
>>> sorted(flow.block(loop.body).jumps), flow.block(loop.body).falls
(['break', 'return'], False)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.syntax import core

BREAK, CONTINUE, RETURN = "break", "continue", "return"
NONE: frozenset[str] = frozenset()
JUMPS = {gast.Break: BREAK, gast.Continue: CONTINUE, gast.Return: RETURN}


@dataclass(frozen=True)
class Leaves:
    """`falls`: control may reach the end; `jumps`: the jumps out of the statement (or block) that it may contain."""

    falls: bool = True
    jumps: frozenset[str] = NONE

    def __or__(self, other: Leaves) -> Leaves:
        return Leaves(self.falls or other.falls, self.jumps | other.jumps)


class Flow:
    """How control leaves statements, each looked at once."""

    def __init__(self) -> None:
        self.known: dict[Any, Leaves] = {}

    def block(self, block: Sequence[Any]) -> Leaves:
        jumps = NONE
        for stmt in block:
            leaves = self.of(stmt)
            jumps |= leaves.jumps
            if not leaves.falls:
                return Leaves(False, jumps)
        return Leaves(True, jumps)

    def of(self, stmt: Any) -> Leaves:
        if stmt not in self.known:
            self.known[stmt] = self._leaves(stmt)
        return self.known[stmt]

    def _leaves(self, stmt: Any) -> Leaves:
        match stmt:
            case gast.Break() | gast.Continue() | gast.Return():
                return Leaves(False, frozenset([JUMPS[type(stmt)]]))
            case gast.Raise():
                return Leaves(False)
            case gast.If():
                return self.block(stmt.body) | self.block(stmt.orelse)
            case gast.With():
                return self.block(stmt.body)
            case core.Attempt():
                return Leaves(True, self.block(stmt.body).jumps)
            case gast.For() | gast.While():
                return self._loop(stmt)
        return Leaves()

    def _loop(self, stmt: Any) -> Leaves:
        body, orelse = self.block(stmt.body), self.block(stmt.orelse)
        endless = isinstance(stmt, gast.While) and isinstance(stmt.test, gast.Constant) and bool(stmt.test.value)
        falls = BREAK in body.jumps or (orelse.falls and not endless)
        return Leaves(falls, body.jumps & {RETURN} | orelse.jumps)

    def guarded(self, block: Sequence[Any]) -> frozenset[str]:
        """The jumps that a flag must tell the statements after them of (the others become branches alone)."""
        for i, stmt in enumerate(block):
            jumps, rest = self.of(stmt).jumps, list(block[i + 1 :])
            if not jumps:
                continue
            if isinstance(stmt, gast.If):
                if not self.block(stmt.body).falls:
                    return self.guarded(stmt.body) | self.guarded([*stmt.orelse, *rest])
                if not self.block(stmt.orelse).falls:
                    return self.guarded([*stmt.body, *rest]) | self.guarded(stmt.orelse)
                inner = self.guarded(stmt.body) | self.guarded(stmt.orelse)
            elif isinstance(stmt, (gast.For, gast.While)):
                inner = jumps
            elif isinstance(stmt, (gast.With, core.Attempt)):
                inner = jumps
            else:
                return NONE
            return inner | (jumps | self.guarded(rest) if rest else NONE)
        return NONE
