"""What each statement reads, binds and writes: the facts that every tidy pass asks before it moves or drops anything.

    >>> facts = Facts(fn := example.function("t = np.sin(x)\\nA[i] += t * B.shape[0]"))
    >>> first, second = (facts.of(s) for s in fn.tree.body)
    >>> sorted(first.reads), sorted(first.touched), first.impure
    (['x'], ['x'], False)
    >>> sorted(second.reads), sorted(second.touched), sorted(second.written)
    (['A', 'B', 'i', 't'], ['A', 'i', 't'], ['A'])

A name *touched* is one whose memory is read; `B.shape` reads the name B, not its memory. Names are grouped in memory
classes: two names with different classes never share memory, one without a class may share with any.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from itertools import chain
from typing import Any

import gast
import numpy as np

from adjoint.emit.names import RESERVED
from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.tidy import example  # noqa: F401  (the doctest's)
from adjoint.tidy.effects import NONE, NUMBER, Effects, Memory, effects_of, is_helper, is_list, is_range, root_name
from adjoint.tidy.inferred import generated, inferred
from adjoint.tidy.rebuild import COMPOUND


class _Known(dict[Any, Effects]):
    """The effects of statements by themselves, worked out when they are first asked for."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = weakref.ref(facts)  # no cycle: all is freed as soon as tidy is done

    def __missing__(self, stmt: Any) -> Effects:
        facts = self.facts()
        assert facts is not None
        self[stmt] = found = effects_of(stmt, facts)
        return found


class _Within(dict[Any, Effects]):
    """The effects of statements with all that is in them."""

    def __init__(self, known: _Known) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, stmt: Any) -> Effects:
        own = self.known[stmt]
        if type(stmt) not in COMPOUND:
            self[stmt] = own
            return own
        parts = [own, *(self[s] for block in core.blocks(stmt) for s in block)]
        self[stmt] = found = Effects(
            tuple(chain.from_iterable([p.loads for p in parts])),
            frozenset().union(*[p.binds for p in parts]),
            frozenset().union(*[p.touched for p in parts]),
            frozenset().union(*[p.written for p in parts]),
            any(p.impure for p in parts),
        )
        return found


class _Shared(dict[Any, frozenset[str]]):
    """The names which a statement may make share memory with others; those that it binds anew without are not in it."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = weakref.ref(facts)

    def __missing__(self, stmt: Any) -> frozenset[str]:
        facts = self.facts()
        assert facts is not None
        is_named = type(stmt) is gast.Assign and type(stmt.targets[0]) is gast.Name
        if type(stmt) is gast.AugAssign or is_named and facts.is_fresh(stmt.value):
            found = NONE
        else:
            binds = NONE if is_named and type(stmt.value) is gast.List else facts.of(stmt).binds
            found = binds | self.reads(stmt, facts)
        self[stmt] = found
        return found

    def reads(self, stmt: Any, facts: Facts) -> frozenset[str]:
        kind = type(stmt)
        if kind in APART or kind is gast.For and is_range(stmt.iter):
            return NONE
        effects = facts.of(stmt)
        name = root_name(stmt.targets[0]) if kind is gast.Assign else None
        if name is not None:
            if facts.is_fresh(stmt.value) or facts.is_number(name):
                return NONE
            mine = facts.memory.get(name)
            others = (facts.memory.get(n) for n in effects.touched - effects.written)
            if mine is not None and all(n is not None and n != mine for n in others):
                return NONE
        return effects.reads - effects.written


# Statements after which nothing that they read is shared.
APART = frozenset([gast.AugAssign, gast.If, gast.While, gast.Return, gast.Assert, gast.Raise])


class Facts:
    """The table of effects of one function's statements, filled as it is asked; statements are never changed."""

    def __init__(self, fn: core.Function, memory: Mapping[str, Hashable] = {}) -> None:
        self.bindings = fn.bindings
        self.temps = fn.temps
        self.matrices = fn.matrices
        self.known = _Known(self)
        self.within = _Within(self.known)
        # The effects of a statement itself (of a compound one, of its head), and those of everything in it.
        self.of: Callable[[Any], Effects] = self.known.__getitem__
        self.inside: Callable[[Any], Effects] = self.within.__getitem__
        self.shared = _Shared(self)  # by statement: the names that may share memory with what it binds or stores
        self.counted: tuple[core.Function, Mapping[str, int]] | None = None
        self.grouped: dict[frozenset[str], frozenset[Hashable]] = {}
        self.settled: set[Any] = set()  # statements that arithmetic has nothing to say about
        # Expressions in which arithmetic finds nothing: where the value must be fresh, and where it may be anything.
        self.simple: tuple[set[Any], set[Any]] = (set(), set())
        self.pinned: set[str] = set()  # names that a nested function or comprehension closes over
        self.memory: dict[str, Hashable] = {}
        everything = fn.statements
        self.locals = frozenset(fn.params).union(*map(fn.binds.__getitem__, everything))
        self.memory = {**inferred(self, fn, everything, memory), **memory}
        lists = {n for n, group in self.memory.items() if is_list(group)}
        for stmt in [s for s, e in self.known.items() if not e.reads.isdisjoint(lists)]:
            del self.known[stmt]
        self.generated = generated(self, everything)

    def loads(self, fn: core.Function) -> Mapping[str, int]:
        """How often each name is read in a function."""
        if self.counted is None or self.counted[0] is not fn:
            self.counted = fn, Counter(chain.from_iterable([self.of(stmt).loads for stmt in fn.statements]))
        return self.counted[1]

    def is_number(self, name: str) -> bool:
        return self.memory.get(name) is NUMBER

    def is_cotangent(self, name: str) -> bool:
        return str(self.memory.get(name, "")).startswith("cotangent ")

    def classes(self, names: frozenset[str]) -> frozenset[Hashable]:
        """The memory classes of some names, without NUMBER: such memory never changes."""
        found = self.grouped.get(names)
        if found is None:
            found = frozenset([self.memory.get(n, Memory.ANY) for n in names]) - {NUMBER}
            self.grouped[names] = found
        return found

    def is_ours(self, stmt: Any) -> bool:
        """True of a statement that computes for the compiler only: its text need not be the user's."""
        kind = type(stmt)
        if kind is gast.Assign and len(stmt.targets) == 1:
            return root_name(stmt.targets[0]) in self.generated
        if kind is gast.AugAssign:
            return root_name(stmt.target) in self.generated
        match stmt:
            case gast.Return():
                return True
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name)))):
                return name in self.generated
        return False

    def is_fresh(self, value: Any) -> bool:
        """True where an expression's value certainly shares memory with nothing."""
        kind = type(value)
        if kind is gast.BinOp or kind is gast.Compare or kind is gast.Constant:
            return True
        if kind is gast.UnaryOp:
            return type(value.op) is not gast.UAdd
        if kind is gast.Call:
            callee = self.callee(value.func)
            if callee is np.einsum:  # of one array it may be a view of that
                return len(value.args) > 2 and not any(isinstance(a, gast.Starred) for a in value.args)
            return callee is not None and registry.result_of(callee) == "fresh"
        return False

    def callee(self, func: Any) -> Any:
        """The object that a call calls: of a path in the bindings, or what an array's method means; None if unknown."""
        path = core.path_of(func)
        if path is not None and path in self.bindings:
            return self.bindings[path]
        if isinstance(func, gast.Attribute) and not (path and path.split(".")[0] in self.bindings):
            return registry.METHODS.get(func.attr)
        return RESERVED.get(path or "")  # written by us where the user's text names it nowhere

    def is_pure_call(self, node: Any) -> bool:
        callee = self.callee(node.func)
        return callee is not None and (registry.is_pure(callee) or is_helper(callee))


Known = Mapping[str, Hashable] | Facts | None  # what a pass is told of memory: classes, a table of facts, or nothing


def facts_of(fn: core.Function, memory: Known) -> Facts:
    """The table of facts that a pass works with; passes that run in turn share one."""
    return memory if isinstance(memory, Facts) else Facts(fn, memory or {})
