"""The element of an array expression at an index, as an expression on numbers.

`2.0 * x[1:] + np.exp(b)` at `(i,)` is `2.0 * x[i + 1] + np.exp(b[i])`. Slices, transposes, new axes, broadcasting and
copies become arithmetic on the index; what does not depend on the index (`m / len(x)`), and what no element of the
result can be computed of alone (a product of matrices, a sum along an axis), is bound to a name ahead of the loop.

Refused (`Unfit`): axes whose lengths are not known to agree, since NumPy may broadcast them or raise; dtypes for which
arithmetic on numbers under Numba is not NumPy's on arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.indexing import components
from adjoint.analysis.kinds import ONE, Array, Number, Size
from adjoint.fusion.context import PLAIN, Context, Lengths, Unfit, axes_of, plus
from adjoint.runtime import arrays, numbers
from adjoint.syntax import core

Index = tuple[Any, ...]

ARITHMETIC = (gast.Add, gast.Sub, gast.Mult, gast.Div, gast.Pow)
COMPARISONS = (gast.Lt, gast.LtE, gast.Gt, gast.GtE, gast.Eq, gast.NotEq)
UFUNCS = frozenset(
    [np.exp, np.expm1, np.exp2, np.log, np.log1p, np.log2, np.log10, np.sqrt, np.cbrt, np.square, np.sin, np.cos]
    + [np.tan, np.arcsin, np.arccos, np.arctan, np.arctan2, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh]
    + [np.arctanh, np.hypot, np.abs, np.fabs, np.maximum, np.minimum, np.fmax, np.fmin, np.sign, np.isnan, np.isinf]
    + [np.isfinite, np.negative, np.add, np.subtract, np.multiply, np.divide, np.floor, np.ceil, np.reciprocal]
)
OURS: Mapping[Any, Any] = {np.exp: numbers.exp, np.log: numbers.log, np.tanh: numbers.tanh}
HALVES = frozenset(k + 0.5 for k in range(-4, 4))
COPIES = (np.copy, np.array, np.ascontiguousarray, arrays.owned)
ZEROS = (np.zeros, np.zeros_like, arrays.zeros_like)
ONES = (np.ones, np.ones_like)


class Elements:
    """Takes elements of the expressions of one statement.

    `piece` binds an expression to a name ahead of the loops and returns that; `views` says of names what they are
    views of. `axes` collects the arrays that are read, with the lengths of their axes.
    """

    def __init__(self, context: Context, piece: Callable[[Any], Any], views: Mapping[str, Any]) -> None:
        self.context, self.piece, self.views = context, piece, views
        self.axes: list[tuple[str, int, Size]] = []

    @property
    def lengths(self) -> list[tuple[str, int, Size]]:
        """Axes of which the lengths are known: of what is read, and of the function's arguments."""
        return [*self.axes, *self.context.given]

    def at(self, expr: Any, index: Index) -> Any:
        """The element of an expression at an index of as many parts as it has axes."""
        context = self.context
        shape = context.shape(expr)
        if not shape:
            return self.number(expr)
        kind = context.kind(expr)
        if not isinstance(kind, Array) or kind.dtype not in PLAIN:
            raise Unfit
        match expr:
            case gast.Name(id=name):
                if name in self.views:
                    return self.at(self.views[name], index)
                self.axes += [(name, k, size) for k, size in enumerate(shape)]
                return core.item(core.load(name), core.tuple_(index) if len(index) > 1 else index[0])
            case gast.Subscript() if context.is_array(expr.value):
                return self.at(expr.value, self.through(expr, index))
            case gast.Attribute(attr="T"):
                return self.at(expr.value, index[::-1])
            case gast.BinOp(op=op) if isinstance(op, ARITHMETIC):
                self.check_arithmetic(expr, kind)
                left, right = self.operands((expr.left, expr.right), index, shape)
                if isinstance(op, gast.Pow):
                    return self.power(left, right)
                return core.binary(left, op, right, at=expr)
            case gast.UnaryOp(op=gast.USub()) if kind.dtype != "bool":
                return core.unary(gast.USub, self.at(expr.operand, index))
            case gast.UnaryOp(op=gast.Invert()) if kind.dtype == "bool":
                return core.unary(gast.Not, self.at(expr.operand, index))
            case gast.Compare(ops=[op]) if isinstance(op, COMPARISONS):
                left, right = self.operands((expr.left, expr.comparators[0]), index, shape)
                return core.compare(left, op, right)
            case gast.Call():
                return self.call(expr, index, shape)
        return self.leaf(expr, index)

    def leaf(self, expr: Any, index: Index) -> Any:
        """The element of an array that is computed ahead."""
        name = self.piece(expr)
        if self.context.shape(name) != self.context.shape(expr):
            raise Unfit
        return self.at(name, index)

    def number(self, expr: Any) -> Any:
        kind = self.context.kind(expr)
        if isinstance(kind, Number) and kind.dtype not in PLAIN:
            raise Unfit
        return core.copy(expr) if is_simple(expr) else self.piece(expr)

    def operands(self, exprs: Sequence[Any], index: Index, shape: Lengths) -> list[Any]:
        """The elements of operands that are broadcast to a shape."""
        return [self.at(e, self.part(e, index, shape)) for e in exprs]

    def part(self, expr: Any, index: Index, shape: Lengths) -> Index:
        """The index of the element of an operand for that of the result: 0 along an axis that is repeated."""
        own = self.context.shape(expr)
        if len(own) > len(shape):
            raise Unfit
        lead = len(shape) - len(own)
        for size, wide in zip(own, shape[lead:], strict=True):
            if size not in (ONE, wide):
                raise Unfit
        return tuple(core.const(0) if n == ONE else core.copy(i) for n, i in zip(own, index[lead:], strict=True))

    def check_arithmetic(self, expr: Any, kind: Array) -> None:
        """Only where Numba's number has NumPy's dtype: floats, and integers that stay integers."""
        if kind.dtype == "float64" and not isinstance(expr.op, gast.Pow):
            return
        parts = [getattr(self.context.kind(e), "dtype", None) for e in (expr.left, expr.right)]
        if kind.dtype == "float64" and parts[0] in ("float64", "float"):
            return
        if kind.dtype != "int64" or not set(parts) <= {"int64", "int"} or isinstance(expr.op, (gast.Pow, gast.Div)):
            raise Unfit

    def power(self, base: Any, exponent: Any) -> Any:
        """A power; by way of the square root for an exponent such as -1.5."""
        value = core.constant_value(exponent) if core.is_constant(exponent) else None
        if type(value) is float and value in HALVES:
            return core.call(self.context.helper(numbers.half_power), base, core.const(int(2 * value)))
        return core.binary(base, gast.Pow, exponent)

    def call(self, expr: Any, index: Index, shape: Lengths) -> Any:
        callee = self.context.callee(expr)
        if callee is None or callee.starred:
            raise Unfit
        primitive, args = callee.primitive, callee.args
        if primitive in UFUNCS:
            self.check_ufunc(expr, callee)
            ours = OURS.get(primitive)
            func = core.copy(expr.func) if ours is None else self.context.helper(ours)
            return core.call(func, *self.operands(args, index, shape), at=expr)
        if primitive is np.where and len(args) == 3 and not callee.keywords:
            test, body, orelse = self.operands(args, index, shape)
            return core.ternary(test, body, orelse)
        if primitive in COPIES and len(args) == 1 and not callee.keywords:
            return self.at(args[0], index)
        if primitive is np.ndarray.astype and len(args) == 2 and not callee.keywords:
            return self.converted(args[0], self.context.kind(expr), index)
        if primitive is np.transpose and len(args) == 1 and not callee.keywords:
            return self.at(args[0], index[::-1])
        if primitive is np.broadcast_to or primitive is arrays.unbroadcast:
            return self.operands(args[:1], index, shape)[0]
        if primitive is np.expand_dims and (axes := axes_of(args[1], len(shape))) is not None:
            return self.at(args[0], tuple(i for k, i in enumerate(index) if k not in axes))
        if (fill := self.filling(callee, expr)) is not None:
            return fill
        return self.leaf(expr, index)

    def filling(self, callee: Any, expr: Any) -> Any:
        """The one number that an array is made of, None for others."""
        kind = self.context.kind(expr)
        assert isinstance(kind, Array)
        if callee.primitive in ZEROS or callee.primitive in ONES:
            value = 1 if callee.primitive in ONES else 0
            return core.const(
                float(value) if kind.dtype == "float64" else bool(value) if kind.dtype == "bool" else value
            )
        if callee.primitive is np.full and len(callee.args) == 2 and not callee.keywords:
            value = callee.args[1]
            of = self.context.kind(value)
            if isinstance(of, Number) and of.dtype in ("float", "float64") and kind.dtype == "float64":
                return self.number(value)
        return None

    def check_ufunc(self, expr: Any, callee: Any) -> None:
        kinds = [self.context.kind(e) for e in callee.args]
        if callee.keywords or not all(getattr(k, "dtype", None) in ("float64", "float") for k in kinds):
            raise Unfit

    def converted(self, value: Any, kind: Any, index: Index) -> Any:
        """`value.astype(kind.dtype)` at an index."""
        old = getattr(self.context.kind(value), "dtype", None)
        inner = self.at(value, index)
        if old == kind.dtype:
            return inner
        if old == "bool" and kind.dtype == "float64":
            return core.ternary(inner, core.const(1.0), core.const(0.0))
        raise Unfit

    def through(self, expr: Any, index: Index) -> Index:
        """The index into the array itself for one into `array[…]`."""
        rest = list(index)
        found: list[Any] = []
        parts = components(expr.slice)
        shape = self.context.shape(expr.value)
        if any(isinstance(p, gast.Constant) and p.value is Ellipsis for p in parts):
            raise Unfit
        for part in parts:
            if isinstance(part, gast.Constant) and part.value is None:
                rest.pop(0)
            elif isinstance(part, gast.Slice):
                found.append(self.sliced(part, rest.pop(0)))
            elif getattr(self.context.kind(part), "dtype", None) in ("int", "int64"):
                found.append(self.number(part))
            else:
                raise Unfit
        if len(found) + len(rest) != len(shape):
            raise Unfit
        return (*found, *rest)

    def sliced(self, part: Any, index: Any) -> Any:
        """The index behind a slice in steps of one; its length is known, and so its beginning is not negative."""
        if part.step is not None and not (core.is_constant(part.step) and core.constant_value(part.step) == 1):
            raise Unfit
        if part.lower is None:
            return core.copy(index)
        if not core.is_constant(part.lower):
            return core.binary(self.number(part.lower), gast.Add, core.copy(index))
        lower = core.constant_value(part.lower)
        if type(lower) is not int or lower < 0:
            raise Unfit
        return plus(core.copy(index), lower)


def is_simple(expr: Any) -> bool:
    """True of arithmetic on names of numbers and constants, which may as well stand in the loop."""
    return all(isinstance(n, (gast.Name, gast.Constant, gast.UnaryOp)) for n in core.walk(expr))
