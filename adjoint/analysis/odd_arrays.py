"""Arrays that are not plain ones: masked arrays, matrices, arrays of objects. They are refused by name.

Their operators mean something else (a matrix multiplies with `*`, a mask leaves cells out), and the cells of an array
of objects may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import gast
import numpy as np

from adjoint.analysis.kinds import Array, Kind, ListOf, Number, Static, TupleOf, dtype_of, is_sparse
from adjoint.analysis.values import kind_of
from adjoint.errors import Problem, UnsupportedArgument, problem_at, raise_problems
from adjoint.syntax import core
from adjoint.syntax.said import said


def refuse_odd_arrays(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> None:
    """Raise for what is no plain array among the globals read, and for arrays of objects that derivatives reach.

    Raises:
        UnsupportedArgument: with every such place.
    """
    problems = [*_of_globals(fn), *_of_objects(fn, kinds, varied), *_of_indices(fn, kinds, varied)]
    problems += _of_sparse(fn, kinds, varied)
    if problems:
        raise_problems(UnsupportedArgument, problems, fn.origin)


def is_odd(value: Any) -> bool:
    """Is this an array of a subclass? (One that lies in a file is a plain array.)"""
    return isinstance(value, np.ndarray) and type(value) not in (np.ndarray, np.memmap)


def makes_odd(value: Any) -> bool:
    """Is this a class of such arrays, or a function of NumPy's that makes them?"""
    if isinstance(value, type):
        return issubclass(value, np.ndarray) and value is not np.ndarray
    module = getattr(value, "__module__", None) or ""
    return module.startswith(("numpy.ma.", "numpy.matrixlib", "numpy.rec", "numpy._core.records"))


def _of_globals(fn: core.Function) -> Iterator[Problem]:
    odd = {path: value for path, value in fn.bindings.items() if is_odd(value)}
    if not odd:
        return
    for stmt in fn.statements:
        for node in core.walk(*core.heads(stmt)):
            path = core.path_of(node)
            if path in odd:
                kind = type(odd[path]).__name__
                advice = "Use `.filled(…)` of it." if kind == "MaskedArray" else f"Use `np.asarray({path})`."
                yield problem_at(node, f"`{path}` is a {kind}, not a plain array", advice)


def _of_objects(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> Iterator[Problem]:
    for stmt in fn.statements:
        for name in sorted(fn.binds[stmt]):
            if name in varied and dtype_of(kinds.get(name)) == "object":
                yield problem_at(stmt, "this is an array of objects", "Make it an array of floats: `dtype=float`.")


def _of_sparse(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> Iterator[Problem]:
    """Sparse matrices that depend on what varies: `*` may mean either product, and zeros are left out of sums."""
    sparse = {n for n, k in kinds.items() if is_sparse(k)} | {
        n for n, v in fn.bindings.items() if not isinstance(v, ModuleType) and is_sparse(kind_of(v))
    }
    if not sparse:
        return
    for stmt in fn.statements:
        for node in core.walk(*core.heads(stmt)):
            if not isinstance(node, gast.BinOp) or isinstance(node.op, gast.MatMult):
                continue
            paths = {core.path_of(node.left), core.path_of(node.right)}
            if paths & sparse and paths & varied:
                advice = "Write the product with a vector by `@`, then what varies: `s * (A @ x)` for `(s * A) @ x`."
                yield problem_at(node, "a sparse matrix is computed with what varies", advice)


# What gives one of its items, whatever the index is computed from.
PLAIN = (str, bytes, range, list, tuple, dict, np.ndarray)


def _of_indices(fn: core.Function, kinds: Mapping[str, Kind], varied: frozenset[str]) -> Iterator[Problem]:
    """Objects that make arrays of what they are indexed by, as `np.r_` does."""

    def is_plain(path: str) -> bool:
        kind = kinds.get(path) or kind_of(fn.bindings.get(path))
        held = kind.value if isinstance(kind, Static) else fn.bindings.get(path)
        return isinstance(kind, (Array, ListOf, TupleOf, Number)) or isinstance(held, PLAIN)

    for stmt in fn.statements:
        match stmt:
            case gast.Assign(value=gast.Subscript(value=value, slice=index)) if core.path_of(value) not in varied:
                name = core.path_of(value) or ""
                read = sorted(n for n in core.names_read(index) & varied if dtype_of(kinds.get(n)) is not None)
                if name and read and not is_plain(name):
                    message = f"`{name}[…]` may depend on {said(read[0], fn)}, and how is not known"
                    yield problem_at(stmt.value, message, "Use a function of arrays instead.")
