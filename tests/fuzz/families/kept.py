"""Iterators and views of dictionaries that are kept under a name, and read after what they go through has changed."""

from __future__ import annotations

from builder import Builder, form
from expressions import element, scalar
from scope import NUMBER, Scope

OVER = (
    "zip({0}, {1})",
    "zip({1}, reversed({0}))",
    "enumerate({0}, 1)",
    "zip({0}, {0}[1:])",
    "((u * 0.5, v) for u, v in zip({0}, {1}))",
    "map(lambda u, v: (v, u * 0.7), {0}, {1})",
)


@form("kept", 3)
def pairs(b: Builder, scope: Scope) -> bool | None:
    """Pairs of numbers, of a list or of an array, one of which changes before they are read."""
    vectors = scope.of(lambda shape: shape in ((3,), (4,)))
    if not vectors:
        return False
    other, target, kept = b.pick(vectors), b.fresh("t"), b.fresh("g")
    if b.chance(0.6):
        source = b.fresh("c")
        b.emit(scope, f"{source} = [{scalar(b, scope)}, {element(b, scope, other)}, {b.constant()}]")
    else:
        source = b.fresh("b")
        b.emit(scope, f"{source} = {b.pick(vectors)} * {scalar(b, scope)}")
    b.emit(scope, f"{kept} = {b.pick(list(OVER)).format(source, other)}", "iterator kept")
    b.emit(scope, f"{source}[{b.integer(0, 2)}] {b.pick(['=', '*=', '+='])} {scalar(b, scope)}", "iterator kept")
    if b.chance(0.5):
        b.emit(scope, f"{target} = sum(u * v for u, v in {kept})", "iterator kept")
    else:
        u, v = b.fresh("u"), b.fresh("v")
        b.emit(scope, f"{target} = {scalar(b, scope)}", "iterator kept")
        b.emit(scope, f"for {u}, {v} in {kept}:", "iterator kept")
        b.emit(scope.inner(), f"{target} = {target} * 0.5 + {u} * {v}", "iterator kept")
        if b.chance(0.3):
            b.emit(scope.inner(), f"{source}[{b.integer(0, 2)}] = {target}", "iterator kept")
    scope.shapes[target] = NUMBER
    return None


@form("kept", 2)
def view(b: Builder, scope: Scope) -> None:
    """A view of a dictionary: its values, read where it was taken; or its keys, read after values have changed."""
    name, kept, target = b.fresh("d"), b.fresh("g"), b.fresh("t")
    b.emit(scope, f"{name} = {{'p': {scalar(b, scope)}, 'q': {scalar(b, scope)}}}", "dict")
    if b.chance(0.5):
        b.emit(scope, f"{kept} = {name}.values()", "view kept")
        b.emit(scope, f"{target} = sum({kept}) * 0.5", "view kept")
        b.emit(scope, f"{name}['p'] = {scalar(b, scope)} * {target}", "view kept")
    else:
        b.emit(scope, f"{kept} = {name}.keys()", "view kept")
        b.emit(scope, f"{name}['q'] = {scalar(b, scope)} * {name}['p']", "view kept")
        b.emit(scope, f"{target} = sum({name}[k] for k in {kept})", "view kept")
    scope.records[name] = (("['p']", NUMBER), ("['q']", NUMBER))
    scope.shapes[target] = NUMBER
