"""Spectra of signals that are cut into segments, `welch`, `csd`, `stft` and others, by Fourier transforms.

    f, p = signal.welch(x, fs)      the mean of |np.fft.rfft(segment * window)|² over the segments, scaled

Windows and frequencies are constants; detrending is by `signal.detrend`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from adjoint.errors import UnsupportedArgument
from adjoint.rules import late
from adjoint.rules.declare import constant


@constant
def window_for(window: Any, nperseg: Any) -> Any:
    """The weights of a window that is given by its name or by them."""
    if isinstance(window, (str, tuple)):
        return signal.get_window(window, nperseg)
    return np.asarray(window)


@constant
def length_for(window: Any, nperseg: Any, n: int) -> int:
    """The length of the segments, at most that of the signal."""
    if not isinstance(window, (str, tuple)):
        return len(window)
    return min(256 if nperseg is None else int(nperseg), n)


@constant
def frequencies(nfft: Any, fs: Any, onesided: Any) -> Any:
    return np.fft.rfftfreq(nfft, 1 / fs) if onesided else np.fft.fftfreq(nfft, 1 / fs)


@constant
def starts_of(n: Any, nperseg: Any, noverlap: Any) -> Any:
    """The numbers of the cells of each segment, a row each."""
    step = nperseg - noverlap
    return np.expand_dims(np.arange(0, n - nperseg + 1, step), 1) + np.arange(nperseg)


def transformed(x: Any, window: Any, noverlap: Any, nfft: Any, detrend: Any, onesided: Any) -> Any:
    """The Fourier transforms of the segments along the last axis: segments by frequencies."""
    parts = x[..., starts_of(np.shape(x)[-1], len(window), noverlap)]
    if detrend is not False:
        parts = signal.detrend(parts, -1, detrend)
    weighted = parts * window
    return np.fft.rfft(weighted, nfft) if onesided else np.fft.fft(weighted, nfft)


@constant
def scale_of(window: Any, fs: Any, scaling: Any) -> Any:
    """What squares are multiplied by.

    Raises:
        UnsupportedArgument: for other words.
    """
    if scaling == "density":
        return 1 / (fs * np.sum(window * window))
    if scaling == "spectrum":
        return 1 / np.sum(window) ** 2
    raise UnsupportedArgument(f'scaling is "density" or "spectrum", not {scaling!r}')


@constant
def doubled(nfft: Any, onesided: Any) -> Any:
    """2 for the frequencies that stand for their negatives too."""
    if not onesided:
        return np.ones(nfft)
    factor = np.full(nfft // 2 + 1, 2.0)
    factor[0] = 1.0
    if nfft % 2 == 0:
        factor[-1] = 1.0
    return factor


@constant
def check_detrend(detrend: Any) -> None:
    if callable(detrend):
        raise UnsupportedArgument('spectra are differentiated with detrend="constant", "linear" or False')


def products_of_segments(
    x: Any, y: Any, fs: Any, window: Any, nperseg: Any, noverlap: Any, nfft: Any, detrend: Any, sided: Any, scaling: Any
) -> Any:
    """Frequencies, and the products of the two transforms: segments by frequencies."""
    check_detrend(detrend)
    size = length_for(window, nperseg, np.shape(x)[-1])
    weights = window_for(window, size)
    overlap = size // 2 if noverlap is None else noverlap
    points = size if nfft is None else nfft
    onesided = sided and not np.iscomplexobj(x) and not np.iscomplexobj(y)
    first = transformed(x, weights, overlap, points, detrend, onesided)
    second = transformed(y, weights, overlap, points, detrend, onesided)
    factor = scale_of(weights, fs, scaling) * doubled(points, onesided)
    return frequencies(points, fs, onesided), np.conj(first) * second * factor


def csd(
    x: Any,
    y: Any,
    fs: Any = 1.0,
    window: Any = "hann_periodic",
    nperseg: Any = None,
    noverlap: Any = None,
    nfft: Any = None,
    detrend: Any = "constant",
    return_onesided: Any = True,
    scaling: Any = "density",
    axis: Any = -1,
    average: Any = "mean",
) -> Any:
    """`scipy.signal.csd`, of signals as long as each other."""
    check_average(average)
    rows, others = np.moveaxis(x, axis, -1), np.moveaxis(y, axis, -1)
    f, parts = products_of_segments(
        rows, others, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling
    )
    return f, np.moveaxis(np.mean(parts, axis=-2), -1, axis)


@constant
def check_average(average: Any) -> None:
    if average != "mean":
        raise UnsupportedArgument('spectra are differentiated with average="mean"')


def welch(
    x: Any,
    fs: Any = 1.0,
    window: Any = "hann_periodic",
    nperseg: Any = None,
    noverlap: Any = None,
    nfft: Any = None,
    detrend: Any = "constant",
    return_onesided: Any = True,
    scaling: Any = "density",
    axis: Any = -1,
    average: Any = "mean",
) -> Any:
    """`scipy.signal.welch`"""
    f, p = csd(x, x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average)
    return f, np.real(p)


def periodogram(
    x: Any,
    fs: Any = 1.0,
    window: Any = "boxcar",
    nfft: Any = None,
    detrend: Any = "constant",
    return_onesided: Any = True,
    scaling: Any = "density",
    axis: Any = -1,
) -> Any:
    """`scipy.signal.periodogram`, of the whole signal."""
    n = np.shape(x)[axis]
    check_length(nfft, n)
    name = "boxcar" if window is None else window
    return welch(x, fs, name, n, 0, nfft, detrend, return_onesided, scaling, axis)


@constant
def check_length(nfft: Any, n: Any) -> None:
    if nfft is not None and nfft < n:
        raise UnsupportedArgument("signal.periodogram with nfft below the length leaves cells out: cut the signal")


def coherence(
    x: Any,
    y: Any,
    fs: Any = 1.0,
    window: Any = "hann_periodic",
    nperseg: Any = None,
    noverlap: Any = None,
    nfft: Any = None,
    detrend: Any = "constant",
    axis: Any = -1,
) -> Any:
    """`scipy.signal.coherence`"""
    f, first = welch(x, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    _, second = welch(y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    _, both = csd(x, y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    return f, (np.real(both) ** 2 + np.imag(both) ** 2) / first / second


def spectrogram(
    x: Any,
    fs: Any = 1.0,
    window: Any = ("tukey_periodic", 0.25),
    nperseg: Any = None,
    noverlap: Any = None,
    nfft: Any = None,
    detrend: Any = "constant",
    return_onesided: Any = True,
    scaling: Any = "density",
    axis: Any = -1,
    mode: Any = "psd",
) -> Any:
    """`scipy.signal.spectrogram`, of powers along the last axis."""
    check_spectrogram(mode, axis)
    size = length_for(window, nperseg, np.shape(x)[-1])
    overlap = size // 8 if noverlap is None else noverlap
    f, parts = products_of_segments(x, x, fs, window, size, overlap, nfft, detrend, return_onesided, scaling)
    times = (starts_of(np.shape(x)[-1], size, overlap)[:, 0] + size / 2) / fs
    return f, times, np.real(np.swapaxes(parts, -1, -2))


@constant
def check_spectrogram(mode: Any, axis: Any) -> None:
    if mode != "psd" or axis != -1:
        raise UnsupportedArgument('signal.spectrogram is differentiated with mode="psd" along the last axis')


def stft(
    x: Any,
    fs: Any = 1.0,
    window: Any = "hann_periodic",
    nperseg: Any = 256,
    noverlap: Any = None,
    nfft: Any = None,
    detrend: Any = False,
    return_onesided: Any = True,
    boundary: Any = "zeros",
    padded: Any = True,
    axis: Any = -1,
    scaling: Any = "spectrum",
) -> Any:
    """`scipy.signal.stft`, along the last axis and with zeros beyond the ends."""
    check_stft(boundary, axis, detrend, scaling)
    size = length_for(window, nperseg, np.shape(x)[-1])
    weights = window_for(window, size)
    overlap = size // 2 if noverlap is None else noverlap
    ahead = size // 2 if boundary == "zeros" else 0
    behind = ahead + filling(np.shape(x)[-1] + 2 * ahead, size, overlap, padded)
    wide = np.pad(x, [(0, 0)] * (np.ndim(x) - 1) + [(ahead, behind)])
    points = size if nfft is None else nfft
    onesided = return_onesided and not np.iscomplexobj(x)
    parts = transformed(wide, weights, overlap, points, detrend, onesided) * np.sqrt(scale_of(weights, fs, scaling))
    times = (starts_of(np.shape(wide)[-1], size, overlap)[:, 0] + size / 2 - ahead) / fs
    return frequencies(points, fs, onesided), times, np.swapaxes(parts, -1, -2)


@constant
def check_stft(boundary: Any, axis: Any, detrend: Any, scaling: Any) -> None:
    if boundary not in ("zeros", None) or axis != -1 or callable(detrend) or scaling == "psd" and detrend:
        raise UnsupportedArgument('signal.stft is differentiated with boundary="zeros" or None, along the last axis')


@constant
def filling(n: Any, nperseg: Any, noverlap: Any, padded: Any) -> int:
    """How many zeros make the last segment whole."""
    return (-(n - nperseg) % (nperseg - noverlap)) % nperseg if padded else 0


def istft(
    Zxx: Any,
    fs: Any = 1.0,
    window: Any = "hann_periodic",
    nperseg: Any = None,
    noverlap: Any = None,
    nfft: Any = None,
    input_onesided: Any = True,
    boundary: Any = True,
    time_axis: Any = -1,
    freq_axis: Any = -2,
    scaling: Any = "spectrum",
) -> Any:
    """`scipy.signal.istft`, of real signals with frequencies and times along the last two axes."""
    check_istft(input_onesided, time_axis, freq_axis, scaling)
    size = 2 * (np.shape(Zxx)[-2] - 1) if nperseg is None else nperseg
    points = size if nfft is None else nfft
    weights = window_for(window, size)
    step = size - (size // 2 if noverlap is None else noverlap)
    segments = np.shape(Zxx)[-1]
    parts = np.fft.irfft(np.swapaxes(Zxx, -1, -2), points)[..., :size] * weights * np.sum(weights)
    total = np.zeros([*np.shape(Zxx)[:-2], size + (segments - 1) * step])
    for k in range(segments):
        total[..., k * step : k * step + size] += parts[..., k, :]
    weight = weight_of(weights, step, segments)
    cut = size // 2 if boundary else 0
    kept = (total / weight)[..., cut : np.shape(total)[-1] - cut]
    return np.arange(np.shape(kept)[-1]) / fs, kept


@constant
def weight_of(window: Any, step: Any, segments: Any) -> Any:
    """The sum of the squares of the windows that lie over each cell."""
    norm = np.zeros(len(window) + (segments - 1) * step)
    for k in range(segments):
        norm[k * step : k * step + len(window)] += window**2
    return np.where(norm > 1e-10, norm, 1.0)


@constant
def check_istft(input_onesided: Any, time_axis: Any, freq_axis: Any, scaling: Any) -> None:
    if not input_onesided or (time_axis, freq_axis) != (-1, -2) or scaling != "spectrum":
        raise UnsupportedArgument(
            'signal.istft is differentiated for real signals, with scaling="spectrum" and the axes where they are'
        )


late.WRITTEN.update(
    {
        signal.csd: csd,
        signal.welch: welch,
        signal.periodogram: periodogram,
        signal.coherence: coherence,
        signal.spectrogram: spectrogram,
        signal.stft: stft,
        signal.istft: istft,
    }
)
