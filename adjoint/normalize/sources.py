"""What a loop runs over, as a number of trips and the element of each: sequences, `enumerate`, `zip`, `reversed`.

>>> from adjoint.normalize.example import function, written
>>> fn = function("for i, (a, b) in enumerate(zip(xs, ys), 1): pass")
>>> out = []
>>> source = Sources(Scope(fn)).of(fn.tree.body[0].iter, fn.tree.body[0], frozenset(), out)
>>> written(source.count), written(source.element(core.load("k")))
('min(len(xs), len(ys))', '(k + 1, (xs[k], ys[k]))')
"""

from __future__ import annotations

from collections.abc import Callable
from enum import EnumType
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.normalize.grids import GRIDS, grid
from adjoint.normalize.scope import MISSING, Scope
from adjoint.rules import registry
from adjoint.syntax import core

# Methods of texts that give lists.
CUTS = ("split", "rsplit", "splitlines")


@dataclass(frozen=True)
class Source:
    """`count` is the number of trips (each use needs a copy), `element` gives the value of trip k."""

    count: Any
    element: Callable[[Any], Any]


class Sources:
    """Tells what can be walked by index; the names that this needs are bound by statements put into `out`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def of(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Source | None:
        """The source that an iterable is; None where its elements have no index. The body binds `rebound`."""
        if isinstance(node, gast.Call) and not any(isinstance(a, gast.Starred) for a in node.args):
            callee, count = self.scope.resolved(core.path_of(node.func)), len(node.args)
            plain = not node.keywords
            if callee is enumerate and count:
                return self._enumerate(node, stmt, rebound, out)
            if callee is zip and count and (plain or [k.arg for k in node.keywords] == ["strict"]):
                return self._zip(node, stmt, rebound, out)
            if callee is reversed and plain and count == 1:
                return self._reversed(node, stmt, rebound, out)
            if callee in GRIDS and (found := grid(node, stmt, callee, self, rebound, out)) is not None:
                return Source(*found)
            if callee is range and plain and count in (1, 2):
                return self._range(node, stmt, rebound, out)
        return self._sequence(node, stmt, rebound, out) if self.is_sequence(node) else None

    def is_sequence(self, node: Any) -> bool:
        """True of an iterable that takes an index: all but dictionaries and what calls of unknown functions give."""
        if isinstance(node, gast.Call):
            callee = self.scope.resolved(core.path_of(node.func))
            if callee is not MISSING:
                return callee in (range, list, tuple, sorted) or registry.is_pure(callee)
            return isinstance(node.func, gast.Attribute) and node.func.attr in (*registry.METHODS, *CUTS)
        return not isinstance(node, gast.Dict)

    def _is_iterator(self, node: Any) -> bool:
        """True of `np.ndindex(…)`, which ends but has no index."""
        callee = self.scope.resolved(core.path_of(node.func)) if isinstance(node, gast.Call) else None
        return isinstance(callee, type) and hasattr(callee, "__next__")

    def _enumerate(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Source | None:
        inner = self.of(node.args[0], stmt, rebound, out)
        starts = [*node.args[1:], *(k.value for k in node.keywords if k.arg == "start")]
        if inner is None:
            return None
        start = self.atom(starts[0], stmt, rebound, out) if starts else core.const(0)
        return Source(inner.count, lambda k: core.tuple_([_plus(k, start), inner.element(core.copy(k))], node))

    def _zip(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Source | None:
        sources = [self.of(arg, stmt, rebound, out) for arg in node.args]
        known = [source for source in sources if source is not None]
        if len(known) < len(sources):
            return None
        counts = [source.count for source in known]
        if node.keywords and core.is_constant(strict := node.keywords[0].value) and core.constant_value(strict):
            out += [self._as_long(counts[0], count, stmt) for count in counts[1:]]
            counts = counts[:1]
        elif node.keywords and not core.is_constant(strict):
            return None
        count = counts[0] if len(counts) == 1 else self.scope.call("min", *counts, at=node)
        return Source(count, lambda k: core.tuple_([source.element(core.copy(k)) for source in known], node))

    def _as_long(self, count: Any, other: Any, stmt: Any) -> Any:
        """What `zip(…, strict=True)` does where its arguments differ in length."""
        test = core.compare(core.copy(count), gast.NotEq, core.copy(other), at=stmt)
        error = self.scope.call("ValueError", core.const("zip() arguments differ in length"), at=stmt)
        return core.if_(test, [core.place(gast.Raise(error, None), stmt)], at=stmt)

    def _reversed(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Source | None:
        inner = self.of(node.args[0], stmt, rebound, out)
        if inner is None:
            return None
        last = minus(core.copy(inner.count), core.const(1), node)
        if not core.is_atom(last):
            last = self.held(last, stmt, out)
        return Source(inner.count, lambda k: inner.element(core.binary(core.copy(last), gast.Sub, k, node)))

    def _range(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Source:
        bounds = [self.atom(arg, stmt, rebound, out) for arg in node.args]
        if len(bounds) == 1:
            return Source(bounds[0], lambda k: k)
        start, stop = bounds
        count = minus(stop, start, node)
        return Source(count, lambda k: _plus(k, start))

    def _sequence(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Source:
        if self._is_iterator(node) or isinstance(self.scope.resolved(core.path_of(node)), EnumType):
            node = self.scope.call("list", node, at=node)
        base = node if core.is_name(node) and node.id not in rebound else self.held(node, stmt, out)
        return Source(
            self.scope.call("len", core.load(base.id, node), at=node),
            lambda k: core.element(core.load(base.id, node), k, node),
        )

    def atom(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Any:
        """The value at entry: the body does not change it."""
        stays = core.is_constant(node) or (core.is_name(node) and node.id not in rebound)
        return node if stays else self.held(node, stmt, out)

    def held(self, node: Any, stmt: Any, out: list[Any]) -> Any:
        name = self.scope.fresh()
        out.append(core.bind(name, node, stmt))
        return core.load(name, node)


def _plus(k: Any, start: Any) -> Any:
    if core.is_constant(start) and core.constant_value(start) == 0:
        return core.copy(k)
    return core.binary(core.copy(k), gast.Add, core.copy(start), k)


def minus(left: Any, right: Any, at: Any) -> Any:
    """`left - right`, worked out where both are whole numbers."""
    if core.is_constant(left) and core.is_constant(right):
        values = core.constant_value(left), core.constant_value(right)
        if all(type(v) is int for v in values):
            return core.const(values[0] - values[1], at)
    return core.binary(left, gast.Sub, right, at)


def targets(target: Any, value: Any) -> list[tuple[Any, Any]]:
    """Pairs of targets and values, taken apart as far as both are written out."""
    parts = (gast.Tuple, gast.List)
    if any(isinstance(t, gast.Starred) for t in getattr(target, "elts", ())):
        return [(target, value)]
    if isinstance(target, parts) and isinstance(value, gast.Tuple) and len(target.elts) == len(value.elts):
        return [pair for t, v in zip(target.elts, value.elts) for pair in targets(t, v)]
    return [(target, value)]
