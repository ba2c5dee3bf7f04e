"""Bring expressions that need statements (ternaries, `and`, comprehensions, `:=`, lambdas) in front of their statement.

    >>> from adjoint.normalize.example import show
    >>> show(hoist, '''
    ... y = g(x) + (x if x > 0 else 1 / x)
    ... z = a < b < c
    ... w = [v * v for v in x if v > 0]
    ... if (n := len(x)) > 2:
    ...     z = sum([u for u in w])
    ... ''')
    t = g(x)
    if x > 0:
        t_1 = x
    else:
        t_1 = 1 / x
    y = t + t_1
    z = a < b
    if z:
        z = b < c
    w = []
    for v in x:
        if v > 0:
            w.append(v * v)
    n = len(x)
    if n > 2:
        t_2 = []
        for u in w:
            t_2.append(u)
        z = sum(t_2)

What is evaluated before such an expression is bound to a name before it: the order of evaluation is Python's. What
Python evaluates in some cases only stays in a branch. A pure test of an `if` or a ternary keeps its form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import comprehensions, displays, lambdas, lazy, order, tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core

WANTED = (gast.IfExp, gast.Compare, gast.BoolOp, gast.NamedExpr, gast.Lambda, *comprehensions.COMPREHENSIONS)
DISPLAYS = (gast.Tuple, gast.List, gast.Dict, gast.Set)
# A simple statement without any of these stays as it is.
HOISTED = frozenset([*WANTED, *DISPLAYS, gast.Starred])
SIMPLE = frozenset([gast.Assign, gast.AugAssign, gast.Expr, gast.Return])
MAYBE_WANTED = frozenset([*WANTED, *DISPLAYS, gast.Call])


def hoist(fn: core.Function) -> core.Function:
    """Leave expressions that evaluate all their parts."""
    scope = Scope(fn)
    return scope.done(_Hoist(scope).block(fn.tree.body))


class _Hoist:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.clauses = comprehensions.Clauses(scope)

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        """A statement, after those that work out parts of it."""
        if type(stmt) in SIMPLE and self.scope.fn.classes[stmt].isdisjoint(HOISTED):
            return [stmt]
        out: list[Any] = []
        match stmt:
            case gast.Assign():
                return self._assign(stmt)
            case gast.Expr() if isinstance(stmt.value, (gast.BoolOp, gast.IfExp)):
                return self.block(lazy.effect(stmt))
            case gast.If():
                test = self.test(stmt.test, out, stmt)
                out.append(tree.map_blocks(_with(stmt, test=test), self.block))
            case gast.For():
                out.append(tree.map_blocks(_with(stmt, iter=self.value(stmt.iter, out, stmt)), self.block))
            case gast.With():
                out += self._with(stmt)
            case gast.FunctionDef():
                args = self._arguments(stmt, out)
                out.append(tree.map_blocks(_with(stmt, args=args), self.block))
            case gast.Assert():
                return self._assert(stmt)
            case gast.AugAssign():
                value = self.value(stmt.value, out, stmt)
                out.append(_with(stmt, target=self.value(stmt.target, out, stmt), value=value))
            case gast.Raise():
                exc = self.optional(stmt.exc, out, stmt)
                out.append(_with(stmt, exc=exc, cause=self.optional(stmt.cause, out, stmt)))
            case gast.Return() | gast.Expr():
                out.append(_with(stmt, value=self.optional(stmt.value, out, stmt)))
            case _ if isinstance(stmt, tree.COMPOUND):
                out.append(tree.map_blocks(stmt, self.block))
            case _:
                out.append(stmt)
        return out

    def _assign(self, stmt: Any) -> list[Any]:
        target = stmt.targets[0]
        if self.wanted(stmt.value) and len(stmt.targets) == 1:
            if isinstance(stmt.value, gast.IfExp) and not tree.is_cell(target):
                return self.block([lazy.choose(stmt)])
            if isinstance(target, gast.Name) and target.id not in tree.read(stmt.value):
                return self.expand(target.id, stmt.value, stmt)
        out: list[Any] = []
        value = self.value(stmt.value, out, stmt)
        if any(self.mentions(t) for t in stmt.targets):
            value = self.held(value, frozenset(), out, stmt)
        return [*out, *self._targets(stmt, value)]

    def _targets(self, stmt: Any, value: Any) -> list[Any]:
        out: list[Any] = []
        targets = [self.value(t, out, stmt) for t in stmt.targets]
        return [*out, _with(stmt, value=value, targets=targets)]

    def _with(self, stmt: Any) -> list[Any]:
        out: list[Any] = []
        items = [_with(i, context_expr=self.value(i.context_expr, out, stmt)) for i in stmt.items]
        return [*out, tree.map_blocks(_with(stmt, items=items), self.block)]

    def _assert(self, stmt: Any) -> list[Any]:
        """The message is evaluated where the test fails: one that is not pure is raised in a branch."""
        if stmt.msg is not None and not self.scope.is_pure(stmt.msg):
            error = core.call(self.scope.builtin("AssertionError"), stmt.msg, at=stmt)
            body = [core.place(gast.Raise(error, None), stmt)]
            return self.statement(core.if_(tree.negated(stmt.test), body, (), stmt))
        out: list[Any] = []
        test = self.test(stmt.test, out, stmt)
        return [*out, _with(stmt, test=test)]

    def _arguments(self, stmt: Any, out: list[Any]) -> Any:
        defaults = [self.value(d, out, stmt) for d in stmt.args.defaults]
        keywords = [self.optional(d, out, stmt) for d in stmt.args.kw_defaults]
        if tree.same([*stmt.args.defaults, *stmt.args.kw_defaults], [*defaults, *keywords]):
            return stmt.args
        return tree.replace(stmt.args, defaults=defaults, kw_defaults=keywords)

    # Expressions: what they need goes to `out`

    def wanted(self, node: Any) -> bool:
        """True of an expression that becomes statements."""
        if not isinstance(node, WANTED):
            if isinstance(node, gast.Call):
                return self.clauses.is_lazy(node)
            return isinstance(node, DISPLAYS) and displays.is_filled(node)
        if isinstance(node, gast.IfExp):
            return not (core.is_atom(node.body) and core.is_atom(node.orelse) and self.scope.is_pure(node.test))
        if isinstance(node, gast.Compare):
            return len(node.ops) > 1
        return True

    def mentions(self, node: Any) -> bool:
        return any(type(part) in MAYBE_WANTED and self.wanted(part) for part in tree.walk(node))

    def test(self, node: Any, out: list[Any], stmt: Any) -> Any:
        return node if self.scope.is_pure(node) else self.value(node, out, stmt)

    def optional(self, node: Any, out: list[Any], stmt: Any) -> Any:
        return None if node is None else self.value(node, out, stmt)

    def value(self, node: Any, out: list[Any], stmt: Any) -> Any:
        """The expression with a name for each part that becomes statements."""
        if isinstance(node, gast.NamedExpr):
            binds, bound = self.bound(node, stmt)
            out += self.block(binds)
            return bound
        if isinstance(node, gast.Call):
            node = self.clauses.read_at_once(node)
            if self.clauses.is_listed(node):
                node = node.args[0]
        if isinstance(node, gast.Tuple) and displays.is_filled(node):
            return self.value(displays.joined(node, self.scope), out, stmt)
        if self.wanted(node):
            name = self.scope.fresh()
            out += self.expand(name, node, stmt)
            return core.load(name, node)
        if isinstance(node, gast.IfExp):
            return node
        return self._parts(node, out, stmt)

    def bound(self, node: Any, stmt: Any) -> tuple[list[Any], Any]:
        """What `:=` does, and its value: its target may be an attribute, of what holds names outside."""
        if core.is_name(node.target):
            return [core.bind(node.target.id, node.value, stmt)], core.load(node.target.id, node)
        name = self.scope.fresh()
        store = core.place(gast.Assign([node.target], core.load(name, node), None), stmt)
        return [core.bind(name, node.value, stmt), store], core.load(name, node)

    def _parts(self, node: Any, out: list[Any], stmt: Any) -> Any:
        parts = order.parts(node)
        last = max((k for k, part in enumerate(parts) if self.mentions(part)), default=-1)
        if last < 0:
            return node
        new = []
        for k, part in enumerate(parts):
            value = self.value(part, out, stmt) if k <= last else part
            later = self.scope.rebinds(*parts[k + 1 : last + 1])
            new.append(self.held(value, later, out, stmt) if k < last else value)
        return order.with_parts(node, new)

    def held(self, value: Any, rebound: frozenset[str], out: list[Any], stmt: Any) -> Any:
        """A value that later statements do not change: an atom, a copy of a name that they bind."""
        if core.is_constant(value) or (core.is_name(value) and value.id not in rebound):
            return value
        if isinstance(value, gast.Slice):
            new = [self.held(part, rebound, out, stmt) for part in order.parts(value)]
            return order.with_parts(value, new)
        name = self.scope.fresh()
        out.append(core.bind(name, value, stmt))
        return core.load(name, value)

    def expand(self, name: str, node: Any, stmt: Any) -> list[Any]:
        """The statements that bind `name`, which the expression does not read, to its value."""
        match node:
            case gast.NamedExpr():
                binds, bound = self.bound(node, stmt)
                return self.block([*binds, core.bind(name, bound, stmt)])
            case gast.IfExp():
                return self.block([lazy.choose(core.bind(name, node, stmt))])
            case gast.BoolOp():
                return self.block(lazy.connect(name, node, stmt))
            case gast.Compare():
                out: list[Any] = []
                operands = [self.value(v, out, stmt) if k == 0 else v for k, v in enumerate(order.parts(node))]
                return [*out, *self.block(lazy.chain(name, order.with_parts(node, operands), stmt, self.scope))]
            case gast.Tuple() | gast.List() | gast.Dict() | gast.Set():
                return self.block(displays.filled(name, node, stmt, self.scope))
            case gast.GeneratorExp():
                return self.block(self.clauses.generator(name, node, stmt))
            case gast.Lambda():
                return self.block([lambdas.definition(name, node, stmt)])
        return self.block(self.clauses.loops(name, node, stmt))


def _with(stmt: Any, **fields: Any) -> Any:
    """The statement with these fields; itself where it has them."""
    if all(new is getattr(stmt, name) or _equal(getattr(stmt, name), new) for name, new in fields.items()):
        return stmt
    return tree.replace(stmt, **fields)


def _equal(old: Any, new: Any) -> bool:
    return isinstance(old, list) and tree.same(old, new)
