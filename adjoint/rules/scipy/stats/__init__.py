"""Rules of the distributions of `scipy.stats`: importing this package declares them.

A rule is for a method of a distribution, `norm.logpdf`; a frozen distribution, `norm(mu, sigma)`, is taken apart into
its parameters where it is made (`adjoint.structures.frozen`). With z = (x - loc) / scale, the logarithm of a density
f(z) / scale changes by s dz - d scale / scale, s being its score, the derivative of log(f). Shape parameters by which a
method's derivative is no function of SciPy's are refused.
"""

from adjoint.rules.scipy.stats import continuous, cumulative, discrete, multivariate

__all__ = ["continuous", "cumulative", "discrete", "multivariate"]
