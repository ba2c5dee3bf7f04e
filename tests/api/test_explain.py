"""What `explain` says of records, against what is recorded."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import adjoint


def triangle(x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        t = x[i]
        for j in range(i):
            t = np.sin(t) * x[j]
        s += t
    return s


def sweeps(A: Any, steps: Any) -> Any:
    for _ in range(steps):
        A = np.tanh(A @ A)
    return A


def chain(w: Any, x: Any) -> Any:
    h = np.exp(w @ x)
    return np.sum(h * h * w[0])


def searching(x: Any) -> Any:
    while x < 100:
        x = x * x
    return x


def formulas(text: str) -> list[str]:
    return re.findall(r"^ +(.*) bytes$", text, re.MULTILINE)


def test_bytes_are_those_of_the_records() -> None:
    x = np.linspace(0.1, 0.9, 6)
    text = adjoint.explain(triangle, x)
    _, pullback = adjoint.vjp(triangle)(x)
    (*_, record) = pullback._given
    stacks = [part for part in record if isinstance(part, list)]
    assert sorted(eval(f, {"x": x}) for f in formulas(text)) == sorted(8 * len(s) for s in stacks)


def test_arrays_of_each_trip() -> None:
    A = np.eye(3) / 2
    (formula, *_) = formulas(adjoint.explain(adjoint.grad(lambda A, n: np.sum(sweeps(A, n))), A, 4))
    assert eval(formula, {"A": A, "n": 4, "steps": 4}) == 4 * A.nbytes


def test_kept_arrays_are_told_apart() -> None:
    w, x = np.ones((2, 3)), np.ones(3)
    text = adjoint.explain(chain, w, x)
    assert "records no values" in text and "as they stand" in text
    assert eval(formulas(text)[0], {"w": w, "x": x}) == 2 * 8


def test_trips_that_only_the_run_knows() -> None:
    assert "trips of `while x < 100` * 8 bytes" in adjoint.explain(searching, 1.5)


@pytest.mark.parametrize(
    ("f", "args", "message"),
    [
        (triangle, (), "needs example arguments"),
        (adjoint.jvp(triangle), (np.ones(3),), "forward mode records nothing"),
        (3.0, (1.0,), "has no derivative to explain"),
    ],
)
def test_what_cannot_be_explained(f: Any, args: tuple[Any, ...], message: str) -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match=message):
        adjoint.explain(f, *args)
