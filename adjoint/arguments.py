"""What the interface needs to know of a call's arguments: their exact key, which of them it refuses.

The exact key is finer than the kinds that a gradient is compiled for, and quick to make:

    >>> exact([1.0, np.zeros(3)])
    (<class 'list'>, (<class 'float'>, (dtype('float64'), (3,))))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from adjoint.analysis.kinds import is_data
from adjoint.errors import UnsupportedArgument
from adjoint.runtime import trees

# The exact key of a value of these types is its type.
PLAIN: frozenset[type] = frozenset([int, float, complex, bool, bytes, type(None), range])


@cache
def key_of(count: int) -> Callable[..., tuple[Any, ...]]:
    """Return the function that maps `count` arguments to their exact key.

    >>> key_of(2)(1.0, 2)
    (<class 'float'>, <class 'int'>)
    """
    names = [f"a{k}" for k in range(count)]
    keys = "".join(
        f"({n}.dtype, {n}.shape) if (t := type({n})) is ndarray else t if t in plain else exact({n}), " for n in names
    )
    space: dict[str, Any] = {"ndarray": np.ndarray, "plain": PLAIN, "exact": exact}
    exec(f"def key({', '.join(names)}): return ({keys})", space)
    made: Callable[..., tuple[Any, ...]] = space["key"]
    return made


def exact(value: Any) -> Any:
    """The exact key of one argument: what its kind depends on, and what its gradient's type depends on."""
    kind = type(value)
    if kind is np.ndarray:
        return value.dtype, value.shape
    if kind in (list, tuple) or isinstance(value, tuple):
        types = set(map(type, value))
        if len(types) == 1 and types <= PLAIN:  # a long list of numbers has a short key
            return kind, len(value), types.pop()
        return kind, tuple([exact(v) for v in value])
    if kind is dict:
        return kind, tuple([(k, exact(v)) for k, v in value.items()])
    if kind is str or isinstance(value, (type, np.dtype)) or callable(value):  # known by what it is, not by its type
        return (kind, value) if _hashable(value) else kind
    if kind is slice:
        return kind, value.start, value.stop, value.step
    if hasattr(value, "__dict__") and not isinstance(value, (np.ndarray, np.generic)):
        return kind, tuple([(k, exact(v)) for k, v in vars(value).items() if is_data(v)])
    return kind


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def check(names: Sequence[str], values: Sequence[Any], wrt: Sequence[str], title: str) -> None:
    """Refuse what has no derivative.

    Raises:
        UnsupportedArgument: for an argument in `wrt` that is not made of floats, and for an array of a subclass or of
            objects anywhere.
    """
    for name, value in zip(names, values):
        for leaf in trees.leaves(value):
            if isinstance(leaf, np.ndarray):
                _check_array(name, leaf, name in wrt)
            elif name in wrt:
                _check_number(name, leaf, title)
        if name in wrt and isinstance(value, (list, tuple, dict)) and not trees.leaves(value):
            raise UnsupportedArgument(f"`{name}` is empty: there is nothing to differentiate by")


def _check_array(name: str, value: Any, active: bool) -> None:
    kind = type(value)
    if kind is not np.ndarray:
        advice = "`.filled(...)`" if isinstance(value, np.ma.MaskedArray) else f"`np.asarray({name})`"
        raise UnsupportedArgument(f"`{name}` is a {kind.__name__}, not a plain array\n  Pass {advice}.")
    if value.dtype == object:
        raise UnsupportedArgument(f"`{name}` is an array of objects\n  Pass an array of floats: `.astype(float)`.")
    if active and value.dtype.kind not in "fc":
        raise UnsupportedArgument(
            f"`{name}` is an array of {value.dtype}, by which there is no derivative\n"
            f"  Pass `{name}.astype(float)`, or leave `{name}` out of `wrt`."
        )


def _check_number(name: str, value: Any, title: str) -> None:
    if isinstance(value, (bool, np.bool_)):
        raise UnsupportedArgument(f"`{name}` is a truth value, by which there is no derivative\n  Pass a number.")
    if not isinstance(value, (int, float, complex, np.integer, np.inexact)):
        raise UnsupportedArgument(
            f"`{name}` is a {type(value).__name__}, by which `{title}` has no derivative\n"
            "  Pass numbers and arrays of floats (also in lists, tuples and dictionaries), or choose another `wrt`."
        )
