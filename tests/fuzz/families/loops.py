"""Loops: with constant, dependent and data-dependent bounds, over arrays and containers, with `else`."""

from __future__ import annotations

from builder import Builder, form
from expressions import scalar, test
from scope import NUMBER, Scope

ALWAYS = ["range(3)", "range(1, 3)", "range(2, -1, -1)", "range(0, 3, 2)"]


@form("loops", 4, compound=True)
def loop(b: Builder, scope: Scope) -> None:
    name = b.fresh("i")
    dependent = [t for i in scope.indices for t in (f"range({i})", f"range({i}, 3)", f"range({i} + 1, 3)")]
    sure = [*ALWAYS, *(t for n in scope.like((4,))[:1] for t in (f"range(len({n}) - 1)", f"range({n}.shape[0] - 1)"))]
    chosen = b.pick([*sure, "range(0)", *dependent, *dependent])
    b.emit(scope, f"for {name} in {chosen}:", *(["triangular loop"] if chosen in dependent else []))
    _body(b, scope, {name: 3}, chosen in sure)


def _body(b: Builder, scope: Scope, indices: dict[str, int], always: bool) -> None:
    """The body of a loop, and `else`; what the body binds is there afterwards if it surely runs."""
    start = len(b.lines)
    inside = scope.inner(in_loop=True)
    inside.indices |= indices
    b.block(inside)
    jumps = any(line.text.lstrip().startswith(("break", "continue", "return")) for line in b.lines[start:])
    if b.chance(0.15):
        b.emit(scope, "else:", "else of a loop")
        b.block(scope.inner())
    if always and not jumps and b.chance(0.6):
        scope.take(inside)


@form("loops", 3, compound=True)
def counted_while(b: Builder, scope: Scope) -> None:
    counter = b.fresh("k")
    b.emit(scope, f"{counter} = 0")
    if b.chance(0.3):
        b.emit(scope, "while True:", "while True with break")
        inside = scope.inner()
        b.emit(inside, f"{counter} += 1")
        b.emit(inside, f"if {counter} > 2{f' or {test(b, scope)}' if b.chance(0.5) else ''}:")
        b.emit(inside.inner(), "break")
    else:
        more = f" and {test(b, scope)}" if b.chance(0.5) else ""
        b.emit(scope, f"while {counter} < 3{more}:", *(["while on data"] if more else []))
        b.emit(scope.inner(), f"{counter} += 1")
    _body(b, scope, {}, always=False)


@form("loops", 1, compound=True)
def while_on_data(b: Builder, scope: Scope) -> bool | None:
    """As many trips as the data say: a number that halves."""
    name = b.fresh("t")
    b.emit(scope, f"{name} = 1.3 + min(abs({scalar(b, scope)}), 4.0)")
    b.emit(scope, f"while {name} > {b.pick(['0.9', '0.5'])}:", "while on data")
    b.emit(scope.inner(), f"{name} = {name} * {b.pick(['0.5', '0.7'])}")
    scope.shapes[name] = NUMBER
    frozen = scope.inner(in_loop=True)
    del frozen.shapes[name]
    for _ in range(2):
        if frozen.arrays:
            target = b.pick(frozen.arrays)
            b.emit(frozen, f"{target}[{b.pick(['0', '-1', '1:'])}] *= {name} + {scalar(b, frozen)} * 0.1")
    return None


@form("iteration", 2, compound=True)
def over_array(b: Builder, scope: Scope) -> None:
    """The entries of an array, or its rows (which are views)."""
    matrices = [n for n in scope.arrays if len(scope.shapes[n]) > 1]
    source, name = b.pick(matrices if matrices and b.chance(0.5) else scope.arrays), b.fresh("e")
    form = b.integer(0, 3)
    row = scope.shapes[source][1:]
    like = b.pick(scope.like(scope.shapes[source]))
    other, i = b.fresh("e"), b.fresh("i")
    inside = scope.inner(in_loop=True)
    inside.shapes[name] = row
    if form < 2:
        b.emit(scope, f"for {name} in {source}:", "loop over an array")
    elif form == 2:
        b.emit(scope, f"for {name}, {other} in zip({source}, {like}):", "zip")
        inside.shapes[other] = row
    else:
        b.emit(scope, f"for {i}, {name} in enumerate({source}):", "enumerate")
        inside.indices[i] = scope.shapes[source][0]
    if row and b.chance(0.8):
        b.emit(inside, f"{name}[0] {b.pick(['=', '*=', '+='])} {scalar(b, inside)}", "store through a loop's row")
    b.block(inside, 3)


@form("loops", 1)
def search(b: Builder, scope: Scope) -> bool | None:
    """A search that leaves its loop, with `else` where it finds nothing."""
    source, name, i = b.pick(scope.arrays), b.fresh("t"), b.fresh("i")
    if len(scope.shapes[source]) != 1:
        return False
    b.emit(scope, f"for {i} in range({scope.shapes[source][0]}):", "else of a loop", "search with break")
    b.emit(scope.inner(), f"if {source}[{i}] > {b.constant()}:")
    b.emit(scope.inner().inner(), f"{name} = {source}[{i}] * {scalar(b, scope)}")
    b.emit(scope.inner().inner(), "break")
    b.emit(scope, "else:")
    b.emit(scope.inner(), f"{name} = {scalar(b, scope)}")
    scope.shapes[name] = NUMBER
    return None


@form("loops", 2)
def skipping(b: Builder, scope: Scope) -> None:
    """A loop that leaves out some trips, or a loop in a loop that is left from inside."""
    name, i, j = b.pick(scope.arrays), b.fresh("i"), b.fresh("j")
    inside = scope.inner(in_loop=True)
    inside.indices[i] = scope.shapes[name][0]
    b.emit(scope, f"for {i} in range({scope.shapes[name][0]}):")
    if b.chance(0.5):
        b.emit(inside, f"for {j} in range({b.pick(['2', '3', i])}):")
        inside = inside.inner()
    b.emit(inside, f"if {test(b, inside)}:")
    b.emit(inside.inner(), f"{name}[{i}] {b.pick(['*=', '+=', '='])} {scalar(b, inside)}")
    b.emit(inside.inner(), b.pick(["continue", "continue", "break"]))
    b.emit(inside, f"{name}[{b.pick([i, '0', '-1'])}] {b.pick(['*=', '-='])} {scalar(b, inside)}")


@form("loops", 1)
def recurrence(b: Builder, scope: Scope) -> None:
    """A recurrence along an array: forwards, backwards, over a triangle."""
    name = b.pick(scope.arrays)
    n, i, j = scope.shapes[name][0], b.fresh("i"), b.fresh("j")
    form, factor = b.integer(0, 3), scalar(b, scope)
    inside = scope.inner()
    if form == 0:
        b.emit(scope, f"for {i} in range(1, {n}):", "recurrence")
        b.emit(inside, f"{name}[{i}] {b.pick(['=', '+='])} np.sin({name}[{i} - 1]) * {factor}")
    elif form == 1:
        b.emit(scope, f"for {i} in range({n} - 2, -1, -1):", "recurrence")
        b.emit(inside, f"{name}[{i}] = {name}[{i} + 1] * 0.5 + {name}[{i}] * {factor}")
    elif form == 2:
        b.emit(scope, f"for {i} in range({n}):", "triangular loop", "recurrence")
        b.emit(inside, f"for {j} in range({b.pick([i, f'{i}, {n}', f'{i} + 1'])}):")
        b.emit(inside.inner(), f"{name}[{i}] {b.pick(['+=', '-='])} {name}[{j}] * {name}[{b.pick([i, j])}] * 0.2")
    else:
        b.emit(scope, f"for {i} in range(1, {n} - 1):", "recurrence")
        b.emit(inside, f"{name}[{i}] = {name}[{i} - 1] * {name}[{i} + 1] + {name}[{i}] * 0.5")
