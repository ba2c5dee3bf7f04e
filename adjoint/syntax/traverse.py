"""Going through trees, and copying them: quick, since every pass does so.

>>> import gast
>>> stmt = gast.parse("y = a[i] + np.sin(b)").body[0]
>>> sorted(n.id for n in walk(stmt) if isinstance(n, gast.Name))
['a', 'b', 'i', 'np', 'y']
>>> [type(n).__name__ for n in children(stmt)]
['Name', 'BinOp']

What hangs on a node that is no node of its own (a name, a position), and the contexts and operators, which all nodes
share, are not visited.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from operator import is_, itemgetter
from typing import Any

import gast

POSITION = ("lineno", "col_offset", "end_lineno", "end_col_offset")
_POSITION = itemgetter(*POSITION)
# Fields that never hold an expression or a statement.
MARKS = frozenset(
    ["ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "conversion", "is_async", "level", "module"]
)


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of each class of nodes in which children may hang."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        fields: tuple[str, ...] = getattr(kind, "_fields", ())
        self[kind] = found = tuple(f for f in fields if f not in MARKS)
        return found


FIELDS = _Fields({gast.Name: (), gast.Constant: ()})


class _Parts(dict[type, "tuple[str, ...] | None"]):
    """The fields of each class of nodes; None of what is no node (None, a text, a number)."""

    def __missing__(self, kind: type) -> tuple[str, ...] | None:
        self[kind] = found = FIELDS[kind] if issubclass(kind, ast.AST) else None
        return found


# The fields of a node are read from its dictionary: `getattr` takes twice as long, and all passes wait for these loops.
_PARTS = _Parts()


def children(node: Any) -> list[Any]:
    """The nodes directly below a node, in the order of its fields."""
    found: list[Any] = []
    own = node.__dict__
    for field in FIELDS[type(node)]:
        value = own.get(field)
        if type(value) is list:
            found += [v for v in value if isinstance(v, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(*roots: Any) -> list[Any]:
    """Every node below (and at) the roots, in no particular order."""
    todo = list(roots)
    found = []
    while todo:
        node = todo.pop()
        fields = _PARTS[type(node)]
        if fields is None:
            continue
        found.append(node)
        if fields:
            own = node.__dict__
            for field in fields:
                value = own.get(field)
                if type(value) is list:
                    todo += value
                elif value is not None:
                    todo.append(value)
    return found


HOLDERS = frozenset([gast.FunctionDef, gast.MatchAs, gast.MatchStar, gast.MatchMapping])


def named(*roots: Any) -> list[Any]:
    """The nodes at or below the roots that hold identifiers: names, functions, patterns that capture."""
    todo = list(roots)
    found = []
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind is gast.Name:
            found.append(node)
            continue
        if kind in HOLDERS:
            found.append(node)
        fields = _PARTS[kind]
        if fields:
            own = node.__dict__
            for field in fields:
                value = own.get(field)
                if type(value) is list:
                    todo += value
                elif value is not None:
                    todo.append(value)
    return found


def names_in(*roots: Any) -> set[str]:
    """The names that are loaded anywhere at or below the roots."""
    todo = list(roots)
    found = set()
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind is gast.Name:
            if type(node.ctx) is gast.Load:
                found.add(node.id)
            continue
        fields = _PARTS[kind]
        if fields:
            own = node.__dict__
            for field in fields:
                value = own.get(field)
                if type(value) is list:
                    todo += value
                elif value is not None:
                    todo.append(value)
    return found


def spelled(node: Any) -> str:
    """A text that two trees share if they are of one form: what `ast.dump` gives, in a third of its time.

    >>> one, other = (gast.parse(text).body[0].value for text in ("a[i, -1]", "a[ i, - 1 ]"))
    >>> spelled(one), spelled(one) == spelled(other)
    ('Subscript(a,Tuple([i,UnaryOp(USub(),=1)],Load()),Load())', True)
    """
    kind = type(node)
    if kind is gast.Name:
        return str(node.id) if type(node.ctx) is gast.Load else f"{type(node.ctx).__name__} {node.id}"
    if kind is gast.Constant:
        return f"={node.value!r}"
    if kind is list:
        return f"[{','.join(map(spelled, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    return f"{kind.__name__}({','.join([spelled(getattr(node, field, None)) for field in node._fields])})"


def place(node: Any, at: Any) -> Any:
    """Give `node` the source position of `at` (none where `at` is None, or has none) and return it."""
    if at is not None:
        position, own = at.__dict__, node.__dict__
        if "end_col_offset" in position:
            own["lineno"], own["col_offset"], own["end_lineno"], own["end_col_offset"] = _POSITION(position)
        elif "lineno" in position:
            own.update({name: position[name] for name in POSITION if name in position})
    return node


def made(kind: Any, own: dict[str, Any]) -> Any:
    """A node of a class of gast's with these fields, all of them: quicker than its constructor."""
    new = kind.__new__(kind)
    new.__dict__ = own
    return new


def twin(node: Any) -> Any:
    """A copy of a node that shares its children."""
    kind: Any = type(node)
    new = kind.__new__(kind)
    new.__dict__ = node.__dict__.copy()
    return new


def changed(node: Any, **fields: Any) -> Any:
    """A copy of a node that shares its children but for these fields, at the same position."""
    kind: Any = type(node)
    new = kind.__new__(kind)
    new.__dict__ = {**node.__dict__, **fields}
    return new


def mapped(node: Any, change: Callable[[Any], Any]) -> Any:
    """A node with each of its direct children changed; the very same one if none did."""
    fields: dict[str, Any] = {}
    own = node.__dict__
    for field in FIELDS[type(node)]:
        value = own.get(field)
        if type(value) is list:
            new = [change(v) if isinstance(v, ast.AST) else v for v in value]
            if not all(map(is_, new, value)):
                fields[field] = new
        elif isinstance(value, ast.AST):
            part = change(value)
            if part is not value:
                fields[field] = part
    return changed(node, **fields) if fields else node
