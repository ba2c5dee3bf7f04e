"""Random expressions: numbers, arrays of a shape, tests, indices.

Values stay moderate: products come with sines, quotients with positive denominators.
"""

from __future__ import annotations

from builder import Builder
from scope import NUMBER, Scope, Shape


def test(b: Builder, scope: Scope) -> str:
    """A condition on data."""
    left = scalar(b, scope)
    plain = f"{left} {b.pick(['>', '<', '>='])} {b.constant()}"
    form = b.integer(0, 99)
    if form >= 90:
        return f"{plain} and {scalar(b, scope)} < {b.constant()}"
    if form >= 80:
        return f"not ({plain} or {scalar(b, scope)} > 1)"
    if form >= 74:
        return f"-0.5 < {left} <= {b.constant()}"
    if form >= 64 and scope.indices:
        return f"{b.pick(list(scope.indices))} {b.pick(['==', '>', '!='])} 1"
    return plain


def scalar(b: Builder, scope: Scope, depth: int = 1) -> str:
    """A number."""
    form = b.integer(0, 99)
    if form < 30 and scope.numbers:
        return b.pick(scope.numbers)
    if form < 36:
        return b.constant()
    if form < 68 or depth <= 0:
        return element(b, scope, b.pick(scope.arrays))
    if form < 78:
        return reduction(b, scope)
    first, second = scalar(b, scope, depth - 1), scalar(b, scope, depth - 1)
    return b.one_of(
        lambda: f"({first} + {second})",
        lambda: f"({first} - 0.5 * {second})",
        lambda: f"np.sin({first}) * {second}",
        lambda: f"{first} / (2 + {second} * {second})",
        lambda: f"np.tanh({first} * {second})",
        lambda: f"np.exp(-({first} ** 2)) + {second}",
        lambda: f"({first} if {test(b, scope)} else {second})",
        lambda: f"{b.pick(['max', 'min'])}({first}, {second})",
        lambda: f"abs({first}) * {second}",
        lambda: f"float({first})",
        lambda: f"({first} and {second})",
    )


def reduction(b: Builder, scope: Scope) -> str:
    """A number made of a whole array."""
    name = b.pick(scope.arrays)
    like = b.pick(scope.like(scope.shapes[name]))
    vector = b.pick(scope.of(lambda s: len(s) == 1 and s != (1,)) or [f"{name}.ravel()"])
    return b.one_of(
        lambda: f"{name}.sum()",
        lambda: f"{name}.mean()",
        lambda: f"np.sum({name} * {like})",
        lambda: f"({vector} @ {vector}) * 0.2",
        lambda: f"np.max({name})",
        lambda: f"{name}.min()",
        lambda: f"np.linalg.norm({vector} + 3)",
        lambda: f"np.einsum('i,i->', {vector}, {vector}) * 0.1",
        lambda: f"sum([v * 0.5 for v in {vector}])",
        lambda: f"sum(v * v for v in {vector}) * 0.2",
        lambda: f"np.prod(np.sin({vector}))",
        lambda: f"{name}.std()",
        lambda: f"np.vdot({name}, {like}) * 0.1",
        lambda: f"np.take({vector}, [1, 0]).sum()",
        lambda: f"np.diff({vector})[0]",
        lambda: f"np.sort({vector})[1]",
    )


def element(b: Builder, scope: Scope, name: str) -> str:
    return f"{name}[{', '.join(position(b, scope, n) for n in scope.shapes[name])}]"


def position(b: Builder, scope: Scope, size: int) -> str:
    """An index along an axis."""
    choices = [str(k) for k in range(min(size, 3))] + ["-1", str(size - 1)]
    for i, bound in scope.indices.items():
        if bound <= size:
            choices += [i, i, f"{i} - 1"] + ([f"{i} + 1"] if bound + 1 <= size else [])
    return b.pick(choices)


def region(b: Builder, scope: Scope, name: str) -> tuple[str, Shape]:
    """An index to store at, and the shape of the cells."""
    shape = scope.shapes[name]
    n, rest = shape[0], shape[1:]
    if b.chance(0.4):
        return ", ".join(position(b, scope, k) for k in shape), NUMBER
    forms = [(":", shape), ("1:", (n - 1, *rest)), (":-1", (n - 1, *rest)), ("::-1", shape)]
    forms += [(position(b, scope, n), rest), ("::2", ((n + 1) // 2, *rest)), ("...", shape)]
    if rest:
        forms += [(f":, {position(b, scope, rest[0])}", (n,)), (f"1:, {position(b, scope, rest[0])}", (n - 1,))]
        forms += [(f"..., {position(b, scope, rest[0])}", (n,)), (":, 1:", (n, rest[0] - 1))]
    text, cells = forms[b.integer(0, len(forms) - 1)]
    return text, cells


def value(b: Builder, scope: Scope, shape: Shape) -> str:
    """An expression that may be stored to cells of a shape: of that shape, or broadcast to it."""
    if shape == NUMBER:
        return scalar(b, scope, 2)
    return view_or_name(b, scope, shape) if b.chance(0.4) else fresh_array(b, scope, shape)


def view_or_name(b: Builder, scope: Scope, shape: Shape) -> str:
    """An array of a shape that may be, or share memory with, what a name holds."""
    found: list[str] = []
    for name, other in scope.shapes.items():
        if other == shape:
            found += [name, name, f"{name}[::-1]"]
        if other == (shape[0] + 1, *shape[1:]):
            found += [f"{name}[1:]", f"{name}[:-1]"]
        if len(other) == 2 and shape == other[1:]:
            found += [f"{name}[{position(b, scope, other[0])}]"]
        if len(other) == 2 and shape == other[::-1]:
            found += [f"{name}.T"]
        if len(shape) == len(other) == 1 and other != shape:
            found += [f"{name}[[{', '.join(str(b.integer(0, other[0] - 1)) for _ in range(shape[0]))}]]"]
        for table, (length, bound) in scope.tables.items():
            if other and other[0] == bound and shape == (length, *other[1:]):
                found += [f"{name}[{table}]"]
    if not found:
        return f"np.full({shape}, {scalar(b, scope)})"
    chosen = b.pick(found)
    return chosen


def fresh_array(b: Builder, scope: Scope, shape: Shape) -> str:
    """An array of a shape that is computed."""
    from arrays import of_matrix, of_vector, ordinary, unusual

    form = b.integer(0, 9)
    if form < 3:
        return ordinary(b, scope, shape)
    if form < 7:
        return unusual(b, scope, shape)
    return of_vector(b, scope, shape) if len(shape) == 1 else of_matrix(b, scope, shape)
