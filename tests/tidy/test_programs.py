"""Random programs, run before and after each pass: tidy never changes what is computed.

The programs have what generated Core has: temporaries and copies of them, numbers and arrays, views that share memory,
stores, accumulations, records, calls with effects, branches and loops. They run on integers of any size, so that
results must be equal, and on floats for those passes that do not regroup sums.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import gast
import numpy as np
import pytest

from adjoint.emit.printer import to_source
from adjoint.syntax import core
from adjoint.tidy import NUMBER, example, tidy
from adjoint.tidy.arithmetic import arithmetic
from adjoint.tidy.copies import copies
from adjoint.tidy.dead_code import dead_code
from adjoint.tidy.facts import Facts
from adjoint.tidy.loop_names import loop_names
from adjoint.tidy.merge import merge
from adjoint.tidy.refold import refold
from adjoint.tidy.rename import rename
from adjoint.tidy.signs import leading_signs

SEEDS = range(int(os.environ.get("ADJOINT_PROGRAMS", "40")))
PASSES = [copies, dead_code, arithmetic, leading_signs, refold, merge, loop_names, rename, tidy]
VALUES = ((3, -1, 4, 2), (2, 7, -3, 5))
NUMBERS = ("x", "y", "u", "w", "x_bar", "y_bar", "i", "i_1", "i_2", "i_3")
ARRAYS = {"A": "A", "B": "B", "v": "A", "C": "C", "A_bar": "A_bar", "B_bar": "B_bar", "D_bar": "D_bar"}


class Writer:
    """Writes one random program."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.memory: dict[str, Any] = {**dict.fromkeys(NUMBERS, NUMBER), **ARRAYS}
        self.count = 0
        self.unused: set[str] = set()  # temporaries that nothing has read yet

    def program(self) -> str:
        start = ["v = A[1:]", "C = A * 2", "u = x", "w = 3", "i = 7", "x_bar = 0", "y_bar = 1"]
        start += ["A_bar = np.zeros_like(A)", "B_bar = B.copy()", "D_bar = np.zeros(4, dtype=A.dtype)"]
        start += ["u_stack = []", "w_stack = []"]
        self.numbers = ["x", "y", "u", "w", "x_bar", "y_bar", "i"]
        self.arrays = ["A", "B", "v", "C", "A_bar", "B_bar", "D_bar"]
        body = self.block(self.random.randint(4, 25), 0)
        results = self.random.sample(["x", "u", "w", "x_bar", "y_bar", *ARRAYS], 6)
        lines = [*start, *body, f"return ({', '.join(results)}, len(u_stack))"]
        return "def f(x, y, A, B, poke):\n" + "\n".join(f"    {line}" for line in lines)

    def block(self, length: int, depth: int, looped: list[str] = []) -> list[str]:
        lines: list[str] = []
        known = len(self.numbers), len(self.arrays)
        self.numbers += looped
        for _ in range(length):
            lines += self.compound(depth) if depth < 2 and self.random.random() < 0.15 else self.simple()
        self.numbers, self.arrays = self.numbers[: known[0]], self.arrays[: known[1]]
        return lines

    def compound(self, depth: int) -> list[str]:
        length = self.random.randint(1, 6)
        kind = self.random.choice(["if", "else", "for", "for", "while"])
        name = self.random.choice([["i", "i_1"], ["i_2", "i_3"]][depth])
        looped = [name] if kind == "for" else []
        inner = [f"    {line}" for line in self.block(length, depth + 1, looped)]
        if kind == "if":
            return [f"if {self.number()} > {self.number()}:", *inner]
        if kind == "else":
            other = [f"    {line}" for line in self.block(length, depth + 1)]
            return [f"if {self.number()} > {self.number()}:", *inner, "else:", *other]
        if kind == "for":
            stop = ["    if x > y:", "        break"] if self.random.random() < 0.2 else []
            return [f"for {name} in range({self.random.randint(0, 2)}):", *inner, *stop]
        return [f"{name} = 0", f"while {name} < 2:", *inner, f"    {name} = {name} + 1"]

    def temp(self, is_array: bool) -> str:
        self.count += 1
        name = f"t_{self.count}" + ("_bar" if self.random.random() < 0.2 else "")
        if not is_array:
            self.numbers.append(name)
            self.unused.add(name)
            self.memory[name] = NUMBER
        else:
            self.arrays.append(name)
        return name

    def number(self) -> str:
        if self.random.random() < 0.1:
            return self.random.choice("012")
        unused = [n for n in self.numbers if n in self.unused]
        name = self.random.choice(unused if unused and self.random.random() < 0.6 else self.numbers)
        self.unused.discard(name)
        return name

    def array(self) -> str:
        return self.random.choice(self.arrays[-3:] if self.random.random() < 0.5 else self.arrays)

    def cell(self) -> str:
        return f"{self.array()}[{self.random.randint(0, 2)}]"

    def rhs(self) -> str:
        a, b = self.number(), self.number()
        return self.random.choice(
            [f"{a} + {b}", f"{a} - {b}", f"{a} * {b}", f"-{a}", f"-{a}", f"1 * {a}", f"{a} ** 1", f"{a} + 0", a, a]
        )

    def simple(self) -> list[str]:
        return self.random.choice(STATEMENTS)(self)

    def bind(self) -> list[str]:
        value = self.rhs()
        return [f"{self.temp(False)} = {value}"]

    def read(self) -> list[str]:
        cell = self.cell()
        return [f"{self.temp(False)} = {cell}"]

    def store(self) -> list[str]:
        return [f"{self.cell()} = {self.number()}"]

    def accumulate(self) -> list[str]:
        return [f"{self.cell()} {self.random.choice(['+=', '-='])} {self.number()}"]

    def user(self) -> list[str]:
        return [f"{self.random.choice(['u', 'w', 'x'])} = {self.rhs()}"]

    def bar(self) -> list[str]:
        name = self.random.choice(["x_bar", "y_bar"])
        return [f"{name} {self.random.choice(['+=', '-=', '+=', '='])} {self.number()}"]

    def record(self) -> list[str]:
        return [f"{self.random.choice(['u_stack', 'w_stack'])}.append({self.number()})"]

    def recover(self) -> list[str]:
        return ["u_stack.append(x)", f"{self.temp(False)} = u_stack[0]"]

    def scale(self) -> list[str]:
        array, number = self.array(), self.number()
        return [f"{self.temp(True)} = {array} * {number}"]

    def total(self) -> list[str]:
        array = self.array()
        return [f"{self.temp(False)} = {array}.sum()"]

    def effect(self) -> list[str]:
        array, number = self.random.choice("AB"), self.number()
        return [f"{self.temp(False)} = poke({array}, {number})"]

    def alias(self) -> list[str]:
        array = self.array()
        name = self.temp(True)
        self.memory[name] = self.memory.setdefault(array, ("born", array))
        return [f"{name} = {array}"]

    def twice(self) -> list[str]:
        return [f"A_bar[{self.random.randint(0, 2)}] += {self.number()}" for _ in range(2)]

    def length(self) -> list[str]:
        array = self.array()
        return [f"{self.temp(False)} = {array}.shape[0]", f"{self.temp(False)} = len({array})"]

    def in_place(self) -> list[str]:
        return [f"{self.array()} += {self.number()}"]

    def swap(self) -> list[str]:
        return ["u, w = w, u"]


W = Writer
STATEMENTS = [
    W.bind, W.bind, W.bind, W.bind, W.read, W.read, W.store, W.accumulate, W.user, W.user, W.bar, W.bar, W.record,
    W.recover, W.scale, W.total, W.effect, W.alias, W.twice, W.length, W.in_place, W.swap,
]  # fmt: skip


def run(fn: core.Function, make: Callable[[int], Any]) -> list[Any]:
    """What a program returns, and what it left in its arguments."""
    A, B = (np.array(list(map(make, v)), dtype=object if make is whole else float) for v in VALUES)
    log: list[Any] = []

    def poke(array: Any, number: Any) -> Any:
        log.append(array[0] + number)
        array[1] = array[1] + 1
        return array[1]

    space: dict[str, Any] = {"np": np}
    exec(to_source(fn.tree), space)
    with np.errstate(all="ignore"):
        result = space["f"](make(2), make(-3), A, B, poke)
    return [np.array(r, dtype=object if A.dtype == object else float) for r in (*result, A, B, log)]


def whole(k: int) -> Any:
    return k


@pytest.mark.parametrize("change", PASSES, ids=lambda p: p.__name__)
def test_a_pass_keeps_what_is_computed(change: Any) -> None:
    for seed in SEEDS:
        writer = Writer(seed)
        text = writer.program()
        before = example.function(text)
        after = change(before, writer.memory)
        for make in [whole] if change in (merge, tidy) else [whole, float]:
            expected, found = run(before, make), run(after, make)
            for a, b in zip(expected, found, strict=True):
                same = np.array_equal(a, b) if a.dtype == object else np.array_equal(a, b, equal_nan=True)
                assert same, f"seed {seed}\n{text}\n\n{to_source(after.tree)}\n{a} {b}"


def test_passes_leave_their_input_alone() -> None:
    for seed in range(30):
        writer = Writer(seed)
        before = example.function(writer.program())
        text = to_source(before.tree)
        tidy(before, writer.memory)
        assert to_source(before.tree) == text


def test_no_node_stands_twice() -> None:
    for seed in range(60):
        writer = Writer(seed)
        after = tidy(example.function(writer.program()), writer.memory)
        nodes = [n for n in gast.walk(after.tree) if n._fields]
        assert len(nodes) == len(set(map(id, nodes)))


def test_facts_carried_from_pass_to_pass_agree_with_those_found_anew() -> None:
    for seed in range(60):
        writer = Writer(seed)
        fn = example.function(writer.program())
        facts = Facts(fn, writer.memory)
        for change in (copies, dead_code, arithmetic, refold, merge):
            fn = change(fn, facts)
        anew = Facts(fn, writer.memory)
        for stmt in core.statements(fn.tree.body):
            assert sorted(facts.of(stmt).loads) == sorted(anew.of(stmt).loads), to_source(stmt)
            assert facts.of(stmt).binds == anew.of(stmt).binds
            assert facts.of(stmt).impure == anew.of(stmt).impure
