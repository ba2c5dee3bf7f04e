"""Nodes and weights of quadrature, which depend on a whole number alone.

>>> from adjoint.rules.registry import is_constant
>>> is_constant(np.polynomial.legendre.leggauss)
True
"""

from __future__ import annotations

import numpy as np

from adjoint.rules.declare import constant

polynomial = np.polynomial
constant(
    polynomial.chebyshev.chebgauss,
    polynomial.hermite.hermgauss,
    polynomial.hermite_e.hermegauss,
    polynomial.laguerre.laggauss,
    polynomial.legendre.leggauss,
)
