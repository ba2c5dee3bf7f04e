"""The decorators that declare rules, and the checks of what is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, TypeVar, get_args

import numpy as np

from adjoint.classes import dataclass, replace
from adjoint.rules.table import (
    BODIES,
    CONSTANTS,
    FULLER,
    RESERVED,
    RULES,
    Constant,
    Form,
    Result,
    Rule,
    declared,
    keyword_only,
    var_positional,
)

Body = TypeVar("Body", bound=Callable[..., Any])
# What every ufunc takes and no derivative depends on; `out=` and `where=` become stores before rules are asked.
OF_UFUNCS = ("casting", "order", "subok", "dtype")


class RuleError(TypeError):
    """A rule is declared in a way that the compiler could not use."""


def elementwise(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    by_result: Callable[..., Any] | None = None,
) -> Callable[[Body], Body]:
    """Declare a function that acts element by element, by its partial derivatives.

    The body returns one partial, or a tuple of them in the order of `operands` (by default all its parameters but
    `out`). The compiler multiplies by the cotangent and sums over what was broadcast. For holomorphic functions only.
    `by_result` is a body of the same partials that reads `out`, for where the result is kept anyhow.

        >>> import math
        >>> from adjoint.rules.registry import rule_of
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
        if by_result is not None and _checked(primitives, by_result, result) != (*names, "out"):
            raise RuleError(f"rule `{by_result.__name__}`: its parameters are those of `{body.__name__}`, and `out`")
        return _add(primitives, "elementwise", body, chosen, _Given(result, renamed or {}, by_result=by_result))

    return declare


def linear(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    borrows: bool = False,
    shaped: Sequence[str] = (),
    ignored: Sequence[str] = (),
    affine: Sequence[str] = (),
    fuller: bool = False,
) -> Callable[[Body], Body]:
    """Declare a function that is linear in its operands together, by its transpose.

    The body maps `out_bar` to the operand's cotangent (a tuple for several); of the operands it may read only shape and
    dtype. `operands` are by default the parameters without a default value; `shaped` are parameters of which the
    function itself reads only shape and dtype, `ignored` arguments that do not matter to the derivative, `affine` those
    that add a constant, which the tangent is without. `fuller` says that the rule is for calls with arguments that
    another rule of the function does not list.

        >>> import numpy as np
        >>> from adjoint.rules.registry import rule_of
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
        given = _Given(result, renamed or {}, borrows, tuple(shaped), tuple(ignored), fuller, affine=tuple(affine))
        return _add(primitives, "linear", body, chosen, given)

    return declare


def vjp(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    borrows: bool = False,
    shaped: Sequence[str] = (),
    ignored: Sequence[str] = (),
    multilinear: bool = False,
    fuller: bool = False,
) -> Callable[[Body], Body]:
    """Declare any differentiable function, by the product of a cotangent with its Jacobian.

    The body takes the primitive's parameters and, as far as it uses them, `out` and `out_bar`; it returns one cotangent
    for each operand. `operands` are by default the parameters without a default value; of those in `shaped` the
    function itself reads only shape and dtype. `ignored` and `fuller` are as for `linear`. Forward mode needs a `jvp`
    besides, unless the function is `multilinear`: linear in each operand, as products are.

        >>> import numpy as np
        >>> from adjoint.rules.registry import rule_of
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
        given = _Given(result, renamed or {}, borrows, tuple(shaped), tuple(ignored), fuller, multilinear)
        return _add(primitives, "vjp", body, chosen, given)

    return declare


def jvp(
    *primitives: Callable[..., Any],
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    shaped: Sequence[str] = (),
    ignored: Sequence[str] = (),
    fuller: bool = False,
) -> Callable[[Body], Body]:
    """Declare the tangent of a function's result, by the product of its Jacobian with the operands' tangents.

    The body takes the primitive's parameters, as the body of its `vjp` does, and behind a `*` each operand's tangent
    (`x_dot` for `x`) and `out` where it uses it. It returns one term for each operand, in the result's shape, which
    mentions no other operand's tangent: the tangent is the sum of the terms of those that vary. A variable number of
    operands has one term together, and a tuple of tangents. Without a `vjp` the function is differentiated in forward
    mode alone; the options are that rule's, and otherwise those of the `vjp`.

        >>> import numpy as np
        >>> from adjoint.rules.registry import rule_of
        >>> def energy(x, k):
        ...     return k * (x @ x)
        >>> @vjp(energy)
        ... def energy_vjp(x, k, *, out_bar):
        ...     return 2 * k * out_bar * x, out_bar * (x @ x)
        >>> @jvp(energy)
        ... def energy_jvp(x, k, *, x_dot, k_dot):
        ...     return 2 * k * (x @ x_dot), k_dot * (x @ x)
        >>> rule_of(energy).jvp is energy_jvp
        True
    """

    def declare(body: Body) -> Body:
        _checked(primitives, body, result)
        operands = _tangents(body)
        given = _Given(result, renamed or {}, False, tuple(shaped), tuple(ignored), fuller)
        table = FULLER if fuller else RULES
        for primitive in primitives:
            known = table.get(primitive)
            if known is None or known.form == "jvp":
                rule = _rule(primitive, "jvp", body, operands, given, body)
            else:
                _check_fits(body, known)
                rule = replace(known, jvp=body)
            declared(primitive, body)
            table[primitive] = rule
        return body

    return declare


def constant(*primitives: Any, result: Result = "fresh", pure: bool | None = True) -> Any:
    """Declare functions whose derivative is zero; also a decorator.

    `pure=False` says that a call has an effect or may differ the next time: its result is recorded, never recomputed.
    With `pure=None` the functions' text decides.

        >>> from adjoint.rules.registry import is_constant, is_pure
        >>> @constant
        ... def bucket(x):
        ...     return int(x // 10)
        >>> is_constant(bucket), is_pure(bucket)
        (True, True)
    """
    if not primitives:
        return lambda primitive: constant(primitive, result=result, pure=pure)
    _check_primitives(primitives)
    _check_result(result)
    for primitive in primitives:
        declared(primitive)
        CONSTANTS[primitive] = Constant(result, pure)
    return primitives[0] if len(primitives) == 1 else None


@dataclass(frozen=True)
class _Given:
    """The options of a declaration."""

    result: Result
    renamed: Mapping[str, str]
    borrows: bool = False
    shaped: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    fuller: bool = False
    multilinear: bool = False
    affine: tuple[str, ...] = ()
    by_result: Callable[..., Any] | None = None


def _add(primitives: tuple[Any, ...], form: Form, body: Body, operands: tuple[str, ...], given: _Given) -> Body:
    table = FULLER if given.fuller else RULES
    for primitive in primitives:
        rule = _rule(primitive, form, body, operands, given)
        known = table.get(primitive)
        if known is not None and known.form == "jvp":
            _check_fits(known.body, rule)
        tangent = None if known is None or known.jvp is None or _misfit(known.jvp, rule) else known.jvp
        declared(primitive, body)
        table[primitive] = replace(rule, jvp=tangent)
    if form == "linear" and len(primitives) == 1:
        BODIES.setdefault(body, rule)
    return body


def _rule(primitive: Any, form: Form, body: Any, operands: tuple[str, ...], given: _Given, tangent: Any = None) -> Rule:
    ignored = OF_UFUNCS if isinstance(primitive, np.ufunc) else given.ignored
    pairs = tuple(given.renamed.items())
    return Rule(
        primitive, form, body, operands, given.result, tangent, pairs, given.borrows, given.shaped, ignored,
        given.multilinear, given.affine, given.by_result,
    )  # fmt: skip


def _tangents(body: Any) -> tuple[str, ...]:
    """The operands whose tangents a body takes."""
    dots = [n.removesuffix("_dot") for n in keyword_only(body) if n.endswith("_dot")]
    if not dots:
        raise RuleError(f"rule `{body.__name__}`: its body needs the operands' tangents behind a `*`: (x, *, x_dot)")
    rest = var_positional(body)
    return tuple([f"*{n}" if n == rest else n for n in dots])


def _check_fits(body: Any, rule: Rule) -> None:
    problem = _misfit(body, rule)
    if problem:
        raise RuleError(f"rule `{body.__name__}`: {problem}")


def _misfit(body: Any, rule: Rule) -> str:
    """Why the body of a jvp does not go with a rule; "" if it does."""
    if _tangents(body) != rule.operands:
        wanted = ", ".join([n.removeprefix("*") + "_dot" for n in rule.operands])
        return f"the operands of `{rule.body.__name__}` have the tangents {wanted}, in this order"
    dots = [n.removeprefix("*") + "_dot" for n in rule.operands]
    if _parameters(body).difference(dots) != _parameters(rule.body):
        return f"its parameters but the tangents are not those of `{rule.body.__name__}`"
    return ""


def _parameters(body: Any) -> set[str]:
    rest = var_positional(body)
    names = {*body.__code__.co_varnames[: body.__code__.co_argcount], *keyword_only(body), *([rest] if rest else [])}
    return names.difference(RESERVED)


def _operands(
    primitives: tuple[Any, ...], body: Any, operands: Sequence[str] | None, result: Result
) -> tuple[str, ...]:
    names = _checked(primitives, body, result)
    rest = var_positional(body)
    if "out_bar" not in (*names, *keyword_only(body)):
        raise RuleError(f"rule `{body.__name__}`: its body needs the parameter `out_bar`, best after a `*`")
    known = (*names, *keyword_only(body), *([f"*{rest}"] if rest else []))
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
