"""Numbers and new arrays: binding, rebinding, augmented assignment, walrus, unpacking."""

from __future__ import annotations

from builder import Builder, form
from expressions import fresh_array, scalar, value
from scope import NUMBER, Scope


@form("scalars", 3)
def number(b: Builder, scope: Scope) -> None:
    old = scope.numbers
    if not old or b.chance(0.4):
        name = b.fresh("t")
        b.emit(scope, f"{name} = {scalar(b, scope, 2)}")
        scope.shapes[name] = NUMBER
        return
    name = b.pick(old)
    operator = b.pick(["=", "+=", "-=", "*="])
    b.emit(scope, f"{name} {operator} {scalar(b, scope, 2 if operator == '=' else 1)}")


@form("scalars", 3)
def array(b: Builder, scope: Scope) -> None:
    shape = scope.shapes[b.pick(scope.arrays)]
    name = b.pick(scope.like(shape)) if b.chance(0.4) else b.fresh("b")
    zeros = b.pick([f"np.zeros({shape})", f"np.full({shape}, 0.5)", f"np.ones({shape})"])
    b.emit(scope, f"{name} = {zeros if b.chance(0.12) else fresh_array(b, scope, shape)}")
    scope.shapes[name] = shape


@form("scalars")
def several(b: Builder, scope: Scope) -> None:
    """Several names at once, of numbers and arrays."""
    shape = scope.shapes[b.pick(scope.arrays)]
    first, second = b.fresh("t"), b.fresh("b")
    left = f"({first}, {second})" if b.chance(0.3) else f"{first}, {second}"
    b.emit(scope, f"{left} = {scalar(b, scope)}, {value(b, scope, shape)}")
    scope.shapes |= {first: NUMBER, second: shape}


@form("scalars", 1)
def unpacked_array(b: Builder, scope: Scope) -> bool | None:
    """The entries of an array, or its rows, by name."""
    source = b.pick(scope.arrays)
    n, rest = scope.shapes[source][0], scope.shapes[source][1:]
    names = [b.fresh("b" if rest else "t") for _ in range(n)]
    b.emit(scope, f"{', '.join(names)} = {source}", "unpacking an array")
    scope.shapes |= dict.fromkeys(names, rest)
    return None


@form("scalars", 1)
def walrus(b: Builder, scope: Scope) -> None:
    name, other = b.fresh("t"), b.fresh("t")
    b.emit(scope, f"{name} = ({other} := {scalar(b, scope)}) * {b.constant()} + {other}")
    scope.shapes |= {name: NUMBER, other: NUMBER}


@form("scalars", 1)
def chained(b: Builder, scope: Scope) -> None:
    first, second = b.fresh("t"), b.fresh("t")
    b.emit(scope, f"{first} = {second} = {scalar(b, scope, 2)}", "chained assignment")
    scope.shapes |= {first: NUMBER, second: NUMBER}
