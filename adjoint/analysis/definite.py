"""Names that a block may read before it binds them.

    >>> block = gast.parse("if c:\\n    t = x\\nfor k in r:\\n    s.append(t)\\n    u = k\\nv = u").body
    >>> sorted(unbound_reads(block, frozenset("xcrs")))
    ['t', 'u']
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.analysis import dataflow
from adjoint.syntax import core


def unbound_reads(block: list[Any], bound: frozenset[str]) -> frozenset[str]:
    """The names bound in a block that some path to a read of them does not bind; `bound` are so before."""
    local = {n for stmt in core.statements(block) for n in core.names_bound(stmt)} - bound
    before = dataflow.forward(block, bound, _after, frozenset.intersection)
    return frozenset(n for stmt, known in before.items() if stmt is not None for n in _read(stmt) & local - known)


def _after(stmt: Any, known: frozenset[str]) -> frozenset[str]:
    return known | core.names_bound(stmt)


def _read(stmt: Any) -> frozenset[str]:
    if isinstance(stmt, gast.FunctionDef):
        return frozenset()
    return core.names_read(stmt)
