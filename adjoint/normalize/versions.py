"""Give values that never meet names of their own: only what a loop carries or branches merge is bound twice.

    >>> from adjoint.normalize.example import show
    >>> show(versions, '''
    ... def f(x, n):
    ...     x = x * 2
    ...     for i in range(n):
    ...         x = x + i
    ...     y = x
    ...     y += 1
    ...     x = y / 2
    ...     for i in range(n):
    ...         x *= i
    ...     return x
    ... ''')
    def f(x, n):
        x_1 = x * 2
        for i in range(n):
            x_1 = x_1 + i
        y = x_1
        y += 1
        x_2 = y / 2
        for i_1 in range(n):
            x_2 *= i_1
        return x_2

A web is what binds of one name have in common that some read may see: the first keeps the name, that of a parameter
always. `x += e` changes what x is bound to, so it stays in x's web, and so does a swap. Names that nested functions
read, or that may be read unbound, are left alone.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import gast

from adjoint.analysis import dataflow
from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core
from adjoint.syntax.traverse import FIELDS

# A bind of one name: the statement (None for a parameter, or for no bind at all) and the name.
Bind = tuple[Any, str]
State = Mapping[str, frozenset[Bind]]

NOTHING: frozenset[str] = frozenset()
BINDING = (gast.Assign, gast.With, gast.FunctionDef, core.Attempt)


def versions(fn: core.Function) -> core.Function:
    """Rename apart what needs no common name."""
    scope = Scope(fn)
    return scope.done(_function(fn.tree, scope))


def _function(definition: Any, scope: Scope) -> list[Any]:
    webs = _Webs(definition, scope.fn)
    return _Rename(webs, webs.names(scope), scope).block(definition.body)


class _Webs:
    """The binds of a function's names, joined where one read may see both; names bound once are left out."""

    def __init__(self, definition: Any, fn: core.Function) -> None:
        self.statements = list(tree.statements(definition.body))
        self.params = core.parameters(definition.args)
        writes = {stmt: _writes(stmt) for stmt in self.statements}
        counts = Counter(chain(self.params, *writes.values()))
        several = frozenset(name for name, count in counts.items() if count > 1)
        self.writes = {stmt: several.intersection(names) for stmt, names in writes.items()}
        self.reads = {stmt: _reads(stmt, fn, several) for stmt in self.statements} if several else {}
        self.parents: dict[Bind, Bind] = {}
        self.before: Mapping[Any, State] = {}
        if several:
            self._connect(definition.body)

    def _connect(self, block: Sequence[Any]) -> None:
        entry = {name: frozenset([(None, name)]) for name in self.params}
        self.before = dataflow.forward(block, entry, self._transfer, _join)
        pinned = set(_captured(block)).union(*(self._join_reads(stmt) for stmt in self.reads))
        pinned.update(n.id for stmt in block if isinstance(stmt, core.Shared) for n in stmt.names)
        for stmt in self.statements:
            for name in self.writes[stmt] & pinned:
                self._join((None, name), (stmt, name))

    def _transfer(self, stmt: Any, state: State) -> State:
        writes = self.writes[stmt]
        return {**state, **{name: frozenset([(stmt, name)]) for name in writes}} if writes else state

    def _join_reads(self, stmt: Any) -> set[str]:
        """Join what the statement's reads see; return the names that it may read unbound."""
        state, unbound = self.before.get(stmt, {}), set()
        for name in self.reads[stmt]:
            binds = list(state.get(name, ()))
            for bind in binds[1:]:
                self._join(binds[0], bind)
            if (None, name) in binds and name not in self.params:
                unbound.add(name)
            if binds and name in self.writes[stmt] and _keeps(stmt):
                self._join(binds[0], (stmt, name))
        return unbound | {name for name in self.reads[stmt] if name not in state}

    def _join(self, a: Bind, b: Bind) -> None:
        a, b = self.root(a), self.root(b)
        if a != b:
            self.parents[b] = a

    def root(self, bind: Bind) -> Bind:
        path = []
        while bind in self.parents:
            path.append(bind)
            bind = self.parents[bind]
        for step in path:
            self.parents[step] = bind
        return bind

    def names(self, scope: Scope) -> dict[Bind, str]:
        """The name of each web."""
        found = {self.root((None, name)): name for name in self.params}
        taken = set(self.params)
        for stmt in self.statements:
            for name in sorted(self.writes[stmt]):
                root = self.root((stmt, name))
                if root not in found:
                    found[root] = scope.version(name) if name in taken else name
                    taken.add(name)
        return found


class _Rename:
    def __init__(self, webs: _Webs, names: Mapping[Bind, str], scope: Scope) -> None:
        self.webs = webs
        self.web_names = names
        self.scope = scope

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [self.statement(stmt) for stmt in block]

    def statement(self, stmt: Any) -> Any:
        reads, writes = self.webs.reads.get(stmt, ()), self.webs.writes[stmt]
        state = self.webs.before.get(stmt, {}) if reads else {}
        seen = ((name, next(iter(state[name]))) for name in reads if name in state)
        loads = self._changed(seen)
        stores = self._changed((name, (stmt, name)) for name in writes)
        if isinstance(stmt, gast.FunctionDef):
            new = tree.replace(stmt, name=stores.get(stmt.name, stmt.name), body=_function(stmt, self.scope))
            return tree.replace(new, args=_renamed(stmt.args, loads, {}))
        if loads or stores:
            stmt = _renamed(stmt, loads, stores)
        return tree.map_blocks(stmt, self.block) if isinstance(stmt, tree.COMPOUND) else stmt

    def _changed(self, binds: Iterable[tuple[str, Bind]]) -> dict[str, str]:
        named = ((name, self.web_names.get(self.webs.root(bind), name)) for name, bind in binds)
        return {old: new for old, new in named if old != new}


def _keeps(stmt: Any) -> bool:
    """True of a statement whose binds belong to the webs of what they replace: an accumulate, a swap."""
    if isinstance(stmt, gast.Assign):
        return isinstance(stmt.targets[0], gast.Tuple) and isinstance(stmt.value, gast.Tuple)
    return isinstance(stmt, (gast.AugAssign, core.Attempt))


def _join(a: State, b: State) -> State:
    """What may be seen where two ways meet; a name that one of them does not bind may be unbound."""
    if a is b:
        return a
    joined = dict(a)
    for name, binds in b.items():
        other = a.get(name)
        if other is not binds:
            joined[name] = binds | (other if other is not None else {(None, name)})
    for name in a.keys() - b.keys():
        joined[name] = a[name] | {(None, name)}
    return joined


def _reads(stmt: Any, fn: core.Function, several: frozenset[str]) -> frozenset[str]:
    """Those of some names that the statement itself reads."""
    kind = type(stmt)
    if kind is gast.FunctionDef:
        return several & tree.read(stmt.args)
    if kind is core.Attempt:
        return several & fn.reads[stmt].union(_writes(stmt))
    return NOTHING if several.isdisjoint(fn.mentions[stmt][0]) else several & fn.reads[stmt]


def _writes(stmt: Any) -> tuple[str, ...]:
    """Names that the statement itself binds."""
    match stmt:
        case gast.Assign(targets=[gast.Name() as target]) | gast.For(target=target) | gast.AugAssign(target=target):
            return (target.id,) if isinstance(target, gast.Name) else ()
    return tuple(core.names_bound(stmt)) if isinstance(stmt, BINDING) else ()


def _captured(block: Sequence[Any]) -> frozenset[str]:
    """Names that nested functions take from this one."""
    nested = (stmt for stmt in tree.statements(block) if isinstance(stmt, gast.FunctionDef))
    return frozenset().union(*(_free(d) for d in nested))


def _free(definition: Any) -> frozenset[str]:
    """The names that a nested function, or one inside that, takes from around it, or binds there."""
    used = tree.read(*definition.body) | tree.bound(*definition.body)
    return used - core.own_names(definition)


def _renamed(node: Any, loads: Mapping[str, str], stores: Mapping[str, str]) -> Any:
    """A node with other names; the blocks of a statement are left alone."""
    if isinstance(node, gast.Name):
        new = (loads if isinstance(node.ctx, gast.Load) else stores).get(node.id)
        return node if new is None else tree.replace(node, id=new)
    changes: dict[str, Any] = {}
    for field in FIELDS[type(node)]:
        value = getattr(node, field, None)
        if type(value) is list and not (field in tree.BLOCKS and isinstance(node, gast.stmt)):
            renamed = [_renamed(v, loads, stores) if isinstance(v, ast.AST) else v for v in value]
            if not tree.same(value, renamed):
                changes[field] = renamed
        elif isinstance(value, ast.AST):
            new = _renamed(value, loads, stores)
            if new is not value:
                changes[field] = new
    return tree.replace(node, **changes) if changes else node
