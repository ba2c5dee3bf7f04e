"""Whether a function that a user has marked `constant` is pure: its text is looked at, when somebody first asks.

    @adjoint.constant                           @adjoint.constant
    def rounded(x):                             def noise():
        return float(int(x))     pure               return rng.normal()      not pure

What is pure may be called on a sample when a gradient is compiled, computed again, or left out.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import gast
import numpy as np

# Of an expression or statement that has one of these, nothing is said.
EFFECTS = (
    gast.Global, gast.Nonlocal, gast.Delete, gast.Import, gast.ImportFrom, gast.Yield, gast.YieldFrom, gast.Await,
    gast.NamedExpr, gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef,
)  # fmt: skip


def is_pure(function: Any) -> bool:
    """Has a call certainly no effect, and gives it the same result again?

    >>> import math
    >>> is_pure(lambda x: math.floor(x)), is_pure(lambda x: print(x)), is_pure(np.sin)
    (True, False, True)
    """
    from adjoint.analysis.repeated import done_again
    from adjoint.errors import AdjointError
    from adjoint.frontend.resolve import resolve
    from adjoint.frontend.source import parse
    from adjoint.syntax import core

    if not isinstance(function, FunctionType):
        return isinstance(function, np.ufunc) or (getattr(function, "__module__", None) or "").startswith("numpy.")
    try:
        fn = resolve(parse(function))
    except AdjointError:  # no text, or none that can be read
        return False
    nodes = core.walk(*fn.tree.body)
    stores = (gast.Attribute, gast.Subscript)
    if any(isinstance(n, EFFECTS) or isinstance(n, stores) and isinstance(n.ctx, gast.Store) for n in nodes):
        return False
    reads = {name for stmt in fn.statements for name in core.names_read(stmt)}
    live = [fn.bindings[n] for n in reads & fn.bindings.keys()]
    return done_again(fn, {}) is None and not any(isinstance(v, (list, dict, set, np.ndarray)) for v in live)
