"""All derivative rules, and the decorators that declare more: importing this package fills the registry.

No module is called like a decorator, in the place of which its import would put it.
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
from adjoint.rules.registry import RuleError, constant, elementwise, jvp, linear, vjp
from adjoint.rules.stepped import by_steps

__all__ = [
    "RuleError", "by_steps", "changes", "complex_numbers", "constant", "constants", "containers", "einstein",
    "elementary", "elementwise", "fourier", "helpers", "joining", "jvp", "linalg", "linear", "matrices", "moving",
    "numerical", "operators", "partial", "polynomials", "products", "reductions", "selecting", "shaping", "spectral",
    "statistics", "ufuncs", "vjp",
]  # fmt: skip
