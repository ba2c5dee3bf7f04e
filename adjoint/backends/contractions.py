"""`np.einsum` for Numba, which has none: the loops over its letters, for subscripts that are written out.

np.einsum("ij,j->i", a, b)      ->      for i in range(n_i):
                                            for j in range(n_j):
                                                out[i] += operands[0][i, j] * operands[1][j]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload
from numba.np.numpy_support import as_dtype


@overload(np.einsum, strict=False, prefer_literal=True)
def einsum(subscripts: Any, *operands: Any) -> Callable[..., Any] | None:
    given = operands[0] if len(operands) == 1 and isinstance(operands[0], types.BaseTuple) else operands
    if not isinstance(subscripts, types.StringLiteral) or not all(isinstance(o, types.Array) for o in given):
        return None
    spec = subscripts.literal_value.replace(" ", "")
    parts, arrow, kept = spec.partition("->")
    terms = parts.split(",")
    if not arrow or not parts.replace(",", "").isalpha() or [len(t) for t in terms] != [o.ndim for o in given]:
        return None
    dtype = np.result_type(*[as_dtype(o.dtype) for o in given])
    return _loops(tuple(terms), kept, dtype.name)


@lru_cache(None)
def _loops(terms: Sequence[str], kept: str, dtype: str) -> Callable[..., Any]:
    """The function for some subscripts; an axis of length 1 stands for as many as its letter has."""
    letters = list(dict.fromkeys([*kept, *"".join(terms)]))
    lines = ["def einsum(subscripts, *operands):"]
    for letter in letters:
        lengths = [f"operands[{k}].shape[{a}]" for k, t in enumerate(terms) for a, own in enumerate(t) if own == letter]
        lines.append(f"    n_{letter} = {lengths[0]}")
        for length in lengths[1:]:
            lines += [f"    if n_{letter} == 1:", f"        n_{letter} = {length}"]
        lines += [
            f"    if {' or '.join(f'({length} != n_{letter} and {length} != 1)' for length in lengths)}:",
            "        raise ValueError('operands could not be broadcast together')",
        ]
    lines.append(f"    out = np.zeros(({''.join(f'n_{letter}, ' for letter in kept)}), np.{dtype})")
    for depth, letter in enumerate(letters):
        lines.append(f"{'    ' * (depth + 1)}for {letter} in range(n_{letter}):")
    cells = [_cell(k, term) for k, term in enumerate(terms)]
    lines += [f"{'    ' * (len(letters) + 1)}out[{', '.join(kept) or '()'}] += {' * '.join(cells)}"]
    lines.append("    return out" if kept else "    return out[()]")
    space: dict[str, Any] = {"np": np}
    exec("\n".join(lines), space)
    return space["einsum"]  # type: ignore[no-any-return]


def _cell(k: int, term: str) -> str:
    places = [f"{letter} if operands[{k}].shape[{axis}] != 1 else 0" for axis, letter in enumerate(term)]
    return f"operands[{k}][{', '.join(places)}]"
