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
    "bdtrik bdtrin btdtria btdtrib chdtriv chndtridf chndtrinc fdtridfd gdtrib nbdtrik nbdtrin ncfdtri ncfdtridfd "
    "ncfdtridfn ncfdtrinc nctdtridf nctdtrinc nctdtrit pdtrik stdtridf": (
        "it solves for a parameter by which the distribution function's derivative is not in SciPy"
    ),
    "SpecialFunctionError SpecialFunctionWarning test": "it is no function of numbers",
}

constant(*(getattr(special, name) for name in COUNTED.split() if hasattr(special, name)))
constant(*(getattr(special, name) for name in SETTINGS.split()), pure=False)
late.refuse(special, REASONS)
