"""Functions of NumPy without a derivative, or whose result is no number, each with the reason, which messages give.

`REWRITTEN` are those that have no rule because the compiler writes what they do with other means.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from adjoint.rules import late

_REASONS: Mapping[str, str] = {
    "intersect1d": ("which cells two arrays share changes in jumps with each of them: take what is shared by an index"),
    "poly1d": "it makes an object of a polynomial: use `np.polyval`, `np.polymul` and the like with coefficients",
    "matrix asmatrix bmat": "matrices of `np.matrix` multiply in another way: use arrays, `@` and `np.block`",
    "nditer nested_iters flatiter broadcast": (
        "it gives cells one by one, in an order of memory: loop over an index, or `np.ndindex`"
    ),
    "ndarray": "it makes an array of memory that is there already: use `np.array`, `np.zeros` or `np.empty`",
    "memmap": "its cells are those of a file: read them into an array first",
    "frombuffer from_dlpack ndarray.getfield ndarray.tobytes ndarray.tostring ndarray.byteswap": (
        "it takes the bytes of numbers for something else: convert with `.astype` or `.view()`"
    ),
    "ndarray.setfield ndarray.resize": "it writes over memory: store to cells, or make a new array",
    "ndarray.setflags": "it changes what may be done with an array: do that outside the function",
    "ndarray.dump ndarray.dumps ndarray.tofile": "it writes to a file, or bytes: do that outside the function",
    "frompyfunc": "it gives arrays of objects: use `np.vectorize`, or write a loop",
    "recarray record void": "an array of records holds no numbers of its own: use an array for each field",
    "object_": "an object is no number: use an array or a list",
    "datetime64 timedelta64": "dates are no real numbers: pass seconds as floats",
    "ufunc generic number integer signedinteger unsignedinteger inexact floating complexfloating flexible character": (
        "it is a type to ask about, and is not called"
    ),
}

# By how they are written: `np.put(a, k, v)` becomes a store
REWRITTEN: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("put", "putmask", "place", "put_along_axis", "fill_diagonal", "copyto"), "a store to the array's cells"
        ),
        **dict.fromkeys(
            ("ndarray.fill", "ndarray.put", "ndarray.sort", "ndarray.partition"), "a store to the array's cells"
        ),
        **dict.fromkeys(("vectorize", "apply_along_axis"), "a loop over the cells or rows"),
        **dict.fromkeys(("apply_over_axes", "piecewise"), "the calls that it makes"),
        "ndenumerate": "a loop over an index",
        "fromfunction": "its own text, which is Python",
    }
)


def _found(path: str) -> Any:
    value: Any = np
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


REFUSED: Mapping[Any, str] = MappingProxyType(
    {v: reason for paths, reason in _REASONS.items() for path in paths.split() if callable(v := _found(path))}
)


def refusal_of(primitive: Any) -> str | None:
    """Why a function has no derivative, None where nothing is said of it.

    >>> refusal_of(np.poly1d), refusal_of(np.sin), refusal_of([])
    ('it makes an object of a polynomial: use `np.polyval`, `np.polymul` and the like with coefficients', None, None)
    """
    late.wanted(primitive)
    try:
        return REFUSED.get(primitive) or late.REFUSED.get(primitive)
    except TypeError:  # unhashable: no function
        return None
