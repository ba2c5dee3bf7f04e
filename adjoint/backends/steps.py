"""What `adjoint.runtime.numbers` is under Numba: an instruction each, which many trips of a loop may do at once.

A sum may be taken in any order: without that a processor would wait for each term. No other operation is loosened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from adjoint.backends import elementary
from adjoint.runtime import numbers

Build = Callable[[Any, Any, Any], Any]


def _step(build: Build) -> Any:
    """An operation on two floats of the wider type of both."""

    @intrinsic
    def step(typing: Any, one: Any, other: Any) -> Any:
        if not (isinstance(one, types.Float) and isinstance(other, types.Float)):
            return None
        wide = max(one, other, key=lambda kind: kind.bitwidth)

        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            values = [context.cast(builder, v, kind, wide) for v, kind in zip(args, signature.args, strict=True)]
            return build(builder, context.get_value_type(wide), values)

        return wide(one, other), code

    return step


def _extreme(name: str) -> Build:
    def build(builder: Any, kind: Any, values: Any) -> Any:
        function = builder.module.declare_intrinsic(name, [kind], ir.FunctionType(kind, [kind, kind]))
        return builder.call(function, values)

    return build


_added = _step(lambda builder, kind, values: builder.fadd(*values, flags=("reassoc",)))
_larger = _step(_extreme("llvm.maximum"))
_smaller = _step(_extreme("llvm.minimum"))


@overload(numbers.added, strict=False)
def added(total: Any, value: Any) -> Callable[..., Any]:
    if not (isinstance(total, types.Float) and isinstance(value, types.Float)):
        return lambda total, value: total + value
    return lambda total, value: _added(total, value)


@overload(numbers.larger, strict=False)
def larger(best: Any, value: Any) -> Callable[..., Any]:
    return lambda best, value: _larger(best, value)


@overload(numbers.smaller, strict=False)
def smaller(best: Any, value: Any) -> Callable[..., Any]:
    return lambda best, value: _smaller(best, value)


def _function(build: Any) -> Any:
    """A function of one double."""

    @intrinsic
    def function(typing: Any, x: Any) -> Any:
        if not isinstance(x, types.Float) or x.bitwidth != 64:
            return None
        return types.float64(types.float64), lambda context, builder, signature, args: build(builder, args[0])

    return function


_exp, _log, _tanh = map(_function, (elementary.exp, elementary.log, elementary.tanh))


@overload(numbers.exp, strict=False)
def exp(x: Any) -> Callable[..., Any]:
    return (lambda x: _exp(x)) if x == types.float64 else (lambda x: np.exp(x))


@overload(numbers.log, strict=False)
def log(x: Any) -> Callable[..., Any]:
    return (lambda x: _log(x)) if x == types.float64 else (lambda x: np.log(x))


@overload(numbers.tanh, strict=False)
def tanh(x: Any) -> Callable[..., Any]:
    return (lambda x: _tanh(x)) if x == types.float64 else (lambda x: np.tanh(x))


@intrinsic(prefer_literal=True)
def _half_power(typing: Any, x: Any, halves: Any) -> Any:
    if x != types.float64 or not isinstance(halves, types.IntegerLiteral):
        return None
    count = halves.literal_value

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return elementary.half_power(builder, args[0], count)

    return types.float64(x, halves), code


@overload(numbers.half_power, strict=False, prefer_literal=True)
def half_power(x: Any, halves: Any) -> Callable[..., Any]:
    if x == types.float64 and isinstance(halves, types.IntegerLiteral):
        return lambda x, halves: _half_power(x, halves)
    return lambda x, halves: x ** (halves / 2)
