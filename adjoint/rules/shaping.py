"""Shape and order of the cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.rules.registry import linear


@linear(np.transpose, result="view")
def transpose(a: Any, axes: Any = None, *, out_bar: Any) -> Any:
    if axes is None:
        return out_bar.T
    return np.transpose(out_bar, np.argsort(axes))


@linear(np.ravel, result="maybe")
def ravel(a: Any, *, out_bar: Any) -> Any:
    return out_bar.reshape(a.shape)
