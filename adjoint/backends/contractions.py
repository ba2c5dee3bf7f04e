"""`np.einsum` for Numba, which has none, and its cotangents: the loops over its letters.

np.einsum("ij,j->i", a, b)      ->      for i in range(n_i):
                                            for j in range(n_j):
                                                out[i] += operands[0][i, j] * operands[1][j]

The subscripts must be written out where the call stands; what they leave out (`...`, the output) is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload
from numba.np.numpy_support import as_dtype

from adjoint.rules import einstein


@overload(np.einsum, strict=False, prefer_literal=True)
def einsum(subscripts: Any, *operands: Any) -> Callable[..., Any] | None:
    given = operands[0] if len(operands) == 1 and isinstance(operands[0], types.BaseTuple) else operands
    found = _terms(subscripts, given)
    if found is None:
        return None
    dtype = np.result_type(*[as_dtype(o.dtype) for o in given])
    return _loops(*found, dtype.name)


@overload(einstein.cotangents, strict=False, prefer_literal=True)
def cotangents(subscripts: Any, operands: Any, g: Any, optimize: Any) -> Callable[..., Any] | None:
    if not isinstance(operands, types.BaseTuple) or not isinstance(g, (types.Array, types.Float, types.Complex)):
        return None
    found = _terms(subscripts, operands)
    if found is None:
        return None
    dtypes = [as_dtype(getattr(o, "dtype", o)) for o in (*operands, g)]
    return _loops_back(*found, np.result_type(*dtypes).name, isinstance(g, types.Array))


def _terms(subscripts: Any, operands: Sequence[Any]) -> tuple[tuple[str, ...], str] | None:
    """The letters of the operands and of the result; None for what is not known when it is compiled."""
    if not isinstance(subscripts, types.StringLiteral) or not all(isinstance(o, types.Array) for o in operands):
        return None
    spec = subscripts.literal_value
    if spec.replace(" ", "").partition("->")[0].count(",") + 1 != len(operands):
        return None
    terms, kept = einstein.parse(spec, tuple([o.ndim for o in operands]))
    fits = [len(t) == o.ndim and t.isalpha() for t, o in zip(terms, operands) if o.ndim]
    is_named = len(set(kept)) == len(kept) and set(kept) <= set("".join(terms))
    return (tuple(terms), kept) if all(fits) and is_named else None


@lru_cache(None)
def _loops(terms: Sequence[str], kept: str, dtype: str) -> Callable[..., Any]:
    """The function for some subscripts; an axis of length 1 stands for as many as its letter has."""
    letters = list(dict.fromkeys([*kept, *"".join(terms)]))
    lines = ["def einsum(subscripts, *operands):", *_lengths(letters, terms)]
    lines.append(f"    out = np.zeros(({''.join(f'n_{letter}, ' for letter in kept)}), np.{dtype})")
    lines += _heads(letters)
    product = " * ".join(_cell(k, term) for k, term in enumerate(terms))
    lines.append(f"{'    ' * (len(letters) + 1)}out[{', '.join(kept) or '()'}] += {product}")
    lines.append("    return out" if kept else "    return out[()]")
    return _made("einsum", lines)


@lru_cache(None)
def _loops_back(terms: Sequence[str], kept: str, dtype: str, is_array: bool) -> Callable[..., Any]:
    """The function that gives the cotangents of all operands."""
    letters = list(dict.fromkeys([*kept, *"".join(terms)]))
    lines = ["def cotangents(subscripts, operands, g, optimize):", *_lengths(letters, terms)]
    lines += [f"    bar_{k} = np.zeros(operands[{k}].shape, np.{dtype})" for k in range(len(terms))]
    lines += _heads(letters)
    inside = "    " * (len(letters) + 1)
    seed = f"g[{', '.join(kept) or '()'}]" if is_array else "g"
    for k, term in enumerate(terms):
        others = [_cell(j, other) for j, other in enumerate(terms) if j != k]
        lines.append(f"{inside}bar_{k}[{_places(k, term)}] += {' * '.join([seed, *others])}")
    lines.append(f"    return ({''.join(f'bar_{k}, ' for k in range(len(terms)))})")
    return _made("cotangents", lines)


def _lengths(letters: Sequence[str], terms: Sequence[str]) -> list[str]:
    """The statements that find how far each letter goes."""
    lines: list[str] = []
    for letter in letters:
        lengths = [f"operands[{k}].shape[{a}]" for k, t in enumerate(terms) for a, own in enumerate(t) if own == letter]
        lines.append(f"    n_{letter} = {lengths[0]}")
        for length in lengths[1:]:
            lines += [f"    if n_{letter} == 1:", f"        n_{letter} = {length}"]
        lines += [
            f"    if {' or '.join(f'({length} != n_{letter} and {length} != 1)' for length in lengths)}:",
            "        raise ValueError('operands could not be broadcast together')",
        ]
    return lines


def _heads(letters: Sequence[str]) -> list[str]:
    return [f"{'    ' * (depth + 1)}for {letter} in range(n_{letter}):" for depth, letter in enumerate(letters)]


def _cell(k: int, term: str) -> str:
    return f"operands[{k}][{_places(k, term)}]"


def _places(k: int, term: str) -> str:
    places = [f"{letter} if operands[{k}].shape[{axis}] != 1 else 0" for axis, letter in enumerate(term)]
    return ", ".join(places) or "()"


def _made(name: str, lines: Sequence[str]) -> Callable[..., Any]:
    space: dict[str, Any] = {"np": np}
    exec("\n".join(lines), space)
    made: Callable[..., Any] = space[name]
    return made
