"""Trees that share what did not change: walking, replacing a field, mapping blocks.

>>> import gast
>>> before = gast.parse("if c:\\n    x = 1").body[0]
>>> after = replace(before, body=[])
>>> after.test is before.test, len(before.body)
(True, 1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.syntax.traverse import changed
from adjoint.syntax.traverse import children as children
from adjoint.syntax.traverse import walk as walk

COMPOUND = (gast.If, gast.For, gast.While, gast.With, gast.Try, gast.FunctionDef, core.Attempt)
BLOCKS = ("body", "orelse", "finalbody")
replace = changed


def statements(block: Sequence[Any]) -> Iterator[Any]:
    """Every statement of a block and of the blocks inside it, but those of nested functions."""
    for stmt in block:
        yield stmt
        if isinstance(stmt, COMPOUND) and not isinstance(stmt, gast.FunctionDef):
            for inner in core.blocks(stmt):
                yield from statements(inner)


def is_cell(target: Any) -> bool:
    """True of a target that is, or contains, an array's cell or an attribute."""
    return any(isinstance(node, (gast.Subscript, gast.Attribute)) for node in walk(target))


def names(*roots: Any) -> Iterator[Any]:
    """Every Name node below the roots."""
    return (n for n in walk(*roots) if type(n) is gast.Name)


def bound(*roots: Any) -> frozenset[str]:
    """Names that the trees bind anywhere."""
    return core.identifiers(*roots)[1]


def read(*roots: Any) -> frozenset[str]:
    """Names that the trees read anywhere; the name that an augmented assignment changes is read too."""
    return frozenset(core.names_read_in(roots))


def map_blocks(stmt: Any, block: Callable[[Sequence[Any]], list[Any]]) -> Any:
    """A compound statement with each of its blocks mapped; the statement itself where nothing changed."""
    changes: dict[str, Any] = {}
    for name in BLOCKS:
        old = getattr(stmt, name, None)
        if isinstance(old, list) and old:
            changes[name] = block(old)
    if isinstance(stmt, gast.Try):
        changes["handlers"] = [replace(h, body=block(h.body)) for h in stmt.handlers]
    if all(same(getattr(stmt, name), new) for name, new in changes.items()):
        return stmt
    return replace(stmt, **changes)


def same(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """True where two blocks hold the same statements."""
    return len(old) == len(new) and all(a is b for a, b in zip(old, new))


def header(stmt: Any) -> Any:
    """A compound statement whose position is that of its header's lines."""
    if isinstance(stmt, (gast.Try, gast.ExceptHandler)):
        width = len("try") if isinstance(stmt, gast.Try) else len("except")
        return replace(stmt, end_lineno=stmt.lineno, end_col_offset=stmt.col_offset + width)
    last = {
        gast.If: lambda: stmt.test,
        gast.While: lambda: stmt.test,
        gast.For: lambda: stmt.iter,
        gast.Match: lambda: stmt.subject,
        gast.With: lambda: stmt.items[-1].optional_vars or stmt.items[-1].context_expr,
    }.get(type(stmt))
    if last is None or not hasattr(stmt, "lineno"):
        return stmt
    end = last()
    if getattr(end, "end_lineno", None) is None:  # made by a pass: the statement's own place is its header's
        return stmt
    line, column = end.end_lineno, end.end_col_offset
    return replace(stmt, end_lineno=line, end_col_offset=column)


def negated(test: Any, at: Any = None) -> Any:
    """`not test`, for a test: `not not x` is `x`."""
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return test.operand
    return core.unary(gast.Not, test, at=at or test)
