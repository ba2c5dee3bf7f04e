"""Imports inside a function: the modules are loaded when it is compiled, and the names stand for them from then on.

    def f(x):                                    def f(x):
        import numpy.linalg as la                    return la.norm(x) * math.tau
        from math import tau              ->
        return la.norm(x) * tau

An import that fails is left as an exception to be raised where it stands; `try: import … except ImportError: …` is
decided: what remains is the `else` block or the handler. A name that is bound by anything else too (`if np is None:
import numpy as np`) stays a variable, bound to the module.
"""

from __future__ import annotations

import builtins
import importlib
from collections.abc import Sequence
from types import MappingProxyType, ModuleType
from typing import Any

import gast

from adjoint.classes import dataclass, field, replace
from adjoint.normalize import tree
from adjoint.syntax import core

IMPORTS = (gast.Import, gast.ImportFrom)


def imports(fn: core.Function) -> core.Function:
    """Leave no `import`: the modules are bindings of the function."""
    if fn.forms.isdisjoint(IMPORTS):
        return fn
    return _Imports(fn).done()


@dataclass(frozen=True)
class _Found:
    """What an import gives a name: a module, or an attribute of one."""

    module: ModuleType
    attribute: str | None = None

    @property
    def value(self) -> Any:
        return self.module if self.attribute is None else getattr(self.module, self.attribute)


@dataclass
class _Imports:
    fn: core.Function
    helpers: dict[str, ModuleType] = field(default_factory=dict)
    rename: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.space = getattr(self.fn.target, "__globals__", {})
        self.namer = core.Namer([*core.all_names(self.fn.tree), *self.space, *vars(builtins)])
        found, bound = self.fn.identifiers
        self.local = found | bound
        self.bound = bound

    def done(self) -> core.Function:
        body = self.block(self.fn.tree.body)
        body = [core.copy(stmt, self.rename) for stmt in body] if self.rename else body
        bindings = MappingProxyType({**self.fn.bindings, **self.helpers})
        fn = replace(self.fn, bindings=bindings, helpers=self.fn.helpers | frozenset(self.helpers))
        return fn.with_body(body)

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)] or [core.pass_(block[0])]

    def statement(self, stmt: Any) -> list[Any]:
        match stmt:
            case gast.Import() | gast.ImportFrom():
                return [new for alias in stmt.names for new in self.alias(alias, stmt)]
            case gast.Try() if all(isinstance(s, IMPORTS) for s in stmt.body) and self.is_decided(stmt):
                return self.attempt(stmt)
            case gast.Match():
                cases = [tree.replace(c, body=self.block(c.body)) for c in stmt.cases]
                return [tree.replace(stmt, cases=cases)]
        return [tree.map_blocks(stmt, self.block)] if isinstance(stmt, tree.COMPOUND) else [stmt]

    # What an import gives

    def alias(self, alias: Any, stmt: Any) -> list[Any]:
        try:
            found = self.load(alias, stmt)
        except Exception as error:  # what the import raises is raised where it stands
            return [_raised(error, stmt)]
        name = _name(alias)
        if "." in name:  # the attribute of what holds names outside
            target = core.dotted(name, stmt)
            target.ctx = gast.Store()
            return [core.place(gast.Assign([target], core.dotted(self.path(found), stmt), None), stmt)]
        if name in self.bound:
            return [core.bind(name, core.dotted(self.path(found), stmt), stmt)]
        path = self.path(found, name)
        if path != name:
            self.rename[name] = core.dotted(path)
        return []

    def load(self, alias: Any, stmt: Any) -> _Found:
        """Import a module, or what is in it, as the statement would."""
        if isinstance(stmt, gast.Import):
            module = importlib.import_module(alias.name)
            return _Found(module if alias.asname else importlib.import_module(alias.name.partition(".")[0]))
        package = self.space.get("__package__") or None
        module = importlib.import_module("." * (stmt.level or 0) + (stmt.module or ""), package)
        if not hasattr(module, alias.name):
            return _Found(importlib.import_module(f"{module.__name__}.{alias.name}"))
        return _Found(module, alias.name)

    def path(self, found: _Found, name: str | None = None) -> str:
        """How the text mentions what was imported: by the name of a module, for which there is a helper if need be."""
        root = next((k for k, module in self.helpers.items() if module is found.module), None)
        if root is None:
            wanted = name if name and found.attribute is None else found.module.__name__.rpartition(".")[2]
            free = wanted == name or wanted not in self.local
            if not (free and self.space.get(wanted, found.module) is found.module):
                wanted = self.namer.fresh(wanted)
            root = wanted
            if self.space.get(root) is not found.module:
                self.helpers[root] = found.module
        return root if found.attribute is None else f"{root}.{found.attribute}"

    # `try: import …`

    def is_decided(self, stmt: Any) -> bool:
        """True where each handler says by its type whether it takes a failed import."""
        return all(h.type is None or _classes(h.type) is not None for h in stmt.handlers)

    def attempt(self, stmt: Any) -> list[Any]:
        error = self.failure(stmt)
        if error is None:
            return [*self.block(stmt.body), *self.optional(stmt.orelse), *self.optional(stmt.finalbody)]
        for handler in stmt.handlers:
            if handler.type is None or isinstance(error, _classes(handler.type) or ()):
                named = [] if handler.name is None else [core.bind(handler.name.id, _new(error, stmt), stmt)]
                return [*named, *self.block(handler.body), *self.optional(stmt.finalbody)]
        return [_raised(error, stmt)]

    def failure(self, stmt: Any) -> Exception | None:
        for imported in stmt.body:
            for alias in imported.names:
                try:
                    self.load(alias, imported)
                except Exception as error:  # the handlers decide
                    return error
        return None

    def optional(self, block: Sequence[Any]) -> list[Any]:
        return self.block(block) if block else []


def _name(alias: Any) -> str:
    """The name that `import a.b` or `import a.b as c` binds."""
    return str(alias.asname or alias.name.partition(".")[0])


def _classes(node: Any) -> tuple[type, ...] | None:
    """The exceptions that a handler names, None where one is not known to every Python."""
    nodes = node.elts if isinstance(node, gast.Tuple) else [node]
    found: list[Any] = [getattr(builtins, core.path_of(n) or "", None) for n in nodes]
    return tuple(found) if all(isinstance(cls, type) for cls in found) else None


def _new(error: Exception, at: Any) -> Any:
    kind = type(error).__name__ if hasattr(builtins, type(error).__name__) else "ImportError"
    return core.call(kind, core.const(str(error)), at=at)


def _raised(error: Exception, at: Any) -> Any:
    return core.place(gast.Raise(_new(error, at), None), at)
