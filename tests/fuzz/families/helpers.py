"""The user's own functions: that change their arguments, return views, have defaults, call themselves."""

from __future__ import annotations

from builder import INDENT, Builder, Line, form
from expressions import region, scalar, value, view_or_name
from scope import NUMBER, Callee, Scope, Shape


def _parameters(b: Builder, count: int) -> list[str]:
    """Parameters' names: the caller's own now and then."""
    return ["x", "y", "s"][:count] if b.chance(0.3) else [b.fresh("p") for _ in range(count)]


def _call(b: Builder, scope: Scope, name: str, callee: Callee) -> None:
    """Call a function with names or views that fit, two of which may be one array."""
    args = [view_or_name(b, scope, s) if s else scalar(b, scope) for s in callee.takes]
    text = f"{name}({', '.join(a for a in [*args, b.pick(list(callee.extra))] if a)})"
    if callee.gives == (-1,):
        b.emit(scope, text, *callee.tags)
        return
    target = b.fresh("v" if callee.gives else "t")
    b.emit(scope, f"{target} = {text}", *callee.tags)
    scope.shapes[target] = callee.gives


@form("helpers", 3)
def call(b: Builder, scope: Scope) -> bool | None:
    """A function that is there already, once more."""
    if not scope.callees:
        return False
    name = b.pick(list(scope.callees))
    _call(b, scope, name, scope.callees[name])
    return None


@form("helpers", 2)
def helper(b: Builder, scope: Scope) -> bool | None:
    """A function of two arrays of one shape and a number, with any statements in it."""
    if scope.function:
        return False
    shape = scope.shapes[b.pick(scope.arrays)]
    first, second, number = _parameters(b, 3)
    name = b.fresh("helper")
    default = b.chance(0.5)
    with b.aside() as lines:
        inside = Scope({first: shape, second: shape, number: NUMBER}, depth=1, function=1)
        gives = _result(b)
        inside.result = "number" if gives == NUMBER else None
        lines.append(Line(f"def {name}({first}, {second}, {number}{'=0.7' if default else ''}):", ()))
        b.left += 2
        b.block(inside, 3)
        gives = _returned(b, inside, first, gives)
        lines += [Line("", ()), Line("", ())]
    extra = ("", f"{number}={scalar(b, scope)}") if default else (scalar(b, scope),)
    tags = ("call of a helper",) + (("default argument",) if default else ())
    scope.callees[name] = Callee((shape, shape), gives, tags, extra)
    _call(b, scope, name, scope.callees[name])
    return None


def _result(b: Builder) -> Shape:
    return ((1,), NUMBER, (-1,))[b.integer(0, 2)]


def _returned(b: Builder, inside: Scope, first: str, gives: Shape) -> Shape:
    """Return an array (it may be an argument, or a view of one), a number, or nothing."""
    if gives == (-1,):
        return gives
    if gives == NUMBER:
        b.emit(inside, f"return {scalar(b, inside, 2)}")
        return NUMBER
    name = b.pick(inside.arrays)
    shape = inside.shapes[name]
    if shape[0] > 3 and b.chance(0.4):
        b.emit(inside, f"return {name}[1:]", "helper returns a view")
        return (shape[0] - 1, *shape[1:])
    b.emit(inside, f"return {name}")
    return shape


@form("helpers", 2)
def changing(b: Builder, scope: Scope) -> bool | None:
    """A function that changes its first argument by its second, which may be the same array or a part of it."""
    if scope.function:
        return False
    shape = scope.shapes[b.pick(scope.arrays)]
    first, second = _parameters(b, 2)
    name = b.fresh("change")
    inside = Scope({first: shape, second: shape}, depth=1, function=1)
    with b.aside() as lines:
        lines.append(Line(f"def {name}({first}, {second}):", ()))
        for _ in range(b.integer(1, 2)):
            index, cells = region(b, inside, first)
            b.emit(inside, f"{first}[{index}] {b.pick(['=', '+=', '*='])} {value(b, inside, cells)}")
        gives: Shape = (-1,)
        if b.chance(0.5):
            b.emit(inside, f"return {b.pick([first, second, f'{first}[::-1]'])}", "helper returns a view")
            gives = shape
        lines += [Line("", ()), Line("", ())]
    scope.callees[name] = Callee((shape, shape), gives, ("helper that changes its argument",))
    same = b.pick(scope.like(shape))
    if b.chance(0.3):
        b.emit(scope, f"{name}({same}, {same})", "two arguments that are one array")
    _call(b, scope, name, scope.callees[name])
    return None


@form("helpers", 1)
def recursive(b: Builder, scope: Scope) -> bool | None:
    if scope.function:
        return False
    name, shape = b.fresh("again"), _shape(b, scope)
    form = b.integer(0, 2)
    bodies = (
        ["if n < 1:", f"{INDENT}return a * 0.5", f"return {name}(np.sin(a) + a * k, n - 1, k) * 0.8"],
        ["if n < 2:", f"{INDENT}return a", f"return {name}(a, n - 1, k) + k * {name}(a, n - 2, k)"],
        ["if n > 0:", f"{INDENT}a = {name}(a * k, n - 1, k)", f"{INDENT}a = a + np.tanh(a)", "return a"],
    )
    b.top += [Line(f"def {name}(a, n, k):", ())] + [Line(INDENT + t, ()) for t in bodies[form]] + [Line("", ())] * 2
    scope.callees[name] = Callee((shape,), shape, ("recursion",), (f"{b.integer(1, 3)}, {scalar(b, scope)}",))
    _call(b, scope, name, scope.callees[name])
    return None


def _shape(b: Builder, scope: Scope) -> Shape:
    return NUMBER if b.chance(0.5) else scope.shapes[b.pick(scope.arrays)]


@form("helpers", 1)
def mutual(b: Builder, scope: Scope) -> bool | None:
    if scope.function:
        return False
    even, odd = b.fresh("even"), b.fresh("odd")
    texts = [f"def {even}(a, n):", f"{INDENT}return a if n < 1 else {odd}(a * 0.9 + 0.1, n - 1)", "", ""]
    texts += [f"def {odd}(a, n):", f"{INDENT}return a * a if n < 1 else np.sin({even}(a, n - 1))", "", ""]
    b.top += [Line(t, ()) for t in texts]
    shape = _shape(b, scope)
    scope.callees[even] = Callee((shape,), shape, ("mutual recursion",), ("3", "2"))
    _call(b, scope, even, scope.callees[even])
    return None
