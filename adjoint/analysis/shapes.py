"""Shapes of results, as symbols, where a table of a few primitives knows them; ranks and dtypes come from `infer`.

>>> a = Size(0, (("a", 1),))
>>> broadcast([(a, ONE), (a,)])
(a, a)
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis import extents
from adjoint.analysis.kinds import ONE, Array, Kind, ListOf, Number, Shape, Size, Static, TupleOf, same_shape
from adjoint.rules import registry
from adjoint.runtime import arrays, changes

MATMUL = (operator.matmul, np.matmul, np.dot)
REDUCTIONS = (np.sum, np.mean, np.max, np.min, np.prod, np.std, np.var, np.amax, np.amin, np.any, np.all)
SAME = (
    np.copy, np.zeros_like, np.ones_like, np.empty_like, np.cumsum, np.cumprod, np.flip, np.sort, np.roll, np.tril,
    np.triu, changes.after_put, changes.after_putmask, changes.after_place, changes.after_fill_diagonal,
    changes.after_put_along_axis, changes.after_flat, arrays.scattered, arrays.placed,
)  # fmt: skip
FILLED = (np.zeros, np.ones, np.empty, np.full)
SQUARE = (np.linalg.inv, np.linalg.cholesky, np.linalg.matrix_power)
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


def shape_of(primitive: Any, args: Sequence[Kind], keywords: Mapping[str, Kind], rank: int) -> Shape:
    """The shape of a primitive's result, of which the rank is known already."""
    unknown: Shape = (None,) * rank
    shape = _shape(primitive, args, keywords)
    return shape if shape is not None and len(shape) == rank else unknown


def shape_of_display(expr: Any, displays: Mapping[str, Any], kind_of: Callable[[Any], Kind | None]) -> Shape | None:
    """The shape of the array that NumPy makes of `[a, b]`, `[[a, b], row]` or an array, if all of it is known.

    `displays` are lists that names stand for.

    >>> lists = {"t": gast.parse("[1.0, 2.0, 3.0]").body[0].value}
    >>> shape_of_display(gast.parse("[[4.0, 5.0, 6.0], t]").body[0].value, lists, lambda expr: Number("float"))
    (2, 3)
    """
    if isinstance(expr, gast.Name) and expr.id in displays:
        expr = displays[expr.id]
    if not isinstance(expr, (gast.List, gast.Tuple)):
        kind = kind_of(expr)
        return () if isinstance(kind, Number) else kind.shape if isinstance(kind, Array) else None
    if not expr.elts or any(isinstance(e, gast.Starred) for e in expr.elts):
        return None
    first, *others = [shape_of_display(e, displays, kind_of) for e in expr.elts]
    if first is None or None in first or any(other != first for other in others):
        return None
    return (Size(len(expr.elts)), *first)


def _shape(primitive: Any, args: Sequence[Kind], keywords: Mapping[str, Kind]) -> Shape | None:
    first = own_shape(args[0]) if args else None
    if is_elementwise(primitive):
        shapes = [own_shape(k) for k in (*args, *keywords.values())]
        return None if None in shapes else broadcast([s for s in shapes if s is not None])
    if primitive in SAME or primitive is np.ndarray.astype:
        return wanted_shape(keywords["shape"]) if "shape" in keywords else first
    if isinstance(getattr(primitive, "__self__", None), np.ufunc) and primitive.__name__ == "accumulate":
        return first
    if primitive in SQUARE and first is not None:
        return first
    if primitive is np.linalg.solve and first is not None and len(first) == 2:
        return own_shape(args[1])
    if primitive in (np.eye, np.identity) and isinstance(args[0], Number) and not keywords.keys() - {"dtype"}:
        columns = args[1] if len(args) > 1 else args[0]
        return (args[0].size, columns.size) if isinstance(columns, Number) and len(args) <= 2 else None
    if primitive is np.linspace and len(args) <= 3 and not keywords.keys() - {"num"}:
        count = args[2] if len(args) == 3 else keywords.get("num", Number("int", Size(50)))
        return (count.size,) if isinstance(count, Number) and own_shape(args[0]) == own_shape(args[1]) == () else None
    if primitive in MATMUL and len(args) == 2:
        return matmul(first, own_shape(args[1]))
    if primitive is np.transpose and len(args) == 1 and not keywords and first is not None:
        return first[::-1]
    if primitive in REDUCTIONS and first is not None:
        return reduced(first, args[1] if len(args) > 1 else keywords.get("axis"), keywords.get("keepdims"))
    if primitive in FILLED:
        return wanted_shape(args[0] if args else keywords.get("shape"))
    if primitive is np.broadcast_to and len(args) == 2:
        return wanted_shape(args[1])
    if primitive is arrays.unbroadcast and len(args) == 2:
        return own_shape(args[1])
    if primitive is builtins.sum and len(args) == 1 and isinstance(args[0], ListOf) and not keywords:
        return own_shape(args[0].item) if args[0].item is not None else None
    if primitive is np.reshape and len(args) == 2:
        return reshaped(first, wanted_shape(args[1]))
    if primitive is np.expand_dims and first is not None and len(args) == 2:
        return _expanded(first, _places(args[1]))
    if primitive is np.diagonal and first is not None:
        return _diagonal(first, [*args[1:]], keywords)
    if primitive is np.diag and len(args) == 1 and not keywords and first is not None:
        return (first[0], first[0]) if len(first) == 1 else None
    if primitive is np.outer and first is not None and (second := own_shape(args[1])) is not None:
        return (first[0], second[0]) if len(first) == len(second) == 1 else None
    return None


def _diagonal(shape: Shape, args: Sequence[Kind], keywords: Mapping[str, Kind]) -> Shape | None:
    """The shape of the main diagonals of square matrices."""
    given = {**dict(zip(("offset", "axis1", "axis2"), args)), **keywords}
    numbers = [_number(given.get(name), default) for name, default in (("offset", 0), ("axis1", 0), ("axis2", 1))]
    if None in numbers or numbers[0] != 0:
        return None
    one, other = (k % len(shape) for k in numbers[1:] if k is not None)
    rest = tuple(n for k, n in enumerate(shape) if k not in (one, other))
    return (*rest, shape[one]) if shape[one] == shape[other] else None


def _places(axis: Kind) -> list[int] | None:
    """The axes that an integer or a tuple of integers names."""
    match axis:
        case Number(size=Size(constant=constant, terms=())):
            return [constant]
        case Static(value=tuple(items)) if all(isinstance(i, int) for i in items):
            return list(items)
        case TupleOf(items=items):
            numbers = [_number(k, 0) for k in items]
            return None if None in numbers else [n for n in numbers if n is not None]
    return None


def _expanded(shape: Shape, places: list[int] | None) -> Shape | None:
    """The shape with axes of size 1 at these places of the result."""
    if places is None:
        return None
    rank, rest = len(shape) + len(places), iter(shape)
    new = {p % rank for p in places}
    return tuple(ONE if k in new else next(rest) for k in range(rank)) if len(new) == len(places) else None


def _number(kind: Kind | None, default: int) -> int | None:
    """The whole number that an argument is known to be."""
    if kind is None:
        return default
    match kind:
        case Number(size=Size(constant=constant, terms=())):
            return constant
    return None


def is_elementwise(primitive: Any) -> bool:
    if isinstance(primitive, np.ufunc):
        return primitive.signature is None
    rule = registry.rule_of(primitive)
    return primitive is np.where or primitive in COMPARISONS or (rule is not None and rule.form == "elementwise")


def own_shape(kind: Kind | None) -> Shape | None:
    if isinstance(kind, (Number, Static)):
        return ()
    return kind.shape if isinstance(kind, Array) else None


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """NumPy's broadcasting of shapes; a size that follows from none is None."""
    rank = max(map(len, shapes))
    padded = [(ONE,) * (rank - len(s)) + tuple(s) for s in shapes]
    return tuple(_broadcast_sizes(sizes) for sizes in zip(*padded, strict=True))


def _broadcast_sizes(sizes: Sequence[Size | None]) -> Size | None:
    others = set(sizes) - {ONE}
    if not others:
        return ONE
    known = [n for n in others if n is not None]
    if len(known) < len(others):
        return None
    # A symbol before a number: what a loop makes of an argument keeps the argument's size.
    simplest = sorted(known, key=lambda n: (not n.terms, len(n.terms), n.constant != 0, str(n)))
    first, *rest = simplest
    return first if all(extents.same(first, n) for n in rest) else None


def fit(a: Kind | None, b: Kind | None) -> bool:
    """Are these known to have equal shapes, if need be from the sizes of the call?"""
    if isinstance(a, Array) and isinstance(b, Array) and a.shape is not None and b.shape is not None:
        return len(a.shape) == len(b.shape) and all(map(extents.same, a.shape, b.shape))
    return same_shape(a, b)


def matmul(a: Shape | None, b: Shape | None) -> Shape | None:
    if not a or not b or len(a) > 2 or len(b) > 2:
        return None
    rows = a[:-1]
    columns = b[1:] if len(b) == 2 else ()
    return (*rows, *columns)


def reduced(shape: Shape, axis: Kind | None, keepdims: Kind | None) -> Shape | None:
    keep = keepdims == Static(True)
    if keepdims is not None and not isinstance(keepdims, Static):
        return None
    if axis is None or axis == Static(None):
        return (ONE,) * len(shape) if keep else ()
    places = _places(axis)
    if places is None:
        return None
    axes = {i % len(shape) for i in places} if shape else set()
    kept = [(i, n) for i, n in enumerate(shape) if keep or i not in axes]
    return tuple(ONE if i in axes else n for i, n in kept)


def reshaped(shape: Shape | None, wanted: Shape | None) -> Shape | None:
    """The shape that a reshape to `wanted` gives, its -1 worked out where one size is left over.

    >>> a, b = Size(0, (("a", 1),)), Size(0, (("b", 1),))
    >>> reshaped((a, b), (Size(-1), ONE, b)), reshaped((a, b), (Size(-1),))
    ((a, 1, b), (None,))
    """
    if wanted is None or Size(-1) not in wanted:
        return wanted
    left = [n for n in shape or (None,) if n != ONE]
    for size in wanted:
        if size in left:
            left.remove(size)
        elif size not in (ONE, Size(-1)):
            left += [None, None]
    rest = None if len(left) > 1 or None in left else left[0] if left else ONE
    return tuple(rest if n == Size(-1) else n for n in wanted)


def wanted_shape(kind: Kind | None) -> Shape | None:
    """The shape that an argument such as `n` or `(n, m)` asks for."""
    match kind:
        case Number():
            return (kind.size,)
        case TupleOf():
            return tuple(k.size if isinstance(k, Number) else None for k in kind.items)
        case Static(value=tuple(items)) if all(isinstance(i, int) for i in items):
            return tuple(Size(i) if i >= 0 else None for i in items)
        case ListOf():
            return None
    return None
