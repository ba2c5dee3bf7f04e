"""A loop over a generator expression is one over what that runs over: its body stands where an item is made.

    >>> from adjoint.normalize.example import show
    >>> show(merging, '''
    ... for i, y in ((k, g(x)) for k, x in xs if x > 0):
    ...     if y > i:
    ...         break
    ... ''')
    for k, x in xs:
        if x > 0:
            i, y = (k, g(x))
            if y > i:
                break

So what the expression does and what the body does take turns, as in Python. Where the body leaves several loops at
once the items are made first, which nobody notices where making them has no effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.comprehensions import Clauses, nested
from adjoint.normalize.displays import listed
from adjoint.normalize.flow import BREAK, Flow
from adjoint.normalize.scope import Scope
from adjoint.syntax import core, traverse


def merging(fn: core.Function) -> core.Function:
    """Leave no loop over a generator expression, but those with an effect that the body leaves from inside."""
    scope = Scope(fn)
    body = _Applied(scope).block(fn.tree.body)
    if body is fn.tree.body and gast.GeneratorExp not in fn.forms:
        return fn
    if not any(isinstance(node, gast.GeneratorExp) for node in tree.walk(*body)):
        return scope.done(body)
    return scope.done(_Merge(scope).block(body))


CALLED = (map, filter, dict, min, max, sorted)


class _Applied:
    """`map` and `filter` are generator expressions, `dict(zip(k, v))` is a comprehension, `max(*xs)` is `max(xs)`.

    A key `xs.__getitem__` or `d.get` is a lambda.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def block(self, block: list[Any]) -> list[Any]:
        if not any(value is f or _makes_dict(value) for value in self.scope.fn.bindings.values() for f in CALLED):
            return block
        return [self.changed(stmt) for stmt in block]

    def changed(self, node: Any) -> Any:
        node = traverse.mapped(node, self.changed)
        if isinstance(node, gast.keyword) and node.arg == "key":
            return tree.replace(node, value=_reading(node.value))
        if not isinstance(node, gast.Call) or node.keywords:
            return node
        callee = self.scope.resolved(core.path_of(node.func))
        if len(node.args) == 1 and isinstance(node.args[0], gast.Starred) and (callee is min or callee is max):
            return tree.replace(node, args=[node.args[0].value])  # of one number only, this would be an error
        if any(isinstance(a, gast.Starred) for a in node.args):
            return node
        if callee is map and len(node.args) > 1:
            return self.map(node) or node
        if callee is filter and len(node.args) == 2:
            return self.filter(node) or node
        if _makes_dict(callee) and len(node.args) == 2:
            return self.from_keys(node)
        if callee is dict and len(node.args) == 1:
            return self.dict(node) or node
        return node

    def from_keys(self, node: Any) -> Any:
        """`dict.fromkeys(xs, v)`: a comprehension, where it is clear that all get one value."""
        keys, value = node.args
        if not (core.is_name(value) or core.is_constant(value)):
            return node
        key = self.scope.fresh("key")
        clause = gast.comprehension(core.store(key), keys, [], 0)
        return core.place(gast.DictComp(core.load(key), value, [clause]), node)

    def dict(self, node: Any) -> Any:
        """`dict((k, v) for ...)` and `dict(zip(ks, vs))` are dict comprehensions."""
        given = node.args[0]
        match given:
            case (
                gast.GeneratorExp(elt=gast.Tuple(elts=[key, value])) | gast.ListComp(elt=gast.Tuple(elts=[key, value]))
            ):
                return core.place(gast.DictComp(key, value, given.generators), node)
            case gast.Call(args=[_, _]) if self.scope.resolved(core.path_of(given.func)) is zip:
                names = [self.scope.fresh("key"), self.scope.fresh("value")]
                target = core.place(gast.Tuple([core.store(n, node) for n in names], gast.Store()), node)
                loads = [core.load(n, node) for n in names]
                return core.place(gast.DictComp(*loads, [gast.comprehension(target, given, [], 0)]), node)
        return None

    def map(self, node: Any) -> Any:
        function, *iterables = node.args
        names = self.names(function, len(iterables))
        value = None if names is None else self.applied(function, names, node)
        if names is None or value is None:
            return None
        stores = [core.store(n, node) for n in names]
        target = stores[0] if len(stores) == 1 else core.place(gast.Tuple(stores, gast.Store()), node)
        given = iterables[0] if len(iterables) == 1 else self.scope.call("zip", *iterables, at=node)
        return core.place(gast.GeneratorExp(value, [gast.comprehension(target, given, [], 0)]), node)

    def filter(self, node: Any) -> Any:
        function, iterable = node.args
        if core.is_constant(function) and core.constant_value(function) is None:
            name: str | None = self.scope.fresh("item")
            test: Any = core.load(name or "", node)
        else:
            names = self.names(function, 1)
            name = None if names is None else names[0]
            test = None if names is None else self.applied(function, names, node)
        if name is None or test is None:
            return None
        clause = gast.comprehension(core.store(name, node), iterable, [test], 0)
        return core.place(gast.GeneratorExp(core.load(name, node), [clause]), node)

    def names(self, function: Any, count: int) -> list[str] | None:
        """Names for the items: those of a lambda's parameters."""
        if isinstance(function, gast.Lambda):
            args = function.args
            plain = not (args.defaults or args.vararg or args.kwonlyargs or args.kwarg or args.posonlyargs)
            inner = any(isinstance(n, (gast.Lambda, gast.NamedExpr)) for n in tree.walk(function.body))
            return [a.id for a in args.args] if plain and not inner and len(args.args) == count else None
        return [self.scope.fresh("item") for _ in range(count)]

    def applied(self, function: Any, names: list[str], node: Any) -> Any:
        """The value of the function for items of these names; None where the function is worked out first."""
        if isinstance(function, gast.Lambda):
            return function.body
        if core.path_of(function) is None:
            return None
        return core.call(function, *(core.load(n, node) for n in names), at=node)


def _makes_dict(value: Any) -> bool:
    return getattr(value, "__self__", None) is dict and value.__name__ == "fromkeys"


def _reading(key: Any) -> Any:
    """`lambda k: xs[k]` for `xs.__getitem__`, and the like for `d.get`."""
    match key:
        case gast.Attribute(value=gast.Name(id=name), attr="__getitem__" | "get" as method):
            item = "item" if name != "item" else "key"
            given = core.load(item, key)
            is_item = method == "__getitem__"
            body = core.item(core.load(name, key), given, key) if is_item else core.call(key, given, at=key)
            arguments = gast.arguments([gast.Name(item, gast.Param(), None, None)], [], None, [], [], None, [])
            return core.place(gast.Lambda(arguments, body), key)
    return key


class _Merge:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.clauses = Clauses(scope)

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        if not isinstance(stmt, tree.COMPOUND):
            return [stmt]
        stmt = tree.map_blocks(stmt, self.block)
        if isinstance(stmt, gast.For) and isinstance(stmt.iter, gast.Call):
            if any(isinstance(part, gast.GeneratorExp) for part in stmt.iter.args):
                name = self.scope.fresh("items")  # `enumerate`, `zip` of a generator, which takes no index
                return [core.bind(name, stmt.iter, stmt), tree.replace(stmt, iter=core.load(name, stmt.iter))]
        if not isinstance(stmt, gast.For) or not isinstance(stmt.iter, gast.GeneratorExp):
            return [stmt]
        one = len(stmt.iter.generators) == 1
        if not one and BREAK in Flow().block(stmt.body).jumps:
            made = [stmt.iter.elt, *(test for clause in stmt.iter.generators for test in clause.ifs)]
            pure = all(map(self.scope.is_pure, made))
            return [tree.replace(stmt, iter=listed(stmt.iter))] if pure else [stmt]
        inner = self.clauses.renamed(stmt.iter)
        bind = core.place(gast.Assign([stmt.target], inner.elt, None), stmt)
        loops = nested([bind, *stmt.body], inner.generators, stmt, [])
        if not one:
            return [*loops, *stmt.orelse]
        return [tree.replace(loops[0], orelse=stmt.orelse)]
