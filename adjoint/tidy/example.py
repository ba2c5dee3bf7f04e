"""Short texts as Core functions, for the doctests and tests of the tidy passes.

>>> show(lambda fn: fn, "t = x * 2\\ny = t + 1")
t = x * 2
y = t + 1
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.emit.printer import to_source
from adjoint.syntax import core

# A compiler's names look like this in the examples; everything else is a user's.
TEMPORARY = re.compile(r"t(_\d+)?$|.*_(bar|stack)(_\d+)?$|trips|top")


def function(text: str, bindings: Mapping[str, Any] = {}) -> core.Function:
    """The function `f` with this text as its body (or this text, if it is a `def`), its free names as parameters."""
    module = gast.parse(text)
    if not isinstance(module.body[0], gast.FunctionDef):
        bound = frozenset().union(*(core.names_bound(s) for s in core.statements(module.body)))
        free = sorted(core.all_names(module) - bound - {"np"} - set(dir(builtins)))
        module = gast.parse(f"def f({', '.join(free)}):\n    " + text.replace("\n", "\n    "))
    tree = module.body[0]
    origin = core.Origin("example.py", 1, tuple(text.splitlines()), tree.name)
    paths = {p for n in gast.walk(tree) if isinstance(n, (gast.Name, gast.Attribute)) and (p := core.path_of(n))}
    found = {p: _resolve(p) for p in paths if p.split(".")[0] == "np" or hasattr(builtins, p)}
    temps = frozenset(n for n in core.all_names(tree) - set(core.parameters(tree.args)) if TEMPORARY.match(n))
    return core.Function(tree, origin, None, MappingProxyType({**found, **bindings}), temps)


def show(change: Callable[[core.Function], core.Function], text: str) -> None:
    """Print the body of a function after a pass."""
    show_body(change(function(text)))


def show_body(fn: core.Function) -> None:
    """Print the body of a function."""
    for stmt in fn.tree.body:
        print(to_source(stmt).strip())


def _resolve(path: str) -> Any:
    root, *attributes = path.split(".")
    value = np if root == "np" else getattr(builtins, root)
    for name in attributes:
        value = getattr(value, name)
    return value
