"""Which names of a finished function may share memory: names of different classes never do.

    >>> from adjoint.tidy import example
    >>> fn = example.function("a = np.copy(x)\\nb = a[1:]\\nc = a + b\\nreturn c + y")
    >>> kinds = dict.fromkeys("xyabc", Array("float64", (None,)))
    >>> memory = shared_memory(fn, kinds)
    >>> memory.may_share("a", "b"), memory.may_share("a", "c"), memory.may_share("a", "x"), memory.may_share("x", "y")
    (True, False, False, True)

Parameters, and what stands outside, may share with one another: the caller may pass one array twice. The table does
not depend on the point of the program, so that statements may be moved without asking again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import gast

from adjoint.analysis.callees import callee_of, result_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, Number
from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.syntax.traverse import names_in
from adjoint.tidy.effects import FORM, is_range

OUTSIDE = "?"  # stands for all memory that is not the function's own


class Memory:
    """The classes of a function's names, joined while its statements are read."""

    def __init__(self, fn: core.Function, kinds: Mapping[str, Kind]) -> None:
        self.fn, self.kinds = fn, kinds
        self.parents: dict[str, str] = {}
        self.local = frozenset(fn.identifiers[1]) - frozenset(fn.params)

    def of(self, name: str) -> str:
        """The class of a name."""
        if name not in self.local:
            name = OUTSIDE
        while name in self.parents:
            name = self.parents[name]
        return name

    def may_share(self, one: str, other: str) -> bool:
        """May cells of one be cells of the other?"""
        return self.of(one) == self.of(other)

    def made(self, name: str, like: str | None = None) -> None:
        """A new name: of an array of its own, or of memory of another name's class."""
        self.local |= {name}
        if like is not None:
            self.join([name, like])

    def join(self, names: Iterable[str]) -> None:
        first, *others = names
        for other in others:
            a, b = self.of(first), self.of(other)
            if a != b:
                self.parents[b] = a

    def statement(self, stmt: Any) -> None:
        match stmt:
            case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))]):
                if not isinstance(self.kinds.get(name), Array):
                    self.join([name, *self.sources(stmt.value)])
            case gast.Assign(targets=[gast.Name() | gast.Tuple() as target]):
                bound = [n.id for n in core.walk(target) if isinstance(n, gast.Name)]
                self.join([*bound, *self.sources(stmt.value)])
            case gast.AugAssign(target=target):
                name = target.id if isinstance(target, gast.Name) else core.path_of(getattr(target, "value", None))
                if name is None or not isinstance(self.kinds.get(name), (Array, Number)):
                    self.join([OUTSIDE, *names_in(stmt), *core.names_bound(stmt)])
            case gast.For(target=gast.Name(id=name)):
                if not is_range(stmt.iter):
                    self.join([name, *self.sources(stmt.iter)])
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"), args=[item])):
                self.join([name, *self.sources(item)])
            case gast.If() | gast.While() | gast.Return() | gast.Break() | gast.Pass() | core.Comment() | gast.Assert():
                pass
            case _:
                self.join([OUTSIDE, *names_in(*core.heads(stmt)), *core.names_bound(stmt)])

    def sources(self, value: Any) -> list[str]:
        """The names with which the value of an expression may share memory."""
        if isinstance(value, gast.Name):
            return [] if isinstance(self.kinds.get(value.id), Number) else [value.id]
        kind = kind_of_expression(value, self.kinds, self.fn.bindings)
        if isinstance(kind, Number):
            return []
        match value:
            case gast.Constant():
                return []
            case gast.BinOp() | gast.UnaryOp() | gast.Compare() if isinstance(kind, Array):
                return [] if not isinstance(getattr(value, "op", None), gast.UAdd) else self.sources(value.operand)
            case gast.Subscript():
                return self.sources(value.value)
            case gast.Attribute():
                return [] if value.attr in FORM else self.sources(value.value)
            case gast.Tuple() | gast.List():
                return [n for part in value.elts for n in self.sources(part)]
            case gast.IfExp():
                return [*self.sources(value.body), *self.sources(value.orelse)]
            case gast.Call():
                callee = callee_of(value, self.kinds, self.fn.bindings)
                if callee is None or callee.starred:
                    return [OUTSIDE, *names_in(value)]
                if result_of(callee) == "fresh":
                    return []
                if registry.is_pure(callee.primitive):
                    return [n for part in (*callee.args, *callee.keywords.values()) for n in self.sources(part)]
        return [OUTSIDE, *names_in(value)]


def shared_memory(fn: core.Function, kinds: Mapping[str, Kind]) -> Memory:
    """Join the names that statements of the function make share memory."""
    memory = Memory(fn, kinds)
    for stmt in fn.statements:
        memory.statement(stmt)
    return memory
