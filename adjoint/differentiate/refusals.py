"""What the reverse sweep cannot follow, said at the user's line: arrays under several names, arrays of others.

A text of ours that is differentiated again has lines and names that its user has never seen: what is said there is
about the line that it is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adjoint.analysis.alias import stored_name
from adjoint.analysis.record import Plan
from adjoint.analysis.storage import is_imaginary_part
from adjoint.calls.reopened import behind
from adjoint.classes import replace
from adjoint.differentiate.sweep import Facts
from adjoint.errors import Problem, UnsupportedMutation, nearest, problem_at, raise_problems
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.said import said

LOOKUPS = (arrays.cotangent_of, arrays.cotangents_in, arrays.add_to)


def refuse_foreign_memory(fn: core.Function, plan: Plan) -> None:
    """Refuse a store into an array that is not the function's own, where the reverse sweep would have to undo it."""
    own = set(fn.params).union(*(fn.binds[s] for s in fn.statements))
    advice = "Copy the array at the beginning of the function, and change the copy."
    stores = [store for saved in plan.saved_cells.values() for store in saved]
    problems = [
        problem_at(stmt, f"{said(stored_name(stmt) or '', fn)} is changed while its old values still matter", advice)
        for stmt in sorted(stores, key=plan.places.begin.__getitem__)
        if stored_name(stmt) not in own
    ]
    if problems:
        raise_problems(UnsupportedMutation, problems, fn.origin)


def refuse_aliases(fn: core.Function, facts: Facts) -> None:
    """Refuse names of one array where nothing tells which cotangent is meant."""
    problems = []
    parts = [c for c in facts.storage.conflicts if _is_imaginary(c, fn, facts)]
    for conflict in parts or facts.storage.conflicts:
        advice = "Write to a copy: replace one of them by its .copy()."
        if isinstance(conflict, tuple):
            node, names = _binder(fn, conflict), " and ".join(said(n, fn) for n in conflict)
            message = f"{names} share memory in a way that is known only when the program runs"
        elif parts:
            node, message = conflict, "the imaginary part of an array that changes is used, which is a view of it"
            advice = "Use a copy: `z.imag.copy()`. To change that part, write `z[...] = z.real + 1j * …`."
        else:
            node, message = conflict, "which array this alias stands for is known only when the program runs"
        problems.append(problem_at(node, message, advice))
    raise_problems(UnsupportedMutation, _again(problems, fn.origin), fn.origin)


def _is_imaginary(conflict: Any, fn: core.Function, facts: Facts) -> bool:
    return not isinstance(conflict, tuple) and is_imaginary_part(conflict, facts.kinds, fn.bindings)


def _again(problems: Sequence[Problem], origin: core.Origin) -> list[Problem]:
    """Problems of a gradient that is differentiated again, as its user sees them: one a line, and what may be done."""
    if not origin.sources:
        return list(problems)
    message = "what the gradient keeps or changes for this line may be held by several names: only the run can tell"
    advice = "Take the outer derivative in forward mode: `jvp(grad(f))`, `hvp(f)`."
    lines = {nearest(origin.sources, p.line or 0): p for p in reversed(problems)}
    return [replace(p, message=message, advice=advice) for p in lines.values()]


def _binder(fn: core.Function, names: Sequence[str]) -> Any:
    """A statement that binds one of the names, for a message to point at."""
    for stmt in fn.statements:
        if core.names_bound(stmt) & set(names):
            return stmt
    return fn.tree


def refuse_lookups(fn: core.Function) -> None:
    """Refuse a gradient in which cotangents are looked up by the array: it has no derivative of its own."""
    if not fn.origin.sources:
        return
    found = {path for path, value in fn.bindings.items() if any(behind(value) is f for f in LOOKUPS)}
    for stmt in fn.statements if found else ():
        if found & core.names_read(stmt):
            message = "which array changes here only the run can tell: the gradient cannot be differentiated again"
            advice = "Change a copy, so that no two names hold the array: `y = x.copy()`."
            raise_problems(UnsupportedMutation, [problem_at(stmt, message, advice)], fn.origin)
