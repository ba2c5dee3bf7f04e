"""Readable gradients of plain Python and NumPy, by transforming their source.

>>> import numpy as np
>>> import adjoint
>>> @adjoint.grad
... def loss(w):
...     return np.sum(w**2)
>>> loss(np.array([1.0, 2.0]))
array([2., 4.])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adjoint.api import (
    constant,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    stop_gradient,
    value_and_grad,
    vjp,
)
from adjoint.backends.option import Numba
from adjoint.errors import (
    AdjointError,
    CaughtException,
    InternalError,
    NotScalar,
    SeedMismatch,
    SharedMemory,
    SourceNotFound,
    UnknownFunction,
    UnsupportedArgument,
    UnsupportedByNumba,
    UnsupportedMutation,
    UnsupportedSyntax,
)

if TYPE_CHECKING:
    from adjoint.backends.store import clear_cache
    from adjoint.checkpoints import checkpoint
    from adjoint.explaining import explain
    from adjoint.graphs import graph
    from adjoint.numeric import check_grads
    from adjoint.overflow import extended
    from adjoint.showing import show, source

__version__ = "0.1.0"

__all__ = [
    "AdjointError",
    "CaughtException",
    "InternalError",
    "NotScalar",
    "Numba",
    "SeedMismatch",
    "SharedMemory",
    "SourceNotFound",
    "UnknownFunction",
    "UnsupportedArgument",
    "UnsupportedByNumba",
    "UnsupportedMutation",
    "UnsupportedSyntax",
    "check_grads",
    "checkpoint",
    "clear_cache",
    "constant",
    "elementwise_grad",
    "explain",
    "extended",
    "grad",
    "graph",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "show",
    "source",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]

# Found when first asked for: a program that computes gradients needs none of these. No module is called like what is in
# it: an import of the module would put it in the place of the function.
_LATER = {
    "check_grads": "numeric",
    "checkpoint": "checkpoints",
    "clear_cache": "backends.store",
    "explain": "explaining",
    "extended": "overflow",
    "graph": "graphs",
    "show": "showing",
    "source": "showing",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'adjoint' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"adjoint.{_LATER[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
