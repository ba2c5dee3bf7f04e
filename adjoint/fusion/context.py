"""What the passes of fusion know of a function: kinds, memory, new names, the lengths of axes as text.

A length is a `Size`, a sum of symbols. The symbols of the arguments' axes come with their kinds; an integer parameter
is a symbol of its own, so that `np.zeros(n)` has a length that others may equal.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import Callee, callee_of
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.infer import infer
from adjoint.analysis.kinds import Array, Kind, Number, Size, Static
from adjoint.analysis.settled import Settled
from adjoint.fusion.memory import Memory, shared_memory
from adjoint.normalize.scope import Scope
from adjoint.rules import registry
from adjoint.runtime import numbers
from adjoint.syntax import core

INDICES = "ijklmnpq"
# What an element may be: Numba's arithmetic on numbers of these is NumPy's on arrays of them.
PLAIN = ("float64", "float", "int64", "int", "bool")
Lengths = tuple[Size, ...]
OF_NUMBERS = frozenset(
    [numbers.added, numbers.larger, numbers.smaller, numbers.exp, numbers.log, numbers.tanh, numbers.half_power]
)


class Unfit(Exception):
    """This statement stays as it is."""


class Context:
    """One function on its way; names that passes make are entered as they are made."""

    def __init__(self, fn: core.Function, arguments: Mapping[str, Kind]) -> None:
        self.arguments = arguments
        self.bindings = dict(fn.bindings)
        self.fn = fn = fn.known(bindings=self.bindings)
        self.scope = Scope(fn)
        self.kinds: Settled = infer(fn, {**arguments, **_whole_numbers(fn, arguments)})
        self.memory: Memory = shared_memory(fn, self.kinds)
        self.sizes: dict[str, Size] = {}  # of the loops that were made: how often each runs, by its variable
        self.made: set[str] = set()  # arrays that were made here
        self.names: set[str] = set()  # and all values
        self.framed: set[str] = set()  # arrays with margins of zeros around what is set
        binds = Counter(name for stmt in fn.statements for name in core.names_bound(stmt))
        self.once = frozenset(n for n, count in binds.items() if count == 1) - frozenset(fn.params)
        self.given = [
            (name, axis, size)
            for name, kind in arguments.items()
            if isinstance(kind, Array) and not binds[name]
            for axis, size in enumerate(kind.shape or ())
            if size is not None
        ]

    def kind(self, expr: Any) -> Kind | None:
        return kind_of_expression(expr, self.kinds, self.bindings)

    def callee(self, expr: Any) -> Callee | None:
        return callee_of(expr, self.kinds, self.bindings)

    def shape(self, expr: Any) -> Lengths:
        """The lengths of an expression's axes, all of them known; none for a number."""
        kind = self.kind(expr)
        match kind:
            case Number():
                return ()
            case Static(value=bool()):
                return ()
            case Array(shape=tuple(shape)) if shape and None not in shape:
                return shape  # type: ignore[return-value]
        raise Unfit

    def is_number(self, expr: Any) -> bool:
        kind = self.kind(expr)
        return isinstance(kind, Number) or (isinstance(kind, Static) and type(kind.value) is bool)

    def is_array(self, expr: Any) -> bool:
        return isinstance(self.kind(expr), Array)

    def is_memory(self, name: str) -> bool:
        """May a name stand for cells that a store changes?"""
        if name in self.bindings and name not in self.kinds:
            return isinstance(self.bindings[name], np.ndarray)
        return not isinstance(self.kinds.get(name), Number)

    def temporary(self, stem: str, kind: Kind) -> str:
        """A name for a value of a kind, in memory of its own."""
        name = self.scope.fresh(stem)
        self.kinds[name] = kind
        self.memory.made(name)
        self.names.add(name)
        if isinstance(kind, Array):
            self.made.add(name)
        return name

    def loop(self, depth: int, size: Size) -> str:
        """A variable for a loop of so many trips."""
        name = self.scope.fresh(INDICES[depth % len(INDICES)])
        self.kinds[name] = Number("int")
        self.memory.made(name)
        self.sizes[name] = size
        return name

    def numpy(self, name: str) -> Any:
        """`np.name`, under the name that the text has for NumPy."""
        roots = (path for path, value in self.bindings.items() if value is np and path not in self.scope.local)
        root = next(roots, None) or self.scope.helper(np)
        self.bindings.setdefault(root, np)
        self.bindings[f"{root}.{name}"] = getattr(np, name)
        return core.dotted(f"{root}.{name}")

    def helper(self, value: Any) -> str:
        """The name of a function of the runtime's."""
        name = self.scope.helper(value)
        self.bindings[name] = value
        return name

    def builtin(self, name: str) -> str:
        """The name of one of Python's functions."""
        found = self.scope.builtin(name)
        self.bindings[found] = getattr(builtins, name)
        return found

    def is_pure(self, *exprs: Any) -> bool:
        """Does evaluating these change nothing, and in no order that matters?"""
        for node in core.walk(*exprs):
            if isinstance(node, gast.Call):
                callee = self.callee(node)
                if callee is None or callee.starred:
                    return False
                if callee.primitive not in OF_NUMBERS and not registry.is_pure(callee.primitive):
                    return False
            elif isinstance(node, IMPURE):
                return False
        return True


IMPURE = (
    gast.IfExp, gast.BoolOp, gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp, gast.NamedExpr,
    gast.Starred, gast.JoinedStr,
)  # fmt: skip


def _whole_numbers(fn: core.Function, arguments: Mapping[str, Kind]) -> dict[str, Kind]:
    """Integer parameters that are never bound anew, as symbols."""
    bound = Counter(name for stmt in fn.statements for name in core.names_bound(stmt))
    return {
        name: Number("int", Size(0, ((f"{name} itself", 1),)))
        for name, kind in arguments.items()
        if isinstance(kind, Number) and kind.dtype == "int" and kind.size is None and not bound[name]
    }


def length(size: Size, axes: Sequence[tuple[str, int, Size]]) -> Any:
    """A length as an expression, by way of an axis that is as long but for a constant: `x.shape[0] - 2`.

    >>> from adjoint.emit.printer import to_source
    >>> a = Size(0, (("a", 1),))
    >>> to_source(length(a - Size(2), [("x", 0, a)]))
    'x.shape[0] - 2'
    """
    if not size.terms:
        return core.const(size.constant)
    for name, axis, known in axes:
        rest = size - known
        if not rest.terms:
            return plus(core.item(core.attribute(core.load(name), "shape"), core.const(axis)), rest.constant)
    raise Unfit


def plus(expr: Any, constant: int) -> Any:
    """`expr + constant`, as one writes it."""
    if constant == 0:
        return expr
    if core.is_constant(expr):
        return core.const(core.constant_value(expr) + constant)
    if isinstance(expr, gast.BinOp) and core.is_constant(expr.right) and isinstance(expr.op, (gast.Add, gast.Sub)):
        before = core.constant_value(expr.right)
        if type(before) is int:
            return plus(expr.left, constant + (before if isinstance(expr.op, gast.Add) else -before))
    return core.binary(expr, gast.Add if constant > 0 else gast.Sub, core.const(abs(constant)))


def axes_of(axis: Any, rank: int) -> frozenset[int] | None:
    """The axes that an argument names: None means all of them, what is no constant is not known."""
    if axis is None or (core.is_constant(axis) and core.constant_value(axis) is None):
        return frozenset(range(rank))
    parts = axis.elts if hasattr(axis, "elts") else [axis]
    if not all(core.is_constant(p) and type(core.constant_value(p)) is int for p in parts):
        return None
    return frozenset(core.constant_value(p) % rank for p in parts)
