"""The reverse sweep: the adjoints of a function's statements, from the last to the first.

    while norm(b) < 1000:            for _ in range(trips):
        b = b * 2             ->         b_bar = b_bar * 2

What comes out is a list of `Item`s, one a primal statement. They read primal names as if these had the values that
they had at the same point of the forward sweep; `assemble` sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import gast

from adjoint.analysis.activity import operands
from adjoint.analysis.containers import change_of
from adjoint.analysis.kinds import Array, Number
from adjoint.differentiate import masks
from adjoint.differentiate.statements import adjoin
from adjoint.differentiate.sweep import Item, Sweep
from adjoint.syntax import core
from adjoint.syntax.core import load


def reverse(sweep: Sweep, seed: str) -> list[Item]:
    """The items of the whole function, the seed's first."""
    *block, last = sweep.fn.tree.body
    with sweep.collected() as lines:
        _seed(sweep.fn.result, seed, sweep)
    return [Item(last, [], lines), *reverse_block(block, sweep)]


def _seed(result: Any, seed: str, sweep: Sweep) -> None:
    if isinstance(result, gast.Tuple):
        for k, element in enumerate(result.elts):
            if sweep.is_active(element):
                sweep.add(element.id, core.item(load(seed), core.const(k)), sweep.facts.kinds.get(element.id))
    elif sweep.is_active(result):
        kind = sweep.facts.kinds.get(result.id)
        # A seed has the shape of the result; where none is known, it may be a number for an array without axes.
        known = isinstance(kind, Number) or isinstance(kind, Array) and kind.shape is not None
        sweep.add(result.id, load(seed), kind, fits=known)


def reverse_block(block: Sequence[Any], sweep: Sweep) -> list[Item]:
    items = []
    outer, sweep.block = sweep.block, object()
    for stmt in reversed(block):
        item = reverse_statement(stmt, sweep)
        if item is not None:
            items.append(item)
    sweep.block = outer
    return items


def reverse_statement(stmt: Any, sweep: Sweep) -> Item | None:
    match stmt:
        case gast.If(body=[gast.Break()]) | gast.FunctionDef():
            return None
        case gast.If():
            return _branches(stmt, [stmt.body, stmt.orelse], sweep)
        case core.Attempt() if not stmt.reraises:
            return _branches(stmt, [stmt.body, []], sweep)
        case gast.For() | gast.While():
            return _loop(stmt, sweep)
        case gast.With() | core.Attempt():
            item = Item(stmt, [], blocks=[reverse_block(stmt.body, sweep)])
            return item if item.blocks[0] else None
    with sweep.collected() as lines:
        adjoin(stmt, sweep)
    masks.left_behind(stmt, sweep)
    return Item(stmt, [], lines) if lines else None


def _branches(stmt: Any, branches: Sequence[Sequence[Any]], sweep: Sweep) -> Item | None:
    """A branch taken forward is taken in reverse; what only one branch adds to is zero before."""
    touched = [_touched(b, sweep) for b in branches]
    alive = sweep.facts.live.before(stmt) | sweep.facts.live.after[stmt]
    with sweep.collected() as before:
        _define((touched[0] ^ touched[1]) & alive, sweep)
    start = sweep.untied(sweep.defined)
    blocks, ends = [], []
    for block in branches:
        sweep.defined = set(start)
        blocks.append(reverse_block(block, sweep))
        ends.append(sweep.untied(sweep.defined))
    both = (ends[0] | ends[1]) - _local(stmt, sweep)
    for block, end in zip(blocks, ends, strict=True):
        _fill(block, both - end, end, sweep)
    sweep.defined = both
    if not any(blocks) and not before:
        return None
    return Item(stmt, before, blocks=blocks)


def _loop(stmt: Any, sweep: Sweep) -> Item | None:
    """The trips backwards; what lives from trip to trip has its cotangent before the first."""
    touched = _touched(stmt.body, sweep)
    if not touched:
        return None
    with sweep.collected() as before:
        _define(touched & sweep.facts.live.at_head(stmt), sweep)
        rows = _rows(stmt, touched, sweep)
        for name in rows:
            sweep.define(name)
    outside = sweep.untied(sweep.defined)
    sweep.defined = outside.union(rows)
    block = reverse_block(stmt.body, sweep)
    _fill(block, outside - sweep.defined, sweep.defined, sweep)
    sweep.defined = outside
    return Item(stmt, before, blocks=[block])


def _rows(loop: Any, touched: set[str], sweep: Sweep) -> list[str]:
    """Parts of arrays that never change, taken before a loop: so are those of the arrays' cotangents."""
    tied = touched & sweep.facts.storage.tied.keys()
    if not tied:
        return []
    bound = {n for s in core.statements([loop]) for n in sweep.fn.binds[s]}
    still = [n for n in tied if not sweep.facts.classes.is_changed(n)]
    return sorted(n for n in still if bound.isdisjoint({n, *core.names_read(sweep.facts.storage.tied[n].value)}))


def _define(names: Iterable[str], sweep: Sweep) -> None:
    """Define cotangents before a compound statement; views are taken in its blocks, of the arrays defined here."""
    for name in sorted({root for n in names for root in sweep.roots(n)}):
        sweep.define(name)


def _fill(block: list[Item], names: Iterable[str], defined: set[str], sweep: Sweep) -> None:
    """Define cotangents at the end of a reversed block, as zero."""
    sweep.defined = set(defined)
    with sweep.collected() as lines:
        for name in sorted(names):
            sweep.define(name)
    if lines:
        block.append(Item(None, [], lines))


def _local(stmt: Any, sweep: Sweep) -> set[str]:
    """Names that live inside the branches of an `if` only."""
    bound = {n for s in core.statements([stmt]) for n in core.names_bound(s)}
    return bound - sweep.facts.live.before(stmt) - sweep.facts.live.after[stmt]


def _touched(block: Sequence[Any], sweep: Sweep) -> set[str]:
    """Active names whose cotangents the adjoint of a block reads or adds to."""
    found: set[str] = set()
    for stmt in core.statements(block):
        targets = {*sweep.fn.binds[stmt], sweep.fn.stores.get(stmt, "")}
        if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Call):
            targets |= core.names_read(stmt.value.func)
            sources = [n for a in stmt.value.args for n in operands(a, sweep.facts.kinds, sweep.fn.bindings)]
        elif isinstance(stmt, (gast.Assign, gast.AugAssign)):
            sources = operands(stmt.value, sweep.facts.kinds, sweep.fn.bindings)
            if (change := change_of(stmt, sweep.facts.kinds)) is not None:
                targets.add(change.name)
        else:
            continue
        if targets & sweep.facts.active:
            found |= (targets | set(sources)) & sweep.facts.active
            for name in list(found) if sweep.facts.storage.tied else ():
                tie = sweep.facts.storage.tied.get(name)
                while tie is not None:
                    bases = core.names_read(tie.value) & sweep.facts.active
                    found |= bases
                    tie = next((sweep.facts.storage.tied[b] for b in bases if b in sweep.facts.storage.tied), None)
    return found
