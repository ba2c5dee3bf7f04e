"""Which primitive an operator, a call, a method or an attribute means."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import gast
import numpy as np

from adjoint.analysis.kinds import (
    COMPLEX,
    Array,
    DictOf,
    Instance,
    Kind,
    ListOf,
    Number,
    Static,
    dtype_of,
    is_text,
)
from adjoint.analysis.settled import Settled
from adjoint.rules import registry
from adjoint.runtime import containers
from adjoint.runtime.special import complex_sign
from adjoint.syntax import core

OPERATORS: Mapping[type, Any] = {
    gast.Add: operator.add,
    gast.Sub: operator.sub,
    gast.Mult: operator.mul,
    gast.Div: operator.truediv,
    gast.Pow: operator.pow,
    gast.MatMult: operator.matmul,
    gast.Mod: operator.mod,
    gast.FloorDiv: operator.floordiv,
    gast.USub: operator.neg,
    gast.UAdd: operator.pos,
    gast.Not: operator.not_,
    gast.Invert: operator.invert,
    gast.LShift: operator.lshift,
    gast.RShift: operator.rshift,
    gast.BitAnd: operator.and_,
    gast.BitOr: operator.or_,
    gast.BitXor: operator.xor,
    gast.Eq: operator.eq,
    gast.NotEq: operator.ne,
    gast.Lt: operator.lt,
    gast.LtE: operator.le,
    gast.Gt: operator.gt,
    gast.GtE: operator.ge,
    gast.Is: operator.is_,
    gast.IsNot: operator.is_not,
}

# Generators of our own, to tell what the user's would draw without drawing from them.
EXAMPLES: Mapping[type, Any] = {
    np.random.Generator: np.random.default_rng(0),
    np.random.RandomState: np.random.RandomState(0),
}


class Callee(NamedTuple):
    """A primitive (or a user's function) with the argument nodes that it gets."""

    primitive: Any
    args: tuple[Any, ...]
    keywords: Mapping[str, Any]
    method: bool = False
    starred: bool = False


def callee_of(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Callee | None:
    """What an expression computes by calling; None where that is not known (a method of an unknown object)."""
    form = _FORMS.get(type(expr))
    if form is None:
        return None
    if type(kinds) is not Settled or kinds.bindings is not bindings:
        return form(expr, kinds, bindings)
    try:
        known: Callee | None = kinds.callees[expr]
    except KeyError:
        known = kinds.callees[expr] = form(expr, kinds, bindings)
    return known


# What copies unless `copy=` is given, and what may copy unless it is.
COPIES = (np.array, np.meshgrid, *(f for f in (np.ndarray.astype, getattr(np, "astype", None)) if f is not None))
MAY_COPY = (*COPIES, np.asarray, np.asanyarray, np.reshape)


def result_of(callee: Callee) -> str:
    """Whether a call gives a "fresh" array, a "view" of an argument, or "maybe" a view, as its `copy=` says.

    >>> result_of(Callee(np.array, (), {})), result_of(Callee(np.array, (), {"copy": core.const(None)}))
    ('fresh', 'maybe')
    >>> result_of(Callee(np.reshape, (), {})), result_of(Callee(np.reshape, (), {"copy": core.const(True)}))
    ('maybe', 'fresh')
    """
    copy = callee.keywords.get("copy")
    if not any(callee.primitive is f for f in MAY_COPY):
        return registry.result_of(callee.primitive)
    if callee.starred or (len(callee.args) > 2 and any(callee.primitive is f for f in COPIES[2:])):
        return "maybe"  # `copy` may be among the arguments by position
    if copy is None:
        return "fresh" if any(callee.primitive is f for f in COPIES) else "maybe"
    if core.is_constant(copy) and core.constant_value(copy) is True:
        return "fresh"
    return "view" if callee.primitive is np.meshgrid else "maybe"


def _binary(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Callee:
    op = type(expr.op)
    if (op is gast.Add or op is gast.Mult) and (_is_list(expr.left, kinds) or _is_list(expr.right, kinds)):
        # NumPy's own where the other is an array: `[1, 2] * x` is no list.
        if not (is_array(expr.left, kinds) or is_array(expr.right, kinds)):
            return _of_lists(expr, kinds)
    return Callee(OPERATORS[op], (expr.left, expr.right), {})


def _unary(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Callee:
    return Callee(OPERATORS[type(expr.op)], (expr.operand,), {})


def _comparison(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Callee | None:
    primitive = OPERATORS.get(type(expr.ops[0])) if len(expr.ops) == 1 else None
    return None if primitive is None else Callee(primitive, (expr.left, expr.comparators[0]), {})


def _is_list(node: Any, kinds: Mapping[str, Kind]) -> bool:
    return core.is_name(node) and isinstance(kinds.get(node.id), ListOf)


def is_array(node: Any, kinds: Mapping[str, Kind]) -> bool:
    return core.is_name(node) and isinstance(kinds.get(node.id), Array)


def _of_lists(expr: Any, kinds: Mapping[str, Kind]) -> Callee:
    """`xs + ys` and `xs * n` (or `n * xs`) of lists."""
    if isinstance(expr.op, gast.Add):
        return Callee(containers.joined, (expr.left, expr.right), {})
    pair = (expr.left, expr.right) if _is_list(expr.left, kinds) else (expr.right, expr.left)
    return Callee(containers.repeated, pair, {})


def _kind(node: Any, kinds: Mapping[str, Kind]) -> Kind | None:
    return kinds.get(node.id) if core.is_name(node) else None


def _attribute(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Callee | None:
    if core.path_of(expr) in bindings or not _is_numeric(expr.value, kinds, bindings):
        return None
    primitive = registry.ATTRIBUTES.get(expr.attr)
    return None if primitive is None else Callee(primitive, (expr.value,), {})


def _call(expr: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Callee | None:
    starred = any(isinstance(a, gast.Starred) for a in expr.args) or any(k.arg is None for k in expr.keywords)
    keywords = {k.arg: k.value for k in expr.keywords if k.arg is not None}
    path = core.path_of(expr.func)
    if path is not None and path in bindings:
        called = bindings[path]
        if called is np.sign and expr.args and dtype_of(_kind(expr.args[0], kinds)) in COMPLEX:
            called = complex_sign  # no constant: it turns
        if keywords and not starred:
            return Callee(called, *in_order(called, tuple(expr.args), keywords))
        return Callee(called, tuple(expr.args), keywords, starred=starred)
    passed = kinds.get(path or "")
    if isinstance(passed, Static) and callable(passed.value):
        return Callee(passed.value, tuple(expr.args), keywords, starred=starred)
    if isinstance(expr.func, gast.Attribute) and _is_numeric(expr.func.value, kinds, bindings):
        primitive = registry.METHODS.get(expr.func.attr)
        if primitive is not None:
            return Callee(primitive, (expr.func.value, *expr.args), keywords, method=True, starred=starred)
    if isinstance(expr.func, gast.Attribute) and core.is_name(expr.func.value):
        if is_text(kinds.get(expr.func.value.id)) and hasattr(str, expr.func.attr):
            return Callee(getattr(str, expr.func.attr), (expr.func.value, *expr.args), keywords, starred=starred)
    if isinstance(expr.func, gast.Attribute) and (ufunc := ufunc_of(expr.func.value, kinds, bindings)) is not None:
        return _of_ufunc(ufunc, expr.func.attr, tuple(expr.args), keywords, starred)
    if isinstance(expr.func, gast.Attribute) and expr.func.attr == "copy" and core.is_name(expr.func.value):
        maker = {ListOf: list, DictOf: dict}.get(type(kinds.get(expr.func.value.id)))
        if maker is not None:
            return Callee(maker, (expr.func.value,), {})
    if isinstance(expr.func, gast.Attribute) and core.is_name(expr.func.value) and "out" not in keywords:
        name = expr.func.value.id
        instance = kinds.get(name)
        cls = instance.cls if isinstance(instance, Instance) else type(bindings.get(name)) if instance is None else None
        draw = getattr(EXAMPLES.get(cls), expr.func.attr, None)  # type: ignore[arg-type]
        if draw is not None and registry.draws(draw):
            return Callee(draw, tuple(expr.args), keywords, starred=starred)
        if registry.writes_log(method := getattr(cls, expr.func.attr, None)):
            return Callee(method, (expr.func.value, *expr.args), keywords, starred=starred)
    return None


def in_order(primitive: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call, arrays that are given by their names among those by position: `np.ravel(a=x)`.

    >>> in_order(np.ravel, (), {"a": "x", "order": "C"})
    (('x',), {'order': 'C'})
    """
    rule = registry.rule_of(primitive)
    if rule is None:
        return args, keywords
    rest, renamed = dict(keywords), dict(rule.renamed)
    names = rule.body.__code__.co_varnames[: rule.body.__code__.co_argcount]
    for name in names[len(args) :]:
        given = next((k for k in rest if renamed.get(k, k) == name), None)
        if given is None or name not in rule.operands:
            break
        args = *args, rest.pop(given)
    return args, rest


# Methods of ufuncs that are functions of NumPy's, but for the axis that they take by default.
REDUCTIONS: Mapping[Any, Any] = {
    (np.add, "reduce"): np.sum,
    (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max,
    (np.minimum, "reduce"): np.min,
    (np.logical_and, "reduce"): np.all,
    (np.logical_or, "reduce"): np.any,
    (np.add, "accumulate"): np.cumsum,
    (np.multiply, "accumulate"): np.cumprod,
}


def ufunc_of(node: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Any:
    """The ufunc that a name or path stands for, None where it is none."""
    path = core.path_of(node) or ""
    kind = kinds.get(path)
    value = kind.value if isinstance(kind, Static) else bindings.get(path) if kind is None else None
    return value if isinstance(value, np.ufunc) else None


def _of_ufunc(ufunc: Any, method: str, args: Any, keywords: dict[str, Any], starred: bool) -> Callee | None:
    """`np.add.reduce(a)` is `np.sum(a, axis=0)`; other methods are primitives of their own."""
    known = REDUCTIONS.get((ufunc, method))
    if known is not None and len(args) < 2:
        keywords.setdefault("axis", core.const(0))
    primitive = known or getattr(ufunc, method, None)
    if primitive is None or method == "at":  # which changes its argument
        return None
    return Callee(primitive, args, keywords, starred=starred)


def _is_numeric(receiver: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> bool:
    """Is this an array or a number: a name of one, or an operation on such in a test (which stays as written)?"""
    match receiver:
        case gast.Name():
            known = kinds.get(receiver.id)
            return isinstance(known, (Array, Number)) or known is None and type(bindings.get(receiver.id)) is np.ndarray
        case gast.BinOp() | gast.UnaryOp() | gast.Compare():
            parts = [n for n in core.children(receiver) if isinstance(n, gast.expr) and not core.is_constant(n)]
            return bool(parts) and all(_is_numeric(p, kinds, bindings) for p in parts)
        case gast.Subscript() | gast.Attribute(attr="T"):
            return _is_numeric(receiver.value, kinds, bindings)
        case gast.Call():
            callee = _call(receiver, kinds, bindings)
            return callee is not None and isinstance(callee.primitive, np.ufunc)
    return False


_FORMS: Mapping[type, Callable[[Any, Mapping[str, Kind], Mapping[str, Any]], Callee | None]] = {
    gast.BinOp: _binary,
    gast.UnaryOp: _unary,
    gast.Compare: _comparison,
    gast.Attribute: _attribute,
    gast.Call: _call,
}
