"""Number the temporaries that are left in the order in which they appear.

    >>> show("t_4 = np.exp(x)\\ny = t_4 * t_4\\nt_9_bar = y * 2\\nt_4_bar = t_9_bar**2\\nreturn t_4_bar")
    t = np.exp(x)
    y = t * t
    t_1_bar = y * 2
    t_bar = t_1_bar**2
    return t_bar

The bar, or dot, of a temporary that is still there goes by its name. The others, whose temporary was folded away, take
the first names that are free; two of these may share one where the first is no longer needed when the second is born.

    >>> show("t_7_bar = A[0]\\nA[0] = t_7_bar**2\\nfor k in range(n):\\n    t_8_bar = A[k]\\n    A[k] = t_8_bar**2")
    t_bar = A[0]
    A[0] = t_bar**2
    for k in range(n):
        t_bar = A[k]
        A[k] = t_bar**2
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gast

from adjoint.syntax import core
from adjoint.syntax.traverse import changed, mapped
from adjoint.tidy import example
from adjoint.tidy.effects import INTERMEDIATE, Effects
from adjoint.tidy.facts import Facts, Known, facts_of
from adjoint.tidy.rebuild import COMPOUND, is_bind, map_blocks, map_parts

DERIVED = re.compile(r"(t(?:_\d+)*)_(bar|dot)(_\d+)?$")
ALWAYS = float("inf")


def rename(fn: core.Function, memory: Known = None) -> core.Function:
    """Give the remaining temporaries their final names."""
    facts = facts_of(fn, memory)
    lives = _lives(fn, facts)
    # What a function inside mentions goes by one name there and here.
    inside = {n for d in fn.statements if isinstance(d, gast.FunctionDef) for n in core.all_names(d)}
    there = {*lives, *fn.params, *(p.partition(".")[0] for p in fn.bindings)} | facts.pinned | inside
    mine = {n for n in there & fn.temps if INTERMEDIATE.match(n) or DERIVED.match(n)} - inside
    taken = there - mine
    fresh = names_of("t", "", taken)
    new = {n: next(fresh) for n in lives if n in mine and INTERMEDIATE.match(n)}
    derived = [n for n in lives if n in mine and n not in new]
    for name in derived:
        stem, ending, suffix = DERIVED.match(name).groups()  # type: ignore[union-attr]
        if stem in new and not suffix and f"{new[stem]}_{ending}" not in taken:
            new[name] = f"{new[stem]}_{ending}"
            taken.add(new[name])
    for ending in ("_bar", "_dot"):
        others = [(n, lives[n]) for n in derived if n not in new and ending in n]
        new.update(_shared(others, names_of("t", ending, taken)))
    new.update({n: "_" for n in lives if n in fn.temps and lives[n].is_unread and "_" not in lives})
    other = {old: name for old, name in new.items() if old != name}
    temps = frozenset(new.get(n, n) for n in fn.temps if n in lives)
    body = _block_renamed(fn.tree.body, other, facts) if other else fn.tree.body
    return fn.with_body(body, temps=temps)


def show(text: str) -> None:
    example.show(rename, text)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A block, by the block that it stands in and the end of the statement that it belongs to."""

    parent: Block | None
    end: list[float]


@dataclass(slots=True)
class Life:
    """From the statement of a name's birth to that of its last use, both by number in textual order.

    `home` is the block of its birth; what is used in a loop inside it lives until that loop's end. A name that is used
    elsewhere as well lives always.
    """

    home: Block
    first: float
    end: list[float]
    is_unread: bool = False  # a loop's variable that nothing reads


def _lives(fn: core.Function, facts: Facts) -> dict[str, Life]:
    """The life of each name of a function's body, in the order of appearance."""
    lives: dict[str, Life] = {}
    _add_lives(fn.tree.body, Block(None, [ALWAYS]), facts, lives, itertools.count(1))
    return lives


def _add_lives(block: Sequence[Any], here: Block, facts: Facts, lives: dict[str, Life], clock: Iterator[int]) -> int:
    """Add the lives of a block's names; return the number of its last statement."""
    last = 0
    for stmt in block:
        last = now = next(clock)
        end: list[float] = [now]
        effects = facts.of(stmt)
        for name in effects.loads:
            _extend(lives, name, here, end).is_unread = False
        for name in sorted(effects.binds):
            if name not in lives:
                lives[name] = Life(here, now, end, isinstance(stmt, gast.For))
                if not is_bind(stmt):
                    lives[name].first, lives[name].end = 0, [ALWAYS]
            else:
                _extend(lives, name, here, end)
        if type(stmt) is not gast.FunctionDef:
            for part in core.blocks(stmt):
                last = max(last, _add_lives(part, Block(here, end), facts, lives, clock))
        end[0] = last
    return last


def _extend(lives: dict[str, Life], name: str, here: Block, end: list[float]) -> Life:
    """The life of a name that is used in a block, up to an end."""
    life = lives.get(name)
    if life is None:  # read before it is bound
        lives[name] = life = Life(here, 0, [ALWAYS])
        return life
    block: Block | None = here
    while block is not None and block is not life.home:
        end, block = block.end, block.parent
    if block is None:
        life.first, life.end = 0, [ALWAYS]
    elif life.end[0] < ALWAYS:
        life.end = end
    return life


def _shared(bars: list[tuple[str, Life]], fresh: Iterator[str]) -> dict[str, str]:
    """Names for the bars of temporaries that are gone; each the first that no bar alive at its birth has."""
    free: list[int] = []
    made: list[str] = []
    alive: list[tuple[float, int]] = []  # the end of a life, and the number of its name
    new: dict[str, str] = {}
    for name, life in sorted(bars, key=lambda bar: bar[1].first):
        while alive and alive[0][0] < life.first:
            heapq.heappush(free, heapq.heappop(alive)[1])
        if not free:
            free.append(len(made))
            made.append(next(fresh))
        number = heapq.heappop(free)
        new[name] = made[number]
        heapq.heappush(alive, (life.end[0], number))
    return new


def names_of(stem: str, ending: str, taken: set[str]) -> Iterator[str]:
    """`t_bar`, `t_1_bar`, `t_2_bar` …, without those that are taken."""
    for k in itertools.count():
        name = f"{stem}_{k}{ending}" if k else f"{stem}{ending}"
        if name not in taken:
            yield name


def _block_renamed(block: list[Any], new: Mapping[str, str], facts: Facts) -> list[Any]:
    return [_statement_renamed(stmt, new, facts) if _mentions(facts.inside(stmt), new) else stmt for stmt in block]


def _mentions(effects: Effects, names: Mapping[str, str]) -> bool:
    return not (names.keys().isdisjoint(effects.reads) and names.keys().isdisjoint(effects.binds))


def _statement_renamed(stmt: Any, new: Mapping[str, str], facts: Facts) -> Any:
    if type(stmt) not in COMPOUND:
        return renamed(stmt, new)
    stmt = map_blocks(stmt, lambda block: _block_renamed(block, new, facts))
    return map_parts(stmt, lambda part: renamed(part, new))


def renamed(node: Any, new: Mapping[str, str]) -> Any:
    """A tree with names replaced; the very same where none is in it."""
    kind = type(node)
    if kind is gast.Name:
        return changed(node, id=new[node.id]) if node.id in new else node
    if kind is gast.Constant or kind is core.Comment:
        return node
    return mapped(node, lambda part: renamed(part, new))
