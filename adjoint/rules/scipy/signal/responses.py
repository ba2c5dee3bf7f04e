"""Responses of filters, and what makes one filter of another, written out as polynomials, products and quotients.

w, h = signal.freqz(b, a)       polynomials in exp(-1j * w), divided
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import linalg, signal

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant

# Where the response is taken


@constant
def angles(worN: Any, whole: Any, fs: Any, include_nyquist: Any) -> Any:
    """The frequencies as angles."""
    if worN is None or isinstance(worN, (int, np.integer)):
        count = 512 if worN is None else worN
        return np.linspace(0, 2 * math.pi if whole else math.pi, count, endpoint=bool(include_nyquist) and not whole)
    return 2 * math.pi * np.asarray(worN) / fs


def in_powers(c: Any, z: Any) -> Any:
    """c[0] + c[1] z + c[2] z² + …"""
    return np.polyval(np.atleast_1d(c)[::-1], z)


def freqz(
    b: Any,
    a: Any = 1,
    worN: Any = 512,
    whole: Any = False,
    plot: Any = None,
    fs: Any = 2 * math.pi,
    include_nyquist: Any = False,
) -> Any:
    """`scipy.signal.freqz`, of one filter."""
    check_plain(b, a, plot)
    w = angles(worN, whole, fs, include_nyquist)
    z = np.exp(-1j * w)
    return w * fs / (2 * math.pi), in_powers(b, z) / in_powers(a, z)


@constant
def check_plain(b: Any, a: Any, plot: Any) -> None:
    if plot is not None or np.ndim(b) > 1 or np.ndim(a) > 1:
        raise UnsupportedArgument("a frequency response is differentiated for one filter, without plot=")


def freqz_zpk(z: Any, p: Any, k: Any, worN: Any = 512, whole: Any = False, fs: Any = 2 * math.pi) -> Any:
    """`scipy.signal.freqz_zpk`"""
    w = angles(worN, whole, fs, False)
    at = np.expand_dims(np.exp(1j * w), -1)
    return w * fs / (2 * math.pi), k * np.prod(at - z, axis=-1) / np.prod(at - p, axis=-1)


def freqz_sos(sos: Any, worN: Any = 512, whole: Any = False, fs: Any = 2 * math.pi) -> Any:
    """`scipy.signal.freqz_sos`"""
    w = angles(worN, whole, fs, False)
    z, h = np.exp(-1j * w), 1.0
    for k in range(len(sos)):
        h = h * in_powers(sos[k, :3], z) / in_powers(sos[k, 3:], z)
    return w * fs / (2 * math.pi), h


def freqs(b: Any, a: Any, worN: Any = 200, plot: Any = None) -> Any:
    """`scipy.signal.freqs`, at given frequencies."""
    check_given(worN, plot)
    at = 1j * np.asarray(worN)
    return np.asarray(worN), np.polyval(b, at) / np.polyval(a, at)


def freqs_zpk(z: Any, p: Any, k: Any, worN: Any = 200) -> Any:
    """`scipy.signal.freqs_zpk`, at given frequencies."""
    check_given(worN, None)
    at = np.expand_dims(1j * np.asarray(worN), -1)
    return np.asarray(worN), k * np.prod(at - z, axis=-1) / np.prod(at - p, axis=-1)


@constant
def check_given(worN: Any, plot: Any) -> None:
    if plot is not None or worN is None or isinstance(worN, (int, np.integer)):
        raise UnsupportedArgument("which frequencies SciPy chooses depends on the filter: give them as an array")


# What is left of -d(angle)/dw
def group_delay(system: Any, w: Any = 512, whole: Any = False, fs: Any = 2 * math.pi) -> Any:
    """`scipy.signal.group_delay`, away from zeros on the unit circle."""
    b, a = system
    at = angles(w, whole, fs, False)
    both = np.convolve(b, np.conj(a[::-1]))
    z = np.exp(-1j * at)
    delay = np.real(in_powers(both * np.arange(len(both)), z) / in_powers(both, z)) - len(a) + 1
    return at * fs / (2 * math.pi), delay


# From one form of a filter to another


def normalize(b: Any, a: Any) -> Any:
    """`scipy.signal.normalize`, where nothing is cut off."""
    check_leading(b, a)
    return b / a[0], a / a[0]


@constant
def check_leading(b: Any, a: Any) -> None:
    if np.ndim(b) != 1 or np.ndim(a) != 1 or a[0] == 0 or abs(b[0] / a[0]) <= 1e-14:
        raise UnsupportedArgument("SciPy cuts leading zeros off, whose derivative is lost with them: leave them out")


def lp2lp(b: Any, a: Any, wo: Any = 1.0) -> Any:
    """`scipy.signal.lp2lp`"""
    return normalize(b / wo ** np.arange(len(b) - 1, -1, -1), a / wo ** np.arange(len(a) - 1, -1, -1))


def lp2hp(b: Any, a: Any, wo: Any = 1.0) -> Any:
    """`scipy.signal.lp2hp`"""
    n = max(len(a), len(b))
    powers = wo ** np.arange(n)
    return normalize(
        np.concatenate([b[::-1], np.zeros(n - len(b))]) * powers,
        np.concatenate([a[::-1], np.zeros(n - len(a))]) * powers,
    )


def bilinear(b: Any, a: Any, fs: Any = 1.0) -> Any:
    """`scipy.signal.bilinear`: s is 2 fs (z - 1) / (z + 1)."""
    n = max(len(a), len(b)) - 1
    return normalize(substituted(n, len(b), fs) @ b[::-1], substituted(n, len(a), fs) @ a[::-1])


def substituted(n: Any, count: Any, fs: Any) -> Any:
    """The columns (2 fs)**q (z - 1)**q (z + 1)**(n - q), as coefficients, for q below `count`."""
    return substitutes(n, count) * (2 * fs) ** np.arange(count)


@constant
def substitutes(n: int, count: int) -> Any:
    """The columns without their factor."""
    return np.stack([np.poly([1.0] * q + [-1.0] * (n - q)) for q in range(count)], axis=1)


def zpk2tf(z: Any, p: Any, k: Any) -> Any:
    """`scipy.signal.zpk2tf`"""
    return k * np.poly(z), np.poly(p)


def sos2tf(sos: Any) -> Any:
    """`scipy.signal.sos2tf`"""
    b, a = np.ones(1), np.ones(1)
    for k in range(len(sos)):
        b, a = np.convolve(b, sos[k, :3]), np.convolve(a, sos[k, 3:])
    return b, a


def lp2lp_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0) -> Any:
    """`scipy.signal.lp2lp_zpk`"""
    return z * wo, p * wo, k * wo ** (len(p) - len(z))


def lp2hp_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0) -> Any:
    """`scipy.signal.lp2hp_zpk`"""
    gain = k * np.real(np.prod(-z) / np.prod(-p))
    return np.concatenate([wo / z, np.zeros(len(p) - len(z))]), wo / p, gain


def lp2bp_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0, bw: Any = 1.0) -> Any:
    """`scipy.signal.lp2bp_zpk`"""
    zeros, poles, degree = both_roots(z * bw / 2, wo), both_roots(p * bw / 2, wo), len(p) - len(z)
    return np.concatenate([zeros, np.zeros(degree)]), poles, k * bw**degree


def lp2bs_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0, bw: Any = 1.0) -> Any:
    """`scipy.signal.lp2bs_zpk`"""
    zeros, poles, degree = both_roots(bw / 2 / z, wo), both_roots(bw / 2 / p, wo), len(p) - len(z)
    ends = np.concatenate([1j * wo * np.ones(degree), -1j * wo * np.ones(degree)])
    return np.concatenate([zeros, ends]), poles, k * np.real(np.prod(-z) / np.prod(-p))


def both_roots(half: Any, wo: Any) -> Any:
    """Where x² - 2 half x + wo² is 0, complex."""
    middle = half + 0j
    root = np.sqrt(middle**2 - wo**2)
    return np.concatenate([middle + root, middle - root])


def bilinear_zpk(z: Any, p: Any, k: Any, fs: Any) -> Any:
    """`scipy.signal.bilinear_zpk`"""
    twice, degree = 2.0 * fs, len(p) - len(z)
    zeros = np.concatenate([(twice + z) / (twice - z), -np.ones(degree)])
    return zeros, (twice + p) / (twice - p), k * np.real(np.prod(twice - z) / np.prod(twice - p))


# Designs in closed form


def iirnotch(w0: Any, Q: Any, fs: Any = 2.0) -> Any:
    """`scipy.signal.iirnotch`"""
    angle = 2 * math.pi * w0 / fs
    gain = 1 / (1 + np.tan(angle / Q / 2))
    b = gain * np.stack([1.0, -2 * np.cos(angle), 1.0])
    return b, np.stack([1.0, -2 * gain * np.cos(angle), 2 * gain - 1])


def iirpeak(w0: Any, Q: Any, fs: Any = 2.0) -> Any:
    """`scipy.signal.iirpeak`"""
    angle = 2 * math.pi * w0 / fs
    gain = 1 / (1 + np.tan(angle / Q / 2))
    b = (1 - gain) * np.array([1.0, 0.0, -1.0])
    return b, np.stack([1.0, -2 * gain * np.cos(angle), 2 * gain - 1])


def kaiser_atten(numtaps: Any, width: Any) -> Any:
    """`scipy.signal.kaiser_atten`"""
    return 2.285 * (numtaps - 1) * math.pi * width + 7.95


def kaiser_beta(a: Any) -> Any:
    """`scipy.signal.kaiser_beta`"""
    if a > 50:
        return 0.1102 * (a - 8.7)
    if a > 21:
        return 0.5842 * (a - 21) ** 0.4 + 0.07886 * (a - 21)
    return 0.0 * a


# States of filters


def lfilter_zi(b: Any, a: Any) -> Any:
    """`scipy.signal.lfilter_zi`"""
    n = max(len(a), len(b))
    top = np.concatenate([b, np.zeros(n - len(b))]) / a[0]
    low = np.concatenate([a, np.zeros(n - len(a))]) / a[0]
    return np.linalg.solve(np.eye(n - 1) - linalg.companion(low).T, top[1:] - low[1:] * top[0])


def sosfilt_zi(sos: Any) -> Any:
    """`scipy.signal.sosfilt_zi`"""
    states, scale = [], 1.0
    for k in range(len(sos)):
        states.append(scale * lfilter_zi(sos[k, :3], sos[k, 3:]))
        scale = scale * np.sum(sos[k, :3]) / np.sum(sos[k, 3:])
    return np.stack(states)


late.WRITTEN.update(
    {
        signal.freqz: freqz,
        signal.freqz_zpk: freqz_zpk,
        signal.freqz_sos: freqz_sos,
        signal.sosfreqz: freqz_sos,
        signal.freqs: freqs,
        signal.freqs_zpk: freqs_zpk,
        signal.group_delay: group_delay,
        signal.normalize: normalize,
        signal.lp2lp: lp2lp,
        signal.lp2hp: lp2hp,
        signal.bilinear: bilinear,
        signal.zpk2tf: zpk2tf,
        signal.sos2tf: sos2tf,
        signal.lp2lp_zpk: lp2lp_zpk,
        signal.lp2hp_zpk: lp2hp_zpk,
        signal.lp2bp_zpk: lp2bp_zpk,
        signal.lp2bs_zpk: lp2bs_zpk,
        signal.bilinear_zpk: bilinear_zpk,
        signal.iirnotch: iirnotch,
        signal.iirpeak: iirpeak,
        signal.kaiser_atten: kaiser_atten,
        signal.kaiser_beta: kaiser_beta,
        signal.lfilter_zi: lfilter_zi,
        signal.sosfilt_zi: sosfilt_zi,
    }
)
