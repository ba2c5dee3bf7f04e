"""Users' variables, helpers and modules may have any name: renamed programs give the same derivatives."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from differences import fresh, leaves, random_cotangent
from hostile import NAMES, NotRenamed, Renamed, renamed
from program import Program
from programs import PROGRAMS

import adjoint

EACH = pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)


def hostile(program: Program, seed: str) -> Renamed:
    choose = random.Random(seed + program.name)
    try:
        return renamed(program.f, NAMES, lambda names: choose.sample(names, len(names)))
    except NotRenamed:
        pytest.skip("not a function of a module")


@EACH
def test_any_names(program: Program) -> None:
    check(program, hostile(program, "a"))


def check(program: Program, other: Renamed) -> None:
    rng = np.random.default_rng(11)
    args = program.args(rng)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*fresh(args))
    cotangent = random_cotangent(out, rng)
    wrt = tuple(other.names.get(name, name) for name in program.wrt)
    same, again = adjoint.vjp(other.function, wrt=wrt)(*fresh(args))
    assert_close(same, out, other.text)
    assert_close(again(cotangent), pullback(cotangent), other.text)


def assert_close(ours: Any, theirs: Any, text: str) -> None:
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        if isinstance(b, (np.ndarray, np.generic, int, float, complex)):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12, err_msg=text)


def test_an_argument_with_parts_called_like_a_builtin():
    def f(len, range):
        total = 0.0
        for v in len["a"]:
            total += v * range
        return total * len["b"].sum()

    args = {"a": np.array([1.0, 2.0]), "b": np.array([0.5, 3.0])}, 2.0
    by_parts, by_number = adjoint.grad(f, wrt=("len", "range"))(*args)
    np.testing.assert_allclose(by_parts["a"], [7.0, 7.0])
    np.testing.assert_allclose(by_parts["b"], [6.0, 6.0])
    assert by_number == 10.5
