"""Every program of the collection has the right gradient, and what `vjp` promises of memory, types and calls holds."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import programs_aliases
import programs_calls
import programs_containers
import pytest
from differences import assert_gradients, fresh, leaves, positions, random_cotangent
from program import Program
from programs import PROGRAMS, REFUSED

import adjoint

EACH = pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)


@EACH
@pytest.mark.parametrize("seed", range(2))
def test_gradient(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    args = program.args(rng)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*fresh(args))
    expected = program.f(*fresh(args))
    assert_bits(out, expected)
    cotangent = random_cotangent(expected, rng)
    assert_gradients(program.f, args, program.wrt, cotangent, pullback(cotangent))


@pytest.mark.parametrize("program", REFUSED, ids=lambda p: p.name)
def test_what_is_not_followed_is_refused(program: Program) -> None:
    with pytest.raises((adjoint.UnsupportedMutation, adjoint.UnknownFunction)) as caught:
        adjoint.vjp(program.f, wrt=program.wrt)(*program.args(np.random.default_rng(0)))
    assert program.f.__code__.co_filename.rpartition("/")[2] in str(caught.value)


@EACH
def test_a_pullback_called_again_gives_the_same_bits(program: Program) -> None:
    rng = np.random.default_rng(5)
    args = program.args(rng)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*args)
    cotangent = random_cotangent(out, rng)
    first = pullback(cotangent)
    kept = fresh(first)
    pullback(random_cotangent(out, rng))
    overwrite(args)
    overwrite(out)
    assert_bits(pullback(cotangent), kept)
    assert_bits(first, kept)


@EACH
def test_arguments_and_seed_stay_as_they_are(program: Program) -> None:
    rng = np.random.default_rng(6)
    args = program.args(rng)
    before = fresh(args)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*args)
    assert_bits(args, before)
    cotangent = random_cotangent(out, rng)
    seed = fresh(cotangent)
    pullback(cotangent)
    assert_bits(args, before)
    assert_bits(cotangent, seed)


@EACH
def test_gradients_are_the_callers_own(program: Program) -> None:
    rng = np.random.default_rng(7)
    args = program.args(rng)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*args)
    cotangent = random_cotangent(out, rng)
    gradients = arrays_of([pullback(cotangent), pullback(cotangent)])
    others = arrays_of([args, cotangent, out])
    for a, b in [*itertools.combinations(gradients, 2), *itertools.product(gradients, others)]:
        assert not np.shares_memory(a, b)
    assert all(g.flags.writeable for g in gradients)


@EACH
def test_types_follow_the_arguments(program: Program) -> None:
    rng = np.random.default_rng(8)
    args = program.args(rng)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*args)
    gradients = pullback(random_cotangent(out, rng))
    assert isinstance(gradients, tuple)
    for gradient, k in zip(gradients, positions(program.f, program.wrt), strict=True):
        for g, a in zip(leaves(gradient), leaves(args[k]), strict=True):
            assert_same_type(g, a)


@EACH
def test_grad_of_a_scalar_is_the_pullback_of_one(program: Program) -> None:
    args = program.args(np.random.default_rng(9))
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*args)
    if isinstance(out, (tuple, dict)) or np.ndim(out) > 0:
        with pytest.raises(adjoint.NotScalar):
            adjoint.grad(program.f, wrt=program.wrt)(*args)
        return
    value, gradients = adjoint.value_and_grad(program.f, wrt=program.wrt)(*args)
    assert_bits(value, out)
    one = np.ones((), np.result_type(out, np.float16)) if isinstance(out, np.ndarray) else 1.0
    for ours, theirs in zip(leaves(gradients), leaves(pullback(one)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-13)
    for ours, theirs in zip(leaves(adjoint.grad(program.f, wrt=program.wrt)(*args)), leaves(gradients), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-13)


def test_arguments_that_share_memory_are_right_or_refused() -> None:
    a = np.array([0.3, 0.7, -1.1, 0.4])
    f = adjoint.vjp(programs_aliases.shared_cotangents, wrt=("x", "z"))
    with pytest.raises(adjoint.SharedMemory):
        f(a[1:], a[:-1])
    out, _ = f(a[1:].copy(), a[:-1].copy())
    assert_bits(out, programs_aliases.shared_cotangents(a[1:].copy(), a[:-1].copy()))


def test_an_array_or_list_that_stands_twice_in_arguments() -> None:
    parts, row = [np.ones(2), np.ones(2)], [1.0, 2.0]
    adjoint.grad(programs_containers.first_of_two)(parts)
    with pytest.raises(adjoint.SharedMemory, match="the same array stands at two places in `parts`"):
        adjoint.grad(programs_containers.first_of_two)([parts[0], parts[0]])
    with pytest.raises(adjoint.SharedMemory, match="the same list stands at two places in `rows`"):
        adjoint.grad(programs_containers.first_of_rows)([row, row])


def test_arguments_that_share_memory_and_do_not_change() -> None:
    a = np.array([0.3, 0.7, -1.1, 0.4])
    args = (a[1:], a[1:])
    _, pullback = adjoint.vjp(programs_aliases.gradients_that_would_alias, wrt=("x", "y"))(*args)
    gx, gy = pullback(np.ones(3))
    gx *= 5
    np.testing.assert_array_equal(gy, np.ones(3))


def test_effects_happen_once() -> None:
    programs_calls.calls.clear()
    _, pullback = adjoint.vjp(programs_calls.effects_once)(1.5)
    assert len(programs_calls.calls) == 2
    pullback(1.0)
    assert len(programs_calls.calls) == 2


def test_a_global_rebound_is_seen_by_the_next_call_only(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.array([0.3, 0.7, -1.1])
    f = adjoint.vjp(programs_calls.globals_read)
    _, pullback = f(x)
    before = pullback(np.ones(3))
    monkeypatch.setattr(programs_calls, "SCALE", 5.0)
    monkeypatch.setattr(programs_calls, "WEIGHTS", np.array([2.0, 3.0, 4.0]))
    assert_bits(pullback(np.ones(3)), before)
    out, pullback = f(x)
    assert_bits(out, programs_calls.globals_read(x))
    assert_gradients(programs_calls.globals_read, (x,), ("x",), np.ones(3), (pullback(np.ones(3)),))


def test_a_global_number_that_becomes_an_array(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.array([0.3, 0.7, -1.1])
    f = adjoint.vjp(programs_calls.globals_read)
    f(x)
    monkeypatch.setattr(programs_calls, "SCALE", np.array([[5.0], [2.0]]))
    out, pullback = f(x)
    assert out.shape == (2, 3)
    seed = np.arange(6.0).reshape(2, 3)
    assert_gradients(programs_calls.globals_read, (x,), ("x",), seed, (pullback(seed),))


def assert_bits(ours: Any, theirs: Any) -> None:
    """Assert that numbers and arrays are equal to the last bit, NaN equal to NaN."""
    for a, b in zip(leaves(ours), leaves(theirs), strict=True):
        if isinstance(b, (np.ndarray, np.generic, int, float, complex)):
            np.testing.assert_array_equal(a, b)
        else:
            assert a is b


def assert_same_type(gradient: Any, argument: Any) -> None:
    if isinstance(argument, np.ndarray):
        assert isinstance(gradient, np.ndarray)
        assert (gradient.shape, gradient.dtype) == (argument.shape, argument.dtype)
    elif isinstance(argument, np.generic):
        assert np.asarray(gradient).dtype == argument.dtype
        assert not isinstance(gradient, np.ndarray)
    else:
        assert isinstance(gradient, float)


def arrays_of(value: Any) -> list[Any]:
    return [leaf for leaf in leaves(value) if isinstance(leaf, np.ndarray)]


def overwrite(value: Any) -> None:
    """Do to the caller's own arrays what a caller may do between the sweeps."""
    for leaf in arrays_of(value):
        if leaf.flags.writeable and leaf.dtype.kind == "f":
            leaf[...] = -7.0
