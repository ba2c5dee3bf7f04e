"""Lay out comments: behind the statement they explain where that is one line and short, above it otherwise.

    >>> import gast
    >>> from adjoint.emit.printer import to_source
    >>> stmts = gast.parse("e_bar = 2 * out_bar\\nw_bar = e_bar\\nx_bar = w * e_bar").body
    >>> product, total = core.Comment("e = w * x"), core.Comment("return 2 * e")
    >>> print(to_source(arranged([total, stmts[0], product, stmts[1], stmts[2], core.Comment("gone")])))
    e_bar = 2 * out_bar  # return 2 * e
    # e = w * x
    w_bar = e_bar
    x_bar = w * e_bar

A comment belongs to the statements after it, up to the next comment, a compound statement or the end of the block.
Two neighbours with the same text become one; one that nothing follows goes, and so does one that repeats, for the same
statement, the last comment before its block. An empty line ends a group, and there is never more than one, nor one at
the edge of a block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gast

from adjoint.emit.blocks import COMPOUND
from adjoint.emit.printer import to_source
from adjoint.syntax import core
from adjoint.syntax.traverse import changed

WIDTH = 88


def layout(fn: core.Function) -> core.Function:
    """The function with each comment where it reads best; the statements stay what they are."""
    return fn.with_body(arranged(fn.tree.body, 1))


def leading(fn: core.Function) -> core.Function:
    """The function with each comment ahead of what it explains, as passes leave them."""
    return fn.with_body(_led(fn.tree.body))


def _led(block: Sequence[Any]) -> list[Any]:
    out: list[Any] = []
    for stmt in block:
        if isinstance(stmt, core.Comment) and stmt.trailing:
            out.insert(len(out) - 1, core.place(core.Comment(stmt.text), stmt))
        elif isinstance(stmt, (*COMPOUND, gast.ExceptHandler, gast.match_case)):
            own = {f: getattr(stmt, f, None) for f in ("body", "orelse", "finalbody")}
            out.append(changed(stmt, **{f: _led(v) for f, v in own.items() if isinstance(v, list)}))
        else:
            out.append(stmt)
    return out


def arranged(block: Sequence[Any], depth: int = 0, around: Any = None) -> list[Any]:
    """A block laid out; `depth` is how many levels it is indented by, `around` the last comment before it."""
    stmts: list[Any] = []
    commented = False
    for stmt in block:
        if isinstance(stmt, core.Comment) and not stmt.trailing:
            if stmt.text and _is_same(stmt, around) and not commented:
                continue
            around = stmt
        commented = commented or isinstance(stmt, core.Comment)
        stmts.append(_inside(stmt, depth, around))
    groups = _merged(_groups(stmts))
    out = [stmt for comment, group in groups for stmt in _placed(comment, group, depth)]
    return _without_edges(out)


def _is_same(comment: Any, other: Any) -> bool:
    """Do two comments show one statement of the user's?"""
    if other is None or comment.text != other.text:
        return False
    line: int | None = getattr(comment, "lineno", None)
    return line is not None and line == getattr(other, "lineno", None)


def _inside(stmt: Any, depth: int, around: Any) -> Any:
    """The statement with the blocks inside it laid out; itself where there are none."""
    if not isinstance(stmt, (*COMPOUND, gast.ExceptHandler, gast.match_case)):
        return stmt
    fields = [_field(name, getattr(stmt, name), depth, around) for name in stmt._fields]
    return core.place(type(stmt)(*fields), stmt)


def _field(name: str, value: Any, depth: int, around: Any) -> Any:
    if name in ("handlers", "cases"):
        return [_inside(part, depth + (name == "cases"), around) for part in value]
    if name in ("body", "orelse", "finalbody"):
        is_elif = name == "orelse" and len(value) == 1 and isinstance(value[0], gast.If)
        return arranged(value, depth + (not is_elif), around)
    return value


Group = tuple[Any, list[Any]]


def _groups(stmts: Sequence[Any]) -> Iterator[Group]:
    """Each comment (None for the statements before the first) with the statements up to the next one."""
    comment: Any = None
    group: list[Any] = []
    for stmt in stmts:
        if isinstance(stmt, core.Comment) and not stmt.trailing:
            yield comment, group
            comment, group = stmt, []
        else:
            group.append(stmt)
    yield comment, group


def _merged(groups: Iterator[Group]) -> list[Group]:
    """The groups without those that are empty, neighbours with one text made one."""
    out: list[Group] = []
    for comment, group in groups:
        if not group and (comment is None or comment.text):
            continue
        if out and comment is not None and comment.text and _text(out[-1][0]) == comment.text:
            out[-1] = (out[-1][0], out[-1][1] + group)
        else:
            out.append((comment, group))
    return out


def _text(comment: Any) -> str | None:
    return None if comment is None else str(comment.text)


def _placed(comment: Any, group: list[Any], depth: int) -> list[Any]:
    """A comment and its statements in the order in which they are printed."""
    if comment is None:
        return group
    alone = len(group) == 1 or (len(group) > 1 and isinstance(group[1], COMPOUND))
    if comment.text and alone and _fits(group[0], comment.text, depth):
        return [group[0], core.Comment(comment.text, trailing=True), *group[1:]]
    return [comment, *group]


def _fits(stmt: Any, text: str, depth: int) -> bool:
    if isinstance(stmt, (*COMPOUND, core.Comment)) or "\n" in text:
        return False
    line = to_source(stmt)
    return "\n" not in line and 4 * depth + len(line) + len("  # ") + len(text) <= WIDTH


def _without_edges(stmts: Sequence[Any]) -> list[Any]:
    """The statements without empty lines at the start, at the end, or after one another."""
    out: list[Any] = []
    for stmt in stmts:
        if not _is_empty_line(stmt) or (out and not _is_empty_line(out[-1])):
            out.append(stmt)
    return out[:-1] if out and _is_empty_line(out[-1]) else out


def _is_empty_line(stmt: Any) -> bool:
    return isinstance(stmt, core.Comment) and not stmt.text
