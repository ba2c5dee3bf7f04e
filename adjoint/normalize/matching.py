"""Spell out `match`: a chain of `if`, each with the test of a pattern, and then the names that it captures.

    >>> from adjoint.normalize.example import show
    >>> show(matching, '''
    ... match shape:
    ...     case "unit":
    ...         s = 1
    ...     case 2 | 3 as n:
    ...         s = n
    ...     case [n, *rest] if n > 0:
    ...         s = n * len(rest)
    ...     case _:
    ...         s = 0
    ... ''')
    if shape == 'unit':
        s = 1
    elif shape == 2 or shape == 3:
        n = shape
        s = n
    else:
        hit = is_sequence(shape) and len(shape) >= 1
        if hit:
            n = shape[0]
            rest = list(shape[1:])
            hit = n > 0
        if hit:
            s = n * len(rest)
        else:
            s = 0

A subject that is a display (`match x, y:`) is taken apart: its parts need no tests of what they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from adjoint.classes import dataclass
from adjoint.errors import Problem, UnsupportedSyntax, problem_at, raise_problems
from adjoint.normalize import tree
from adjoint.normalize.scope import MISSING, Scope
from adjoint.runtime import patterns
from adjoint.syntax import core

# They capture the whole value in `case int(n)`.
WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


def matching(fn: core.Function) -> core.Function:
    """Leave no `match`."""
    if gast.Match not in fn.forms:
        return fn
    scope = Scope(fn)
    return scope.done(_Cases(scope).block(fn.tree.body))


@dataclass(frozen=True)
class _Found:
    """One way for a pattern to fit: if all `tests` hold, the names are bound to the values."""

    tests: tuple[Any, ...] = ()
    binds: tuple[tuple[str, Any], ...] = ()

    def __add__(self, other: _Found) -> _Found:
        return _Found(self.tests + other.tests, self.binds + other.binds)


class _Cases:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def block(self, block: Sequence[Any]) -> list[Any]:
        return [new for stmt in block for new in self.statement(stmt)]

    def statement(self, stmt: Any) -> list[Any]:
        if isinstance(stmt, gast.Match):
            out: list[Any] = []
            subject = self._subject(tree.header(stmt), out)
            return out + self._chain(stmt.cases, subject, stmt)
        return [tree.map_blocks(stmt, self.block)] if isinstance(stmt, tree.COMPOUND) else [stmt]

    def _subject(self, stmt: Any, out: list[Any]) -> Any:
        """The subject under a name that no case binds; a display with its parts under such names."""
        value = stmt.subject
        if isinstance(value, gast.Tuple) and not any(isinstance(e, gast.Starred) for e in value.elts):
            return tree.replace(value, elts=[self._held(e, stmt, out) for e in value.elts])
        return self._held(value, stmt, out)

    def _held(self, value: Any, stmt: Any, out: list[Any]) -> Any:
        if core.is_constant(value) or (core.is_name(value) and value.id not in tree.bound(*_bodies(stmt))):
            return value
        name = self.scope.fresh("subject")
        out.append(core.bind(name, value, stmt))
        return core.load(name, value)

    def _chain(self, cases: Sequence[Any], subject: Any, stmt: Any) -> list[Any]:
        if not cases:
            return []
        case, *rest = cases
        ways = self.ways(case.pattern, subject)
        body = self.block(case.body)
        if len(ways) > 1 or (case.guard is not None and ways[0].binds):
            return self._by_flag(case, ways, body, self._chain(rest, subject, stmt), stmt)
        tests, binds = list(ways[0].tests), _binds(ways[0], case.pattern)
        if case.guard is not None:
            tests.append(case.guard)
        if not tests:
            return [*binds, *body]
        return [core.if_(_all(tests), [*binds, *body], self._chain(rest, subject, stmt), case.pattern)]

    def _by_flag(self, case: Any, ways: Sequence[_Found], body: list[Any], rest: list[Any], stmt: Any) -> list[Any]:
        """A case whose guard reads what it captures, or that fits in several ways."""
        hit = self.scope.fresh("hit")
        after: list[Any] = [] if case.guard is None else [core.bind(hit, case.guard, case.pattern)]
        out = self._first_way(hit, ways, after, case)
        return [*out, core.if_(core.load(hit), body, rest, case.pattern)]

    def _first_way(self, hit: str, ways: Sequence[_Found], after: list[Any], case: Any) -> list[Any]:
        way, *others = ways
        test = _all(way.tests) if way.tests else core.const(True)
        inner = [*_binds(way, case.pattern), *core.copy(after)]
        orelse = self._first_way(hit, others, after, case) if others else []
        return [core.bind(hit, test, case.pattern), core.if_(core.load(hit), inner, orelse, case.pattern)]

    # Patterns

    def ways(self, pattern: Any, subject: Any) -> list[_Found]:
        """The ways in which a pattern fits, in the order in which they are tried."""
        match pattern:
            case gast.MatchValue():
                return [_Found((core.compare(core.copy(subject), gast.Eq, pattern.value, pattern),))]
            case gast.MatchSingleton():
                value = core.const(pattern.value, pattern)
                return [_Found((core.compare(core.copy(subject), gast.Is, value, pattern),))]
            case gast.MatchAs():
                name = () if pattern.name is None else ((pattern.name, core.copy(subject)),)
                inner = [_Found()] if pattern.pattern is None else self.ways(pattern.pattern, subject)
                return [way + _Found((), name) for way in inner]
            case gast.MatchOr():
                return _joined([way for p in pattern.patterns for way in self.ways(p, subject)])
            case gast.MatchSequence():
                return self._sequence(pattern, subject)
            case gast.MatchMapping():
                return self._mapping(pattern, subject)
            case gast.MatchClass():
                return self._class(pattern, subject)
        raise TypeError(f"no pattern: {type(pattern).__name__}")

    def _each(self, pairs: Sequence[tuple[Any, Any]], first: _Found) -> list[_Found]:
        """All of several patterns fit."""
        found = [first]
        for pattern, part in pairs:
            found = [way + more for way in found for more in self.ways(pattern, part)]
        return found

    def _sequence(self, pattern: Any, subject: Any) -> list[_Found]:
        parts = pattern.patterns
        star = next((k for k, p in enumerate(parts) if isinstance(p, gast.MatchStar)), None)
        least = len(parts) - (star is not None)
        if isinstance(subject, gast.Tuple):
            return self._parts(pattern, subject, star, least)
        length = core.call(self.scope.builtin("len"), core.copy(subject), at=pattern)
        enough = core.compare(length, gast.Eq if star is None else gast.GtE, core.const(least), pattern)
        test = core.call(self.scope.helper(patterns.is_sequence), core.copy(subject), at=pattern)
        first = _Found((test, enough) if star is None or least else (test,))
        if star is None:
            return self._each([(p, core.item(core.copy(subject), core.const(k))) for k, p in enumerate(parts)], first)
        after = len(parts) - star - 1
        pairs = [(p, core.item(core.copy(subject), core.const(k))) for k, p in enumerate(parts[:star])]
        ends = [(p, core.item(core.copy(subject), core.const(k - after))) for k, p in enumerate(parts[star + 1 :])]
        bounds = core.slice_(core.const(star) if star else None, core.const(-after) if after else None, None)
        middle = core.call(self.scope.builtin("list"), core.item(core.copy(subject), bounds), at=pattern)
        ways = self._each(pairs, first)
        name = parts[star].name
        rest = _Found((), () if name is None else ((name, middle),))
        return [way + rest + more for way in ways for more in self._each(ends, _Found())]

    def _parts(self, pattern: Any, subject: Any, star: int | None, least: int) -> list[_Found]:
        """A sequence pattern against a display."""
        given, parts = list(subject.elts), list(pattern.patterns)
        if len(given) < least or (star is None and len(given) > least):
            return [_Found((core.const(False),))]
        middle: list[tuple[str, Any]] = []
        if star is not None:
            taken = given[star : len(given) - (len(parts) - star - 1)]
            if parts[star].name is not None:
                middle.append((parts[star].name, core.list_(core.copy(taken), pattern)))
            given[star : star + len(taken)] = []
            del parts[star]
        return self._each(list(zip(parts, given, strict=True)), _Found((), tuple(middle)))

    def _mapping(self, pattern: Any, subject: Any) -> list[_Found]:
        test = core.call(self.scope.helper(patterns.is_mapping), core.copy(subject), at=pattern)
        has = [core.compare(core.copy(k), gast.In, core.copy(subject), pattern) for k in pattern.keys]
        values = [core.item(core.copy(subject), core.copy(k)) for k in pattern.keys]
        ways = self._each(list(zip(pattern.patterns, values)), _Found((test, *has)))
        if pattern.rest is None:
            return ways
        key, value = self.scope.fresh("key"), self.scope.fresh("value")
        items = core.call(core.attribute(core.copy(subject), "items"), at=pattern)
        other = core.compare(core.load(key), gast.NotIn, core.tuple_(core.copy(pattern.keys)), pattern)
        target = gast.Tuple([core.store(key), core.store(value)], gast.Store())
        clause = gast.comprehension(target, items, [other] if pattern.keys else [], 0)
        rest = core.place(gast.DictComp(core.load(key), core.load(value), [clause]), pattern)
        return [way + _Found((), ((pattern.rest, rest),)) for way in ways]

    def _class(self, pattern: Any, subject: Any) -> list[_Found]:
        cls = self.scope.resolved(core.path_of(pattern.cls))
        test = core.call(self.scope.builtin("isinstance"), core.copy(subject), core.copy(pattern.cls), at=pattern)
        if cls in WHOLE and len(pattern.patterns) == 1 and not pattern.kwd_attrs:
            return self._each([(pattern.patterns[0], subject)], _Found((test,)))
        names = list(getattr(cls, "__match_args__", ())) if cls is not MISSING else []
        if len(pattern.patterns) > len(names):
            self._refuse(pattern)
        fields = [*names[: len(pattern.patterns)], *pattern.kwd_attrs]
        has = [self._has(subject, name, pattern) for name in fields if not _declares(cls, name)]
        pairs = zip([*pattern.patterns, *pattern.kwd_patterns], fields, strict=True)
        return self._each([(p, core.attribute(core.copy(subject), f)) for p, f in pairs], _Found((test, *has)))

    def _has(self, subject: Any, name: str, at: Any) -> Any:
        return core.call(self.scope.builtin("hasattr"), core.copy(subject), core.const(name), at=at)

    def _refuse(self, pattern: Any) -> None:
        name = core.path_of(pattern.cls)
        problem: Problem = problem_at(
            pattern,
            f"which attributes `{name}(…)` means by position is not known here",
            f"Name them: `{name}(field=…)`.",
        )
        raise_problems(UnsupportedSyntax, [problem], self.scope.fn.origin)


def _bodies(stmt: Any) -> list[Any]:
    return [part for case in stmt.cases for part in (case.pattern, *filter(None, [case.guard]), *case.body)]


def _binds(way: _Found, at: Any) -> list[Any]:
    return [core.bind(name, core.copy(value), at) for name, value in way.binds]


def _joined(ways: list[_Found]) -> list[_Found]:
    """Ways that capture nothing are one: `1 | 2`."""
    if len(ways) > 1 and not any(way.binds for way in ways):
        tests = [_all(way.tests) if way.tests else core.const(True) for way in ways]
        return [_Found((core.place(gast.BoolOp(gast.Or(), tests), tests[0]),))]
    return ways


def _all(tests: Sequence[Any]) -> Any:
    if len(tests) == 1:
        return tests[0]
    return core.place(gast.BoolOp(gast.And(), list(tests)), tests[0])


def _declares(cls: Any, name: str) -> bool:
    """Does every instance of a class have this attribute?"""
    return cls is not MISSING and (name in getattr(cls, "__match_args__", ()) or hasattr(cls, name))
