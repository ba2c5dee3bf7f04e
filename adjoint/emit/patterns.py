"""Print what `match` and the type parameters of Python 3.12 add to statements.

>>> import gast
>>> from adjoint.emit.printer import to_source
>>> print(to_source(gast.parse("match x:\\n case [1, *_] | {'a': A(b=2)} as q if (q): pass")))
match x:
    case [1, *_] | {"a": A(b=2)} as q if q:
        pass
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gast

from adjoint.emit.blocks import BlockPrinter
from adjoint.emit.precedence import Level


class PatternPrinter(BlockPrinter):
    """The methods for `match` statements and type parameters."""

    def _Match(self, node: Any) -> None:
        self.fill("match ")
        self.expr(node.subject, Level.TUPLE)
        self.enter()
        for case in node.cases:
            self.fill("case ")
            self.dispatch(case.pattern)
            if case.guard is not None:
                self.write(" if ")
                self.expr(case.guard)
            self.enter()
            self.dispatch(case.body)
            self.leave()
        self.leave()

    def _patterns(self, nodes: Iterable[Any], separator: str = ", ") -> None:
        for k, node in enumerate(nodes):
            self.write(separator if k else "")
            enclosed = separator == " | " and (isinstance(node, gast.MatchOr) or _binds(node))
            self.write("(" * enclosed)
            self.dispatch(node)
            self.write(")" * enclosed)

    def _MatchValue(self, node: Any) -> None:
        self.expr(node.value)

    def _MatchSingleton(self, node: Any) -> None:
        self.write(repr(node.value))

    def _MatchSequence(self, node: Any) -> None:
        self.write("[")
        self._patterns(node.patterns)
        self.write("]")

    def _MatchStar(self, node: Any) -> None:
        self.write(f"*{node.name or '_'}")

    def _MatchMapping(self, node: Any) -> None:
        self.write("{")
        for k, (key, pattern) in enumerate(zip(node.keys, node.patterns)):
            self.write(", " if k else "")
            self.expr(key)
            self.write(": ")
            self.dispatch(pattern)
        if node.rest is not None:
            self.write(f"{', ' if node.keys else ''}**{node.rest}")
        self.write("}")

    def _MatchClass(self, node: Any) -> None:
        self.expr(node.cls, Level.ATOM)
        self.write("(")
        self._patterns(node.patterns)
        for k, (name, pattern) in enumerate(zip(node.kwd_attrs, node.kwd_patterns)):
            self.write(f"{', ' if k or node.patterns else ''}{name}=")
            self.dispatch(pattern)
        self.write(")")

    def _MatchOr(self, node: Any) -> None:
        self._patterns(node.patterns, " | ")

    def _MatchAs(self, node: Any) -> None:
        if node.pattern is None:
            return self.write(node.name or "_")
        enclosed = _binds(node.pattern)
        self.write("(" * enclosed)
        self.dispatch(node.pattern)
        self.write(")" * enclosed)
        return self.write(f" as {node.name}")

    def _type_params(self, node: Any) -> None:
        params = getattr(node, "type_params", None)
        if params:
            self.write("[")
            for k, param in enumerate(params):
                self.write(", " if k else "")
                self.dispatch(param)
            self.write("]")

    def _TypeVar(self, node: Any) -> None:
        stars = {"TypeVarTuple": "*", "ParamSpec": "**"}.get(type(node).__name__, "")
        self.write(stars + node.name)
        if getattr(node, "bound", None) is not None:
            self.write(": ")
            self.expr(node.bound)
        if node.default_value is not None:
            self.write(" = ")
            self.expr(node.default_value)

    _TypeVarTuple = _TypeVar
    _ParamSpec = _TypeVar


def _binds(pattern: Any) -> bool:
    """Whether this is `pattern as name`, which binds loosest of all patterns."""
    return isinstance(pattern, gast.MatchAs) and pattern.pattern is not None
