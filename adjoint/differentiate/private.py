"""Names that change before anybody else sees what they hold: they may as well be bound anew (see also `rebound`).

    s = 0.0
    for k in keys:
        s += weights[k] * x        ->        s = s + weights[k] * x
    return s

If `e` is an array, `s` is one from the first trip on, and changes in place from the second: in memory that the first
sum made, and that no other name can see yet. So nobody can tell the difference, whatever `e` turns out to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gast

from adjoint.analysis.callees import callee_of, result_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Kind, Number
from adjoint.syntax import core

ARITHMETIC = (gast.BinOp, gast.UnaryOp, gast.Compare)


def is_private(name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """Does a name hold a number, or a sum that nobody else holds, wherever it is added to?"""
    if any(isinstance(s, gast.FunctionDef) and name in core.all_names(s) for s in fn.statements):
        return False
    way = _Way(name, fn, kinds)
    way.block(fn.tree.body, name not in fn.params)
    return way.private


def is_whole(target: Any) -> bool:
    """True of `w[...]`."""
    match target:
        case gast.Subscript(value=gast.Name(), slice=gast.Constant(value=index)):
            return index is Ellipsis
    return False


def is_own(name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """Does nobody else hold the array that a name holds, wherever all of it is replaced?"""
    if any(isinstance(s, gast.FunctionDef) and name in core.all_names(s) for s in fn.statements):
        return False
    way = _Way(name, fn, kinds, of_arrays=True)
    way.block(fn.tree.body, False)
    return way.private


class _Way:
    """Follows one name along the program: `own` says of a place that nobody else holds what the name does."""

    def __init__(self, name: str, fn: core.Function, kinds: Mapping[str, Kind], of_arrays: bool = False) -> None:
        self.name, self.fn, self.kinds, self.of_arrays = name, fn, kinds, of_arrays
        self.private = True  # so far: at each `name op= e` the name's value is its own

    def block(self, block: Sequence[Any], own: bool) -> bool:
        for stmt in block:
            own = self.after(stmt, own)
        return own

    def after(self, stmt: Any, own: bool) -> bool:
        match stmt:
            case gast.If():
                ways = [self.block(stmt.body, own), self.block(stmt.orelse, own)]
                return all(ways)
            case gast.For() | gast.While():
                return self._loop(stmt, own)
            case gast.With():
                return self.block(stmt.body, own and self._leaves_alone(stmt))
            case core.Attempt():  # which may be left after any of its statements
                own = self.block(stmt.body, own) and own and self._leaves_alone(stmt)
                return own and all(self.after(s, True) for s in core.statements(stmt.body))
            case gast.AugAssign() if core.is_name(stmt.target, self.name):
                self.private = self.private and own and not core.is_name(stmt.value, self.name)
                return own
            case gast.Assign(targets=[target]) | gast.AugAssign(target=target) if (
                self.of_arrays and isinstance(target, gast.Subscript) and core.is_name(target.value, self.name)
            ):
                self.private = self.private and (own or not is_whole(target))
                return own  # cells change: an array keeps nothing of what is stored there
            case gast.Assign(targets=[gast.Name(id=target)], value=value) if target == self.name:
                if self.of_arrays and self._is_new(value):
                    return True
                is_number = isinstance(kind_of_expression(value, self.kinds, self.fn.bindings), Number)
                return isinstance(value, ARITHMETIC) or is_number and self._only_read(value)
        return own and self._leaves_alone(stmt)

    def _is_new(self, value: Any) -> bool:
        """Is this a new array, whatever its arguments are?"""
        callee = callee_of(value, self.kinds, self.fn.bindings) if isinstance(value, gast.Call) else None
        if callee is None or callee.starred or any(k.arg == "out" for k in value.keywords):
            return False
        return result_of(callee) == "fresh"

    def _loop(self, stmt: Any, own: bool) -> bool:
        own = own and self._leaves_alone(stmt)
        while True:
            end = self.block(stmt.body, own)
            if end or not own:
                return own
            own = False

    def _leaves_alone(self, stmt: Any) -> bool:
        bound = self.name in core.names_bound(stmt)
        return not bound and all(map(self._only_read, core.heads(stmt)))

    def _only_read(self, part: Any) -> bool:
        return _reads(part, self.name, self.fn, self.kinds)


def _reads(node: Any, name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """Does an expression give no other name to what the name holds?"""
    if name not in core.names_read(node) or isinstance(node, ARITHMETIC):
        return True
    if isinstance(node, gast.Call):
        callee = callee_of(node, kinds, fn.bindings)
        return callee is not None and result_of(callee) == "fresh" and not callee.starred
    return False
