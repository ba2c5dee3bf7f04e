"""Python's newer and smaller statements: `match`, starred targets, imports, `del`, annotations, context managers."""

from __future__ import annotations

from builder import INDENT, Builder, Line, form
from expressions import scalar, test
from scope import NUMBER, Items, Scope


@form("match", 2)
def match_integer(b: Builder, scope: Scope) -> bool | None:
    """`match` on an integer: one bound by a loop, or a count."""
    names = [*scope.indices, f"len({b.pick(scope.arrays)})", f"int(abs({scalar(b, scope)}))"]
    target = b.fresh("t")
    b.emit(scope, f"match {b.pick(names)}:", "match")
    case, body = scope.inner(), scope.inner().inner()
    for pattern in ("0", "1 | 2", b.pick(["_", "n if n > 2", "3 as n"])):
        b.emit(case, f"case {pattern}:")
        b.emit(body, f"{target} = {scalar(b, scope, 2)}{' * n' if ' n' in pattern else ''}", "match")
    if not pattern == "_":
        b.emit(case, "case _:")
        b.emit(body, f"{target} = {b.constant()}", "match")
    scope.shapes[target] = NUMBER
    return None


@form("match", 1)
def match_tuple(b: Builder, scope: Scope) -> None:
    target = b.fresh("t")
    b.emit(scope, f"match ({test(b, scope)}, {b.pick(['0', '1', '2'])}):", "match")
    case, body = scope.inner(), scope.inner().inner()
    b.emit(case, f"case (True, {b.pick(['1', '0 | 1', 'n'])}):")
    b.emit(body, f"{target} = {scalar(b, scope, 2)}", "match")
    b.emit(case, "case _:")
    b.emit(body, f"{target} = {scalar(b, scope)}", "match")
    scope.shapes[target] = NUMBER


@form("unpacking", 2)
def starred(b: Builder, scope: Scope) -> bool | None:
    """`first, *rest = x`."""
    source = b.pick(scope.arrays)
    n, row = scope.shapes[source][0], scope.shapes[source][1:]
    first, rest = b.fresh("b" if row else "t"), b.fresh("c")
    left = b.pick([f"{first}, *{rest}", f"*{rest}, {first}"])
    b.emit(scope, f"{left} = {source}", "starred target")
    scope.shapes[first] = row
    scope.lists[rest] = Items(row, n - 1, scope.home)
    return None


@form("small statements", 1)
def imported(b: Builder, scope: Scope) -> None:
    name, target = b.fresh("m"), b.fresh("t")
    b.emit(scope, b.pick([f"import math as {name}", f"from math import sin as {name}"]), "import inside")
    function = name if "from" in b.lines[-1].text else f"{name}.tanh"
    b.emit(scope, f"{target} = {function}({scalar(b, scope)})", "import inside")
    scope.shapes[target] = NUMBER


@form("small statements", 2)
def deleted(b: Builder, scope: Scope) -> bool | None:
    own = [n for n in scope.shapes if n[0] in "tb" and n[1:].isdigit()]
    if not own or scope.in_loop or scope.depth > 1:
        return False
    name, target = b.pick(own), b.fresh("b" if scope.shapes[own[0]] else "t")
    target = b.fresh("b" if scope.shapes[name] else "t")
    b.emit(scope, f"{target} = {name} * {b.constant()}", "del")
    b.emit(scope, f"del {name}", "del")
    scope.shapes[target] = scope.shapes.pop(name)
    scope.callees = {}  # one of them may read it
    return None


@form("small statements", 1)
def annotated(b: Builder, scope: Scope) -> None:
    name = b.fresh("t")
    b.emit(scope, f"{name}: float = {scalar(b, scope, 2)}", "annotated assignment")
    scope.shapes[name] = NUMBER


@form("small statements", 1)
def own_context(b: Builder, scope: Scope) -> None:
    """A context manager of the user's own."""
    name, target = b.fresh("Around"), b.fresh("t")
    lines = [f"class {name}:", f"{INDENT}def __enter__(self):", f"{INDENT * 2}return self"]
    lines += [f"{INDENT}def __exit__(self, *error):", f"{INDENT * 2}return False", "", ""]
    b.top += [Line(text, ()) for text in lines]
    b.emit(scope, f"with {name}():", "context manager of one's own")
    b.emit(scope.inner(), f"{target} = {scalar(b, scope, 2)}")
    scope.shapes[target] = NUMBER


@form("truth", 1)
def any_all(b: Builder, scope: Scope) -> None:
    target, name = b.fresh("t"), b.pick(scope.arrays)
    question = b.pick([f"({name} > {b.constant()}).any()", f"np.all({name} < {b.constant()})"])
    if len(scope.shapes[name]) == 1:
        question = b.pick([question, f"any(v > {b.constant()} for v in {name})", f"all([v < 1.2 for v in {name}])"])
    b.emit(scope, f"{target} = {scalar(b, scope)} if {question} else {scalar(b, scope)}", "any, all")
    scope.shapes[target] = NUMBER


@form("truth", 1)
def trips_of_data(b: Builder, scope: Scope) -> bool | None:
    """As many trips as an active number says."""
    i, name = b.fresh("i"), b.pick(scope.arrays)
    b.emit(
        scope, f"for {i} in range(min(int(abs({scalar(b, scope)})), 3) + {b.pick(['0', '1'])}):", "trip count of data"
    )
    b.emit(scope.inner(), f"{name}[{b.pick(['0', '-1', '1:'])}] *= {scalar(b, scope)} * 0.5")
    return None
