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
    operators,
    partial,
    products,
    reductions,
    selecting,
    shaping,
)

__all__ = [
    "changes", "constants", "containers", "einstein", "elementwise", "helpers", "joining", "linalg", "operators",
    "partial", "products", "reductions", "selecting", "shaping",
]  # fmt: skip
