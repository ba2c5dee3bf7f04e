"""The tangent of a call of a primitive, from its rule.

elementwise        y_dot = partial * x_dot + …
linear             y_dot = f(x_dot): the primitive itself, of the tangents
multilinear        y_dot = f(a_dot, b) + f(a, b_dot)
any other          y_dot = the sum of the terms that the rule's jvp gives, one for each operand
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import gast

from adjoint.analysis.callees import Callee, callee_of
from adjoint.analysis.kinds import Array, Number
from adjoint.differentiate import bodies
from adjoint.differentiate.primitives import refuse_argument, refuse_unknown
from adjoint.differentiate.rule_text import results_of
from adjoint.differentiate.tangents import Tangents
from adjoint.errors import UnsupportedArgument, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.runtime.arrays import plus
from adjoint.syntax import core
from adjoint.syntax.traverse import spelled
from adjoint.tidy.rebuild import map_parts


def tangent_of_call(target: Any, value: Any, text: Tangents) -> Any:
    """The tangent of what a primitive gives, the expression `target` once it is bound; None where it is zero."""
    callee = callee_of(value, text.facts.kinds, text.fn.bindings)
    rule = registry.rule_of(callee.primitive) if callee is not None else None
    if callee is not None and rule is None and registry.is_constant(callee.primitive):
        if not registry.draws(callee.primitive) or not any(map(text.is_active, atoms(callee))):
            return None
    if not any(map(text.is_active, (n for n in core.walk(value) if isinstance(n, gast.Name)))):
        return None
    if callee is None or rule is None:
        refuse_unknown(value, text)
    if callee.starred:
        refuse(value, f"`*` or `**` in a call of `{name_of(value)}`", "Pass the arguments one by one.", text)
    if (known := text.logistic_call(value)) is not None:
        return elementwise(target, *known, ["z"], text)
    rule = registry.fitting(rule, callee.args, callee.keywords)
    try:
        arguments = registry.bind(rule, callee.args, callee.keywords, method=callee.method)
    except registry.UnsupportedArgument as missing:
        refuse_argument(value, missing.argument, text)
    operands = [n.removeprefix("*") for n in rule.operands]
    for name, argument in arguments.items():
        if name not in operands and name not in rule.shaped and any(map(text.is_active, _several(argument))):
            refuse_argument(value, name, text)
    active = [n for n in operands if n in arguments and any(map(text.is_active, _several(arguments[n])))]
    if not active:
        return None
    if rule.form == "linear":
        return linear(value, callee, rule, arguments, text)
    if rule.multilinear:
        nodes = [node for n in active for node in _several(arguments[n]) if text.is_active(node)]
        return total([with_tangents(value, [node], text) for node in nodes], text)
    if rule.form == "elementwise":
        return elementwise(target, rule, arguments, active, text)
    if rule.jvp is None:
        advice = "Declare one with adjoint.rules.jvp, or take the derivative in reverse mode."
        refuse(value, f"`{name_of(value)}` has no rule for forward mode", advice, text)
    return by_rule(target, rule, arguments, active, text)


def elementwise(target: Any, rule: Any, arguments: Mapping[str, Any], active: Sequence[str], text: Tangents) -> Any:
    """The sum of the partial derivatives times the tangents."""
    more = {"out": target}
    partials = dict(zip(rule.operands, results_of(rule.body, arguments, more, rule.operands, text), strict=True))
    if len(active) == 2 and _is_twice(arguments, partials, active):
        first = active[0]
        return bodies.doubled(scaled(partials[first], text.of(arguments[first])))
    return total([scaled(partials[n], text.of(arguments[n])) for n in active], text)


def _is_twice(arguments: Mapping[str, Any], partials: Mapping[str, Any], active: Sequence[str]) -> bool:
    """Are the two operands one name, with one partial, as in `x * x`?"""
    one, other = active
    return arguments[one].id == arguments[other].id and spelled(partials[one]) == spelled(partials[other])


def scaled(partial: Any, dot: Any) -> Any:
    """`partial * dot`, as one would write it: 1 and -1 vanish, signs come first, a reciprocal divides.

    >>> from adjoint.emit.printer import to_source
    >>> partials = [gast.parse(p).body[0].value for p in ("1", "-y", "1 / y", "2 / y", "2 * x")]
    >>> [to_source(scaled(p, core.load("x_dot"))) for p in partials]
    ['x_dot', '-(y * x_dot)', 'x_dot / y', '2 * x_dot / y', '2 * x * x_dot']
    """
    match partial:
        case gast.Constant(value=1):
            return dot
        case gast.UnaryOp(op=gast.USub()):
            return core.unary(gast.USub, scaled(partial.operand, dot))
        case gast.BinOp(op=gast.Div()):
            return core.binary(scaled(partial.left, dot), gast.Div, partial.right)
    return core.binary(partial, gast.Mult, dot)


def linear(value: Any, callee: Callee, rule: Any, arguments: Mapping[str, Any], text: Tangents) -> Any:
    """The primitive of the tangents; what adds to it without varying is left out."""
    operands = [n.removeprefix("*") for n in rule.operands]
    nodes = [node for n in operands if n in arguments for node in _several(arguments[n])]
    new = with_tangents(value, nodes, text, zeros=True)
    left = {id(arguments[n]) for n in rule.affine if n in arguments}
    return without(new, value, left, rule) if left else new


def without(new: Any, value: Any, left: set[int], rule: Any) -> Any:
    """A call without some of its arguments; those behind them go by their names.

    `new` is the call `value` with other atoms.
    """
    positional = [n for n in rule.body.__code__.co_varnames if n not in ("out", "out_bar")]
    first = next((k for k, a in enumerate(value.args) if id(a) in left), len(value.args))
    behind = {
        name: arg
        for name, arg, old in zip(positional[first:], new.args[first:], value.args[first:], strict=False)
        if id(old) not in left
    }
    kept = {k.arg: k.value for k, old in zip(new.keywords, value.keywords, strict=True) if id(old.value) not in left}
    return core.call(new.func, *new.args[:first], **behind, **kept)


def by_rule(target: Any, rule: Any, arguments: Mapping[str, Any], active: Sequence[str], text: Tangents) -> Any:
    """The terms of the operands that vary."""
    operands = [n.removeprefix("*") for n in rule.operands]
    more: dict[str, Any] = {"out": target}
    for name in operands:
        nodes = arguments.get(name)
        if isinstance(nodes, tuple):
            more[f"{name}_dot"] = core.tuple_([text.of(n) for n in nodes])
        elif nodes is not None:
            more[f"{name}_dot"] = text.of(nodes)  # in the operand's shape also where it does not vary
        else:
            more[f"{name}_dot"] = core.const(0.0)
    terms = dict(zip(operands, results_of(rule.jvp, arguments, more, operands, text), strict=True))
    chosen = [picked(terms[n]) for n in active]
    if len(chosen) > 1 and not isinstance(text.facts.kinds.get(getattr(target, "id", "")), (Array, Number)):
        if not all(isinstance(t, gast.Tuple) for t in chosen):  # tuples, or what may be
            return functools.reduce(lambda a, b: core.call(text.helper(plus), a, b), chosen)
    return total(chosen, text)


def picked(node: Any) -> Any:
    """An expression in which the item of a written tuple is that item.

    >>> from adjoint.emit.printer import to_source
    >>> to_source(picked(gast.parse("(q, r)[0] * y").body[0].value))
    'q * y'
    """
    match node:
        case gast.Subscript(value=gast.Tuple(elts=items), slice=gast.Constant(value=int() as k)):
            return items[k]
    return map_parts(node, picked)


def with_tangents(value: Any, nodes: Sequence[Any], text: Tangents, zeros: bool = False) -> Any:
    """An expression with the tangents in the places of some of its atoms; of the others zeros, where asked."""
    new = {id(n): text.of(n) for n in nodes if zeros or text.is_active(n)}

    def swapped(node: Any) -> Any:
        return new.get(id(node)) or core.copy(node)

    match value:
        case gast.BinOp():
            return core.binary(swapped(value.left), value.op, swapped(value.right))
        case gast.UnaryOp():
            return core.unary(value.op, swapped(value.operand))
        case gast.Attribute():
            return core.attribute(swapped(value.value), value.attr)
    func = value.func
    if isinstance(func, gast.Attribute) and id(func.value) in new:
        func = core.attribute(swapped(func.value), func.attr)
    keywords = {k.arg: swapped(k.value) for k in value.keywords}
    return core.call(core.copy(func) if func is value.func else func, *map(swapped, value.args), **keywords)


def total(terms: Sequence[Any], text: Tangents) -> Any:
    """A sum, in which what is subtracted is; of tuples, item by item."""
    if len(terms) > 1 and all(isinstance(t, gast.Tuple) for t in terms):
        return core.tuple_([total(parts, text) for parts in zip(*(t.elts for t in terms), strict=True)])
    if len(terms) > 1 and any(isinstance(t, gast.Subscript) and core.is_name(t.value) for t in terms):
        return functools.reduce(lambda a, b: core.call(text.helper(plus), a, b), terms)
    first, *others = sorted(terms, key=lambda t: isinstance(t, gast.UnaryOp) and isinstance(t.op, gast.USub))
    for term in others:
        negative = isinstance(term, gast.UnaryOp) and isinstance(term.op, gast.USub)
        first = core.binary(first, gast.Sub, term.operand) if negative else core.binary(first, gast.Add, term)
    return first


def atoms(callee: Callee) -> list[Any]:
    return [*callee.args, *callee.keywords.values()]


def name_of(value: Any) -> str:
    return core.path_of(getattr(value, "func", value)) or type(value).__name__


def refuse(value: Any, message: str, advice: str, text: Tangents, error: Any = UnsupportedArgument) -> NoReturn:
    raise_problems(error, [problem_at(value, message, advice)], text.fn.origin)


def _several(argument: Any) -> tuple[Any, ...]:
    return argument if isinstance(argument, tuple) else (argument,)
