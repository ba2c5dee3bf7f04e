"""`np.r_` and `np.c_` as functions, since an index has no derivative and an argument has.

np.r_[x, s, 2.0]        ->     in_a_row(x, s, 2.0)
"""

from __future__ import annotations

from typing import Any

import numpy as np


def in_a_row(*items: Any) -> Any:
    """`np.r_[items]`: arrays one behind the other.

    >>> in_a_row(np.ones(2), 3.0, slice(0, 2))
    array([1., 1., 3., 0., 1.])
    """
    return np.r_[items]


def whole(a: Any) -> Any:
    """`a[()]`: a number for an array without axes.

    >>> whole(np.array(2.0)), whole(np.float64(3.0))
    (np.float64(2.0), np.float64(3.0))
    """
    return a[()] if hasattr(a, "shape") else a


def in_columns(*items: Any) -> Any:
    """`np.c_[items]`: arrays as columns.

    >>> in_columns(np.zeros(2), np.ones(2))
    array([[0., 1.],
           [0., 1.]])
    """
    return np.c_[items]
