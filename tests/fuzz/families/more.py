"""Deques, `flat`, sums that become arrays, names of builtins, arguments with parts."""

from __future__ import annotations

from builder import Builder, Line, form
from expressions import scalar
from scope import NUMBER, Scope


@form("deques", 3)
def window(b: Builder, scope: Scope) -> None:
    """A deque of a greatest length, along an array."""
    name, i, target, source = b.fresh("window"), b.fresh("i"), b.fresh("t"), b.pick(scope.arrays)
    first = ", 0" * (len(scope.shapes[source]) - 1)
    b.top += [Line("import collections", ()), Line("", ())]
    b.emit(scope, f"{name} = collections.deque(maxlen={b.pick(['2', '3'])})")
    b.emit(scope, f"{target} = {scalar(b, scope)}")
    b.emit(scope, f"for {i} in range({scope.shapes[source][0]}):", "deque")
    b.emit(scope.inner(), f"{name}.append({source}[{i}{first}] * {scalar(b, scope)})", "deque")
    b.emit(scope.inner(), f"{target} = {target} * 0.5 + {name}[0] * {name}[-1]")
    scope.shapes[target] = NUMBER


@form("flat", 2)
def flat(b: Builder, scope: Scope) -> None:
    name, cells, target = b.pick(scope.arrays), b.fresh("cells"), b.fresh("t")
    b.emit(scope, f"{cells} = {name}.flat", "flat")
    if b.chance(0.7):
        b.emit(scope, f"{cells}[{b.pick(['1', '-1', '0', '1:3'])}] {b.pick(['=', '+='])} {scalar(b, scope)}", "flat")
    b.emit(scope, f"{target} = {cells}[{b.pick(['0', '1', '-1'])}] * {b.constant()}", "flat")
    scope.shapes[target] = NUMBER


@form("sums", 2)
def sum_of_rows(b: Builder, scope: Scope) -> bool | None:
    """A sum that begins as a number and becomes an array."""
    matrices = scope.of(lambda s: len(s) == 2 and min(s) > 1)
    if not matrices:
        return False
    matrix, total, row, kept = b.pick(matrices), b.fresh("b"), b.fresh("e"), b.fresh("b")
    b.emit(scope, f"{total} = {b.pick(['0.0', '0'])}")
    b.emit(scope, f"for {row} in {matrix}:", "sum that becomes an array")
    b.emit(scope.inner(), f"{total} += {row}{b.pick(['', f' * {scalar(b, scope)}'])}")
    shape = scope.shapes[matrix][1:]
    if b.chance(0.2):
        b.emit(scope, f"{kept} = {total}")
        b.emit(scope, f"{total} += {scalar(b, scope)}")
        scope.shapes[kept] = shape
    scope.shapes[total] = shape
    return None


@form("dicts", 2)
def of_arrays(b: Builder, scope: Scope) -> None:
    """A dictionary of arrays that a loop fills, and changes by another name."""
    name, key, source, got = b.fresh("d"), b.fresh("k"), b.pick(scope.arrays), b.fresh("b")
    b.emit(scope, f"{name} = {{}}")
    b.emit(scope, f"for {key} in range(3):", "dict filled in a loop")
    b.emit(scope.inner(), f"{name}[{key}] = {source} * {scalar(b, scope)}")
    b.emit(scope, f"for {key} in {name}:", "dict of arrays changed")
    b.emit(scope.inner(), f"{name}[{key}] {b.pick(['+=', '-='])} {scalar(b, scope)}")
    b.emit(scope, f"{got} = {name}.get({b.pick(['1', '7'])}, {source})", "dict.get")
    scope.shapes[got] = scope.shapes[source]
