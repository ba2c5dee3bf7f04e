"""Memory for time: what a function or a loop computes on the way is computed again by the reverse sweep, not kept.

    @checkpoint                              the record of a call of g is its arguments
    def g(x): …

    for i in checkpoint(range(n), snapshots=20): …       the record of the loop is 20 of its states
    while checkpoint(err > tol, snapshots=20): …

A checkpointed function is an object that calls it; a loop's head is what it is without `checkpoint`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

from adjoint.errors import UnsupportedArgument
from adjoint.runtime.objects import global_name


def checkpoint(f: Any = None, *, snapshots: int | None = None) -> Any:
    """Return a function whose intermediate values are computed again by the reverse sweep; also a decorator.

    Inside a function that is differentiated, the record of a call is its arguments alone: the reverse sweep runs the
    function once more, and then backwards. Values and derivatives are those of the function itself.

    >>> import adjoint
    >>> import numpy as np
    >>> @adjoint.checkpoint
    ... def layer(w, x):
    ...     return np.tanh(w * x)
    >>> adjoint.grad(lambda w: layer(w, layer(w, 1.0)))(0.0)
    0.0

    For a loop, wrap what it runs over, or the condition of a `while`, and say how many of its states may be kept at a
    time. Which ones these are follows the binomial schedule, for which the fewest steps are computed again.

    >>> def power(x, n):
    ...     y = 1.0
    ...     for _ in adjoint.checkpoint(range(n), snapshots=3):
    ...         y = y * x
    ...     return y
    >>> adjoint.grad(power)(2.0, 10)
    5120.0

    Parameters
    ----------
    f
        A function; or the sequence that a loop runs over, or the condition of a `while` loop, which are returned as
        they are.
    snapshots
        For a loop, how many states are kept at a time: at least 1.

    Raises
    ------
    UnsupportedArgument
        If `snapshots` is given for a function, or is less than 1.

    References
    ----------
    Griewank, Walther (2000), "Algorithm 799: revolve", ACM Transactions on Mathematical Software 26, 19-45.
    """
    if snapshots is None:
        return checkpoint if f is None else Checkpointed(f)
    if callable(f) or f is None:
        raise UnsupportedArgument("`snapshots` is for loops: a checkpointed function keeps its arguments")
    counted(snapshots)
    return f


class Checkpointed:
    """A function whose calls keep nothing but their arguments for the reverse sweep."""

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise UnsupportedArgument(
                "a checkpointed loop needs the number of states to keep\n  Write `checkpoint(…, snapshots=20)`."
            )
        functools.update_wrapper(self, function, updated=())
        self.function = function

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self.function(*args, **keywords)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Pickle by name what a name leads to, and the rest by what it was made of."""
        return global_name(self) or (type(self), (self.function,))

    def __repr__(self) -> str:
        return f"<checkpointed {self.__name__}>"  # type: ignore[attr-defined]


def counted(snapshots: int) -> None:
    """Mark a loop that keeps so many of its states: its first statement, from normalization until it is outlined.

    Raises:
        UnsupportedArgument: for a number below 1.
    """
    if snapshots < 1:
        raise UnsupportedArgument(f"snapshots={snapshots}: a checkpointed loop keeps at least one state")


def outline(title: str) -> None:
    """Mark a body that runs once, of which the arguments are kept, by the name of its function."""


MARKS = (counted, outline)
