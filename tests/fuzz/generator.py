"""Random programs of numbers and arrays that change, as source text.

A seed determines a program. Every name keeps one type (a number, or an array of one shape) for its whole life, and is
read only where it is bound on every path, so each program runs at any arguments. Values stay moderate: products come
with sines, quotients with positive denominators.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

Shape = tuple[int, ...]
NUMBER: Shape = ()
N = 4
PARAMETERS: dict[str, Shape] = {"x": (N,), "y": (N,), "s": NUMBER, "A": (3, N)}
INDENT = "    "


@dataclass
class Scope:
    """The names that are bound at a point of the program: numbers and arrays, and indices below a bound."""

    shapes: dict[str, Shape]
    indices: dict[str, int] = field(default_factory=dict)

    def copy(self) -> Scope:
        return Scope(dict(self.shapes), dict(self.indices))

    def of(self, test: Callable[[Shape], bool]) -> list[str]:
        return [n for n, shape in self.shapes.items() if test(shape)]


class Program:
    """One random program: `text` is its source, `arguments(rng)` draws a point to differentiate at."""

    def __init__(self, seed: int, size: int = 10) -> None:
        self.rng = np.random.default_rng(seed)
        self.seed = seed
        self.lines: list[str] = []
        self.count = 0
        self.left = size
        wanted = [n for n in PARAMETERS if n in ("x", "s") or self.chance(0.5)]
        self.parameters = {n: PARAMETERS[n] for n in wanted}
        scope = Scope(dict(self.parameters))
        if self.chance(0.5):
            self.copied_arguments(scope)
        self.block(scope, 1, in_loop=False)
        self.result(scope)
        self.text = f"def f({', '.join(self.parameters)}):\n" + "\n".join(self.lines) + "\n"

    # Choices

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def pick(self, items: list[str]) -> str:
        return items[int(self.rng.integers(len(items)))]

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def emit(self, depth: int, line: str) -> None:
        self.lines.append(INDENT * depth + line)

    # Statements

    def copied_arguments(self, scope: Scope) -> None:
        for name in scope.of(lambda s: s != NUMBER):
            if self.chance(0.5):
                self.emit(1, f"{name} = {name}{self.pick(['.copy()', ' * 1.5'])}")

    def block(self, scope: Scope, depth: int, in_loop: bool) -> None:
        start = len(self.lines)
        forms = [self.number, self.array, self.store, self.store, self.change, self.alias, self.rebind, self.swap]
        for _ in range(int(self.rng.integers(1, 5 if depth > 1 else 8))):
            if self.left <= 0:
                break
            self.left -= 1
            compound = [self.branch, self.loop, self.while_loop] if depth < 4 else []
            form = self.rng.integers(len(forms) + 2 * len(compound))
            if form < len(forms):
                forms[form](scope, depth)
            else:
                compound[(form - len(forms)) // 2](scope, depth, in_loop)
        if len(self.lines) == start:
            self.number(scope, depth)

    def number(self, scope: Scope, depth: int) -> None:
        names = [n for n in scope.of(lambda s: s == NUMBER)]
        new = not names or self.chance(0.4)
        name = self.fresh("t") if new else self.pick(names)
        if not new and self.chance(0.4):
            self.emit(depth, f"{name} {self.pick(['+=', '-=', '*='])} {self.scalar(scope)}")
        else:
            self.emit(depth, f"{name} = {self.scalar(scope, 2)}")
        scope.shapes[name] = NUMBER

    def array(self, scope: Scope, depth: int) -> None:
        shape = scope.shapes[self.pick(scope.of(lambda s: s != NUMBER))]
        same = scope.of(lambda s: s == shape)
        name = self.pick(same) if self.chance(0.4) else self.fresh("b")
        value = f"np.zeros({shape})" if self.chance(0.15) else self.fresh_array(scope, shape)
        self.emit(depth, f"{name} = {value}")
        scope.shapes[name] = shape

    def store(self, scope: Scope, depth: int) -> None:
        name = self.pick(scope.of(lambda s: s != NUMBER))
        index, shape = self.region(scope, name)
        operator = self.pick(["=", "=", "+=", "-=", "*="])
        value = self.scalar(scope, 2) if self.chance(0.4) else self.value(scope, shape)
        self.emit(depth, f"{name}[{index}] {operator} {value}")

    def change(self, scope: Scope, depth: int) -> None:
        """An array in place, a fancy store, a mask."""
        name = self.pick(scope.of(lambda s: s != NUMBER))
        shape = scope.shapes[name]
        form = self.rng.integers(4)
        if form < 2:
            self.emit(depth, f"{name} {self.pick(['+=', '-=', '*='])} {self.value(scope, shape)}")
        elif form == 2:
            self.emit(depth, f"{name}[{name} > {self.constant()}] {self.pick(['=', '*=', '+='])} {self.scalar(scope)}")
        else:
            value = self.value(scope, (3, *shape[1:]))
            self.emit(depth, f"{name}[[0, 2, 0]] {self.pick(['=', '+='])} {value}")

    def alias(self, scope: Scope, depth: int) -> None:
        name = self.pick(scope.of(lambda s: s != NUMBER))
        shape = scope.shapes[name]
        views = [("", shape), ("[1:]", (shape[0] - 1, *shape[1:])), ("[:-1]", (shape[0] - 1, *shape[1:]))]
        views += [("[::-1]", shape), ("[::2]", ((shape[0] + 1) // 2, *shape[1:]))]
        if len(shape) == 2:
            views += [(".T", shape[::-1]), ("[1]", shape[1:]), ("[:, 0]", shape[:1])]
            views += [("[:, 1:]", (shape[0], shape[1] - 1))]
            views += [(self.pick([".ravel()", ".reshape(-1)"]), (shape[0] * shape[1],))]
        text, new = views[int(self.rng.integers(len(views)))]
        if 0 in new or (len(new) and new[0] < 3):
            return self.store(scope, depth)
        target = self.fresh("v")
        self.emit(depth, f"{target} = {name}{text}")
        scope.shapes[target] = new

    def rebind(self, scope: Scope, depth: int) -> None:
        names = scope.of(lambda s: s != NUMBER)
        name = self.pick(names)
        others = [n for n in names if scope.shapes[n] == scope.shapes[name] and n != name]
        if not others:
            return self.array(scope, depth)
        other = self.pick(others)
        if self.chance(0.4):
            self.emit(depth, f"{name} = {other} if {self.test(scope)} else {self.pick(others)}")
        else:
            self.emit(depth, f"{name} = {other}")

    def swap(self, scope: Scope, depth: int) -> None:
        names = list(scope.shapes)
        name = self.pick(names)
        others = [n for n in names if scope.shapes[n] == scope.shapes[name] and n != name]
        if others:
            other = self.pick(others)
            self.emit(depth, f"{name}, {other} = {other}, {name}")
        else:
            self.store(scope, depth)

    # Compound statements

    def branch(self, scope: Scope, depth: int, in_loop: bool) -> None:
        self.emit(depth, f"if {self.test(scope)}:")
        first = scope.copy()
        self.block(first, depth + 1, in_loop)
        if in_loop and self.chance(0.15):
            self.emit(depth + 1, self.pick(["break", "continue"]))
            return
        if self.returns_number() and self.chance(0.15):
            self.emit(depth + 1, f"return {self.scalar(first, 2)}")
            return
        second = scope.copy()
        if self.chance(0.6):
            self.emit(depth, "else:")
            self.block(second, depth + 1, in_loop)
            if self.chance(0.4):
                self.chosen(scope, first, second, depth)
        self.meet(scope, first, second)

    def chosen(self, scope: Scope, first: Scope, second: Scope, depth: int) -> None:
        """An alias that the second branch binds too, if the first bound one."""
        new = [n for n in first.shapes if n not in scope.shapes and n.startswith(("v", "b"))]
        for name in new[:1]:
            same = second.of(lambda s, want=first.shapes[name]: s == want)  # type: ignore[misc]
            if same:
                self.emit(depth + 1, f"{name} = {self.pick(same)}")
                second.shapes[name] = first.shapes[name]

    def meet(self, scope: Scope, first: Scope, second: Scope) -> None:
        scope.shapes = {n: s for n, s in first.shapes.items() if second.shapes.get(n) == s}
        scope.indices = {n: s for n, s in first.indices.items() if second.indices.get(n) == s}

    def loop(self, scope: Scope, depth: int, in_loop: bool) -> None:
        name = self.fresh("i")
        bounds = ["range(3)", "range(1, 3)", "range(2, -1, -1)", "range(0, 3, 2)", "range(len(x) - 1)", "range(0)"]
        bounds += [f"range({i})" for i in scope.indices] + [f"range({i}, 3)" for i in scope.indices]
        chosen = self.pick(bounds)
        self.emit(depth, f"for {name} in {chosen}:")
        inside = scope.copy()
        inside.indices[name] = 3
        self.block(inside, depth + 1, in_loop=True)
        jumps = any(word in line for line in self.lines for word in ("break", "continue", "return"))
        if chosen in bounds[:5] and not jumps and self.chance(0.6):
            # At least one trip: what the loop binds is there afterwards.
            scope.shapes, scope.indices = inside.shapes, inside.indices

    def while_loop(self, scope: Scope, depth: int, in_loop: bool) -> None:
        counter = self.fresh("k")
        self.emit(depth, f"{counter} = 0")
        test = self.test(scope) if self.chance(0.5) else None
        self.emit(depth, f"while {counter} < 3{f' and {test}' if test else ''}:")
        self.emit(depth + 1, f"{counter} += 1")
        inside = scope.copy()
        self.block(inside, depth + 1, in_loop=True)

    # The result

    def returns_number(self) -> bool:
        return self.seed % 3 == 0

    def result(self, scope: Scope) -> None:
        if self.returns_number():
            self.emit(1, f"return {self.scalar(scope, 2)} + {self.total(scope)}")
        else:
            self.emit(1, f"return {self.any(scope)}")

    def any(self, scope: Scope) -> str:
        names = list(scope.shapes)
        chosen = [self.pick(names) for _ in range(int(self.rng.integers(1, 4)))]
        parts = [n if self.chance(0.6) else f"{n} * {self.pick(scope.of(lambda s: s == NUMBER))}" for n in chosen]
        return ", ".join(parts)

    def total(self, scope: Scope) -> str:
        names = scope.of(lambda s: s != NUMBER)
        return " + ".join(f"({self.pick(names)} ** 2).sum()" for _ in range(2))

    # Expressions

    def constant(self) -> str:
        return str(round(float(self.rng.uniform(0.2, 1.5)), 2))

    def test(self, scope: Scope) -> str:
        left = self.scalar(scope)
        test = f"{left} {self.pick(['>', '<', '>='])} {self.constant()}"
        form = self.rng.random()
        if form < 0.15:
            return f"{test} and {self.scalar(scope)} < {self.constant()}"
        if form < 0.25:
            return f"not ({test} or {self.scalar(scope)} > 1)"
        if form < 0.35 and scope.indices:
            return f"{self.pick(list(scope.indices))} {self.pick(['==', '>', '!='])} 1"
        return test

    def scalar(self, scope: Scope, depth: int = 1) -> str:
        numbers = scope.of(lambda s: s == NUMBER)
        arrays = scope.of(lambda s: s != NUMBER)
        form = self.rng.random()
        if form < 0.3 and numbers:
            return self.pick(numbers)
        if form < 0.35:
            return self.constant()
        if form < 0.7 or depth <= 0:
            return self.element(scope, self.pick(arrays))
        if form < 0.76:
            return f"{self.pick(arrays)}.sum()"
        a, b = self.scalar(scope, depth - 1), self.scalar(scope, depth - 1)
        forms = [f"np.sin({a}) * {b}", f"({a} + {b})", f"({a} - 0.5 * {b})", f"{a} / (2 + {b} * {b})"]
        forms += [f"np.tanh({a} * {b})"]
        return self.pick(forms)

    def element(self, scope: Scope, name: str) -> str:
        return f"{name}[{', '.join(self.position(scope, n) for n in scope.shapes[name])}]"

    def position(self, scope: Scope, size: int) -> str:
        fitting = [i for i, bound in scope.indices.items() if bound <= size]
        choices = [str(int(self.rng.integers(size))), "-1"]
        for i in fitting:
            choices += [i, i, f"{i} - 1"] + ([f"{i} + 1"] if scope.indices[i] + 1 <= size else [])
        return self.pick(choices)

    def region(self, scope: Scope, name: str) -> tuple[str, Shape]:
        """An index to store at, and the shape of the cells."""
        shape = scope.shapes[name]
        n, rest = shape[0], shape[1:]
        if self.chance(0.5):
            return ", ".join(self.position(scope, k) for k in shape), NUMBER
        forms = [(":", shape), ("1:", (n - 1, *rest)), (":-1", (n - 1, *rest)), ("::-1", shape)]
        forms += [(self.position(scope, n), rest)]
        if rest:
            forms += [(f":, {self.position(scope, rest[0])}", (n,)), (f"1:, {self.position(scope, rest[0])}", (n - 1,))]
        return forms[int(self.rng.integers(len(forms)))]

    def value(self, scope: Scope, shape: Shape) -> str:
        """An expression that may be stored to cells of a shape: of that shape, or broadcast to it."""
        if shape == NUMBER:
            return self.scalar(scope, 2)
        return self.view_or_name(scope, shape) if self.chance(0.4) else self.fresh_array(scope, shape)

    def view_or_name(self, scope: Scope, shape: Shape) -> str:
        """An array of a shape that may be, or share memory with, what a name holds."""
        found = []
        for name, other in scope.shapes.items():
            if other == shape:
                found += [name, f"{name}[::-1]"]
            if other == (shape[0] + 1, *shape[1:]):
                found += [f"{name}[1:]", f"{name}[:-1]"]
            if len(other) == 2 and shape == other[1:]:
                found += [f"{name}[{self.position(scope, other[0])}]"]
            if len(other) == 2 and shape == other[::-1]:
                found += [f"{name}.T"]
            if len(shape) == 1 and len(other) == len(shape) and other != shape:
                found += [f"{name}[[{', '.join(str(int(self.rng.integers(other[0]))) for _ in range(shape[0]))}]]"]
        return self.pick(found) if found else f"np.full({shape}, {self.scalar(scope)})"

    def fresh_array(self, scope: Scope, shape: Shape) -> str:
        a, b = self.view_or_name(scope, shape), self.view_or_name(scope, shape)
        c = self.scalar(scope)
        forms = [f"np.sin({a}) * {b}", f"{a} + {b}", f"{a} * {c}", f"{c} - {a}", f"{a} / (2 + {b} * {b})"]
        forms += [f"np.tanh({a})"]
        forms += [f"np.where({a} > {self.constant()}, {b}, {c})", f"np.maximum({a}, {c})"]
        if len(shape) == 1:
            forms += [f"np.cumsum({a}) * 0.5"]
            outer = [n for n, s in scope.shapes.items() if len(s) == 2 and s[1] == shape[0]]
            forms += [f"({self.pick(outer)} * {a}).sum(axis=0)"] * 2 if outer else []
        else:
            column = self.view_or_name(scope, shape[:1])
            forms += [f"{a} * ({column})[:, None]", f"{a} * {self.view_or_name(scope, shape[1:])}"]
        return self.pick(forms)

    # Where to differentiate

    def arguments(self, rng: np.random.Generator) -> tuple[object, ...]:
        draw = [rng.uniform(-1.5, 1.8, size=s) if s else float(rng.uniform(0.3, 1.4)) for s in self.parameters.values()]
        form = self.seed % 4
        # Not all matrices lie in memory row by row.
        laid = {1: np.asfortranarray, 2: lambda a: np.repeat(a, 2, axis=-1)[:, ::2]}
        return tuple(laid[form](a) if form in laid and np.ndim(a) == 2 else a for a in draw)
