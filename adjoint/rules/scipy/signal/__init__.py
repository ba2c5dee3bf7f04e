"""Rules of `scipy.signal`: importing this package declares them."""

from adjoint.rules.scipy.signal import filters, responses, sorted, spectra, written

__all__ = ["filters", "responses", "sorted", "spectra", "written"]
