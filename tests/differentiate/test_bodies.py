"""Rule bodies written out: the text for ordinary kinds, and the same values as the body itself for every sample."""

from __future__ import annotations

import ast
import inspect
import math
from typing import Any

import gast
import numpy as np
import pytest
from calls import apply, direction, evaluate
from samples import SAMPLES, Sample

from adjoint.analysis.callees import callee_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number, Size, TupleOf
from adjoint.analysis.values import kinds_of
from adjoint.differentiate.bodies import Body, Facts, instantiate
from adjoint.differentiate.decide import UNDECIDED, Scope, constant
from adjoint.emit.printer import to_source
from adjoint.rules import registry
from adjoint.syntax import core

A, B, C = (Size(0, ((name, 1),)) for name in "abc")
KINDS: dict[str, Kind] = {
    "x": Array("float64", (A,)),
    "y": Array("float64", (A,)),
    "v": Array("float64", (B,)),
    "f": Array("float32", (A,)),
    "z": Array("complex128", (A,)),
    "P": Array("float64", (A, B)),
    "Q": Array("float64", (B, C)),
    "T": Array("float64", (A, B, C)),
    "s": Number("float"),
    "n": Number("int"),
    "u": UNKNOWN,
}
BINDINGS = {"np": np, "np.linalg": np.linalg, "math": math, "abs": abs, "float": float}


def node(text: str) -> Any:
    return gast.parse(text).body[0].value


def paths(expr: Any) -> dict[str, Any]:
    found = {core.path_of(n) for n in ast.walk(expr) if isinstance(n, gast.Attribute)}
    return {p: eval(p, dict(BINDINGS)) for p in found if p and p.split(".")[0] in BINDINGS}


def body_of(text: str) -> Body | None:
    """The rule of a call, written out."""
    expr = node(text)
    bindings = {**BINDINGS, **paths(expr)}
    callee = callee_of(expr, KINDS, bindings)
    assert callee is not None
    rule = registry.rule_of(callee.primitive)
    assert rule is not None
    bound = registry.bind(rule, callee.args, callee.keywords, method=callee.method)
    arguments = {n: core.tuple_(e) if isinstance(e, tuple) else e for n, e in bound.items()}
    kinds = {**KINDS, "out": kind_of_expression(expr, KINDS, bindings) or UNKNOWN}
    return instantiate(rule.body, {**arguments, "out": core.load("out"), "out_bar": core.load("out_bar")}, Facts(kinds))


def written(text: str) -> list[str]:
    body = body_of(text)
    assert body is not None
    return [to_source(part).strip() for part in (*body.statements, *body.results)]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("P @ v", ["np.outer(out_bar, v)", "P.T @ out_bar"]),
        ("P @ Q", ["out_bar @ Q.T", "P.T @ out_bar"]),
        ("x @ y", ["out_bar * y", "out_bar * x"]),
        ("x @ P", ["P @ out_bar", "np.outer(x, out_bar)"]),
        ("x.dot(y)", ["out_bar * y", "out_bar * x"]),
        ("np.outer(x, v)", ["out_bar @ v", "x @ out_bar"]),
        ("x.sum()", ["np.full(x.shape, out_bar)"]),
        ("f.sum()", ["np.full_like(f, out_bar)"]),
        ("z.sum()", ["np.full_like(z, out_bar)"]),
        ("P.sum(axis=0)", ["np.broadcast_to(out_bar, P.shape).copy()"]),
        ("P.sum(axis=1)", ["np.broadcast_to(out_bar[:, None], P.shape).copy()"]),
        ("P.sum(axis=1, keepdims=True)", ["np.broadcast_to(out_bar, P.shape).copy()"]),
        ("T.sum(axis=1)", ["np.broadcast_to(np.expand_dims(out_bar, 1), T.shape).copy()"]),
        ("np.mean(x)", ["np.full(x.shape, out_bar / x.size)"]),
        ("P.mean(axis=0)", ["np.broadcast_to(out_bar / P.shape[0], P.shape).copy()"]),
        ("P.mean(axis=1)", ["np.broadcast_to(out_bar[:, None] / P.shape[1], P.shape).copy()"]),
        ("x.max()", ["wins = (x == out).astype(x.dtype)", "wins * (out_bar / np.sum(wins))"]),
        ("np.linalg.norm(x)", ["out_bar * x / (out + (out == 0))"]),
        ("np.linalg.norm(P, axis=1)", ["(out_bar / (out + (out == 0)))[:, None] * P"]),
        ("abs(x)", ["out_bar * np.sign(x)"]),
        ("abs(s)", ["out_bar * np.sign(s)"]),
        ("abs(z)", ["out_bar * np.conj(np.sign(z))"]),
        ("np.var(x)", ["2 * out_bar / (x.size - 0) * (x - np.mean(x))"]),
        ("x.reshape(2, 3)", ["np.reshape(out_bar, x.shape)"]),
        ("np.transpose(T, (1, 2, 0))", ["np.transpose(out_bar, (2, 0, 1))"]),
        ("P.transpose(1, 0)", ["out_bar.T"]),
        ("x.astype(float)", ["out_bar"]),
        ("x.copy()", ["out_bar"]),
        ("x.clip(min=0.0)", ["x >= 0.0", "x < 0.0", "0"]),
        ("math.log(s)", ["1 / s", "0"]),
    ],
)
def test_text(call: str, text: list[str]) -> None:
    assert written(call) == text


@pytest.mark.parametrize(
    ("call", "first"),
    [
        ("x ** 2", "2 * x**(2 - 1)"),
        ("s ** 0", "0 * s**1"),
        ("s ** n", "n * s ** (n - 1 if n != 0 else 1)"),
        ("x ** y", "y * x ** np.where(y == 0, 1, y - 1)"),
    ],
)
def test_powers_fold_as_far_as_the_exponent_is_known(call: str, first: str) -> None:
    assert written(call)[0] == first


@pytest.mark.parametrize("call", ["np.sum(u)", "np.sum(P, n)", "np.matmul(u, x)", "np.linalg.norm(u)"])
def test_what_is_not_known_is_not_folded(call: str) -> None:
    body = body_of(call)
    # With an unknown axis the text may stay conditional: an expression that asks at run time.
    assert body is None or any(isinstance(n, gast.IfExp) for r in body.results for n in ast.walk(r))


def test_names_of_the_call_are_not_captured() -> None:
    """The rule of solve calls something `b_bar`, that of mean something `count`: here the user does."""
    facts = Facts({"A": Array("float64", (A, A)), "b": KINDS["x"], "count": KINDS["T"], "out": KINDS["x"]})
    solve: Any = registry.rule_of(np.linalg.solve)
    nodes = {n: core.load(v) for n, v in {"a": "A", "b": "b", "out": "out", "out_bar": "b_bar"}.items()}
    body = instantiate(solve.body, nodes, facts)
    assert body is not None and body.locals == ("b_bar_1",)
    assert to_source(body.statements[0]).strip() == "b_bar_1 = np.linalg.solve(A.T, b_bar)"
    mean: Any = registry.rule_of(np.mean)
    body = instantiate(mean.body, {"a": core.load("count"), "axis": node("(0, 1)"), "out_bar": core.load("g")}, facts)
    assert body is not None and "count" not in body.bindings
    assert to_source(body.results[0]) == (
        "np.broadcast_to(np.expand_dims(g, (0, 1)) / count_1(count, (0, 1)), count.shape).copy()"
    )


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("np.iscomplexobj(x)", False),
        ("np.iscomplexobj(z)", True),
        ("np.iscomplexobj(u)", UNDECIDED),
        ("x is None", False),
        ("x is not None", True),
        ("u is None", UNDECIDED),
        ("nothing is None", True),
        ("isinstance(axis, int)", True),
        ("isinstance(x, np.ndarray)", True),
        ("isinstance(s, np.ndarray)", False),
        ("isinstance(s, int)", UNDECIDED),
        ("isinstance(u, np.ndarray)", UNDECIDED),
        ("np.ndim(T)", 3),
        ("T.ndim == 3 and np.ndim(s) == 0", True),
        ("len(P.shape)", 2),
        ("u.ndim == 2", UNDECIDED),
        ("u.ndim == 2 and axis is None", False),
        ("u.ndim == 2 or axis == 1", True),
        ("x.dtype == np.float64", True),
        ("f.dtype == np.float64", False),
        ("np.result_type(f).kind in 'fc'", True),
        ("axis in (1, P.ndim - 1)", True),
        ("s != 0", UNDECIDED),
    ],
)
def test_decisions(test: str, expected: Any) -> None:
    arguments = {**{n: core.load(n) for n in KINDS}, "axis": core.const(1), "nothing": core.const(None)}
    free = {"np": np, "isinstance": isinstance, "int": int, "len": len}
    assert Scope(arguments, Facts(KINDS), {}, free).value(node(test)) is expected or (
        expected is not UNDECIDED and Scope(arguments, Facts(KINDS), {}, free).value(node(test)) == expected
    )


# Every sample of every rule: what is written out computes what the body computes.

CASES = [
    (rule, k)
    for rule in registry.rules()
    if rule.body.__module__.startswith("adjoint.rules.")
    for k, sample in enumerate(SAMPLES.get(rule.primitive, []))
    if registry.fitting(rule, sample.args, sample.keywords) is rule
]


def is_literal(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(is_literal, value))
    return value is None or type(value) in (bool, int, float, str)


@pytest.mark.parametrize("known", [True, False], ids=["kinds", "nothing"])
@pytest.mark.parametrize(("rule", "k"), CASES, ids=lambda v: getattr(getattr(v, "body", None), "__name__", str(v)))
def test_written_out_computes_the_same(rule: registry.Rule, k: int, known: bool) -> None:
    sample: Sample = SAMPLES[rule.primitive][k]
    bound = registry.bind(rule, sample.args, sample.keywords)
    out = evaluate(rule, sample)
    out_bar = direction(out, np.random.default_rng(k))
    parameters = inspect.signature(rule.body).parameters
    extra = {n: v for n, v in (("out", out), ("out_bar", out_bar)) if n in parameters}
    if any(parameters[n].kind is inspect.Parameter.VAR_POSITIONAL for n in bound):
        return  # always called
    literal = {n for n, v in bound.items() if n not in rule.operands and is_literal(v)}
    values = {f"{n}_": v for n, v in {**bound, "out": out, "out_bar": out_bar}.items() if n not in literal}
    nodes = {n: constant(bound[n]) if n in literal else core.load(f"{n}_") for n in (*bound, "out", "out_bar")}
    kinds = dict(zip(values, kinds_of(values.values()), strict=True)) if known else {}
    body = instantiate(rule.body, nodes, Facts(kinds))
    if body is None:
        return
    with np.errstate(all="ignore"):
        expected = apply(rule.body, bound, extra)
        scope = {**body.bindings, **values}
        for stmt in body.statements:
            exec(to_source(stmt), scope)
        results = [eval(to_source(r), scope) for r in body.results]
    if len(results) > 1 or isinstance(expected, tuple) and len(rule.operands) == 1:
        expected = tuple(expected)
    else:
        expected = (expected,)
    assert len(results) == len(expected) or len(results) == 1
    for found, wanted in zip(results if len(results) == len(expected) else results[0], expected, strict=True):
        same(found, wanted)


def same(found: Any, wanted: Any) -> None:
    if isinstance(wanted, (list, tuple)):
        assert type(found) is type(wanted) and len(found) == len(wanted)
        for a, b in zip(found, wanted, strict=True):
            same(a, b)
        return
    assert np.shape(found) == np.shape(wanted)
    # The one difference allowed: the order in which a sum over what was broadcast is taken.
    np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-14)


def test_samples_are_written_out() -> None:
    """The test above is not idle: most rules are written out for their kinds."""
    assert isinstance(kinds_of(((1.0, 2.0),))[0], TupleOf)
    count = 0
    for rule, k in CASES:
        sample = SAMPLES[rule.primitive][k]
        bound = registry.bind(rule, sample.args, sample.keywords)
        kinds = dict(zip(bound, kinds_of(bound.values()), strict=True))
        nodes = {n: constant(v) if is_literal(v) and n not in rule.operands else core.load(n) for n, v in bound.items()}
        known = {**nodes, "out": core.load("out"), "out_bar": core.load("g")}
        count += instantiate(rule.body, known, Facts(kinds)) is not None
    assert count > 0.75 * len(CASES)
