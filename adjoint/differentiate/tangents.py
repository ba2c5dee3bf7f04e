"""The tangents while a forward sweep is written: their names, their zeros, and how they are made to fit.

A tangent has its primal's shape and dtype, and shares memory as its primal does: where two names stand for one array,
so do their tangents. Nothing has to be recorded or looked up: a view of an array has the same view of its tangent.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any

import gast

from adjoint.analysis.alias import alias_sources, sharing_of
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, Number, TupleOf, Unknown, same_shape
from adjoint.differentiate.text import Known, Text, check_atom, values_read
from adjoint.runtime import arrays
from adjoint.runtime import tangents as runtime
from adjoint.syntax import core
from adjoint.syntax.core import load

HOLDERS = (tuple, list, dict, sorted, reversed, zip, iter)


class Tangents(Text):
    """The state of writing one forward sweep."""

    stem = "t_dot"

    def __init__(
        self, fn: core.Function, facts: Known, namer: core.Namer, pairs: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        super().__init__(fn, facts, namer)
        self.pairs = pairs
        self.dots: dict[str, str] = {}
        self.kinds: dict[str, Kind] = dict(facts.kinds)  # those of the tangents too

    def dot(self, name: str) -> str:
        """The name of a tangent."""
        if name not in self.dots:
            dot = self.dots[name] = self.namer.fresh(f"{name}_dot")
            kind = self.facts.kinds.get(name)
            if kind is not None:
                self.kinds[dot] = kind
            if name in self.fn.temps:
                self.foldable.add(dot)
            if self.is_number(name):
                self.numbers.add(dot)
        return self.dots[name]

    def pair_of(self, call: Any) -> Any:
        """The pair of a recursive function that a call's node calls, itself or by `kept`; None where it calls none."""
        path = core.path_of(call.func) or ""
        if self.fn.bindings.get(path) is arrays.kept:
            path = core.path_of(call.args[0]) or ""
        return self.pairs.get(path)

    def zeros(self, node: Any) -> Any:
        """The zero tangent of what a name or constant stands for."""
        kind = self.kind(node)
        if isinstance(kind, Number) or isinstance(node, gast.Constant):
            return core.const(0.0)
        if isinstance(kind, Array) and kind.dtype != "object":
            return core.call(self.numpy("zeros_like"), core.copy(node))
        return core.call(self.helper(runtime.zero_tangent), core.copy(node))

    def of(self, node: Any) -> Any:
        """The tangent of an atom."""
        check_atom(node, self)
        return load(self.dot(node.id)) if self.is_active(node) else self.zeros(node)

    def bind(self, target: str, tangent: Any, value: Any) -> None:
        """Bind the tangent of `target`, whose primal value is that of the expression `value`."""
        self.emit(core.bind(self.dot(target), self.fitted(tangent, target, value)))

    def fitted(self, tangent: Any, target: str, value: Any) -> Any:
        """A tangent in the shape and dtype of its primal, and in memory of its own where the primal has its own."""
        kind = self.facts.kinds.get(target)
        if isinstance(kind, (Number, TupleOf)) or isinstance(value, (gast.List, gast.Dict)):
            return tangent
        sharing = sharing_of(value, self.facts.kinds, self.fn.bindings)
        sources = alias_sources(value, self.facts.kinds, self.fn.bindings)
        classes = self.facts.classes
        changes = classes.is_rewritten if isinstance(kind, Array) else classes.is_changed
        changed = any(map(changes, (target, *core.names_read(value) & self.facts.active)))
        if sharing == "maybe" and changed and not isinstance(tangent, gast.Constant):
            held = [n for n in sources if n in self.facts.active]
            if held:
                args = load(target), load(held[0]), tangent, load(self.dot(held[0]))
                return core.call(self.helper(runtime.tangent_view), *args)
        if not self.covers(tangent, target, value):
            tangent = self.widened(tangent, target, changed)
        elif changed and sharing == "fresh" and not self.is_fresh(tangent) and isinstance(kind, Array):
            tangent = core.call(core.attribute(tangent, "copy"))
        elif isinstance(kind, CONTAINERS) or self.is_made_of_items(value):
            # A new list of the same arrays: its tangent is a new list of these arrays' tangents, never of copies.
            own = sharing == "fresh" and core.is_name(tangent)
            return core.call(core.attribute(tangent, "copy")) if own else tangent
        elif changed and sharing == "fresh" and not self.is_fresh(tangent):
            tangent = core.call(self.helper(runtime.owned), tangent)
        return tangent

    def is_made_of_items(self, value: Any) -> bool:
        """Is this a call such as `tuple(xs)`, whose result holds what its argument held?"""
        path = core.path_of(value.func) if isinstance(value, gast.Call) else None
        return path is not None and any(self.fn.bindings.get(path) is maker for maker in HOLDERS)

    def widened(self, tangent: Any, target: str, changed: bool) -> Any:
        """A tangent repeated along the axes that its primal got from elsewhere."""
        kind, found = self.facts.kinds.get(target), self.kind_of(tangent)
        plain = isinstance(kind, Array) and isinstance(found, (Array, Number)) and found.dtype == kind.dtype
        if not plain:
            return core.call(self.helper(runtime.tangent_like), tangent, load(target))
        wide = core.call(self.numpy("broadcast_to"), tangent, core.attribute(load(target), "shape"))
        return core.call(core.attribute(wide, "copy")) if changed else wide

    def kind_of(self, tangent: Any) -> Kind | None:
        return kind_of_expression(tangent, self.kinds, {**self.fn.bindings, **self.helpers})

    def may_be_array(self, name: str) -> bool:
        """May a name, here or outside, stand for an array, or for what has one?"""
        if name in self.fn.bindings:
            value = self.fn.bindings[name]
            return not (callable(value) or isinstance(value, (ModuleType, str, int, float, complex, type(None))))
        kind = self.kinds.get(name)
        return kind is None or isinstance(kind, (Array, Unknown))

    def covers(self, tangent: Any, target: str, value: Any) -> bool:
        """Has a tangent its primal's shape and dtype by its form: does it read all that decide these?"""
        kind = self.facts.kinds.get(target)
        if isinstance(kind, Array):
            found = self.kind_of(tangent)
            if isinstance(found, Array) and found.dtype == kind.dtype and same_shape(found, kind):
                return True
        if isinstance(tangent, gast.Name) and isinstance(value, gast.Name):
            return True
        if isinstance(tangent, gast.Constant):
            return False
        if not isinstance(value, (gast.BinOp, gast.UnaryOp, gast.Call)):
            return True
        read = values_read(tangent)
        wide = {n for n in core.names_read(value) if self.may_be_array(n)}
        return target in read or all(n in read or self.dots.get(n) in read for n in wide)
