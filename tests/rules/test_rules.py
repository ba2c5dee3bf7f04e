"""Every rule of the registry against central differences, in its dtypes, and in what it says of memory.

A rule without samples fails. Each sample is checked by ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩ with a random cotangent ȳ and random
directions ẋ, one operand at a time; complex ones by the real part, which for random directions says all.
"""

from __future__ import annotations

import builtins
import operator
from typing import Any

import numpy as np
import pytest
from calls import (
    cotangents,
    direction,
    evaluate,
    layouts,
    leaves,
    moved,
    narrowed,
    nested,
    operand_values,
    pair,
    replaced,
    shapes,
    tangent,
    widened,
)
from samples import SAMPLES

from adjoint.rules import registry

# Central differences at h and 2h, extrapolated: the error is of order h**4 + eps / h, both eps**(4/5).
EPS = float(np.finfo(float).eps)
STEP = EPS ** (1 / 5)
CLOSE = 1000 * EPS ** (4 / 5)
# float32 against float64: rounding of the operands, grown by conditions of up to a hundred.
CLOSE_32 = 200 * float(np.finfo(np.float32).eps)

# Ties are shared by comparisons times 0.5, and the logarithm of a Python number is a NumPy one, both float64: here the
# product is cast where it is added up.
WIDER = {np.maximum, np.minimum, np.fmax, np.fmin, operator.pow, builtins.pow, np.power}

OURS = [r for r in registry.rules() if r.body.__module__.startswith("adjoint.rules.")]
CASES = [
    (r, k)
    for r in OURS
    for k, sample in enumerate(SAMPLES.get(r.primitive, []))
    if registry.fitting(r, sample.args, sample.keywords) is r
]


def samples_of(rule: registry.Rule) -> list[Any]:
    return [SAMPLES[r.primitive][k] for r, k in CASES if r is rule]


def named(value: Any) -> str:
    if isinstance(value, registry.Rule):
        return f"{getattr(value.primitive, '__module__', '')}.{getattr(value.primitive, '__name__', value.primitive)}"
    return str(value)


@pytest.mark.parametrize("rule", OURS, ids=named)
def test_every_rule_has_samples(rule: registry.Rule) -> None:
    assert rule.primitive in SAMPLES
    assert samples_of(rule) or not SAMPLES[rule.primitive]


@pytest.mark.parametrize(("rule", "k"), CASES, ids=named)
def test_cotangents_against_differences(rule: registry.Rule, k: int) -> None:
    sample = SAMPLES[rule.primitive][k]
    rng = np.random.default_rng(k)
    out = evaluate(rule, sample)
    out_bar = direction(out, rng)
    for name, cotangent in cotangents(rule, sample, out, out_bar).items():
        operand = operand_values(rule, sample)[name]
        assert shapes(cotangent) == shapes(operand), name
        for _ in range(2):
            dot = direction(operand, rng)

            def along(h: float, name: str = name, operand: Any = operand, dot: Any = dot) -> complex:
                return pair(out_bar, evaluate(rule, replaced(rule, sample, name, moved(operand, dot, h))))

            first = (along(STEP) - along(-STEP)) / (2 * STEP)
            second = (along(2 * STEP) - along(-2 * STEP)) / (4 * STEP)
            expected = ((4 * first - second) / 3).real
            scale = max(1.0, abs(along(0.0)), abs(expected))
            assert abs(pair(cotangent, dot).real - expected) <= CLOSE * scale, name


@pytest.mark.parametrize(("rule", "k"), CASES, ids=named)
def test_tangents_against_differences_and_cotangents(rule: registry.Rule, k: int) -> None:
    sample = SAMPLES[rule.primitive][k]
    rng = np.random.default_rng(k + 1)
    out = evaluate(rule, sample)
    out_bar = direction(out, rng)
    for name, cotangent in cotangents(rule, sample, out, out_bar).items():
        operand = operand_values(rule, sample)[name]
        dot = direction(operand, rng)
        out_dot = tangent(rule, sample, out, name, dot)

        def along(h: float, name: str = name, operand: Any = operand, dot: Any = dot) -> Any:
            return evaluate(rule, replaced(rule, sample, name, moved(operand, dot, h)))

        expected = extrapolated(along)
        assert shapes(out_dot) == shapes(out), name
        assert close(out_dot, expected, out), name
        by_tangent, by_cotangent = pair(out_bar, out_dot).real, pair(cotangent, dot).real
        assert abs(by_tangent - by_cotangent) <= CLOSE * max(1.0, abs(by_tangent)), name


def extrapolated(along: Any) -> Any:
    """The derivative at 0 of a function of one number, whose values may be nested."""
    ahead, back, far_ahead, far_back = (leaves(along(h)) for h in (STEP, -STEP, 2 * STEP, -2 * STEP))
    pairs = zip(ahead, back, far_ahead, far_back, strict=True)
    return [(8 * (np.asarray(a) * 1.0 - b) - (np.asarray(c) * 1.0 - d)) / (12 * STEP) for a, b, c, d in pairs]


def close(got: Any, expected: list[Any], out: Any) -> bool:
    parts = list(zip(leaves(got), expected, leaves(out), strict=True))
    # What is nan in the result has no derivative; what counts or takes places moves in jumps.
    return all(
        np.max(np.abs(np.where(np.isnan(o), 0.0, g - e)), initial=0.0)
        <= CLOSE
        * max(
            1.0,
            float(np.max(np.abs(np.nan_to_num(e)), initial=0.0)),
            float(np.max(np.abs(np.nan_to_num(o)), initial=0.0)),
        )
        for g, e, o in parts
    )


def test_every_rule_has_a_tangent() -> None:
    assert not [r.primitive for r in OURS if not r.has_tangent]


def gives_float32(rule: registry.Rule, k: int) -> bool:
    """Whether the sample has arrays, and its one result is float32 if they are."""
    single = narrowed(SAMPLES[rule.primitive][k])
    out = evaluate(rule, single)
    arrays = [a for a in leaves(list(single.args)) if isinstance(a, np.ndarray)]
    return bool(arrays) and not nested(out) and np.result_type(out) == np.float32


@pytest.mark.parametrize(("rule", "k"), [case for case in CASES if gives_float32(*case)], ids=named)
def test_float32_stays_float32(rule: registry.Rule, k: int) -> None:
    single = narrowed(SAMPLES[rule.primitive][k])
    out = evaluate(rule, single)
    out_bar = np.float32(direction(out, np.random.default_rng(k)))
    # The same holds where SciPy works out a factor from numbers alone: `special.beta(1.5, 2.5)` is float64.
    wider = rule.primitive in WIDER or rule.body.__module__.startswith("adjoint.rules.scipy.")
    ours = cotangents(rule, single, out, out_bar, cast=wider)
    wide = cotangents(rule, widened(single), evaluate(rule, widened(single)), np.float64(out_bar))
    for name in ours:
        for got, expected, operand in zip(
            leaves(ours[name]), leaves(wide[name]), leaves(operand_values(rule, single)[name]), strict=True
        ):
            if isinstance(operand, np.ndarray) and operand.ndim:
                assert got.dtype == np.float32, name
            scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
            assert np.max(np.abs(got - expected), initial=0.0) <= CLOSE_32 * scale, name


# Whether this is a view depends on memory that its arguments share: each has its own here.
SHARING = ("tangent_view",)
# A view of which only the values of its argument tell what it shows: the same call of a cotangent shows something else.
BY_VALUES = ("trim_zeros", "real_if_close")


@pytest.mark.parametrize("rule", [r for r in OURS if r.primitive.__name__ not in SHARING], ids=named)
def test_result_is_fresh_view_or_maybe(rule: registry.Rule) -> None:
    found = set()
    for sample in samples_of(rule):
        for variant in layouts(sample):
            arrays = [a for a in leaves([*variant.args, *variant.keywords.values()]) if isinstance(a, np.ndarray)]
            results = [r for r in leaves(evaluate(rule, variant)) if isinstance(r, np.ndarray) and r.size]
            if arrays and results:
                found.add(any(np.shares_memory(a, r) for a in arrays for r in results))
    if rule.primitive.__name__ in BY_VALUES:
        assert rule.result == "maybe" and True in found
    elif found:
        assert found == {"fresh": {False}, "view": {True}, "maybe": {True, False}}[rule.result]


@pytest.mark.parametrize("rule", [r for r in OURS if r.form != "elementwise"], ids=named)
def test_cotangents_own_their_memory_or_the_rule_says_otherwise(rule: registry.Rule) -> None:
    borrowed = False
    for k, sample in enumerate(samples_of(rule)):
        for variant in layouts(sample):
            out = evaluate(rule, variant)
            out_bar = direction(out, np.random.default_rng(k))
            parts = [p for c in cotangents(rule, variant, out, out_bar).values() for p in leaves(c)]
            parts = [p for p in parts if isinstance(p, np.ndarray)]
            given = [*leaves(list(variant.args)), *leaves(out)]
            given = [a for a in given if isinstance(a, np.ndarray)]
            seeds = [g for g in leaves(out_bar) if isinstance(g, np.ndarray)]
            assert not any(np.shares_memory(p, a) for p in parts for a in given)
            assert all(p.flags.writeable for p in parts)
            assert not any(np.shares_memory(p, q) for n, p in enumerate(parts) for q in parts[:n])
            borrowed = borrowed or any(np.shares_memory(p, g) for p in parts for g in seeds)
    assert borrowed == rule.borrows
