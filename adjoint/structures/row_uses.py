"""What is done with rows, at the end of a walk: nothing for which the number of a row is less than the object.

    ps.append(p)                ps[0], (p, 1.0)          p is q, p in ps           taken
    return p                    print(p)                 p + 1, min(ps)            refused: `Demotion`

A number that comes to where its kind does not tell what it stands for would be taken for a number: that is refused too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import gast

from adjoint.analysis.infer import infer
from adjoint.analysis.joins import certain
from adjoint.analysis.kinds import DictOf, Kind, ListOf, MaybeArray, MaybeNumber, RowOf, Unknown
from adjoint.classes import dataclass
from adjoint.differentiate.prepare import mapped
from adjoint.differentiate.reserved import reserved
from adjoint.normalize import tree
from adjoint.structures import attributes
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.rows import Found, Last, Unsettled, classes_in, result_of, site_of
from adjoint.structures.values import Demotion
from adjoint.syntax import core
from adjoint.syntax.core import load


def ended(body: list[Any], began: Found, ev: Evaluator) -> list[Any]:
    """The statements, with the lists of fields made ahead of them.

    Raises:
        Unsettled: if the walk did not know of all rows when it began.
        Demotion: if a number cannot stand for an object.
    """
    if not ev.tables:
        return body
    lists = [name for table in ev.tables.values() for name in table.columns.values()]
    body = [*(core.bind(name, core.list_([]), at=body[0]) for name in lists), *body]
    given = {name: kind for name, kind in ev.kinds.items() if name in ev.fn.params}
    known = _inferred(ev.fn.with_body(body, bindings=MappingProxyType(ev.bindings)), given)
    kinds = {name: kind for name, kind in known.items() if next(classes_in(kind), None) is not None}
    found = Found({cls: tuple(table.columns) for cls, table in ev.tables.items()}, kinds)
    if found != began:
        raise Unsettled(found)
    _Check(ev, kinds, known).block(body)
    return mapped(body, lambda stmt: _without_marks(stmt, ev))


def _inferred(fn: core.Function, given: Mapping[str, Kind]) -> Mapping[str, Kind]:
    """The kinds of names, also where the user calls something else `range` or `len`, which are known by these names."""
    plain, new = reserved(fn)
    known = infer(plain, {new.get(name, name): kind for name, kind in given.items()}, result_of)
    if not new:
        return known
    old = {name: before for before, name in new.items() if name not in plain.bindings}
    return {old.get(name, name): kind for name, kind in known.items()}


def _without_marks(stmt: Any, ev: Evaluator) -> list[Any]:
    match stmt:
        case gast.Assign(value=gast.Call(func=gast.Name(id=path), args=[column])):
            if isinstance(ev.bindings.get(path), Last):
                length = ev.fresh("t")
                value = core.call(ev.path_of(len, "len"), column)
                new = tree.replace(stmt, value=core.binary(load(length), gast.Sub, core.const(1)))
                return [core.bind(length, value, at=stmt), new]
    return [stmt]


METHODS = frozenset(
    ("append", "insert", "pop", "extend", "copy", "clear", "reverse", "appendleft", "popleft", "get", "keys", "values")
    + ("items", "setdefault", "update", "popitem", "__delitem__")
)
# These ask whether two items are equal.
COMPARING = frozenset(("index", "remove", "count", "__contains__"))
TAKING = (len, list, tuple, reversed, enumerate, zip, range, dict, bool)


@dataclass
class _Check:
    """Refuses uses of rows for which a number is not enough."""

    ev: Evaluator
    kinds: Mapping[str, Kind]
    known: Mapping[str, Kind]

    def block(self, body: Sequence[Any]) -> None:
        mixed = {cls for kind in self.kinds.values() for cls in classes_in(kind, mixed=True)}
        if mixed:
            raise Demotion(tuple(map(site_of, mixed)), "which objects these are, only the run can tell", body[-1])
        for stmt in core.statements(body):
            heads = list(core.heads(stmt))
            if self.classes(*heads, *(stmt.body if isinstance(stmt, gast.FunctionDef) else ())):
                if not self.allows(stmt) or self.loses(stmt):
                    self.refuse(stmt, heads or [stmt])
            elif any(map(self.may_be_of_row, heads)):
                self.refuse(stmt, ())

    def refuse(self, stmt: Any, nodes: Sequence[Any]) -> None:
        classes = self.classes(*nodes) or set(self.ev.tables)
        name = sorted(cls.__name__ for cls in classes)[0]
        raise Demotion(tuple(map(site_of, classes)), f"an object of `{name}` is needed whole", stmt)

    def classes(self, *nodes: Any) -> set[type]:
        names = {n.id for node in nodes for n in core.walk(node) if type(n) is gast.Name}
        own = {c: cls for cls, table in self.ev.tables.items() for c in table.columns.values()}
        inside = {own[n] for n in names if n in own} if any(isinstance(n, gast.stmt) for n in nodes) else set()
        return inside | {cls for n in names if n not in own for cls in classes_in(self.kinds.get(n))}

    def is_row(self, node: Any) -> bool:
        kind = self.kinds.get(node.id) if type(node) is gast.Name else None
        return kind is not None and isinstance(certain(kind), RowOf)

    def allows(self, stmt: Any) -> bool:
        match stmt:
            case gast.Assign(targets=[gast.Name() | gast.Tuple()], value=value):
                return self.takes(value)
            case gast.Assign(targets=[gast.Subscript(value=gast.Name() as owner)], value=value):
                holds = not self.classes(value) or isinstance(self.kinds.get(owner.id), (ListOf, DictOf))
                return not self.is_row(owner) and holds and self.takes(value)
            case gast.Expr(value=gast.Call() as call):
                return self.takes(call)
            case gast.If(test=test) | gast.While(test=test):
                return self.takes(test) and not self.is_row(test)
            case gast.For(iter=source):
                return self.takes(source) and not self.is_row(source)
            case gast.AugAssign(target=gast.Name() as target, op=gast.Add(), value=value):
                return isinstance(self.kinds.get(target.id), ListOf) and self.takes(value)
            case gast.AugAssign(target=gast.Subscript(value=gast.Name() as owner), value=value):
                return not self.is_row(owner) and not self.classes(value)
        return isinstance(stmt, gast.Delete)

    def loses(self, stmt: Any) -> bool:
        """May what a statement binds or changes hold rows, and its kind does not say so?"""
        match stmt:
            case gast.Assign(
                targets=[gast.Name(id=name)], value=gast.Name() | gast.List() | gast.Tuple() | gast.Dict()
            ):
                return not self.classes(load(name))
            case gast.Assign(value=gast.Subscript(value=gast.Name(id=owner))) if not self.holds(owner):
                return False
            case gast.Assign(targets=[gast.Name() as target], value=gast.BinOp()):
                return not self.classes(target)  # the kind of `(p, q) * n` is that of numbers
            case gast.Assign(targets=[target], value=gast.IfExp() | gast.Subscript() | gast.Call() | gast.BinOp()):
                names = [n.id for n in core.walk(target) if type(n) is gast.Name]
                return any(self.is_unknown(n) for n in names)
            case gast.Assign(targets=[gast.Tuple(elts=targets)]):
                return any(self.is_unknown(t.id) for t in targets)
            case gast.For(target=target):
                return self.is_unknown(target.id)
            case (
                gast.Assign(targets=[gast.Subscript(value=owner)])
                | gast.Expr(value=gast.Call(func=gast.Attribute(value=owner)))
            ):
                return self.is_unknown(owner.id)
        return False

    def holds(self, name: str) -> bool:
        return next(classes_in(self.kinds.get(name)), None) is not None

    def is_unknown(self, name: str) -> bool:
        kind = self.known.get(name)  # None of what never has a value
        return isinstance(kind, Unknown) and not isinstance(kind, (MaybeNumber, MaybeArray))

    def may_be_of_row(self, head: Any) -> bool:
        """Is an attribute that rows have read of something that is not known?"""
        names = {a for cls, table in self.ev.tables.items() for a in (*table.columns, *vars(cls)) if isinstance(a, str)}
        return any(
            isinstance(n, gast.Attribute)
            and n.attr in names
            and (type(n.value) is gast.Subscript or self.is_open(n.value))
            for n in core.walk(head)
        )

    def is_open(self, node: Any) -> bool:
        return type(node) is gast.Name and node.id not in self.ev.bindings and self.is_unknown(node.id)

    def takes(self, expr: Any) -> bool:
        """Does an expression mean the same of numbers as of objects?"""
        if not self.classes(expr):
            return True
        match expr:
            case gast.Name() | gast.Constant():
                return True
            case gast.Subscript(value=gast.Name() as owner):
                return not self.is_row(owner)
            case gast.List() | gast.Tuple():
                return all(map(self.takes, expr.elts))
            case gast.Dict():
                return all(k is not None and self.takes(k) and self.takes(v) for k, v in zip(expr.keys, expr.values))
            case gast.IfExp():
                return not self.is_row(expr.test) and all(map(self.takes, (expr.test, expr.body, expr.orelse)))
            case gast.BoolOp():
                return all(self.takes(v) and not self.is_row(v) for v in expr.values)
            case gast.UnaryOp(op=gast.Not()):
                return self.takes(expr.operand) and not self.is_row(expr.operand)
            case gast.Compare(ops=[op], comparators=[other]):
                return self.compares(expr.left, op, other)
            case gast.BinOp(op=op):
                joins = isinstance(op, (gast.Add, gast.Mult))
                return all(
                    self.takes(s) and not (self.is_row(s) or core.is_name(s) and not joins)
                    for s in (expr.left, expr.right)
                )
            case gast.Call(func=gast.Attribute(value=gast.Name() as owner, attr=method)):
                plain = method in METHODS or method in COMPARING and self.by_identity(expr)
                return plain and not self.is_row(owner) and all(map(self.takes, expr.args)) and not expr.keywords
            case gast.Call(func=gast.Name(id=path)):
                known = self.ev.bindings.get(path)
                if isinstance(known, Last):
                    return True
                return any(known is f for f in TAKING) and all(self.takes(a) and not self.is_row(a) for a in expr.args)
        return False

    def compares(self, left: Any, op: Any, other: Any) -> bool:
        if isinstance(op, (gast.Is, gast.IsNot)):
            return core.is_constant(other) and core.constant_value(other) is None
        if isinstance(op, (gast.Lt, gast.LtE, gast.Gt, gast.GtE)):  # of tuples: that objects come to it raises an error
            return not (self.is_row(left) or self.is_row(other)) and self.is_unordered(left, other)
        if isinstance(op, (gast.Eq, gast.NotEq)):
            return self.is_row(left) and self.is_row(other) or not self.classes(left, other)
        is_in = isinstance(op, (gast.In, gast.NotIn))
        return is_in and self.by_identity(left, other) and self.takes(left) and self.takes(other)

    def is_unordered(self, *nodes: Any) -> bool:
        least = vars(object)["__lt__"]
        return all(attributes.static(cls, "__lt__", self.ev) is least for cls in self.classes(*nodes))

    def by_identity(self, *nodes: Any) -> bool:
        """Are objects of these classes equal only to themselves?"""
        return all(attributes.static(cls, "__eq__", self.ev) is object.__eq__ for cls in self.classes(*nodes))
