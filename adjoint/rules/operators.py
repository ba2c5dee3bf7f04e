"""Python's operators and the ufuncs that they call."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from adjoint.rules.registry import elementwise


@elementwise(operator.add, np.add)
def add(x: Any, y: Any) -> Any:
    return 1, 1


@elementwise(operator.sub, np.subtract)
def sub(x: Any, y: Any) -> Any:
    return 1, -1


@elementwise(operator.mul, np.multiply)
def mul(x: Any, y: Any) -> Any:
    return y, x


@elementwise(operator.truediv, np.divide)
def truediv(x: Any, y: Any, out: Any) -> Any:
    return 1 / y, -out / y


@elementwise(operator.neg, np.negative)
def neg(x: Any) -> Any:
    return -1


@elementwise(operator.pos, np.positive)
def pos(x: Any) -> Any:
    return 1
