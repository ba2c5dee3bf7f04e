"""Record into arrays that are made ahead of a loop, where it is known how many records there will be.

    >>> from adjoint.fusion import example
    >>> from adjoint.fusion.lower import lowered
    >>> example.show(lambda fn, context: stacks(lowered(fn, context), context), '''
    ... def f(a, n):
    ...     t_stack = []
    ...     s_stack = []
    ...     for k in range(n):
    ...         t = np.exp(a * k)
    ...         t_stack.append(t)
    ...         s_stack.append(t[0])
    ...     x = np.zeros(len(a))
    ...     for j in range(n - 1, -1, -1):
    ...         u = t_stack[j]
    ...         x += u * s_stack[j]
    ...     return x
    ... ''', a="float64 a", n="int")
    def f(a, n):
        t_stack = np.empty((max(n, 0), a.shape[0]))
        s_stack = np.empty(max(n, 0))
        for k in range(n):
            for i in range(a.shape[0]):
                t_stack[k, i] = exp(a[i] * k)
            s_stack[k] = t_stack[k, 0]
        x = np.zeros(len(a))
        for j in range(n - 1, -1, -1):
            t_1 = s_stack[j]
            for i_1 in range(x.shape[0]):
                x[i_1] += t_stack[j, i_1] * t_1
        return x

An array is put on a stack by loops around it alone, all of them counting up from 0 as often as is known before the
first: so there is one record for each trip, and no more. The number of the trip is the place of the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import Array, Number
from adjoint.classes import dataclass
from adjoint.fusion.accesses import axis_of, by_cells_alone, parts
from adjoint.fusion.context import Context, Unfit
from adjoint.fusion.ranges import ends_of
from adjoint.fusion.rooms import Ahead
from adjoint.normalize import tree
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped, names_in


def stacks(fn: core.Function, context: Context) -> core.Function:
    """Make arrays of the stacks of which the height is known."""
    found = [] if not _lists(fn) or _asks_for_arrays(context) else _Finder(fn, context).found()
    return context.scope.done(_Change(fn, context, found).outermost(fn.tree.body)) if found else fn


def _asks_for_arrays(context: Context) -> bool:
    """Are cotangents looked up by the arrays themselves, which a row of another array is not?"""
    return any(value is arrays.cotangent_of for value in context.bindings.values())


@dataclass(frozen=True)
class _Stack:
    """A stack, the loops around what is put on it, the statement that puts it there, and the one that makes it."""

    name: str
    bind: Any
    loops: tuple[Any, ...]
    append: Any
    made: Any  # None where numbers are put on it
    new: Any  # what makes the array in place of the list

    @property
    def block(self) -> Sequence[Any]:
        return self.loops[-1].body  # type: ignore[no-any-return]


def _lists(fn: core.Function) -> dict[str, Any]:
    """The names of lists that begin empty, with the statements that make them."""
    return {
        stmt.targets[0].id: stmt
        for stmt in fn.tree.body
        if isinstance(stmt, gast.Assign)
        and core.is_name(stmt.targets[0])
        and isinstance(stmt.value, gast.List)
        and not stmt.value.elts
    }


def _appended(stmt: Any) -> tuple[str, Any] | None:
    match stmt:
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"), args=[item])):
            return name, item
    return None


class _Finder:
    def __init__(self, fn: core.Function, context: Context) -> None:
        self.fn, self.context, self.ahead = fn, context, Ahead(fn, context)
        self.lists = {name: stmt for name, stmt in _lists(fn).items() if name in self.ahead.once}
        self.stacks: list[_Stack] = []

    def found(self) -> list[_Stack]:
        """The stacks that may be arrays."""
        alone = self.alone()
        seen: set[str] = set()
        for stmt in self.fn.tree.body:
            if isinstance(stmt, gast.For) and not any(isinstance(s, gast.Break) for s in core.statements([stmt])):
                self.visit((stmt,), alone - seen)
            if _bound_list(stmt) not in alone:
                seen |= names_in(stmt)
            self.ahead.learn(stmt)
        return self.stacks

    def alone(self) -> frozenset[str]:
        """The lists that are put upon in one place, and asked for items and their height alone."""
        uses: Counter[str] = Counter()
        puts: Counter[str] = Counter()
        for node in core.walk(self.fn.tree):
            match node:
                case gast.Name(id=name, ctx=gast.Load()):
                    uses[name] += 1
                case gast.Subscript(value=gast.Name(id=name), slice=index, ctx=gast.Load()):
                    uses[name] -= not isinstance(index, gast.Slice)
                case gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name)]):
                    uses[name] -= 1
                case gast.Expr() if (put := _appended(node)) is not None:
                    uses[put[0]] -= 1
                    puts[put[0]] += 1
        return frozenset(name for name in self.lists if not uses[name] and puts[name] == 1)

    def visit(self, loops: tuple[Any, ...], names: frozenset[str]) -> None:
        """Stacks that are put upon in a block, or in loops inside it."""
        ends = ends_of(loops[-1])
        if ends is None or ends[2] != 1 or not core.is_constant(ends[0]) or core.constant_value(ends[0]) != 0:
            return
        if loops[-1].target.id not in self.ahead.once:
            return
        for stmt in loops[-1].body:
            put = _appended(stmt)
            if put is not None and put[0] in names:
                self.add(put[0], put[1], loops, stmt)
            elif isinstance(stmt, gast.For) and core.is_name(stmt.target):
                self.visit((*loops, stmt), names)

    def add(self, name: str, item: Any, loops: tuple[Any, ...], append: Any) -> None:
        kind, made, sizes = self.context.kind(item), None, []
        try:
            if isinstance(kind, Array):
                made = self.maker(item, kind, loops[-1].body)
                if any(stack.made is made for stack in self.stacks):
                    return  # on two stacks: it is one's own, the other holds it
                sizes = [self.ahead.moved(part) for part in parts(made.value.args[0])]
            elif not isinstance(kind, Number) or kind.dtype not in ("float", "float64"):
                return
            shape = [self.trips(loops), *sizes]
        except Unfit:
            return
        room = core.tuple_(shape) if len(shape) > 1 else shape[0]
        new = core.bind(name, core.call(self.context.numpy("empty"), room), at=self.lists[name])
        self.stacks.append(_Stack(name, self.lists[name], loops, append, made, new))

    def maker(self, item: Any, kind: Array, block: Sequence[Any]) -> Any:
        """The statement of the block that makes an array of floats of ours."""
        for stmt in block:
            match stmt:
                case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call(args=[_]) as value) if (
                    core.is_name(item, name) and name in self.context.made & self.ahead.once and kind.dtype == "float64"
                ):
                    callee = self.context.callee(value)
                    if callee is not None and callee.primitive is np.empty:
                        return stmt
        raise Unfit

    def trips(self, loops: Sequence[Any]) -> Any:
        """How many trips the innermost of some loops has in all."""
        count: Any = None
        for loop in loops:
            stop: Any = (ends_of(loop) or (None, None, 1))[1]
            if not self.is_still(stop) or (core.is_constant(stop) and core.constant_value(stop) < 0):
                raise Unfit
            trips = self.ahead.moved(core.copy(stop))
            if axis_of(trips) is None and not core.is_constant(trips):
                trips = core.call(self.context.builtin("max"), trips, core.const(0))
            count = trips if count is None else core.binary(count, gast.Mult, trips)
        return count

    def is_still(self, expr: Any) -> bool:
        """Is this arithmetic on whole numbers and lengths of arrays?"""
        match expr:
            case gast.Name():
                return isinstance(self.context.kind(expr), Number)
            case gast.BinOp():
                return self.is_still(expr.left) and self.is_still(expr.right)
            case gast.Call(func=gast.Name(id="len"), args=[gast.Name() as array]):
                return self.context.is_array(array)
        return core.is_constant(expr) or axis_of(expr) is not None


def _bound_list(stmt: Any) -> str | None:
    match stmt:
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.List(elts=[])):
            return str(name)
    return None


class _Change:
    """Writes records at their places, and reads them there."""

    def __init__(self, fn: core.Function, context: Context, found: Sequence[_Stack]) -> None:
        self.fn, self.context = fn, context
        self.stacks = {stack.append: stack for stack in found}
        self.makers = {stack.made: stack for stack in found if stack.made is not None}
        self.records = {stack.name: stack for stack in found}
        self.mentions = Counter(n.id for n in core.walk(fn.tree) if isinstance(n, gast.Name))
        self.once = Ahead(fn, context).once
        self.places: dict[str, tuple[str, Any]] = {}  # of arrays that are records: the stack, and the place in it
        self.numbers: dict[Any, Any] = {}  # the number of the trip, by innermost loop
        for stack in found:
            self.context.kinds[stack.name] = self.kind(stack)

    def kind(self, stack: _Stack) -> Array:
        item = self.context.kinds[stack.made.targets[0].id] if stack.made is not None else None
        if stack.made is not None:
            self.context.memory.join([stack.name, stack.made.targets[0].id])
        return Array("float64", (None, *(item.shape or ()))) if isinstance(item, Array) else Array("float64", (None,))

    def outermost(self, block: Sequence[Any]) -> list[Any]:
        gone = {stack.bind for stack in self.records.values()}
        out: list[Any] = []
        for stmt in block:
            out += [stack.new for stack in self.records.values() if stack.loops[0] is stmt]
            if stmt not in gone:
                out += self.block([stmt])
        return out

    def block(self, block: Sequence[Any]) -> list[Any]:
        out: list[Any] = []
        for place, stmt in enumerate(block):
            out += self.statement(stmt, block[place + 1 :])
        return out

    def statement(self, stmt: Any, rest: Sequence[Any]) -> list[Any]:
        if stmt in self.stacks:
            stack = self.stacks[stmt]
            if stack.made is not None:
                return []
            value = self.expr((_appended(stmt) or ("", None))[1])
            return [core.store_item(stack.name, core.copy(self.number(stack)), value, at=stmt)]
        if stmt in self.makers:
            stack = self.makers[stmt]
            return self.given(stmt, stack.name, self.number(stack), rest)
        match stmt:
            case gast.Assign(targets=[gast.Name()], value=gast.Subscript(value=gast.Name(id=name), slice=gast.Name())):
                if name in self.records and self.records[name].made is not None:
                    return self.given(stmt, name, stmt.value.slice, rest)
        if isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
            head = {f: self.expr(v) for f in ("iter", "test") if (v := getattr(stmt, f, None)) is not None}
            new = tree.map_blocks(changed(stmt, **head), self.block)
            number = self.numbers.get(stmt)
            return [new if number is None else changed(new, body=[number, *new.body])]
        return [mapped(stmt, self.expr)]

    def given(self, stmt: Any, stack: str, index: Any, rest: Sequence[Any]) -> list[Any]:
        """A name for a record, where its cells cannot be written as those of the stack."""
        name = stmt.targets[0].id
        kind = self.context.kinds[stack]
        assert isinstance(kind, Array) and kind.shape is not None
        held = sum(1 for n in core.walk(*rest) if core.is_name(n, name))
        bound = frozenset().union(*map(core.names_bound, core.statements(rest)))
        if name in self.once and held + 1 == self.mentions[name] and bound.isdisjoint(names_in(index)):
            cells = [s for s in rest if s not in self.stacks]
            if name in by_cells_alone(cells, {name: len(kind.shape) - 1}):
                self.places[name] = (stack, index)
                return []
        return [core.bind(name, core.item(core.load(stack), core.copy(index)), at=stmt)]

    def number(self, stack: _Stack) -> Any:
        """The number of the trip of the innermost loop, among all its trips."""
        first, *inner = stack.loops
        if not inner:
            return core.load(first.target.id)
        known = self.numbers.get(stack.loops[-1])
        if known is not None:
            return core.load(known.targets[0].id)
        number: Any = core.load(first.target.id)
        for loop in inner:
            stop = (ends_of(loop) or (None, None, 1))[1]
            number = core.binary(core.binary(number, gast.Mult, core.copy(stop)), gast.Add, core.load(loop.target.id))
        name = self.context.temporary("at", Number("int"))
        self.numbers[stack.loops[-1]] = core.bind(name, number)
        return core.load(name)

    def expr(self, node: Any) -> Any:
        match node:
            case gast.Subscript(value=gast.Name(id=name)) if name in self.places:
                stack, place = self.places[name]
                index = core.tuple_([core.copy(place), *map(self.expr, parts(node.slice))])
                if isinstance(node.ctx, gast.Store):
                    return core.cell(stack, index, at=node)
                return core.item(core.load(stack), index, at=node)
            case gast.Subscript(value=gast.Attribute(value=gast.Name(id=name), attr="shape"), slice=k) if (
                name in self.places
            ):
                shape = core.attribute(core.load(self.places[name][0]), "shape")
                return core.item(shape, core.const(core.constant_value(k) + 1), at=node)
        return mapped(node, self.expr)
