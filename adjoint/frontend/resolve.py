"""Find the object that each global, closure or builtin name of a function stands for now.

    >>> import math
    >>> from adjoint.frontend.source import parse
    >>> def f(x):
    ...     return math.sin(x) * float(unknown)
    >>> bindings = resolve(parse(f)).bindings
    >>> sorted(bindings), bindings["math.sin"] is math.sin
    (['float', 'math', 'math.sin'], True)

Attributes are followed through modules and classes only, and SciPy's distributions: what hangs on any other object may
change between two calls. A name that stands for nothing is left out: it raises where it is read, as in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType, ModuleType
from typing import Any

import gast

from adjoint.rules.late import is_distribution
from adjoint.syntax import core

COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
SCOPES = frozenset([*COMPREHENSIONS, gast.FunctionDef, gast.Lambda])
ABSENT = object()
NOTHING: frozenset[str] = frozenset()
# Where the names that statements mention, and bind, do not tell all.
INVOLVED = frozenset([*COMPREHENSIONS, gast.Lambda, gast.AnnAssign, gast.Delete, gast.Try, gast.Match])
DECLARING = frozenset([gast.FunctionDef, gast.ClassDef, gast.Global, gast.Nonlocal])


def resolve(fn: core.Function) -> core.Function:
    """Return `fn` with a binding for each free path in it that stands for an object now."""
    roots = _roots(fn.target)
    bindings: dict[str, Any] = dict(fn.bindings)
    for path in dict.fromkeys(_paths(fn)):
        _bind(path, roots, bindings)
    return fn.known(bindings=MappingProxyType(bindings))


def locals_of(tree: core.Node) -> frozenset[str]:
    """The names that are local to a function (or lambda) itself: its parameters and all that it binds.

    >>> tree = gast.parse("def f(x, *rest):\\n    for i in x:\\n        y = [k for k in rest]\\n    def g(z): w = z")
    >>> sorted(locals_of(tree.body[0]))
    ['g', 'i', 'rest', 'x', 'y']
    """
    body = tree.body if isinstance(tree.body, list) else [tree.body]  # type: ignore[attr-defined]
    names: set[str] = set(core.parameters(tree.args))  # type: ignore[attr-defined]
    outer: set[str] = set()
    nodes = core.walk(*body)
    for node in nodes if SCOPES.isdisjoint(map(type, nodes)) else _own(body):
        kind = type(node)
        if kind is gast.Name:
            if type(node.ctx) is gast.Store or type(node.ctx) is gast.Del:
                names.add(node.id)
        elif kind is gast.FunctionDef:
            names.add(node.name)
        elif kind is gast.Global or kind is gast.Nonlocal:
            outer.update(node.names)
        elif kind in core.CAPTURES:
            names.update(filter(None, core.captured(node)))
    return frozenset(names - outer)


def free_names(tree: core.Node) -> frozenset[str]:
    """The names that a function takes from outside: globals, closure cells and builtins.

    >>> sorted(free_names(gast.parse("def f(x):\\n    return g(x) + [a * k for k in range(x)][0]").body[0]))
    ['a', 'g', 'range']
    """
    return frozenset(path.partition(".")[0] for path in free_paths(tree))


def free_paths(tree: core.Node) -> list[str]:
    """The dotted paths in a function that start at a free name, in the order of the text."""
    found: list[str] = []
    _add_uses(tree, frozenset(), found)
    return found


def _paths(fn: core.Function) -> list[str]:
    """What `free_paths` gives, without going over statements that name nothing but the function's own variables."""
    if not (fn.forms.isdisjoint(INVOLVED) and DECLARING.isdisjoint(map(type, fn.statements))):
        return free_paths(fn.tree)
    own = frozenset(fn.params).union(*[fn.mentions[stmt][1] for stmt in fn.statements])
    found: list[str] = []
    arguments = fn.tree.args
    for around in (*fn.tree.decorator_list, *arguments.defaults, *filter(None, arguments.kw_defaults)):
        _add_uses(around, NOTHING, found)
    for stmt in fn.statements:
        if not fn.mentions[stmt][0] <= own:
            for node in core.heads(stmt):
                _add_uses(node, own, found)
    return found


def _add_uses(node: Any, bound: frozenset[str], found: list[str]) -> None:
    kind = type(node)
    if kind is gast.Constant:
        return
    if (kind is gast.Name or kind is gast.Attribute) and (path := core.path_of(node)) is not None:
        if path.partition(".")[0] not in bound:
            found.append(path)
    elif kind is gast.FunctionDef or kind is gast.Lambda:
        for around in (*getattr(node, "decorator_list", ()), *node.args.defaults, *node.args.kw_defaults):
            if around is not None:
                _add_uses(around, bound, found)
        inside = bound | locals_of(node)
        for part in node.body if isinstance(node.body, list) else [node.body]:
            _add_uses(part, inside, found)
    elif kind in COMPREHENSIONS:
        _add_uses(node.generators[0].iter, bound, found)
        targets = {n.id for g in node.generators for n in core.walk(g.target) if isinstance(n, gast.Name)}
        for child in core.children(node):
            _add_uses(child, bound | targets, found)
    elif kind is gast.AnnAssign:  # a local's annotation is never evaluated
        for part in filter(None, (node.value, node.target)):
            _add_uses(part, bound, found)
    else:
        for child in core.children(node):
            _add_uses(child, bound, found)


def _own(block: list[Any]) -> list[Any]:
    """The nodes of some statements that belong to the scope they stand in."""
    found: list[Any] = []
    todo = list(block)
    while todo:
        node = todo.pop()
        found.append(node)
        kind = type(node)
        if kind in COMPREHENSIONS:
            # A walrus in a comprehension binds in the scope around it; the comprehension's own targets do not.
            found += [n.target for n in core.walk(node) if type(n) is gast.NamedExpr]
        elif kind is not gast.FunctionDef and kind is not gast.Lambda:
            todo += core.children(node)
    return found


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
        if not isinstance(value, (ModuleType, type)) and not is_distribution(value):
            return
        value = getattr(value, name, ABSENT)
        if value is ABSENT:
            return
        root = f"{root}.{name}"
        bindings[root] = value
