"""What a loop's branch takes out of a list or dictionary of objects may be missing in the next trip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint


class Box:
    def __init__(self, w):
        self.w = w


def stack(x):
    boxes = [Box(x[0])]
    total = 0.0
    while boxes and total < 1000:
        box = boxes.pop()
        total += box.w**2
        if box.w < 5:
            boxes.append(Box(box.w * 2))
    return total * x[1]


def emptied(x):
    boxes = [Box(x[0])]
    k = 0
    while boxes and k < 9:
        box = boxes.pop()
        if box.w > 100:
            boxes.append(Box(box.w))
        k += 1
    return k * x[1]


def key_taken_out(x):
    boxes = {"a": x[0] * 2, "b": Box(x[1])}
    total = 0.0
    for _ in range(3):
        if "a" in boxes:
            total += boxes["a"]
        if x[0] > 1:
            boxes.pop("a", None)
    return total * boxes["b"].w


def functions_taken_out(x):
    functions = [np.sin, np.cos]
    t = x[0]
    while functions:
        if t > 100:
            functions.append(np.sin)
        t = functions.pop()(t)
    return t * x[1]


@pytest.mark.parametrize("f", [stack, emptied, key_taken_out, functions_taken_out])
def test_right_or_refused(f: Callable[..., Any]) -> None:
    x = np.array([1.3, 0.7])
    try:
        value, found = adjoint.value_and_grad(f)(x)
    except adjoint.AdjointError:
        return
    assert value == f(x)
    steps = 1e-6 * np.eye(2)
    np.testing.assert_allclose(found, [(f(x + h) - f(x - h)) / 2e-6 for h in steps], rtol=1e-6)
