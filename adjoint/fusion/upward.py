"""Let innermost loops count up where the order of their trips does not matter: a processor does several at a time then.

    >>> from adjoint.fusion import example
    >>> example.show(upward, '''
    ... def f(a, g):
    ...     x_bar = np.zeros_like(a)
    ...     for j in range(len(a) - 2, -1, -1):
    ...         t = g * a[j]
    ...         x_bar[j + 1] += t
    ...         x_bar[j] -= t
    ...     return x_bar
    ... ''', a="float64 a", g="float64")
    def f(a, g):
        x_bar = np.zeros_like(a)
        for j in range(len(a) - 1):
            t = g * a[j]
            x_bar[j + 1] += t
            x_bar[j] -= t
        return x_bar

Reverse sweeps go through loops backwards. The order matters where a trip reads what another one writes; sums may be
taken in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast

from adjoint.fusion.accesses import varies_alike
from adjoint.fusion.context import Context, plus
from adjoint.fusion.innermost import Innermost, Use
from adjoint.fusion.ranges import Ranges, ends_of
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, names_in


def upward(fn: core.Function, context: Context) -> core.Function:
    """Turn the loops that count down and need not."""
    if not any(_counts_down(stmt) for stmt in fn.statements):
        return fn
    return context.scope.done(_Turn(fn, context).block(fn.tree.body))


def _counts_down(stmt: Any) -> bool:
    return isinstance(stmt, gast.For) and (ends := ends_of(stmt)) is not None and ends[2] < 0


class _Turn:
    def __init__(self, fn: core.Function, context: Context) -> None:
        self.context = context
        self.ranges = Ranges(fn, context)
        self.mentions = _mentions(fn.tree.body)

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [self.statement(stmt) for stmt in block]

    def statement(self, stmt: Any) -> Any:
        if not isinstance(stmt, tree.COMPOUND) or isinstance(stmt, gast.FunctionDef):
            return stmt
        inner = Innermost.of(stmt) if _counts_down(stmt) else None
        if inner is None:
            return tree.map_blocks(stmt, self.block)
        return self.turned(stmt) if self.is_free(inner) else stmt

    def turned(self, loop: Any) -> Any:
        first, last, _ = ends_of(loop) or (None, None, 0)
        low, high = plus(core.copy(last), 1), plus(core.copy(first), 1)
        ends = [high] if core.is_constant(low) and core.constant_value(low) == 0 else [low, high]
        return changed(loop, iter=core.call(core.copy(loop.iter.func), *ends))

    def is_free(self, inner: Innermost) -> bool:
        """May the trips come in any order?"""
        body = inner.loop.body
        if not self.context.is_pure(*(h for stmt in body for h in core.heads(stmt))):
            return False
        own = _mentions([inner.loop])
        if own[inner.variable] != self.mentions[inner.variable]:
            return False
        if not all(self.is_own(name, inner, own) for name in inner.bound - {inner.variable}):
            return False
        stores = [use for use in inner.uses if use.how != "read"]
        memory = self.context.memory
        if any(memory.may_share(s.name, n) for s in stores for n in inner.whole if self.context.is_memory(n)):
            return False
        return all(self.is_apart(s, use, inner) for s in stores for use in inner.uses)

    def is_own(self, name: str, inner: Innermost, own: Counter[str]) -> bool:
        """Is a name bound in each trip before it is read, and read nowhere else; or only added to?"""
        if self.context.is_memory(name):
            return False
        binds = [stmt for stmt in inner.loop.body if name in core.names_bound(stmt)]
        if all(isinstance(s, gast.AugAssign) and isinstance(s.op, (gast.Add, gast.Sub)) for s in binds):
            return own[name] == len(binds) and all(name not in names_in(s.value) for s in binds)
        if own[name] != self.mentions[name] or not isinstance(binds[0], gast.Assign):
            return False
        ahead = inner.loop.body[: inner.loop.body.index(binds[0])]
        return name not in names_in(binds[0].value, *ahead)

    def is_apart(self, store: Use, use: Use, inner: Innermost) -> bool:
        """Does no trip access by the one what another trip accesses by the other, unless both add?"""
        if not self.context.memory.may_share(store.name, use.name) or (store.how == use.how == "add"):
            return True
        if store.name != use.name or len(store.index) != len(use.index):
            return False
        if any(
            varies_alike(a, b, inner.variable) and self.ranges.is_index(a)
            for a, b in zip(store.index, use.index, strict=True)
        ):
            return True
        return self.ranges.differ(store.index, use.index, inner.variable)


def _mentions(block: Sequence[Any]) -> Counter[str]:
    return Counter(n.id for n in core.walk(*block) if isinstance(n, gast.Name))
