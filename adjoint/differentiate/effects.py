"""Calls that change an array become stores, so that one kind of change is all that later passes know.

    np.add.at(y, index, x)          t = scattered(y, index, x)
                                    y[...] += t
    np.exp(x, out=y)          ->    t = np.exp(x)
                                    y[...] = t
    y.fill(x)                       y[...] = x
    a, b = y                        if len(y) != 2:
                                        raise ValueError("not 2 values to unpack")
                                    a = y[0]
                                    b = y[1]

Other methods that change an array or a list are refused here; calls of which nothing is known, elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import Classes, alias_classes
from adjoint.analysis.callees import Callee, callee_of, ufunc_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, ListOf, Number, TupleOf, Unknown, can_vary, is_text
from adjoint.differentiate import numpy_calls
from adjoint.differentiate.flat import flat_names, of_flat
from adjoint.differentiate.prepare import mapped
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.rules import registry
from adjoint.runtime import arrays, rows
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said
from adjoint.tidy.rebuild import COMPOUND, is_bind

EVERYTHING = Ellipsis
IN_PLACE = ("sort", "partition", "put", "fill")
CHANGED = frozenset([gast.BinOp, gast.Call, gast.Subscript, core.Element])  # values of binds that may be changed
_SIGNS: Mapping[Any, type] = {np.add: gast.Add, np.subtract: gast.Sub}


def in_place(fn: core.Function, kinds: Mapping[str, Kind]) -> core.Function:
    """Rewrite the calls that change arrays and lists.

    Raises:
        UnsupportedMutation: for a change that is not known, of what may carry a derivative.
    """
    editor = _Editor(fn, kinds)
    body = mapped(fn.tree.body, editor.change)
    bindings = MappingProxyType({**fn.bindings, **editor.bindings})
    return fn.with_body(body, temps=fn.temps | editor.namer.made, bindings=bindings)


class _Editor:
    """What the rewriting of one function's statements shares."""

    def __init__(self, fn: core.Function, kinds: Mapping[str, Kind]) -> None:
        self.fn, self.kinds = fn, kinds
        self.namer = fn.namer()
        self.bindings: dict[str, Any] = {}
        self.flats = flat_names(fn, kinds)

    def change(self, stmt: Any) -> list[Any]:
        if self.flats and (body := of_flat(stmt, self.flats, self)) is not None:
            return body
        if is_bind(stmt) and isinstance(stmt.value, gast.BinOp):  # as most statements are
            left, op, right = stmt.value.left, stmt.value.op, stmt.value.right
            if any(isinstance(self.kind(e), TupleOf) for e in (left, right)):
                return self.of_sequences(stmt, stmt.targets[0].id, left, op, right)
            return numpy_calls.with_array_operands(stmt, self)
        if type(stmt) in COMPOUND or is_bind(stmt) and type(stmt.value) not in CHANGED:
            return [stmt]
        match stmt:
            case (
                gast.Assign(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name)), keywords=[_, *_]))
                | gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name)), keywords=[_, *_]))
            ) if numpy_calls.is_generator(self.kinds.get(name)):
                if (body := numpy_calls.drawn_into(stmt, self)) is not None:
                    return body
        match stmt:
            case gast.Assign(value=gast.Call(func=gast.Attribute(value=node, attr="outer"))) if (
                ufunc_of(node, self.kinds, self.fn.bindings) is not None
            ):
                return numpy_calls.outer(stmt, self)
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr=method))):
                kind = self.kinds.get(name)
                if isinstance(kind, Array) and (method in IN_PLACE or method not in registry.METHODS):
                    return self.of_array(stmt, name, method)
                if method == "at" and isinstance(ufunc := getattr(self.kind(load(name)), "value", None), np.ufunc):
                    if ufunc not in _SIGNS:
                        return numpy_calls.at(stmt, ufunc, self)
                    return self.scattered(stmt, stmt.value.args, _SIGNS[ufunc])
                if method == "shuffle" and numpy_calls.is_generator(kind) and self.is_array(stmt.value.args):
                    return numpy_calls.shuffled(stmt, stmt.value.args[0].id, self)
            case gast.Assign(
                targets=[gast.Subscript(value=gast.Name(id=name), slice=index)], value=gast.Name() as value
            ):
                if isinstance(self.kinds.get(name), Array):
                    return numpy_calls.masked_store(stmt, name, index, value, self) or numpy_calls.vector_store(
                        stmt, self
                    )
            case gast.Assign(targets=[gast.Attribute(value=gast.Name(id=name), attr=attr)]):
                if isinstance(self.kinds.get(name), Array):
                    return numpy_calls.attribute_set(stmt, name, attr, self)
            case gast.Assign(value=gast.Subscript(value=gast.Name(id=name), slice=gast.Tuple(elts=[]))):
                if isinstance(self.kinds.get(name), (Number, Unknown)):
                    return [self.without_index(stmt, name)]
            case gast.Assign(value=gast.Subscript(value=gast.Name(id=name))) if (
                helper := numpy_calls.row_helper(self.kinds.get(name))
            ) is not None:
                return numpy_calls.rows(stmt, helper, self)
            case gast.AugAssign(target=gast.Name(id=name) as left, op=op, value=right):
                if isinstance(self.kind(right), TupleOf) or isinstance(self.kinds.get(name), TupleOf):
                    return self.of_sequences(stmt, name, core.load(name, left), op, right)
                return numpy_calls.with_array_added(stmt, self)
            case gast.Assign(targets=[gast.Tuple(elts=targets)], value=gast.Name(id=source)):
                if isinstance(whole := self.kinds.get(source), Array) and can_vary(whole):
                    return self.unpacked(stmt, source, [t.id for t in targets])
            case gast.Assign(targets=[gast.Tuple(elts=targets)], value=gast.Call() as call):
                if isinstance(whole := self.kind(call), Array) and can_vary(whole):
                    result = self.namer.fresh("t")
                    first = self.change(core.bind(result, call, at=stmt))
                    return [*first, *self.unpacked(stmt, result, [t.id for t in targets])]
            case gast.Assign(value=gast.Subscript(value=gast.Name(id=source), slice=gast.Slice() as part)):
                if isinstance(whole := self.kinds.get(source), TupleOf) and can_vary(whole):
                    return self.sliced(stmt, source, len(whole.items), part)
        if isinstance(stmt, gast.Assign) and isinstance(stmt.value, gast.BinOp):
            return numpy_calls.with_array_operands(stmt, self)
        if isinstance(stmt, (gast.Expr, gast.Assign)) and isinstance(stmt.value, gast.Call):
            callee = callee_of(stmt.value, self.kinds, self.fn.bindings)
            if callee is not None and not callee.starred:
                first, stmt, callee = numpy_calls.with_arrays(stmt, callee, self)
                return [*first, *self.of_call(stmt, callee)]
        return [stmt]

    def without_index(self, stmt: Any, name: str) -> Any:
        """`y = x[()]` of a number, or of what may be one."""
        number = isinstance(self.kinds.get(name), Number)
        value = load(name, stmt.value) if number else core.call(self.helper(rows.whole), load(name), at=stmt.value)
        return core.place(gast.Assign(stmt.targets, value, None), stmt)

    def unpacked(self, stmt: Any, source: str, targets: list[str]) -> list[Any]:
        """Each entry (or row, which is a view) by its index; Python's own error where there are more or fewer."""
        body = []
        if source in targets:
            whole = self.namer.fresh("t")
            body.append(core.bind(whole, load(source), at=stmt))
            source = whole
        count = core.compare(core.call(self.helper(len), load(source)), gast.NotEq, core.const(len(targets)))
        message = core.const(f"not {len(targets)} values to unpack")
        error = core.place(gast.Raise(core.call(self.helper(ValueError), message), None), stmt)
        body.append(core.if_(count, [error], at=stmt))
        return body + [
            core.bind(name, core.item(load(source), core.const(k)), at=stmt) for k, name in enumerate(targets)
        ]

    def of_sequences(self, stmt: Any, name: str, left: Any, op: Any, right: Any) -> list[Any]:
        """`a + b` of tuples, item by item."""
        kinds = [self.kind(left), self.kind(right)]
        if not any(isinstance(k, TupleOf) and can_vary(k) for k in kinds):
            return [stmt]
        if is_text(kinds[0]):
            return [stmt]
        names = [getattr(e, "id", "") for e in (left, right)]
        match op, kinds:
            case gast.Add(), [TupleOf(), TupleOf()]:
                return self.joined(stmt, name, names, kinds)
        problem = problem_at(
            stmt.value,
            "what this operator makes of a tuple is not followed",
            "Collect the items in a list.",
        )
        return raise_problems(UnsupportedMutation, [problem], self.fn.origin)

    def joined(self, stmt: Any, name: str, names: list[str], kinds: list[Any]) -> list[Any]:
        body, items = [], []
        for source, kind in zip(names, kinds, strict=True):
            for k in range(len(kind.items)):
                items.append(self.namer.fresh("t"))
                body.append(core.bind(items[-1], core.item(load(source), core.const(k)), at=stmt))
        return [*body, core.bind(name, core.tuple_([load(n) for n in items]), at=stmt)]

    def sliced(self, stmt: Any, source: str, length: int, part: Any) -> list[Any]:
        """`t[1:]` of a tuple, item by item."""
        bounds = [part.lower, part.upper, part.step]
        if not all(b is None or core.is_constant(b) for b in bounds):
            problem = problem_at(stmt.value, "which part of a tuple this is, is not known", "Write its items out.")
            raise_problems(UnsupportedMutation, [problem], self.fn.origin)
        chosen = range(length)[slice(*[None if b is None else core.constant_value(b) for b in bounds])]
        items = [self.namer.fresh("t") for _ in chosen]
        binds = [
            core.bind(n, core.item(load(source), core.const(k)), at=stmt) for n, k in zip(items, chosen, strict=True)
        ]
        value = core.tuple_([load(n) for n in items], at=stmt)
        return [*binds, core.place(gast.Assign(stmt.targets, value, None), stmt)]

    def kind(self, expr: Any) -> Kind | None:
        return kind_of_expression(expr, self.kinds, self.fn.bindings)

    def of_array(self, stmt: Any, name: str, method: str) -> list[Any]:
        match method, stmt.value.args:
            case "fill", [value]:
                return [self.stored(name, value, stmt)]
            case "sort" | "partition", _:
                value = core.call(self.numpy(method), load(name, stmt), *stmt.value.args, at=stmt)
                value.keywords = stmt.value.keywords
                return self.bound_and_stored(name, value, stmt)
            case "put", _:
                callee = Callee(np.put, (load(name, stmt), *stmt.value.args), keywords_of(stmt.value))
                return numpy_calls.changed(stmt, callee, self) or [stmt]
        return self.unless_it_matters(stmt, name, f"{name}.{method}", f"Store to its cells instead: `{name}[...] = …`.")

    def of_call(self, stmt: Any, callee: Callee) -> list[Any]:
        if callee.primitive is arrays.add_at:
            return self.scattered(stmt, callee.args, gast.Add)
        if isinstance(stmt, gast.Expr):
            body = numpy_calls.changed(stmt, callee, self)
            if body is not None:
                return body
            if numpy_calls.draws_in_place(callee.primitive) and self.is_array(callee.args):
                return numpy_calls.shuffled(stmt, callee.args[0].id, self)
        elif numpy_calls.draws_from(callee) and self.is_array(callee.args[:1]):
            if can_vary(self.kind(callee.args[0])):
                return numpy_calls.drawn_from(stmt, callee.args[0], self)
        if callee.primitive in (np.asarray, np.asanyarray) and is_bind(stmt):
            return numpy_calls.as_it_is(stmt, callee, self) or [stmt]
        if _has_out(callee):
            return self.with_out(stmt, callee)
        if isinstance(callee.primitive, np.ufunc) and "where" in callee.keywords:
            numpy_calls.refuse_where(stmt, self)
        if "out" in callee.keywords and isinstance(stmt, gast.Assign):  # out=None
            return [core.place(gast.Assign(stmt.targets, without_out(stmt.value, 0), None), stmt)]
        return [stmt]

    @cached_property
    def classes(self) -> Classes:
        return alias_classes(self.fn, self.kinds)

    def reads_of(self, name: str, array: str) -> list[Any]:
        """The index, where a name is bound once, to a part of an array."""
        binds = [s for s in self.fn.statements if name in core.names_bound(s)]
        match binds:
            case [gast.Assign(value=gast.Subscript(value=gast.Name(id=source), slice=index))] if source == array:
                return [index]
        return []

    def may_overlap(self, a: str, b: str) -> bool:
        return self.classes.may_overlap(a, b)

    def is_array(self, args: Sequence[Any]) -> bool:
        return len(args) == 1 and core.is_name(args[0]) and isinstance(self.kinds.get(args[0].id), Array)

    def scattered(self, stmt: Any, args: Sequence[Any], op: type) -> list[Any]:
        target, index, value = args
        kind = self.kinds.get(getattr(target, "id", ""))
        if isinstance(kind, ListOf):
            old, new = self.namer.fresh("t"), self.namer.fresh("t")
            total = core.call(self.helper(arrays.plus), load(old), value, at=stmt)
            return [
                core.bind(old, core.item(target, index), at=stmt),
                core.bind(new, total, at=stmt),
                core.store_item(target.id, core.copy(index), load(new), at=stmt),
            ]
        if not isinstance(kind, Array):
            return [stmt]
        made = self.namer.fresh("t")
        value = core.call(self.helper(arrays.scattered), target, index, value, at=stmt)
        cells = core.cell(target.id, core.const(EVERYTHING))
        return [core.bind(made, value, at=stmt), core.accumulate(cells, load(made), op, at=stmt)]

    def with_out(self, stmt: Any, callee: Callee) -> list[Any]:
        """A call that stores its results in arrays that it is given."""
        outs, number = self.outputs(callee)
        if any(not core.is_name(o) or not isinstance(self.kinds.get(o.id), Array) for o in outs):
            name = getattr(outs[0], "id", "") if outs else ""
            return self.unless_it_matters(stmt, name, "out=", "Store the result instead: `y[...] = …`.")
        names = [o.id for o in outs]
        if "where" in callee.keywords and isinstance(callee.primitive, np.ufunc):
            body = numpy_calls.where_only(stmt, callee, names, self)
        else:
            value = without_out(stmt.value, number)
            body = numpy_calls.members_apart(stmt, callee, names[0], self)
            body += (
                self.bound_and_stored(names[0], value, stmt) if len(names) == 1 else self.several(names, value, stmt)
            )
        if isinstance(stmt, gast.Assign):
            stored = load(names[0]) if len(names) == 1 else core.tuple_(map(load, names))
            if isinstance(stmt.targets[0], gast.Tuple) and isinstance(stored, gast.Tuple):
                body += [core.bind(t.id, load(n), at=stmt) for t, n in zip(stmt.targets[0].elts, names, strict=True)]
            else:
                body.append(core.place(gast.Assign(stmt.targets, stored, None), stmt))
        return body

    def outputs(self, callee: Callee) -> tuple[list[Any], int]:
        """The arrays that a call is given for its results, and how many of the positional arguments they are."""
        if "out" not in callee.keywords:
            count = len(callee.args) - callee.primitive.nin
            return list(callee.args[callee.primitive.nin :]), count
        out = callee.keywords["out"]
        written = self.tuples.get(out.id) if core.is_name(out) else None
        if isinstance(out, gast.Tuple) or written is not None:
            return list((written or out).elts), 0
        return [out], 0

    @cached_property
    def tuples(self) -> dict[str, Any]:
        """The names that stand for one tuple of names."""
        bound = Counter(n for s in self.fn.statements for n in core.names_bound(s))
        found = {}
        for stmt in self.fn.statements:
            match stmt:
                case gast.Assign(targets=[gast.Name(id=name)], value=gast.Tuple(elts=elts)) if bound[name] == 1:
                    if all(core.is_name(e) and bound[e.id] <= 1 for e in elts):
                        found[name] = stmt.value
        return found

    def several(self, names: list[str], value: Any, stmt: Any) -> list[Any]:
        made = [self.namer.fresh("t") for _ in names]
        stores = [self.stored(n, load(t), stmt) for n, t in zip(names, made, strict=True)]
        return [core.bind_several(made, value, at=stmt), *stores]

    def bound_and_stored(self, name: str, value: Any, stmt: Any) -> list[Any]:
        made = self.namer.fresh("t")
        return [core.bind(made, value, at=stmt), self.stored(name, load(made), stmt)]

    def stored(self, name: str, value: Any, stmt: Any) -> Any:
        return core.store_item(name, core.const(EVERYTHING), value, at=stmt)

    def unless_it_matters(self, stmt: Any, name: str, what: str, advice: str) -> list[Any]:
        if name and not can_vary(self.kinds.get(name)):
            return [stmt]
        problem = problem_at(stmt, f"{said(what, self.fn)} changes values in a way that is not followed", advice)
        return raise_problems(UnsupportedMutation, [problem], self.fn.origin)

    # Names

    def helper(self, value: Any) -> str:
        for name, bound in (*self.fn.bindings.items(), *self.bindings.items()):
            if bound is value:
                return name
        name = self.namer.fresh(value.__name__)
        self.bindings[name] = value
        return name

    def numpy(self, function: str) -> str:
        root = next((n for n, v in self.fn.bindings.items() if v is np and n not in self.kinds), None)
        root = root or next((n for n, v in self.bindings.items() if v is np), None) or self.namer.fresh("np")
        self.bindings |= {root: np, f"{root}.{function}": getattr(np, function)}
        return f"{root}.{function}"


def keywords_of(call: Any) -> dict[str, Any]:
    return {k.arg: k.value for k in call.keywords if k.arg is not None}


def without_out(call: Any, last: int) -> Any:
    """A call without the arrays for its results, of which the `last` positional arguments are."""
    value = core.call(call.func, *(call.args[: len(call.args) - last] if last else call.args), at=call)
    value.keywords = [k for k in call.keywords if k.arg != "out"]
    return value


def _has_out(callee: Callee) -> bool:
    """Is this a call of NumPy's that is given an array to write to?"""
    if isinstance(callee.primitive, np.ufunc) and len(callee.args) > callee.primitive.nin:
        return True
    out = callee.keywords.get("out")
    if out is None or (isinstance(out, gast.Constant) and out.value is None):
        return False
    module = getattr(callee.primitive, "__module__", None) or ""
    return callee.method or isinstance(callee.primitive, np.ufunc) or module.partition(".")[0] == "numpy"
