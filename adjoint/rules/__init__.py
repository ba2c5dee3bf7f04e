"""All derivative rules: importing this package fills the registry."""

from adjoint.rules import constants, elementwise, operators, reductions, shaping

__all__ = ["constants", "elementwise", "operators", "reductions", "shaping"]
