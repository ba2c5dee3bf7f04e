"""Derivatives behind an overflow: computed once more, in extended precision, where double precision gives nan.

    np.log(1 + np.exp(x)) at 1000       exp(1000) is inf, and the slope 0 · inf is nan
                                        in 80 bits exp(1000) is 2e434, and the slope 1

Extended precision has the exponents, up to 1e4932, that the chain rule's factors need. It is ten times slower, so it
is an option, and used for those calls alone that gave a nan for arguments without one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from adjoint.entries import Mode, said
from adjoint.errors import UnsupportedArgument, UnsupportedByNumba
from adjoint.gradient import Gradient
from adjoint.runtime import trees

P = ParamSpec("P")
R = TypeVar("R")

MODES: frozenset[Mode] = frozenset(["grad", "value_and_grad", "jacobian", "jacfwd", "jacauto", "jvp", "elementwise"])
WIDE = np.finfo(np.longdouble).maxexp > np.finfo(float).maxexp


def extended(derivative: Callable[P, R]) -> Callable[P, R]:
    """Return the same derivative, but with numbers for the nan that come of an overflow on the way.

    >>> import adjoint
    >>> import numpy as np
    >>> def softplus(x):
    ...     return np.log(1 + np.exp(x))
    >>> with np.errstate(over="ignore", invalid="ignore"):
    ...     adjoint.grad(softplus)(np.float64(1000.0)), extended(adjoint.grad(softplus))(np.float64(1000.0))
    (np.float64(nan), np.float64(1.0))

    A call that gives a nan is made once more with the arguments in extended precision (NumPy's `longdouble`), and what
    is a number there takes the places of the nan. A nan stays where the arguments have one, where the function draws
    random numbers or has an effect, and where it calls what knows no extended precision, as `np.linalg` does.

    Parameters
    ----------
    derivative
        What `grad`, `value_and_grad`, `jvp`, `jacobian`, `hessian`, `hvp` or `elementwise_grad` returned.

    Raises
    ------
    UnsupportedArgument
        For anything else; on machines whose `longdouble` has no more exponents than a double.
    """
    if not isinstance(derivative, Gradient) or derivative.mode not in MODES:
        what = said(derivative.mode) if isinstance(derivative, Gradient) else type(derivative).__name__
        raise UnsupportedArgument(
            f"`extended` of a {what}\n  Give it what `grad`, `value_and_grad`, `jvp` or `jacobian` returned."
        )
    if not WIDE:
        raise UnsupportedArgument("`extended`: on this machine NumPy's `longdouble` is a double")
    made: Any = _Extended(derivative)
    return made  # type: ignore[no-any-return]


class _Extended(Generic[P, R]):
    def __init__(self, derivative: Gradient[P, R]) -> None:
        self.derivative = derivative

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        found = self.derivative(*args, **kwargs)
        if not _has_nan(found) or _has_nan((args, kwargs)) or self._acts():
            return found
        wide, named = trees.map_parts(_widened, (args, kwargs))
        try:
            again = self.derivative(*wide, **named)
        except (TypeError, UnsupportedByNumba):  # `np.linalg` and others know no extended numbers
            return found
        return trees.map_parts(_filled, found, again)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<extended {self.derivative!r}>"

    def _acts(self) -> bool:
        """Does the function do something that a second run would do again?"""
        again = self.derivative.last.again
        return again is not None and again.certain


def _has_nan(tree: Any) -> bool:
    return any(_is_inexact(leaf) and bool(np.isnan(leaf).any()) for leaf in trees.parts(tree))


def _is_inexact(leaf: Any) -> bool:
    return isinstance(leaf, (float, complex, np.inexact)) or isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fc"


def _widened(leaf: Any) -> Any:
    if not _is_inexact(leaf):
        return leaf
    wide = np.clongdouble if np.iscomplexobj(leaf) else np.longdouble
    return leaf.astype(wide) if isinstance(leaf, np.ndarray) else wide(leaf)


def _filled(leaf: Any, wide: Any) -> Any:
    """A value with numbers of the wider one in the places of its nan."""
    if not _is_inexact(leaf):
        return leaf
    if isinstance(leaf, np.ndarray):
        return np.where(np.isnan(leaf), wide, leaf).astype(leaf.dtype)
    return type(leaf)(wide) if np.isnan(leaf) else leaf
