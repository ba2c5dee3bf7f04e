"""Leave out new axes that every use takes away again.

>>> show("t_bar = np.sum(g, axis=1)[:, None]\\nx_bar = t_bar[:, 0] * a\\ny_bar = t_bar[:, 0] * b\\nreturn x_bar, y_bar")
t_bar = np.sum(g, axis=1)
x_bar = t_bar * a
y_bar = t_bar * b
return x_bar, y_bar
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.syntax.traverse import spelled
from adjoint.tidy import example
from adjoint.tidy.facts import Known, facts_of
from adjoint.tidy.rebuild import changed, is_bind, map_parts, map_statements


def without_new_axes(fn: core.Function, memory: Known = None) -> core.Function:
    """Bind the compiler's names without axes that no use has a need of."""
    facts = facts_of(fn, memory)
    made: dict[str, list[str]] = {}
    for stmt in fn.statements:
        if type(stmt) is gast.Assign and type(stmt.value) in _INSERTED and is_bind(stmt):
            undo = _inserted(stmt.value)
            if undo is not None and stmt.targets[0].id in facts.temps:
                made.setdefault(stmt.targets[0].id, []).append(undo)
    indices = {name: found[0] for name, found in made.items() if len(set(found)) == 1}
    if not indices:
        return fn
    binds = Counter(name for stmt in fn.statements for name in core.names_bound(stmt) if name in indices)
    loads = Counter(name for stmt in fn.statements for name in facts.of(stmt).loads if name in indices)
    undone = Counter(name for stmt in fn.statements for name in _undone(stmt, indices))
    idle = {n for n in indices if undone[n] == loads[n] and binds[n] == len(made[n]) and n not in fn.params}
    if not idle:
        return fn

    def change(node: Any) -> Any:
        match node:
            case gast.Subscript(value=gast.Name(id=name)) if name in idle:
                return node.value
        return map_parts(node, change)

    def plain(stmt: Any) -> Any:
        new = map_parts(stmt, change)
        if type(new) is gast.Assign and is_bind(new) and new.targets[0].id in idle:
            new = changed(new, value=_bare(new.value))
        return new

    return fn.with_body(map_statements(fn.tree.body, plain))


def show(text: str) -> None:
    example.show(without_new_axes, text)


_INSERTED = frozenset([gast.Subscript, gast.UnaryOp])


def _inserted(value: Any) -> str | None:
    """What undoes the index of `e[:, None]` or `-e[:, None]`, in print; None of anything else."""
    inner = value.operand if isinstance(value, gast.UnaryOp) and isinstance(value.op, gast.USub) else value
    if not isinstance(inner, gast.Subscript) or not is_insertion(inner.slice):
        return None
    return spelled(without_axes(inner.slice))


def _bare(value: Any) -> Any:
    return changed(value, operand=value.operand.value) if isinstance(value, gast.UnaryOp) else value.value


def _undone(stmt: Any, indices: Mapping[str, Any]) -> list[str]:
    """The names that stand in a statement with the index that takes their new axes away."""
    found = []
    for node in core.walk(*core.heads(stmt)):
        match node:
            case gast.Subscript(value=gast.Name(id=name), ctx=gast.Load()) if name in indices:
                if spelled(node.slice) == indices[name]:
                    found.append(name)
    return found


def is_insertion(index: Any) -> bool:
    """Does an index name all of an array, with new axes: `[:, None]`, `[None]`?"""
    parts = _parts(index)
    return any(map(_is_new, parts)) and all(_is_new(part) or _is_whole(part) for part in parts)


def without_axes(index: Any) -> Any:
    """The index that undoes an insertion: `[:, 0]` of `[:, None]`."""
    parts = [core.const(0) if _is_new(part) else core.copy(part) for part in _parts(index)]
    while len(parts) > 1 and isinstance(parts[-1], gast.Slice):
        parts.pop()
    return parts[0] if len(parts) == 1 else core.tuple_(parts)


def is_undone(index: Any, again: Any) -> bool:
    """Does the second index take away the axes that the first one makes?"""
    return is_insertion(index) and spelled(without_axes(index)) == spelled(again)


def _parts(index: Any) -> list[Any]:
    return list(index.elts) if isinstance(index, gast.Tuple) else [index]


def _is_new(part: Any) -> bool:
    return isinstance(part, gast.Constant) and part.value is None


def _is_whole(part: Any) -> bool:
    return isinstance(part, gast.Slice) and part.lower is None and part.upper is None and part.step is None
