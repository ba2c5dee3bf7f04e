"""A call of one of Python's own functions or methods, as those that answer it see it.

Its methods import what they need: the modules of this folder ask one another, and all of them know this one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from adjoint.runtime.objects import is_followed
from adjoint.structures.evaluator import Evaluator, Result
from adjoint.structures.values import Known, Record


class _Unknown:
    pass


UNKNOWN = _Unknown()


@dataclasses.dataclass(frozen=True)
class Call:
    """A call of a builtin: its arguments evaluated (`values`) and as atoms (`args`)."""

    args: Sequence[Any]
    named: Mapping[str, Any]
    node: Any
    ev: Evaluator
    stmt: Any
    stem: str

    def value(self, k: int) -> Result:
        from adjoint.structures import expressions

        return expressions.evaluate(self.args[k], self.ev, self.stmt)

    def record(self, k: int = 0) -> Record | None:
        found = self.value(k) if k < len(self.args) else None
        return found if isinstance(found, Record) else None

    def constant(self, k: int) -> Any:
        """The constant that an argument is."""
        from adjoint.structures import items

        found = self.value(k) if k < len(self.args) else None
        return found.value if isinstance(found, Known) else items.MISSING

    def new(self, cls: type) -> Record:
        from adjoint.structures import rows

        site = self.ev.site(self.node)
        if site in self.ev.demoted and is_followed(cls) and rows.site_of(cls) not in self.ev.demoted:
            site = rows.site_of(cls)
        if site in self.ev.demoted:
            raise self.ev.demote([self.record()], "an object is needed whole", self.node)
        return self.ev.allocate(cls, site, self.stem, self.node)
