"""Long functions compile in time linear in their length (benchmarks/stress.py has the large ones)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from texts import fresh, loops, parentheses, straight_line, terms

import adjoint

CallsIn = Callable[[Callable[[], object]], int]


@pytest.mark.parametrize(
    ("make", "count"),
    [(straight_line, 60), (loops, 20), (terms, 80), (parentheses, 30)],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_four_times_as_long_is_about_four_times_the_work(
    make: Callable[[int], str], count: int, calls_in: CallsIn
) -> None:
    def work(text: str) -> int:
        function = fresh(text)
        return calls_in(lambda: adjoint.grad(function, wrt=("x", "y")).compiled(0.3, 0.4))

    work(make(4))  # imports, and what is kept for all functions
    # Quadratic would be 16 times; what is done once in each compilation is in both.
    assert work(make(4 * count)) < 5 * work(make(count))


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
