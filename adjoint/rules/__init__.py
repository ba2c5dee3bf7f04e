"""All derivative rules: importing this package fills the registry."""

from adjoint.rules import (
    changes,
    constants,
    containers,
    einstein,
    elementwise,
    helpers,
    joining,
    linalg,
    moving,
    numerical,
    operators,
    partial,
    products,
    reductions,
    selecting,
    shaping,
    statistics,
    ufuncs,
)

__all__ = [
    "changes", "constants", "containers", "einstein", "elementwise", "helpers", "joining", "linalg", "moving",
    "numerical", "operators", "partial", "products", "reductions", "selecting", "shaping", "statistics", "ufuncs",
]  # fmt: skip
