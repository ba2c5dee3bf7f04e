"""Functions that come and go leave nothing behind; a loop keeps what it records and no more."""

from __future__ import annotations

import gc
import linecache
import tracemalloc

import numpy as np
import pytest
from texts import forget, fresh, small

from adjoint import grad, guards, vjp
from adjoint.analysis.samples import evaluate
from adjoint.differentiate import bodies
from adjoint.emit import functions

X, Y = np.array([0.2, -0.4, 0.9]), np.array([0.1, 0.7, 0.5])


def come_and_go(first: int, count: int) -> None:
    for k in range(first, first + count):
        function = fresh(small(k))
        grad(function, wrt=("x", "y"))(X, Y)
        vjp(function)(X, Y)[1](1.0)
        forget(function)


def objects() -> int:
    for cache in (
        bodies._source,
        bodies._template,
        evaluate,
        guards.mentioned,
    ):  # bounded, and filled by whatever ran before
        cache.cache_clear()
    gc.collect()
    return len(gc.get_objects())


def test_functions_that_come_and_go_leave_nothing_behind() -> None:
    come_and_go(0, 15)
    before, lines, texts = objects(), len(linecache.cache), len(functions._texts)
    come_and_go(15, 25)
    assert objects() - before < 25, "less than one object for each function"
    assert (len(linecache.cache), len(functions._texts)) == (lines, texts)


RECORDED = "def model(x, n):\n    y = x\n    for i in range(n):\n        y = y - 0.1 * y * y\n    return y\n"
NOT_RECORDED = "def model(x, n):\n    y = x\n    for i in range(n):\n        y = 0.999 * y + x\n    return y\n"


def test_compiling_leaves_nothing_to_the_collector() -> None:
    """What a compilation makes is freed by counting references: no round over it has to look for cycles."""
    text = """\
def model(x, n):
    y = x
    for i in range(n):
        if x[i] > 0:
            y = np.sin(y) * x[i] + np.sum(y)
    return np.sum(y)
"""
    grad(fresh(text)).compiled(X, 3)  # what is only done once
    gradient = grad(fresh(text))
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        gradient.compiled(X, 3)
        assert gc.collect() < 10
        assert len(gc.get_objects()) - before < 500
    finally:
        gc.enable()


@pytest.mark.parametrize(("text", "least", "most"), [(RECORDED, 30, 36), (NOT_RECORDED, 0, 0.1)])
def test_a_loop_keeps_what_it_records(text: str, least: float, most: float) -> None:
    trips = 20_000
    gradient = grad(fresh(text))
    gradient(0.5, 10)
    tracemalloc.start()
    gradient(0.5, trips)
    peak = tracemalloc.get_traced_memory()[1] / trips
    tracemalloc.stop()
    assert least <= peak <= most + 0.5, f"{peak:.1f} bytes a trip"
