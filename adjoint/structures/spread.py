"""Arguments with parts, of functions that are differentiated inside others: each number and array is one of its own.

    g = grad(loss)({"w": w, "b": b}, x)    ->    g_w, g_b = loss_grad(w, b, x)

So gradients by what is taken apart are gradients by arrays, of any order, and are taken apart as well. What carries no
derivative (a text, None, a function) stays what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.runtime.objects import made
from adjoint.structures import displays, expressions, promotion
from adjoint.structures.evaluator import Evaluator, Result, is_virtual
from adjoint.structures.values import Known, Listed, Record, Row, Shadow, Value
from adjoint.syntax import core
from adjoint.syntax.core import load


@dataclass(frozen=True)
class Leaf:
    """A number or an array: the parameter that stands for it, and the argument."""

    param: str
    atom: Any


@dataclass(frozen=True)
class Kept:
    """What carries no derivative."""

    value: Value


@dataclass(frozen=True)
class Parts:
    """An object: its class, its name and its parts by their keys; `stands` is a tuple that stands in a variable."""

    cls: type
    stem: str
    items: tuple[tuple[Any, Any], ...]
    site: Any
    stands: bool = False


Tree = Leaf | Kept | Parts
By = Tree | tuple[Tree, ...]


def spread(name: str, atom: Any, varies: bool, place: tuple[Any, int], ev: Evaluator, stmt: Any) -> Tree:
    """The parts of an argument at a place of a call; `varies` says that derivatives are by it."""
    node, k = place
    return _tree(name, atom, varies, ("spread", ev.site(node), k), ev, stmt)


def leaves(tree: Tree) -> list[Leaf]:
    """The numbers and arrays of an argument."""
    match tree:
        case Leaf():
            return [tree]
        case Parts(items=items):
            return [leaf for _, part in items for leaf in leaves(part)]
    return []


def inside(tree: Tree, node: Any, ev: Evaluator, stmt: Any) -> Result:
    """The argument as the function sees it: the parameters are its parts."""
    match tree:
        case Leaf(param=param):
            return load(param, node)
        case Kept(value=value):
            return value
    parts = [(key, inside(part, node, ev, stmt)) for key, part in tree.items]
    if tree.stands:
        return Shadow(tuple(ev.atom(part, stmt) for _, part in parts))
    record = ev.allocate(tree.cls, tree.site, tree.stem, node)
    for (key, part), (_, below) in zip(parts, tree.items, strict=True):
        if isinstance(below, Leaf):
            record.names[key] = below.param
            ev.state.keys[record] += (key,)
        else:
            ev.set_part(record, key, part, stmt)
    return record


def together(tree: Tree, found: Mapping[str, Any], node: Any, ev: Evaluator, stmt: Any) -> Result:
    """The derivatives by an argument, as an object like it; `found` are those by the parameters."""
    match tree:
        case Leaf(param=param):
            return core.copy(found[param])
        case Kept(value=value):
            return value
    parts = [(key, together(part, found, node, ev, stmt)) for key, part in tree.items]
    site = ("slopes", *tree.site)
    if tree.stands or site in ev.demoted:
        return _whole(tree, parts, node, ev, stmt)
    record = ev.allocate(tree.cls, site, f"{tree.stem}_grad", node)
    for key, part in parts:
        ev.set_part(record, key, part, stmt)
    return record


def are_leaves(by: By) -> bool:
    """Is what derivatives are by numbers and arrays alone?"""
    return all(isinstance(tree, Leaf) for tree in (by if isinstance(by, tuple) else (by,)))


def by_parts(by: By, found: Any, node: Any, ev: Evaluator, stmt: Any) -> Result:
    """The derivatives that a call gives, one for each number and array, as objects like the arguments."""
    if are_leaves(by):
        return found
    params = [leaf.param for tree in (by if isinstance(by, tuple) else (by,)) for leaf in leaves(tree)]
    names = {param: ev.fresh(f"{param}_grad") for param in params}
    targets = list(names.values())
    ev.emit(core.bind_several(targets, found, at=stmt) if len(targets) > 1 else core.bind(targets[0], found, at=stmt))
    slopes = {param: load(name, node) for param, name in names.items()}
    if not isinstance(by, tuple):
        return together(by, slopes, node, ev, stmt)
    parts = [together(tree, slopes, node, ev, stmt) for tree in by]
    return displays.sequence(core.tuple_([], node), parts, ev, stmt, "")


def along(tree: Tree, atom: Any, ev: Evaluator, stmt: Any) -> list[Any]:
    """The parts of a tangent, one for each number and array of the argument."""
    match tree:
        case Leaf():
            return [atom]
        case Kept():
            return []
    known = ev.known(atom)
    found: list[Any] = []
    for k, (key, part) in enumerate(tree.items):
        if isinstance(known, Record) and not isinstance(known, Row):
            inner = ev.part(known, key, stmt)
        elif isinstance(known, Shadow):
            inner = known.items[k]
        elif issubclass(tree.cls, (dict, list, tuple)):
            inner = core.item(core.copy(atom), core.const(key if issubclass(tree.cls, dict) else k))
        else:
            inner = core.attribute(core.copy(atom), key)
        if not isinstance(part, Kept):
            found += along(part, ev.atom(inner, stmt), ev, stmt)
    return found


def _tree(name: str, result: Result, varies: bool, site: Any, ev: Evaluator, stmt: Any) -> Tree:
    known = result if isinstance(result, Value) else ev.known(result)
    if varies and isinstance(known, Listed):
        promotion.promote([known], ev, stmt)
    whole = site in ev.demoted or isinstance(known, Row) or isinstance(known, Shadow) and not varies
    parts: list[tuple[Any, Result]] = []
    match known:
        case Record() if not whole:
            parts = [(key, _part(known, key, ev, stmt)) for key in ev.keys(known, stmt)]
        case Shadow() if not whole:
            parts = list(enumerate(known.items))
        case Known(value=value) if not (varies and type(value) in (int, float)):
            return Kept(known)
        case Value() if is_virtual(known) and not isinstance(known, Record):
            return Kept(known)
        case _:
            return Leaf(ev.fresh(name), ev.atom(result, stmt))
    items = tuple((k, _tree(_word(name, k), p, varies, (*site, k), ev, stmt)) for k, p in parts)
    cls = known.cls if isinstance(known, Record) else tuple
    return Parts(cls, name, items, site, isinstance(known, Shadow))


def _part(record: Record, key: Any, ev: Evaluator, stmt: Any) -> Result:
    """A part, or a name for what stands in a variable."""
    part = ev.part(record, key, stmt)
    return load(record.names[key]) if isinstance(part, (Listed, Shadow)) else part


def _whole(tree: Parts, parts: list[tuple[Any, Result]], node: Any, ev: Evaluator, stmt: Any) -> Result:
    """The object itself."""
    atoms = [ev.atom(p if not isinstance(p, Value) else expressions.written(p, ev, node), stmt) for _, p in parts]
    if tree.stands:
        return Shadow(tuple(atoms))
    if tree.cls is dict:
        return core.place(gast.Dict([core.const(k, node) for k, _ in parts], atoms), node)
    if tree.cls in (list, tuple):
        return core.list_(atoms, node) if tree.cls is list else core.tuple_(atoms, node)
    cls = core.dotted(ev.path_of(tree.cls, tree.cls.__name__), node)
    return core.call(ev.path_of(made, "made"), cls, at=node, **dict(zip((k for k, _ in parts), atoms, strict=True)))


def _word(stem: str, key: Any) -> str:
    found = "".join(c if c.isalnum() else "_" for c in str(key)).strip("_") or "part"
    return f"{stem}_{found}"
