"""Write the body of a derivative rule into generated code.

    >>> from adjoint.rules.registry import rule_of
    >>> import numpy as np, gast
    >>> body = instantiate(rule_of(np.tanh).body, {"x": load("a"), "out": load("y")}, Facts({}, {}))
    >>> from adjoint.emit.printer import to_source
    >>> [to_source(e) for e in body.results], sorted(body.bindings)
    (['1 - y ** 2'], [])

An `if` that static facts decide (`axis is None`, `a.ndim == 1`) is folded. What stays compound after that, or is long,
becomes one call of the body as a function.
"""

from __future__ import annotations

import ast
import inspect
import operator
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import gast
import numpy as np

from adjoint.analysis.callees import OPERATORS
from adjoint.analysis.kinds import Array, Kind, Number, Size, Static
from adjoint.syntax import core
from adjoint.syntax.core import load

LONGEST = 4
UNDECIDED = object()


@dataclass(frozen=True)
class Facts:
    """What is known of the arguments when a body is written out: the kinds of names, the values of parameters."""

    kinds: Mapping[str, Kind]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Body:
    """A body written out: statements to run first, one expression a result, and what their free names stand for."""

    statements: tuple[Any, ...]
    results: tuple[Any, ...]
    bindings: Mapping[str, Any]
    locals: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Source:
    tree: Any
    free: Mapping[str, Any]


@lru_cache(1024)
def _source(body: Any) -> _Source:
    text = textwrap.dedent(inspect.getsource(body))
    tree = gast.parse(text).body[0]
    bound = core.all_names(gast.Module(tree.body, [])) | set(core.parameters(tree.args))
    cells = inspect.getclosurevars(body).nonlocals
    free = {n: cells[n] if n in cells else body.__globals__[n] for n in bound if n in cells or n in body.__globals__}
    return _Source(tree, {n: v for n, v in free.items() if n not in core.parameters(tree.args)})


def instantiate(body: Any, arguments: Mapping[str, Any], facts: Facts) -> Body | None:
    """The body with expressions for its parameters; None where it has to stay a function of its own."""
    source = _source(body)
    chosen = _straight(source.tree.body, arguments, facts, body)
    if chosen is None or len(chosen) > LONGEST + 1 or not isinstance(chosen[-1], gast.Return):
        return None
    rename: dict[str, Any] = dict(arguments)
    local = {n for stmt in chosen for n in core.names_bound(stmt)}
    if local & set(arguments):
        return None
    for name, value in _defaults(body).items():
        if name not in rename:
            if not isinstance(value, (int, float, str, type(None))):
                return None
            rename[name] = core.const(value)
    if set(core.parameters(source.tree.args)) - set(rename):
        return None
    statements = [core.copy(stmt, rename) for stmt in chosen]
    value = statements[-1].value
    results = tuple(value.elts) if isinstance(value, gast.Tuple) else (value,)
    used = {n.id for s in statements for n in ast.walk(s) if isinstance(n, gast.Name)}
    free = {n: v for n, v in source.free.items() if n in used and n not in local}
    return Body(tuple(statements[:-1]), results, free, tuple(sorted(local)))


def _defaults(body: Any) -> dict[str, Any]:
    parameters = inspect.signature(body).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def _straight(block: Sequence[Any], arguments: Mapping[str, Any], facts: Facts, body: Any) -> list[Any] | None:
    """The statements that run, every `if` decided; None where one cannot be."""
    found: list[Any] = []
    for stmt in block:
        match stmt:
            case gast.Expr(value=gast.Constant()):
                continue
            case gast.If():
                test = static_value(stmt.test, arguments, facts, _defaults(body))
                if test is UNDECIDED:
                    return None
                inner = _straight(stmt.body if test else stmt.orelse, arguments, facts, body)
                if inner is None:
                    return None
                found += inner
                if inner and isinstance(inner[-1], gast.Return):
                    return found
            case gast.Assign(targets=[gast.Name()]) | gast.Assign(targets=[gast.Tuple()]):
                found.append(stmt)
            case gast.Return():
                return [*found, stmt]
            case _:
                return None
    return found


def static_value(expr: Any, arguments: Mapping[str, Any], facts: Facts, defaults: Mapping[str, Any]) -> Any:
    """The value of an expression in a rule's body, where facts decide it; else UNDECIDED."""

    def value(e: Any) -> Any:
        return static_value(e, arguments, facts, defaults)

    match expr:
        case gast.Constant():
            return expr.value
        case gast.Name() if expr.id in arguments:
            return _argument_value(arguments[expr.id], facts)
        case gast.Name():
            return defaults.get(expr.id, UNDECIDED)
        case gast.UnaryOp():
            operand = value(expr.operand)
            return UNDECIDED if operand is UNDECIDED else OPERATORS[type(expr.op)](operand)
        case gast.BoolOp():
            return _boolean([value(e) for e in expr.values], isinstance(expr.op, gast.And))
        case gast.Compare(ops=[op], comparators=[right]):
            return _comparison(op, value(expr.left), value(right))
        case gast.Attribute(attr="ndim") | gast.Call(func=gast.Attribute(attr="ndim")):
            return _rank(expr.args[0] if isinstance(expr, gast.Call) else expr.value, arguments, facts)
    return UNDECIDED


def _argument_value(node: Any, facts: Facts) -> Any:
    if core.is_constant(node):
        return core.constant_value(node)
    if isinstance(node, (gast.Tuple, gast.List)):
        items = [_argument_value(e, facts) for e in node.elts]
        return UNDECIDED if UNDECIDED in items else tuple(items)
    kind = facts.kinds.get(node.id) if core.is_name(node) else None
    match kind:
        case Static():
            return kind.value
        case Number(size=Size(terms=()) as size):
            return size.constant
    return UNDECIDED


def _boolean(values: list[Any], conjunction: bool) -> Any:
    for value in values:
        if value is UNDECIDED:
            return UNDECIDED
        if bool(value) is not conjunction:
            return value
    return values[-1]


def _comparison(op: Any, left: Any, right: Any) -> Any:
    if left is UNDECIDED or right is UNDECIDED:
        # A number or array is not None, whatever its value.
        return UNDECIDED
    if isinstance(op, (gast.In, gast.NotIn)):
        return operator.contains(right, left) is isinstance(op, gast.In)
    return OPERATORS[type(op)](left, right)


def _rank(operand: Any, arguments: Mapping[str, Any], facts: Facts) -> Any:
    node = arguments.get(operand.id) if core.is_name(operand) else None
    kind = facts.kinds.get(node.id) if core.is_name(node) else None
    if core.is_constant(node):
        return 0
    match kind:
        case Number():
            return 0
        case Array(shape=tuple(shape)):
            return len(shape)
    return UNDECIDED


def product(bar: Any, partial: Any) -> Any:
    """`bar * partial`, as one would write it: 1 and -1 vanish, signs come first, a reciprocal divides.

    >>> from adjoint.emit.printer import to_source
    >>> [to_source(product(load("g"), gast.parse(p).body[0].value)) for p in ("1", "-1", "1 / y", "-(out / y)", "2")]
    ['g', '-g', 'g / y', '-(g * (out / y))', '2 * g']
    """
    match partial:
        case gast.Constant(value=1):
            return bar
        case gast.UnaryOp(op=gast.USub()):
            return core.unary(gast.USub, product(bar, partial.operand))
        case gast.BinOp(op=gast.Div(), left=gast.Constant(value=1)):
            return core.binary(bar, gast.Div, partial.right)
        case gast.BinOp(op=gast.Div(), left=gast.UnaryOp(op=gast.USub())):
            quotient = core.binary(partial.left.operand, gast.Div, partial.right)
            return core.unary(gast.USub, product(bar, quotient))
        case gast.BinOp(op=gast.Div()) if core.is_atom(partial.left):
            return core.binary(core.binary(bar, gast.Mult, partial.left), gast.Div, partial.right)
        case gast.Constant():
            return core.binary(partial, gast.Mult, bar)
    return core.binary(bar, gast.Mult, partial)


def numpy_functions() -> dict[str, Any]:
    """What generated code calls `np`."""
    return {"np": np}
