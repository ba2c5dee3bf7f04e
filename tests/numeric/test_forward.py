"""Every program of the collection in forward mode: against reverse mode by the dot product, and what `jvp` promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differences import fresh, leaves, positions, random_cotangent
from program import Program
from programs import PROGRAMS

import adjoint
from adjoint.arguments import varies
from adjoint.runtime import trees

EACH = pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)


@EACH
def test_forward_agrees_with_reverse(program: Program) -> None:
    rng = np.random.default_rng(11)
    args = program.args(rng)
    out, pullback = adjoint.vjp(program.f, wrt=program.wrt)(*fresh(args))
    cotangent = random_cotangent(out, rng)
    chosen = [args[k] for k in positions(program.f, program.wrt)]
    tangents = tuple([random_tangent(a, rng) for a in chosen])
    before = fresh(args), fresh(tangents)
    value, tangent = adjoint.jvp(program.f, wrt=program.wrt)(args, tangents)
    for ours, theirs in zip(leaves((args, tangents)), leaves(before), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(leaves(value), leaves(out), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    left = sum(paired(c, t) for c, t in zip(leaves(cotangent), leaves(tangent), strict=True))
    gradients = pullback(cotangent)
    right = sum(paired(g, t) for g, t in zip(numbers(gradients), numbers(tangents), strict=True))
    scale = sum(abs(paired(np.abs(g), np.abs(t))) for g, t in zip(numbers(gradients), numbers(tangents), strict=True))
    single = any(getattr(leaf, "dtype", None) in (np.float32, np.complex64) for leaf in leaves((args, out)))
    assert abs(left - right) <= (1e-5 if single else 1e-11) * (1 + scale)


@EACH
def test_tangents_are_the_callers_own_and_like_the_result(program: Program) -> None:
    rng = np.random.default_rng(12)
    args = program.args(rng)
    tangents = tuple([random_tangent(args[k], rng) for k in positions(program.f, program.wrt)])
    out, tangent = adjoint.jvp(program.f, wrt=program.wrt)(args, tangents)
    held = [leaf for leaf in [*leaves(args), *leaves(tangents), *leaves(out)] if isinstance(leaf, np.ndarray)]
    for dot, value in zip(leaves(tangent), leaves(out), strict=True):
        if isinstance(value, np.ndarray):
            assert (dot.shape, dot.flags.writeable) == (value.shape, True)
            assert dot.dtype == value.dtype or value.dtype.kind not in "fc"
            assert not any(np.shares_memory(dot, h) for h in held)
        elif isinstance(value, (float, complex, np.inexact)):
            assert isinstance(dot, (float, complex, np.inexact))


@EACH
def test_columns_of_the_jacobian_make_up_the_tangent(program: Program) -> None:
    """Many tangents in one sweep give what each gives in a sweep of its own."""
    rng = np.random.default_rng(13)
    args = program.args(rng)
    chosen = [args[k] for k in positions(program.f, program.wrt)]
    if not all(isinstance(a, (float, np.floating, np.ndarray)) for a in chosen):
        pytest.skip("the arguments have parts")
    tangents = tuple([random_tangent(a, rng) for a in chosen])
    _, tangent = adjoint.jvp(program.f, wrt=program.wrt)(fresh(args), tangents)
    matrices = adjoint.jacfwd(program.f, wrt=program.wrt)(*args)
    for k, dot in enumerate(leaves(tangent)):
        if dot is None:
            continue
        parts = [leaves(m)[k] for m in matrices]
        total = sum(np.tensordot(m, t, np.ndim(t)) for m, t in zip(parts, tangents, strict=True))
        scale = sum(np.tensordot(np.abs(m), np.abs(t), np.ndim(t)) for m, t in zip(parts, tangents, strict=True))
        rtol = 1e-4 if np.asarray(dot).dtype in (np.float32, np.complex64) else 1e-11
        assert np.all(np.abs(total - dot) <= rtol * (1 + scale))


def random_tangent(argument: Any, rng: np.random.Generator) -> Any:
    """A tangent of normal numbers in the structure of an argument."""

    def leaf(value: Any) -> Any:
        if not varies(value):
            return value
        if isinstance(value, np.ndarray):
            return rng.normal(size=value.shape).astype(value.dtype)
        return rng.normal()

    return trees.map_parts(leaf, argument)


def numbers(tree: Any) -> list[Any]:
    return [leaf for leaf in trees.parts(tree) if varies(leaf)]


def paired(a: Any, b: Any) -> float:
    if not isinstance(a, (np.ndarray, np.generic, int, float, complex)):
        return 0.0
    return float(np.sum(np.real(np.asarray(a) * np.asarray(b))))


def test_tuple_of_a_list_holds_the_tangents_of_the_same_arrays() -> None:
    """Reverse mode refuses this: which arrays share memory is known only when it runs."""

    def f(x: Any) -> Any:
        both = [x[1:], x[:-1]]
        items = list(tuple(both))
        last = items.pop()
        x[:2] *= both[0][0]
        return (last * last).sum() + items[0][0]

    rng = np.random.default_rng(3)
    x, x_dot = rng.normal(size=(2, 4))
    step = 1e-6
    expected = (f(x + step * x_dot) - f(x - step * x_dot)) / (2 * step)
    np.testing.assert_allclose(adjoint.jvp(f)((x,), (x_dot,))[1], expected, rtol=1e-7)
