"""Derivatives compared with central differences: the check for a user's own tests.

The dot product of a gradient with a direction is the derivative along that direction, which two calls of the function
give: random directions and a random seed check all of a Jacobian at once, up to chance.

>>> check_grads(lambda x: x**3, (2.0,), order=2)
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from itertools import count
from types import MethodType
from typing import Any

import numpy as np

from adjoint.binding import Wrt
from adjoint.classes import dataclass
from adjoint.errors import UnsupportedArgument
from adjoint.forward_mode import Pushforward
from adjoint.gradient import Gradient
from adjoint.runtime import trees

# With a step h, differences are wrong by about h² (the next term) and eps/h (rounding): least where h is eps^(1/3).
# The tolerance leaves room for derivatives of higher order that are large.
_TOLERANCE = {"e": 5e-2, "f": 5e-3, "d": 1e-6}
_LOCATED = 1000  # up to so many numbers, a wrong gradient is searched for its worst one

_number = count()


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    wrt: Wrt | None = None,
    modes: Sequence[str] = ("rev",),
    order: int = 1,
    *,
    rtol: float | None = None,
    atol: float = 1e-9,
    step: float | None = None,
    seed: int = 0,
) -> None:
    """Check the derivatives of a function against central differences, one argument after another.

    Parameters
    ----------
    f
        A function of numbers and arrays with any result, or what `grad` made of one: the function itself is checked.
    args
        Where to check: a point near which `f` is smooth.
    wrt
        The parameters to check, by position or name; all that are floats if not given.
    modes
        Ways of differentiating: "rev" is reverse mode, "fwd" forward mode (with order 2, forward over the gradient).
    order
        2 checks the gradients of the gradient too.
    rtol, atol
        Largest differences allowed, relative and absolute; `rtol` is chosen by the arguments' precision if not given.
    step
        Step of the differences, relative to the argument's size; chosen by precision if not given.

    Raises
    ------
    AssertionError
        If a derivative is wrong: the message names the argument and gives both numbers.
    UnsupportedArgument
        If the function's result is another each time, so that differences say nothing.
    """
    if unknown := [m for m in modes if m not in ("rev", "fwd")]:
        raise UnsupportedArgument(f"modes={tuple(modes)!r}: there is no mode {unknown[0]!r}\n  Use 'rev' and 'fwd'.")
    if order not in (1, 2):
        raise UnsupportedArgument(f"order={order!r}: give 1 or 2")
    probe: Gradient[..., Any] = Gradient(primal_of(f), 0 if wrt is None else wrt, "vjp")
    values = probe.values(*args)
    names = probe.wrt if wrt is not None else _floats(probe.parameters, values)
    if not names:
        raise UnsupportedArgument(f"`{probe.title}`: none of the arguments is a float\n  Give one, or `wrt`.")
    precision = _precision(values, rtol, atol, step)
    random = np.random.default_rng(seed)
    for name in names:
        _check_first(probe.primal, values, name, modes, precision, random, probe.title)
    if order == 2:
        scalar, values = _scalar(probe, values, random)
        for name in names:
            by_name: Gradient[..., Any] = Gradient(scalar, name, "grad")
            for other in names:
                title = f"the gradient of {probe.title} by {name}"
                _check_first(by_name, values, other, modes, precision, random, title)


@dataclass(frozen=True)
class _Precision:
    rtol: float
    atol: float
    step: float
    eps: float


def _precision(values: Sequence[Any], rtol: float | None, atol: float, step: float | None) -> _Precision:
    kinds = [np.asarray(leaf).dtype for leaf in trees.leaves(values) if is_float(leaf)]
    eps = max((float(np.finfo(kind).eps) for kind in kinds), default=float(np.finfo(float).eps))
    name = "e" if eps > 1e-4 else "f" if eps > 1e-8 else "d"
    eps = max(eps, float(np.finfo(float).eps))
    return _Precision(_TOLERANCE[name] if rtol is None else rtol, atol, eps ** (1 / 3) if step is None else step, eps)


def _check_first(
    f: Callable[..., Any],
    values: tuple[Any, ...],
    name: str,
    modes: Sequence[str],
    p: _Precision,
    random: Any,
    title: str,
) -> None:
    pull: Gradient[..., Any] = Gradient(f, name, "vjp")
    which = pull.parameters.index(name)
    positional, keywords = pull.split(trees.private(values))
    out, pullback = pull(*positional, **keywords)
    seed = trees.map_leaves(lambda leaf: _random(leaf, random), out)
    gradient = pullback(seed) if "rev" in modes else None
    direction = trees.map_leaves(lambda leaf: _random(leaf, random), values[which])
    step = p.step * max([1.0, *(float(np.max(np.abs(leaf), initial=0.0)) for leaf in trees.leaves(values[which]))])

    def along(towards: Any) -> float:
        """The derivative of the seeded result in a direction, by central differences."""
        parts = []
        for sign in (step, -step):
            moved = trees.map_leaves(lambda x, d, sign=sign: _moved(x, sign * d), values[which], towards)
            positional, keywords = pull.split(trees.private((*values[:which], moved, *values[which + 1 :])))
            parts.append(_dot(seed, f(*positional, **keywords)))
        return (parts[0] - parts[1]) / (2 * step)

    expected, found = along(direction), {}
    if "rev" in modes:
        found["rev"] = _dot(gradient, direction), _dot(gradient, direction, absolute=True)
    if "fwd" in modes:
        push: Pushforward[...] = Pushforward(f, name, "jvp")
        tangent = push(trees.private(values), (direction,))[1]
        found["fwd"] = _dot(seed, tangent), _dot(seed, tangent, absolute=True)
    rounding = 100 * p.eps / step * _dot(seed, out, absolute=True)
    for mode, (got, size) in found.items():
        if abs(expected - got) <= p.rtol * max(abs(expected), abs(got), size) + p.atol + rounding:
            continue
        _refuse_varying(f, lambda: pull.split(trees.private(values)), title)
        raise AssertionError(
            f"the derivative of `{title}` by `{name}` is wrong{' in forward mode' if mode == 'fwd' else ''}\n"
            f"  along a random direction: expected {expected:.10g} (central differences), got {got:.10g}"
            + (_located(values[which], gradient, along, name) if mode == "rev" else "")
        )


def _refuse_varying(f: Callable[..., Any], arguments: Callable[[], Any], title: str) -> None:
    """Refuse a function of which two calls with the same arguments give different results."""
    results = []
    for _ in range(2):
        positional, keywords = arguments()
        results.append([np.asarray(leaf) for leaf in trees.leaves(f(*positional, **keywords))])
    if not all(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc") for a, b in zip(*results)):
        raise UnsupportedArgument(
            f"`{title}` gives another result when it is called again with the same arguments\n"
            "  Let what it draws or counts be an argument, or begin with the same state at each call."
        )


def _located(argument: Any, gradient: Any, along: Callable[[Any], float], name: str) -> str:
    """The element of a small array whose derivative is worst, as a line of the message."""
    if not isinstance(argument, np.ndarray) or not 0 < argument.size <= _LOCATED:
        return ""
    numeric = np.zeros(argument.shape)
    for index in np.ndindex(argument.shape):
        towards = np.zeros_like(argument)
        towards[index] = 1.0
        numeric[index] = along(towards)
    difference = np.abs(numeric - np.real(gradient))
    worst = np.unravel_index(np.argmax(np.where(np.isnan(difference), np.inf, difference)), argument.shape)
    place = name + (f"[{', '.join(str(int(k)) for k in worst)}]" if worst else "")
    return f"\n  most at `{place}`: expected {numeric[worst]:.10g}, got {np.real(gradient)[worst]:.10g}"


def primal_of(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function that a gradient was made of."""
    while True:
        if isinstance(f, Gradient):
            f = f.__wrapped__
        elif isinstance(f, MethodType) and isinstance(f.__func__, Gradient):
            f = MethodType(f.__func__.__wrapped__, f.__self__)
        else:
            return f


def _scalar(probe: Gradient[..., Any], values: tuple[Any, ...], random: Any) -> tuple[Any, tuple[Any, ...]]:
    """A function of one number: the function itself, or the dot product of its result with a random seed."""
    positional, keywords = probe.split(trees.private(values))
    out = probe.primal(*positional, **keywords)
    if not isinstance(out, (np.ndarray, list, tuple, dict)):
        return probe.primal, values
    if isinstance(out, (list, dict)):
        raise UnsupportedArgument(f"order=2: `{probe.title}` returns a {type(out).__name__}\n  Return a tuple.")
    names = ", ".join(probe.parameters)
    passed = [*probe.parameters[: len(positional)], *(f"{n}={n}" for n in keywords)]
    called = f"function({', '.join(passed)})"
    if isinstance(out, tuple):
        total = " + ".join(f"(seeds[{k}] * outs[{k}]).sum()" for k in range(len(out)))
        body = f"    outs = {called}\n    return {total}\n"
    else:
        body = f"    return (seeds * {called}).sum()\n"
    seeds = trees.map_leaves(lambda leaf: np.asarray(_random(leaf, random)), out)
    return _defined(f"def dotted({names}):\n{body}", {"function": probe.primal, "seeds": seeds}), values


def _defined(text: str, space: dict[str, Any]) -> Any:
    """Define a function by text that the compiler can read again."""
    file = f"<check_grads {next(_number)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), space)
    return space["dotted"]


def _floats(names: Sequence[str], values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(n for n, v in zip(names, values) if (leaves := trees.leaves(v)) and all(map(is_float, leaves)))


def is_float(leaf: Any) -> bool:
    if isinstance(leaf, np.ndarray):
        return leaf.dtype.kind in "fc"
    return isinstance(leaf, (float, complex, np.inexact))


def _random(leaf: Any, random: Any) -> Any:
    """A random number or array like `leaf`."""
    drawn = random.standard_normal(np.shape(leaf))
    if np.iscomplexobj(leaf):
        drawn = drawn + 1j * random.standard_normal(np.shape(leaf))
    if not isinstance(leaf, np.ndarray):
        return complex(drawn) if np.iscomplexobj(drawn) else float(drawn)
    return drawn.astype(leaf.dtype) if leaf.dtype.kind in "fc" else np.asarray(drawn)


def _moved(leaf: Any, change: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return (leaf + change).astype(leaf.dtype)
    return type(leaf)(leaf + change) if isinstance(leaf, np.inexact) else leaf + change


def _dot(first: Any, second: Any, absolute: bool = False) -> float:
    """The bilinear product of two trees, its real part; or the sum of its terms' sizes."""
    parts: list[float] = []

    def add(a: Any, b: Any) -> None:
        product = np.asarray(a, dtype=np.result_type(a, float)) * b
        parts.append(float(np.sum(np.abs(product) if absolute else np.real(product))))

    trees.map_leaves(add, first, second)
    return sum(parts)
