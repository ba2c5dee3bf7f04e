"""Random programs of numbers and arrays that change, as source text.

A seed determines a program (`Program`), or Hypothesis draws one (`programs`); both go through the same families of
forms (`families/`), which write statements by the choices that they are given.
"""

from __future__ import annotations

import random
import re
from typing import Any

import families  # noqa: F401  (registers the forms)
import numpy as np
from builder import Builder
from choices import Choices, Drawn, Seeded
from expressions import scalar
from hypothesis import strategies as st
from scope import NUMBER, Scope, Shape

PARAMETERS: dict[str, Shape] = {
    "x": (4,),
    "y": (4,),
    "s": NUMBER,
    "A": (3, 4),
    "w": (4,),
    "z": (3,),
    "r": (1, 4),
    "q": (3, 1),
}
CHANCES = {"x": 1.0, "y": 0.5, "s": 1.0, "A": 0.5, "w": 0.06, "z": 0.25, "r": 0.15, "q": 0.15}
# Names that stand for something else in generated code, in Python, or in NumPy's usual spelling.
AWKWARD = ("x_bar", "out_bar", "x_stack", "trips", "branch", "np", "sum", "adjoint", "grad", "f", "numpy", "bars")


class Program:
    """One random program: `text` is its source, `tags` what its lines have; `arguments(rng)` draws a point."""

    def __init__(self, seed: int, size: int = 10, choose: Choices | None = None) -> None:
        self.seed = seed
        b = Builder(choose or Seeded(seed), size)
        wanted = [n for n in PARAMETERS if CHANCES[n] == 1.0 or b.chance(CHANCES[n])]
        self.layout = b.integer(0, 2)
        scope = Scope({n: PARAMETERS[n] for n in wanted})
        scope.result = "number" if b.integer(0, 1) == 0 else None
        self.names = tuple(wanted)
        self.table = b.chance(0.2)
        self.parts = b.chance(0.12)
        if self.parts:
            wanted.append("pack")
            self.names = (*self.names, "pack")
            scope.records["pack"] = (("['u']", NUMBER), ("['v']", (4,)), ("['c'][1]", NUMBER))
        if self.table:
            scope.tables["k"] = (4, 4)
            wanted.append("k")
        for name in scope.arrays:
            if b.chance(0.25):
                b.emit(scope, f"{name} = {name}{b.pick(['.copy()', ' * 1.5'])}")
        b.block(scope, 12, least=5)
        _result(b, scope)
        lines = [(line.text, line.tags) for line in b.top] + [(f"def f({', '.join(wanted)}):", ())]
        lines += [(line.text, line.tags) for line in b.lines]
        self.text = "\n".join(text for text, _ in lines) + "\n"
        self.tags = {k: tags for k, (_, tags) in enumerate(lines, 1) if tags}
        if b.chance(0.12):
            self.text = _awkward(self.text, b)
            self.tags[len(b.top) + 1] = ("awkward names",)

    def arguments(self, rng: np.random.Generator) -> tuple[Any, ...]:
        """Where to differentiate. Not all matrices lie in memory row by row."""
        return (*(self._argument(n, rng) for n in self.names), *((rng.integers(0, 4, size=4),) if self.table else ()))

    def _argument(self, name: str, rng: np.random.Generator) -> Any:
        if name == "pack":
            numbers = [float(n) for n in rng.uniform(0.3, 1.4, size=3)]
            return {"u": numbers[0], "v": rng.uniform(-1.5, 1.8, size=4), "c": numbers[1:]}
        shape = PARAMETERS[name]
        if shape == NUMBER:
            return float(rng.uniform(0.3, 1.4))
        value = rng.uniform(-1.5, 1.8, size=shape)
        if len(shape) == 2 and self.layout:
            return np.asfortranarray(value) if self.layout == 1 else np.repeat(value, 2, axis=-1)[:, ::2]
        return value.astype("float32") if name == "w" else value


@st.composite
def programs(draw: Any, size: int = 10) -> Program:
    """A strategy for programs, which shrink to few and simple statements."""
    seed = draw(st.integers(0, 2**16))
    return Program(seed, size, Drawn(draw))


def _result(b: Builder, scope: Scope) -> None:
    """Return a number or a tuple, made of what was bound last more often than not."""
    numbers, arrays = scope.numbers[-5:], scope.arrays[-4:]
    if scope.result == "number":
        parts = [f"({b.pick(arrays)} ** 2).sum()" for _ in range(2)]
        parts += [b.pick([n, f"{n} * {b.constant()}"]) for n in numbers[1:] if b.chance(0.6)]
        b.emit(scope, f"return {scalar(b, scope, 2)} + {' + '.join(parts)}")
        return
    chosen = [n for n in [*numbers[1:], *arrays] if b.chance(0.4)] or [b.pick(list(scope.shapes))]
    b.emit(scope, f"return {', '.join(f'{n} * {b.pick(numbers)}' if b.chance(0.3) else n for n in chosen)}")


def _awkward(text: str, b: Builder) -> str:
    """The program with some of its names replaced by names that mean something to somebody."""
    own = sorted(set(re.findall(r"\b(?:[tbvi]\d+|[xysA])\b", text)))
    shuffle = random.Random(b.integer(0, 10**6))
    free = [n for n in AWKWARD if not re.search(rf"(?<![.\w]){n}\(", text) and (n != "np" or "=np" not in text)]
    for name in shuffle.sample(own, min(len(own), 4)):
        if not free:
            break
        new = free.pop(shuffle.randrange(len(free)))
        if new == "np":
            text = re.sub(r"\bnp\.", "xp.", text)
        text = re.sub(rf"(?<![.\w]){name}\b", new, text)
    return text
