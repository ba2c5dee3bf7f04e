"""What the reverse function reads anew of the arguments: `x[0]` and `A.T` are not recorded.

    t = R.T                                  the record of f_forward:  (t,)     ->  ()
    return v @ t                             f_reverse begins with:             ->  t = R.T

Only of arguments that the function leaves as they are, and only what costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

import gast

from adjoint.analysis.indexing import components
from adjoint.analysis.kinds import Array, Kind, Number
from adjoint.syntax import core


def anew(
    kept: Collection[str], forward: Sequence[Any], unchanged: Collection[str], kinds: Mapping[str, Kind]
) -> list[Any]:
    """The binds of names among `kept` that can be made again from arrays that are `unchanged`.

    >>> from adjoint.emit.printer import to_source
    >>> block = gast.parse("t = A.T; n = len(x); x_0 = x[0]; y = x[i]; z = x * 2").body
    >>> kinds = {"A": Array("float64", (None, None)), "x": Array("float64", (None,)), "x_0": Number("float64")}
    >>> for stmt in anew(["t", "n", "x_0", "y", "z"], block, ["A", "x"], {"t": kinds["A"], **kinds}):
    ...     print(to_source(stmt))
    t = A.T
    x_0 = x[0]
    """
    bound = Counter(chain.from_iterable(core.names_bound(s) for s in core.statements(forward)))
    found = []
    for stmt in forward:
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=value) if name in kept and bound[name] == 1:
                root = _root(value, kinds.get(name))
                if root in unchanged and isinstance(kinds.get(root or ""), Array):
                    found.append(stmt)
    return found


def _root(value: Any, kind: Kind | None) -> str | None:
    """The array of which an expression is a cell, or the transpose."""
    match value:
        case gast.Attribute(value=gast.Name(id=name), attr="T"):
            return name if isinstance(kind, Array) else None
        case gast.Subscript(value=gast.Name(id=name), slice=index):
            return name if isinstance(kind, Number) and all(map(core.is_constant, components(index))) else None
    return None
