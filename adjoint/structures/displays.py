"""Tuples, lists and dicts that are written out: each becomes a record where something in it is known.

A tuple or list of numbers and arrays stays what it is. A dict is a record while its keys are known; a list that holds
objects or functions, while its length is.
"""

from __future__ import annotations

from enum import Enum, EnumType
from typing import Any

import gast

from adjoint.structures import expressions, items
from adjoint.structures.evaluator import Evaluator, Result, is_part
from adjoint.structures.values import Known, Record, Shadow, Value
from adjoint.syntax import core


def display(node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    """What a display gives."""
    if isinstance(node, gast.Dict):
        return _dict(node, ev, stmt, stem)
    if any(isinstance(e, gast.Starred) for e in node.elts):
        return _starred(node, ev, stmt, stem)
    results = [_element(e, ev, stmt) for e in node.elts]
    return sequence(node, results, ev, stmt, stem)


def sequence(
    node: Any, results: list[Result], ev: Evaluator, stmt: Any, stem: str, source: Value | None = None
) -> Result:
    """A tuple or list of evaluated elements; of what is taken apart itself (`source`), in parts too."""
    cls: type = tuple if isinstance(node, gast.Tuple) else list
    site = ev.site(node)
    wanted = any(is_part(r) for r in results) or site in ev.promoted
    wanted = wanted or isinstance(source, Record) and source.site in ev.promoted
    if wanted and site not in ev.demoted:
        record = ev.allocate(cls, site, stem, node)
        for k, result in enumerate(results):
            ev.set_part(record, k, result, stmt)
        return record
    atoms = [expressions.written(r, ev, node) for r in results]
    if cls is tuple and all(map(core.is_atom, atoms)):
        return Shadow(tuple(atoms), site)
    plain = core.tuple_(atoms, node) if cls is tuple else core.list_(atoms, node)
    return node if _same(node.elts, atoms) else plain


def _same(old: list[Any], new: list[Any]) -> bool:
    return len(old) == len(new) and all(a is b for a, b in zip(old, new, strict=True))


def _element(node: Any, ev: Evaluator, stmt: Any) -> Result:
    if core.is_constant(node):
        return node
    if not isinstance(node, gast.Name):
        return expressions.evaluate(node, ev, stmt) if not is_literal(node) else node
    value = ev.known(node) or ev.outer(node.id)
    return value if value is not None and is_part(value) else node


def is_literal(node: Any) -> bool:
    if isinstance(node, (gast.Tuple, gast.List)):
        return all(map(is_literal, node.elts))
    return core.is_constant(node)


def _starred(node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    """`[a, *rest]`, where it is known how many there are."""
    results: list[Result] = []
    for element in node.elts:
        if not isinstance(element, gast.Starred):
            results.append(_element(element, ev, stmt))
            continue
        parts = elements(element.value, ev, stmt)
        if parts is None:
            return expressions.rebuilt(node, ev, stmt)
        results += parts
    return sequence(node, results, ev, stmt, stem)


def elements(node: Any, ev: Evaluator, stmt: Any) -> list[Result] | None:
    """The elements of a tuple, list or dict whose length is known; None where it is not."""
    value = expressions.evaluate(node, ev, stmt)
    match value:
        case Shadow():
            return [core.copy(a) for a in value.items]
        case Record() if value.is_sequence:
            return [ev.part(value, key, node) for key in ev.keys(value, node)]
        case Record() if value.cls is dict:
            return [Known(k) if isinstance(k, Enum) else core.const(k, node) for k in ev.keys(value, node)]
        case Known(value=EnumType() as members):
            every: list[Any] = list(members)
            return [Known(member) for member in every]
    return None


def _dict(node: Any, ev: Evaluator, stmt: Any, stem: str) -> Result:
    site = ev.site(node)
    if site in ev.demoted:
        return expressions.rebuilt(node, ev, stmt)
    record = ev.allocate(dict, site, stem, node)
    for key, value in zip(node.keys, node.values, strict=True):
        result = expressions.evaluate(value, ev, stmt)
        if key is None:
            merge(record, result, ev, stmt, value)
            continue
        constant = items.key_of(key, ev)
        if constant is items.MISSING:
            raise ev.demote([record], "a key of this dict is known only when the program runs", node)
        ev.set_part(record, constant, result, stmt)
    return record


def merge(record: Record, other: Result, ev: Evaluator, stmt: Any, node: Any) -> None:
    """Set the parts of a dict from those of another."""
    if not isinstance(other, Record) or other.cls is not dict:
        raise ev.demote([record], "the keys of this dict are known only when the program runs", node)
    for key in ev.keys(other, node):
        ev.set_part(record, key, ev.part(other, key, node), stmt)


def rebuilt(record: Record, ev: Evaluator, node: Any) -> Any:
    """A tuple in place of a record of which nobody can tell the difference."""
    if record.cls is not tuple:
        raise ev.demote([record], f"an object of `{record.cls.__name__}` is needed whole", node)
    parts = [expressions.written(ev.part(record, k, node), ev, node) for k in ev.keys(record, node)]
    return core.tuple_([p if core.is_atom(p) or ev.here is None else ev.atom(p, ev.here) for p in parts], node)
