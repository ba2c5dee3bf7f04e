"""Orthogonal polynomials, by their argument: each derivative is a polynomial of one degree less, or 0.

The degree may be any number; only at 0 is there none below, which `below` sees to. Degrees and parameters are refused.
"""

from __future__ import annotations

from typing import Any

from scipy import special

from adjoint.rules.declare import elementwise
from adjoint.rules.scipy.special.gamma import log_slope


def below(n: Any) -> Any:
    """One degree less; 0 for 0, whose derivative has the factor 0 anyway.

    >>> below(3), below(0), below(0.5)
    (2, 0, -0.5)
    """
    return n - (n != 0)


@elementwise(special.eval_jacobi, operands=("x",))
def eval_jacobi(n: Any, alpha: Any, beta: Any, x: Any) -> Any:
    return (n != 0) * (n + alpha + beta + 1) / 2 * special.eval_jacobi(below(n), alpha + 1, beta + 1, x)


@elementwise(special.eval_sh_jacobi, operands=("x",))
def eval_sh_jacobi(n: Any, p: Any, q: Any, x: Any) -> Any:
    return n * special.eval_sh_jacobi(below(n), p + 2, q + 1, x)


@elementwise(special.eval_gegenbauer, operands=("x",))
def eval_gegenbauer(n: Any, alpha: Any, x: Any) -> Any:
    return (n != 0) * 2 * alpha * special.eval_gegenbauer(below(n), alpha + 1, x)


@elementwise(special.eval_legendre, operands=("x",))
def eval_legendre(n: Any, x: Any) -> Any:
    return (n != 0) * (n + 1) / 2 * special.eval_jacobi(below(n), 1, 1, x)


@elementwise(special.eval_sh_legendre, operands=("x",))
def eval_sh_legendre(n: Any, x: Any) -> Any:
    return (n != 0) * (n + 1) * special.eval_jacobi(below(n), 1, 1, 2 * x - 1)


@elementwise(special.eval_chebyt, operands=("x",))
def eval_chebyt(n: Any, x: Any) -> Any:
    return n * special.eval_chebyu(below(n), x)


@elementwise(special.eval_chebyu, operands=("x",))
def eval_chebyu(n: Any, x: Any) -> Any:
    return (n != 0) * 2 * special.eval_gegenbauer(below(n), 2, x)


@elementwise(special.eval_sh_chebyt, operands=("x",))
def eval_sh_chebyt(n: Any, x: Any) -> Any:
    return 2 * n * special.eval_sh_chebyu(below(n), x)


@elementwise(special.eval_sh_chebyu, operands=("x",))
def eval_sh_chebyu(n: Any, x: Any) -> Any:
    return (n != 0) * 4 * special.eval_gegenbauer(below(n), 2, 2 * x - 1)


# C_n(x) = 2 T_n(x / 2) and S_n(x) = U_n(x / 2)


@elementwise(special.eval_chebyc, operands=("x",))
def eval_chebyc(n: Any, x: Any) -> Any:
    return n * special.eval_chebys(below(n), x)


@elementwise(special.eval_chebys, operands=("x",))
def eval_chebys(n: Any, x: Any) -> Any:
    return (n != 0) * special.eval_gegenbauer(below(n), 2, x / 2)


@elementwise(special.eval_hermite, operands=("x",))
def eval_hermite(n: Any, x: Any) -> Any:
    return 2 * n * special.eval_hermite(below(n), x)


@elementwise(special.eval_hermitenorm, operands=("x",))
def eval_hermitenorm(n: Any, x: Any) -> Any:
    return n * special.eval_hermitenorm(below(n), x)


@elementwise(special.eval_laguerre, operands=("x",))
def eval_laguerre(n: Any, x: Any) -> Any:
    return (n != 0) * -special.eval_genlaguerre(below(n), 1, x)


@elementwise(special.eval_genlaguerre, operands=("x",))
def eval_genlaguerre(n: Any, alpha: Any, x: Any) -> Any:
    return (n != 0) * -special.eval_genlaguerre(below(n), alpha + 1, x)


@elementwise(special.assoc_laguerre, operands=("x",))
def assoc_laguerre(x: Any, n: Any, k: Any = 0.0) -> Any:
    return (n != 0) * -special.eval_genlaguerre(below(n), k + 1, x)


# (x² - 1) P' = v x P_v^m - (v + m) P_(v-1)^m; at x = ±1 it is nan.
@elementwise(special.lpmv, operands=("x",))
def lpmv(m: Any, v: Any, x: Any, out: Any) -> Any:
    return (v * x * out - (v + m) * special.lpmv(m, v - 1, x)) / (x * x - 1)


# Numbers of combinations and arrangements, as functions of real numbers where `exact` is not asked for.


@elementwise(special.perm, operands=("N", "k"))
def perm(N: Any, k: Any, exact: Any = False, *, out: Any) -> Any:
    rest = log_slope(N - k + 1.0)
    return out * (log_slope(N + 1.0) - rest), out * rest


@elementwise(special.comb, operands=("N", "k"))
def comb(N: Any, k: Any, *, exact: Any = False, out: Any) -> Any:
    rest = log_slope(N - k + 1.0)
    return out * (log_slope(N + 1.0) - rest), out * (rest - log_slope(k + 1.0))
