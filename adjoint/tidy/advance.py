"""Use what was taken from a cell before the cell is set to zero, so that refold can put the two together.

    >>> show("t_bar = v_bar[i]\\nv_bar[i] = 0.0\\nt_1_bar = t_bar / 4\\nu_bar[i] += t_1_bar\\nv_bar[i - 1] += t_1_bar")
    t_bar = v_bar[i]
    t_1_bar = t_bar / 4
    v_bar[i] = 0.0
    u_bar[i] += t_1_bar
    v_bar[i - 1] += t_1_bar

The use moves up past the store if neither sees what the other does, and if it is the only one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.effects import NUMBER, conflict
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, is_bind, map_blocks, same_items


def advance(fn: core.Function, memory: Known = None) -> core.Function:
    """Move the only use of what was taken up past the store that follows."""
    facts = facts_of(fn, memory)
    body = _block(fn.tree.body, facts.loads(fn), facts)
    return fn if body is fn.tree.body else fn.with_body(body)


def _block(stmts: list[Any], loads: Mapping[str, int], facts: Facts) -> list[Any]:
    out = [map_blocks(s, lambda inner: _block(inner, loads, facts)) if type(s) in COMPOUND else s for s in stmts]
    for k, stmt in enumerate(out):
        if type(stmt) is gast.Assign and k > 0 and _is_clearing(stmt) and is_bind(out[k - 1]):
            _advanced(out, k, loads, facts)
    return stmts if same_items(out, stmts) else out


def show(text: str) -> None:
    numbers = dict.fromkeys(("i", "t_bar", "t_1_bar"), NUMBER)
    example.show(lambda fn: advance(fn, {**numbers, "v_bar": "v", "u_bar": "u"}), text)


def _is_clearing(stmt: Any) -> bool:
    match stmt:
        case gast.Assign(targets=[gast.Subscript(value=gast.Name())], value=value):
            return core.is_constant(value)
    return False


def _advanced(block: list[Any], k: int, loads: Mapping[str, int], facts: Facts) -> None:
    """Move what follows the store at `k`, comments before it included, to the place before the store."""
    taken = block[k - 1].targets[0].id
    use = k + 1
    while use < len(block) and isinstance(block[use], core.Comment):
        use += 1
    if use == len(block) or taken not in facts.temps or loads.get(taken) != 1:
        return
    stmt, store = block[use], block[k]
    if not isinstance(stmt, (gast.Assign, gast.AugAssign)) or taken not in facts.of(stmt).reads:
        return
    if _commute(stmt, store, facts):
        block[k : use + 1] = [*block[k + 1 : use + 1], store]


def _commute(stmt: Any, store: Any, facts: Facts) -> bool:
    one, other = facts.of(stmt), facts.of(store)
    if one.impure or not one.binds.isdisjoint(other.reads):
        return False
    seen = facts.classes(one.touched | one.written)
    return not conflict(seen, facts.classes(other.written)) and not conflict(
        facts.classes(one.written), facts.classes(other.touched | other.written)
    )
