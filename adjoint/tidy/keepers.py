"""Name each record by what it keeps, and make the lists in the order in which they are filled.

>>> from adjoint.tidy import example
>>> before = example.function(
...     "t_9_stack = []\\nt_4_stack = []\\nfor k in range(n):\\n    t_1 = np.sin(x)\\n    t_4_stack.append(t_1)\\n"
...     "    t_9_stack.append(np.cos(x))\\n    x = t_1 * x\\nreturn x, (t_4_stack, t_9_stack)"
... )
>>> (after,), _ = records_named([before])
>>> example.show_body(after)
t_1_stack = []
t_stack = []
for k in range(n):
    t_1 = np.sin(x)
    t_1_stack.append(t_1)
    t_stack.append(np.cos(x))
    x = t_1 * x
return x, (t_1_stack, t_stack)

Both sweeps call a record by the same name: this is for all functions of a derivative at once, after all else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy.effects import root_name
from adjoint.tidy.rebuild import is_bind, same_items
from adjoint.tidy.rename import names_of, renamed

KEEPER = re.compile(r"t(?:_\d+)*_(stack|old)(?:_\d+)?$")


def records_named(functions: Sequence[core.Function]) -> tuple[list[core.Function], dict[str, str]]:
    """The functions of a derivative, their records named anew; and the new names."""
    kept = _kept(functions[0])
    keepers = [n for n in kept if KEEPER.match(n)]
    if len(kept) < 2 and not keepers:
        return list(functions), {}
    new = _new_names(keepers, kept, functions) if keepers else {}
    changed = {old: name for old, name in new.items() if old != name}
    order = [new.get(n, n) for n in kept]
    return [_in_order(_renamed(fn, changed), order) for fn in functions], changed


def _kept(fn: core.Function) -> dict[str, Any]:
    """The records of a function in the order in which they are first filled, and what is put into each."""
    found: dict[str, Any] = {}
    for stmt in fn.statements:
        match stmt:
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"), args=[value])):
                if name in fn.temps:
                    found.setdefault(name, value)
            case gast.Assign(targets=[gast.Name(id=name)], value=value) if name in fn.temps and "_old" in name:
                found.setdefault(name, value)
    return found


def _new_names(keepers: Sequence[str], kept: Mapping[str, Any], functions: Sequence[core.Function]) -> dict[str, str]:
    used = {n for fn in functions for n in core.all_names(fn.tree)}
    used.update(path.partition(".")[0] for fn in functions for path in fn.bindings)
    taken = used.difference(keepers)
    new: dict[str, str] = {}
    for ending in ("_stack", "_old"):
        mine = [n for n in keepers if ending in n]
        for name in mine:
            if (owner := root_name(kept[name])) is not None and f"{owner}{ending}" not in taken:
                new[name] = f"{owner}{ending}"
                taken.add(new[name])
        # `t_1_stack` keeps no values of another thing than `t_1`.
        free = names_of("t", ending, taken | {f"{n}{ending}" for n in used})
        new.update({n: next(free) for n in mine if n not in new})
    return new


def _renamed(fn: core.Function, new: Mapping[str, str]) -> core.Function:
    if not new:
        return fn
    body = [renamed(stmt, new) for stmt in fn.tree.body]
    return fn.with_body(body, temps=frozenset(new.get(n, n) for n in fn.temps))


def _in_order(fn: core.Function, order: Sequence[str]) -> core.Function:
    """Empty lists that are made one after the other, in this order of their names."""
    place = {name: k for k, name in enumerate(order)}
    body = list(fn.tree.body)
    start = 0
    while start < len(body):
        end = start
        while end < len(body) and _is_empty_list(body[end]) and body[end].targets[0].id in place:
            end += 1
        body[start:end] = sorted(body[start:end], key=lambda stmt: place[stmt.targets[0].id])
        start = end + 1
    return fn if same_items(body, fn.tree.body) else fn.with_body(body)


def _is_empty_list(stmt: Any) -> bool:
    return is_bind(stmt) and type(stmt.value) is gast.List and not stmt.value.elts
