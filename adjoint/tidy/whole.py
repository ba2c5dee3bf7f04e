"""Write `x[...] += e` as `x += e`, which changes the array in place likewise.

>>> show("x[...] += a * b\\nx[...] = 0.0\\nreturn x")
x += a * b
x[...] = 0.0
return x

The index tells the passes before this one that a store is meant; whoever reads the text need not be told.
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.facts import Known, facts_of
from adjoint.tidy.rebuild import changed, map_statements


def whole_arrays(fn: core.Function, memory: Known = None) -> core.Function:
    """Drop the index of what is added to a whole array."""
    facts = facts_of(fn, memory)

    def plain(stmt: Any) -> Any:
        match stmt:
            case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=name), slice=gast.Constant(value=value))) if (
                value is Ellipsis
            ):
                new = changed(stmt, target=core.store(name, stmt.target))
                facts.known[new] = facts.of(stmt)
                return new
        return stmt

    body = map_statements(fn.tree.body, plain)
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    example.show(whole_arrays, text)
