"""Several tangents in one forward sweep: the primal is computed once, and so is what their formulas share.

    def f_jvp(x, x_dot):                      def f_jvps(x, x_dots):
        y = np.sin(x)                             y = np.sin(x)
        y_dot = np.cos(x) * x_dot        ->       t = np.cos(x)
        return y, y_dot                           y_dots = [t * x_dot for x_dot in x_dots]
                                                  return y, y_dots

Works on the finished text of a forward sweep. What depends on a seed becomes a list with one item for each; parts of a
formula that do not are computed before. Where a call gives a value and its tangent together (a recursive function, or
one that only the run knows), each seed needs a sweep of its own: `shared` says so by None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import gast

from adjoint.classes import replace
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.traverse import changed
from adjoint.tidy.rebuild import map_parts

TANGENT = re.compile(r"_dot(_\d+)?$")


def shared(fn: core.Function, seeds: Sequence[str], primal: frozenset[str]) -> core.Function | None:
    """A forward sweep for lists of seeds, `seeds` being its parameters for one; None where they cannot share it.

    `primal` are the names of the function that was differentiated: a tangent's is like `x_dot`, and none of them.
    """
    dotted = _dotted(fn, seeds, primal)
    if not all(_separable(stmt, dotted) for stmt in fn.statements):
        return None
    writer = _Several(fn, dotted, seeds)
    body = writer.block(fn.tree.body)
    params = [writer.lists.get(p, p) if p in seeds else p for p in fn.params]
    tree = core.function_def(f"{fn.tree.name}s", params, body)
    bindings = MappingProxyType({**fn.bindings, **writer.bindings})
    return replace(fn, tree=core.place(tree, fn.tree), bindings=bindings)


def _dotted(fn: core.Function, seeds: Sequence[str], primal: frozenset[str]) -> frozenset[str]:
    """The tangents, and other names whose values depend on one."""
    bound = {n for stmt in fn.statements for n in core.names_bound(stmt)}
    found = {*seeds, *(n for n in bound - primal if TANGENT.search(n))}
    before = 0
    while len(found) > before:
        before = len(found)
        for stmt in fn.statements:
            if not isinstance(stmt, (gast.If, gast.While, gast.For, gast.Return)) and core.names_read(stmt) & found:
                found |= _changed_by(stmt)
    return frozenset(found)


def _changed_by(stmt: Any) -> set[str]:
    """The names that a statement binds, or whose cells or items it changes."""
    target = stmt.targets[0] if isinstance(stmt, gast.Assign) else getattr(stmt, "target", None)
    names = set(core.names_bound(stmt))
    if isinstance(target, gast.Subscript):
        names |= core.names_read(target.value)
    if isinstance(target, gast.Name):
        names.add(target.id)
    if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Call):
        names |= core.names_read(stmt.value.func) if isinstance(stmt.value.func, gast.Attribute) else set()
    return names


def _separable(stmt: Any, dotted: frozenset[str]) -> bool:
    """Does a statement belong to the primal, or to the tangents, and not to both?"""
    if not (core.names_read(stmt) | _changed_by(stmt)) & dotted:
        return True
    match stmt:
        case gast.Return(value=gast.Tuple(elts=[out, _])):
            return not core.names_read(out) & dotted
        case gast.Assign(targets=[gast.Name()]) | gast.AugAssign():
            return True
        case gast.Assign(targets=[gast.Subscript(slice=index)]):
            return not core.names_read(index) & dotted
        case gast.Assign(targets=[gast.Tuple(elts=targets)], value=gast.Tuple(elts=values)):
            return {t.id for t in targets} <= dotted and all(core.is_name(v) and v.id in dotted for v in values)
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name()))):
            return True
    return False


class _Several:
    """Rewrites statements; `lists` are the names of the lists that stand for dotted names."""

    def __init__(self, fn: core.Function, dotted: frozenset[str], seeds: Sequence[str]) -> None:
        self.namer = fn.namer()
        self.dotted, self.first = dotted, seeds[0]
        self.bindings: dict[str, Any] = {}
        self.known = fn.bindings
        self.lists = {name: self.namer.fresh(f"{name}s") for name in sorted(dotted)}
        self.ahead: list[Any] = []

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        fields = [f for f in ("body", "orelse") if isinstance(getattr(stmt, f, None), list)]
        blocks = {f: self.block(getattr(stmt, f)) for f in fields}
        if blocks:
            return [changed(stmt, **blocks)]
        if not (core.names_read(stmt) | _changed_by(stmt)) & self.dotted and not isinstance(stmt, gast.Return):
            return [stmt]
        self.ahead = []
        new = self.rewritten(stmt)
        return [*self.ahead, new]

    def rewritten(self, stmt: Any) -> Any:
        match stmt:
            case gast.Return(value=gast.Tuple(elts=[out, dot])):
                return core.return_(core.tuple_([out, self.each(dot)]), stmt)
            case gast.Assign(targets=[gast.Name(id=name)], value=value):
                return core.bind(self.lists[name], self.each(value), at=stmt)
            case gast.AugAssign(target=gast.Name(id=name)):
                return self.augmented(name, stmt)
            case gast.Assign(targets=[gast.Tuple(elts=targets)], value=gast.Tuple(elts=values)):
                whole = core.tuple_([load(self.lists[v.id]) for v in values])
                return core.bind_several([self.lists[t.id] for t in targets], whole, at=stmt)
            case gast.Assign() | gast.AugAssign():
                inner: Any = changed(stmt, value=self.own(stmt.value))
            case _:
                call = stmt.value
                inner = changed(stmt, value=changed(call, args=[self.own(a) for a in call.args]))
        names = sorted((core.names_read(inner) | _changed_by(inner)) & self.dotted)
        return core.place(gast.For(self.target(names), self.source(names), [inner], [], None), stmt)

    def augmented(self, name: str, stmt: Any) -> Any:
        """`x_dot += e`: an array changes in place, a number is another."""
        value = self.hoisted(stmt.value)
        number = self.namer.fresh("k")
        own = gast.Subscript(load(self.lists[name]), load(number), gast.Store())
        names = sorted(core.names_read(value) & self.dotted)
        target = gast.Tuple([core.store(number), self.target(names)], gast.Store())
        pairs = core.call(self.named(enumerate), self.source(names))
        return core.place(gast.For(target, pairs, [gast.AugAssign(own, stmt.op, value)], [], None), stmt)

    def each(self, value: Any) -> Any:
        """A list of an expression's values, one for each seed; the list itself for a name."""
        value = self.own(value)
        names = sorted(core.names_read(value) & self.dotted)
        target = self.target(names) if names else core.store("_")
        source = self.source(names) if names else load(self.lists[self.first])
        return gast.ListComp(value, [gast.comprehension(target, source, [], False)])

    def target(self, names: Sequence[str]) -> Any:
        stores = [core.store(n) for n in names]
        return stores[0] if len(stores) == 1 else gast.Tuple(stores, gast.Store())

    def source(self, names: Sequence[str]) -> Any:
        lists = [load(self.lists[n]) for n in names]
        return lists[0] if len(lists) == 1 else core.call(self.named(zip), *lists)

    def named(self, builtin: Any) -> str:
        """The name by which the text calls a builtin."""
        for name, value in {**self.known, **self.bindings}.items():
            if value is builtin and "." not in name:
                return name
        name = self.namer.fresh(builtin.__name__)
        self.bindings[name] = builtin
        return name

    def own(self, node: Any) -> Any:
        """An expression with its parts hoisted, but nothing that each tangent has to itself: it may change later."""
        if isinstance(node, (gast.List, gast.Tuple, gast.Dict)):
            return map_parts(node, self.own)
        return self.hoisted(node) if core.names_read(node) & self.dotted else node

    def hoisted(self, node: Any) -> Any:
        """An expression whose parts that read no tangent have a name, where computing them is any work."""
        if not isinstance(node, gast.expr):
            return node
        if isinstance(node, gast.Subscript):
            return changed(node, value=self.hoisted(node.value))  # an index is no work
        if core.names_read(node) & self.dotted:
            return map_parts(node, self.own if isinstance(node, (gast.List, gast.Tuple, gast.Dict)) else self.hoisted)
        if not isinstance(node, (gast.BinOp, gast.UnaryOp)) and not _is_shared_call(node):
            return node
        if core.is_constant(node):
            return node
        name = self.namer.fresh("t")
        self.ahead.append(core.bind(name, node))
        return load(name)


def _is_shared_call(node: Any) -> bool:
    """Is this a call whose value all tangents may share? Not one that makes an array for each."""
    made = ("zeros", "zeros_like", "zero_tangent", "copy", "tangent_like", "array")
    return isinstance(node, gast.Call) and (core.path_of(node.func) or "").rpartition(".")[2] not in made
