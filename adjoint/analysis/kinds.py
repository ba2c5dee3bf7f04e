"""What is known of a value before the run: number or array, dtype, rank, shape as symbols.

    >>> import numpy as np
    >>> kinds_of((np.ones((3, 4)), np.ones(4), 2.0, 3))
    (Array('float64', (a, b)), Array('float64', (b,)), Number('float'), Number('int'))

Kinds of a call's arguments are taken together: equal sizes become equal symbols, a size of 1 stays 1. A generated
function holds for exactly the calls whose arguments have the same kinds, so that "these two shapes are equal" is a
fact and not a guess. A fact only makes the text simpler; `UNKNOWN` is always right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MappingView, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


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
class MaybeArray(Unknown):
    """An array, or a list or tuple in its place."""


UNKNOWN = Unknown()
FLOATS = ("float16", "float32", "float64", "longdouble", "float96", "float128", "float")
MANY = 16  # functions among which a value is known to be one
COMPLEX = ("complex64", "complex128", "clongdouble", "complex192", "complex256", "complex")


def is_number(kind: Kind | None) -> bool:
    return isinstance(kind, Number)


def is_array(kind: Kind | None) -> bool:
    return isinstance(kind, Array)


def is_unindexed(kind: Kind | None) -> bool:
    """Is this the kind of what a loop may go through, but no index?"""
    return isinstance(kind, SetOf) or isinstance(kind, Instance) and issubclass(kind.cls, UNINDEXED)


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


def join(a: Kind | None, b: Kind | None) -> Kind | None:
    """What holds of a value that has the one kind or the other (None: no value yet)."""
    if a is None or b is None or a == b:
        return b if a is None else a
    match a, b:
        case (RowOf() | MaybeNumber(number=RowOf()), _) | (_, RowOf() | MaybeNumber(number=RowOf())):
            return _join_rows(a, b)
        case (Key(), _) | (_, Key()):
            return UNKNOWN
        case (Static() | OneOf(), Static() | OneOf()) if (functions := _functions(a, b)) is not None:
            return functions
        case (Static(value=None), Number()) | (Number(), Static(value=None)):
            return MaybeNumber(a if isinstance(a, Number) else b)  # type: ignore[arg-type]
        case (MaybeNumber(), Static(value=None)) | (Static(value=None), MaybeNumber()):
            return a if isinstance(a, MaybeNumber) else b
        case (MaybeNumber(), Number() | MaybeNumber()) | (Number(), MaybeNumber()):
            number = join(certain(a), certain(b))
            return MaybeNumber(number) if isinstance(number, Number) else UNKNOWN
        case Static(), Number() | Static() if isinstance(b, Number) or type(a.value) is not type(b.value):
            return UNKNOWN
        case Number(), Number():
            return Number(wider(a.dtype, b.dtype))
        case Text() | Static(), Text() | Static() if is_text(a) and is_text(b):
            return Text()
        case Array(), Array():
            return Array(wider(a.dtype, b.dtype), join_shapes(a.shape, b.shape))
        case TupleOf(), TupleOf() if len(a.items) == len(b.items):
            return TupleOf(tuple(join(x, y) or UNKNOWN for x, y in zip(a.items, b.items, strict=True)))
        case ListOf(), ListOf():
            return ListOf(join(a.item, b.item))
        case (Array() | MaybeArray(), TupleOf() | ListOf() | MaybeArray()):
            return MaybeArray()
        case (TupleOf() | ListOf() | MaybeArray(), Array() | MaybeArray()):
            return MaybeArray()
        case DictOf(), DictOf() if a.default is b.default or None in (a.item, b.item):
            return DictOf(join(a.key, b.key), join(a.item, b.item), a.default or b.default)
    return UNKNOWN


def _join_rows(a: Kind, b: Kind) -> Kind:
    rows = [k for k in (certain(a), certain(b)) if isinstance(k, RowOf)]
    if any(row.cls is not rows[0].cls for row in rows):
        return UNKNOWN
    none = Static(None)
    others = [k for k in (a, b) if not isinstance(certain(k), RowOf) and k != none]
    row = RowOf("int", cls=rows[0].cls, mixed=bool(others) or any(row.mixed for row in rows))
    return MaybeNumber(row) if any(isinstance(k, MaybeNumber) or k == none for k in (a, b)) else row


def certain(kind: Kind) -> Kind:
    """The kind of a value that is not None."""
    return kind.number if isinstance(kind, MaybeNumber) else kind


def _functions(a: Kind, b: Kind) -> Kind | None:
    """The kind of a value that is one of the functions of either kind."""
    first, second = ((k.value,) if isinstance(k, Static) else k.values for k in (a, b))  # type: ignore[attr-defined]
    values = (*first, *(v for v in second if not any(v is w for w in first)))
    if not all(map(callable, values)) or len(values) > MANY:
        return None
    return a if values == first and isinstance(a, OneOf) else OneOf(values)


def join_shapes(a: Shape | None, b: Shape | None) -> Shape | None:
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(x if x == y else None for x, y in zip(a, b, strict=True))


def wider(a: str, b: str) -> str:
    """The dtype that can hold both; "float" and "int" are Python's own."""
    if a == b:
        return a
    order = ("bool", "int", "int64", "float", "float64", "complex", "complex128")
    if a in order and b in order:
        return max(a, b, key=order.index)
    return str(np.result_type(np.dtype(a), np.dtype(b)))


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
