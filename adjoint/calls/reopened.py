"""A gradient's text that is differentiated again: what its calls record becomes a value like any other.

    y, y_record = call_forward(f, (0,), x)         y_record = (f, (0,), (), x)
    …                                        ->    y = f(x)
    t = call_reverse(y_record, y_bar)              …
                                                   t = reverse_of(y_record, y_bar)

The record that a forward sweep makes is closed to derivatives. So the arguments themselves are kept, and the pullback
is computed from them: derivatives pass through both.
"""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import Any

import gast

from adjoint.calls.callable import Attribute, Method
from adjoint.classes import dataclass, field
from adjoint.differentiate.prepare import mapped
from adjoint.runtime import arrays, dispatch
from adjoint.runtime.watching import Watching
from adjoint.syntax import core
from adjoint.syntax.core import load

APART = (dispatch.call_apart, dispatch.method_apart, dispatch.attribute_apart)


def behind(value: Any) -> Any:
    """The helper that watches nothing, of one that does."""
    return value.helper if isinstance(value, Watching) else value


def reopened(fn: core.Function) -> core.Function:
    """Let derivatives pass through the records of calls that are known only when they run."""
    opened = _Opened(fn, fn.namer())
    if not any(behind(value) is helper for value in fn.bindings.values() for helper in dispatch.FORWARD):
        return fn
    body = mapped(fn.tree.body, opened.change)
    bindings = MappingProxyType({**fn.bindings, **opened.bindings})
    return fn.with_body(body, bindings=bindings, temps=fn.temps | opened.namer.made)


@dataclass
class _Opened:
    fn: core.Function
    namer: core.Namer
    bindings: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def read(self) -> frozenset[str]:
        return frozenset(n for stmt in self.fn.statements for n in core.names_read(stmt))

    def change(self, stmt: Any) -> list[Any]:
        value = getattr(stmt, "value", None)
        if not isinstance(value, gast.Call):
            return [stmt]
        helper = behind(self.fn.bindings.get(core.path_of(value.func) or ""))
        if helper is dispatch.call_reverse:
            call = core.call(self._named(dispatch.reverse_of), *map(core.copy, value.args), at=value)
            return [core.bind(stmt.targets[0].id, call, at=stmt)]
        if helper not in dispatch.FORWARD:
            return [stmt]
        return self._call(stmt, value, helper)

    def _call(self, stmt: Any, call: Any, helper: Any) -> list[Any]:
        what, by, *args = call.args
        keywords = list(call.keywords)
        ahead: list[Any] = []
        if helper in APART:
            args = [self._bound(core.call(self._named(arrays.owned), a), stmt, ahead) for a in args]
        if helper in (dispatch.method_forward, dispatch.method_apart):
            callee: Any = load(self._bound_object(Method(core.constant_value(what))))
            again: Any = core.call(core.attribute(core.copy(args[0]), core.constant_value(what)), *args[1:], at=call)
            again.keywords = keywords
        elif helper in (dispatch.attribute_forward, dispatch.attribute_apart):
            callee = load(self._bound_object(Attribute(core.constant_value(what))))
            again = core.attribute(core.copy(args[0]), core.constant_value(what), call)
        else:
            callee = core.copy(what) if core.is_name(what) else self._bound(core.copy(what), stmt, ahead)
            again = core.place(gast.Call(core.copy(callee), list(map(core.copy, args)), keywords), call)
        if isinstance(stmt, gast.Expr):
            return [core.effect(again, at=stmt)] if isinstance(again, gast.Call) else []
        value, record = (t.id for t in stmt.targets[0].elts)
        words = self._bound(core.tuple_([core.const(k.arg) for k in keywords]), stmt, ahead)
        places = by if core.is_name(by) else self._bound(core.copy(by), stmt, ahead)
        values = [k.value for k in keywords]
        kept = core.tuple_([callee, places, words, *map(core.copy, args), *map(core.copy, values)])
        first = [*ahead, core.bind(record, kept, at=stmt)]
        # A value that nothing reads was there for its record.
        return [*first, core.bind(value, again, at=stmt)] if value in self.read else first

    def _bound(self, value: Any, stmt: Any, ahead: list[Any]) -> Any:
        name = self.namer.fresh("t")
        ahead.append(core.bind(name, value, at=stmt))
        return load(name)

    def _bound_object(self, value: Any) -> str:
        name = self.namer.fresh(value.name)
        self.bindings[name] = value
        return name

    def _named(self, helper: Any) -> str:
        for name, value in (*self.fn.bindings.items(), *self.bindings.items()):
            if value is helper:
                return name
        name = self.namer.fresh(helper.__name__)
        self.bindings[name] = helper
        return name
