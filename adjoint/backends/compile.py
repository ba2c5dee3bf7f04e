"""From the generated texts to machine code.

    def f_grad(p, x, out_bar=1.0):          what is called: reads parts of arguments and what stands outside,
        return {"w": native(p["w"], x, SCALE, out_bar)}
    def f_grad(p_w, x, SCALE, out_bar=1.0):      what Numba compiles, with all that it calls
        ...

Where there is nothing to read, the dispatcher itself is what is called.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import CellType, FunctionType
from typing import TYPE_CHECKING, Any

import gast
import numba

from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number, kind_of
from adjoint.backends.disk import keep
from adjoint.backends.lower import is_simple, lowered, record_kind
from adjoint.backends.option import Linked, Numba
from adjoint.backends.outside import FROZEN, Inside, frozen_guards, inside
from adjoint.backends.overloads import OVERLOADED
from adjoint.emit.link import link
from adjoint.fusion import fused
from adjoint.guards import Guard
from adjoint.structures.layout import Layout, assembled
from adjoint.syntax import core

if TYPE_CHECKING:
    from adjoint.pipeline import Compiled

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
        found = inside(fn, count)
        kinds = self.kinds(found, half)
        if split and half == 0:
            self.record.append(record_kind(found.fn, kinds))
        recorded = split and not is_simple(self.record[0])
        takes = found.fn.params[-2] if recorded and half == 1 else None
        text = self.with_loops(found.fn, kinds)
        linked = link(lowered(text, kinds, recorded and half == 0, takes))
        dispatcher = jitted(linked, self.option)
        if not found.passed and layout.is_plain:
            return Linked(dispatcher, linked, dispatcher)
        entry = link(assembled(_entry(fn, found, dispatcher, layout), layout, half))
        return Linked(entry, linked, dispatcher, cache(lambda: _closed(fn, found, dispatcher, layout, self.option)))

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
            given += [kind for name, kind in zip(layout.params, layout.kinds) if name in layout.wrt]
        return dict(zip(fn.params, given, strict=False))


def callee(fn: core.Function) -> FunctionType:
    """Link a text that others call: what it reads outside is compiled in."""
    found = inside(fn, None).fn
    return link(lowered(found, dict.fromkeys(found.params, UNKNOWN)))


def connected(
    option: Numba, dispatchers: Sequence[Any], callees: Sequence[Compiled], guards: Sequence[Any]
) -> list[Guard]:
    """Let compiled functions call compiled functions; returns guards of what is compiled in."""
    connector = _Connector(option, [f for c in callees for f in (c.run, c.reverse) if f is not None])
    for dispatcher in dispatchers:
        connector.connect(dispatcher.py_func)
    for dispatcher in (*dispatchers, *connector.done.values()):
        keep(dispatcher, option)
    return [*frozen_guards(guards), *connector.guards]


def jitted(function: FunctionType, option: Numba) -> Any:
    """Numba's dispatcher of a function; it compiles when it is first called."""
    options = {"error_model": "numpy", "boundscheck": option.boundscheck, "nogil": option.nogil}
    return numba.njit(function, **options)


def with_callees(function: FunctionType, option: Numba) -> Any:
    """Numba's dispatcher of a function that was made of a linked one, whose cells hold dispatchers."""
    dispatcher = jitted(function, option)
    connected(option, [dispatcher], [], [])
    return dispatcher


@dataclass
class _Connector:
    """Puts dispatchers in the places of functions; `own` are linked functions, whose cells belong to nobody else."""

    option: Numba
    own: Sequence[FunctionType]
    done: dict[Any, Any] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)

    def connect(self, linked: FunctionType) -> None:
        for cell in linked.__closure__ or ():
            cell.cell_contents = self.swapped(cell.cell_contents)

    def swapped(self, value: Any) -> Any:
        if not isinstance(value, FunctionType) or value in OVERLOADED:
            return value
        if value not in self.done:
            ours = value in self.own
            made = value if ours else _twin(value)
            self.done[value] = jitted(made, self.option)
            if ours:
                self.connect(value)
            else:
                self.fill(made, value)
        return self.done[value]

    def fill(self, made: FunctionType, function: FunctionType) -> None:
        """Give a twin what the function finds under its names, functions compiled."""
        scope = function.__globals__
        found = {n: scope[n] for n in function.__code__.co_names if n in scope}
        free = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        found |= {n: cell.cell_contents for n, cell in free.items()}
        self.guards += [Guard(n, v, function, frozen=True) for n, v in found.items() if isinstance(v, FROZEN)]
        made.__globals__.update({n: self.swapped(v) for n, v in found.items() if n not in free})
        for name, cell in zip(made.__code__.co_freevars, made.__closure__ or (), strict=True):
            cell.cell_contents = self.swapped(found[name])


def _twin(function: FunctionType) -> FunctionType:
    """A function of somebody else's with globals and cells of its own, still empty."""
    cells = tuple([CellType() for _ in function.__closure__ or ()])
    space = {"__builtins__": builtins, "__name__": "adjoint.generated"}
    made = FunctionType(function.__code__, space, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def _entry(fn: core.Function, found: Inside, dispatcher: Any, layout: Layout) -> core.Function:
    """A text that calls the native one, its results in the form that the generated function has."""
    namer = fn.namer()
    name = namer.fresh(NATIVE)
    params = [core.load(n) for n in fn.params]
    count = len(layout.params)
    for k, (param, kind) in enumerate(zip(layout.params, layout.kinds)):
        if param in layout.wrt and kind == Number("float"):  # a whole number there stands for a real one
            params[k] = core.call("float", params[k])
    call = core.call(name, *params[:count], *map(core.copy, found.passed), *params[count:])
    result = next(stmt for stmt in reversed(fn.tree.body) if type(stmt) is gast.Return)
    value, body = _unpacked(result.value, call, namer)
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


def _unpacked(value: Any, call: Any, namer: core.Namer) -> tuple[Any, list[Any]]:
    """What is returned, each part by a name, and the statements that take the parts from the call."""
    if not isinstance(value, gast.Tuple):
        return call, []
    body: list[Any] = []

    def taken(node: Any, source: Any) -> Any:
        if not isinstance(node, gast.Tuple) or not node.elts:
            return source
        names = [namer.fresh("t") for _ in node.elts]
        body.append(core.bind_several(names, source))
        return core.tuple_([taken(n, core.load(name)) for n, name in zip(node.elts, names)])

    return taken(value, call), body
