"""Numbers that are read from the text of values that derivatives pass through: `float(repr(x))`.

    label = f"{x:.3f}"         label is a text that says what x is
    print(label)               of no influence on the result
    y = float(label)           refused: y depends on x, and no derivative passes through the text

What is made of such texts without being one, a number or a truth value (`len(label)`, `label == "0"`), has the
derivative zero as a step has. What may hold a number read from one (`json.loads(label)`) is refused where a result
depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import gast
import numpy as np

from adjoint.analysis.activity import operands
from adjoint.analysis.callees import callee_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, Number, Text, can_vary, is_text
from adjoint.errors import Problem, UnknownFunction, problem_at, raise_problems
from adjoint.syntax import core

ADVICE = "Compute with the value itself, and make the text of it apart."
WRITERS = (np.save, np.savez, np.savetxt)
READERS = (np.load, np.loadtxt, open)
FILES = "<files>"


def refuse_laundering(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> None:
    """Raise for each number that is read from a text in which a varied value is written."""
    stmts = fn.statements
    if not any(isinstance(k, Text) for k in kinds.values()) and not any(_writes(s, kinds, fn) for s in stmts):
        return
    said: set[str] = set()
    parsed: set[str] = set()
    before = -1
    while len(said) > before:
        before = len(said)
        for stmt in stmts:
            new = _said_by(stmt, fn, kinds, varied, said)
            said |= new
            if isinstance(getattr(stmt, "value", None), gast.Call) or core.names_read(stmt) & parsed:
                parsed |= {n for n in new if can_vary(kinds.get(n))}
    problems = [p for stmt in stmts for p in _problems(stmt, fn, kinds, varied, said, parsed)] if said else []
    if problems:
        raise_problems(UnknownFunction, problems, fn.origin)


def _said_by(
    stmt: Any, fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str], said: set[str]
) -> set[str]:
    """The names that a statement gives texts of varied values, or what is made of such."""
    if _writes(stmt, kinds, fn):
        return {FILES, *_file(stmt)} if not core.names_read(stmt).isdisjoint(varied | said) else set()
    value = getattr(stmt, "value", None)
    if isinstance(stmt, gast.For):
        return {stmt.target.id} if core.names_read(stmt) & said and not _is_number(kinds.get(stmt.target.id)) else set()
    if value is None or not isinstance(stmt, (gast.Assign, gast.AugAssign, gast.Expr)):
        return set()
    reads = core.names_read(value)
    is_said = bool(reads & said) or (FILES in said and _reads_files(value, kinds, fn))
    if not is_said and not (_is_writing(value, fn, kinds) and reads & varied):
        return set()
    targets = {n for n in core.names_bound(stmt) if not _is_number(kinds.get(n))}
    match stmt:
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name))]):
            targets.add(name)
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name)))):
            targets.add(name)
    return targets


def _is_writing(value: Any, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    """Is the value of an expression a text?"""
    return isinstance(value, gast.JoinedStr) or is_text(kind_of_expression(value, kinds, fn.bindings))


def _problems(
    stmt: Any,
    fn: core.Function,
    kinds: Mapping[str, Kind],
    varied: frozenset[str],
    said: set[str],
    parsed: set[str],
) -> Iterator[Problem]:
    value = getattr(stmt, "value", None)
    if not isinstance(stmt, (gast.Assign, gast.AugAssign)) or value is None:
        return
    reads = core.names_read(value) & said
    if isinstance(value, gast.Call) and (reads or (FILES in said and _reads_files(value, kinds, fn))):
        bound = [kinds.get(n) for n in core.names_bound(stmt)]
        if any(_is_number(k) and can_vary(k) for k in bound):
            name = core.path_of(value.func) or "this call"
            message = f"`{name}` reads a number from the text of a value that derivatives pass through"
            yield problem_at(value, message, ADVICE)
    elif not isinstance(value, gast.Call) and _is_mixed(value, fn, kinds, parsed) and core.names_bound(stmt) & varied:
        message = "this depends on what was read from the text of a value that derivatives pass through"
        yield problem_at(value, message, ADVICE)


def _is_mixed(value: Any, fn: core.Function, kinds: Mapping[str, Kind], parsed: set[str]) -> bool:
    """Does arithmetic take an operand that may be a number read from a text?"""
    if not isinstance(value, (gast.BinOp, gast.UnaryOp)):
        return False
    return any(n in parsed for n in operands(value, kinds, fn.bindings))


def _is_number(kind: Kind | None) -> bool:
    return isinstance(kind, (Number, Array))


def _writes(stmt: Any, kinds: Mapping[str, Kind], fn: core.Function) -> bool:
    """Does a statement write into a file?"""
    if not isinstance(stmt, gast.Expr) or not isinstance(stmt.value, gast.Call):
        return False
    return _calls(stmt.value, WRITERS, kinds, fn) or bool(list(_file(stmt)))


def _file(stmt: Any) -> Iterator[str]:
    """The names of what a call prints into, or saves to."""
    for keyword in stmt.value.keywords:
        if keyword.arg == "file" and core.is_name(keyword.value):
            yield keyword.value.id
    if core.path_of(stmt.value.func) in ("np.save", "np.savetxt") and core.is_name(stmt.value.args[0]):
        yield stmt.value.args[0].id


def _reads_files(value: Any, kinds: Mapping[str, Kind], fn: core.Function) -> bool:
    return isinstance(value, gast.Call) and _calls(value, READERS, kinds, fn)


def _calls(call: Any, functions: Iterable[Any], kinds: Mapping[str, Kind], fn: core.Function) -> bool:
    callee = callee_of(call, kinds, fn.bindings)
    return callee is not None and any(callee.primitive is f for f in functions)
