"""Work with an array itself, not with a copy of it, where it stays as it is until the copy has been read.

    >>> show("t_bar = y_bar.copy()\\nk_bar = np.sum(t_bar * x)\\nx_bar = t_bar * k\\ny_bar[0] = 0.0\\nreturn x_bar")
    k_bar = np.sum(y_bar * x)
    x_bar = y_bar * k
    y_bar[0] = 0.0
    return x_bar

The reverse sweep takes the cotangent of what a statement overwrites, and goes on with the cotangent of what was there
before: a copy, for it does not know what else will read it.

    >>> show("t_bar = y_bar.copy()\\ny_bar[0] = 0.0\\nx_bar = t_bar * k\\nreturn x_bar")
    t_bar = y_bar.copy()
    y_bar[0] = 0.0
    x_bar = t_bar * k
    return x_bar

Nor is an array copied that nobody else holds, whether it goes on under its own name or is returned.

    >>> show("x_bar = x * 2\\nx_bar = x_bar.copy()\\nx_bar[0] = 0.0\\nreturn x_bar.copy()")
    x_bar = x * 2
    pass
    x_bar[0] = 0.0
    return x_bar
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.effects import conflict
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, changed, map_blocks, map_statements, same_items
from adjoint.tidy.rename import renamed


def uncopied(fn: core.Function, memory: Known = None) -> core.Function:
    """Drop copies of arrays that do not change while the copy is in use."""
    facts = facts_of(fn, memory)
    if any(_copied(stmt, facts) for stmt in fn.statements):
        body = _block(fn.tree.body, facts.loads(fn), facts)
        fn = fn if body is fn.tree.body else fn.with_body(body)
    if not any(_is_copy(node) for stmt in fn.statements for node in _handed_on(stmt)):
        return fn
    own = alone(fn, facts)
    body = map_statements(fn.tree.body, lambda stmt: _without_copies(stmt, own, facts))
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    groups = {"y_bar": "cotangent y", "t_bar": "cotangent t", "x": "primal x", "x_bar": "x", "k_bar": "k", "k": "k"}
    example.show(lambda fn: uncopied(fn, groups), text)


def _copied(stmt: Any, facts: Facts) -> str | None:
    """The array of which a statement of ours gives a copy a name."""
    match stmt:
        case gast.Assign(
            targets=[gast.Name(id=name)],
            value=gast.Call(func=gast.Attribute(value=gast.Name(id=source), attr="copy"), args=[], keywords=[]),
        ) if name in facts.generated and source in facts.locals and not facts.pinned & {name, source}:
            return str(source) if name != source and facts.is_cotangent(name) else None
    return None


def _block(stmts: list[Any], loads: Mapping[str, int], facts: Facts) -> list[Any]:
    out = [map_blocks(s, lambda b: _block(b, loads, facts)) if type(s) in COMPOUND else s for s in stmts]
    k = 0
    while k < len(out):
        source = _copied(out[k], facts)
        if source is not None:
            name = out[k].targets[0].id
            end = _end_of_reads(out[k + 1 :], name, source, loads[name], facts)
            if end is not None:
                new = {name: source}
                out[k : k + 1 + end] = [renamed(stmt, new) for stmt in out[k + 1 : k + 1 + end]]
                continue
        k += 1
    return stmts if same_items(out, stmts) else out


def _end_of_reads(rest: list[Any], name: str, source: str, count: int, facts: Facts) -> int | None:
    """How many statements there are until the copy has been read `count` times; None if one stands in the way."""
    groups = facts.classes(frozenset([name, source]))
    for k, stmt in enumerate(rest):
        if count == 0:
            return k
        if type(stmt) is core.Comment:
            continue
        effects = facts.inside(stmt)
        if effects.impure or not effects.binds.isdisjoint((name, source)):
            return None
        if effects.written and conflict(groups, facts.classes(effects.written)):
            return None
        if name in effects.reads:
            if not all(_keeps_nothing(s, facts) for s in core.statements([stmt]) if name in facts.of(s).reads):
                return None
            count -= effects.loads.count(name)
    return len(rest) if count == 0 else None


def _keeps_nothing(stmt: Any, facts: Facts) -> bool:
    """Is what a statement reads nowhere else afterwards?"""
    if type(stmt) is gast.AugAssign:  # which a list makes longer by the very items
        return not isinstance(stmt.value, (gast.List, gast.Tuple))
    return type(stmt) is gast.Assign and facts.is_fresh(stmt.value)


# Arrays that nobody else holds


def _is_copy(node: Any) -> bool:
    """True of `name.copy()`."""
    match node:
        case gast.Call(func=gast.Attribute(value=gast.Name(), attr="copy"), args=[], keywords=[]):
            return True
    return False


def _handed_on(stmt: Any) -> list[Any]:
    """What a statement returns, or binds a name to that it reads."""
    match stmt:
        case gast.Return(value=gast.Tuple(elts=elements)):
            return list(elements)
        case gast.Return(value=value) if value is not None:
            return [value]
        case gast.Assign(targets=[gast.Name(id=name)], value=value) if _is_copy(value):
            return [value] if core.is_name(value.func.value, name) else []
    return []


def alone(fn: core.Function, facts: Facts) -> frozenset[str]:
    """The cotangents of which the memory is at no time another name's, or part of a list."""
    shared: set[str] = set(fn.params)
    for stmt in fn.statements:
        match stmt:
            case gast.Return():
                continue
            case gast.Assign(targets=[gast.Subscript()]) if not _keeps_nothing(stmt, facts):
                shared |= facts.of(stmt).reads
            case gast.AugAssign() if not _keeps_nothing(stmt, facts):
                shared |= facts.of(stmt).reads
        shared |= facts.shared[stmt]
    return frozenset(facts.generated - shared - facts.pinned)


def _without_copies(stmt: Any, alone: frozenset[str], facts: Facts) -> Any:
    """The statement with the arrays themselves; none where it has become `x_bar = x_bar`."""
    found = [node for node in _handed_on(stmt) if _is_copy(node) and node.func.value.id in alone]
    if not found:
        return stmt
    if isinstance(stmt, gast.Assign):
        return core.pass_()
    reads = facts.of(stmt).loads
    new = {node: node.func.value for node in found if reads.count(node.func.value.id) == 1}
    if isinstance(stmt.value, gast.Tuple):
        return changed(stmt, value=changed(stmt.value, elts=[new.get(e, e) for e in stmt.value.elts]))
    return changed(stmt, value=new.get(stmt.value, stmt.value))
