"""The items that the trips of loops take, in functions that are written out and read again.

    >>> from adjoint.normalize.example import function, text
    >>> from adjoint.normalize.loops import loops
    >>> fn = loops(function("def f(xs): for x in xs: print(x)".replace(": f", ":\\n    f")))
    >>> print(text(spelled_out(fn)))
    def f(xs):
        for k in range(len(xs)):
            x = element(xs, k)
            print(x)
    >>> print(text(elements(spelled_out(fn))))
    def f(xs):
        for k in range(len(xs)):
            x = xs[k]
            print(x)

What a loop takes of a dictionary is its key number k: `xs[k]` means that in a tree, where the node says so, but not in
a text.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import gast

from adjoint.classes import replace
from adjoint.normalize.scope import Scope
from adjoint.runtime.elements import element
from adjoint.syntax import core
from adjoint.syntax.traverse import mapped


def spelled_out(fn: core.Function) -> core.Function:
    """The function with `element(xs, k)` for what a trip takes: its text means what its tree does."""
    if not any(isinstance(node, core.Element) for node in core.walk(*fn.tree.body)):
        return fn
    scope = Scope(fn)
    name = scope.helper(element)

    def change(node: Any) -> Any:
        return core.call(name, node.value, node.slice, at=node) if isinstance(node, core.Element) else node

    bindings = MappingProxyType({**fn.bindings, name: element})
    return replace(fn, tree=_mapped(fn.tree, change), bindings=bindings)


def elements(fn: core.Function) -> core.Function:
    """The function with the items themselves for the calls that said them."""
    names = {name for name, value in fn.bindings.items() if value is element}
    if not names:
        return fn

    def change(node: Any) -> Any:
        if isinstance(node, gast.Call) and core.path_of(node.func) in names:
            items, number = node.args
            return core.element(items, number, at=node)
        return node

    return replace(fn, tree=_mapped(fn.tree, change))


def _mapped(node: Any, change: Callable[[Any], Any]) -> Any:
    return change(mapped(node, lambda part: _mapped(part, change)))
