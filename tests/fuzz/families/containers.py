"""Lists, tuples and what stands in them."""

from __future__ import annotations

from builder import Builder, form
from expressions import fresh_array, scalar, value
from scope import NUMBER, Items, Scope, Shape


def _shape(b: Builder, scope: Scope) -> Shape:
    return scope.shapes[b.pick(scope.arrays)] if b.chance(0.5) else NUMBER


@form("lists", 4)
def new_list(b: Builder, scope: Scope) -> None:
    name, shape = b.fresh("c"), _shape(b, scope)
    count = b.integer(0, 3)
    items = [scalar(b, scope) if shape == NUMBER else fresh_array(b, scope, shape) for _ in range(count)]
    b.emit(scope, f"{name} = [{', '.join(items)}]", *(["list"] if items else []))
    scope.lists[name] = Items(shape, count, scope.home)


@form("lists", 3)
def append(b: Builder, scope: Scope) -> bool | None:
    if not scope.lists:
        return False
    name = b.pick(list(scope.lists))
    items = scope.lists[name]
    stored = scalar(b, scope) if items.shape == NUMBER else fresh_array(b, scope, items.shape)
    b.emit(scope, f"{name}.append({stored})", "append")
    scope.lists[name] = Items(items.shape, items.least + 1, items.home)
    return None


@form("lists", 7)
def item(b: Builder, scope: Scope) -> bool | None:
    """Read, replace or take out an item."""
    filled = [n for n, items in scope.lists.items() if items.least]
    if not filled:
        return False
    name = b.pick(filled)
    items = scope.lists[name]
    target = b.fresh("b" if items.shape else "t")
    form = b.integer(0, 6)
    if form in (0, 4) and items.home == scope.home and items.least > 1:
        b.emit(scope, f"{target} = {name}.pop()", "pop")
        scope.lists[name] = Items(items.shape, items.least - 1, items.home)
        scope.shapes[target] = items.shape
    elif form in (1, 5):
        stored = scalar(b, scope) if items.shape == NUMBER else fresh_array(b, scope, items.shape)
        b.emit(scope, f"{name}[{b.pick(['0', '-1'])}] = {stored}", "item assignment")
    else:
        changed = " * 0.9" if items.shape and b.chance(0.8) else ""
        b.emit(scope, f"{target} = {name}[{b.pick(['0', '-1'])}]{changed}", "item read")
        scope.shapes[target] = items.shape
    return None


@form("lists", 6)
def over_list(b: Builder, scope: Scope) -> bool | None:
    if not scope.lists:
        return False
    name, e, total = b.pick(list(scope.lists)), b.fresh("e"), b.fresh("t")
    shape = scope.lists[name].shape
    if shape == NUMBER and b.chance(0.6):
        b.emit(scope, f"{total} = sum({name})", "sum of a list")
    else:
        b.emit(scope, f"{total} = {scalar(b, scope)}")
        b.emit(scope, f"for {e} in {name}:", "loop over a list")
        b.emit(scope.inner(), f"{total} = {total} * 0.7 + {e + '[0]' * len(shape)}")
    scope.shapes[total] = NUMBER
    return None


@form("lists", 2)
def history(b: Builder, scope: Scope) -> None:
    """The states of a loop, kept in a list."""
    name, i, state = b.fresh("c"), b.fresh("i"), b.fresh("b")
    shape = _shape(b, scope)
    start = scalar(b, scope) if shape == NUMBER else fresh_array(b, scope, shape)
    b.emit(scope, f"{state} = {start}")
    b.emit(scope, f"{name} = [{state}]")
    b.emit(scope, f"for {i} in range(3):", "history in a list")
    step = b.pick(
        [
            f"np.sin({state}) * {scalar(b, scope)}",
            f"np.sin({name}[-1]) + {state} * 0.3",
            f"{name}[{i}] ** 2 * 0.3 + 0.1",
        ]
    )
    b.emit(scope.inner(), f"{state} = {step}")
    b.emit(scope.inner(), f"{name}.append({state} * {b.constant()})", "append")
    scope.lists[name] = Items(shape, 4, scope.home)
    scope.shapes[state] = shape


@form("comprehensions", 2)
def comprehension(b: Builder, scope: Scope) -> None:
    name, source = b.fresh("c"), b.pick(scope.arrays)
    n, row = scope.shapes[source][0], scope.shapes[source][1:]
    condition = f" if e > {b.constant()}" if not row and b.chance(0.3) else ""
    form = b.integer(0, 2)
    if form == 0 or condition:
        b.emit(scope, f"{name} = [e * {scalar(b, scope)} for e in {source}{condition}]", "comprehension")
    elif form == 1:
        b.emit(scope, f"{name} = [{source}[j] + j for j in range({n})]", "comprehension")
    else:
        b.emit(scope, f"{name} = [e * f for e, f in zip({source}, {source}[::-1])]", "comprehension", "zip")
    scope.lists[name] = Items(row, 0 if condition else n, scope.home)


@form("tuples", 2)
def pair(b: Builder, scope: Scope) -> None:
    """A tuple that is kept, and unpacked or read."""
    name, shape = b.fresh("pair"), scope.shapes[b.pick(scope.arrays)]
    b.emit(scope, f"{name} = ({scalar(b, scope)}, {value(b, scope, shape)})", "tuple")
    first, second = b.fresh("t"), b.fresh("b")
    if b.chance(0.5):
        b.emit(scope, f"{first}, {second} = {name}", "tuple")
    else:
        b.emit(scope, f"{first} = {name}[0]", "tuple")
        b.emit(scope, f"{second} = {name}[1]{b.pick([' * 0.8', ''])}", "tuple")
    scope.shapes |= {first: NUMBER, second: shape}


@form("lists", 6)
def joined(b: Builder, scope: Scope) -> bool | None:
    """An array made of a list's items."""
    fitting = [n for n, items in scope.lists.items() if items.shape == NUMBER and items.least]
    if not fitting:
        return False
    name, target = b.pick(fitting), b.fresh("t")
    b.emit(scope, f"{target} = np.array({name}).sum()", "array of a list")
    scope.shapes[target] = NUMBER
    return None


@form("lists", 2)
def arrays_in_a_list(b: Builder, scope: Scope) -> None:
    """Arrays that are kept in a list and changed there."""
    name, i = b.fresh("c"), b.fresh("i")
    first = b.pick(scope.arrays)
    second = b.pick(scope.like(scope.shapes[first]))
    b.emit(scope, f"{name} = [{first}{b.pick([' * 1.0', '.copy()', ''])}, {second} * 2.0]", "list of arrays")
    b.emit(scope, f"for {i} in range(2):", "array in a list changed")
    right = b.pick([f"{name}[1 - {i}][1] * {scalar(b, scope)}", scalar(b, scope)])
    b.emit(scope.inner(), f"{name}[{i}][0] {b.pick(['=', '*=', '+='])} {right}", "array in a list changed")
    scope.lists[name] = Items(scope.shapes[first], 2, scope.home)


@form("lists", 8)
def longer(b: Builder, scope: Scope) -> bool | None:
    """Lists joined, extended, cut."""
    filled = [n for n, items in scope.lists.items() if items.least > 1]
    if not filled:
        return False
    name = b.pick(filled)
    items, new, form = scope.lists[name], b.fresh("c"), b.integer(0, 7)
    if form == 0:
        b.emit(scope, f"{new} = {name}[1:] + {name}", "lists joined, cut")
        scope.lists[new] = Items(items.shape, 2 * items.least - 1, scope.home)
    elif form in (1, 4, 5):
        b.emit(scope, f"{new} = list({name})")
        b.emit(scope, f"{new}.extend({name}[:1])", "extend")
        scope.lists[new] = Items(items.shape, items.least + 1, scope.home)
    elif form in (2, 6, 7):
        b.emit(scope, f"{new} = [*{name}[:1], *{name}]", "starred in a list")
        scope.lists[new] = Items(items.shape, items.least + 1, scope.home)
    else:
        b.emit(scope, f"{new} = {name}[::-1]", "lists joined, cut")
        scope.lists[new] = Items(items.shape, items.least, scope.home)
    return None
