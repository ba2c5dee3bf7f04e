"""Decide what each free name of a generated text stands for: the user's cell or global, a builtin, or a helper.

    >>> import math
    >>> from adjoint.syntax import core
    >>> def f(x):
    ...     return math.exp(x)
    >>> tree, origin = core.function_def("f_grad", [], []), core.Origin("model.py", 1, (), "f")
    >>> scope_of({"math", "add", "len"}, core.Function(tree, origin, f, {"math": math, "add": max})).helpers
    {'add': <built-in function max>}

User's names stay live: only helpers are held by value.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Iterable, Iterator, Mapping
from types import CellType, CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from adjoint.classes import dataclass
from adjoint.errors import InternalError

if TYPE_CHECKING:
    from adjoint.syntax import core

MISSING = object()
# Passes write these without asking what the user's module calls so: `differentiate.reserved` keeps the names free.
RESERVED = {"range": range, "len": len, "slice": slice}


@dataclass(frozen=True)
class Scope:
    """Where a text finds its free names; those in neither mapping are global or builtin."""

    globals: dict[str, Any]
    cells: Mapping[str, CellType]
    helpers: Mapping[str, Any]


def scope_of(names: Iterable[str], fn: core.Function, text: str = "") -> Scope:
    """Find the cell or the helper for each free name that needs one.

    Raises:
        InternalError: if the target reads a global that the name is not bound to: the text may mean either.
    """
    target = getattr(fn.target, "__func__", fn.target)
    known = {**RESERVED, **fn.bindings}
    bound = {name: known[name] for name in sorted(names) if name in known}
    if not isinstance(target, FunctionType):
        scope = {"__builtins__": builtins, "__name__": "adjoint.generated"}
        return Scope(scope, {}, {k: v for k, v in bound.items() if vars(builtins).get(k, MISSING) is not v})
    free = dict(zip(target.__code__.co_freevars, target.__closure__ or ()))
    cells = {name: free[name] for name in sorted(names) if name in free and name not in RESERVED}
    helpers = {k: v for k, v in bound.items() if k not in cells and not _is_users(k, v, target, text)}
    return Scope(target.__globals__, cells, helpers)


def needs_no_cells(text: str, fn: core.Function) -> bool:
    """Is all that a text may mention what the target's module says, so that nobody need look closer?

    Words of the text are asked for, free names or not: where one of them is in doubt, the answer is no.
    """
    target = getattr(fn.target, "__func__", fn.target)
    if not isinstance(target, FunctionType) or fn.tree.name in text.removeprefix(f"def {fn.tree.name}("):
        return False
    scope, around = target.__globals__, getattr(target, "__builtins__", vars(builtins))
    known = {**RESERVED, **fn.bindings}
    return not any(cell in text for cell in target.__code__.co_freevars) and all(
        scope.get(word, around.get(word, MISSING)) is value
        for word, value in known.items()
        if "." not in word and word in text
    )


def _is_users(name: str, bound: Any, target: FunctionType, text: str) -> bool:
    """Whether this name is to be looked up in the target's module, as the target does itself."""
    known = getattr(target, "__builtins__", vars(builtins))
    current = target.__globals__.get(name, known.get(name, MISSING))
    if current is bound:
        return True
    if bound is vars(builtins).get(name, MISSING):
        return False  # what passes write where they need a builtin never means the user's
    if not _reads_global(target.__code__, name):
        return False
    # Helpers are functions or modules: other data is the user's, rebound (or deleted) since the function was read.
    if current is MISSING or not (callable(bound) or isinstance(bound, ModuleType)):
        return True
    raise InternalError("link", f"`{name}` is a global of the user's and a different helper", text)


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and those of the functions defined in it."""
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from codes(const)


def _reads_global(code: CodeType, name: str) -> bool:
    return any(
        name in inner.co_names
        and any(i.opname in ("LOAD_GLOBAL", "LOAD_NAME") and i.argval == name for i in dis.get_instructions(inner))
        for inner in codes(code)
    )
