"""The kinds of values: of a call's arguments, of constants, of what is outside.

    >>> kinds_of((np.ones((3, 4)), np.ones(4), 2.0, 3))
    (Array('float64', (a, b)), Array('float64', (b,)), Number('float'), Number('int'))

Kinds of a call's arguments are taken together: equal sizes become equal symbols, a size of 1 stays 1. A generated
function holds for exactly the calls whose arguments have the same kinds, so that "these two shapes are equal" is a
fact and not a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from adjoint.analysis.joins import join
from adjoint.analysis.kinds import (
    ONE,
    ROWS,
    UNINDEXED,
    UNKNOWN,
    Array,
    DictOf,
    Instance,
    Key,
    Kind,
    ListOf,
    Number,
    SetOf,
    Size,
    SomeMapping,
    Static,
    TupleOf,
    is_integer,
)


def kinds_of(values: Iterable[Any], reals: Sequence[int] = ()) -> tuple[Kind, ...]:
    """The kinds of a call's arguments, shapes related to each other.

    An int at one of the positions `reals` stands for a real number that happens to be whole.
    """
    size = Symbols()
    kinds = [kind_of(value, size) for value in values]
    for i in reals:
        if is_integer(kinds[i]):
            kinds[i] = Number("float")
    return tuple(kinds)


class Symbols:
    """Gives equal sizes equal symbols.

    >>> size = Symbols()
    >>> size(7), size(1), size(3), size(7), size.values
    (a, 1, b, a, {'a': 7, 'b': 3})
    """

    def __init__(self) -> None:
        self.known: dict[int, str] = {}

    def __call__(self, n: int) -> Size:
        if n == 1:
            return ONE
        if n not in self.known:
            k = len(self.known)
            self.known[n] = chr(ord("a") + k) if k < 26 else f"n{k}"
        return Size(0, ((self.known[n], 1),))

    @property
    def values(self) -> dict[str, int]:
        """The size behind each symbol."""
        return {symbol: n for n, symbol in self.known.items()}


def kind_of(value: Any, size: Callable[[int], Size | None] = lambda n: None) -> Kind:
    """The kind of one value; `size` gives what may be known of a length."""
    if type(value) in (bool, int, float, complex):
        return Number(type(value).__name__)
    if isinstance(value, np.generic):
        return Number(_dtype_name(value.dtype))
    if type(value) is np.ndarray:
        return Array(_dtype_name(value.dtype), tuple(size(n) for n in value.shape))
    if type(value) is tuple:
        return TupleOf(tuple(kind_of(v, size) for v in value))
    if type(value) is list:
        item: Kind | None = None
        for v in value:
            item = join(item, kind_of(v, size))
        return ListOf(item)
    if type(value) is dict:
        keys: Kind | None = None
        values: Kind | None = None
        for k, v in value.items():
            keys, values = join(keys, key_kind(kind_of(k))), join(values, kind_of(v, size))
        return DictOf(keys, values)
    if value is None or isinstance(value, (str, type, np.dtype, slice, *ROWS)) or callable(value):
        try:
            hash(value)
        except TypeError:
            return UNKNOWN
        return Static(value)
    if type(value) in (set, frozenset):
        return SetOf()
    if isinstance(value, Mapping):
        return SomeMapping()
    if isinstance(value, (np.random.Generator, np.random.RandomState, *UNINDEXED)):
        return Instance(type(value))
    if hasattr(value, "__dict__") and not isinstance(value, (np.ndarray, dict, list, tuple)):
        found = {name: kind_of(v, size) for name, v in vars(value).items() if is_data(v)}
        return Instance(type(value), tuple(found.items()))
    return UNKNOWN


def key_kind(kind: Kind | None) -> Kind | None:
    """The kind of a key of this kind, its value forgotten; no derivative passes through keys."""
    match kind:
        case Number() if is_integer(kind):
            return Number(kind.dtype)
        case TupleOf(items=items) if all(map(is_integer, items)):
            return TupleOf(tuple(Number(k.dtype) for k in items if isinstance(k, Number)))
        case None:
            return None
    return Key()


def is_data(value: Any) -> bool:
    """Is this a number or a plain array?"""
    return type(value) in (bool, int, float, complex, np.ndarray) or isinstance(value, np.generic)


def _dtype_name(dtype: np.dtype[Any]) -> str:
    return str(dtype.name)
