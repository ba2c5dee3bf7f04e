"""`A.flat`: its cells are those of A, by rows.

t = A.flat                  t = A
y = t[3]             ->     i, j = flat_index(3, t)
                            y = t[i, j]
t[2:5] = v                  i, j = flat_index(slice(2, 5, None), t)
                            t[i, j] = v
y = np.sum(t)               u = t.flatten()
                            y = np.sum(u)
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import gast

from adjoint.analysis.kinds import Array, Kind
from adjoint.differentiate import numpy_calls
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.runtime import changes
from adjoint.syntax import core
from adjoint.syntax.core import load


def flat_names(fn: core.Function, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """The names bound to `A.flat`, with the names of the arrays."""
    return {
        stmt.targets[0].id: stmt.value.value.id
        for stmt in fn.statements
        if is_flat(stmt, kinds) and core.is_name(stmt.targets[0])
    }


def is_flat(stmt: Any, kinds: Mapping[str, Kind]) -> bool:
    match stmt:
        case gast.Assign(value=gast.Attribute(value=gast.Name(id=name), attr="flat")):
            return isinstance(kinds.get(name), Array)
    return False


def of_flat(stmt: Any, flats: Mapping[str, str], to: Any) -> list[Any] | None:
    """The statements for one that binds or uses an array's `flat`; None for any other."""
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)]) if is_flat(stmt, to.kinds) and name in flats:
            return [core.bind(name, load(flats[name], stmt.value), at=stmt)]
        case gast.Assign(value=gast.Subscript(value=gast.Name(id=name), slice=index)) if name in flats:
            first, cells = _cells(name, index, flats, stmt, to)
            value = core.place(core.item(load(name), cells), stmt.value)
            return [*first, core.place(gast.Assign(stmt.targets, value, None), stmt)]
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=name), slice=index)], value=value) if name in flats:
            copies, value = _copied(value, flats, stmt, to)
            copies += numpy_calls.apart(flats[name], value, stmt, to)
            first, cells = _cells(name, index, flats, stmt, to)
            return [*copies, *first, core.store_item(name, cells, value, at=stmt)]
        case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=name), slice=index), value=value) if name in flats:
            copies, value = _copied(value, flats, stmt, to)
            first, cells = _cells(name, index, flats, stmt, to)
            return [*copies, *first, core.accumulate(core.cell(name, cells), value, type(stmt.op), at=stmt)]
    return _otherwise(stmt, flats, to)


def _otherwise(stmt: Any, flats: Mapping[str, str], to: Any) -> list[Any] | None:
    """A statement that uses all of a `flat`: a copy of the cells stands for it."""
    if core.names_read(stmt).isdisjoint(flats):
        return None
    for field in ("value", "iter", "test"):
        node = getattr(stmt, field, None)
        if node is not None and not isinstance(stmt, (gast.While, gast.Return)):
            copies, new = _copied(node, flats, stmt, to)
            fields = [new if name == field else value for name, value in ast.iter_fields(stmt)]
            changed = core.place(type(stmt)(*fields), stmt)
            if core.names_read(changed).isdisjoint(flats):
                return [*copies, changed]
    problem = problem_at(stmt, "`flat` of an array is not followed here", "Use `.ravel()` of the array.")
    return raise_problems(UnsupportedMutation, [problem], to.fn.origin)


def _copied(node: Any, flats: Mapping[str, str], stmt: Any, to: Any) -> tuple[list[Any], Any]:
    """An expression with copies of all cells in the place of the names, and the statements that make them."""
    made = {name: to.namer.fresh("t") for name in sorted(core.names_read(node) & flats.keys())}
    return [core.bind(t, core.call(f"{n}.flatten", at=stmt), at=stmt) for n, t in made.items()], core.copy(node, made)


def _cells(name: str, index: Any, flats: Mapping[str, str], stmt: Any, to: Any) -> tuple[list[Any], Any]:
    """The index into the array itself, and the statements that work it out."""
    rank = to.kinds[flats[name]].rank
    out: list[Any] = []
    number = _value(index, out, stmt, to)
    found = core.call(to.helper(changes.flat_index), number, load(name), at=stmt)
    if rank is None:
        whole = to.namer.fresh("k")
        return [*out, core.bind(whole, found, at=stmt)], load(whole)
    parts = [to.namer.fresh("k") for _ in range(rank)]
    return [*out, core.bind_several(parts, found, at=stmt)], core.tuple_(map(load, parts))


def _value(index: Any, out: list[Any], stmt: Any, to: Any) -> Any:
    if core.is_atom(index):
        return index
    if isinstance(index, gast.Slice):
        bounds = [core.const(None) if b is None else b for b in (index.lower, index.upper, index.step)]
        index = core.call(to.helper(slice), *bounds, at=stmt)
    name = to.namer.fresh("k")
    out.append(core.bind(name, index, at=stmt))
    return load(name)
