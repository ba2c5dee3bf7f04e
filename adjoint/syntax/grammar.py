"""Tell which expressions Core Python allows where.

    >>> grammar = Grammar()
    >>> value = lambda text: gast.parse(text).body[0].value
    >>> grammar.is_rhs(value("a + b")), grammar.is_rhs(value("a + b * c"))
    (True, False)
    >>> grammar.is_index(value("A[2 * i + 1, :len(x)]").slice), grammar.is_index(value("A[f(i)]").slice)
    (True, False)

A folded grammar (that of a text in which temporaries have gone back into their uses) takes any expression without a
walrus or comprehension where the flat one takes an atom.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import gast

from adjoint.classes import dataclass, field
from adjoint.rules import registry
from adjoint.syntax import core

MISSING = object()

INDEX_OPERATORS = (gast.Add, gast.Sub, gast.Mult, gast.FloorDiv, gast.Mod)
OPERATORS = (gast.BinOp, gast.UnaryOp, gast.BoolOp, gast.Compare, gast.IfExp)
PLAIN = (
    *(gast.Name, gast.Constant, gast.Attribute, gast.Subscript, gast.Slice, gast.Starred, gast.Tuple, gast.List),
    *(gast.Dict, gast.Call, gast.JoinedStr, gast.FormattedValue, *OPERATORS),
)


@dataclass(frozen=True)
class Grammar:
    """The expressions of Core; `bindings` and `local` say what a called name stands for."""

    folded: bool = False
    bindings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    local: frozenset[str] = frozenset()

    def is_atom(self, node: Any) -> bool:
        return core.is_atom(node) or (self.folded and self.is_plain(node))

    def is_rhs(self, node: Any) -> bool:
        """What may stand on the right of `name =`."""
        match node:
            case gast.BinOp():
                flat = self.is_atom(node.left) and self.is_atom(node.right)
            case gast.UnaryOp():
                flat = self.is_atom(node.operand)
            case gast.Compare():
                flat = len(node.ops) == 1 and self.is_atom(node.left) and self.is_atom(node.comparators[0])
            case gast.Call():
                flat = self.is_call(node)
            case gast.Subscript():
                flat = self.is_atom(node.value) and self.is_index(node.slice)
            case gast.Attribute():
                flat = core.path_of(node) is not None
            case gast.Tuple() | gast.List():
                flat = all(self.is_argument(e) for e in node.elts)
            case gast.Dict():
                flat = all(k is not None and self.is_atom(k) for k in node.keys) and all(map(self.is_atom, node.values))
            case gast.IfExp():
                flat = self.is_pure(node.test) and self.is_atom(node.body) and self.is_atom(node.orelse)
            case gast.Lambda():
                return self.is_pure(node.body)
            case gast.JoinedStr():
                flat = self.is_plain(node)
            case _:
                flat = self.is_atom(node)
        return flat or (self.folded and self.is_plain(node))

    def is_call(self, node: Any) -> bool:
        """A call of a dotted path with atoms as arguments; the arguments of `range` are index arithmetic."""
        if not isinstance(node, gast.Call):
            return False
        if self.folded:
            return self.is_plain(node)
        accepts = self.is_arithmetic if self.resolved(core.path_of(node.func)) is range else self.is_argument
        values = [a.value if isinstance(a, gast.Starred) else a for a in node.args] + [k.value for k in node.keywords]
        return core.path_of(node.func) is not None and all(map(accepts, values))

    def is_argument(self, node: Any) -> bool:
        """An atom, a function of a module's, or a tuple or list of constants."""
        return self.is_atom(node) or _is_literal(node) or self._is_function(node)

    def _is_function(self, node: Any) -> bool:
        path = core.path_of(node) if isinstance(node, gast.Attribute) else None
        return path is not None and callable(self.resolved(path))

    def is_index(self, node: Any) -> bool:
        """What may stand in brackets: index arithmetic, slices of it, a tuple of these."""
        if isinstance(node, gast.Tuple):
            return all(self.is_index(e) for e in node.elts)
        if isinstance(node, gast.Slice):
            return all(part is None or self.is_arithmetic(part) for part in (node.lower, node.upper, node.step))
        return self.is_arithmetic(node) or _is_literal(node)

    def is_arithmetic(self, node: Any) -> bool:
        """Index arithmetic: whole numbers from names, constants, lengths and shapes."""
        match node:
            case gast.BinOp():
                flat = isinstance(node.op, INDEX_OPERATORS) and all(map(self.is_arithmetic, (node.left, node.right)))
            case gast.UnaryOp() if not core.is_constant(node):
                flat = isinstance(node.op, gast.USub) and self.is_arithmetic(node.operand)
            case gast.Call():
                flat = (
                    self.resolved(core.path_of(node.func)) is len and len(node.args) == 1 and core.is_name(node.args[0])
                )
            case gast.Attribute():
                flat = core.is_name(node.value) and node.attr in ("size", "ndim")
            case gast.Subscript(value=gast.Attribute(attr="shape", value=gast.Name())):
                flat = core.is_constant(node.slice)
            case _:
                flat = core.is_atom(node)
        return flat or (self.folded and self.is_plain(node))

    def is_pure(self, node: Any) -> bool:
        """An expression whose evaluation changes nothing: what a test may be."""
        return self.is_plain(node) and all(self._is_pure_call(n) for n in gast.walk(node) if isinstance(n, gast.Call))

    def is_plain(self, node: Any) -> bool:
        """An expression without walrus, comprehension or lambda."""
        return all(isinstance(n, PLAIN) for n in gast.walk(node) if isinstance(n, gast.expr))

    def resolved(self, path: str | None) -> Any:
        """What a dotted path stands for; MISSING where that is not known."""
        if path is None or path.partition(".")[0] in self.local:
            return MISSING
        return self.bindings.get(path, getattr(builtins, path, MISSING))

    def _is_pure_call(self, node: Any) -> bool:
        callee = self.resolved(core.path_of(node.func))
        if callee is not MISSING:
            return registry.is_pure(callee)
        if not isinstance(node.func, gast.Attribute):
            return False
        return node.func.attr in registry.METHODS or node.func.attr in TEXT_METHODS


# A text never changes. Lists and dictionaries have no methods of these names that change them.
TEXT_METHODS = frozenset(dir(str)) - frozenset(dir(list)) - frozenset(dir(dict))


def _is_literal(node: Any) -> bool:
    if isinstance(node, (gast.Tuple, gast.List)):
        return all(_is_literal(e) for e in node.elts)
    return core.is_constant(node)
