"""What the interface needs to know of a call's arguments: their exact key, which of them it refuses.

The exact key is finer than the kinds that a gradient is compiled for, and quick to make:

    >>> exact([1.0, np.zeros(3)])
    (<class 'list'>, (<class 'float'>, (dtype('float64'), (3,))))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NoReturn

import numpy as np

from adjoint.analysis.values import is_data
from adjoint.errors import UnsupportedArgument
from adjoint.runtime import trees
from adjoint.runtime.objects import fields_of, is_object

Real = Callable[[tuple[Any, ...]], tuple[Any, ...]]
Fits = Callable[..., bool]

_DEPTH = 8  # how deep the parts of objects are told apart

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


def fitting(values: Sequence[Any]) -> Fits:
    """Return a quick test that arguments have the same exact key as these; what it does not know does not fit.

    >>> fits = fitting([np.zeros(3), 2.0])
    >>> fits(np.ones(3), 5.0), fits(np.ones(3), 5), fits(np.ones(4), 5.0)
    (True, False, False)
    """
    arrays = tuple([type(v) is np.ndarray for v in values])
    if not all(is_array or type(v) in PLAIN for v, is_array in zip(values, arrays)):
        return _never
    known = [(v.dtype, v.shape) if is_array else (type(v),) for v, is_array in zip(values, arrays)]
    return _tests_of(arrays)(*[part for parts in known for part in parts])


def _never(*values: Any) -> bool:
    return False


@cache
def _tests_of(arrays: tuple[bool, ...]) -> Callable[..., Fits]:
    """What makes such tests for arguments of which these are arrays."""
    names = [f"a{k}" for k in range(len(arrays))]
    known = [part for n, a in zip(names, arrays) for part in ([f"{n}_dtype", f"{n}_shape"] if a else [f"{n}_type"])]
    tests = [
        f"type({n}) is ndarray and {n}.dtype is {n}_dtype and {n}.shape == {n}_shape" if a else f"type({n}) is {n}_type"
        for n, a in zip(names, arrays)
    ]
    space: dict[str, Any] = {"ndarray": np.ndarray}
    fits = f"def fits({', '.join(names)}): return {' and '.join(tests) or True}"
    exec(f"def make({', '.join(known)}):\n    {fits}\n    return fits", space)
    made: Callable[..., Fits] = space["make"]
    return made


def is_whole(value: Any) -> bool:
    """Is this a whole number, and no truth value, or a list, tuple or dictionary of such?"""
    if isinstance(value, (list, tuple, dict)) and value:
        return all(map(is_whole, value.values() if isinstance(value, dict) else value))
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def refuse_whole_numbers(name: str, title: str) -> NoReturn:
    """Refuse a container of whole numbers that may be more than numbers: indices, or how often a loop runs."""
    raise UnsupportedArgument(
        f"`{name}` holds whole numbers, and whether `{title}` uses them as numbers alone is not clear\n"
        f"  Make floats of them, or leave `{name}` out of `wrt`."
    )


def real(chosen: Sequence[bool]) -> Real:
    """Return the function that makes real numbers of the chosen ones among some arguments.

    >>> real([True, False, True])((1, 2, [3, 4]))
    (1.0, 2, [3.0, 4.0])
    """
    places = [k for k, c in enumerate(chosen) if c]

    def made(values: tuple[Any, ...]) -> tuple[Any, ...]:
        new = list(values)
        for k in places:
            new[k] = trees.map_leaves(_real, new[k])
        return tuple(new)

    return made


def _real(value: Any) -> Any:
    return np.float64(value) if isinstance(value, np.integer) else float(value)


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
    if (
        kind is str or isinstance(value, (type, np.dtype)) or (callable(value) and not is_object(value))
    ):  # known by what it is, not by its type
        return (kind, value) if _hashable(value) else kind
    if kind is slice:
        return kind, value.start, value.stop, value.step
    return _of_object(value) if hasattr(value, "__dict__") or is_object(value) else kind


def _of_object(value: Any) -> Any:
    """The exact key of an object: that of its numbers and arrays, of all that it holds where it can be taken apart."""
    kind = type(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return kind
    if not is_object(value):
        return kind, tuple([(k, exact(v)) for k, v in vars(value).items() if is_data(v)])
    return kind, tuple([(k, _part(v, (id(value),))) for k, v in fields_of(value).items()])


def _part(value: Any, around: tuple[int, ...]) -> Any:
    """The exact key of a part of an object; one that holds itself is known by its type where it is met again."""
    if type(value) in (list, tuple, dict):
        parts = value.items() if type(value) is dict else enumerate(value)
        return type(value), tuple([(k, _part(v, around)) for k, v in parts])
    if not is_object(value):
        return exact(value)
    if id(value) in around or len(around) > _DEPTH:
        return type(value)
    around = (*around, id(value))
    return type(value), tuple([(k, _part(v, around)) for k, v in fields_of(value).items()])


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def check(names: Sequence[str], values: Sequence[Any], wrt: Sequence[str], title: str, ours: bool = False) -> None:
    """Refuse what has no derivative; in calls that are `ours`, texts and functions may stand beside numbers.

    Raises:
        UnsupportedArgument: for an argument in `wrt` that is not made of floats, and for an array of a subclass or of
            objects anywhere.
    """
    for name, value in zip(names, values):
        if is_object(value):
            if name in wrt:
                _check_object(name, value, title)
            continue
        kept = has_parts(value) or ours
        leaves = trees.parts(value)
        for leaf in leaves:
            if isinstance(leaf, np.ndarray):
                _check_array(name, leaf, name in wrt)
            elif name in wrt and not (kept and not is_number(leaf)):
                _check_number(name, leaf, title)
        if name in wrt and isinstance(value, (list, tuple, dict)) and not any(map(varies, leaves)):
            raise UnsupportedArgument(f"`{name}` is empty: there is nothing to differentiate by")


def has_parts(value: Any) -> bool:
    """Is this a structure in which texts and None may stand beside numbers: a dict, a named tuple, an object?"""
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return any(map(has_parts, value))
    return isinstance(value, (dict, tuple)) or is_object(value)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, complex, np.number)) and not isinstance(value, bool)


def varies(leaf: Any) -> bool:
    """Is there a derivative by this part of an argument?"""
    return is_number(leaf) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fc")


def _check_object(name: str, value: Any, title: str) -> None:
    leaves = trees.parts(value)
    for leaf in leaves:
        if isinstance(leaf, np.ndarray) and type(leaf) is not np.ndarray:
            _check_array(name, leaf, True)
    if not any(map(varies, leaves)):
        raise UnsupportedArgument(
            f"`{name}` is a {type(value).__name__}, by which `{title}` has no derivative\n"
            "  Pass an object with numbers or arrays of floats in it, or choose another `wrt`."
        )


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
