"""Give a value to names that generated code may read where the user's own code has not bound them yet.

    if c:                            t = 0.0
        t = np.exp(x)        ->      if c:
        y = t * x                        t = np.exp(x)
                                         y = t * x
                                     return y, (c, t)

A record is taken whatever branch ran, and a value is recorded before it is bound anew, in the first trip too. What the
user's code itself might read unbound gets None, which no computation takes for a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adjoint.analysis.definite import unbound_reads
from adjoint.analysis.kinds import Kind, Number
from adjoint.errors import InternalError
from adjoint.syntax import core

ZEROS = {"bool": False, "int": 0, "float": 0.0}


def bound_first(names: frozenset[str], fn: core.Function, kinds: Mapping[str, Kind]) -> list[Any]:
    """Binds, for the beginning of generated code, of the names that it may read unbound."""
    by_user = unbound_reads(fn.tree.body, fn.params, fn) if names else names
    return [core.bind(n, core.const(None if n in by_user else _zero(kinds.get(n)))) for n in sorted(names)]


def check_bound(missing: frozenset[str]) -> None:
    """See to it that no cotangent may be read unbound.

    Raises:
        InternalError: if one of `missing` may.
    """
    if missing:
        raise InternalError("reverse", f"{', '.join(sorted(missing))} may be read before it has a value")


def _zero(kind: Kind | None) -> Any:
    return ZEROS.get(kind.dtype) if isinstance(kind, Number) else None
