"""What is known where two ways meet.

Two records of one class with the same parts become one, whose variables are bound on both ways; a change of one of them
that this one would have to show is refused where it happens (`Evaluator.touch`).
"""

from __future__ import annotations

from typing import Any

from adjoint.classes import dataclass, field
from adjoint.structures import promotion
from adjoint.structures.evaluator import Evaluator, is_virtual
from adjoint.structures.values import Lost, Record, Shadow, State, Value
from adjoint.syntax import core
from adjoint.syntax.core import load


@dataclass
class Meeting:
    """Two ways that meet: their states, and the blocks to which copies can be added."""

    ev: Evaluator
    first: State
    second: State
    first_out: list[Any]
    second_out: list[Any]
    stmt: Any
    made: dict[tuple[Record, Record], Record] = field(default_factory=dict)
    state: State = field(default_factory=State)

    def joined(self) -> State:
        """What is known behind both."""
        a, b = self.first, self.second
        self._keys()
        for name in [*a.env, *(n for n in b.env if n not in a.env)]:
            value = self.meet(name, a.env.get(name), b.env.get(name))
            if value is not None:
                self.state.env[name] = value
        return self.state

    def _keys(self) -> None:
        for record in {**self.first.keys, **self.second.keys}:
            mine, other = self.first.keys.get(record), self.second.keys.get(record)
            if mine is None or other is None or mine == other:
                self.state.keys[record] = mine if mine is not None else other or ()
                continue
            self.state.keys[record] = mine + tuple(k for k in other if k not in mine)
            self.state.unsure[record] = frozenset(mine) ^ frozenset(other)
        self.state.stale = self.first.stale | self.second.stale
        self.state.views = {**self.first.views, **self.second.views}
        for unsure in (self.first.unsure, self.second.unsure):
            for record, keys in unsure.items():
                self.state.unsure[record] = self.state.unsure.get(record, frozenset()) | keys

    def meet(self, name: str, a: Value | None, b: Value | None) -> Value | None:
        """What a name holds behind both ways."""
        if a == b:
            return a
        if isinstance(a, Record) and isinstance(b, Record) and self._alike(a, b):
            return self.record(name, a, b)
        if (a is None or b is None) and name not in self.ev.plain:
            return a if b is None else b  # not bound on the other way
        if not is_virtual(a) and not is_virtual(b):
            return None
        promotion.promote_other(a, b, self.ev, self.stmt)
        for value, state, out in ((a, self.first, self.first_out), (b, self.second, self.second_out)):
            if (
                isinstance(value, Record)
                and value.cls is tuple
                and isinstance(b if value is a else a, (Shadow, type(None)))
            ):
                if self._materialised(name, value, state, out):
                    return None
        return Lost((a, b))

    def _alike(self, a: Record, b: Record) -> bool:
        return a.cls is b.cls and self.first.keys[a] == self.second.keys[b]

    def record(self, name: str, a: Record, b: Record) -> Record:
        """The record that is one or the other."""
        if (a, b) in self.made:
            return self.made[a, b]
        stem = a.stem if a.stem == b.stem else self.ev.stem(name, a.cls)
        new = Record(a.cls, a.site, stem, origins=(a, b), places=a.places | b.places)
        self.made[a, b] = new
        self.state.keys[new] = self.first.keys[a]
        unsure = self.first.unsure.get(a, frozenset()) | self.second.unsure.get(b, frozenset())
        if unsure:
            self.state.unsure[new] = unsure
        for key in self.first.keys[a]:
            variable = self.ev.variable(new, key)
            if (a, key) in self.first.stale or (b, key) in self.second.stale:
                self.state.stale.add((new, key))
            value = self.part(variable, a.names[key], b.names[key])
            if value is not None:
                self.state.env[variable] = value
        return new

    def part(self, variable: str, first: str, second: str) -> Value | None:
        """A part of it: a copy on both ways of what is plain."""
        a, b = self.first.env.get(first), self.second.env.get(second)
        if not is_virtual(a):
            self.first_out.append(core.bind(variable, load(first), at=self.stmt))
        if not is_virtual(b):
            self.second_out.append(core.bind(variable, load(second), at=self.stmt))
        if not is_virtual(a) and not is_virtual(b):
            self.ev.plain.add(variable)
            return a if a == b and not isinstance(a, Shadow) else None
        if a is None or b is None:
            self.ev.plain.add(variable)
        return self.meet(variable, a, b)

    def _materialised(self, name: str, record: Record, state: State, out: list[Any]) -> bool:
        """Bind the name to a tuple on one way."""
        values = [state.env.get(record.names[k]) for k in state.keys[record]]
        if any(is_virtual(v) for v in values):
            return False
        atoms = [load(record.names[k]) for k in state.keys[record]]
        out.append(core.bind(name, core.tuple_(atoms), at=self.stmt))
        return True
