"""Which names are active: varied (they depend on an argument differentiated by) and useful (the result needs them).

An array is varied or useful as a whole, together with all names that may share its memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import gast

from adjoint.analysis.alias import Classes
from adjoint.analysis.callees import callee_of
from adjoint.analysis.containers import change_of
from adjoint.analysis.kinds import DictOf, Kind, can_vary, is_text
from adjoint.analysis.settled import Settled
from adjoint.frontend.resolve import free_names
from adjoint.rules import registry
from adjoint.rules.methods import is_fact
from adjoint.syntax import core

# What looks at a dictionary's keys only: its values do not come out of it.
SEES_KEYS = (len, bool, iter, list, tuple, set, frozenset, sorted, reversed, enumerate, zip, min, max, sum, any, all)


def activity(
    fn: core.Function, kinds: Mapping[str, Kind], classes: Classes, wrt: Iterable[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The active names of a Core function differentiated by the parameters `wrt`, and those that vary (see there)."""
    flows = _flows(fn, kinds)
    results = core.names_read(fn.result)
    varied = frozenset(_reach(wrt, flows, classes))
    useful = _reach(results, [(t, s) for s, t in flows], classes)
    return frozenset(n for n in varied & useful if can_vary(kinds.get(n))), varied


def varied(fn: core.Function, kinds: Mapping[str, Kind], classes: Classes, wrt: Iterable[str]) -> frozenset[str]:
    """The names whose values depend differentiably on the parameters `wrt`, whether or not the result needs them."""
    return frozenset(_reach(wrt, _flows(fn, kinds), classes))


def _flows(fn: core.Function, kinds: Mapping[str, Kind]) -> list[tuple[str, str]]:
    """What depends on what, of the names that can carry a derivative."""
    flows = [flow for stmt in fn.statements for flow in flows_of(stmt, kinds, fn.bindings)]
    varying = {n for n in {n for flow in flows for n in flow} if can_vary(kinds.get(n))}
    return [(s, t) for s, t in flows if s in varying and t in varying]


def _reach(start: Iterable[str], flows: list[tuple[str, str]], classes: Classes) -> set[str]:
    followers: dict[str, list[str]] = {}
    for source, target in flows:
        followers.setdefault(source, []).append(target)
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        waiting += followers.get(name, ())
        waiting += classes.changed_mates(name)
    return reached


def flows_of(stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Pairs (source, target): the statement makes the target's value depend differentiably on the source's."""
    if type(kinds) is not Settled or kinds.bindings is not bindings:
        return list(_flows_of(stmt, kinds, bindings))
    found = kinds.flows.get(stmt)
    if found is None:
        found = kinds.flows[stmt] = list(_flows_of(stmt, kinds, bindings))
    return found


def _flows_of(stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    kind = type(stmt)
    if kind is gast.Assign:
        yield from _flows_of_bind(stmt, stmt.targets[0], kinds, bindings)
    elif kind is gast.AugAssign:
        target = stmt.target.value if isinstance(stmt.target, gast.Subscript) else stmt.target
        yield from ((s, target.id) for s in operands(stmt.value, kinds, bindings))
    elif kind is gast.For and type(stmt.iter) is gast.Name:
        yield stmt.iter.id, stmt.target.id
    elif kind is gast.FunctionDef:  # what a function takes from around it, it carries
        yield from ((s, stmt.name) for s in sorted(free_names(stmt)))
    elif kind is gast.Expr and (change := change_of(stmt, kinds)) is not None:
        yield from ((s, change.name) for s in operands(change.item, kinds, bindings))


def _flows_of_bind(
    stmt: Any, target: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    if type(target) is gast.Name:
        change = change_of(stmt, kinds)
        sources = operands(stmt.value, kinds, bindings) if change is None else [change.name]
        yield from ((s, target.id) for s in sources)
    elif isinstance(target, gast.Subscript) and type(target.value) is gast.Name:
        yield from ((s, target.value.id) for s in operands(stmt.value, kinds, bindings))
    elif isinstance(target, gast.Tuple) and isinstance(stmt.value, gast.Tuple):
        yield from ((value.id, t.id) for t, value in zip(target.elts, stmt.value.elts, strict=True))
    elif isinstance(target, gast.Tuple):
        yield from ((s, t.id) for t in target.elts for s in operands(stmt.value, kinds, bindings))


def operands(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> list[str]:
    """The names on which an expression's value depends differentiably."""
    form = type(expr)
    if form is gast.Name:
        return [expr.id]
    if form is gast.Constant:
        return []
    if type(kinds) is not Settled or kinds.bindings is not bindings:
        return _operands(expr, kinds, bindings)
    found = kinds.operands.get(expr)
    if found is None:
        found = kinds.operands[expr] = _operands(expr, kinds, bindings)
    return found


def _operands(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> list[str]:
    match expr:
        case gast.Compare() | gast.JoinedStr():
            return []
        case gast.BinOp(op=gast.Mod(), left=gast.Constant(value=str())):
            return []
        case gast.BinOp(op=gast.Mod(), left=gast.Name(id=name)) if is_text(kinds.get(name)):
            return []
        case gast.Tuple() | gast.List():
            return [n for e in expr.elts for n in operands(e, kinds, bindings)]
        case gast.IfExp():
            return [n for e in (expr.body, expr.orelse) for n in operands(e, kinds, bindings)]
        case gast.Subscript():
            return operands(expr.value, kinds, bindings)
        case gast.Attribute(attr=attr) if is_fact(attr):
            return []
        case gast.Lambda():
            return sorted(free_names(expr))
        case gast.Dict():
            return [n for e in expr.values for n in operands(e, kinds, bindings)]
    callee = callee_of(expr, kinds, bindings)
    if callee is not None and registry.rule_of(callee.primitive) is None and registry.is_constant(callee.primitive):
        # A draw depends on its parameters, by derivatives that are not known.
        if not registry.draws(callee.primitive):
            return []
    if callee is None:
        return sorted(core.names_read(expr))
    nodes = [*callee.args, *callee.keywords.values()]
    if nodes and core.is_name(nodes[0]) and isinstance(kinds.get(nodes[0].id), DictOf):
        if any(callee.primitive is looks for looks in SEES_KEYS):
            return []
    rule = registry.rule_of(callee.primitive)
    if rule is not None and rule.shaped and not callee.starred:
        try:
            bound = registry.bind(rule, callee.args, callee.keywords, method=callee.method)
        except registry.UnsupportedArgument:  # refused where the rule is written out
            return [n for e in nodes for n in operands(e, kinds, bindings)]
        nodes = [node for name, node in bound.items() if name not in rule.shaped]
    return [n for e in nodes for n in operands(e.value if isinstance(e, gast.Starred) else e, kinds, bindings)]
