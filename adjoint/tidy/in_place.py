"""Add to an array in place where nobody else holds it: no new one for each trip of a loop.

    >>> show("W_bar = np.zeros_like(W)\\nfor k in range(n):\\n    W_bar = W_bar + np.outer(g, x) + V\\nreturn W_bar")
    W_bar = np.zeros_like(W)
    for k in range(n):
        W_bar += np.outer(g, x) + V
    return W_bar

Under another name, or in a list, the array of before may be wanted yet.

    >>> show("W_bar = np.zeros_like(W)\\nstack.append(W_bar)\\nW_bar = W_bar + V\\nreturn W_bar")
    W_bar = np.zeros_like(W)
    stack.append(W_bar)
    W_bar = W_bar + V
    return W_bar
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import is_bind, map_statements
from adjoint.tidy.uncopied import alone

# These give an array that can be written to.
MAKERS = (np.zeros_like, np.zeros, np.full, np.outer)


def in_place(fn: core.Function, memory: Known = None) -> core.Function:
    """Write `x_bar += e` for `x_bar = x_bar + e`."""
    found = [stmt.targets[0].id for stmt in fn.statements if _added(stmt) is not None]
    if not found:
        return fn
    facts = facts_of(fn, memory)
    own = {n for n in alone(fn, facts).intersection(found) if not facts.is_number(n)}
    own -= {s.targets[0].id for s in fn.statements if is_bind(s) and not _is_writable(s.value, facts)}

    def change(stmt: Any) -> Any:
        added = _added(stmt)
        return stmt if added is None or stmt.targets[0].id not in own else core.accumulate(stmt.targets[0].id, added)

    return fn.with_body(map_statements(fn.tree.body, change)) if own else fn


def show(text: str) -> None:
    example.show(in_place, text)


def _added(stmt: Any) -> Any:
    """What `x = x + e` adds to x; None of anything else."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.BinOp(op=gast.Add()) as total):
            return _without(total, name)
    return None


def _without(total: Any, name: str) -> Any:
    """A sum without its first term, where that is the name."""
    match total:
        case gast.BinOp(left=gast.Name(id=first), op=gast.Add(), right=right) if first == name:
            return right
        case gast.BinOp(left=left, op=gast.Add() | gast.Sub() as op, right=right):
            rest = _without(left, name)
            return None if rest is None else core.binary(rest, op, right)
    return None


def _is_writable(value: Any, facts: Facts) -> bool:
    """Does an expression give a new array?"""
    if isinstance(value, gast.Call):
        copied = isinstance(value.func, gast.Attribute) and value.func.attr == "copy"
        return copied or any(facts.callee(value.func) is made for made in MAKERS)
    return isinstance(value, (gast.BinOp, gast.UnaryOp))
