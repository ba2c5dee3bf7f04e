"""Functions of `scipy.special` whose derivative is zero, and those without one, with the reason that messages give."""

from __future__ import annotations

from scipy import special

from adjoint.rules import late
from adjoint.rules.declare import constant

# Of whole numbers: zeros of functions, nodes and weights, numbers of a kind
COUNTED = """
    ai_zeros bi_zeros bei_zeros beip_zeros ber_zeros berp_zeros kei_zeros keip_zeros ker_zeros kerp_zeros kelvin_zeros
    erf_zeros fresnel_zeros fresnelc_zeros fresnels_zeros jn_zeros jnjnp_zeros jnp_zeros jnyn_zeros y0_zeros y1_zeros
    y1p_zeros yn_zeros ynp_zeros roots_legendre roots_chebyc roots_chebys roots_chebyt roots_chebyu roots_hermite
    roots_hermitenorm roots_laguerre roots_sh_chebyt roots_sh_chebyu roots_sh_legendre bernoulli euler factorial2
    factorialk stirling2
"""
SETTINGS = "errstate geterr seterr"
REASONS = {
    "legendre chebyt chebyu chebyc chebys gegenbauer genlaguerre laguerre hermite hermitenorm jacobi sh_chebyt "
    "sh_chebyu sh_jacobi sh_legendre": "it makes an object of a polynomial: use `special.eval_legendre` and the like",
    "roots_gegenbauer roots_genlaguerre roots_jacobi roots_sh_jacobi": (
        "how the nodes move with the parameters is not known: compute them outside the function"
    ),
    "factorial": "it is for whole numbers: use `special.gamma(n + 1)`",
    "zetac": "the derivative of the zeta function by its argument is not in SciPy",
    "bdtrik bdtrin btdtria btdtrib chdtriv chndtridf fdtridfd gdtrib nbdtrik nbdtrin ncfdtridfd ncfdtridfn "
    "nctdtridf pdtrik stdtridf": (
        "it solves for a parameter by which the distribution function's derivative is not in SciPy"
    ),
    "mathieu_a mathieu_b mathieu_even_coef mathieu_odd_coef pro_cv pro_cv_seq obl_cv obl_cv_seq": (
        "how the characteristic values of its equation move with the parameter is not in SciPy"
    ),
    "ellip_harm ellip_harm_2 ellip_normal": "the derivatives of ellipsoidal harmonics are not in SciPy",
    "pbdn_seq": "SciPy's derivatives of it are not those of its values: use `special.pbdv` with each order",
    "pro_rad2 pro_rad2_cv obl_rad2 obl_rad2_cv": (
        "SciPy's values of it, and of its derivative beside it, are not accurate: they do not solve its equation"
    ),
    "SpecialFunctionError SpecialFunctionWarning test": "it is no function of numbers",
}

constant(*(getattr(special, name) for name in COUNTED.split() if hasattr(special, name)))
constant(*(getattr(special, name) for name in SETTINGS.split()), pure=False)
late.refuse(special, REASONS)
