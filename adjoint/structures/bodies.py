"""Write the body of a function into its caller, statement by statement, and say what it returns.

    def helper(u, k):                  y = helper(x, 2)             t = x * 2
        t = u * k              and                          ->      y = np.sin(t)
        return np.sin(t)

Every local name of the callee gets a fresh name; a parameter that is not bound anew is replaced by its argument. A name
that the callee takes from its own module or closure stays the same where it means the same in the caller, else
the object itself is given a name. Recursive calls stay calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

import gast

from adjoint.analysis.kinds import Array, ListOf, Number
from adjoint.calls.arguments import matched
from adjoint.calls.lifting import Lifted
from adjoint.calls.outer import default_values, is_foreign, outer_names
from adjoint.guards import guards_of
from adjoint.structures import expressions, generators, statements
from adjoint.structures.evaluator import Evaluator, Frame, Result
from adjoint.structures.values import Closure, Generating, Known, Record, Value
from adjoint.syntax import core
from adjoint.syntax.core import load

DEPTH = 16  # of objects in objects whose methods call each other


def function(
    callee: FunctionType, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> Result:
    """Write out a call of a user's function."""
    call = core.place(gast.Call(_name_of(callee, node, ev), list(args), list(keywords)), node)
    if callee in ev.active and not _of_another_object([f for f in ev.frames if f.function is callee], args, ev):
        ev.calls_itself = True
        return _recursive(call, callee, ev, stmt)
    raw = ev.read(callee)
    ev.guards += guards_of(raw, callee, lambda p, v: is_foreign(p, v, callee, ev.fn.target))
    rename = outer_names(raw, callee, ev)
    defaults = default_values(callee, ev)
    given = matched(call, raw.tree, defaults, ev.fn.origin)
    before = ev.active
    ev.active = (*ev.active, callee)
    try:
        if generators.is_generator(raw.tree):
            own = generators.held(given, ev, stmt)
            return Generating(raw.tree, _parameters(raw.tree, own, rename, ev, stmt), callee, ev.depth)
        return _write(raw.tree, given, rename, callee, ev, stmt)
    finally:
        ev.active = before


def _of_another_object(frames: Sequence[Frame], args: Sequence[Any], ev: Evaluator) -> bool:
    """Is a function that calls itself given an object in another one, which is taken apart: a tree of objects ends.

    At its leaves stand None, lists and numbers, of which one is what another holds. `frames` are its calls so far.
    """
    if not frames or len(frames) > DEPTH:
        return False
    names = [a.id if core.is_name(a) else None for a in args]
    around = [_objects(frame.given, ev) for frame in frames]
    objects = _objects(names, ev)
    if not objects:
        given = frames[-1].given
        ends = (_is_none(a, ev) and isinstance(ev.state.env.get(b or ""), Record) for a, b in zip(args, given))
        return any(ends) or any(_is_leaf_of(a, b, ev) for a, b in zip(names, given))
    return any(not any(one is other for others in around for other in others) for one in objects)


def _objects(names: Sequence[str | None], ev: Evaluator) -> list[Record]:
    found = (ev.state.env.get(name or "") for name in names)
    return [value for value in found if isinstance(value, Record)]


def _is_none(node: Any, ev: Evaluator) -> bool:
    """Is this None, the end of a tree or of a chain?"""
    return ev.known(node) == Known(None)


def _is_leaf_of(name: str | None, other: str | None, ev: Evaluator) -> bool:
    """Can this only be a part of what the other is: a number or array of a list, these and lists of an object?"""
    if name is None or other is None:
        return False
    kind, whole = ev.kind_of(core.load(name)), ev.kind_of(core.load(other))
    if isinstance(ev.state.env.get(other), Record):
        return isinstance(kind, (Array, Number, ListOf))
    return isinstance(whole, ListOf) and isinstance(kind, (Array, Number))


def nested(
    callee: Closure, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> Result:
    """Write out a call of a function defined inside the caller: its free names are the caller's."""
    definition = callee.definition
    call = core.place(gast.Call(load(definition.name, node), list(args), list(keywords)), node)
    frames = [f for f in ev.frames if f.definition is definition]
    if any(d is definition for d in ev.open) and not _of_another_object(frames, args, ev):
        ev.calls_itself = True
        return call
    positional = [n.id for n in (*definition.args.posonlyargs, *definition.args.args)]
    defaults = dict(zip(positional[len(positional) - len(definition.args.defaults) :], definition.args.defaults))
    keyword_only = zip(definition.args.kwonlyargs, definition.args.kw_defaults)
    defaults.update({n.id: d for n, d in keyword_only if d is not None})
    given = matched(call, definition, defaults, ev.fn.origin)
    ev.open.append(definition)
    try:
        if generators.is_generator(definition):
            own = generators.held(given, ev, stmt)
            return Generating(definition, _parameters(definition, own, {}, ev, stmt), None, ev.depth)
        return _write(definition, given, {}, None, ev, stmt)
    finally:
        ev.open.pop()


def taken_out(
    callee: Lifted, args: Sequence[Any], keywords: Sequence[Any], node: Any, ev: Evaluator, stmt: Any
) -> Result | None:
    """A recursive function defined inside, given an object that is taken apart; None where the call stays."""
    tree = callee.fn.tree
    frames = [f for f in ev.frames if f.definition is tree]
    known = _of_another_object(frames, args, ev) if frames else any(isinstance(ev.known(a), Record) for a in args)
    if not known or callee.fn.target is not ev.fn.target or keywords or len(args) != len(core.parameters(tree.args)):
        return None
    return _write(tree, dict(zip(core.parameters(tree.args), args)), {}, None, ev, stmt)


def _name_of(callee: FunctionType, node: Any, ev: Evaluator) -> Any:
    path = core.path_of(node.func) if isinstance(node, gast.Call) else None
    if path is not None and ev.bindings.get(path) is callee:
        return core.copy(node.func)
    return core.dotted(ev.path_of(callee, callee.__name__), node)


def _recursive(call: Any, callee: FunctionType, ev: Evaluator, stmt: Any) -> Any:
    """A recursive call with every argument in its place, so that its kinds can be told by position."""
    given = matched(call, ev.read(callee).tree, default_values(callee, ev), ev.fn.origin)
    args = [a if core.is_constant(a) else expressions.expression(a, ev, stmt) for a in given.values()]
    return core.place(gast.Call(call.func, args, []), call)


def _write(
    tree: Any, given: Mapping[str, Any], rename: Mapping[str, str], owner: FunctionType | None, ev: Evaluator, stmt: Any
) -> Result:
    """The statements of a body, and what it returns."""
    names = _parameters(tree, given, rename, ev, stmt)
    params = core.parameters(tree.args)
    first = names.get(params[0]) if params else None
    held: list[Any] = [names.get(param) for param in given]
    atoms = tuple([n if isinstance(n, str) else n.id if core.is_name(n) else None for n in held])
    around = ev.around
    # In loops the same place at each walk; elsewhere each call is one of its own.
    ev.around = (*around, getattr(stmt, "lineno", 0), 0 if ev.depth else len(ev.log))
    ev.frames.append(Frame(owner, first if isinstance(first, str) else getattr(first, "id", None), atoms, tree, names))
    *body, last = tree.body
    for inner in body:
        if isinstance(inner, core.Shared):
            continue
        statements.statement(_moved(ev.copied(inner, names, owner), stmt), ev)
    value = _moved(core.copy(last.value, names), stmt, inside=True)
    result = expressions.evaluate(value, ev, stmt)
    ev.frames.pop()
    ev.around = around
    return result


def _parameters(
    tree: Any, given: Mapping[str, Any], rename: Mapping[str, str], ev: Evaluator, stmt: Any
) -> dict[str, Any]:
    """What each name of the body is called in the caller; the parameters are bound."""
    definitions = [s for s in core.statements(tree.body) if isinstance(s, gast.FunctionDef)]
    bound = set(core.own_binds(tree)).union(*(core.shared_names(d.body) & set(given) for d in definitions))
    # Inside the functions that this one defines, their own names hide the caller's.
    hiding = set[str]().union(*(core.own_binds(d) | {*core.parameters(d.args)} for d in definitions))
    ev.namer.taken |= hiding
    names: dict[str, Any] = {n: _unhidden(new, hiding, ev) for n, new in rename.items()}
    pending: list[tuple[str, Result]] = []
    for param, argument in given.items():
        is_name = core.is_name(argument)
        if is_name and param not in bound and argument.id not in hiding | ev.shared:
            names[param] = argument
        elif isinstance(argument, gast.Constant) and param not in bound and not _needs_name(param, tree):
            names[param] = argument
        else:
            names[param] = ev.fresh(param)
            pending.append((names[param], argument))
    for name, argument in pending:
        result = expressions.evaluate(argument, ev, stmt, name)
        ev.bind(name, core.copy(result) if not isinstance(result, Value) else result, stmt)
    for name in sorted(bound):
        names.setdefault(name, "")
        if not names[name]:
            names[name] = ev.fresh(name)
    return names


def _unhidden(name: str, hiding: set[str], ev: Evaluator) -> str:
    """A name for the same object that no parameter hides."""
    if name not in hiding or name not in ev.bindings:
        return name
    fresh = ev.namer.fresh(name)
    ev.bindings[fresh] = ev.bindings[name]
    return fresh


def _needs_name(param: str, tree: Any) -> bool:
    """Is the parameter used where a constant may not stand: indexed, called upon, in a store?"""
    for stmt in core.statements(tree.body):
        for node in core.walk(stmt):
            match node:
                case gast.Subscript(value=gast.Name(id=name)) | gast.Attribute(value=gast.Name(id=name)):
                    if name == param:
                        return True
                case gast.Call(func=gast.Name(id=name)) if name == param:
                    return True
    return False


def _moved(tree: Any, at: Any, inside: bool = False) -> Any:
    """What is copied, placed at the call: comments and messages speak of the caller's line."""
    value = at.value if hasattr(at, "value") and at.value is not None else at
    for node in core.walk(tree):
        if isinstance(node, gast.stmt):
            core.place(node, at)
        elif isinstance(node, gast.expr):
            core.place(node, value)
    return tree
