"""Run a function's source, expression by expression, and note what depends on its arguments and how."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from types import FunctionType, MethodType
from typing import Any, NoReturn

import gast
import numpy as np

from adjoint.analysis.callees import OPERATORS
from adjoint.binding import parameters_of
from adjoint.emit.printer import to_source
from adjoint.errors import UnknownFunction, UnsupportedSyntax, problem_at, raise_problems
from adjoint.frontend.resolve import COMPREHENSIONS
from adjoint.frontend.source import parse
from adjoint.gradient import Gradient
from adjoint.graphs import Graph
from adjoint.numeric import primal_of
from adjoint.rules import registry
from adjoint.runtime import trees
from adjoint.syntax import core
from adjoint.tape import Tape, Traced, edges_of


class _Returned(Exception):
    def __init__(self, value: Traced) -> None:
        super().__init__()
        self.value = value


class _Jump(Exception):
    """`break` or `continue`."""


class _Break(_Jump):
    pass


def trace(f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Graph:
    """Run `f` and return the graph of the run."""
    primal: Gradient[..., Any] = Gradient(primal_of(f), 0, "grad")
    values = trees.private(primal.values(*args, **kwargs))
    tape = Tape()
    given = {n: tape.argument(n, v) for n, v in zip(primal.parameters, values)}
    return tape.graph(_Frame(tape, primal.primal).run(given))


class _Frame:
    """One call of one function: its variables and its source."""

    def __init__(self, tape: Tape, function: FunctionType) -> None:
        self.tape = tape
        self.function = function
        self.source = parse(function)
        self.names: dict[str, Traced] = {}

    def run(self, arguments: dict[str, Traced]) -> Traced:
        self.names = arguments
        try:
            self.block(self.source.tree.body)
        except _Returned as returned:
            return returned.value
        return Traced(None, core.const(None))

    def refuse(self, node: Any, what: str, advice: str = "A graph shows values computed from values.") -> NoReturn:
        problem = problem_at(node, f"{what} cannot be shown in a graph", advice)
        raise_problems(UnsupportedSyntax, [problem], self.source.origin)

    # Statements

    def block(self, block: Sequence[Any]) -> None:
        for stmt in block:
            self.statement(stmt)

    def statement(self, stmt: Any) -> None:
        match stmt:
            case gast.Assign(value=value, targets=targets):
                found = self.value(value)
                for target in targets:
                    self.assign(target, found)
            case gast.AnnAssign(value=None) | gast.Pass():
                pass
            case gast.AnnAssign(target=target, value=value):
                self.assign(target, self.value(value))
            case gast.AugAssign(target=gast.Name(id=name), op=op, value=value):
                if isinstance(self.names[name].value, (np.ndarray, list)):
                    self.refuse(stmt, "a change in place")
                changed = core.binary(core.load(name, stmt), type(op), value, stmt)
                self.assign(stmt.target, self.value(changed))
            case gast.Return(value=value):
                raise _Returned(Traced(None, core.const(None)) if value is None else self.value(value))
            case gast.If(test=test, body=body, orelse=orelse):
                self.block(body if self.value(test).value else orelse)
            case gast.While() | gast.For():
                self.loop(stmt)
            case gast.Break():
                raise _Break
            case gast.Continue():
                raise _Jump
            case gast.Expr(value=value):
                self.value(value)
            case gast.Assert(test=test):
                assert self.value(test).value
            case _:
                self.refuse(stmt, f"`{type(stmt).__name__.lower()}`")

    def loop(self, stmt: Any) -> None:
        rows = iter(self.items(self.value(stmt.iter))) if isinstance(stmt, gast.For) else None
        while True:
            if rows is None:
                if not self.value(stmt.test).value:
                    break
            else:
                row = next(rows, None)
                if row is None:
                    break
                self.assign(stmt.target, row)
            try:
                self.block(stmt.body)
            except _Break:
                return
            except _Jump:
                continue
        self.block(stmt.orelse)

    def items(self, value: Traced) -> list[Traced]:
        if value.parts is not None:
            return list(value.parts)
        if value.node is None:
            return [Traced(v, core.const(v) if isinstance(v, (int, float)) else value.shown) for v in value.value]
        return [self.item(value, k, core.item(value.shown, core.const(k))) for k in range(len(value.value))]

    def assign(self, target: Any, value: Traced) -> None:
        match target:
            case gast.Name(id=name):
                self.tape.call(value, name)
                self.names[name] = value if value.depends else Traced(value.value, core.load(name), None, value.parts)
            case gast.Tuple(elts=targets) | gast.List(elts=targets):
                for part, item in zip(targets, self.items(value), strict=True):
                    self.assign(part, item)
            case _:
                self.refuse(target, "a store into an array, a container or an attribute")

    # Expressions

    def value(self, node: Any) -> Traced:
        match node:
            case gast.Constant(value=value):
                return Traced(value, node)
            case gast.Name(id=name) if name in self.names:
                return self.names[name]
            case gast.Name(id=name):
                return Traced(self.outside(name), node)
            case gast.BinOp(left=left, op=op, right=right):
                a, b = self.value(left), self.value(right)
                return self.apply(OPERATORS[type(op)], [a, b], {}, core.binary(a.shown, type(op), b.shown))
            case gast.UnaryOp(op=op, operand=operand):
                a = self.value(operand)
                return self.apply(OPERATORS[type(op)], [a], {}, core.unary(type(op), a.shown))
            case gast.Tuple(elts=parts) | gast.List(elts=parts):
                found = tuple(self.value(p) for p in parts)
                kind, make = (tuple, core.tuple_) if isinstance(node, gast.Tuple) else (list, core.list_)
                return Traced(kind(p.value for p in found), make([p.shown for p in found]), None, found)
            case gast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.value(test).value else orelse)
            case gast.BoolOp(op=op, values=values):
                for part in values:
                    found_value = self.value(part)
                    if bool(found_value.value) is isinstance(op, gast.Or):
                        return found_value
                return found_value
            case gast.Subscript(value=base, slice=index):
                a = self.value(base)
                i = self.plain(index)
                return self.item(a, i, core.item(a.shown, core.copy(index)))
            case gast.Attribute(value=base, attr=name):
                return self.attribute(self.value(base), name)
            case gast.Call():
                return self.call(node)
        return Traced(self.plain(node), node)

    def plain(self, node: Any) -> Any:
        """The value of an expression through which no derivative passes: a comparison, an index."""
        if isinstance(node, (gast.Lambda, gast.NamedExpr, *COMPREHENSIONS)):
            self.refuse(node, f"`{type(node).__name__.lower()}`")
        read = core.names_read(node)
        space = {n: self.names[n].value if n in self.names else self.outside(n) for n in read}
        # As an index, since a slice is an expression nowhere else.
        index: Any = eval(to_source(core.item(core.load("get"), core.copy(node))), {**space, "get": _Index()})
        return index

    def outside(self, name: str) -> Any:
        function = self.function
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        if name in cells:
            return cells[name].cell_contents
        return function.__globals__[name] if name in function.__globals__ else getattr(builtins, name)

    def item(self, base: Traced, index: Any, shown: Any) -> Traced:
        if base.parts is not None:
            if isinstance(index, slice):
                return Traced(base.value[index], shown, None, base.parts[index])
            chosen: Traced = base.parts[index]
            return chosen
        value = base.value[index]
        if base.node is None:
            return Traced(value, shown)
        ones = np.eye(base.value.size).reshape(base.value.shape * 2)[index]
        return self.tape.add(shown, value, [(base.node, ones)])

    def attribute(self, base: Traced, name: str) -> Traced:
        shown = core.attribute(base.shown, name)
        primitive = registry.ATTRIBUTES.get(name) if isinstance(base.value, (np.ndarray, np.generic)) else None
        if primitive is None or not base.depends:
            return Traced(getattr(base.value, name), shown)
        return self.apply(primitive, [base], {}, shown)

    def call(self, node: Any) -> Traced:
        args = [self.value(a) for a in node.args]
        keywords = {k.arg: self.value(k.value) for k in node.keywords}
        func = node.func
        receiver = self.value(func.value) if isinstance(func, gast.Attribute) else None
        method = None
        if receiver is not None and isinstance(receiver.value, (np.ndarray, np.generic)):
            method = func.attr if func.attr in registry.METHODS else None
        if method is not None and receiver is not None:
            primitive, args = registry.METHODS[method], [receiver, *args]
            shown = core.call(core.attribute(receiver.shown, method), *[a.shown for a in args[1:]])
        else:
            found = self.value(func)
            primitive, shown = found.value, core.call(found.shown, *[a.shown for a in args])
        shown.keywords.extend(core.keyword(k, v.shown) for k, v in keywords.items())
        return self.apply(primitive, args, keywords, shown, method)

    def apply(
        self, primitive: Any, args: list[Traced], keywords: dict[str, Traced], shown: Any, method: str | None = None
    ) -> Traced:
        """Call a primitive, or enter a function of the user's."""
        rule = registry.rule_of(primitive)
        depends = any(a.depends for a in (*args, *keywords.values()))
        if depends and rule is None and isinstance(primitive, (FunctionType, MethodType)):
            if not registry.is_constant(primitive):
                return self.enter(primitive, args, keywords)
        values, named = [a.value for a in args], {k: v.value for k, v in keywords.items()}
        out = getattr(values[0], method)(*values[1:], **named) if method else primitive(*values, **named)
        if not depends or registry.is_constant(primitive):
            return Traced(out, shown)
        if rule is None or rule.form == "jvp":
            name = getattr(primitive, "__name__", str(primitive))
            raise UnknownFunction(f"`{name}` has no derivative rule\n  Declare one with `adjoint.rules.vjp({name})`.")
        return self.tape.add(shown, out, edges_of(rule, args, keywords, out, method is not None))

    def enter(self, function: Any, args: list[Traced], keywords: dict[str, Traced]) -> Traced:
        prefix = [Traced(function.__self__, core.load("self"))] if isinstance(function, MethodType) else []
        inner: FunctionType = getattr(function, "__func__", function)
        parameters = parameters_of(inner)
        bound = parameters.bind(*prefix, *args, **keywords)
        given = [v if isinstance(v, Traced) else Traced(v, core.load(n)) for n, v in zip(parameters.names, bound)]
        return _Frame(self.tape, inner).run(dict(zip(parameters.names, given)))


class _Index:
    def __getitem__(self, index: Any) -> Any:
        return index
