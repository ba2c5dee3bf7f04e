"""Names as one would have given them: `i`, `j`, `k` by depth, and a parameter's own name for the copy that replaces it.

>>> from adjoint.fusion import example, fused
>>> example.show(lambda fn, context: fused(fn, context.arguments), '''
... def f(x, n):
...     x = np.copy(x)
...     for t in range(n):
...         x[1:-1] = 0.5 * (x[:-2] + x[2:])
...     return x
... ''', x="float64 a", n="int")
def f(x, n):
    x = np.copy(x)
    for t in range(n):
        t_1 = np.empty(max(x.shape[0] - 2, 0))
        for i in range(x.shape[0] - 2):
            t_1[i] = 0.5 * (x[i] + x[i + 2])
        for i in range(x.shape[0] - 2):
            x[i + 1] = t_1[i]
    return x
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import gast

from adjoint.fusion.context import INDICES, Context
from adjoint.normalize import tree
from adjoint.syntax import core
from adjoint.syntax.traverse import changed

VERSION = re.compile(r"(.+)_\d+$")


def named(fn: core.Function, context: Context) -> core.Function:
    """Rename the variables of loops, and copies of parameters."""
    names = fn.identifiers[0] | {path.partition(".")[0] for path in fn.bindings}
    body = _Loops(context, frozenset(names) - context.sizes.keys()).block(fn.tree.body, ())
    for param in fn.params:
        body = _copied(body, param)
    return context.scope.done(body)


class _Loops:
    def __init__(self, context: Context, taken: frozenset[str]) -> None:
        self.context = context
        self.free = [n for n in INDICES if n not in taken]

    def block(self, block: Sequence[Any], around: tuple[str, ...]) -> list[Any]:
        return [self.statement(s, around) for s in block]

    def statement(self, stmt: Any, around: tuple[str, ...]) -> Any:
        if not isinstance(stmt, tree.COMPOUND) or isinstance(stmt, gast.FunctionDef):
            return stmt
        if isinstance(stmt, gast.For) and core.is_name(stmt.target) and stmt.target.id in self.context.sizes:
            new = next((n for n in self.free if n not in around), stmt.target.id)
            around = (*around, new)
            body = core.copy(stmt.body, {stmt.target.id: new})
            stmt = changed(stmt, target=core.store(new), body=body)
        return tree.map_blocks(stmt, lambda inner: self.block(inner, around))


def _copied(body: list[Any], param: str) -> list[Any]:
    """The body with a parameter's name for what is bound of it last, if nothing needs the parameter from there on."""
    for place, stmt in enumerate(body):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call(args=[gast.Name(id=copied)])) if (
                copied == param and (found := VERSION.match(name)) and found[1] == param
            ):
                if param in core.identifiers(*body[place + 1 :])[0] or name in core.identifiers(*body[:place])[0]:
                    return body
                return [*body[:place], *(core.copy(s, {name: param}) for s in body[place:])]
    return body
