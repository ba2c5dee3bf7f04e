"""A comparison ahead of all else of the lengths that loops rely on.

    >>> from adjoint.emit.printer import to_source
    >>> from adjoint.fusion.example import kind
    >>> from adjoint.tidy import example
    >>> fn = example.function("def f(x, y, z):\\n    return x")
    >>> print(to_source(checked(fn, {"x": kind("float64 a,b"), "y": kind("float64 b"), "z": kind("float64 1")}).tree))
    def f(x, y, z):
        if y.shape[0] != x.shape[1] or z.shape[0] != 1:
            raise ValueError("compiled for arguments of other shapes")
        return x

A loop does not look at the lengths of what it reads. A call through the public interface always passes; other compiled
code may call with anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gast

from adjoint.analysis.kinds import ONE, Array, Kind, Size
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def checked(fn: core.Function, arguments: Mapping[str, Kind]) -> core.Function:
    """The function with a comparison of the lengths that its arguments' kinds say are equal."""
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
