"""Lists and tuples that a loop or branch makes anew: taken apart where their items are of different kinds.

    ps = [W, b]                                  ps_0, ps_1 = W, b
    for _ in range(n):                           for _ in range(n):
        ps = [p - h * p for p in ps]      ->         ps_0, ps_1 = ps_0 - h * ps_0, ps_1 - h * ps_1

A list of numbers, or of arrays of one rank, stays a list. Of items that differ, `ps[k]` would be of a kind that only
the run knows; so they are variables, as the fields of an object are. The same holds of lists where derivatives are
taken inside: gradients by a list are gradients by its items.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import Array, ListOf, Number, TupleOf
from adjoint.normalize import tree
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.values import Demotion, Listed, Record, Shadow, Value
from adjoint.syntax import core

MIXED = "a list of items of different kinds"


def promote(values: Sequence[Value | None], ev: Evaluator, node: Any) -> None:
    """Take lists and tuples that stand in variables apart.

    Raises:
        Demotion: to begin the walk anew, unless it was found before that this cannot be.
    """
    sites = [v.site for v in values if isinstance(v, (Listed, Shadow)) and v.site is not None]
    wanted = tuple(site for site in sites if site not in ev.demoted and site not in ev.promoted)
    if wanted:
        raise Demotion(wanted, MIXED, node, promote=True)


def promote_carried(stmt: Any, ev: Evaluator) -> None:
    """Take the lists and tuples apart that a loop or branch begins with and makes anew, all at once."""
    held = {n: v for n, v in ev.state.env.items() if isinstance(v, (Listed, Shadow))}
    carried = [n for n in held if n in tree.bound(stmt)] if held else []
    wanted = [n for n in carried if (_converted(n, stmt, ev) if isinstance(held[n], Shadow) else is_mixed(n, ev))]
    promote([held[n] for n in wanted], ev, stmt)


def promote_filled(name: str, value: Value | None, node: Any, ev: Evaluator) -> None:
    """Take a list apart to which the trips of a loop append that is written out: its length is known."""
    if isinstance(value, Listed) and ev.depth > ev.trips == value.trips and is_mixed(name, ev):
        promote([value], ev, node)


def promote_other(old: Value | None, new: Value | None, ev: Evaluator, node: Any) -> None:
    """Where a record meets a list that stands in a variable, this one is taken apart too."""
    for a, b in ((old, new), (new, old)):
        if isinstance(a, Record) and isinstance(b, (Listed, Shadow)) and a.cls is (tuple, list)[isinstance(b, Listed)]:
            promote([b], ev, node)


def is_mixed(name: str, ev: Evaluator) -> bool:
    """Is this a list whose items have no kind in common, or one that a derivative may be by?"""
    kind = ev.kind_of(core.load(name))
    return not isinstance(kind, ListOf) or not _is_settled(kind.item) or ev.differentiates


def _is_settled(kind: Any) -> bool:
    match kind:
        case Array(shape=shape):
            return shape is not None
        case TupleOf(items=items):
            return all(map(_is_settled, items))
    return isinstance(kind, Number)


def _converted(name: str, stmt: Any, ev: Evaluator) -> bool:
    """Does a loop or branch bind a name to `tuple(…)`?"""
    for inner in core.statements(stmt.body):
        match inner:
            case gast.Assign(targets=[gast.Name(id=bound)], value=gast.Call(func=gast.Name(id=made))):
                if bound == name and ev.bindings.get(made) is tuple:
                    return True
    return False
