"""Every program runs, and is smooth at its sample arguments: two step sizes give one derivative."""

from __future__ import annotations

import collections

import numpy as np
import pytest
from differences import NotSmooth, assert_gradients, assert_smooth, fresh, leaves, random_cotangent
from program import Program
from programs import PROGRAMS


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
@pytest.mark.parametrize("seed", range(2))
def test_program_is_smooth_at_its_sample(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    args = program.args(rng)
    out = program.f(*fresh(args))
    assert all(np.isfinite(leaf).all() for leaf in leaves(out))
    assert_smooth(program.f, args, program.wrt, random_cotangent(out, rng))


def test_names_are_unique() -> None:
    names = collections.Counter(p.name for p in PROGRAMS)
    assert [n for n, count in names.items() if count > 1] == []


def test_a_kink_is_not_smooth() -> None:
    with pytest.raises(NotSmooth):
        assert_smooth(lambda x: np.maximum(x, 3 * x).sum(), (np.array([1e-4, 1.0]),), (0,), 1.0)


def test_a_wrong_gradient_is_found() -> None:
    x = np.array([0.3, 0.7])
    assert_gradients(lambda x: np.sin(x), (x,), (0,), np.ones(2), (np.cos(x),))
    with pytest.raises(AssertionError, match="off by"):
        assert_gradients(lambda x: np.sin(x), (x,), (0,), np.ones(2), (np.cos(x) * (1 + 1e-8),))


def test_differences_by_a_list_of_arrays() -> None:
    parts = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    expected = [parts[1], parts[0]]
    assert_gradients(lambda parts: parts[0] * parts[1], (parts,), ("parts",), np.ones(2), (expected,))
