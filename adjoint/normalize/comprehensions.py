"""A comprehension is a loop that fills a list, a set or a dictionary; a generator expression is what reads it.

    >>> from adjoint.normalize.example import show
    >>> def example(fn):
    ...     stmt = fn.tree.body[0]
    ...     return fn.with_body(Clauses(Scope(fn)).loops("ys", stmt.value, stmt))
    >>> show(example, "ys = [x * v for v in xs if v > 0 for x in range(v)]")
    ys = []
    for v in xs:
        if v > 0:
            for x in range(v):
                ys.append(x * v)
    >>> show(example, "ys = {k: v * v for k, v in xs}")
    ys = {}
    for k, v in xs:
        ys[k] = v * v
    >>> show(example, "ys = any(v > 0 for v in xs)")
    ys = False
    for v in xs:
        ys = bool(v > 0)
        if ys:
            break
    >>> show(example, "ys = next((v for v in xs if v > 0), 1.0)")
    found = False
    for v in xs:
        if v > 0:
            ys = v
            found = True
        if found:
            break
    if not found:
        ys = 1.0

Its variables, which Python keeps from the function, get new names where the function has names like them. What reads
all that it is given (`sum`, `max`, `list`, ...) might as well be given a list.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import FunctionType
from typing import Any

import gast

from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.normalize import tree
from adjoint.normalize.displays import listed
from adjoint.normalize.scope import MISSING, Scope
from adjoint.syntax import core

COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
LAZY = (any, all, next)
# What reads an iterator piece by piece, or gives one.
PIECEWISE = (*LAZY, iter, zip, map, filter, enumerate, reversed, isinstance, type, id, print, repr)
READING = ("join", "extend", "update", "union", "fromiter")


class Clauses:
    """The comprehensions of one function; the names outside them are worked out when first needed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.outside: set[str] | None = None

    def is_lazy(self, node: Any) -> bool:
        """True of `any`, `all` or `next` of a generator expression."""
        if not isinstance(node, gast.Call) or not node.args or not isinstance(node.args[0], gast.GeneratorExp):
            return False
        callee = self.scope.resolved(core.path_of(node.func))
        counts = (1, 2) if callee is next else (1,)
        return any(callee is f for f in LAZY) and len(node.args) in counts and not node.keywords

    def is_listed(self, node: Any) -> bool:
        """True of `list([... for ...])`."""
        is_list = len(node.args) == 1 and isinstance(node.args[0], gast.ListComp) and not node.keywords
        return is_list and self.scope.resolved(core.path_of(node.func)) is list

    def read_at_once(self, node: Any) -> Any:
        """A call whose generator expressions are lists, where what is called reads all of them."""
        if not isinstance(node, gast.Call):
            return node
        every = any(isinstance(a, gast.GeneratorExp) for a in node.args) and self._reads_all(node.func)
        args = [_listed(a, every) for a in node.args]
        return node if tree.same(args, node.args) else tree.replace(node, args=args)

    def _reads_all(self, func: Any) -> bool:
        callee = self.scope.resolved(core.path_of(func))
        if callee is MISSING:
            return isinstance(func, gast.Attribute) and func.attr in READING
        return not isinstance(callee, FunctionType) and not any(callee is f for f in PIECEWISE) or callee is math.fsum

    def loops(self, name: str, node: Any, stmt: Any) -> list[Any]:
        """The statements that bind `name` to the list (set, dictionary, or what is made of a generator expression)."""
        if isinstance(node, gast.Call):
            return self._lazy(name, node, stmt)
        node = self.renamed(node)
        block = [self._put(name, node, stmt)]
        return [core.bind(name, self._empty(node), stmt), *nested(block, node.generators, stmt, [])]

    def generator(self, name: str, node: Any, stmt: Any) -> list[Any]:
        """A function that yields the items, and the bind of `name` to what it gives for the first iterable."""
        if any(isinstance(n, gast.NamedExpr) for n in tree.walk(node)):
            problem = problem_at(node, "`:=` in a generator expression that is kept", "Write a list comprehension.")
            raise_problems(UnsupportedSyntax, [problem], self.scope.fn.origin)
        given, made = self.scope.fresh("items"), self.scope.fresh("generator")
        first, *later = node.generators
        clauses = [tree.replace(first, iter=core.load(given, first.iter)), *later]
        put = core.effect(core.place(gast.Yield(node.elt), node.elt), stmt)
        body = [*nested([put], clauses, stmt, []), core.return_(core.const(None, stmt), stmt)]
        definition = core.place(core.function_def(made, [given], body), stmt)
        return [definition, core.bind(name, core.call(made, first.iter, at=node), stmt)]

    def _empty(self, node: Any) -> Any:
        if isinstance(node, gast.DictComp):
            return core.place(gast.Dict([], []), node)
        return self.scope.call("set", at=node) if isinstance(node, gast.SetComp) else core.list_([], node)

    def _put(self, name: str, node: Any, stmt: Any) -> Any:
        if isinstance(node, gast.DictComp):
            return core.store_item(name, node.key, node.value, stmt)
        method = "add" if isinstance(node, gast.SetComp) else "append"
        put = core.attribute(core.load(name, stmt), method, stmt)
        return core.effect(core.call(put, node.elt, at=node.elt), stmt)

    def _lazy(self, name: str, node: Any, stmt: Any) -> list[Any]:
        callee, inner = self.scope.resolved(core.path_of(node.func)), self.renamed(node.args[0])
        if callee is next:
            return self._next(name, node, inner, stmt)
        value = self.scope.call("bool", inner.elt, at=inner.elt)
        stop = core.load(name) if callee is any else core.unary(gast.Not, core.load(name))
        block = [core.bind(name, value, stmt)]
        first = core.bind(name, core.const(callee is all), stmt)
        return [first, *nested(block, inner.generators, stmt, [core.if_(stop, [core.break_(stmt)], (), stmt)])]

    def _next(self, name: str, node: Any, inner: Any, stmt: Any) -> list[Any]:
        found = self.scope.fresh("found")
        block = [core.bind(name, inner.elt, stmt), core.bind(found, core.const(True), stmt)]
        stop = core.if_(core.load(found), [core.break_(stmt)], (), stmt)
        loop = nested(block, inner.generators, stmt, [stop])
        out: list[Any] = [core.bind(found, core.const(False), stmt)]
        if len(node.args) == 2:
            value = node.args[1]
            if not core.is_constant(value):  # it is evaluated in any case
                held = self.scope.fresh("default")
                out.append(core.bind(held, value, stmt))
                value = core.load(held, value)
            default: list[Any] = [core.bind(name, value, stmt)]
        else:
            default = [core.place(gast.Raise(self.scope.call("StopIteration", at=node), None), stmt)]
        missing = core.if_(core.unary(gast.Not, core.load(found)), default, (), stmt)
        return [*out, *loop, missing]

    def renamed(self, node: Any) -> Any:
        """The comprehension, its variables under names that the function does not have."""
        if self.outside is None:
            self.outside = _outside(self.scope.fn.tree)
        bound = tree.bound(*(clause.target for clause in node.generators))
        rename = {name: self.scope.fresh(name) for name in sorted(bound & self.outside)}
        self.outside |= bound | set(rename.values())
        if not rename:
            return node
        # The first iterable is evaluated in the function's own scope.
        first, *later = node.generators
        first = tree.replace(first, target=core.copy(first.target, rename), ifs=core.copy(first.ifs, rename))
        results = {f: core.copy(getattr(node, f), rename) for f in ("elt", "key", "value") if hasattr(node, f)}
        return tree.replace(node, **results, generators=[first, *core.copy(later, rename)])


def _listed(argument: Any, every: bool) -> Any:
    if isinstance(argument, gast.Starred):
        value = listed(argument.value)
        return argument if value is argument.value else tree.replace(argument, value=value)
    return listed(argument) if every else argument


def nested(block: list[Any], generators: Sequence[Any], stmt: Any, after: list[Any]) -> list[Any]:
    """The loops and tests of the clauses around a block; each loop's body ends with `after`."""
    for clause in reversed(generators):
        for test in reversed(clause.ifs):
            block = [core.if_(test, block, (), stmt)]
        body = [*block, *core.copy(after)]
        block = [core.place(gast.For(clause.target, clause.iter, body, [], None), stmt)]
    return block


def _outside(root: Any) -> set[str]:
    """Every name of a function but those that only its comprehensions bind."""
    found = set(core.parameters(root.args))
    todo = [(root, frozenset[str]())]
    while todo:
        node, hidden = todo.pop()
        if isinstance(node, gast.Name) and node.id not in hidden:
            found.add(node.id)
        elif isinstance(node, gast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, COMPREHENSIONS):
            hidden |= tree.bound(*(clause.target for clause in node.generators))
        todo += [(child, hidden) for child in tree.children(node)]
    return found
