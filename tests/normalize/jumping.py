"""Random integer programs with nested branches, loops and jumps, and what it takes to compare two versions of one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

NAMES = ("a", "b", "c")


class Program:
    """A function of three integers and a list, drawn statement by statement; every run ends."""

    def __init__(self, seed: int, extra: Sequence[Callable[[Program], list[str]]] = ()) -> None:
        self.random = random.Random(seed)
        self.extra = extra
        self.loops = 0
        body = self.block(0, False) + self.block(0, False)
        self.text = "\n".join(["def f(a, b, c, xs):", "    n = 0", *indent(body), "    return a, b, c, n, xs"])

    def name(self) -> str:
        return self.random.choice(NAMES)

    def atom(self) -> str:
        return self.random.choice([*NAMES, *NAMES, "1", "2", "3", "n"])

    def test(self) -> str:
        op = self.random.choice(["<", ">", "==", "!=", ">="])
        return f"{self.atom()} {op} {self.atom()}"

    def block(self, depth: int, in_loop: bool) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.randint(1, 3 if depth else 4)):
            lines += self.statement(depth, in_loop)
        return lines

    def statement(self, depth: int, in_loop: bool) -> list[str]:
        draw = self.random.random()
        if depth < 4 and draw < 0.25:
            return self.branch(depth, in_loop)
        if depth < 3 and draw < 0.40:
            return self.loop(depth)
        if draw < 0.50 and in_loop:
            jump = self.random.choice(["break", "continue", "continue", self.returned()])
            return [f"if {self.test()}:", f"    {jump}"] if self.random.random() < 0.8 else [jump]
        if draw < 0.53 and depth:
            return [self.returned()]
        if self.extra and draw < 0.75:
            return self.random.choice(self.extra)(self)
        return [f"{self.name()} = ({self.atom()} + {self.atom()}) % 7", "n += 1"]

    def returned(self) -> str:
        return self.random.choice([f"return {self.name()}", f"return {self.name()}, n, 1, 2, 3", "return", "return n"])

    def branch(self, depth: int, in_loop: bool) -> list[str]:
        lines = [f"if {self.test()}:", *indent(self.block(depth + 1, in_loop))]
        if self.random.random() < 0.3:
            lines += [f"elif {self.test()}:", *indent(self.block(depth + 1, in_loop))]
        if self.random.random() < 0.4:
            lines += ["else:", *indent(self.block(depth + 1, in_loop))]
        return lines

    def loop(self, depth: int) -> list[str]:
        self.loops += 1
        k, body = f"k{self.loops}", self.block(depth + 1, True)
        kind = self.random.choice(["for", "for", "while", "while True", "same"])
        if kind == "for":
            lines = [f"for {k} in range({self.random.randint(0, 3)}):", *indent([f"a += {k}", *body])]
        elif kind == "same":
            lines = [f"for {self.name()} in range({self.atom()} % 4):", *indent(body)]
        elif kind == "while":
            lines = [f"{k} = 0", f"while {k} < 3 and {self.test()}:", *indent([f"{k} += 1", *body])]
        else:
            lines = [f"{k} = 0", "while True:", *indent([f"{k} += 1", f"if {k} > 3:", "    break", *body])]
        if self.random.random() < 0.3:
            lines += ["else:", *indent(self.block(depth + 1, False))]
        return lines


def indent(lines: Sequence[str]) -> list[str]:
    return ["    " + line for line in lines]


def outcome(fn: Callable[..., Any], *args: Any) -> Any:
    """What a call gives: its result, or the type of its exception."""
    try:
        return fn(*args)
    except Exception as error:
        return type(error)


def compiled(text: str, name: str = "f", **given: Any) -> Callable[..., Any]:
    scope: dict[str, Any] = dict(given)
    exec(compile(text, "<program>", "exec"), scope)
    return scope[name]
