"""Derivatives that are handed out, and taken after what the function reads outside has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import adjoint

RATES = np.array([1.0, 2.0, 3.0])
LIST = [1.0, 2.0, 3.0]
ARRAYS = [np.array([1.0, 2.0, 3.0])]
SETTINGS: dict[str, Any] = {"rates": np.array([1.0, 2.0, 3.0]), "scale": 2.0, "list": LIST}
SCALE = 2.0


class Model:
    def __init__(self) -> None:
        self.rates, self.scale = np.array([1.0, 2.0, 3.0]), 2.0


MODEL = Model()


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    set_all([1.0, 2.0, 3.0], 2.0)


def set_all(rates: list[float], scale: float) -> None:
    global SCALE
    RATES[:] = LIST[:] = ARRAYS[0][:] = SETTINGS["rates"][:] = MODEL.rates[:] = rates
    SCALE = SETTINGS["scale"] = MODEL.scale = scale


def of_an_array(x):
    return np.sin(RATES * x) * x


def of_a_view(x):
    rates = RATES[::-1]
    return np.sin(rates * x) * x


def of_a_list(x):
    for rate in LIST:
        x = np.sin(rate * x)
    return x


def of_a_list_of_arrays(x):
    for rates in ARRAYS:
        x = np.sin(rates * x)
    return x


def of_a_dict(x):
    y = x
    for rate in SETTINGS["list"]:
        y = np.sin(rate * y) * SETTINGS["scale"]
    return np.sin(SETTINGS["rates"][1:] * y[1:])


def of_an_object(x):
    return np.sin(MODEL.rates[::-1] * x) * x * MODEL.scale


def of_a_number(x):
    return np.sin(SCALE * x) * x * SCALE


@adjoint.checkpoint
def step(x):
    return np.sin(RATES * x) * SCALE


def of_what_is_checkpointed(x):
    return step(step(x))


def of_a_checkpointed_loop(x):
    for _ in adjoint.checkpoint(range(5), snapshots=2):
        x = np.sin(RATES * x)
    return x


FUNCTIONS = [of_an_array, of_a_view, of_a_list, of_a_list_of_arrays, of_a_dict, of_an_object, of_a_number]
RUN_AGAIN = [of_what_is_checkpointed, of_a_checkpointed_loop]
X = np.array([0.3, 0.4, 0.5])


@pytest.mark.parametrize("f", FUNCTIONS)
def test_a_pullback_is_of_what_was_there_when_the_function_ran(f: Callable[..., Any]) -> None:
    out, pullback = adjoint.vjp(f)(X)
    seed = np.linspace(1.0, 2.0, len(out))
    expected = pullback(seed)
    np.testing.assert_allclose(expected, adjoint.jacfwd(f)(X).T @ seed)
    set_all([50.0, 60.0, 70.0], 5.0)
    np.testing.assert_array_equal(pullback(seed), expected)


@pytest.mark.parametrize("f", [*FUNCTIONS, *RUN_AGAIN])
def test_a_map_that_runs_the_function_again_is_refused_once_that_has_changed(f: Callable[..., Any]) -> None:
    make = adjoint.vjp if f in RUN_AGAIN else adjoint.linearize
    out, derivative = make(f)(X)
    seed = np.linspace(1.0, 2.0, len(out)) if f in RUN_AGAIN else X
    jacobian = adjoint.jacfwd(f)(X)
    np.testing.assert_allclose(derivative(seed), jacobian.T @ seed if f in RUN_AGAIN else jacobian @ seed)
    set_all([50.0, 60.0, 70.0], 5.0)
    with pytest.raises(adjoint.UnsupportedMutation, match=f"which `{f.__name__}` reads, is no longer what it was"):
        derivative(seed)
    set_all([1.0, 2.0, 3.0], 2.0)
    derivative(seed)
