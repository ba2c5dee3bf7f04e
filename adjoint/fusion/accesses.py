"""What the statements of loops read and write: cells of arrays by their indices, and names.

>>> block = gast.parse("for j in range(m):\\n    a[i, j] += b[j + 1] * s\\n    t = a[i, 0]").body
>>> for access in cells(block):
...     print(access.name, [spelled(k) for k in access.index], access.is_write)
a ['i', 'j'] True
a ['i', 'j'] False
b ['BinOp(j,Add(),=1)'] False
a ['i', '=0'] False
>>> sorted(touched(block)), sorted(bound(block))
(['a', 'b', 'i', 'j', 'm', 'range', 's'], ['j', 't'])
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.syntax import core
from adjoint.syntax.traverse import spelled, walk
from adjoint.tidy.effects import FORM


@dataclass(frozen=True)
class Access:
    """A cell that is read or written; its index is empty where it may be any cell."""

    name: str
    index: tuple[Any, ...]
    is_write: bool


def parts(index: Any) -> tuple[Any, ...]:
    """The parts of an index."""
    return tuple(index.elts) if isinstance(index, gast.Tuple) else (index,)


def cells(block: Sequence[Any]) -> list[Access]:
    """The cells that statements access, in textual order; names that stand alone are not among them."""
    found: list[Access] = []
    for stmt in core.statements(block):
        if isinstance(stmt, gast.AugAssign) and isinstance(stmt.target, gast.Subscript):
            found.append(Access(stmt.target.value.id, parts(stmt.target.slice), True))
        if isinstance(stmt, gast.Assign) and isinstance(stmt.targets[0], gast.Subscript):
            found.append(Access(stmt.targets[0].value.id, parts(stmt.targets[0].slice), True))
        heads = [stmt.value] if isinstance(stmt, gast.Assign) else core.heads(stmt)
        for node in _in_order(heads):
            if isinstance(node, gast.Subscript) and core.is_name(node.value):
                found.append(Access(node.value.id, parts(node.slice), False))
    return found


def _in_order(nodes: Iterable[Any]) -> Iterable[Any]:
    for node in nodes:
        yield node
        yield from _in_order(core.children(node))


def touched(block: Sequence[Any]) -> frozenset[str]:
    """The names that statements read for more than their form (`x.shape` says nothing of x's cells)."""
    found: set[str] = set()
    todo = [head for stmt in core.statements(block) for head in core.heads(stmt)]
    for stmt in core.statements(block):
        if isinstance(stmt, gast.AugAssign) and isinstance(stmt.target, gast.Name):
            found.add(stmt.target.id)
    while todo:
        node = todo.pop()
        if isinstance(node, gast.Attribute) and node.attr in FORM and core.is_name(node.value):
            continue
        if isinstance(node, gast.Name):
            if isinstance(node.ctx, gast.Load):
                found.add(node.id)
        todo += core.children(node)
    return frozenset(found)


def bound(block: Sequence[Any]) -> frozenset[str]:
    """The names that statements bind."""
    return frozenset().union(*(core.names_bound(s) for s in core.statements(block)))


def mentioned(block: Sequence[Any]) -> frozenset[str]:
    """Every name in the statements."""
    return frozenset(n.id for n in core.walk(*block) if isinstance(n, gast.Name))


def written(block: Sequence[Any]) -> frozenset[str]:
    """The arrays into which statements store."""
    return frozenset(access.name for access in cells(block) if access.is_write)


def by_cells_alone(body: Sequence[Any], ranks: Mapping[str, int]) -> frozenset[str]:
    """Arrays (with how many axes they have) that are read and written by single cells, and asked for lengths, alone."""
    found: Counter[str] = Counter()
    for node in walk(*body):
        match node:
            case gast.Name(id=name, ctx=gast.Load()):
                found[name] += 1
            case gast.Subscript(value=gast.Name(id=name)) if name in ranks and _is_cell(node.slice, ranks[name]):
                found[name] -= 1
            case _ if (axis := axis_of(node)) is not None:
                found[axis] -= 1
    return frozenset(name for name in ranks if not found[name])


def _is_cell(index: Any, rank: int) -> bool:
    own = parts(index)
    whole = any(isinstance(p, gast.Slice) or (isinstance(p, gast.Constant) and type(p.value) is not int) for p in own)
    return len(own) == rank and not whole


def axis_of(node: Any) -> str | None:
    """The array in `array.shape[0]`."""
    match node:
        case gast.Subscript(value=gast.Attribute(value=gast.Name(id=name), attr="shape"), slice=k) if core.is_constant(
            k
        ):
            return str(name)
    return None


def varies_alike(one: Any, other: Any, variable: str) -> bool:
    """Are these one and the same index, which is another in each trip: `i`, or `i + 1`?"""
    return spelled(one) == spelled(other) and _is_offset(one, variable)


def _is_offset(index: Any, variable: str) -> bool:
    match index:
        case gast.Name(id=name):
            return bool(name == variable)
        case gast.BinOp(left=left, op=gast.Add() | gast.Sub(), right=right):
            return core.is_constant(right) and _is_offset(left, variable)
    return False
