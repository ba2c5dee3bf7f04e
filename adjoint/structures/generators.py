"""Generators: the body of the loop that reads one is written where it yields.

    def halves(x):                          t = x
        while True:                         while True:
            yield x                             s += t
            x = x / 2                ->         stop = t < 0.1
                                                if not stop:
    for v in halves(x):                             t = t / 2
        s += v                                  if stop:
        if v < 0.1:                                 break
            break

So what the generator does and what the loop does take turns, as in Python, and a generator without end is left by a
`break`. What reads a generator otherwise (`list`, `sum`, `next`, unpacking) is a loop over it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import gast

from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.normalize.jumps import without_jumps
from adjoint.runtime import iteration
from adjoint.structures import expressions, statements
from adjoint.structures.evaluator import Evaluator, Frame, Result, is_part
from adjoint.structures.values import Generating, Known, Value
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.traverse import changed, mapped

MANAGER = contextmanager(lambda: iter(())).__code__
TOGETHER = (zip, iteration.side_by_side, iteration.three_side_by_side, iteration.four_side_by_side)
DEPTH = 8  # of generators that read themselves


def is_generator(definition: Any) -> bool:
    """Does a function's own body yield?"""
    return any(map(_is_yield, core.own_statements(definition.body)))


def _is_yield(stmt: Any) -> bool:
    return isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Yield)


def held(given: Mapping[str, Any], ev: Evaluator, stmt: Any) -> dict[str, Any]:
    """The arguments of a generator under names of its own: its body runs while the caller may bind theirs anew."""
    return {param: _held(a, ev, stmt) for param, a in given.items()}


def _held(argument: Any, ev: Evaluator, stmt: Any) -> Any:
    if not core.is_name(argument):
        return argument
    known = ev.known(argument)
    return ev.held(known if is_part(known) else argument, stmt, argument.id)


def given_generators(args: Sequence[Any], ev: Evaluator) -> bool:
    """Is one of these arguments a generator?"""
    return any(core.is_name(a) and isinstance(ev.state.env.get(a.id), Generating) for a in args)


def refuse(message: str, advice: str, at: Any, ev: Evaluator) -> NoReturn:
    raise_problems(UnsupportedSyntax, [problem_at(at, message, advice)], ev.fn.origin)


# Reading one in a loop


def run(loop: Any, source: Generating, ev: Evaluator, managed: bool = False) -> None:
    """`for name in generator: ...`; `managed` where the generator is what `contextmanager` makes a `with` of."""
    if source.used or source.depth != ev.depth:
        refuse(
            "a generator that is read in several places, or in another loop than it is made in",
            "Make a list of it first: `list(…)`.",
            loop.iter,
            ev,
        )
    source.used = True
    running = [owner for owner in ev.running if owner is source.tree]
    if len(running) > DEPTH:
        refuse("a generator that reads itself", "Write it as a function that returns a list.", loop.iter, ev)
    region, exits = _region(loop, source, ev, managed)
    if exits:
        before = set(ev.namer.made)
        region = without_jumps(region, ev.fn, ev.namer)
        ev.temps |= ev.namer.made - before
    ev.frames.append(Frame(source.owner))
    ev.running.append(source.tree)
    try:
        statements.statements(region, ev)
    finally:
        ev.running.pop()
        ev.frames.pop()


def counted(loop: Any, ev: Evaluator) -> bool:
    """`for k in range(len(generator)):` with `generator[k]`, as loops over names are written: run it."""
    match loop:
        case gast.For(iter=gast.Call(args=[gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name)])])):
            source = ev.state.env.get(name)
        case _:
            return False
    if not isinstance(source, Generating):
        return False
    number, item = loop.target.id, ev.fresh("item")
    body = [_with_item(s, name, number, item) for s in loop.body]
    reads = frozenset[str]().union(*(core.names_read(s) for s in core.statements(body)))
    if name in reads:
        refuse("a generator that is read in several places", "Make a list of it first: `list(…)`.", loop.iter, ev)
    if number in reads:
        pair = ev.fresh("pair")
        both = core.bind_several([number, item], load(pair), loop)
        run(core.for_(pair, loop.iter, [both, *body], loop), _wrapped(source, ("enumerate", core.const(0))), ev)
    else:
        run(core.for_(item, loop.iter, body, loop), source, ev)
    return True


def _with_item(node: Any, name: str, number: str, item: str) -> Any:
    """A node with `item` for `name[number]`."""
    if isinstance(node, gast.Subscript) and core.is_name(node.value, name) and core.is_name(node.slice, number):
        return load(item, node)
    return mapped(node, lambda part: _with_item(part, name, number, item))


def managed(function: Any) -> Any:
    """The generator function of which `contextlib.contextmanager` made this one; None of any other.

    >>> @contextmanager
    ... def section():
    ...     yield
    >>> managed(section).__name__, managed(max)
    ('section', None)
    """
    return getattr(function, "__wrapped__", None) if getattr(function, "__code__", None) is MANAGER else None


def _region(loop: Any, source: Generating, ev: Evaluator, managed: bool) -> tuple[list[Any], bool]:
    """The generator's body with the loop's at each yield, and whether something leaves it by `return`.

    What is raised under a `with` is raised at the yield, so that `try` around it means what it says; a loop's body is
    no business of the generator's.
    """
    body, last = list(loop.body), loop.body[-1]
    leaves = isinstance(last, gast.If) and isinstance(last.body[0], gast.Break)
    if leaves:
        body[-1] = core.if_(last.test, [core.return_(core.const(None, last), last)], (), last)
    before, at_yield, limited = _layers(loop, source, ev)

    def block(stmts: Sequence[Any]) -> list[Any]:
        out: list[Any] = []
        for stmt in stmts:
            if _is_yield(stmt):
                value = stmt.value.value or core.const(None, stmt)
                out += [*at_yield(value), *(ev.copied(s, {}, None) for s in body)]
            elif not any(map(_is_yield, core.own_statements([stmt]))):
                out.append(stmt)
            elif isinstance(stmt, (gast.With, core.Attempt)):
                if not managed:
                    refuse("`yield` inside `try` or `with`", "Yield behind it.", stmt, ev)
                out.append(changed(stmt, body=block(stmt.body)))
            elif managed and isinstance(stmt, (gast.For, gast.While)):
                refuse("`yield` in a loop of a context manager", "Yield once.", stmt, ev)
            elif isinstance(stmt, (gast.If, gast.For, gast.While)):
                fields = {"body": block(stmt.body)}
                if isinstance(stmt, gast.If):
                    fields["orelse"] = block(stmt.orelse)
                out.append(changed(stmt, **fields))
            else:
                out.append(stmt)
        return out

    written = [
        ev.copied(s, source.names, source.owner) for s in source.tree.body[:-1] if not isinstance(s, core.Shared)
    ]
    return [*before, *block(written)], leaves or limited


def _layers(loop: Any, source: Generating, ev: Evaluator) -> tuple[list[Any], Any, bool]:
    """What `enumerate`, `zip` and `islice` around the generator do: before it, and with each value."""
    before: list[Any] = []
    name, limited = loop.target.id, False
    layers = []
    for kind, argument in source.layers:
        count = ev.fresh("k")
        before.append(core.bind(count, argument if kind == "enumerate" else core.const(0), loop))
        layers.append((kind, argument, count))
        limited |= kind != "enumerate"

    def at_yield(value: Any) -> list[Any]:
        out: list[Any] = []
        stop = [core.return_(core.const(None, loop), loop)]
        for kind, argument, count in layers:
            up = core.bind(count, core.binary(load(count), gast.Add, core.const(1)), loop)
            number = load(ev.fresh("k"))
            now = core.bind(number.id, load(count), loop)
            if kind == "enumerate":
                out += [now, up]
                value = core.tuple_([number, value], loop)
            elif kind == "islice":
                enough = core.compare(load(count), gast.GtE, core.copy(argument))
                out += [core.if_(enough, core.copy(stop), (), loop), up]
            else:
                place, others = argument
                length = [core.call(ev.path_of(len, "len"), core.copy(o), at=loop) for o in others]
                out += [core.if_(core.compare(load(count), gast.GtE, n), core.copy(stop), (), loop) for n in length]
                out += [now, up]
                parts = [core.element(core.copy(o), core.copy(number)) for o in others]
                held = [load(ev.fresh("t")) for _ in parts]
                out += [core.bind(h.id, p, loop) for h, p in zip(held, parts, strict=True)]
                value = core.tuple_([*held[:place], value, *held[place:]], loop)
        return [*out, core.bind(name, core.copy(value), loop)]

    return before, at_yield, limited


# Reading one otherwise


def read(callee: Value, node: Any, args: Sequence[Any], ev: Evaluator, stmt: Any, stem: str) -> Result:
    """What a call of a builtin gives for a generator; None for other callees."""
    if not isinstance(callee, Known) or node.keywords and callee.value in (next, any, all, zip):
        return None
    function = callee.value
    sources = [ev.state.env.get(a.id) if core.is_name(a) else None for a in args]
    first = sources[0] if sources else None
    if function is iter and len(args) == 1:
        return first
    if function is enumerate and isinstance(first, Generating):
        starts = [_held(a, ev, stmt) for a in (*args[1:], *(k.value for k in node.keywords))]
        return _wrapped(first, ("enumerate", starts[0] if starts else core.const(0)))
    if function is itertools.islice and isinstance(first, Generating) and len(args) == 2:
        return _wrapped(first, ("islice", _held(args[1], ev, stmt)))
    if function in TOGETHER and sum(isinstance(s, Generating) for s in sources) == 1:
        place = next(k for k, s in enumerate(sources) if isinstance(s, Generating))
        source = sources[place]
        assert isinstance(source, Generating)
        others = [_held(a, ev, stmt) for k, a in enumerate(args) if k != place]
        return _wrapped(source, ("zip", (place, others)))
    if function in (any, all) and isinstance(first, Generating):
        return _until(function, args[0], ev, stmt)
    if function is next and isinstance(first, Generating):
        return _first(args, ev, stmt)
    if not callable(function) or _is_users(function) or getattr(function, "__module__", None) == "itertools":
        return None
    listed = [listed_as_name(a, ev, stmt) if isinstance(s, Generating) else a for a, s in zip(args, sources)]
    if function is list and len(args) == 1:
        return listed[0]
    return expressions.evaluate(core.place(gast.Call(node.func, listed, node.keywords), node), ev, stmt, stem)


def _is_users(function: Any) -> bool:
    from adjoint.calls.inline import is_users

    return is_users(function)


def _wrapped(source: Generating, layer: tuple[str, Any]) -> Generating:
    if source.used:
        return source
    source.used = True
    return Generating(source.tree, source.names, source.owner, source.depth, (*source.layers, layer))


def listed_as_name(argument: Any, ev: Evaluator, stmt: Any) -> Any:
    """A list of what a generator yields."""
    items, item = ev.fresh("items"), ev.fresh("item")
    append = core.effect(core.call(f"{items}.append", load(item), at=stmt), stmt)
    loop = core.for_(item, argument, [append], stmt)
    statements.statements([core.bind(items, core.list_([], stmt), stmt), loop], ev)
    return load(items, stmt)


def _until(function: Any, argument: Any, ev: Evaluator, stmt: Any) -> Any:
    """`any` and `all` read no further than they must."""
    result, item = ev.fresh("t"), ev.fresh("item")
    test = load(result) if function is any else core.unary(gast.Not, load(result))
    bind = core.bind(result, core.call(ev.path_of(bool, "bool"), load(item), at=stmt), stmt)
    loop = core.for_(item, argument, [bind, core.if_(test, [core.break_(stmt)], (), stmt)], stmt)
    statements.statements([core.bind(result, core.const(function is all), stmt), loop], ev)
    return load(result, stmt)


def _first(args: Sequence[Any], ev: Evaluator, stmt: Any) -> Any:
    """`next` reads one item."""
    result, item, found = ev.fresh("t"), ev.fresh("item"), ev.fresh("found")
    body = [core.bind(result, load(item), stmt), core.bind(found, core.const(True), stmt)]
    loop = core.for_(item, args[0], [*body, core.if_(load(found), [core.break_(stmt)], (), stmt)], stmt)
    if len(args) == 2:
        missing: Any = core.bind(result, args[1], stmt)
    else:
        missing = core.place(gast.Raise(core.call(ev.path_of(StopIteration, "StopIteration"), at=stmt), None), stmt)
    absent = core.if_(core.unary(gast.Not, load(found)), [missing], (), stmt)
    statements.statements([core.bind(found, core.const(False), stmt), loop, absent], ev)
    return load(result, stmt)
