"""Sample calls of every primitive that has a rule: at points where it is smooth, in the shapes that it accepts.

Numbers are Python's; arrays are float64 or complex128, and the tests make float32 and other layouts of them.
"""

from __future__ import annotations

import builtins
import cmath
import math
import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from adjoint.rules import einstein, fourier, joining, statistics
from adjoint.runtime import arrays, changes, containers, each, rows, shapes, special, tangents

_rng = np.random.default_rng(20240607)


@dataclass(frozen=True)
class Sample:
    """One call."""

    args: tuple[Any, ...]
    keywords: dict[str, Any]


SAMPLES: dict[Any, list[Sample]] = {}


def call(*args: Any, **keywords: Any) -> Sample:
    return Sample(args, keywords)


def samples(*primitives: Callable[..., Any], of: list[Sample]) -> None:
    for primitive in primitives:
        SAMPLES.setdefault(primitive, []).extend(of)


def numbers_from(seed: int) -> None:
    """Begin the random numbers anew, so that samples do not depend on those of another file."""
    global _rng
    _rng = np.random.default_rng(seed)


def real(*shape: int) -> Any:
    """Values of both signs, well away from 0 and all of different magnitude."""
    n = math.prod(shape)
    values = np.linspace(0.5, 1.5, n) * _rng.choice([-1.0, 1.0], n)
    return np.array(_rng.permutation(values)).reshape(shape)


def between(low: float, high: float, *shape: int) -> Any:
    return _rng.uniform(low, high, shape)


def positive(*shape: int) -> Any:
    return between(0.3, 2.0, *shape)


def imaginary(*shape: int) -> Any:
    return real(*shape) + 1j * between(0.3, 1.0, *shape)


# Functions of one number, by the interval where they are smooth

ANYWHERE = [
    np.negative, np.positive, np.exp, np.exp2, np.expm1, np.square, np.sin, np.cos, np.arctan, np.sinc, np.sinh,
    np.cosh, np.tanh, np.arcsinh, np.degrees, np.rad2deg, np.radians, np.deg2rad, np.cbrt, np.reciprocal, np.absolute,
    np.fabs, np.nan_to_num, np.conj, np.real, np.imag, np.angle,
]  # fmt: skip
HOLOMORPHIC = [
    np.negative, np.positive, np.exp, np.expm1, np.square, np.sin, np.cos, np.tan, np.arctan, np.sinh, np.cosh,
    np.tanh, np.arcsinh, np.reciprocal, np.log, np.log1p, np.log2, np.log10, np.sqrt, np.arcsin, np.arccos,
    np.arccosh, np.arctanh, np.absolute, np.conj, np.real, np.imag, np.angle,
]  # fmt: skip
POSITIVE = [np.log, np.log1p, np.log2, np.log10, np.sqrt]
WITHIN_ONE = [np.tan, np.arcsin, np.arccos, np.arctanh]
MATH_ANYWHERE = [
    math.exp, math.exp2, math.expm1, math.sin, math.cos, math.atan, math.sinh, math.cosh, math.tanh,
    math.asinh, math.degrees, math.radians, math.cbrt, math.fabs, math.erf, math.erfc, builtins.abs, operator.abs,
    operator.neg, operator.pos, builtins.float, np.float64,
]  # fmt: skip

for f in ANYWHERE:
    samples(f, of=[call(real(2, 3)), call(0.7), call(-0.4)])
for f in HOLOMORPHIC:
    samples(f, of=[call(imaginary(4)), call(imaginary(2) - 0.7)])
for f in POSITIVE:
    samples(f, of=[call(positive(2, 3)), call(1.7)])
for f in WITHIN_ONE:
    samples(f, of=[call(between(-0.8, 0.8, 5)), call(0.3)])
samples(np.arccosh, of=[call(between(1.2, 3.0, 4)), call(-imaginary(3))])
for f in MATH_ANYWHERE:
    samples(f, of=[call(0.6), call(-1.3)])
for f in (math.log, math.log1p, math.log2, math.log10, math.sqrt):
    samples(f, of=[call(0.6), call(2.3)])
for f in (math.tan, math.asin, math.acos, math.atanh):
    samples(f, of=[call(0.6), call(-0.3)])
samples(operator.neg, operator.pos, operator.abs, builtins.abs, of=[call(real(2, 3))])
samples(builtins.abs, of=[call(1.5 - 2.0j), call(imaginary(3))])
samples(math.acosh, of=[call(1.6)])
samples(math.log, of=[call(2.3, 1.7), call(0.4, 0.6)])
samples(np.sinc, of=[call(np.array([1e-9, 1e-3, 0.018, 0.023, -0.01]))])
samples(builtins.complex, of=[call(1.5), call(1.5, -0.5)])
samples(np.float32, of=[])  # differences drown in its rounding: test_corners has it

# Functions of two, with every way of broadcasting

PAIRS = [
    call(real(3), 0.6),
    call(0.6, real(3)),
    call(real(2, 3), real(3) + 0.11),
    call(real(3, 1), real(1, 2) + 0.09),
    call(real(2, 1, 3), real(4, 1) + 0.07),
]
COMPLEX_PAIRS = [call(imaginary(3), imaginary(2, 1)), call(imaginary(3), real(3)), call(0.5, imaginary(2))]
POSITIVE_PAIRS = [call(positive(2, 3), positive(3)), call(positive(3), 2), call(1.4, positive(2)), call(2.5, 1.5)]
NUMBERS = [call(0.6, 1.7), call(-0.6, 0.9)]

samples(operator.add, np.add, operator.sub, np.subtract, operator.mul, np.multiply, of=PAIRS + COMPLEX_PAIRS + NUMBERS)
samples(operator.truediv, np.divide, of=PAIRS + COMPLEX_PAIRS + NUMBERS)
samples(operator.pow, builtins.pow, np.power, np.float_power, of=POSITIVE_PAIRS)
samples(operator.pow, np.power, of=[call(imaginary(3), 2), call(positive(3), np.array([2.0, 0.0, 1.0]) + 0j)])
samples(math.pow, of=[call(1.5, 2.5), call(1.4, -1.5)])
samples(
    operator.mod,
    np.remainder,
    of=[call(between(1.9, 2.6, 2, 3), 0.9), call(-2.3, 0.7), call(4.1, between(1.1, 1.3, 3))],
)
samples(np.fmod, of=[call(between(1.9, 2.6, 2, 3), 0.9), call(4.1, between(1.1, 1.3, 3))])
samples(math.fmod, math.remainder, of=[call(-2.3, 0.7), call(2.3, -0.4)])
samples(np.maximum, np.minimum, np.fmax, np.fmin, of=[*PAIRS, call(0.3, 0.5)])
samples(np.fmax, np.fmin, of=[call(np.array([1.0, np.nan, 2.0]), np.array([2.0, 3.0, 1.0]))])
samples(np.hypot, np.arctan2, np.logaddexp, np.logaddexp2, np.copysign, of=[*PAIRS, call(-0.3, 0.5)])
samples(math.atan2, math.copysign, of=NUMBERS)
samples(math.hypot, of=[call(3.0, 4.0), call(1.0, -2.0, 0.5)])
samples(math.dist, of=[call([1.0, 2.0], [0.5, -1.0]), call([1.0, 2.0, 0.1], [0.5, -1.0, 3.0])])
samples(np.ldexp, math.ldexp, of=[call(0.7, 3)])
samples(np.ldexp, of=[call(real(3), np.array([1, 0, -2]))])
samples(
    np.clip,
    of=[
        call(real(2, 3), -0.4, 0.3),
        call(real(3), 0.1, None),
        call(real(3), None, 0.1),
        call(real(3), max=0.1),
        call(real(4), min=-0.1, max=real(4) + 0.6),
        call(real(2, 1), real(3) - 0.43, 0.6),
        call(real(2), 0.9, -0.9),
        call(real(2)),
    ],
)
samples(builtins.max, builtins.min, of=[call(1.0, 2.0), call(3.0, -1.0, 2.0), call([1.0, 3.0, 2.0]), call(real(4))])
samples(builtins.sum, of=[call([1.0, 3.0]), call(real(4)), call(real(3, 2)), call([real(2), real(2)]), call([1.0], 3)])
samples(math.fsum, of=[call([1.0, 3.0, 0.1]), call(real(4))])
samples(math.prod, of=[call([1.5, 3.0, 0.0]), call(real(4)), call([2.0], start=3.0)])

# Reductions

AXES = [
    call(real(2, 3)),
    call(real(5)),
    call(real(2, 3), axis=0),
    call(real(2, 3, 4), 1),
    call(real(2, 3, 4), axis=-1, keepdims=True),
    call(real(2, 3, 4), axis=(0, 2)),
    call(real(2, 3, 4), axis=(-1, 0), keepdims=True),
    call(real(2, 3), keepdims=True),
]
COMPLEX_AXES = [call(imaginary(2, 3)), call(imaginary(2, 3), axis=1)]
samples(np.sum, np.mean, np.prod, np.var, of=AXES + COMPLEX_AXES)
samples(np.std, of=[call(3 * s.args[0], *s.args[1:], **s.keywords) for s in AXES + COMPLEX_AXES])
samples(np.max, np.amax, np.min, np.amin, np.ptp, np.nansum, of=AXES)
samples(np.var, np.std, of=[call(real(4), ddof=1), call(real(4, 3), axis=0, correction=1)])
samples(np.prod, of=[call(np.array([2.0, 0.0, 3.0])), call(np.array([[2.0, 0.0, 3.0], [0.0, 0.0, 1.0]]), axis=1)])
samples(np.nansum, of=[call(np.array([1.0, np.nan, 2.0]))])
CHOSEN = np.array([[True, False, True], [True, True, False]])
SOME = [
    call(real(2, 3), where=CHOSEN),
    call(real(2, 3), 1, where=CHOSEN),
    call(real(2, 3), axis=0, where=[[True], [False]]),
]
STARTED = [
    call(real(2, 3), initial=0.7),
    call(real(2, 3), axis=1, initial=-0.6, keepdims=True),
    call(real(2, 3), axis=0, where=CHOSEN, initial=0.01),
]
samples(np.sum, np.mean, np.prod, np.var, of=SOME)
samples(np.std, of=[call(real(2, 3), where=CHOSEN), call(real(2, 3), axis=1, ddof=1, where=CHOSEN)])
samples(np.sum, np.prod, np.max, np.amax, np.min, np.amin, of=STARTED)
samples(np.sum, np.mean, np.prod, np.var, np.std, np.cumsum, np.cumprod, of=[call(real(5), dtype=float)])
samples(
    np.average,
    of=[
        call(real(2, 3)),
        call(real(2, 3), axis=1),
        call(real(5), weights=positive(5)),
        call(real(2, 3), 1, positive(3)),
        call(real(2, 3), axis=0, weights=positive(2, 3), keepdims=True),
    ],
)
samples(np.cumsum, np.cumprod, of=[call(real(5)), call(real(2, 3)), call(real(2, 3), axis=0), call(real(2, 3), -1)])
samples(np.cumprod, of=[call(np.array([2.0, 0.0, 3.0, 0.0, 1.0])), call(imaginary(3))])
samples(np.diff, of=[call(real(5)), call(real(5), 2), call(real(4, 3), axis=0), call(real(4, 3), n=3, axis=0)])
samples(np.sort, of=[call(real(5)), call(real(4, 3), axis=0), call(real(4, 3), None), call(real(4, 3))])

# Shapes

samples(
    np.reshape,
    of=[
        call(real(2, 3), (3, 2)),
        call(real(2, 3), -1),
        call(real(2, 3), (6, 1), order="F"),
        call(imaginary(4), (2, 2)),
    ],
)
samples(np.ravel, np.ndarray.flatten, of=[call(real(2, 3)), call(real(4)), call(real(2, 3), order="F")])
samples(np.squeeze, of=[call(real(1, 3, 1)), call(real(1, 3, 1), axis=0), call(real(1))])
samples(np.expand_dims, of=[call(real(3), 0), call(real(3), (0, -1))])
samples(np.atleast_1d, np.atleast_2d, np.atleast_3d, of=[call(real(3)), call(real(2, 1, 3)), call(0.5)])
samples(np.transpose, of=[call(real(2, 3)), call(real(2, 3, 4)), call(real(2, 3, 4), (1, 2, 0)), call(real(3))])
samples(np.transpose, of=[call(real(2, 3, 4), axes=(-1, 0, 1))])
samples(np.matrix_transpose, of=[call(real(2, 3)), call(real(2, 3, 4))])
samples(np.swapaxes, of=[call(real(2, 3, 4), 0, 2), call(real(2, 3), -1, 0)])
samples(np.moveaxis, of=[call(real(2, 3, 4), 0, -1), call(real(2, 3, 4), (0, 1), (2, 0))])
samples(np.flip, of=[call(real(3)), call(real(2, 3)), call(real(2, 3), 1), call(real(2, 3, 2), axis=(0, 2))])
samples(np.fliplr, np.flipud, of=[call(real(2, 3))])
samples(
    np.rot90, of=[call(real(2, 3)), call(real(2, 3), 2), call(real(2, 3, 4), k=-1, axes=(1, 2)), call(real(2, 2), 0)]
)
samples(
    np.roll, of=[call(real(5), 2), call(real(2, 3), -1), call(real(2, 3), 1, axis=1), call(real(2, 3), (1, 2), (0, 1))]
)
samples(
    np.broadcast_to, of=[call(real(3), (2, 3)), call(real(2, 1), (4, 2, 3)), call(real(2), (2,)), call(0.7, (2, 2))]
)
samples(
    np.repeat,
    of=[
        call(real(2, 3), 2),
        call(real(2, 3), 3, axis=0),
        call(real(3), np.array([2, 0, 1])),
        call(real(2, 3), [1, 0, 2], 1),
    ],
)
samples(np.tile, of=[call(real(3), 2), call(real(2, 3), (2, 2)), call(real(2, 3), 2), call(real(3), (2, 1, 3))])
samples(np.diag, of=[call(real(3)), call(real(3), 1), call(real(3), k=-2), call(real(3, 4)), call(real(3, 4), 1)])
samples(np.diag, of=[call(real(4, 3), -2)])
samples(
    np.diagonal,
    np.trace,
    of=[call(real(3, 4)), call(real(3, 4), -1), call(real(2, 3, 4), 1, 0, 2), call(real(2, 3, 4), axis1=2, axis2=1)],
)
samples(np.tril, np.triu, of=[call(real(3, 4)), call(real(3, 3), 1), call(real(2, 3, 3), k=-1)])
samples(
    np.pad,
    of=[
        call(real(3), 2),
        call(real(3), (1, 0)),
        call(real(2, 3), ((1, 2), (0, 1))),
        call(real(2, 3), 1, "constant", constant_values=7.0),
    ],
)
samples(np.split, np.array_split, of=[call(real(6), 3), call(real(4, 6), [1, 3], axis=1), call(real(4), [2])])
samples(np.array_split, of=[call(real(5), 3)])
samples(np.hsplit, np.vsplit, of=[call(real(4, 6), 2), call(real(4, 6), [1, 3])])

# Joining and filling

ROWS = [call((real(3), real(3))), call([real(2, 3), real(2, 3), real(2, 3)])]
samples(np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, of=ROWS)
samples(np.concatenate, of=[call((real(2, 3), real(2, 1)), axis=1), call([real(2, 2), real(3)], axis=None)])
samples(np.concatenate, np.stack, np.vstack, np.hstack, of=[call(real(2, 3, 4))])
samples(np.stack, of=[call((real(3), real(3)), 1), call([real(2, 3)] * 2, axis=-1), call([0.5, 1.5])])
samples(np.vstack, of=[call((real(3), real(2, 3)))])
samples(np.hstack, of=[call((real(3), 0.5, real(1))), call((real(2, 1), real(2, 3)))])
samples(np.column_stack, of=[call((real(3), real(3, 2)))])
samples(np.append, of=[call(real(3), 0.5), call(real(2, 3), real(2)), call(real(2, 3), real(1, 3), axis=0)])
samples(
    np.array,
    of=[
        call([1.5, 2.5]),
        call([[1.5, 2.5], (0.1, 0.2)]),
        call((real(2), real(2))),
        call(real(3)),
        call(real(3), float),
        call([1.5, 2.5], dtype=float, ndmin=3),
        call([real(2), [0.5, 1.5]]),
        call(0.5),
    ],
)
samples(np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, of=[call(real(2, 3)), call([[0.5], [1.5]])])
samples(np.asarray, np.asanyarray, of=[call(real(3), complex)])
samples(np.ndarray.to_device, of=[call(real(2, 3), "cpu")])
samples(np.ndarray.view, of=[call(real(2, 3))])
samples(np.copy, of=[call(real(2, 3))])
samples(
    np.ndarray.astype, np.astype, of=[call(real(2, 3), float), call(real(2), complex), call(real(2), float, copy=False)]
)
samples(np.ndarray.item, of=[call(real(1)), call(real(2, 3), 4), call(real(2, 3), 1, 2), call(real(2, 3), (0, -1))])
samples(np.ndarray.item, of=[call(real(4), 2), call(real(1, 1))])
samples(np.ndarray.tolist, of=[call(real(3)), call(real(2, 2))])
samples(
    np.full, of=[call(3, 0.5), call(3, 0.5, float), call((2, 3), 0.5), call((2, 3), real(3)), call((2, 3), real(2, 1))]
)
samples(np.full_like, of=[call(real(2, 3), 0.5), call(real(2, 3), real(3))])
samples(np.linspace, of=[call(0.5, 2.0, 5), call(0.5, -2.0, num=4, endpoint=False), call(real(3), 2.0, 4)])
samples(np.arange, of=[call(0.5, 4.2), call(0.5, 4.2, 0.7), call(4.5)])

# Choosing

BITS = np.array([True, False, True])
samples(
    np.where,
    of=[
        call(BITS, real(3), real(3)),
        call(BITS, real(2, 3), 0.5),
        call(BITS[:, None], real(1, 2), real(2)),
        call(True, 0.5, 1.5),
        call(np.array([2, 0, 1]), real(3), real(3)),
    ],
)
samples(
    np.take,
    of=[
        call(real(5), [0, 3, 0]),
        call(real(2, 3), 4),
        call(real(2, 3), np.array([[2, -1], [0, 2]]), axis=1),
        call(real(2, 3), 1, 0),
        call(real(3), [0, 7, -9], mode="clip"),
        call(real(3), [0, 7, -9], mode="wrap"),
    ],
)
ORDER = np.array([[2, 0], [1, 1]])
samples(
    np.take_along_axis, of=[call(real(2, 3), ORDER, axis=1), call(real(3, 2), ORDER, 0), call(real(4), ORDER[0], None)]
)
samples(np.bincount, of=[call(np.array([0, 2, 0, 1]), real(4)), call(np.array([1, 1]), weights=real(2), minlength=5)])

# Products

VECTORS = [call(real(3), real(3)), call(imaginary(3), imaginary(3)), call(imaginary(3), real(3))]
MATRICES = [call(real(2, 3), real(3)), call(real(3), real(3, 2)), call(real(2, 3), real(3, 4))]
STACKS = [
    call(real(5, 2, 3), real(5, 3, 4)),
    call(real(5, 2, 3), real(3, 4)),
    call(real(2, 3), real(5, 3, 4)),
    call(real(5, 2, 3), real(3)),
    call(real(3), real(5, 3, 4)),
    call(real(5, 1, 2, 3), real(6, 3, 4)),
    call(real(1, 2, 3), real(5, 3, 4)),
    call(imaginary(2, 2, 3), imaginary(3, 1)),
    call(real(4, 5, 2, 3), real(3)),
]
samples(operator.matmul, np.matmul, of=VECTORS + MATRICES + STACKS)
samples(np.dot, of=VECTORS + MATRICES + [call(0.5, real(2, 3)), call(real(2), 0.5), call(0.5, 1.5)])
samples(np.dot, of=[call(real(5, 2, 3), real(3)), call(real(2, 3), real(4, 3, 2)), call(real(3), real(4, 3, 2))])
samples(np.dot, of=[call(real(2, 2, 3), real(2, 3, 2)), call(np.float64(0.5), real(3))])
samples(
    np.outer, of=[call(real(2), real(3)), call(real(2, 2), real(3)), call(0.5, real(3)), call(imaginary(2), real(2, 1))]
)
samples(np.inner, of=[*VECTORS, call(real(2, 3), real(4, 3)), call(real(2, 3), real(3)), call(0.5, real(3))])
samples(np.inner, of=[call(real(2, 2, 3), real(4, 3))])
samples(np.vdot, of=[*VECTORS, call(real(2, 3), real(2, 3)), call(imaginary(2, 3), imaginary(2, 3)), call(0.5, 1.5)])
samples(
    np.tensordot,
    of=[
        call(real(2, 3, 4), real(3, 4, 5)),
        call(real(2, 3), real(4, 5), axes=0),
        call(real(2, 3, 4), real(4, 5, 2), axes=([2, 0], [0, 2])),
        call(real(2, 3, 4, 5), real(5, 3, 6), ((3, 1), (0, 1))),
        call(real(2, 3, 4), real(4, 3), axes=([1, -1], [-1, 0])),
        call(real(2, 3), real(3, 4), axes=(1, 0)),
        call(real(2, 3), real(2, 3), axes=2),
    ],
)
samples(
    np.kron, of=[call(real(2, 3), real(3, 2)), call(real(3), real(2, 2)), call(real(3), real(2)), call(real(2, 2), 0.5)]
)
samples(np.cross, of=[call(real(3), real(3)), call(real(4, 3), real(3)), call(real(3, 4), real(3, 4), axis=0)])
samples(np.cross, of=[call(real(3, 4), real(4, 3), 0, 1, axisc=0), call(real(3), real(5, 3))])
for mode in ("full", "same", "valid"):
    samples(
        np.convolve,
        np.correlate,
        of=[call(real(n), real(m), mode) for n, m in ((5, 3), (3, 5), (4, 4), (6, 4), (1, 3))],
    )
samples(np.convolve, np.correlate, of=[call(real(5), real(2)), call(imaginary(4), imaginary(3))])
samples(np.convolve, of=[call(np.array([1.3, -0.6, 0.9]), 1.4), call(-0.7, np.array([1.3, 0.6])), call(1.4, 0.6)])
samples(
    np.einsum,
    of=[
        call("ij,jk->ik", real(2, 3), real(3, 4)),
        call("ij,jk", real(2, 3), real(3, 4)),
        call("ji", real(2, 3)),
        call("ii", real(3, 3)),
        call("ii->i", real(3, 3)),
        call("iij->j", real(3, 3, 2)),
        call("iii->", real(3, 3, 3)),
        call("ij->", real(2, 3)),
        call("ij->i", real(2, 3)),
        call("ij,k->i", real(2, 3), real(4)),
        call("i,j,k->kji", real(2), real(3), real(4)),
        call("...ij,...jk->...ik", real(5, 2, 3), real(3, 4)),
        call("...i,...i", real(2, 3), real(5, 1, 3)),
        call("i...->...", real(2, 3)),
        call("...", real(2, 3)),
        call("ij,ij->i", real(1, 3), real(2, 3)),
        call("ij,j->i", real(2, 3), real(1)),
        call("ii,ij->j", real(3, 3), real(3, 2)),
        call("bij, bj -> bi", real(4, 2, 3), real(4, 3), optimize=True),
        call("ij,ij->", imaginary(2, 3), imaginary(2, 3)),
        call(",i", 0.5, real(3)),
    ],
)

# Linear algebra


def regular(*shape: int) -> Any:
    return 0.4 * real(*shape) + 2 * np.eye(shape[-1])


def definite(*shape: int) -> Any:
    m = real(*shape)
    return m @ np.swapaxes(m, -1, -2) + np.eye(shape[-1])


samples(np.linalg.inv, np.linalg.det, of=[call(regular(3, 3)), call(regular(2, 3, 3)), call(regular(2, 2) + 0.3j)])
samples(np.linalg.slogdet, of=[call(regular(3, 3)), call(-regular(3, 3)), call(regular(2, 3, 3))])
samples(np.linalg.det, of=[call(np.array([[1.0, 2.0], [2.0, 4.0]])), call(np.zeros((2, 2))), call(np.ones((1, 1)))])
samples(
    np.linalg.solve,
    of=[
        call(regular(3, 3), real(3)),
        call(regular(3, 3), real(3, 2)),
        call(regular(4, 3, 3), real(4, 3, 2)),
        call(regular(4, 3, 3), real(3, 2)),
        call(regular(3, 3), real(4, 3, 2)),
        call(regular(4, 3, 3), real(3)),
        call(regular(2, 2) + 0.3j, imaginary(2)),
    ],
)
COMPLEX_DEFINITE = definite(3, 3) + 0.4j * (np.tri(3) - np.tri(3).T)
samples(np.linalg.cholesky, of=[call(definite(3, 3)), call(definite(2, 3, 3)), call(np.array([[2.0]]))])
samples(np.linalg.cholesky, of=[call(definite(3, 3), upper=True), call(definite(2, 3, 3), upper=True)])
samples(np.linalg.cholesky, of=[call(COMPLEX_DEFINITE), call(COMPLEX_DEFINITE, upper=True)])
samples(np.linalg.slogdet, of=[call(regular(3, 3) + 0.3j), call(regular(2, 3, 3) + 0.3j)])
UNEVEN = np.array([[0.7, -1.31, 0.52, 1.17], [-0.83, 0.61, 1.43, -0.58], [1.09, 0.94, -0.66, 0.77]])
samples(
    np.linalg.norm,
    of=[
        *[call(real(5), order) for order in (None, 1, 2, 3, 0.5, 2.5, -1, np.inf, -np.inf, 0)],
        *[call(UNEVEN, order) for order in (None, "fro", 1, -1, np.inf, -np.inf)],
        *[call(real(3, 4), order, axis=0) for order in (None, 1, 2, 3, np.inf)],
        *[call(real(2, 3, 4), order, (2, 0)) for order in (None, "fro", 1, -1, np.inf)],
        call(real(2, 3, 4)),
        call(real(2, 3), axis=1, keepdims=True),
        call(real(2, 3, 4), ord=np.inf, axis=(0, 1), keepdims=True),
        call(real(2, 3), keepdims=True),
        call(np.array([0.0, 1.0, -2.0]), 3),
        call(imaginary(4)),
        call(imaginary(4), 1),
        call(imaginary(4), 3),
        call(imaginary(2, 3), axis=1),
    ],
)

# What generated code calls

samples(
    arrays.unbroadcast,
    of=[
        call(real(2, 3), np.zeros(3)),
        call(real(2, 3), np.zeros((2, 1))),
        call(real(2, 3), 1.0),
        call(real(3), np.zeros((2, 3))),
        call(real(3), np.zeros(3)),
        call(0.5, np.zeros((1, 3))),
        call(imaginary(2, 3), np.zeros(3, complex)),
    ],
)
samples(
    shapes.spread,
    of=[
        call(real(2), 0, False, np.zeros((3, 2))),
        call(real(1, 2), 0, True, np.zeros((3, 2))),
        call(0.5, None, False, np.zeros((3, 2))),
        call(real(3), (0, 2), False, np.zeros((2, 3, 4))),
    ],
)
samples(arrays.plus, of=[call(real(3), real(3)), call(0.5, 0.7), call((0.5, real(2)), (0.7, real(2)))])
samples(arrays.copies, of=[call(real(3), 2), call(real(2, 2), 3)])
samples(arrays.owned, of=[call(real(3)), call(0.5), call([0.5, real(2)])])
samples(
    arrays.like_nested,
    of=[
        call([(0.5,), (0.7,)], np.array([[0.3], [-0.8]])),
        call(([np.zeros(2)], [np.zeros(2)]), np.array([[[0.4, 1.2]], [[-0.6, 0.1]]])),
        call([], np.zeros(0)),
        call(np.zeros(3, complex), np.array([0.3, -0.8, 1.1])),
        call(np.zeros((2, 1)), np.array([[0.3], [-0.8]])),
    ],
)
IN_PLACES = [
    call([np.array([0.3, -0.8]), 1.1], [np.zeros(2), 0.0]),
    call((np.array([0.3, -0.8]), 1.1), (np.zeros(2), 0.0)),
    call(np.array([0.3, -0.8]), np.zeros(2)),
    call(0.7, 0.0),
]
samples(arrays.filled, of=IN_PLACES)
samples(arrays.emptied, of=IN_PLACES)
samples(
    arrays.like_sequence,
    of=[
        call([np.zeros(2), np.zeros((1, 2))], [np.array([0.3, -0.8]), np.array([1.1, 0.4])]),
        call((np.zeros(2), np.zeros(1)), [np.array([0.3, -0.8]), np.array([1.1])]),
        call(np.zeros((2, 2)), [np.array([0.3, -0.8]), np.array([1.1, 0.4])]),
    ],
)
samples(
    joining.inexact,
    of=[call(np.zeros(2), np.array([0.3, -0.8])), call(np.zeros(2, int), np.array([0.3, -0.8])), call(0.5, 0.7)],
)
samples(
    arrays.shares_where_equal,
    of=[call([0.5, 1.5, 1.5], 1.5, 0.7), call(np.array([0.5, 1.5, -1.5]), 1.5, 0.7), call((0.5, 0.2), 0.2, 0.4)],
)
samples(arrays.writable, of=[call(real(3))])

TWICE = np.array([0, 2, 0])
samples(
    arrays.scattered,
    of=[call(np.zeros(3), TWICE, real(3)), call(np.zeros((3, 2)), TWICE, real(2)), call(np.zeros(3), TWICE, 0.5)],
)
samples(
    arrays.placed,
    of=[call(np.zeros(3), TWICE, real(3)), call(np.zeros((3, 2)), TWICE, real(2)), call(np.zeros(3), TWICE, 0.5)],
)
samples(arrays.written, of=[call(real(3), TWICE), call(real(3, 2), TWICE), call(real(3), TWICE[:2])])
samples(arrays.in_slot, of=[call((0.5, real(2)), 0, 0.7), call((0.5, real(2)), 1, real(2))])
samples(
    einstein.cotangents,
    of=[
        call("ij,jk->ik", (real(2, 3), real(3, 4)), real(2, 4), False),
        call("ii->i", (real(3, 3),), real(3), False),
        call("i,i,i->", (real(3), real(3), real(3)), 0.5, False),
    ],
)

samples(rows.in_a_row, of=[call(real(3), 0.5, real(1)), call(real(2, 3), real(1, 3))])
samples(rows.whole, of=[call(np.float64(0.7)), call(real(3)), call(np.array(0.7))])
samples(rows.in_columns, of=[call(real(3), real(3)), call(real(3, 2), real(3))])

# What arrays hold after NumPy's functions that change them

samples(
    changes.after_put,
    of=[
        call(real(5), [0, 3], real(2)),
        call(real(2, 3), [0, 4, 0], real(3)),
        call(real(5), [0, 1, 2], 0.7),
        call(real(5), [1, 7, -9], real(2), "wrap"),
        call(real(5), np.array([1, 7]), real(2), mode="clip"),
    ],
)
samples(
    changes.after_putmask,
    of=[
        call(real(3), BITS, real(3)),
        call(real(2, 3), CHOSEN, real(2)),
        call(real(3), BITS, 0.4),
    ],
)
samples(
    changes.after_place,
    of=[
        call(real(3), BITS, real(3)),
        call(real(2, 3), CHOSEN, real(2)),
        call(real(3), BITS, real(1)),
    ],
)
samples(
    changes.after_fill_diagonal,
    of=[
        call(real(3, 3), 0.7),
        call(real(3, 4), real(3)),
        call(real(5, 2), real(2), True),
        call(real(2, 2, 2), real(2)),
    ],
)
samples(
    changes.after_put_along_axis,
    of=[
        call(real(2, 3), ORDER, real(2, 2), 1),
        call(real(3, 2), ORDER, 0.5, 0),
        call(real(2, 3), ORDER[:, :1], real(1, 1), 1),
    ],
)
samples(each.with_rows, of=[call(real(3, 2), 0, 2), call(real(3), 0, 2), call(real(3, 2, 4), 1, 3)])
samples(changes.spread_to, of=[call(real(3), (2, 3)), call(real(2, 1), (2, 3)), call(real(2), (2,))])
samples(
    changes.after_flat,
    of=[
        call(real(2, 3), real(6)),
        call(real(2, 3), real(4)),
        call(real(3), 0.4),
        call(real(2, 3), real(3, 2)),
    ],
)
samples(
    changes.after_at,
    of=[
        call(f, np.abs(real(4)), [0, 2, 0, 0], np.abs(real(4)) + 0.07)
        for f in (np.multiply, np.divide, np.maximum, np.minimum)
    ]
    + [
        call(np.multiply, real(2, 3), ([0, 1, 0], [1, 1, 1]), real(3)),
        call(np.multiply, real(2, 3), [0, 1, 0], real(3)),
        call(np.multiply, real(2, 3), (slice(None), [0, 0, 2]), 0.7),
    ],
)
samples(
    changes.with_axes_for,
    of=[
        call(real(3), real(2, 2)),
        call(0.5, real(2)),
        call(real(2, 2), real(3)),
        call(real(3), 0.5),
    ],
)

# Lists

samples(containers.joined, of=[call([0.5, 1.5], [2.0]), call([real(2)], [real(2), real(3)])])
samples(containers.repeated, of=[call([0.5, 1.5], 2), call([real(2)], 3), call([0.5], 0)])
samples(containers.items_at, of=[call([0.5, 1.5, 2.5], [2, 0]), call([real(2), real(2)], [1, 1])])
samples(list, of=[call([0.5, 1.5]), call([real(2)]), call(real(2, 2)), call(real(3)), call((0.5, 1.5))])
# Cells moved, found by their numbers

samples(
    np.delete, of=[call(real(5), 2), call(real(3, 4), [0, 2], axis=1), call(real(5), slice(1, 3)), call(real(2, 3), 1)]
)
samples(
    np.insert,
    of=[
        call(real(5), 2, 0.7),
        call(real(5), [0, 3], real(2)),
        call(real(2, 3), 1, real(3), axis=0),
        call(real(2, 3), 1, 0.5, 1),
        call(real(2, 3), [1, 1, 2], 0.5),
    ],
)
samples(np.resize, of=[call(real(5), (2, 4)), call(real(2, 3), 4), call(real(3), 3)])
samples(np.diagflat, of=[call(real(3)), call(real(2, 2), 1), call(real(2), k=-1)])
samples(np.rollaxis, of=[call(real(2, 3, 4), 2), call(real(2, 3, 4), 0, 2), call(real(2, 3), 1)])
samples(
    np.lib.stride_tricks.sliding_window_view,
    of=[call(real(5), 2), call(real(3, 4), (2, 2)), call(real(3, 4), 3, axis=1), call(real(3, 4), (2,), (0,))],
)
samples(np.compress, of=[call(BITS, real(5)), call(BITS, real(3, 2), axis=0), call(BITS, real(2, 3), 1)])
samples(np.ndarray.compress, of=[call(real(5), BITS), call(real(3, 2), BITS, axis=0), call(real(2, 3), BITS, 1)])
samples(np.extract, of=[call(BITS, real(3)), call(CHOSEN, real(2, 3))])
samples(np.unique, of=[call(real(5)), call(real(2, 3))])
samples(
    np.partition,
    of=[call(real(5), 2), call(real(4, 5), 1, axis=0), call(real(2, 5), [1, 3]), call(real(2, 3), 2, None)],
)
samples(
    np.block,
    of=[
        call([[real(2, 2), real(2, 3)], [real(1, 2), real(1, 3)]]),
        call([real(3), real(2)]),
        call([[real(2), 0.5], [0.7, real(2)]]),
        call(real(2, 2)),
    ],
)
samples(np.broadcast_arrays, of=[call(real(3), real(2, 1)), call(real(2, 3), real(3), real(1))])
samples(np.ix_, of=[call(np.array([0.3, -0.8, 1.2]), np.array([0.7, 1.1])), call(np.array([0.3, -0.8]))])
samples(
    np.meshgrid,
    of=[
        call(real(3), real(2)),
        call(real(3), real(2), indexing="ij"),
        call(real(3), real(2), sparse=True),
        call(real(2), real(3), real(4)),
        call(real(3)),
        call(real(2), real(3), real(4), indexing="ij", sparse=True),
    ],
)
samples(np.unstack, of=[call(real(2, 3)), call(real(2, 3, 2), axis=1)])
KEYS = np.array([0, 1, 1, 0])
samples(
    np.choose,
    of=[
        call(KEYS, [real(4), real(4)]),
        call(KEYS, (real(4), 0.7)),
        call(KEYS, real(2, 4)),
        call(KEYS + 3, [real(4), real(3, 4)], mode="wrap"),
        call(KEYS - 1, [real(4), real(4)], mode="clip"),
    ],
)
samples(
    np.select,
    of=[
        call([BITS, ~BITS], [real(3), real(3)]),
        call([BITS, BITS[::-1]], [real(3), 0.7], 0.4),
        call([BITS[:, None], [True, False]], [real(3, 1), real(2)], default=real(3, 2)),
        call([[False, True, False], BITS], [real(3), real(3)], real(3)),
    ],
)
samples(
    np.pad,
    of=[
        call(real(4), 2, mode="edge"),
        call(real(3, 4), ((1, 2), (0, 1)), "reflect"),
        call(real(4), (2, 1), "symmetric"),
        call(real(2, 3), 3, "wrap"),
    ],
)
samples(np.dsplit, of=[call(real(2, 3, 4), 2)])

# Order statistics, moments, reductions that leave nan out

HOLES = np.array([[1.0, np.nan, 2.0, -0.7], [0.4, 3.0, np.nan, 1.3]])
ORDERED = [
    call(real(5)),
    call(real(2, 3)),
    call(real(3, 4), axis=0),
    call(real(2, 3, 4), 1),
    call(real(2, 3, 2), (0, 2)),
]
samples(np.median, np.nanmedian, of=[*ORDERED, call(real(2, 4), axis=-1, keepdims=True)])
samples(
    np.quantile,
    np.nanquantile,
    of=[
        call(real(5), 0.3),
        call(real(2, 3), 0.5),
        call(real(5, 2), [0.1, 0.75], axis=0),
        call(real(2, 3, 4), np.array([[0.2, 0.9]]), (0, 1), keepdims=True),
        call(real(5), 1.0),
        call(real(5), 0.0),
        *[call(real(5), 0.35, method=m) for m in ("linear", "lower", "higher", "midpoint", "nearest")],
    ],
)
samples(np.percentile, np.nanpercentile, of=[call(real(5), 30), call(real(4, 3), [25, 60], axis=0)])
samples(np.nanmedian, of=[call(HOLES), call(HOLES, axis=1)])
samples(np.nanquantile, of=[call(HOLES, [0.2, 0.7], axis=1)])
samples(np.nanpercentile, of=[call(HOLES, 40.0)])
NAN_AXES = [call(HOLES), call(HOLES, axis=1), call(HOLES, 1, keepdims=True), call(real(2, 3))]
samples(np.nanmean, np.nanvar, np.nanprod, np.nanmax, np.nanmin, of=NAN_AXES)
samples(np.nanstd, of=[call(3 * s.args[0], *s.args[1:], **s.keywords) for s in NAN_AXES])
samples(np.nanvar, np.nanstd, of=[call(real(5), ddof=1)])
samples(np.nancumsum, np.nancumprod, of=[call(HOLES), call(HOLES, axis=1), call(HOLES, 0), call(real(4))])
VARIABLES = [call(real(3, 5)), call(real(5, 3), rowvar=False), call(real(5), real(5)), call(real(2, 5), real(1, 5))]
samples(np.cov, of=[call(imaginary(3, 5)), call(imaginary(4), real(4))])
samples(np.cov, of=[*VARIABLES, call(real(2, 4), bias=True), call(real(2, 4), ddof=0), call(real(6))])
samples(np.corrcoef, of=[call(*[3 * a for a in s.args], **s.keywords) for s in VARIABLES])
samples(
    np.histogram,
    of=[
        call(real(5), 3, (-2.0, 2.0), weights=real(5)),
        call(np.array([0.1, 0.35, 0.77, 2.0]), 3),
        call(real(6), [-1.7, 0.1, 1.7], weights=real(6)),
        call(np.array([0.1, 0.35, 0.77, 2.0]), 2, weights=real(4)),
    ],
)

# Differences, integrals, interpolation, progressions

samples(np.ediff1d, of=[call(real(5)), call(real(2, 3)), call(real(4), 0.7, real(2)), call(real(4), to_begin=0.5)])
samples(
    np.diff,
    of=[
        call(real(5), prepend=0.7),
        call(real(5), 2, append=real(2)),
        call(real(3, 4), axis=0, prepend=real(2, 4), append=0.5),
        call(real(3, 4), prepend=0.7, append=real(3, 1)),
    ],
)
samples(
    np.trapezoid,
    of=[
        call(real(5)),
        call(real(5), real(5)),
        call(real(3, 4), dx=0.5, axis=0),
        call(real(3, 4), real(4)),
        call(real(3, 4), real(3, 4), axis=0),
        call(real(3, 4), real(3), axis=0),
    ],
)
KNOTS = np.array([0.0, 1.0, 2.5, 3.0, 5.0, 5.5])
samples(
    np.gradient,
    of=[
        call(real(5)),
        call(real(2)),
        call(real(6), 0.5),
        call(real(6), KNOTS),
        call(real(6), KNOTS, edge_order=2),
        call(real(6), edge_order=2),
        call(real(3, 4)),
        call(real(3, 4), axis=1),
        call(real(3, 4), 0.5, 2.0),
        call(real(3, 6), 0.5, KNOTS),
        call(real(7, 3), 0.3, axis=0, edge_order=2),
        call(real(3, 4, 2), axis=(0, 2)),
    ],
)
samples(
    np.interp,
    of=[
        call(np.array([0.3, 2.7, 4.9, 1.2]), KNOTS, real(6)),
        call(np.array([-0.5, 0.3, 7.0]), KNOTS, real(6)),
        call(np.array([-0.5, 0.3, 7.0]), KNOTS, real(6), 0.7, 0.4),
        call(1.3, KNOTS, real(6)),
        call(np.array([[0.3, 1.9], [4.3, 9.0]]), KNOTS, real(6), right=0.5),
    ],
)
samples(np.unwrap, of=[call(np.array([0.1, 3.0, 6.0, 9.5, 13.0])), call(np.cumsum(4 * positive(2, 4), axis=1), axis=0)])
samples(
    np.polyval, of=[call(real(3), real(4)), call(real(4), 0.7), call(real(1), real(2, 2)), call(real(3), real(2, 2))]
)
samples(np.vander, of=[call(real(4)), call(real(4), 3), call(real(3), 5, increasing=True)])
samples(np.polyder, of=[call(real(4)), call(real(5), 2)])
samples(np.logspace, of=[call(0.2, 1.1, 5), call(0.2, 1.1, num=4, endpoint=False, base=2.0)])
samples(np.geomspace, of=[call(0.4, 3.0, 5), call(2.0, 0.5, num=4, endpoint=False)])
samples(np.cumulative_sum, of=[call(real(5)), call(real(2, 3), axis=0)])

# Ufuncs' methods, and those with two results

FOLDS = [
    call(real(2, 3)),
    call(real(4)),
    call(real(2, 3), 1),
    call(real(2, 3), axis=1, keepdims=True),
    call(real(2, 3), None),
]
samples(np.logaddexp.reduce, np.hypot.reduce, of=FOLDS[:4])
RUNNING = [call(real(5)), call(real(3, 4)), call(real(3, 4), 1), call(real(3, 4), axis=-1)]
samples(np.maximum.accumulate, np.minimum.accumulate, np.logaddexp.accumulate, of=RUNNING)
samples(
    np.add.reduceat,
    of=[
        call(real(5), [0, 2, 4]),
        call(real(3, 4), [0, 2], axis=1),
        call(real(5), [0, 3, 1, 4]),
        call(real(5), [1, 1, 3]),
    ],
)
samples(np.modf, np.frexp, of=[call(3 * real(2, 3)), call(2.3)])
samples(np.divmod, of=[call(between(1.9, 2.6, 2, 3), 0.9), call(4.1, between(1.1, 1.3, 3)), call(-2.3, 0.7)])
samples(builtins.divmod, of=[call(-2.3, 0.7), call(4.1, 1.3)])
samples(
    np.vecdot,
    of=[*VECTORS, call(real(2, 3), real(2, 3)), call(real(2, 3), real(3)), call(imaginary(2, 3), imaginary(3))],
)
samples(np.matvec, of=[call(real(2, 3), real(3)), call(real(4, 2, 3), real(3)), call(real(2, 3), real(4, 3))])
samples(np.vecmat, of=[call(real(2), real(2, 3)), call(real(4, 2), real(2, 3)), call(imaginary(2), imaginary(4, 2, 3))])
samples(np.angle, of=[call(imaginary(3), True), call(imaginary(3), deg=True)])
samples(np.nan_to_num, of=[call(np.array([1.0, np.nan, 2.0]), nan=0.5)])

# Spectra. A random sign of an eigenvector, or a phase, is LAPACK's, and stays where the matrix changes a little.

SYMMETRIC = np.array([[2.0, 0.3, 0.5], [0.3, 5.0, -0.4], [0.5, -0.4, 9.0]])
HERMITIAN = SYMMETRIC + 0.3j * (np.tri(3) - np.tri(3).T)
TURNING = np.array([[0.3, -1.2, 0.4], [1.1, 0.2, 0.3], [0.2, -0.3, 1.5]])
for f in (np.linalg.eigh, np.linalg.eigvalsh):
    samples(
        f, of=[call(SYMMETRIC), call(np.stack([SYMMETRIC, 2 * SYMMETRIC])), call(SYMMETRIC, "U"), call(np.ones((1, 1)))]
    )
samples(np.linalg.eigvalsh, of=[call(HERMITIAN), call(HERMITIAN, UPLO="U")])
for f in (np.linalg.eig, np.linalg.eigvals):
    samples(
        f,
        of=[
            call(np.array([[1.0, 0.3, -0.2], [0.1, 2.5, 0.4], [0.3, -0.2, 4.0]])),
            call(TURNING),
            call(np.stack([TURNING, 2 * TURNING.T])),
            call(TURNING + 0.2j * np.arange(9.0).reshape(3, 3)),
        ],
    )
TALL = np.array([[3.0, 0.5], [-0.4, 2.0], [0.6, -0.3], [0.2, 0.8]])
WIDE = np.array([[2.0, 0.3, -0.6, 0.4], [0.5, -3.0, 0.2, 0.7]])
SQUARE = np.array([[4.0, 0.5, -0.3], [0.2, -3.0, 0.6], [-0.7, 0.4, 1.8]])
for matrix in (SQUARE, TALL, WIDE, np.stack([TALL, -TALL[::-1]])):
    samples(np.linalg.svd, of=[call(matrix, full_matrices=False), call(matrix, compute_uv=False)])
    samples(np.linalg.svdvals, np.linalg.pinv, of=[call(matrix), call(matrix + 0.3j)])
    samples(np.linalg.qr, of=[call(matrix), call(matrix + 0.3j * matrix[..., ::-1], "reduced"), call(matrix, mode="r")])
samples(np.linalg.svd, of=[call(SQUARE), call(SQUARE + 0.3j, False, compute_uv=False)])
samples(np.linalg.qr, of=[call(SQUARE, "complete"), call(WIDE, "complete")])
samples(
    np.linalg.pinv,
    of=[call(SQUARE, 1e-10), call(SQUARE, rtol=1e-10), call(np.outer(real(3), real(2)) + 0.0, rcond=1e-2)],
)
samples(
    np.linalg.lstsq,
    of=[
        call(TALL, real(4), rcond=None),
        call(TALL, real(4, 3), None),
        call(WIDE, real(2)),
        call(SQUARE, real(3, 2), rcond=1e-12),
        call(TALL + 0.3j, imaginary(4)),
    ],
)

# More of linear algebra

samples(
    np.linalg.matrix_power,
    of=[call(regular(3, 3), n) for n in (0, 1, 2, 3, 5, -1, -2, -3)]
    + [call(regular(2, 3, 3), 3), call(regular(2, 2) + 0.3j, 4), call(regular(2, 2) + 0.3j, -2)],
)
samples(
    np.linalg.multi_dot,
    of=[
        call([real(2, 3), real(3, 4)]),
        call([real(2, 3), real(3, 4), real(4, 2)]),
        call((real(3), real(3, 4), real(4, 2))),
        call([real(2, 3), real(3, 4), real(4, 2), real(2)]),
        call([real(3), real(3)]),
        call([real(3), real(3, 3), real(3)]),
        call([imaginary(2, 2), imaginary(2, 2), real(2, 2)]),
    ],
)
TENSOR = np.reshape(regular(6, 6), (2, 3, 6))
samples(np.linalg.tensorsolve, of=[call(TENSOR, real(2, 3)), call(np.moveaxis(TENSOR, 2, 0), real(2, 3), axes=(0,))])
samples(np.linalg.tensorsolve, of=[call(np.reshape(TENSOR, (2, 3, 3, 2)), real(2, 3))])
samples(np.linalg.tensorinv, of=[call(TENSOR), call(np.reshape(TENSOR, (6, 2, 3)), ind=1)])
NORMS = (1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc")
samples(np.linalg.norm, of=[call(SQUARE, order) for order in (2, -2, "nuc")])
samples(np.linalg.norm, of=[call(np.stack([WIDE, -WIDE[::-1]], 1), order, (2, 0)) for order in (2, "nuc")])
samples(np.linalg.norm, of=[call(SQUARE + 0.3j, order) for order in NORMS])
samples(np.linalg.matrix_norm, of=[call(np.stack([WIDE, -WIDE[::-1]]), ord=order) for order in NORMS])
samples(
    np.linalg.matrix_norm,
    of=[call(SQUARE), call(SQUARE, keepdims=True), call(np.stack([TALL, -TALL]), keepdims=True, ord=2)],
)
samples(np.linalg.vector_norm, of=[call(real(2, 3), ord=order) for order in (2, 1, 3, 0.5, -1, np.inf, -np.inf, 0)])
samples(
    np.linalg.vector_norm,
    of=[
        call(real(4)),
        call(real(2, 3), axis=1),
        call(real(2, 3, 4), axis=(0, 2), ord=3),
        call(real(2, 3, 4), axis=(0, 2), keepdims=True),
        call(imaginary(2, 3), axis=0),
        call(imaginary(2, 3), ord=3),
    ],
)
samples(np.linalg.cond, of=[call(SQUARE, p) for p in (None, 1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc")])
samples(np.linalg.cond, of=[call(TALL), call(np.stack([SQUARE, SQUARE.T])), call(np.stack([SQUARE, SQUARE.T]), 1)])
samples(np.linalg.cond, of=[call(SQUARE + 0.3j), call(SQUARE + 0.3j, "fro")])
samples(np.linalg.matmul, of=VECTORS + MATRICES + STACKS)
samples(np.linalg.outer, of=[call(real(2), real(3)), call(imaginary(2), real(3))])
samples(np.linalg.tensordot, of=[call(real(2, 3, 4), real(3, 4, 5)), call(real(2, 3), real(3, 4), axes=1)])
samples(np.linalg.vecdot, of=[*VECTORS, call(real(2, 3), real(3)), call(real(3, 2), real(3, 2), axis=0)])
samples(np.linalg.cross, of=[call(real(3), real(3)), call(real(4, 3), real(3)), call(real(3, 4), real(3, 4), axis=0)])
samples(np.linalg.matrix_transpose, of=[call(real(2, 3)), call(real(2, 3, 4))])
samples(
    np.linalg.diagonal,
    np.linalg.trace,
    of=[call(real(3, 4)), call(real(3, 4), offset=-1), call(real(2, 3, 4)), call(real(2, 3, 4), offset=1)],
)

# Fourier transforms

SCALED = [{}, {"norm": "ortho"}, {"norm": "forward"}, {"norm": "backward"}]
for f in (np.fft.fft, np.fft.ifft):
    samples(f, of=[call(imaginary(5)), call(real(6)), call(real(2, 3), axis=0), call(real(5), 3), call(real(5), n=8)])
    samples(f, of=[call(imaginary(2, 4), **scale) for scale in SCALED])
for f in (np.fft.rfft, np.fft.ihfft):
    samples(f, of=[call(real(6)), call(real(5)), call(real(2, 3), axis=0), call(real(5), 3), call(real(5), n=8)])
    samples(f, of=[call(real(2, 4), **scale) for scale in SCALED])
for f in (np.fft.irfft, np.fft.hfft):
    samples(f, of=[call(imaginary(4)), call(imaginary(4), 7), call(imaginary(2, 3), axis=0), call(real(4))])
    samples(f, of=[call(imaginary(5), 4), call(imaginary(3), n=9)])
    samples(f, of=[call(imaginary(2, 4), **scale) for scale in SCALED])
for f in (np.fft.fft2, np.fft.ifft2, np.fft.fftn, np.fft.ifftn):
    samples(f, of=[call(imaginary(3, 4)), call(real(2, 3, 4), axes=(0, 2)), call(real(3, 4), (2, 6), axes=(0, 1))])
    samples(f, of=[call(imaginary(3, 4), **scale) for scale in SCALED])
for f in (np.fft.rfft2, np.fft.rfftn):
    samples(
        f, of=[call(real(3, 4)), call(real(3, 5)), call(real(2, 3, 4), axes=(0, 2)), call(real(3, 4), (2, 6), (0, 1))]
    )
    samples(f, of=[call(real(3, 4), **scale) for scale in SCALED])
for f in (np.fft.irfft2, np.fft.irfftn):
    samples(f, of=[call(imaginary(3, 4)), call(imaginary(2, 3, 4), axes=(0, 2)), call(imaginary(3, 4), (2, 7), (0, 1))])
    samples(f, of=[call(imaginary(3, 4), **scale) for scale in SCALED])
samples(np.fft.fftn, np.fft.ifftn, of=[call(real(2, 3, 2))])
samples(np.fft.rfftn, of=[call(real(2, 3, 2)), call(real(4))])
samples(np.fft.irfftn, of=[call(imaginary(2, 3, 2)), call(imaginary(4))])
samples(
    np.fft.fftshift,
    np.fft.ifftshift,
    of=[call(real(5)), call(real(3, 4)), call(real(3, 4), axes=1), call(real(3, 4), (0,))],
)

# What bodies of rules call

samples(
    fourier.fitted, of=[call(real(2, 3), np.zeros((3, 2))), call(imaginary(4), np.zeros(2)), call(real(3), np.zeros(3))]
)
samples(
    statistics.between_neighbours,
    of=[call(real(5), 0.3, None, "linear", 0.7), call(real(2, 3), np.array([0.2, 0.6]), 1, "midpoint", real(2, 2))],
)
samples(
    statistics.among_neighbours,
    of=[
        call(np.array([0.4, -1.1, 0.9]), 0.3, None, "linear", 0.7, np.array([1.2, 0.5, -0.8])),
        call(np.array([[0.4, 0.9], [1.3, -0.2]]), 0.6, 1, "midpoint", np.zeros(2), np.array([[1.2, 0.5], [0.3, 0.9]])),
    ],
)
samples(builtins.tuple, of=[call([0.5, 1.5]), call([real(2)]), call(real(2, 2)), call((0.5, 1.5))])

# Polynomials

samples(
    np.polyadd,
    np.polysub,
    np.polymul,
    of=[call(real(3), real(5)), call(real(4), real(2)), call(real(3), 0.7), call(real(3), real(3))],
)
DIVISOR = np.array([1.5, 0.4, -0.3])
samples(np.polydiv, of=[call(real(n), DIVISOR[:m]) for n, m in ((5, 3), (6, 2), (3, 3), (4, 1))])
samples(np.polyint, of=[call(real(3)), call(real(4), 2), call(real(3), k=1.5), call(real(3), 2, [1.5, 0.5])])
samples(
    np.poly, of=[call(real(3)), call(np.array([1.0, 2.0, 4.0])), call(TURNING), call(SYMMETRIC), call(imaginary(3))]
)
samples(
    np.roots,
    of=[call(np.array([1.0, -7.5, 13.5, -5.0])), call(np.array([2.0, 0.3, 1.7])), call(np.array([1.5, -0.7, -1.2]))],
)
samples(np.roots, of=[call(np.array([1.5, 0.3 + 0.2j, -1.2]))])
ABSCISSAS = np.array([-1.0, -0.4, 0.3, 0.9, 1.6])
samples(
    np.polyfit,
    of=[
        call(ABSCISSAS, real(5), 2),
        call(ABSCISSAS, real(5), 1, w=positive(5)),
        call(ABSCISSAS, real(5, 2), 2),
        call(ABSCISSAS, real(5, 2), 2, w=positive(5)),
    ],
)

# Sets

TWINS = np.array([1.2, -0.4, 1.2, 0.7])
for f in (np.unique_values, np.unique_counts, np.unique_inverse, np.unique_all):
    samples(f, of=[call(real(4)), call(real(2, 3))])
samples(np.union1d, np.setxor1d, np.setdiff1d, of=[call(real(4), real(3) + 0.05), call(real(2, 2), real(3) + 0.05)])
samples(np.trim_zeros, of=[call(real(3)), call(real(4), "f")])

# Conversions

for f in (np.asarray_chkfinite, np.require):
    samples(f, of=[call(real(2, 3)), call([[0.5], [1.5]]), call(real(3), complex)])
samples(np.require, of=[call(real(2, 3), None, ["C"])])
samples(np.fromiter, of=[call([0.5, 1.5, 2.5], float), call((0.5, 1.5), float, 1)])
samples(np.real_if_close, of=[call(imaginary(3)), call(real(3))])
samples(np.sort_complex, of=[call(real(4)), call(imaginary(4)), call(real(2, 3))])
samples(np.longdouble, np.complex128, np.clongdouble, of=[call(0.7), call(real(3))])
samples(np.complex128, of=[call(imaginary(3))])
samples(np.longdouble, of=[call(np.array([0.5, -1.5], np.longdouble))])
samples(np.clongdouble, of=[call(np.array([0.5, -1.5j], np.clongdouble))])
samples(np.float16, np.complex64, of=[])  # differences drown in their rounding
samples(
    np.cumulative_prod, of=[call(real(5)), call(real(2, 3), axis=0), call(real(2, 3), axis=1, include_initial=True)]
)
samples(np.cumulative_sum, of=[call(real(2, 3), axis=1, include_initial=True), call(real(4), include_initial=True)])

# Histograms, of points at random: evenly spaced ones may lie on an evenly spaced edge, where there is no derivative

samples(
    np.histogram_bin_edges,
    of=[
        call(between(-1.9, 1.9, 5), 3),
        call(between(-1.9, 1.9, 5), 4, (-2.0, 2.0)),
        call(between(-1.9, 1.9, 5), [0.1, 0.5, 1.2]),
        call(between(-1.9, 1.9, 6), 3, weights=real(6)),
    ],
)
samples(
    np.histogram2d,
    of=[
        call(between(-1.9, 1.9, 6), between(-1.9, 1.9, 6), 3, weights=real(6)),
        call(between(-1.9, 1.9, 6), between(-1.9, 1.9, 6), [2, 3]),
        call(between(-1.9, 1.9, 5), between(-1.9, 1.9, 5), [KNOTS - 2.01, KNOTS - 3.01], weights=real(5)),
        call(between(-1.9, 1.9, 5), between(-1.9, 1.9, 5), KNOTS - 2.01, weights=real(5)),
        call(between(-1.9, 1.9, 5), between(-1.9, 1.9, 5), 3, [[-2.0, 2.0], [-3.0, 2.0]], weights=real(5)),
    ],
)
samples(
    np.histogramdd,
    of=[
        call(between(-1.9, 1.9, 6, 2), 3, weights=real(6)),
        call(between(-1.9, 1.9, 6, 3), (2, 3, 2)),
        call(between(-1.9, 1.9, 5, 1), [KNOTS - 2.01], weights=real(5)),
        call(between(-1.9, 1.9, 5, 2), 3, [[-2.0, 2.0], [-3.0, 2.0]], weights=real(5)),
    ],
)

# Special functions

samples(math.gamma, math.lgamma, of=[call(0.7), call(3.4), call(-0.5), call(21.5)])
samples(special.polygamma, of=[call(0, 0.7), call(1, 3.4), call(1, -1.5), call(0, -20.5), call(3, 8.5)])
samples(np.i0, special.bessel_i1, of=[call(real(2, 3)), call(0.7), call(np.array([0.3, 4.0, 12.0])), call(-20.0)])
samples(special.bessel_i1, of=[call(np.array([0.0, 0.4]))])
samples(special.complex_sign, of=[call(imaginary(3)), call(0.6 - 1.3j)])
samples(np.kaiser, of=[call(5, 1.3), call(4, 8.6), call(1, 0.7)])
samples(np.nextafter, math.nextafter, np.heaviside, of=[call(0.7, 1.5)])
samples(np.nextafter, np.heaviside, of=[call(real(3), real(2, 3)), call(real(3), 0.5)])

# Numbers of `cmath` and `math`

for f in (cmath.exp, cmath.log, cmath.log10, cmath.sqrt, cmath.sin, cmath.cos, cmath.tan, cmath.asin, cmath.acos):
    samples(f, of=[call(0.7 + 0.4j), call(-0.3 + 1.2j), call(0.6)])
for f in (cmath.atan, cmath.sinh, cmath.cosh, cmath.tanh, cmath.asinh, cmath.acosh, cmath.atanh):
    samples(f, of=[call(0.7 + 0.4j), call(-0.3 + 1.2j)])
samples(cmath.log, of=[call(0.7 + 0.4j, 2.0 + 0.3j)])
samples(cmath.phase, cmath.polar, of=[call(0.7 + 0.4j), call(-0.3 - 1.2j)])
samples(cmath.rect, of=[call(1.3, 0.4), call(0.7, -2.0)])
samples(math.frexp, of=[call(2.3), call(-0.7)])
samples(math.modf, of=[call(2.3), call(-0.7)])
if sys.version_info >= (3, 12):
    samples(math.sumprod, of=[call([0.5, 1.5], [2.0, -1.0]), call((0.5,), [2.0])])
if sys.version_info >= (3, 13):
    samples(math.fma, of=[call(0.5, -1.5, 2.0)])

# What tangents are brought into

samples(tangents.tangent_like, of=[call(real(3), np.zeros(3)), call(0.5, np.zeros(3)), call(0.5, 1.0)])
samples(tangents.tangent_view, of=[call(real(3), real(3), real(3), real(3)), call(0.5, real(3), 0.7, real(3))])

# Old names, which NumPy leaves out some day
for old, new in (("row_stack", np.vstack), ("trapz", np.trapezoid)):
    if hasattr(np, old):
        samples(getattr(np, old), of=SAMPLES[new])
