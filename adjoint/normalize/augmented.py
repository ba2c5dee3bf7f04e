"""Spell out an augmented assignment to a cell or attribute, but `+=` and `-=` of a cell.

    >>> from adjoint.normalize.example import show
    >>> show(augmented, '''
    ... def f(x, A, i, g):
    ...     x *= 2
    ...     A[i] += x
    ...     A[i] *= x
    ...     A[2 * i + 1] -= g(A)
    ...     A[g(i)].rate /= 3
    ... ''')
    def f(x, A, i, g):
        x *= 2
        A[i] += x
        t = A[i]
        t *= x
        A[i] = t
        t_1 = A[2 * i + 1]
        t_1 -= g(A)
        A[2 * i + 1] = t_1
        t_2 = A[g(i)]
        t_3 = t_2.rate
        t_3 /= 3
        t_2.rate = t_3

`A[i] op= e` reads `A[i]` before it evaluates e, which matters where e has an effect. What stands in a list, a
dictionary or an attribute may be an array that others see too: it is changed in place, then stored. Where the kinds say
that A is an array, the store alone changes its cells (`differentiate.prepare`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import order, tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core

# What is not worked out a second time.
AGAIN = (gast.Call, gast.Subscript, gast.NamedExpr, gast.ListComp, gast.BoolOp, gast.IfExp)


def augmented(fn: core.Function) -> core.Function:
    """Leave `name op= e`, `name[index] += e` and `name[index] -= e`, the latter two with e free of effects."""
    scope = Scope(fn)
    return scope.done(_Augmented(scope).block(fn.tree.body))


class _Augmented:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        if isinstance(stmt, tree.COMPOUND):
            return [tree.map_blocks(stmt, self.block)]
        match stmt:
            case gast.AugAssign(target=gast.Name()):
                return self._name(stmt)
            case gast.AugAssign(target=gast.Subscript()):
                return self._cell(stmt)
            case gast.AugAssign():
                return self._attribute(stmt)
        return [stmt]

    def _name(self, stmt: Any) -> list[Any]:
        name = stmt.target.id
        if name not in self.scope.rebinds(stmt.value):
            return [stmt]
        # `x += (x := e)` adds to what x was before.
        out: list[Any] = []
        before = self._held(core.load(name, stmt.target), out, stmt)
        return [*out, *self._in_place(before, stmt), core.bind(name, core.copy(before), stmt)]

    def _cell(self, stmt: Any) -> list[Any]:
        out: list[Any] = []
        base = stmt.target.value
        base = base if core.is_name(base) else self._held(base, out, stmt)
        effect = self.scope.has_effect(stmt.value)
        if isinstance(stmt.op, (gast.Add, gast.Sub)) and not effect:
            return [*out, tree.replace(stmt, target=tree.replace(stmt.target, value=base))] if out else [stmt]
        index = self._index(stmt.target.slice, self.scope.rebinds(stmt.value), out, stmt)
        old = core.item(base, index, stmt.target)
        target = core.cell(base.id, core.copy(index), stmt.target)
        if isinstance(index, (gast.Slice, gast.Tuple)):  # of an array, whose cells the store changes
            value = stmt.value
            if effect:
                old = self._held(old, out, stmt)
                value = self._held(value, out, stmt)
            return [*out, _assign(target, core.binary(old, stmt.op, value, stmt), stmt)]
        before = self._held(old, out, stmt)
        return [*out, *self._in_place(before, stmt), _assign(target, core.copy(before), stmt)]

    def _attribute(self, stmt: Any) -> list[Any]:
        out: list[Any] = []
        base = stmt.target.value
        base = base if core.is_name(base) else self._held(base, out, stmt)
        before = self._held(core.attribute(base, stmt.target.attr, stmt.target), out, stmt)
        target = tree.replace(stmt.target, value=core.copy(base))
        return [*out, *self._in_place(before, stmt), _assign(target, core.copy(before), stmt)]

    def _in_place(self, name: Any, stmt: Any) -> list[Any]:
        return [core.place(gast.AugAssign(core.store(name.id, name), stmt.op, stmt.value), stmt)]

    def _index(self, index: Any, rebound: frozenset[str], out: list[Any], stmt: Any) -> Any:
        """An index that can be written twice: its calls and what the value rebinds are worked out before."""
        if isinstance(index, (gast.Tuple, gast.Slice)):
            new = [self._index(part, rebound, out, stmt) for part in order.parts(index)]
            return order.with_parts(index, new)
        again = any(isinstance(node, AGAIN) for node in tree.walk(index)) or rebound & tree.read(index)
        return self._held(index, out, stmt) if again else index

    def _held(self, value: Any, out: list[Any], stmt: Any) -> Any:
        name = self.scope.fresh()
        out.append(core.bind(name, _loaded(value), stmt))
        return core.load(name, value)


def _loaded(value: Any) -> Any:
    """A target as an expression that is read."""
    return (
        value
        if isinstance(getattr(value, "ctx", None), (gast.Load, type(None)))
        else tree.replace(value, ctx=gast.Load())
    )


def _assign(target: Any, value: Any, stmt: Any) -> Any:
    return core.place(gast.Assign([target], value, None), stmt)
