"""All derivative rules, and the decorators that declare more.

The rules are loaded when the first question about one is asked (`registry`), or the first is declared: what runs
machine code from the disk asks none. What is imported from here is a decorator, and no module is called like one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adjoint.rules.registry import RuleError, constant, elementwise, jvp, linear, vjp
    from adjoint.rules.stepped import by_steps

__all__ = ["RuleError", "by_steps", "constant", "elementwise", "jvp", "linear", "vjp"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from adjoint.rules import registry, stepped

    return getattr(stepped if name == "by_steps" else registry, name)
