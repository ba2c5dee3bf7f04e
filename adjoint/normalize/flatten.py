"""Give a name to the value of each operation: afterwards operands are names and constants.

    >>> from adjoint.normalize.example import show
    >>> import numpy as np
    >>> show(flatten, '''
    ... def f(x, A, i):
    ...     y = np.sin(x * 2) + A[i - 1, :len(x)]
    ...     A[g(i)] = y ** 2
    ...     x += y.T.sum(axis=(0, 1))
    ...     while y[0] > 2 * x:
    ...         y = y / 2
    ...     return -y
    ... ''', np=np)
    def f(x, A, i):
        t = x * 2
        t_1 = np.sin(t)
        t_2 = A[i - 1, :len(x)]
        y = t_1 + t_2
        t_3 = y ** 2
        t_4 = g(i)
        A[t_4] = t_3
        t_5 = y.T
        t_6 = t_5.sum(axis=(0, 1))
        x += t_6
        while y[0] > 2 * x:
            y = y / 2
        t_7 = -y
        return t_7

Pure tests and index arithmetic stay as they are. Runs last but for the versions: what needs statements is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.operands import Operands
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def flatten(fn: core.Function) -> core.Function:
    """Leave statements of one operation each."""
    scope = Scope(fn)
    return scope.done(_block(fn.tree.body, scope))


def _block(block: Sequence[Any], scope: Scope) -> list[Any]:
    """Each statement, with those that work out its operands before it."""
    out: list[Any] = []
    for stmt in block:
        if isinstance(stmt, gast.Pass):
            continue
        flat = _statement(stmt, Operands(scope, out, stmt), scope)
        if flat is not None:
            out.append(flat)
    return out or [core.pass_(block[0])]


def _statement(stmt: Any, to: Operands, scope: Scope) -> Any:
    match stmt:
        case gast.Assign():
            return _assign(stmt, to)
        case gast.AugAssign():
            target = stmt.target if core.is_name(stmt.target) else to.cell(stmt.target)
            return _with(stmt, target=target, value=to.atom(stmt.value))
        case gast.Expr():
            return _effect(stmt, to)
        case gast.Return():
            return _with(stmt, value=_returned(stmt.value, to))
        case gast.Assert():
            return _with(stmt, test=to.test(stmt.test))
        case gast.Raise() if stmt.exc is not None:
            cause = stmt.cause if stmt.cause is None else to.atom(stmt.cause)
            return _with(stmt, exc=to.rhs(stmt.exc), cause=cause)
    return _compound(stmt, to, scope) if isinstance(stmt, tree.COMPOUND) else stmt


def _compound(stmt: Any, to: Operands, scope: Scope) -> Any:
    match stmt:
        case gast.If():
            stmt = _with(stmt, test=to.test(stmt.test))
        case gast.For():
            stmt = _with(stmt, iter=to.iterable(stmt.iter))
        case gast.With():
            items = [_with(item, context_expr=to.atom(item.context_expr)) for item in stmt.items]
            stmt = stmt if tree.same(items, stmt.items) else tree.replace(stmt, items=items)
        case gast.FunctionDef():
            defaults = [to.atom(d) for d in stmt.args.defaults]
            keywords = [d if d is None else to.atom(d) for d in stmt.args.kw_defaults]
            stmt = tree.replace(stmt, args=tree.replace(stmt.args, defaults=defaults, kw_defaults=keywords))
    return tree.map_blocks(stmt, lambda block: _block(block, scope))


def _assign(stmt: Any, to: Operands) -> Any:
    target, value = stmt.targets[0], stmt.value
    if isinstance(target, gast.Name):
        return _with(stmt, value=to.rhs(value))
    if isinstance(target, gast.Tuple):
        if isinstance(value, gast.Tuple):
            return stmt
        return _with(stmt, value=to.rhs(value) if isinstance(value, gast.Call) else to.atom(value))
    atom = to.atom(value)
    cell = to.cell(target)
    return stmt if atom is value and cell is target else tree.replace(stmt, targets=[cell], value=atom)


def _effect(stmt: Any, to: Operands) -> Any:
    """A call for its effect; any other expression is evaluated for the errors that it may raise."""
    if isinstance(stmt.value, gast.Call):
        return _with(stmt, value=to.rhs(stmt.value))
    if isinstance(stmt.value, gast.Yield):
        value = stmt.value.value or core.const(None, stmt)
        return _with(stmt, value=_with(stmt.value, value=to.atom(value)))
    to.atom(stmt.value)
    return None


def _returned(value: Any, to: Operands) -> Any:
    if value is None:
        return core.const(None, to.stmt)
    if isinstance(value, gast.Tuple):
        return to.elements(value)
    return to.atom(value)


def _with(node: Any, **fields: Any) -> Any:
    return node if all(getattr(node, name) is new for name, new in fields.items()) else tree.replace(node, **fields)
