"""The last changes to a Core function before it is reversed, now that kinds are known.

    while norm(b) < 1000:            trips = 0
        b = b * 2             ->     while norm(b) < 1000:
                                         b = b * 2
                                         trips += 1

`x *= y` becomes a bind for a number and a store for an array; a nonlinear `x = f(x)` gets a temp, so that no
statement reads and binds one name; a choice between active values becomes an `if`; tests get a name and loops of
unknown length a counter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

import gast

from adjoint.analysis.alias import is_swap, stored_name
from adjoint.analysis.kinds import Array, DictOf, Instance, Kind, ListOf, Number, SetOf, TupleOf, Unknown, can_vary
from adjoint.differentiate.private import is_private
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said
from adjoint.syntax.traverse import changed

CHANGING = (Array, ListOf, DictOf, SetOf, Instance, Unknown)
COMPOUND = frozenset([gast.If, gast.For, gast.While, gast.With, core.Attempt])


def mapped(block: Sequence[Any], change: Callable[[Any], list[Any]]) -> list[Any]:
    """A block, each statement replaced by what `change` makes of it (the blocks inside it first).

    The very same block, where nothing changed: so do the passes return the very same function.
    """
    result: list[Any] = []
    for stmt in block:
        result += change(_with_blocks(stmt, change) if type(stmt) in COMPOUND else stmt)
    same = len(result) == len(block) and all(a is b for a, b in zip(result, block))
    return block if same and isinstance(block, list) else result


def _with_blocks(stmt: Any, change: Callable[[Any], list[Any]]) -> Any:
    body, old = mapped(stmt.body, change), getattr(stmt, "orelse", [])
    orelse = mapped(old, change)
    if body is stmt.body and orelse is old:
        return stmt
    # A block is never empty, whatever was taken out of it.
    fields = {"orelse": orelse} if isinstance(stmt, gast.If) else {}
    return changed(stmt, body=body or [core.pass_()], **fields)


def augmented(fn: core.Function, kinds: Mapping[str, Kind]) -> core.Function:
    """Decide `x op= e` on names: a number is bound anew, an array changes in place.

    `x += e` on an array becomes `x[...] += e`; with another operator, `t = x * e` and `x[...] = t`. Where only the run
    can tell, `check_number(x)` stands before `x = x + e` and refuses an array.
    """
    namer = fn.namer()
    helpers: dict[str, Any] = {}
    cells = _cells_put_back(fn, kinds)

    def change(stmt: Any) -> list[Any]:
        if not isinstance(stmt, gast.AugAssign) or not isinstance(stmt.target, gast.Name):
            return [stmt]
        name, kind = stmt.target.id, kinds.get(stmt.target.id)
        value = core.binary(load(name, stmt), stmt.op, stmt.value, at=stmt)
        if name in cells or isinstance(kind, (Number, TupleOf)) or not can_vary(kind) and not isinstance(kind, Array):
            return [core.bind(name, value, at=stmt)]
        if not isinstance(kind, Array):
            if not isinstance(kind, ListOf) and is_private(name, fn, kinds):
                return [core.bind(name, value, at=stmt)]
            if isinstance(kind, (ListOf, DictOf, Instance)):
                _refuse(stmt, fn)
            helper = next(iter(helpers), None) or namer.fresh("check_number")
            helpers[helper] = arrays.check_number
            checked = core.effect(core.call(helper, load(name, stmt), at=stmt.target), at=stmt)
            return [checked, core.bind(name, value, at=stmt)]
        everything = core.const(Ellipsis)
        if isinstance(stmt.op, (gast.Add, gast.Sub)):
            return [core.accumulate(core.cell(name, everything), stmt.value, type(stmt.op), at=stmt)]
        temp = namer.fresh("t")
        return [core.bind(temp, value, at=stmt), core.store_item(name, everything, load(temp), at=stmt)]

    body = mapped(fn.tree.body, change)
    bindings = MappingProxyType({**fn.bindings, **helpers}) if helpers else fn.bindings
    made = fn.temps | namer.made - helpers.keys()
    return fn.with_body(body, temps=made, bindings=bindings, helpers=fn.helpers | helpers.keys())


def _cells_put_back(fn: core.Function, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """The temps of `A[i] *= e` on an array: what is stored back may be a new value, for the store changes the cells."""
    return frozenset(
        stmt.value.id
        for stmt in fn.statements
        if isinstance(stmt, gast.Assign) and core.is_name(stmt.value) and stmt.value.id in fn.temps
        if isinstance(kinds.get(stored_name(stmt) or ""), Array)
    )


def _refuse(stmt: Any, fn: core.Function) -> None:
    name = stmt.target.id
    message = f"{said(name, fn)} is a list or another object, which changes in place"
    problem = problem_at(stmt, message, f"Write `{name} = {name} + …`.")
    raise_problems(UnsupportedMutation, [problem], fn.origin)


def separated(fn: core.Function, active: frozenset[str], never: frozenset[str] = frozenset()) -> core.Function:
    """Give a temp to a bind of an active name that reads the name itself in a nonlinear way (or at all, of `never`)."""
    namer, reads = fn.namer(), fn.reads
    # `t = [y, x]` and `y = np.concatenate(t)`: what is read of a display that has no cotangent of its own is its parts.
    displays = {t.id: reads[s] for s in fn.statements for t in _displayed(s)}

    def reads_of(stmt: Any) -> frozenset[str]:
        return reads[stmt].union(*[displays[n] for n in reads[stmt] if n in displays])

    def change(stmt: Any) -> list[Any]:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if name in active and name in reads_of(stmt):
                if name in never or not _is_linear(stmt.value, name, active):
                    temp = namer.fresh("t")
                    return [core.bind(temp, stmt.value, at=stmt), core.bind(name, load(temp), at=stmt)]
            case gast.Assign(targets=[gast.Tuple(elts=targets)]) if not is_swap(stmt):
                twice = core.names_bound(stmt) & core.names_read(stmt)
                if twice & active:
                    temps = {n: namer.fresh("t") for n in sorted(twice)}
                    names = [temps.get(t.id, t.id) for t in targets]
                    first = core.bind_several(names, stmt.value, at=stmt)
                    return [first, *(core.bind(n, load(t), at=stmt) for n, t in temps.items())]
        return [stmt]

    body = mapped(fn.tree.body, change)
    return fn.with_body(body, temps=fn.temps | namer.made)


def _displayed(stmt: Any) -> list[Any]:
    """The name that a statement binds to a list or tuple written out, if it does that."""
    match stmt:
        case gast.Assign(targets=[gast.Name() as target], value=gast.List() | gast.Tuple()):
            return [target]
    return []


def _is_linear(value: Any, name: str, active: frozenset[str]) -> bool:
    """Is the value linear in the name, which occurs once, with no other active operand?"""
    match value:
        case gast.BinOp(op=gast.Add() | gast.Sub()):
            return not (core.is_name(value.left, name) and core.is_name(value.right, name))
        case gast.BinOp(op=gast.Mult()):
            others = [e for e in (value.left, value.right) if not core.is_name(e, name)]
            return len(others) == 1 and not (core.is_name(others[0]) and others[0].id in active)
        case gast.BinOp(op=gast.Div()):
            return core.is_name(value.left, name) and not (core.is_name(value.right) and value.right.id in active)
        case gast.UnaryOp():
            return True
    return False


def chosen(fn: core.Function, wanted: frozenset[str]) -> core.Function:
    """Turn `y = a if test else b` into an `if`, for the names that are wanted so; of others, name the test."""
    if not any(type(stmt) is gast.Assign and type(stmt.value) is gast.IfExp for stmt in fn.statements):
        return fn
    namer = fn.namer()

    def change(stmt: Any) -> list[Any]:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.IfExp(test=test, body=a, orelse=b)):
                if name in wanted:
                    return [core.if_(test, [core.bind(name, a, at=stmt)], [core.bind(name, b, at=stmt)], at=stmt)]
                if not core.is_atom(test):
                    branch = namer.fresh("branch")
                    choice = core.ternary(load(branch), a, b, at=stmt)
                    return [core.bind(branch, test, at=stmt), core.bind(name, choice, at=stmt)]
        return [stmt]

    body = mapped(fn.tree.body, change)
    return fn.with_body(body, temps=fn.temps | namer.made)


def iterated(fn: core.Function) -> core.Function:
    """Give the items of a loop over anything but a range a name of their own: `for k in it:` and `x = k`.

    What is bound inside the body is recorded there; the loop's own variable is not.
    """
    namer = fn.namer()

    def change(stmt: Any) -> list[Any]:
        if not isinstance(stmt, gast.For) or not core.is_name(stmt.iter):
            return [stmt]
        item = namer.fresh("item")
        body = [core.bind(stmt.target.id, load(item), at=stmt), *stmt.body]
        return [core.for_(item, stmt.iter, body, at=stmt)]

    return fn.with_body(mapped(fn.tree.body, change), temps=fn.temps | namer.made)


def counted(fn: core.Function, kinds: Mapping[str, Kind]) -> tuple[core.Function, dict[Any, str]]:
    """Name the tests of branches, count the trips of loops whose length the reverse sweep cannot know.

    What a test says of a list or an array is named as a bool: the branch may change it.

    Returns the function, and the counter's name for each counted loop of the result.
    """
    namer = fn.namer()
    truth: list[str] = []  # the name of `bool`, once it is needed
    counters: dict[Any, str] = {}

    def change(stmt: Any) -> list[Any]:
        match stmt:
            case gast.If(body=[gast.Break()], orelse=[]):
                return [stmt]
            case gast.If() if (held := _may_change(stmt.test, kinds)) or _is_named(stmt):
                branch = namer.fresh("branch")
                if held and not truth:
                    truth.append("bool" if fn.bindings.get("bool") is bool else namer.fresh("bool"))
                test = core.call(truth[0], stmt.test, at=stmt.test) if held else stmt.test
                test = core.bind(branch, test, at=stmt)
                return [test, core.if_(load(branch), stmt.body, stmt.orelse, at=stmt)]
            case gast.While():
                return _with_counter(stmt, namer, counters)
            case gast.For() if has_break(stmt) or core.is_name(stmt.iter):
                return _with_counter(stmt, namer, counters)
        return [stmt]

    body = mapped(fn.tree.body, change)
    if not truth:
        return fn.with_body(body, temps=fn.temps | namer.made), counters
    bindings = MappingProxyType({**fn.bindings, truth[0]: bool})
    return fn.with_body(body, temps=fn.temps | namer.made - set(truth), bindings=bindings), counters


def _is_named(stmt: Any) -> bool:
    """Is the test to have a name of its own: one that the branch does not bind?"""
    return not core.is_name(stmt.test) or _binds(stmt, stmt.test.id)


def _may_change(test: Any, kinds: Mapping[str, Kind]) -> bool:
    """May the value of a test be an object that changes in place?"""
    match test:
        case gast.Name():
            return isinstance(kinds.get(test.id), CHANGING)
        case gast.BoolOp():
            return any(_may_change(value, kinds) for value in test.values)
        case gast.IfExp():
            return _may_change(test.body, kinds) or _may_change(test.orelse, kinds)
    return False


def _binds(stmt: Any, name: str) -> bool:
    """Is a name bound inside a compound statement?"""
    return any(name in core.names_bound(s) for s in core.statements([stmt]))


def has_break(loop: Any) -> bool:
    match loop.body[-1]:
        case gast.If(body=[gast.Break()]):
            return True
    return False


def _with_counter(loop: Any, namer: core.Namer, counters: dict[Any, str]) -> list[Any]:
    trips = namer.fresh("trips")
    count = core.accumulate(trips, core.const(1), at=loop)
    body = [*loop.body[:-1], count, loop.body[-1]] if has_break(loop) else [*loop.body, count]
    if isinstance(loop, gast.While):
        new = core.while_(loop.test, body, at=loop)
    else:
        new = core.place(gast.For(loop.target, loop.iter, body, [], None), loop)
    counters[new] = trips
    return [core.bind(trips, core.const(0), at=loop), new]


def without_copies(fn: core.Function) -> core.Function:
    """Bind a result directly to the name that a temp's only use gives it: `t = f(x)`, `y = t` become `y = f(x)`.

    What matters is not the length of the text but that an array then has one name where it had two. A tuple that nobody
    reads is left out too (its parts have been taken by their own names): it would hold arrays that change.
    """
    if not any(_is_copy(stmt, fn) for stmt in fn.statements):
        return fn
    reads = Counter(chain.from_iterable(map(fn.reads.__getitem__, fn.statements)))  # how many statements read a name
    binds = Counter(chain.from_iterable(map(fn.binds.__getitem__, fn.statements)))
    binds.update(s.target.id for s in fn.statements if _is_op_on_name(s))
    captured = {n for s in fn.statements if isinstance(s, gast.FunctionDef) for n in core.all_names(s)}

    def once(name: str) -> bool:
        single = reads[name] == binds[name] == 1
        return name in fn.temps and single and name not in captured and name not in fn.params

    def unread(name: str) -> bool:
        return name not in reads and name not in captured

    def block(statements: Sequence[Any]) -> list[Any]:
        result: list[Any] = []
        for stmt in statements:
            match stmt:
                case gast.Assign(targets=[gast.Name(id=target)], value=gast.Name(id=source)) if once(source):
                    at = _bind_of(source, target, result)
                    if at is not None:
                        old = result[at]
                        result[at] = core.bind(target, old.value, at=old)
                        continue
                case gast.Assign(targets=[gast.Name(id=target)], value=gast.Tuple()) if unread(target):
                    continue
            result.append(stmt)
        if len(result) == len(statements) and isinstance(statements, list):
            return statements
        return result or [core.pass_() for _ in statements[:1]]

    return fn.with_body(_each_block(fn.tree.body, block))


def _is_copy(stmt: Any, fn: core.Function) -> bool:
    """Is this `y = t` of a temp, or the bind of a tuple?"""
    if type(stmt) is not gast.Assign:
        return False
    return type(stmt.value) is gast.Tuple or type(stmt.value) is gast.Name and stmt.value.id in fn.temps


def _is_op_on_name(stmt: Any) -> bool:
    return isinstance(stmt, gast.AugAssign) and isinstance(stmt.target, gast.Name)


def _bind_of(source: str, target: str, block: list[Any]) -> int | None:
    """Where a block binds `source`, if nothing after that mentions `target`."""
    for k in range(len(block) - 1, -1, -1):
        stmt = block[k]
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)]) if name == source:
                return None if target in core.names_read(stmt) else k
        if any(target in core.names_bound(s) | core.names_read(s) for s in core.statements([stmt])):
            return None
    return None


def _each_block(block: Sequence[Any], change: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
    """Apply a change to every block, the innermost first."""

    def inside(stmt: Any) -> list[Any]:
        if type(stmt) not in COMPOUND:
            return [stmt]
        fields = {"body": change(stmt.body)}
        if type(stmt) is gast.If:
            fields["orelse"] = change(stmt.orelse)
        same = all(getattr(stmt, name) is block for name, block in fields.items())
        return [stmt if same else changed(stmt, **fields)]

    return change(mapped(block, inside))
