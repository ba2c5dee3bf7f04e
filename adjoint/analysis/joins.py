"""What holds of a value that has the one kind or the other: on either side of a branch, before and in a loop.

>>> from adjoint.analysis.kinds import Size
>>> join(Array("float64", (Size(3), None)), Array("float32", (Size(3), Size(4))))
Array('float64', (3, ?))
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adjoint.analysis.kinds import (
    UNKNOWN,
    Array,
    DictOf,
    Key,
    Kind,
    ListOf,
    MaybeArray,
    MaybeNumber,
    Number,
    OneOf,
    RowOf,
    Shape,
    Static,
    Text,
    TupleOf,
    is_text,
)

MANY = 16  # functions among which a value is known to be one


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


def join_all(kinds: Sequence[Kind | None]) -> Kind | None:
    """What holds of a value that has any of the kinds.

    >>> join_all([Number("int"), None, Number("float")])
    Number('float')
    """
    found: Kind | None = None
    for kind in kinds:
        found = join(found, kind)
    return found
