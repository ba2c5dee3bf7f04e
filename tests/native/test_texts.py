"""Texts on disk: found again where all that they were made of is the same, and where the compiler need not run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from differences import leaves

import adjoint
from adjoint import pipeline
from adjoint.rules import table

X = np.array([0.5, -1.0, 2.0])


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests that the compiler got; texts go to a directory of this test's own."""
    monkeypatch.setenv("ADJOINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("ADJOINT_CACHE_TEXTS")
    found: list[Any] = []
    inner = pipeline.compile
    monkeypatch.setattr(pipeline, "compile", lambda request: found.append(request) or inner(request))
    return found


def gradient(f: Callable[..., Any], *args: Any, wrt: Any = 0) -> Any:
    """What both backends give, in agreement."""
    ours, theirs = (adjoint.value_and_grad(f, wrt=wrt, backend=b)(*args) for b in (NATIVE, None))
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        if isinstance(b, str):
            assert a == b
        else:
            np.testing.assert_allclose(a, b, rtol=1e-6 if np.asarray(b).dtype == np.float32 else 1e-12)
    return ours


NATIVE = adjoint.Numba(boundscheck=True)


def natives(compiled: list[Any]) -> int:
    """How often the compiler ran for Numba, since this was asked last."""
    count = sum(request.backend is not None for request in compiled)
    compiled.clear()
    return count


def twice(x):
    return 2.0 * x


def thrice(x):
    return 3.0 * x


def of(helper, scale, count=2):
    def f(x, p):
        y = x * p["w"]
        for _ in range(count):
            y = helper(y) * scale
        return np.sum(y * y)

    return f


P = {"w": X + 1, "name": "relu"}


def test_the_same_text_is_found(compiled: list[Any]) -> None:
    gradient(of(twice, 0.5), X, P, wrt=(0, 1))
    assert natives(compiled) > 0
    # Numbers outside, and the arrays' contents, may be others.
    for scale in (0.5, 0.75):
        gradient(of(twice, scale), X * scale, P, wrt=(0, 1))
        assert natives(compiled) == 0


def test_all_that_it_was_made_of_is_asked_for(compiled: list[Any]) -> None:
    gradient(of(twice, 0.5), X, P)
    natives(compiled)
    others: list[tuple[Any, ...]] = [
        (of(thrice, 0.5), X, P),
        (of(twice, X), X, P),
        (of(twice, 0.5), X.astype(np.float32), P),
        (of(twice, 0.5), X[:1], P),
        (of(twice, 0.5), X, {"w": 2.0, "name": "relu"}),
    ]
    for args in others:
        gradient(*args)
        assert natives(compiled) > 0
    gradient(of(twice, 0.5, count=3), X, P)
    gradient(of(twice, 0.5), X, P, wrt=(0, 1))
    assert natives(compiled) > 0


def test_pullbacks_and_what_is_shown(compiled: list[Any]) -> None:
    def f(x):
        y = x
        while y[0] < 10:
            y = y * y + x
        return y

    texts = []
    for make in (lambda: f, lambda: type(f)(f.__code__, f.__globals__)):
        pull = adjoint.vjp(make(), backend=NATIVE)
        out, pullback = pull(X)
        np.testing.assert_allclose(pullback(out), adjoint.vjp(f)(X)[1](out), rtol=1e-12)
        texts.append(adjoint.source(pull))
    assert texts[0] == texts[1]
    assert natives(compiled) == 1


def test_functions_for_other_compiled_code(compiled: list[Any]) -> None:
    for scale in (0.5, 0.75):
        f = of(twice, scale)
        ours = adjoint.grad(f, backend=NATIVE).compiled(X, P)
        np.testing.assert_allclose(ours(X, P["w"]), adjoint.grad(f)(X, P), rtol=1e-12)


def test_rules_of_the_users_own(compiled: list[Any]) -> None:
    def f(x):
        return np.sum(odd(x) * x)

    def odd(x):
        return x * x * x

    gradient(f, X)
    natives(compiled)
    before = {**table.CONSTANTS}, table.generation(), {**table.THEIRS}
    try:
        adjoint.constant(odd)
        gradient(type(f)(f.__code__, f.__globals__, "f", None, f.__closure__), X)
        assert natives(compiled) > 0
        # What does not call it is found.
        gradient(of(twice, 0.5), X, P)
        natives(compiled)
        gradient(of(twice, 0.5), X, P)
        assert natives(compiled) == 0
        # What is known of NumPy's own functions is part of every derivative.
        adjoint.constant(np.floor)
        gradient(of(twice, 0.5), X, P)
        assert natives(compiled) > 0
    finally:
        del table.CONSTANTS[odd]
        table.restore({}, {}, *before)


def test_functions_that_are_compiled_already_are_known_by_their_code(compiled: list[Any]) -> None:
    for inner, factor in ((twice, 2.0), (thrice, 3.0)):
        assert adjoint.grad(times(numba.njit(inner)), backend=NATIVE)(2.0) == 4.0 * factor


def times(inner):
    def f(x):
        return inner(x) * x

    return f


def test_errors_name_the_users_line(compiled: list[Any]) -> None:
    def f(x):
        return np.sum(np.gradient(x))

    for make in (lambda: f, lambda: type(f)(f.__code__, f.__globals__)):
        with pytest.raises(adjoint.UnsupportedByNumba, match=r"test_texts.py:\d+:9"):
            adjoint.grad(make(), backend=NATIVE)(X)
    assert natives(compiled) == 1
