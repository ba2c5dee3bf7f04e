"""Views of dictionaries that are read after their dictionary may have changed: Python shows what stands there then.

Later stages take `v = d.values()` for a list of what stood there when it was taken. That is right until something is
stored into the dictionary, under whatever name it goes; what reads the view behind that is refused. What goes through
a view where it stands (`list(d.values())`, `for k in d.keys():`) is no matter of this.

    v = d.values()
    e["a"] = x            # `e` is another name of `d`: from here on `v` is out of date
    return sum(v)         # refused
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gast

from adjoint.analysis import dataflow
from adjoint.analysis.alias import alias_classes
from adjoint.analysis.containers import CONTAINERS
from adjoint.analysis.kinds import DictOf, Kind
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.syntax.said import said

METHODS = ("keys", "values", "items")
# What a dictionary does without changing.
LOOKING = (*METHODS, "get", "copy")

# Expressions that give a view which they read, or hold it, rather than what it goes through.
HANDING_ON = (gast.Name, gast.Tuple, gast.List, gast.Dict, gast.IfExp, gast.Subscript)

Stale = frozenset[str]  # views that are out of date


def refuse_late_reads(fn: core.Function, kinds: Mapping[str, Kind], followed: frozenset[str]) -> None:
    """Refuse what reads a view of a dictionary after this may have changed; those of names `followed` read in time.

    Raises:
        UnsupportedMutation: with the places that read.
    """
    taken = {s: s.value.func.value.id for s in fn.calls if _is_view(s, kinds) and s.targets[0].id not in followed}
    if not taken:
        return
    views = _Views(fn, kinds, taken)
    before = dataflow.forward(fn.tree.body, Stale(), views.after, Stale.union)
    found = [(stmt, name) for stmt in fn.statements if stmt in before for name in views.read(stmt, before[stmt])]
    problems = [
        problem_at(
            stmt,
            f"a view of {said(owner, fn)} is read after the dictionary may have changed",
            "Take the view where it is read, or make a list of it where it is taken: `list(d.values())`.",
        )
        for stmt, owner in dict.fromkeys(found)
    ]
    if problems:
        raise_problems(UnsupportedMutation, problems, fn.origin)


def _is_view(stmt: Any, kinds: Mapping[str, Kind]) -> bool:
    match stmt:
        case gast.Assign(
            targets=[gast.Name()],
            value=gast.Call(func=gast.Attribute(value=gast.Name(id=owner), attr=method), args=[]),
        ):
            return method in METHODS and isinstance(kinds.get(owner), DictOf)
    return False


class _Views:
    """The views of one function: the names that hold them, and what makes them out of date."""

    def __init__(self, fn: core.Function, kinds: Mapping[str, Kind], taken: Mapping[Any, str]) -> None:
        self.fn, self.kinds = fn, kinds
        self.owners = {stmt.targets[0].id: owner for stmt, owner in taken.items()}
        self.made = {stmt: stmt.targets[0].id for stmt in taken}
        self.classes = alias_classes(fn, kinds)
        self.holders = self._holders()

    def _holders(self) -> dict[str, frozenset[str]]:
        """The views that each name may stand for, or hold in a tuple or list."""
        holders = {view: frozenset([view]) for view in self.owners}
        grown = True
        while grown:
            grown = False
            for stmt in self.fn.statements:
                if not isinstance(stmt, gast.Assign) or not isinstance(stmt.value, HANDING_ON):
                    continue
                held = frozenset[str]().union(*(holders.get(n, ()) for n in self.fn.reads[stmt]))
                for name in self.fn.binds[stmt] if held else ():
                    if isinstance(stmt.value, gast.Subscript) and not isinstance(self.kinds.get(name), CONTAINERS):
                        continue  # what the view goes through
                    if held - holders.get(name, frozenset()):
                        holders[name] = holders.get(name, frozenset()) | held
                        grown = True
        return holders

    def read(self, stmt: Any, stale: Stale) -> Iterator[str]:
        """The dictionaries of which a statement reads a view that is out of date."""
        if stale and not (isinstance(stmt, gast.Assign) and core.is_name(stmt.value)):
            for name in sorted(self.fn.reads[stmt]):
                yield from sorted(self.owners[v] for v in self.holders.get(name, frozenset()) & stale)

    def after(self, stmt: Any, stale: Stale) -> Stale:
        """What is out of date behind a statement."""
        view = self.made.get(stmt)
        if view is not None:
            return stale - {view}
        return stale | {v for name in self._changed(stmt) for v, owner in self.owners.items() if self._is(name, owner)}

    def _is(self, name: str, owner: str) -> bool:
        return name == owner or self.classes.of(name) == self.classes.of(owner)

    def _changed(self, stmt: Any) -> Iterator[str]:
        """The dictionaries that a statement may store into, or take from."""
        for target in (*getattr(stmt, "targets", ()), getattr(stmt, "target", None)):
            if isinstance(target, gast.Subscript) and core.is_name(target.value):
                yield target.value.id
        if isinstance(stmt, gast.AugAssign) and core.is_name(stmt.target):
            yield stmt.target.id
        call = getattr(stmt, "value", None)
        if not isinstance(call, gast.Call):
            return
        if isinstance(call.func, gast.Attribute) and core.is_name(call.func.value):
            if call.func.attr not in LOOKING:
                yield call.func.value.id
        elif registry.is_pure(self.fn.bindings.get(core.path_of(call.func) or "")):
            return
        yield from (
            n for n in core.names_read(call) if isinstance(self.kinds.get(n), CONTAINERS) and _is_given(n, call)
        )


def _is_given(name: str, call: Any) -> bool:
    return any(name in core.names_read(a) for a in (*call.args, *(k.value for k in call.keywords)))
