"""Bind an array anew where all of it is replaced, if nobody else holds it and the reverse sweep asks for more.

    t = w / total              ->      w = w / total
    w[...] = t

The sweep reads `w` as it was before, or as it is now: bound anew, it need not be copied to be recorded. Of a product
with what does not vary the sweep asks for nothing, nor of most sums in loops: there the array changes in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import gast

from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind
from adjoint.classes import dataclass, field
from adjoint.differentiate.private import is_own, is_whole
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy.rebuild import COMPOUND, map_blocks, same_items


def rebound(fn: core.Function, kinds: Mapping[str, Kind], active: frozenset[str]) -> core.Function:
    """Make binds of the stores to whole arrays that only one name holds."""
    if not any(_is_whole_store(stmt) or _is_whole_sum(stmt) for stmt in fn.statements):
        return fn
    return fn.with_body(_Rebinding(fn, kinds, active).block(False, fn.tree.body))


@dataclass(frozen=True, eq=False)
class _Rebinding:
    fn: core.Function
    kinds: Mapping[str, Kind]
    active: frozenset[str]
    own: dict[str, bool] = field(default_factory=dict)

    def block(self, in_loop: bool, statements: list[Any]) -> list[Any]:
        out: list[Any] = []
        for stmt in statements:
            if type(stmt) in COMPOUND:
                stmt = map_blocks(stmt, partial(self.block, in_loop or isinstance(stmt, (gast.For, gast.While))))
            if out and self.is_replaced(out[-1], stmt):
                out[-1] = core.bind(stmt.targets[0].value.id, out[-1].value, at=stmt)
            elif not in_loop and self.is_moved(stmt):
                name = stmt.target.value.id
                out.append(core.bind(name, core.binary(load(name), stmt.op, stmt.value, at=stmt), at=stmt))
            else:
                out.append(stmt)
        return statements if same_items(out, statements) else out

    def is_replaced(self, made: Any, stored: Any) -> bool:
        """Are these `t = w / e` and `w[...] = t`, of which the reverse sweep asks what `w` was?"""
        match made, stored:
            case (
                gast.Assign(targets=[gast.Name(id=temp)], value=gast.BinOp(left=gast.Name(id=left), right=e) as value),
                gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))], value=gast.Name(id=result)),
            ) if _is_whole_store(stored) and temp == result and left == name and temp in self.fn.temps:
                is_linear = not isinstance(value.op, gast.Pow) and self.active.isdisjoint(core.names_read(e))
                return not is_linear and self.is_free(name, value)
        return False

    def is_moved(self, stmt: Any) -> bool:
        """Is this `w[...] -= e`, of which the reverse sweep may ask what `w` was?"""
        if not _is_whole_sum(stmt) or self.active.isdisjoint(core.names_read(stmt.value)):
            return False
        name = stmt.target.value.id
        return self.is_free(name, core.binary(load(name), stmt.op, stmt.value, at=stmt))

    def is_free(self, name: str, value: Any) -> bool:
        """May a name be bound to this value instead: one of its type and size, while nobody else holds the old one?"""
        kind = self.kinds.get(name)
        if name not in self.active or not isinstance(kind, Array) or kind.shape is None or None in kind.shape:
            return False
        if kind_of_expression(value, self.kinds, self.fn.bindings) != kind:
            return False
        if name not in self.own:
            self.own[name] = is_own(name, self.fn, self.kinds)
        return self.own[name]


def _is_whole_store(stmt: Any) -> bool:
    return isinstance(stmt, gast.Assign) and is_whole(stmt.targets[0])


def _is_whole_sum(stmt: Any) -> bool:
    return isinstance(stmt, gast.AugAssign) and is_whole(stmt.target)
