"""Guess the kinds of a function's parameters, where no arguments are given: for text that is only looked at.

    >>> def step(A, x, n, rate=0.1, scale: float = 1):
    ...     for k in range(n):
    ...         x = x - rate * (A[k, 0] * x)
    ...     return scale * x.sum()
    >>> guess_kinds(step)
    (Array('float64', (?, ?)), Array('float64', (?,)), Number('int'), Number('float'), Number('float'))

An annotation decides, then a default value, then use: what counts or indexes is an integer; what is indexed, measured,
gone through or reduced is an array of as many axes as its indices have; all else is a float. An array in a matrix
product is a matrix if its name starts with a capital letter, else a vector.
"""

from __future__ import annotations

import ast
import typing
from collections.abc import Callable, Iterator
from typing import Any

import gast
import numpy as np
import numpy.typing as npt

from adjoint.analysis.indexing import components
from adjoint.analysis.kinds import Array, Kind, Number
from adjoint.analysis.values import kind_of
from adjoint.frontend.resolve import resolve
from adjoint.frontend.source import parse
from adjoint.rules import registry
from adjoint.syntax import core

PRODUCTS = (np.dot, np.matmul, np.linalg.solve)
MATRICES = (np.linalg.inv, np.linalg.det, np.linalg.slogdet, np.linalg.solve, np.linalg.cholesky, np.trace)
COUNTED = (range, np.zeros, np.ones, np.empty, np.full, np.eye, np.identity, np.arange)
FILLED = (np.full,)
# These take numbers too, but are written for arrays.
TAKERS = (
    len, enumerate, zip, reversed, sum, np.sum, np.mean, np.prod, np.max, np.min, np.std, np.var, np.cumsum, np.cumprod,
    np.diff, np.sort, np.argmax, np.argmin, np.outer, np.inner, np.flip, np.roll, np.ravel, np.reshape, np.transpose,
    np.copy, np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.linalg.norm, np.shape, np.size,
)  # fmt: skip


def guess_kinds(function: Callable[..., Any]) -> tuple[Kind, ...]:
    """Return a kind for each parameter of a function, in the order of its signature.

    Raises:
        SourceNotFound: if the text of the function cannot be read.
    """
    fn = resolve(parse(function))
    ranks: dict[str, int] = {}
    whole: set[str] = set()
    for node in ast.walk(fn.tree):
        for name, rank in _arrays(node, fn):
            ranks[name] = max(rank, ranks.get(name, 0))
        whole.update(_whole(node, fn))
    stated = _stated(fn.target)
    return tuple(_chosen(stated.get(name), ranks.get(name), name in whole) for name in fn.params)


def _chosen(stated: Kind | None, rank: int | None, whole: bool) -> Kind:
    if isinstance(stated, Array) and stated.shape is None:
        return Array(stated.dtype, (None,) * (rank or 1))
    if stated is not None:
        return stated
    if rank is not None:
        return Array("int64" if whole else "float64", (None,) * rank)
    return Number("int") if whole else Number("float")


# What is said


def _stated(target: Any) -> dict[str, Kind]:
    """The kinds that annotations and default values give."""
    code = target.__code__
    names = code.co_varnames[: code.co_argcount]
    values = target.__defaults__ or ()
    defaults = {**dict(zip(names[len(names) - len(values) :], values)), **(target.__kwdefaults__ or {})}
    found = {name: kind_of(value) for name, value in defaults.items()}
    try:
        hints = typing.get_type_hints(target)
    except (NameError, TypeError, AttributeError, SyntaxError):  # written for a type checker alone
        hints = {}
    said = {name: _annotated(hint) for name, hint in hints.items()}
    return found | {name: kind for name, kind in said.items() if kind is not None}


def _annotated(hint: Any) -> Kind | None:
    """The kind that an annotation means; an array's rank stays open where it is not written."""
    if hint in (bool, int, float, complex):
        return Number(hint.__name__)
    if isinstance(hint, type) and issubclass(hint, np.generic):
        return Number(np.dtype(hint).name)
    if hint is np.ndarray:
        return Array("float64", None)
    if typing.get_origin(hint) is npt.NDArray:  # an alias with a name of its own, since NumPy 2.5
        hint = np.ndarray[Any, np.dtype[typing.get_args(hint)[0]]]  # type: ignore[misc]
    if typing.get_origin(hint) is np.ndarray:
        shape, dtype = typing.get_args(hint)
        scalars = [a for a in typing.get_args(dtype) if isinstance(a, type) and issubclass(a, np.generic)]
        sizes = typing.get_args(shape)
        known = sizes and Ellipsis not in sizes
        return Array(_name(scalars[0]) if scalars else "float64", (None,) * len(sizes) if known else None)
    return None


def _name(scalar: type[np.generic]) -> str:
    """The dtype that a scalar type means; float64 for an abstract one."""
    return "float64" if scalar.__subclasses__() and scalar is not np.float64 else np.dtype(scalar).name


# What use tells


def _whole(node: Any, fn: core.Function) -> Iterator[str]:
    """Names that a node takes as whole numbers."""
    match node:
        case gast.Subscript():
            yield from _terms(node.slice)
            yield from _terms(*(n.value for n in ast.walk(node.slice) if isinstance(n, gast.Subscript)))
        case gast.Call(func=gast.Attribute(attr="reshape")) if _called(node, fn) is None:
            yield from _terms(*node.args)
        case gast.Call() if (callee := _called(node, fn)) in COUNTED:
            yield from _terms(*(node.args[:1] if callee in FILLED else node.args))


def _arrays(node: Any, fn: core.Function) -> Iterator[tuple[str, int]]:
    """Names that a node takes as arrays, with the least rank that they have."""
    match node:
        case gast.Subscript():
            depth, base = 0, node
            while isinstance(base, gast.Subscript):
                depth += sum(not _adds_no_axis(part) for part in components(base.slice))
                base = base.value
            yield from ((name, max(depth, 1)) for name in _terms(base))
        case gast.Attribute(attr="T" | "mT"):
            yield from ((name, 2) for name in _terms(node.value))
        case gast.Attribute(attr="shape" | "size" | "ndim"):
            yield from ((name, 1) for name in _terms(node.value))
        case gast.BinOp(op=gast.MatMult()):
            yield from ((name, _by_name(name)) for name in _terms(node.left, node.right))
        case gast.For() | gast.comprehension():
            yield from ((name, 1) for name in _terms(node.iter))
        case gast.Call():
            yield from _passed(node, fn)


def _passed(call: Any, fn: core.Function) -> Iterator[tuple[str, int]]:
    callee = _called(call, fn)
    if callee in PRODUCTS:
        yield from ((name, _by_name(name)) for name in _terms(*call.args))
    if callee in MATRICES:
        yield from ((name, 2) for name in _terms(*call.args[:1]))
    if callee in TAKERS:
        yield from (
            (name, 1) for name in _terms(*call.args[:2] if callee in (np.outer, np.inner, zip) else call.args[:1])
        )
    if callee is None and isinstance(call.func, gast.Attribute) and call.func.attr in registry.METHODS:
        least = _by_name if call.func.attr == "dot" else lambda name: 1
        yield from ((name, least(name)) for name in _terms(call.func.value))


def _called(call: Any, fn: core.Function) -> Any:
    return fn.bindings.get(core.path_of(call.func) or "")


def _by_name(name: str) -> int:
    return 2 if name[0].isupper() else 1


def _adds_no_axis(part: Any) -> bool:
    return core.is_constant(part) and core.constant_value(part) in (None, Ellipsis)


def _terms(*nodes: Any) -> Iterator[str]:
    """The names that expressions are computed of by arithmetic alone (exponents apart)."""
    for node in nodes:
        match node:
            case gast.Name(id=name):
                yield name
            case gast.BinOp(op=gast.Pow()):
                yield from _terms(node.left)
            case gast.BinOp(left=left, right=right):
                yield from _terms(left, right)
            case gast.UnaryOp(operand=operand):
                yield from _terms(operand)
            case gast.Tuple(elts=elements):
                yield from _terms(*elements)
            case gast.Slice(lower=lower, upper=upper, step=step):
                yield from _terms(lower, upper, step)
