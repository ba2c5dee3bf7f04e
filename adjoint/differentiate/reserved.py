"""Let `range`, `len` and `slice` mean the builtins, and `_` nothing: passes write and recognise them by name.

    >>> import gast
    >>> from adjoint.emit.printer import to_source
    >>> text = "def f(len, n):\\n    for range in loop(n):\\n        len = len * range\\n    return len"
    >>> tree, origin = gast.parse(text).body[0], core.Origin("model.py", 1, (), "f")
    >>> fn, names = reserved(core.Function(tree, origin, None, {"loop": range}))
    >>> print(to_source(fn.tree))
    def f(len_, n):
        for range_ in range(n):
            len_ = len_ * range_
        return len_
    >>> names["len"]
    'len_'

A user's variable or global of such a name gets an underscore in the generated text; a builtin that the
user's module knows under another name gets its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType, MappingProxyType
from typing import Any

import gast

from adjoint.classes import replace
from adjoint.emit.names import RESERVED
from adjoint.guards import Guard
from adjoint.syntax import core
from adjoint.tidy.rename import renamed


def reserved(fn: core.Function) -> tuple[core.Function, Mapping[str, str]]:
    """The function with other names for what is called like a builtin and is none, and the names that are new."""
    taken = fn._names.intersection(RESERVED)
    others = [name for name in sorted(taken) if fn.bindings.get(name) is not RESERVED[name]]
    others += ["_"] if "_" in fn._names and _is_read(fn) else []
    aliases = {path: name for path, value in fn.bindings.items() for name in RESERVED if value is RESERVED[name]}
    aliases = {path: name for path, name in aliases.items() if path != name and "." not in path}
    if not others and not aliases:
        return fn, {}
    namer = fn.namer()
    new = {**{name: namer.fresh(f"{name}_") for name in others}, **aliases}
    bindings = {**{_path(path, new): value for path, value in fn.bindings.items()}, **RESERVED}
    tree: Any = renamed(fn.tree, new)
    if tree.name != fn.tree.name:  # the function's own name stays
        tree = core.place(type(tree)(fn.tree.name, tree.args, tree.body, [], None, None, []), fn.tree)
    temps = frozenset(new.get(name, name) for name in fn.temps)
    helpers = frozenset(_path(path, new) for path in fn.helpers)
    return replace(fn, tree=tree, bindings=MappingProxyType(bindings), temps=temps, helpers=helpers), new


def _is_read(fn: core.Function) -> bool:
    """True where `_` has a meaning for the user: passes write it where a value goes unread."""
    reads = (n for n in core.walk(fn.tree) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load))
    return "_" in fn.params or any(n.id == "_" for n in reads)


def guards_of_reserved(fn: core.Function, target: FunctionType, texts: Iterable[str]) -> Iterator[Guard]:
    """What must hold for the builtins in generated texts: none of the user's globals comes to hide them.

    Where the user's function reads a global of such a name, its value is part of the text: it must be the very same.
    """
    scope = target.__globals__
    for name in (*RESERVED, "_"):
        if name in fn.bindings and fn.bindings[name] is not RESERVED.get(name):
            yield Guard(name, fn.bindings[name], target, exact=True)
    for name in RESERVED:
        if name not in fn.bindings and name not in scope and any(f"{name}(" in text for text in texts):
            yield Guard(name, RESERVED[name], target)


def _path(path: str, new: Mapping[str, str]) -> str:
    root, dot, rest = path.partition(".")
    return new.get(root, root) + dot + rest
