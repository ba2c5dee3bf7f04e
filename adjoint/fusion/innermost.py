"""Innermost loops of plain statements, and how they use the cells of arrays.

>>> loop = gast.parse("for k in range(i):\\n    t = -b[i]\\n    b[k] += t * a[i, k]\\n    c[k] = t").body[0]
>>> for use in Innermost.of(loop).uses:
...     print(use.name, [core.path_of(part) for part in use.index], use.how)
b ['i'] read
a ['i', 'k'] read
b ['k'] add
c ['k'] set
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import gast

from adjoint.classes import dataclass
from adjoint.fusion.accesses import parts
from adjoint.syntax import core
from adjoint.syntax.traverse import names_in, spelled
from adjoint.tidy.effects import FORM

How = Literal["read", "set", "add", "change"]


@dataclass(frozen=True)
class Use:
    """A cell that is read, set, added to (or subtracted from), or changed otherwise (`*=`)."""

    name: str
    index: tuple[Any, ...]
    how: How

    @property
    def cell(self) -> tuple[str, str]:
        return self.name, " ".join(map(spelled, self.index))


@dataclass(frozen=True)
class Innermost:
    """A loop over a range whose body binds names and stores numbers; `whole` are names that stand without an index."""

    loop: Any
    uses: tuple[Use, ...]
    bound: frozenset[str]
    whole: frozenset[str]

    @staticmethod
    def of(stmt: Any) -> Innermost | None:
        if not isinstance(stmt, gast.For) or not core.is_name(stmt.target) or stmt.orelse:
            return None
        if not all(map(_is_plain, stmt.body)):
            return None
        uses = tuple(use for s in stmt.body for use in _uses(s))
        bound = frozenset().union(*map(core.names_bound, stmt.body)) | {stmt.target.id}
        return Innermost(stmt, uses, bound, frozenset(n for s in stmt.body for n in _whole(core.heads(s))))

    @property
    def variable(self) -> str:
        return str(self.loop.target.id)

    def is_still(self, use: Use) -> bool:
        """Is the index the same in each trip?"""
        return self.bound.isdisjoint(names_in(*use.index)) and not any(
            isinstance(n, gast.Subscript) for n in core.walk(*use.index)
        )


def _is_plain(stmt: Any) -> bool:
    match stmt:
        case core.Comment():
            return True
        case gast.Assign(targets=[gast.Name() | gast.Subscript(value=gast.Name())]):
            return True
        case gast.AugAssign(target=gast.Name() | gast.Subscript(value=gast.Name())):
            return True
    return False


def _uses(stmt: Any) -> Iterator[Use]:
    if isinstance(stmt, core.Comment):
        return
    yield from _reads([stmt.value])
    target = stmt.target if isinstance(stmt, gast.AugAssign) else stmt.targets[0]
    if isinstance(target, gast.Subscript):
        yield from _reads([target.slice])
        how: How = "set"
        if isinstance(stmt, gast.AugAssign):
            how = "add" if isinstance(stmt.op, (gast.Add, gast.Sub)) else "change"
        yield Use(target.value.id, parts(target.slice), how)


def _reads(nodes: Sequence[Any]) -> Iterator[Use]:
    for node in nodes:
        yield from _reads(core.children(node))
        if isinstance(node, gast.Subscript) and core.is_name(node.value):
            yield Use(node.value.id, parts(node.slice), "read")


def _whole(nodes: Sequence[Any]) -> Iterator[str]:
    """Names that stand for more than a cell or the form of an array."""
    for node in nodes:
        if isinstance(node, gast.Subscript) and core.is_name(node.value):
            yield from _whole([node.slice])
        elif isinstance(node, gast.Attribute) and node.attr in FORM and core.is_name(node.value):
            continue
        elif isinstance(node, gast.Name):
            yield node.id
        else:
            yield from _whole(core.children(node))
