"""Generators: effects take turns and happen once; what cannot be written out is refused."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint

log: list[int] = []


def noted(x, n):
    for i in range(n):
        log.append(i)
        yield x * i
        log.append(-i)


def read_with_effects(x):
    s = 0.0
    for v in noted(x, 9):
        log.append(100)
        s = s + v * v
        if s > 3:
            break
    return s


def read_twice(x):
    values = noted(x, 3)
    return sum(values) + sum(values)


def read_in_another_loop(x):
    values = noted(x, 3)
    s = 0.0
    for _ in range(2):
        for v in values:
            s = s + v
    return s


def guarded(x):
    try:
        yield x
    finally:
        log.append(0)


def reads_a_guarded_one(x):
    s = 0.0
    for v in guarded(x):
        s = s + v
    return s


def endless(x):
    yield x
    yield from endless(x * 0.5)


def reads_itself(x):
    s = 0.0
    for v in endless(x):
        s = s + v
        if v < 0.1:
            break
    return s


def test_effects_take_turns_and_happen_once() -> None:
    log.clear()
    expected = read_with_effects(1.5)
    said = list(log)
    log.clear()
    value, pullback = adjoint.vjp(read_with_effects)(1.5)
    assert (value, log) == (expected, said)
    assert pullback(1.0) == pullback(1.0)
    assert log == said


SEVERAL = "a generator that is read in several places, or in another loop than it is made in"


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (read_twice, SEVERAL),
        (read_in_another_loop, SEVERAL),
        (reads_a_guarded_one, "`yield` inside `try` or `with`"),
        (reads_itself, "a generator that reads itself"),
        (noted, "`yield` cannot be differentiated"),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_what_is_refused(f, message: str) -> None:
    args = (1.5, 3) if f is noted else (1.5,)
    with pytest.raises(adjoint.UnsupportedSyntax) as caught:
        adjoint.grad(f)(*args)
    first, place = str(caught.value).split("\n")[:2]
    assert first == message
    assert place.startswith("  tests/numeric/test_generators.py:")


def test_a_generator_that_stays_the_callers() -> None:
    def total(values, x):
        return sum(v * x for v in values)

    np.testing.assert_allclose(adjoint.grad(total, wrt="x")([1.0, 2.0], 3.0), 3.0)


def squares_over(x, numbers):
    total = 0.0
    for k in numbers:
        total = total + k * x * x
    return total


@pytest.mark.parametrize(
    "numbers", [lambda: (k for k in range(4)), lambda: iter([1, 2, 3]), lambda: map(int, "123"), lambda: zip()]
)
def test_an_iterator_from_outside_is_read_once(numbers):
    expected = 2 * 1.5 * sum(numbers())
    assert adjoint.grad(squares_over)(1.5, numbers()) == expected
    assert adjoint.jvp(lambda x, n=numbers(): squares_over(x, n))(1.5, 1.0)[1] == expected
    values = numbers()
    adjoint.grad(squares_over)(1.5, values)
    assert list(values) == []
