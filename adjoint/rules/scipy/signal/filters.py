"""Rules of `scipy.signal`: convolutions, filters, and what else is linear in a signal.

The transpose of a filter that does not change with time is the same filter run backwards.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import signal

from adjoint.errors import UnsupportedArgument
from adjoint.rules.declare import constant, jvp, linear, vjp
from adjoint.rules.scipy.transpose import along
from adjoint.runtime.arrays import unbroadcast

# Convolutions of arrays with as many axes each


@vjp(signal.convolve, operands=("in1", "in2"), ignored=("method",), multilinear=True)
def convolve(in1: Any, in2: Any, mode: Any = "full", *, out_bar: Any) -> Any:
    return convolved_back(in1, in2, mode, out_bar)


@vjp(signal.fftconvolve, signal.oaconvolve, operands=("in1", "in2"), multilinear=True)
def fftconvolve(in1: Any, in2: Any, mode: Any = "full", *, out_bar: Any) -> Any:
    return convolved_back(in1, in2, mode, out_bar)


@vjp(signal.convolve2d, operands=("in1", "in2"), multilinear=True)
def convolve2d(in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", *, out_bar: Any) -> Any:
    check_boundary(boundary)
    return convolved_back(in1, in2, mode, out_bar)


# The convolution with in2 reversed and conjugate


@vjp(signal.correlate, operands=("in1", "in2"), ignored=("method",), multilinear=True)
def correlate(in1: Any, in2: Any, mode: Any = "full", *, out_bar: Any) -> Any:
    by_first, by_second = convolved_back(in1, np.conj(np.flip(in2)), mode, out_bar)
    return by_first, np.conj(np.flip(by_second)) + 0.0


@vjp(signal.correlate2d, operands=("in1", "in2"), multilinear=True)
def correlate2d(in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", *, out_bar: Any) -> Any:
    check_boundary(boundary)
    if mode == "same":  # the middle lies on the other side than in a convolution
        g = np.flip(out_bar)
        by_first, by_second = convolved_back(np.flip(in1), np.conj(in2), mode, g)
        return np.flip(by_first) + 0.0, np.conj(by_second) + 0.0
    by_first, by_second = convolved_back(in1, np.conj(np.flip(in2)), mode, out_bar)
    return by_first, np.conj(np.flip(by_second)) + 0.0


def convolved_back(in1: Any, in2: Any, mode: Any, out_bar: Any) -> Any:
    """The cotangents of the two operands of a convolution."""
    g = in_full(out_bar, np.shape(in1), np.shape(in2), mode)
    by_first = signal.convolve(g, np.flip(in2), "valid")
    return unbroadcast(by_first, in1), unbroadcast(signal.convolve(g, np.flip(in1), "valid"), in2)


def in_full(g: Any, first: Any, second: Any, mode: str) -> Any:
    """Put what `mode` cut out of a convolution back among zeros."""
    pairs = list(zip(first, second, strict=True))
    low = [{"full": 0, "same": (m - 1) // 2, "valid": min(n, m) - 1}[mode] for n, m in pairs]
    sizes = zip(low, np.shape(g), first, second, strict=True)
    return np.pad(g, [(a, n + m - 1 - a - cells) for a, cells, n, m in sizes])


@constant
def check_boundary(boundary: Any) -> None:
    """Refuse boundaries but zeros.

    Raises:
        UnsupportedArgument: if another one is asked for.
    """
    if boundary != "fill":
        raise UnsupportedArgument(
            f"boundary={boundary!r} has no derivative rule; use scipy.ndimage.convolve, or np.pad before"
        )


# a[0] y[t] + a[1] y[t-1] + … = b[0] x[t] + b[1] x[t-1] + …


@vjp(signal.lfilter, operands=("b", "a", "x"))
def lfilter(b: Any, a: Any, x: Any, axis: Any = -1, *, out: Any, out_bar: Any) -> Any:
    back = np.flip(signal.lfilter([1.0], a, np.flip(out_bar, axis), axis), axis)
    x_bar = np.flip(signal.lfilter(b, a, np.flip(out_bar, axis), axis), axis) + 0.0
    by_b, by_a = lagged_products(back, x, len(b), axis), lagged_products(back, out, len(a), axis)
    return unbroadcast(by_b, b), unbroadcast(-by_a, a), x_bar


@jvp(signal.lfilter)
def lfilter_jvp(b: Any, a: Any, x: Any, axis: Any = -1, *, out: Any, b_dot: Any, a_dot: Any, x_dot: Any) -> Any:
    by_a = -signal.lfilter([1.0], a, signal.lfilter(a_dot, [1.0], out, axis), axis)
    return signal.lfilter(b_dot, a, x, axis), by_a, signal.lfilter(b, a, x_dot, axis)


def lagged_products(g: Any, x: Any, count: int, axis: int) -> Any:
    """The sums of g[t] x[t - k] for k below `count`."""
    rows, others = np.moveaxis(g, axis, -1), np.moveaxis(x, axis, -1)
    n = np.shape(rows)[-1]
    return np.array([np.sum(rows[..., min(k, n) :] * others[..., : max(n - k, 0)]) for k in range(count)])


@linear(signal.sosfilt, operands=("x",))
def sosfilt(sos: Any, x: Any, axis: Any = -1, *, out_bar: Any) -> Any:
    return np.flip(signal.sosfilt(sos, np.flip(out_bar, axis), axis), axis) + 0.0


# Linear along an axis, with edges of their own


@linear(signal.filtfilt, operands=("x",))
def filtfilt(
    b: Any,
    a: Any,
    x: Any,
    axis: Any = -1,
    padtype: Any = "odd",
    padlen: Any = None,
    method: Any = "pad",
    irlen: Any = None,
    *,
    out_bar: Any,
) -> Any:
    def filtered(columns: Any) -> Any:
        return signal.filtfilt(b, a, columns, 0, padtype, padlen, method, irlen)

    return along(filtered, out_bar, x.shape[axis], axis)


@linear(signal.sosfiltfilt, operands=("x",))
def sosfiltfilt(sos: Any, x: Any, axis: Any = -1, padtype: Any = "odd", padlen: Any = None, *, out_bar: Any) -> Any:
    def filtered(columns: Any) -> Any:
        return signal.sosfiltfilt(sos, columns, 0, padtype, padlen)

    return along(filtered, out_bar, x.shape[axis], axis)


@linear(signal.savgol_filter, operands=("x",), affine=("cval",))
def savgol_filter(
    x: Any,
    window_length: Any,
    polyorder: Any,
    deriv: Any = 0,
    delta: Any = 1.0,
    *,
    axis: Any = -1,
    mode: Any = "interp",
    cval: Any = 0.0,
    out_bar: Any,
) -> Any:
    def smoothed(columns: Any) -> Any:
        return signal.savgol_filter(columns, window_length, polyorder, deriv, delta, axis=0, mode=mode)

    return along(smoothed, out_bar, x.shape[axis], axis)


# What is subtracted is a projection: the map is its own transpose.
@linear(signal.detrend, operands=("data",))
def detrend(data: Any, axis: Any = -1, type: Any = "linear", bp: Any = 0, *, out_bar: Any) -> Any:
    return signal.detrend(out_bar, axis, type, bp)


@linear(signal.resample, operands=("x",))
def resample(x: Any, num: Any, *, axis: Any = 0, window: Any = None, out_bar: Any) -> Any:
    def resampled(columns: Any) -> Any:
        return signal.resample(columns, num, axis=0, window=window)

    return along(resampled, out_bar, x.shape[axis], axis)


@linear(signal.resample_poly, operands=("x",))
def resample_poly(x: Any, up: Any, down: Any, axis: Any = 0, window: Any = ("kaiser", 5.0), *, out_bar: Any) -> Any:
    def resampled(columns: Any) -> Any:
        return signal.resample_poly(columns, up, down, 0, window)

    return along(resampled, out_bar, x.shape[axis], axis)


# x + i H x: the real part of the sum with the matrix of it
@linear(signal.hilbert, operands=("x",))
def hilbert(x: Any, N: Any = None, axis: Any = -1, *, out_bar: Any) -> Any:
    def analytic(columns: Any) -> Any:
        return signal.hilbert(columns, N, 0)

    return np.real(along(analytic, out_bar, x.shape[axis], axis))


@vjp(signal.upfirdn, operands=("h", "x"), multilinear=True)
def upfirdn(h: Any, x: Any, up: Any = 1, down: Any = 1, *, out_bar: Any) -> Any:
    check_vector(x)
    n = (len(x) - 1) * up + len(h)
    g = np.zeros(n, dtype=np.result_type(out_bar))
    g[::down] = out_bar
    spaced = np.zeros((len(x) - 1) * up + 1, dtype=np.result_type(x))
    spaced[::up] = x
    x_bar = signal.correlate(g, np.conj(h), "valid")[::up]
    return unbroadcast(signal.correlate(g, np.conj(spaced), "valid"), h), unbroadcast(x_bar, x)


@constant
def check_vector(x: Any) -> None:
    """Refuse several signals at once.

    Raises:
        UnsupportedArgument: if there are several.
    """
    if np.ndim(x) != 1:
        raise UnsupportedArgument("signal.upfirdn is differentiated for one signal at a time")


@linear(signal.cspline1d, operands=("signal",))
def cspline1d(signal: Any, *, out_bar: Any) -> Any:
    return along(splines_through, out_bar, len(signal), 0)


def splines_through(columns: Any) -> Any:
    """The coefficients of cubic splines through columns of values."""
    return np.stack([signal.cspline1d(np.ascontiguousarray(c)) for c in np.transpose(columns)], axis=1)


# Signals as functions of time


@vjp(signal.chirp, operands=("t",))
def chirp(t: Any, f0: Any, t1: Any, f1: Any, method: Any = "linear", phi: Any = 0, *, out_bar: Any) -> Any:
    return out_bar * chirp_slope(t, f0, t1, f1, method, phi)


@jvp(signal.chirp)
def chirp_jvp(t: Any, f0: Any, t1: Any, f1: Any, method: Any = "linear", phi: Any = 0, *, t_dot: Any) -> Any:
    return chirp_slope(t, f0, t1, f1, method, phi) * t_dot


def chirp_slope(t: Any, f0: Any, t1: Any, f1: Any, method: str, phi: Any) -> Any:
    """The derivative of a chirp by time: its frequency times the chirp a quarter of a turn ahead."""
    if method in ("linear", "lin", "li"):
        frequency = f0 + (f1 - f0) * t / t1
    elif method in ("quadratic", "quad", "q"):
        frequency = f0 + (f1 - f0) * t**2 / t1**2
    elif method in ("logarithmic", "log", "lo"):
        frequency = f0 * (f1 / f0) ** (t / t1)
    else:
        frequency = f0 * f1 * t1 / ((f0 - f1) * t + f1 * t1)
    return 2 * math.pi * frequency * signal.chirp(t, f0, t1, f1, method, phi + 90)


@linear(signal.qspline1d, operands=("signal",))
def qspline1d(signal: Any, *, out_bar: Any) -> Any:
    return along(quadratic_splines_through, out_bar, len(signal), 0)


def quadratic_splines_through(columns: Any) -> Any:
    """The coefficients of quadratic splines through columns of values."""
    return np.stack([signal.qspline1d(np.ascontiguousarray(c)) for c in np.transpose(columns)], axis=1)


# Recursions and splines with mirrored ends: every cell may depend on every other, so each is asked for its part.


def by_cells(f: Any, a: Any, out_bar: Any) -> Any:
    """The transpose of a linear map of whole arrays."""
    return np.reshape(along(in_columns(f, np.shape(a)), np.ravel(out_bar), np.size(a), 0), np.shape(a))


@constant
def in_columns(f: Any, shape: Any) -> Any:
    """The map of arrays as one of columns."""

    def columns(units: Any) -> Any:
        arrays = [np.ascontiguousarray(np.reshape(unit, shape)) for unit in np.transpose(units)]
        return np.stack([np.ravel(f(a)) for a in arrays], axis=1)

    return columns


@linear(signal.symiirorder1, operands=("signal",))
def symiirorder1(signal: Any, c0: Any, z1: Any, precision: Any = -1.0, *, out_bar: Any) -> Any:
    return by_cells(first_order(c0, z1, precision), signal, out_bar)


@constant
def first_order(c0: Any, z1: Any, precision: Any) -> Any:
    return lambda a: signal.symiirorder1(a, c0, z1, precision)


@linear(signal.symiirorder2, operands=("input",))
def symiirorder2(input: Any, r: Any, omega: Any, precision: Any = -1.0, *, out_bar: Any) -> Any:
    def filtered(a: Any) -> Any:
        return signal.symiirorder2(a, r, omega, precision)

    return by_cells(filtered, input, out_bar)


@linear(signal.cspline2d, operands=("signal",))
def cspline2d(signal: Any, lamb: Any = 0.0, precision: Any = -1.0, *, out_bar: Any) -> Any:
    return by_cells(cubic_in_two(lamb, precision), signal, out_bar)


@constant
def cubic_in_two(lamb: Any, precision: Any) -> Any:
    return lambda a: signal.cspline2d(a, lamb, precision)


@linear(signal.qspline2d, operands=("signal",))
def qspline2d(signal: Any, lamb: Any = 0.0, precision: Any = -1.0, *, out_bar: Any) -> Any:
    return by_cells(quadratic_in_two(lamb, precision), signal, out_bar)


@constant
def quadratic_in_two(lamb: Any, precision: Any) -> Any:
    return lambda a: signal.qspline2d(a, lamb, precision)


@linear(signal.spline_filter, operands=("Iin",))
def spline_filter(Iin: Any, lmbda: Any = 5.0, *, out_bar: Any) -> Any:
    def smoothed(a: Any) -> Any:
        return signal.spline_filter(a, lmbda)

    return by_cells(smoothed, Iin, out_bar)


@linear(signal.sepfir2d, operands=("input",))
def sepfir2d(input: Any, hrow: Any, hcol: Any, *, out_bar: Any) -> Any:
    def filtered(a: Any) -> Any:
        return signal.sepfir2d(a, hrow, hcol)

    return by_cells(filtered, input, out_bar)
