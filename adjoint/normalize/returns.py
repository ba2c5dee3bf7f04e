"""The names that a function's result is bound to where there is more than one `return`.

Every `return` the same name: that name. Tuples of one length: a name for each element. Else one name, `result`.

    >>> import gast
    >>> from adjoint.normalize.example import function
    >>> fn = function("def f(x, y):\\n    if x:\\n        return x, 1\\n    return x, y")
    >>> Results.of(fn.tree.body, Scope(fn)).names
    ('x', 'result')
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


@dataclass(frozen=True)
class Results:
    """`names` are what is returned at the end, `packed` as a tuple; the only `return`, where it is last, is kept."""

    names: tuple[str, ...] = ()
    packed: bool = False
    only: Any = None

    @classmethod
    def of(cls, body: Sequence[Any], scope: Scope) -> Results:
        returns = list(_returns(body))
        if len(returns) == 1 and returns[0] is body[-1]:
            return cls(only=body[-1])
        values = [r.value for r in returns]
        if all(v is None or core.is_constant(v) and core.constant_value(v) is None for v in values):
            return cls()
        lengths = {_length(v) for v in values}
        if len(lengths) == 1 and None not in lengths:
            columns = zip(*(v.elts for v in values))
            return cls(tuple(_name(column, scope) for column in columns), packed=True)
        return cls((_name(values, scope),))

    def bind(self, stmt: Any) -> list[Any]:
        """What a `return` becomes: its values bound to the names that do not hold them already."""
        if self.only is not None or not self.names:
            return []
        value = stmt.value or core.const(None, stmt)
        values = value.elts if self.packed else [value]
        return [core.bind(n, v, stmt) for n, v in zip(self.names, values) if not core.is_name(v, n)]

    def last(self, at: Any) -> list[Any]:
        """The one `return`."""
        if self.only is not None:
            return [self.only]
        loads = [core.load(name, at) for name in self.names]
        value = core.tuple_(loads, at) if self.packed else loads[0] if loads else core.const(None, at)
        return [core.return_(value, at)]


def _returns(block: Sequence[Any]) -> Iterator[Any]:
    for stmt in block:
        if isinstance(stmt, gast.Return):
            yield stmt
        elif isinstance(stmt, tree.COMPOUND) and not isinstance(stmt, gast.FunctionDef):
            for inner in core.blocks(stmt):
                yield from _returns(inner)


def _length(value: Any) -> int | None:
    if not isinstance(value, gast.Tuple) or any(isinstance(e, gast.Starred) for e in value.elts):
        return None
    return len(value.elts)


def _name(values: Sequence[Any], scope: Scope) -> str:
    first = values[0]
    if isinstance(first, gast.Name) and first.id in scope.local and all(core.is_name(v, first.id) for v in values):
        return str(first.id)
    return scope.fresh("result")
