"""Branches on data, early exits, `with`, `match`, `try`."""

from __future__ import annotations

from builder import Builder, form
from expressions import scalar, test
from scope import NUMBER, Scope


@form("branches", 5, compound=True)
def branch(b: Builder, scope: Scope) -> None:
    b.emit(scope, f"if {test(b, scope)}:", "branch on data")
    first = scope.inner()
    b.block(first)
    if _leaves(b, scope, first):
        return
    rest = [scope.inner()]
    if b.chance(0.4):
        b.emit(scope, f"elif {test(b, scope)}:", "elif")
        b.block(rest[-1])
        rest.append(scope.inner())
    if b.chance(0.6):
        b.emit(scope, "else:")
        b.block(rest[-1])
        if b.chance(0.4):
            _bound_too(b, scope, first, rest[-1])
    scope.meet(first, *rest)


def _leaves(b: Builder, scope: Scope, first: Scope) -> bool:
    """An early exit at the end of a branch."""
    if scope.in_loop and b.chance(0.5):
        b.emit(first, b.pick(["break", "continue", "continue", "continue"]))
        return True
    if scope.result == "number" and b.chance(0.6):
        b.emit(first, f"return {scalar(b, first, 2)}", "early return")
        return True
    return False


def _bound_too(b: Builder, scope: Scope, first: Scope, second: Scope) -> None:
    """An alias that the second branch binds too, if the first bound one."""
    new = [n for n in first.shapes if n not in scope.shapes and n.startswith(("v", "b"))]
    for name in new[:1]:
        same = second.like(first.shapes[name])
        if same:
            b.emit(second, f"{name} = {b.pick(same)}", "array chosen by a branch")
            second.shapes[name] = first.shapes[name]


@form("branches", 2)
def guard(b: Builder, scope: Scope) -> None:
    """A check that does not fire."""
    name = b.pick(scope.arrays)
    if b.chance(0.5):
        b.emit(scope, f"assert {name}.shape == {scope.shapes[name]}, {name}", "assert")
    else:
        b.emit(scope, f"if {name}.sum() > 1e6:", "raise in a branch not taken")
        b.emit(scope.inner(), f"raise ValueError(f'too large: {{{name}}}')")


@form("branches", 1, compound=True)
def with_errstate(b: Builder, scope: Scope) -> None:
    b.emit(scope, "with np.errstate(divide='ignore', invalid='ignore'):", "with np.errstate")
    inside = scope.inner()
    b.block(inside, 3)
    scope.take(inside)


@form("branches", 5)
def one_of_three(b: Builder, scope: Scope) -> None:
    """A dispatch on an integer."""
    count = f"len({b.pick(scope.arrays)})"
    name, target = b.pick([*scope.indices, f"({count} - 3)", f"({count} - 3)", f"({count} - 2)"]), b.fresh("t")
    b.emit(scope, f"if {name} == 0:", "branch on an integer")
    b.emit(scope.inner(), f"{target} = {scalar(b, scope, 2)}")
    b.emit(scope, f"elif {name} == 1:", "elif")
    b.emit(scope.inner(), f"{target} = {b.constant()}")
    b.emit(scope, "else:")
    b.emit(scope.inner(), f"{target} = {scalar(b, scope, 2)}")
    scope.shapes[target] = NUMBER
