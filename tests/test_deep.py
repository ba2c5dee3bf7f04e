"""Expressions of very many terms: read in a thread with room for them, or refused with the line."""

from __future__ import annotations

import linecache
import sys
import threading
from collections.abc import Callable

import numpy as np
import pytest

from adjoint import UnsupportedSyntax, deep, grad


def function(expression: str, file: str) -> Callable[..., float]:
    text = f"def f(x, y):\n    z = x\n    return {expression}\n"
    linecache.cache[file] = len(text), None, text.splitlines(True), file
    space: dict = {"np": np}
    exec(compile(text, file, "exec"), space)
    return space["f"]


@pytest.mark.parametrize(
    ("expression", "slopes"),
    [
        (" + ".join(f"x * {k}" if k % 2 else "y" for k in range(1000)), (250_000.0, 500.0)),
        ("(x + y * " * 150 + "x" + ")" * 150, None),
        ("x" + " * y" * 999, (1.0, 699.3)),
        ("x - (" * 150 + "y" + ")" * 150, (0.0, 1.0)),
    ],
    ids=["sum", "parentheses", "product", "alternating"],
)
def test_a_thousand_terms(expression: str, slopes: tuple[float, float] | None) -> None:
    f = function(expression, f"<deep {len(expression)}>")
    x, y = 0.7, 1.0
    found = grad(f, wrt=("x", "y"))(x, y)
    step = 1e-6
    numeric = (f(x + step, y) - f(x - step, y)) / (2 * step), (f(x, y + step) - f(x, y - step)) / (2 * step)
    np.testing.assert_allclose(found, numeric if slopes is None else slopes, rtol=1e-4, atol=1e-6)


def test_the_limit_of_recursion_is_as_it_was() -> None:
    before = sys.getrecursionlimit(), threading.stack_size()
    grad(function("x" + " + y" * 900, "<deep limit>"))(1.0, 2.0)
    assert (sys.getrecursionlimit(), threading.stack_size()) == before


def test_what_finds_no_room_is_refused_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "LIMIT", 0)
    with pytest.raises(UnsupportedSyntax) as caught:
        grad(function("x" + " + y" * 900, "<too deep>"))(1.0, 2.0)
    first, place, line, *_, advice = str(caught.value).splitlines()
    assert first == "an expression is nested too deeply"
    assert place == "  <too deep>:3:1"
    assert line.startswith("    3 |     return x + y + y")
    assert advice == "  Write it as several statements."


def test_what_is_raised_in_the_deep_thread_reaches_the_caller() -> None:
    def work(n: int = 3000) -> int:
        if n == 0:
            raise KeyError("bottom")
        return work(n - 1)

    with pytest.raises(KeyError, match="bottom"):
        deep.run(work)
