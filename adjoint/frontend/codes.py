"""Tell whether a piece of parsed text is what a code object was compiled from.

A file that was edited after its import must not be differentiated in place of what runs, and of several lambdas
on a line only one is meant. Both are decided by compiling the text again and comparing the code:

    >>> f, g = lambda x: x * 2, lambda x: x + 2
    >>> first, second = (n for n in ast.walk(ast.parse("f, g = lambda x: x * 2, lambda x: x + 2"))
    ...                  if isinstance(n, ast.Lambda))
    >>> same_code(g.__code__, first, frozenset()), same_code(g.__code__, second, frozenset())
    (False, True)

A call `os.getcwd()` compiles in one way where the module imports `os`, and in another where it does not: that is
why the names that a module imports are asked for.
"""

from __future__ import annotations
import __future__

import ast
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any

FUTURE = sum(
    getattr(__future__, name).compiler_flag for name in __future__.all_feature_names if name != "barry_as_FLUFL"
)

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def same_code(code: CodeType, node: Definition, imports: frozenset[str]) -> bool:
    """True if `node` compiles to the instructions of `code`."""
    other = _compiled(code, node, imports)
    return other is not None and _key(code) == _key(other)


def same_place(code: CodeType, node: Definition, imports: frozenset[str]) -> bool:
    """True if `node` compiles to the instructions of `code` at the same lines and columns."""
    other = _compiled(code, node, imports)
    return other is not None and list(code.co_positions()) == list(other.co_positions())


def similar_code(code: CodeType, node: Definition, imports: frozenset[str]) -> bool:
    """True if `code` may be `node` after an import hook has put something in (pytest rewrites `assert`)."""
    other = _compiled(code, node, imports)
    return other is not None and _signature(code) == _signature(other) and _words(other) <= _words(code)


def guessed_imports(fn: FunctionType) -> frozenset[str]:
    """The names in a function that its module seems to import, as far as what they stand for tells."""
    scope, found = fn.__globals__, set()
    for name in filter(str.isidentifier, words(fn.__code__)):  # pytest has names like @pytest_ar
        value = scope.get(name)
        if isinstance(value, ModuleType) or (
            isinstance(value, (type, FunctionType)) and value.__module__ != scope.get("__name__")
        ):
            found.add(name)
    return frozenset(found)


def imports_of(module: ast.Module) -> frozenset[str]:
    """The names that a module imports, wherever in its own body.

    >>> sorted(imports_of(ast.parse("import a.b, c as d\\nif d:\\n    from e import f\\ndef g(): import h")))
    ['a', 'd', 'f']
    """
    found: set[str] = set()
    todo: list[ast.AST] = [module]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*")
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            todo.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def words(code: CodeType) -> set[str]:
    """All names in a code object and those inside it."""
    inner = (words(const) for const in code.co_consts if isinstance(const, CodeType))
    return {*code.co_names, *code.co_varnames, *code.co_cellvars, *code.co_freevars}.union(*inner)


@contextmanager
def quiet() -> Iterator[None]:
    """Silence warnings: what the user's text warns of was said when it was first compiled."""
    with _silence.lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _Silence:
    """The filters of warnings are one list for all threads: only one at a time may change and restore them."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.lock = threading.Lock()


_silence = _Silence()
if hasattr(os, "register_at_fork"):  # another thread may hold the lock at a fork: the child would wait for ever
    os.register_at_fork(after_in_child=_silence.renew)


def enclosing_class(code: CodeType) -> str | None:
    """The innermost class in whose body the text of `code` stands: there `__name` is mangled."""
    parts = code.co_qualname.split(".")
    for name, inner in zip(parts[-2::-1], parts[:0:-1], strict=True):
        if "<locals>" not in (name, inner) and name.isidentifier():  # not a comprehension
            return name
    return None


def _compiled(code: CodeType, node: Definition, imports: frozenset[str]) -> CodeType | None:
    """Compile `node` where its free variables and its class are what they are for `code`."""
    stmt = ast.Expr(node, **_position(node)) if isinstance(node, ast.Lambda) else node
    body: list[ast.stmt] = [stmt]
    name = enclosing_class(code)
    if name is not None:
        body = [ast.ClassDef(name, [], [], body, [], **_position(node), **_type_params())]
    # Parameters of a function around it make the free variables free again; all else that it mentions is global.
    own = {n for n in (name, getattr(node, "name", None)) if n and n not in code.co_freevars}
    outer = ast.parse(f"def outer({', '.join(code.co_freevars)}): {_global(own)}").body[0]
    assert isinstance(outer, ast.FunctionDef)
    outer.body += body
    above = ast.parse(f"import {', '.join(sorted(imports))}").body if imports else []
    flags = code.co_flags & FUTURE
    with quiet():
        module = compile(ast.Module([*above, outer], []), code.co_filename, "exec", flags, dont_inherit=True)
    found = [c for c in _codes(module, 2 if name is None else 3) if c.co_firstlineno == code.co_firstlineno]
    # Lambdas among the defaults and decorators come before the function that they are for.
    return next((c for c in reversed(found) if c.co_name == code.co_name), None)


def _global(names: set[str]) -> str:
    return f"global {', '.join(sorted(names))}" if names else "pass"


def _codes(code: CodeType, depth: int) -> Iterator[CodeType]:
    """The code objects so many levels inside `code`, not counting the scopes of type parameters."""
    for const in code.co_consts:
        if isinstance(const, CodeType):
            level = depth if const.co_name.startswith("<generic parameters") else depth - 1
            if level == 0:
                yield const
            else:
                yield from _codes(const, level)


def _key(code: CodeType) -> tuple[Any, ...]:
    """What makes two code objects do the same: not where they stand, nor how they are called."""
    return (code.co_code, code.co_names, *_signature(code), tuple(map(_constant, code.co_consts)))


def _constant(value: Any) -> Any:
    if isinstance(value, CodeType):
        return _key(value)
    # The text keeps 1, 1.0 and True apart, and -0.0 and 0.0; a set's text depends on its history.
    return value if isinstance(value, frozenset) else repr(value)


def _signature(code: CodeType) -> tuple[Any, ...]:
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_argcount, code.co_posonlyargcount, code.co_varnames[:count], code.co_freevars


def _words(code: CodeType) -> set[str]:
    numbers = {repr(c) for c in code.co_consts if isinstance(c, (int, float, complex))}
    return {*code.co_names, *code.co_varnames, *numbers}


def _position(node: Definition) -> dict[str, Any]:
    return {name: getattr(node, name) for name in node._attributes}


def _type_params() -> dict[str, Any]:
    return {"type_params": []} if "type_params" in ast.ClassDef._fields else {}
