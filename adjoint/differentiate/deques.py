"""Deques are lists while derivatives pass through them; here, how long each may become.

    window = collections.deque(maxlen=3)         window = []
    window.append(x)                       ->    window.append(x)
                                                 if len(window) > 3:
                                                     window.pop(0)

A deque of a greatest length has to be told from a list wherever it changes: kept in another container, or chosen at
run time, it could not. One that is returned would be a list then. Both are refused.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

import gast

from adjoint.differentiate.writer import Writer
from adjoint.syntax import core

RETURNED = "Return `list(…)` of it."
HIDDEN = "how long this deque may become is known only when the program runs"
KEPT = "Keep a deque with `maxlen` in a variable of its own."


def limits_of_deques(writer: Writer) -> dict[str, Any]:
    """The greatest length of each name's deque, where it has one.

    Raises:
        UnsupportedMutation: where a deque goes where it could not be told from a list.
    """
    deques = dict(_made(writer))
    if not deques:
        return {}
    settled = False
    while not settled:
        settled = True
        for stmt in core.statements(writer.fn.tree.body):
            match stmt:
                case gast.Assign(targets=[gast.Name(id=target)], value=gast.Name(id=source)) if source in deques:
                    settled = settled and target in deques
                    deques[target] = deques[source]
    for stmt in core.statements(writer.fn.tree.body):
        _refuse_hidden(stmt, deques, writer)
    return {name: limit for name, limit in deques.items() if limit is not None}


def _made(writer: Writer) -> Iterator[tuple[str, Any]]:
    """The names to which deques are bound, with the greatest lengths."""
    for stmt in core.statements(writer.fn.tree.body):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call() as call):
                if writer.fn.bindings.get(core.path_of(call.func) or "") is not collections.deque:
                    continue
                given = [*call.args[1:], *(k.value for k in call.keywords if k.arg == "maxlen")]
                unlimited = not given or core.is_constant(given[0]) and core.constant_value(given[0]) is None
                yield name, None if unlimited else given[0]


def _refuse_hidden(stmt: Any, deques: dict[str, Any], writer: Writer) -> None:
    match stmt:
        case gast.Return(value=gast.Name() | gast.Tuple()) if core.names_read(stmt) & deques.keys():
            writer.refuse(stmt, "", RETURNED, "a deque is returned, which is a list while derivatives pass through it")
        case gast.Assign(targets=[gast.Name(id=target)]) if deques.get(target) is not None:
            if not isinstance(stmt.value, (gast.Name, gast.Call)) or len(_limits(stmt, deques)) > 1:
                writer.refuse(stmt, "", KEPT, HIDDEN)
        case (
            gast.Assign(value=gast.Tuple() | gast.List() | gast.Dict() | gast.IfExp())
            | gast.Assign(targets=[gast.Subscript()])
        ):
            if any(deques.get(n) is not None for n in core.names_read(stmt.value)):
                writer.refuse(stmt, "", KEPT, HIDDEN)
        case gast.Expr(value=gast.Call(args=args)):
            if any(core.is_name(a) and deques.get(a.id) is not None for a in args):
                writer.refuse(stmt, "", KEPT, HIDDEN)


def _limits(stmt: Any, deques: dict[str, Any]) -> set[str]:
    """The greatest lengths among which a name's deque may be one, as text."""
    names = {stmt.targets[0].id, *core.names_read(stmt.value)} & deques.keys()
    return {gast.dump(deques[n]) if deques[n] is not None else "" for n in names}
