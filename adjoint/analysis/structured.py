"""The kinds of arguments that have parts: dicts, named tuples, objects, and lists and tuples that hold such.

    >>> structure_of({"w": 2.0, "name": "relu"})
    Structure(dict, w=Number('float'), name=Static(value='relu'))
    >>> structure_of((1.0, 2.0)) is None
    True

Lists and tuples of numbers and arrays only are no structures: they are used as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from adjoint.analysis.kinds import Array, DictOf, Kind, ListOf, Number, Size, TupleOf, can_vary, is_integer
from adjoint.analysis.values import Symbols, kind_of
from adjoint.classes import dataclass
from adjoint.runtime.objects import fields_of, is_object

DEPTH = 8
WIDTH = 256
PARTS = 4096
ITEMS = 16  # of what `*xs` takes, so many are parameters of their own
KEYS = (str, int, bool, type(None))
Sizes = Callable[[int], Size | None]


@dataclass(frozen=True, repr=False)
class Structure(Kind):
    """An object with these parts, by field name, key or position; `whole` is its kind where it is not taken apart."""

    cls: type
    items: tuple[tuple[Any, Kind], ...]
    whole: Kind

    def __repr__(self) -> str:
        parts = ", ".join(f"{key}={kind!r}" for key, kind in self.items)
        return f"Structure({self.cls.__name__}, {parts})"

    @property
    def by_attribute(self) -> bool:
        """Are the parts attributes, and no items?"""
        return not issubclass(self.cls, (dict, list)) and self.cls is not tuple

    def leaves(self) -> Iterator[tuple[tuple[Any, ...], Kind]]:
        """The parts that have no parts themselves, with the way to each."""
        for key, kind in self.items:
            if isinstance(kind, Structure):
                yield from (((key, *path), leaf) for path, leaf in kind.leaves())
            else:
                yield (key,), kind


def structure_of(value: Any, size: Sizes = lambda n: None) -> Structure | None:
    """The kind of a value with parts, None for any other value."""
    try:
        return _structure(value, size, (), iter(range(PARTS)))
    except StopIteration:  # more parts than anyone would write out
        return None


def _structure(value: Any, size: Sizes, around: tuple[int, ...], left: Iterator[int]) -> Structure | None:
    parts = _parts(value)
    if parts is None or len(around) > DEPTH or len(parts) > WIDTH or id(value) in around:
        return None
    inner = []
    for key, part in parts.items():
        next(left)
        inner.append((key, _structure(part, size, (*around, id(value)), left), part))
    if type(value) in (list, tuple) and not any(found for _, found, _ in inner):
        return None
    items = tuple((key, found or kind_of(part, size)) for key, found, part in inner)
    return Structure(type(value), items, kind_of(value, size))


def _parts(value: Any) -> dict[Any, Any] | None:
    if type(value) is dict:
        return value if all(type(key) in KEYS for key in value) else None
    if type(value) in (list, tuple):
        return dict(enumerate(value))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value))
    return fields_of(value) if is_object(value) else None


def argument_kinds(
    values: Sequence[Any], reals: Sequence[int] = (), rest: int | None = None, size: Symbols | None = None
) -> tuple[Kind, ...]:
    """The kinds of a call's arguments, as `kinds_of`, but with the parts of those that have parts.

    Whole numbers in what stands at one of the positions `reals` stand for real numbers that happen to be whole. The
    position `rest` is that of a parameter `*xs`, whose items are arguments themselves. `size` gives the symbols.
    """
    size = size or Symbols()
    kinds = [structure_of(value, size) or kind_of(value, size) for value in values]
    if rest is not None and len(values[rest]) <= ITEMS and not isinstance(kinds[rest], Structure):
        items = tuple((k, kind_of(value, size)) for k, value in enumerate(values[rest]))
        kinds[rest] = Structure(tuple, items, kinds[rest])
    return tuple(_as_real(kind) if i in reals else kind for i, kind in enumerate(kinds))


def as_reals(kind: Structure) -> Structure:
    """The kind of a structure that is differentiated by: whole numbers in it stand for real ones."""
    return Structure(kind.cls, tuple((key, _as_real(part)) for key, part in kind.items), kind.whole)


def _as_real(kind: Kind) -> Kind:
    if isinstance(kind, Structure):
        return as_reals(kind)
    return Number("float") if is_integer(kind) and isinstance(kind, Number) and kind.dtype != "bool" else kind


def varies(kind: Kind) -> bool:
    """Is there a derivative by a leaf of this kind?"""
    return isinstance(kind, (Number, Array, TupleOf, ListOf, DictOf)) and can_vary(kind)
