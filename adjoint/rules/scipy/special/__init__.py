"""Rules of `scipy.special`: importing this package declares them.

Formulas without a citation are from the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov. Orders,
degrees and shape parameters whose derivative is no function of SciPy's are no operands: active ones are refused.
"""

from scipy import special

from adjoint.rules.scipy.special import (
    bessel,
    cumulative,
    elliptic,
    error,
    exponential,
    gamma,
    integrals,
    kolmogorov,
    polynomials,
    sorted,
    waves,
)

__all__ = [
    "bessel", "cumulative", "elliptic", "error", "exponential", "gamma", "integrals", "kolmogorov", "polynomials",
    "sorted", "waves",
]  # fmt: skip

if hasattr(special, "sph_harm_y_all"):  # SciPy 1.15
    from adjoint.rules.scipy.special import harmonics  # noqa: F401
