"""Derivatives by steps, for functions of which only the values are known: an explicit choice, never a default.

The complex step (Squire and Trapp, 1998, SIAM Review 40, 110) loses no digits, and is for functions that are written
in holomorphic operations; central differences are for any, and keep about two thirds of the digits. Reverse mode takes
one or two evaluations for each number of the arguments, forward mode one or two in all.
"""

from __future__ import annotations

import inspect
import itertools
import linecache
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

import numpy as np

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import jvp, vjp

Function = TypeVar("Function", bound=Callable[..., Any])
Method = Literal["central", "complex"]

_numbers = itertools.count()
_TEMPLATE = """
def stepped_vjp({params}, *, out_bar):
    return pulled(function, ({params},), chosen, out_bar)
def stepped_jvp({params}, *, {dots}):
    return {terms}
"""


def by_steps(
    f: Any = None, *, method: Method = "central", step: float | None = None, operands: Sequence[str] | None = None
) -> Any:
    """Declare that a function's derivative is to be taken by central differences or by a complex step.

    For one that adjoint cannot read (compiled elsewhere, a table, a simulation), or should not. The function takes
    numbers and arrays by position and returns a number or an array. `operands` are its parameters by which there is a
    derivative, all if not given; for a function without a signature they are all its parameters. `step` is relative to
    an argument's size; by default the third root of the precision for central differences, 1e-30 for the complex step.

    >>> from adjoint import grad, jvp
    >>> @by_steps(method="complex")
    ... def drag(v, density):
    ...     return 0.5 * density * v**3
    >>> grad(lambda v: drag(v, 1.2))(10.0)
    180.0
    >>> jvp(lambda v: drag(v, 1.2))(10.0, 1.0)[1]
    180.0

    Raises:
        UnsupportedArgument: for another method, or a function whose parameters are not known.
    """
    if f is None:
        return lambda function: by_steps(function, method=method, step=step, operands=operands)
    if method not in ("central", "complex"):
        raise UnsupportedArgument(f'method={method!r}: give "central" or "complex"')
    names = _parameters(f, operands)
    chosen = tuple(names if operands is None else operands)
    size = step if step is not None else 1e-30 if method == "complex" else float(np.finfo(float).eps ** (1 / 3))
    along = _complex_step if method == "complex" else _central
    space: dict[str, Any] = {
        "__name__": getattr(f, "__module__", None) or "stepped",
        "function": f,
        "chosen": [names.index(n) for n in chosen],
        "pulled": lambda function, args, places, g: _pulled(along, function, args, places, g, size),
        "pushed": lambda function, args, place, dot: _pushed(along, function, args, place, dot, size),
    }
    params = ", ".join(names)
    terms = [f"pushed(function, ({params},), {names.index(n)}, {n}_dot)" for n in chosen]
    text = _TEMPLATE.format(
        params=params,
        dots=", ".join(f"{n}_dot" for n in chosen),
        terms=terms[0] if len(terms) == 1 else f"({', '.join(terms)})",
    )
    file = f"<by_steps {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), space)
    vjp(f, operands=chosen)(space["stepped_vjp"])
    jvp(f)(space["stepped_jvp"])
    return f


def _parameters(f: Any, operands: Sequence[str] | None) -> list[str]:
    """The names of a function's parameters."""
    try:
        found = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        if operands is None:
            name = getattr(f, "__name__", "the function")
            raise UnsupportedArgument(f"the parameters of `{name}` are not known\n  Name them: `operands=`.") from None
        return list(operands)
    return [p.name for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def _pulled(along: Callable[..., Any], f: Any, args: Sequence[Any], places: Sequence[int], g: Any, size: float) -> Any:
    """The cotangents of the arguments at some places: the derivative along each of their numbers, times the seed."""
    found = []
    for place in places:
        value = np.asarray(args[place], dtype=float)
        bar = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            unit = np.zeros(value.shape)
            unit[index] = 1.0
            bar[index] = np.sum(np.asarray(g) * along(f, args, place, unit, size))
        found.append(bar if isinstance(args[place], np.ndarray) else float(bar))
    return found[0] if len(found) == 1 else tuple(found)


def _pushed(along: Callable[..., Any], f: Any, args: Sequence[Any], place: int, dot: Any, size: float) -> Any:
    """The derivative along a tangent of one argument."""
    length = float(np.max(np.abs(dot), initial=0.0))
    if length == 0.0:
        return 0.0 * np.asarray(f(*args))
    found = length * along(f, args, place, np.asarray(dot) / length, size)
    return found if np.ndim(found) else float(found)


def _central(f: Any, args: Sequence[Any], place: int, direction: Any, size: float) -> Any:
    h = size * max(1.0, float(np.max(np.abs(args[place]), initial=0.0)))
    return (_moved(f, args, place, h * direction) - _moved(f, args, place, -h * direction)) / (2 * h)


def _complex_step(f: Any, args: Sequence[Any], place: int, direction: Any, size: float) -> Any:
    return np.imag(_moved(f, args, place, 1j * size * direction)) / size


def _moved(f: Any, args: Sequence[Any], place: int, by: Any) -> Any:
    moved = args[place] + by
    moved = moved if isinstance(args[place], np.ndarray) else moved.item() if hasattr(moved, "item") else moved
    return np.asarray(f(*args[:place], moved, *args[place + 1 :]))


__all__ = ["by_steps"]
