"""Sample calls of the functions of `scipy.special` that have rules."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import between, call, numbers_from, real, samples
from scipy import special

from adjoint.rules import late

late.load_all()
numbers_from(20240608)


def positive(*shape: int) -> Any:
    """Numbers away from 0, where many of these functions have a pole that differences see."""
    return between(0.9, 2.0, *shape)


def imaginary(*shape: int) -> Any:
    return real(*shape) + 1j * between(0.8, 1.3, *shape)


# Functions of one number, by the interval where they are smooth

ANYWHERE = [
    special.expm1, special.exp2, special.exp10, special.cbrt, special.cosm1, special.exprel, special.expit,
    special.log_expit, special.sindg, special.cosdg, special.tandg, special.cotdg, special.erf, special.erfc,
    special.erfi, special.erfcx, special.dawsn, special.ndtr, special.log_ndtr, special.fresnel, special.j0,
    special.j1, special.i0, special.i1, special.i0e, special.i1e, special.ber,
    special.bei, special.berp, special.beip, special.airy, special.wrightomega, special.ellipk, special.ellipe,
    special.itstruve0, special.itmodstruve0, special.wofz,
]  # fmt: skip
POSITIVE = [
    special.log1p, special.entr, special.gamma, special.gammaln, special.rgamma, special.digamma, special.loggamma,
    special.y0, special.y1, special.k0, special.k1, special.k0e, special.k1e, special.ker, special.kei, special.kerp,
    special.keip, special.kelvin, special.airye, special.exp1, special.expi, special.spence, special.sici,
    special.shichi, special.itj0y0, special.iti0k0, special.it2j0y0, special.it2i0k0, special.it2struve0,
    special.modfresnelp, special.modfresnelm,
]  # fmt: skip
SHARES = [special.logit, special.erfinv, special.erfcinv, special.ndtri, special.ellipkm1, special.lambertw]
HOLOMORPHIC = [
    special.expm1, special.log1p, special.erf, special.erfc, special.erfcx, special.dawsn, special.wofz,
    special.gamma, special.loggamma, special.rgamma, special.lambertw, special.wrightomega, special.ndtr,
    special.exp1, special.expi, special.spence, special.airy, special.sici, special.shichi,
]  # fmt: skip

for f in ANYWHERE:
    of = [call(0.9 * real(2, 3)), call(0.7), call(-0.4)]
    samples(f, of=[call(between(-0.8, 0.8, 3))] if f in (special.ellipk, special.ellipe) else of)
for f in POSITIVE:
    samples(f, of=[call(positive(2, 3)), call(1.7)])
for f in SHARES:
    samples(f, of=[call(between(0.3, 0.7, 5)), call(0.3)])
for f in HOLOMORPHIC:
    samples(f, of=[call(imaginary(4)), call(imaginary(2) + 1.0)])
samples(special.fresnel, special.erfi, of=[call(imaginary(4) / 2)])
samples(special.itairy, of=[])  # SciPy has it to 6 places; test_scipy has it
if hasattr(special, "softplus"):
    samples(special.softplus, of=[call(real(2, 3)), call(-0.4)])
samples(special.airy, special.airye, of=[call(3 * positive(3))])
samples(special.airye, of=[call(np.array([0.4, 2.0]))])
samples(special.exprel, of=[call(np.array([1e-9, 0.04, -0.049, 0.051, 0.0]))])
samples(special.dawsn, special.erfcx, of=[call(np.array([80.0, 120.0, 300.0]))])
samples(special.rgamma, of=[call(np.array([0.0, -1.0, -2.0, -1.5]))])
samples(special.gamma, special.gammaln, special.digamma, of=[call(np.array([-0.5, -1.4]))])
samples(special.beip, of=[call(np.array([0.0, 1e-4]))])
samples(special.log_ndtr, of=[call(np.array([-40.0, 9.0]))])
samples(special.ndtri_exp, of=[call(-positive(4)), call(np.array([-300.0, -0.2]))])
samples(special.spence, of=[call(np.array([1.0, 1.001]))])
samples(special.ellipk, special.ellipe, of=[call(np.array([0.0, 0.009, 0.011, -0.0099]))])

# Of several numbers

PAIRS = [call(positive(2, 3), positive(3)), call(positive(3), 1.3), call(0.4, positive(2)), call(2.5, 1.5)]
samples(
    special.powm1, special.xlogy, special.xlog1py, special.rel_entr, special.kl_div, special.pseudo_huber,
    special.boxcox, special.boxcox1p, special.inv_boxcox, special.inv_boxcox1p, special.beta, special.betaln,
    special.poch, special.owens_t, special.elliprf, special.elliprc,
    of=[],
)  # fmt: skip
for f in (
    special.powm1, special.xlogy, special.xlog1py, special.rel_entr, special.kl_div, special.pseudo_huber,
    special.boxcox, special.boxcox1p, special.inv_boxcox, special.inv_boxcox1p, special.beta, special.betaln,
    special.poch, special.owens_t, special.elliprc,
):  # fmt: skip
    samples(f, of=PAIRS)
samples(
    special.huber, of=[call(0.9, 0.8 * real(2, 3)), call(positive(3) + 0.005, 0.6), call(0.5, np.array([-3.0, 0.1]))]
)
samples(special.pseudo_huber, of=[call(0.9, real(3))])
SMALL = np.array([0.0, 1e-6, 0.02, -0.01])
samples(special.boxcox, special.boxcox1p, special.inv_boxcox, special.inv_boxcox1p, of=[call(1.6, SMALL)])
samples(special.xlogy, of=[call(np.array([0.0, 2.0]), np.array([1.5, 0.5]))])
samples(
    special.binom,
    of=[call(4.3, between(0.4, 3.6, 3)), call(np.array([3.0, 5.5]), 2.0), call(np.array([3.0, 2.5, 3.0]), 5.0)],
)
samples(special.binom, of=[call(2.5, np.array([-1.0, -2.0]))])
samples(special.perm, special.comb, of=[call(4.3, between(0.4, 3.6, 3)), call(between(4, 6, 3), 2.5)])
samples(
    special.elliprf,
    special.elliprd,
    special.elliprg,
    of=[call(positive(3), positive(3), positive(3)), call(0.4, positive(2), 1.1)],
)
samples(special.elliprd, of=[call(0.7, 1.2, 0.7), call(1.2, 0.7, 0.7), call(0.7, 0.7, 0.7)])
samples(special.radian, of=[call(real(3), 12.5, positive(3))])
samples(special.diric, of=[call(real(3), 4), call(np.array([0.0, 0.3]), 5)])
samples(special.voigt_profile, of=[call(real(3), positive(3), positive(3)), call(0.4, 1.1, positive(2, 3))])
samples(special.polygamma, of=[call(1, positive(3)), call(np.array([[1], [3]]), positive(2)), call(2, 0.7)])
samples(special.zeta, of=[call(2.5, positive(3)), call(positive(2) + 1.5, 1.3)])
samples(special.multigammaln, of=[call(3.3, 3), call(4.0 + positive(3), 2)])
samples(special.lambertw, of=[call(np.array([0.0, 0.5])), call(imaginary(3), 1), call(1.5, k=-1)])
samples(special.logsumexp, of=[call(real(5)), call(real(2, 3)), call(real(2, 3), 1), call(real(2, 3, 4), (0, 2))])
samples(
    special.logsumexp,
    of=[
        call(real(2, 3), axis=0, keepdims=True),
        call(real(2, 3), b=positive(2, 3)),
        call(real(2, 3), 1, positive(3)),
        call(real(3), 0, positive(2, 3)),
    ],
)
samples(special.softmax, special.log_softmax, of=[call(real(5)), call(real(2, 3)), call(real(2, 3), axis=0)])
samples(special.softmax, special.log_softmax, of=[call(real(2, 3, 4), axis=-1)])

# Bessel functions and their kin

ORDERED = [
    call(1.5, positive(3)),
    call(np.array([[0.0], [2.3]]), 1.0 + positive(2)),
    call(2, 0.7),
    call(0, positive(2)),
]
COMPLEX_ORDERED = [call(1.5, imaginary(3)), call(2, imaginary(2))]
for f in (special.jv, special.yv, special.iv, special.kv, special.kve, special.hankel1, special.hankel2):
    samples(f, of=ORDERED + COMPLEX_ORDERED)
for f in (special.hankel1e, special.hankel2e):
    samples(f, of=ORDERED + COMPLEX_ORDERED)
for f in (special.jve, special.yve, special.ive):
    samples(f, of=ORDERED)
samples(special.yn, special.kn, of=[call(2, positive(3)), call(np.array([[0], [3]]), 1.0 + positive(2)), call(1, 0.7)])
samples(
    special.jvp, special.yvp, special.ivp, special.kvp, special.h1vp, special.h2vp,
    of=[call(1.5, positive(3)), call(2, positive(2), 2), call(0, 1.3, n=0)],
)  # fmt: skip
samples(
    special.spherical_jn, special.spherical_yn, special.spherical_in, special.spherical_kn,
    of=[call(2, positive(3)), call(np.array([0, 3]), 1.3), call(1, positive(2), True), call(2, 1.7, derivative=True)],
)  # fmt: skip
samples(special.spherical_jn, of=[call(2, imaginary(3))])
samples(special.struve, special.modstruve, of=ORDERED)
samples(special.pbdv, special.pbvv, special.pbwa, of=[call(1.3, positive(3)), call(positive(2), 0.7)])
samples(special.pbdv, of=[call(np.array([[0.4], [1.6]]), positive(3))])
samples(special.ellipkinc, special.ellipeinc, of=[call(positive(2, 1), between(0.05, 0.8, 3)), call(0.7, 0.3)])
samples(special.ellipkinc, special.ellipeinc, of=[call(0.7, 0.0), call(2.0, 1e-6), call(-4.0, 2e-5)])
samples(
    special.ellipj, of=[call(positive(3), 0.4), call(0.7, between(0.1, 0.9, 2)), call(positive(2, 1), between(0, 1, 3))]
)
samples(special.hyp0f1, of=[call(1.5, real(3)), call(positive(2), imaginary(2))])
samples(special.hyp1f1, special.hyperu, of=[call(0.6, 1.7, positive(3)), call(positive(2), 1.4, 0.7)])
samples(special.hyp1f1, of=[call(0.6, 1.7, imaginary(2))])
samples(special.hyp2f1, of=[call(0.6, 1.7, 2.2, between(-0.7, 0.7, 3)), call(0.6, positive(2), 2.2, 0.3 + 0.2j)])
samples(special.wright_bessel, of=[call(0.6, 1.7, positive(3))])
if hasattr(special, "log_wright_bessel"):
    samples(special.log_wright_bessel, of=[call(0.6, 1.7, positive(3))])
samples(special.expn, of=[call(2, positive(3)), call(np.array([0, 1, 3]), 0.7)])

# Polynomials

DEGREES = [call(3, between(-0.8, 0.8, 3)), call(0, 0.4), call(np.array([[0], [1], [4]]), between(0.1, 0.9, 2))]
samples(
    special.eval_legendre, special.eval_sh_legendre, special.eval_chebyt, special.eval_chebyu, special.eval_sh_chebyt,
    special.eval_sh_chebyu, special.eval_chebyc, special.eval_chebys, special.eval_hermite, special.eval_hermitenorm,
    special.eval_laguerre,
    of=DEGREES,
)  # fmt: skip
samples(
    special.eval_legendre, special.eval_chebyt, special.eval_chebyu, special.eval_laguerre,
    of=[call(2.5, between(0.1, 0.8, 3))],
)  # fmt: skip
samples(special.eval_genlaguerre, special.eval_gegenbauer, of=[call(3, 0.7, between(0.1, 0.9, 3)), call(0, 0.7, 0.4)])
samples(special.eval_jacobi, of=[call(3, 0.7, 1.2, between(-0.8, 0.8, 3)), call(0, 0.7, 0.4, 0.3)])
samples(special.eval_sh_jacobi, of=[call(3, 2.7, 1.2, between(0.1, 0.8, 3)), call(0, 1.7, 0.4, 0.3)])
samples(special.lpmv, of=[call(1, 2.5, between(-0.5, 0.6, 3)), call(2, np.array([2.0, 3.0]), 0.4)])

# Distribution functions

samples(special.gammainc, special.gammaincc, of=[call(1.7, positive(3)), call(positive(2, 1), positive(3))])
samples(special.gammaincinv, special.gammainccinv, of=[call(1.7, between(0.3, 0.7, 3)), call(positive(2, 1), 0.4)])
samples(
    special.betainc,
    special.betaincc,
    special.betaincinv,
    special.betainccinv,
    of=[call(1.7, 0.9, between(0.1, 0.9, 3))],
)
samples(special.betainc, special.betaincinv, of=[call(positive(2, 1), 2.0, between(0.3, 0.7, 3))])
samples(special.chdtr, special.chdtrc, special.stdtr, of=[call(3.0, positive(3)), call(positive(2), 0.7)])
samples(special.chdtri, special.stdtrit, of=[call(3.0, between(0.3, 0.7, 3)), call(positive(2) + 1, 0.4)])
samples(special.chndtr, of=[call(positive(3), 3.0, 0.6), call(1.2, 4.0, positive(2))])
samples(special.chndtrix, of=[call(between(0.3, 0.7, 3), 3.0, 0.6), call(0.3, 4.0, positive(2))])
samples(special.gdtr, special.gdtrc, of=[call(1.3, 2.2, positive(3)), call(positive(2), 1.4, 0.7)])
samples(special.gdtria, of=[call(between(0.3, 0.7, 3), 2.2, 1.3), call(0.4, 1.4, positive(2))])
samples(special.gdtrix, of=[call(1.3, 2.2, between(0.3, 0.7, 3)), call(positive(2), 1.4, 0.4)])
samples(special.fdtr, special.fdtrc, of=[call(3.0, 5.0, positive(3))])
samples(special.fdtri, of=[call(3.0, 5.0, between(0.1, 0.9, 3))])
samples(special.pdtr, special.pdtrc, of=[call(3.0, positive(3)), call(np.array([0.0, 2.5]), 1.3)])
samples(special.pdtri, of=[call(2, between(0.4, 0.6, 3))])
samples(special.bdtr, special.bdtrc, of=[call(2.0, 5, between(0.1, 0.9, 3)), call(np.array([0.0, 3.0]), 4, 0.3)])
samples(special.bdtri, of=[call(2.0, 5, between(0.1, 0.9, 3))])
samples(special.nbdtr, special.nbdtrc, special.nbdtri, of=[call(2, 5, between(0.3, 0.7, 3))])
samples(special.nrdtrimn, of=[call(between(0.3, 0.7, 3), 1.3, 0.4), call(0.3, positive(2), real(2))])
samples(special.nrdtrisd, of=[call(np.array([0.44, 0.43]), 0.8, 0.45), call(0.1, 0.2, 0.09)])
samples(special.tklmbda, of=[call(between(-0.4, 0.4, 3), 0.7)])
samples(special.ncfdtr, of=[call(3.0, 5.0, 0.7, positive(3)), call(4.0, 2.5, positive(2), 1.3)])
samples(special.ncfdtri, of=[call(3.0, 5.0, 0.7, between(0.3, 0.7, 3)), call(4.0, 2.5, positive(2), 0.4)])
samples(special.nctdtr, of=[call(3.0, 0.7, real(3)), call(np.array([[2.5], [1.5]]), real(3), 1.3)])
samples(special.nctdtrit, of=[call(3.0, 0.7, between(0.3, 0.7, 3)), call(4.0, positive(2), 0.4)])
samples(special.ncfdtrinc, special.nctdtrinc, of=[])  # SciPy has them to 6 places; test_scipy has them
samples(special.chndtrinc, of=[call(3.2, 3.0, between(0.3, 0.4, 3)), call(4.0 + positive(2), 3.0, 0.4)])
samples(
    special.kolmogorov, of=[call(np.array([0.5, 0.7, 0.79, 0.81, 1.2, 2.0])), call(0.9), call(np.array([-1.0, 0.02]))]
)
samples(special.kolmogi, of=[call(between(0.1, 0.9, 4)), call(0.5)])
samples(special.smirnov, of=[call(5, between(0.1, 0.75, 4)), call(np.array([[3], [8]]), np.array([0.04, 0.17, 0.3]))])
samples(special.smirnovi, of=[call(5, np.array([0.3, 0.5])), call(3, 0.4)])

# The arithmetic-geometric mean, Carlson's form of the third kind, and what is given with its derivative

samples(special.agm, of=[*PAIRS, call(np.array([1.0, 1.3]), np.array([1.0, 1.2999]))])
samples(special.elliprj, of=[call(positive(3), positive(3), positive(3), 2.5 + positive(3)), call(0.4, 1.2, 1.1, 0.7)])
samples(special.besselpoly, of=[call(positive(3), 1.0, 0.5), call(0.7, 2.0, np.array([0.0, 1.5]))])
samples(special.assoc_laguerre, of=[call(positive(3), 3, 0.7), call(0.4, 0), call(0.4, 2, k=1.0)])

WAVES = [call(np.array([1, 2]), 1.3, between(0.3, 0.9, 2)), call(1, 0.8, 0.4)]
samples(
    special.mathieu_cem,
    special.mathieu_sem,
    of=[call(1, 1.3, np.array([20.0, 70.0])), call(np.array([1, 2]), 0.8, 40.0)],
)
for f in (special.mathieu_modcem1, special.mathieu_modcem2, special.mathieu_modsem1, special.mathieu_modsem2):
    samples(f, of=WAVES)
# With float32 SciPy itself does not end for most of them.
samples(special.pro_ang1, special.obl_ang1, of=[call(1, 2, 1.3, -0.3), call(0, np.array([1, 2]), 0.8, 0.4)])
samples(special.pro_rad1, special.obl_rad1, of=[call(1, 2, 1.3, 1.7), call(0, np.array([1, 2]), 0.8, 1.4)])
samples(special.pro_ang1_cv, of=[call(1, 2, 1.3, special.pro_cv(1, 2, 1.3), between(-0.7, 0.7, 3))])
samples(special.pro_rad1_cv, of=[call(1, 2, 1.3, special.pro_cv(1, 2, 1.3), 0.5 + positive(3))])
samples(special.obl_ang1_cv, of=[call(1, 2, 1.3, special.obl_cv(1, 2, 1.3), between(-0.7, 0.7, 3))])
samples(special.obl_rad1_cv, of=[call(1, 2, 1.3, special.obl_cv(1, 2, 1.3), 0.5 + positive(3))])

samples(special.riccati_jn, special.riccati_yn, of=[call(3, 1.2), call(1, 2.3)])
samples(special.lqn, of=[call(3, 0.4), call(2, between(-0.7, 0.7, 3))])
samples(special.lqmn, of=[call(1, 2, 0.4), call(2, 3, -0.3)])
samples(special.lmbda, of=[call(2.5, 1.2), call(3, 0.7)])
samples(special.pbdv_seq, special.pbvv_seq, of=[call(2.3, 1.2), call(3.6, -0.7)])

if hasattr(special, "sph_harm_y_all"):  # with diff_n=1, which is differentiated once: test_scipy
    ORDERS = [call(3, 1, between(-0.7, 0.7, 3)), call(np.array([[2], [3]]), 1, between(-0.7, 0.7, 2))]
    samples(special.legendre_p, of=[call(3, real(3)), call(np.array([[2], [4]]), real(2))])
    samples(special.legendre_p_all, of=[call(3, real(3)), call(2, 0.4)])
    samples(special.assoc_legendre_p, of=[*ORDERS, call(3, 1, 0.4, norm=True), call(2, 1, 1.4, branch_cut=3)])
    samples(special.assoc_legendre_p_all, of=[call(3, 2, between(-0.7, 0.7, 3)), call(2, 1, 0.4, norm=True)])
    samples(special.sph_legendre_p, of=ORDERS)
    samples(special.sph_legendre_p_all, of=[call(3, 2, between(0.2, 0.7, 3)), call(2, 1, 0.4)])
