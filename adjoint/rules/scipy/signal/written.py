"""Signals, filters and transforms of `scipy.signal` that are written out as others that have rules.

signal.medfilt(x, 5)        ndimage.rank_filter(x, 2, size=5, mode="constant")
signal.czt(x)               a product with the matrix of the transform
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import ndimage, signal

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant

# Choices of cells, and what follows from local means


@constant
def sizes_of(kernel_size: Any, ndim: int) -> tuple[int, ...]:
    """The lengths of a window."""
    given = np.ravel(3 if kernel_size is None else kernel_size)
    return tuple([int(n) for n in np.broadcast_to(given, (ndim,))])


def medfilt(volume: Any, kernel_size: Any = None) -> Any:
    """`scipy.signal.medfilt`"""
    size = sizes_of(kernel_size, np.ndim(volume))
    return ndimage.rank_filter(volume, math.prod(size) // 2, size=size, mode="constant")


def medfilt2d(input: Any, kernel_size: Any = 3) -> Any:
    """`scipy.signal.medfilt2d`"""
    return medfilt(input, kernel_size)


def order_filter(a: Any, domain: Any, rank: Any) -> Any:
    """`scipy.signal.order_filter`"""
    return ndimage.rank_filter(a, rank, footprint=domain, mode="constant")


def wiener(im: Any, mysize: Any = None, noise: Any = None) -> Any:
    """`scipy.signal.wiener`"""
    size = sizes_of(mysize, np.ndim(im))
    window = np.ones(size)
    means = signal.correlate(im, window, "same") / math.prod(size)
    variances = signal.correlate(im**2, window, "same") / math.prod(size) - means**2
    level = np.mean(variances) if noise is None else noise
    share = 1 - level / variances
    return np.where(variances < level, means, means + (im - means) * share)


# Filters with coefficients that are known


def decimate(x: Any, q: Any, n: Any = None, ftype: Any = "iir", axis: Any = -1, zero_phase: Any = True) -> Any:
    """`scipy.signal.decimate`, by the filters that SciPy designs."""
    if ftype == "iir" and zero_phase:
        smooth = signal.sosfiltfilt(low_pass(q, n), x, axis)
    elif ftype == "iir":
        smooth = signal.sosfilt(low_pass(q, n), x, axis)
    elif zero_phase:
        return signal.resample_poly(x, 1, q, axis, low_pass_window(q, n))
    else:
        raise UnsupportedArgument('signal.decimate with ftype="fir" is differentiated with zero_phase=True')
    return np.take(smooth, every(np.shape(x)[axis], q), axis=axis)


@constant
def every(n: int, q: int) -> Any:
    return np.arange(0, n, q)


@constant
def low_pass(q: int, n: Any) -> Any:
    return signal.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos")


@constant
def low_pass_window(q: int, n: Any) -> Any:
    return signal.firwin((20 * q if n is None else n) + 1, 1.0 / q, window="hamming")


def deconvolve(signal: Any, divisor: Any) -> Any:
    """`scipy.signal.deconvolve`"""
    return quotient(signal, divisor)


def quotient(y: Any, divisor: Any) -> Any:
    """What a signal is the convolution of the divisor with, and what is left over."""
    n = len(y) - len(divisor) + 1
    if n < 1:
        return np.zeros(0), y + 0.0
    impulse = np.concatenate([np.ones(1), np.zeros(n - 1)])
    found = signal.lfilter(y, divisor, impulse)
    return found, y - signal.convolve(divisor, found, mode="full")


def lfiltic(b: Any, a: Any, y: Any, x: Any = None) -> Any:
    """`scipy.signal.lfiltic`"""
    top, low = b / a[0], a / a[0]
    count = max(len(b), len(a)) - 1
    before = longer(y, len(a) - 1)
    states = []
    for k in range(count):
        state = -np.sum(low[k + 1 :] * before[: max(len(a) - 1 - k, 0)])
        if x is not None:
            state = state + np.sum(top[k + 1 :] * longer(x, len(b) - 1)[: max(len(b) - 1 - k, 0)])
        states.append(state)
    return np.stack(states)


def longer(v: Any, n: int) -> Any:
    """The first numbers of a vector, with zeros behind where it has fewer."""
    return np.concatenate([v[:n], np.zeros(max(n - len(v), 0))])


# Transforms


def czt(x: Any, m: Any = None, w: Any = None, a: Any = 1 + 0j, *, axis: Any = -1) -> Any:
    """`scipy.signal.czt`, by the matrix of the transform."""
    rows = np.moveaxis(x, axis, -1)
    n = np.shape(rows)[-1]
    count = n if m is None else m
    places = czt_points(count, w, a)
    matrix = np.expand_dims(places, 1) ** -np.arange(n)
    return np.moveaxis(rows @ matrix.T, -1, axis)


def czt_points(m: Any, w: Any = None, a: Any = 1 + 0j) -> Any:
    """`scipy.signal.czt_points`"""
    if w is None:
        return a * np.exp(2j * math.pi * np.arange(m) / m)
    return a * (w + 0j) ** -np.arange(m)


def zoom_fft(x: Any, fn: Any, m: Any = None, *, fs: Any = 2, endpoint: Any = False, axis: Any = -1) -> Any:
    """`scipy.signal.zoom_fft`, by the matrix of the transform."""
    count = np.shape(x)[axis] if m is None else m
    first, width = band(fn)
    spacing = width / (fs * (count - 1 if endpoint else count))
    return czt(x, count, np.exp(-2j * math.pi * spacing), np.exp(2j * math.pi * first / fs), axis=axis)


@constant
def band(fn: Any) -> tuple[float, float]:
    """Where a band begins, and its width."""
    ends = [0.0, float(fn)] if np.ndim(fn) == 0 else [float(f) for f in fn]
    return ends[0], ends[1] - ends[0]


def hilbert2(x: Any, N: Any = None, axes: Any = (-2, -1)) -> Any:
    """`scipy.signal.hilbert2`"""
    shape = [np.shape(x)[axis] for axis in axes] if N is None else pair(N)
    return np.fft.ifft2(np.fft.fft2(x, shape, axes=axes) * quarter(shape, axes, np.ndim(x)), axes=axes)


@constant
def pair(n: Any) -> list[int]:
    return [n, n] if isinstance(n, int) else list(n)


@constant
def quarter(shape: Any, axes: Any, ndim: int) -> Any:
    """The weights of the frequencies: of those with two negative parts, and others that these stand for, 0."""
    total = np.ones((1,) * ndim)
    for n, axis in zip(shape, axes, strict=True):
        half = (n + 1) // 2
        weights = np.where(np.arange(n) < half, 2.0, 0.0)
        weights[0] = 1.0
        total = total * np.reshape(weights, [n if k == axis % ndim else 1 for k in range(ndim)])
    return total


# Signals as functions of time


def gausspulse(
    t: Any,
    fc: Any = 1000,
    bw: Any = 0.5,
    bwr: Any = -6,
    tpr: Any = -60,
    retquad: Any = False,
    retenv: Any = False,
) -> Any:
    """`scipy.signal.gausspulse`, at times that are numbers."""
    rate = -((math.pi * fc * bw) ** 2) / (4.0 * np.log(10.0 ** (bwr / 20.0)))
    envelope = np.exp(-rate * t * t)
    inside, quadrature = envelope * np.cos(2 * math.pi * fc * t), envelope * np.sin(2 * math.pi * fc * t)
    if retquad and retenv:
        return inside, quadrature, envelope
    if retquad:
        return inside, quadrature
    if retenv:
        return inside, envelope
    return inside


def sweep_poly(t: Any, poly: Any, phi: Any = 0) -> Any:
    """`scipy.signal.sweep_poly`, of coefficients."""
    return np.cos(2 * math.pi * np.polyval(np.polyint(poly), t) + phi * math.pi / 180)


def sawtooth(t: Any, width: Any = 1) -> Any:
    """`scipy.signal.sawtooth`"""
    turn, rise = np.mod(t, 2 * math.pi), width + 0.0 * t
    rising = turn < rise * 2 * math.pi
    up = turn / (math.pi * np.where(rising, rise, 1.0)) - 1
    down = (math.pi * (rise + 1) - turn) / (math.pi * (1 - np.where(rising, 0.0, rise)))
    return np.where(rising, up, down)


def gauss_spline(x: Any, n: Any) -> Any:
    """`scipy.signal.gauss_spline`"""
    variance = (n + 1) / 12.0
    return np.exp(-(x**2) / 2 / variance) / math.sqrt(2 * math.pi * variance)


def vectorstrength(events: Any, period: Any) -> Any:
    """`scipy.signal.vectorstrength`"""
    turns = np.multiply.outer(2 * math.pi / period, events)
    mean = np.mean(np.exp(1j * turns), axis=-1)
    return np.abs(mean), np.angle(mean)


# Splines of which the coefficients are given, mirrored at the ends


def mirrored(newx: Any, n: int, dx: Any, x0: Any) -> Any:
    """Places among the coefficients."""
    turn = np.mod((newx - x0) / dx, 2 * (n - 1))
    return np.where(turn > n - 1, 2 * (n - 1) - turn, turn)


def cspline1d_eval(cj: Any, newx: Any, dx: Any = 1.0, x0: Any = 0) -> Any:
    """`scipy.signal.cspline1d_eval`"""
    x, total = mirrored(newx, len(cj), dx, x0), 0.0
    first = np.floor(x - 2).astype(int) + 1
    for k in range(4):
        far = np.abs(x - first - k)
        near = 2 / 3 - far**2 * (2 - far) / 2
        weight = np.where(far < 1, near, np.where(far < 2, (2 - far) ** 3 / 6, 0.0))
        total = total + cj[np.clip(first + k, 0, len(cj) - 1)] * weight
    return total


def qspline1d_eval(cj: Any, newx: Any, dx: Any = 1.0, x0: Any = 0) -> Any:
    """`scipy.signal.qspline1d_eval`"""
    x, total = mirrored(newx, len(cj), dx, x0), 0.0
    first = np.floor(x - 1.5).astype(int) + 1
    for k in range(3):
        far = np.abs(x - first - k)
        weight = np.where(far < 0.5, 0.75 - far**2, np.where(far < 1.5, (far - 1.5) ** 2 / 2, 0.0))
        total = total + cj[np.clip(first + k, 0, len(cj) - 1)] * weight
    return total


late.WRITTEN.update(
    {
        signal.medfilt: medfilt,
        signal.medfilt2d: medfilt2d,
        signal.order_filter: order_filter,
        signal.wiener: wiener,
        signal.decimate: decimate,
        signal.deconvolve: deconvolve,
        signal.lfiltic: lfiltic,
        signal.czt: czt,
        signal.czt_points: czt_points,
        signal.zoom_fft: zoom_fft,
        signal.hilbert2: hilbert2,
        signal.gausspulse: gausspulse,
        signal.sweep_poly: sweep_poly,
        signal.sawtooth: sawtooth,
        signal.gauss_spline: gauss_spline,
        signal.vectorstrength: vectorstrength,
        signal.cspline1d_eval: cspline1d_eval,
        signal.qspline1d_eval: qspline1d_eval,
    }
)
