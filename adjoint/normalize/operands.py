"""Work out the operands of one statement: what is not an atom is bound to a name before the statement.

>>> from adjoint.normalize.example import function, written
>>> fn = function("y = (a * b)[2 * i + 1, :f(n)]")
>>> out = []
>>> written(Operands(Scope(fn), out, fn.tree.body[0]).rhs(fn.tree.body[0].value))
't[2 * i + 1, :t_1]'
>>> [written(bind.value) for bind in out]
['a * b', 'f(n)']
"""

from __future__ import annotations

from typing import Any

import gast

from adjoint.normalize import order, tree
from adjoint.normalize.scope import MISSING, Scope
from adjoint.syntax import core

ARITHMETIC = (gast.Add, gast.Sub, gast.Mult, gast.FloorDiv, gast.Mod)
DISPLAYS = (gast.Tuple, gast.List)


class Operands:
    """The operands of `stmt`; the statements that bind them go to `out`, in Python's order of evaluation."""

    def __init__(self, scope: Scope, out: list[Any], stmt: Any) -> None:
        self.scope = scope
        self.out = out
        self.stmt = stmt

    def atom(self, node: Any) -> Any:
        """A name or constant for the value."""
        if core.is_atom(node):
            return node
        return self._bound(self.rhs(node), node)

    def _bound(self, value: Any, node: Any) -> Any:
        if core.is_atom(value):
            return value
        name = self.scope.fresh()
        self.out.append(core.bind(name, value, self.stmt))
        return core.load(name, node)

    def argument(self, node: Any) -> Any:
        """What a call takes: an atom, or a tuple or list of constants."""
        return node if is_literal(node) else self.atom(node)

    def rhs(self, node: Any) -> Any:
        """One operation over atoms."""
        if type(node) is gast.BinOp and not self.scope.shared:
            left, right = self.atom(node.left), self.atom(node.right)
            return node if left is node.left and right is node.right else tree.replace(node, left=left, right=right)
        match node:
            case gast.Call():
                return self._call(node)
            case gast.Subscript():
                base = self._name(node.value)
                return _with(node, value=base, slice=self.index(node.slice))
            case gast.Attribute():
                return self._attribute(node)
            case gast.IfExp() | gast.JoinedStr():
                return node if self.scope.is_pure(node) else self._parts(node)
            case gast.Tuple() | gast.List():
                return self.elements(node)
        return self._parts(node)

    def elements(self, node: Any) -> Any:
        """A tuple or list of atoms, or of literals where it holds nothing else."""
        return node if is_literal(node) else self._parts(node)

    def _parts(self, node: Any) -> Any:
        parts = order.parts(node)
        return order.with_parts(node, self._atoms(parts)) if parts else node

    def _atoms(self, parts: list[Any]) -> list[Any]:
        """Atoms for the values of some expressions, copies of names that evaluating a later one may bind."""
        if not self.scope.shared:
            return [self.atom(part) for part in parts]
        found = []
        for k, part in enumerate(parts):
            atom = self.atom(part)
            if core.is_name(atom) and atom.id in self.scope.rebinds(*parts[k + 1 :]):
                name = self.scope.fresh()
                self.out.append(core.bind(name, atom, self.stmt))
                atom = core.load(name, part)
            found.append(atom)
        return found

    def _name(self, node: Any) -> Any:
        """A name for the value, also where it is a constant."""
        if core.is_name(node):
            return node
        name = self.scope.fresh()
        self.out.append(core.bind(name, self.rhs(node), self.stmt))
        return core.load(name, node)

    def _attribute(self, node: Any) -> Any:
        path = core.path_of(node)
        if path is not None and path in self.scope.fn.bindings:
            value = self.scope.fn.bindings[path]
            return core.const(None, node) if value is None else node
        if path is not None and self.scope.is_module(path.rpartition(".")[0]):
            return node
        return _with(node, value=self._name(node.value))

    def _call(self, node: Any) -> Any:
        path, func = core.path_of(node.func), node.func
        if path is None or not self._is_callee(path):
            func = _with(func, value=self._name(func.value)) if isinstance(func, gast.Attribute) else self._name(func)
        accepts = self.arithmetic if self.scope.resolved(path) is range else self.argument
        if self.scope.shared & self.scope.rebinds(*node.args, *node.keywords):
            parts = [a.value if isinstance(a, gast.Starred) else a for a in node.args]
            values = self._atoms([*parts, *(k.value for k in node.keywords)])
            node = order.with_parts(tree.replace(node, func=core.load("_")), values)
        args = [_with(a, value=self.atom(a.value)) if isinstance(a, gast.Starred) else accepts(a) for a in node.args]
        keywords = [_with(k, value=self.argument(k.value)) for k in node.keywords]
        if func is node.func and tree.same(args, node.args) and tree.same(keywords, node.keywords):
            return node
        return tree.replace(node, func=func, args=args, keywords=keywords)

    def _is_callee(self, path: str) -> bool:
        """True of a path that is called as it stands: what is global and known, `name`, `name.method`."""
        known = self.scope.is_global(path) and self.scope.resolved(path) is not MISSING
        return known or path.count(".") < 2 or self.scope.is_module(path.rpartition(".")[0])

    def test(self, node: Any) -> Any:
        """A pure test as it stands, else the value of one."""
        return node if self.scope.is_pure(node) else self.atom(node)

    def iterable(self, node: Any) -> Any:
        """A range, or the name of what a loop runs over."""
        is_range = isinstance(node, gast.Call) and self.scope.resolved(core.path_of(node.func)) is range
        plain = is_range and not node.keywords and not any(isinstance(a, gast.Starred) for a in node.args)
        return self._call(node) if plain else self.atom(node)

    # Cells and indices

    def cell(self, node: Any) -> Any:
        """A target in an array or object that has a name."""
        base = self._name(node.value)
        if isinstance(node, gast.Attribute):
            return _with(node, value=base)
        return _with(node, value=base, slice=self.index(node.slice))

    def index(self, node: Any) -> Any:
        """Index arithmetic, slices of it, or a tuple of these."""
        if is_literal(node):
            return node
        if isinstance(node, (gast.Tuple, gast.Slice)):
            return order.with_parts(node, [self.index(part) for part in order.parts(node)])
        return self.arithmetic(node)

    def arithmetic(self, node: Any) -> Any:
        """Whole numbers from names, constants, lengths and shapes; anything else becomes a name."""
        match node:
            case gast.BinOp() if isinstance(node.op, ARITHMETIC):
                return order.with_parts(node, [self.arithmetic(part) for part in order.parts(node)])
            case gast.UnaryOp() if isinstance(node.op, gast.USub):
                return _with(node, operand=self.arithmetic(node.operand))
        return node if self._is_length(node) else self.atom(node)

    def _is_length(self, node: Any) -> bool:
        match node:
            case gast.Call() if len(node.args) == 1 and not node.keywords:
                return core.is_name(node.args[0]) and self.scope.resolved(core.path_of(node.func)) is len
            case gast.Attribute() if core.is_name(node.value) and not self.scope.is_module(node.value.id):
                return node.attr in ("size", "ndim")
            case gast.Subscript(value=gast.Attribute(attr="shape")):
                return core.is_name(node.value.value) and core.is_constant(node.slice)
        return False


def is_literal(node: Any) -> bool:
    """True of constants, and of tuples and lists of them."""
    if isinstance(node, DISPLAYS):
        return all(is_literal(e) for e in node.elts)
    return core.is_constant(node)


def _with(node: Any, **fields: Any) -> Any:
    return node if all(getattr(node, name) is new for name, new in fields.items()) else tree.replace(node, **fields)
