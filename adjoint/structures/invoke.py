"""Call what is known: functions are written out, classes make records, the rest stays a call."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Sequence
from types import FunctionType, MethodType
from typing import Any

import gast

from adjoint.backends.option import python_of
from adjoint.calls.lifting import Lifted
from adjoint.normalize import tree
from adjoint.rules import registry
from adjoint.rules.late import is_distribution
from adjoint.structures import (
    attributes,
    bodies,
    branches,
    builtin,
    checkpoints,
    construct,
    displays,
    expressions,
    frozen,
    generators,
    items,
    methods,
    nested,
    promotion,
    sequences,
    starred,
    written,
)
from adjoint.structures.asked import UNKNOWN
from adjoint.structures.evaluator import Evaluator, Result, is_part, is_virtual
from adjoint.structures.values import (
    CONSTANTS,
    Choice,
    Closure,
    Demotion,
    Known,
    Listed,
    Partial,
    Pull,
    Record,
    Shadow,
    Transformed,
    Value,
)
from adjoint.syntax import core

# Builtins that go through what they are given.
GOING_THROUGH = tuple(map(Known, (sum, list, tuple, sorted, min, max, any, all, zip, enumerate, map, set)))


def call(node: Any, ev: Evaluator, stmt: Any, stem: str = "") -> Result:
    """What a call gives."""
    callee = expressions.evaluate(node.func, ev, stmt)
    if not isinstance(callee, Value):
        outside = ev.bindings.get(node.func.id) if core.is_name(node.func) else None
        found = bodies.taken_out(outside, node.args, node.keywords, node, ev, stmt) if type(outside) is Lifted else None
        return _left(node, callee, ev, stmt) if found is None else found
    if isinstance(callee, Known) and (compiled := python_of(callee.value)) is not None:
        callee = Known(compiled)
    if not _wanted(callee, node, ev):
        return node
    args, keywords = starred.expanded(node, ev, stmt)
    args = starred.counted(callee, args, keywords, ev, stmt)
    args = [sequences.iterated(a, ev, stmt) for a in args] if callee in GOING_THROUGH else args
    if generators.given_generators(args, ev):
        read = generators.read(callee, node, args, ev, stmt, stem)
        if read is not None:
            return read
    return invoke(callee, args, keywords, node, ev, stmt, stem)


def _wanted(callee: Value, node: Any, ev: Evaluator) -> bool:
    """Does the call mean anything here; else it stays as it is."""
    if (
        not isinstance(callee, Known)
        or not core.path_of(node.func)
        or core.is_name(node.func)
        and node.func.id in ev.state.env
    ):
        return True
    if is_users(callee.value) or _is_made(callee.value) or any(isinstance(a, gast.Starred) for a in node.args):
        return True
    if (
        any(k.arg is None for k in node.keywords)
        or callee.value in (*builtin.ALWAYS, OrderedDict)
        or is_distribution(callee.value)
    ):
        return True
    if _written(callee.value, node.args, node.keywords, ev) is not None:
        return True
    parts = [*node.args, *(k.value for k in node.keywords)]
    return any(expressions.touches(p, ev) or (core.is_name(p) and ev.outer(p.id)) for p in parts)


def _written(value: Any, args: Sequence[Any], keywords: Sequence[Any], ev: Evaluator) -> Any:
    """The function of ours that is written out for a call, with its arguments; None for most calls."""
    if not written.is_written(value) or any(k.arg is None for k in keywords):
        return None
    of_array = (
        len(args) == 1 and core.is_name(args[0]) and (ev.is_number(args[0]) or isinstance(ev.known(args[0]), Shadow))
    )
    named = {k.arg: k.value for k in keywords}
    start = args[1] if len(args) == 2 else named.get("start")
    if value is sum and len(args) == 1 and start is not None:
        args = [*args, start]
    return written.replacement(value, args, named, of_array, _sequence(start, ev) if value is sum else None)


def _sequence(node: Any, ev: Evaluator) -> type | None:
    """Is this a list or a tuple that is known?"""
    found = ev.known(node) if core.is_name(node) else None
    if isinstance(found, Record) and found.cls in (list, tuple):
        return found.cls
    return list if isinstance(node, gast.List) else tuple if isinstance(node, gast.Tuple) else None


def _is_made(value: Any) -> bool:
    if isinstance(value, (functools.partial, MethodType)):
        return registry.rule_of(value) is None and not registry.is_constant(value)
    if nested.takes_tangents(value) or checkpoints.is_checkpointed(value):
        return True
    return value is functools.partial or construct.is_constructed(value)


def is_users(value: Any) -> bool:
    """Is this a Python function of the user's, without a rule?"""
    from adjoint.calls.inline import is_users as answer

    return answer(value)


def _left(node: Any, func: Any, ev: Evaluator, stmt: Any) -> Any:
    """A call of what only the run knows: its arguments are plain."""
    if isinstance(func, gast.Attribute) and core.is_name(func.value):
        _watch_list(func, node, ev)
    if core.path_of(func) is None and not isinstance(func, gast.Attribute):
        func = ev.atom(func, stmt)
    args = [_argument(a, ev, stmt) for a in node.args]
    keywords = [_keyword(k, ev, stmt) for k in node.keywords]
    if func is node.func and tree.same(args, node.args) and tree.same(keywords, node.keywords):
        return node
    return tree.replace(node, func=func, args=args, keywords=keywords)


def _watch_list(func: Any, node: Any, ev: Evaluator) -> None:
    """A list that objects are appended to becomes a record."""
    value = ev.state.env.get(func.value.id)
    if isinstance(value, Listed) and any(core.is_name(a) and is_part(ev.known(a)) for a in node.args):
        if value.site not in ev.demoted:
            raise Demotion((value.site,), "a list of objects", node, promote=True)
    promotion.promote_filled(func.value.id, value, node, ev)


def _argument(node: Any, ev: Evaluator, stmt: Any) -> Any:
    if isinstance(node, gast.Starred):
        value = _plain(node.value, ev, stmt)
        return node if value is node.value else tree.replace(node, value=value)
    return _plain(node, ev, stmt)


def _keyword(node: Any, ev: Evaluator, stmt: Any) -> Any:
    value = _plain(node.value, ev, stmt)
    return node if value is node.value else tree.replace(node, value=value)


def _plain(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """An argument for a call that stays a call."""
    if displays.is_literal(node):
        return node
    if isinstance(node, gast.Name):
        value = ev.known(node)
        if isinstance(value, Record) and value.cls is tuple:
            return ev.atom(displays.rebuilt(value, ev, node), stmt)
        return expressions.written(value, ev, node) if is_virtual(value) and value is not None else node
    return expressions.expression(node, ev, stmt)


def invoke(
    callee: Value, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any, stem: str = ""
) -> Result:
    """What calling a value with these atoms gives."""
    match callee:
        case Partial():
            given = [core.load(n, node) for n in callee.args]
            named = {k: core.load(n, node) for k, n in callee.keywords}
            named.update({k.arg: k.value for k in keywords})
            if isinstance(callee.callee, Known) and given and _is_builtin(callee.callee.value):
                made = methods.method(callee.callee.value, [*given, *args], named, node, ev, stmt, stem)
                if made is not UNKNOWN:
                    return made
            words = [core.keyword(k, v) for k, v in named.items()]
            return invoke(callee.callee, [*given, *args], words, node, ev, stmt, stem)
        case Choice():
            return _of_choice(callee, args, keywords, node, ev, stmt, stem)
        case Closure():
            return bodies.nested(callee, args, keywords, node, ev, stmt)
        case Record():
            method = attributes.method(callee, "__call__", ev)
            if method is None:
                raise ev.demote([callee], f"an object of `{callee.cls.__name__}` cannot be called", node)
            return invoke(method, [items.receiver(callee, ev), *args], keywords, node, ev, stmt, stem)
        case Transformed():
            return nested.invoked(callee, args, keywords, node, ev, stmt)
        case Pull():
            return nested.pulled(callee, args, node, ev, stmt)
        case Known():
            return _known(callee, args, keywords, node, ev, stmt, stem)
    raise ev.demote([callee], "what is called here, only the run can tell", node)


def _of_choice(
    choice: Choice, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any, stem: str
) -> Result:
    """The call of one of several functions: a branch for each."""
    name, count = ev.fresh(stem or "t"), len(choice.options)
    tests = [_is_key(choice.key, keys, node) for keys, _ in choice.options]
    every = [key for keys, _ in choice.options for key in keys]
    missing = core.compare(core.copy(choice.key), gast.NotIn, core.tuple_([core.const(k, node) for k in every]), node)
    kind = IndexError if len(choice.options[0][0]) > 1 else KeyError
    error = core.call(ev.path_of(kind, kind.__name__), core.copy(choice.key), at=node)
    ev.emit(core.if_(missing, [core.place(gast.Raise(error, None), stmt)], at=stmt))

    def arm(k: int) -> None:
        result = invoke(choice.options[k][1], core.copy(list(args)), core.copy(list(keywords)), node, ev, stmt)
        ev.bind(name, result, stmt)

    def ways(k: int) -> None:
        if k == count - 1:
            arm(k)
        else:
            branches.ways(core.copy(tests[k]), lambda: arm(k), lambda: ways(k + 1), ev, stmt)

    ways(0)
    return ev.known(core.load(name)) or core.load(name, node)


def _is_key(atom: Any, keys: tuple[Any, ...], at: Any) -> Any:
    """The test that a key is one of these."""
    tests = [core.compare(core.copy(atom), gast.Eq, core.const(key, at), at) for key in keys]
    return tests[0] if len(tests) == 1 else core.place(gast.BoolOp(gast.Or(), tests), at)


def _is_builtin(method: Any) -> bool:
    """Is this a method that Python (or `namedtuple`) made?"""
    return not isinstance(method, FunctionType) or method.__code__.co_filename.endswith("collections/__init__.py")


def _known(
    callee: Known, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any, stem: str
) -> Result:
    value = callee.value
    if value is OrderedDict and not _reorders(ev):
        callee, value = Known(dict), dict
        if isinstance(node, gast.Call):
            node = tree.replace(node, func=core.dotted(ev.path_of(dict, "dict"), node))
    made = builtin.function(value, args, keywords, node, ev, stmt, stem)
    if made is not UNKNOWN:
        return made
    if (kind := nested.transformation(value)) is not None:
        return nested.transformed(kind, args, keywords, node, ev, stmt)
    if nested.takes_tangents(value):
        return nested.invoked(nested.made_outside(value, node, ev), args, keywords, node, ev, stmt)
    if checkpoints.is_checkpointed(value):
        return checkpoints.called(callee, args, keywords, node, ev, stmt, stem)
    if (generator := generators.managed(value)) is not None:
        return bodies.function(generator, args, keywords, node, ev, stmt)
    if is_users(value) and not written.is_written(value):
        return bodies.function(value, args, keywords, node, ev, stmt)
    plain = _written(value, args, keywords, ev)
    if plain is not None:
        atoms = [a if core.is_atom(a) else ev.atom(expressions.evaluate(a, ev, stmt), stmt) for a in plain[1]]
        return bodies.function(plain[0], atoms, [core.keyword(k, v) for k, v in plain[2].items()], node, ev, stmt)
    if value is functools.partial:
        return _partial(args, keywords, ev, stmt, node)
    if isinstance(value, functools.partial) and _is_made(value):
        first = [outer_atom(a, ev, node) for a in value.args]
        words = {k: outer_atom(v, ev, node) for k, v in value.keywords.items()}
        words.update({k.arg: k.value for k in keywords})
        named = [core.keyword(k, v) for k, v in words.items()]
        return invoke(Known(value.func), [*first, *args], named, node, ev, stmt, stem)
    if isinstance(value, MethodType) and _is_made(value) and isinstance(value.__func__, FunctionType):
        first = [outer_atom(value.__self__, ev, node)]
        return invoke(Known(value.__func__), [*first, *args], keywords, node, ev, stmt, stem)
    if construct.is_constructed(value):
        return construct.make(value, args, keywords, node, ev, stmt, stem)
    if is_distribution(value):
        return _frozen(callee, args, keywords, node, ev, stmt)
    return remaining(callee, args, keywords, node, ev, stmt)


def _reorders(ev: Evaluator) -> bool:
    """Is anything asked of an ordered dictionary that others cannot do?"""
    nodes = core.walk(*ev.fn.tree.body)
    return any(isinstance(n, gast.Attribute) and n.attr in ("move_to_end", "popitem") for n in nodes)


def remaining(callee: Known, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any) -> Any:
    """The call as it stays, with plain arguments."""
    pure = registry.is_pure(callee.value)
    plain = [(_as_list(a, ev, stmt) if pure else None) or _argument(a, ev, stmt) for a in args]
    named = [_keyword(k, ev, stmt) for k in keywords]
    path = core.path_of(node.func) if isinstance(node, gast.Call) else None
    outer = ev.outer(path)
    if outer is not None and outer.value is callee.value:  # else it is of a partial that stands there
        if tree.same(plain, node.args) and tree.same(named, node.keywords):
            return node
        func = node.func
    else:
        func = core.dotted(ev.path_of(callee.value, getattr(callee.value, "__name__", "call")), node)
    return core.place(gast.Call(func, plain, named), node)


def _as_list(node: Any, ev: Evaluator, stmt: Any) -> Any:
    """A list written out for a function that only looks at it."""
    value = ev.known(node) if isinstance(node, gast.Name) else None
    if not isinstance(value, Record) or value.cls is not list:
        return None
    atoms = [expressions.written(part, ev, node) for part in ev.parts(value, node)]
    return ev.atom(core.list_(atoms, node), stmt)


def _frozen(callee: Known, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any) -> Result:
    """A distribution of SciPy's with its parameters."""
    plain = [*args, *(k.value for k in keywords)]
    found = None
    if not any(isinstance(a, gast.Starred) for a in plain):
        words = [(k.arg, _kept(k.value, ev, stmt)) for k in keywords]
        found = frozen.made(callee, [_kept(a, ev, stmt) for a in args], words, node, ev)
    return remaining(callee, args, keywords, node, ev, stmt) if found is None else found


def _partial(args: Sequence[Any], keywords: Sequence[Any], ev: Evaluator, stmt: Any, node: Any) -> Result:
    """`functools.partial(f, a, k=b)`: what is given is kept under names of its own."""
    callee = expressions.evaluate(args[0], ev, stmt)
    if not isinstance(callee, Value):
        raise ev.demote([], "what is called here, only the run can tell", node)
    given = tuple(_kept(a, ev, stmt) for a in args[1:])
    named = tuple((k.arg, _kept(k.value, ev, stmt)) for k in keywords)
    if isinstance(callee, Partial):
        merged = {**dict(callee.keywords), **dict(named)}
        return Partial(callee.callee, (*callee.args, *given), tuple(merged.items()))
    return Partial(callee, given, named)


def _kept(node: Any, ev: Evaluator, stmt: Any) -> str:
    name = ev.fresh(node.id if isinstance(node, gast.Name) else "t")
    ev.bind(name, expressions.evaluate(node, ev, stmt), stmt)
    return name


def outer_atom(value: Any, ev: Evaluator, node: Any, stem: str = "") -> Any:
    """An atom for an object that the text does not name."""
    if isinstance(value, CONSTANTS) or type(value) is float:
        return core.const(value, node)
    return core.load(ev.path_of(value, stem or getattr(value, "__name__", type(value).__name__.lower())), node)
