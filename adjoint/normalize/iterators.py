"""What `zip`, `reversed` and `x.flat` give is read later than it is made, and once: where kept, it is a generator.

    >>> from adjoint.normalize.example import show
    >>> show(iterators, '''
    ... pairs = zip(xs, ys)
    ... xs[0] = 1.0
    ... total = sum(x * y for x, y in pairs)
    ... ''')
    pairs = side_by_side(xs, ys)
    xs[0] = 1.0
    total = sum((x * y for x, y in pairs))
    >>> show(iterators, "ys = list(zip(xs, xs))")
    ys = list(zip(xs, xs))

A loop, a comprehension, `list`, `sum` and the like go through it where it stands: nobody can tell that from a list.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import gast

from adjoint.frontend.codes import words
from adjoint.normalize import tree
from adjoint.normalize.comprehensions import READING
from adjoint.normalize.scope import MISSING, Scope
from adjoint.rules import registry
from adjoint.runtime import iteration
from adjoint.syntax import core, traverse

KEPT = (zip, reversed)
# What reads what it is given no sooner than it is read itself, or in part.
LATE = (zip, reversed, enumerate, map, filter, iter, next)
OURS = ("builtins", "collections")  # modules whose classes read all that they are made of
SIDE_BY_SIDE = {
    1: iteration.one_by_one,
    2: iteration.side_by_side,
    3: iteration.three_side_by_side,
    4: iteration.four_side_by_side,
}


def iterators(fn: core.Function) -> core.Function:
    """Leave no `zip` and no `reversed` that something else goes through than what stands around it."""
    flat = _has_flat(fn)
    if not flat and not any(value is f for value in fn.bindings.values() for f in KEPT):
        return fn
    scope = Scope(fn)
    kept = _Kept(scope, _cells(fn) if flat else frozenset())
    return scope.done([kept.changed(stmt, False) for stmt in fn.tree.body])


def _has_flat(fn: core.Function) -> bool:
    code = getattr(fn.target, "__code__", None)
    return code is None or "flat" in words(code)


def _cells(fn: core.Function) -> frozenset[str]:
    """Names that `x.flat` is bound to, and that are gone through only."""
    bound, indexed = set(), set()
    for node in tree.walk(fn.tree):
        match node:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Attribute(attr="flat")):
                bound.add(name)
            case (
                gast.Subscript(value=gast.Name(id=name))
                | gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name)])
            ):
                indexed.add(name)
    return frozenset(bound - indexed)


class _Kept:
    """Looks through a function; `cells` are the names of iterators over the cells of an array."""

    def __init__(self, scope: Scope, cells: frozenset[str]) -> None:
        self.scope, self.cells = scope, cells

    def changed(self, node: Any, kept: bool) -> Any:
        """A tree without those that are kept; `kept` says that what the node gives is read elsewhere."""
        match node:
            case gast.Call():
                return self.call(node, kept)
            case gast.GeneratorExp(generators=[first, *later]):
                clauses = [self.clause(first, kept), *(self.clause(c, False) for c in later)]
                elt = self.changed(node.elt, True)
                same = elt is node.elt and tree.same(clauses, node.generators)
                return node if same else tree.replace(node, elt=elt, generators=clauses)
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Attribute(attr="flat")) if name in self.cells:
                call = core.call(self.scope.helper(iteration.each_cell), node.value.value, at=node.value)
                return tree.replace(node, value=call)
            case gast.Assign(targets=[target]):
                return self.parts(node, not isinstance(target, (gast.Tuple, gast.List)))
            case gast.ListComp() | gast.SetComp() | gast.DictComp() | gast.Tuple() | gast.List() | gast.Dict():
                return self.parts(node, True)
            case gast.comprehension() | gast.For():
                return self.clause(node, False)
            case gast.IfExp() | gast.BoolOp() | gast.NamedExpr() | gast.keyword():
                return self.parts(node, kept)
            case gast.Return() | gast.Yield() | gast.Lambda() | gast.Assign():
                return self.parts(node, True)
        return self.parts(node, False)

    def parts(self, node: Any, kept: bool) -> Any:
        return traverse.mapped(node, lambda part: self.changed(part, kept))

    def clause(self, node: Any, kept: bool) -> Any:
        """What goes through `node.iter`: a loop, or a clause of a comprehension."""
        given = node.iter
        return traverse.mapped(node, lambda part: self.changed(part, kept if part is given else False))

    def call(self, node: Any, kept: bool) -> Any:
        callee = self.scope.resolved(core.path_of(node.func))
        node = self.parts(node, self.keeps(callee, node, kept))
        if kept and any(callee is f for f in KEPT) and (function := _written(callee, node)) is not None:
            given = [core.tuple_(node.args, node)] if function is iteration.any_side_by_side else node.args
            if function is iteration.each_column:
                given = [node.args[0].value]
            return core.call(self.scope.helper(function), *given, at=node)
        return node

    def keeps(self, callee: Any, node: Any, kept: bool) -> bool:
        """May what a call is given be read when it is done?"""
        if any(callee is f for f in LATE) or getattr(callee, "__module__", None) == "itertools":
            return kept or callee is next
        if callee is MISSING:
            return not isinstance(node.func, gast.Attribute) or node.func.attr not in READING
        if isinstance(callee, type):
            return callee.__module__ not in OURS
        return isinstance(callee, FunctionType) and not registry.is_pure(callee)


def _written(callee: Any, node: Any) -> Any:
    """The generator of ours that does the same; None where there is none."""
    strict = any(not core.is_constant(k.value) or bool(core.constant_value(k.value)) for k in node.keywords)
    if callee is reversed:
        return iteration.backwards if len(node.args) == 1 and not node.keywords else None
    if not node.args:
        return None
    if any(isinstance(a, gast.Starred) for a in node.args):
        return iteration.each_column if len(node.args) == 1 and not strict else None
    if strict:
        return iteration.two_of_one_length if len(node.args) == 2 else None
    return SIDE_BY_SIDE.get(len(node.args), iteration.any_side_by_side)
