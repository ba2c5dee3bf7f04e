"""Add to an array in place where nobody else holds it: no new one for each trip of a loop.

    >>> show("W_bar = np.zeros_like(W)\\nfor k in range(n):\\n    W_bar = W_bar + np.outer(g, x) + V\\nreturn W_bar")
    W_bar = np.zeros_like(W)
    for k in range(n):
        W_bar += np.outer(g, x) + V
    return W_bar

What is added to some cells, one of them perhaps several times, is added one after the other, as the user's
`np.add.at` does it: the sum is the same to the last bit.

    >>> show("y += scattered(y, index, x)\\nreturn y")
    add_at(y, index, x)
    return y

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

from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import is_bind, is_compound, map_blocks, map_statements, same_items
from adjoint.tidy.uncopied import alone

# These give an array that can be written to.
MAKERS = (np.zeros_like, np.zeros, np.full, np.outer)


def in_place(fn: core.Function, memory: Known = None) -> core.Function:
    """Write `x_bar += e` for `x_bar = x_bar + e`, and `add_at(y, index, x)` for `y += scattered(y, index, x)`."""
    facts = facts_of(fn, memory)
    fn = _one_after_the_other(fn, facts)
    found = [stmt.targets[0].id for stmt in fn.statements if _added(stmt) is not None]
    if not found:
        return fn
    own = {n for n in alone(fn, facts).intersection(found) if not facts.is_number(n)}
    own -= {s.targets[0].id for s in fn.statements if is_bind(s) and not _is_writable(s.value, facts)}

    def change(stmt: Any) -> Any:
        added = _added(stmt)
        return stmt if added is None or stmt.targets[0].id not in own else core.accumulate(stmt.targets[0].id, added)

    return fn.with_body(map_statements(fn.tree.body, change)) if own else fn


def show(text: str) -> None:
    example.show_body(in_place(example.function(text, {"scattered": arrays.scattered, "add_at": arrays.add_at})))


def _one_after_the_other(fn: core.Function, facts: Facts) -> core.Function:
    if not any(value is arrays.scattered for value in fn.bindings.values()):
        return fn
    helper = next((name for name, value in fn.bindings.items() if value is arrays.add_at), None)
    helper = helper or fn.namer().fresh("add_at")
    loads = facts.loads(fn)

    def block(stmts: list[Any]) -> list[Any]:
        out: list[Any] = []
        for stmt in stmts:
            stmt = map_blocks(stmt, block) if is_compound(stmt) else stmt
            target, value = _whole_sum(stmt)
            at = None
            if core.is_name(value) and value.id in facts.temps and loads[value.id] == 1:
                at = _bind_before(out, value.id)
                value = None if at is None else out[at].value
            if _is_scattered(value, facts):
                if at is not None:
                    del out[at]
                stmt = core.effect(core.call(helper, core.load(target), *value.args[1:]), at=stmt)
            out.append(stmt)
        return stmts if same_items(out, stmts) else out

    body = block(fn.tree.body)
    return fn if body is fn.tree.body else fn.with_body(body, bindings={**fn.bindings, helper: arrays.add_at})


def _whole_sum(stmt: Any) -> tuple[str, Any]:
    """The array and what is added to all of it, in `y += e` and `y[...] += e`."""
    match stmt:
        case gast.AugAssign(target=gast.Name(id=name), op=gast.Add(), value=value):
            return name, value
        case gast.AugAssign(
            target=gast.Subscript(value=gast.Name(id=name), slice=gast.Constant(value=cells)),
            op=gast.Add(),
            value=value,
        ) if cells is Ellipsis:
            return name, value
    return "", None


def _is_scattered(value: Any, facts: Facts) -> bool:
    return isinstance(value, gast.Call) and facts.callee(value.func) is arrays.scattered and len(value.args) == 3


def _bind_before(block: list[Any], name: str) -> int | None:
    """Where a name is bound, if what follows only keeps values, or computes others, of what its value reads."""
    for k in range(len(block) - 1, -1, -1):
        stmt = block[k]
        if is_bind(stmt) and stmt.targets[0].id == name:
            bound = {n for s in block[k + 1 :] for n in core.names_bound(s)}
            return None if bound & core.names_read(stmt.value) else k
        if not (is_bind(stmt) or isinstance(stmt, core.Comment) or _is_kept(stmt)):
            return None
    return None


def _is_kept(stmt: Any) -> bool:
    """Is this a record: `x_stack.append(…)`?"""
    match stmt:
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"))):
            return str(name).endswith("_stack")
    return False


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
