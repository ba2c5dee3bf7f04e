"""docs/coverage_scipy.md says of every callable of SciPy's packages whether it has a derivative."""

from __future__ import annotations

import sys

import pytest

scipy = pytest.importorskip("scipy")
coverage = pytest.importorskip("coverage_scipy")


def test_the_page_is_up_to_date() -> None:
    """`python tests/rules/coverage_scipy.py --write` writes it."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}", ".".join(scipy.__version__.split(".")[:2])
    if here != coverage.WRITTEN_WITH:
        pytest.skip(f"the page is written with Python {coverage.WRITTEN_WITH[0]} and SciPy {coverage.WRITTEN_WITH[1]}")
    assert coverage.page() == coverage.PAGE.read_text()


@pytest.mark.parametrize("package", coverage.PACKAGES)
def test_nothing_is_left_unsorted(package: str) -> None:
    if ".".join(scipy.__version__.split(".")[:2]) != coverage.WRITTEN_WITH[1]:
        pytest.skip("SciPy adds functions")
    assert [n for n, (_, value) in coverage.callables(package).items() if coverage.state_of(value) == "not yet"] == []


def test_there_are_at_least_three_hundred_rules() -> None:
    assert coverage.count() >= 300


@pytest.mark.parametrize(
    ("package", "names"),
    [
        ("special", "erf gammaln expit logsumexp softmax xlogy jv ndtri log_ndtr betainc hyp2f1 lambertw logit"),
        ("linalg", "solve cholesky expm sqrtm logm svd eigh qr lu inv det pinv lstsq solve_triangular toeplitz"),
        ("fft", "fft rfft irfft fftn dct idct dst"),
        ("signal", "convolve fftconvolve correlate lfilter sosfilt filtfilt savgol_filter"),
        ("ndimage", "convolve correlate gaussian_filter uniform_filter shift zoom"),
    ],
)
def test_what_everybody_uses_has_a_rule(package: str, names: str) -> None:
    found = coverage.callables(package)
    assert [n for n in names.split() if coverage.state_of(getattr(getattr(scipy, package), n)) != "rule"] == []
    assert found
