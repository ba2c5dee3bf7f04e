"""Rules of libraries that are loaded when a function of theirs is first asked about, and not before.

    late.wanted(scipy.special.erf)      imports adjoint.rules.scipy.special, once

Importing adjoint loads nothing of SciPy; without SciPy there is nothing to ask about. What the user has declared for
one of these functions before holds: it is not replaced by the rule that comes later.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

# SciPy's packages (and one of NumPy's) by their names, and the modules here with their rules. What is loaded is taken
# out.
PENDING = {
    "numpy.polynomial": "adjoint.rules.quadrature",
    "scipy.fft": "adjoint.rules.scipy.fft",
    "scipy.integrate": "adjoint.rules.scipy.integrate",
    "scipy.interpolate": "adjoint.rules.scipy.interpolate",
    "scipy.linalg": "adjoint.rules.scipy.linalg",
    "scipy.ndimage": "adjoint.rules.scipy.ndimage",
    "scipy.optimize": "adjoint.rules.scipy.optimize",
    "scipy.signal": "adjoint.rules.scipy.signal",
    "scipy.spatial": "adjoint.rules.scipy.spatial",
    "scipy.special": "adjoint.rules.scipy.special",
    "scipy.stats": "adjoint.rules.scipy.stats",
}
# Functions of theirs that are written out as functions of ours.
WRITTEN: dict[Any, Any] = {}
# Functions of theirs without a derivative, and why.
REFUSED: dict[Any, str] = {}
# Functions of theirs of which only the values tell what kind of array they give: complex or not, how many axes.
OPEN: set[Any] = set()
SOLVERS = (
    "scipy.optimize", "scipy.integrate._quadpack_py", "scipy.integrate._odepack_py", "scipy.integrate._ivp",
    "adjoint.rules.scipy.optimize", "adjoint.rules.scipy.integrate",
)  # fmt: skip
DISTRIBUTIONS = (
    "scipy.stats._continuous_distns",
    "scipy.stats._discrete_distns",
    "scipy.stats._multivariate",
)


def wanted(primitive: Any) -> bool:
    """Load the rules that this may have, if they are not loaded yet; True if some were."""
    if not PENDING:
        return False
    package = _package_of(primitive)
    module = PENDING.pop(package, None) if package in sys.modules else None
    if module is None:
        return False
    _load(module)
    return True


def load_all() -> None:
    """Load every rule of the libraries that are installed.

    Raises:
        ImportError: if SciPy is not.
    """
    for package, module in tuple(PENDING.items()):
        importlib.import_module(package)
        del PENDING[package]
        _load(module)


def refuse(package: Any, reasons: Mapping[str, str]) -> None:
    """Say of functions of a package, several names to a reason, why they have no derivative."""
    for names, reason in reasons.items():
        REFUSED.update({getattr(package, name): reason for name in names.split() if hasattr(package, name)})


def is_open(primitive: Any) -> bool:
    """Do kinds of arguments not tell the kind of the result?"""
    return primitive in OPEN or calls_back(primitive)


def calls_back(primitive: Any) -> bool:
    """May this call a function that it is given, for long? It is not tried on sample arguments."""
    module = getattr(primitive, "__module__", None)
    return isinstance(module, str) and module.startswith(SOLVERS)


def advice(primitive: Any, argument: str) -> str:
    """What to do where an argument that varies has no derivative.

    >>> advice(np.sum, "where")
    'Leave the argument out, or write the same with functions that adjoint knows.'
    """
    if argument in ("f", "fun", "func") and calls_back(primitive):
        return "What the function reads from around it varies: give it as parameters, and pass these in `args=`."
    return "Leave the argument out, or write the same with functions that adjoint knows."


def is_distribution(value: Any) -> bool:
    """Is this a distribution of `scipy.stats`, as `scipy.stats.norm` is? Its methods are primitives."""
    return type(value).__module__ in DISTRIBUTIONS and hasattr(value, "rvs") and not hasattr(value, "dist")


def is_frozen(value: Any) -> bool:
    """Is this a distribution with its parameters, as `scipy.stats.norm(0, 1)` is?"""
    cls: Any = type(value)
    return cls.__module__ == "scipy.stats._distn_infrastructure" and hasattr(value, "dist") and hasattr(value, "kwds")


def _package_of(primitive: Any) -> str:
    """The package of those above that a function is from; ufuncs, which do not say, are from `scipy.special`.

    >>> _package_of(np.sin), _package_of(np.sum), _package_of(3)
    ('', '', '')
    """
    if isinstance(primitive, np.ufunc):
        return "" if getattr(np, primitive.__name__, None) is primitive else "scipy.special"
    module = getattr(primitive, "__module__", None)
    if not isinstance(module, str) or not module.startswith(("scipy.", "numpy.polynomial")):
        return ""
    return ".".join(module.split(".", 2)[:2])


def _load(module: str) -> None:
    from adjoint.rules import every, table  # noqa: F401  (what comes after all others is told apart)

    kept = {**table.RULES}, {**table.FULLER}, {**table.CONSTANTS}
    count, theirs = table.generation(), {**table.THEIRS}
    importlib.import_module(module)
    # Nothing that is compiled has asked about these functions, or they would have been loaded.
    table.restore(*kept, count, theirs)
