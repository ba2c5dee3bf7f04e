"""In the forward sweep of an attempt: note when what the reverse sweep relies on has begun to change.

    begun = False
    try:
        y = x * x
        begun = True
        v = float(s)
    except ValueError:
        refuse_half_done(begun, "model.py:3")
        caught = 1

The reverse sweep leaves out the whole body of an attempt that has caught something. That is right as long as nothing
in it has to be undone, no cell that derivatives pass through has changed, and no active name that is read later has
been bound; so the flag is set in front of what is undone, and behind such binds and stores. What the body has put on
stacks by then is taken off again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from adjoint.analysis.alias import grown_name, stored_name
from adjoint.analysis.places import Block
from adjoint.analysis.record import Plan
from adjoint.classes import dataclass, field
from adjoint.differentiate.sweep import Facts
from adjoint.errors import shown_path
from adjoint.runtime.attempts import refuse_half_done, shorten
from adjoint.syntax import core
from adjoint.syntax.core import load


@dataclass
class Halfway:
    """The flags of the attempts of one function, made when they are first needed."""

    facts: Facts
    plan: Plan
    namer: core.Namer
    helper: Callable[[Any], str]
    flags: dict[Any, str] = field(default_factory=dict)
    depths: dict[Any, dict[str, str]] = field(default_factory=dict)

    def made(self) -> frozenset[str]:
        """The names made."""
        return frozenset([*self.flags.values(), *(n for depths in self.depths.values() for n in depths.values())])

    def around(self, block: Block | None) -> Iterator[Any]:
        """The attempts around the statements of a block, those apart that raise again."""
        while block is not None:
            if isinstance(block.owner, core.Attempt) and not block.owner.reraises:
                yield block.owner
            block = block.parent

    def noted(self, block: Block) -> list[Any]:
        """Statements that set the flags."""
        found = []
        for attempt in self.around(block):
            flag = self.flags.setdefault(attempt, "") or self.namer.fresh("begun")
            self.flags[attempt] = flag
            found.append(core.bind(flag, core.const(True)))
        return found

    def before(self, stmt: Any, block: Block) -> list[Any]:
        """The flags that a statement sets before it runs: its effect is undone in the reverse sweep."""
        plan = self.plan
        recorded = stmt in plan.saved_names or stmt in plan.saved_cells
        return self.noted(block) if recorded or stmt in plan.swapped_back or stmt in plan.regrown else []

    def after(self, stmt: Any, block: Block) -> list[Any]:
        """The flags that a statement sets once it has run."""
        attempts = list(self.around(block))
        if not attempts:
            return []
        later = frozenset().union(*(self.facts.live.after[a] for a in attempts))
        bound = core.names_bound(stmt) & self.facts.active & later
        return self.noted(block) if bound or self.changes(stmt) else []

    def changes(self, stmt: Any) -> bool:
        """Does a statement change an array or a list that derivatives pass through?"""
        target = stored_name(stmt) or grown_name(stmt, self.facts.kinds)
        return target is not None and not self.facts.classes.mates(target).isdisjoint(self.facts.active)

    def start(self, attempt: Any) -> list[Any]:
        """What is to stand before an attempt."""
        flag = [core.bind(self.flags[attempt], core.const(False))] if attempt in self.flags else []
        lengths = self.depths.get(attempt, {}).items()
        return [*flag, *(core.bind(n, core.call(self.helper(len), load(stack))) for stack, n in lengths)]

    def guard(self, attempt: Any, file: str, stacks: Iterable[str]) -> list[Any]:
        """The calls that take back what was recorded since the attempt began, and refuse to go on where need be."""
        depths = self.depths[attempt] = {stack: self.namer.fresh("depth") for stack in sorted(stacks)}
        calls = [core.call(self.helper(shorten), load(stack), load(n)) for stack, n in depths.items()]
        if attempt in self.flags:
            place = core.const(f"{shown_path(file)}:{getattr(attempt, 'lineno', '?')}")
            calls.insert(0, core.call(self.helper(refuse_half_done), load(self.flags[attempt]), place))
        return calls
