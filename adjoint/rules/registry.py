"""The one registry of derivative rules: what the compiler knows of each primitive, and how a rule is declared.

A rule is an ordinary function, its *body*. The compiler reads the body's text and writes it into the gradient; anyone
may call it. It takes one of three forms:

    @elementwise(np.tanh)               the local partials, in terms of the operands and `out`
    def tanh(x, out):
        return 1 - out**2

    @linear(np.trace)                   the transpose: the operand's cotangent; only shapes are read
    def trace(a, *, out_bar):
        return out_bar * np.eye(*a.shape, dtype=a.dtype)

    @vjp(np.outer)                      the general case: one cotangent for each operand
    def outer(a, b, *, out_bar):
        return out_bar @ b, a @ out_bar

A body names its parameters as the primitive does. Arguments that it does not list are refused by the compiler: a rule
lists what it handles, and what cannot change the derivative. What branches on facts known to the compiler
(`if axis is None:`) is folded; a body that stays compound is called as a function.

Cotangents pair without conjugates: the cotangent of a complex x is dL/dx for holomorphic rules.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, Literal, TypeVar, get_args

import numpy as np

from adjoint.rules.methods import ATTRIBUTES, METHODS, PACKED

__all__ = [
    "ATTRIBUTES", "METHODS", "Rule", "RuleError", "UnsupportedArgument", "bind", "constant", "defaults", "draws",
    "elementwise", "generation", "is_constant", "is_pure", "jvp", "linear", "result_of", "rule_of", "rules", "vjp",
]  # fmt: skip

Form = Literal["elementwise", "linear", "vjp"]
Result = Literal["fresh", "view", "maybe"]
Body = TypeVar("Body", bound=Callable[..., Any])

RESERVED = ("out", "out_bar")


class RuleError(TypeError):
    """A rule is declared in a way that the compiler could not use."""


class UnsupportedArgument(Exception):
    """A call passes an argument that the primitive's rule does not list, or lacks one; `argument` says which.

    The compiler tells the user, with the place of the call.
    """

    def __init__(self, argument: str) -> None:
        super().__init__(argument)
        self.argument = argument


@dataclass(frozen=True)
class Rule:
    """What is known of one primitive.

    `operands` are the names of its differentiable parameters ("*name" for a variable number of them); `result` says
    whether its result owns its memory, is a view of an operand, or may be either; `renamed` maps a second name that the
    primitive knows a parameter by (`np.clip(x, min=0)`) to the body's. `borrows` says that a cotangent may share memory
    with `out_bar`, as that of a transpose does: whoever adds to it in place copies it first.
    """

    primitive: Callable[..., Any]
    form: Form
    body: Callable[..., Any]
    operands: tuple[str, ...]
    result: Result
    jvp: Callable[..., Any] | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    borrows: bool = False


@dataclass(frozen=True)
class _Constant:
    result: Result
    pure: bool


_rules: dict[Any, Rule] = {}
_constants: dict[Any, _Constant] = {}
_tangents: dict[Any, Callable[..., Any]] = {}
_generation = 0


# Questions


def rule_of(primitive: Any) -> Rule | None:
    """The rule of a primitive, None where there is none.

    >>> rule_of(np.tanh).operands
    ('x',)
    >>> rule_of([1]) is None
    True
    """
    found: Rule | None = _find(_rules, primitive)
    return found


def is_constant(primitive: Any) -> bool:
    """True where the derivative is zero everywhere it exists.

    >>> is_constant(np.argmax), is_constant(len), is_constant(np.sin)
    (True, True, False)
    """
    return _find(_constants, primitive) is not None or draws(primitive)


def draws(primitive: Any) -> bool:
    """True of what draws random numbers: constant, but its parameters have a derivative that is not known here.

    The compiler refuses active ones, since zero would be wrong: write `mean + scale * rng.normal()`.

        >>> draws(np.random.default_rng(0).normal), draws(np.random.rand), draws(np.argmax)
        (True, True, False)
    """
    bound = isinstance(primitive, (BuiltinMethodType, MethodType)) and primitive.__name__ not in ("shuffle", "permuted")
    return bound and isinstance(primitive.__self__, (np.random.Generator, np.random.RandomState, random.Random))


def is_pure(primitive: Any) -> bool:
    """True where a call has no effect and gives the same result again.

    >>> is_pure(np.sin), is_pure(len), is_pure(print), is_pure(np.random.rand)
    (True, True, False, False)
    """
    found = _find(_constants, primitive)
    return found.pure if found is not None else rule_of(primitive) is not None


def result_of(primitive: Any) -> Result:
    """Whether the result is "fresh", a "view" of an argument, or "maybe" a view (also where nothing is known).

    >>> result_of(np.sin), result_of(np.transpose), result_of(np.ravel), result_of(np.zeros)
    ('fresh', 'view', 'maybe', 'fresh')
    """
    found = rule_of(primitive) or _find(_constants, primitive)
    if found is not None:
        return found.result
    return "fresh" if draws(primitive) else "maybe"


def rules() -> tuple[Rule, ...]:
    """Every rule there is."""
    return tuple(_rules.values())


def generation() -> int:
    """A number that grows with each declaration: whoever caches what rules gave compares it."""
    return _generation


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

        >>> bind(rule_of(np.sum), ["x"], {"axis": 0})
        {'a': 'x', 'axis': 0}
        >>> bind(rule_of(np.transpose), ["x", 1, 0], {}, method=True)
        {'a': 'x', 'axes': (1, 0)}
        >>> bind(rule_of(np.sum), ["x"], {"dtype": int})
        Traceback (most recent call last):
        adjoint.rules.registry.UnsupportedArgument: dtype

    Raises UnsupportedArgument where the rule does not list an argument, or lacks one that it must have.
    """
    code = rule.body.__code__
    names = [n for n in code.co_varnames[: code.co_argcount] if n not in RESERVED]
    rest = _var_positional(rule.body)
    if method and len(args) > 2 and PACKED.get(rule.primitive) in names:
        args = [args[0], tuple(args[1:])]
    if len(args) > len(names) and rest is None:
        raise UnsupportedArgument(f"positional argument {len(names) + 1}")
    bound = dict(zip(names, args))
    if rest is not None:
        bound[rest] = tuple(args[len(names) :])
    allowed = {*names, *_keyword_only(rule.body)}.difference(RESERVED)
    for given, value in keywords.items():
        name = dict(rule.renamed).get(given, given)
        if name not in allowed or name in bound:
            raise UnsupportedArgument(given)
        bound[name] = value
    for name in names:
        if name not in bound and name not in defaults(rule):
            raise UnsupportedArgument(name)
    return bound


# Declarations


def elementwise(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
) -> Callable[[Body], Body]:
    """Declare a function that acts element by element, by its partial derivatives.

    The body returns one partial, or a tuple of them in the order of `operands` (by default all its parameters but
    `out`). The compiler multiplies by the cotangent and sums over what was broadcast. For holomorphic functions only.

        >>> import math
        >>> def softplus(x):
        ...     return math.log1p(math.exp(x))
        >>> @elementwise(softplus)
        ... def softplus_partial(x):
        ...     return 1 / (1 + math.exp(-x))
        >>> rule_of(softplus).body(0.0)
        0.5
    """

    def declare(body: Body) -> Body:
        names = _checked(primitives, body, result)
        chosen = tuple(n for n in names if n not in RESERVED) if operands is None else tuple(operands)
        _check_operands(body, chosen, names)
        return _add(primitives, "elementwise", body, chosen, result, renamed)

    return declare


def linear(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    borrows: bool = False,
) -> Callable[[Body], Body]:
    """Declare a function that is linear in its operands together, by its transpose.

    The body maps `out_bar` to the operand's cotangent (a tuple for several); of the operands it may read only shape and
    dtype. `operands` are by default the parameters without a default value.

        >>> def differences(x):
        ...     return x[1:] - x[:-1]
        >>> @linear(differences)
        ... def differences_transpose(x, *, out_bar):
        ...     return -np.diff(out_bar, prepend=0.0, append=0.0)
        >>> rule_of(differences).body(np.ones(3), out_bar=np.array([1.0, 10.0]))
        array([-1., -9., 10.])
    """

    def declare(body: Body) -> Body:
        chosen = _operands(primitives, body, operands, result)
        return _add(primitives, "linear", body, chosen, result, renamed, borrows)

    return declare


def vjp(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    borrows: bool = False,
) -> Callable[[Body], Body]:
    """Declare any differentiable function, by the product of a cotangent with its Jacobian.

    The body takes the primitive's parameters and, as far as it uses them, `out` and `out_bar`; it returns one cotangent
    for each operand. `operands` are by default the parameters without a default value.

        >>> def energy(x):
        ...     return x @ x
        >>> @vjp(energy)
        ... def energy_vjp(x, *, out_bar):
        ...     return 2 * out_bar * x
        >>> rule_of(energy).body(np.array([1.0, 2.0]), out_bar=1.0)
        array([2., 4.])
    """

    def declare(body: Body) -> Body:
        chosen = _operands(primitives, body, operands, result)
        return _add(primitives, "vjp", body, chosen, result, renamed, borrows)

    return declare


def jvp(*primitives: Callable[..., Any]) -> Callable[[Body], Body]:
    """Declare the tangent of a function that has, or will have, a rule by `vjp`.

    The body takes the operands, `out` where it uses it, and each operand's tangent: `x_dot` for `x`.

        >>> def energy(x):
        ...     return x @ x
        >>> @vjp(energy)
        ... def energy_vjp(x, *, out_bar):
        ...     return 2 * out_bar * x
        >>> @jvp(energy)
        ... def energy_jvp(x, x_dot):
        ...     return 2 * x @ x_dot
        >>> rule_of(energy).jvp is energy_jvp
        True
    """

    def declare(body: Body) -> Body:
        global _generation
        _check_primitives(primitives)
        _check_plain(body)
        for primitive in primitives:
            _tangents[primitive] = body
            if primitive in _rules:
                _rules[primitive] = replace(_rules[primitive], jvp=body)
        _generation += 1
        return body

    return declare


def constant(*primitives: Any, result: Result = "fresh", pure: bool = True) -> Any:
    """Declare functions whose derivative is zero; also a decorator.

    `pure=False` says that a call has an effect or may differ the next time: its result is recorded, never recomputed.

        >>> @constant
        ... def bucket(x):
        ...     return int(x // 10)
        >>> is_constant(bucket), is_pure(bucket)
        (True, True)
    """
    global _generation
    if not primitives:
        return lambda primitive: constant(primitive, result=result, pure=pure)
    _check_primitives(primitives)
    _check_result(result)
    for primitive in primitives:
        _constants[primitive] = _Constant(result, pure)
    _generation += 1
    return primitives[0] if len(primitives) == 1 else None


# Details


def _find(table: Mapping[Any, Any], primitive: Any) -> Any:
    try:
        return table.get(primitive)
    except TypeError:  # unhashable: no primitive
        return None


def _add(
    primitives: tuple[Any, ...],
    form: Form,
    body: Body,
    operands: tuple[str, ...],
    result: Result,
    renamed: Mapping[str, str] | None,
    borrows: bool = False,
) -> Body:
    global _generation
    pairs = tuple((renamed or {}).items())
    for primitive in primitives:
        _rules[primitive] = Rule(primitive, form, body, operands, result, _tangents.get(primitive), pairs, borrows)
    _generation += 1
    return body


def _operands(
    primitives: tuple[Any, ...], body: Any, operands: Sequence[str] | None, result: Result
) -> tuple[str, ...]:
    names = _checked(primitives, body, result)
    rest = _var_positional(body)
    if "out_bar" not in (*names, *_keyword_only(body)):
        raise RuleError(f"rule `{body.__name__}`: its body needs the parameter `out_bar`, best after a `*`")
    known = (*names, *_keyword_only(body), *([f"*{rest}"] if rest else []))
    if operands is not None:
        _check_operands(body, operands, known)
        return tuple(operands)
    given = len(body.__defaults__ or ())
    required = [n for n in names[: len(names) - given] if n not in RESERVED]
    return (*required, *([f"*{rest}"] if rest else []))


def _check_operands(body: Any, operands: Sequence[str], known: tuple[str, ...]) -> None:
    for name in operands:
        if name not in known:
            raise RuleError(f"rule `{body.__name__}`: operand `{name}` is none of its parameters {known}")


def _checked(primitives: tuple[Any, ...], body: Any, result: Result) -> tuple[str, ...]:
    """Check a declaration; return the names of the body's positional parameters."""
    _check_primitives(primitives)
    _check_plain(body)
    _check_result(result)
    code = body.__code__
    return tuple(code.co_varnames[: code.co_argcount])


def _check_primitives(primitives: tuple[Any, ...]) -> None:
    if not primitives:
        raise RuleError("name the function that the rule is for: @vjp(my_function)")
    for primitive in primitives:
        if not callable(primitive):
            raise RuleError(f"a rule is for a function, not for {primitive!r}")
        if _unhashable(primitive):
            raise RuleError(f"a rule needs a hashable function, which {primitive!r} is not")


def _unhashable(primitive: Any) -> bool:
    try:
        hash(primitive)
    except TypeError:
        return True
    return False


def _check_plain(body: Any) -> None:
    if not isinstance(body, FunctionType):
        raise RuleError(f"the body of a rule is a plain Python function, not {body!r}")
    if body.__code__.co_flags & 0x08:
        raise RuleError(f"rule `{body.__name__}`: list the keywords that it handles by name instead of `**`")


def _check_result(result: str) -> None:
    if result not in get_args(Result):
        raise RuleError(f'result is one of "fresh", "view" and "maybe", not {result!r}')


def _keyword_only(body: Any) -> tuple[str, ...]:
    code = body.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return tuple(names)


def _var_positional(body: Any) -> str | None:
    code = body.__code__
    if not code.co_flags & 0x04:
        return None
    return str(code.co_varnames[code.co_argcount + code.co_kwonlyargcount])
