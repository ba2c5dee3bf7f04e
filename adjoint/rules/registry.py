"""The one registry of derivative rules: what the compiler knows of each primitive, and how a rule is declared.

A rule is an ordinary function, its *body*. The compiler reads the body's text and writes it into the gradient; anyone
may call it. It takes one of these forms:

    @elementwise(np.tanh)               the local partials, in terms of the operands and `out`
    def tanh(x, out):
        return 1 - out**2

    @linear(np.trace)                   the transpose: the operand's cotangent; only shapes are read
    def trace(a, *, out_bar):
        return out_bar * np.eye(*a.shape, dtype=a.dtype)

    @vjp(np.outer)                      the general case: one cotangent for each operand
    def outer(a, b, *, out_bar):
        return out_bar @ b, a @ out_bar

    @jvp(np.linalg.inv)                 its tangent, for forward mode: one term for each operand
    def inv(a, *, out, a_dot):
        return -out @ a_dot @ out

Elementwise and linear rules give the tangent too, and so do those declared `multilinear`: the others need a `jvp`.
A body names its parameters as the primitive does. Arguments that it does not list are refused by the compiler: a rule
lists what it handles, and what cannot change the derivative. What branches on facts known to the compiler
(`if axis is None:`) is folded; a body that stays compound is called as a function.

Cotangents pair without conjugates: the cotangent of a complex x is dL/dx for holomorphic rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from adjoint.classes import replace
from adjoint.rules import every, looked
from adjoint.rules.declare import RuleError, constant, elementwise, jvp, linear, vjp
from adjoint.rules.methods import ATTRIBUTES, METHODS, PACKED
from adjoint.rules.refused import refusal_of
from adjoint.rules.table import (
    CONSTANTS,
    FULLER,
    RESERVED,
    RULES,
    Result,
    Rule,
    constant_of,
    find,
    generation,
    keyword_only,
    var_positional,
)
from adjoint.rules.transposes import transpose_of

__all__ = [
    "ATTRIBUTES", "METHODS", "Rule", "RuleError", "UnsupportedArgument", "bind", "constant", "defaults", "draws",
    "elementwise", "every", "fitting", "fuller_of", "generation", "is_constant", "is_generator", "is_pure", "jvp",
    "linear", "refusal_of", "result_of", "rule_of", "rules", "vjp",
]  # fmt: skip

# What is called at run time gives what is the caller's alone, as far as anything is changed.
DISPATCH = "adjoint.runtime.dispatch"
# By name: their modules load when they are first used, and a question should not load them.
GENERATORS = ("numpy.random._generator.Generator", "numpy.random.mtrand.RandomState", "random.Random")


class UnsupportedArgument(Exception):
    """A call passes an argument that the primitive's rule does not list, or lacks one; `argument` says which.

    The compiler tells the user, with the place of the call.
    """

    def __init__(self, argument: str) -> None:
        super().__init__(argument)
        self.argument = argument


def rule_of(primitive: Any) -> Rule | None:
    """The rule of a primitive, None where there is none.

    >>> import numpy as np
    >>> rule_of(np.tanh).operands
    ('x',)
    >>> rule_of([1]) is None
    True
    """
    found: Rule | None = find(RULES, primitive)
    return transpose_of(primitive) if found is None and type(primitive) is FunctionType else found


def is_constant(primitive: Any) -> bool:
    """True where the derivative is zero everywhere it exists.

    >>> import numpy as np
    >>> is_constant(np.argmax), is_constant(len), is_constant(np.sin)
    (True, True, False)
    """
    return constant_of(primitive) is not None or draws(primitive) or writes_log(primitive)


def writes_log(primitive: Any) -> bool:
    """True of the functions of `logging` and `warnings`, and the methods of loggers: all they do is an effect.

    >>> import logging
    >>> writes_log(logging.getLogger("adjoint").debug), writes_log(logging.info), writes_log(print)
    (True, True, False)
    """
    is_function = isinstance(primitive, (FunctionType, BuiltinMethodType, MethodType))
    return is_function and getattr(primitive, "__module__", "") in ("logging", "warnings", "_warnings")


def draws(primitive: Any) -> bool:
    """True of what draws random numbers: constant, but its parameters have a derivative that is not known here.

    The compiler refuses active ones, since zero would be wrong: write `mean + scale * rng.normal()`.

        >>> import numpy as np
        >>> draws(np.random.default_rng(0).normal), draws(np.random.rand), draws(np.argmax)
        (True, True, False)
    """
    if not isinstance(primitive, (BuiltinMethodType, MethodType)) or primitive.__name__ in ("shuffle", "permuted"):
        return False
    return is_generator(primitive.__self__)


def is_generator(value: Any) -> bool:
    """Does this draw random numbers?"""
    origins = {f"{kind.__module__}.{kind.__name__}" for kind in type(value).__mro__}
    return not origins.isdisjoint(GENERATORS)


def is_pure(primitive: Any) -> bool:
    """True where a call has no effect and gives the same result again.

    >>> import numpy as np
    >>> is_pure(np.sin), is_pure(len), is_pure(print), is_pure(np.random.rand)
    (True, True, False, False)
    """
    found = constant_of(primitive)
    if found is None:
        return rule_of(primitive) is not None
    if found.pure is None:
        CONSTANTS[primitive] = found = replace(found, pure=looked.is_pure(primitive))
    return bool(found.pure)


def result_of(primitive: Any) -> Result:
    """Whether the result is "fresh", a "view" of an argument, or "maybe" a view (also where nothing is known).

    >>> import numpy as np
    >>> result_of(np.sin), result_of(np.transpose), result_of(np.ravel), result_of(np.zeros)
    ('fresh', 'view', 'maybe', 'fresh')
    """
    found = rule_of(primitive) or constant_of(primitive)
    if found is not None:
        return found.result
    return "fresh" if draws(primitive) or getattr(primitive, "__module__", "") == DISPATCH else "maybe"


def rules() -> tuple[Rule, ...]:
    """Every rule there is."""
    return (*RULES.values(), *FULLER.values())


def fuller_of(rule: Rule) -> Rule | None:
    """The second rule of a primitive, for calls with rarer arguments; None where it has one only."""
    found: Rule | None = find(FULLER, rule.primitive)
    return found


def fitting(rule: Rule, args: Sequence[Any], keywords: Mapping[str, Any]) -> Rule:
    """The rule for a call with these arguments: the primitive's own, or the fuller one if that lists more of them.

    >>> import numpy as np
    >>> fitting(rule_of(np.sum), ["x"], {"axis": 0}).operands, fitting(rule_of(np.sum), ["x"], {"initial": 1}).operands
    (('a',), ('a', 'initial'))
    """
    fuller = fuller_of(rule)
    if fuller is None or rule.primitive not in RULES:
        return rule
    plain = RULES[rule.primitive]
    code = plain.body.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    allowed = {*names, *plain.ignored, *(name for name, _ in plain.renamed)}
    return plain if allowed.issuperset(keywords) else fuller


def defaults(rule: Rule) -> dict[str, Any]:
    """The body's default values, by parameter."""
    body: Any = rule.body
    names = body.__code__.co_varnames[: body.__code__.co_argcount]
    values, keywords = body.__defaults__ or (), body.__kwdefaults__ or {}
    return {**dict(zip(names[len(names) - len(values) :], values)), **keywords}


def bind(rule: Rule, args: Sequence[Any], keywords: Mapping[str, Any], method: bool = False) -> dict[str, Any]:
    """Map the body's parameters to a call's arguments, which may be any objects: they are not looked at.

    With `method`, the call is that of an array's method (the array being the first of `args`), where axes or lengths
    may stand one by one. A variable number of operands is given as a tuple.

        >>> import numpy as np
        >>> bind(rule_of(np.sum), ["x"], {"axis": 0})
        {'a': 'x', 'axis': 0}
        >>> bind(rule_of(np.transpose), ["x", 1, 0], {}, method=True)
        {'a': 'x', 'axes': (1, 0)}
        >>> bind(rule_of(np.sum), ["x"], {"colour": int})
        Traceback (most recent call last):
        adjoint.rules.registry.UnsupportedArgument: colour

    Raises UnsupportedArgument where the rule does not list an argument, or lacks one that it must have.
    """
    code = rule.body.__code__
    reserved = (*RESERVED, *[f"{n}_dot" for n in rule.operands]) if rule.form == "jvp" else RESERVED
    names = [n for n in code.co_varnames[: code.co_argcount] if n not in reserved]
    rest = var_positional(rule.body)
    if method and len(args) > 2 and PACKED.get(rule.primitive) in names:
        args = [args[0], tuple(args[1:])]
    if len(args) > len(names) and rest is None:
        raise UnsupportedArgument(f"positional argument {len(names) + 1}")
    bound = dict(zip(names, args))
    if rest is not None:
        bound[rest] = tuple(args[len(names) :])
    allowed = {*names, *keyword_only(rule.body)}.difference(reserved)
    for given, value in keywords.items():
        if given in rule.ignored:
            continue
        name = dict(rule.renamed).get(given, given)
        if name not in allowed or name in bound:
            raise UnsupportedArgument(given)
        bound[name] = value
    for name in names:
        if name not in bound and name not in defaults(rule):
            raise UnsupportedArgument(name)
    return bound
