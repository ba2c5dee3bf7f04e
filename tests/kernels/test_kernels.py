"""The kernels' gradients by every float argument against central differences, at random points and cotangents."""

from __future__ import annotations

import numpy as np
import pytest
from differences import assert_gradients, fresh, leaves, random_cotangent
from kernels import FLOATS, KERNELS, SAMPLES

import adjoint


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("seed", range(4))
def test_gradient(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kernel, wrt, args = KERNELS[name], FLOATS[name], SAMPLES[name](rng)
    before = fresh(args)
    out, pullback = adjoint.vjp(kernel, wrt=wrt)(*args)
    np.testing.assert_array_equal(out, kernel(*fresh(args)))
    cotangent = random_cotangent(out, rng)
    gradients = pullback(cotangent)
    assert_gradients(kernel, before, wrt, cotangent, gradients)
    for now, then in zip(leaves(args), leaves(before), strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("name", [n for n in KERNELS if n in ("perceptron", "newton")])
def test_grad_of_a_scalar_kernel(name: str) -> None:
    rng = np.random.default_rng(11)
    args = SAMPLES[name](rng)
    gradients = adjoint.grad(KERNELS[name], wrt=FLOATS[name])(*args)
    assert_gradients(KERNELS[name], args, FLOATS[name], 1.0, gradients)
