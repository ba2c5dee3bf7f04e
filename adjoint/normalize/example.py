"""Show what a pass makes of a piece of source: what the doctests of the passes are written with."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import gast

from adjoint.emit.printer import to_source
from adjoint.syntax import core

Pass = Callable[[core.Function], core.Function]


def function(source: str, bindings: Mapping[str, Any] | None = None) -> core.Function:
    """The function that a text defines; bare statements become the body of one without parameters.

    >>> function("x = 1").tree.name
    'f'
    """
    source = textwrap.dedent(source).strip("\n")
    if not source.startswith("def "):
        source = "def f():\n" + textwrap.indent(source, "    ")
    tree = gast.parse(source).body[0]
    return core.Function(
        tree, core.Origin("example.py", 1, tuple(source.splitlines()), tree.name), None, bindings or {}
    )


def text(fn: core.Function) -> str:
    """The function's text."""
    if any(isinstance(node, core.Attempt) for node in core.walk(fn.tree)):
        return ast.unparse(ast.parse(to_source(fn.tree)))
    return ast.unparse(ast.fix_missing_locations(gast.gast_to_ast(fn.tree)))


def written(expr: Any) -> str:
    """An expression's text."""
    return ast.unparse(gast.gast_to_ast(expr))


def show(run: Pass, source: str, **bindings: Any) -> None:
    """Print what a pass makes of a definition or of bare statements.

    >>> show(lambda fn: fn, "x = 1")
    x = 1
    """
    after = text(run(function(source, bindings)))
    print(after if source.lstrip().startswith("def ") else textwrap.dedent(after.split("\n", 1)[1]).strip("\n"))
