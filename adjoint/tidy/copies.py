"""Read the original instead of its copy: `t = x`, `t = 2`, `t = x.shape[0]`, `t = len(x)`.

    >>> show("t = x\\nt_1 = 2\\ny = t ** t_1\\nt_2 = A.shape\\nt_3 = t_2[0]\\nreturn y / t_3")
    t = x
    t_1 = 2
    y = x**2
    t_2 = A.shape
    t_3 = A.shape[0]
    return y / A.shape[0]

A user's name is never replaced by a temporary: after `y = t` it is t that reads y.

    >>> show("t = x * 2\\ny = t\\nz = t + 1")
    t = x * 2
    y = t
    z = y + 1

The bind itself stays, for dead_code to drop, unless it has become `x = x`. A copy holds until either name is bound
again. Stores do not matter: both names mean the same array before and after. An in-place `+=` counts as a bind: on
a number it is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.effects import FORM, INTERMEDIATE, UNKNOWN
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, is_bind, map_blocks, map_parts, same_items


def copies(fn: core.Function, memory: Known = None) -> core.Function:
    """Replace names by the names, constants and shapes that they stand for."""
    facts = facts_of(fn, memory)
    if not any(_may_be_learnt(stmt, facts.temps) for stmt in fn.statements):
        return fn
    body = _Copies(facts).block(fn.tree.body, {})
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    example.show(copies, text)


@dataclass(frozen=True, slots=True)
class Copy:
    """What a name stands for, and the name that this depends on."""

    value: Any
    root: str | None = None


Copied = dict[str, Copy]


class _Copies:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.ranks: dict[str, int] = {}
        self.dependent: dict[str, set[str]] = {}  # by root: the names that (may) stand for something of it
        self.measured: set[str] = set()  # the roots of which some name may stand for the length or shape

    def block(self, block: list[Any], known: Copied) -> list[Any]:
        out = []
        for stmt in block:
            kind = type(stmt)
            if kind in COMPOUND:
                stmt = self.compound(stmt, known)
                self.forget(stmt, known)
            elif kind is not core.Comment:
                stmt = self.replaced(stmt, known)
                name = stmt.targets[0].id if kind is gast.Assign and is_bind(stmt) else None
                if name is not None and core.is_name(stmt.value, name):
                    continue  # `x_bar = t_bar`, where t_bar is x_bar
                self.forget(stmt, known)
                if name is not None and type(stmt.value) is not gast.BinOp:  # which is no copy
                    self.learn(name, stmt.value, known)
            out.append(stmt)
        return block if same_items(out, block) else out or [core.pass_()]

    def compound(self, stmt: Any, known: Copied) -> Any:
        if isinstance(stmt, core.Attempt):
            before = dict(known)
            self.forget(stmt, known)  # what stands in the handlers is evaluated after the body
            return map_blocks(self.replaced(stmt, known), lambda block: self.block(block, before))
        if not isinstance(stmt, (gast.For, gast.While)):
            stmt = self.replaced(stmt, known)
            return map_blocks(stmt, lambda block: self.block(block, dict(known)))
        if isinstance(stmt, gast.For):
            stmt = self.replaced(stmt, known)  # evaluated once, before anything in the loop is bound
            self.forget(stmt, known)
        else:
            self.forget(stmt, known)
            stmt = self.replaced(stmt, known)
        return map_blocks(stmt, lambda block: self.block(block, dict(known)))

    def replaced(self, stmt: Any, known: Copied) -> Any:
        reads = self.facts.of(stmt).reads
        if known.keys().isdisjoint(reads) or type(stmt) is gast.FunctionDef:
            return stmt
        return _replace(stmt, {n: known[n] for n in reads if n in known})

    def learn(self, name: str, value: Any, known: Copied) -> None:
        source = _root(value, self.facts)
        if name in self.facts.pinned or source in self.facts.pinned or source == name:
            return
        if isinstance(value, gast.Name):
            if source not in self.facts.locals:
                return  # a global name: it may be bound anew
            if self.rank(source) > self.rank(name):
                self.note(source, Copy(core.load(name), name), known)
            elif self.rank(name) > 0:
                self.note(name, Copy(value, source), known)
        elif _is_number(value):
            if self.rank(name) > 0:
                self.note(name, Copy(value), known)
        elif source is not None and self.rank(name) == 2:
            self.note(name, Copy(value, source), known)

    def rank(self, name: str) -> int:
        """How gladly a name is given up: 0 a user's, 1 a bar or a record, 2 an intermediate value."""
        found = self.ranks.get(name)
        if found is None:
            found = 0 if name not in self.facts.temps else 2 if INTERMEDIATE.match(name) else 1
            self.ranks[name] = found
        return found

    def note(self, name: str, copy: Copy, known: Copied) -> None:
        known[name] = copy
        if copy.root is not None:
            self.dependent.setdefault(copy.root, set()).add(name)
            if type(copy.value) is not gast.Name:
                self.measured.add(copy.root)

    def forget(self, stmt: Any, known: Copied) -> None:
        """Drop what a statement makes untrue: of names that it binds, and the lengths of lists that it may change."""
        if not known:
            return
        effects = self.facts.inside(stmt)
        for root in effects.binds:
            known.pop(root, None)
            if root in self.dependent:
                for name in self.dependent[root]:
                    if name in known and known[name].root == root:
                        del known[name]
        if UNKNOWN in effects.written:
            resized = self.measured
        elif effects.written.isdisjoint(self.measured):
            return
        else:
            resized = {n for s in core.statements([stmt]) if _may_resize(s) for n in self.facts.of(s).written}
        for root in resized & self.measured:
            for name in self.dependent[root]:
                if name in known and not isinstance(known[name].value, (gast.Name, gast.Constant)):
                    del known[name]


def _may_resize(stmt: Any) -> bool:
    """May a list have another length after a statement that writes to it?"""
    match stmt:
        case gast.Expr() | gast.Assign(value=gast.Call()) | gast.AugAssign(target=gast.Name()):
            return True
        case gast.Assign(targets=[gast.Subscript(slice=gast.Slice())]):
            return True
    return False


def _root(value: Any, facts: Facts) -> str | None:
    """The name whose object alone decides a value that is as cheap as a name; None of anything else."""
    match value:
        case gast.Name(id=name):
            return str(name)
        case gast.Attribute(value=gast.Name(id=name), attr=attr) if attr in FORM and name in facts.locals:
            return str(name)
        case gast.Subscript(value=gast.Attribute(attr="shape") as form, slice=index) if core.is_constant(index):
            return _root(form, facts)
        case gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name)]) if facts.callee(value.func) is len:
            return str(name) if name in facts.locals else None
    return None


def _may_be_learnt(stmt: Any, temps: frozenset[str]) -> bool:
    """May a statement bind a name to what `learn` notes? Asked of all statements, of which mostly none does."""
    if type(stmt) is not gast.Assign or type(target := stmt.targets[0]) is not gast.Name:
        return False
    value = stmt.value
    kind = type(value)
    if kind is gast.Name:
        return target.id in temps or value.id in temps or target.id == value.id
    if kind is gast.BinOp or target.id not in temps:
        return False
    if kind is gast.Attribute:
        return value.attr in FORM
    if kind is gast.Subscript:
        return type(value.value) is gast.Attribute
    return kind is gast.Constant or kind is gast.UnaryOp or kind is gast.Call and type(value.func) is gast.Name


def _is_number(value: Any) -> bool:
    return core.is_constant(value) and isinstance(core.constant_value(value), (int, float, complex))


def _replace(node: Any, known: Mapping[str, Copy]) -> Any:
    if type(node) is gast.Name:
        return core.copy(known[node.id].value) if node.id in known and type(node.ctx) is gast.Load else node
    match node:
        case gast.Attribute(value=gast.Name(id=name)) | gast.Subscript(value=gast.Name(id=name)) if name in known:
            value = known[name].value
            if _is_number(value) or (not isinstance(value, gast.Name) and not isinstance(node.ctx, gast.Load)):
                return node  # neither `2[i]` nor `x.shape[0] = …`
        case gast.Constant() | gast.Lambda():
            return node
    return map_parts(node, lambda part: _replace(part, known))
