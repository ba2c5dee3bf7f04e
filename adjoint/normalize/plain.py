"""Leave out what has no effect on the values: docstrings, annotations, `pass`, `del name`; `del xs[i]` is `xs.pop(i)`.

    >>> from adjoint.normalize.example import show
    >>> show(plain, '''
    ... def f(x: float, n: int = 3) -> float:
    ...     "Double x."
    ...     y: float = 2 * x
    ...     z: float
    ...     if n > 3:
    ...         pass
    ...     del n
    ...     return y
    ... ''')
    def f(x, n=3):
        y = 2 * x
        if n > 3:
            pass
        return y

From here on a compound statement's position is its header's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def plain(fn: core.Function) -> core.Function:
    """Drop what has no effect on the values."""
    scope = Scope(fn)
    body = _Plain(scope).block(fn.tree.body)
    bare = tree.replace(fn.tree, args=_arguments(fn.tree.args), decorator_list=[], returns=None)
    return scope.done(body).with_tree(tree.replace(bare, body=body))


class _Plain:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def block(self, block: Sequence[Any]) -> list[Any]:
        kept = [new for stmt in block for new in self.statement(stmt)]
        return kept or [core.pass_(block[0])]

    def statement(self, stmt: Any) -> Iterator[Any]:
        match stmt:
            case gast.Pass() | gast.Expr(value=gast.Constant()) | gast.AnnAssign(value=None):
                return
            case gast.Expr(value=gast.YieldFrom(value=value)):
                item = self.scope.fresh("item")
                body = [core.effect(core.place(gast.Yield(core.load(item, stmt)), stmt.value), stmt)]
                yield tree.header(core.for_(item, value, body, stmt))
            case gast.Nonlocal():
                yield core.place(core.Shared([core.load(name, stmt) for name in stmt.names]), stmt)
            case gast.Delete():
                yield from (_deleted(t, stmt) for t in stmt.targets if not isinstance(t, gast.Name))
            case gast.AnnAssign():
                yield core.place(gast.Assign([stmt.target], stmt.value, None), stmt)
            case gast.FunctionDef():
                yield from self.decorated(stmt)
            case gast.With():
                yield self.with_names(tree.header(tree.replace(stmt, body=self.block(stmt.body))))
            case _ if isinstance(stmt, tree.COMPOUND):
                yield tree.header(tree.map_blocks(stmt, self.block))
            case _:
                yield stmt

    def decorated(self, stmt: Any) -> Iterator[Any]:
        """`@d` and `def f` -> `def f_1`, `f = d(f_1)`."""
        plain = tree.replace(stmt, args=_arguments(stmt.args), returns=None, decorator_list=[])
        plain = tree.replace(plain, body=self.block(stmt.body))
        if not stmt.decorator_list:
            yield plain
            return
        name = self.scope.fresh(stmt.name)
        held = [(self.scope.fresh(), d) for d in stmt.decorator_list]
        yield from (core.bind(n, d, tree.header(stmt)) for n, d in held if core.path_of(d) is None)
        yield tree.replace(plain, name=name)
        value: Any = core.load(name, stmt)
        for n, decorator in reversed(held):
            func = decorator if core.path_of(decorator) is not None else core.load(n, decorator)
            value = core.call(func, value, at=decorator)
        yield core.bind(stmt.name, value, held[0][1])

    def with_names(self, stmt: Any) -> Any:
        """`with a as (b, c):` -> `with a as t: b, c = t`; items after such a one are a `with` of their own."""
        for k, item in enumerate(stmt.items):
            target = item.optional_vars
            if target is not None and not core.is_name(target):
                name = self.scope.fresh()
                first = tree.replace(item, optional_vars=core.store(name, target))
                bind = core.place(gast.Assign([target], core.load(name, target), None), stmt)
                rest = stmt.items[k + 1 :]
                inner = [self.with_names(tree.replace(stmt, items=rest))] if rest else stmt.body
                return tree.replace(stmt, items=[*stmt.items[:k], first], body=[bind, *inner])
        return stmt


def _deleted(target: Any, stmt: Any) -> Any:
    """The statement that takes an item out of a list or a dictionary."""
    base = tree.replace(target.value)
    if isinstance(target.slice, gast.Slice):
        cells = core.place(gast.Subscript(base, target.slice, gast.Store()), target)
        return core.place(gast.Assign([cells], core.list_([], target), None), stmt)
    return core.effect(core.call(core.attribute(base, "pop", target), target.slice, at=target), stmt)


def _arguments(args: Any) -> Any:
    groups = ("args", "posonlyargs", "vararg", "kwonlyargs", "kwarg")
    return tree.replace(args, **{group: _bare(getattr(args, group)) for group in groups})


def _bare(node: Any) -> Any:
    """Parameters without their annotations."""
    if isinstance(node, list):
        return [_bare(n) for n in node]
    return node if node is None or node.annotation is None else tree.replace(node, annotation=None)
