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

import ast
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import gast

from adjoint.rules import registry
from adjoint.syntax import core
from adjoint.tidy import example  # noqa: F401  (the doctest's)


class Memory(Enum):
    """Two special classes: NUMBER is immutable through and through; ANY may share memory with everything."""

    NUMBER = "number"
    ANY = "any"


NUMBER: Final = Memory.NUMBER
UNKNOWN = "?"  # stands among touched or written names for memory that no name is known for
LIST: Final = "a list of its own"

# Attributes that tell about an array's form, which no store changes.
FORM = frozenset({"shape", "size", "ndim", "dtype", "itemsize", "nbytes"})
FORM_CALLS = frozenset({"len", "np.shape", "np.size", "np.ndim", "np.zeros_like", "np.ones_like", "np.empty_like"})
VIEWS = frozenset({"T", "mT", "real", "imag", "flat"})
INTERMEDIATE = re.compile(r"t(_\d+)?$")


@dataclass(frozen=True, slots=True)
class Effects:
    """What one statement does itself (or, from `inside`, with all blocks in it).

    `loads` has a name as often as it is read. A statement that is `impure` may do anything and must stay.
    """

    loads: tuple[str, ...] = ()
    binds: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    impure: bool = False
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", frozenset(self.loads))


NOTHING = Effects()


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
        everything = list(core.statements(fn.tree.body))
        self.locals = frozenset(fn.params).union(*(core.names_bound(s) for s in everything))
        self.memory = {**_inferred(self, fn, everything), **memory}
        lists = {n for n, group in self.memory.items() if is_list(group)}
        self.known = {s: e for s, e in self.known.items() if e.reads.isdisjoint(lists)}
        self.generated = _generated(self, everything)

    def of(self, stmt: Any) -> Effects:
        """The effects of a statement itself; of a compound one, of its head."""
        found = self.known.get(stmt)
        if found is None:
            found = self.known[stmt] = _Scan(self).statement(stmt)
        return found

    def inside(self, stmt: Any) -> Effects:
        """The effects of a statement and of everything in it."""
        if not isinstance(stmt, (gast.If, gast.For, gast.While, gast.With)):
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


def is_helper(callee: Any) -> bool:
    """True of the functions that generated code calls: as an expression they are pure, as a statement they add to
    their first argument."""
    module = getattr(callee, "__module__", None) or ""
    return module.startswith(("adjoint.runtime", "adjoint.rules"))


def conflict(one: set[Hashable], other: set[Hashable]) -> bool:
    """True where memory of these classes may overlap."""
    if not one or not other:
        return False
    return Memory.ANY in one or Memory.ANY in other or not one.isdisjoint(other)


def is_list(group: Hashable) -> bool:
    """True of the class of a list that is only appended to and read."""
    return isinstance(group, tuple) and group[0] is LIST


def root_name(target: Any) -> str | None:
    """`A` of the targets `A` and `A[i]`."""
    node = target.value if isinstance(target, gast.Subscript) else target
    return node.id if isinstance(node, gast.Name) else None


class _Scan:
    """Collects one statement's effects."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.loads: list[str] = []
        self.touched: set[str] = set()
        self.written: set[str] = set()
        self.binds: set[str] = set()
        self.impure = False

    def statement(self, stmt: Any) -> Effects:
        kind = type(stmt)
        if kind is core.Comment or kind is gast.Pass or kind is gast.Break:
            return NOTHING
        if kind is gast.Assign:
            self.expr(stmt.value)
            for target in stmt.targets:
                self.target(target)
            self.element(stmt)
        elif kind is gast.AugAssign:
            self.accumulate(stmt)
        elif kind is gast.For:
            self.expr(stmt.iter)
            self.target(stmt.target)
        elif kind is gast.If or kind is gast.While:
            self.expr(stmt.test)
        elif kind is gast.Return:
            if stmt.value is not None:
                self.expr(stmt.value)
            self.impure = True
        elif kind is gast.Expr:
            self.effect(stmt.value)
        elif kind is gast.Assert or kind is gast.Raise:
            for node in core.heads(stmt):
                self.expr(node)
            self.impure = True
        elif kind is gast.FunctionDef:
            self.closure(stmt)
            self.binds.add(stmt.name)
        else:
            self.unknown(stmt)
        return Effects(
            tuple(self.loads), frozenset(self.binds), frozenset(self.touched), frozenset(self.written), self.impure
        )

    def expr(self, node: Any) -> None:
        kind = type(node)
        if kind is gast.Name:
            self.loads.append(node.id)
            self.touched.add(node.id)
        elif kind is gast.Constant:
            pass
        elif kind is gast.BinOp:
            self.expr(node.left)
            self.expr(node.right)
        elif kind is gast.UnaryOp:
            self.expr(node.operand)
        elif kind is gast.Subscript:
            self.subscript(node)
        elif kind is gast.Call:
            self.call(node)
        elif kind is gast.Attribute:
            self.attribute(node)
        elif kind in CLOSING:
            self.closure(node)
            self.impure = True
        else:
            for part in ast.iter_child_nodes(node):
                if not isinstance(part, (gast.expr_context, gast.cmpop, gast.boolop)):
                    self.expr(part)

    def subscript(self, node: Any) -> None:
        self.expr(node.value)
        self.expr(node.slice)
        name = root_name(node)
        if name is not None and is_list(self.facts.memory.get(name)):
            self.touched.add(UNKNOWN)  # an element of a list: it may be an array that something else changes

    def element(self, stmt: Any) -> None:
        """An element read from a list into a name of known class touches that class."""
        name = root_name(stmt.targets[0])
        if name in self.facts.memory and isinstance(stmt.value, gast.Subscript):
            if is_list(self.facts.memory.get(root_name(stmt.value) or "")):
                self.touched.discard(UNKNOWN)
                self.touched.add(name)

    def attribute(self, node: Any) -> None:
        path = core.path_of(node)
        if path is not None and path in self.facts.bindings:
            if not _is_immutable(self.facts.bindings[path]):
                self.touched.add(UNKNOWN)
        elif node.attr in FORM and isinstance(node.value, gast.Name):
            self.loads.append(node.value.id)
        else:
            self.expr(node.value)
            if node.attr not in VIEWS and node.attr not in FORM:
                self.touched.add(UNKNOWN)

    def call(self, node: Any) -> None:
        path = core.path_of(node.func)
        if path in FORM_CALLS and path in self.facts.bindings and node.args and isinstance(node.args[0], gast.Name):
            self.loads.append(node.args[0].id)
            arguments = node.args[1:]
        else:
            arguments = node.args
        if path is None or path not in self.facts.bindings:
            self.expr(node.func.value if isinstance(node.func, gast.Attribute) else node.func)
            if self.pops(node):
                return
        for argument in arguments:
            self.expr(argument)
        for keyword in node.keywords:
            self.expr(keyword.value)
        if not self.facts.is_pure_call(node):
            self.wild()

    def pops(self, node: Any) -> bool:
        """`bars.pop()` changes a list, and nothing else."""
        match node:
            case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="pop"), args=[]):
                if name not in self.facts.locals:
                    return False
                self.written.add(name)
                self.touched.add(UNKNOWN)
                self.impure = True
                return True
        return False

    def target(self, node: Any) -> None:
        kind = type(node)
        if kind is gast.Name:
            self.binds.add(node.id)
        elif kind is gast.Subscript and isinstance(node.value, gast.Name):
            self.loads.append(node.value.id)
            self.expr(node.slice)
            self.written.add(node.value.id)
        elif kind is gast.Tuple or kind is gast.List:
            for element in node.elts:
                self.target(element)
        else:
            self.unknown(node)

    def accumulate(self, stmt: Any) -> None:
        self.expr(stmt.value)
        self.target(stmt.target)
        name = root_name(stmt.target)
        if name is None:
            return
        self.touched.add(name)
        if isinstance(stmt.target, gast.Name):
            self.loads.append(name)
            self.written.add(name)

    def effect(self, value: Any) -> None:
        match value:
            case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"), args=[element]) if (
                name in self.facts.locals
            ):
                self.loads.append(name)
                self.expr(element)
                self.written.add(name)
            case gast.Call(args=[gast.Name(id=name), *_]) if is_helper(self.facts.callee(value.func)):
                self.expr(value)
                self.written.add(name)
                self.impure = True
            case _:
                self.expr(value)

    def closure(self, node: Any) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, gast.Name):
                self.loads.append(inner.id)
                self.touched.add(inner.id)
                self.facts.pinned.add(inner.id)

    def unknown(self, node: Any) -> None:
        self.closure(node)
        self.binds.update(n.id for n in ast.walk(node) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store))
        self.wild()

    def wild(self) -> None:
        self.impure = True
        self.touched.add(UNKNOWN)
        self.written.add(UNKNOWN)


CLOSING = (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp, gast.NamedExpr)


def _is_immutable(value: Any) -> bool:
    return value is None or isinstance(value, (int, float, complex, str, type)) or callable(value)


def _inferred(facts: Facts, fn: core.Function, everything: list[Any]) -> dict[str, Hashable]:
    """Classes that need no analysis: counters and lengths are numbers, a list only appended to and read is its own."""
    values: dict[str, list[Any]] = {}
    other = set(fn.params)  # names bound in ways that say nothing, or used so that they may be shared
    uses: dict[str, int] = {}
    for stmt in everything:
        for name in facts.of(stmt).loads:
            uses[name] = uses.get(name, 0) + 1
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=value):
                values.setdefault(name, []).append(value)
            case gast.AugAssign(target=gast.Name(id=name), value=value):
                values.setdefault(name, []).append(value)
            case gast.For(target=gast.Name(id=name), iter=gast.Call(func=gast.Name(id="range"))):
                values.setdefault(name, [])
            case _:
                other |= facts.of(stmt).binds
    numbers = set(values) - other
    size = -1
    while len(numbers) != size:
        size = len(numbers)
        for name in [n for n in values if n in numbers]:  # in textual order: one or two sweeps mostly do
            if not all(_is_number(v, numbers) for v in values[name]):
                numbers.discard(name)
    inferred: dict[str, Hashable] = dict.fromkeys(numbers, NUMBER)
    lists = {n for n, bound in values.items() if bound and n not in other and all(_is_empty_list(v) for v in bound)}
    counted = _list_uses(facts, everything, lists)
    for name, bound in values.items():
        if name in other or not bound:
            continue
        if name in lists and uses.get(name, 0) == counted.get(name, 0):
            inferred[name] = (LIST, name)
        elif uses.get(name, 0) == 1 and name in facts.temps and all(facts.is_fresh(v) for v in bound):
            inferred.setdefault(name, ("fresh temporary", name))
    return inferred


def _is_number(value: Any, numbers: set[str]) -> bool:
    match value:
        case gast.Constant():
            return True
        case gast.Name(id=name):
            return name in numbers
        case gast.BinOp(left=left, right=right):
            return _is_number(left, numbers) and _is_number(right, numbers)
        case gast.UnaryOp(operand=operand):
            return _is_number(operand, numbers)
        case gast.Attribute(attr=attr):
            return attr in FORM
        case gast.Subscript(value=gast.Attribute(attr="shape")):
            return True
        case gast.Call(func=gast.Name(id="len")):
            return True
    return False


def _is_empty_list(value: Any) -> bool:
    return isinstance(value, gast.List) and not value.elts


def _list_uses(facts: Facts, everything: list[Any], lists: set[str]) -> dict[str, int]:
    """How often each of these lists stands in a use that does not share it: `append`, `[…]` (read), `len`."""
    counted = dict.fromkeys(lists, 0)
    for stmt in everything:
        if facts.of(stmt).reads.isdisjoint(lists):
            continue
        for head in core.heads(stmt):
            for node in ast.walk(head):
                match node:
                    case (
                        gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="append"))
                        | gast.Subscript(value=gast.Name(id=name), ctx=gast.Load())
                        | gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name)])
                    ) if name in counted:
                        counted[name] += 1
    return counted


def _generated(facts: Facts, everything: list[Any]) -> frozenset[str]:
    """Names of values that only the compiler's statements read: bars, records, and what only these are made of."""
    inner = {n for n in facts.temps if not INTERMEDIATE.match(n)}
    theirs: set[str] = set()  # names that statements of the user's read
    for stmt in reversed(everything):
        effects = facts.of(stmt)
        name = root_name(stmt.targets[0]) if isinstance(stmt, gast.Assign) else None
        if name is not None and name in facts.temps and (name in inner or name not in theirs):
            inner.add(name)
        elif not (isinstance(stmt, (gast.Return, core.Comment)) or root_name(getattr(stmt, "target", None)) in inner):
            theirs |= effects.reads
    return frozenset(inner - (theirs - {n for n in facts.temps if not INTERMEDIATE.match(n)}))
