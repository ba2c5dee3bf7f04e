"""Memory that two names share while one of them is changed: seen when the function is called, and refused.

    def fill(x, y):                 fill(a[1:], a[:-1])         refused: `y` is changed and shares memory with `x`
        y[:] = x * SCALES           fill(x, SCALES)             refused: … with `SCALES`, which the function reads

The compiler knows what one array is to another inside the function; what the caller passes, and what globals, closure
cells and objects hold, it takes for arrays of their own. That is tested here, at each call of a function that changes
an argument or an array from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NoReturn

import numpy as np

from adjoint.arguments import has_parts
from adjoint.errors import SharedMemory
from adjoint.guards import ClassGuard, Guard, Parts
from adjoint.runtime.objects import fields_of, is_object

# Beyond this, the exact question whether two arrays share memory is answered "yes".
_MAX_WORK = 10_000
_DEPTH = 4  # how deep arrays are looked for in objects
_OPAQUE = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType, str, bytes, int, float, complex, np.generic)

_NUMPYS = (np.ufunc, type(np.sum))  # functions of NumPy's own: they hold no arrays
_NUMBERS = frozenset([int, float, bool, complex, str, type(None), np.float64, np.int64])

Found = tuple[str, Any]


def overlap(first: Any, second: Any) -> bool:
    """True if two arrays share memory (or if that is too hard to tell)."""
    if not np.may_share_memory(first, second):
        return False
    try:
        return np.shares_memory(first, second, max_work=_MAX_WORK)  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True


def overlaps_itself(array: Any) -> bool:
    """True if two cells of an array may be one, as in what `np.broadcast_to` gives.

    >>> overlaps_itself(np.broadcast_to(1.0, 3)), overlaps_itself(np.ones((2, 3)).T[::-1])
    (True, False)
    """
    reach = array.itemsize
    for stride, count in sorted((abs(s), n) for s, n in zip(array.strides, array.shape) if n > 1):
        if stride < reach:
            return True
        reach += stride * (count - 1)
    return False


def arrays_in(value: Any, depth: int = _DEPTH) -> Iterator[Any]:
    """The arrays that a value holds: in lists, tuples and dictionaries, and in the attributes of objects."""
    if isinstance(value, np.ndarray):
        yield value
    elif value is None or depth == 0 or isinstance(value, _OPAQUE):
        return
    elif isinstance(value, (list, tuple)):
        if not all(isinstance(v, (int, float)) for v in value):
            for part in value:
                yield from arrays_in(part, depth - 1)
    elif isinstance(value, dict):
        for part in value.values():
            yield from arrays_in(part, depth - 1)
    else:
        for part in getattr(value, "__dict__", {}).values():
            yield from arrays_in(part, depth - 1)


def refuse_shared(
    names: Sequence[str],
    changed: Sequence[str],
    outside: Sequence[Guard | ClassGuard | Parts] = (),
    outer: Sequence[Guard | ClassGuard | Parts] = (),
    parts: Sequence[str] = (),
) -> Callable[..., None]:
    """Return the check, made at each call, that no array that is changed shares memory with another.

    `changed` are the arguments among `names` that are changed; `outside` is what the function reads from elsewhere,
    and `outer` is what it changes of that. `parts` are the arguments of which a part is bound anew: no object in them
    may stand at two places.

    Raises:
        SharedMemory: (the check) if one does.
    """
    look_ups, changes = _look_ups(outside), _look_ups(outer)
    places = [k for k, name in enumerate(names) if name in changed]
    alone = not (look_ups or changes)

    def check_shared(*values: Any) -> None:
        if alone and _plainly_apart(values, places):
            return
        given = [(name, array) for name, value in zip(names, values) for array in arrays_in(value)]
        read = [(path, array) for path, look_up in look_ups for array in arrays_in(look_up())]
        stored = [(path, array) for path, look_up in changes for array in arrays_in(look_up())]
        passed = {name for name, value in zip(names, values) if isinstance(value, np.ndarray)}
        targets = [(n, a) for n, a in given if n in changed]
        if changed or parts:
            _refuse_twice(names, values, changed, parts)
        for name, array in targets:
            if overlaps_itself(array):
                _refuse(f"`{name}` is changed in place, and some of its cells are one", [name])
        for target in [*targets, *stored]:
            for other in [*given, *read]:
                _check(target, other, passed)

    return check_shared


def _plainly_apart(values: Sequence[Any], places: Sequence[int]) -> bool:
    """Are these numbers and arrays, those in `places` without cells that are one, and not near any other?"""
    for value in values:
        if type(value) is not np.ndarray and type(value) not in _NUMBERS:
            return False
    for k in places:
        array = values[k]
        if type(array) is np.ndarray:
            if not array.flags.forc:
                return False
            for j, other in enumerate(values):
                if j != k and type(other) is np.ndarray and np.may_share_memory(array, other):
                    return False
    return True


def _refuse_twice(names: Sequence[str], values: Sequence[Any], changed: Sequence[str], parts: Sequence[str]) -> None:
    """Refuse an array that changes, or an object of which a part does, at two places of what is taken apart."""
    seen: dict[int, str] = {}
    for name, value in zip(names, values):
        for part in _places(value, set()) if has_parts(value) or isinstance(value, (list, tuple)) else ():
            first = seen.setdefault(id(part), "")
            relevant = changed if isinstance(part, np.ndarray) else {*changed, *parts}
            if first and (first in relevant or name in relevant):
                what = "array" if isinstance(part, np.ndarray) else type(part).__name__
                _refuse(f"the same {what} stands at two places in `{name}`, and is changed at one", [])
            seen[id(part)] = name


def _places(value: Any, met: set[int]) -> Iterator[Any]:
    """The arrays and objects in a value, those that are met again too, but not what is in these."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (dict, list, tuple)) or is_object(value):
        if not isinstance(value, tuple):
            yield value
        if id(value) in met:
            return
        met.add(id(value))
        inner = value.values() if isinstance(value, dict) else fields_of(value).values() if is_object(value) else value
        for part in inner:
            if not isinstance(part, (int, float, str)):
                yield from _places(part, met)


def _look_ups(outside: Sequence[Guard | ClassGuard | Parts]) -> list[tuple[str, Callable[[], Any]]]:
    """For each name from outside that may lead to an array, a function that says what it stands for now."""
    found: dict[tuple[str, int], tuple[str, Callable[[], Any]]] = {}
    for item in outside:
        if not isinstance(item.value, (*_OPAQUE, *_NUMPYS)):
            found[item.path, id(item.value)] = item.path, item.current
    return list(found.values())


def _check(target: Found, other: Found, passed: Collection[str]) -> None:
    (name, array), (second, found) = target, other
    if name == second and array is found or not overlap(array, found):
        return
    if name == second:
        _refuse(f"arrays in `{name}`, which are changed in place, share memory", [])
    _refuse(
        f"`{name}` is changed in place and shares memory with `{second}`", [n for n in (second, name) if n in passed]
    )


def _refuse(message: str, passed: Sequence[str]) -> NoReturn:
    advice = f"Pass a copy: `{passed[0]}.copy()`." if passed else "Make one of the two a copy."
    raise SharedMemory(f"{message}\n  {advice}")
