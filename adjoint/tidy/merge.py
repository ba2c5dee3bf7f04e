"""Join what is added to one target into one statement.

    >>> show("x_bar = a * b\\ny = x * 2\\nx_bar += c * d\\nx_bar -= y * y\\nreturn x_bar")
    y = x * 2
    x_bar = a * b + c * d - y * y
    return x_bar
    >>> show("y_bar = np.zeros(3)\\ny_bar[i - 1] += t_bar * a\\ny_bar[i - 1] -= t_bar * b\\nreturn y_bar")
    y_bar = np.zeros(3)
    y_bar[i - 1] += t_bar * a - t_bar * b
    return y_bar

A bar that starts at zero starts at its first term instead, where it is a number (or where the term is a new array),
and so does one in a cell.

    >>> show("x_bar = 0.0\\nx_bar += a * b\\nreturn x_bar")
    x_bar = a * b
    return x_bar
    >>> show("y_bar = np.ones(3)\\nt_bar = y_bar[i]\\ny_bar[i] = 0.0\\ny_bar[i] += t_bar / a\\nreturn y_bar")
    y_bar = np.ones(3)
    t_bar = y_bar[i]
    y_bar[i] = t_bar / a
    return y_bar

The earlier statement moves down to the later one, if nothing between reads or changes the target, or changes what the
earlier one reads. Only the compiler's own names are summed up so, and only where the line stays short. The second
example regroups a sum, which may change its last bit; nothing else here does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import gast

from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.syntax.traverse import spelled
from adjoint.tidy import example
from adjoint.tidy.arithmetic import simplified
from adjoint.tidy.effects import NONE, NUMBER, Effects, conflict, root_name
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, changed, is_bind, map_blocks, same_items
from adjoint.tidy.watch import Watch
from adjoint.tidy.width import COLUMNS, room, width


def merge(fn: core.Function, memory: Known = None) -> core.Function:
    """Join binds and accumulations of one target."""
    facts = facts_of(fn, memory)
    body = _block(fn.tree.body, facts, 1)
    return fn if body is fn.tree.body else fn.with_body(body)


def show(text: str) -> None:
    numbers = dict.fromkeys("abcdi", NUMBER)
    example.show(lambda fn: merge(fn, {**numbers, **dict.fromkeys(("x", "x_bar", "t_bar"), NUMBER)}), text)


def _block(block: list[Any], facts: Facts, depth: int) -> list[Any]:
    def inside(inner: list[Any]) -> list[Any]:
        return _block(inner, facts, depth + 1)

    stmts = [map_blocks(s, inside) if type(s) in COMPOUND else s for s in block]
    names = [_summed(s, facts) for s in stmts]
    several = _repeated(names)
    if not several:
        return block if same_items(stmts, block) else stmts
    merger = _Merger(facts, room(depth))
    for stmt, name in zip(stmts, names, strict=True):
        if type(stmt) is core.Comment:
            merger.out.append(stmt)
        else:
            merger.step(stmt, name if name in several else None)
    out = [s for s in merger.out if s is not None]
    return block if same_items(out, block) else out


def _repeated(names: list[str | None]) -> set[str]:
    """The names that occur more than once."""
    seen: set[str] = set()
    found: set[str] = set()
    for name in names:
        if name is not None:
            (found if name in seen else seen).add(name)
    return found


def _summed(stmt: Any, facts: Facts) -> str | None:
    """The generated name whose value, or cell, the statement starts or adds to."""
    if type(stmt) is gast.AugAssign and isinstance(stmt.op, (gast.Add, gast.Sub)):
        name = root_name(stmt.target)
    elif is_bind(stmt):
        name = stmt.targets[0].id
    elif _is_cleared(stmt):
        name = root_name(stmt.targets[0])
    else:
        return None
    if name not in facts.temps or name not in facts.generated or name in facts.pinned:
        return None
    return None if facts.of(stmt).impure else name


def _is_cleared(stmt: Any) -> bool:
    """Is this `x_bar[i] = 0.0`?"""
    if type(stmt) is not gast.Assign or type(stmt.targets[0]) is not gast.Subscript:
        return False
    return type(stmt.value) is gast.Constant and type(stmt.value.value) is float and stmt.value.value == 0.0


class Held(NamedTuple):
    """A statement that a later one may take in: where it stands and what it writes to."""

    position: int
    stmt: Any
    target: Any


class _Merger:
    """Merges within one block; `out` has the new statements, None for one that was taken in."""

    def __init__(self, facts: Facts, columns: int) -> None:
        self.facts = facts
        self.columns = columns
        self.out: list[Any] = []
        self.held: dict[str, Held] = {}
        self.watch = Watch(facts)  # what the held statements read
        self.targets = Watch(facts)  # what they write

    def step(self, stmt: Any, name: str | None) -> None:
        """Take the next statement; `name` is what it sums up, if another statement does too."""
        effects = self.facts.inside(stmt)
        if name is not None and name in self.held:
            joined = self.joined(self.held[name], stmt, name, effects)
            if joined is not None:
                self.out[self.held[name].position] = None
                self.drop(name)
                stmt, effects = joined, self.facts.of(joined)
        self.stop(effects)
        if name is not None:
            self.hold(name, stmt, effects)
        self.out.append(stmt)

    def hold(self, name: str, stmt: Any, effects: Effects) -> None:
        reads = list(effects.loads)
        inside = not is_bind(stmt)  # in the memory that the name has already
        if inside:
            reads.remove(name)
        if name in reads:
            return
        target = stmt.targets[0] if isinstance(stmt, gast.Assign) else stmt.target
        self.held[name] = Held(len(self.out), stmt, target)
        self.watch.add(name, reads, effects.touched - {name})
        # A bind of a new value shares it with nobody until the name is read.
        self.targets.add(name, (name,), frozenset((name,)) if inside else NONE)

    def drop(self, name: str) -> None:
        self.held.pop(name, None)
        self.watch.drop(name)
        self.targets.drop(name)

    def stop(self, effects: Effects) -> None:
        """Let go of what may not move past a statement: it reads or changes the target, or changes what is read."""
        if not self.held:
            return
        stopped = self.watch.stopped_by(effects) | self.targets.stopped_by(effects)
        stopped |= effects.reads & self.held.keys()
        stopped |= self.targets.sharing(self.facts.classes(effects.touched))
        for name in stopped:
            self.drop(name)

    def joined(self, first: Held, stmt: Any, name: str, effects: Effects) -> Any:
        """One statement for both; None where they are not to be joined."""
        if not isinstance(stmt, gast.AugAssign) or effects.loads.count(name) > 1:
            return None
        if not is_bind(first.stmt):
            if spelled(first.target) != spelled(stmt.target):
                return None
            mine = self.facts.classes(frozenset((name,)))
            if conflict(mine, self.facts.classes(effects.touched - {name})):
                return None  # the later term may read what the earlier statement writes
            new = self.joined_terms(first.stmt, stmt)
        else:
            if not isinstance(stmt.target, gast.Name) or not self.may_start(first.stmt.value, stmt.value, name):
                return None
            new = changed(first.stmt, value=_sum(first.stmt.value, _sign(stmt), stmt.value))
        before = self.facts.of(first.stmt)
        if 2 * len(before.loads + effects.loads) > COLUMNS:
            return None
        new = simplified(new, self.facts)
        if width(new) > self.columns:
            return None
        loads = list(before.loads + effects.loads)
        loads.remove(name)  # the later statement's own target
        touched = before.touched | (effects.touched - {name})
        self.facts.known[new] = Effects(tuple(loads), before.binds, touched, before.written)
        return new

    def joined_terms(self, first: Any, second: Any) -> Any:
        """`v += a; v -= b` as `v += a - b`, `v[i] = 0.0; v[i] += a` as `v[i] = a`.

        Where the first sign is a minus, the second statement's term leads.
        """
        if isinstance(first, gast.Assign):  # of zero
            return changed(first, value=_sum(first.value, _sign(second), second.value))
        if _sign(first) < 0 < _sign(second):
            return changed(first, op=gast.Add(), value=_sum(second.value, -1, first.value))
        return changed(first, value=_sum(first.value, _sign(first) * _sign(second), second.value))

    def may_start(self, start: Any, term: Any, name: str) -> bool:
        """True where `name = start; name += term` makes the same value as `name = start + term`."""
        if self.facts.is_number(name):
            return True
        if core.is_constant(start):
            return self.facts.is_fresh(term)
        if not isinstance(start, gast.Call):
            return self.facts.is_fresh(start)
        # np.zeros and its like give the target a shape and a dtype that the term may not have.
        callee = self.facts.callee(start.func)
        return callee is not None and registry.rule_of(callee) is not None and self.facts.is_fresh(start)


def _sign(stmt: Any) -> int:
    return 1 if isinstance(stmt.op, gast.Add) else -1


def _sum(left: Any, sign: int, right: Any) -> Any:
    if core.is_constant(left) and core.constant_value(left) == 0:
        return right if sign > 0 else core.unary(gast.USub, right, left)
    return core.binary(left, gast.Add if sign > 0 else gast.Sub, right, left)
