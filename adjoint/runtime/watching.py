"""Calls known only when they run, from a function that relies on objects outside: what it relies on is watched.

    model.last = x * x                  a value that derivatives pass through stands in `model.last`, and in a variable
    y, y_record = call_forward(op, (0,), x)

What is called may neither change an object whose parts the caller has read already, nor read what the caller has put
there: for the one the caller would go on with old values, through the other derivatives would be lost.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from types import FunctionType
from typing import Any

from adjoint.classes import dataclass
from adjoint.errors import UnsupportedMutation
from adjoint.runtime.objects import fields_of
from adjoint.runtime.outside import Names, shown

Key = tuple[int, str]


@dataclass(frozen=True, eq=False)
class Watching:
    """One of the helpers of `runtime/dispatch.py`, for one caller.

    `apart` are objects whose parts the caller has read, `live` those that it reads each time, `put` those into which it
    puts values that derivatives pass through.
    """

    helper: Any
    apart: tuple[Any, ...]
    live: tuple[Any, ...]
    put: tuple[tuple[str, Any], ...]

    @property
    def __name__(self) -> str:
        return str(self.helper.__name__)

    def __call__(self, f: Any, by: Any, /, *args: Any, **keywords: Any) -> Any:
        watched = self.apart if by else (*self.apart, *self.live)
        before = [*_parts(watched)]
        _held.put += self.put
        try:
            out = self.helper(f, by, *args, **keywords)
        finally:
            del _held.put[len(_held.put) - len(self.put) :]
        after = [*_parts(watched)]
        if len(before) != len(after) or any(a is not b for a, b in zip(before, after)):
            name = getattr(f, "__name__", type(f).__name__)
            raise UnsupportedMutation(
                f"`{name}`, known only when it runs, changes what its caller reads outside itself\n"
                "  Let it return what is new."
            )
        return out


def refuse_reading(title: str, reads: frozenset[Key]) -> None:
    """Refuse a function that reads these places, where a caller has put there what derivatives pass through.

    Raises:
        UnsupportedMutation: if it does.
    """
    for name, value in _held.put:
        if not reads.isdisjoint(keys_of(value)):
            raise UnsupportedMutation(
                f"a value that derivatives pass through is put into `{name}`, which `{title}` reads, known only when"
                " it runs\n  Pass it the value as an argument."
            )


def keys_of(value: Any) -> Iterator[Key]:
    """What tells an object outside, or the names that a holder holds, from others."""
    if isinstance(value, Names):
        yield from ((id(value.__dict__), name) for name in shown(value))
    else:
        yield id(value), ""


def place_of(name: str, function: FunctionType) -> Key:
    """What tells a global or closure cell that a function reads from others."""
    free = function.__code__.co_freevars
    if name in free:
        return id((function.__closure__ or ())[free.index(name)]), ""
    return id(function.__globals__), name


def _parts(objects: Sequence[Any]) -> Iterator[Any]:
    for value in objects:
        if isinstance(value, dict):
            yield from value.keys()
            yield from value.values()
        else:
            yield from value if isinstance(value, (list, set)) else fields_of(value).values()


class _Held(threading.local):
    """What the callers around this place, in this thread, have put outside."""

    def __init__(self) -> None:
        self.put: list[tuple[str, Any]] = []


_held = _Held()
