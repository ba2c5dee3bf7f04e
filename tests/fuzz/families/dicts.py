"""Dictionaries with known keys, and such as loops fill."""

from __future__ import annotations

from builder import Builder, form
from expressions import scalar, value
from scope import NUMBER, Scope, Shape


def _entries(scope: Scope) -> list[tuple[str, str, Shape]]:
    return [(name, key, shape) for name, entries in scope.records.items() for key, shape in entries]


@form("dicts", 2)
def literal(b: Builder, scope: Scope) -> None:
    name, array = b.fresh("d"), b.pick(scope.arrays)
    shape = scope.shapes[array]
    b.emit(scope, f"{name} = {{'p': {scalar(b, scope)}, 'q': {value(b, scope, shape)}}}", "dict")
    scope.records[name] = (("['p']", NUMBER), ("['q']", shape))


@form("dicts", 6)
def entry(b: Builder, scope: Scope) -> bool | None:
    """Read an entry, replace it, or change the array in it."""
    entries = _entries(scope)
    if not entries:
        return False
    name, key, shape = entries[b.integer(0, len(entries) - 1)]
    form = b.integer(0, 3)
    if form == 0:
        target = b.fresh("b" if shape else "t")
        b.emit(scope, f"{target} = {name}{key}{b.pick(['', ' * 0.7'])}", "entry read")
        scope.shapes[target] = shape
    elif form == 1 or not shape:
        operator = b.pick(["=", "+=", "*="])
        b.emit(scope, f"{name}{key} {operator} {scalar(b, scope) if not shape else value(b, scope, shape)}",
               "entry assigned")  # fmt: skip
    else:
        index = b.pick(["0", "-1", "1:", ":"])
        b.emit(scope, f"{name}{key}[{index}] {b.pick(['=', '*=', '+='])} {scalar(b, scope)}", "array in a dict changed")
    return None


@form("dicts", 1)
def comprehension(b: Builder, scope: Scope) -> bool | None:
    name, source = b.fresh("d"), b.pick(scope.arrays)
    if len(scope.shapes[source]) != 1:
        return False
    b.emit(scope, f"{name} = {{k: {source}[k] * {scalar(b, scope)} for k in range(2)}}", "dict comprehension")
    scope.records[name] = (("[0]", NUMBER), ("[1]", NUMBER))
    return None


@form("dicts", 1)
def filled(b: Builder, scope: Scope) -> None:
    """A dictionary that a loop fills."""
    name, i, target = b.fresh("d"), b.fresh("i"), b.fresh("t")
    b.emit(scope, f"{name} = {{}}")
    b.emit(scope, f"for {i} in range(3):", "dict filled in a loop")
    b.emit(scope.inner(), f"{name}[{i}] = {scalar(b, scope)} * {i}", "dict filled in a loop")
    b.emit(scope, f"{target} = {name}[1] * {name}[2]", "dict filled in a loop")
    scope.shapes[target] = NUMBER


@form("dicts", 2)
def looked_up(b: Builder, scope: Scope) -> bool | None:
    names = [n for n, entries in scope.records.items() if entries[0][0] == "['p']"]
    if not names:
        return False
    target, key = b.fresh("t"), b.pick(["p", "absent"])
    b.emit(scope, f"{target} = {b.pick(names)}.get('{key}', {scalar(b, scope)})", "dict.get")
    scope.shapes[target] = NUMBER
    return None
