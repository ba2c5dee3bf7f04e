"""Names that change before anybody else sees what they hold: they may as well be bound anew.

    s = 0.0
    for k in keys:
        s += weights[k] * x        ->        s = s + weights[k] * x
    return s

If `e` is an array, `s` is one from the first trip on, and changes in place from the second: in memory that the first
sum made, and that no other name can see yet. So nobody can tell the difference, whatever `e` turns out to be.

    t = w / total                      an array that the reverse sweep reads as it was before, or as it is now:
    w[...] = t                 ->      w = w / total              bound anew, it need not be copied to be recorded
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gast

from adjoint.analysis.callees import callee_of
from adjoint.analysis.infer import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, Number
from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.tidy.rebuild import COMPOUND, map_blocks, same_items

ARITHMETIC = (gast.BinOp, gast.UnaryOp, gast.Compare)


def is_private(name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """Does a name hold a number, or a sum that nobody else holds, wherever it is added to?"""
    if any(isinstance(s, gast.FunctionDef) and name in core.all_names(s) for s in fn.statements):
        return False
    way = _Way(name, fn, kinds)
    way.block(fn.tree.body, name not in fn.params)
    return way.private


def rebound(fn: core.Function, kinds: Mapping[str, Kind], active: frozenset[str]) -> core.Function:
    """Bind an array anew where all of it is replaced, if nobody else holds it and the reverse sweep asks for more.

    Of a product with what does not vary it asks for nothing: there the array changes in place.
    """
    if not any(_is_whole_store(stmt) for stmt in fn.statements):
        return fn
    private: dict[str, bool] = {}

    def is_rebound(made: Any, stored: Any) -> bool:
        match made, stored:
            case (
                gast.Assign(targets=[gast.Name(id=temp)], value=gast.BinOp(left=gast.Name(id=left), right=e) as value),
                gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))], value=gast.Name(id=result)),
            ) if _is_whole_store(stored) and temp == result and left == name and temp in fn.temps and name in active:
                is_linear = not isinstance(value.op, gast.Pow) and active.isdisjoint(core.names_read(e))
                if is_linear or not _is_same(kind_of_expression(value, kinds, fn.bindings), kinds.get(name)):
                    return False
                if name not in private:
                    private[name] = _is_own(name, fn, kinds)
                return private[name]
        return False

    def block(statements: list[Any]) -> list[Any]:
        out: list[Any] = []
        for stmt in statements:
            stmt = map_blocks(stmt, block) if type(stmt) in COMPOUND else stmt
            if out and is_rebound(out[-1], stmt):
                out[-1] = core.bind(stmt.targets[0].value.id, out[-1].value, at=stmt)
            else:
                out.append(stmt)
        return statements if same_items(out, statements) else out

    return fn.with_body(block(fn.tree.body))


def _is_whole_store(stmt: Any) -> bool:
    match stmt:
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(), slice=gast.Constant(value=index))]):
            return index is Ellipsis
    return False


def _is_same(kind: Kind | None, other: Kind | None) -> bool:
    """Are these arrays of one type and size, for certain?"""
    return isinstance(kind, Array) and kind == other and kind.shape is not None and None not in kind.shape


def _is_own(name: str, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
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
                self.private = self.private and (own or not _is_whole_store(stmt))
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
        return registry.result_of(callee.primitive) == "fresh"

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
        return callee is not None and registry.result_of(callee.primitive) == "fresh" and not callee.starred
    return False
