"""Sums, products, extrema and moments along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.registry import linear


@linear(np.sum)
def sum_transpose(a: Any, axis: Any = None, *, keepdims: Any = False, out_bar: Any) -> Any:
    if axis is None:
        return np.broadcast_to(out_bar, np.shape(a)).copy()
    if keepdims:
        return np.broadcast_to(out_bar, a.shape).copy()
    return np.broadcast_to(np.expand_dims(out_bar, axis), a.shape).copy()
