"""The text generated for the kernels is text that Numba compiles, to the same numbers.

Nothing is rewritten for it: the generated function, and every Python function that it reaches by a global name or a
closure cell (its helpers, the halves of callees), is given to `numba.njit` as it is. Helpers that Numba cannot compile
have overloads.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any

import numpy as np
import pytest
from differences import fresh, leaves, random_cotangent
from kernels import FLOATS, KERNELS, SAMPLES, newton, perceptron

import adjoint
from adjoint.analysis.values import kinds_of
from adjoint.pipeline import Request, compile

numba = pytest.importorskip("numba")
import adjoint.backends.overloads  # noqa: E402  (Numba finds them)
from adjoint.backends.helpers import is_overloaded  # noqa: E402

gauss_seidel, jacobi_1d, jacobi_2d, trmm, cholesky, lu, trisolv, convolution, n_body = (
    KERNELS[n]
    for n in ("gauss_seidel", "jacobi_1d", "jacobi_2d", "trmm", "cholesky", "lu", "trisolv", "convolution", "n_body")
)

# A function of one number for each kernel that returns an array: the gradient's text is then one function.
SEEDED: dict[str, Callable[..., Any]] = {
    "gauss_seidel": lambda seed, a, sweeps: np.sum(seed * gauss_seidel(a, sweeps)),
    "jacobi_1d": lambda seed, a, b, steps: np.sum(seed * jacobi_1d(a, b, steps)),
    "jacobi_2d": lambda seed, a, b, steps: np.sum(seed * jacobi_2d(a, b, steps)),
    "trmm": lambda seed, alpha, a, b: np.sum(seed * trmm(alpha, a, b)),
    "cholesky": lambda seed, a: np.sum(seed * cholesky(a)),
    "lu": lambda seed, a: np.sum(seed * lu(a)),
    "trisolv": lambda seed, low, b: np.sum(seed * trisolv(low, b)),
    "perceptron": lambda seed, w1, b1, w2, b2, x, y: seed * perceptron(w1, b1, w2, b2, x, y),
    "convolution": lambda seed, image, kernel: np.sum(seed * convolution(image, kernel)),
    "n_body": lambda seed, position, velocity, mass, dt: np.sum(seed * n_body(position, velocity, mass, dt)),
    "newton": lambda seed, a, x: seed * newton(a, x),
}


@pytest.mark.parametrize("name", KERNELS)
def test_numba_gives_the_same_numbers(name: str) -> None:
    rng = np.random.default_rng(2)
    args = SAMPLES[name](rng)
    cotangent = random_cotangent(KERNELS[name](*fresh(args)), rng)
    f = adjoint.grad(SEEDED[name], wrt=FLOATS[name])
    generated = f.compiled(cotangent, *args)
    compiled = native(generated, {})
    expected = generated(cotangent, *fresh(args))
    result = compiled(cotangent, *fresh(args))
    for ours, theirs in zip(leaves(result), leaves(expected), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["jacobi_1d", "cholesky", "trisolv", "n_body"])
def test_both_sweeps_apart(name: str) -> None:
    rng = np.random.default_rng(4)
    args = SAMPLES[name](rng)
    cotangent = random_cotangent(KERNELS[name](*fresh(args)), rng)
    request = Request(KERNELS[name], FLOATS[name], kinds_of(args), "split")
    compiled = compile(request)
    assert compiled.reverse is not None
    forward, reverse = native(compiled.run, {}), native(compiled.reverse, {})

    @numba.njit
    def pullback(seed, args):  # type: ignore[no-untyped-def]
        _, record = forward(*args)
        return reverse(*args, record, seed)

    _, record = compiled.run(*fresh(args))
    expected = compiled.reverse(*fresh(args), record, cotangent)
    for ours, theirs in zip(leaves(pullback(cotangent, fresh(args))), leaves(expected), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


def native(fn: FunctionType, done: dict[FunctionType, Any]) -> Any:
    """`numba.njit` of a function and of the Python functions that it calls."""
    if fn not in done:

        def swapped(value: Any) -> Any:
            ours = isinstance(value, FunctionType) and not is_overloaded(value)
            return native(value, done) if ours else value

        used = {n: swapped(fn.__globals__[n]) for n in fn.__code__.co_names if n in fn.__globals__}
        cells = tuple(CellType(swapped(c.cell_contents)) for c in fn.__closure__ or ())
        space = {**used, "__builtins__": builtins, "__name__": fn.__name__}
        rebuilt = FunctionType(fn.__code__, space, fn.__name__, fn.__defaults__, cells)
        done[fn] = numba.njit(rebuilt, error_model="numpy")
    return done[fn]
