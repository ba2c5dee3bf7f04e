"""Densities of the multivariate normal and of Dirichlet's distribution, by points and parameters.

Of the covariance SciPy reads the lower triangle: cells above it get 0, and those below it count for both, as in a
Cholesky decomposition.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from adjoint.rules import late
from adjoint.rules.declare import jvp, vjp

NORMAL, DIRICHLET = stats.multivariate_normal, stats.dirichlet


@vjp(NORMAL.logpdf, operands=("x", "mean", "cov"))
def normal_logpdf(x: Any, mean: Any = None, cov: Any = 1, *, out_bar: Any) -> Any:
    deviations, precision = centred(x, mean, cov)
    g = np.reshape(out_bar, np.shape(deviations)[:-1] + (1,))
    weighted = deviations @ precision
    by_place = -g * weighted
    rows = np.reshape(weighted, (-1, np.shape(weighted)[-1]))
    both = rows.T @ (np.reshape(g, (-1, 1)) * rows) - np.sum(g) * precision
    by_mean = np.sum(np.reshape(-by_place, np.shape(rows)), axis=0)
    mean_bar = np.reshape(by_mean, np.shape(mean)) if mean is not None else 0.0
    return np.reshape(by_place, np.shape(x)), mean_bar, of_covariance(both / 2, cov)


@vjp(NORMAL.pdf, operands=("x", "mean", "cov"))
def normal_pdf(x: Any, mean: Any = None, cov: Any = 1, *, out: Any, out_bar: Any) -> Any:
    return normal_logpdf(x, mean, cov, out_bar=out * out_bar)


@jvp(NORMAL.logpdf)
def normal_logpdf_jvp(
    x: Any, mean: Any = None, cov: Any = 1, *, out: Any, x_dot: Any, mean_dot: Any, cov_dot: Any
) -> Any:
    deviations, precision = centred(x, mean, cov)
    weighted = deviations @ precision
    change = as_covariance(cov_dot, np.shape(deviations)[-1])
    spread = (np.sum((weighted @ change) * weighted, axis=-1) - np.sum(precision * change)) / 2
    by_place = -np.sum(weighted * np.reshape(x_dot, np.shape(weighted)), axis=-1)
    by_mean = np.sum(weighted * mean_dot, axis=-1) if mean is not None else np.zeros_like(by_place)
    return np.reshape(by_place, np.shape(out)), np.reshape(by_mean, np.shape(out)), np.reshape(spread, np.shape(out))


@jvp(NORMAL.pdf)
def normal_pdf_jvp(x: Any, mean: Any = None, cov: Any = 1, *, out: Any, x_dot: Any, mean_dot: Any, cov_dot: Any) -> Any:
    terms = normal_logpdf_jvp(x, mean, cov, out=out, x_dot=x_dot, mean_dot=mean_dot, cov_dot=cov_dot)
    return out * terms[0], out * terms[1], out * terms[2]


def centred(x: Any, mean: Any, cov: Any) -> Any:
    """The deviations from the mean, one a row, and the inverse of the covariance."""
    n = np.size(mean) if mean is not None else np.shape(cov)[0] if np.ndim(cov) == 2 else 1
    points = np.expand_dims(x, -1) if np.ndim(x) == 0 or (np.ndim(x) == 1 and n == 1) else x
    deviations = points - (np.reshape(mean, (-1,)) if mean is not None else 0.0)
    return deviations, np.linalg.inv(as_covariance(cov, n))


def as_covariance(cov: Any, n: int) -> Any:
    """The symmetric matrix that a number, a vector of variances or a lower triangle stands for."""
    if np.ndim(cov) == 0:
        return cov * np.eye(n)
    if np.ndim(cov) == 1:
        return np.diag(cov)
    return np.tril(cov) + np.tril(cov, -1).T


def of_covariance(both: Any, cov: Any) -> Any:
    """The cotangent of what the covariance was given by, that of the symmetric matrix being `both`."""
    if np.ndim(cov) == 0:
        return np.sum(np.diagonal(both))
    if np.ndim(cov) == 1:
        return np.diagonal(both) + 0.0
    return np.tril(both) + np.tril(both.T, -1)


# Points have all shares, or all but the last, which is then 1 minus their sum.


@vjp(DIRICHLET.logpdf)
def dirichlet_logpdf(x: Any, alpha: Any, *, out_bar: Any) -> Any:
    by_x, by_alpha = dirichlet_slopes(x, alpha)
    rest = tuple(range(1, np.ndim(by_alpha)))
    return out_bar * by_x, np.sum(out_bar * by_alpha, axis=rest)


@jvp(DIRICHLET.logpdf)
def dirichlet_logpdf_jvp(x: Any, alpha: Any, *, x_dot: Any, alpha_dot: Any) -> Any:
    by_x, by_alpha = dirichlet_slopes(x, alpha)
    weights = np.reshape(alpha_dot, (-1,) + (1,) * (np.ndim(by_alpha) - 1))
    return np.sum(by_x * x_dot, axis=0), np.sum(by_alpha * weights, axis=0)


@vjp(DIRICHLET.pdf)
def dirichlet_pdf(x: Any, alpha: Any, *, out: Any, out_bar: Any) -> Any:
    return dirichlet_logpdf(x, alpha, out_bar=out * out_bar)


@jvp(DIRICHLET.pdf)
def dirichlet_pdf_jvp(x: Any, alpha: Any, *, out: Any, x_dot: Any, alpha_dot: Any) -> Any:
    by_x, by_alpha = dirichlet_logpdf_jvp(x, alpha, x_dot=x_dot, alpha_dot=alpha_dot)
    return out * by_x, out * by_alpha


def dirichlet_slopes(x: Any, alpha: Any) -> Any:
    """The derivatives of the logarithm of the density by the shares given, and by alpha."""
    shares = x if len(x) == len(alpha) else np.concatenate([x, np.expand_dims(1 - np.sum(x, axis=0), 0)])
    column = np.reshape(alpha, (-1,) + (1,) * (np.ndim(x) - 1))
    by_shares = (column - 1) / shares
    by_x = by_shares if len(x) == len(alpha) else by_shares[:-1] - by_shares[-1]
    return by_x, np.log(shares) - special.digamma(column) + special.digamma(np.sum(alpha))


# Axes of length 1 are left out.
late.OPEN.update((NORMAL.pdf, NORMAL.logpdf, DIRICHLET.pdf, DIRICHLET.logpdf))
