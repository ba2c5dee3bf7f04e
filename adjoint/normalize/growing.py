"""Tuples that grow in a loop become lists: how long such a tuple is, only the run knows.

    >>> from adjoint.normalize.example import show
    >>> show(growing, '''
    ... def f(x, n):
    ...     t = (x,)
    ...     for k in range(n):
    ...         t += (t[-1] * x,)
    ...     return sum(t)
    ... ''')
    def f(x, n):
        t = [x]
        for k in range(n):
            t = t + [t[-1] * x]
        return sum(t)

Only where nobody can tell the difference: the name is bound to written tuples and their sums alone, and it is indexed,
gone through, measured, or given to a function that only looks at it. A list is never changed here, so names for one
tuple may be names for one list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core

LOOKING = (len, sum, min, max, sorted, any, all, enumerate, zip, reversed, list)
LOOPS = (gast.For, gast.While)


def growing(fn: core.Function) -> core.Function:
    """Make lists of tuples that grow in loops."""
    names = {n for loop in _loops(fn.tree.body) for s in tree.statements(loop.body) for n in _grown(s)}
    names -= {*fn.params, *(n for s in core.statements(fn.tree.body) for n in _inside(s))}
    if not names:
        return fn
    scope = Scope(fn)
    names = {n for n in names if _is_tuple(n, fn) and not _others(n, fn.tree.body, scope)}
    return fn.with_body(_listed(fn.tree.body, names)) if names else fn


def _loops(block: Sequence[Any]) -> Iterator[Any]:
    return (s for s in tree.statements(block) if isinstance(s, LOOPS))


def _inside(stmt: Any) -> set[str]:
    """Names that a function defined inside mentions."""
    return set(core.all_names(stmt)) if isinstance(stmt, gast.FunctionDef) else set()


def _grown(stmt: Any) -> Iterator[str]:
    """The name of a tuple that a statement makes longer by a written one."""
    match stmt:
        case gast.AugAssign(target=gast.Name(id=name), op=gast.Add(), value=gast.Tuple()):
            yield name
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.BinOp(left=left, op=gast.Add(), right=right)):
            if core.is_name(left, name) and isinstance(right, gast.Tuple):
                yield name
            if core.is_name(right, name) and isinstance(left, gast.Tuple):
                yield name


def _is_tuple(name: str, fn: core.Function) -> bool:
    """Is a name bound to written tuples, and made longer, and nothing else?"""
    for stmt in tree.statements(fn.tree.body):
        if name in _grown(stmt):
            continue
        if isinstance(stmt, gast.Assign) and len(stmt.targets) == 1 and core.is_name(stmt.targets[0], name):
            if not isinstance(stmt.value, gast.Tuple) or any(isinstance(e, gast.Starred) for e in stmt.value.elts):
                return False
        elif name in tree.bound(*core.heads(stmt)):
            return False
    return True


def _others(name: str, block: Sequence[Any], scope: Scope) -> bool:
    """Is a name read where a list would not do?"""
    every: int = sum(isinstance(n, gast.Name) and n.id == name for n in tree.walk(*block))
    seen: int = sum(_seen(node, name, scope) for node in tree.walk(*block))
    return every != seen


def _seen(node: Any, name: str, scope: Scope) -> int:
    """How often a name stands right below a node that takes a list as well as a tuple."""
    match node:
        case gast.Subscript(value=value):
            return _count([value], name)
        case gast.For(iter=value) | gast.comprehension(iter=value):
            return _count([value], name)
        case gast.Compare(ops=[gast.In() | gast.NotIn()], comparators=[value]):
            return _count([value], name)
        case gast.If(test=value) | gast.While(test=value):
            return _count([value], name)
        case gast.Call(args=args) if _looks(node.func, scope):
            return _count(args, name)
        case gast.Assign() | gast.AugAssign():
            if name in _grown(node):
                return 1 if isinstance(node, gast.AugAssign) else 2
            return _count(node.targets, name) if isinstance(node, gast.Assign) else 0
    return 0


def _count(nodes: Sequence[Any], name: str) -> int:
    return sum(core.is_name(n, name) for n in nodes)


def _looks(func: Any, scope: Scope) -> bool:
    """Does a function only look at its arguments, whether they are tuples or lists?"""
    found = scope.resolved(core.path_of(func))
    module = str(getattr(found, "__module__", ""))
    return any(found is f for f in LOOKING) or module.partition(".")[0] == "numpy"


def _listed(block: Sequence[Any], names: set[str]) -> list[Any]:
    return [_as_list(stmt, names) for stmt in block]


def _as_list(stmt: Any, names: set[str]) -> Any:
    if isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
        return tree.map_blocks(stmt, lambda inner: _listed(inner, names))
    match stmt:
        case gast.AugAssign(target=gast.Name(id=name)) if name in names:
            total = core.binary(core.load(name, stmt.target), gast.Add(), _list(stmt.value), stmt)
            return core.bind(name, total, stmt)
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.Tuple() as value) if name in names:
            return tree.replace(stmt, value=_list(value))
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.BinOp() as value) if name in names:
            sides = {side: _list(getattr(value, side)) for side in ("left", "right")}
            return tree.replace(stmt, value=tree.replace(value, **sides))
    return stmt


def _list(node: Any) -> Any:
    return core.list_(node.elts, node) if isinstance(node, gast.Tuple) else node
