"""NumPy's functions of functions, in terms of ordinary calls, before calls are inlined.

f = np.vectorize(g)                         y = each_cell(g, None, x)
y = f(x)                            ->

y = np.apply_along_axis(g, 0, A)    ->      y = each_row(g, 0, A)

y = np.apply_over_axes(np.sum, A, [0, 2])   t = np.sum(A, 0)
                                            t_1 = np.expand_dims(t, 0)
                                    ->      t_2 = np.sum(t_1, 2)
                                            y = np.expand_dims(t_2, 2)

y = np.piecewise(x, [c, d], [g, 0.0])       y = np.zeros_like(x)
                                            t = x[c]
                                    ->      t_1 = g(t)
                                            y[c] = t_1
                                            y[d] = 0.0
"""

from __future__ import annotations

from collections import Counter
from types import FunctionType, MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.classes import dataclass, field
from adjoint.differentiate.prepare import mapped
from adjoint.runtime import each
from adjoint.syntax import core
from adjoint.syntax.core import load

BY_COUNT = {1: each.each_cell, 2: each.each_pair, 3: each.each_triple}
KNOWN = (np.vectorize, np.apply_along_axis, np.apply_over_axes, np.piecewise)


def without_higher_order(fn: core.Function) -> core.Function:
    """Rewrite the calls of `np.vectorize`, `np.apply_along_axis`, `np.apply_over_axes` and `np.piecewise`."""
    values = fn.bindings.values()
    if not any(isinstance(v, np.vectorize) or any(v is k for k in KNOWN) for v in values):
        return fn
    editor = _Editor(fn)
    body = editor.without_unused(mapped(fn.tree.body, editor.change))
    bindings = MappingProxyType({**fn.bindings, **editor.bindings})
    return fn.with_body(body, temps=fn.temps | editor.namer.made, bindings=bindings)


@dataclass
class _Editor:
    fn: core.Function
    bindings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.namer = self.fn.namer()
        bound = Counter(n for s in self.fn.statements for n in core.names_bound(s))
        self.values: dict[str, Any] = {}  # what the names that are bound once are bound to
        self.inside: set[str] = set()  # functions defined inside
        for stmt in self.fn.statements:
            match stmt:
                case gast.Assign(targets=[gast.Name(id=name)]) if bound[name] == 1:
                    self.values[name] = stmt.value
                case gast.FunctionDef():
                    self.inside.add(stmt.name)

    def without_unused(self, body: list[Any]) -> list[Any]:
        """A text without the objects of `np.vectorize` that nothing calls any more."""
        used = {n.id for n in core.walk(*body) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load)}
        return mapped(body, lambda stmt: [] if core.names_bound(stmt) & self.vectorized - used else [stmt])

    @property
    def vectorized(self) -> frozenset[str]:
        calls = {n: core.path_of(v.func) or "" for n, v in self.values.items() if isinstance(v, gast.Call)}
        return frozenset(n for n, path in calls.items() if self.fn.bindings.get(path) is np.vectorize)

    def change(self, stmt: Any) -> list[Any]:
        match stmt:
            case gast.Assign(value=gast.Call() as call) if not any(isinstance(a, gast.Starred) for a in call.args):
                return self.of_call(stmt, call)
        return [stmt]

    def of_call(self, stmt: Any, call: Any) -> list[Any]:
        path = core.path_of(call.func) or ""
        callee, made = self.fn.bindings.get(path), self.values.get(path)
        if isinstance(made, gast.Call) and self.fn.bindings.get(core.path_of(made.func) or "") is np.vectorize:
            parts = self.of_vectorize(made)
            return [stmt] if parts is None else self.cell_by_cell(stmt, call, *parts)
        if isinstance(callee, np.vectorize):
            parts = self.of_object(path, callee)
            return [stmt] if parts is None else self.cell_by_cell(stmt, call, *parts)
        if callee is np.apply_along_axis and not call.keywords and len(call.args) in (3, 4):
            helper = each.each_row if len(call.args) == 3 else each.each_row_with
            return [self.again(stmt, core.call(self.helper(helper), *call.args, at=call))]
        if callee is np.apply_over_axes and not call.keywords and len(call.args) == 3:
            return self.over_axes(stmt, *call.args) or [stmt]
        if callee is np.piecewise and not call.keywords and len(call.args) == 3:
            return self.by_pieces(stmt, *call.args) or [stmt]
        return [stmt]

    def again(self, stmt: Any, value: Any) -> Any:
        return core.place(gast.Assign(stmt.targets, value, None), stmt)

    # np.vectorize

    def of_vectorize(self, made: Any) -> tuple[Any, Any] | None:
        """The function and the type of the results that `np.vectorize(…)` was given."""
        types = next((k.value for k in made.keywords if k.arg == "otypes"), None)
        if len(made.args) != 1 or {k.arg for k in made.keywords} - {"otypes", "doc"}:
            return None
        types = self.values.get(getattr(types, "id", ""), types)
        if types is None:
            return made.args[0], core.const(None)
        if isinstance(types, gast.List) and len(types.elts) == 1:
            return made.args[0], types.elts[0]
        if isinstance(types, gast.Constant) and isinstance(types.value, str) and len(types.value) == 1:
            return made.args[0], types
        return None

    def of_object(self, path: str, made: Any) -> tuple[Any, Any] | None:
        """The same of an object that was made outside."""
        plain = isinstance(made.pyfunc, FunctionType) and not made.excluded and made.signature is None
        if not plain or (made.otypes is not None and len(made.otypes) != 1):
            return None
        name = next((n for n, v in self.bindings.items() if v is made.pyfunc), None)
        if name is None:
            name = self.namer.fresh(f"{path.replace('.', '_')}_cell")
            self.bindings[name] = made.pyfunc
        return load(name), core.const(made.otypes)

    def cell_by_cell(self, stmt: Any, call: Any, function: Any, dtype: Any) -> list[Any]:
        helper = BY_COUNT.get(len(call.args))
        if helper is None or call.keywords:
            return [stmt]
        args = (core.copy(function), core.copy(dtype), *call.args)
        return [self.again(stmt, core.call(self.helper(helper), *args, at=call))]

    # np.apply_over_axes

    def over_axes(self, stmt: Any, function: Any, array: Any, axes: Any) -> list[Any] | None:
        parts = axes.elts if isinstance(axes, (gast.List, gast.Tuple)) else [axes]
        reduction = self.fn.bindings.get(core.path_of(self.values.get(getattr(function, "id", ""), function)) or "")
        if reduction not in (np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.std, np.var):
            return None
        if not parts or not all(map(core.is_constant, parts)):
            return None
        out: list[Any] = []
        for axis in parts:
            reduced, array_before = self.namer.fresh("t"), array
            out.append(core.bind(reduced, core.call(core.copy(function), array_before, core.copy(axis)), at=stmt))
            array = load(self.namer.fresh("t"))
            whole = core.call(self.numpy("expand_dims"), load(reduced), core.copy(axis), at=stmt)
            out.append(core.bind(array.id, whole, at=stmt))
        return [*out, self.again(stmt, load(array.id))]

    # np.piecewise

    def by_pieces(self, stmt: Any, x: Any, conditions: Any, functions: Any) -> list[Any] | None:
        tests, pieces = self.listed(conditions), self.listed(functions)
        if tests is None or pieces is None or not core.is_name(x) or not all(map(core.is_name, tests)):
            return None
        out: list[Any] = []
        if len(pieces) == len(tests) + 1:
            tests = [*tests, load(self.otherwise(tests, out, stmt))]
        if len(pieces) != len(tests):
            return None
        made = self.namer.fresh("t")
        out.append(core.bind(made, core.call(self.numpy("zeros_like"), core.copy(x), at=stmt.value), at=stmt))
        for test, piece in zip(tests, pieces, strict=True):
            out += self.piece(made, x.id, test, piece, stmt)
        return [*out, self.again(stmt, load(made))]

    def piece(self, made: str, x: str, test: Any, piece: Any, stmt: Any) -> list[Any]:
        """`made[test] = piece(x[test])`, where there is something to apply the function to."""
        if not self.is_function(piece):
            return [core.store_item(made, core.copy(test), core.copy(piece), at=stmt)]
        part, value = self.namer.fresh("t"), self.namer.fresh("t")
        body = [
            core.bind(value, core.call(core.copy(piece), load(part), at=stmt.value), at=stmt),
            core.store_item(made, core.copy(test), load(value), at=stmt),
        ]
        some = core.compare(core.attribute(load(part), "size"), gast.Gt, core.const(0))
        return [core.bind(part, core.item(load(x), core.copy(test)), at=stmt), core.if_(some, body, [], at=stmt)]

    def otherwise(self, tests: list[Any], out: list[Any], stmt: Any) -> str:
        """Where none of the conditions is true."""
        name = tests[0].id
        for test in tests[1:]:
            wider = self.namer.fresh("t")
            out.append(core.bind(wider, core.binary(load(name), gast.BitOr, core.copy(test)), at=stmt))
            name = wider
        rest = self.namer.fresh("t")
        out.append(core.bind(rest, core.unary(gast.Invert, load(name)), at=stmt))
        return rest

    def listed(self, node: Any) -> list[Any] | None:
        """The items of a list that is written out; a comparison stands for itself."""
        value = self.values.get(node.id) if core.is_name(node) else node
        if isinstance(value, (gast.List, gast.Tuple)):
            return list(value.elts)
        return [node] if isinstance(value, gast.Compare) else None

    def is_function(self, piece: Any) -> bool:
        if not core.is_name(piece):
            return False
        path = core.path_of(self.values.get(piece.id, piece)) or ""
        return piece.id in self.inside or callable(self.fn.bindings.get(path))

    # Names

    def helper(self, value: Any) -> str:
        for name, bound in (*self.fn.bindings.items(), *self.bindings.items()):
            if bound is value and "." not in name:
                return name
        name = self.namer.fresh(value.__name__)
        self.bindings[name] = value
        return name

    def numpy(self, function: str) -> str:
        root = next((n for n, v in {**self.fn.bindings, **self.bindings}.items() if v is np), None)
        root = root or self.namer.fresh("np")
        self.bindings |= {root: np, f"{root}.{function}": getattr(np, function)}
        return f"{root}.{function}"
