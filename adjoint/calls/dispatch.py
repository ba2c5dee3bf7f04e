"""Calls of which only the run can tell what is called: each becomes one of the helpers that find it out.

    y = op(x, 2)                y, y_record = call_forward(op, (0,), x, 2)
    s = y.sum()          ->     s, s_record = method_forward("sum", (0,), y)
    log(x)                      call_forward(log, (), x)

The tuple says by which arguments the result is differentiated. Where arguments or result are changed in place, the
helpers' sisters `call_apart` and so on are called: they see that no memory is shared.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from types import FunctionType, MappingProxyType, MethodType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.alias import Classes
from adjoint.analysis.callees import callee_of
from adjoint.analysis.kinds import Array, Kind, ListOf, Number, TupleOf
from adjoint.analysis.unknown import is_unknown, matters
from adjoint.classes import dataclass, field, replace
from adjoint.differentiate.prepare import mapped
from adjoint.rules import registry
from adjoint.rules.methods import is_fact
from adjoint.runtime import dispatch
from adjoint.runtime.objects import is_object, package_of
from adjoint.runtime.outside import HOLDERS, described
from adjoint.runtime.shapes import array_fact
from adjoint.runtime.watching import Watching
from adjoint.syntax import core
from adjoint.syntax.core import load


def dispatched(
    fn: core.Function,
    kinds: Mapping[str, Kind],
    active: frozenset[str],
    varied: frozenset[str],
    classes: Classes,
    known: frozenset[str],
) -> core.Function:
    """Let the calls of a Core function that nothing is known of be resolved when it runs.

    `known` are the paths of calls that are handled elsewhere.
    """
    calls = _Calls(fn, kinds, active, varied, classes, known, fn.namer())
    body = mapped(fn.tree.body, calls.changed)
    if not calls.helpers:
        return fn
    bindings = {**fn.bindings, **calls.helpers}
    return fn.with_body(body, bindings=MappingProxyType(bindings), temps=fn.temps | calls.namer.made)


def watched(fn: core.Function, hidden: Sequence[str]) -> core.Function:
    """Let the helpers in a generated function watch what it relies on outside; `hidden` is what it puts values into."""
    helpers = {n: v for n, v in fn.bindings.items() if any(v is f for f in (*dispatch.FORWARD, *dispatch.PUSHING))}
    outside = {n: v for n, v in fn.bindings.items() if isinstance(v, (list, dict, set, *HOLDERS)) or is_object(v)}
    if not helpers or not outside:
        return fn
    apart = tuple(v for n, v in outside.items() if n in fn.apart)
    live = tuple(v for n, v in outside.items() if n not in fn.apart)
    put = tuple((described(n, outside[n]), outside[n]) for n in hidden if n in outside)
    new = {n: Watching(v, apart, live, put) for n, v in helpers.items()}
    return replace(fn, bindings=MappingProxyType({**fn.bindings, **new}))


def resolvable(primitive: Any) -> bool:
    """Is this object, known now, one that stands for a function of the user's? Classes are not."""
    if isinstance(primitive, type) or registry.draws(primitive) or registry.refusal_of(primitive) is not None:
        return False
    if getattr(primitive, "__module__", "") == dispatch.__name__ and primitive not in (
        dispatch.reverse_of,
        *dispatch.PUSHING,
    ):
        return False  # the text is a gradient's
    if isinstance(primitive, (FunctionType, functools.partial)):
        return True
    if isinstance(primitive, MethodType):
        return isinstance(primitive.__func__, FunctionType)
    cls: Any = type(primitive)
    if cls.__name__ == "_lru_cache_wrapper" or package_of(cls) == "numba":
        return True
    own = package_of(cls) not in ("numpy", "scipy", "builtins")
    return own and isinstance(getattr(cls, "__call__", None), FunctionType)  # noqa: B004


@dataclass
class _Calls:
    fn: core.Function
    kinds: Mapping[str, Kind]
    active: frozenset[str]
    varied: frozenset[str]
    classes: Classes
    known: frozenset[str]
    namer: core.Namer
    helpers: dict[str, Any] = field(default_factory=dict)

    def changed(self, stmt: Any) -> list[Any]:
        """The statements that one becomes: itself, where its call is known."""
        value = getattr(stmt, "value", None)
        if not isinstance(stmt, (gast.Assign, gast.Expr)):
            return [stmt]
        if isinstance(value, gast.Attribute):
            return self._attribute(stmt, value)
        if not isinstance(value, gast.Call) or core.path_of(value.func) in self.known:
            return [stmt]
        if any(isinstance(a, gast.Starred) for a in value.args) or any(k.arg is None for k in value.keywords):
            return [stmt]
        names = core.names_read(value) - set(self.fn.bindings)
        if not is_unknown(value, self.kinds, self.fn.bindings):
            return [stmt]
        if not any(matters(name, self.kinds, self.active) for name in names):
            return [stmt]
        return self._call(stmt, value)

    def _call(self, stmt: Any, call: Any) -> list[Any]:
        callee = callee_of(call, self.kinds, self.fn.bindings)
        if callee is not None and (callee.method or not resolvable(callee.primitive)):
            return [stmt]
        if callee is not None and isinstance(stmt, gast.Expr) and isinstance(callee.primitive, FunctionType):
            return [stmt]  # a function that calls itself, and changes an argument: what else should it be for?
        if callee is None and isinstance(stmt, gast.Expr) and isinstance(call.func, gast.Attribute):
            receiver = core.names_read(call.func.value)
            given = [*call.args, *(k.value for k in call.keywords)]
            if not receiver <= self.fn.bindings.keys() and any(core.names_read(a) & self.active for a in given):
                return [stmt]  # it may put what it is given anywhere
        func = call.func
        if isinstance(func, gast.Attribute) and core.is_name(func.value) and self._is_receiver(func.value.id):
            name = core.const(func.attr)
            return self._split(stmt, call, dispatch.method_forward, name, [func.value, *call.args], call.keywords)
        if core.names_read(func) & self.active or not _is_path(func):
            return [stmt]
        ahead: list[Any] = []
        if not core.is_name(func):
            callable_ = self.namer.fresh(func.attr)
            ahead = [core.bind(callable_, func, at=stmt)]
            func = load(callable_, call)
        return [*ahead, *self._split(stmt, call, dispatch.call_forward, func, call.args, call.keywords)]

    def _attribute(self, stmt: Any, value: Any) -> list[Any]:
        """`y.T` of a value of which nothing is known, and through which derivatives pass."""
        if not core.is_name(value.value):
            return [stmt]
        if is_fact(value.attr) and value.value.id in self.varied and not self._is_known(value.value.id):
            fact = core.call(self._named(array_fact), core.const(value.attr), value.value, at=value)
            return [core.place(gast.Assign(stmt.targets, fact, None), stmt)]
        if not self._is_receiver(value.value.id):
            return [stmt]
        if value.attr not in registry.ATTRIBUTES or not core.names_bound(stmt) & self.active:
            return [stmt]
        return self._split(stmt, value, dispatch.attribute_forward, core.const(value.attr), [value.value], [])

    def _is_receiver(self, name: str) -> bool:
        return name in self.active and not self._is_known(name)

    def _is_known(self, name: str) -> bool:
        known = self.kinds.get(name)
        outside = known is None and type(self.fn.bindings.get(name)) is np.ndarray
        return outside or isinstance(known, (Number, Array, ListOf, TupleOf))

    def _split(self, stmt: Any, at: Any, helper: Any, what: Any, args: Any, keywords: Any) -> list[Any]:
        targets = core.names_bound(stmt)
        by: list[Any] = []
        if targets & self.active:
            by = [core.const(k) for k, a in enumerate(args) if core.names_read(a) & self.active]
            by += [core.const(k.arg) for k in keywords if core.names_read(k.value) & self.active]
        names = {n for a in (*args, *(k.value for k in keywords)) for n in core.names_read(a)} | targets
        if any(self.classes.is_changed(n) for n in names):
            helper = dispatch.APART[helper]
        path = self._named(helper)
        call = core.place(gast.Call(load(path), [what, core.tuple_(by), *args], list(keywords)), at)
        if isinstance(stmt, gast.Expr):
            return [core.effect(call, at=stmt)]
        target = stmt.targets[0]
        value = target.id if core.is_name(target) else self.namer.fresh("t")
        record = self.namer.fresh(f"{value}_record")
        rest = [] if core.is_name(target) else [core.place(gast.Assign([target], load(value), None), stmt)]
        return [core.bind_several([value, record], call, at=stmt), *rest]

    def _named(self, helper: Any) -> str:
        """The name by which the text calls a helper."""
        for name, value in self.helpers.items():
            if value is helper:
                return name
        name = self.namer.fresh(helper.__name__)
        self.helpers[name] = helper
        return name


def _is_path(func: Any) -> bool:
    return core.is_name(func) or isinstance(func, gast.Attribute) and core.is_name(func.value)
