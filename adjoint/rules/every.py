"""All derivative rules of Python and NumPy: importing this module fills the tables.

What is declared later is the users'.
"""

from adjoint.rules import (
    changes,
    complex_numbers,
    constants,
    containers,
    einstein,
    elementary,
    fourier,
    helpers,
    joining,
    linalg,
    matrices,
    moving,
    numerical,
    operators,
    partial,
    polynomials,
    products,
    reductions,
    selecting,
    shaping,
    spectral,
    statistics,
    ufuncs,
)
from adjoint.rules.table import complete

__all__ = [
    "changes", "complex_numbers", "constants", "containers", "einstein", "elementary", "fourier", "helpers",
    "joining", "linalg", "matrices", "moving", "numerical", "operators", "partial", "polynomials", "products",
    "reductions", "selecting", "shaping", "spectral", "statistics", "ufuncs",
]  # fmt: skip

complete()
