"""Which names may share memory, and which of these classes are changed in place.

Names are put into one class by every bind that may alias (`y = x`, `v = x[1:]`, `x.T`, a tuple of arrays). Names that
are only swapped (`a, b = b, a`) hold each other's arrays in turn and so belong together, but never to the same array
at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import Callee, callee_of, result_of
from adjoint.analysis.containers import CONTAINERS, change_of, is_maker, is_nested, is_object, shares_items
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.indexing import is_basic
from adjoint.analysis.kinds import Array, DictOf, Kind, ListOf, MaybeNumber, Number, OneOf, Static, TupleOf
from adjoint.classes import dataclass
from adjoint.rules import registry
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import stored_name as stored_name


@dataclass(frozen=True)
class Classes:
    """A partition of the names that may hold arrays."""

    root: Mapping[str, str]
    members: Mapping[str, frozenset[str]]
    changed: frozenset[str]  # roots of the classes in which a cell is stored to
    swapped: frozenset[str]  # names bound by swaps and by fresh arrays only
    sites: Mapping[str, frozenset[str]]  # the places of birth of the arrays that a name may hold
    rewritten: frozenset[str] = frozenset()  # roots of the classes in which a cell of an array may be

    def of(self, name: str) -> str:
        """The representative of a name's class."""
        return self.root.get(name, name)

    def mates(self, name: str) -> frozenset[str]:
        """All names of a name's class, itself included."""
        return self.members.get(self.of(name), frozenset([name]))

    def is_changed(self, name: str) -> bool:
        return self.of(name) in self.changed

    def is_rewritten(self, name: str) -> bool:
        """May the cells of an array of a name's class change? What changes a list or dictionary changes none."""
        return self.of(name) in self.rewritten

    def changed_mates(self, name: str) -> frozenset[str]:
        """The class of a name, if it is changed in place: its members see one another's changes."""
        return self.mates(name) if self.is_changed(name) else frozenset()

    def may_overlap(self, a: str, b: str) -> bool:
        """May two names hold the same memory at one time?"""
        if a == b:
            return True
        if a in self.swapped and b in self.swapped:
            return False
        return not self.sites.get(a, frozenset([a])).isdisjoint(self.sites.get(b, frozenset([b])))


def alias_classes(fn: core.Function, kinds: Mapping[str, Kind]) -> Classes:
    """The alias classes of a Core function."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.get(name, name) != name:
            root[name] = root.get(root[name], root[name])
            name = root[name]
        return name

    def unite(a: str, b: str) -> None:
        ra, rb = find(a), find(b)
        if ra != rb:
            root[max(ra, rb)] = min(ra, rb)

    permuted: list[set[str]] = []
    aliased: set[str] = set()
    given: set[str] = set()  # names to which an alias of another name is bound
    stores = {*fn.stores.values(), *grown_in(fn, kinds).values()}
    edges: list[tuple[str, str]] = []
    copied: set[tuple[str, str]] = set()  # those of which the second holds what the first does, and never the first
    for stmt in fn.statements:
        if is_swap(stmt):
            names = [t.id for t in stmt.targets[0].elts]
            permuted.append(set(names))
            for other in names[1:]:
                unite(names[0], other)
                edges += [(names[0], other), (other, names[0])]
            continue
        for target, source in alias_pairs(stmt, kinds, fn.bindings):
            aliased.update((target, source))
            given.add(target)
            unite(target, source)
            edges.append((source, target))
            if _copies_items(stmt, kinds, fn.bindings) and not is_nested(kinds.get(source)):
                copied.add((source, target))
    members: dict[str, set[str]] = {}
    for name in {*root, *stores, *aliased}.union(*permuted):
        members.setdefault(find(name), set()).add(name)
    return Classes(
        {name: find(name) for names in members.values() for name in names},
        {r: frozenset(names) for r, names in members.items()},
        frozenset(find(n) for n in stores),
        _swapped_only(permuted, given),
        _sites(fn, edges, members, copied, kinds),
        frozenset(find(n) for n in fn.stores.values() if not isinstance(kinds.get(n), CONTAINERS)),
    )


def _swapped_only(permuted: list[set[str]], given: set[str]) -> frozenset[str]:
    """Names of swaps, but those among which an alias may have come: what one was given, any may hold afterwards."""
    apart = set().union(*permuted) - given
    mixed = [names for names in permuted if not names <= apart]
    while mixed:
        apart = apart.difference(*mixed)
        mixed = [names for names in permuted if names & apart and not names <= apart]
    return frozenset(apart)


def _makes_container(stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    written = isinstance(getattr(stmt, "value", None), (gast.List, gast.Dict))
    return written or _copies_items(stmt, kinds, bindings)


def _copies_items(stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    """Does a statement make a list of what another holds: `list(ws)`, `ws[1:]`, `ws + [x]`?"""
    value = getattr(stmt, "value", None)
    if isinstance(value, gast.Subscript):
        return isinstance(value.slice, gast.Slice)
    if isinstance(value, gast.BinOp):
        return True
    callee = callee_of(value, kinds, bindings) if isinstance(value, gast.Call) else None
    return callee is not None and is_maker(callee.primitive)


def _sites(
    fn: core.Function,
    edges: list[tuple[str, str]],
    members: Mapping[str, set[str]],
    copied: set[tuple[str, str]],
    kinds: Mapping[str, Kind],
) -> dict[str, frozenset[str]]:
    """Where what each name may hold was born: a parameter, or the name that a fresh array or container was bound to."""
    aliases = {(target, source) for source, target in edges}
    sources: dict[str, list[str]] = {}
    for target, source in aliases:
        sources.setdefault(target, []).append(source)
    found: dict[str, set[str]] = {n: set() for names in members.values() for n in names}
    born = _born(fn, sources, kinds)
    for name in found:
        if name not in sources or name in fn.params or name in born:
            found[name].add(name)
    settled = False
    while not settled:
        settled = True
        for source, target in edges:
            sites = found[source]
            if (source, target) in copied:
                sites = {s for s in sites if not isinstance(kinds.get(s), CONTAINERS)}
            if not sites <= found[target]:
                found[target] |= sites
                settled = False
    return {name: frozenset(sites) for name, sites in found.items()}


def _born(fn: core.Function, sources: Mapping[str, list[str]], kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Names that are bound, somewhere, to what is no alias of another name, or to a container that is made there."""
    return frozenset(
        name
        for stmt in fn.statements
        if not is_swap(stmt)
        for name in fn.binds[stmt]
        if name not in sources
        or isinstance(kinds.get(name), CONTAINERS)
        and _makes_container(stmt, kinds, fn.bindings)
        or core.names_read(stmt).isdisjoint(sources[name])
    )


def is_swap(stmt: Any) -> bool:
    """True of `a, b = b, a` and its like: the same names on both sides."""
    if type(stmt) is not gast.Assign or type(stmt.value) is not gast.Tuple:
        return False
    match stmt:
        case gast.Assign(targets=[gast.Tuple(elts=targets)], value=gast.Tuple(elts=values)):
            return sorted(t.id for t in targets) == sorted(v.id for v in values if core.is_name(v))
    return False


def grown_name(stmt: Any, kinds: Mapping[str, Kind]) -> str | None:
    """The name of the container that a statement makes longer or shorter."""
    change = change_of(stmt, kinds)
    return None if change is None else change.name


def grown_in(fn: core.Function, kinds: Mapping[str, Kind]) -> dict[Any, str]:
    """The statements of a function that make a container longer or shorter, with its name."""
    found = ((stmt, grown_name(stmt, kinds)) for stmt in fn.calls)
    return {stmt: name for stmt, name in found if name is not None}


def stored_index(stmt: Any) -> Any:
    """The index that a store or accumulate writes at."""
    target = stmt.targets[0] if isinstance(stmt, gast.Assign) else stmt.target
    return target.slice


def puts(stmt: Any, name: str) -> bool:
    """Does a store leave the value of a name in the cells, rather than add it to what is there?"""
    return isinstance(stmt, gast.Assign) and core.is_name(stmt.value, name)


SCALARS = (Number, Static, OneOf, MaybeNumber)


def alias_pairs(stmt: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs (target, source) of names that may share memory after the statement."""

    def shares(name: str) -> bool:
        return not isinstance(kinds.get(name), (Number, Static, OneOf, MaybeNumber)) and not _is_scalars(
            kinds.get(name)
        )

    targets: list[str] = []
    value: Any = None
    match stmt:
        case gast.Assign(targets=[gast.Name(id=target)]):
            targets, value = [target], stmt.value
        case gast.Assign(targets=[gast.Tuple(elts=elements)]):
            targets, value = [e.id for e in elements], stmt.value
        case gast.For(iter=gast.Name()):
            targets, value = [stmt.target.id], stmt.iter
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=target))]) if holds_items(kinds.get(target)):
            targets, value = [target], stmt.value
        case gast.Expr() if (change := change_of(stmt, kinds)) is not None:
            targets, value = [change.name], change.item
    if value is None:
        return
    sources = [s for s in alias_sources(value, kinds, bindings) if shares(s)]
    yield from ((t, s) for t in targets if shares(t) for s in sources if s != t)


def holds_items(kind: Kind | None) -> bool:
    """Does a container hold what others may hold: arrays, containers, tuples with such in them?"""
    match kind:
        case ListOf(item=TupleOf(items=items)) | DictOf(item=TupleOf(items=items)):
            return any(map(is_object, items))
        case ListOf(item=item) | DictOf(item=item):
            return is_object(item)
    return False


def _is_scalars(kind: Kind | None) -> bool:
    match kind:
        case TupleOf():
            return all(isinstance(k, SCALARS) or _is_scalars(k) for k in kind.items)
    return False


def alias_sources(value: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> list[str]:
    """The names with which the value of an expression may share memory."""

    def kind(expr: Any) -> Kind | None:
        return kind_of_expression(expr, kinds, bindings)

    match value:
        case gast.Name():
            foreign = value.id in bindings and value.id not in kinds
            return [] if foreign and not isinstance(bindings[value.id], (np.ndarray, list)) else [value.id]
        case gast.Tuple() | gast.List():
            return [n for e in value.elts for n in alias_sources(e, kinds, bindings)]
        case gast.Dict():
            return [n for e in value.values for n in alias_sources(e, kinds, bindings)]
        case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="pop")) if isinstance(
            kinds.get(name), CONTAINERS
        ):
            return [name] if _given(value, kind(value)) else []
        case gast.IfExp():
            return [n for e in (value.body, value.orelse) for n in alias_sources(e, kinds, bindings)]
        case gast.Subscript(value=gast.Name(id=name)):
            source = kinds.get(name)
            if isinstance(kind(value), Number) or isinstance(source, CONTAINERS) and not _given(value, kind(value)):
                return []
            if isinstance(source, (TupleOf, *CONTAINERS)) or _may_be_view(value.slice, kind):
                return [name]
            return []
        case gast.BinOp() if not isinstance(kind(value), CONTAINERS):
            return []
        case gast.UnaryOp() | gast.Compare() | gast.Constant():
            return []
    callee = callee_of(value, kinds, bindings)
    if callee is None:
        return sorted(n for n in core.names_read(value) if n not in bindings)
    sweep, args = (callee.primitive, callee.args)
    if sweep is arrays.kept:
        sweep, args = bindings.get(args[0].id), args[1:]
    if (shared := getattr(sweep, "shared", None)) is not None:  # the forward sweep of a recursive function
        return [args[k].id for k in shared if core.is_name(args[k])]
    if is_maker(callee.primitive) and not shares_items(kind(value)):
        return []
    if _result_of(callee, kind) == "fresh" and not is_maker(callee.primitive):
        return []
    return [n for a in _given_to(callee) if core.is_name(a) for n in alias_sources(a, kinds, bindings)]


def _given_to(callee: Callee) -> list[Any]:
    """The arguments of a call, but for those of which its rule says that only their shape is read."""
    rule = registry.rule_of(callee.primitive)
    if rule is None or not rule.shaped or callee.starred:
        return [*callee.args, *callee.keywords.values()]
    try:
        bound = registry.bind(rule, callee.args, callee.keywords, method=callee.method)
    except registry.UnsupportedArgument:  # refused where the rule is written out
        return [*callee.args, *callee.keywords.values()]
    return [a for name, node in bound.items() if name not in rule.shaped for a in _several(node)]


def _several(node: Any) -> tuple[Any, ...]:
    return node if isinstance(node, tuple) else (node,)


def _given(item: Any, kind: Kind | None) -> bool:
    """Does a container give, as this item or part of it, what it holds itself?"""
    is_part = isinstance(item, gast.Subscript) and isinstance(item.slice, gast.Slice)
    return shares_items(kind) or not is_part and isinstance(kind, CONTAINERS)


def sharing_of(value: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> str:
    """Whether an expression's value is "fresh", a "view" of what `alias_sources` names (or it itself), or "maybe"."""
    if not alias_sources(value, kinds, bindings):
        return "fresh"
    match value:
        case gast.Name():
            return "view"
        case gast.IfExp():
            both = {sharing_of(e, kinds, bindings) for e in (value.body, value.orelse)}
            return both.pop() if len(both) == 1 else "maybe"
        case gast.Subscript(value=gast.Name(id=name)) if isinstance(kinds.get(name), CONTAINERS):
            return "fresh" if isinstance(value.slice, gast.Slice) else "view"
        case gast.Subscript():
            return "view" if is_basic(value.slice, lambda e: kind_of_expression(e, kinds, bindings)) else "maybe"
        case gast.Tuple() | gast.List() | gast.Dict():
            return "fresh"
    if isinstance(value, gast.Call) and change_of(core.bind("_", value), kinds) is not None:
        return "view"
    callee = callee_of(value, kinds, bindings)
    if callee is not None and is_maker(callee.primitive):
        return "fresh"  # a container of its own, whatever is in it
    if callee is None:
        return "maybe"
    return _result_of(callee, lambda e: kind_of_expression(e, kinds, bindings))


def _result_of(callee: Callee, kind: Callable[[Any], Kind | None]) -> str:
    """`np.einsum` gives a view of one operand alone (its transpose, its diagonal), never of one among several.

    `np.diag` makes a matrix of a vector, and a view of a matrix.
    """
    if callee.primitive is np.einsum and len(callee.args) > 2 and not callee.starred:
        return "fresh"
    if callee.primitive is np.diag and callee.args and isinstance(known := kind(callee.args[0]), Array):
        return "maybe" if known.rank is None else "fresh" if known.rank == 1 else "view"
    return result_of(callee)


def _may_be_view(index: Any, kind: Any) -> bool:
    if is_basic(index, kind):
        return True
    parts = index.elts if isinstance(index, gast.Tuple) else [index]
    found = [kind(p) for p in parts if not isinstance(p, gast.Slice)]
    return not any(isinstance(k, ListOf) or getattr(k, "shape", None) for k in found)
