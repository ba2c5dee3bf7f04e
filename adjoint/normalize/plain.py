"""Leave out what has no effect on the values: docstrings, annotations, `pass`, `del name`.

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
from adjoint.syntax import core


def plain(fn: core.Function) -> core.Function:
    """Drop what has no effect on the values."""
    body = _block(fn.tree.body)
    bare = tree.replace(fn.tree, args=_arguments(fn.tree.args), decorator_list=[], returns=None)
    return core.Function(bare, fn.origin, fn.target, fn.bindings, fn.temps).with_body(body)


def _block(block: Sequence[Any]) -> list[Any]:
    kept = [new for stmt in block for new in _statement(stmt)]
    return kept or [core.pass_(block[0])]


def _statement(stmt: Any) -> Iterator[Any]:
    match stmt:
        case gast.Pass() | gast.Expr(value=gast.Constant()) | gast.AnnAssign(value=None):
            return
        case gast.Delete() if all(isinstance(t, gast.Name) for t in stmt.targets):
            return
        case gast.AnnAssign():
            yield core.place(gast.Assign([stmt.target], stmt.value, None), stmt)
        case gast.FunctionDef():
            yield tree.replace(stmt, args=_arguments(stmt.args), returns=None, body=_block(stmt.body))
        case _ if isinstance(stmt, tree.COMPOUND):
            yield tree.header(tree.map_blocks(stmt, _block))
        case _:
            yield stmt


def _arguments(args: Any) -> Any:
    def bare(node: Any) -> Any:
        if isinstance(node, list):
            return [bare(n) for n in node]
        return node if node is None or node.annotation is None else tree.replace(node, annotation=None)

    groups = ("args", "posonlyargs", "vararg", "kwonlyargs", "kwarg")
    return tree.replace(args, **{group: bare(getattr(args, group)) for group in groups})
