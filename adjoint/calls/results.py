"""The kind of what a function taken out of another gives, and of derivatives of it, from its arguments' kinds.

>>> from adjoint.analysis.kinds import Array, Number
>>> def doubled(x):
...     return 2.0 * x
>>> kind_of_call(doubled, (Number("float"),))
Number('float')
>>> kind_of_matrix(Array("float64", (None,)), Array("float64", (None, None)))
Array('float64', (?, ?, ?))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adjoint.analysis.kinds import UNKNOWN, Array, Kind, Number
from adjoint.caching import kept_with
from adjoint.errors import REFUSALS


def kind_of_call(function: Any, kinds: Sequence[Kind]) -> Kind:
    """The kind of what a function gives for arguments of these kinds."""
    found: Kind = kept_with(function, ("result", tuple(kinds)), lambda: _read(function, kinds))
    return found


def kind_of_matrix(result: Kind, by: Kind) -> Kind:
    """The kind of a Jacobian, from those of a function's result and of the argument that it is by."""
    if isinstance(by, Number):
        return result
    if not isinstance(by, Array) or by.shape is None:
        return UNKNOWN
    if isinstance(result, Array) and result.shape is not None:
        return Array(result.dtype, (*result.shape, *by.shape)) if result.dtype == by.dtype else UNKNOWN
    return by if isinstance(result, Number) and result.dtype == "float" else UNKNOWN


def _read(function: Any, kinds: Sequence[Kind]) -> Kind:
    from adjoint.analysis.expressions import kind_of_expression
    from adjoint.analysis.infer import infer
    from adjoint.pipeline import core_of

    try:
        fn = core_of(function)
    except REFUSALS:  # which is said where the function is called
        return UNKNOWN
    if len(fn.params) != len(kinds):
        return UNKNOWN
    found = infer(fn, dict(zip(fn.params, kinds, strict=True)))
    return kind_of_expression(fn.tree.body[-1].value, found, fn.bindings) or UNKNOWN
