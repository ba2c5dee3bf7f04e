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
from dataclasses import dataclass, field
from typing import Any

import gast

from adjoint.normalize import tree
from adjoint.normalize.flow import BREAK, CONTINUE, NONE, RETURN, Flow
from adjoint.normalize.returns import Results
from adjoint.normalize.scope import Scope
from adjoint.syntax import core


def jumps(fn: core.Function) -> core.Function:
    """Leave one `return`, and `break` only at the end of a loop's body."""
    scope = Scope(fn)
    return scope.done(_function(fn.tree, scope))


def _function(definition: Any, scope: Scope) -> list[Any]:
    flow, body = Flow(), list(definition.body)
    if flow.block(body).falls:
        body.append(core.return_(core.const(None, body[-1]), body[-1]))
    results = Results.of(body, scope)
    frame = _Frame(scope, flow, results)
    if RETURN in flow.guarded(body):
        frame = _Frame(scope, flow, results, {RETURN: scope.fresh("returned")})
    block = frame.block(body, frozenset([RETURN]))
    return [*block, *results.last(body[-1])]


@dataclass(frozen=True)
class _Frame:
    """What a jump becomes at one place: the flag of each kind of jump (none where no one needs to be told)."""

    scope: Scope
    flow: Flow
    results: Results
    flags: dict[str, str] = field(default_factory=dict)

    def block(self, block: Sequence[Any], unset: frozenset[str]) -> list[Any]:
        """A block without jumps; the flags of the `unset` kinds hold no value yet."""
        out: list[Any] = []
        for i, stmt in enumerate(block):
            leaves = self.flow.of(stmt)
            if leaves.jumps:
                return out + self._jumping(stmt, list(block[i + 1 :]), unset)
            out += self._still(stmt, unset)
            if not leaves.falls:
                break
        return out

    def _still(self, stmt: Any, unset: frozenset[str]) -> list[Any]:
        """A statement that control does not jump out of."""
        match stmt:
            case gast.FunctionDef():
                return [tree.replace(stmt, body=_function(stmt, self.scope))]
            case gast.For() | gast.While():
                return self._loop(stmt, [], unset)
            case _ if isinstance(stmt, tree.COMPOUND):
                return [tree.map_blocks(stmt, lambda block: self.block(block, unset))]
        return [stmt]

    def _jumping(self, stmt: Any, rest: list[Any], unset: frozenset[str]) -> list[Any]:
        early = self._set_early([stmt, *rest], unset)
        if early and not isinstance(stmt, gast.Break) and not _is_break(stmt):
            start = self._clear(early, stmt)
            return [*start, *self._jumping(stmt, rest, unset - early)]
        unset -= early
        match stmt:
            case gast.Break():
                return self._set(BREAK, stmt)
            case gast.Continue():
                return self._set(CONTINUE, stmt)
            case gast.Return():
                return [*self.results.bind(stmt), *self._set(RETURN, stmt)]
            case gast.If():
                return self._if(stmt, rest, unset)
            case gast.For() | gast.While():
                start = self._clear(unset & {RETURN} & self.flow.of(stmt).jumps, stmt)
                return [*start, *self._loop(stmt, rest, unset - {RETURN})]
        return self._guarded(stmt, rest, unset)

    def _set_early(self, block: Sequence[Any], unset: frozenset[str]) -> frozenset[str]:
        """The flags that the end of a loop's body tests whichever way it is reached."""
        return unset & {BREAK} & self.flow.block(block).jumps

    def _if(self, stmt: Any, rest: list[Any], unset: frozenset[str]) -> list[Any]:
        if _is_break(stmt) and BREAK in self.flags:
            flag = core.bind(self.flags[BREAK], stmt.test, stmt)
            return [flag, *self._unless([BREAK], rest, unset, stmt)]
        body, orelse = stmt.body, stmt.orelse
        if not self.flow.block(body).falls:
            orelse = [*orelse, *rest]
        elif not self.flow.block(orelse).falls:
            body = [*body, *rest]
        else:
            return self._guarded(stmt, rest, unset)
        return self._branch(stmt, self.block(body, unset), self.block(orelse, unset))

    def _branch(self, stmt: Any, body: list[Any], orelse: list[Any]) -> list[Any]:
        if body:
            return [core.if_(stmt.test, body, orelse, stmt)]
        if orelse:
            return [core.if_(tree.negated(stmt.test), orelse, (), stmt)]
        return [] if self.scope.is_pure(stmt.test) else [core.effect(stmt.test, stmt)]

    def _guarded(self, stmt: Any, rest: list[Any], unset: frozenset[str]) -> list[Any]:
        """A statement that may jump or not, and then the rest of its block, which the flags keep from running."""
        kinds = self.flow.of(stmt).jumps
        needed = frozenset(k for k in kinds & unset if k in self.flags)
        start = self._clear(needed, stmt)
        unset -= needed
        inner = tree.map_blocks(stmt, lambda block: self.block(block, unset) or [core.pass_(stmt)])
        return [*start, inner, *self._unless(sorted(kinds), rest, unset, stmt)]

    def _loop(self, stmt: Any, rest: list[Any], unset: frozenset[str]) -> list[Any]:
        jumps = self.flow.block(stmt.body).jumps
        if not stmt.orelse and jumps == {BREAK} and self._ends_in_break(stmt.body):
            body = self.block(stmt.body[:-1], NONE) + [stmt.body[-1]]
            return [tree.replace(stmt, body=body), *self.block(rest, unset)]
        flags = {RETURN: self.flags[RETURN]} if RETURN in jumps else {}
        if BREAK in jumps:
            flags[BREAK] = self.scope.fresh("stop")
        if CONTINUE in self.flow.guarded(stmt.body):
            flags[CONTINUE] = self.scope.fresh("skip")
        inner = _Frame(self.scope, self.flow, self.results, flags)
        told = bool(stmt.orelse) and BREAK in jumps
        start = inner._clear(frozenset([BREAK]), stmt) if told else []
        body = inner.block(stmt.body, frozenset([CONTINUE]) if told else frozenset([BREAK, CONTINUE]))
        loop = tree.replace(stmt, body=(body + inner._exit(jumps, stmt)) or [core.pass_(stmt)], orelse=[])
        if told:
            rest = [core.if_(core.unary(gast.Not, core.load(flags[BREAK])), stmt.orelse, (), stmt), *rest]
        else:
            rest = [*stmt.orelse, *rest]
        return [*start, loop, *self._unless(sorted(jumps & {RETURN}), rest, unset, stmt)]

    def _ends_in_break(self, body: Sequence[Any]) -> bool:
        last = body[-1]
        return _is_break(last) and self.scope.is_pure(last.test) and not self.flow.block(body[:-1]).jumps

    def _exit(self, jumps: frozenset[str], stmt: Any) -> list[Any]:
        exits = [self.flags[kind] for kind in (BREAK, RETURN) if kind in jumps]
        return [core.if_(_any(exits), [core.break_(stmt)], (), stmt)] if exits else []

    def _unless(self, kinds: Sequence[str], rest: list[Any], unset: frozenset[str], at: Any) -> list[Any]:
        """The rest of a block, run unless one of these jumps was made."""
        block = self.block(rest, unset)
        flags = [self.flags[kind] for kind in kinds if kind in self.flags]
        if not block or not flags:
            return block
        return [core.if_(core.unary(gast.Not, _any(flags)), block, (), at)]

    def _set(self, kind: str, at: Any) -> list[Any]:
        return [core.bind(self.flags[kind], core.const(True, at), at)] if kind in self.flags else []

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
