"""Steps of sums and maxima over loops, in which order does not matter to a few last bits.

In plain Python they are what they look like. Under Numba a loop of `total = added(total, x[i])` may keep several
partial sums, as NumPy's own sums do, so that processors add many numbers at a time.
"""

from __future__ import annotations

from typing import Any


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
