"""Turn `continue`, early `return` and a loop's `else` into branches and flags, `break` into the last thing of a body.

    >>> from adjoint.normalize.example import show
    >>> show(jumps, '''
    ... def f(x):
    ...     for i in r:
    ...         if x[i] < 0:
    ...             continue
    ...         x[i] = 0
    ...     while True:
    ...         if x[0] > 3:
    ...             break
    ...         x += 1
    ...     if x[1] > 0:
    ...         return 1
    ...     return x
    ... ''')
    def f(x):
        for i in r:
            if not x[i] < 0:
                x[i] = 0
        while True:
            stop = x[0] > 3
            if not stop:
                x += 1
            if stop:
                break
        if x[1] > 0:
            result = 1
        else:
            result = x
        return result

After this pass a function has one `return`, its last statement, and a `break` occurs only as `if test: break`, the
last statement of a loop's body, where the test is pure. A loop's condition is not evaluated again after its `break`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import gast

from adjoint.classes import dataclass, field, replace
from adjoint.normalize import tree
from adjoint.normalize.attempts import attempts
from adjoint.normalize.flow import BREAK, CONTINUE, NONE, RETURN, Flow
from adjoint.normalize.returns import Results
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def jumps(fn: core.Function) -> core.Function:
    """Leave one `return`, and `break` only at the end of a loop's body."""
    fn = attempts(fn)  # its `finally` blocks hold once jumps are flags
    scope = Scope(fn)
    return scope.done(_function(fn.tree, scope))


def without_jumps(block: Sequence[Any], fn: core.Function, namer: core.Namer) -> list[Any]:
    """The statements of a block that `return` may leave, without that; names are made by `namer`."""
    last = core.return_(core.const(None, block[-1]), block[-1])
    tree_ = core.function_def("region", [], [*block, last])
    scope = Scope(replace(fn, tree=tree_))
    scope.__dict__["_namer"] = namer
    return _function(tree_, scope)[:-1]


def _function(definition: Any, scope: Scope) -> list[Any]:
    flow, body = Flow(), list(definition.body)
    if flow.block(body).falls:
        body.append(core.return_(core.const(None, body[-1]), body[-1]))
    results = Results.of(body, scope)
    frame = _Frame(scope, flow, results)
    if RETURN in flow.guarded(body):
        frame = _Frame(scope, flow, results, {RETURN: scope.fresh("returned")})
    block = frame.block(body, _Place(frozenset([RETURN])))
    return [*block, *results.last(body[-1])]


@dataclass(frozen=True)
class _Place:
    """The kinds of jump whose flags hold no value yet, and those whose flags are tested behind this place."""

    unset: frozenset[str] = NONE
    told: frozenset[str] = NONE

    def cleared(self, kinds: Iterable[str]) -> _Place:
        return replace(self, unset=self.unset.difference(kinds))


@dataclass(frozen=True)
class _Frame:
    """What a jump becomes in one loop or function: the flag of each kind (none where no one needs to be told)."""

    scope: Scope
    flow: Flow
    results: Results
    flags: dict[str, str] = field(default_factory=dict)

    def block(self, block: Sequence[Any], place: _Place) -> list[Any]:
        """A block without jumps."""
        out: list[Any] = []
        for i, stmt in enumerate(block):
            leaves = self.flow.of(stmt)
            if leaves.jumps:
                return out + self._jumping(stmt, list(block[i + 1 :]), place)
            out += self._still(stmt, place)
            if not leaves.falls:
                break
        return out

    def _still(self, stmt: Any, place: _Place) -> list[Any]:
        """A statement that control does not jump out of."""
        match stmt:
            case gast.FunctionDef():
                return [tree.replace(stmt, body=_function(stmt, self.scope))]
            case gast.For() | gast.While():
                return self._loop(stmt, [], place)
            case _ if isinstance(stmt, tree.COMPOUND):
                return [tree.map_blocks(stmt, lambda block: self.block(block, place))]
        return [stmt]

    def _jumping(self, stmt: Any, rest: list[Any], place: _Place) -> list[Any]:
        # The end of a loop's body tests whether there was a break, whichever way it is reached.
        early = place.unset & {BREAK} & self.flow.block([stmt, *rest]).jumps
        start = [] if isinstance(stmt, gast.Break) or _is_break(stmt) else self._clear(early, stmt)
        return [*start, *self._jump(stmt, rest, place.cleared(early))]

    def _jump(self, stmt: Any, rest: list[Any], place: _Place) -> list[Any]:
        match stmt:
            case gast.Break():
                return self._set(BREAK, stmt, place)
            case gast.Continue():
                return self._set(CONTINUE, stmt, place)
            case gast.Return():
                return [*self.results.bind(stmt), *self._set(RETURN, stmt, place)]
            case gast.If():
                return self._if(stmt, rest, place)
            case gast.For() | gast.While():
                start = self._clear(place.unset & {RETURN} & self.flow.of(stmt).jumps, stmt)
                return [*start, *self._loop(stmt, rest, place.cleared([RETURN]))]
        return self._guarded(stmt, rest, place)

    def _if(self, stmt: Any, rest: list[Any], place: _Place) -> list[Any]:
        if _is_break(stmt) and BREAK in self.flags:
            flag = core.bind(self.flags[BREAK], stmt.test, stmt)
            return [flag, *self._unless([BREAK], rest, place, stmt)]
        body, orelse = stmt.body, stmt.orelse
        if not self.flow.block(body).falls:
            orelse = [*orelse, *rest]
        elif not self.flow.block(orelse).falls:
            body = [*body, *rest]
        else:
            return self._guarded(stmt, rest, place)
        return self._branch(stmt, self.block(body, place), self.block(orelse, place))

    def _branch(self, stmt: Any, body: list[Any], orelse: list[Any]) -> list[Any]:
        if body:
            return [core.if_(stmt.test, body, orelse, stmt)]
        if orelse:
            return [core.if_(tree.negated(stmt.test), orelse, (), stmt)]
        return [] if self.scope.is_pure(stmt.test) else [core.effect(stmt.test, stmt)]

    def _guarded(self, stmt: Any, rest: list[Any], place: _Place) -> list[Any]:
        """A statement that may jump or not, and then the rest of its block, which the flags keep from running."""
        kinds = self.flow.of(stmt).jumps
        start = self._clear(kinds & place.unset, stmt)
        place = place.cleared(kinds)
        within = replace(place, told=place.told | kinds) if rest else place
        inner = tree.map_blocks(stmt, lambda block: self.block(block, within) or [core.pass_(stmt)])
        ending = stmt.reraises if isinstance(stmt, core.Attempt) else 0
        last = self.block(rest[:ending], place)  # `finally`, which runs after a jump too
        return [*start, inner, *last, *self._unless(sorted(kinds), rest[ending:], place, stmt)]

    def _loop(self, stmt: Any, rest: list[Any], place: _Place) -> list[Any]:
        jumps = self.flow.block(stmt.body).jumps
        if not stmt.orelse and jumps == {BREAK} and self._ends_in_break(stmt.body):
            body = self.block(stmt.body[:-1], _Place()) + [stmt.body[-1]]
            return [tree.replace(stmt, body=body), *self.block(rest, place)]
        inner = self._inside(stmt, jumps)
        start = []
        within = _Place(frozenset([BREAK, CONTINUE]), frozenset([BREAK, RETURN]))
        if stmt.orelse and BREAK in jumps:
            start, within = inner._clear([BREAK], stmt), within.cleared([BREAK])
            unbroken = core.unary(gast.Not, core.load(inner.flags[BREAK]))
            rest = [core.if_(unbroken, stmt.orelse, (), stmt), *rest]
        else:
            rest = [*stmt.orelse, *rest]
        body = inner.block(stmt.body, within) + inner._exit(jumps, stmt)
        loop = tree.replace(stmt, body=body or [core.pass_(stmt)], orelse=[])
        return [*start, loop, *self._unless(sorted(jumps & {RETURN}), rest, place, stmt)]

    def _inside(self, stmt: Any, jumps: frozenset[str]) -> _Frame:
        """The frame of a loop's body."""
        flags = {RETURN: self.flags[RETURN]} if RETURN in jumps else {}
        if BREAK in jumps:
            flags[BREAK] = self.scope.fresh("stop")
        if CONTINUE in self.flow.guarded(stmt.body):
            flags[CONTINUE] = self.scope.fresh("skip")
        return replace(self, flags=flags)

    def _ends_in_break(self, body: Sequence[Any]) -> bool:
        last = body[-1]
        return _is_break(last) and self.scope.is_pure(last.test) and not self.flow.block(body[:-1]).jumps

    def _exit(self, jumps: frozenset[str], stmt: Any) -> list[Any]:
        exits = [self.flags[kind] for kind in (BREAK, RETURN) if kind in jumps]
        return [core.if_(_any(exits), [core.break_(stmt)], (), stmt)] if exits else []

    def _unless(self, kinds: Sequence[str], rest: list[Any], place: _Place, at: Any) -> list[Any]:
        """The rest of a block, run unless one of these jumps was made."""
        block = self.block(rest, place)
        flags = [self.flags[kind] for kind in kinds if kind in self.flags]
        if not block or not flags:
            return block
        return [core.if_(core.unary(gast.Not, _any(flags)), block, (), at)]

    def _set(self, kind: str, at: Any, place: _Place) -> list[Any]:
        if kind not in self.flags or kind not in place.told:
            return []
        return [core.bind(self.flags[kind], core.const(True, at), at)]

    def _clear(self, kinds: Iterable[str], at: Any) -> list[Any]:
        return [core.bind(self.flags[k], core.const(False, at), at) for k in sorted(kinds) if k in self.flags]


def _is_break(stmt: Any) -> bool:
    """True of `if test: break`."""
    return (
        isinstance(stmt, gast.If) and not stmt.orelse and len(stmt.body) == 1 and isinstance(stmt.body[0], gast.Break)
    )


def _any(flags: Sequence[str]) -> Any:
    if len(flags) == 1:
        return core.load(flags[0])
    return core.place(gast.BoolOp(gast.Or(), [core.load(flag) for flag in flags]), None)
