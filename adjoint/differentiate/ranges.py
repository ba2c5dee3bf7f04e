"""Ranges that go the same way backwards."""

from __future__ import annotations

from typing import Any

import gast

from adjoint.syntax import core


def reversed_range(args: list[Any], trips: Any) -> Any:
    """The range that goes the same way backwards; with the number of `trips`, only over the first so many.

    >>> from adjoint.emit.printer import to_source
    >>> def show(text): print(to_source(reversed_range(gast.parse(text).body[0].value.args, None)))
    >>> for text in ("n", "1, n - 1", "n, 0, -1", "a, b, 2", "a, b, c"):
    ...     show(f"range({text})")
    range(n - 1, -1, -1)
    range(n - 2, 0, -1)
    range(1, n + 1)
    range(a + (b - a - 1) // 2 * 2, a - 1, -2)
    range(a, b, c)[::-1]
    """
    args = [core.copy(a) for a in args]
    start = args[0] if len(args) > 1 else core.const(0)
    stop = args[1] if len(args) > 1 else args[0]
    step = core.constant_value(args[2]) if len(args) == 3 and core.is_constant(args[2]) else 1
    if trips is not None:
        if len(args) == 3 and not core.is_constant(args[2]):
            taken = core.item(core.call("range", *args), core.slice_(None, trips, None))
            return core.item(taken, core.slice_(None, None, core.const(-1)))
        reach = plus(trips, -1)
        last = plus(start, 0, reach if step == 1 else core.binary(reach, gast.Mult, core.const(step)))
        return core.call("range", last, plus(core.copy(start), -step), core.const(-step))
    if len(args) == 3 and not core.is_constant(args[2]):
        return core.item(core.call("range", *args), core.slice_(None, None, core.const(-1)))
    if step == 1:
        return core.call("range", plus(stop, -1), plus(start, -1), core.const(-1))
    if step == -1:
        first = plus(stop, 1)
        is_zero = core.is_constant(first) and core.constant_value(first) == 0
        return core.call("range", *([] if is_zero else [first]), plus(start, 1))
    size = abs(step)
    span = core.binary(stop, gast.Sub, core.copy(start)) if step > 0 else core.binary(core.copy(start), gast.Sub, stop)
    trips_left = core.binary(plus(span, -1), gast.FloorDiv, core.const(size))
    reach = core.binary(trips_left, gast.Mult, core.const(size))
    last = core.binary(core.copy(start), gast.Add if step > 0 else gast.Sub, reach)
    return core.call("range", last, plus(core.copy(start), -1 if step > 0 else 1), core.const(-step))


def plus(node: Any, constant: int, other: Any = None) -> Any:
    """`node + constant` (`+ other`), constants gathered."""
    if other is not None:
        if core.is_constant(node) and core.constant_value(node) == 0:
            return other
        return core.binary(node, gast.Add, other)
    if constant == 0:
        return node
    if core.is_constant(node):
        return core.const(core.constant_value(node) + constant)
    match node:
        case gast.BinOp(op=gast.Add() | gast.Sub() as op, right=gast.Constant(value=int(c))):
            return plus(node.left, (c if isinstance(op, gast.Add) else -c) + constant)
    if constant < 0:
        return core.binary(node, gast.Sub, core.const(-constant))
    return core.binary(node, gast.Add, core.const(constant))
