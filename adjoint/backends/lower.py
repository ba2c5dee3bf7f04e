"""What Numba reads otherwise than NumPy, or not at all, written so that both agree.

y[1:] += y[:-1]                 y[1:] += y[:-1].copy()      Numba adds cell by cell, to cells that it still reads
z = x * 2.0                     z = x * float32(2.0)        x of float32 stays so
s[...].copy()                   s.copy()
y[[0, 2]]                       y[np.array([0, 2])]
y_old = None                    y_old = 0.0                 what no branch that is taken reads
x.T.reshape(-1)                 contiguous(x.T).reshape(-1)
x.mean(axis=0)                  mean(x, axis=0)
np.add.reduce(x)                sum(x, axis=0)

return out, (x_stack,)          return out, kept_record((x_stack,))         a list in it would be copied
(x_stack,) = record             (x_stack,) = record.items
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import REDUCTIONS
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.infer import infer
from adjoint.analysis.kinds import Array, Kind, ListOf, Number, Static, TupleOf
from adjoint.backends.helpers import identical, kept_record, power, quotient, remainder, truths_added, turned
from adjoint.backends.unbound import checked, sources
from adjoint.rules import einstein, operators
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped

NARROW: Mapping[str, Any] = {"float32": np.float32, "complex64": np.complex64}
WEAK = ("float", "int", "complex")
INTEGERS: Mapping[type, Any] = {gast.FloorDiv: quotient, gast.Mod: remainder, gast.Pow: power}
CONTRACTIONS = (np.einsum, einstein.einsum)
PLAIN = (bool, int, float, complex)
RESHAPES = ("reshape", "ravel", "flatten")
# Methods that are called with an axis: the functions take more than Numba's methods do.
METHODS: Mapping[str, Any] = {
    name: getattr(np, name) for name in "sum mean prod max min var std cumsum cumprod argsort".split()
}


def lowered(
    fn: core.Function, arguments: Mapping[str, Kind], gives: bool = False, takes: str | None = None
) -> core.Function:
    """A finished function as Numba takes it; `gives` where it returns a record, `takes` is the one that it is given."""
    places = _Placeholders(fn, arguments)
    fn = checked(places.done(), frozenset(places.places) - fn.temps)
    return _Speller(fn, infer(fn, arguments), gives, takes).done()


def record_kind(fn: core.Function, arguments: Mapping[str, Kind]) -> Kind | None:
    """The kind of the record that a forward sweep returns."""
    kinds = infer(fn, arguments)
    value = _returned(fn).value
    return kind_of_expression(value.elts[1], kinds, fn.bindings) if isinstance(value, gast.Tuple) else None


def is_simple(kind: Kind | None) -> bool:
    """Can a value of this kind go to Python and back as it is?"""
    if isinstance(kind, TupleOf):
        return all(map(is_simple, kind.items))
    return isinstance(kind, (Number, Array))


def _returned(fn: core.Function) -> Any:
    return next(stmt for stmt in reversed(fn.tree.body) if type(stmt) is gast.Return)


class _Rewriter:
    """Goes over the statements of a function."""

    def __init__(self, fn: core.Function, kinds: Mapping[str, Kind]) -> None:
        self.fn, self.kinds = fn, kinds
        self.namer = fn.namer()
        self.bindings = dict(fn.bindings)
        self.named: dict[int, str] = {}

    def done(self) -> core.Function:
        body = [self.statement(stmt) for stmt in self.fn.tree.body]
        if all(new is old for new, old in zip(body, self.fn.tree.body, strict=True)):
            return self.fn
        tree = changed(self.fn.tree, body=body)
        helpers = self.fn.helpers | set(self.named.values())
        return self.fn.known(tree=tree, bindings=MappingProxyType(self.bindings), helpers=helpers).with_body(body)

    def statement(self, stmt: Any) -> Any:
        return mapped(stmt, self.part)

    def part(self, node: Any) -> Any:
        return self.statement(node) if isinstance(node, gast.stmt) else self.expr(node)

    def expr(self, node: Any) -> Any:
        return mapped(node, self.part)

    def kind(self, expr: Any) -> Kind | None:
        return kind_of_expression(expr, self.kinds, self.bindings)

    def helper(self, value: Any, stem: str) -> str:
        """The name by which the text calls a helper."""
        if id(value) not in self.named:
            known = next((n for n, v in self.bindings.items() if v is value and "." not in n), None)
            self.named[id(value)] = known or self.namer.fresh(stem)
            self.bindings[self.named[id(value)]] = value
        return self.named[id(value)]


class _Placeholders(_Rewriter):
    """Gives names that are None until a branch binds them a number or array at once, which nobody reads."""

    def __init__(self, fn: core.Function, arguments: Mapping[str, Kind]) -> None:
        empty = {
            stmt.targets[0].id for stmt in fn.statements if _binds_none(stmt) and stmt.targets[0].id not in fn.params
        }
        super().__init__(fn, infer(fn, arguments) if empty else {})
        compared = {
            n.id
            for node in core.walk(fn.tree)
            if empty and type(node) is gast.Compare
            for n in (node.left, *node.comparators)
            if type(n) is gast.Name
        }
        seen = sources(fn, compared) if compared else compared
        self.places = {n: kind for n in empty - seen if (kind := self.other(n)) is not None}

    def other(self, name: str) -> Kind | None:
        """The kind of all that is bound to a name but None, if that is one of a number or an array."""
        found = None
        for stmt in self.fn.statements:
            if type(stmt) is gast.Assign and core.is_name(stmt.targets[0], name) and not _binds_none(stmt):
                kind = self.kind(stmt.value)
                if not isinstance(kind, (Number, Array)) or (found is not None and not _alike(found, kind)):
                    return None
                found = kind
            elif name in self.fn.binds[stmt] and not _binds_none(stmt):
                return None
        return found

    def statement(self, stmt: Any) -> Any:
        if _binds_none(stmt) and stmt.targets[0].id in self.places:
            kind = self.places[stmt.targets[0].id]
            if isinstance(kind, Number):
                value = False if kind.dtype == "bool" else 0 if kind.dtype.startswith(("int", "uint")) else 0.0
                return changed(stmt, value=core.const(value, stmt))
            if isinstance(kind, Array) and kind.shape is not None:
                shape = core.tuple_([core.const(0) for _ in kind.shape])
                made = core.call(
                    self.helper(np.zeros, "zeros"), shape, core.load(self.helper(_type(kind.dtype), kind.dtype))
                )
                return changed(stmt, value=made)
        return super().statement(stmt)


def _binds_none(stmt: Any) -> bool:
    return (
        type(stmt) is gast.Assign
        and core.is_name(stmt.targets[0])
        and type(stmt.value) is gast.Constant
        and stmt.value.value is None
    )


def _alike(a: Kind, b: Kind) -> bool:
    if isinstance(a, Array) and isinstance(b, Array):
        return (a.dtype, a.rank) == (b.dtype, b.rank)
    return isinstance(a, Number) and isinstance(b, Number)


def _type(dtype: str) -> Any:
    return np.dtype(dtype).type


class _Speller(_Rewriter):
    """Spells expressions as Numba reads them as NumPy does."""

    def __init__(self, fn: core.Function, kinds: Mapping[str, Kind], gives: bool, takes: str | None) -> None:
        super().__init__(fn, kinds)
        self.gives, self.takes = gives, takes
        self.stored = frozenset(n for stmt in fn.statements for n in _stored(stmt))
        dtypes = {k.dtype for k in kinds.values() if isinstance(k, (Number, Array))}
        self.narrow = not dtypes.isdisjoint(NARROW)

    def statement(self, stmt: Any) -> Any:
        match stmt:
            case gast.AugAssign(target=target, value=value):
                new = super().statement(stmt)
                if self.may_be_array(_loaded(target)) and not self.is_fresh(value, target):
                    new = changed(new, value=self.owned(new.value))
                return self.of_width(new, target)
            case gast.Assign(value=gast.Name(id=name)) if name == self.takes:
                return changed(stmt, value=core.attribute(stmt.value, "items", stmt.value))
            case gast.Return(value=gast.Tuple(elts=[out, gast.Tuple(elts=[_, *_]) as record])) if self.gives:
                kept = core.call(self.helper(kept_record, "kept_record"), self.expr(record))
                return changed(stmt, value=core.tuple_([self.expr(out), kept]))
        return super().statement(stmt)

    def may_be_array(self, node: Any) -> bool:
        return not isinstance(self.kind(node), (Number, Static, ListOf, TupleOf))

    def owned(self, value: Any) -> Any:
        return core.place(core.call(self.helper(arrays.owned, "owned"), value), value)

    def of_width(self, stmt: Any, target: Any) -> Any:
        """`x *= 2.0` for a number of few digits."""
        dtype = _narrow(self.kind(_loaded(target)))
        return changed(stmt, value=self.narrowed(stmt.value, dtype)) if dtype and type(target) is gast.Name else stmt

    def is_fresh(self, value: Any, target: Any) -> bool:
        """Is a value read in full before its target is written, or the target's own cells one by one?"""
        if not isinstance(self.kind(value), Array):
            return self.kind(value) is not None and isinstance(self.kind(value), (Number, Static))
        match value:
            case gast.BinOp() | gast.UnaryOp() | gast.Compare():
                return True
            case gast.Call(func=gast.Attribute(attr="copy")):
                return True
            case gast.Call():
                from adjoint.analysis.callees import callee_of, result_of

                callee = callee_of(value, self.kinds, self.bindings)
                return callee is not None and not callee.starred and result_of(callee) == "fresh"
        return False

    def expr(self, node: Any) -> Any:
        match node:
            case gast.Subscript(value=inner, slice=gast.Constant(value=index), ctx=gast.Load()) if index is ...:
                if isinstance(self.kind(inner), Array):
                    return self.expr(inner)
            case gast.Subscript(
                value=gast.Call(func=gast.Name(id="range"), args=ends), slice=gast.Slice(step=step)
            ) if len(ends) == 3 and core.is_constant(step) and core.constant_value(step) == -1:
                return core.place(core.call(self.helper(turned, "turned"), *ends), node)
            case gast.Subscript(slice=index) if isinstance(self.kind(node.value), Array):
                new = mapped(node, self.part)
                return changed(new, slice=self.index(new.slice, index))
            case gast.BinOp(left=left, right=right) if (known := self.of_integers(left, node.op, right)) is not None:
                return core.place(core.call(self.helper(known, known.__name__), *map(self.expr, (left, right))), node)
            case gast.BinOp(left=left, op=gast.Add() | gast.Sub(), right=right) if self.is_truth(
                left
            ) and self.is_truth(right):
                added = self.helper(truths_added, "truths_added")
                return core.place(core.call(added, *map(self.expr, (left, right))), node)
            case gast.Compare(left=left, ops=[gast.Is() | gast.IsNot() as op], comparators=[right]) if self.are_values(
                left, right
            ):
                same = core.call(self.helper(identical, "identical"), *map(self.expr, (left, right)), at=node)
                return same if isinstance(op, gast.Is) else core.unary(gast.Not, same)
            case gast.BinOp() | gast.Compare() if self.narrow:
                return self.operands_of_width(mapped(node, self.part), node)
            case gast.Call() if self.narrow:
                return self.call(self.arguments_of_width(mapped(node, self.part), node), node)
            case gast.Call():
                return self.call(mapped(node, self.part), node)
        return mapped(node, self.part)

    def are_values(self, left: Any, right: Any) -> bool:
        """Is one of two values a number or array, and the other one too, or a constant but None?"""
        kinds = self.kind(left), self.kind(right)
        known = [k for k in kinds if isinstance(k, (Number, Array))]
        return bool(known) and all(k in known or isinstance(k, Static) and type(k.value) in PLAIN for k in kinds)

    def is_truth(self, expr: Any) -> bool:
        kind = self.kind(expr)
        return kind == Number("bool") or isinstance(kind, Static) and type(kind.value) is bool

    def of_integers(self, left: Any, op: Any, right: Any) -> Any:
        """The function that computes with whole numbers as Python does, where an operator may not."""
        if type(op) not in INTEGERS or (core.is_constant(right) and core.constant_value(right) > 0):
            return None
        return INTEGERS[type(op)] if _is_python_int(self.kind(left)) and _is_python_int(self.kind(right)) else None

    def index(self, new: Any, index: Any) -> Any:
        """An index whose lists are arrays."""
        if isinstance(index, gast.Tuple):
            return changed(new, elts=[self.index(part, old) for part, old in zip(new.elts, index.elts)])
        return core.call(self.helper(np.array, "array"), new) if isinstance(self.kind(index), ListOf) else new

    def call(self, new: Any, node: Any) -> Any:
        match node.func:
            case gast.Attribute(value=inner, attr="copy") if not node.args and not isinstance(self.kind(inner), Array):
                return new.func.value if isinstance(self.kind(inner), Number) else self.owned(new.func.value)
            case gast.Attribute(value=inner, attr=attr) if attr in RESHAPES and isinstance(self.kind(inner), Array):
                if not isinstance(inner, gast.Name) or inner.id not in self.stored:
                    contiguous = core.call(self.helper(np.ascontiguousarray, "contiguous"), new.func.value)
                    return changed(new, func=changed(new.func, value=contiguous))
            case gast.Attribute(value=inner, attr=attr) if attr in METHODS and (node.args or node.keywords):
                if isinstance(self.kind(inner), Array):
                    function = core.load(self.helper(METHODS[attr], attr))
                    return changed(new, func=function, args=[new.func.value, *new.args])
        callee = self.callee(node)
        if (function := self.fold(node)) is not None:
            return core.place(core.call(self.helper(function, "fold"), new.args[0], axis=core.const(0)), new)
        if callee in CONTRACTIONS:
            return self.contraction(new, callee)
        if callee is operators.extremum and not any(isinstance(a, gast.Starred) for a in node.args):
            return self.shares(new)
        simple = len(node.args) == 1 and not node.keywords
        if callee is np.array and simple and not isinstance(self.kind(node.args[0]), (ListOf, TupleOf)):
            return self.owned(new.args[0])
        if callee is np.reshape and isinstance(self.kind(node.args[0]), Array):
            contiguous = core.call(self.helper(np.ascontiguousarray, "contiguous"), new.args[0])
            return changed(new, args=[contiguous, *new.args[1:]])
        return new

    def fold(self, node: Any) -> Any:
        """`np.sum` for `np.add.reduce(x)`, along the first axis; None for others."""
        if not isinstance(node.func, gast.Attribute) or len(node.args) != 1 or node.keywords:
            return None
        ufunc = self.bindings.get(core.path_of(node.func.value) or "")
        return REDUCTIONS.get((ufunc, node.func.attr)) if isinstance(ufunc, np.ufunc) else None

    def shares(self, new: Any) -> Any:
        """The cotangents of the arguments of `max` or `min`: several numbers, or one sequence of them."""
        given = {k.arg: k.value for k in new.keywords}
        values = core.tuple_(new.args) if len(new.args) > 1 else new.args[0]
        name = self.helper(arrays.shares_where_equal, "shares")
        call = core.place(core.call(name, values, given["out"], given["out_bar"]), new)
        return call if len(new.args) > 1 else core.tuple_([call], new)

    def contraction(self, new: Any, callee: Any) -> Any:
        """`np.einsum`, or its cotangents, without the order in which NumPy should go about it."""
        if any(k.arg not in ("optimize", "out_bar") for k in new.keywords):
            return new
        if callee is np.einsum:
            return changed(new, keywords=[])
        seed = next(k.value for k in new.keywords if k.arg == "out_bar")
        args = [new.args[0], core.tuple_(new.args[1:]), seed, core.const(False)]
        return core.place(core.call(self.helper(einstein.cotangents, "cotangents"), *args), new)

    def callee(self, node: Any) -> Any:
        path = core.path_of(node.func)
        return self.bindings.get(path) if path else None

    def operands_of_width(self, new: Any, node: Any) -> Any:
        """`x * 2.0` for x of few digits."""
        if isinstance(node, gast.Compare):
            return new
        left, right = self.kind(node.left), self.kind(node.right)
        if dtype := _narrow(left):
            return changed(new, right=self.narrowed(new.right, dtype, right))
        if dtype := _narrow(right):
            return changed(new, left=self.narrowed(new.left, dtype, left))
        return new

    def arguments_of_width(self, new: Any, node: Any) -> Any:
        kinds = [self.kind(a) for a in node.args]
        dtype = next((d for k in kinds if (d := _narrow(k))), None)
        function = self.callee(node)
        if dtype and (isinstance(function, np.ufunc) or function is np.where):
            new = changed(new, args=[self.narrowed(a, dtype, k) for a, k in zip(new.args, kinds)])
        own = self.kind(node)
        if isinstance(own, Number) and (found := _narrow(own)) and not _is_type(function):
            return core.place(core.call(self.helper(NARROW[found], found), new), node)
        return new

    def narrowed(self, new: Any, dtype: str, kind: Kind | None = None) -> Any:
        kind = self.kind(new) if kind is None else kind
        if not isinstance(kind, Number) or kind.dtype not in WEAK:
            return new
        if kind.dtype == "complex":
            dtype = "complex64"
        elif dtype == "complex64":
            dtype = "float32"
        return core.place(core.call(self.helper(NARROW[dtype], dtype), new), new)


def _is_turned(node: Any) -> bool:
    """Is this index `[::-1]`?"""
    step = node.slice.step if isinstance(node.slice, gast.Slice) else None
    if step is None or node.slice.lower or node.slice.upper:
        return False
    return core.is_constant(step) and core.constant_value(step) == -1


def _is_python_int(kind: Kind | None) -> bool:
    return isinstance(kind, Number) and kind.dtype in ("int", "bool")


def _is_type(function: Any) -> bool:
    return any(function is t for t in NARROW.values())


def _narrow(kind: Kind | None) -> str | None:
    return kind.dtype if isinstance(kind, (Number, Array)) and kind.dtype in NARROW else None


def _loaded(target: Any) -> Any:
    """A target of a statement, read."""
    return changed(target, ctx=gast.Load())


def _stored(stmt: Any) -> Sequence[str]:
    """The array of which a statement changes cells."""
    target = stmt.target if type(stmt) is gast.AugAssign else stmt.targets[0] if type(stmt) is gast.Assign else None
    while isinstance(target, gast.Subscript):
        target = target.value
        if isinstance(target, gast.Name):
            return [target.id]
    return [target.id] if type(stmt) is gast.AugAssign and isinstance(target, gast.Name) else []
