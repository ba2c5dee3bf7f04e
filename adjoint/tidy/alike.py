"""Read the one item of a list whose items are all the same, and make no list: what `sum` leaves to each of its terms.

    >>> show("t_bar = [out_bar * 2] * len(t)\\nfor k in range(n):\\n    x_bar[k] += t_bar.pop() * x[k]\\nreturn x_bar")
    t_bar = out_bar * 2
    for k in range(n):
        x_bar[k] += t_bar * x[k]
    return x_bar

Where each item was a copy, what is taken from the list must not change, nor go on under another name.

    >>> show("t_bar = copies(s_bar, len(t))\\nt_1_bar = t_bar.pop()\\nt_1_bar[0] = 0.0\\nreturn t_1_bar")
    t_bar = copies(s_bar, len(t))
    t_1_bar = t_bar.pop()
    t_1_bar[0] = 0.0
    return t_1_bar
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import Any

import gast

from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.traverse import walk
from adjoint.tidy import example
from adjoint.tidy.facts import Known, facts_of
from adjoint.tidy.rebuild import is_bind, is_compound, map_parts, map_statements

OPERANDS = (gast.BinOp, gast.UnaryOp, gast.AugAssign)


def alike(fn: core.Function, memory: Known = None) -> core.Function:
    """Bind the item itself where a list holds nothing else, and is only taken from."""
    if gast.List not in fn.forms and not any(v is arrays.copies for v in fn.bindings.values()):
        return fn
    temps = facts_of(fn, memory).generated
    lists = {
        s.targets[0].id: s for s in fn.statements if is_bind(s) and s.targets[0].id in temps and _item(s.value, fn)
    }
    binds = Counter(chain.from_iterable(fn.binds[s] for s in fn.statements))
    taken = _taken(fn, lists)
    items = {
        name: _item(stmt.value, fn)
        for name, stmt in lists.items()
        if binds[name] == 1 and name in taken and (_is_own(stmt.value) or _stay(taken[name], fn))
    }
    if not items:
        return fn

    def change(node: Any) -> Any:
        if is_bind(node) and node.targets[0].id in items:
            return core.bind(node.targets[0].id, items[node.targets[0].id], at=node)
        name = _popped(node)
        return core.load(name) if name is not None and name in items else map_parts(node, change)

    return fn.with_body(map_statements(fn.tree.body, change))


def show(text: str) -> None:
    fn = example.function(text, {"copies": arrays.copies} if "copies" in text else {})
    example.show_body(alike(fn))


def _item(value: Any, fn: core.Function) -> Any:
    """The item of `[item] * len(t)`, or of `copies(item, len(t))`; None of anything else."""
    match value:
        case gast.BinOp(left=gast.List(elts=[item]), op=gast.Mult()):
            return item
        case gast.Call(args=[item, _]) if fn.bindings.get(core.path_of(value.func) or "") is arrays.copies:
            return item
    return None


def _is_own(value: Any) -> bool:
    """Is an item of the list the very object that stands in it?"""
    return isinstance(value, gast.BinOp)


def _popped(node: Any) -> str | None:
    """The name of the list of which an expression takes the last item."""
    match node:
        case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="pop"), args=[], keywords=[]):
            return str(name)
    return None


def _taken(fn: core.Function, lists: Mapping[str, Any]) -> dict[str, set[str]]:
    """The lists that are only taken from, each with the names that what is taken goes by ("" of one that goes on)."""
    found: dict[str, set[str]] = {name: set() for name in lists}
    for stmt in fn.statements:
        for name in found.keys() & {*fn.reads[stmt], fn.stores.get(stmt)}:
            nodes = [] if is_compound(stmt) else walk(stmt)
            pops = [node for node in nodes if _popped(node) == name]
            if not pops or len(pops) < sum(core.is_name(node, name) for node in nodes):
                del found[name]
            elif is_bind(stmt) and stmt.value is pops[0]:
                found[name].add(stmt.targets[0].id)
            elif not _are_operands(stmt, set(pops)):
                found[name].add("")
    return found


def _stay(names: set[str], fn: core.Function) -> bool:
    """Are these only read, as operands, so that nobody sees whether they are copies?"""
    for stmt in fn.statements:
        if fn.stores.get(stmt) in names or core.is_name(getattr(stmt, "target", None)) and stmt.target.id in names:
            return False
        if not names.isdisjoint(fn.reads[stmt]):
            loads = {node for node in walk(stmt) if isinstance(node, gast.Name) and node.id in names}
            if is_compound(stmt) or not _are_operands(stmt, loads):
                return False
    return "" not in names


def _are_operands(node: Any, parts: set[Any]) -> bool:
    """Are these parts of a tree operands of arithmetic, all of them, which gives something new?"""
    if isinstance(node, OPERANDS) or isinstance(node, gast.Attribute) and node.attr == "copy":
        return all(child in parts or _are_operands(child, parts) for child in core.children(node))
    return all(child not in parts and _are_operands(child, parts) for child in core.children(node))
