"""Cells that change: elements, slices, masks, fancy indices, overlapping parts, NumPy's functions that write."""

from __future__ import annotations

from builder import Builder, form
from expressions import fresh_array, region, scalar, value
from scope import Scope


@form("stores", 5)
def store(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    index, cells = region(b, scope, name)
    operator = b.pick(["=", "=", "+=", "-=", "*="])
    stored = scalar(b, scope, 2) if b.chance(0.4) else value(b, scope, cells)
    b.emit(scope, f"{name}[{index}] {operator} {stored}")


@form("stores", 2)
def whole(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    operator = b.pick(["+=", "-=", "*=", "/="])
    right = value(b, scope, scope.shapes[name])
    b.emit(scope, f"{name} {operator} {f'(2 + ({right}) ** 2)' if operator == '/=' else right}", "array in place")


@form("stores")
def masked(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    right = b.pick([scalar(b, scope), f"np.sin({name}[{name} > 0.3])", f"{name}[{name} > 0.3] * 0.5"])
    operator = b.pick(["=", "*=", "+="])
    b.emit(scope, f"{name}[{name} > 0.3] {operator} {right}", "masked store")


@form("stores")
def kept_mask(b: Builder, scope: Scope) -> None:
    name, mask = b.pick(scope.arrays), b.fresh("m")
    b.emit(scope, f"{mask} = {name} > {b.constant()}")
    like = b.pick(scope.like(scope.shapes[name]))
    operator = b.pick(["=", "+=", "*="])
    b.emit(scope, f"{like}[{b.pick([mask, f'~{mask}'])}] {operator} {scalar(b, scope)}", "masked store")


@form("stores")
def fancy(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    shape = scope.shapes[name]
    right = value(b, scope, (3, *shape[1:]))
    last = min(2, shape[0] - 1)
    index = b.pick([f"[0, {last}, 0]", f"[{last}, 1, 0]", f"np.array([1, 0, {last}])", f"(np.array([0, {last}, 0]),)"])
    if index.startswith("("):
        index = index[1:-2]
    b.emit(scope, f"{name}[{index}] {b.pick(['=', '+=', '*='])} {right}", "fancy store")


@form("stores")
def table(b: Builder, scope: Scope) -> bool | None:
    """A store at the entries of an integer array."""
    fitting = [(t, n) for t, (_, bound) in scope.tables.items() for n in scope.arrays if scope.shapes[n][0] == bound]
    if not fitting:
        return False
    index, name = fitting[b.integer(0, len(fitting) - 1)]
    right = value(b, scope, (scope.tables[index][0], *scope.shapes[name][1:]))
    b.emit(scope, f"{name}[{index}] {b.pick(['=', '+=', '-='])} {right}", "fancy store")
    return None


@form("stores", 2)
def overlapping(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    target, source = (("1:", ":-1"), (":-1", "1:"), ("::-1", ":"), (":", "::-1"))[b.integer(0, 3)]
    operator = b.pick(["+=", "=", "*=", "-="])
    right = b.pick([f"{name}[{source}]", f"np.sin({name}[{source}])", f"{name}[{source}] * {b.constant()}"])
    b.emit(scope, f"{name}[{target}] {operator} {right}", "overlapping store")


@form("writing functions", 1)
def add_at(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    function = b.pick(["add", "add", "subtract"])
    last = min(2, scope.shapes[name][0] - 1)
    right = value(b, scope, (3, *scope.shapes[name][1:]))
    b.emit(scope, f"np.{function}.at({name}, [0, {last}, 0], {right})", "ufunc.at")


@form("writing functions", 1)
def copyto(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    b.emit(scope, f"np.copyto({name}, {value(b, scope, scope.shapes[name])})")


@form("writing functions", 1)
def fill(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    part = b.pick(["", "[1:]", "[::2]"])
    b.emit(scope, f"{name}{part}.fill({scalar(b, scope)})", "fill")


@form("writing functions", 2)
def out(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    shape = scope.shapes[name]
    first, second = value(b, scope, shape), value(b, scope, shape)
    call = b.pick([f"np.add({first}, {second}, out={name})", f"np.multiply({first}, {scalar(b, scope)}, out={name})",
                   f"np.sin({first}, out={name})", f"np.maximum({first}, 0.1, out={name})"])  # fmt: skip
    b.emit(scope, call, "out=")


@form("writing functions", 1)
def born_empty(b: Builder, scope: Scope) -> None:
    """An array that is made empty and filled by parts."""
    shape, name = scope.shapes[b.pick(scope.arrays)], b.fresh("b")
    b.emit(scope, f"{name} = np.empty({shape})")
    b.emit(scope, f"{name}[0] = {scalar(b, scope)}", "array filled by parts")
    b.emit(scope, f"{name}[1:] = {fresh_array(b, scope, (shape[0] - 1, *shape[1:]))}", "array filled by parts")
    scope.shapes[name] = shape
