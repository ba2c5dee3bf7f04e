"""Distribution functions and their inverses, by the variable: the density, or one over it.

Degrees of freedom and shape parameters whose derivative is no function of SciPy's are refused.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from adjoint.rules.declare import elementwise
from adjoint.rules.scipy.special.gamma import beta_density, gamma_density

# Chi-squared, and its non-central form with nc, a mixture over degrees of freedom in steps of 2


@elementwise(special.chdtr, operands=("x",))
def chdtr(v: Any, x: Any) -> Any:
    return gamma_density(v / 2, x / 2) / 2


@elementwise(special.chdtrc, operands=("x",))
def chdtrc(v: Any, x: Any) -> Any:
    return gamma_density(v / 2, x / 2) / -2


@elementwise(special.chdtri, operands=("p",))
def chdtri(v: Any, p: Any, out: Any) -> Any:
    return -2 / gamma_density(v / 2, out / 2)


@elementwise(special.chndtr, operands=("x", "nc"))
def chndtr(x: Any, df: Any, nc: Any, out: Any) -> Any:
    return noncentral_density(x, df, nc), (special.chndtr(x, df + 2, nc) - out) / 2


@elementwise(special.chndtrix, operands=("p", "nc"))
def chndtrix(p: Any, df: Any, nc: Any, out: Any) -> Any:
    density = noncentral_density(out, df, nc)
    return 1 / density, (p - special.chndtr(out, df + 2, nc)) / (2 * density)


def noncentral_density(x: Any, df: Any, nc: Any) -> Any:
    """The density of the non-central chi-squared distribution, for nc > 0."""
    product = np.sqrt(nc * x)
    decay = np.exp(-((np.sqrt(x) - np.sqrt(nc)) ** 2) / 2)
    return decay * (x / nc) ** (df / 4 - 0.5) * special.ive(df / 2 - 1, product) / 2


# Gamma, with rate a and shape b


@elementwise(special.gdtr, operands=("a", "x"))
def gdtr(a: Any, b: Any, x: Any) -> Any:
    density = gamma_density(b, a * x)
    return x * density, a * density


@elementwise(special.gdtrc, operands=("a", "x"))
def gdtrc(a: Any, b: Any, x: Any) -> Any:
    density = gamma_density(b, a * x)
    return -x * density, -a * density


@elementwise(special.gdtria, operands=("p", "x"))
def gdtria(p: Any, b: Any, x: Any, out: Any) -> Any:
    return 1 / (x * gamma_density(b, out * x)), -out / x


@elementwise(special.gdtrix, operands=("a", "p"))
def gdtrix(a: Any, b: Any, p: Any, out: Any) -> Any:
    return -out / a, 1 / (a * gamma_density(b, a * out))


@elementwise(special.chndtrinc, operands=("x", "p"))
def chndtrinc(x: Any, df: Any, p: Any, out: Any) -> Any:
    by_nc = (special.chndtr(x, df + 2, out) - p) / 2
    return -noncentral_density(x, df, out) / by_nc, 1 / by_nc


# F and Student's t


@elementwise(special.fdtr, operands=("x",))
def fdtr(dfn: Any, dfd: Any, x: Any) -> Any:
    return f_density(dfn, dfd, x)


@elementwise(special.fdtrc, operands=("x",))
def fdtrc(dfn: Any, dfd: Any, x: Any) -> Any:
    return -f_density(dfn, dfd, x)


@elementwise(special.fdtri, operands=("p",))
def fdtri(dfn: Any, dfd: Any, p: Any, out: Any) -> Any:
    return 1 / f_density(dfn, dfd, out)


def f_density(dfn: Any, dfd: Any, x: Any) -> Any:
    """The density of the F distribution: of beta's at dfn x / (dfn x + dfd)."""
    total = dfn * x + dfd
    return beta_density(dfn / 2, dfd / 2, dfn * x / total) * dfn * dfd / total**2


@elementwise(special.stdtr, operands=("t",))
def stdtr(df: Any, t: Any) -> Any:
    return t_density(df, t)


@elementwise(special.stdtrit, operands=("p",))
def stdtrit(df: Any, p: Any, out: Any) -> Any:
    return 1 / t_density(df, out)


def t_density(df: Any, t: Any) -> Any:
    """The density of Student's distribution."""
    return np.exp(-(df + 1) / 2 * np.log1p(t * t / df) - special.betaln(df / 2, 0.5)) / np.sqrt(df)


# Their non-central forms. That of F is a mixture over dfn in steps of 2, at the same share dfn f / (dfn f + dfd); its
# density has Kummer's function for the sum. N. L. Johnson, S. Kotz, N. Balakrishnan (1995), "Continuous univariate
# distributions", vol. 2, chapters 30 and 31.


@elementwise(special.ncfdtr, operands=("nc", "f"))
def ncfdtr(dfn: Any, dfd: Any, nc: Any, f: Any, out: Any) -> Any:
    return noncentral_f_by_nc(dfn, dfd, nc, f, out), noncentral_f_density(dfn, dfd, nc, f)


@elementwise(special.ncfdtri, operands=("nc", "p"))
def ncfdtri(dfn: Any, dfd: Any, nc: Any, p: Any, out: Any) -> Any:
    density = noncentral_f_density(dfn, dfd, nc, out)
    return -noncentral_f_by_nc(dfn, dfd, nc, out, p) / density, 1 / density


@elementwise(special.ncfdtrinc, operands=("p", "f"))
def ncfdtrinc(dfn: Any, dfd: Any, p: Any, f: Any, out: Any) -> Any:
    by_nc = noncentral_f_by_nc(dfn, dfd, out, f, p)
    return 1 / by_nc, -noncentral_f_density(dfn, dfd, out, f) / by_nc


def noncentral_f_by_nc(dfn: Any, dfd: Any, nc: Any, f: Any, out: Any) -> Any:
    """The derivative of the distribution function, which is `out`, by nc."""
    return (special.ncfdtr(dfn + 2, dfd, nc, f * dfn / (dfn + 2)) - out) / 2


def noncentral_f_density(dfn: Any, dfd: Any, nc: Any, f: Any) -> Any:
    """The density of the non-central F distribution."""
    a, b, total = dfn / 2, dfd / 2, dfn * f + dfd
    share = dfn * f / total
    mixture = np.exp(-nc / 2) * special.hyp1f1(a + b, a, nc / 2 * share)
    return beta_density(a, b, share) * mixture * dfn * dfd / total**2


# T = (Z + nc) / S, with S² a chi-squared number over df: means over S of the normal density at t S - nc, which by t has
# the factor S. The means are parabolic cylinder functions, DLMF 12.5.


@elementwise(special.nctdtr, operands=("nc", "t"))
def nctdtr(df: Any, nc: Any, t: Any) -> Any:
    return -mean_over_chi(df, df - 1, nc, t), mean_over_chi(df, df, nc, t) / np.sqrt(df)


@elementwise(special.nctdtrit, operands=("nc", "p"))
def nctdtrit(df: Any, nc: Any, p: Any, out: Any) -> Any:
    density = mean_over_chi(df, df, nc, out) / np.sqrt(df)
    return mean_over_chi(df, df - 1, nc, out) / density, 1 / density


@elementwise(special.nctdtrinc, operands=("p", "t"))
def nctdtrinc(df: Any, p: Any, t: Any, out: Any) -> Any:
    by_nc = -mean_over_chi(df, df - 1, out, t)
    return 1 / by_nc, -mean_over_chi(df, df, out, t) / (np.sqrt(df) * by_nc)


def mean_over_chi(df: Any, power: Any, nc: Any, t: Any) -> Any:
    """The integral over s > 0 of s**power exp(-s²/2) times the normal density at t s / sqrt(df) - nc, scaled as chi."""
    width = np.sqrt(1 + t * t / df)
    z = nc * t / (np.sqrt(df) * width)
    scale = special.gammaln(power + 1) - special.gammaln(df / 2) - (df - 1) / 2 * math.log(2) - math.log(math.pi) / 2
    factor = np.exp(scale + z * z / 4 - nc * nc / 2) / width ** (power + 1)
    return factor * special.pbdv(-power - 1, -z)[0]


# Poisson, binomial, negative binomial: by the parameter, with whole numbers of events


@elementwise(special.pdtr, operands=("m",))
def pdtr(k: Any, m: Any) -> Any:
    return -gamma_density(np.floor(k) + 1, m)


@elementwise(special.pdtrc, operands=("m",))
def pdtrc(k: Any, m: Any) -> Any:
    return gamma_density(np.floor(k) + 1, m)


@elementwise(special.pdtri, operands=("y",))
def pdtri(k: Any, y: Any, out: Any) -> Any:
    return -1 / gamma_density(k + 1, out)


@elementwise(special.bdtr, operands=("p",))
def bdtr(k: Any, n: Any, p: Any) -> Any:
    return -beta_density(np.floor(k) + 1, n - np.floor(k), p)


@elementwise(special.bdtrc, operands=("p",))
def bdtrc(k: Any, n: Any, p: Any) -> Any:
    return beta_density(np.floor(k) + 1, n - np.floor(k), p)


@elementwise(special.bdtri, operands=("y",))
def bdtri(k: Any, n: Any, y: Any, out: Any) -> Any:
    return -1 / beta_density(np.floor(k) + 1, n - np.floor(k), out)


@elementwise(special.nbdtr, operands=("p",))
def nbdtr(k: Any, n: Any, p: Any) -> Any:
    return beta_density(n, k + 1.0, p)


@elementwise(special.nbdtrc, operands=("p",))
def nbdtrc(k: Any, n: Any, p: Any) -> Any:
    return -beta_density(n, k + 1.0, p)


@elementwise(special.nbdtri, operands=("y",))
def nbdtri(k: Any, n: Any, y: Any, out: Any) -> Any:
    return 1 / beta_density(n, k + 1.0, out)


# The normal distribution's mean and deviation that put x at p; Tukey's lambda distribution


@elementwise(special.nrdtrimn)
def nrdtrimn(p: Any, std: Any, x: Any) -> Any:
    z = special.ndtri(p)
    return -std * math.sqrt(2 * math.pi) * np.exp(z * z / 2), -z, 1


@elementwise(special.nrdtrisd)
def nrdtrisd(mn: Any, p: Any, x: Any, out: Any) -> Any:
    z = special.ndtri(p)
    return -1 / z, -out * math.sqrt(2 * math.pi) * np.exp(z * z / 2) / z, 1 / z


@elementwise(special.tklmbda, operands=("x",))
def tklmbda(x: Any, lmbda: Any, out: Any) -> Any:
    return 1 / (out ** (lmbda - 1) + (1 - out) ** (lmbda - 1))
