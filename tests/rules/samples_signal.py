"""Sample calls of the functions of `scipy.fft`, `scipy.ndimage` and `scipy.signal` that have rules."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import between, call, imaginary, numbers_from, real, samples
from scipy import fft, ndimage, signal

from adjoint.rules import late
from adjoint.rules.scipy import fft as scipy_fft
from adjoint.rules.scipy import transpose

late.load_all()
numbers_from(20240611)


def running(columns: Any) -> Any:
    return np.cumsum(columns, axis=0)[1:]


samples(transpose.along, of=[call(running, real(3), 4, 0), call(running, real(2, 4), 5, 1)])
samples(transpose.applied, of=[call(running, real(4), 0), call(running, real(2, 5), 1)])

WINDOW = (("wrap", "wrap"), (0, 1))
samples(transpose.spread_back, of=[call(real(4, 5), real(2, 3), *WINDOW), call(real(5), real(3), ("nearest",), (0,))])
samples(
    transpose.of_weights,
    of=[call(real(4, 5), real(4, 5), (2, 3), *WINDOW, 0.0), call(real(5), real(5), (2,), ("constant",), (0,), 0.7)],
)
samples(
    transpose.correlated,
    of=[call(real(4, 5), real(2, 3), *WINDOW), call(real(3, 5), real(1, 3), ("constant", "mirror"), (0, 0), 0.7)],
)

# Transforms

samples(scipy_fft.resized, of=[call(real(5), 3, 0), call(real(2, 3), 5, -1)])
for f in (fft.dct, fft.idct, fft.dst, fft.idst):
    samples(
        f,
        of=[
            *[call(real(6), type) for type in (1, 2, 3, 4)],
            *[call(real(5), type, norm="ortho") for type in (1, 2, 3, 4)],
            *[call(real(2, 4), type=type, norm="forward") for type in (1, 2, 3, 4)],
            call(real(2, 4), axis=0),
            call(real(5), n=7),
            call(real(3, 6), 2, 4, norm="backward", workers=1),
        ],
    )
for f in (fft.dctn, fft.idctn, fft.dstn, fft.idstn):
    samples(f, of=[call(real(3, 4)), call(real(3, 4), 3, norm="ortho"), call(real(2, 3, 4), axes=(0, 2))])
    samples(f, of=[call(real(3, 4), type=1, axes=1, norm="forward")])
samples(fft.fht, fft.ifht, of=[call(real(6), 0.1, 0.5), call(real(5), 0.2, 1.0, 0.03)])

for f in (fft.fft, fft.ifft):
    samples(
        f, of=[call(real(5)), call(imaginary(2, 4), axis=0), call(real(5), 7), call(imaginary(6), n=4, norm="ortho")]
    )
samples(
    fft.rfft,
    fft.ihfft,
    of=[call(real(5)), call(real(2, 4), axis=0), call(real(5), 7), call(real(6), n=4, norm="ortho")],
)
samples(fft.irfft, fft.hfft, of=[call(imaginary(4)), call(imaginary(3, 2), axis=0), call(imaginary(4), 7, workers=1)])
for f in (fft.fftn, fft.ifftn, fft.fft2, fft.ifft2):
    samples(f, of=[call(real(3, 4)), call(imaginary(2, 3), norm="forward"), call(real(2, 3, 4), axes=(0, 2))])
samples(fft.rfftn, fft.rfft2, of=[call(real(3, 4)), call(real(2, 3, 4), axes=(0, 2), norm="ortho")])
samples(fft.irfftn, fft.irfft2, of=[call(imaginary(3, 4)), call(imaginary(2, 3, 4), axes=(0, 2))])
samples(fft.fftshift, fft.ifftshift, of=[call(real(5)), call(real(2, 4)), call(real(2, 5), axes=1)])

# Windows

MODES = ("reflect", "constant", "nearest", "mirror", "wrap")
WINDOWS = [
    *[call(real(5, 6), real(3, 2), mode=mode) for mode in MODES],
    call(real(6), real(4)),
    call(real(6), real(3), origin=1),
    call(real(5, 4), real(3, 3), mode="constant", cval=0.7),
    call(real(5, 4), real(2, 3), mode="wrap", origin=(-1, 0)),
    call(real(3, 3, 4), real(2, 3, 1)),
]
samples(ndimage.correlate, ndimage.convolve, of=WINDOWS)
ROWS = [
    *[call(real(5, 6), real(3), mode=mode) for mode in MODES],
    call(real(5, 6), real(4), 0),
    call(real(6), real(4), mode="constant", cval=0.4, origin=1),
    call(real(6), real(3), origin=-1),
]
samples(ndimage.correlate1d, ndimage.convolve1d, of=ROWS)
samples(ndimage.uniform_filter1d, of=[call(real(6), 3), call(real(5, 6), 4, 0, mode="wrap", origin=1)])
samples(ndimage.uniform_filter, of=[call(real(6, 5)), call(real(6, 5), (3, 2), mode=["nearest", "constant"], cval=0.3)])
samples(ndimage.gaussian_filter1d, of=[call(real(6), 0.8), call(real(5, 7), 0.7, 0, 1, mode="mirror", truncate=2.5)])
samples(ndimage.gaussian_filter1d, of=[call(real(9), 1.5, radius=2), call(real(5), 3.0)])
samples(
    ndimage.gaussian_filter,
    of=[call(real(6, 5), 0.8), call(real(6, 5), (0.7, 0), (1, 0)), call(real(5), 1.0, mode="constant", cval=1.0)],
)
for f in (ndimage.sobel, ndimage.prewitt):
    samples(f, of=[call(real(5, 4)), call(real(5, 4), 0, mode="wrap"), call(real(6), mode="constant", cval=0.5)])
samples(ndimage.laplace, of=[call(real(5, 4)), call(real(5), mode="nearest")])
samples(ndimage.gaussian_laplace, of=[call(real(6, 5), 0.6), call(real(6), 0.8, mode="wrap")])
samples(ndimage.spline_filter1d, of=[call(real(6)), call(real(5, 4), 2, 0), call(real(6), 3, mode="reflect")])
samples(ndimage.spline_filter, of=[call(real(5, 4)), call(real(5), order=2)])
samples(
    ndimage.shift,
    of=[
        call(real(6), 1.3),
        call(real(5, 6), (0.4, -1.7), order=1, mode="nearest"),
        call(real(5, 6), 0.6, mode="wrap"),
        call(real(6), 2.5, order=0, mode="constant", cval=2.0),
    ],
)
samples(ndimage.zoom, of=[call(real(6), 1.5), call(real(4, 6), (2, 0.5), order=1), call(real(5), 2, mode="nearest")])
samples(ndimage.fourier_gaussian, of=[call(imaginary(4, 5), 0.7), call(imaginary(6), 1.2)])
samples(ndimage.fourier_uniform, of=[call(imaginary(4, 5), 3)])
samples(ndimage.fourier_shift, of=[call(imaginary(4, 5), 0.7)])

# Convolutions and filters

PAIRS = [call(real(n), real(m), mode) for mode in ("full", "same", "valid") for n, m in ((5, 3), (4, 4), (6, 4))]
PLANES = [call(real(5, 4), real(3, 2), mode) for mode in ("full", "same", "valid")]
samples(signal.convolve, signal.correlate, of=[*PAIRS, *PLANES, call(real(3), real(5), method="direct")])
samples(signal.fftconvolve, signal.oaconvolve, of=[*PAIRS, *PLANES])
samples(signal.convolve2d, signal.correlate2d, of=PLANES)
samples(
    signal.convolve, signal.correlate, signal.fftconvolve,
    of=[call(real(3), real(5), "valid"), call(real(3), real(5), "same"), call(imaginary(4), imaginary(3))],
)  # fmt: skip
B, A = np.array([0.4, 0.3, -0.1]), np.array([1.5, -0.4, 0.2])
samples(
    signal.lfilter,
    of=[call(B, A, real(7)), call(B[:2], A, real(3, 6)), call(B, A[:1], real(6, 2), axis=0), call(B, A, real(2))],
)
SOS = [[0.4, 0.3, 0.1, 1.0, -0.4, 0.2], [1.0, 0.2, 0.0, 1.0, 0.3, 0.1]]
samples(signal.sosfilt, of=[call(SOS, real(7)), call(SOS, real(6, 2), axis=0)])
samples(signal.sosfiltfilt, of=[call(SOS, real(18)), call(SOS, real(20, 2), 0, "even", 4)])
samples(signal.filtfilt, of=[call(B, A, real(12)), call(B, A, real(11, 2), axis=0, padtype="even", padlen=3)])
samples(signal.filtfilt, of=[call(B, A, real(12), method="gust")])
samples(
    signal.savgol_filter,
    of=[call(real(9), 5, 2), call(real(3, 9), 5, 3, 1, 0.5), call(real(8, 2), 3, 1, axis=0, mode="constant", cval=0.3)],
)
samples(signal.detrend, of=[call(real(6)), call(real(6, 2), 0, "constant"), call(real(8), bp=[3])])
samples(signal.resample, of=[call(real(6), 9), call(real(2, 8), 4, axis=1)])
samples(signal.resample_poly, of=[call(real(6), 3, 2), call(real(2, 6), 1, 2, axis=1)])
samples(signal.hilbert, of=[call(real(6)), call(real(5, 2), axis=0), call(real(5), 8)])
samples(signal.upfirdn, of=[call(real(3), real(5), 2), call(real(4), real(5), 3, 2), call(real(2), real(6), down=2)])
samples(signal.cspline1d, of=[call(real(6))])
samples(
    signal.chirp,
    of=[call(between(0.1, 0.9, 3), 0.3, 2.0, 0.5, m) for m in ("linear", "quadratic", "logarithmic", "hyperbolic")],
)
samples(signal.chirp, of=[call(0.4, 1.0, 2.0, 0.6, phi=30)])

# Chosen cells of windows, and what is turned in the frequencies

PLUS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
CHOSEN = [
    *[call(real(5, 6), (3, 2), mode=mode) for mode in MODES],
    call(real(7), 4),
    call(real(7), 3, origin=1),
    call(real(5, 4), footprint=PLUS),
    call(real(5, 4), size=3, mode="constant", cval=0.7, origin=(0, -1)),
]
for f in (
    ndimage.maximum_filter,
    ndimage.minimum_filter,
    ndimage.median_filter,
    ndimage.grey_erosion,
    ndimage.grey_dilation,
):
    samples(f, of=CHOSEN)
samples(ndimage.rank_filter, of=[call(real(5, 6), 2, 3), call(real(5, 4), -2, footprint=PLUS, mode="nearest")])
samples(ndimage.percentile_filter, of=[call(real(5, 6), 30, 3), call(real(7), 80, size=3, mode="wrap", origin=-1)])
samples(
    ndimage.maximum_filter1d,
    ndimage.minimum_filter1d,
    of=[*[call(real(4, 5), 3, mode=mode) for mode in MODES], call(real(4, 5), 4, 0), call(real(6), 3, origin=1)],
)
samples(ndimage.fourier_ellipsoid, of=[call(imaginary(4, 5), 1.5), call(real(6) + 0j, 2.0)])

# Splines and recursions with mirrored ends

samples(signal.qspline1d, of=[call(real(6))])
samples(signal.symiirorder1, of=[call(real(40), 0.5, 0.1)])
samples(signal.symiirorder2, of=[call(real(60), 0.2, 0.7)])
samples(signal.cspline2d, of=[call(real(12, 12))])
samples(signal.qspline2d, of=[call(real(12, 12))])
samples(signal.spline_filter, of=[call(real(20, 20), 0.1)])
samples(signal.sepfir2d, of=[call(real(6, 7), np.array([0.3, 1.0, -0.5]), np.array([0.2, 0.5, 1.0]))])
