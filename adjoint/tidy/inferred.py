"""What tidy finds out for itself: names that hold numbers, lists of their own, values that only the compiler reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import gast

from adjoint.syntax import core
from adjoint.tidy.effects import FORM, INTERMEDIATE, LIST, NUMBER, is_range, root_name
from adjoint.tidy.rebuild import is_bind

if TYPE_CHECKING:
    from adjoint.tidy.facts import Facts


def inferred(facts: Facts, fn: core.Function, everything: Sequence[Any]) -> dict[str, Hashable]:
    """Classes that need no analysis: counters and lengths are numbers, a list only appended to and read is its own."""
    values: dict[str, list[Any]] = {}
    other = set(fn.params)  # names bound in ways that say nothing, or used so that they may be shared
    uses = Counter(chain.from_iterable([facts.of(stmt).loads for stmt in everything]))
    for stmt in everything:
        if is_bind(stmt):
            values.setdefault(stmt.targets[0].id, []).append(stmt.value)
        elif type(stmt) is gast.AugAssign and type(stmt.target) is gast.Name:
            values.setdefault(stmt.target.id, []).append(stmt.value)
        elif type(stmt) is gast.For and type(stmt.target) is gast.Name and is_range(stmt.iter):
            values.setdefault(stmt.target.id, [])
        else:
            other |= facts.of(stmt).binds
    numbers = set(values) - other
    size = -1
    while len(numbers) != size:
        size = len(numbers)
        for name in [n for n in values if n in numbers]:  # in textual order: one or two sweeps mostly do
            if not all(_is_number(v, numbers) for v in values[name]):
                numbers.discard(name)
    found: dict[str, Hashable] = dict.fromkeys(numbers, NUMBER)
    lists = {n for n, bound in values.items() if bound and n not in other and all(_is_empty_list(v) for v in bound)}
    counted = _list_uses(facts, everything, lists)
    for name, bound in values.items():
        if name in other or not bound:
            continue
        if name in lists and uses.get(name, 0) == counted.get(name, 0):
            found[name] = (LIST, name)
        elif uses.get(name, 0) == 1 and name in facts.temps and all(facts.is_fresh(v) for v in bound):
            found.setdefault(name, ("fresh temporary", name))
    return found


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
    inner = {n for n in facts.temps if not INTERMEDIATE.match(n)}
    theirs: set[str] = set()  # names that statements of the user's read
    for stmt in reversed(everything):
        effects = facts.of(stmt)
        name = root_name(stmt.targets[0]) if isinstance(stmt, gast.Assign) else None
        if name is not None and name in facts.temps and (name in inner or name not in theirs):
            inner.add(name)
        elif not (isinstance(stmt, (gast.Return, core.Comment)) or root_name(getattr(stmt, "target", None)) in inner):
            theirs |= effects.reads
    return frozenset(inner - (theirs - {n for n in facts.temps if not INTERMEDIATE.match(n)}))
