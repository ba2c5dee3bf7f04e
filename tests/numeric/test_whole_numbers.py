"""An int counts as a float: derivatives at 3 are those at 3.0, and NumPy's functions of numbers are differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adjoint import UnsupportedArgument, grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, value_and_grad, vjp


def stored(u: Any, x: Any) -> Any:
    a = np.zeros(3)
    a[0] = u * u
    a[1] = u
    return a.sum() * x


def in_a_loop(u: Any, x: Any) -> Any:
    t = 0
    for _ in range(3):
        t = t + u * u
    return np.sum(t) * x


FUNCTIONS: list[Callable[[Any, Any], Any]] = [
    lambda u, x: np.sum(u * u) * x,
    lambda u, x: np.mean(u * u) * x,
    lambda u, x: np.ravel(u * u)[0] * x,
    lambda u, x: np.reshape(u * u, (1,))[0] * x,
    lambda u, x: np.array([u * u]).item() * x,
    lambda u, x: np.sort(np.array([u * u, u]))[1] * x,
    lambda u, x: np.diff(np.array([u * u, u]))[0] * x,
    lambda u, x: np.cumsum(u * u)[0] * x,
    lambda u, x: np.max(u * u) * x,
    lambda u, x: np.sum(np.tile(u * u, 3)) * x,
    lambda u, x: np.asarray(u * u) * x,
    lambda u, x: np.asarray(u * u, dtype=float) * x,
    lambda u, x: np.sum(np.array([u, u * u]) * x),
    lambda u, x: np.prod(u * u) * x,
    lambda u, x: (u**3 + u) * x,
    stored,
    in_a_loop,
]


@pytest.mark.parametrize("f", FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_derivatives_at_a_whole_number(f: Callable[[Any, Any], Any]) -> None:
    h = 1e-5
    expected = (f(3 + h, 1.5) - f(3 - h, 1.5)) / (2 * h)
    for u in (3, 3.0, np.int64(3)):
        found = [
            grad(f)(u, 1.5),
            value_and_grad(f)(u, 1.5)[1],
            vjp(f)(u, 1.5)[1](1.0),
            jvp(f)((u, 1.5), 1.0)[1],
            linearize(f)(u, 1.5)[1](1.0),
            jacfwd(f)(u, 1.5),
            jacrev(f)(u, 1.5),
        ]
        np.testing.assert_allclose(found, [expected] * len(found), rtol=1e-8)
    second = (f(3 + 1e-3, 1.5) - 2 * f(3.0, 1.5) + f(3 - 1e-3, 1.5)) / 1e-6
    for u in (3, 3.0):
        found = [hessian(f)(u, 1.5), hvp(f)(u, 1.5, 1.0), grad(grad(f))(u, 1.5)]
        np.testing.assert_allclose(found, [second] * 3, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(grad(grad(f), wrt=1)(3, 1.5), expected / 1.5, rtol=1e-8)


def test_a_number_that_is_also_an_index_stays_one() -> None:
    def f(x: Any, n: Any) -> Any:
        return x[n] * n + sum(x[k] for k in range(n))

    gradients = grad(f, wrt=(0, 1))(np.array([1.0, 2.0, 3.0]), 2)
    np.testing.assert_array_equal(gradients[0], [1.0, 1.0, 2.0])
    assert gradients[1] == 3.0


def test_lists_of_whole_numbers() -> None:
    assert grad(lambda p: np.sum(p[0] * p[0]) * p[1] * 0.5)([3, 2]) == [6.0, 4.5]
    assert grad(lambda p: np.sum(p[0] * p[0]) * p[1] * 0.5)((3, 2)) == (6.0, 4.5)
    assert grad(lambda p: np.sum(p["a"] * p["a"]) * 1.5)({"a": 3}) == {"a": 9.0}
    assert grad(lambda p: sum(p) * 0.5)([3, 2]) == [0.5, 0.5]


def test_the_type_of_a_gradient_is_a_real_ones() -> None:
    assert type(grad(lambda u: u * u)(3)) is float
    assert type(grad(lambda u: u * u)(np.int64(3))) is np.float64


def by_their_places(numbers: Any) -> Any:
    total = 0.0
    for k in range(len(numbers)):
        total += k * numbers[k] * numbers[k]
    return total


def one_after_another(numbers: Any) -> Any:
    total = 0.0
    for number in numbers:
        total = total + number * number
    return total


def beside_the_next(numbers: Any) -> Any:
    total = 1.0
    for a, b in zip(numbers, numbers[1:]):
        total *= a + b * b
    return total


def by_their_keys(numbers: Any) -> Any:
    return sum(value**3 for value in numbers.values())


def one_key_after_another(numbers: Any) -> Any:
    total = 0.0
    for key in numbers:
        total = total + numbers[key] ** 2
    return total


def summed(numbers: Any) -> Any:
    return sum(number * number for number in numbers)


KEPT = [
    *[(f, a) for f in (by_their_places, one_after_another, beside_the_next) for a in ([2, 3, 1], (2, 3))],
    (by_their_keys, {"a": 2, "b": 3}),
    (by_their_keys, {0: 2, 1: 3}),
    (one_key_after_another, {"a": 2, "b": 3}),
    (one_key_after_another, {0: 2, 1: 3}),
]
UNCLEAR: list[tuple[Callable[[Any], Any], Any]] = [
    (summed, [2, 3]),
    (summed, (2, 3)),
    (lambda numbers: W[numbers[0]] * numbers[1], [1, 2]),
    (lambda numbers: sum([W[k] for k in numbers]) * numbers[0], [1, 2]),
]
W = np.array([0.5, 1.5, -1.0])


def real(numbers: Any) -> Any:
    if isinstance(numbers, dict):
        return {k: float(v) for k, v in numbers.items()}
    return type(numbers)(map(float, numbers))


@pytest.mark.parametrize(("f", "numbers"), KEPT, ids=range(len(KEPT)))
def test_derivatives_by_several_whole_numbers(f: Callable[[Any], Any], numbers: Any) -> None:
    assert grad(f)(numbers) == grad(f)(real(numbers))
    assert value_and_grad(f)(numbers)[0] == f(numbers)
    assert vjp(f)(numbers)[1](0.7) == vjp(f)(real(numbers))[1](0.7)


@pytest.mark.parametrize(("f", "numbers"), UNCLEAR, ids=range(len(UNCLEAR)))
def test_several_whole_numbers_that_may_be_indices_are_refused(f: Callable[[Any], Any], numbers: Any) -> None:
    with pytest.raises(UnsupportedArgument, match="holds whole numbers"):
        grad(f)(numbers)


def square_of_the_second(numbers: Any, c: Any) -> Any:
    return numbers[1] ** 2.0 * c


def by_whole_numbers_inside(x: Any, n: int) -> Any:
    numbers = {}
    for k in range(n):
        numbers[k] = k * 2
    return grad(square_of_the_second)(numbers, x)[1] * x


def test_a_gradient_inside_by_whole_numbers() -> None:
    value, slope = value_and_grad(by_whole_numbers_inside)(2.0, 3)
    assert value == by_whole_numbers_inside(2.0, 3) == 16.0
    assert slope == 16.0
