"""Ask a shape of a name that is at hand anyway, so that nothing is computed, or recorded, for its shape alone.

    t = y * np.log(p)
    t_bar = np.full(t.shape, out_bar / t.size)      ->      t_bar = np.full(y.shape, out_bar / y.size)

The stand-in is a name that the value was computed from, of the same shape, which keeps its value to the end of the
forward sweep; or, for a vector, the `len` of such a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import gast

from adjoint.analysis.kinds import Array, Kind, Number, same_shape
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.tidy.rebuild import changed, map_parts


class Forms:
    """Stand-ins for the names of one Core function."""

    def __init__(
        self,
        fn: core.Function,
        kinds: Mapping[str, Kind],
        length: Callable[[str], Any],
        is_unbroadcast: Callable[[str], bool],
    ) -> None:
        self.fn = fn
        self.kinds = kinds
        self.length = length  # the expression for the length of a name
        self.is_unbroadcast = is_unbroadcast  # whether a name is that helper's
        self.known: dict[str, str | None] = {}

    @cached_property
    def sources(self) -> dict[str, list[str]]:
        """The names that the values of each name are computed from."""
        found: dict[str, list[str]] = {}
        for stmt in self.fn.statements:
            if isinstance(stmt, gast.Assign):
                for name in self.fn.binds[stmt]:
                    found.setdefault(name, []).extend(sorted(self.fn.reads[stmt]))
        return found

    @cached_property
    def steady(self) -> dict[str, int]:
        """Names that have one value from the statement of that number on, to the end of the function."""
        binds: dict[str, int] = {}
        for stmt in self.fn.statements:
            for name in self.fn.binds[stmt]:
                binds[name] = binds.get(name, 0) + 1
        found = {p: -1 for p in self.fn.params if p not in binds}
        for k, stmt in enumerate(self.fn.tree.body):
            if isinstance(stmt, gast.Assign):
                found.update({n: k for n in self.fn.binds[stmt] if binds[n] == 1 and n not in self.fn.params})
        return found

    @cached_property
    def begins(self) -> dict[str, int]:
        """The number of the statement of the function's own body in which a name is first bound."""
        found: dict[str, int] = {}
        for k, stmt in enumerate(self.fn.tree.body):
            for inner in core.statements([stmt]):
                for name in self.fn.binds[inner]:
                    found.setdefault(name, k)
        return found

    def origins(self, name: str) -> Iterator[str]:
        """The users' names at hand that a value is computed from, the nearest first."""
        seen, waiting = {name}, [name]
        for one in waiting:
            is_ahead = self.steady.get(one, len(self.fn.tree.body)) < self.begins[name]
            if one != name and one not in self.fn.temps and is_ahead:
                yield one
            new = [n for n in self.sources.get(one, ()) if n not in seen]
            seen.update(new)
            waiting += new

    def needs_one(self, name: str) -> bool:
        kind = self.kinds.get(name)
        return (
            isinstance(kind, Array)
            and kind.shape is not None
            and name in self.begins
            and (name in self.fn.temps or name not in self.steady)
        )

    def like(self, name: str) -> str | None:
        """A name with the shape of a name."""
        if name not in self.known:
            fitting = (n for n in self.origins(name) if same_shape(self.kinds.get(n), self.kinds[name]))
            self.known[name] = (next(fitting, None) or self.operand(name)) if self.needs_one(name) else None
        return self.known[name]

    def operand(self, name: str) -> str | None:
        """The array that an intermediate value was computed from by an elementwise operation; of several, one alike."""
        block, value = self.lone.get(name, (None, None))
        if (
            name not in self.fn.temps
            or not isinstance(value, (gast.BinOp, gast.UnaryOp))
            or isinstance(getattr(value, "op", None), gast.MatMult)
        ):
            return None
        parts = [value.operand] if isinstance(value, gast.UnaryOp) else [value.left, value.right]
        wide = [p for p in parts if not core.is_constant(p) and not isinstance(self.kinds.get(p.id), Number)]
        if len(wide) > 1:
            wide = [p for p in wide if same_shape(self.kinds.get(p.id), self.kinds[name])]
        if not wide or not isinstance(self.kinds.get(wide[0].id), Array):
            return None
        other: str = wide[0].id
        at_hand = other in self.steady or self.lone.get(other, (None,))[0] is block
        return (self.like(other) or other) if at_hand else None

    @cached_property
    def lone(self) -> dict[str, tuple[Any, Any]]:
        """The block and the value of each name that is bound once."""
        binds: dict[str, list[tuple[Any, Any]]] = {}

        def visit(block: list[Any]) -> None:
            for stmt in block:
                for name in self.fn.binds[stmt]:
                    binds.setdefault(name, []).append((block, stmt.value if isinstance(stmt, gast.Assign) else None))
                for inner in core.blocks(stmt):
                    visit(inner)

        visit(self.fn.tree.body)
        return {name: found[0] for name, found in binds.items() if len(found) == 1}

    def long(self, name: str) -> str | None:
        """A parameter that has as many rows as a vector has cells."""
        shape: Any = getattr(self.kinds.get(name), "shape", None)
        if not self.needs_one(name) or len(shape) != 1 or shape[0] is None:
            return None
        for other in self.origins(name):
            kind = self.kinds.get(other)
            if other in self.fn.params and isinstance(kind, Array) and kind.shape and kind.shape[0] == shape[0]:
                return other
        return None

    def replaced(self, node: Any) -> Any:
        """A tree with the shapes that it reads taken of stand-ins."""
        kind = type(node)
        if kind is gast.Name or kind is gast.Constant:
            return node
        if kind is gast.Assign and type(node.targets[0]) is gast.Name:
            value = self.replaced(node.value)
            return node if value is node.value else changed(node, value=value)
        if kind is gast.BinOp:
            left, right = self.replaced(node.left), self.replaced(node.right)
            return node if left is node.left and right is node.right else changed(node, left=left, right=right)
        match node:
            case gast.Attribute(value=gast.Name(id=name), attr="shape" | "size" | "ndim" as attr):
                return self.attribute(node, name, attr)
            case gast.Call(func=gast.Attribute(attr="full"), args=[gast.Attribute(attr="shape") as shape, *rest]):
                new = self.replaced(shape)
                first = new.elts[0] if isinstance(new, gast.Tuple) else new
                return core.place(gast.Call(node.func, [first, *map(self.replaced, rest)], node.keywords), node)
            case gast.Call(func=gast.Attribute(attr="zeros_like" | "full_like"), args=[gast.Name(id=name), *rest]) if (
                (other := self.like(name)) is not None and self.kinds[other].dtype == self.kinds[name].dtype  # type: ignore[attr-defined]
            ):
                return core.place(gast.Call(node.func, [load(other), *map(self.replaced, rest)], node.keywords), node)
            case gast.Call(func=gast.Name(), args=[g, gast.Name(id=name)]) if self.is_unbroadcast(node.func.id) and (
                (other := self.like(name)) is not None and self.kinds[other].dtype == self.kinds[name].dtype  # type: ignore[attr-defined]
            ):
                return core.place(gast.Call(node.func, [self.replaced(g), load(other)], []), node)
        return map_parts(node, self.replaced)

    def attribute(self, node: Any, name: str, attr: str) -> Any:
        other = self.like(name)
        long = self.long(name) if other is None and attr != "ndim" else None
        if other is not None:
            return core.attribute(load(other), attr, node)
        if long is not None:
            return self.length(long) if attr == "size" else core.tuple_([self.length(long)])
        return node
