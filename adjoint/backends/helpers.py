"""Functions that text for Numba calls in the place of expressions that Numba does not read."""

from __future__ import annotations

from typing import Any

from adjoint import writing
from adjoint.runtime import arrays, changes, numbers, shapes


def turned(start: int, stop: int, step: int) -> range:
    """The range from the last item to the first.

    >>> list(turned(1, 8, 3)), list(turned(3, 3, 1))
    ([7, 4, 1], [])
    """
    count = len(range(start, stop, step))
    return range(start + (count - 1) * step, start - step, -step)


def quotient(a: int, b: int) -> int:
    """`a // b` of whole numbers, which is 0 for b = 0 where NumPy's rules hold for divisions."""
    if b == 0:
        raise ZeroDivisionError("integer division or modulo by zero")
    return a // b


def remainder(a: int, b: int) -> int:
    """`a % b` of whole numbers."""
    if b == 0:
        raise ZeroDivisionError("integer division or modulo by zero")
    return a % b


def power(a: int, n: int) -> int:
    """`a ** n` of whole numbers: whether it is one depends on the value of n, and a compiled number has one type."""
    if n < 0:
        raise ValueError("a whole number to a negative power: write it with a float, as in 2.0 ** n")
    return int(a**n)


def kept_record(items: Any) -> Any:
    """A record of these items; Python alone needs none."""
    return items


def identical(one: Any, other: Any) -> bool:
    """`one is other`: a truth value of NumPy's is never `True` itself. Numba has no such difference."""
    return one is other


def truths_added(one: Any, other: Any) -> Any:
    """`one + other` of truth values: two of Python's may make 2, of NumPy's True."""
    return one + other


# What `overloads` writes for Numba's types, and is left for Numba to find.
OVERLOADED: frozenset[Any] = frozenset(
    [
        kept_record,
        identical,
        truths_added,
        arrays.unbroadcast,
        arrays.zeros_like,
        arrays.plus,
        arrays.owned,
        arrays.add_at,
        arrays.scattered,
    ]
    + [arrays.placed, arrays.working_copies, arrays.in_slot, arrays.check_apart, changes.check_store]
    + [writing.product, numbers.added, numbers.larger, numbers.smaller, numbers.exp, numbers.log, numbers.tanh]
    + [numbers.half_power, arrays.written, arrays.shares_where_equal, arrays.like_sequence, arrays.copies]
    + [shapes.spread]
)
# The same of bodies of rules, by their names: rules load with the compiler only.
BODIES = (
    "adjoint.rules.operators.sum_of_sequence",
    "adjoint.rules.einstein.cotangents",
    "adjoint.rules.joining.concatenate",
)


def is_overloaded(function: Any) -> bool:
    """Is this left for Numba to find?"""
    return function in OVERLOADED or f"{function.__module__}.{function.__qualname__}" in BODIES
