"""More of NumPy's functions and methods that write, and of ufuncs' methods."""

from __future__ import annotations

from builder import Builder, form
from expressions import fresh_array, scalar, value
from scope import NUMBER, Scope


@form("put and place", 1)
def put(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    mask, other = f"{name} > {b.constant()}", scalar(b, scope)
    first, second = scalar(b, scope), scalar(b, scope)
    call = b.pick([f"np.put({name}, [0, 2], [{first}, {second}])",
                   f"np.put({name}, [1, 0], {other})", f"np.putmask({name}, {mask}, {first})",
                   f"np.place({name}, {mask}, [{scalar(b, scope)}])"])  # fmt: skip
    b.emit(scope, call, "put, place, putmask")


@form("put and place", 1)
def diagonal(b: Builder, scope: Scope) -> bool | None:
    matrices = scope.of(lambda s: len(s) == 2 and min(s) > 1)
    if not matrices:
        return False
    b.emit(scope, f"np.fill_diagonal({b.pick(matrices)}, {scalar(b, scope)})", "fill_diagonal")
    return None


@form("put and place", 1)
def sorted_in_place(b: Builder, scope: Scope) -> None:
    b.emit(scope, f"{b.pick(scope.arrays)}.sort()", "sort in place")


@form("ufunc methods", 2)
def ufunc_method(b: Builder, scope: Scope) -> bool | None:
    name, target = b.pick(scope.arrays), b.fresh("t")
    if len(scope.shapes[name]) != 1:
        return False
    sines = f"np.multiply.reduce(np.sin({name}))"
    call = b.pick([f"np.add.reduce({name})", f"np.add.accumulate({name})[-1]", f"np.maximum.reduce({name})",
                   f"np.multiply.outer({name}, {name}).sum() * 0.1", sines])  # fmt: skip
    b.emit(scope, f"{target} = {call}", "ufunc methods")
    scope.shapes[target] = NUMBER
    return None


@form("where= and item", 1)
def where(b: Builder, scope: Scope) -> None:
    name, target = b.pick(scope.arrays), b.fresh("t")
    b.emit(scope, f"{target} = np.sum({name}, where={name} > {b.constant()})", "where=")
    scope.shapes[target] = NUMBER


@form("where= and item", 1)
def where_out(b: Builder, scope: Scope) -> None:
    name = b.pick(scope.arrays)
    shape = scope.shapes[name]
    first, mask = value(b, scope, shape), b.pick(scope.like(shape))
    b.emit(scope, f"np.multiply({first}, {scalar(b, scope)}, out={name}, where={mask} > {b.constant()})", "where=")


@form("where= and item", 1)
def item(b: Builder, scope: Scope) -> None:
    target = b.fresh("t")
    b.emit(scope, f"{target} = {b.pick(scope.arrays)}.item({b.pick(['0', '1'])})", "item()")
    scope.shapes[target] = NUMBER


@form("slim", 6)
def slim(b: Builder, scope: Scope) -> bool | None:
    """Arrays with an axis of one, which spread over others."""
    matrices = scope.of(lambda s: len(s) == 2 and min(s) > 1)
    if not matrices:
        return False
    matrix = b.pick(matrices)
    n, m = scope.shapes[matrix]
    fitting = scope.of(lambda s: s in ((1, m), (n, 1)))
    if not fitting:
        name = b.fresh("r")
        row = b.chance(0.5)
        made = f"{matrix}.sum(axis={0 if row else 1}, keepdims=True) * {scalar(b, scope)}"
        b.emit(scope, f"{name} = {made}", "broadcasting")
        scope.shapes[name] = (1, m) if row else (n, 1)
        return None
    name, form = b.pick(fitting), b.integer(0, 4)
    if form == 0:
        b.emit(scope, f"{matrix}[:] = {name}", "broadcasting")
    elif form == 1:
        b.emit(scope, f"{matrix} {b.pick(['+=', '*=', '-='])} {name}", "broadcasting")
    elif form == 2:
        b.emit(scope, f"{name} *= {scalar(b, scope)}", "broadcasting")
    elif form == 3:
        b.emit(scope, f"{name}[0, 0] {b.pick(['=', '+='])} {scalar(b, scope)}", "broadcasting")
    else:
        target = b.fresh("b")
        operator = b.pick(["*", "+", "-"])
        left, right = (name, matrix) if b.chance(0.5) else (f"np.sin({matrix})", name)
        b.emit(scope, f"{target} = {left} {operator} {right}", "broadcasting")
        scope.shapes[target] = (n, m)
    return None


@form("integer arrays", 1)
def cut_off(b: Builder, scope: Scope) -> bool | None:
    """A store of what derivatives pass through into an array of integers, which must be refused."""
    if not b.chance(0.04):
        return False
    name, target = b.fresh("whole"), b.fresh("t")
    b.emit(scope, f"{name} = np.arange(4) * 10")
    b.emit(scope, f"{name}[1] = {scalar(b, scope)} * 50")
    b.emit(scope, f"{target} = {name}[1] * 0.01 + {name}[0]")
    b.emit(scope, f"{b.pick(scope.arrays)}[:] += {target}")
    scope.shapes[target] = NUMBER
    return None


@form("kept reads", 3)
def kept_read(b: Builder, scope: Scope) -> None:
    """In a loop: a number is read off an array, which changes before or after the number is used."""
    name, other, t, i = b.pick(scope.arrays), b.pick(scope.arrays), b.fresh("t"), b.fresh("i")
    rest = ", 0" * (len(scope.shapes[name]) - 1)
    last = str(scope.shapes[name][0] - 1)
    read, written = (("0", "0"), ("-1", last), (last, "-1"), ("-1", "0"))[b.integer(0, 3)]
    b.emit(scope, f"for {i} in range({b.pick(['2', '3'])}):", "number kept while its array changes")
    inside = scope.inner()
    b.emit(inside, f"{t} = {name}[{read}{rest}]{b.pick([' * 0.5', '', ' + 0.1'])}")
    lines = [f"{name}[{written}{rest}] {b.pick(['=', '*=', '+='])} {scalar(b, scope)}"]
    lines.insert(b.integer(0, 1), f"{other}[{b.pick(['-1', '1:', ':'])}] *= {t}")
    for line in lines:
        b.emit(inside, line)
    scope.shapes[t] = NUMBER


@form("kept reads", 2)
def last_view(b: Builder, scope: Scope) -> None:
    """A view taken in each trip of a loop; the last one is changed after it."""
    name, v, i = b.pick(scope.arrays), b.fresh("v"), b.fresh("i")
    n, rest = scope.shapes[name][0], scope.shapes[name][1:]
    taken, shape = (f"[{i}]", rest) if rest else (f"[{i}:{i} + 2]", (2,))
    b.emit(scope, f"for {i} in range({n - 1}):", "view that outlives its loop")
    inside = scope.inner()
    if b.chance(0.5):
        b.emit(inside, f"if {i} > 0:", "view of the trip before")
        b.emit(inside.inner(), f"{v}[0] {b.pick(['=', '*='])} {v}[{b.pick(['0', '-1'])}] * {scalar(b, scope)}")
    b.emit(inside, f"{v} = {name}{taken}")
    if b.chance(0.6):
        b.emit(inside, f"{v}[0] {b.pick(['*=', '='])} {scalar(b, scope)}")
    b.emit(scope, f"{v}[{b.pick(['0', '-1', ':'])}] {b.pick(['*=', '=', '+='])} {scalar(b, scope)}")
    scope.shapes[v] = shape


@form("kept reads", 1)
def filled_by_parts(b: Builder, scope: Scope) -> None:
    """A result that a loop fills, of old and of new values."""
    name, source, i = b.fresh("b"), b.pick(scope.arrays), b.fresh("i")
    shape = scope.shapes[source]
    b.emit(scope, f"{name} = np.zeros_like({source})")
    b.emit(scope, f"for {i} in range({shape[0]}):", "array filled by parts")
    inside = scope.inner()
    inside.indices[i] = shape[0]
    b.emit(inside, f"{name}[{i}] = np.sin({source}[{i}]) * {scalar(b, inside)} + {name}[{i} - 1]")
    if b.chance(0.4):
        b.emit(inside, f"{source}[{i}] = {fresh_array(b, scope, shape[1:]) if shape[1:] else scalar(b, inside)}")
    scope.shapes[name] = shape
