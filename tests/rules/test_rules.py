"""Every rule of the registry against central differences, in its dtypes, and in what it says of memory.

A rule without samples fails. Each sample is checked by ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩ with a random cotangent ȳ and random
directions ẋ, one operand at a time; complex ones by the real part, which for random directions says all.
"""

from __future__ import annotations

import builtins
import inspect
import operator
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from samples import SAMPLES, Sample

from adjoint.rules import registry
from adjoint.runtime.arrays import unbroadcast

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
CASES = [(r, k) for r in OURS for k in range(len(SAMPLES.get(r.primitive, [])))]


def named(value: Any) -> str:
    if isinstance(value, registry.Rule):
        return f"{getattr(value.primitive, '__module__', '')}.{getattr(value.primitive, '__name__', value.primitive)}"
    return str(value)


@pytest.mark.parametrize("rule", OURS, ids=named)
def test_every_rule_has_samples(rule: registry.Rule) -> None:
    assert rule.primitive in SAMPLES


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
def test_float32_stays_float32(rule: registry.Rule, k: int) -> None:
    sample = SAMPLES[rule.primitive][k]
    single = narrowed(sample)
    if not any(isinstance(a, np.ndarray) for a in leaves(list(single.args))):
        pytest.skip("numbers only")
    out = evaluate(rule, single)
    if {np.result_type(leaf) for leaf in leaves(out)} != {np.dtype(np.float32)}:
        pytest.skip("its result is not float32")
    rng = np.random.default_rng(k)
    if nested(out):
        pytest.skip("several results")
    out_bar = np.float32(direction(out, rng))
    ours = cotangents(rule, single, out, out_bar, cast=rule.primitive in WIDER)
    wide = cotangents(rule, widened(single), evaluate(rule, widened(single)), np.float64(out_bar))
    for name in ours:
        for got, expected, operand in zip(
            leaves(ours[name]), leaves(wide[name]), leaves(operand_values(rule, single)[name]), strict=True
        ):
            if isinstance(operand, np.ndarray) and operand.ndim:
                assert got.dtype == np.float32, name
            scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
            assert np.max(np.abs(got - expected), initial=0.0) <= CLOSE_32 * scale, name


@pytest.mark.parametrize("rule", OURS, ids=named)
def test_result_is_fresh_view_or_maybe(rule: registry.Rule) -> None:
    found = set()
    for sample in SAMPLES[rule.primitive]:
        for variant in layouts(sample):
            arrays = [a for a in leaves([*variant.args, *variant.keywords.values()]) if isinstance(a, np.ndarray)]
            results = [r for r in leaves(evaluate(rule, variant)) if isinstance(r, np.ndarray) and r.size]
            if arrays and results:
                found.add(any(np.shares_memory(a, r) for a in arrays for r in results))
    if found:
        assert found == {"fresh": {False}, "view": {True}, "maybe": {True, False}}[rule.result]


@pytest.mark.parametrize("rule", [r for r in OURS if r.form != "elementwise"], ids=named)
def test_cotangents_own_their_memory_or_the_rule_says_otherwise(rule: registry.Rule) -> None:
    borrowed = False
    for k, sample in enumerate(SAMPLES[rule.primitive]):
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


# How the compiler uses a rule


def cotangents(rule: registry.Rule, sample: Sample, out: Any, out_bar: Any, cast: bool = True) -> dict[str, Any]:
    """The cotangent of each operand that the call gives."""
    bound = registry.bind(rule, sample.args, sample.keywords)
    extra = {n: v for n, v in (("out", out), ("out_bar", out_bar)) if n in inspect.signature(rule.body).parameters}
    results = apply(rule.body, bound, extra)
    if len(rule.operands) == 1:
        results = (results,)
    found = {}
    for name, result in zip(rule.operands, results, strict=True):
        plain = name.lstrip("*")
        if bound.get(plain) is None:
            continue
        if rule.form == "elementwise":
            g = out_bar * result
            like = bound[plain]
            found[plain] = unbroadcast(g, like if cast else np.zeros(np.shape(like), dtype=g.dtype))
        else:
            found[plain] = result
    return found


def apply(body: Any, bound: dict[str, Any], extra: dict[str, Any]) -> Any:
    parameters = inspect.signature(body).parameters.values()
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    if rest is None:
        return body(**bound, **extra)
    first = [bound[p.name] for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    keywords = {p.name: bound[p.name] for p in parameters if p.kind is p.KEYWORD_ONLY and p.name in bound}
    return body(*first, *bound[rest], **keywords, **extra)


def evaluate(rule: registry.Rule, sample: Sample) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rule.primitive(*sample.args, **sample.keywords)


def operand_values(rule: registry.Rule, sample: Sample) -> dict[str, Any]:
    bound = registry.bind(rule, sample.args, sample.keywords)
    return {n.lstrip("*"): bound[n.lstrip("*")] for n in rule.operands if n.lstrip("*") in bound}


def replaced(rule: registry.Rule, sample: Sample, name: str, value: Any) -> Sample:
    """The call with another value of one operand."""
    bound = registry.bind(rule, range(len(sample.args)), dict.fromkeys(sample.keywords, name))
    where = bound[name]
    if isinstance(where, tuple):
        return Sample((*sample.args[: where[0]], *value), sample.keywords)
    if isinstance(where, int):
        return Sample((*sample.args[:where], value, *sample.args[where + 1 :]), sample.keywords)
    second = {new: old for old, new in rule.renamed if old in sample.keywords}
    return Sample(sample.args, {**sample.keywords, second.get(name, name): value})


# Nested values


def nested(tree: Any) -> bool:
    return isinstance(tree, (list, tuple))


def leaves(tree: Any) -> Iterator[Any] | list[Any]:
    return [leaf for part in tree for leaf in leaves(part)] if nested(tree) else [tree]


def direction(tree: Any, rng: Any) -> Any:
    if nested(tree):
        parts = [direction(part, rng) for part in tree]
        return parts if isinstance(tree, list) else tuple(parts)
    value = rng.uniform(0.5, 1.5, np.shape(tree)) * rng.choice([-1.0, 1.0], np.shape(tree))
    if np.iscomplexobj(tree):
        value = value + 1j * rng.uniform(-1.0, 1.0, np.shape(tree))
    return value if isinstance(tree, np.ndarray) else value[()]


def moved(tree: Any, dot: Any, h: float) -> Any:
    if nested(tree):
        parts = [moved(part, d, h) for part, d in zip(tree, dot, strict=True)]
        return parts if isinstance(tree, list) else tuple(parts)
    return tree + h * dot


def pair(a: Any, b: Any) -> complex:
    if nested(a):
        return sum((pair(x, y) for x, y in zip(a, b, strict=True)), 0j)
    # Only what is nan already in the sample is left out of the sum: its cotangent is 0.
    b = np.where(np.isnan(b), 0.0, b)
    return complex(np.sum(np.asarray(a) * b))


def shapes(tree: Any) -> Any:
    if nested(tree):
        return type(tree)([shapes(part) for part in tree])
    return np.shape(tree)


def narrowed(sample: Sample) -> Sample:
    return retyped(sample, np.float64, np.float32)


def widened(sample: Sample) -> Sample:
    return retyped(sample, np.float32, np.float64)


def retyped(sample: Sample, old: Any, new: Any) -> Sample:
    def change(value: Any) -> Any:
        if nested(value):
            return type(value)([change(v) for v in value])
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype == old:
            return value.astype(new)
        return value

    return Sample(change(sample.args), {n: change(v) for n, v in sample.keywords.items()})


def layouts(sample: Sample) -> Iterator[Sample]:
    """The call with its arrays packed by rows, packed by columns, and as parts of larger ones."""

    def columns(a: Any) -> Any:
        return np.asfortranarray(a)

    def part(a: Any) -> Any:
        whole = np.repeat(a, 2, axis=-1)
        return whole[..., ::2]

    for arrange in (np.copy, columns, part):

        def change(value: Any, arrange: Any = arrange) -> Any:
            if nested(value):
                return type(value)([change(v, arrange) for v in value])
            return arrange(value) if isinstance(value, np.ndarray) and value.ndim else value

        yield Sample(change(sample.args), {n: change(v) for n, v in sample.keywords.items()})
