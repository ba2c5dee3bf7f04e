"""Every transformation with `backend="numba"` gives what it gives without."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
from differences import leaves

import adjoint

CHECKED = adjoint.Numba(boundscheck=True)
SCALE = 0.5
COUNT = 3


def model(x, w):
    h = np.tanh(x @ w) * SCALE
    for i in range(COUNT):
        h = h * np.sin(h).sum(axis=0)
    return np.mean(h**2)


def layer(x, w):
    return np.tanh(x @ w) * SCALE


def bumps(x, w):
    return np.sin(x) * w


def with_steps(x, w):
    y = x @ w
    return np.sum(y * y), y


def filling(x, w, y):
    for i in range(y.shape[0]):
        y[i] = x[i, 0] * w[0, 0] + y[i]


def of_parameters(p, x):
    h = np.tanh(x @ p["w"] + p["b"]) * p["scale"]
    return np.sum(h * h)


X = np.random.default_rng(0).normal(size=(3, 4))
W = np.random.default_rng(1).normal(size=(4, 2))
S = np.array([0.5, -1.0, 2.0])
P = {"w": W, "b": np.array([0.1, -0.2]), "scale": 2}

Made = Callable[..., Any]
CALLS: dict[str, tuple[Made, tuple[Any, ...]]] = {
    "grad": (lambda b: adjoint.grad(model, wrt=1, backend=b), (X, W)),
    "value_and_grad": (lambda b: adjoint.value_and_grad(model, wrt=("x", "w"), backend=b), (X, W)),
    "one in a tuple": (lambda b: adjoint.grad(model, wrt=("w",), backend=b), (X, W)),
    "has_aux": (lambda b: adjoint.grad(with_steps, wrt=(0, 1), has_aux=True, backend=b), (X, W)),
    "vjp": (lambda b: lambda *a: pulled(adjoint.vjp(layer, wrt=(0, 1), backend=b)(*a)), (X, W)),
    "output": (lambda b: lambda *a: pulled(adjoint.vjp(filling, wrt=(0, 2), output="y", backend=b)(*a)), (X, W, S)),
    "jvp": (lambda b: lambda *a: adjoint.jvp(layer, wrt=(0, 1), backend=b)(a, (X + 1, W - 1)), (X, W)),
    "linearize": (lambda b: lambda *a: adjoint.linearize(layer, backend=b)(*a)[1](X + 1), (X, W)),
    "jacobian": (lambda b: adjoint.jacobian(layer, wrt=1, backend=b), (X, W)),
    "jacrev": (lambda b: adjoint.jacrev(layer, wrt=(0, 1), backend=b), (X, W)),
    "jacfwd": (lambda b: adjoint.jacfwd(layer, backend=b), (X, W)),
    "hessian": (lambda b: adjoint.hessian(model, wrt=1, backend=b), (X, W)),
    "hvp": (lambda b: adjoint.hvp(model, backend=b), (X, W, X - 1)),
    "elementwise_grad": (lambda b: adjoint.elementwise_grad(bumps, backend=b), (S, 2.0)),
    "parts of arguments": (lambda b: adjoint.value_and_grad(of_parameters, wrt=(0, 1), backend=b), (P, X)),
    "a whole number": (lambda b: adjoint.grad(lambda x, n: x**n / 2, backend=b), (3, 2)),
}


def pulled(found: Any) -> Any:
    out, pullback = found
    return out, pullback(np.cos(out)), pullback(out)


@pytest.mark.parametrize("name", CALLS)
def test_gives_what_python_gives(name: str) -> None:
    make, args = CALLS[name]
    ours, theirs = make(CHECKED)(*args), make(None)(*args)
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        assert np.shape(a) == np.shape(b)
        assert np.asarray(a).dtype == np.asarray(b).dtype
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_the_same_call_again_compiles_nothing() -> None:
    f = adjoint.grad(model, wrt=1, backend=CHECKED)
    f(X, W)
    dispatcher = f.compiled(X, W)
    f(X + 1, W)
    assert dispatcher is f.compiled(X, W)


def test_what_is_computed_is_the_callers_own() -> None:
    f = adjoint.grad(lambda x, y: np.sum(x * y), wrt=(0, 1), backend=CHECKED)
    a, b = f(S, S)
    assert not np.shares_memory(a, S)
    assert not np.shares_memory(a, b)


def test_globals_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    f, g = adjoint.grad(model, wrt=1, backend=CHECKED), adjoint.grad(model, wrt=1)
    f(X, W)
    for name, value in (("SCALE", 2.5), ("COUNT", 2), ("SCALE", np.float64(0.5))):
        monkeypatch.setitem(model.__globals__, name, value)
        np.testing.assert_allclose(f(X, W), g(X, W), rtol=1e-12)


def test_backends_are_named() -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match="backend='jax'"):
        adjoint.grad(model, backend="jax")
    assert adjoint.grad(model, backend="python").backend is None
    inner = adjoint.grad(model, backend=CHECKED)
    assert adjoint.jacobian(inner).backend == CHECKED
    assert adjoint.jacobian(inner, backend="python").backend is None


def test_from_code_that_numba_compiles() -> None:
    gradient = adjoint.grad(model, wrt=1, backend=CHECKED).compiled(X, W)

    @numba.njit
    def step(x, w):
        return w - 0.1 * gradient(x, w)

    np.testing.assert_allclose(step(X, W), W - 0.1 * adjoint.grad(model, wrt=1)(X, W), rtol=1e-12)
    parts = adjoint.grad(of_parameters, backend=CHECKED).compiled(P, X)
    found, expected = parts(P["w"], P["b"], 2.0, X), adjoint.grad(of_parameters)(P, X)
    for ours, theirs in zip(found, expected.values(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@numba.njit
def squared(x):
    return x * x


@numba.njit(cache=False)
def of_squares(x):
    return np.sum(squared(x) * 2.0)


@pytest.mark.parametrize("backend", [None, CHECKED])
def test_functions_that_are_compiled_already(backend: Any) -> None:
    np.testing.assert_array_equal(adjoint.grad(of_squares, backend=backend)(S), 4 * S)


def test_buffers_are_filled() -> None:
    f = adjoint.value_and_grad(model, wrt=(0, 1), backend=CHECKED)
    value, expected = f(X, W)
    kept = np.full_like(X, np.nan), np.full_like(W, np.nan)
    again, found = f.into(*kept)(X, W)
    assert again == value
    assert found[0] is kept[0]
    for ours, theirs in zip(kept, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    f.add_to(*kept)(X, W)
    np.testing.assert_array_equal(kept[0], 2 * expected[0])


def test_other_threads_run_meanwhile() -> None:
    def slow(x, n):
        s = 0.0
        for _ in range(n):
            s += np.sin(x + s)
        return s

    f = adjoint.grad(slow, backend=adjoint.Numba(nogil=True))
    f(0.5, 10)
    steps = []
    thread = threading.Thread(target=f, args=(0.5, 20_000_000))
    thread.start()
    while thread.is_alive():
        steps.append(thread.is_alive())
    assert len(steps) > 1000


@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_buffers_of_any_layout(order: str) -> None:
    """A product of matrices is made in the buffer where BLAS can, else copied there."""

    def loss(x, w, b):
        return np.sum(np.tanh(x @ w + b) ** 2)

    args = X, W, np.array([0.1, -0.2])
    f = adjoint.grad(loss, wrt=("x", "w", "b"), backend=CHECKED)
    rooms = [np.full((*a.shape, 2), np.nan)[..., 0] for a in args]
    kept = rooms if order == "strided" else [np.asarray(a + np.nan, order=order) for a in args]
    f.into(*kept)(*args)
    for ours, theirs in zip(kept, f(*args), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
