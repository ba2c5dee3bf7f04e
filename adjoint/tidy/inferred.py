"""What tidy finds out for itself: names that hold numbers, lists of their own, values that only the compiler reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import gast

from adjoint.syntax import core
from adjoint.tidy.effects import FORM, INTERMEDIATE, LIST, NUMBER, is_range, root_name
from adjoint.tidy.rebuild import is_bind

if TYPE_CHECKING:
    from adjoint.tidy.facts import Facts


def inferred(facts: Facts, fn: core.Function, everything: Sequence[Any], known: Container[str]) -> dict[str, Hashable]:
    """Classes that need no analysis: counters and lengths are numbers, a list only appended to and read is its own.

    Of the names that are known nothing is asked.
    """
    values: dict[str, list[Any]] = {}
    other = set(fn.params)  # names bound in ways that say nothing, or used so that they may be shared
    uses = Counter(chain.from_iterable([facts.of(stmt).loads for stmt in everything]))
    for stmt in everything:
        kind = type(stmt)
        if kind is gast.Assign and is_bind(stmt):
            values.setdefault(stmt.targets[0].id, []).append(stmt.value)
        elif kind is gast.AugAssign and type(stmt.target) is gast.Name:
            values.setdefault(stmt.target.id, []).append(stmt.value)
        elif kind is gast.For and type(stmt.target) is gast.Name and is_range(stmt.iter):
            values.setdefault(stmt.target.id, [])
        else:
            other |= facts.of(stmt).binds
    asked = {n: bound for n, bound in values.items() if n not in other and n not in known}
    found: dict[str, Hashable] = dict.fromkeys(asked.keys() & _numbers(asked, values, other), NUMBER)
    lists = {n for n, bound in asked.items() if bound and all(_is_empty_list(v) for v in bound)}
    counted = _list_uses(facts, everything, lists)
    for name, bound in asked.items():
        if not bound:
            continue
        if name in lists and uses.get(name, 0) == counted.get(name, 0):
            found[name] = (LIST, name)
        elif uses.get(name, 0) == 1 and name in facts.temps and all(facts.is_fresh(v) for v in bound):
            found.setdefault(name, ("fresh temporary", name))
    return found


def _numbers(asked: Iterable[str], values: Mapping[str, list[Any]], other: set[str]) -> set[str]:
    """Names that hold numbers only, as far as those that are asked for are made of them."""
    numbers: set[str] = set()
    waiting = list(asked)
    while waiting:
        name = waiting.pop()
        if name in values and name not in other and name not in numbers:
            numbers.add(name)
            waiting += core.names_read_in(values[name])
    size = -1
    while len(numbers) != size:
        size = len(numbers)
        for name in [n for n in values if n in numbers]:  # in textual order: one or two sweeps mostly do
            if not all(_is_number(v, numbers) for v in values[name]):
                numbers.discard(name)
    return numbers


def _is_number(value: Any, numbers: set[str]) -> bool:
    match value:
        case gast.Constant():
            return True
        case gast.Name(id=name):
            return name in numbers
        case gast.BinOp(left=left, right=right):
            return _is_number(left, numbers) and _is_number(right, numbers)
        case gast.UnaryOp(operand=operand):
            return _is_number(operand, numbers)
        case gast.Attribute(attr=attr):
            return attr in FORM
        case gast.Subscript(value=gast.Attribute(attr="shape")):
            return True
        case gast.Call(func=gast.Name(id="len")):
            return True
    return False


def _is_empty_list(value: Any) -> bool:
    return isinstance(value, gast.List) and not value.elts


def _list_uses(facts: Facts, everything: Sequence[Any], lists: set[str]) -> dict[str, int]:
    """How often each of these lists stands in a use that does not share it: `append`, `[…]` (read), `len`."""
    counted = dict.fromkeys(lists, 0)
    for stmt in everything:
        if facts.of(stmt).reads.isdisjoint(lists):
            continue
        for head in core.heads(stmt):
            for node in core.walk(head):
                match node:
                    case (
                        gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"))
                        | gast.Subscript(value=gast.Name(id=name), ctx=gast.Load())
                        | gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name)])
                    ) if name in counted:
                        counted[name] += 1
    return counted


def generated(facts: Facts, everything: Sequence[Any]) -> frozenset[str]:
    """Names of values that only the compiler's statements read: bars, records, and what only these are made of."""
    shared = _stored_of_theirs(facts, everything)
    records = {n for n in facts.temps if not INTERMEDIATE.match(n)} - shared
    inner = set(records)
    theirs = set(shared)  # names that statements of the user's read
    for stmt in reversed(everything):
        kind = type(stmt)
        if kind is gast.Assign:
            name = root_name(stmt.targets[0])
            if name is not None and name in facts.temps and (name in inner or name not in theirs):
                inner.add(name)
                continue
        elif kind is gast.Return or kind is core.Comment:
            continue
        elif (kind is gast.AugAssign or kind is gast.For) and root_name(stmt.target) in inner:
            continue
        theirs |= facts.of(stmt).reads
    return frozenset(inner - (theirs - records))


def _stored_of_theirs(facts: Facts, everything: Sequence[Any]) -> set[str]:
    """The temporaries through which arrays of the user's change: `d["q"][1:] += s`, where the entry is a name."""
    stored = set()
    for stmt in everything:
        match stmt:
            case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))]):
                stored.add(name)
            case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=name))):
                stored.add(name)
    stored &= facts.temps
    if not stored:
        return stored
    theirs = {facts.memory.get(n) for n in facts.locals if n not in facts.temps} - {None, NUMBER}
    changed = theirs.intersection(facts.memory.get(n) for n in stored)
    return {n for n in facts.temps if facts.memory.get(n) in changed} if changed else set()
