"""Turn array statements into loops over their elements.

    >>> show(lowered, '''
    ... def f(x, b):
    ...     y = 2.0 * x[1:] + np.exp(b)
    ...     x[1:] += y
    ...     return np.sum(y * y)
    ... ''', x="float64 a", b="float64 a-1")
    def f(x, b):
        y = np.empty(max(x.shape[0] - 1, 0))
        for i in range(x.shape[0] - 1):
            y[i] = 2.0 * x[i + 1] + exp(b[i])
        for i_1 in range(x.shape[0] - 1):
            x[i_1 + 1] += y[i_1]
        t = 0.0
        for i_2 in range(y.shape[0]):
            t = added(t, y[i_2] * y[i_2])
        return t

Each statement has loops of its own; `join` brings those together that may run as one, `contract` makes numbers of the
arrays that then are used in one trip alone. A statement that reads cells which it writes at other indices
(`y[1:] = y[:-1]`) computes all its values first. What is not known well enough stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import ONE, Array, Kind, Number
from adjoint.fusion.context import Context, Lengths, Unfit, length
from adjoint.fusion.elements import ARITHMETIC, COMPARISONS, COPIES, UFUNCS, Elements, Index
from adjoint.fusion.example import show  # noqa: F401  (the doctest's)
from adjoint.fusion.reductions import STEMS, Reduction, reduction_of
from adjoint.normalize import tree
from adjoint.runtime import arrays, numbers
from adjoint.syntax import core
from adjoint.syntax.traverse import mapped, names_in, spelled

VIEWS = (gast.Subscript, gast.Attribute)


def lowered(fn: core.Function, context: Context) -> core.Function:
    """Write array statements as loops."""
    body = _Block(context, {}).run(fn.tree.body)
    return context.scope.done(body)


class _Block:
    """Goes through a block; `views` are the names that stand for a slice or transpose of another, while they do."""

    def __init__(self, context: Context, views: Mapping[str, Any]) -> None:
        self.context = context
        self.views = dict(views)

    def run(self, block: Sequence[Any]) -> list[Any]:
        out: list[Any] = []
        for stmt in block:
            new = self.statement(stmt)
            for part in new:
                self.forget(core.statements([part]))
                self.learn(part)
            out += new
        return out

    def statement(self, stmt: Any) -> list[Any]:
        if isinstance(stmt, tree.COMPOUND):
            if isinstance(stmt, gast.FunctionDef):
                return [stmt]
            self.forget(core.statements([stmt]))
            return [tree.map_blocks(stmt, lambda block: _Block(self.context, self.views).run(block))]
        if isinstance(stmt, core.Comment) or not self.context.is_pure(*_heads(stmt)):
            return [stmt]
        work = _Statement(self.context, self.views)
        try:
            return work.run(stmt)
        except Unfit:
            return [stmt]

    def forget(self, stmts: Sequence[Any]) -> None:
        """Forget the views that names no longer stand for, or of names that are bound anew."""
        bound = frozenset().union(*map(core.names_bound, stmts))
        if bound:
            self.views = {n: e for n, e in self.views.items() if n not in bound and bound.isdisjoint(names_in(e))}

    def learn(self, stmt: Any) -> None:
        """Note a view that a statement gives a name."""
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=value) if is_view(value, self.context):
                if name not in names_in(value):
                    self.views[name] = value


def _heads(stmt: Any) -> list[Any]:
    """What a statement evaluates; of `stack.append(value)`, the value."""
    match stmt:
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(), attr="append"), args=[item])):
            return [item]
    return core.heads(stmt)


def is_view(value: Any, context: Context) -> bool:
    """Is this a slice, a transpose or a transposed slice of an array that has a name, or the name?"""
    if not context.is_array(value):
        return False
    match value:
        case gast.Name():
            return True
        case gast.Subscript():
            parts = value.slice.elts if isinstance(value.slice, gast.Tuple) else [value.slice]
            simple = all(core.is_atom(p) or isinstance(p, gast.Slice) for p in parts)
            return simple and is_view(value.value, context)
        case gast.Attribute(attr="T"):
            return is_view(value.value, context)
    return False


class _Statement:
    """The lowering of one statement: `ahead` are the statements that come before what is left of it."""

    def __init__(self, context: Context, views: Mapping[str, Any]) -> None:
        self.context = context
        self.views = views
        self.ahead: list[Any] = []
        self.at: Any = None
        self.busy: set[Any] = set()  # what is being made an array of

    def run(self, stmt: Any) -> list[Any]:
        self.at = stmt
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if is_view(stmt.value, self.context):
                return [stmt]
            case gast.Assign(targets=[gast.Name(id=name)]):
                return self.bind(stmt, name)
            case gast.Assign(targets=[gast.Subscript(value=gast.Name())]):
                return self.store(stmt, stmt.targets[0], lambda cell, value: gast.Assign([cell], value, None))
            case gast.AugAssign(target=gast.Name() | gast.Subscript(value=gast.Name())) if isinstance(stmt.op, ADDING):
                return self.store(stmt, stmt.target, lambda cell, value: gast.AugAssign(cell, stmt.op, value))
            case gast.Return() if stmt.value is not None:
                return self.rest(stmt, core.return_(self.value(stmt.value), at=stmt))
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"), args=[item])):
                appended = core.call(core.attribute(core.load(name), "append"), self.value(item))
                return self.rest(stmt, core.effect(appended, at=stmt))
        return [stmt]

    def rest(self, old: Any, new: Any) -> list[Any]:
        if not self.ahead:
            return [old]
        self.context.memory.statement(new)  # it may give what was made ahead another name
        return [*self.ahead, new]

    def bind(self, stmt: Any, name: str) -> list[Any]:
        value = self.value(stmt.value, name)
        if core.is_name(value, name):
            return self.ahead
        return self.rest(stmt, core.bind(name, value, at=stmt))

    # Stores

    def store(self, stmt: Any, target: Any, write: Callable[[Any, Any], Any]) -> list[Any]:
        read = core.load(target.id) if isinstance(target, gast.Name) else core.item(target.value, target.slice)
        if (
            isinstance(target, gast.Subscript)
            and self.context.is_array(read)
            and not self.context.is_array(target.value)
        ):
            return [stmt]  # an item of a list or dictionary becomes another array
        if not self.context.is_array(read):
            if not self.context.is_array(core.load(core.path_of(getattr(target, "value", target)) or "")):
                if not isinstance(target, gast.Name) or not self.context.is_number(read):
                    return [stmt]
            value = self.value(stmt.value)
            return self.rest(stmt, core.place(write(target, value), stmt))
        shape = self.context.shape(read)
        self.check_stored(read, stmt.value)
        value = stmt.value

        def body(elements: Elements, index: Index) -> list[Any]:
            cell = elements.at(read, index)
            element = elements.at(value, elements.part(value, index, shape))
            if self.overlaps(cell, element):
                raise _Overlap
            return [core.place(write(core.cell(cell.value.id, cell.slice), element), stmt)]

        try:
            loops = self.nest(shape, body)
        except _Overlap:
            self.ahead.clear()
            value = self.array(stmt.value)
            loops = self.nest(shape, body)
        return [*self.ahead, *loops]

    def check_stored(self, target: Any, value: Any) -> None:
        """A number of the value's dtype must be one of the target's."""
        new, old = (getattr(self.context.kind(e), "dtype", None) for e in (value, target))
        if old != "float64" and not (old == "int64" and new in ("int64", "int")) and not (old == new == "bool"):
            raise Unfit

    def overlaps(self, cell: Any, element: Any) -> bool:
        """Does an element read cells that the statement may write for another index?"""
        name, index = cell.value.id, spelled(cell.slice)
        return any(
            isinstance(n, gast.Subscript)
            and self.context.memory.may_share(n.value.id, name)
            and not (n.value.id == name and spelled(n.slice) == index)
            for n in core.walk(element)
        )

    # Loops

    def nest(self, shape: Lengths, body: Callable[[Elements, Index], list[Any]]) -> list[Any]:
        """Loops over all indices of a shape; what does not depend on them goes ahead."""
        loops = {k: self.context.loop(k, size) for k, size in enumerate(shape) if size != ONE}
        index = tuple(core.load(loops[k]) if k in loops else core.const(0) for k in range(len(shape)))
        elements = Elements(self.context, self.piece, self.views)
        inner = body(elements, index)
        return self.loops(loops, inner, elements)

    def loops(self, variables: Mapping[int, str], inner: list[Any], elements: Elements) -> list[Any]:
        block = inner
        for k in sorted(variables, reverse=True):
            size = self.context.sizes[variables[k]]
            trips = core.call(self.context.scope.builtin("range"), length(size, elements.lengths))
            block = [core.for_(variables[k], trips, block, at=self.at)]
        return block

    # Values

    def value(self, expr: Any, name: str | None = None) -> Any:
        """An expression of the same value whose array work is done ahead."""
        context = self.context
        if core.is_atom(expr) or isinstance(expr, (gast.Slice, gast.Lambda)) or not isinstance(expr, gast.expr):
            return expr
        mark = len(self.ahead)
        try:
            if (context.is_array(expr) or context.is_number(expr)) and (reduction := reduction_of(expr, context)):
                return self.reduced(reduction, name)
            if context.is_array(expr) and self.is_elementwise(expr):
                return self.array(expr, name)
        except Unfit:
            del self.ahead[mark:]
            return expr
        return mapped(expr, self.value)

    def is_elementwise(self, expr: Any) -> bool:
        match expr:
            case gast.BinOp():
                return isinstance(expr.op, ARITHMETIC)
            case gast.UnaryOp():
                return isinstance(expr.op, (gast.USub, gast.Invert))
            case gast.Compare(ops=[op]):
                return isinstance(op, COMPARISONS)
            case gast.Call():
                callee = self.context.callee(expr)
                if callee is None:
                    return False
                primitive = callee.primitive
                if primitive in COPIES and core.is_name(callee.args[0]):
                    return callee.args[0].id in self.context.names or callee.args[0].id in self.context.fn.temps
                return primitive in UFUNCS or primitive in ELEMENTWISE
        return False

    def piece(self, expr: Any) -> Any:
        """A name, bound ahead, for what no element is computed of alone."""
        value = self.value(expr)
        if core.is_name(value):
            return value
        kind = self.context.kind(expr)
        if not isinstance(kind, (Number, Array)):
            raise Unfit
        name = self.context.temporary("t", kind)
        if isinstance(kind, Array):
            self.context.memory.join([name, *self.context.memory.sources(value)])
        self.ahead.append(core.bind(name, value, at=self.at))
        return core.load(name)

    def array(self, expr: Any, name: str | None = None) -> Any:
        """An array of the elements of an expression, made ahead."""
        shape = self.context.shape(expr)
        kind = self.context.kind(expr)
        assert isinstance(kind, Array)
        if expr in self.busy:  # no element is computed of it alone after all
            raise Unfit
        self.busy.add(expr)
        out = self.own_name(name, expr, kind)

        def body(elements: Elements, index: Index) -> list[Any]:
            element = elements.at(expr, index)
            made.append(self.made(out, kind, elements.lengths))
            return [core.store_item(out, one_or_tuple(core.copy(list(index))), element)]

        made: list[Any] = []
        loops = self.nest(shape, body)
        self.ahead += [*made, *loops]
        self.context.made.add(out)
        return core.load(out)

    def own_name(self, name: str | None, expr: Any, kind: Kind) -> str:
        """The name itself, if this is all that is ever bound to it, else a new one."""
        if name is not None and name in self.context.once and name not in names_in(expr):
            return name
        return self.context.temporary("t", kind)

    def made(self, name: str, kind: Array, axes: Any) -> Any:
        """An array of a kind, its cells not yet set."""
        assert kind.shape is not None
        sizes = [self.room(n, axes) for n in kind.shape]
        dtype = [] if kind.dtype == "float64" else [self.context.numpy("bool_" if kind.dtype == "bool" else kind.dtype)]
        return core.bind(name, core.call(self.context.numpy("empty"), one_or_tuple(sizes), *dtype), at=self.at)

    def room(self, size: Any, axes: Any) -> Any:
        """The length of a new axis: that of a short array's slice is 0, not negative."""
        if not size.terms:
            return core.const(max(size.constant, 0))
        text = length(size, axes)
        if isinstance(text, gast.BinOp):
            return core.call(self.context.builtin("max"), text, core.const(0))
        return text

    # Reductions

    def reduced(self, reduction: Reduction, name: str | None) -> Any:
        elements = Elements(self.context, self.piece, self.views)
        loops = {k: self.context.loop(k, size) for k, size in enumerate(reduction.shape) if size != ONE}
        index = tuple(core.load(loops[k]) if k in loops else core.const(0) for k in range(len(reduction.shape)))
        element = elements.at(reduction.operand, index)
        kind = Number("float64") if not reduction.out else Array("float64", reduction.out)
        self.check_length(reduction, elements)
        if len(reduction.axes) == len(reduction.shape) and not reduction.keepdims:
            out = self.own_name(name, reduction.operand, kind)
            self.ahead += [
                self.start(out, reduction),
                *self.loops(loops, [self.step(out, reduction, element)], elements),
            ]
            return self.finished(out, reduction, elements)
        return self.reduced_axes(reduction, name, elements, loops, element)

    def reduced_axes(
        self, reduction: Reduction, name: str | None, elements: Elements, loops: Mapping[int, str], element: Any
    ) -> Any:
        kind = Array("float64", reduction.out)
        out = self.own_name(name, reduction.operand, kind)
        cell = reduction.index({k: core.load(v) for k, v in loops.items()} | self.short(reduction))
        kept = {k: v for k, v in loops.items() if k not in reduction.axes}
        gone = {k: v for k, v in loops.items() if k in reduction.axes}
        if reduction.is_inner:
            total = self.context.temporary(STEMS[reduction.step], Number("float64"))
            inner = [
                self.start(total, reduction),
                *self.loops(gone, [self.step(total, reduction, element)], elements),
                core.store_item(out, one_or_tuple(cell), self.mean(core.load(total), reduction, elements)),
            ]
            self.ahead += [self.made(out, kind, elements.lengths), *self.loops(kept, inner, elements)]
            self.context.made.add(out)
            return core.load(out)
        if reduction.primitive is np.mean:
            raise Unfit
        sizes = one_or_tuple([self.room(n, elements.lengths) for n in kind.shape or ()])
        if reduction.step is numbers.added:
            new = core.call(self.context.numpy("zeros"), sizes)
        else:
            new = core.call(self.context.numpy("full"), sizes, self.identity(reduction))
        old = core.item(core.load(out), one_or_tuple(cell))
        step = core.store_item(out, one_or_tuple(core.copy(list(cell))), self.stepped(reduction, old, element))
        self.ahead += [core.bind(out, new, at=self.at), *self.loops(loops, [step], elements)]
        self.context.made.add(out)
        return core.load(out)

    def short(self, reduction: Reduction) -> dict[int, Any]:
        return {k: core.const(0) for k, size in enumerate(reduction.shape) if size == ONE}

    def check_length(self, reduction: Reduction, elements: Elements) -> None:
        """Extrema of nothing are an error, as NumPy's are."""
        if reduction.step is numbers.added:
            return
        gone = [
            length(reduction.shape[k], elements.lengths) for k in sorted(reduction.axes) if reduction.shape[k] != ONE
        ]
        kept = [n for k, n in enumerate(reduction.shape) if k not in reduction.axes and n != ONE]
        for size in gone:
            test = core.compare(size, gast.LtE, core.const(0))
            for other in kept:
                more = core.compare(length(other, elements.lengths), gast.Gt, core.const(0))
                test = gast.BoolOp(gast.And(), [test, more])
            word = "maximum" if reduction.step is numbers.larger else "minimum"
            text = core.const(f"zero-size array to reduction operation {word} which has no identity")
            error = core.call(self.context.scope.builtin("ValueError"), text)
            self.ahead.append(core.if_(test, [gast.Raise(error, None)], at=self.at))

    def identity(self, reduction: Reduction) -> Any:
        if reduction.step is numbers.added:
            return core.const(0.0)
        infinity = self.context.numpy("inf")
        return core.unary(gast.USub, infinity) if reduction.step is numbers.larger else infinity

    def start(self, name: str, reduction: Reduction) -> Any:
        return core.bind(name, self.identity(reduction), at=self.at)

    def step(self, name: str, reduction: Reduction, element: Any) -> Any:
        return core.bind(name, self.stepped(reduction, core.load(name), element), at=self.at)

    def stepped(self, reduction: Reduction, old: Any, element: Any) -> Any:
        return core.call(self.context.helper(reduction.step), old, element)

    def finished(self, name: str, reduction: Reduction, elements: Elements) -> Any:
        return self.mean(core.load(name), reduction, elements)

    def mean(self, total: Any, reduction: Reduction, elements: Elements) -> Any:
        """The sum itself, or the mean that it makes."""
        if reduction.primitive is not np.mean:
            return total
        count: Any = None
        for k in sorted(reduction.axes):
            size = self.room(reduction.shape[k], elements.lengths)
            count = size if count is None else core.binary(count, gast.Mult, size)
        return core.binary(total, gast.Div, core.const(1) if count is None else count)


# Calls that an element may be computed of alone, beside those of ufuncs.
ELEMENTWISE = frozenset(
    [np.where, np.broadcast_to, np.ndarray.astype, arrays.unbroadcast, *COPIES, np.full, np.expand_dims]
)


class _Overlap(Exception):
    """The value has to be computed before anything is stored."""


ADDING = (gast.Add, gast.Sub, gast.Mult, gast.Div)


def one_or_tuple(index: Sequence[Any]) -> Any:
    return core.tuple_(index) if len(index) > 1 else index[0]
