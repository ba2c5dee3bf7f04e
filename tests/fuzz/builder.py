"""The frame in which the families of forms write random programs: lines with the names of the constructs in them.

A *form* writes one statement (or a compound one with its blocks) and says False, before it writes, where it does not
fit. Each program leaves out a random part of the forms ("swarm testing"): what remains then meets itself more often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from choices import Choices, chance, pick
from counted import all_constructs
from scope import Scope

KNOWN = all_constructs()
INDENT = "    "
DEEPEST = 4

Write = Callable[["Builder", Scope], "bool | None"]


@dataclass(frozen=True)
class Form:
    """One way to write a statement."""

    write: Write
    family: str
    weight: int
    compound: bool


FORMS: list[Form] = []


def form(family: str, weight: int = 2, compound: bool = False) -> Callable[[Write], Write]:
    """Register a form."""

    def register(write: Write) -> Write:
        FORMS.append(Form(write, family, weight, compound))
        return write

    return register


@dataclass
class Line:
    text: str
    tags: tuple[str, ...]


class Builder:
    """Writes one program; `choose` makes its choices, `left` is the number of statements that may come."""

    def __init__(self, choose: Choices, size: int) -> None:
        self.choose = choose
        self.left = size
        self.lines: list[Line] = []
        self.top: list[Line] = []
        self.count = 0
        self.blocks = 0
        self.forms = self._swarm()

    def _swarm(self) -> list[Form]:
        """The forms of this program, each as often as it weighs; those of two families more often."""
        families = sorted({f.family for f in FORMS})
        left_out = {f for f in families if chance(self.choose, 0.3)} - {"scalars"}
        kept = [f for f in FORMS if f.family not in left_out]
        featured = {pick(self.choose, families) for _ in range(2)}
        return [f for f in kept for _ in range(f.weight * (6 if f.family in featured else 1))]

    # Choices

    def chance(self, p: float) -> bool:
        return chance(self.choose, p)

    def pick(self, items: list[str]) -> str:
        return pick(self.choose, items)

    def integer(self, low: int, high: int) -> int:
        return self.choose.integer(low, high)

    def one_of(self, *forms: Callable[[], str]) -> str:
        """One of several ways to write an expression: only the chosen one is made."""
        return pick(self.choose, forms)()

    def constant(self) -> str:
        return str(self.integer(20, 150) / 100)

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    # Lines

    def emit(self, scope: Scope, line: str, *tags: str) -> None:
        """Write a line; `tags` are the constructs in it that its text alone does not show."""
        assert set(tags) <= KNOWN, tags
        self.lines.append(Line(INDENT * scope.depth + line, tags))

    @contextmanager
    def aside(self) -> Iterator[list[Line]]:
        """Write a function at the top of the file: the lines of the block go there."""
        lines, left = self.lines, self.left
        self.lines, self.left = [], min(left, 3)
        yield self.lines
        self.top += self.lines
        self.lines, self.left = lines, left

    def block(self, scope: Scope, most: int = 4, least: int = 1) -> None:
        """The statements of a block."""
        start = len(self.lines)
        self.blocks += 1
        scope.home = self.blocks
        for _ in range(self.integer(least, most)):
            if self.left <= 0:
                break
            self.left -= 1
            self.statement(scope)
        if len(self.lines) == start:
            self.fallback(scope)

    def statement(self, scope: Scope) -> None:
        for _ in range(6):
            form = pick(self.choose, self._about_containers(scope) or self.forms)
            if form.compound and scope.depth >= DEEPEST:
                continue
            if form.write(self, scope) is not False:
                return
        self.fallback(scope)

    def _about_containers(self, scope: Scope) -> list[Form]:
        """Where there is a container, its own forms are tried more often."""
        wanted = {"lists" if scope.lists else "", "dicts" if scope.records else "", "helpers" if scope.callees else ""}
        return [f for f in self.forms if f.family in wanted] if wanted != {""} and self.chance(0.3) else []

    def fallback(self, scope: Scope) -> None:
        FORMS[0].write(self, scope)
