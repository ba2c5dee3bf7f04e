"""In debug mode every stage of every program is Core, and every cotangent has its primal's rank and dtype."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from differences import random_cotangent
from program import Program
from programs import PROGRAMS

import adjoint
from adjoint.debug import debugging


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_stages_and_cotangents(program: Program) -> None:
    args = program.args(np.random.default_rng(4))
    with debugging():
        out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*args)
        pullback(random_cotangent(out, np.random.default_rng(5)))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_stages_of_both_sweeps_in_one_function_and_of_tangents(program: Program) -> None:
    args = program.args(np.random.default_rng(4))
    with debugging():
        with suppress(adjoint.NotScalar):
            adjoint.grad(program.f, wrt=program.wrt)(*args)
        adjoint.linearize(program.f, wrt=program.wrt)(*args)


def test_stages_are_shown() -> None:
    stages: dict[str, str] = {}

    def scaled(x: float) -> float:
        y = 2 * x
        return y * y

    with debugging(stages.__setitem__):
        adjoint.grad(scaled)(3.0)
    assert list(stages) == ["normalize", "inline", "prepare", "differentiate", "tidy"]
    assert "y = 2 * x" in stages["normalize"]
    assert "y_bar" in stages["differentiate"]
