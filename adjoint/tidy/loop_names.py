"""Give loop variables back the name that the user gave them.

    >>> show("for i in range(n):\\n    A[i] = x\\nfor i_1 in range(n):\\n    A[i_1] += x\\nreturn A")
    for i in range(n):
        A[i] = x
    for i in range(n):
        A[i] += x
    return A

The normal form has a variable of its own for each loop. `i_1` may be `i` again where neither is read after the loop,
and `i` means nothing inside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import gast

from adjoint.emit.names import RESERVED
from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.dead_code import live_after_loops
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, map_blocks, same_items
from adjoint.tidy.rename import renamed

VERSION = re.compile(r"(.+)_\d+$")


def loop_names(fn: core.Function, memory: Known = None) -> core.Function:
    """Rename loop variables that normalisation numbered."""
    facts = facts_of(fn, memory)
    body = _Loops(fn, facts).block(fn.tree.body)
    return fn if body is fn.tree.body else fn.with_body(body)


class _Loops:
    def __init__(self, fn: core.Function, facts: Facts) -> None:
        self.fn, self.facts = fn, facts
        code = None if fn.target is None else fn.target.__code__
        self.users = frozenset(() if code is None else code.co_varnames).difference(RESERVED)

    @cached_property
    def live(self) -> Mapping[Any, set[str]]:
        """What is read after each loop."""
        return live_after_loops(self.fn, self.facts)

    def block(self, stmts: list[Any]) -> list[Any]:
        out = [self.compound(s) if type(s) in COMPOUND else s for s in stmts]
        return stmts if same_items(out, stmts) else out

    def compound(self, stmt: Any) -> Any:
        new = map_blocks(stmt, self.block)
        name = str(stmt.target.id) if isinstance(stmt, gast.For) and core.is_name(stmt.target) else ""
        match = VERSION.match(name) if name not in self.users else None
        if match is None or not (match[1] in self.facts.locals or match[1] in self.users):
            return new
        is_free = _is_free(new, name, match[1], self.live[stmt], self.facts)
        return renamed(new, {name: match[1]}) if is_free else new


def show(text: str) -> None:
    example.show(loop_names, text)


def _is_free(stmt: Any, name: str, stem: str, live: set[str], facts: Facts) -> bool:
    """True where the loop's variable may go by its stem."""
    whole = facts.inside(stmt)
    bound = frozenset().union(*(facts.inside(s).binds for s in stmt.body))
    taken = live | whole.reads | whole.binds | facts.pinned
    return stem not in taken and not {name} & (live | bound | facts.pinned | facts.of(stmt).reads)
