"""Sets: what is put into one is not followed, so nothing that varies may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.analysis.callees import callee_of
from adjoint.analysis.kinds import Kind, SetOf, can_vary
from adjoint.errors import UnknownFunction, problem_at, raise_problems
from adjoint.syntax import core

MADE = (set, frozenset)
ADVICE = "Keep the values in a list; a set of what they are called or where they stand is fine."


def refuse_sets(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> None:
    """Raise where a value that derivatives pass through is put into a set.

    Raises:
        UnknownFunction: for each such place.
    """
    problems = [
        problem_at(call, "a value that derivatives pass through is put into a set", ADVICE)
        for stmt in fn.statements
        if isinstance(stmt, (gast.Assign, gast.Expr)) and isinstance(call := stmt.value, gast.Call)
        if _puts(call, fn, kinds)
        and any(n in varied and can_vary(kinds.get(n)) for a in call.args for n in core.names_read(a))
    ]
    if problems:
        raise_problems(UnknownFunction, problems, fn.origin)


def _puts(call: Any, fn: core.Function, kinds: Mapping[str, Kind]) -> bool:
    match call.func:
        case gast.Attribute(value=gast.Name(id=name)) if isinstance(kinds.get(name), SetOf):
            return True
    callee = callee_of(call, kinds, fn.bindings)
    return callee is not None and any(callee.primitive is f for f in MADE)
