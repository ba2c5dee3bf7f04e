"""Names for one array: aliases, views and views of views, choices, swaps, permutations, arrays moved on in a loop."""

from __future__ import annotations

from builder import Builder, form
from expressions import fresh_array, scalar, test
from scope import NUMBER, Scope


@form("views", 5)
def alias(b: Builder, scope: Scope) -> bool | None:
    views_of = [n for n in scope.arrays if n.startswith("v")]
    name = b.pick(views_of if views_of and b.chance(0.75) else scope.arrays)
    shape = scope.shapes[name]
    n, rest = shape[0], shape[1:]
    views = [("", shape), ("", shape), ("[1:]", (n - 1, *rest)), ("[:-1]", (n - 1, *rest)), ("[::-1]", shape)]
    views += [("[::2]", ((n + 1) // 2, *rest)), ("[...]", shape), ("[:]", shape)]
    if rest:
        views += [(".T", shape[::-1]), ("[1]", rest), ("[:, 0]", (n,)), ("[:, 1:]", (n, rest[0] - 1))]
        views += [("[..., ::-1]", shape), (".ravel()", (n * rest[0],)), (".reshape(-1)", (n * rest[0],))]
        views += [("[-1, ::-1]", rest), (".transpose()", shape[::-1]), (f".reshape({rest[0]}, {n})", shape[::-1])]
    else:
        views += [("[None, :]", (1, n)), ("[:, np.newaxis]", (n, 1)), (f".reshape(1, {n})", (1, n))]
    for i, bound in scope.indices.items():
        views += [(f"[{i}]", rest)] * 3 if rest and bound <= n else []
        views += [(f"[{i}:{i} + 2]", (2, *rest))] * 2 if bound + 1 <= n else []
    text, new = views[b.integer(0, len(views) - 1)]
    if 0 in new or n * (rest or (1,))[0] < 3:
        return False
    target = b.fresh("v")
    tags = ["alias" if not text else "view"] + (["view of a view"] if name.startswith("v") else [])
    tags += ["negative step"] if "::-1" in text else []
    b.emit(scope, f"{target} = {name}{text}", *tags)
    scope.shapes[target] = new
    return None


@form("aliases", 2)
def rebind(b: Builder, scope: Scope) -> bool | None:
    name = b.pick(scope.arrays)
    others = [n for n in scope.like(scope.shapes[name]) if n != name]
    if not others:
        return False
    other = b.pick(others)
    if b.chance(0.5):
        target = b.fresh("v") if b.chance(0.6) else name
        b.emit(
            scope, f"{target} = {other} if {test(b, scope)} else {b.pick([*others, name])}", "array chosen by a ternary"
        )
        scope.shapes[target] = scope.shapes[name]
        if b.chance(0.6):
            changed = b.pick([target, other])
            b.emit(scope, f"{changed}[{b.pick(['0', '1:', '-1'])}] {b.pick(['=', '*=', '+='])} {scalar(b, scope)}")
    else:
        b.emit(scope, f"{name} = {other}", "rebinding to another array")
    return None


@form("aliases", 2)
def chosen(b: Builder, scope: Scope) -> bool | None:
    """An alias that two branches bind to different arrays, and then a store through it."""
    name = b.pick(scope.arrays)
    others = [n for n in scope.like(scope.shapes[name]) if n != name]
    if not others:
        return False
    target = b.fresh("v")
    inside = scope.inner()
    b.emit(scope, f"if {test(b, scope)}:", "array chosen by a branch")
    b.emit(inside, f"{target} = {name}")
    b.emit(scope, "else:")
    b.emit(inside, f"{target} = {b.pick(others)}")
    b.emit(scope, f"{target}[{b.pick(['0', '1:', '-1'])}] {b.pick(['=', '*=', '+='])} {scalar(b, scope)}")
    scope.shapes[target] = scope.shapes[name]
    return None


@form("aliases", 4)
def swap(b: Builder, scope: Scope) -> bool | None:
    name = b.pick(list(scope.shapes))
    others = [n for n in scope.like(scope.shapes[name]) if n != name]
    if not others:
        return False
    kind = "swap of numbers" if scope.shapes[name] == NUMBER else "swap of arrays"
    other = b.pick(others)
    third = b.pick([n for n in others if n != other] or [""])
    if third and b.chance(0.4):
        b.emit(scope, f"{name}, {other}, {third} = {third}, {name}, {other}", "permutation")
    else:
        b.emit(scope, f"{name}, {other} = {other}, {name}", kind)
    return None


@form("aliases", 1)
def cells_swapped(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    if len(scope.shapes[name]) == 2 and b.chance(0.5):
        b.emit(scope, f"{name}[[0, 1]] = {name}[[1, 0]]", "cells swapped")
    else:
        b.emit(scope, f"{name}[0], {name}[-1] = {name}[-1], {name}[0]", "cells swapped")


@form("aliases", 1)
def ping_pong(b: Builder, scope: Scope) -> None:
    """Two buffers that take turns."""
    name = b.pick(scope.arrays)
    shape = scope.shapes[name]
    old, new, i = b.fresh("b"), b.fresh("b"), b.fresh("i")
    b.emit(scope, f"{old} = {b.pick([f'{name}.copy()', name, f'{name} * 1.0'])}")
    b.emit(scope, f"{new} = np.zeros({shape})" if b.chance(0.6) else f"{new} = {old}.copy()")
    b.emit(scope, f"for {i} in range({b.pick(['2', '3', f'len({name}) - 1'])}):", "ping-pong buffers")
    inside = scope.inner()
    b.emit(inside, f"{new}[1:] = {old}[:-1] * {scalar(b, scope)} + {old}[1:]")
    if b.chance(0.5):
        b.emit(inside, f"{new}[0] = np.sin({old}[{b.pick(['0', '-1'])}])")
    b.emit(inside, f"{old}, {new} = {new}, {old}")
    scope.shapes |= {old: shape, new: shape}


@form("aliases", 1)
def moved_on(b: Builder, scope: Scope) -> None:
    """An array born in each trip, which takes the place of the one before."""
    name, i, new = b.pick(scope.arrays), b.fresh("i"), b.fresh("b")
    shape = scope.shapes[name]
    b.emit(scope, f"for {i} in range({b.pick(['2', '3'])}):", "array moved on in a loop")
    inside = scope.inner()
    born = b.pick([f"np.zeros({shape})", f"np.zeros_like({name})", fresh_array(b, scope, shape)])
    b.emit(inside, f"{new} = {born}")
    b.emit(inside, f"{new}[{b.pick(['0', '1:', i])}] += {name}[{b.pick(['0', '-1'])}] * {scalar(b, scope)}")
    b.emit(inside, f"{name} = {new}")
    scope.shapes[new] = shape
