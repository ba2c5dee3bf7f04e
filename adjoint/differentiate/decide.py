"""What the text of a rule's body comes to where facts decide it.

    >>> scope = Scope({"y": core.const(2)}, Facts({}), {}, {})
    >>> show(scope, "y * x ** (y - 1 if y != 0 else 1)")
    y * x**(y - 1)
    >>> matrix = Facts({"A": Array("float64", (None, None))})
    >>> scope = Scope({"a": core.load("A"), "axis": core.const(-1)}, matrix, {}, {})
    >>> show(scope, "g if axis is None else np.expand_dims(g, axis) if a.ndim == 1 else g[:, None]")
    g[:, None]

Nothing is guessed: what facts leave open stays as it is written.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

import gast
import numpy as np

from adjoint.analysis.callees import OPERATORS
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import (
    COMPLEX,
    FLOATS,
    WIDTHS,
    Array,
    Instance,
    Kind,
    ListOf,
    Number,
    Size,
    Static,
    TupleOf,
    dtype_of,
    same_shape,
)
from adjoint.analysis.shapes import fit
from adjoint.classes import dataclass
from adjoint.rules import registry
from adjoint.runtime.arrays import unbroadcast
from adjoint.runtime.shapes import are_like, is_stack
from adjoint.syntax import core
from adjoint.syntax.traverse import FIELDS, changed

UNDECIDED = object()


class Facts(NamedTuple):
    """What is known of the arguments when a body is written out: the kinds of names."""

    kinds: Mapping[str, Kind]


@dataclass(frozen=True)
class Scope:
    """What the names in a body stand for: expressions of the call, default values, and objects around the rule."""

    arguments: Mapping[str, Any]
    facts: Facts
    defaults: Mapping[str, Any]
    free: Mapping[str, Any]

    def kind(self, expr: Any) -> Kind | None:
        """The kind of what a parameter stands for; a cotangent has its primal's."""
        if not core.is_name(expr):
            return None
        name = "out" if expr.id == "out_bar" and "out" in self.arguments else expr.id
        node = self.arguments.get(name)
        return kind_of_expression(node, self.facts.kinds, {}) if core.is_atom(node) else None

    def value(self, expr: Any) -> Any:
        """The value of an expression, or UNDECIDED."""
        match expr:
            case gast.Constant():
                return expr.value
            case gast.Name():
                return self._name(expr.id)
            case gast.Tuple() | gast.List():
                items = [self.value(e) for e in expr.elts]
                return UNDECIDED if _undecided(*items) else tuple(items)
            case gast.UnaryOp():
                operand = self.value(expr.operand)
                return UNDECIDED if operand is UNDECIDED else OPERATORS[type(expr.op)](operand)
            case gast.BinOp():
                return self._operation(expr)
            case gast.BoolOp():
                return _boolean([self.value(e) for e in expr.values], isinstance(expr.op, gast.And))
            case gast.Compare(ops=[op], comparators=[right]):
                return self._comparison(op, expr.left, right)
            case gast.IfExp():
                test = self.value(expr.test)
                return UNDECIDED if test is UNDECIDED else self.value(expr.body if test else expr.orelse)
            case gast.Attribute():
                return self._attribute(expr)
            case gast.Call(keywords=[]):
                return self._call(expr)
        return UNDECIDED

    def folded(self, node: Any) -> Any:
        """A copy of a text, its conditional expressions decided, and calls that give whole numbers worked out."""
        if isinstance(node, list):
            return [self.folded(n) for n in node]
        if not isinstance(node, ast.AST):
            return node
        if isinstance(node, gast.IfExp) and (test := self.value(node.test)) is not UNDECIDED:
            return self.folded(node.body if test else node.orelse)
        if isinstance(node, gast.Call) and (whole := _integers(self.value(node))) is not UNDECIDED:
            return constant(whole)
        return changed(node, **{name: self.folded(getattr(node, name, None)) for name in FIELDS[type(node)]})

    def _name(self, name: str) -> Any:
        if name in self.arguments:
            return _argument(self.arguments[name], self.facts)
        return self.defaults[name] if name in self.defaults else self.free.get(name, UNDECIDED)

    def _operation(self, expr: Any) -> Any:
        left, right = self.value(expr.left), self.value(expr.right)
        if type(left) is int and type(right) is int and isinstance(expr.op, (gast.Add, gast.Sub, gast.Mult)):
            return OPERATORS[type(expr.op)](left, right)
        return UNDECIDED

    def _comparison(self, op: Any, left: Any, right: Any) -> Any:
        a, b = self.value(left), self.value(right)
        if isinstance(op, (gast.Is, gast.IsNot)) and b is None and a is UNDECIDED:
            # A number or array is not None, whatever its value.
            known = isinstance(self.kind(left), (Number, Array, TupleOf, ListOf))
            return isinstance(op, gast.IsNot) if known else UNDECIDED
        if _undecided(a, b):
            return UNDECIDED
        if isinstance(op, (gast.In, gast.NotIn)):
            return (a in b) is isinstance(op, gast.In)
        return OPERATORS[type(op)](a, b)

    def _attribute(self, expr: Any) -> Any:
        """`a.ndim`, `a.dtype`, and what hangs on a module or a dtype."""
        base = self.value(expr.value)
        if isinstance(base, (ModuleType, np.dtype)):
            return getattr(base, expr.attr, UNDECIDED)
        kind = self.kind(expr.value)
        if expr.attr == "ndim":
            return _rank(kind)
        if expr.attr == "dtype" and isinstance(kind, Array):
            return np.dtype(kind.dtype)
        return UNDECIDED

    def _call(self, expr: Any) -> Any:
        function, operands = self.value(expr.func), expr.args
        first = self.kind(operands[0]) if operands else None
        if function is np.ndim:
            return _rank(first)
        if function is len and isinstance(operands[0], gast.Attribute) and operands[0].attr == "shape":
            return _rank(self.kind(operands[0].value))
        if function is len and isinstance(found := self.arguments.get(core.path_of(operands[0]) or ""), gast.Tuple):
            return len(found.elts)  # what `*values` takes
        if function is len and isinstance(first, TupleOf):
            return len(first.items)
        if function is np.iscomplexobj and dtype_of(first) not in (None, "object"):
            return dtype_of(first) in COMPLEX
        if function is np.result_type and len(operands) == 1 and isinstance(first, Array):
            return np.dtype(first.dtype)
        if function is is_stack:
            return _is_stack(first, self.kind(operands[1]))
        if function is are_like:
            whole = self.kind(operands[1])
            alike = isinstance(first, ListOf) and same_shape(first.item, whole) and isinstance(whole, Array)
            return alike and dtype_of(first.item) == dtype_of(whole)  # type: ignore[union-attr]
        if function is isinstance:
            return self._is_instance(operands[0], self.value(operands[1]))
        values = [self.value(a) for a in operands]
        if _undecided(function, *values) or not registry.is_pure(function):
            return UNDECIDED
        try:
            return function(*values)
        except (TypeError, ValueError, IndexError):  # the run will say so
            return UNDECIDED

    def _is_instance(self, operand: Any, wanted: Any) -> Any:
        value, kind = self.value(operand), self.kind(operand)
        if _undecided(wanted) or not isinstance(wanted, (type, tuple)):
            return UNDECIDED
        if value is not UNDECIDED:
            return isinstance(value, wanted)
        # The type of a number may be another than its dtype says, where two have met.
        actual = {Array: np.ndarray, TupleOf: tuple, ListOf: list}.get(type(kind))
        if actual is not None:
            return issubclass(actual, wanted)
        sequences = {np.ndarray, tuple, list}.issuperset(wanted if isinstance(wanted, tuple) else (wanted,))
        return False if isinstance(kind, (Number, Instance)) and sequences else UNDECIDED


def _is_stack(members: Kind | None, whole: Kind | None) -> bool:
    """False also where it is not known: what holds of stacks is the easier text."""
    if not isinstance(members, ListOf) or not isinstance(whole, Array) or whole.dtype not in (*FLOATS, *COMPLEX):
        return False
    row, dtype = members.item, WIDTHS.get(dtype_of(members.item) or "", dtype_of(members.item))
    rank = _rank(row)
    return dtype == whole.dtype and rank is not UNDECIDED and whole.rank == rank + 1


# What arrays know of themselves; the functions serve numbers too.
OF_ARRAYS: tuple[tuple[Any, str], ...] = ((np.shape, "shape"), (np.size, "size"), (np.ndim, "ndim"))


def simplified(node: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Any:
    """A body's text in the names of the call, without what the shapes and dtypes of these make idle.

    >>> kinds = {"c": Array("bool", (Size(4),)), "g": Array("float64", (Size(4),)), "x": Array("float64", (Size(4),))}
    >>> from adjoint.emit.printer import to_source
    >>> text = gast.parse("unbroadcast(np.conj(2 * g), x)").body[0].value
    >>> bound = {"np": np, "np.conj": np.conj, "unbroadcast": unbroadcast}
    >>> to_source(simplified(text, kinds, bound))
    '2 * g'
    """
    if isinstance(node, list):
        return [simplified(n, kinds, bindings) for n in node]
    if not isinstance(node, ast.AST):
        return node
    parts = {name: simplified(getattr(node, name, None), kinds, bindings) for name in FIELDS[type(node)]}
    new = changed(node, **parts)
    match new:
        case gast.Subscript(value=gast.Tuple(elts=elts), slice=gast.Constant(value=int(k))) if k < len(elts):
            return elts[k]
    if not isinstance(new, gast.Call) or new.keywords:
        return new
    function = bindings.get(core.path_of(new.func) or "")
    attribute = next((name for known, name in OF_ARRAYS if known is function), None)
    if (
        attribute is not None
        and len(new.args) == 1
        and core.is_name(new.args[0])
        and isinstance(kind_of_expression(new.args[0], kinds, bindings), Array)
    ):
        return core.attribute(new.args[0], attribute)
    if function is np.expand_dims:
        return _column(new, kinds, bindings)
    if function is unbroadcast:
        return _fitted(new, kinds, bindings)
    if function is np.conj:
        dtype = dtype_of(kind_of_expression(new.args[0], kinds, bindings))
        return new if dtype in (None, "object", *COMPLEX) else new.args[0]
    return new


def _column(call: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Any:
    """`np.expand_dims(g, 1)` of a vector as `g[:, None]`."""
    g, axis = call.args
    vector = _rank(kind_of_expression(g, kinds, bindings)) == 1
    if not vector or not core.is_constant(axis) or core.constant_value(axis) not in (1, -1):
        return call
    return core.item(g, core.tuple_([core.slice_(None, None, None), core.const(None)]))


def _fitted(call: Any, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> Any:
    """`unbroadcast(g, like)` where `g` is like `like` already, or `like` is a number."""
    g, like = call.args
    given, wanted = kind_of_expression(g, kinds, bindings), kind_of_expression(like, kinds, bindings)
    a, b = dtype_of(given), dtype_of(wanted)
    if a is None or b is None or (a in COMPLEX and b not in COMPLEX):
        return call
    if fit(given, wanted) and (a == b or isinstance(given, Number)):
        return g
    if isinstance(given, Array) and isinstance(wanted, Number) and bindings.get("np") is np:
        return core.call("np.sum", g)
    return call


def constant(value: Any) -> Any:
    """The expression for a constant, or for a tuple of them."""
    return core.tuple_(map(constant, value)) if isinstance(value, tuple) else core.const(value)


def show(scope: Scope, text: str) -> None:
    from adjoint.emit.printer import to_source

    around = Scope(scope.arguments, scope.facts, scope.defaults, {"np": np, **scope.free})
    print(to_source(around.folded(gast.parse(text).body[0].value)))


def _undecided(*values: Any) -> bool:
    return any(value is UNDECIDED for value in values)


def _argument(node: Any, facts: Facts) -> Any:
    if core.is_constant(node):
        return core.constant_value(node)
    if isinstance(node, (gast.Tuple, gast.List)):
        items = [_argument(e, facts) for e in node.elts]
        return UNDECIDED if _undecided(*items) else tuple(items)
    match facts.kinds.get(node.id) if core.is_name(node) else None:
        case Static(value=value):
            return value
        case Number(size=Size(constant=constant, terms=())):
            return constant
    return UNDECIDED


def _boolean(values: list[Any], conjunction: bool) -> Any:
    """`and` or `or`: one value that settles it settles it, whatever the others are."""
    for value in values:
        if value is not UNDECIDED and bool(value) is not conjunction:
            return value
    return UNDECIDED if _undecided(*values) else values[-1]


def _rank(kind: Kind | None) -> Any:
    match kind:
        case Number():
            return 0
        case Array(shape=tuple(shape)):
            return len(shape)
    return UNDECIDED


def _integers(value: Any) -> Any:
    """Whole numbers as a constant may spell them; UNDECIDED of all else."""
    if isinstance(value, np.ndarray) and value.ndim < 2 and value.dtype.kind == "i":
        value = tuple(value.tolist()) if value.ndim else value.item()
    elif isinstance(value, np.integer):
        value = int(value)
    whole = type(value) is int or (type(value) is tuple and all(type(item) is int for item in value))
    return value if whole else UNDECIDED
