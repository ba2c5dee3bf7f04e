"""Calls that cannot be inlined, since the function calls itself: each gets its two sweeps as functions.

    y = power(x, k)      ->      y, power_record = power_forward(x, k)
                                 …
                                 t_bar = power_reverse(x, k, power_record, y_bar)
                                 x_bar += t_bar[0]

The kind of what such a function returns is the least one that agrees with itself. Where an argument is changed after
the call, the record must not share its memory: `kept(power_forward, x, k)` gives it memory of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import FunctionType, MappingProxyType
from typing import Any, TypeGuard

import gast

from adjoint.analysis.alias import Classes
from adjoint.analysis.callees import Callee
from adjoint.analysis.expressions import kind_of_expression
from adjoint.analysis.infer import infer
from adjoint.analysis.joins import join
from adjoint.analysis.kinds import UNKNOWN, Kind, Number, Static, TupleOf, can_vary, without_sizes
from adjoint.calls.changing import Changes, changed_by, classes_with, returned, returning, written_back
from adjoint.calls.inline import Reader, inline, is_users
from adjoint.calls.lifting import Lifted
from adjoint.classes import dataclass, field
from adjoint.differentiate.prepare import mapped
from adjoint.differentiate.reserved import reserved
from adjoint.guards import ClassGuard, Guard, Parts, guards_of
from adjoint.runtime import arrays
from adjoint.syntax import core

ROUNDS = 6
RECORD = Static(None)
Target = FunctionType | Lifted
Key = tuple[Target, tuple[Kind, ...]]


class Half:
    """Stands for a sweep function that is not linked yet, in the bindings of a text that calls it."""

    def __init__(self, pair: Pair, name: str) -> None:
        self.pair = pair
        self.__name__ = name

    @property
    def shared(self) -> tuple[int, ...]:
        """The positions of the arguments with which the result may share memory: what is changed, is given copies."""
        pair = self.pair
        if pair.changes and isinstance(pair.result, TupleOf) and isinstance(pair.result.items[0], (Number, Static)):
            return ()
        return tuple(k for k in range(len(pair.kinds)) if k not in pair.changes)

    def __call__(self, *args: Any) -> Any:
        return self.pair.linked[self.__name__](*args)


@dataclass
class Pair:
    """The two sweeps of one function for one choice of kinds; `wrt` are the positions that cotangents come for."""

    target: Target
    kinds: tuple[Kind, ...]
    result: Kind
    forward: Half = field(init=False)
    reverse: Half = field(init=False)
    jvp: Half = field(init=False)
    wrt: tuple[int, ...] = ()
    changes: tuple[int, ...] = ()  # the positions of the arguments that are changed, and returned behind the result
    linked: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name = self.target.__name__
        self.forward = Half(self, f"{name}_forward")
        self.reverse = Half(self, f"{name}_reverse")
        self.jvp = Half(self, f"{name}_jvp")
        self.wrt = tuple(k for k, kind in enumerate(self.kinds) if can_vary(kind))


class Recursion:
    """The recursive functions of one compilation: their result kinds and their pairs."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self.bodies: dict[Target, core.Function] = {}
        self.guards: list[Guard | ClassGuard | Parts] = []
        self.results: dict[Key, Kind | None] = {}
        self.pairs: dict[Key, Pair] = {}
        self.settling: set[Key] = set()
        self.changed: dict[Key, Changes] = {}
        self.put: list[tuple[str, Any]] = []  # the objects outside into which they put what varies

    def body(self, function: Target) -> core.Function:
        """The function in Core form, all but recursive calls inlined."""
        if function not in self.bodies:
            own = function.fn if isinstance(function, Lifted) else self.read(function)
            inlined = inline(own, self.read)
            self.bodies[function], _ = reserved(inlined.fn)
            self.guards += inlined.guards
            if not isinstance(function, Lifted):  # else what is around it is guarded
                self.guards += guards_of(own, function)
        return self.bodies[function]

    def result_of(self, callee: Callee, kinds: Sequence[Kind]) -> Kind | None:
        """The kind of a call's result; None while nothing is known yet."""
        primitive = callee.primitive
        if primitive is arrays.kept and isinstance(kinds[0], Static):
            primitive = kinds[0].value
        if isinstance(primitive, Half):
            return TupleOf((primitive.pair.result, RECORD)) if primitive is primitive.pair.forward else UNKNOWN
        if not _is_called(primitive) or callee.keywords or callee.starred:
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
            known = infer(fn, dict(zip(fn.params, kinds, strict=True)), self.result_of)
            found = join(
                self.results.get(key),
                kind_of_expression(fn.tree.body[-1].value, known, fn.bindings, self.result_of),
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

    def kinds_in(self, key: Key) -> dict[str, Kind]:
        """The kinds of the names in a function's body."""
        fn = self.body(key[0])
        return infer(fn, dict(zip(fn.params, key[1], strict=True)), self.result_of)

    def changes(self, key: Key) -> Changes:
        """The positions of the arguments that a function changes."""
        if key not in self.changed:
            self.changed[key] = ()
            settled = False
            while not settled:
                found = {k: self._changed_by(k) for k in list(self.changed)}
                settled = all(self.changed[k] == changes for k, changes in found.items())
                self.changed.update(found)
        return self.changed[key]

    def _changed_by(self, key: Key) -> Changes:
        fn, kinds = self.body(key[0]), self.kinds_in(key)
        return changed_by(fn, kinds, lambda stmt: self.changes_at(stmt, fn, kinds))

    def changes_at(self, stmt: Any, fn: core.Function, kinds: Mapping[str, Kind]) -> Changes:
        """The positions of the arguments that are changed by the function that a statement calls."""
        key = self.key_at(stmt, fn, kinds)
        return () if key is None else self.changes(key)

    def key_at(self, stmt: Any, fn: core.Function, kinds: Mapping[str, Kind]) -> Key | None:
        """The recursive function that a statement calls, and the kinds of the arguments."""
        function = _recursive(stmt, fn)
        if function is None:
            return None
        arguments = [kind_of_expression(a, kinds, fn.bindings) or UNKNOWN for a in stmt.value.args]
        if len(arguments) != len(self.body(function).params):
            return None
        return function, tuple(map(without_sizes, arguments))

    def returned(self, key: Key) -> int | None:
        """The position of the argument that a function changes and returns."""
        fn, kinds = self.body(key[0]), self.kinds_in(key)
        return returned(fn, kinds, self.changes(key), lambda stmt: self.changes_at(stmt, fn, kinds))

    def returning(self, pair: Pair) -> core.Function:
        """The body of a pair's function, which returns what it changes."""
        key = pair.target, pair.kinds
        fn = self.body(pair.target)
        if not pair.changes:
            return fn
        kinds = self.kinds_in(key)
        return returning(fn, kinds, pair.changes, lambda stmt: self.changes_at(stmt, fn, kinds))

    def pair(self, key: Key) -> Pair:
        if key not in self.pairs:
            function, kinds = key
            changes = self.changes(key)
            result = self.results.get(key) or UNKNOWN
            if changes:
                alone = Static(None) if self.returned(key) is not None else result
                result = TupleOf((alone, *(kinds[k] for k in changes)))
            self.pairs[key] = Pair(function, kinds, result, changes=changes)
        return self.pairs[key]


def paired(
    fn: core.Function, kinds_of: Callable[[], Mapping[str, Kind]], recursion: Recursion
) -> tuple[core.Function, dict[str, Pair]]:
    """Split the calls of recursive functions; returns also the pair for each path that a call goes to."""
    if not any(_recursive(stmt, fn) for stmt in fn.statements):
        return fn, {}
    splitter = _Splitter(fn, kinds_of(), recursion, fn.namer(), dict(fn.bindings))
    body = mapped(fn.tree.body, splitter.change)
    made = fn.with_body(body, bindings=MappingProxyType(splitter.bindings), temps=fn.temps | splitter.namer.made)
    return made, splitter.pairs


@dataclass
class _Splitter:
    fn: core.Function
    kinds: Mapping[str, Kind]
    recursion: Recursion
    namer: core.Namer
    bindings: dict[str, Any]
    pairs: dict[str, Pair] = field(default_factory=dict)

    @cached_property
    def classes(self) -> Classes:
        """The alias classes of the function, the calls' changes among its stores."""
        return classes_with(self.fn, self.kinds, lambda stmt: self.recursion.changes_at(stmt, self.fn, self.kinds))

    def change(self, stmt: Any) -> list[Any]:
        key = self.recursion.key_at(stmt, self.fn, self.kinds)
        if key is None:
            return [stmt]
        pair, args = self.recursion.pair(key), stmt.value.args
        forward, _ = self.named(pair.forward, pair.forward.__name__), self.named(pair.reverse, pair.reverse.__name__)
        self.pairs[forward] = pair
        record = self.namer.fresh(f"{pair.target.__name__}_record")
        target = stmt.targets[0] if isinstance(stmt, gast.Assign) else None
        simple = core.is_name(target) and not pair.changes
        value = str(target.id) if simple and target is not None else self.namer.fresh("t")
        if self.is_changed([*args, *([target] if simple else [])], pair):
            call = core.call(self.named(arrays.kept, "kept"), core.load(forward), *args, at=stmt.value)
        else:
            call = core.call(forward, *args, at=stmt.value)
        new = core.bind_several([value, record], call, at=stmt)
        if simple:
            return [new]
        if not pair.changes:
            return [new, *([] if target is None else [core.place(gast.Assign([target], core.load(value), None), stmt)])]
        same = self.recursion.returned(key)
        behind = written_back(stmt, value, args, pair.changes, self.kinds, same, self.namer)
        return [*self.checks(stmt, args, pair), new, *behind]

    def is_changed(self, nodes: list[Any], pair: Pair) -> bool:
        """Is an array changed, by someone, that the record of a call may see? Those that it changes are copied."""
        own = {id(nodes[k]) for k in pair.changes}
        return any(core.is_name(n) and id(n) not in own and self.classes.is_changed(n.id) for n in nodes)

    def checks(self, stmt: Any, args: list[Any], pair: Pair) -> list[Any]:
        """Tests, made when it runs, that what a call changes shares no memory with another argument."""
        found = []
        for k in pair.changes:
            others = [a.id for j, a in enumerate(args) if j != k and core.is_name(a) and core.is_name(args[k])]
            for other in others:
                if other == args[k].id or self.classes.may_overlap(other, args[k].id):
                    call = core.call(
                        self.named(arrays.check_apart, "check_apart"), core.load(args[k].id), core.load(other)
                    )
                    found.append(core.effect(call, at=stmt))
        return found

    def named(self, value: Any, stem: str) -> str:
        """The name by which the text calls a sweep or a helper."""
        for name, bound in self.bindings.items():
            if bound is value:
                return name
        name = self.namer.fresh(stem)
        self.bindings[name] = value
        return name


def _recursive(stmt: Any, fn: core.Function) -> Target | None:
    """The function of the user's that a statement calls: only recursive ones are left to be called."""
    match stmt:
        case gast.Assign(value=gast.Call(func=func, keywords=[])) | gast.Expr(value=gast.Call(func=func, keywords=[])):
            function = fn.bindings.get(core.path_of(func) or "")
            if _is_called(function):
                return function
    return None


def _is_called(function: Any) -> TypeGuard[Target]:
    return isinstance(function, Lifted) or is_users(function)


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
