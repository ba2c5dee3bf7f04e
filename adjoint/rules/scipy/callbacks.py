"""Derivatives of a function that a solver is given, found when the solver's rule runs.

The function is compiled as any that is known only when it runs (`adjoint.runtime.dispatch`), and kept with it. What a
function captures from around it must not vary: the compiler refuses that, and parameters go in `args=`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adjoint.calls.callable import can_vary
from adjoint.runtime.dispatch import call_forward, call_jvp, call_reverse
from adjoint.runtime.tangents import zero_tangent


def as_tuple(args: Any) -> tuple[Any, ...]:
    """The arguments behind the unknown, as SciPy takes them.

    >>> as_tuple(2.0), as_tuple((1.0, 2.0))
    ((2.0,), (1.0, 2.0))
    """
    return args if isinstance(args, tuple) else () if args is None else (args,)


def like_args(args: Any, parts: Sequence[Any]) -> Any:
    """Something for each argument, in the form that the arguments were given in."""
    return tuple(parts) if isinstance(args, tuple) else parts[0] if parts else 0.0


def pulled(f: Callable[..., Any], args: Sequence[Any], seed: Any) -> list[Any]:
    """The cotangents of all arguments of `f`, those of its result being `seed`; 0.0 for what cannot vary.

    >>> pulled(lambda x, p: x * p, (2.0, 5.0), 1.0)
    [5.0, 2.0]
    """
    by = tuple([k for k, arg in enumerate(args) if can_vary(arg)])
    out, record = call_forward(f, by, *args)
    found = dict(zip(by, call_reverse(record, like_result(out, seed))))
    return [found.get(k, 0.0) for k in range(len(args))]


def pushed(f: Callable[..., Any], args: Sequence[Any], dots: Sequence[Any]) -> Any:
    """The tangent of `f` at its arguments along their tangents.

    >>> pushed(lambda x, p: x * p, (2.0, 5.0), (0.0, 10.0))
    20.0
    """
    by = tuple([k for k, arg in enumerate(args) if can_vary(arg)])
    return call_jvp(f, by, tuple([dots[k] for k in by]), *args)[1]


def jacobian(f: Callable[..., Any], args: Sequence[Any]) -> Any:
    """The derivatives of a vector that `f` gives by the vector that is its first argument, one row a result.

    >>> jacobian(lambda x: [x[0] * x[1], x[1]], (np.array([2.0, 5.0]),))
    array([[5., 2.],
           [0., 1.]])
    """
    out, record = call_forward(f, (0,), *args)
    units = np.eye(np.size(out))
    return np.stack([np.ravel(call_reverse(record, like_result(out, unit))[0]) for unit in units])


def like_result(out: Any, seed: Any) -> Any:
    """The cotangent of a result, given as a vector or number, in the result's form."""
    if isinstance(out, (list, tuple)):
        return type(out)(np.ravel(seed).tolist())
    return np.reshape(seed, np.shape(out)) if np.ndim(out) else float(np.reshape(seed, ()))


def still(args: Sequence[Any]) -> tuple[Any, ...]:
    """The tangents of arguments that do not vary."""
    return tuple([zero_tangent(arg) for arg in args])


def scaled(g: Any, factor: Any) -> Any:
    """A cotangent times a number."""
    if isinstance(g, (list, tuple)):
        return type(g)([scaled(part, factor) for part in g])
    return g * factor
