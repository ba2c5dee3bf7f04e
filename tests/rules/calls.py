"""Sample calls evaluated, and their cotangents by the rules, as the compiler uses them."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from samples import Sample

from adjoint.rules import registry
from adjoint.runtime.arrays import unbroadcast


def cotangents(rule: registry.Rule, sample: Sample, out: Any, out_bar: Any, cast: bool = True) -> dict[str, Any]:
    """The cotangent of each operand that the call gives."""
    bound = registry.bind(rule, sample.args, sample.keywords)
    bound = {n: v for n, v in bound.items() if n not in rule.ignored}
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


def tangent(rule: registry.Rule, sample: Sample, out: Any, name: str, dot: Any) -> Any:
    """The tangent of the result where one operand has the tangent `dot`, as the compiler makes it of the rule."""
    bound = registry.bind(rule, sample.args, sample.keywords)
    if rule.form == "elementwise":
        extra = {"out": out} if "out" in inspect.signature(rule.body).parameters else {}
        partials = apply(rule.body, bound, extra)
        partials = (partials,) if len(rule.operands) == 1 else partials
        return np.broadcast_to(partials[rule.operands.index(name)] * dot, np.shape(out))[()]
    if rule.jvp is not None:
        return by_jvp(rule, bound, out, name, dot)
    varying = {n.removeprefix("*") for n in rule.operands}
    if rule.multilinear:
        return by_members(rule, sample, name, bound[name], dot)
    moved = sample
    for n in varying & set(bound):
        moved = replaced(rule, moved, n, dot if n == name else zeros(bound[n]))
    return evaluate(rule, without_affine(rule, moved))


def without_affine(rule: registry.Rule, sample: Sample) -> Sample:
    kept = {n: v for n, v in sample.keywords.items() if n not in rule.affine}
    if not rule.affine:
        return Sample(sample.args, kept)
    named = list(registry.bind(rule, sample.args, {}).items())
    first = next((k for k, (n, _) in enumerate(named) if n in rule.affine), len(named))
    behind = {n: v for n, v in named[first:] if n not in rule.affine}
    return Sample(sample.args[:first], {**kept, **behind})


def by_jvp(rule: registry.Rule, bound: dict[str, Any], out: Any, name: str, dot: Any) -> Any:
    names = [n.removeprefix("*") for n in rule.operands]
    dots = {f"{n}_dot": dot if n == name else zeros(bound.get(n, 0.0)) for n in names}
    assert rule.jvp is not None
    parameters = inspect.signature(rule.jvp).parameters
    given = {n: v for n, v in bound.items() if n not in rule.ignored or n in parameters}
    terms = apply(rule.jvp, given, {**dots, **({"out": out} if "out" in parameters else {})})
    return terms if len(names) == 1 else terms[names.index(name)]


def by_members(rule: registry.Rule, sample: Sample, name: str, value: Any, dot: Any) -> Any:
    if f"*{name}" not in rule.operands:
        return evaluate(rule, replaced(rule, sample, name, dot))
    parts = [
        evaluate(rule, replaced(rule, sample, name, (*value[:k], dot[k], *value[k + 1 :]))) for k in range(len(value))
    ]
    return sum(parts[1:], parts[0])


def zeros(tree: Any) -> Any:
    """Zeros in the form of an operand."""
    if nested(tree):
        return type(tree)([zeros(part) for part in tree])
    return tree if tree is None or isinstance(tree, slice) else np.zeros_like(tree)[()] * 1.0


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
        return tuple([shapes(part) for part in tree])
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
