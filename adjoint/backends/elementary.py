"""exp, log and tanh of one number as straight arithmetic, so that loops compute several at a time.

A call into the C library, which is what Numba makes of `np.exp(x[i])`, is one number after another. Here

    exp(x)  = 2**k * exp(r)         with x = k log 2 + r, |r| <= log(2) / 2, by Taylor's series
    tanh(x) = e / (e + 2)           with e = exp(2 |x|) - 1, its ones taken off before they are rounded
    log(x)  = k log 2 + log(1 + f)  with x = 2**k (1 + f), by the series of the inverse hyperbolic tangent

Rounding is that of a few operations: within 2 units in the last place. Results at 0, infinity and NaN are NumPy's.
Numbers are taken apart by their bits, and whole numbers made by adding 1.5 * 2**52, which leaves them in the last bits.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

from llvmlite import ir

DOUBLE, WHOLE = ir.DoubleType(), ir.IntType(64)
FUSED = ("contract",)  # a product and a sum may be one instruction, which rounds once
MAGIC = 1.5 * 2.0**52
LOG2_HIGH = 6.93147180369123816490e-01  # its last bits are zeros: a product with a small whole number is exact
LOG2_LOW = 1.90821492927058770002e-10
# exp(r) = 1 + r + r**2 * (these): from r**13 / 13! on nothing is left of the series.
EXP = [1 / math.factorial(k) for k in range(2, 14)]
# log(1 + f) = f - f**2 / 2 + s * (f**2 / 2 + z * (these)), s = f / (2 + f), z = s**2.
LOG = [2 / (2 * k + 1) for k in range(1, 12)]


class Arithmetic:
    """Instructions on doubles, written where a builder stands."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def number(self, value: Any) -> Any:
        return ir.Constant(DOUBLE, value) if isinstance(value, (int, float)) else value

    def add(self, a: Any, b: Any) -> Any:
        return self.builder.fadd(self.number(a), self.number(b), flags=FUSED)

    def sub(self, a: Any, b: Any) -> Any:
        return self.builder.fsub(self.number(a), self.number(b), flags=FUSED)

    def mul(self, a: Any, b: Any) -> Any:
        return self.builder.fmul(self.number(a), self.number(b), flags=FUSED)

    def div(self, a: Any, b: Any) -> Any:
        return self.builder.fdiv(self.number(a), self.number(b))

    def where(self, a: Any, test: str, b: Any, then: Any, other: Any) -> Any:
        """`then if a test b else other`; the latter for NaN."""
        found = self.builder.fcmp_ordered(test, self.number(a), self.number(b))
        return self.builder.select(found, self.number(then), self.number(other))

    def call(self, name: str, *args: Any) -> Any:
        kind = ir.FunctionType(DOUBLE, [DOUBLE] * len(args))
        return self.builder.call(self.builder.module.declare_intrinsic(name, [DOUBLE], kind), args)

    def polynomial(self, x: Any, coefficients: Sequence[float]) -> Any:
        total: Any = coefficients[-1]
        for c in reversed(coefficients[:-1]):
            total = self.add(self.mul(total, x), c)
        return total

    def bits(self, x: Any) -> Any:
        return self.builder.bitcast(x, WHOLE)

    def two_to(self, shifted: Any) -> Any:
        """2**k, for k + MAGIC."""
        k = self.builder.sub(self.bits(shifted), ir.Constant(WHOLE, bits_of(MAGIC) - 1023))
        return self.builder.bitcast(self.builder.shl(k, ir.Constant(WHOLE, 52)), DOUBLE)

    def reduced(self, x: Any) -> tuple[Any, Any]:
        """k and exp(r) - 1, for x = k log 2 + r."""
        k = self.sub(self.add(self.mul(x, 1 / math.log(2)), MAGIC), MAGIC)
        r = self.sub(self.sub(x, self.mul(k, LOG2_HIGH)), self.mul(k, LOG2_LOW))
        return k, self.add(r, self.mul(self.mul(r, r), self.polynomial(r, EXP)))


def bits_of(value: float) -> int:
    """The bits of a double as a whole number."""
    return int(struct.unpack("<q", struct.pack("<d", value))[0])


def exp(builder: Any, x: Any) -> Any:
    a = Arithmetic(builder)
    inside = a.where(x, ">", -760.0, a.where(x, "<", 720.0, x, 720.0), -760.0)
    k, less = a.reduced(inside)
    half = a.add(a.mul(k, 0.5), MAGIC)
    rest = a.add(a.sub(k, a.sub(half, MAGIC)), MAGIC)
    # In two steps: 2**k itself may be too large or too small for a double where the result is not.
    value = a.mul(a.mul(a.add(less, 1.0), a.two_to(half)), a.two_to(rest))
    return a.where(x, "==", x, value, x)


def tanh(builder: Any, x: Any) -> Any:
    a = Arithmetic(builder)
    size = a.call("llvm.fabs", x)
    twice = a.mul(a.where(size, "<", 22.0, size, 22.0), 2.0)
    k, less = a.reduced(twice)
    power = a.two_to(a.add(k, MAGIC))
    e = a.add(a.mul(power, less), a.sub(power, 1.0))
    value = a.call("llvm.copysign", a.div(e, a.add(e, 2.0)), x)
    return a.where(x, "==", x, value, x)


def log(builder: Any, x: Any) -> Any:
    a = Arithmetic(builder)
    tiny = a.where(x, "<", 2.0**-1000, a.mul(x, 2.0**54), x)
    shift = a.where(x, "<", 2.0**-1000, -54.0, 0.0)
    least = ir.Constant(WHOLE, bits_of(math.sqrt(0.5)))
    above = builder.sub(a.bits(tiny), least)
    whole = builder.and_(above, ir.Constant(WHOLE, -(1 << 52)))
    mantissa = builder.bitcast(builder.sub(a.bits(tiny), whole), DOUBLE)
    exponent = builder.add(builder.ashr(above, ir.Constant(WHOLE, 52)), ir.Constant(WHOLE, bits_of(MAGIC)))
    k = a.add(a.sub(builder.bitcast(exponent, DOUBLE), MAGIC), shift)
    f = a.sub(mantissa, 1.0)
    s = a.div(f, a.add(f, 2.0))
    z = a.mul(s, s)
    half = a.mul(a.mul(f, f), 0.5)
    series = a.mul(s, a.add(half, a.mul(z, a.polynomial(z, LOG))))
    low = a.add(series, a.mul(k, LOG2_LOW))
    value = a.add(a.sub(f, a.sub(half, low)), a.mul(k, LOG2_HIGH))
    value = a.where(x, "<", math.inf, value, x)  # infinity and NaN are what they were
    value = a.where(x, "==", 0.0, -math.inf, value)
    return a.where(x, "<", 0.0, math.nan, value)


def half_power(builder: Any, x: Any, halves: int) -> Any:
    """x ** (halves / 2), halves odd."""
    a = Arithmetic(builder)
    value = a.call("llvm.sqrt", x)
    for _ in range(abs(halves) // 2):
        value = a.mul(value, x)
    if halves == 1:
        return value
    value = a.add(value, 0.0)  # of -0.0 too it is 0.0
    value = value if halves > 0 else a.div(1.0, value)
    return a.where(x, "==", -math.inf, math.inf if halves > 0 else 0.0, value)
