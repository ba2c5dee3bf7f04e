"""What the compiler makes: generated functions, and what they rely on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from adjoint.analysis.kinds import Array, Kind, Number, Unknown
from adjoint.classes import dataclass
from adjoint.guards import ClassGuard, Guard, Parts
from adjoint.templates import LEAF, Template

if TYPE_CHECKING:
    from adjoint.analysis.repeated import Again
    from adjoint.backends.option import Linked
    from adjoint.runtime import watching


@dataclass(frozen=True)
class Compiled:
    """A generated function (two of them in mode "split"), and what it relies on.

    `result` is the kind of what the function returns; `changes` names the parameters whose arrays it changes in place,
    `outer` are the arrays of globals and closures among the guards that it changes,
    `hidden` names objects into which it puts values that vary, `parts` the arguments of which it binds a part anew.
    `several` says that a forward sweep takes and gives lists of tangents.
    `checkpointed` is true where what is checkpointed is computed again. `native` are the functions as
    Numba has them.
    `again` is what a second run of the function would do again, or differently; `turned` says that a gradient's text
    stands for another, whose derivatives go through the other mode.
    """

    run: Any
    reverse: Any
    text: str
    callees: tuple[Compiled, ...]
    guards: tuple[Guard | ClassGuard | Parts, ...]
    result: Kind
    changes: tuple[str, ...]
    outer: tuple[Guard, ...] = ()
    hidden: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    template: Template = LEAF
    several: bool = False
    checkpointed: bool = False
    native: tuple[Linked, ...] = ()
    again: Again | None = None
    turned: bool = False

    @cached_property
    def reads(self) -> frozenset[watching.Key]:
        """What tells the objects and names outside that it reads from others."""
        from adjoint.runtime import watching

        found = [key for g in self.guards for key in watching.keys_of(g.value)]
        found += [watching.place_of(g.path.partition(".")[0], g.function) for g in self.guards if isinstance(g, Guard)]
        return frozenset(found)

    @property
    def dispatchers(self) -> tuple[Any, ...]:
        """Numba's dispatchers of the functions, none where Python runs them."""
        return tuple([linked.dispatcher for linked in self.native])

    @property
    def scalar(self) -> bool | None:
        """Is the result a number? None where that is not known."""
        return _is_scalar(self.result)


def _is_scalar(kind: Any) -> bool | None:
    if isinstance(kind, Unknown):
        return None
    if isinstance(kind, Array):
        return None if kind.shape is None else kind.shape == ()
    return isinstance(kind, Number)
