"""All derivative rules: importing this package fills the registry."""

from adjoint.rules import (
    constants,
    einstein,
    elementwise,
    helpers,
    joining,
    linalg,
    operators,
    products,
    reductions,
    selecting,
    shaping,
)

__all__ = [
    "constants", "einstein", "elementwise", "helpers", "joining", "linalg", "operators", "products", "reductions",
    "selecting", "shaping",
]  # fmt: skip
