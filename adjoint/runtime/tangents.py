"""The few functions on tangents that generated code calls."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import UnsupportedMutation
from adjoint.runtime.arrays import owned as owned
from adjoint.runtime.arrays import working_copies


def zero_tangent(value: Any) -> Any:
    """The zero tangent of a value: of a container one with the same places.

    >>> zero_tangent({"a": 1.0, "b": [np.ones(2)]})
    {'a': 0.0, 'b': [array([0., 0.])]}
    """
    if isinstance(value, tuple):
        return tuple([zero_tangent(v) for v in value])
    if isinstance(value, list):
        return [zero_tangent(v) for v in value]
    if isinstance(value, dict):
        return {key: zero_tangent(v) for key, v in value.items()}
    if isinstance(value, np.ndarray):
        return np.zeros_like(value, dtype=value.dtype if value.dtype.kind in "fc" else float)
    if isinstance(value, slice):  # one of the numbers that it stands for in `np.r_`
        return np.zeros(np.shape(np.r_[value]))
    return 0.0


def tangent_like(tangent: Any, value: Any) -> Any:
    """A tangent in the shape and dtype of its primal `value`, in memory of its own that is laid out like it.

    >>> tangent_like(1.0, np.zeros(3))
    array([1., 1., 1.])
    >>> tangent_like(2.0, 1.0)
    2.0
    """
    if isinstance(value, (tuple, list, dict)):
        return owned(tangent) if isinstance(tangent, (tuple, list, dict)) else zero_tangent(value)
    if not isinstance(value, np.ndarray):
        return tangent
    made = working_copies(value) if value.dtype.kind in "fc" else np.zeros_like(value, dtype=float)
    if made.dtype.kind == "f" and np.iscomplexobj(tangent):
        made = made.astype(complex)
    made[...] = tangent
    return made


def tangent_view(value: Any, source: Any, tangent: Any, source_tangent: Any) -> Any:
    """The tangent of what may be a view of `source`: a view of the tangent of `source`, or memory of its own.

    >>> a, a_dot = np.zeros((2, 3)), np.ones((2, 3))
    >>> np.shares_memory(tangent_view(a.ravel(), a, a_dot.ravel(), a_dot), a_dot)
    True

    Raises:
        UnsupportedMutation: if the array is a view and the tangent cannot be, since its cells lie in another order.
    """
    if not isinstance(value, np.ndarray):
        return tangent
    shared, alike = np.may_share_memory(value, source), np.may_share_memory(tangent, source_tangent)
    if not shared:
        return np.array(tangent) if alike else tangent
    if not alike:
        raise UnsupportedMutation(
            "an array that changes has a view whose tangent cannot be one\n"
            "  Add `.copy()` to the view, or write to the array itself."
        )
    return tangent
