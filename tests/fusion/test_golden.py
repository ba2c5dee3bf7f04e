"""The native texts of a stencil, a softmax and reductions, as they are (`--update-golden` writes them anew)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint

pytest.importorskip("numba")


def stencil(a, b, steps):
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
    return a


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def log_sum(x, w):
    m = np.max(x)
    return m + np.log(np.sum(w * np.exp(x - m))) + np.mean(w * w)


rng = np.random.default_rng(0)
CASES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "stencil": (adjoint.vjp(stencil, wrt=(0, 1), backend="numba"), (rng.random((5, 6)), rng.random((5, 6)), 2)),
    "softmax": (adjoint.vjp(softmax, backend="numba"), (rng.random((4, 5)),)),
    "log_sum": (adjoint.value_and_grad(log_sum, wrt=(0, 1), backend="numba"), (rng.random(5), rng.random(5))),
}


@pytest.mark.parametrize("name", CASES)
def test_text(name: str, golden: Callable[[str, str], None]) -> None:
    f, args = CASES[name]
    golden(f"fusion/{name}.py", adjoint.source(f, *args) + "\n")
