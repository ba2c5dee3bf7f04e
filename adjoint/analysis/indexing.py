"""What an index does: the kind of `a[index]`, whether it is a view, a copy or a number, whether it may repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from adjoint.analysis import extents
from adjoint.analysis.joins import join, wider
from adjoint.analysis.kinds import (
    ONE,
    ROWS,
    UNKNOWN,
    Array,
    DictOf,
    Instance,
    Kind,
    ListOf,
    Number,
    Shape,
    Size,
    SomeTuple,
    Static,
    Text,
    TupleOf,
    can_vary,
    is_integer,
)
from adjoint.analysis.shapes import broadcast
from adjoint.syntax import core

SLICE = Instance(slice)  # a slice that has a name
RANGE = Instance(range)  # a range that has one
KindOf = Callable[[Any], "Kind | None"]


def components(index: Any) -> list[Any]:
    """The parts of an index: those of a tuple, or the index itself."""
    return list(index.elts) if isinstance(index, gast.Tuple) else [index]


def is_basic(index: Any, kind: KindOf) -> bool:
    """True where an index is known to be made of integers, slices, `...` and None alone: a number or a view."""
    return all(
        isinstance(part, gast.Slice) or _is_constant(part, (Ellipsis, None)) or _is_basic_kind(kind(part))
        for part in components(index)
    ) or (core.is_name(index) and isinstance(known := kind(index), TupleOf) and all(map(_is_basic_kind, known.items)))


def _is_basic_kind(kind: Kind | None) -> bool:
    return _is_whole_number(kind) or kind == SLICE or (isinstance(kind, Static) and kind.value in (None, Ellipsis))


def _is_whole_number(kind: Kind | None) -> bool:
    """An integer; a truth value in an index is a mask without axes."""
    return is_integer(kind) and getattr(kind, "dtype", "") != "bool"


def _whole(index: Any, kind: KindOf) -> int | None:
    """How many integers an index is, where it is the name of a tuple of integers."""
    known = kind(index) if core.is_name(index) else None
    return len(known.items) if isinstance(known, TupleOf) and all(map(_is_whole_number, known.items)) else None


def is_place(index: Any, kind: KindOf) -> bool:
    """True where an index is one integer, or several that are written out: one place of whatever has it."""
    if isinstance(index, gast.Tuple):
        return all(core.is_constant(part) and type(core.constant_value(part)) is int for part in index.elts)
    return not isinstance(index, gast.Slice) and is_integer(kind(index))


def is_element(index: Any, array: Kind | None, kind: KindOf) -> bool:
    """True where `array[index]` is known to be one element."""
    rank = array.rank if isinstance(array, Array) else 1 if isinstance(array, ListOf) else None
    parts = components(index)
    return (
        rank == len(parts)
        and all(_is_whole_number(kind(part)) for part in parts)
        or _whole(index, kind) == (rank or -1)
    )


def indexed(value: Kind | None, index: Any, kind: KindOf) -> Kind | None:
    """The kind of `value[index]`."""
    match value:
        case None:
            return None
        case Array():
            return _of_array(value, index, kind)
        case TupleOf() | ListOf():
            return _of_sequence(value, index)
        case Static(value=maker) if isinstance(maker, ROWS[:2]):
            return _of_rows(1 if maker is np.r_ else 2, components(index), kind)
        case Static(value=maker) if maker is np.s_ or maker is np.index_exp:
            kinds = [SLICE if isinstance(part, gast.Slice) else kind(part) for part in components(index)]
            whole = isinstance(index, gast.Tuple) or maker is np.index_exp
            return UNKNOWN if None in kinds else TupleOf(tuple(k for k in kinds if k)) if whole else kinds[0]
        case SomeTuple(item=item):
            return value if isinstance(index, gast.Slice) else item if is_integer(kind(index)) else UNKNOWN
        case DictOf():
            return value.item
        case Instance() if value == RANGE:
            return RANGE if isinstance(index, gast.Slice) else Number("int")
        case Text() | Static(value=str()):
            return Text()
    return UNKNOWN


def _of_rows(rank: int, parts: list[Any], kind: KindOf) -> Kind:
    """The kind of `np.r_[…]` and `np.c_[…]`."""
    dtype = "bool"
    for part in parts:
        if isinstance(part, gast.Slice):
            bounds = [kind(b) for b in (part.lower, part.upper, part.step) if b is not None]
            known: Kind | None = Number("int64" if all(map(_is_whole_number, bounds)) else "float64")
        else:
            known = kind(part)
        if not isinstance(known, (Number, Array)) or (isinstance(known, Array) and known.rank is None):
            return UNKNOWN
        dtype, rank = wider(dtype, known.dtype), max(rank, known.rank or 0 if isinstance(known, Array) else 0)
    return Array({"int": "int64", "float": "float64", "complex": "complex128"}.get(dtype, dtype), (None,) * rank)


def _of_sequence(value: TupleOf | ListOf, index: Any) -> Kind | None:
    if isinstance(index, gast.Slice):
        if isinstance(value, ListOf):
            return value
        bounds = [b for b in (index.lower, index.upper, index.step) if b is not None]
        if not all(map(core.is_constant, bounds)):
            return UNKNOWN if can_vary(value) else Instance(tuple)
        parts = [None if b is None else core.constant_value(b) for b in (index.lower, index.upper, index.step)]
        return TupleOf(value.items[slice(*parts)])
    if isinstance(value, ListOf):
        return value.item
    if core.is_constant(index):
        position = core.constant_value(index)
        if isinstance(position, int) and -len(value.items) <= position < len(value.items):
            return value.items[position]
        return UNKNOWN
    found: Kind | None = None
    for item in value.items:
        found = join(found, item)
    return found or UNKNOWN


def _of_array(array: Array, index: Any, kind: KindOf) -> Kind:
    parts = components(index)
    kinds = [SLICE if isinstance(p, gast.Slice) else _as_array(kind(p)) for p in parts]
    if len(parts) == 1 and core.is_name(index) and isinstance(whole := kinds[0], TupleOf):
        return _counted(array, [_as_array(k) for k in whole.items])
    if not is_basic(index, kind):
        return _advanced(array, parts, kinds, kind)
    if any(k == SLICE and core.is_name(p) for p, k in zip(parts, kinds, strict=True)):
        return _counted(array, kinds)
    shape = _basic_shape(array.shape, parts, kind)
    if shape is None:
        return UNKNOWN
    is_array = shape or any(_is_constant(p, (Ellipsis,)) for p in parts)
    return Array(array.dtype, shape) if is_array else Number(array.dtype)


def _as_array(kind: Kind | None) -> Kind | None:
    """A list of integers or booleans in an index is as good as an array of them."""
    if isinstance(kind, ListOf) and isinstance(kind.item, Number) and kind.item.dtype in ("int", "bool"):
        return Array("bool" if kind.item.dtype == "bool" else "int64", (None,))
    return kind


def _basic_shape(shape: Shape | None, parts: list[Any], kind: KindOf) -> Shape | None:
    if shape is None:
        return None
    taken = sum(not _is_constant(p, (Ellipsis, None)) for p in parts)
    if taken > len(shape):
        return None
    rest = list(shape)
    result: list[Size | None] = []
    for part in parts:
        if _is_constant(part, (None,)):
            result.append(ONE)
        elif _is_constant(part, (Ellipsis,)):
            middle = len(rest) - sum(not _is_constant(p, (Ellipsis, None)) for p in parts[parts.index(part) + 1 :])
            result += rest[:middle]
            rest = rest[middle:]
        elif isinstance(part, gast.Slice):
            result.append(_sliced(rest.pop(0), part, kind))
        else:
            rest.pop(0)
    return (*result, *rest)


def _sliced(size: Size | None, part: Any, kind: KindOf) -> Size | None:
    """The length of a slice, where its bounds are constants that count from its own end, or sizes in their order."""
    if size is None or not (part.step is None or _integer(part.step) == 1):
        return None
    lower = 0 if part.lower is None else _integer(part.lower)
    upper = 0 if part.upper is None else _integer(part.upper)
    if lower is not None and upper is not None and lower >= 0 and (part.upper is None or upper < 0):
        return size + Size(upper - lower)
    window = _window(size, part, kind)
    if window is not None:
        return window
    first = Size(0) if part.lower is None else _size(part.lower, kind)
    last = size if part.upper is None else _size(part.upper, kind)
    if first is None or last is None:
        return None
    if not all(map(extents.at_least_zero, (first, last - first, size - last))):
        return None
    return extents.canonical(last - first)


def _window(size: Size, part: Any, kind: KindOf) -> Size | None:
    """The length of `x[i : i + k]` with i below a limit, where it ends in the array: k."""
    match part.lower, part.upper:
        case gast.Name(id=name), gast.BinOp(left=gast.Name(id=again), op=gast.Add(), right=width) if name == again:
            index, length = kind(part.lower), _size(width, kind)
            if not isinstance(index, Number) or index.limit is None or length is None:
                return None
            room = size - (index.limit - Size(1) + length)
            return length if extents.at_least_zero(length) and extents.at_least_zero(room) else None
    return None


def _size(node: Any, kind: KindOf) -> Size | None:
    """The number that a bound of a slice is, in terms of sizes."""
    found = kind(node)
    return found.size if isinstance(found, Number) else None


def _integer(node: Any) -> int | None:
    value = core.constant_value(node) if core.is_constant(node) else None
    return value if type(value) is int else None


def _advanced(array: Array, parts: list[Any], kinds: list[Kind | None], kind: KindOf) -> Kind:
    """An index with arrays in it: of one mask, or of integers and slices, the shape is known, of the rest the rank."""
    if array.shape is not None and len(kinds) == 1 and isinstance(mask := kinds[0], Array) and mask.dtype == "bool":
        rank = len(array.shape) - len(mask.shape or array.shape)
        return Array(array.dtype, (None, *array.shape[len(array.shape) - rank :])) if rank >= 0 else UNKNOWN
    if array.shape is not None and len(kinds) <= len(array.shape) and all(k == SLICE or _picks(k) for k in kinds):
        picked = [k.shape or () if isinstance(k, Array) else () for k in kinds if k != SLICE]
        sliced = [
            _sliced(n, part, kind) if isinstance(part, gast.Slice) else None
            for n, part, k in zip(array.shape, parts, kinds)
            if k == SLICE
        ]
        # Arrays side by side leave their axes where they stand; else these come first.
        places = [n for n, k in enumerate(kinds) if k != SLICE]
        first = places[0] if places[-1] - places[0] < len(places) else 0
        return Array(array.dtype, (*sliced[:first], *broadcast(picked), *sliced[first:], *array.shape[len(kinds) :]))
    return _counted(array, kinds)


def _picks(kind: Kind | None) -> bool:
    """Is this an integer, or an array of integers of a known rank, in an index?"""
    if isinstance(kind, Array):
        return kind.shape is not None and kind.dtype.startswith(("int", "uint"))
    return _is_whole_number(kind)


def _counted(array: Array, kinds: list[Kind | None]) -> Kind:
    """The kind of `array[index]` as far as counting axes tells: arrays in the index broadcast to one shape."""
    if array.rank is None:
        return UNKNOWN
    together, made, taken = -1, 0, 0
    for kind in kinds:
        match kind:
            case Array(shape=tuple(shape), dtype="bool"):
                together, taken = max(together, 1), taken + len(shape)
            case Array(shape=tuple(shape)):
                together, taken = max(together, len(shape)), taken + 1
            case Static(value=None):
                made += 1
            case Static(value=value) if value is Ellipsis:
                pass
            case _ if kind == SLICE:
                made, taken = made + 1, taken + 1
            case _ if _is_whole_number(kind):
                taken += 1
            case _:
                return UNKNOWN
    if taken > array.rank:
        return UNKNOWN
    rank = max(together, 0) + made + array.rank - taken
    is_array = rank or together >= 0 or any(isinstance(k, Static) for k in kinds)
    return Array(array.dtype, (None,) * rank) if is_array else Number(array.dtype)


def _is_constant(part: Any, values: tuple[Any, ...]) -> bool:
    return isinstance(part, gast.Constant) and any(part.value is v for v in values)
