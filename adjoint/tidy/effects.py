"""What one statement reads, binds and writes, read off its tree.

A name *touched* is one whose memory is read; `B.shape` reads the name B, not its memory.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Set
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import gast

from adjoint.syntax import core

if TYPE_CHECKING:
    from adjoint.tidy.facts import Facts


class Memory(Enum):
    """Two special classes: NUMBER is immutable through and through; ANY may share memory with everything."""

    NUMBER = "number"
    ANY = "any"
    __hash__ = object.__hash__  # Enum's own goes by the name, and takes longer


NUMBER: Final = Memory.NUMBER
UNKNOWN = "?"  # stands among touched or written names for memory that no name is known for
LIST: Final = "a list of its own"

# Attributes that tell about an array's form, which no store changes.
FORM = frozenset({"shape", "size", "ndim", "dtype", "itemsize", "nbytes"})
FORM_CALLS = frozenset({"len", "np.shape", "np.size", "np.ndim", "np.zeros_like", "np.ones_like", "np.empty_like"})
VIEWS = frozenset({"T", "mT", "real", "imag", "flat"})
INTERMEDIATE = re.compile(r"t(_\d+)*$")


NONE: frozenset[str] = frozenset()


class Effects:
    """What one statement does itself (or, from `inside`, with all blocks in it); never changed.

    `loads` has a name as often as it is read. A statement that is `impure` may do anything and must stay.
    """

    __slots__ = ("binds", "impure", "loads", "reads", "touched", "written")

    def __init__(  # by hand: a frozen dataclass takes four times as long, and there are hundreds
        self,
        loads: tuple[str, ...] = (),
        binds: frozenset[str] = NONE,
        touched: frozenset[str] = NONE,
        written: frozenset[str] = NONE,
        impure: bool = False,
    ) -> None:
        self.loads, self.binds, self.touched, self.written, self.impure = loads, binds, touched, written, impure
        self.reads = frozenset(loads)


NOTHING = Effects()


def effects_of(stmt: Any, facts: Facts) -> Effects:
    """The effects of a statement itself; of a compound one, of its head."""
    return NOTHING if type(stmt) in IDLE else _Scan(facts).statement(stmt)


IDLE = frozenset([core.Comment, gast.Pass, gast.Break])


def is_helper(callee: Any) -> bool:
    """True of the functions that generated code calls: as an expression they are pure, as a statement they add to
    their first argument."""
    module = getattr(callee, "__module__", None) or ""
    if module == "adjoint.runtime.dispatch":
        return bool(callee.__name__ == "call_reverse")  # the others run the user's functions
    return module.startswith(("adjoint.runtime", "adjoint.rules"))


def conflict(one: Set[Hashable], other: Set[Hashable]) -> bool:
    """True where memory of these classes may overlap."""
    if not one or not other:
        return False
    return Memory.ANY in one or Memory.ANY in other or not one.isdisjoint(other)


def is_list(group: Hashable) -> bool:
    """True of the class of a list that is only appended to and read."""
    return isinstance(group, tuple) and group[0] is LIST


def root_name(target: Any) -> str | None:
    """`A` of the targets `A` and `A[i]`."""
    if type(target) is gast.Name:
        return target.id  # type: ignore[no-any-return]
    if isinstance(target, gast.Subscript) and type(target.value) is gast.Name:
        return target.value.id  # type: ignore[no-any-return]
    return None


def is_range(node: Any) -> bool:
    """True of `range(...)`."""
    return type(node) is gast.Call and core.is_name(node.func, "range")


CLOSING = (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp, gast.NamedExpr)


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
        if kind is gast.Assign:
            self.expr(stmt.value)
            for target in stmt.targets:
                self.target(target)
            if isinstance(stmt.value, gast.Subscript):
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
        elif kind is core.Attempt:
            self.attempt(stmt)
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

    def attempt(self, stmt: Any) -> None:
        for node in (*stmt.guard, *(c.type for c in stmt.catches)):
            if node is not None:
                self.expr(node)
        self.loads.append(stmt.flag.id)
        self.binds |= core.names_bound(stmt)
        self.impure = True

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
            for part in core.children(node):
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
        if name in self.facts.memory:
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
            group = self.facts.memory.get(node.args[0].id)
            if path == "len" and (group is None or is_list(group)):
                self.touched.add(node.args[0].id)  # it may be a list, which can change its length
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
            case gast.Call(args=[first, *_]) if is_helper(self.facts.callee(value.func)):
                self.expr(value)
                self.written.add(first.id if isinstance(first, gast.Name) else UNKNOWN)
                self.impure = True
            case _:
                self.expr(value)

    def closure(self, node: Any) -> None:
        for inner in core.walk(node):
            if isinstance(inner, gast.Name):
                self.loads.append(inner.id)
                self.touched.add(inner.id)
                self.facts.pinned.add(inner.id)

    def unknown(self, node: Any) -> None:
        self.closure(node)
        self.binds.update(n.id for n in core.walk(node) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store))
        self.wild()

    def wild(self) -> None:
        self.impure = True
        self.touched.add(UNKNOWN)
        self.written.add(UNKNOWN)


def _is_immutable(value: Any) -> bool:
    return value is None or isinstance(value, (int, float, complex, str, type)) or callable(value)
