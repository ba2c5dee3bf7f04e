"""The generated functions of a request, fused: what is known of their parameters, a check that it holds.

    f_grad(x, …, out_bar)     the kinds of the arguments, and of the result for its cotangent
    f_forward(x, …)
    f_reverse(x, …, record, out_bar)    the record's kinds are those of the names that f_forward puts into it
    f_jvp(x, …, x_dot, …)     a tangent is like what it is the tangent of

A loop does not look at the lengths of what it reads, so the text begins with a comparison of those that the kinds say
are equal. A call through the public interface always passes it; compiled code may call with anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gast

from adjoint.analysis.infer import infer, kind_of_expression
from adjoint.analysis.kinds import FLOATS, ONE, UNKNOWN, Array, Kind, Number, Size, TupleOf
from adjoint.fusion import fused
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


@dataclass(frozen=True)
class Sweeps:
    """What the parameters of generated functions are; `tangents` are those that have one, in order."""

    kinds: Sequence[Kind]
    params: Sequence[str]
    tangents: Sequence[str]
    result: Kind

    def fused(self, functions: Sequence[core.Function]) -> list[core.Function]:
        """The functions with loops for array statements."""
        record: Kind = UNKNOWN
        found = []
        for fn in functions:
            arguments = self.arguments(fn, record)
            new = fused(fn, arguments)
            found.append(fn if new.tree.body is fn.tree.body else checked(new, arguments))
            if len(functions) == 2 and fn is functions[0]:
                record = _record(fn, arguments)
        return found

    def arguments(self, fn: core.Function, record: Kind) -> dict[str, Kind]:
        """The kinds of a function's parameters."""
        own = dict(zip(self.params, self.kinds, strict=True))
        known: list[Kind] = list(self.kinds)
        extra = len(fn.params) - len(known)
        if self.tangents and extra == len(self.tangents):
            known += [_like(own.get(name, UNKNOWN)) for name in self.tangents]
        elif not self.tangents and extra == 1:
            known += [_like(self.result) if not isinstance(self.result, Array) else UNKNOWN]
        elif not self.tangents and extra == 2:
            known += [record, _like(self.result)]
        return dict(zip(fn.params, [*known, *[UNKNOWN] * extra]))


def _like(kind: Kind) -> Kind:
    """The kind of a tangent or cotangent of a value."""
    match kind:
        case Number(dtype="float" | "float64"):
            return Number("float64")
        case Array(dtype=dtype) if dtype in FLOATS:
            return kind
    return UNKNOWN


def _record(forward: core.Function, arguments: Mapping[str, Kind]) -> Kind:
    """The kind of what a forward sweep records."""
    kinds = infer(forward, arguments)
    items = forward.tree.body[-1].value.elts[1].elts
    return TupleOf(tuple(kind_of_expression(item, kinds, forward.bindings) or UNKNOWN for item in items))


def checked(fn: core.Function, arguments: Mapping[str, Kind]) -> core.Function:
    """The function with a comparison ahead of the lengths that its arguments' kinds say are equal.

    >>> from adjoint.emit.printer import to_source
    >>> from adjoint.fusion.example import kind
    >>> from adjoint.tidy import example
    >>> fn = example.function("def f(x, y, z):\\n    return x")
    >>> print(to_source(checked(fn, {"x": kind("float64 a,b"), "y": kind("float64 b"), "z": kind("float64 1")}).tree))
    def f(x, y, z):
        if y.shape[0] != x.shape[1] or z.shape[0] != 1:
            raise ValueError("compiled for arguments of other shapes")
        return x
    """
    first: dict[Size, Any] = {ONE: core.const(1)}
    tests: list[Any] = []
    for name, kind in arguments.items():
        for axis, size in enumerate(kind.shape or () if isinstance(kind, Array) else ()):
            if size is None:
                continue
            length = core.item(core.attribute(core.load(name), "shape"), core.const(axis))
            if size in first:
                tests.append(core.compare(length, gast.NotEq, core.copy(first[size])))
            elif size.terms:
                first[size] = length
    if not tests:
        return fn
    test = gast.BoolOp(gast.Or(), tests) if len(tests) > 1 else tests[0]
    scope = Scope(fn)
    error = core.call(scope.builtin("ValueError"), core.const("compiled for arguments of other shapes"))
    return scope.done([core.if_(test, [gast.Raise(error, None)]), *fn.tree.body])
