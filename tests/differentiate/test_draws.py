"""Random draws are constants; where their parameters vary they are refused, whoever holds the generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.errors import UnknownFunction

GENERATOR = np.random.default_rng(0)


def by_the_module(x: float) -> Any:
    return np.random.normal(x, 1.0)


def by_a_global(x: float) -> Any:
    return GENERATOR.normal(x, 1.0)


def by_one_made_inside(x: float) -> Any:
    rng = np.random.default_rng(3)
    return rng.normal(x, 1.0)


def permuted(x: float) -> Any:
    rng = np.random.default_rng(3)
    y = np.array([x, 2.0, 3.0 * x])
    return rng.permutation(y)[0]


def shuffled(x: float) -> Any:
    rng = np.random.default_rng(3)
    y = np.array([x, 2.0, 3.0 * x])
    rng.shuffle(y)
    return y[0]


def written_over(x: float) -> Any:
    rng = np.random.default_rng(3)
    y = np.array([x, 2.0, 3.0 * x])
    rng.random(out=y)
    return y[0] * x


@pytest.mark.parametrize("f", [permuted, shuffled, written_over], ids=lambda f: f.__name__)
def test_orders_are_drawn_and_derivatives_follow(f: Callable[..., Any]) -> None:
    assert adjoint.grad(f)(2.0) == pytest.approx(f(2.5) - f(1.5))


@pytest.mark.parametrize("f", [by_the_module, by_a_global, by_one_made_inside], ids=lambda f: f.__name__)
def test_what_varies_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(UnknownFunction):
        adjoint.grad(f)(2.0)


def from_an_argument(x: float, rng: Any) -> Any:
    return (x**2 * rng.normal(size=4)).sum()


def from_a_global(x: float) -> Any:
    return x**2 * GENERATOR.normal()


def test_a_generator_that_is_passed_is_drawn_from_once() -> None:
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    assert adjoint.grad(from_an_argument)(2.0, rng) == pytest.approx(4.0 * same.normal(size=4).sum())
    assert rng.normal() == same.normal()


def test_compiling_does_not_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "GENERATOR", np.random.default_rng(5))
    same = np.random.default_rng(5)
    assert adjoint.grad(from_a_global)(2.0) == pytest.approx(4.0 * same.normal())
    assert GENERATOR.normal() == same.normal()
