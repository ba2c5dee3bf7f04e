"""Functions that derivatives need and NumPy and `math` do not have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# B_2, B_4, ... of the asymptotic series
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
FAR = 16.0  # from where on the series has all digits


def polygamma(n: int, x: float) -> float:
    """Return the n-th derivative of the digamma function, the slope of the logarithm of `math.gamma`, of a number.

    Up to where the asymptotic series is exact by psi(x) = psi(x + 1) - 1 / x, and from below 0 by reflection.
    M. Abramowitz, I. Stegun (1964), "Handbook of mathematical functions", 6.3.18 and 6.4.11.

    >>> round(polygamma(0, 1.0), 12), round(polygamma(1, 1.0) - math.pi**2 / 6, 12)
    (-0.577215664902, 0.0)

    Raises:
        ValueError: at 0, -1, -2, …, where there is a pole.
    """
    if x <= 0 and x == math.floor(x):
        raise ValueError(f"polygamma has a pole at {x}")
    if n == 0 and x < -FAR:
        return polygamma(0, 1 - x) - math.pi / math.tan(math.pi * x)
    total, sign, far = 0.0, (-1.0) ** n, FAR + n
    while x < far:
        total -= sign * math.factorial(n) / x ** (n + 1)
        x += 1
    if n == 0:
        return total + math.log(x) - 1 / (2 * x) - sum(b / (2 * k * x ** (2 * k)) for k, b in enumerate(BERNOULLI, 1))
    series = math.factorial(n - 1) / x**n + math.factorial(n) / (2 * x ** (n + 1))
    for k, b in enumerate(BERNOULLI, 1):
        series += b * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n))
    return total - sign * series


def complex_sign(z: Any) -> Any:
    """Return `np.sign` of complex numbers: z / |z|, and 0 at 0.

    >>> complex_sign(3.0 - 4.0j)
    np.complex128(0.6-0.8j)
    """
    return np.sign(z)


def bessel_i1(x: Any) -> Any:
    """Return the modified Bessel function of order one, the slope of `np.i0`.

    The mean of exp(x cos t) cos t around a circle, by as many points as bring the error below rounding.

    >>> float(np.round(bessel_i1(1.0), 12))
    0.565159103992
    """
    largest = float(np.max(np.abs(x), initial=0.0))
    count = 2 * int(12 + 4 * math.sqrt(largest) + min(largest, 60.0) / 2)
    angles = (np.arange(count) + 0.5) * (math.pi / count)
    slopes = np.cos(angles)
    dtype = np.asarray(x).dtype if np.asarray(x).dtype.kind == "f" else float
    values = np.asarray(x, dtype=float)
    return np.mean(np.exp(np.expand_dims(values, -1) * slopes) * slopes, axis=-1).astype(dtype)
