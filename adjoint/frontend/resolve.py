"""Find the object that each global, closure or builtin name of a function stands for now.

    >>> import math
    >>> from adjoint.frontend.source import parse
    >>> def f(x):
    ...     return math.sin(x) * float(unknown)
    >>> bindings = resolve(parse(f)).bindings
    >>> sorted(bindings), bindings["math.sin"] is math.sin
    (['float', 'math', 'math.sin'], True)

Attributes are followed through modules and classes only: what hangs on any other object may change between two
calls. A name that stands for nothing is left out: it raises where it is read, as in Python.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType, ModuleType
from typing import Any

import gast

from adjoint.syntax import core

COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
ABSENT = object()


def resolve(fn: core.Function) -> core.Function:
    """Return `fn` with a binding for each free path in it that stands for an object now."""
    roots = _roots(fn.target)
    bindings: dict[str, Any] = dict(fn.bindings)
    for path in free_paths(fn.tree):
        _bind(path, roots, bindings)
    return replace(fn, bindings=MappingProxyType(bindings))


def locals_of(tree: core.Node) -> frozenset[str]:
    """The names that are local to a function (or lambda) itself: its parameters and all that it binds.

    >>> tree = gast.parse("def f(x, *rest):\\n    for i in x:\\n        y = [k for k in rest]\\n    def g(z): w = z")
    >>> sorted(locals_of(tree.body[0]))
    ['g', 'i', 'rest', 'x', 'y']
    """
    body = tree.body if isinstance(tree.body, list) else [tree.body]  # type: ignore[attr-defined]
    names: set[str] = set(core.parameters(tree.args))  # type: ignore[attr-defined]
    outer: set[str] = set()
    for stmt in body:
        for node in _own(stmt):
            if isinstance(node, (gast.Global, gast.Nonlocal)):
                outer.update(node.names)
            elif isinstance(node, gast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, core.CAPTURES):
                names.update(filter(None, core.captured(node)))
            elif isinstance(node, gast.Name) and isinstance(node.ctx, (gast.Store, gast.Del)):
                names.add(node.id)
    return frozenset(names - outer)


def free_names(tree: core.Node) -> frozenset[str]:
    """The names that a function takes from outside: globals, closure cells and builtins.

    >>> sorted(free_names(gast.parse("def f(x):\\n    return g(x) + [a * k for k in range(x)][0]").body[0]))
    ['a', 'g', 'range']
    """
    return frozenset(path.partition(".")[0] for path in free_paths(tree))


def free_paths(tree: core.Node) -> Iterator[str]:
    """The dotted paths in a function that start at a free name, in the order of the text."""
    return _uses(tree, frozenset())


def _uses(node: Any, bound: frozenset[str]) -> Iterator[str]:
    path = core.path_of(node)
    if path is not None:
        if path.partition(".")[0] not in bound:
            yield path
    elif isinstance(node, (gast.FunctionDef, gast.Lambda)):
        for default in (*node.args.defaults, *node.args.kw_defaults):
            yield from _uses(default, bound)
        inside = bound | locals_of(node)
        for part in node.body if isinstance(node.body, list) else [node.body]:
            yield from _uses(part, inside)
    elif isinstance(node, COMPREHENSIONS):
        yield from _uses(node.generators[0].iter, bound)
        targets = {n.id for g in node.generators for n in core.walk(g.target) if isinstance(n, gast.Name)}
        for child in core.children(node):
            yield from _uses(child, bound | targets)
    elif isinstance(node, gast.AnnAssign):  # a local's annotation is never evaluated
        for part in filter(None, (node.value, node.target)):
            yield from _uses(part, bound)
    elif isinstance(node, ast.AST):
        for child in core.children(node):
            yield from _uses(child, bound)


def _own(node: Any) -> Iterator[Any]:
    """The nodes of a statement that belong to the scope it stands in."""
    yield node
    if isinstance(node, COMPREHENSIONS):
        # A walrus in a comprehension binds in the scope around it; the comprehension's own targets do not.
        yield from (n.target for n in core.walk(node) if isinstance(n, gast.NamedExpr))
    elif not isinstance(node, (gast.FunctionDef, gast.Lambda)):
        for child in core.children(node):
            yield from _own(child)


def _roots(target: Any) -> Callable[[str], Any]:
    """The look-up of names as the function does it: closure cells, globals, builtins."""
    if target is None:
        return lambda name: ABSENT
    closure = target.__closure__ or ()
    cells = dict(zip(target.__code__.co_freevars, closure))
    scopes: tuple[Mapping[str, Any], ...] = (target.__globals__, target.__builtins__)

    def find(name: str) -> Any:
        if name in cells:
            try:
                return cells[name].cell_contents
            except ValueError:  # not bound yet
                return ABSENT
        return next((scope[name] for scope in scopes if name in scope), ABSENT)

    return find


def _bind(path: str, find: Callable[[str], Any], bindings: dict[str, Any]) -> None:
    """Put `path` and what it starts with into `bindings`, as far as there are objects for them."""
    root, *names = path.split(".")
    if root not in bindings:
        value = find(root)
        if value is ABSENT:
            return
        bindings[root] = value
    value = bindings[root]
    for name in names:
        if not isinstance(value, (ModuleType, type)):
            return
        value = getattr(value, name, ABSENT)
        if value is ABSENT:
            return
        root = f"{root}.{name}"
        bindings[root] = value
