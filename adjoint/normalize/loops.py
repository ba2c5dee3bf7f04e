"""Loops over sequences become loops over a range, each with a variable of its own.

    >>> from adjoint.normalize.example import show
    >>> show(loops, '''
    ... def f(xs, ys, n):
    ...     for i, (x, y) in enumerate(zip(xs, ys)):
    ...         n += x * y * i
    ...     for j in range(n):
    ...         n -= 1
    ...     for x in reversed(xs):
    ...         n += x
    ...     return n + j
    ... ''')
    def f(xs, ys, n):
        for i in range(min(len(xs), len(ys))):
            x = xs[i]
            y = ys[i]
            n += x * y * i
        t = n
        for j_1 in range(t):
            j = j_1
            n -= 1
        for k in range(len(xs) - 1, -1, -1):
            x = xs[k]
            n += x
        return n + j

The user's variable stays the loop's where nothing else binds it in the loop and nothing reads it after: else an empty
loop would leave it as it was, and a loop that ran would leave its last value. What `range` is given is evaluated at
entry, and does not change in the body.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.normalize.sources import Sources, minus, targets
from adjoint.syntax import core

RESIZING = (
    "append",
    "extend",
    "insert",
    "pop",
    "remove",
    "clear",
    "__delitem__",
    "appendleft",
    "popleft",
    "extendleft",
)


def loops(fn: core.Function) -> core.Function:
    """Leave loops over `range(...)` (or over the name of something without index), each with its own variable."""
    scope = Scope(fn)
    return scope.done(_Loops(scope).block(fn.tree.body))


class _Loops:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.sources = Sources(scope)

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        if not isinstance(stmt, tree.COMPOUND):
            return [stmt]
        return self._loop(stmt) if isinstance(stmt, gast.For) else [tree.map_blocks(stmt, self.block)]

    def _loop(self, loop: Any) -> list[Any]:
        out: list[Any] = []
        # What `range` is given by name is a number, and no list whose length might change.
        plain = self._is_range(loop.iter) and all(map(core.is_atom, loop.iter.args))
        resized = _resized(loop.body) if not plain and self._resizes else NOTHING
        if core.is_name(loop.iter) and loop.iter.id in resized:
            return self._generic(loop, out)
        rebound = core.identifiers(loop.target)[1] | self._bound_in(loop) | resized | self.scope.shared
        if self._is_range(loop.iter):
            iterable = self._range(loop.iter, loop, rebound, out)
            return [*out, self._over(loop, iterable, lambda k: k, "k")]
        backward = self._backward(loop, rebound, out)
        if backward is not None:
            return [*out, backward]
        named: list[Any] = []  # of no use where the sequence turns out to take no index
        source = self.sources.of(loop.iter, loop, rebound, named)
        if source is None:
            return self._generic(loop, out)
        out += named
        iterable = self.scope.call("range", core.copy(source.count), at=loop.iter)
        return [*out, self._over(loop, iterable, source.element, "k")]

    def _over(self, loop: Any, iterable: Any, element: Any, stem: str) -> Any:
        """The loop over a range, its targets bound to the element of each trip; "" is the variable to be named."""
        pairs = targets(loop.target, element(core.load("", loop.target)))
        own = [t.id for t, v in pairs if core.is_name(t) and core.is_name(v, "") and self._is_own(t.id, loop)]
        called = core.is_name(pairs[0][0]) and core.is_name(pairs[0][1], "")
        name = own[0] if own else self.scope.fresh(pairs[0][0].id if called else stem)
        pairs = targets(loop.target, element(core.load(name, loop.target)))
        binds = [core.place(gast.Assign([t], v, None), loop) for t, v in pairs if self._is_wanted(t, v)]
        return core.for_(name, iterable, [*binds, *self.block(loop.body)], loop)

    def _is_wanted(self, target: Any, value: Any) -> bool:
        """Must a target be bound: is it a name that is read, and no other name of the value?"""
        return not core.is_name(target) or not core.is_name(value, target.id) and self.scope.is_read(target.id)

    def _generic(self, loop: Any, out: list[Any]) -> list[Any]:
        """A loop over something that takes no index."""
        iterable = loop.iter if core.is_name(loop.iter) else self.sources.held(loop.iter, loop, out)
        if core.is_name(loop.target) and self._is_own(loop.target.id, loop):
            return [*out, tree.replace(loop, iter=iterable, body=self.block(loop.body))]
        name = self.scope.fresh("item")
        bind = core.place(gast.Assign([loop.target], core.load(name, loop), None), loop)
        return [*out, core.for_(name, iterable, [bind, *self.block(loop.body)], loop)]

    def _is_range(self, node: Any) -> bool:
        return isinstance(node, gast.Call) and self.scope.resolved(core.path_of(node.func)) is range

    def _range(self, node: Any, stmt: Any, rebound: frozenset[str], out: list[Any]) -> Any:
        """The range, with copies of the names that the body binds; what comes before a copy is worked out first."""
        last = max((k for k, arg in enumerate(node.args) if tree.read(arg) & rebound), default=-1)
        args = [self.sources.atom(a, stmt, rebound, out) if k <= last else a for k, a in enumerate(node.args)]
        return tree.replace(node, args=args) if last >= 0 else node

    def _backward(self, loop: Any, rebound: frozenset[str], out: list[Any]) -> Any:
        """A loop over `reversed(xs)` or `reversed(range(n))`, which counts down; None for any other."""
        node = loop.iter
        known = isinstance(node, gast.Call) and self.scope.resolved(core.path_of(node.func)) is reversed
        if not known or len(node.args) != 1 or node.keywords:
            return None
        inner = node.args[0]
        if self._is_range(inner) and len(inner.args) > 1:
            return self._down(loop, inner, rebound, out) if len(inner.args) == 2 else None
        named: list[Any] = []
        source = self.sources.of(inner, loop, rebound, named)
        if source is None:
            return None
        out += named
        iterable = self.scope.call(
            "range", minus(core.copy(source.count), core.const(1), node), core.const(-1), core.const(-1), at=node
        )
        return self._over(loop, iterable, source.element, "k")

    def _down(self, loop: Any, node: Any, rebound: frozenset[str], out: list[Any]) -> Any:
        """`reversed(range(a, b))` -> `range(b - 1, a - 1, -1)`."""
        low, high = (minus(self.sources.atom(arg, loop, rebound, out), core.const(1), node) for arg in node.args)
        iterable = self.scope.call("range", high, low, core.const(-1), at=node)
        return self._over(loop, iterable, lambda k: k, "k")

    # Whose variable it is

    def _is_own(self, name: str, loop: Any) -> bool:
        """True where only this loop binds the name as far as it is read."""
        return name not in self._outside and name not in self.scope.shared and name not in self._bound_in(loop)

    def _bound_in(self, loop: Any) -> frozenset[str]:
        """The names that the body of a loop binds anywhere."""
        mentions = self.scope.fn.mentions
        return NOTHING.union(*[mentions[stmt][1] for stmt in core.statements(loop.body)])

    @cached_property
    def _outside(self) -> set[str]:
        """The names that some statement reads which stands in no body of a loop that binds them."""
        found: set[str] = set()
        self._add_outside(self.scope.fn.tree.body, NOTHING, found)
        return found

    def _add_outside(self, block: Sequence[Any], own: frozenset[str], found: set[str]) -> None:
        reads = self.scope.fn.reads
        for stmt in block:
            found |= reads[stmt] - own
            if isinstance(stmt, gast.For):
                self._add_outside(stmt.body, own | core.identifiers(stmt.target)[1], found)
                self._add_outside(stmt.orelse, own, found)
            else:
                for inner in core.blocks(stmt):
                    self._add_outside(inner, own, found)

    @cached_property
    def _resizes(self) -> bool:
        """May any list of the function become longer or shorter by a method?"""
        return bool(_resized(self.scope.fn.tree.body))


NOTHING: frozenset[str] = frozenset()


def _resized(body: Sequence[Any]) -> frozenset[str]:
    """Names of lists that a body makes longer or shorter: iteration notices that, a count taken at entry does not."""
    callees = (n.func for n in tree.walk(*body) if isinstance(n, gast.Call) and isinstance(n.func, gast.Attribute))
    return frozenset(c.value.id for c in callees if c.attr in RESIZING and core.is_name(c.value))
