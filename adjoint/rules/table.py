"""The tables of rules and constants, and what stands in them.

`declare` fills them, `registry` answers questions about them; `generation` counts the declarations, `THEIRS` has what
is declared by others than this package.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, Literal

import numpy as np

from adjoint.classes import dataclass
from adjoint.rules import late

Form = Literal["elementwise", "linear", "vjp", "jvp"]
Result = Literal["fresh", "view", "maybe"]

# Parameters of a body that are no parameters of the primitive.
RESERVED = ("out", "out_bar")


@dataclass(frozen=True)
class Rule:
    """What is known of one primitive.

    `operands` are the names of its differentiable parameters ("*name" for a variable number of them); `result` says
    whether its result owns its memory, is a view of an operand, or may be either; `renamed` maps a second name that the
    primitive knows a parameter by (`np.clip(x, min=0)`) to the body's. `borrows` says that a cotangent may share memory
    with `out_bar`, as that of a transpose does: whoever adds to it in place copies it first. Of parameters in `shaped`
    the primitive reads shape and dtype only, so that they may vary without any influence. Arguments in `ignored` are
    taken and do not matter to the derivative: memory order, casting, the dtype in which a sum is made.

    The tangent: of an elementwise rule the sum of the partials times the operands' tangents; of a linear one the
    primitive itself of the tangents, zeros standing for those of operands that do not vary, without the arguments in
    `affine`, which add a constant; of a `multilinear` one the sum over the operands of the primitive with that operand
    replaced by its tangent; else what `jvp` gives. A rule of the form "jvp" has no vjp: its body is its jvp.

    `by_result` is another body of an elementwise rule, in terms of the result: for a result that is kept anyhow.
    """

    primitive: Callable[..., Any]
    form: Form
    body: Callable[..., Any]
    operands: tuple[str, ...]
    result: Result
    jvp: Callable[..., Any] | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    borrows: bool = False
    shaped: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    multilinear: bool = False
    affine: tuple[str, ...] = ()
    by_result: Callable[..., Any] | None = None

    @property
    def has_tangent(self) -> bool:
        """Can it be differentiated in forward mode?"""
        return self.form in ("elementwise", "linear") or self.multilinear or self.jvp is not None


@dataclass(frozen=True)
class Constant:
    """A function whose derivative is zero; `pure` is None as long as nobody has looked."""

    result: Result
    pure: bool | None


RULES: dict[Any, Rule] = {}
BODIES: dict[Any, Rule] = {}  # of linear rules, by their body where it serves one primitive
FULLER: dict[Any, Rule] = {}  # rules for calls with rarer arguments, which the rules in RULES do not list
CONSTANTS: dict[Any, Constant] = {}
NAMED: dict[str, Constant] = {}  # constants by the path they are defined at
THEIRS: dict[Any, bool] = {}  # what users have declared: is it called only by those who name it?
DECLARATIONS = [0]  # how many there have been: a list, which is quicker to ask than a function
_complete = False


def declared(primitive: Any, body: Any = None) -> None:
    """Count a user's declaration, of a rule by this body or of a constant; called ahead of what it does to the tables.

    Ours are made before anything is asked about them.
    """
    packages = {_package(primitive), *([] if body is None else [_package(body)])}
    if "adjoint" not in packages and (_complete or body is not None):
        THEIRS.setdefault(primitive, _is_named(primitive))
    if _complete and (body is None or packages != {"adjoint"}):
        changed()


def _is_named(primitive: Any) -> bool:
    """Is it called by name? Operators, methods and rules of ours call NumPy's and Python's own functions too."""
    if isinstance(primitive, np.ufunc):
        return getattr(np, primitive.__name__, None) is not primitive
    return _package(primitive) == "scipy" or (isinstance(primitive, FunctionType) and _package(primitive) != "numpy")


def _package(primitive: Any) -> str:
    return str(getattr(primitive, "__module__", None)).partition(".")[0]


def complete() -> None:
    """Say that our own constants are all declared: those to come are users'."""
    global _complete
    _complete = True


def changed() -> None:
    """Let whoever caches what the compiler gave compile anew."""
    DECLARATIONS[0] += 1


def generation() -> int:
    """A number that grows with each declaration: whoever caches what rules gave compares it."""
    return DECLARATIONS[0]


def restore(
    rules: dict[Any, Rule],
    fuller: dict[Any, Rule],
    constants: dict[Any, Constant],
    count: int,
    theirs: dict[Any, bool],
) -> None:
    """Let what was declared before hold against what has been declared since, and count as at that time."""
    for primitive in {*rules, *constants}:
        for table in (RULES, FULLER, CONSTANTS):
            table.pop(primitive, None)
    RULES.update(rules)
    FULLER.update(fuller)
    CONSTANTS.update(constants)
    THEIRS.clear()
    THEIRS.update(theirs)
    DECLARATIONS[0] = count


def find(table: dict[Any, Any], primitive: Any) -> Any:
    """The entry of a primitive, None where there is none."""
    try:
        found = table.get(primitive)
    except TypeError:  # unhashable: no primitive
        return None
    if found is None and late.wanted(primitive):
        return table.get(primitive)
    return found


def constant_of(primitive: Any) -> Constant | None:
    """What is known of a function whose derivative is zero, None where it is not said to be."""
    found: Constant | None = find(CONSTANTS, primitive)
    if found is None:
        found = NAMED.get(f"{getattr(primitive, '__module__', '')}.{getattr(primitive, '__name__', '')}")
    ufunc = getattr(primitive, "__self__", None)
    if found is None and isinstance(ufunc, np.ufunc) and primitive.__name__ != "at":  # np.logical_and.reduce
        found = find(CONSTANTS, ufunc)
    return found


def keyword_only(body: Any) -> tuple[str, ...]:
    code = body.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return tuple(names)


def var_positional(body: Any) -> str | None:
    code = body.__code__
    if not code.co_flags & 0x04:
        return None
    return str(code.co_varnames[code.co_argcount + code.co_kwonlyargcount])
