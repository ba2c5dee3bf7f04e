"""Functions of numbers that loops consist of; Numba compiles them so that a processor does many trips at a time.

In plain Python they are what they look like. Under Numba a loop of `total = added(total, x[i])` may keep several
partial sums, as NumPy's own sums do, and the others may differ from NumPy's in the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def added(total: Any, value: Any) -> Any:
    """One more term of a sum.

    >>> added(1.0, 2.0)
    3.0
    """
    return total + value


def larger(best: Any, value: Any) -> Any:
    """The larger of two numbers; NaN where one of them is.

    >>> larger(1.0, 2.0), larger(float("nan"), 2.0)
    (2.0, nan)
    """
    return best if best != best or best >= value else value


def smaller(best: Any, value: Any) -> Any:
    """The smaller of two numbers; NaN where one of them is.

    >>> smaller(1.0, 2.0), smaller(1.0, float("nan"))
    (1.0, nan)
    """
    return best if best != best or best <= value else value


def exp(x: Any) -> Any:
    """The exponential.

    >>> float(exp(0.0))
    1.0
    """
    return np.exp(x)


def log(x: Any) -> Any:
    """The natural logarithm.

    >>> float(log(1.0))
    0.0
    """
    return np.log(x)


def tanh(x: Any) -> Any:
    """The hyperbolic tangent.

    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(x)


def half_power(x: Any, halves: int) -> Any:
    """`x ** (halves / 2)`, by way of the square root.

    >>> float(half_power(4.0, -3))
    0.125
    """
    return np.power(x, halves / 2)
