"""Cells kept in numbers, and loops turned: they compute the same, also where indices meet or are absent."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.emit.link import link, source_of
from adjoint.fusion.context import Context
from adjoint.fusion.scalars import scalars
from adjoint.fusion.upward import upward
from adjoint.tidy import example

A, B = np.linspace(1.0, 2.0, 5), np.linspace(0.3, -0.7, 5)

# Loops that must not change what they compute, whatever numbers stand for cells in them.
LOOPS = {
    "the cell is written by its other index": """
        for i in range(5):
            for j in range(5):
                a[i] = a[i] + b[j]
                b[j] = a[j] * 0.5
    """,
    "from the end": """
        for i in range(5):
            for j in range(i):
                a[i - 5] -= a[j] * a[i]
    """,
    "below the cell": """
        for i in range(5):
            for j in range(i):
                a[i] -= a[j] * b[i]
    """,
    "below zero": """
        for i in range(5):
            for j in range(i - 1, -3, -1):
                b[j] += a[i] * 0.5
                a[4] += b[j]
    """,
    "no trips of cells that are not there": """
        for i in range(9):
            for j in range(i, 5):
                a[i] += b[j]
    """,
    "both add": """
        for i in range(5):
            for j in range(4, -1, -1):
                a[j] += b[i] * 2.0
                a[i] -= b[j] * 3.5
    """,
    "two names of one array": """
        c = a[1:]
        for i in range(4):
            for j in range(3, -1, -1):
                c[j] += a[i]
                a[i] = a[i] * 0.5
    """,
    "a trip needs the one before": """
        for j in range(3, -1, -1):
            a[j] += a[j + 1]
            b[j] = b[0] + a[j]
    """,
    "a name from the trip before": """
        t = 0.0
        for j in range(3, -1, -1):
            a[j] += t
            t = b[j]
        a[0] += t + j
    """,
    "the variable is bound anew": """
        k = 2
        for j in range(4):
            a[k] += b[j]
            k = k + 1
            k = k % 5
    """,
    "indices in an array": """
        p = np.array([4, 4, 0, 1, 0])
        for j in range(4, -1, -1):
            a[p[j]] += b[j]
            b[p[0]] -= a[j]
    """,
    "rows": """
        m = np.ones((5, 5))
        for i in range(5):
            for j in range(5):
                m[i, j] += a[j]
                a[i] += m[j, i] * np.sum(m[i])
        b += m[0]
    """,
}


@pytest.mark.parametrize("change", [upward, scalars])
@pytest.mark.parametrize("text", LOOPS.values(), ids=LOOPS)
def test_same_numbers(text: str, change: Any) -> None:
    body = textwrap.indent(textwrap.dedent(text).strip(), "    ")
    fn = example.function(f"def f(x, y):\n    a = x.copy()\n    b = y.copy()\n{body}\n    return a, b")
    kinds = Context(fn, {"x": _vector(), "y": _vector()})
    new = link(change(fn, kinds))
    for ours, theirs in zip(new(A, B), link(fn)(A, B), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, err_msg=source_of(new))


def _vector() -> Any:
    from adjoint.fusion.example import kind

    return kind("float64 a")


def factors(a):
    for i in range(a.shape[0]):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[k, j]
            a[i, j] /= a[j, j]
        for j in range(i, a.shape[0]):
            for k in range(i):
                a[i, j] -= a[i, k] * a[k, j]
    return np.sum(np.tanh(a))


pytest.importorskip("numba")
CHECKED = adjoint.Numba(boundscheck=True)


@pytest.mark.parametrize("n", range(6))
def test_triangles(n: int) -> None:
    a = np.random.default_rng(n).normal(size=(n, n)) + 5.0 * np.eye(n)
    found, expected = adjoint.grad(factors, backend=CHECKED)(a), adjoint.grad(factors)(a)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


def test_sweeps_of_triangles_keep_cells_in_numbers() -> None:
    text = adjoint.source(adjoint.grad(factors, backend=CHECKED), np.eye(3))
    inner = [line for line in text.splitlines() if line.startswith(" " * 16)]
    assert "range(i_1)" in text or "range(i)" in text
    assert not [line for line in inner if "a_bar[i, j]" in line], text
