"""Check what must hold of a tree as a whole: no node stands twice, and what is read is bound somewhere.

>>> x = core.load("x")
>>> tree = core.function_def("f", ["x"], [core.return_(core.binary(x, gast.Add, x))])
>>> [why for _, why in twice(tree)]
['a node that stands twice in the tree']
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from types import CodeType
from typing import Any

import gast

from adjoint.syntax import core

Complaint = tuple[Any, str]

# The parser makes one object of each of these for a whole tree, and they hold nothing.
SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


def twice(tree: Any) -> Iterator[Complaint]:
    """Nodes that are met again: what is below them is not looked at a second time."""
    seen: set[Any] = set()
    todo = [tree]
    while todo:
        node = todo.pop()
        if node in seen:
            yield node, "a node that stands twice in the tree"
            continue
        seen.add(node)
        todo.extend(n for n in core.children(node) if not isinstance(n, SHARED))


def bound(tree: Any) -> frozenset[str]:
    """Names bound anywhere in a function, nested ones included."""
    names: set[str] = set()
    for node in core.walk(tree):
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load):
            names.add(node.id)
        elif isinstance(node, gast.FunctionDef) and node is not tree:
            names.add(node.name)
    return frozenset(names)


def unbound(fn: core.Function) -> Iterator[Complaint]:
    """Reads of names that nothing binds; without a target only the compiler's own names can be told."""
    known = {*bound(fn.tree), fn.tree.name, *(path.partition(".")[0] for path in fn.bindings), *vars(builtins)}
    if fn.target is not None:
        # A global that is not there yet is the user's affair: it raises where it is read.
        known.update(_mentioned(fn.target.__code__))
    for stmt in fn.statements:
        for name in sorted(core.names_read(stmt) - known):
            if fn.target is not None or name in fn.temps:
                yield stmt, f"`{name}` is read but bound nowhere"


def _mentioned(code: CodeType) -> Iterator[str]:
    yield from (*code.co_names, *code.co_freevars, *code.co_varnames, *code.co_cellvars)
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _mentioned(const)
