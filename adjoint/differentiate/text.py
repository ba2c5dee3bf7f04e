"""What writing a derivative's text shares between both modes: names, names of helpers, kinds, collected statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import Classes
from adjoint.analysis.callees import callee_of, result_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Kind, Number
from adjoint.classes import dataclass
from adjoint.differentiate.logistic import Definitions
from adjoint.emit.printer import to_source
from adjoint.errors import InternalError
from adjoint.rules import registry
from adjoint.runtime import arrays
from adjoint.syntax import core


@dataclass(frozen=True)
class Known:
    """What both modes ask of the analyses."""

    kinds: Mapping[str, Kind]
    active: frozenset[str]
    varied: frozenset[str]
    classes: Classes


class Text:
    """Generated statements while they are written, and the names in them; `stem` begins the name of a derivative."""

    stem = "t"

    def __init__(self, fn: core.Function, facts: Known, namer: core.Namer) -> None:
        self.fn = fn
        self.facts = facts
        self.namer = namer
        self.lines: list[Any] = []
        self.helpers: dict[str, Any] = {}
        self.foldable: set[str] = set()
        self.numbers: set[str] = set()  # derivatives of numbers, and temporaries that hold one

    def temp(self, stem: str = "", kind: Kind | None = None) -> str:
        name = self.namer.fresh(stem or self.stem)
        self.foldable.add(name)
        if isinstance(kind, Number):
            self.numbers.add(name)
        return name

    def helper(self, value: Any, name: str | None = None) -> str:
        """The name by which generated code calls a function of ours, or a module."""
        wanted = name or value.__name__
        for known, bound in (*self.fn.bindings.items(), *self.helpers.items()):
            if bound is value and "." not in known and known not in self.facts.kinds:
                return known
        chosen = wanted if wanted not in self.namer.taken else self.namer.fresh(wanted)
        self.namer.taken.add(chosen)
        self.helpers[chosen] = value
        return chosen

    def logistic_call(self, value: Any) -> tuple[Any, Mapping[str, Any]] | None:
        """The rule of a bind of `1 / (1 + np.exp(-z))` and what it takes, None of any other (see `logistic`)."""
        if not isinstance(value, gast.BinOp) or not isinstance(value.op, gast.Div) or not core.is_constant(value.left):
            return None
        return self.definitions.logistic_call(value, self.facts.kinds)

    @cached_property
    def definitions(self) -> Definitions:
        """The names that one statement binds."""
        return Definitions(self.fn, self.facts.classes)

    def numpy(self, function: str) -> str:
        """The path of a NumPy function in generated code."""
        path = f"{self.helper(np, 'np')}.{function}"
        value: Any = np
        for part in function.split("."):
            value = getattr(value, part)
        self.helpers[path] = value
        return path

    def kind(self, node: Any) -> Kind | None:
        return kind_of_expression(node, self.facts.kinds, self.fn.bindings)

    def is_active(self, node: Any) -> bool:
        return core.is_name(node) and node.id in self.facts.active

    def is_number(self, name: str) -> bool:
        return isinstance(self.facts.kinds.get(name), Number)

    def emit(self, *stmts: Any) -> None:
        self.lines += stmts

    @contextmanager
    def collected(self) -> Iterator[list[Any]]:
        """Collect what is emitted inside in a list of its own."""
        outer, self.lines = self.lines, []
        try:
            yield self.lines
        finally:
            self.lines = outer

    def index_value(self, index: Any) -> Any:
        """An index as an argument: slices spelled out."""
        if isinstance(index, gast.Slice):
            return core.call("slice", *(b or core.const(None) for b in (index.lower, index.upper, index.step)))
        if isinstance(index, gast.Tuple):
            return core.tuple_([self.index_value(e) for e in index.elts])
        return index

    def calls(self, value: Any, primitive: Any) -> bool:
        """Is this a call of a primitive?"""
        if not isinstance(value, gast.Call):
            return False
        callee = callee_of(value, self.facts.kinds, {**self.fn.bindings, **self.helpers})
        return callee is not None and callee.primitive is primitive

    def is_fresh(self, value: Any) -> bool:
        """Does an expression give an array that nobody else holds?"""
        if isinstance(value, (gast.BinOp, gast.UnaryOp, gast.Constant)):
            return True
        if isinstance(value, gast.Subscript) and isinstance(value.value, gast.Call):
            return self.is_fresh(value.value)
        if isinstance(value, gast.Call):
            bindings = {**self.fn.bindings, **self.helpers}
            callee = callee_of(value, self.facts.kinds, bindings)
            if callee is None:
                return isinstance(value.func, gast.Attribute) and value.func.attr in ("copy", "sum", "dot", "astype")
            if callee.primitive in (arrays.zeros_like, arrays.owned, arrays.written, arrays.copies):
                return True
            known = registry.rule_of(callee.primitive) is not None or registry.is_constant(callee.primitive)
            return known and result_of(callee) == "fresh"
        return False


def check_atom(node: Any, text: Text) -> None:
    """What stands in a display is an atom, or else has no derivative: in anything else it would be lost.

    Raises:
        InternalError: if a pass has left more than that.
    """
    if not core.is_atom(node) and core.names_read(node) & text.facts.active:
        raise InternalError("differentiate", f"`{to_source(node)}` is no atom")


def values_read(node: Any) -> set[str]:
    """The names of which an expression reads the value, and not only the form."""
    if isinstance(node, gast.Attribute):
        return set()
    if isinstance(node, gast.Name):
        return {node.id}
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute):  # a method reads what it is of
        node = core.call(core.copy(node.func.value), *node.args, *(k.value for k in node.keywords))
    return {n for child in core.children(node) for n in values_read(child)}
