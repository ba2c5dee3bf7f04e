"""Write the body of a derivative rule into generated code.

    >>> from adjoint.rules.registry import rule_of
    >>> import numpy as np
    >>> arguments = {"x": core.load("a"), "out": core.load("y")}
    >>> body = instantiate(rule_of(np.tanh).body, arguments, Facts({}))
    >>> from adjoint.emit.printer import to_source
    >>> [to_source(e) for e in body.results], sorted(body.bindings)
    (['1 - y**2'], [])

An `if`, or a conditional expression, that facts decide (`axis is None`, `a.ndim == 1`) is folded. What stays compound
after that, or is long, becomes one call of the body as a function.
"""

from __future__ import annotations

import builtins
import inspect
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple

import gast
import numpy as np

from adjoint.analysis.kinds import Kind
from adjoint.classes import dataclass
from adjoint.differentiate.decide import UNDECIDED, Facts, Scope, constant, simplified
from adjoint.frontend.resolve import COMPREHENSIONS
from adjoint.syntax import core
from adjoint.syntax.core import load
from adjoint.syntax.traverse import spelled

__all__ = ["Body", "Facts", "instantiate", "numpy_functions", "product"]

LONGEST = 4


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
    parameters: frozenset[str]
    defaults: Mapping[str, Any]
    free: Mapping[str, Any]


@lru_cache(1024)
def _source(body: Any) -> _Source:
    tree = gast.parse(textwrap.dedent(inspect.getsource(body))).body[0]
    parameters = inspect.signature(body).parameters
    defaults = {p.name: p.default for p in parameters.values() if p.default is not p.empty}
    scope = {**vars(builtins), **body.__globals__, **inspect.getclosurevars(body).nonlocals}
    own = {n for stmt in core.statements(tree.body) for n in core.names_bound(stmt)} | set(parameters)
    names = core.all_names(gast.Module(tree.body, [])) - own
    return _Source(tree, frozenset(parameters), defaults, {n: scope[n] for n in names if n in scope})


# An argument as a body sees it: the number of its name among the arguments' and its kind, or its text.
_Given = tuple[str, Kind | None]


class _Nodes(tuple[Any, ...]):
    """The expressions for some arguments, which their texts tell all about."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Written(NamedTuple):
    """A body written out once for all calls with arguments of these kinds, and the names of this call's arguments."""

    body: Body
    names: Mapping[str, str]

    def here(self, node: Any, rename: Mapping[str, Any]) -> Any:
        """A statement or expression of the body in the names of the call, its own names as `rename` says."""
        return core.copy(node, {**rename, **self.names})


def written(body: Any, arguments: Mapping[str, Any], facts: Facts) -> Written | None:
    """As `instantiate`, but the work is done once for many calls that are alike."""
    numbers: dict[str, str] = {}
    given: list[_Given] = []
    nodes: list[Any] = []
    for node in arguments.values():
        if core.is_name(node):
            # No name of Python's, and so none that the body has.
            placeholder = numbers.setdefault(node.id, f"{len(numbers)}")
            given.append((placeholder, facts.kinds.get(node.id)))
            nodes.append(load(placeholder))
        elif core.names_read(node):
            found = instantiate(body, arguments, facts)
            return None if found is None else Written(found, {})
        else:
            given.append((spelled(node), None))
            nodes.append(node)
    found = _template(body, tuple(arguments), tuple(given), _Nodes(nodes))
    return None if found is None else Written(found, {placeholder: name for name, placeholder in numbers.items()})


@lru_cache(1024)
def _template(body: Any, parameters: tuple[str, ...], given: tuple[_Given, ...], nodes: _Nodes) -> Body | None:
    kinds = {text: kind for text, kind in given if kind is not None}
    return instantiate(body, dict(zip(parameters, nodes, strict=True)), Facts(kinds))


def instantiate(body: Any, arguments: Mapping[str, Any], facts: Facts) -> Body | None:
    """The body with expressions for its parameters; None where it has to stay a function of its own."""
    source = _source(body)
    missing = {n: v for n, v in source.defaults.items() if n not in arguments}
    chosen = _straight(source.tree.body, Scope(arguments, facts, missing, source.free))
    if chosen is None or len(chosen) > LONGEST + 1 or not isinstance(chosen[-1], gast.Return):
        return None
    used = _names(chosen)
    local = {n for stmt in chosen for n in core.names_bound(stmt)}
    values = {n: missing.get(n, UNDECIDED) for n in used & source.parameters - set(arguments)}
    if local & source.parameters or not all(map(_is_plain, values.values())) or _has_scopes(chosen):
        return None
    # What the body calls its own must not be taken for a name of the call.
    outside = _names(arguments.values())
    namer = core.Namer(outside | used)
    apart = {n: namer.fresh(n) for n in sorted(used & outside - source.parameters)}
    rename = {**arguments, **{n: constant(v) for n, v in values.items()}, **apart}
    free = {n: v for n, v in source.free.items() if n in used}
    bindings = {apart.get(n, n): v for n, v in free.items()}
    return _simple(_shortened(core.copy(chosen, rename)), bindings, arguments, facts)


def _shortened(block: list[Any]) -> list[Any]:
    """A straight text without the names that stand for something atomic, or are read once.

    >>> from adjoint.emit.printer import to_source
    >>> for stmt in _shortened(gast.parse("n = a.size; k = n; u = g / k; v = u * u").body):
    ...     print(to_source(stmt))
    u = g / a.size
    v = u * u
    """
    out: list[Any] = []
    values: dict[str, Any] = {}
    bound = Counter(n for stmt in block for n in core.names_bound(stmt))
    read = Counter(
        n.id for s in block for n in core.walk(s) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load)
    )
    for stmt in block:
        new = core.copy(stmt, values)
        match new:
            case gast.Assign(targets=[gast.Name(id=name)], value=value) if (
                core.is_atom(value) or read[name] == 1
            ) and max(bound[n] for n in {name, *_names([value])}) == 1:
                values[name] = value
            case _:
                out.append(new)
    return out


def _simple(block: list[Any], bindings: Mapping[str, Any], arguments: Mapping[str, Any], facts: Facts) -> Body:
    kinds = dict(facts.kinds)
    match arguments.get("out_bar"), arguments.get("out"):
        case gast.Name(id=g), gast.Name(id=out) if out in kinds:
            kinds[g] = kinds[out]
    block = simplified(block, kinds, {**bindings, **_paths(block, bindings)})
    value = block[-1].value
    results = tuple(value.elts) if isinstance(value, gast.Tuple) else (value,)
    used = _names(block)
    local = sorted({n for stmt in block for n in core.names_bound(stmt)})
    return Body(tuple(block[:-1]), results, {n: v for n, v in bindings.items() if n in used}, tuple(local))


def _names(nodes: Iterable[Any]) -> set[str]:
    return {n.id for node in nodes for n in core.walk(node) if isinstance(n, gast.Name)}


def _paths(nodes: Iterable[Any], bindings: Mapping[str, Any]) -> dict[str, Any]:
    """The dotted paths in a text that lead from a module to an object."""
    found = {}
    for path in {core.path_of(n) for node in nodes for n in core.walk(node) if isinstance(n, gast.Attribute)}:
        root, *attributes = (path or "").split(".")
        value = bindings.get(root)
        for name in attributes:
            value = getattr(value, name, None) if isinstance(value, ModuleType) else None
        if path is not None and value is not None:
            found[path] = value
    return found


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (int, float, str))


def _has_scopes(block: Iterable[Any]) -> bool:
    """Does a text bind names inside expressions?"""
    return any(isinstance(n, (*COMPREHENSIONS, gast.Lambda, gast.NamedExpr)) for s in block for n in core.walk(s))


def _straight(block: Sequence[Any], scope: Scope) -> list[Any] | None:
    """The statements that run, every `if` decided; None where one cannot be."""
    found: list[Any] = []
    for stmt in block:
        match stmt:
            case gast.Expr(value=gast.Constant()):
                continue
            case gast.If():
                test = scope.value(stmt.test)
                if test is UNDECIDED:
                    return None
                inner = _straight(stmt.body if test else stmt.orelse, scope)
                if inner is None:
                    return None
                found += inner
                if inner and isinstance(inner[-1], gast.Return):
                    return found
            case gast.Assign(targets=[gast.Name()]):
                found.append(scope.folded(stmt))
            case gast.Assign(targets=[gast.Tuple(elts=parts)]) if all(map(core.is_name, parts)):
                found.append(scope.folded(stmt))
            case gast.Return():
                return [*found, scope.folded(stmt)]
            case _:
                return None
    return found


def product(bar: Any, partial: Any) -> Any:
    """`bar * partial`, as one would write it: 1 and -1 vanish, signs come first, a reciprocal divides.

    >>> from adjoint.emit.printer import to_source
    >>> partials = [gast.parse(p).body[0].value for p in ("1", "-1", "1 / y", "-(out / y)", "2")]
    >>> [to_source(product(core.load("g"), p)) for p in partials]
    ['g', '-g', 'g / y', '-(g * out / y)', '2 * g']
    """
    match partial:
        case gast.Constant(value=1):
            return bar
        case gast.UnaryOp(op=gast.USub()):
            return core.unary(gast.USub, product(bar, partial.operand))
        case gast.BinOp(op=gast.Div(), left=gast.Constant(value=1)):
            return core.binary(bar, gast.Div, partial.right)
        case gast.BinOp(op=gast.Div()):
            return core.binary(product(bar, partial.left), gast.Div, partial.right)
        case gast.Constant():
            return core.binary(partial, gast.Mult, bar)
    return core.binary(bar, gast.Mult, partial)


def doubled(node: Any) -> Any:
    """Twice an expression, which is exact: the factor comes first.

    >>> from adjoint.emit.printer import to_source
    >>> to_source(doubled(gast.parse("-(g * x / y)").body[0].value))
    '-(2 * g * x / y)'
    """
    match node:
        case gast.UnaryOp(op=gast.USub()):
            return core.unary(gast.USub, doubled(node.operand))
        case gast.BinOp(op=gast.Mult() | gast.Div()):
            return core.binary(doubled(node.left), node.op, node.right)
        case gast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return core.const(2 * value)
    return core.binary(core.const(2), gast.Mult, node)


def numpy_functions() -> dict[str, Any]:
    """What generated code calls `np`."""
    return {"np": np}
