"""Give loop variables back the name that the user gave them.

    >>> show("for i in range(n):\\n    A[i] = x\\nfor i_1 in range(n):\\n    A[i_1] += x\\nreturn A")
    for i in range(n):
        A[i] = x
    for i in range(n):
        A[i] += x
    return A

The normal form has a variable of its own for each loop. `i_1` may be `i` again where neither is read after the loop,
and `i` means nothing inside it. A variable that the user called `_`, for nothing read it, gets a name where the reverse
sweep does read it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import gast

from adjoint.emit.names import RESERVED
from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.dead_code import live_after_loops
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import is_compound, map_blocks, same_items
from adjoint.tidy.rename import renamed

VERSION = re.compile(r"(.+)_\d+$")


def loop_names(fn: core.Function, memory: Known = None) -> core.Function:
    """Rename loop variables that normalisation numbered."""
    facts = facts_of(fn, memory)
    users = frozenset(fn.target.__code__.co_varnames).difference(RESERVED) if fn.target is not None else frozenset()
    live_after = cache(lambda: live_after_loops(fn, facts))
    namer = cache(fn.namer)

    def block(stmts: list[Any]) -> list[Any]:
        out = [loop(s) if is_compound(s) else s for s in stmts]
        return stmts if same_items(out, stmts) else out

    def loop(stmt: Any) -> Any:
        new = map_blocks(stmt, block)
        name = str(stmt.target.id) if isinstance(stmt, gast.For) and core.is_name(stmt.target) else ""
        if name == "_" and "_" in facts.inside(new).reads - live_after()[stmt]:
            return renamed(new, {"_": namer().fresh("k")})
        match = VERSION.match(name) if name not in users else None
        if match is None or not (match[1] in facts.locals or match[1] in users):
            return new
        return renamed(new, {name: match[1]}) if _is_free(new, name, match[1], live_after()[stmt], facts) else new

    body = block(fn.tree.body)
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    example.show(loop_names, text)


def _is_free(stmt: Any, name: str, stem: str, live: set[str], facts: Facts) -> bool:
    """True where the loop's variable may go by its stem."""
    whole = facts.inside(stmt)
    bound = frozenset().union(*(facts.inside(s).binds for s in stmt.body))
    taken = live | whole.reads | whole.binds | facts.pinned
    return stem not in taken and not {name} & (live | bound | facts.pinned | facts.of(stmt).reads)
