"""Assignments to a starred target: each part by its index, the rest as a list, where anybody reads it.

>>> from adjoint.normalize.example import show
>>> from adjoint.normalize.unpack import unpack
>>> show(unpack, "first, *rest, last = xs; f(rest)")
if len(xs) < 2:
    raise ValueError('not enough values to unpack (expected at least 2)')
first = xs[0]
rest = []
for k in range(1, len(xs) - 1):
    rest.append(xs[k])
last = xs[-1]
f(rest)
>>> show(unpack, "a, *b = x, y, z")
a = x
b = [y, z]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.scope import Scope
from adjoint.normalize.sources import Sources
from adjoint.syntax import core

DISPLAYS = (gast.Tuple, gast.List)
Parts = list[tuple[Any, Any]]


def parts(stmt: Any, targets: Sequence[Any], value: Any, scope: Scope) -> tuple[Parts, list[Any]]:
    """Pairs of targets and values (None and a statement, where one is needed between), after some statements."""
    star = next(k for k, t in enumerate(targets) if isinstance(t, gast.Starred))
    after = len(targets) - star - 1
    if isinstance(value, DISPLAYS) and not any(isinstance(e, gast.Starred) for e in value.elts):
        if len(value.elts) >= len(targets) - 1:
            return _written(targets, star, after, value, stmt, scope)
    out: list[Any] = []
    held = core.is_name(value) and value.id not in tree.bound(*targets)
    name = value.id if held else scope.fresh()
    if not held:
        if isinstance(value, gast.Call) and not Sources(scope).is_sequence(value):
            value = scope.call("list", value, at=value)  # it may be an iterator, which takes no index
        out.append(core.bind(name, value, stmt))
    if len(targets) > 1:
        out.append(_check(name, len(targets) - 1, stmt, scope))
    pairs: Parts = [(t, core.element(core.load(name, t), core.const(k), t)) for k, t in enumerate(targets[:star])]
    pairs += _rest(targets[star].value, name, star, after, stmt, scope)
    ends = targets[star + 1 :]
    return [*pairs, *((t, core.element(core.load(name, t), core.const(k - after), t)) for k, t in enumerate(ends))], out


def _written(
    targets: Sequence[Any], star: int, after: int, value: Any, stmt: Any, scope: Scope
) -> tuple[Parts, list[Any]]:
    """The values are written out: they are evaluated first, all of them."""
    out: list[Any] = []
    bound = tree.bound(*targets)
    held = []
    for element in value.elts:
        if not core.is_constant(element) and not (core.is_name(element) and element.id not in bound):
            name = scope.fresh()
            out.append(core.bind(name, element, stmt))
            element = core.load(name, element)
        held.append(element)
    end = len(held) - after
    values = [*held[:star], core.list_(held[star:end], value), *held[end:]]
    plain = [t.value if isinstance(t, gast.Starred) else t for t in targets]
    return list(zip(plain, values, strict=True)), out


def _check(name: str, least: int, stmt: Any, scope: Scope) -> Any:
    text = f"not enough values to unpack (expected at least {least})"
    length = scope.call("len", core.load(name, stmt), at=stmt)
    error = scope.call("ValueError", core.const(text), at=stmt)
    raised = core.place(gast.Raise(error, None), stmt)
    return core.if_(core.compare(length, gast.Lt, core.const(least)), [raised], (), stmt)


def _rest(target: Any, name: str, star: int, after: int, stmt: Any, scope: Scope) -> Parts:
    if core.is_name(target) and not scope.is_read(target.id):
        return []
    rest = target.id if core.is_name(target) else scope.fresh()
    k = scope.fresh("k")
    stop = scope.call("len", core.load(name, stmt), at=stmt)
    if after:
        stop = core.binary(stop, gast.Sub, core.const(after), stmt)
    bounds = [core.const(star), stop] if star else [stop]
    item = core.element(core.load(name, stmt), core.load(k), stmt)
    append = core.effect(core.call(f"{rest}.append", item, at=stmt), stmt)
    loop = core.for_(k, scope.call("range", *bounds, at=stmt), [append], stmt)
    pairs: Parts = [(None, core.bind(rest, core.list_([], stmt), stmt)), (None, loop)]
    return pairs if core.is_name(target) else [*pairs, (target, core.load(rest, stmt))]
