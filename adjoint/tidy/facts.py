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

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import gast

from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.tidy import example  # noqa: F401  (the doctest's)
from adjoint.tidy.effects import NUMBER, Effects, Memory, effects_of, is_helper, is_list
from adjoint.tidy.inferred import generated, inferred
from adjoint.tidy.rebuild import COMPOUND


class Facts:
    """The table of effects of one function's statements, filled as it is asked; statements are never changed."""

    def __init__(self, fn: core.Function, memory: Mapping[str, Hashable] = {}) -> None:
        self.bindings = fn.bindings
        self.temps = fn.temps
        self.known: dict[Any, Effects] = {}
        self.within: dict[Any, Effects] = {}
        self.settled: set[Any] = set()  # statements that arithmetic has nothing to say about
        self.pinned: set[str] = set()  # names that a nested function or comprehension closes over
        self.memory: dict[str, Hashable] = {}
        everything = fn.statements
        self.locals = frozenset(fn.params).union(*(core.names_bound(s) for s in everything))
        self.memory = {**inferred(self, fn, everything), **memory}
        lists = {n for n, group in self.memory.items() if is_list(group)}
        self.known = {s: e for s, e in self.known.items() if e.reads.isdisjoint(lists)}
        self.generated = generated(self, everything)

    def of(self, stmt: Any) -> Effects:
        """The effects of a statement itself; of a compound one, of its head."""
        try:
            return self.known[stmt]
        except KeyError:
            found = self.known[stmt] = effects_of(stmt, self)
            return found

    def inside(self, stmt: Any) -> Effects:
        """The effects of a statement and of everything in it."""
        if type(stmt) not in COMPOUND:
            return self.of(stmt)
        found = self.within.get(stmt)
        if found is None:
            parts = [self.of(stmt), *(self.inside(s) for block in core.blocks(stmt) for s in block)]
            found = self.within[stmt] = Effects(
                tuple(n for p in parts for n in p.loads),
                frozenset().union(*(p.binds for p in parts)),
                frozenset().union(*(p.touched for p in parts)),
                frozenset().union(*(p.written for p in parts)),
                any(p.impure for p in parts),
            )
        return found

    def is_number(self, name: str) -> bool:
        return self.memory.get(name) is NUMBER

    def classes(self, names: Iterable[str]) -> set[Hashable]:
        """The memory classes of some names, without NUMBER: such memory never changes."""
        return {self.memory.get(n, Memory.ANY) for n in names} - {NUMBER}

    def is_ours(self, stmt: Any) -> bool:
        """True of a statement that computes for the compiler only: its text need not be the user's."""
        match stmt:
            case gast.Return():
                return True
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=gast.Name(id=name)))):
                return name in self.generated
            case gast.Assign(targets=[target]) | gast.AugAssign(target=target):
                root = target.value if isinstance(target, gast.Subscript) else target
                return isinstance(root, gast.Name) and root.id in self.generated
        return False

    def is_fresh(self, value: Any) -> bool:
        """True where an expression's value certainly shares memory with nothing."""
        match value:
            case gast.BinOp() | gast.Compare() | gast.Constant():
                return True
            case gast.UnaryOp():
                return not isinstance(value.op, gast.UAdd)
            case gast.Call(func=func):
                callee = self.callee(func)
                return callee is not None and registry.result_of(callee) == "fresh"
        return False

    def callee(self, func: Any) -> Any:
        """The object that a call calls: of a path in the bindings, or what an array's method means; None if unknown."""
        path = core.path_of(func)
        if path is not None and path in self.bindings:
            return self.bindings[path]
        if isinstance(func, gast.Attribute) and not (path and path.split(".")[0] in self.bindings):
            return registry.METHODS.get(func.attr)
        return None

    def is_pure_call(self, node: Any) -> bool:
        callee = self.callee(node.func)
        return callee is not None and (registry.is_pure(callee) or is_helper(callee))


Known = Mapping[str, Hashable] | Facts | None  # what a pass is told of memory: classes, a table of facts, or nothing


def facts_of(fn: core.Function, memory: Known) -> Facts:
    """The table of facts that a pass works with; passes that run in turn share one."""
    return memory if isinstance(memory, Facts) else Facts(fn, memory or {})
