"""What NumPy's functions with several results call these: an item by its number.

    r = np.linalg.svd(a)                r = np.linalg.svd(a)
    s = r.S                     ->      s = r[1]

After this pass a result of one of the functions in `FIELDS` has items only. A name that may also stand for something
else is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from adjoint.syntax import core
from adjoint.tidy.rebuild import map_parts, map_statements

FIELDS: Mapping[Any, tuple[str, ...]] = MappingProxyType(
    {
        np.linalg.eig: ("eigenvalues", "eigenvectors"),
        np.linalg.eigh: ("eigenvalues", "eigenvectors"),
        np.linalg.svd: ("U", "S", "Vh"),
        np.linalg.qr: ("Q", "R"),
        np.linalg.slogdet: ("sign", "logabsdet"),
        np.unique_all: ("values", "indices", "inverse_indices", "counts"),
        np.unique_counts: ("values", "counts"),
        np.unique_inverse: ("values", "inverse_indices"),
    }
)


def without_fields(fn: core.Function) -> core.Function:
    """Read the fields of such results as items."""
    paths = {path: _fields_of(value) for path, value in fn.bindings.items() if _fields_of(value)}
    if not paths:
        return fn
    known: dict[str, tuple[str, ...] | None] = dict.fromkeys(fn.params)
    for stmt in fn.statements:
        for name in core.names_bound(stmt):
            value = stmt.value if isinstance(stmt, gast.Assign) and core.is_name(stmt.targets[0]) else None
            fields = paths.get(core.path_of(value.func) or "") if isinstance(value, gast.Call) else None
            known[name] = fields if known.get(name, fields) == fields else None

    def read(node: Any) -> Any:
        match node:
            case gast.Attribute(value=gast.Name(id=name), attr=attr) if attr in (known.get(name) or ()):
                return core.item(node.value, core.const((known[name] or ()).index(attr)), node)
        return map_parts(node, read)

    return fn.with_body(map_statements(fn.tree.body, read))


def _fields_of(value: Any) -> tuple[str, ...]:
    try:
        return FIELDS.get(value, ())
    except TypeError:  # unhashable: no function
        return ()
