"""Calls that cannot be inlined, since the function calls itself: each gets its two sweeps as functions.

    y = power(x, k)      ->      y, power_record = power_forward(x, k)
                                 …
                                 t_bar = power_reverse(x, k, power_record, y_bar)
                                 x_bar += t_bar[0]

The kind of what such a function returns is the least one that agrees with itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType, MappingProxyType
from typing import Any

import gast

from adjoint.analysis.callees import Callee
from adjoint.analysis.infer import infer, kind_of_expression
from adjoint.analysis.kinds import UNKNOWN, Kind, Static, TupleOf, can_vary, join, without_sizes
from adjoint.calls.inline import Reader, inline, is_users
from adjoint.differentiate.prepare import mapped
from adjoint.differentiate.reserved import reserved
from adjoint.guards import ClassGuard, Guard, guards_of
from adjoint.syntax import core

ROUNDS = 6
RECORD = Static(None)
Key = tuple[FunctionType, tuple[Kind, ...]]


class Half:
    """Stands for a sweep function that is not linked yet, in the bindings of a text that calls it."""

    def __init__(self, pair: Pair, name: str) -> None:
        self.pair = pair
        self.__name__ = name

    def __call__(self, *args: Any) -> Any:
        return self.pair.linked[self.__name__](*args)


@dataclass
class Pair:
    """The two sweeps of one function for one choice of kinds; `wrt` are the positions that cotangents come for."""

    target: FunctionType
    kinds: tuple[Kind, ...]
    result: Kind
    forward: Half = field(init=False)
    reverse: Half = field(init=False)
    wrt: tuple[int, ...] = ()
    linked: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name = self.target.__name__
        self.forward = Half(self, f"{name}_forward")
        self.reverse = Half(self, f"{name}_reverse")
        self.wrt = tuple(k for k, kind in enumerate(self.kinds) if can_vary(kind))


class Recursion:
    """The recursive functions of one compilation: their result kinds and their pairs."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self.bodies: dict[FunctionType, core.Function] = {}
        self.guards: list[Guard | ClassGuard] = []
        self.results: dict[Key, Kind | None] = {}
        self.pairs: dict[Key, Pair] = {}
        self.settling: set[Key] = set()

    def body(self, function: FunctionType) -> core.Function:
        """The function in Core form, all but recursive calls inlined."""
        if function not in self.bodies:
            inlined = inline(self.read(function), self.read)
            self.bodies[function], _ = reserved(inlined.fn)
            self.guards += inlined.guards
            self.guards += guards_of(self.read(function), function)
        return self.bodies[function]

    def result_of(self, callee: Callee, kinds: Sequence[Kind]) -> Kind | None:
        """The kind of a call's result; None while nothing is known yet."""
        primitive = callee.primitive
        if isinstance(primitive, Half):
            return TupleOf((primitive.pair.result, RECORD)) if primitive is primitive.pair.forward else UNKNOWN
        if not is_users(primitive) or callee.keywords or callee.starred:
            return UNKNOWN
        key = primitive, tuple(map(without_sizes, kinds))
        if key not in self.settling and key not in self.results:
            self.settle(key)
        return self.results.get(key)

    def settle(self, key: Key) -> None:
        """Find the least kind of the result: assume none, infer, and again until nothing changes."""
        function, kinds = key
        fn = self.body(function)
        if len(fn.params) != len(kinds):
            self.results[key] = UNKNOWN
            return
        self.settling.add(key)
        for _ in range(ROUNDS):
            known = infer(fn, dict(zip(fn.params, kinds, strict=True)), self.result_of)  # type: ignore[arg-type]
            found = join(
                self.results.get(key),
                kind_of_expression(fn.tree.body[-1].value, known, fn.bindings, self.result_of),  # type: ignore[arg-type]
            )
            found = None if found is None else without_sizes(found)
            if found == self.results.get(key):
                break
            self.results[key] = found
        else:
            self.results[key] = UNKNOWN
        self.settling.discard(key)
        if self.results.get(key) is None:
            self.results[key] = UNKNOWN

    def pair(self, function: FunctionType, kinds: tuple[Kind, ...]) -> Pair:
        key = function, kinds
        if key not in self.pairs:
            self.pairs[key] = Pair(function, kinds, self.results.get(key) or UNKNOWN)
        return self.pairs[key]


def paired(
    fn: core.Function, kinds_of: Callable[[], Mapping[str, Kind]], recursion: Recursion
) -> tuple[core.Function, dict[str, Pair]]:
    """Split the calls of recursive functions; returns also the pair for each path that a call goes to."""
    if not any(_recursive(stmt, fn) for stmt in core.statements(fn.tree.body)):
        return fn, {}
    kinds = kinds_of()
    namer = fn.namer()
    bindings = dict(fn.bindings)
    pairs: dict[str, Pair] = {}

    def named(half: Half) -> str:
        for name, value in bindings.items():
            if value is half:
                return name
        name = namer.fresh(half.__name__)
        bindings[name] = half
        return name

    def change(stmt: Any) -> list[Any]:
        function = _recursive(stmt, fn)
        if function is None:
            return [stmt]
        call = stmt.value
        arguments = [kind_of_expression(a, kinds, fn.bindings) or UNKNOWN for a in call.args]
        pair = recursion.pair(function, tuple(map(without_sizes, arguments)))
        forward, _ = named(pair.forward), named(pair.reverse)
        pairs[forward] = pair
        record = namer.fresh(f"{function.__name__}_record")
        target = stmt.targets[0]
        value = target.id if core.is_name(target) else namer.fresh("t")
        new = core.bind_several([value, record], core.call(forward, *call.args, at=call), at=stmt)
        rest = [] if core.is_name(target) else [core.place(gast.Assign([target], core.load(value), None), stmt)]
        return [new, *rest]

    body = mapped(fn.tree.body, change)
    made = fn.with_body(body, bindings=MappingProxyType(bindings), temps=fn.temps | namer.made)
    return made, pairs


def _recursive(stmt: Any, fn: core.Function) -> FunctionType | None:
    """The function of the user's that a statement calls: only recursive ones are left to be called."""
    match stmt:
        case gast.Assign(value=gast.Call(func=func, keywords=[])):
            function = fn.bindings.get(core.path_of(func) or "")
            if isinstance(function, FunctionType) and is_users(function):
                return function
    return None


def reverse_path(fn_bindings: Mapping[str, Any], pair: Pair) -> str:
    """The name by which a text calls the reverse sweep of a pair."""
    return next(name for name, value in fn_bindings.items() if value is pair.reverse)


def filled(function: Any) -> Any:
    """Put the linked sweeps in the places of those that a function's closure still stands for."""
    for cell in function.__closure__ or ():
        if isinstance(cell.cell_contents, Half):
            half = cell.cell_contents
            cell.cell_contents = half.pair.linked[half.__name__]
    return function
