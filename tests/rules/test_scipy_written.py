"""Functions of SciPy's that are written out, or whose arguments must keep a form, in whole programs.

What is differentiated gives SciPy's values; gradients and tangents agree with central differences, and gradients of
gradients with differences of gradients.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint

linalg = pytest.importorskip("scipy.linalg")
ndimage = pytest.importorskip("scipy.ndimage")
signal = pytest.importorskip("scipy.signal")
fft = pytest.importorskip("scipy.fft")
integrate = pytest.importorskip("scipy.integrate")
interpolate = pytest.importorskip("scipy.interpolate")
optimize = pytest.importorskip("scipy.optimize")
distance = pytest.importorskip("scipy.spatial.distance")

rng = np.random.default_rng(23)
A = 0.4 * rng.normal(size=(4, 4)) + 2 * np.eye(4)[[2, 0, 3, 1]]
B = rng.normal(size=(4, 2))
D = np.diag([1.0, -2.0, 3.0, -4.0]) + 0.1 * rng.normal(size=(4, 4))
BANDS = np.array([[0.0, 0.0, 0.3, -0.2], [0.0, 0.5, -0.4, 0.7], [2.0, 3.1, 2.6, 4.0]])
STEP = 1e-4


def leaves(out: Any) -> list[Any]:
    return [part for value in out for part in leaves(value)] if isinstance(out, (tuple, list)) else [np.asarray(out)]


def checked(f: Any, x: Any, twice: bool = True) -> None:
    """Compare all derivatives of a function of one array, weighted at random, with differences."""
    draws = np.random.default_rng(5)
    weights = [draws.normal(size=part.shape) + 1j * draws.normal(size=part.shape) for part in leaves(f(x))]
    weights = [w if np.iscomplexobj(part) else np.real(w) for w, part in zip(weights, leaves(f(x)), strict=True)]

    def loss(x: Any) -> Any:
        out = f(x)
        parts = out if isinstance(out, tuple) else (out,)
        total = 0.0
        for k in range(len(weights)):
            total = total + np.sum(np.real(parts[k] * weights[k]))
        return total

    value, gradient = adjoint.value_and_grad(loss)(x)
    np.testing.assert_allclose(value, loss(x), rtol=1e-9, atol=1e-11)
    for _ in range(2):
        dot = draws.normal(size=np.shape(x))
        expected = difference(loss, x, dot)
        scale = max(1.0, abs(expected))
        assert abs(np.sum(gradient * dot) - expected) <= 1e-6 * scale
        assert abs(adjoint.jvp(loss)((x,), (dot,))[1] - expected) <= 1e-6 * scale
        if twice:
            turn = draws.normal(size=np.shape(x))

            def along(x: Any, turn: Any = turn) -> Any:
                return np.sum(adjoint.grad(loss)(x) * turn)

            expected = difference(along, x, dot)
            assert abs(np.sum(adjoint.grad(along)(x) * dot) - expected) <= 1e-5 * max(1.0, abs(expected))


def difference(f: Any, x: Any, dot: Any) -> Any:
    near, far = (f(x + STEP * dot) - f(x - STEP * dot)), (f(x + 2 * STEP * dot) - f(x - 2 * STEP * dot))
    return (8 * near - far) / (12 * STEP)


def symmetric(x: Any) -> Any:
    return x @ x.T + np.eye(len(x))


OF_MATRICES = {
    "expm_frechet": (lambda x: linalg.expm_frechet(0.5 * x, x.T), A),
    "expm_frechet alone": (lambda x: linalg.expm_frechet(0.5 * x, x @ x, compute_expm=False), A),
    "expm_cond": (lambda x: linalg.expm_cond(0.5 * x), A[:3, :3]),
    "pinvh": (lambda x: linalg.pinvh(x + x.T), A),
    "pinvh of one triangle": (lambda x: linalg.pinvh(x, lower=False), A),
    "orth": (lambda x: linalg.orth(x), B),
    "subspace_angles": (lambda x: linalg.subspace_angles(x, B), A[:, :2]),
    "subspace_angles wide": (lambda x: linalg.subspace_angles(B, x), A[:, 1:2]),
    "qr_multiply": (lambda x: linalg.qr_multiply(x, A[:3]), A),
    "qr_multiply left": (lambda x: linalg.qr_multiply(x[:, :2], A[:2, 0], mode="left"), A),
    "fiedler_companion": (lambda x: linalg.fiedler_companion(x), 1.5 + A[0]),
    "fiedler_companion of degree 6": (lambda x: linalg.fiedler_companion(x), np.linspace(2.0, 3.0, 7) ** 2),
    "orthogonal_procrustes": (lambda x: linalg.orthogonal_procrustes(x, A), A + 0.3 * D),
    "cho_solve_banded": (lambda x: linalg.cho_solve_banded((x, False), B), BANDS),
    "cho_solve_banded lower": (lambda x: linalg.cho_solve_banded((x, True), B[:, 0]), BANDS[::-1].copy()),
    "cho_solve_banded by b": (lambda x: linalg.cho_solve_banded((BANDS, False), x), B),
    "cholesky_banded twice": (lambda x: linalg.cho_solve_banded((linalg.cholesky_banded(x), False), B), BANDS),
    "null_space": (lambda x: linalg.null_space(x) @ linalg.null_space(x).T, A[:2]),
    "solve_continuous_are": (lambda x: linalg.solve_continuous_are(x, B, np.eye(4), np.eye(2)), A),
    "solve_continuous_are by q": (lambda x: linalg.solve_continuous_are(A, B, symmetric(x), np.eye(2)), A),
    "solve_continuous_are by b": (lambda x: linalg.solve_continuous_are(A, x, np.eye(4), symmetric(x[:2])), B),
    "solve_discrete_are": (lambda x: linalg.solve_discrete_are(x, B, np.eye(4), np.eye(2)), A),
    "solve_discrete_are by q": (lambda x: linalg.solve_discrete_are(A, B, symmetric(x), np.eye(2)), A),
    "solve_discrete_are by b": (lambda x: linalg.solve_discrete_are(A, x, np.eye(4), symmetric(x[:2])), B),
    "signm": (lambda x: linalg.signm(x), D),
}


@pytest.mark.parametrize("name", OF_MATRICES)
def test_of_matrices(name: str) -> None:
    checked(*OF_MATRICES[name])


IMAGE = rng.permutation(np.linspace(-1.0, 2.0, 30)).reshape(5, 6)
LABELS = np.array([[0, 1, 1, 2, 2, 0]] * 5) * np.array([[1], [1], [0], [1], [1]])
PLACES = np.array([[0.3, 2.7, -0.4, 3.2, 4.0 - 1e-3], [1.4, 4.6, 2.2, 5.4, 0.2]])
TURN = np.array([[0.9, 0.2], [-0.1, 1.1]])

OF_IMAGES = {
    "grey_opening": (lambda x: ndimage.grey_opening(x, 3), IMAGE),
    "grey_closing": (lambda x: ndimage.grey_closing(x, (3, 2), mode="nearest"), IMAGE),
    "morphological_gradient": (lambda x: ndimage.morphological_gradient(x, size=3), IMAGE),
    "morphological_laplace": (lambda x: ndimage.morphological_laplace(x, size=(2, 3)), IMAGE),
    "white_tophat": (lambda x: ndimage.white_tophat(x, size=3), IMAGE),
    "black_tophat": (lambda x: ndimage.black_tophat(x, size=3), IMAGE),
    "sum_labels": (lambda x: ndimage.sum_labels(x**2, LABELS, [1, 2]), IMAGE),
    "sum": (lambda x: ndimage.sum(x**2), IMAGE),
    "mean": (lambda x: ndimage.mean(x**2, LABELS), IMAGE),
    "mean of one": (lambda x: ndimage.mean(x**2, LABELS, 2), IMAGE),
    "variance": (lambda x: ndimage.variance(x, LABELS, np.array([2, 1])), IMAGE),
    "standard_deviation": (lambda x: ndimage.standard_deviation(x, LABELS, [1, 2]), IMAGE),
    "minimum": (lambda x: ndimage.minimum(x, LABELS, [1, 2]), IMAGE),
    "maximum": (lambda x: ndimage.maximum(x, LABELS, 1), IMAGE),
    "median": (lambda x: ndimage.median(x, LABELS, [1, 2]), IMAGE),
    "center_of_mass": (lambda x: ndimage.center_of_mass(x + 2), IMAGE),
    "center_of_mass of one": (lambda x: ndimage.center_of_mass(x + 2, LABELS, 1), IMAGE),
    "map_coordinates": (lambda x: ndimage.map_coordinates(x, PLACES, order=1), IMAGE),
    "map_coordinates by places": (lambda x: ndimage.map_coordinates(IMAGE, x, order=1, mode="nearest"), PLACES),
    "map_coordinates filled": (lambda x: ndimage.map_coordinates(IMAGE, x, order=1, cval=0.7), PLACES),
    "map_coordinates next": (lambda x: ndimage.map_coordinates(x, PLACES, order=0, mode="nearest"), IMAGE),
    "affine_transform": (lambda x: ndimage.affine_transform(x, TURN, [0.3, 0.4], order=1), IMAGE),
    "affine_transform by matrix": (
        lambda x: ndimage.affine_transform(IMAGE, x, 0.21, order=1, mode="nearest", output_shape=(3, 4)),
        TURN,
    ),
    "affine_transform by scales": (
        lambda x: ndimage.affine_transform(IMAGE, x, order=1, mode="nearest"),
        TURN[0] + 0.03,
    ),
    "affine_transform by offset": (lambda x: ndimage.affine_transform(IMAGE, TURN, x, order=1), np.array([0.31, 0.43])),
    "gaussian_gradient_magnitude": (lambda x: ndimage.gaussian_gradient_magnitude(x, 0.8), IMAGE),
}


@pytest.mark.parametrize("name", OF_IMAGES)
def test_of_images(name: str) -> None:
    checked(*OF_IMAGES[name])


SIGNAL = np.sin(np.arange(40) * 0.7) + 0.3 * rng.normal(size=40)
SECOND = np.cos(np.arange(40) * 0.5) + 0.3 * rng.normal(size=40)
NUMERATOR, DENOMINATOR = np.array([0.3, 0.5, -0.2]), np.array([1.2, -0.4, 0.3])
ROOTS, POLES = np.array([0.3, -0.4]), np.array([0.5, -0.2, 0.1])
SECTIONS = np.array([[0.2, 0.3, 0.1, 1.0, -0.3, 0.2], [0.5, -0.1, 0.2, 1.0, 0.2, 0.1]])
ANGLES = np.array([0.1, 0.7, 2.1])


def led_by_one(x: Any) -> Any:
    """Sections of filters as SciPy asks for them."""
    return np.concatenate([x[:, :3], np.ones((2, 1)), x[:, 3:]], axis=1)


OF_SIGNALS = {
    "welch": (lambda x: signal.welch(x, 2.0, nperseg=16)[1], SIGNAL),
    "welch linear": (
        lambda x: signal.welch(x, nperseg=15, noverlap=4, nfft=17, detrend="linear", scaling="spectrum")[1],
        SIGNAL,
    ),
    "welch of rows": (lambda x: signal.welch(np.reshape(x, (20, 2)), window="boxcar", nperseg=8, axis=0)[1], SIGNAL),
    "welch two-sided": (lambda x: signal.welch(x, nperseg=16, return_onesided=False, detrend=False)[1], SIGNAL),
    "csd": (lambda x: signal.csd(x, SECOND * x, 2.0, nperseg=16)[1], SIGNAL),
    "coherence": (lambda x: signal.coherence(x, SECOND, nperseg=10)[1], SIGNAL),
    "periodogram": (lambda x: signal.periodogram(x, 3.0)[1], SIGNAL),
    "periodogram with a window": (lambda x: signal.periodogram(x, window="hann", nfft=45, detrend=False)[1], SIGNAL),
    "spectrogram": (lambda x: signal.spectrogram(x, 2.0, nperseg=16)[2], SIGNAL),
    "stft": (lambda x: signal.stft(x, 2.0, nperseg=10)[2], SIGNAL),
    "stft unpadded": (
        lambda x: signal.stft(x, nperseg=12, noverlap=8, boundary=None, padded=False, nfft=16)[2],
        SIGNAL,
    ),
    "istft": (lambda x: signal.istft(signal.stft(x**2, nperseg=10)[2])[1], SIGNAL),
    "istft of spectra": (
        lambda x: signal.istft(np.reshape(x[:20], (5, 4)) + 1j * np.reshape(x[20:], (5, 4)), noverlap=6)[1],
        SIGNAL,
    ),
    "medfilt": (lambda x: signal.medfilt(x, 5), SIGNAL),
    "medfilt2d": (lambda x: signal.medfilt2d(np.reshape(x, (5, 8))), SIGNAL),
    "order_filter": (lambda x: signal.order_filter(np.reshape(x, (5, 8)), np.ones((3, 3)), 2), SIGNAL),
    "wiener": (lambda x: signal.wiener(np.reshape(x, (5, 8)), 3), SIGNAL),
    "wiener with noise": (lambda x: signal.wiener(x, 5, 0.1), SIGNAL),
    "decimate": (lambda x: signal.decimate(x, 3), SIGNAL),
    "decimate at once": (lambda x: signal.decimate(x, 2, 4, zero_phase=False), SIGNAL),
    "decimate fir": (lambda x: signal.decimate(x, 2, 6, "fir"), SIGNAL),
    "deconvolve": (lambda x: signal.deconvolve(x, DENOMINATOR), SIGNAL[:8]),
    "deconvolve by the divisor": (lambda x: signal.deconvolve(SIGNAL[:8], x), DENOMINATOR),
    "lfiltic": (lambda x: signal.lfiltic(NUMERATOR, x, [0.3, 0.2], [0.5, -0.1]), DENOMINATOR),
    "lfiltic by y": (lambda x: signal.lfiltic(NUMERATOR, DENOMINATOR, x), np.array([0.3])),
    "czt": (lambda x: signal.czt(x, 5, axis=0), np.reshape(SIGNAL[:12], (6, 2))),
    "czt on an arc": (lambda x: signal.czt(x, 7, np.exp(-0.3j), 1.1 + 0.2j), SIGNAL[:9]),
    "czt_points": (lambda x: signal.czt_points(4, x[0] + 1j * x[1], 1.1), np.array([0.8, 0.4])),
    "zoom_fft": (lambda x: signal.zoom_fft(x, [0.2, 0.6], 5), SIGNAL[:9]),
    "zoom_fft to the end": (lambda x: signal.zoom_fft(x, 0.6, 4, fs=3.0, endpoint=True), SIGNAL[:9]),
    "hilbert2": (lambda x: signal.hilbert2(x), np.reshape(SIGNAL, (5, 8))),
    "hilbert2 of a size": (lambda x: signal.hilbert2(x, (6, 9)), np.reshape(SIGNAL, (5, 8))),
    "gausspulse": (lambda x: signal.gausspulse(x, 3.0, retquad=True, retenv=True), 0.1 * ANGLES),
    "gausspulse by frequency": (lambda x: signal.gausspulse(0.2, x[0], x[1]), np.array([2.0, 0.6])),
    "sweep_poly": (lambda x: signal.sweep_poly(x, NUMERATOR, 30), ANGLES),
    "sweep_poly by coefficients": (lambda x: signal.sweep_poly(ANGLES, x), NUMERATOR),
    "sawtooth": (lambda x: signal.sawtooth(x, 0.4), np.array([-1.0, 0.7, 2.1, 4.0, 9.0])),
    "sawtooth by width": (lambda x: signal.sawtooth(np.array([0.7, 4.0, 9.0]), x[0]), np.array([0.4])),
    "gauss_spline": (lambda x: signal.gauss_spline(x, 3), ANGLES),
    "vectorstrength": (lambda x: signal.vectorstrength(x, 2.3), SIGNAL[:6]),
    "vectorstrength by periods": (lambda x: signal.vectorstrength(SIGNAL[:6], x), np.array([1.3, 2.1])),
    "cspline1d_eval": (lambda x: signal.cspline1d_eval(x, np.array([-1.3, 0.4, 3.2, 9.7])), SIGNAL[:8]),
    "cspline1d_eval by places": (
        lambda x: signal.cspline1d_eval(SIGNAL[:8], x, 0.5, 0.1),
        np.array([-1.3, 0.4, 3.2, 4.7]),
    ),
    "qspline1d_eval": (lambda x: signal.qspline1d_eval(x, np.array([-1.3, 0.4, 3.2, 9.7])), SIGNAL[:8]),
    "qspline1d_eval by places": (lambda x: signal.qspline1d_eval(SIGNAL[:8], x), np.array([-1.3, 0.4, 3.2, 4.7])),
    "freqz": (lambda x: signal.freqz(x, DENOMINATOR, 5)[1], NUMERATOR),
    "freqz by a": (lambda x: signal.freqz(NUMERATOR, x, ANGLES, fs=8.0)[1], DENOMINATOR),
    "freqz all around": (lambda x: signal.freqz(x, worN=6, whole=True)[1], NUMERATOR),
    "freqz_zpk": (lambda x: signal.freqz_zpk(x, POLES, 1.5, 5)[1], ROOTS),
    "freqz_sos": (lambda x: signal.freqz_sos(led_by_one(x), ANGLES)[1], np.delete(SECTIONS, 3, 1)),
    "sosfreqz": (lambda x: signal.sosfreqz(led_by_one(x), 4)[1], np.delete(SECTIONS, 3, 1)),
    "freqs": (lambda x: signal.freqs(NUMERATOR, x, ANGLES)[1], DENOMINATOR),
    "freqs_zpk": (lambda x: signal.freqs_zpk(ROOTS, x, 2.0, ANGLES)[1], POLES),
    "group_delay": (lambda x: signal.group_delay((NUMERATOR, x), ANGLES)[1], DENOMINATOR),
    "normalize": (lambda x: signal.normalize(NUMERATOR, x), DENOMINATOR),
    "lp2lp": (lambda x: signal.lp2lp(NUMERATOR, DENOMINATOR, x[0]), np.array([1.3])),
    "lp2lp of fewer": (lambda x: signal.lp2lp(NUMERATOR[:2], x, 1.4), DENOMINATOR),
    "lp2hp": (lambda x: signal.lp2hp(NUMERATOR, DENOMINATOR, x[0]), np.array([1.3])),
    "lp2hp of fewer": (lambda x: signal.lp2hp(NUMERATOR[:2], x, 1.4), DENOMINATOR),
    "bilinear": (lambda x: signal.bilinear(NUMERATOR[:2], x, 1.5), DENOMINATOR),
    "bilinear by fs": (lambda x: signal.bilinear(NUMERATOR, DENOMINATOR, x[0]), np.array([1.3])),
    "zpk2tf": (lambda x: signal.zpk2tf(x, POLES, 1.5), ROOTS),
    "sos2tf": (lambda x: signal.sos2tf(x), SECTIONS),
    "lp2lp_zpk": (lambda x: signal.lp2lp_zpk(ROOTS, POLES, 1.5, x[0]), np.array([1.3])),
    "lp2hp_zpk": (lambda x: signal.lp2hp_zpk(ROOTS, x, 1.5, 1.2), POLES),
    "lp2bp_zpk": (lambda x: signal.lp2bp_zpk(ROOTS, x, 1.5, 1.2, 0.4), POLES),
    "lp2bs_zpk": (lambda x: signal.lp2bs_zpk(ROOTS, POLES, 1.5, x[0], x[1]), np.array([1.2, 0.4])),
    "bilinear_zpk": (lambda x: signal.bilinear_zpk(ROOTS, x, 1.5, 2.0), POLES),
    "iirnotch": (lambda x: signal.iirnotch(x[0], x[1]), np.array([0.3, 5.0])),
    "iirpeak": (lambda x: signal.iirpeak(x[0], x[1], 3.0), np.array([0.3, 5.0])),
    "kaiser_atten": (lambda x: signal.kaiser_atten(20, x[0]), np.array([0.3])),
    "kaiser_beta": (lambda x: signal.kaiser_beta(x[0]) + signal.kaiser_beta(x[1]), np.array([30.0, 60.0])),
    "lfilter_zi": (lambda x: signal.lfilter_zi(NUMERATOR, x), DENOMINATOR),
    "sosfilt_zi": (lambda x: signal.sosfilt_zi(x), SECTIONS),
}


@pytest.mark.parametrize("name", OF_SIGNALS)
def test_of_signals(name: str) -> None:
    checked(*OF_SIGNALS[name])


VECTOR, OTHER = np.array([0.6, 1.7, 0.9, 2.2]), np.array([1.1, 0.8, 1.5, 1.9])
SHARES = np.array([0.3, 1.2, 0.7, 0.5])

OF_VECTORS = {
    "braycurtis": (lambda x: distance.braycurtis(x, OTHER), VECTOR),
    "braycurtis by weights": (lambda x: distance.braycurtis(VECTOR, OTHER, x), SHARES),
    "canberra": (lambda x: distance.canberra(x, -OTHER, SHARES), VECTOR),
    "chebyshev": (lambda x: distance.chebyshev(x, OTHER), VECTOR),
    "chebyshev of some": (lambda x: distance.chebyshev(x, OTHER, np.array([1, 0, 1, 1])), VECTOR),
    "correlation": (lambda x: distance.correlation(x, OTHER), VECTOR),
    "correlation by weights": (lambda x: distance.correlation(VECTOR, OTHER, x), SHARES),
    "correlation not centered": (lambda x: distance.correlation(x, OTHER, centered=False), VECTOR),
    "cosine": (lambda x: distance.cosine(x, OTHER, SHARES), VECTOR),
    "jensenshannon": (lambda x: distance.jensenshannon(x, OTHER), VECTOR),
    "jensenshannon of rows": (
        lambda x: distance.jensenshannon(np.reshape(x, (2, 2)), np.reshape(OTHER, (2, 2)), 2.0, axis=1, keepdims=True),
        VECTOR,
    ),
    "mahalanobis": (lambda x: distance.mahalanobis(VECTOR, OTHER, x @ x.T + np.eye(4)), A),
    "minkowski": (lambda x: distance.minkowski(x, OTHER, 3), VECTOR),
    "minkowski by weights": (lambda x: distance.minkowski(VECTOR, OTHER, 1.5, x), SHARES),
    "seuclidean": (lambda x: distance.seuclidean(x, OTHER, x**2), VECTOR),
    "hamming by weights": (lambda x: distance.hamming(np.array([1, 2, 3, 4]), np.array([1, 2, 4, 4]), x), SHARES),
    "directed_hausdorff": (lambda x: distance.directed_hausdorff(x, A[:3, :2])[0], B),
    "squareform": (lambda x: distance.squareform(x), np.arange(1.0, 7.0)),
    "squareform back": (lambda x: distance.squareform(distance.squareform(x) ** 2), np.arange(1.0, 7.0)),
    "hfftn": (lambda x: fft.hfftn(x + 0.3j * x**2), A),
    "hfft2": (lambda x: fft.hfft2(x + 0.3j * x**2, norm="forward"), A),
    "ihfftn": (lambda x: fft.ihfftn(x, axes=(0, 1), norm="ortho"), A),
    "ihfft2": (lambda x: fft.ihfft2(x), A),
    "rosen": (lambda x: optimize.rosen(x), VECTOR),
    "rosen_der": (lambda x: optimize.rosen_der(x), VECTOR),
    "rosen_hess": (lambda x: optimize.rosen_hess(x), VECTOR),
    "rosen_hess_prod": (lambda x: optimize.rosen_hess_prod(x, OTHER), VECTOR),
    "barycentric_interpolate": (lambda x: interpolate.barycentric_interpolate(SHARES, x, 0.6), VECTOR),
    "barycentric_interpolate by places": (lambda x: interpolate.barycentric_interpolate(SHARES, B, x), VECTOR),
    "krogh_interpolate": (lambda x: interpolate.krogh_interpolate(x, VECTOR, np.array([0.4, 0.6])), SHARES),
    "fixed_quad": (lambda x: integrate.fixed_quad(lambda t: np.exp(-t) * t, x[0], x[1], n=4)[0], VECTOR),
    "fixed_quad by args": (lambda x: integrate.fixed_quad(lambda t, p: np.exp(-p * t), 0.0, 2.0, (x[0],))[0], VECTOR),
}


@pytest.mark.parametrize("name", OF_VECTORS)
def test_of_vectors(name: str) -> None:
    checked(*OF_VECTORS[name])


@pytest.mark.parametrize(
    ("f", "x", "text"),
    [
        (lambda x: linalg.polar(x)[0], A[:2], 'use side="left"'),
        (lambda x: linalg.null_space(x), np.ones((2, 4)), "independent"),
        (lambda x: linalg.pinvh(x, return_rank=True)[0], A, "matrix_rank"),
        (lambda x: linalg.schur(x)[0], A, "eigenvalues have one"),
        (lambda x: linalg.funm(x, np.sin), A, "use the eigenvectors"),
        (lambda x: ndimage.map_coordinates(x, PLACES), IMAGE, "order=0 or order=1"),
        (lambda x: ndimage.grey_opening(x, structure=np.ones((3, 3))), IMAGE, "use `footprint=`"),
        (lambda x: ndimage.rotate(x, 20.0), IMAGE, "affine_transform"),
        (lambda x: distance.dice(x, OTHER), VECTOR, "truth values"),
        (lambda x: optimize.nnls(A, x)[0], VECTOR, "np.linalg.lstsq"),
        (lambda x: interpolate.splev(x, (VECTOR, OTHER, 1)), SHARES, "make_interp_spline"),
        (lambda x: interpolate.krogh_interpolate(np.ones(4), x, 0.3), VECTOR, "nodes that differ"),
        (lambda x: integrate.nquad(lambda t: t * x[0], [[0, 1]])[0], VECTOR, "integrate.quad"),
        (lambda x: signal.freqs(x, DENOMINATOR)[1], NUMERATOR, "give them as an array"),
        (lambda x: signal.welch(x, average="median")[1], SIGNAL, 'average="mean"'),
        (lambda x: signal.butter(2, x[0])[0], np.array([0.3]), "outside the function"),
        (lambda x: signal.normalize(x, DENOMINATOR)[0], np.array([0.0, 1.0]), "leave them out"),
    ],
)
def test_what_is_refused_says_why(f: Any, x: Any, text: str) -> None:
    with pytest.raises(adjoint.AdjointError, match=text):
        adjoint.grad(lambda x: np.sum(f(x)))(x)


def test_what_is_refused_is_refused_where_only_the_run_knows_it() -> None:
    def f(op: Any, x: Any) -> Any:
        return np.sum(op(x)[0])

    with pytest.raises(adjoint.UnknownFunction, match="their eigenvalues have one"):
        adjoint.grad(f, wrt=1)(linalg.schur, A)


def test_a_literal_written_in_for_a_parameter_warns_nobody() -> None:
    def first(x: Any, n: Any = None) -> Any:
        return np.sum(x if n is None else x[:n])

    def along(x: Any) -> Any:
        return np.sum(adjoint.grad(lambda y: first(y**2, 2))(x))

    np.testing.assert_allclose(adjoint.grad(along)(np.ones(3)), [2.0, 2.0, 0.0])
