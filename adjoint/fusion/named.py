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
    t_1 = np.empty(max(x.shape[0] - 2, 0))
    for t in range(n):
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

VERSION = re.compile(r"(.+)_\d+$")


def named(fn: core.Function, context: Context) -> core.Function:
    """Rename the variables of loops, and copies of parameters."""
    names = fn.identifiers[0] | {path.partition(".")[0] for path in fn.bindings}
    body = _Loops(context, frozenset(names) - context.sizes.keys()).block(fn.tree.body)
    for param in fn.params:
        body = _copied(body, param)
    return context.scope.done(body)


class _Loops:
    def __init__(self, context: Context, taken: frozenset[str]) -> None:
        self.context = context
        self.free = [n for n in INDICES if n not in taken]

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [self.statement(stmt) for stmt in block]

    def statement(self, stmt: Any) -> Any:
        if not isinstance(stmt, tree.COMPOUND) or isinstance(stmt, gast.FunctionDef):
            return stmt
        # All at once: a name that one loop gets may be that which another one had.
        new = self.names(stmt, 0)
        return core.copy(stmt, new) if new else tree.map_blocks(stmt, self.block)

    def names(self, stmt: Any, depth: int) -> dict[str, str]:
        """The new names of the variables of loops inside one another; none where a statement begins no such loop."""
        is_ours = isinstance(stmt, gast.For) and core.is_name(stmt.target) and stmt.target.id in self.context.sizes
        if not (is_ours or depth and isinstance(stmt, gast.If)) or depth == len(self.free):
            return {}
        found = {stmt.target.id: self.free[depth]} if is_ours else {}
        for block in core.blocks(stmt):
            for inner in block:
                found |= self.names(inner, depth + is_ours)
        return found


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
