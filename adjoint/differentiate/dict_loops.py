"""Loops over the entries of a dictionary read each when its trip begins, as Python's views do.

t = d.items()               keys = list(d)
for item in t:              for i in range(len(keys)):
    k, v = item        ->       k = keys[i]
    …                           v = d[k]
                                …

What the body stores under a key that is still to come, a later trip reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import gast

from adjoint.analysis.kinds import DictOf, Kind
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.core import load

View = tuple[str, str]  # a dictionary's name, and which of its views


def views(fn: core.Function, kinds: Mapping[str, Kind]) -> dict[str, View]:
    """The temporaries that hold a view of a dictionary for a loop, and nothing else."""
    found = {
        stmt.targets[0].id: (stmt.value.func.value.id, stmt.value.func.attr)
        for stmt in fn.calls
        if is_bind_of_view(stmt, kinds) and stmt.targets[0].id in fn.temps
    }
    if not found:
        return {}
    loops = {stmt.iter.id for stmt in fn.statements if isinstance(stmt, gast.For) and core.is_name(stmt.iter)}
    reads = Counter(chain.from_iterable(fn.reads[stmt] for stmt in fn.statements))
    binds = Counter(chain.from_iterable(fn.binds[stmt] for stmt in fn.statements))
    return {n: view for n, view in found.items() if n in loops and reads[n] == binds[n] == 1}


def is_bind_of_view(stmt: Any, kinds: Mapping[str, Kind]) -> bool:
    """Is this `t = d.items()`, `t = d.values()` or `t = d.keys()`?"""
    match stmt:
        case gast.Assign(
            targets=[gast.Name()],
            value=gast.Call(
                func=gast.Attribute(value=gast.Name(id=name), attr="items" | "values" | "keys"), args=[], keywords=[]
            ),
        ):
            return isinstance(kinds.get(name), DictOf)
    return False


def trip(loop: Any, view: View, key: str, value: str) -> list[Any]:
    """The body of a loop over a view, by the name of the key; `value` is a name for what stands under it."""
    owner, which = view
    item = loop.target.id
    if which == "keys":
        return [core.bind(item, load(key), at=loop), *loop.body]
    read = core.item(load(owner), load(key), at=loop)
    if which == "values":
        return [core.bind(item, read, at=loop), *loop.body]
    first = core.bind(value, read, at=loop)
    body = _taken_apart(loop.body, item, key, value) if item not in tree.bound(*loop.body) else list(loop.body)
    if not any(item in core.names_read(node) for node in core.statements(body)):
        return [first, *body]
    pair = core.bind(item, core.tuple_([load(key), load(value)], loop), at=loop)
    return [first, pair, *body]


def _taken_apart(body: Sequence[Any], item: str, key: str, value: str) -> list[Any]:
    """The body with the names of the key and the value in the place of those parts of the pair."""
    parts = {0: key, 1: value}
    out: list[Any] = []
    for stmt in body:
        match stmt:
            case gast.Assign(
                targets=[gast.Tuple(elts=[gast.Name(id=first), gast.Name(id=second)])], value=gast.Name(id=name)
            ) if name == item:
                out += [core.bind(first, load(key), at=stmt), core.bind(second, load(value), at=stmt)]
            case gast.Assign(
                targets=[gast.Name(id=target)], value=gast.Subscript(value=gast.Name(id=name), slice=gast.Constant())
            ) if name == item and core.constant_value(stmt.value.slice) in parts:
                out.append(core.bind(target, load(parts[core.constant_value(stmt.value.slice)]), at=stmt))
            case _:
                out.append(stmt)
    return out
