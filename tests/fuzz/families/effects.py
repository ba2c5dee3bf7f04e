"""What stands beside the numbers: printing, texts, integers and truth values, shapes that are read."""

from __future__ import annotations

from builder import Builder, form
from expressions import scalar
from scope import NUMBER, Scope


@form("effects", 1)
def printed(b: Builder, scope: Scope) -> None:
    name = b.pick(list(scope.shapes))
    b.emit(scope, b.pick([f"print({name})", f"print(f'{{{name}}} and {{{name} * 2}}')"]), "print")


@form("effects", 1)
def text(b: Builder, scope: Scope) -> None:
    name, target = b.pick(list(scope.shapes)), b.fresh("text")
    b.emit(scope, f"{target} = f'{{{name}!r:>9}} of {{{b.constant()}:.2f}}'", "f-string")


@form("integers", 2)
def integers(b: Builder, scope: Scope) -> None:
    """Integers computed beside, which scale what is active."""
    source, count, target = b.pick(scope.arrays), b.fresh("n"), b.fresh("t")
    made = b.pick([f"len({source})", f"{source}.shape[0] - 1", f"int(abs({scalar(b, scope)})) + 1", f"{source}.size"])
    b.emit(scope, f"{count} = {made}", "integers beside")
    b.emit(scope, f"{target} = {scalar(b, scope)} * {count} / 3", "integers beside")
    scope.shapes[target] = NUMBER


@form("integers", 1)
def chosen_index(b: Builder, scope: Scope) -> bool | None:
    """An index that the data choose."""
    source = b.pick(scope.arrays)
    if len(scope.shapes[source]) != 1:
        return False
    name = b.fresh("n")
    b.emit(scope, f"{name} = int(np.{b.pick(['argmax', 'argmin'])}({source}))", "index chosen by data")
    b.emit(scope, f"{source}[{name}] {b.pick(['=', '*=', '+='])} {scalar(b, scope)}", "index chosen by data")
    return None


@form("integers", 1)
def kept_test(b: Builder, scope: Scope) -> None:
    """A truth value that is kept and used."""
    name, target = b.fresh("flag"), b.fresh("t")
    b.emit(scope, f"{name} = {scalar(b, scope)} > {b.constant()}")
    b.emit(scope, f"{target} = {scalar(b, scope)} if {name} else {scalar(b, scope)}", "truth value kept")
    scope.shapes[target] = NUMBER


@form("integers", 1)
def table(b: Builder, scope: Scope) -> None:
    """An array of indices."""
    name, source = b.fresh("at"), b.pick(scope.arrays)
    n = scope.shapes[source][0]
    made = [f"np.arange({n})[::-1]", f"np.array([{', '.join(str(b.integer(0, n - 1)) for _ in range(n))}])"]
    made += [f"np.arange({n}) // 2"] + ([f"np.argsort({source})"] if len(scope.shapes[source]) == 1 else [])
    b.emit(scope, f"{name} = {b.pick(made)}")
    target = b.fresh("b")
    b.emit(scope, f"{target} = {source}[{name}] * {scalar(b, scope)}", "array of indices")
    scope.tables[name] = (n, n)
    scope.shapes[target] = scope.shapes[source]
