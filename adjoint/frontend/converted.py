"""A tree of Python's own parser as a gast tree: what `gast.ast_to_gast` gives, in a third of its time.

    >>> tree = ast.parse("def f(x, *, n=1):\\n    return x[0] + n").body[0]
    >>> gast.dump(converted(tree)) == gast.dump(gast.ast_to_gast(tree))
    True

Most classes of nodes are the same but in name, whatever the version of Python. What gast spells otherwise is changed
here where functions use it (names, arguments, handlers), and left to gast where they do not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import gast

from adjoint.syntax.traverse import FIELDS, changed


def converted(node: Any) -> Any:
    """The gast tree of a tree of Python's."""
    change = _CHANGES.get(type(node))
    return gast.ast_to_gast(node) if change is None else change(node)


def _same(kind: type[Any], **missing: Any) -> Callable[[Any], Any]:
    """How a node becomes one of a class of gast's with the same fields; `missing` are those that Python lacks."""
    new_kind = getattr(gast, kind.__name__)
    mark = next((f for f in ("op", "ctx") if f in kind._fields), None)
    fields = FIELDS[kind]

    def change(node: Any) -> Any:
        new = new_kind.__new__(new_kind)
        own = new.__dict__
        own.update(missing)
        own.update(node.__dict__)
        for field in fields:
            value = own.get(field)
            if type(value) is list:
                own[field] = [converted(v) if isinstance(v, ast.AST) else v for v in value]
            elif isinstance(value, ast.AST):
                own[field] = converted(value)
        if mark is not None:
            own[mark] = _MARKS[type(own[mark])]
        return new

    return change


def _comparison(node: ast.Compare) -> Any:
    new = gast.Compare(
        converted(node.left), [_MARKS[type(op)] for op in node.ops], list(map(converted, node.comparators))
    )
    return ast.copy_location(new, node)


def _name(node: ast.Name) -> Any:
    new = changed(_NAME, **node.__dict__)
    new.ctx = _MARKS[type(node.ctx)]
    return new


_NAME = gast.Name("", gast.Load(), None, None)


def _argument(node: ast.arg) -> Any:
    annotation = None if node.annotation is None else converted(node.annotation)
    return ast.copy_location(gast.Name(node.arg, gast.Param(), annotation, node.type_comment), node)


def _handler(node: ast.ExceptHandler) -> Any:
    name = gast.Name(node.name, gast.Store(), None, None) if node.name else None
    caught = None if node.type is None else converted(node.type)
    return ast.copy_location(gast.ExceptHandler(caught, name, list(map(converted, node.body))), node)


def _has_same_fields(kind: Any) -> bool:
    other = getattr(gast, kind.__name__, None)
    return isinstance(other, type) and set(getattr(other, "_fields", ())) == set(kind._fields)


# Contexts and operators say no more than their class does: all nodes share them.
_MARKS: Mapping[type, Any] = {
    kind: getattr(gast, kind.__name__)()
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, (ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context))
    if hasattr(gast, kind.__name__)
}
_CHANGES: Mapping[type, Callable[[Any], Any]] = {
    **{
        kind: _same(kind)
        for kind in vars(ast).values()
        if isinstance(kind, type) and issubclass(kind, ast.AST) and kind._fields and _has_same_fields(kind)
    },
    ast.FunctionDef: _same(ast.FunctionDef, type_params=[]),
    ast.Compare: _comparison,
    ast.Name: _name,
    ast.arg: _argument,
    ast.ExceptHandler: _handler,
}
