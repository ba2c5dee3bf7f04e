"""What a pass knows of the function that it rewrites: names no one has, and builtins under a name that means them.

>>> import gast
>>> from adjoint.syntax import core
>>> origin = core.Origin("model.py", 1, (), "f")
>>> scope = Scope(core.Function(gast.parse("def f(t, len): return t").body[0], origin))
>>> scope.fresh("t"), scope.builtin("range"), scope.builtin("len")
('t_1', 'range', 'len_1')
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from functools import cached_property
from types import MappingProxyType, ModuleType
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.rules import registry
from adjoint.syntax import core

MISSING = object()


class Scope:
    """One pass over one function: what is looked up is worked out when it is first asked for."""

    def __init__(self, fn: core.Function) -> None:
        self.fn = fn
        self.helpers: dict[str, Any] = {}

    @cached_property
    def local(self) -> frozenset[str]:
        """Names that the function (or one nested in it) binds."""
        return self.fn.identifiers[1]

    @cached_property
    def shared(self) -> frozenset[str]:
        """Names that functions inside this one bind: any call of a user's function may."""
        return core.shared_names(self.fn.tree.body)

    def is_read(self, name: str) -> bool:
        """Does anything read a name? `_` in `x, *_ = np.linalg.lstsq(A, b)` is mostly there for the form."""
        return any(n.id == name and not isinstance(n.ctx, gast.Store) for n in self._names)

    @cached_property
    def _names(self) -> list[Any]:
        return [n for n in core.walk(self.fn.tree) if type(n) is gast.Name]

    def rebinds(self, *exprs: Any) -> frozenset[str]:
        """The names that evaluating some expressions may bind."""
        calls = bool(self.shared) and any(isinstance(n, gast.Call) for n in tree.walk(*exprs))
        return tree.bound(*exprs) | (self.shared if calls else frozenset())

    @cached_property
    def _namer(self) -> core.Namer:
        taken, local = self.fn.identifiers
        roots = (path.partition(".")[0] for path in self.fn.bindings)
        return core.Namer([*taken, *local, *roots, *vars(builtins)])

    def fresh(self, stem: str = "t") -> str:
        """A name for an intermediate value."""
        return self._namer.fresh(stem)

    def version(self, name: str) -> str:
        """A name for another value of a variable: the compiler's own where that is."""
        fresh = self._namer.fresh(name)
        if name not in self.fn.temps:
            self._namer.made.discard(fresh)
        return fresh

    def builtin(self, name: str) -> str:
        """A name for the builtin: its own, unless the user has given that to something else."""
        value = getattr(builtins, name)
        if name not in self.local and self.fn.bindings.get(name, value) is value:
            self.helpers.setdefault(name, value)
            return name
        for known, helper in self.helpers.items():
            if helper is value:
                return known
        fresh = self._namer.fresh(name)
        self._namer.made.discard(fresh)
        self.helpers[fresh] = value
        return fresh

    def helper(self, value: Any) -> str:
        """A name for a function of ours, or a module, that the text is to mention."""
        for known, helper in (*self.helpers.items(), *self.fn.bindings.items()):
            if helper is value and "." not in known and known not in self.local:
                return known
        fresh = self._namer.fresh(value.__name__.rpartition(".")[2])
        self._namer.made.discard(fresh)
        self.helpers[fresh] = value
        return fresh

    def call(self, name: str, *args: Any, at: Any) -> Any:
        """A call of a builtin."""
        return core.call(self.builtin(name), *args, at=at)

    def resolved(self, path: str | None) -> Any:
        """What a dotted path stands for, MISSING where that is not known before the run."""
        if path is None or path.partition(".")[0] in self.local:
            return MISSING
        if path in self.fn.bindings:
            return self.fn.bindings[path]
        return self.helpers.get(path, getattr(builtins, path, MISSING))

    def is_global(self, path: str | None) -> bool:
        """True of a dotted path that starts outside the function."""
        return path is not None and path.partition(".")[0] not in self.local

    def is_module(self, path: str | None) -> bool:
        return isinstance(self.resolved(path), ModuleType)

    def is_pure(self, expr: Any) -> bool:
        """True where evaluating the expression changes nothing and runs no function of the user's."""
        return all(self._is_pure(node) for node in tree.walk(expr))

    def has_effect(self, expr: Any) -> bool:
        """True where evaluation may change something: it binds a name, or runs a function of the user's."""
        nodes = (n for n in tree.walk(expr) if isinstance(n, (gast.Call, *EFFECTS)))
        return not all(self._is_pure(node) for node in nodes)

    def _is_pure(self, node: Any) -> bool:
        if isinstance(node, gast.Call):
            primitive = self.resolved(core.path_of(node.func))
            if primitive is not MISSING:
                return registry.is_pure(primitive)
            is_method = isinstance(node.func, gast.Attribute) and not self.is_global(core.path_of(node.func))
            return is_method and node.func.attr in registry.METHODS
        return not isinstance(node, IMPURE)

    def done(self, body: Sequence[Any]) -> core.Function:
        """The function with a new body, and with the names that were made for it."""
        made = self._namer.made if "_namer" in self.__dict__ else frozenset()
        bindings = self.fn.bindings
        if any(name not in bindings for name in self.helpers):
            bindings = MappingProxyType({**bindings, **self.helpers})
        if tree.same(self.fn.tree.body, body) and bindings is self.fn.bindings:
            return self.fn
        helpers = frozenset(name for name, value in self.helpers.items() if vars(builtins).get(name) is not value)
        return self.fn.with_body(body, temps=self.fn.temps | made, bindings=bindings, helpers=self.fn.helpers | helpers)


EFFECTS = (gast.NamedExpr, gast.Await, gast.Yield, gast.YieldFrom)
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
IMPURE = (*EFFECTS, *COMPREHENSIONS, gast.Lambda, gast.Starred)
