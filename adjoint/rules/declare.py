"""The decorators that declare rules, and the checks of what is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any, TypeVar, get_args

import numpy as np

from adjoint.rules.table import (
    CONSTANTS,
    FULLER,
    RESERVED,
    RULES,
    TANGENTS,
    Constant,
    Form,
    Result,
    Rule,
    changed,
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
) -> Callable[[Body], Body]:
    """Declare a function that acts element by element, by its partial derivatives.

    The body returns one partial, or a tuple of them in the order of `operands` (by default all its parameters but
    `out`). The compiler multiplies by the cotangent and sums over what was broadcast. For holomorphic functions only.

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
        return _add(primitives, "elementwise", body, chosen, result, renamed)

    return declare


def linear(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    borrows: bool = False,
    shaped: Sequence[str] = (),
    ignored: Sequence[str] = (),
    fuller: bool = False,
) -> Callable[[Body], Body]:
    """Declare a function that is linear in its operands together, by its transpose.

    The body maps `out_bar` to the operand's cotangent (a tuple for several); of the operands it may read only shape and
    dtype. `operands` are by default the parameters without a default value; `shaped` are parameters of which the
    function itself reads only shape and dtype, `ignored` arguments that do not matter to the derivative. `fuller` says
    that the rule is for calls with arguments that another rule of the function does not list.

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
        return _add(primitives, "linear", body, chosen, result, renamed, borrows, shaped, ignored, fuller)

    return declare


def vjp(
    *primitives: Callable[..., Any],
    operands: Sequence[str] | None = None,
    result: Result = "fresh",
    renamed: Mapping[str, str] | None = None,
    borrows: bool = False,
    shaped: Sequence[str] = (),
    ignored: Sequence[str] = (),
    fuller: bool = False,
) -> Callable[[Body], Body]:
    """Declare any differentiable function, by the product of a cotangent with its Jacobian.

    The body takes the primitive's parameters and, as far as it uses them, `out` and `out_bar`; it returns one cotangent
    for each operand. `operands` are by default the parameters without a default value; of those in `shaped` the
    function itself reads only shape and dtype. `ignored` and `fuller` are as for `linear`.

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
        return _add(primitives, "vjp", body, chosen, result, renamed, borrows, shaped, ignored, fuller)

    return declare


def jvp(*primitives: Callable[..., Any]) -> Callable[[Body], Body]:
    """Declare the tangent of a function that has, or will have, a rule by `vjp`.

    The body takes the operands, `out` where it uses it, and each operand's tangent: `x_dot` for `x`.

        >>> import numpy as np
        >>> from adjoint.rules.registry import rule_of
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
        _check_primitives(primitives)
        _check_plain(body)
        for primitive in primitives:
            TANGENTS[primitive] = body
            if primitive in RULES:
                RULES[primitive] = replace(RULES[primitive], jvp=body)
        changed()
        return body

    return declare


def constant(*primitives: Any, result: Result = "fresh", pure: bool = True) -> Any:
    """Declare functions whose derivative is zero; also a decorator.

    `pure=False` says that a call has an effect or may differ the next time: its result is recorded, never recomputed.

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
        CONSTANTS[primitive] = Constant(result, pure)
    changed()
    return primitives[0] if len(primitives) == 1 else None


def _add(
    primitives: tuple[Any, ...],
    form: Form,
    body: Body,
    operands: tuple[str, ...],
    result: Result,
    renamed: Mapping[str, str] | None,
    borrows: bool = False,
    shaped: Sequence[str] = (),
    ignored: Sequence[str] = (),
    fuller: bool = False,
) -> Body:
    pairs = tuple((renamed or {}).items())
    for primitive in primitives:
        tangent = TANGENTS.get(primitive)
        rest = OF_UFUNCS if isinstance(primitive, np.ufunc) else tuple(ignored)
        rule = Rule(primitive, form, body, operands, result, tangent, pairs, borrows, tuple(shaped), rest)
        (FULLER if fuller else RULES)[primitive] = rule
    changed()
    return body


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
