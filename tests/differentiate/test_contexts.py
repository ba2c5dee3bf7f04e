"""What runs backwards under `np.errstate` is silent; a star whose length only the run knows is refused."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import adjoint


def root(x):
    with np.errstate(all="raise"):
        y = np.sqrt(x) * x
    return y.sum()


def distance(xs):
    return math.hypot(*xs)


def test_the_reverse_sweep_of_errstate_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradient = adjoint.grad(root)(np.array([1.0, 0.0, 4.0]))
    np.testing.assert_allclose(gradient[[0, 2]], [1.5, 3.0])


def test_a_star_in_a_call_of_a_primitive_is_refused() -> None:
    with pytest.raises(adjoint.UnsupportedArgument) as caught:
        adjoint.grad(distance)(np.array([3.0, 4.0]))
    assert str(caught.value).split("\n")[0] == "`*` or `**` in a call of `math.hypot`"
