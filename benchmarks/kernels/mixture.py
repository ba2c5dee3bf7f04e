"""ADBench's log-likelihood of a Gaussian mixture, with a Wishart prior.

Each inverse covariance factor is given as the d logarithms of its diagonal and its strict lower triangle, column by
column. F. Srajer, Z. Kukelova, A. Fitzgibbon (2016), "A benchmark of selected algorithmic differentiation tools".
"""

from __future__ import annotations

from math import lgamma, log, pi

import numpy as np

from .kernel import Kernel, jax_over


def mixture(alphas, means, icf, x, gamma, constant):
    """alphas: (k,), means: (k, d), icf: (k, d (d + 1) / 2), x: (n, d); `constant` as `constant_part` gives it."""
    n, d = x.shape
    terms = np.empty((n, len(alphas)))
    penalty = 0.0
    for k in range(len(alphas)):
        logs, below = icf[k, :d], icf[k, d:]
        diagonal = np.exp(logs)
        factor = np.diag(diagonal)
        start = 0
        for j in range(d - 1):
            factor[j + 1 :, j] = below[start : start + d - 1 - j]
            start += d - 1 - j
        y = (x - means[k]) @ factor.T
        terms[:, k] = alphas[k] + np.sum(logs) - 0.5 * np.sum(y * y, axis=1)
        penalty += 0.5 * gamma**2 * (np.sum(diagonal * diagonal) + np.sum(below * below))
    highest = np.max(terms, axis=1)
    likelihood = np.sum(np.log(np.sum(np.exp(terms - highest[:, np.newaxis]), axis=1)) + highest)
    top = np.max(alphas)
    return likelihood - n * (np.log(np.sum(np.exp(alphas - top))) + top) + penalty + constant


def mixture_loss(alphas, means, icf, x, gamma, m, constant, seed):
    return seed * (mixture(alphas, means, icf, x, gamma, constant) - m * np.sum(icf[:, : x.shape[1]]))


def constant_part(n, d, k, gamma, m):
    """What no parameter enters."""
    freedom = d + m + 1
    log_gamma = 0.25 * d * (d - 1) * log(pi) + sum(lgamma(0.5 * (freedom - j)) for j in range(d))
    prior = k * (freedom * d * (log(gamma) - 0.5 * log(2)) - log_gamma)
    return -n * d * 0.5 * log(2 * pi) - prior


def mixture_loops(alphas, means, icf, x, gamma, m, constant, seed):
    n, d = x.shape
    count = len(alphas)
    value, top = constant, -np.inf
    diagonals, logs = np.empty((count, d)), np.zeros(count)
    for k in range(count):
        top = max(top, alphas[k])
        for i in range(d):
            logs[k] += icf[k, i]
            diagonals[k, i] = np.exp(icf[k, i])
            value += 0.5 * gamma**2 * diagonals[k, i] ** 2
        for i in range(d, icf.shape[1]):
            value += 0.5 * gamma**2 * icf[k, i] ** 2
        value -= m * logs[k]
    terms, away, y = np.empty(count), np.empty(d), np.empty(d)
    for i in range(n):
        highest = -np.inf
        for k in range(count):
            square = _distance(x[i], means[k], diagonals[k], icf[k], away, y)
            terms[k] = alphas[k] + logs[k] - 0.5 * square
            highest = max(highest, terms[k])
        total = 0.0
        for k in range(count):
            total += np.exp(terms[k] - highest)
        value += np.log(total) + highest
    total = 0.0
    for k in range(count):
        total += np.exp(alphas[k] - top)
    return seed * (value - n * (np.log(total) + top))


def _distance(x, mean, diagonal, factor, away, y):
    """The square of factor @ (x - mean), which is left in y; x - mean in away."""
    d = len(x)
    for i in range(d):
        away[i] = x[i] - mean[i]
        y[i] = diagonal[i] * away[i]
    start = d
    for j in range(d - 1):
        for i in range(j + 1, d):
            y[i] += factor[start + i - j - 1] * away[j]
        start += d - 1 - j
    square = 0.0
    for i in range(d):
        square += y[i] * y[i]
    return square


def mixture_by_hand(alphas, means, icf, x, gamma, m, constant, seed):
    n, d = x.shape
    count = len(alphas)
    value, top = constant, -np.inf
    alphas_bar, means_bar, icf_bar = np.zeros_like(alphas), np.zeros_like(means), np.zeros_like(icf)
    diagonals, logs = np.empty((count, d)), np.zeros(count)
    for k in range(count):
        top = max(top, alphas[k])
        for i in range(d):
            logs[k] += icf[k, i]
            diagonals[k, i] = np.exp(icf[k, i])
            value += 0.5 * gamma**2 * diagonals[k, i] ** 2
        for i in range(d, icf.shape[1]):
            value += 0.5 * gamma**2 * icf[k, i] ** 2
        value -= m * logs[k]
    terms, away, y = np.empty(count), np.empty((count, d)), np.empty((count, d))
    for i in range(n):
        highest = -np.inf
        for k in range(count):
            square = _distance(x[i], means[k], diagonals[k], icf[k], away[k], y[k])
            terms[k] = alphas[k] + logs[k] - 0.5 * square
            highest = max(highest, terms[k])
        total = 0.0
        for k in range(count):
            terms[k] = np.exp(terms[k] - highest)
            total += terms[k]
        value += np.log(total) + highest
        for k in range(count):
            share = terms[k] / total
            alphas_bar[k] += share
            _distance_adjoint(share, diagonals[k], icf[k], away[k], y[k], means_bar[k], icf_bar[k])
    total = 0.0
    for k in range(count):
        total += np.exp(alphas[k] - top)
    for k in range(count):
        for i in range(d):
            # The sum of the logarithms is added to each term, and so is alpha.
            icf_bar[k, i] = icf_bar[k, i] * diagonals[k, i] + alphas_bar[k] - m + (gamma * diagonals[k, i]) ** 2
        for i in range(d, icf.shape[1]):
            icf_bar[k, i] += gamma**2 * icf[k, i]
        alphas_bar[k] -= n * np.exp(alphas[k] - top) / total
    return seed * (value - n * (np.log(total) + top)), seed * alphas_bar, seed * means_bar, seed * icf_bar


def _distance_adjoint(share, diagonal, factor, away, y, mean_bar, factor_bar):
    """What -0.5 * share * |y|**2 means for the mean and the factor."""
    d = len(y)
    for i in range(d):
        y[i] *= -share
        mean_bar[i] -= diagonal[i] * y[i]
        factor_bar[i] += y[i] * away[i]
    start = d
    for j in range(d - 1):
        s = 0.0
        for i in range(j + 1, d):
            s += factor[start + i - j - 1] * y[i]
            factor_bar[start + i - j - 1] += y[i] * away[j]
        mean_bar[j] -= s
        start += d - 1 - j


def mixture_over(np):
    """All factors at once: each triangle is put in place by a constant matrix of positions."""
    import numpy

    def loss(alphas, means, icf, x, gamma, m, constant, seed):
        n, d = x.shape
        place = numpy.zeros((d, d), dtype=int)
        place.T[numpy.triu_indices(d, 1)] = numpy.arange(d * (d - 1) // 2)
        logs, below = icf[:, :d], icf[:, d:]
        diagonal = np.exp(logs)
        factors = np.tril(below[:, place.ravel()].reshape((-1, d, d)), -1) if d > 1 else 0.0
        away = x[None, :, :] - means[:, None, :]
        y = away @ np.swapaxes(factors, 1, 2) + diagonal[:, None, :] * away
        terms = alphas[:, None] + np.sum(logs, axis=1)[:, None] - 0.5 * np.sum(y * y, axis=2)
        highest, top = np.max(terms, axis=0), np.max(alphas)
        likelihood = np.sum(np.log(np.sum(np.exp(terms - highest[None, :]), axis=0)) + highest)
        penalty = 0.5 * gamma**2 * (np.sum(diagonal * diagonal) + np.sum(below * below)) - m * np.sum(logs)
        return seed * (likelihood - n * (np.log(np.sum(np.exp(alphas - top))) + top) + penalty + constant)

    return loss


def mixture_inputs(rng, n, d, k):
    icf = rng.normal(size=(k, d * (d + 1) // 2)) / np.sqrt(d)
    gamma, m = 1.0, 0
    constant = constant_part(n, d, k, gamma, m)
    return rng.normal(size=k), rng.random((k, d)), icf, rng.normal(size=(n, d)), gamma, m, constant, 1.5


KERNELS = [
    Kernel(
        "mixture",
        "mixed",
        mixture_loss,
        ("alphas", "means", "icf"),
        mixture_inputs,
        {
            "tiny": {"n": 4, "d": 3, "k": 2},
            "S": {"n": 1000, "d": 10, "k": 25},
            "M": {"n": 1000, "d": 32, "k": 50},
        },
        loops=mixture_loops,
        by_hand=mixture_by_hand,
        jax=jax_over(mixture_over),
        over=mixture_over,
    ),
]
