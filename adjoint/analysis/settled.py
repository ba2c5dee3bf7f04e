"""The kinds of a function's names once they are settled, and what follows from them.

    >>> import gast
    >>> from adjoint.analysis.expressions import kind_of_expression
    >>> kinds = Settled({"x": Number("float")}, bindings := {})
    >>> value = gast.parse("x * 2").body[0].value
    >>> kind_of_expression(value, kinds, bindings), kinds.expressions[value]
    (Number('float'), Number('float'))

A name has one kind, wherever it stands. So the kind of an expression and the primitive that it calls are worked out
once, for all the analyses that ask; trees are never changed in place. What is asked with other bindings than those of
the function itself is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adjoint.analysis.kinds import Kind
from adjoint.analysis.kinds import Number as Number  # the doctest's


class Settled(dict[str, Kind]):
    """The table of kinds by name; `statements` are those that agree with it, each with the names that it mentions."""

    def __init__(self, kinds: Mapping[str, Kind], bindings: Mapping[str, Any]) -> None:
        super().__init__(kinds)
        self.bindings = bindings
        self.statements: dict[Any, frozenset[str]] = {}
        self.expressions: dict[Any, Kind | None] = {}
        self.callees: dict[Any, Any] = {}
        self.operands: dict[Any, list[str]] = {}  # by expression (see `activity.operands`)
        self.flows: dict[Any, list[tuple[str, str]]] = {}  # by statement (see `activity.flows_of`)
