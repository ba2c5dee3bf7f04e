"""Where each statement stands: its block, the loops around it, its order in the text."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.syntax import core


@dataclass(frozen=True, eq=False)
class Block:
    """One block of a function: the function's body, a loop's, a branch."""

    owner: Any
    statements: Sequence[Any]
    parent: Block | None
    depth: int

    @property
    def is_loop(self) -> bool:
        return isinstance(self.owner, (gast.For, gast.While))

    def loops(self) -> list[Any]:
        """The loops around the statements of this block, the outermost first."""
        found: list[Any] = []
        block: Block | None = self
        while block is not None:
            if block.is_loop:
                found.append(block.owner)
            block = block.parent
        return found[::-1]

    def within(self, other: Block) -> bool:
        block: Block | None = self
        while block is not None and block is not other:
            block = block.parent
        return block is other


@dataclass(frozen=True)
class Places:
    """The block of each statement, and the order of beginnings and ends of statements in the text."""

    block: dict[Any, Block]
    begin: dict[Any, int]
    end: dict[Any, int]
    top: Block
    inner: dict[tuple[Any, str], Block]

    def in_block(self, stmt: Any, block: Block) -> Any:
        """The statement of `block` that is, or contains, `stmt`; None where `stmt` stands outside."""
        while stmt is not None and self.block[stmt] is not block:
            stmt = self.block[stmt].owner
        return stmt


def places(fn: core.Function) -> Places:
    """The places of all statements of a function."""
    top = Block(None, fn.tree.body, None, 0)
    found = Places({}, {}, {}, top, {})
    _add(fn.tree.body, top, found, itertools.count(1))
    return found


def _add(statements: Sequence[Any], block: Block, found: Places, clock: Iterator[int]) -> None:
    for stmt in statements:
        found.block[stmt] = block
        found.begin[stmt] = next(clock)
        if not isinstance(stmt, gast.FunctionDef):
            for name in ("body", "orelse"):
                nested = getattr(stmt, name, None)
                if isinstance(nested, list):
                    found.inner[stmt, name] = Block(stmt, nested, block, block.depth + 1)
                    _add(nested, found.inner[stmt, name], found, clock)
        found.end[stmt] = next(clock)


def common(blocks: Sequence[Block]) -> Block:
    """The innermost block that contains all the given ones."""
    found = blocks[0]
    for other in blocks[1:]:
        while not other.within(found):
            assert found.parent is not None
            found = found.parent
    return found
