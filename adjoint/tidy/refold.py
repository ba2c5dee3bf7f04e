"""Put the expression of a temporary that is read once where it is read.

    >>> show("t = X @ w\\nt_1 = -t\\nt_2 = np.exp(t_1)\\np = 1 / t_2\\nreturn p")
    p = 1 / np.exp(-(X @ w))
    return p

What is in the way keeps it where it is: here the store.

    >>> show("t_bar = A_bar[i]\\nA_bar[i] = 0.0\\nA_bar[i - 1] += t_bar * r")
    t_bar = A_bar[i]
    A_bar[i] = 0.0
    A_bar[i - 1] += t_bar * r

A fold is made where the use stands in the same block and is evaluated once and unconditionally; where no statement
between binds a name that the expression reads or may write memory that it touches; and where effects keep their order.
The compiler's own lines end at 88 columns; a user's statement is put together however long it is.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import gast

from adjoint.emit.precedence import OPERATORS, Level
from adjoint.syntax import core
from adjoint.tidy import example
from adjoint.tidy.arithmetic import simplified
from adjoint.tidy.effects import Effects, Facts, Known, facts_of
from adjoint.tidy.rebuild import changed, is_bind, is_compound, map_blocks
from adjoint.tidy.watch import Watch
from adjoint.tidy.width import COLUMNS, needs_parentheses, room, width


def refold(fn: core.Function, memory: Known = None) -> core.Function:
    """Fold temporaries that are read once into their uses."""
    facts = facts_of(fn, memory)
    loads: dict[str, int] = {}
    for stmt in core.statements(fn.tree.body):
        for name in facts.of(stmt).loads:
            loads[name] = loads.get(name, 0) + 1
    body = _block(fn.tree.body, facts, loads, _carried(fn, facts), 1)
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    example.show(refold, text)


def _carried(fn: core.Function, facts: Facts) -> set[str]:
    """Names of which some read is not served by a bind before it in its own or an enclosing block: by one in a branch,
    in an earlier trip. The last bind of any other name in a block is not read after that block."""
    carried: set[str] = set()

    def visit(block: list[Any], served: set[str]) -> None:
        for stmt in block:
            effects = facts.of(stmt)
            if is_compound(stmt):
                served -= facts.inside(stmt).binds if isinstance(stmt, gast.While) else set()
                carried.update(effects.reads - served)
                served -= facts.inside(stmt).binds
                for inner in core.blocks(stmt):
                    visit(inner, served | effects.binds)
            else:
                carried.update(effects.reads - served)
                served |= effects.binds

    visit(fn.tree.body, set())
    return carried


def _block(block: list[Any], facts: Facts, loads: dict[str, int], carried: set[str], depth: int) -> list[Any]:
    folder = _Folder(facts, _candidates(block, facts, loads, carried), depth)
    for stmt in block:
        folder.step(stmt)
        if is_compound(stmt):
            head = folder.out[-1]
            folder.out[-1] = map_blocks(head, lambda inner: _block(inner, facts, loads, carried, depth + 1))
    out = [s for s in folder.out if s is not None]
    return block if len(out) == len(block) and all(a is b for a, b in zip(out, block)) else out


def _candidates(block: list[Any], facts: Facts, loads: dict[str, int], carried: set[str]) -> set[Any]:
    """The binds of this block whose value is read exactly once: by a later statement of this very block."""
    open_binds: dict[str, tuple[Any, int]] = {}  # the last bind of a name, and how often it was read since
    first: dict[str, bool] = {}  # whether the block binds a name before it reads it
    inside: dict[str, int] = {}
    found: set[Any] = set()

    def close(name: str) -> None:
        stmt, count = open_binds.pop(name, (None, 0))
        if count == 1:
            found.add(stmt)

    for stmt in block:
        effects = facts.inside(stmt)
        head = facts.of(stmt)
        for name in effects.loads:
            first.setdefault(name, False)
            inside[name] = inside.get(name, 0) + 1
            if name in open_binds:
                bind, count = open_binds[name]
                open_binds[name] = bind, count + 1
        if head is not effects:
            for name in effects.reads - head.reads | (effects.binds & open_binds.keys()):
                open_binds.pop(name, None)
            for name in effects.reads & head.reads & open_binds.keys():
                if effects.loads.count(name) != head.loads.count(name):
                    open_binds.pop(name)
            if isinstance(stmt, gast.While):
                for name in head.reads:
                    open_binds.pop(name, None)
        elif is_bind(stmt):
            name = stmt.targets[0].id
            close(name)
            first.setdefault(name, True)
            if name in facts.temps and name not in facts.pinned:
                open_binds[name] = stmt, 0
        else:
            for name in effects.binds:
                open_binds.pop(name, None) if isinstance(stmt, gast.AugAssign) else close(name)
    for name in list(open_binds):
        if name not in carried or (first.get(name) and inside.get(name, 0) == loads.get(name, 0)):
            close(name)
    return found


@dataclass(slots=True)
class Pending:
    """An expression on its way to its use: where it stood, and what it reads and touches."""

    position: int
    value: Any
    effects: Effects

    @property
    def width(self) -> int:
        return width(self.value) if 2 * len(self.effects.loads) < COLUMNS else COLUMNS


class _Folder:
    """Folds within one block; `out` has the new statements, None for one that was folded away."""

    def __init__(self, facts: Facts, candidates: set[Any], depth: int) -> None:
        self.facts = facts
        self.candidates = candidates
        self.room = room(depth)
        self.out: list[Any] = []
        self.pending: dict[str, Pending] = {}
        self.impure: dict[str, Pending] = {}
        self.watch = Watch(facts)

    def step(self, stmt: Any) -> None:
        is_candidate = stmt in self.candidates
        if not isinstance(stmt, (gast.While, gast.FunctionDef, core.Comment)):
            stmt = self.folded(stmt)
        effects = self.facts.inside(stmt) if is_compound(stmt) else self.facts.of(stmt)
        position = len(self.out)
        self.out.append(stmt)
        if not is_candidate:
            self.stop(effects, position)
            return
        for name in self.watch.stopped_by(Effects(binds=effects.binds)):
            self.leave(name)
        name = stmt.targets[0].id
        pending = Pending(position, stmt.value, effects)
        self.pending[name] = pending
        self.watch.add(name, effects.reads, effects.touched)
        if effects.impure:
            self.impure[name] = pending

    def stop(self, effects: Effects, position: int) -> None:
        """Leave what may not pass a statement that stays."""
        for name in self.watch.stopped_by(effects):
            self.leave(name)
        if self.impure and (effects.impure or effects.touched or effects.written):
            for name in [n for n, p in self.impure.items() if p.position < position]:
                self.leave(name)

    def leave(self, name: str) -> None:
        """A pending bind stays where it stands, and is then in the way of those before it."""
        pending = self.drop(name)
        if pending is not None and (pending.effects.impure or self.impure):
            for other in [n for n, p in self.pending.items() if p.position < pending.position]:
                if other in self.pending and self.in_order(self.pending[other], pending):
                    self.leave(other)

    def in_order(self, first: Pending, second: Pending) -> bool:
        """True where the two have effects on each other: their order must stay."""
        if first.effects.impure:
            return second.effects.impure or bool(self.facts.classes(second.effects.touched))
        return second.effects.impure and bool(self.facts.classes(first.effects.touched))

    def drop(self, name: str) -> Pending | None:
        self.watch.drop(name)
        self.impure.pop(name, None)
        return self.pending.pop(name, None)

    def folded(self, stmt: Any) -> Any:
        """A statement with every pending expression that may go there put in, the latest first."""
        ours = self.facts.is_ours(stmt)
        names = [n for n in self.facts.of(stmt).reads if n in self.pending]
        for name in sorted(names, key=lambda n: -self.pending[n].position):
            if name not in self.pending:
                continue  # it stood before one that was left behind
            new = self.fold(stmt, name, ours)
            if new is None:
                self.leave(name)
            else:
                stmt = new
        return stmt

    def fold(self, stmt: Any, name: str, ours: bool) -> Any:
        """The statement with one pending expression put in; None where that may not be."""
        pending = self.pending[name]
        others = self.pending.values() if pending.effects.impure else self.impure.values()
        if any(o.position > pending.position and self.in_order(pending, o) for o in others):
            return None
        site = _Site(self.facts, name, pending)
        new = site.statement(stmt)
        if new is None or not site.found:
            return None
        before = self.facts.of(stmt)
        if ours:
            new_width = width(stmt) - len(name) + pending.width + site.parentheses
            if new_width > self.room and width(simplified(new, self.facts)) > self.room:
                return None
        self.facts.known[new] = _joined(before, pending.effects, name)
        self.out[pending.position] = None
        self.drop(name)
        if ours:
            shorter = simplified(new, self.facts)
            if shorter is not new:
                self.facts.known[shorter] = self.facts.known[new]
                new = shorter
        return new


def _joined(stmt: Effects, value: Effects, name: str) -> Effects:
    loads = list(stmt.loads)
    loads.remove(name)
    touched = (stmt.touched - {name}) | value.touched
    written = stmt.written | value.written
    return Effects((*value.loads, *loads), stmt.binds, touched, written, stmt.impure or value.impure)


class _Site:
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
        return any(isinstance(n, gast.Name) and n.id == self.name for n in ast.walk(node))
