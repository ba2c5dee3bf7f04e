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
