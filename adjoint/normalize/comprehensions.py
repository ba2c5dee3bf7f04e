"""A list comprehension is a loop that appends.

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

Its variables, which Python keeps from the function, get new names where the function has names like them.
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


class Clauses:
    """The comprehensions of one function; the names outside them are worked out when first needed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.outside: set[str] | None = None

    def loops(self, name: str, node: Any, stmt: Any) -> list[Any]:
        """The statements that bind `name` to the list."""
        node = self._renamed(node)
        append = core.attribute(core.load(name, stmt), "append", stmt)
        block = [core.effect(core.call(append, node.elt, at=node.elt), stmt)]
        for clause in reversed(node.generators):
            for test in reversed(clause.ifs):
                block = [core.if_(test, block, (), stmt)]
            block = [core.place(gast.For(clause.target, clause.iter, block, [], None), stmt)]
        return [core.bind(name, core.list_([], node), stmt), *block]

    def _renamed(self, node: Any) -> Any:
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
        return tree.replace(node, elt=core.copy(node.elt, rename), generators=[first, *core.copy(later, rename)])


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
        elif isinstance(node, gast.ListComp):
            hidden |= tree.bound(*(clause.target for clause in node.generators))
        todo += [(child, hidden) for child in tree.children(node)]
    return found
