"""Long functions compile in time linear in their length (benchmarks/stress.py has the large ones)."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest
from texts import fresh, loops, parentheses, straight_line, terms

import adjoint


def seconds(text: str) -> float:
    """The least of two times that compiling takes."""
    times = []
    for _ in range(2):
        function = fresh(text)
        gc.collect()
        start = time.process_time()
        adjoint.grad(function, wrt=("x", "y")).compiled(0.3, 0.4)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize(
    ("make", "count"),
    [(straight_line, 60), (loops, 20), (terms, 80), (parentheses, 30)],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_four_times_as_long_takes_about_four_times_as_long(make: Callable[[int], str], count: int) -> None:
    seconds(make(4))
    # Quadratic would be 16 times; what is done once in each compilation is in both.
    assert seconds(make(4 * count)) < 8 * seconds(make(count)) + 0.05


@pytest.mark.parametrize("early", [150])
def test_more_nested_blocks_than_python_takes_are_refused(early: int) -> None:
    lines = "".join(f"    x = x * y\n    if x > {k + 10}:\n        return x\n" for k in range(early))
    with pytest.raises(adjoint.UnsupportedSyntax) as caught:
        adjoint.grad(fresh(f"def model(x, y):\n{lines}    return x\n"))(1.0, 1.0)
    message, place, advice = str(caught.value).splitlines()
    assert message == "the derivative of `model` would have more nested blocks than Python takes"
    assert place.endswith(":1")
    assert advice == "  Return once, at the end, and write the innermost loops with whole arrays."


def test_two_hundred_loops() -> None:
    function = fresh(loops(200))
    x, y, step = 0.3, 0.4, 1e-6
    found = adjoint.grad(function, wrt=("x", "y"))(x, y)
    numeric = (
        (function(x + step, y) - function(x - step, y)) / (2 * step),
        (function(x, y + step) - function(x, y - step)) / (2 * step),
    )
    assert found == pytest.approx(numeric, rel=1e-5)
