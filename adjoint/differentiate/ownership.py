"""Which cotangents own their memory: these may be added into, and returned as they are.

x_bar = np.zeros_like(x)               x_bar = np.zeros_like(x)
x_bar = x_bar + g               ->     x_bar += g
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import Array, Number
from adjoint.differentiate.prepare import mapped
from adjoint.differentiate.sweep import Sweep
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load


def owned_bars(block: list[Any], sweep: Sweep) -> frozenset[str]:
    """Cotangents that only fresh arrays are bound to, and that no other name is bound to."""
    bars = set(sweep.bars.values())
    shared: set[str] = set()
    for stmt in core.statements(block):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]):
                if not sweep.is_fresh(stmt.value) and stmt not in sweep.moves:
                    shared.add(name)
                    shared |= _handed_on(stmt.value)
            case gast.Assign(targets=[gast.Tuple(elts=targets)]):
                shared |= {t.id for t in targets} | _handed_on(stmt.value)
    return frozenset(bars - shared)


def with_own_records(block: list[Any], sweep: Sweep) -> list[Any]:
    """Copy what a recursive call records, where arrays that it was given, or gave back, change later."""
    if not sweep.pairs:
        return block
    classes = sweep.facts.classes

    def change(stmt: Any) -> list[Any]:
        match stmt:
            case gast.Assign(
                targets=[gast.Tuple(elts=[result, record])], value=gast.Call(func=gast.Name(id=path), args=args)
            ) if path in sweep.pairs:
                names = {n for a in args for n in core.names_read(a)} | {result.id}
                if any(classes.is_changed(n) for n in names):
                    copy = core.call(sweep.helper(arrays.working_copies), load(record.id))
                    return [stmt, core.bind(record.id, copy)]
        return [stmt]

    return mapped(block, change)


def memory_groups(block: list[Any], sweep: Sweep) -> dict[str, str]:
    """A representative for each name of the reverse sweep; names of different ones never share memory."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    for stmt in core.statements(block):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=value):
                shared = [] if sweep.is_fresh(value) else [name, *sorted(core.names_read(value))]
            case gast.Assign(targets=[gast.Tuple(elts=targets)], value=value):
                shared = [*(t.id for t in targets), *sorted(core.names_read(value))]
            case gast.Expr(value=value):
                shared = sorted(core.names_read(value))
            case _:
                continue
        for one, other in zip(shared, shared[1:], strict=False):
            root[find(one)] = find(other)
    return {name: find(name) for name in list(root)}


def _handed_on(value: Any) -> frozenset[str]:
    return core.names_read(value)


def settled(
    block: list[Any], gradients: list[Any], owned: frozenset[str], sweep: Sweep, wrt: Sequence[str]
) -> tuple[list[Any], list[Any]]:
    """Add in place where that is safe; copy a gradient that may share its memory."""
    kinds = {sweep.bars[n]: sweep.facts.kinds.get(n) for n in sweep.bars}
    new = _in_place(block, owned)
    buffers = {sweep.bars[n] for n in sweep.bars if sweep.is_buffer(n)}
    results = []
    seen: set[str] = set()
    for expr in gradients:
        name = expr.id if core.is_name(expr) else None
        if name is None or isinstance(kinds.get(name), Number) or name in owned:
            results.append(expr)
        elif _is_private(name, buffers, block, sweep.moves):
            results.append(expr)
        elif isinstance(kinds.get(name), Array):
            results.append(core.call(f"{name}.copy"))
        else:
            results.append(core.call(sweep.helper(arrays.owned), load(name)))
        seen.add(name or "")
    return new, results


def _is_private(name: str, buffers: set[str], block: list[Any], moves: set[Any]) -> bool:
    """Is a buffer never the value of another name? (Buffers are copied when they are made.)"""
    if name not in buffers:
        return False
    return not any(
        isinstance(s, gast.Assign) and core.is_name(s.value, name) and s not in moves for s in core.statements(block)
    )


def _in_place(block: list[Any], owned: frozenset[str]) -> list[Any]:
    result = []
    for stmt in block:
        match stmt:
            case gast.Assign(
                targets=[gast.Name(id=name)], value=gast.BinOp(left=gast.Name(id=left), op=gast.Add(), right=right)
            ) if name == left and name in owned:
                result.append(core.accumulate(name, right))
            case gast.If():
                result.append(core.if_(stmt.test, _in_place(stmt.body, owned), _in_place(stmt.orelse, owned)))
            case gast.For():
                result.append(gast.For(stmt.target, stmt.iter, _in_place(stmt.body, owned), [], None))
            case _:
                result.append(stmt)
    return result
