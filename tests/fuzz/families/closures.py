"""Functions inside functions, lambdas, what they capture, globals that are read."""

from __future__ import annotations

from builder import INDENT, Builder, Line, form
from expressions import scalar, test, value
from scope import NUMBER, Callee, Scope


@form("closures", 2)
def nested(b: Builder, scope: Scope) -> bool | None:
    """A nested function of a number that reads what is around it."""
    if scope.function or scope.in_loop:
        return False
    name, number = b.fresh("inner"), b.fresh("u")
    inside = scope.inner(function=1, result="number", in_loop=False)
    b.emit(scope, f"def {name}({number}{b.pick(['', ', k=0.4'])}):")
    inside.shapes[number] = NUMBER
    if b.chance(0.5):
        b.emit(inside, f"if {test(b, inside)}:")
        b.emit(inside.inner(), f"return {scalar(b, inside, 2)}")
    b.emit(inside, f"return {number} * {scalar(b, inside, 2)}")
    scope.callees[name] = Callee((NUMBER,), NUMBER, ("nested function",))
    target = b.fresh("t")
    b.emit(scope, f"{target} = {name}({scalar(b, scope)})", "nested function", "closure")
    scope.shapes[target] = NUMBER
    return None


@form("closures", 2)
def nested_changing(b: Builder, scope: Scope) -> bool | None:
    """A nested function that changes an array of the function around it."""
    if scope.function or scope.in_loop:
        return False
    name, number, array = b.fresh("inner"), b.fresh("u"), b.pick(scope.arrays)
    inside = scope.inner(function=1)
    b.emit(scope, f"def {name}({number}):")
    b.emit(inside, f"{array}[{b.pick(['0', '-1', '1:'])}] {b.pick(['=', '+=', '*='])} {number} * {array}[0]")
    scope.callees[name] = Callee((NUMBER,), (-1,), ("closure that changes what it captures",))
    b.emit(scope, f"{name}({scalar(b, scope)})", "closure that changes what it captures")
    return None


@form("closures", 2)
def lambdas(b: Builder, scope: Scope) -> None:
    target, captured = b.fresh("t"), scalar(b, scope)
    form = b.integer(0, 2)
    if form == 0:
        b.emit(scope, f"{target} = (lambda u: u * {captured})({scalar(b, scope)})", "lambda")
    elif form == 1:
        name = b.fresh("fn")
        b.emit(scope, f"{name} = lambda u, k={b.constant()}: np.sin(u * k) + {captured}", "lambda")
        b.emit(scope, f"{target} = {name}({scalar(b, scope)}) * {name}(0.5)", "lambda")
    else:
        name, other = b.fresh("fn"), b.fresh("fn")
        b.emit(scope, f"{name}, {other} = lambda u: u * 0.5, lambda u: np.cos(u) * {captured}", "lambda")
        b.emit(scope, f"{target} = {name}({other}({scalar(b, scope)}))", "lambda")
    scope.shapes[target] = NUMBER


@form("closures", 1)
def passed(b: Builder, scope: Scope) -> bool | None:
    """A function that is passed to another."""
    if scope.function:
        return False
    name, target = b.fresh("apply"), b.fresh("t")
    b.top += [Line(f"def {name}(fn, a, *, k=2.0):", ()), Line(f"{INDENT}return fn(a) * k + fn(0.3)", ())]
    b.top += [Line("", ())] * 2
    callee = b.pick(["np.sin", "np.tanh", f"lambda u: u * {scalar(b, scope)}"])
    keyword = b.pick(["", ", k=0.5"])
    b.emit(scope, f"{target} = {name}({callee}, {scalar(b, scope)}{keyword})", "function passed", "keyword argument")
    scope.shapes[target] = NUMBER
    return None


@form("closures", 1)
def global_read(b: Builder, scope: Scope) -> None:
    name, target = b.fresh("TABLE").upper(), b.pick(scope.arrays)
    shape = scope.shapes[target]
    entries = ", ".join(b.constant() for _ in range(shape[-1]))
    b.top += [Line(f"{name} = np.array([{entries}])", ()), Line("", ())]
    new = b.fresh("b")
    b.emit(scope, f"{new} = {name} * ({value(b, scope, shape)})", "global array")
    scope.shapes[new] = shape
