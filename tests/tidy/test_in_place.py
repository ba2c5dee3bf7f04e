"""What is added up in place gives what the user's own statement gives, and a text that says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint

PLACES = np.array([0, 2, 0, 0, 2])


def added_again_and_again(x: Any, s: Any) -> Any:
    for _ in range(8):
        np.add.at(x, PLACES, x[1:] * s)
    return x


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(5))
def test_values_of_add_at_are_the_same_to_the_last_bit(dtype: Any, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=6).astype(dtype)
    expected = added_again_and_again(x.copy(), dtype(0.7))
    out, _ = adjoint.vjp(added_again_and_again, wrt=("x", "s"))(x.copy(), dtype(0.7))
    assert np.array_equal(out, expected)
    out, _ = adjoint.jvp(added_again_and_again)((x.copy(), dtype(0.7)), np.ones(6, dtype))
    assert np.array_equal(out, expected)


def test_the_text_adds_in_place() -> None:
    text = adjoint.source(adjoint.vjp(added_again_and_again), np.ones(6), 0.7)
    assert "add_at(x, PLACES, x[1:] * s)" in text
    assert "scattered" not in text
