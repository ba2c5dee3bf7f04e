"""Every rule through the compiler: a function that calls its primitive, differentiated once and twice.

    def f(a, b):
        out = primitive(a, b, axis=0)
        return loss of out

The gradient agrees with what the rule's body gives (which `test_rules` compares with differences), and the gradient of
the gradient with differences of the gradient.
"""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest
from calls import cotangents, direction, evaluate, leaves, moved, nested, pair
from samples import SAMPLES, Sample
from test_rules import CASES, CLOSE, OURS, STEP, extrapolated, named, samples_of

import adjoint
from adjoint.rules import registry

# SciPy's have tests of their own: `test_scipy`.
PLAIN = [r for r in OURS if not r.body.__module__.startswith("adjoint.rules.scipy")]
# Whoever calls it is warned by NumPy itself.
PLAIN = [r for r in PLAIN if r.primitive.__name__ != "row_stack"]
PLAIN_CASES = [(r, k) for r, k in CASES if r in PLAIN]


def function_of(rule: registry.Rule, sample: Sample) -> tuple[Any, list[Any], list[str], list[str]]:
    """A function of the arrays of a sample, its arguments, which of them to differentiate by, and of which operands."""
    names = iter("abcdefgh")
    values, wrt, chosen, texts = [], [], [], []
    operands = {n.removeprefix("*") for n in rule.operands}
    positional = registry.bind(rule, range(len(sample.args)), {})
    place = {k: n for n, v in positional.items() for k in (v if isinstance(v, tuple) else (v,))}
    renamed = dict(rule.renamed)
    given = [(place.get(k, ""), "", v) for k, v in enumerate(sample.args)]
    given += [(renamed.get(n, n), f"{n}=", v) for n, v in sample.keywords.items()]
    for operand, prefix, value in given:
        if operand not in operands and not isinstance(value, np.ndarray) and is_literal(value):
            texts.append(f"{prefix}{value!r}")
            continue
        name = next(names)
        values.append(value)
        texts.append(f"{prefix}{name}")
        if operand in operands and value is not None and varies(value):
            wrt.append(name)
            chosen.append(operand)
    parameters = ", ".join("abcdefgh"[: len(values)])
    out = evaluate(rule, sample)
    weights, text = loss(out)
    lines = [f"def f({parameters}):\n", f"    out = primitive({', '.join(texts)})\n", f"    return float({text})\n"]
    filename = f"<{named(rule)} {id(sample)}>"
    linecache.cache[filename] = (1, None, lines, filename)
    namespace: dict[str, Any] = {"np": np, "primitive": rule.primitive, **weights}
    exec(compile("".join(lines), filename, "exec"), namespace)
    return namespace["f"], values, wrt, chosen


def is_literal(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(map(is_literal, value))
    finite = not isinstance(value, float) or np.isfinite(value)
    return value is None or (isinstance(value, (bool, int, float, str)) and bool(finite))


def varies(value: Any) -> bool:
    return any(np.result_type(leaf).kind in "fc" for leaf in leaves(value) if not isinstance(leaf, (slice, str)))


def loss(out: Any) -> tuple[dict[str, Any], str]:
    """Weights, and the text of a number that depends on every part of the result, not linearly."""
    rng = np.random.default_rng(7)
    weights, terms = {}, []
    for path, leaf in paths(out, "out"):
        if np.result_type(leaf).kind not in "fc":
            continue
        w = f"w{len(weights)}"
        weights[w] = direction(leaf, rng)
        term = (
            f"np.nansum({w} * {path} + 0.3 * {path} * {path})"
            if np.isnan(leaf).any()
            else (f"np.sum({w} * {path} + 0.3 * {path} * {path})")
        )
        terms.append(f"np.real({term})" if np.iscomplexobj(leaf) else term)
    return weights, " + ".join(terms)


def paths(tree: Any, path: str) -> list[tuple[str, Any]]:
    if nested(tree):
        return [found for k, part in enumerate(tree) for found in paths(part, f"{path}[{k}]")]
    return [(path, tree)]


def slope(out: Any, weights: dict[str, Any]) -> Any:
    """The cotangent that the loss gives the result."""
    found = iter(weights.values())

    def of(tree: Any) -> Any:
        if nested(tree):
            return tuple([of(part) for part in tree]) if isinstance(tree, tuple) else [of(part) for part in tree]
        return next(found) + 0.6 * tree if np.result_type(tree).kind in "fc" else 0.0 * np.asarray(tree)[()]

    return of(out)


@pytest.mark.parametrize(("rule", "k"), PLAIN_CASES, ids=named)
def test_gradients_are_what_the_rule_says(rule: registry.Rule, k: int) -> None:
    sample = SAMPLES[rule.primitive][k]
    f, args, wrt, chosen = function_of(rule, sample)
    if not wrt or not loss(evaluate(rule, sample))[0]:
        pytest.skip("nothing varies, or is left")
    gradients = adjoint.grad(f, wrt=tuple(wrt))(*args)
    out = evaluate(rule, sample)
    weights = loss(out)[0]
    expected = cotangents(rule, sample, out, slope(out, weights))
    flat = [leaf for g in gradients for leaf in leaves(g)]
    wanted = [leaf for n in dict.fromkeys(chosen) for leaf in leaves(expected[n])]
    assert len(flat) == len(wanted)
    for got, good in zip(flat, wanted, strict=True):
        np.testing.assert_allclose(got, good if np.iscomplexobj(got) else np.real(good), rtol=1e-9, atol=1e-9)


# Lists of operands, among which slices stand, and of dimensions
ONCE = ("in_a_row", "in_columns", "histogram2d", "histogramdd")


@pytest.mark.parametrize("rule", [r for r in PLAIN if r.primitive.__name__ not in ONCE], ids=named)
def test_tangents_of_gradients(rule: registry.Rule) -> None:
    for k, sample in enumerate(samples_of(rule)[:1]):
        f, args, wrt, _ = function_of(rule, sample)
        if not wrt or not loss(evaluate(rule, sample))[0] or any(nested(a) or np.iscomplexobj(a) for a in args):
            continue
        place = "abcdefgh".index(wrt[0])
        dot = direction(args[place], np.random.default_rng(k))
        inner = adjoint.grad(f, wrt=wrt[0])
        _, second = adjoint.jvp(inner, wrt=wrt[0])(tuple(args), dot)

        def along(h: float, args: Any = args, place: int = place, dot: Any = dot, inner: Any = inner) -> Any:
            return inner(*args[:place], moved(args[place], dot, h), *args[place + 1 :])

        expected = extrapolated(along)[0]
        scale = max(1.0, np.max(np.abs(along(0.0)), initial=0.0), np.max(np.abs(expected), initial=0.0))
        assert np.max(np.abs(second - expected), initial=0.0) <= 10 * CLOSE * scale


def test_truth_values_have_no_negative() -> None:
    def f(x, mask):
        c = x > 0
        return (mask / x).sum() + ((x != 0) / (x * x)).sum() + (c / x).sum() + (np.isfinite(x) / x).sum()

    args = np.array([1.3, -0.7, 2.0]), np.array([True, False, True])
    adjoint.check_grads(f, args, wrt=0, order=2)
    _, tangent = adjoint.jvp(f)(args, np.ones(3))
    np.testing.assert_allclose(tangent, adjoint.grad(f)(*args).sum())


@pytest.mark.parametrize("rule", [r for r in PLAIN if r.primitive.__name__ not in ONCE], ids=named)
def test_gradients_of_gradients(rule: registry.Rule) -> None:
    for k, sample in enumerate(samples_of(rule)[:2]):
        f, args, wrt, _ = function_of(rule, sample)
        if not wrt or not loss(evaluate(rule, sample))[0] or any(nested(a) or np.iscomplexobj(a) for a in args):
            continue
        rng = np.random.default_rng(k)
        name = wrt[0]
        place = "abcdefgh".index(name)
        dot, other = direction(args[place], rng), direction(args[place], rng)
        filename = f"<second {named(rule)} {k}>"
        parameters = ", ".join("abcdefgh"[: len(args)])
        lines = [f"def h({parameters}):\n", f"    return float(np.sum(w * inner({parameters})))\n"]
        linecache.cache[filename] = (1, None, lines, filename)
        namespace: dict[str, Any] = {"np": np, "w": dot, "inner": adjoint.grad(f, wrt=name)}
        exec(compile("".join(lines), filename, "exec"), namespace)
        second = adjoint.grad(namespace["h"], wrt=name)(*args)

        def along(
            h: float, args: Any = args, place: int = place, other: Any = other, namespace: Any = namespace
        ) -> Any:
            return namespace["h"](*args[:place], moved(args[place], other, h), *args[place + 1 :])

        first = (along(STEP) - along(-STEP)) / (2 * STEP)
        wide = (along(2 * STEP) - along(-2 * STEP)) / (4 * STEP)
        expected = (4 * first - wide) / 3
        scale = max(1.0, abs(along(0.0)), abs(expected))
        assert abs(pair(second, other).real - expected) <= 10 * CLOSE * scale


@pytest.mark.parametrize("rule", [r for r in PLAIN if r.primitive.__name__ not in ONCE], ids=named)
def test_gradients_and_tangents_of_tangents(rule: registry.Rule) -> None:
    for k, sample in enumerate(samples_of(rule)[:2]):
        f, args, wrt, _ = function_of(rule, sample)
        if not wrt or not loss(evaluate(rule, sample))[0] or any(nested(a) or np.iscomplexobj(a) for a in args):
            continue
        rng = np.random.default_rng(k)
        first, last = "abcdefgh".index(wrt[0]), "abcdefgh".index(wrt[-1])
        dot, other = direction(args[first], rng), direction(args[last], rng)
        filename = f"<tangent {named(rule)} {k}>"
        parameters = ", ".join("abcdefgh"[: len(args)])
        lines = [f"def h({parameters}):\n", f"    return jvp(f, wrt={first})(({parameters},), (w,))[1]\n"]
        linecache.cache[filename] = (1, None, lines, filename)
        namespace: dict[str, Any] = {"f": f, "jvp": adjoint.jvp, "w": dot}
        exec(compile("".join(lines), filename, "exec"), namespace)
        second = adjoint.grad(namespace["h"], wrt=last)(*args)
        tangent = adjoint.jvp(namespace["h"], wrt=last)(tuple(args), other)[1]

        def along(h: float, args: Any = args, last: int = last, other: Any = other, inner: Any = namespace["h"]) -> Any:
            return inner(*args[:last], moved(args[last], other, h), *args[last + 1 :])

        expected = extrapolated(along)[0]
        scale = max(1.0, abs(along(0.0)), abs(expected))
        assert abs(pair(second, other).real - expected) <= 10 * CLOSE * scale
        assert abs(tangent - expected) <= 10 * CLOSE * scale


@pytest.mark.parametrize(("rule", "k"), PLAIN_CASES, ids=named)
def test_tangents_agree_with_gradients(rule: registry.Rule, k: int) -> None:
    sample = SAMPLES[rule.primitive][k]
    f, args, wrt, _ = function_of(rule, sample)
    if not wrt or not loss(evaluate(rule, sample))[0]:
        pytest.skip("nothing varies, or is left")
    rng = np.random.default_rng(k)
    gradients = adjoint.grad(f, wrt=tuple(wrt))(*args)
    dots = tuple([direction(args["abcdefgh".index(name)], rng) for name in wrt])
    _, tangent = adjoint.jvp(f, wrt=tuple(wrt))(tuple(args), dots)
    expected = sum(pair(g, d).real for g, d in zip(gradients, dots, strict=True))
    assert abs(tangent - expected) <= 1e-9 * max(1.0, abs(expected))
