"""Changed copies of statements and expressions that share what did not change."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from operator import is_
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.syntax.traverse import FIELDS
from adjoint.syntax.traverse import changed as changed

BLOCKS = ("body", "orelse")
COMPOUND = frozenset([gast.If, gast.For, gast.While, gast.With, core.Attempt])


def map_blocks(stmt: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    """A compound statement with its blocks changed; the very same one if none did."""
    fields = {}
    for name in BLOCKS:
        block = getattr(stmt, name, None)
        if block:
            new = change(block)
            if new is not block:
                fields[name] = new
    return changed(stmt, **fields) if fields else stmt


def map_statements(block: list[Any], change: Callable[[Any], Any]) -> list[Any]:
    """A block with its simple statements changed, those of the blocks inside it too; the very same one if none did."""
    out = [
        map_blocks(s, lambda inner: map_statements(inner, change)) if type(s) in COMPOUND else change(s) for s in block
    ]
    return block if same_items(out, block) else out


def map_parts(node: Any, change: Callable[[Any], Any]) -> Any:
    """A node with its direct child expressions changed (of a compound statement: those of its head)."""
    kind = type(node)
    own = node.__dict__
    if kind is gast.BinOp:  # most are
        left, right = change(node.left), change(node.right)
        return node if left is node.left and right is node.right else changed(node, left=left, right=right)
    fields = {}
    for name in FIELDS[kind]:
        value = own.get(name)
        if type(value) is list:
            if kind in COMPOUND and name in BLOCKS:
                continue
            new = [change(v) if isinstance(v, ast.AST) else v for v in value]
            if not all(map(is_, new, value)):
                fields[name] = new
        elif isinstance(value, ast.AST):
            part = change(value)
            if part is not value:
                fields[name] = part
    return changed(node, **fields) if fields else node


def is_compound(stmt: Any) -> bool:
    return type(stmt) in COMPOUND


def is_bind(stmt: Any) -> bool:
    """True of `name = value`."""
    return type(stmt) is gast.Assign and type(stmt.targets[0]) is gast.Name


def same_items(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
