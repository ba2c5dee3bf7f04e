"""All derivative rules: importing this package fills the registry."""

from adjoint.rules import (
    constants,
    einstein,
    elementwise,
    joining,
    linalg,
    operators,
    products,
    reductions,
    selecting,
    shaping,
)

__all__ = [
    "constants", "einstein", "elementwise", "joining", "linalg", "operators", "products", "reductions", "selecting",
    "shaping",
]  # fmt: skip
