"""What is known of a value before the run: number or array, dtype, rank, shape as symbols.

    >>> n = Size(0, (("n", 1),))
    >>> Array("float64", (n, n + ONE, None)), Number("int", n - ONE)
    (Array('float64', (n, n+1, ?)), Number('int', n-1))

A fact only makes the text simpler; `UNKNOWN` is always right. Kinds of values are in `values`, what holds of two kinds
in `joins`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MappingView, Sequence
from typing import Any

import numpy as np

from adjoint.classes import dataclass


@dataclass(frozen=True, repr=False)
class Size:
    """An integer known as `constant + sum of coefficient * symbol`."""

    constant: int
    terms: tuple[tuple[str, int], ...] = ()

    def __add__(self, other: Size) -> Size:
        terms = dict(self.terms)
        for symbol, k in other.terms:
            terms[symbol] = terms.get(symbol, 0) + k
        return Size(self.constant + other.constant, tuple(sorted((s, k) for s, k in terms.items() if k)))

    def __mul__(self, k: int) -> Size:
        return Size(self.constant * k, tuple((s, c * k) for s, c in self.terms if k))

    def __sub__(self, other: Size) -> Size:
        return self + other * -1

    def __repr__(self) -> str:
        parts = [s if k == 1 else f"{k}*{s}" for s, k in self.terms]
        if self.constant or not parts:
            parts.append(str(self.constant))
        return "+".join(parts).replace("+-", "-")


Shape = tuple[Size | None, ...]
ONE = Size(1)


# What can be gone through, and has no index: generators, open files, `d.values()`.
UNINDEXED = (Iterator, MappingView)
SEQUENCES = (list, tuple, range, str, bytes, np.ndarray)
ROWS = (type(np.r_), type(np.c_), type(np.s_))


class Kind:
    """The base of all kinds."""


@dataclass(frozen=True, repr=False)
class Number(Kind):
    """A Python number or NumPy scalar; `size` is its value, where it is an int known in terms of the shapes.

    With a `limit` it is an index: an int from zero on, below the limit.
    """

    dtype: str
    size: Size | None = None
    limit: Size | None = None

    def __repr__(self) -> str:
        return f"Number({self.dtype!r})" if self.size is None else f"Number({self.dtype!r}, {self.size!r})"


@dataclass(frozen=True, repr=False)
class RowOf(Number):
    """A whole number that stands for an object of this class: its row in the lists that hold the fields.

    What is `mixed` may be something else as well, as far as is known.
    """

    cls: type = object
    mixed: bool = False

    def __repr__(self) -> str:
        return f"RowOf({self.cls.__name__})"


@dataclass(frozen=True, repr=False)
class Array(Kind):
    """A NumPy array; shape None where not even the rank is known."""

    dtype: str
    shape: Shape | None

    def __repr__(self) -> str:
        return f"Array({self.dtype!r}, {self.shape!r})".replace("None", "?")

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)


@dataclass(frozen=True)
class TupleOf(Kind):
    """A tuple with these items."""

    items: tuple[Kind, ...]


@dataclass(frozen=True)
class ListOf(Kind):
    """A list whose items all have one kind (None: nothing known to be in it yet)."""

    item: Kind | None


@dataclass(frozen=True)
class DictOf(Kind):
    """A dictionary whose keys only the run tells; `default` makes the values of keys that it lacks (a defaultdict)."""

    key: Kind | None
    item: Kind | None
    default: Any = None


@dataclass(frozen=True)
class Key(Kind):
    """A dictionary's key: a text, or anything else that is compared and not computed with."""


@dataclass(frozen=True)
class Static(Kind):
    """One known object: a string, None, a dtype, a function, a constant tuple."""

    value: Any


@dataclass(frozen=True)
class OneOf(Kind):
    """One of a few known functions: what a list of functions holds, what a branch chose."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class SetOf(Kind):
    """A set or frozenset; nothing in it carries a derivative."""


@dataclass(frozen=True)
class Text(Kind):
    """A string or bytes; of one that is known as a whole, see `Static`."""


@dataclass(frozen=True)
class Instance(Kind):
    """An object of a user's class, with what is known of the numbers and arrays among its attributes."""

    cls: type
    attributes: tuple[tuple[str, Kind], ...] = ()

    def attribute(self, name: str) -> Kind:
        """The kind of an attribute."""
        return dict(self.attributes).get(name, UNKNOWN)


@dataclass(frozen=True)
class Unknown(Kind):
    """Anything."""


@dataclass(frozen=True)
class MaybeNumber(Unknown):
    """A number of this kind, or None in its place: no name can share memory with it."""

    number: Number


@dataclass(frozen=True)
class SomeTuple(Unknown):
    """A tuple of items of one kind: how many, only the run can tell."""

    item: Kind


@dataclass(frozen=True)
class MaybeArray(Unknown):
    """An array, or a list or tuple in its place."""


@dataclass(frozen=True)
class SomeMapping(Unknown):
    """A mapping that is not a plain dictionary."""


UNKNOWN = Unknown()
FLOATS = ("float16", "float32", "float64", "longdouble", "float96", "float128", "float")
WIDTHS = {"float": "float64", "complex": "complex128"}  # an array's dtype that holds Python's numbers as they are
COMPLEX = ("complex64", "complex128", "clongdouble", "complex192", "complex256", "complex")


def is_number(kind: Kind | None) -> bool:
    return isinstance(kind, Number)


def is_array(kind: Kind | None) -> bool:
    return isinstance(kind, Array)


def is_unindexed(kind: Kind | None) -> bool:
    """Is this the kind of what a loop may go through, but no index?"""
    return isinstance(kind, (SetOf, SomeMapping)) or isinstance(kind, Instance) and issubclass(kind.cls, UNINDEXED)


def is_indexed(kind: Kind | None) -> bool:
    """Is this surely the kind of what a loop goes through by its index, if a loop can go through it at all?"""
    return isinstance(kind, (Array, ListOf, TupleOf, Text, Number, SomeTuple, MaybeArray, MaybeNumber)) or (
        isinstance(kind, Static) and (not hasattr(type(kind.value), "__iter__") or type(kind.value) in SEQUENCES)
    )


def is_sparse(kind: Kind | None) -> bool:
    """Is this the kind of a matrix of `scipy.sparse`?"""
    return isinstance(kind, Instance) and kind.cls.__module__.startswith("scipy.sparse")


def dtype_of(kind: Kind | None) -> str | None:
    return kind.dtype if isinstance(kind, (Number, Array)) else None


def can_vary(kind: Kind | None) -> bool:
    """Can a value of this kind carry a derivative? Integers, booleans, strings and the like cannot."""
    match kind:
        case Number() | Array():
            return kind.dtype in FLOATS or kind.dtype in COMPLEX or kind.dtype == "object"
        case TupleOf():
            return any(can_vary(k) for k in kind.items)
        case ListOf() | DictOf():
            return kind.item is None or can_vary(kind.item)
        case Static() | OneOf() | Instance() | Key() | Text() | SetOf():
            return False
    return True


def matrices_of(kinds: Mapping[str, Kind], *derived: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The names of arrays of at most two axes, and those that are derived of one: pairs, the derived name first."""
    found = {n for n, kind in kinds.items() if isinstance(kind, Array) and kind.rank is not None and kind.rank <= 2}
    return frozenset(found.union(new for pairs in derived for new, n in pairs if n in found))


def is_immutable(kind: Kind | None) -> bool:
    """Is a value of this kind immutable through and through? Numbers, texts, None, functions, and tuples of these."""
    match kind:
        case TupleOf():
            return all(map(is_immutable, kind.items))
        case Number() | Static() | OneOf() | Key() | Text():
            return True
    return False


def is_text(kind: Kind | None) -> bool:
    return isinstance(kind, Text) or (isinstance(kind, Static) and isinstance(kind.value, (str, bytes)))


def is_integer(kind: Kind | None) -> bool:
    return isinstance(kind, Number) and (kind.dtype.startswith(("int", "uint")) or kind.dtype == "bool")


def same_shape(a: Kind | None, b: Kind | None) -> bool:
    """Are these known to have equal shapes? (Two numbers have.)"""
    if isinstance(a, Number) and isinstance(b, Number):
        return True
    if isinstance(a, Array) and isinstance(b, Array) and a.shape is not None and b.shape is not None:
        return a.shape == b.shape and None not in a.shape
    return False


def derivatives_by(kinds: Sequence[Kind], places: Sequence[int], single: bool) -> Kind:
    """The kind of the gradients by the arguments of these kinds at some places.

    >>> derivatives_by([Number("int"), Array("float64", None)], [0], True)
    Number('float')
    """
    found = tuple(_derivative(kinds[k]) if k < len(kinds) else UNKNOWN for k in places)
    return found[0] if single else TupleOf(found)


def _derivative(kind: Kind) -> Kind:
    if isinstance(kind, Number):
        return Number("float") if kind.dtype in ("int", "bool") else Number(kind.dtype)
    if isinstance(kind, (TupleOf, ListOf, DictOf)):
        return cotangent_kind(kind) or UNKNOWN
    return kind if isinstance(kind, Array) else UNKNOWN


def cotangent_kind(kind: Kind | None) -> Kind | None:
    """The kind of the cotangent of a tuple, list or dictionary of this kind: whole numbers have floats.

    >>> cotangent_kind(ListOf(TupleOf((Number("int"), Array("float64", (None,))))))
    ListOf(item=TupleOf(items=(Number('float'), Array('float64', (?,)))))
    """
    match kind:
        case Number(dtype=dtype) | Array(dtype=dtype) if not (dtype in FLOATS or dtype in COMPLEX):
            return Number("float") if isinstance(kind, Number) else UNKNOWN
        case TupleOf():
            return TupleOf(tuple(cotangent_kind(item) or UNKNOWN for item in kind.items))
        case ListOf():
            return ListOf(cotangent_kind(kind.item))
        case DictOf():
            return DictOf(kind.key, cotangent_kind(kind.item))
    return kind


def without_sizes(kind: Kind) -> Kind:
    """The kind, its rank and dtype kept and its sizes forgotten: what a recursive call may rely on."""
    match kind:
        case Array(shape=tuple(shape)):
            return Array(kind.dtype, (None,) * len(shape))
        case Number():
            return Number(kind.dtype)
        case TupleOf():
            return TupleOf(tuple(map(without_sizes, kind.items)))
        case ListOf(item=Kind() as item):
            return ListOf(without_sizes(item))
        case DictOf(item=Kind() as item):
            return DictOf(kind.key, without_sizes(item), kind.default)
    return kind
