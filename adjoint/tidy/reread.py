"""Read an element twice, as one would write it, instead of giving it a name.

    >>> show("t = r[i]\\nr_bar[i] += t_bar * t\\ny_bar[i - 1] -= t_bar * t * s\\nreturn y_bar")
    r_bar[i] += t_bar * r[i]
    y_bar[i - 1] -= t_bar * r[i] * s
    return y_bar

What is read three times keeps its name, and so does what is read after its cell may have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.effects import INTERMEDIATE, NUMBER, conflict
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, is_bind, is_compound, map_blocks, map_parts, same_items
from adjoint.tidy.width import room, width


def reread(fn: core.Function, memory: Known = None) -> core.Function:
    """Put element reads into the two places that use them."""
    facts = facts_of(fn, memory)
    if not any(type(s) is gast.Assign and _is_element(s, facts) for s in fn.statements):
        return fn
    body = _block(fn.tree.body, 1, facts.loads(fn), facts)
    return fn if body is fn.tree.body else fn.with_body(body)


def _block(stmts: list[Any], depth: int, loads: Mapping[str, int], facts: Facts) -> list[Any]:
    def inside(stmt: Any) -> Any:
        return map_blocks(stmt, lambda inner: _block(inner, depth + 1, loads, facts))

    out = [inside(s) if type(s) in COMPOUND else s for s in stmts]
    for k, stmt in enumerate(out):
        if stmt is not None and _is_element(stmt, facts) and loads.get(stmt.targets[0].id) == 2:
            _put(out, k, facts, room(depth))
    out = [s for s in out if s is not None]
    return stmts if same_items(out, stmts) else out


def show(text: str) -> None:
    numbers = dict.fromkeys(("t", "t_bar", "s", "i"), NUMBER)
    example.show(lambda fn: reread(fn, {**numbers, "r": "r", "r_bar": "r_bar", "y_bar": "y_bar"}), text)


def _is_element(stmt: Any, facts: Facts) -> bool:
    """Is this the bind of an intermediate number to one element, by a simple index?"""
    if type(stmt) is not gast.Assign or not isinstance(stmt.value, gast.Subscript) or not is_bind(stmt):
        return False
    name = stmt.targets[0].id
    match stmt.value:
        case gast.Subscript(value=gast.Name(), slice=index):
            parts = index.elts if isinstance(index, gast.Tuple) else [index]
            simple = all(map(_is_simple, parts))
            return simple and name in facts.temps and bool(INTERMEDIATE.match(name)) and facts.is_number(name)
    return False


def _is_simple(index: Any) -> bool:
    match index:
        case gast.BinOp(left=left, op=gast.Add() | gast.Sub(), right=right):
            return core.is_atom(left) and core.is_constant(right)
    return core.is_atom(index)


def _put(block: list[Any], k: int, facts: Facts, columns: int) -> None:
    """Replace the two uses behind the bind at `k`, if both are in this block and find the element unchanged."""
    name, value = block[k].targets[0].id, block[k].value
    read = facts.of(block[k])
    left, new = 2, {}
    for j in range(k + 1, len(block)):
        stmt = block[j]
        if stmt is None or isinstance(stmt, core.Comment):
            continue
        used = facts.inside(stmt).loads.count(name)
        if used and is_compound(stmt):
            return
        if used:
            new[j] = _replaced(stmt, name, value)
            left -= used
            if width(new[j]) > columns:
                return
        if not left:
            break
        effects = facts.inside(stmt)
        if not effects.binds.isdisjoint(read.reads | {name}):
            return
        if conflict(facts.classes(read.touched), facts.classes(effects.written)):
            return
    if left == 0:
        block[k] = None
        for j, stmt in new.items():
            block[j] = stmt


def _replaced(node: Any, name: str, value: Any) -> Any:
    if isinstance(node, gast.Name):
        return core.copy(value) if node.id == name and isinstance(node.ctx, gast.Load) else node
    return map_parts(node, lambda part: _replaced(part, name, value))
