"""Starred arguments: `f(*args, **options)` becomes a call with as many arguments as there are.

    def f(a, b=2.0): ...           a = args[0]
    f(*args)                 ->    b = args[1] if len(args) > 1 else 2.0
                                   f(a, b)

Where it is not known how many a list or array holds, the function called says how many it takes; what its own `*rest`
takes is a tuple made when the program runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import gast

from adjoint.analysis.kinds import Array, ListOf, TupleOf
from adjoint.analysis.values import kind_of
from adjoint.calls.outer import default_values
from adjoint.classes import dataclass, replace
from adjoint.rules import registry
from adjoint.structures import branches, construct, displays, expressions, invoke
from adjoint.structures.evaluator import Evaluator
from adjoint.structures.values import CONSTANTS, Closure, Known, Partial, Record, Value
from adjoint.syntax import core


def expanded(node: Any, ev: Evaluator, stmt: Any) -> tuple[list[Any], list[Any]]:
    """The arguments of a call, `*` and `**` taken apart where it is known what they hold."""
    args: list[Any] = []
    for arg in node.args:
        parts = None
        if isinstance(arg, gast.Starred):
            parts = displays.elements(arg.value, ev, stmt) or _of_given_tuple(arg.value, ev)
        args += [arg] if parts is None else [ev.held(p, stmt) for p in parts]
    keywords: list[Any] = []
    for keyword in node.keywords:
        value = ev.known(keyword.value) if keyword.arg is None else None
        if isinstance(value, Record) and value.cls is dict:
            keywords += [
                core.keyword(str(key), ev.held(ev.part(value, key, node), stmt, str(key)))
                for key in ev.keys(value, node)
            ]
        else:
            keywords.append(keyword)
    return args, keywords


def _of_given_tuple(node: Any, ev: Evaluator) -> list[Any] | None:
    """The items of a tuple that is passed to the function or stands outside: how many these are, guards watch."""
    name = node.id if core.is_name(node) else ""
    kind = kind_of(ev.bindings[name]) if name in ev.bindings else None
    if name in ev.fn.params and name not in core.own_binds(ev.fn.tree):
        kind = ev.kinds.get(name)
    return [core.item(node, core.const(k), node) for k in range(len(kind.items))] if isinstance(kind, TupleOf) else None


@dataclass(frozen=True)
class _Taken:
    """What a function takes by position: the names, those with a default value, and whether any number may follow."""

    names: Sequence[str]
    defaults: Mapping[str, Any]
    more: bool


def counted(callee: Value, args: list[Any], keywords: Sequence[Any], ev: Evaluator, stmt: Any) -> list[Any]:
    """Items of a starred list or array, of which the function called says how many it takes, each by a name."""
    places = [k for k, a in enumerate(args) if isinstance(a, gast.Starred)]
    if len(places) != 1 or any(k.arg is None for k in keywords):
        return args
    known, (place,) = _taken(callee, ev), places
    if known is None or known.more and len(args) > place + 1:
        return args
    named = {k.arg for k in keywords}
    wanted = [n for n in known.names if n not in named]
    number = len(wanted) - len(args) + 1
    if number < 0 and not known.more:
        return args
    names = wanted[place : place + number]
    source = ev.atom(expressions.evaluate(args[place].value, ev, stmt), stmt)
    if known.more:
        first = [_item(name, k, source, known, ev, stmt) for k, name in enumerate(names)]
        return [*args[:place], *first, gast.Starred(_rest(source, len(names), ev, stmt), gast.Load())]
    if any(name in known.defaults for name in names) and len(args) == place + 1:
        _check_length(source, len(names), ev, stmt)
        return [*args[:place], *(_item(name, k, source, known, ev, stmt) for k, name in enumerate(names))]
    if any(name in known.defaults for name in names):
        return args
    from adjoint.structures import statements

    fresh = [ev.fresh(n) for n in names]
    statements.statement(core.bind_several(fresh, source, at=stmt), ev)
    return [*args[:place], *(core.load(n, stmt) for n in fresh), *args[place + 1 :]]


def _item(name: str, k: int, source: Any, known: _Taken, ev: Evaluator, stmt: Any) -> Any:
    """The k-th item by a name, or the parameter's default value where there are fewer."""
    fresh = ev.fresh(name)

    def taken() -> None:
        ev.bind(fresh, core.element(core.copy(source), core.const(k), stmt), stmt)

    def left_out() -> None:
        ev.bind(fresh, core.copy(known.defaults[name]), stmt)

    if name in known.defaults:
        length = ev.atom(core.call(ev.path_of(len, "len"), core.copy(source), at=stmt), stmt)
        branches.ways(core.compare(length, gast.Gt, core.const(k), stmt), taken, left_out, ev, stmt)
    else:
        taken()
    return core.load(fresh, stmt)


def _rest(source: Any, start: int, ev: Evaluator, stmt: Any) -> Any:
    """The items from one on, as a tuple; what may be no sequence is made one first."""
    part = core.slice_(core.const(start), None, None)
    if not start:
        return _tuple_of(source, ev, stmt)
    if isinstance(ev.kind_of(source), (Array, ListOf, TupleOf)):
        return _tuple_of(core.item(core.copy(source), part), ev, stmt)
    return ev.atom(core.item(_tuple_of(source, ev, stmt), part, stmt), stmt)


def _tuple_of(source: Any, ev: Evaluator, stmt: Any) -> Any:
    return ev.atom(core.call(ev.path_of(tuple, "tuple"), ev.atom(core.copy(source), stmt), at=stmt), stmt)


def _check_length(source: Any, most: int, ev: Evaluator, stmt: Any) -> None:
    """An error where there are more items than parameters."""
    length = ev.atom(core.call(ev.path_of(len, "len"), core.copy(source), at=stmt), stmt)
    error = core.call(ev.path_of(TypeError, "TypeError"), core.const(f"more than {most} values for `*`", stmt), at=stmt)
    test = core.compare(length, gast.Gt, core.const(most), stmt)
    ev.emit(core.if_(test, [core.place(gast.Raise(error, None), stmt)], at=stmt))


def _taken(callee: Value, ev: Evaluator) -> _Taken | None:
    """What a function or class takes by position; None where only the run can tell."""
    defaults: Mapping[str, Any]
    if isinstance(callee, Closure):
        found = callee.definition.args
        names = [n.id for n in (*found.posonlyargs, *found.args)]
        defaults = dict(zip(names[len(names) - len(found.defaults) :], found.defaults, strict=True))
        return _Taken(names, defaults, found.vararg is not None)
    if isinstance(callee, Partial):
        known = _taken(callee.callee, ev)
        names = [] if known is None else [n for n in known.names[len(callee.args) :] if n not in dict(callee.keywords)]
        return None if known is None else replace(known, names=names)
    if not isinstance(callee, Known):
        return None
    rule = registry.rule_of(callee.value)
    if rule is not None and rule.form == "elementwise":
        return _Taken(list(rule.operands), {}, False)
    if construct.is_constructed(callee.value):
        given = inspect.signature(callee.value).parameters
        named = {n: p.default for n, p in given.items() if p.default is not p.empty}
        simple = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in given.values())
        simple = simple and all(isinstance(v, (*CONSTANTS, float)) for v in named.values())
        return _Taken([*given], {n: core.const(v) for n, v in named.items()}, False) if simple else None
    if invoke.is_users(callee.value):
        found = ev.read(callee.value).tree.args
        names = [n.id for n in (*found.posonlyargs, *found.args)]
        return _Taken(names, default_values(callee.value, ev), found.vararg is not None)
    return None
