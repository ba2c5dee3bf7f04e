"""The place where refold puts an expression: is it evaluated once, for certain, and not too late?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gast

from adjoint.emit.precedence import OPERATORS, Level
from adjoint.syntax import core
from adjoint.tidy.effects import Effects
from adjoint.tidy.facts import Facts
from adjoint.tidy.rebuild import changed
from adjoint.tidy.width import COLUMNS, needs_parentheses, width


@dataclass(slots=True)
class Pending:
    """An expression on its way to its use: where it stood, and what it reads and touches."""

    position: int
    value: Any
    effects: Effects

    @property
    def width(self) -> int:
        return width(self.value) if 2 * len(self.effects.loads) < COLUMNS else COLUMNS


class Site:
    """The search for the place of a name, in order of evaluation, and what has been evaluated before it."""

    def __init__(self, facts: Facts, name: str, pending: Pending) -> None:
        self.facts = facts
        self.name = name
        self.pending = pending
        self.found = False
        self.worked = False  # something that may depend on an effect has been evaluated
        self.acted = False  # something with an effect has been evaluated
        self.parentheses = 0

    def statement(self, stmt: Any) -> Any:
        """The statement with the name replaced; None where its place does not allow it."""
        match stmt:
            case gast.Assign(targets=[target], value=value):
                new = self.expr(value)
                if self.found:
                    return None if new is None else changed(stmt, value=new)
                part = self.target(target)
                return None if part is None else changed(stmt, targets=[part])
            case gast.AugAssign(target=target, value=value):
                if isinstance(target, gast.Subscript):
                    self.worked = True
                new = self.expr(value)
                if self.found:
                    return None if new is None else changed(stmt, value=new)
                part = self.target(target)
                return None if part is None else changed(stmt, target=part)
            case gast.For(iter=iterable):
                return self.field(stmt, "iter", iterable)
            case gast.If(test=test) | gast.Assert(test=test):
                return self.field(stmt, "test", test)
            case gast.Return(value=value) | gast.Expr(value=value) if value is not None:
                return self.field(stmt, "value", value)
        return None

    def field(self, stmt: Any, name: str, value: Any) -> Any:
        new = self.expr(value)
        return None if new is None else changed(stmt, **{name: new})

    def target(self, target: Any) -> Any:
        """A store's target with the name replaced in its index."""
        if not isinstance(target, gast.Subscript) or self.pending.effects.impure:
            return None
        index = self.expr(target.slice)
        return None if index is None or not self.found else changed(target, slice=index)

    def expr(self, node: Any, level: Level = Level.YIELD, right: bool = False) -> Any:
        """The expression with the name replaced; the same where it is not in it, None where it may not be."""
        match node:
            case gast.Name(id=name):
                return self.here(level, right) if name == self.name else node
            case gast.Constant():
                return node
            case gast.BinOp(op=op):
                own = OPERATORS[type(op)][1]
                power = isinstance(op, gast.Pow)
                new = self.parts(node, (("left", own + 1 if power else own, False), ("right", own, not power)))
            case gast.UnaryOp():
                new = self.parts(node, (("operand", Level.FACTOR, False),))
            case gast.Attribute():
                new = self.parts(node, (("value", Level.ATOM, False),))
            case gast.Subscript():
                new = self.parts(node, (("value", Level.ATOM, False), ("slice", Level.YIELD, False)))
            case gast.Compare(ops=[_]):
                new = self.lists(node, Level.COMPARE + 1, ("left", "comparators"))
            case gast.Call(func=func):
                known = core.path_of(func) in self.facts.bindings
                new = self.lists(node, Level.YIELD, ("args", "keywords") if known else ("func", "args", "keywords"))
            case gast.keyword():
                return self.parts(node, (("value", Level.YIELD, False),))
            case gast.Tuple() | gast.List():
                new = self.lists(node, Level.YIELD, ("elts",))
            case gast.Slice():
                return self.lists(node, Level.YIELD, ("lower", "upper", "step"))
            case gast.IfExp():
                new = self.parts(node, (("test", Level.TEST, False),)) if self.reads(node.test) else self.lazy(node)
            case gast.BoolOp(values=[first, *_]):
                new = self.lists(node, Level.AND, ("values",)) if self.reads(first) else self.lazy(node)
            case _:
                return self.lazy(node)
        if not self.found and not isinstance(node, (gast.Tuple, gast.List)):
            self.worked = True
            if isinstance(node, gast.Call) and not self.facts.is_pure_call(node):
                self.acted = True
        return new

    def here(self, level: Level, right: bool) -> Any:
        self.found = True
        effects = self.pending.effects
        if effects.impure and (self.worked or self.acted):
            return None
        if self.acted and self.facts.classes(effects.touched):
            return None
        value = self.pending.value
        if isinstance(value, gast.Constant) and level == Level.ATOM:
            return None
        self.parentheses = 2 if needs_parentheses(value, level, right) else 0
        return value

    def parts(self, node: Any, fields: tuple[tuple[str, int, bool], ...]) -> Any:
        for name, level, right in fields:
            old = getattr(node, name)
            new = self.expr(old, Level(level), right)
            if self.found:
                return None if new is None else changed(node, **{name: new})
        return node

    def lists(self, node: Any, level: int, fields: tuple[str, ...]) -> Any:
        for name in fields:
            old = getattr(node, name)
            if isinstance(old, list):
                for k, element in enumerate(old):
                    new = self.expr(element, Level(level))
                    if self.found:
                        return None if new is None else changed(node, **{name: [*old[:k], new, *old[k + 1 :]]})
            elif old is not None:
                new = self.expr(old, Level.ATOM if name == "func" else Level(level))
                if self.found:
                    return None if new is None else changed(node, **{name: new})
        return node

    def lazy(self, node: Any) -> Any:
        """Parts that may be evaluated never or often take no fold."""
        if self.reads(node):
            self.found = True
            return None
        return node

    def reads(self, node: Any) -> bool:
        return any(isinstance(n, gast.Name) and n.id == self.name for n in core.walk(node))
