"""Take assignments with several targets apart.

    >>> from adjoint.normalize.example import show
    >>> show(unpack, '''
    ... a = b = x + 1
    ... a, b = b, a
    ... a, b = b, a + b
    ... c, d = x, y + 1
    ... (a, b), A[0] = g(x)
    ... ''')
    a = x + 1
    b = a
    a, b = (b, a)
    t = a + b
    a = b
    b = t
    c = x
    d = y + 1
    t_1, t_2 = g(x)
    a, b = t_1
    A[0] = t_2

A permutation of names stays as it is: arrays that are swapped keep what is known of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import starred, tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core

SEVERAL = (gast.Tuple, gast.List)


def unpack(fn: core.Function) -> core.Function:
    """Leave one target to an assignment, or several distinct names."""
    scope = Scope(fn)
    return scope.done(_block(fn.tree.body, scope))


def _block(stmts: Sequence[Any], scope: Scope) -> list[Any]:
    return [new for stmt in stmts for new in _statement(stmt, scope)]


def _statement(stmt: Any, scope: Scope) -> list[Any]:
    if isinstance(stmt, tree.COMPOUND):
        return [tree.map_blocks(stmt, lambda inner: _block(inner, scope))]
    return _assign(stmt, scope) if isinstance(stmt, gast.Assign) else [stmt]


def _assign(stmt: Any, scope: Scope) -> list[Any]:
    if len(stmt.targets) > 1:
        return _chained(stmt, scope)
    target, value = stmt.targets[0], stmt.value
    if not isinstance(target, SEVERAL):
        return [stmt]
    if any(isinstance(t, gast.Starred) for t in target.elts):
        pairs, out = starred.parts(stmt, target.elts, value, scope)
        return [*out, *(new for t, v in pairs for new in _each(t, v, stmt, scope))]
    if not isinstance(value, SEVERAL) or len(value.elts) != len(target.elts):
        return _several(stmt, target.elts, value, scope)
    if _is_permutation(target.elts, value.elts):
        return [core.bind_several([t.id for t in target.elts], tree.replace(_tuple(value)), stmt)]
    return _parallel(stmt, target.elts, value.elts, scope)


def _tuple(value: Any) -> Any:
    return value if isinstance(value, gast.Tuple) else core.tuple_(value.elts, value)


def _each(target: Any, value: Any, stmt: Any, scope: Scope) -> list[Any]:
    return [value] if target is None else _one(target, value, stmt, scope)


def _one(target: Any, value: Any, stmt: Any, scope: Scope) -> list[Any]:
    return _assign(core.place(gast.Assign([target], value, None), stmt), scope)


def _chained(stmt: Any, scope: Scope) -> list[Any]:
    """`x = y = e`: e is evaluated once, then the targets are bound from left to right."""
    first, *rest = stmt.targets
    value, out = stmt.value, []
    again = tree.bound(*rest[:-1]) if core.is_name(first) else tree.bound(first, *rest[:-1])
    if core.is_name(first) and first.id not in again and not core.is_atom(value):
        out.append(core.bind(first.id, value, stmt))
        value = core.load(first.id, stmt)
    else:
        again |= tree.bound(first)
        if not core.is_constant(value) and not (core.is_name(value) and value.id not in again):
            value = _held(value, out, stmt, scope)
        out += _one(first, value, stmt, scope)
    for target in rest:
        out += _one(target, core.copy(value), stmt, scope)
    return out


def _several(stmt: Any, targets: Sequence[Any], value: Any, scope: Scope) -> list[Any]:
    """Unpack a value: names at once, other targets by way of temporaries."""
    ids = [t.id for t in targets if core.is_name(t)]
    last = {name: k for k, name in enumerate(t.id if core.is_name(t) else None for t in targets)}
    clash = len(set(ids)) < len(ids) or set(ids) & tree.bound(*(t for t in targets if not core.is_name(t)))
    names, later = [], []
    for k, target in enumerate(targets):
        if core.is_name(target) and not clash:
            names.append(target.id)
        elif core.is_name(target) and last[target.id] > k and len(ids) == len(targets):
            names.append(scope.fresh("unused"))
        elif core.is_name(target) and len(ids) == len(targets):
            names.append(target.id)
        else:
            names.append(scope.fresh())
            later += _one(target, core.load(names[-1], target), stmt, scope)
    return [core.bind_several(names, value, stmt), *later]


def _is_permutation(targets: Sequence[Any], values: Sequence[Any]) -> bool:
    if not all(core.is_name(node) for node in (*targets, *values)):
        return False
    names = [t.id for t in targets]
    return len(set(names)) == len(names) and sorted(names) == sorted(v.id for v in values)


def _parallel(stmt: Any, targets: Sequence[Any], values: Sequence[Any], scope: Scope) -> list[Any]:
    """All values are evaluated, then the targets are bound from left to right."""
    if _is_sequence(targets, values):
        return [new for t, v in zip(targets, values) for new in _one(t, v, stmt, scope)]
    out: list[Any] = []
    held: list[Any] = []
    for k, value in enumerate(values):
        copied = core.is_name(value) and value.id in tree.bound(*targets[:k])
        if copied or not core.is_atom(value):
            if k == len(values) - 1 and _goes_last(targets, held):
                return [*out, core.bind(targets[-1].id, value, stmt), *_bind(targets[:-1], held, stmt, scope)]
            value = _held(value, out, stmt, scope)
        held.append(value)
    return [*out, *_bind(targets, held, stmt, scope)]


def _bind(targets: Sequence[Any], values: Sequence[Any], stmt: Any, scope: Scope) -> list[Any]:
    return [new for t, v in zip(targets, values) for new in _one(t, v, stmt, scope)]


def _is_sequence(targets: Sequence[Any], values: Sequence[Any]) -> bool:
    """True where no value sees what an earlier target changes."""
    bound: set[str] = set()
    stored = False
    for target, value in zip(targets, values):
        if bound & tree.read(value) or (stored and not core.is_atom(value)):
            return False
        bound |= tree.bound(target)
        # Unpacking runs the value's iterator: nothing else may come after it.
        stored |= not core.is_name(target)
    return True


def _goes_last(targets: Sequence[Any], held: Sequence[Any]) -> bool:
    """True where the last target may be bound before the others."""
    *others, last = targets
    if not core.is_name(last):
        return False
    return last.id not in tree.read(*others, *held) | tree.bound(*others)


def _held(value: Any, out: list[Any], stmt: Any, scope: Scope) -> Any:
    name = scope.fresh()
    out.append(core.bind(name, value, stmt))
    return core.load(name, value)
