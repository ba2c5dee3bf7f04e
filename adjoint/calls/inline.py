"""Write the bodies of the user's functions into their callers.

    def helper(u, k):                  y = helper(x, 2)             t = x * 2
        t = u * k              and                          ->      y = np.sin(t)
        return np.sin(t)

Every local name of the callee gets a fresh name; a parameter that is not bound anew is replaced by its argument. A name
that the callee takes from its own module or closure stays the same where it means the same in the caller, else
the object itself is given a name. Recursive calls stay calls.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import FunctionType, MappingProxyType
from typing import Any, TypeGuard

import gast
import numpy as np

from adjoint.analysis.odd_arrays import makes_odd
from adjoint.calls.arguments import matched
from adjoint.calls.higher_order import without_higher_order
from adjoint.errors import UnsupportedSyntax, problem_at, raise_problems
from adjoint.guards import Guard, guards_of
from adjoint.rules import registry
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.traverse import changed

Reader = Callable[[FunctionType], core.Function]


@dataclass
class Inlined:
    """A function without calls that could be inlined, and everything that this relies on."""

    fn: core.Function
    guards: tuple[Guard, ...]


@dataclass
class _Caller:
    fn: core.Function
    read: Reader
    namer: core.Namer
    bindings: dict[str, Any]
    active: tuple[FunctionType, ...]
    guards: list[Guard]
    temps: set[str] = field(default_factory=set)
    nested: dict[str, Any] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)  # the nested functions being written out around this place
    known: Mapping[str, Any] = field(default_factory=dict)
    passed: frozenset[str] | None = None  # only calls of these nested functions are left to be written out


def inline(
    fn: core.Function,
    read: Reader,
    active: tuple[FunctionType, ...] = (),
    known: Mapping[str, Any] = MappingProxyType({}),
) -> Inlined:
    """Inline the calls in a Core function; `read` brings a callee into Core form.

    `active` are the functions being inlined around this one; `known` are functions that local names stand for
    (arguments of the call that is compiled, generated gradients).
    """
    fn = without_higher_order(fn)
    namer = fn.namer()
    around = (*active, fn.target) if isinstance(fn.target, FunctionType) else active
    caller = _Caller(fn, read, namer, dict(fn.bindings), around, [], known=known)
    caller.nested = {s.name: s for s in core.statements(fn.tree.body) if isinstance(s, gast.FunctionDef)}
    body = _block(_by_first_name(fn.tree.body, caller), caller)
    body = _without_unused(body)
    _refuse_sharing(body, fn)
    new = fn.with_body(body, bindings=MappingProxyType(caller.bindings), temps=fn.temps | frozenset(caller.temps))
    return Inlined(new, tuple(caller.guards))


def _refuse_sharing(body: list[Any], fn: core.Function) -> None:
    """Refuse functions that are left, called by others, and bind names of the function around them."""
    problems = [
        problem_at(
            stmt,
            f"`{stmt.name}` binds names of the function around it, and it is not known when it is called",
            "Call it by its name, or return the new values and assign them where it is called.",
        )
        for stmt in core.statements(body)
        if isinstance(stmt, gast.FunctionDef) and any(isinstance(s, core.Shared) for s in stmt.body)
    ]
    if problems:
        raise_problems(UnsupportedSyntax, problems, fn.origin)


def is_users(value: Any) -> TypeGuard[FunctionType]:
    """Is this a Python function of the user's, without a rule?"""
    if not isinstance(value, FunctionType) or value.__module__ == arrays.__name__ or makes_odd(value):
        return False
    return registry.rule_of(value) is None and not registry.is_constant(value)


def _by_first_name(body: list[Any], caller: _Caller) -> list[Any]:
    """Leave out `g = h` of a nested function `h`, where each is bound once: `g` is that function too."""
    if not caller.nested:
        return body
    bound = Counter(n for s in core.statements(body) for n in core.names_bound(s))
    gone = set()
    for stmt in core.statements(body):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Name(id=source)) if source in caller.nested:
                if bound[name] == bound[source] == 1:
                    caller.nested[name] = caller.nested[source]
                    gone.add(stmt)
    return _without(gone, body) if gone else body


def _block(block: list[Any], caller: _Caller) -> list[Any]:
    result: list[Any] = []
    for stmt in block:
        match stmt:
            case gast.If():
                stmt = core.if_(stmt.test, _block(stmt.body, caller), _block(stmt.orelse, caller), at=stmt)
            case gast.For():
                body = _block(stmt.body, caller)
                stmt = core.place(gast.For(stmt.target, stmt.iter, body, [], None), stmt)
            case gast.While():
                stmt = core.while_(stmt.test, _block(stmt.body, caller), at=stmt)
            case gast.With() | core.Attempt():
                stmt = changed(stmt, body=_block(stmt.body, caller))
        expansion = _expanded(stmt, caller) if isinstance(stmt, (gast.Assign, gast.Expr)) else None
        result += [stmt] if expansion is None else expansion
    return result


def _expanded(stmt: Any, caller: _Caller) -> list[Any] | None:
    """The statements of an inlined call; None where the statement is no call of a function that can be inlined."""
    call = stmt.value
    if not isinstance(call, gast.Call):
        return None
    path = core.path_of(call.func)
    if path in caller.nested and (caller.passed is None or path in caller.passed):
        return _nested_call(stmt, call, caller.nested[path], replace(caller, passed=None))
    if caller.passed is not None:
        return None
    callee = caller.known.get(path or "", caller.bindings.get(path or ""))
    if callee is None and (callee := _method(path, caller)) is not None:
        receiver = call.func.value
        call = core.place(gast.Call(load(path or ""), [receiver, *call.args], call.keywords), call)
    if not is_users(callee):
        return None
    if callee in caller.active:
        return [_all_positional(stmt, call, callee, caller)]
    inner = inline(caller.read(callee), caller.read, caller.active, _known_of_arguments(callee, call, caller))
    caller.guards += inner.guards
    caller.guards += guards_of(caller.read(callee), callee, lambda p, v: _is_foreign(p, v, callee, caller))
    rename = {root: _outer_name(root, inner.fn, callee, caller) for root in _outer_roots(inner.fn)}
    for name, value in inner.fn.bindings.items():
        root, _, rest = name.partition(".")
        caller.bindings.setdefault(f"{rename.get(root, root)}.{rest}" if rest else rename.get(root, root), value)
    defaults = _default_values(callee, caller)
    body = _body(stmt, call, inner.fn, rename, defaults, caller)
    given = [*call.args, *(k.value for k in call.keywords)]
    passed = frozenset(a.id for a in given if core.is_name(a) and a.id in caller.nested)
    return _block(body, replace(caller, passed=passed)) if passed else body


def _known_of_arguments(callee: FunctionType, call: Any, caller: _Caller) -> dict[str, Any]:
    """What is known of the callee's parameters: the classes of objects, and the functions, that are passed on."""
    names = callee.__code__.co_varnames[: callee.__code__.co_argcount]
    pairs = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    known: dict[str, Any] = {}
    for name, argument in pairs:
        if core.is_name(argument):
            value = caller.known.get(argument.id, caller.bindings.get(argument.id))
            if isinstance(value, (type, FunctionType)):
                known[name] = value
    return known


def _method(path: str | None, caller: _Caller) -> FunctionType | None:
    """The function behind `self.energy`, where the receiver's class is known and found by its name in its module."""
    name, _, attribute = (path or "").partition(".")
    cls: Any = caller.known.get(name)
    if not isinstance(cls, type) or not attribute or "." in attribute:
        return None
    title = cls.__name__
    found: Any = inspect.getattr_static(cls, attribute, None)
    if not isinstance(found, FunctionType) or found.__globals__.get(title) is not cls:
        return None
    caller.guards.append(Guard(f"{title}.{attribute}", found, found))
    return found


def _all_positional(stmt: Any, call: Any, callee: FunctionType, caller: _Caller) -> Any:
    """A recursive call with every argument in its place, so that its kinds can be told by position."""
    given = matched(call, caller.read(callee).tree, _default_values(callee, caller), caller.fn.origin)
    new = core.place(gast.Call(call.func, list(given.values()), []), call)
    if isinstance(stmt, gast.Expr):
        return core.effect(new, at=stmt)
    return core.place(gast.Assign(stmt.targets, new, None), stmt)


def _nested_call(stmt: Any, call: Any, definition: Any, caller: _Caller) -> list[Any] | None:
    """A call of a function defined inside the caller: its free names are the caller's."""
    if definition.name in caller.open:
        return None
    positional = [n.id for n in (*definition.args.posonlyargs, *definition.args.args)]
    defaults = dict(zip(positional[len(positional) - len(definition.args.defaults) :], definition.args.defaults))
    keyword_only = zip(definition.args.kwonlyargs, definition.args.kw_defaults)
    defaults.update({n.id: d for n, d in keyword_only if d is not None})
    inner = replace(caller.fn, tree=definition)
    caller.open.append(definition.name)
    result = _block(_body(stmt, call, inner, {}, defaults, caller), caller)
    caller.open.pop()
    return result


def _outer_roots(fn: core.Function) -> list[str]:
    """The free names of a Core function, as far as they stand for something."""
    bound = set(fn.params).union(*(core.names_bound(s) for s in core.statements(fn.tree.body)))
    used = core.all_names(gast.Module(fn.tree.body, []))
    return sorted({p.partition(".")[0] for p in fn.bindings} & (used - bound))


def _outer_name(root: str, fn: core.Function, callee: FunctionType, caller: _Caller) -> str:
    """The name in the caller of what the callee calls `root`."""
    value = fn.bindings[root]
    same_place = not _is_foreign(root, value, callee, caller)
    if root in caller.bindings:
        if caller.bindings[root] is value and same_place:
            return root
    elif root not in caller.namer.taken and same_place:
        caller.namer.taken.add(root)
        return root
    for known, bound in caller.bindings.items():
        if bound is value and "." not in known and not _is_data(value):
            return known
    return caller.namer.fresh(root)


def _is_foreign(path: str, value: Any, callee: FunctionType, caller: _Caller) -> bool:
    """Would the caller's text find something else, now or later, under the callee's name?"""
    root = path.partition(".")[0]
    target = caller.fn.target
    if target is None:
        return _is_data(value)
    if root in callee.__code__.co_freevars or root in target.__code__.co_freevars:
        cells = dict(zip(target.__code__.co_freevars, target.__closure__ or ()))
        own = dict(zip(callee.__code__.co_freevars, callee.__closure__ or ()))
        return root not in cells or root not in own or cells[root] is not own[root]
    return callee.__globals__ is not target.__globals__


def _is_data(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic, np.ndarray, list, tuple, dict))


def _default_values(callee: FunctionType, caller: _Caller) -> dict[str, Any]:
    """Expressions for the default values: constants as they are, anything else by a name of its own."""
    code = callee.__code__
    values = callee.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(values) : code.co_argcount]
    found = {**dict(zip(names, values)), **(callee.__kwdefaults__ or {})}
    return {name: _value_expression(name, value, caller) for name, value in found.items()}


def _value_expression(name: str, value: Any, caller: _Caller) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return core.const(value)
    fresh = caller.namer.fresh(name)
    caller.bindings[fresh] = value
    return load(fresh)


def _body(
    stmt: Any, call: Any, inner: core.Function, rename: Mapping[str, str], defaults: Mapping[str, Any], caller: _Caller
) -> list[Any]:
    """The callee's statements with names of their own, and the bind of the result."""
    given = matched(call, inner.tree, defaults, caller.fn.origin)
    definitions = [s for s in core.statements(inner.tree.body) if isinstance(s, gast.FunctionDef)]
    bound = set(core.own_binds(inner.tree)).union(*(core.shared_names(d.body) & set(given) for d in definitions))
    kept = {n for d in caller.nested.values() for n in core.shared_names(d.body)} if caller.nested else set()
    names: dict[str, Any] = dict(rename)
    result: list[Any] = []
    for param, argument in given.items():
        if definitions and not (core.is_name(argument) and argument.id in (caller.nested.keys() | caller.known.keys())):
            bound.add(param)  # a function inside sees this parameter, and may have names of its own like the argument
        elif core.is_name(argument) and argument.id in kept:
            bound.add(param)  # what the function calls may bind that name anew
        if param in bound or not (core.is_name(argument) or isinstance(argument, gast.Constant)):
            names[param] = _local(param, caller)
            result.append(core.bind(names[param], core.copy(argument), at=stmt))
        elif isinstance(argument, gast.Constant) and _needs_name(param, inner):
            names[param] = _local(param, caller)
            result.append(core.bind(names[param], core.copy(argument), at=stmt))
        else:
            names[param] = argument
    for name in sorted(bound):
        names.setdefault(name, _local(name, caller))
        if name in given and not isinstance(names[name], str):
            names[name] = _local(name, caller)
    *body, last = inner.tree.body
    written = [_moved(core.copy(s, names), stmt) for s in body if not isinstance(s, core.Shared)]
    caller.nested.update({s.name: s for s in core.statements(written) if isinstance(s, gast.FunctionDef)})
    result += written
    return result + _results(stmt, core.copy(last.value, names), caller)


def _local(name: str, caller: _Caller) -> str:
    fresh = caller.namer.fresh(name)
    caller.temps.add(fresh)
    return fresh


def _needs_name(param: str, inner: core.Function) -> bool:
    """Is the parameter used where a constant may not stand: indexed, called upon, in a store?"""
    for stmt in core.statements(inner.tree.body):
        for node in core.walk(stmt):
            match node:
                case gast.Subscript(value=gast.Name(id=name)) | gast.Attribute(value=gast.Name(id=name)):
                    if name == param:
                        return True
                case gast.Call(func=gast.Name(id=name)) if name == param:
                    return True
    return False


def _moved(tree: Any, at: Any) -> Any:
    """A copied statement placed at the call: comments and messages speak of the caller's line."""
    for node in core.walk(tree):
        if isinstance(node, gast.stmt):
            core.place(node, at)
        elif isinstance(node, gast.expr):
            core.place(node, at.value if hasattr(at, "value") else at)
    return tree


def _results(stmt: Any, value: Any, caller: _Caller) -> list[Any]:
    """Bind what the callee returns to the call's targets."""
    if isinstance(stmt, gast.Expr):
        return []
    target = stmt.targets[0]
    if not isinstance(target, gast.Tuple):
        return [core.place(gast.Assign([core.copy(target)], value, None), stmt)]
    names = [t.id for t in target.elts]
    if not isinstance(value, gast.Tuple) or len(value.elts) != len(names):
        return [core.bind_several(names, value, at=stmt)]
    if not (core.names_read(value) & set(names)):
        return [core.bind(n, v, at=stmt) for n, v in zip(names, value.elts, strict=True)]
    temps = [_local("t", caller) for _ in names]
    first = [core.bind(t, v, at=stmt) for t, v in zip(temps, value.elts, strict=True)]
    return [*first, *(core.bind(n, load(t), at=stmt) for n, t in zip(names, temps, strict=True))]


def _without_unused(body: list[Any]) -> list[Any]:
    """Drop nested functions that nothing mentions any more."""
    used = {n for s in core.statements(body) if not isinstance(s, gast.FunctionDef) for n in core.names_read(s)}
    inside = {
        n
        for s in core.statements(body)
        if isinstance(s, gast.FunctionDef)
        for n in core.all_names(gast.Module(s.body, []))
    }
    mentioned = used | inside
    unused = {s for s in core.statements(body) if isinstance(s, gast.FunctionDef) and s.name not in mentioned}
    # What only those mention is not used either.
    return _without_unused(_without(unused, body)) if unused else body


def _without(gone: set[Any], block: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for stmt in block:
        match stmt:
            case gast.If():
                body = _without(gone, stmt.body) or [core.pass_(stmt)]
                kept.append(core.if_(stmt.test, body, _without(gone, stmt.orelse), at=stmt))
            case gast.For():
                body = _without(gone, stmt.body) or [core.pass_(stmt)]
                kept.append(core.place(gast.For(stmt.target, stmt.iter, body, [], None), stmt))
            case gast.While():
                kept.append(core.while_(stmt.test, _without(gone, stmt.body) or [core.pass_(stmt)], at=stmt))
            case gast.With() | core.Attempt():
                body = _without(gone, stmt.body) or [core.pass_(stmt)]
                kept.append(changed(stmt, body=body))
            case _ if stmt not in gone:
                kept.append(stmt)
    return kept
