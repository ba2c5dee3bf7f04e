"""The kind of what a primitive gives, found by calling it on a tiny sample of its arguments' kinds.

Rank and dtype cannot depend on more than the arguments' ranks, dtypes and constants; what fails so is unknown. How
long the axes are is told by `shapes`.

    >>> import numpy as np
    >>> kind_of_sample(np.sum, [Array("float32", (None, None))], {"axis": Number("int", Size(0))})
    Array('float32', (?,))
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from adjoint.analysis.kinds import UNKNOWN, Array, Kind, ListOf, Number, SetOf, Shape, Size, Static, Text, TupleOf
from adjoint.analysis.shapes import shape_of
from adjoint.analysis.values import kind_of
from adjoint.rules import late

# Whole numbers and others to try a primitive on: the first are sizes, then axes; the last is where `acosh` is defined.
# The third is how long the axes of arrays are.
SAMPLES = ((2, 0.625, 2), (0, 0.625, 2), (1, 0.625, 2), (2, 1.625, 2))
LONGEST = 16
SHAPE_IS_DATA = (np.squeeze, np.asarray, np.array, np.asanyarray)
# How many arrays, or axes, these give depends on sizes; whether these are complex depends on values.
SIZED = (np.unstack, np.cross, np.linalg.eig, np.linalg.eigvals, np.roots, np.poly, np.real_if_close)


def kind_of_sample(primitive: Any, args: Sequence[Kind], keywords: Mapping[str, Kind]) -> Kind:
    """The kind of a primitive's result, its shape in terms of the arguments'."""
    try:
        kind = evaluate(primitive, tuple(map(_forget, args)), tuple((n, _forget(k)) for n, k in keywords.items()))
    except TypeError:  # an argument that cannot be hashed
        return UNKNOWN
    if isinstance(kind, Array) and kind.shape is not None and primitive not in SHAPE_IS_DATA:
        return Array(kind.dtype, shape_of(primitive, args, keywords, len(kind.shape)))
    return kind


def _forget(kind: Kind) -> Kind:
    """The kind without symbolic sizes, so that few samples serve many shapes; constants stay."""
    match kind:
        case Array(shape=tuple(shape)):
            return Array(kind.dtype, (None,) * len(shape))
        case Number(size=Size(terms=terms)) if terms:
            return Number(kind.dtype)
        case Number(limit=Size()):
            return Number(kind.dtype)
        case TupleOf():
            return TupleOf(tuple(map(_forget, kind.items)))
        case ListOf(item=Kind() as item):
            return ListOf(_forget(item))
    return kind


@lru_cache(4096)
def evaluate(primitive: Any, args: tuple[Kind, ...], keywords: tuple[tuple[str, Kind], ...]) -> Kind:
    """The kind of a primitive's result on a sample, sizes unknown."""
    if (primitive is np.reshape or primitive is np.broadcast_to and isinstance(args[0], Array)) and len(args) == 2:
        return _reshaped(args[0], args[1]) if isinstance(args[1], (Number, TupleOf, Static)) else UNKNOWN
    if primitive is np.squeeze and isinstance(args[0], Array):
        return _squeezed(args[0], [*args[1:], *(k for n, k in keywords if n == "axis")])
    if primitive in SIZED or late.is_open(primitive):
        return UNKNOWN
    for whole, part, length in (*SAMPLES, *_longer([*args, *(k for _, k in keywords)])):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                values = [sample(k, whole, part, length) for k in args]
                value = primitive(*values, **{n: sample(k, whole, part, length) for n, k in keywords})
                break
        except Exception:  # whatever a primitive raises on a sample that does not suit it
            continue
    else:
        return UNKNOWN
    # Also of a named tuple; what a text says depends on more than kinds.
    return _without_texts(kind_of(tuple(value) if isinstance(value, tuple) else value))


def _without_texts(kind: Kind) -> Kind:
    match kind:
        case Static(value=str() | bytes()):
            return Text()
        case TupleOf():
            return TupleOf(tuple(map(_without_texts, kind.items)))
        case ListOf(item=Kind() as item):
            return ListOf(_without_texts(item))
    return kind


def _longer(kinds: Sequence[Kind]) -> tuple[tuple[int, float, int], ...]:
    """Samples of arrays long enough for an index or a window that is a constant, and as long as it."""
    sizes = [k.size.constant for k in _parts(kinds) if isinstance(k, Number) and k.size and not k.size.terms]
    longest = max((abs(n) for n in sizes), default=0)
    return ((2, 0.625, longest + 1), (2, 0.625, longest)) if 2 <= longest <= LONGEST else ()


def _parts(kinds: Sequence[Kind]) -> list[Kind]:
    return [p for k in kinds for p in (_parts(k.items) if isinstance(k, TupleOf) else [k])]


def _squeezed(array: Array, axes: Sequence[Kind]) -> Kind:
    """Axes that are named are gone; else the sizes decide."""
    match axes:
        case [Number()]:
            gone = 1
        case [TupleOf(items=items)]:
            gone = len(items)
        case [Static(value=tuple(items))]:
            gone = len(items)
        case _:
            return Array(array.dtype, None)
    return Array(array.dtype, None if array.shape is None else (None,) * (len(array.shape) - gone))


def _reshaped(array: Kind, shape: Kind) -> Kind:
    lengths = shape.items if isinstance(shape, TupleOf) else shape.value if isinstance(shape, Static) else (shape,)
    unknown: Shape = (None,) * len(lengths)
    return Array(array.dtype, unknown) if isinstance(array, Array) else UNKNOWN


def sample(kind: Kind, whole: int = 2, part: float = 0.625, length: int = 2) -> Any:
    """Some value of a kind: sizes of `length`, matrices that can be inverted, numbers `whole` and `part`."""
    match kind:
        case Number(size=Size(constant=c, terms=())):
            return c
        case Number(dtype="bool" | "int" | "float" | "complex" as name):
            return {"bool": True, "int": whole, "float": part, "complex": part + 0.5j}[name]
        case Number():
            return np.dtype(kind.dtype).type(whole if np.dtype(kind.dtype).kind in "iu" else part)
        case Array(shape=tuple(shape)):
            whole_numbers = np.dtype(kind.dtype).kind in "iu"
            value = np.full((length,) * len(shape), 1 if whole_numbers else 0.625).astype(kind.dtype)
            unit = np.eye(length, dtype=kind.dtype)
            return value + unit / 4 if len(shape) >= 2 and value.dtype.kind in "fc" else value
        case TupleOf():
            return tuple([sample(k, whole, part, length) for k in kind.items])
        case ListOf(item=Kind() as item):
            return [sample(item, whole, part, length) for _ in range(2)]
        case Static():
            return kind.value
        case Text():
            return str(part)
        case SetOf():
            return {whole}
    raise TypeError(f"no sample of {kind}")
