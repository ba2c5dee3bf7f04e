"""From the generated texts to machine code.

    def f_grad(p, x, out_bar=1.0):          what is called: reads parts of arguments and what stands outside,
        return {"w": native(p["w"], x, SCALE, out_bar)}
    def f_grad(p_w, x, SCALE, out_bar=1.0):      what Numba compiles, with all that it calls
        ...

Where there is nothing to read, the dispatcher itself is what is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

import gast

from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number
from adjoint.analysis.values import kind_of
from adjoint.backends.jit import jitted
from adjoint.backends.lower import is_simple, lowered, record_kind
from adjoint.backends.option import Linked, Numba
from adjoint.backends.outside import Inside, inside
from adjoint.backends.silent import silent
from adjoint.classes import dataclass, field, replace
from adjoint.emit.link import link
from adjoint.fusion import fused
from adjoint.structures.layout import Layout, assembled
from adjoint.syntax import core

if TYPE_CHECKING:
    pass

NATIVE = "native"


@dataclass(frozen=True)
class Backend:
    """Numba with its options, for the functions of one derivative; `several` tangents come in lists."""

    option: Numba
    layout: Layout
    result: Kind
    several: bool = False
    record: list[Kind | None] = field(default_factory=list)

    def native(self, fn: core.Function, half: int, split: bool) -> Linked:
        """Link a finished text, and what reads its arguments where that is needed; `split` is it in two halves."""
        layout, count = self.layout, len(self.layout.params)
        found = inside(silent(fn), count)
        kinds = self.kinds(found, half)
        if split and half == 0:
            self.record.append(record_kind(found.fn, kinds))
        recorded = split and not is_simple(self.record[0])
        takes = found.fn.params[-2] if recorded and half == 1 else None
        text = self.with_loops(found.fn, kinds)
        linked = link(lowered(text, kinds, recorded and half == 0, takes))
        dispatcher = jitted(linked, self.option)
        free = dict(zip(linked.__code__.co_freevars, [c.cell_contents for c in linked.__closure__ or ()]))
        if not found.passed and layout.is_plain:
            return Linked(dispatcher, linked, dispatcher, free=free)
        entry = link(assembled(_entry(fn, found, dispatcher, layout, recorded and half == 0), layout, half))
        closed = cache(lambda: _closed(fn, found, dispatcher, layout, self.option))
        return Linked(entry, linked, dispatcher, closed, free)

    def with_loops(self, fn: core.Function, kinds: Mapping[str, Kind]) -> core.Function:
        """The function with loops for array statements."""
        if not self.option.fuse or self.several:
            return fn
        if isinstance(self.result, Array) and fn.tree.args.defaults:  # its seed may be anything
            kinds = {**kinds, fn.params[-1]: UNKNOWN}
        return fused(fn, kinds)

    def kinds(self, found: Inside, half: int) -> dict[str, Kind]:
        """The kinds of a function's parameters."""
        fn, layout = found.fn, self.layout
        given = [*layout.kinds, *map(kind_of, found.values)]
        if half == 1:
            given += [self.record[0] or UNKNOWN, self.result]
        elif fn.tree.args.defaults:
            given.append(Number("float"))
        else:  # tangents, if anything
            own = dict(zip(layout.params, layout.kinds))
            given += [own.get(name, UNKNOWN) for name in layout.wrt]
        return dict(zip(fn.params, given, strict=False))


def callee(fn: core.Function) -> FunctionType:
    """Link a text that others call: what it reads outside is compiled in."""
    found = inside(silent(fn), None).fn
    return link(lowered(found, dict.fromkeys(found.params, UNKNOWN)))


def _entry(fn: core.Function, found: Inside, dispatcher: Any, layout: Layout, sealed: bool) -> core.Function:
    """A text that calls the native one, its results in the form that the generated function has.

    The record is handed on as it is where it is `sealed`: an object of Numba's.
    """
    namer = fn.namer()
    name = namer.fresh(NATIVE)
    params = [core.load(n) for n in fn.params]
    count = len(layout.params)
    for k, (param, kind) in enumerate(zip(layout.params, layout.kinds)):
        if param in layout.wrt and kind == Number("float"):  # a whole number there stands for a real one
            params[k] = core.call("float", params[k])
    call = core.call(name, *params[:count], *map(core.copy, found.passed), *params[count:])
    result = next(stmt for stmt in reversed(fn.tree.body) if type(stmt) is gast.Return)
    value, body = _unpacked(result.value, call, namer, sealed)
    defaults = dict(zip(fn.params[len(fn.params) - len(fn.tree.args.defaults) :], fn.tree.args.defaults))
    tree = core.place(core.function_def(fn.tree.name, fn.params, [*body, core.return_(value)], defaults), fn.tree)
    return replace(
        fn, tree=tree, bindings={**fn.bindings, name: dispatcher, "float": float}, helpers=fn.helpers | {name}
    )


def _closed(fn: core.Function, found: Inside, dispatcher: Any, layout: Layout, option: Numba) -> Any:
    """The function for callers that Numba compiles: what stands outside is what it was when this was made."""
    if not found.passed:
        return dispatcher
    names = {f"outside_{k}": value for k, value in enumerate(found.values)}
    call = core.call(NATIVE, *map(core.load, fn.params[: len(layout.params)]), *map(core.load, names))
    call.args += [core.load(n) for n in fn.params[len(layout.params) :]]
    defaults = dict(zip(fn.params[len(fn.params) - len(fn.tree.args.defaults) :], fn.tree.args.defaults))
    tree = core.place(core.function_def(fn.tree.name, fn.params, [core.return_(call)], defaults), fn.tree)
    return jitted(link(replace(fn, tree=tree, bindings={**names, NATIVE: dispatcher}, target=None)), option)


def _unpacked(value: Any, call: Any, namer: core.Namer, sealed: bool) -> tuple[Any, list[Any]]:
    """What is returned, each part by a name, and the statements that take the parts from the call."""
    if not isinstance(value, gast.Tuple):
        return call, []
    body: list[Any] = []

    record = value.elts[-1] if sealed else None

    def taken(node: Any, source: Any) -> Any:
        if not isinstance(node, gast.Tuple) or not node.elts or node is record:
            return source
        names = [namer.fresh("t") for _ in node.elts]
        body.append(core.bind_several(names, source))
        return core.tuple_([taken(n, core.load(name)) for n, name in zip(node.elts, names)])

    return taken(value, call), body
