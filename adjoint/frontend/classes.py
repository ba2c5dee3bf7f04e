"""Classes inside a function: made when it is compiled, and their names stand for them from then on.

    def f(x):                                          def f(x):
        class Spring:                                      return Spring(2.0).energy(x)
            def __init__(self, k): …           ->
        return Spring(2.0).energy(x)

So only classes that would be the same at each call: at the top of the function, of methods and constants, without the
function's variables. `namedtuple(…)` with constants makes a class too. Any other class is left for `check` to refuse.
"""

from __future__ import annotations

import ast
import collections
from collections.abc import Mapping
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

import gast

from adjoint.classes import replace
from adjoint.frontend.resolve import free_names, locals_of
from adjoint.syntax import core


def classes(fn: core.Function) -> core.Function:
    """Leave no class statement that makes the same class at each call: the classes are bindings of the function."""
    if not isinstance(fn.target, FunctionType):
        return fn
    found: dict[str, type] = {}
    body = []
    for stmt in fn.tree.body:
        made = _made(stmt, fn, found)
        if made is None:
            body.append(stmt)
        else:
            found[made.__name__ if isinstance(stmt, gast.ClassDef) else stmt.targets[0].id] = made
    if not found:
        return fn
    bindings = MappingProxyType({**fn.bindings, **found})
    return replace(fn.with_body(body), bindings=bindings, helpers=fn.helpers | frozenset(found))


def _made(stmt: Any, fn: core.Function, before: Mapping[str, type]) -> type | None:
    """The class that a statement makes, None for any other statement, or where it may be another at each call."""
    match stmt:
        case gast.ClassDef() if _is_constant(stmt, fn, before) and _is_bound_once(stmt.name, fn):
            return _class(stmt, fn, before)
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call(func=func, args=args, keywords=keywords)):
            if keywords or not _is_namedtuple(func, fn) or not _is_bound_once(name, fn):
                return None
            if not all(_is_literal(a) or (isinstance(a, gast.List) and all(map(_is_literal, a.elts))) for a in args):
                return None
            given: list[Any] = [ast.literal_eval(gast.gast_to_ast(a)) for a in args]
            return collections.namedtuple(*given, module=fn.target.__module__)
    return None


def _is_namedtuple(func: Any, fn: core.Function) -> bool:
    root, *attributes = (core.path_of(func) or "").split(".")
    value: Any = fn.target.__globals__.get(root)  # type: ignore[union-attr]
    for name in attributes:
        value = getattr(value, name, None)
    return value is collections.namedtuple and root not in locals_of(fn.tree)


def _is_constant(node: Any, fn: core.Function, before: Mapping[str, type]) -> bool:
    """Is this a class of methods and constants that takes nothing from the function around it?"""
    if any(not isinstance(s, (gast.FunctionDef, gast.Pass)) and not _is_plain(s) for s in node.body):
        return False
    outer = (locals_of(fn.tree) - {node.name} - before.keys()) | {*fn.target.__code__.co_freevars}  # type: ignore[union-attr]
    wrapped = core.function_def("_", (), [node])
    return not free_names(wrapped) & (outer | _imported(fn))


def _imported(fn: core.Function) -> set[str]:
    """The names that the function imports itself."""
    imports = [stmt for stmt in core.walk(*fn.tree.body) if isinstance(stmt, (gast.Import, gast.ImportFrom))]
    return {alias.asname or alias.name.partition(".")[0] for stmt in imports for alias in stmt.names}


def _is_plain(stmt: Any) -> bool:
    """A docstring, an annotation, a constant: no object that could change."""
    match stmt:
        case gast.Expr(value=gast.Constant()) | gast.AnnAssign(value=None):
            return True
        case gast.AnnAssign(value=value) | gast.Assign(value=value):
            return _is_literal(value) or isinstance(value, gast.Call) and core.path_of(value.func) in FIELD
    return False


FIELD = ("field", "dataclasses.field")


def _is_literal(node: Any) -> bool:
    if isinstance(node, gast.Tuple):
        return all(map(_is_literal, node.elts))
    return core.is_constant(node) or isinstance(node, gast.Constant)


def _is_bound_once(name: str, fn: core.Function) -> bool:
    """Is the name bound by one statement, and no attribute of it set?"""
    stores = 0
    for node in core.walk(*fn.tree.body):
        if isinstance(node, (gast.ClassDef, gast.FunctionDef)):
            stores += node.name == name
        elif isinstance(node, (gast.Name, gast.Attribute)) and not isinstance(node.ctx, gast.Load):
            stores += (core.path_of(node) or "").partition(".")[0] == name
    return stores == 1 and name not in core.parameters(fn.tree.args)


def _class(node: Any, fn: core.Function, before: Mapping[str, type]) -> type:
    """Run a class statement where the function would, with the classes before it in reach."""
    target: Any = fn.target
    outer: Any = ast.parse(f"def around({', '.join(before)}):\n    def {target.__name__}(): pass").body[0]
    outer.body[0].body = [gast.gast_to_ast(node), ast.Return(ast.Name(node.name, ast.Load()))]
    outer.body.append(ast.Return(ast.Name(target.__name__, ast.Load())))
    # Python compiles a call of what a module holds in another way where it sees that the module was imported.
    modules = [n for n in sorted(free_names(core.function_def("_", (), [node]))) if _is_module(n, target)]
    above = ast.parse(f"if 0: import {', '.join(modules)}").body if modules else []
    module = ast.fix_missing_locations(ast.Module([*above, outer], []))
    space: dict[str, Any] = {}
    exec(compile(module, target.__code__.co_filename, "exec", dont_inherit=True), target.__globals__, space)
    made: type = space["around"](**before)()
    return made


def _is_module(name: str, target: FunctionType) -> bool:
    return isinstance(target.__globals__.get(name), ModuleType)
