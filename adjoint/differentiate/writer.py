"""What the passes on containers share: new names, names of helpers, kinds, loops over lists, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.kinds import Array, Kind, Number
from adjoint.errors import UnsupportedMutation, problem_at, raise_problems
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.said import said

ADVICE = "Write it with append, insert, pop, and stores to its items."


class Writer:
    """Names and kinds, shared by the passes on one function's containers."""

    def __init__(self, fn: core.Function, kinds: Any) -> None:
        self.fn, self.kinds = fn, kinds
        self.namer = fn.namer()
        self.bindings: dict[str, Any] = {}

    def fresh(self, stem: str = "t") -> str:
        return self.namer.fresh(stem)

    def kind(self, expr: Any) -> Kind | None:
        return kind_of_expression(expr, self.kinds, self.fn.bindings)

    def bound(self, value: Any, at: Any, stem: str = "t") -> tuple[str, Any]:
        """A new name, and the statement that binds a value to it."""
        name = self.fresh(stem)
        return name, core.bind(name, value, at=at)

    def called(self, helper: Any, *args: Any, at: Any = None) -> Any:
        return core.call(self.helper(helper), *args, at=at)

    def helper(self, value: Any) -> str:
        for name, bound in (*self.fn.bindings.items(), *self.bindings.items()):
            if bound is value and "." not in name and name not in self.kinds:
                return name
        name = self.fresh(value.__name__)
        self.bindings[name] = value
        return name

    def over(self, stmt: Any, items: str, item: str, body: Sequence[Any]) -> list[Any]:
        """A loop over the items of a list, of which there are as many as when it begins."""
        number = self.fresh("k")
        head = core.bind(item, core.item(load(items), load(number)), at=stmt)
        count = core.call("range", core.call(self.helper(len), load(items)))
        return [core.for_(number, count, [head, *body], at=stmt)]

    def in_place(self, stmt: Any, old: str, kind: Kind | None, name: str, index: Any) -> list[Any]:
        """`name[index] op= e`, whose item `old` of some kind changes in place if it can."""
        if isinstance(kind, Array):
            return [core.accumulate(core.cell(old, core.const(Ellipsis)), stmt.value, type(stmt.op), at=stmt)]
        # In a text of ours `op=` is for numbers: what else is added up is bound anew.
        if not isinstance(kind, Number) and not self.fn.origin.sources:
            return self.refuse(stmt, f"{name}[…]", "Write `t = d[k]`, then the change, then `d[k] = t`.")  # type: ignore[no-any-return]
        new, first = self.bound(core.binary(load(old), stmt.op, stmt.value, at=stmt), stmt)
        return [first, core.store_item(name, core.copy(index), load(new), at=stmt)]

    def refuse(self, stmt: Any, what: str, advice: str = ADVICE, message: str = "") -> Any:
        message = message or f"{said(what, self.fn)} changes values in a way that is not followed"
        raise_problems(UnsupportedMutation, [problem_at(stmt, message, advice)], self.fn.origin)
