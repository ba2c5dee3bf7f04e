"""Functions made from text, each in a file of its own that only the line cache knows."""

from __future__ import annotations

import itertools
import linecache
from types import FunctionType
from typing import Any

import numpy as np

_numbers = itertools.count(1)


def fresh(text: str) -> FunctionType:
    """The function `model` of a text that nobody has seen before."""
    file = f"<stress {next(_numbers)}>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    space: dict[str, Any] = {"np": np, "__name__": "stress"}
    exec(compile(text, file, "exec"), space)
    return space["model"]


def forget(function: FunctionType) -> None:
    """Drop the text of a function that is dropped."""
    linecache.cache.pop(function.__code__.co_filename, None)


def small(constant: int) -> str:
    """A function with a loop and a branch, another one for each constant."""
    return f"""\
def model(x, y):
    z = x * {constant}.5 + y
    for i in range(len(x)):
        if z[i] > 1:
            z[i] = np.sin(z[i]) * y[i]
    return (z * z).sum()
"""


def straight_line(statements: int) -> str:
    """That many statements, each of a few operations on numbers."""
    kinds = ("x = x * y + 0.5", "y = np.sin(x) - y * 0.3", "z = x * y / (1 + z * z)", "x = x - 0.1 * z")
    lines = [kinds[k % len(kinds)] for k in range(statements)]
    return "\n    ".join(["def model(x, y):", "z = 1.0", *lines, "return x + y + z"]) + "\n"


def loops(count: int, depth: int = 10) -> str:
    """That many loops, nested `depth` deep, with a statement at each level."""
    lines = ["def model(x, y):", "    z = x * y"]
    for k in range(count):
        level = k % depth
        lines.append("    " * (level + 1) + f"for i{level} in range(1, 2):")
        lines.append("    " * (level + 2) + f"z = np.sin(z) * x + y / (1 + i{level})")
    return "\n".join([*lines, "    return z"]) + "\n"


def terms(count: int) -> str:
    """One expression of that many terms."""
    return "def model(x, y):\n    return " + " + ".join(f"x * {k}.5" if k % 2 else "y" for k in range(count)) + "\n"


def parentheses(count: int) -> str:
    """One expression in that many parentheses, of which Python takes 200."""
    return "def model(x, y):\n    return " + "(x + y * " * count + "x" + ")" * count + "\n"
