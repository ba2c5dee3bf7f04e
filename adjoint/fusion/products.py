"""Sums of products written out again, so that the loops of the product and of the sum become one.

>>> from adjoint.tidy import example
>>> example.show(multiplied, '''
... x_bar = np.einsum("ijk,ik->ij", y_bar, t)
... y_bar = np.einsum("ij,ij->j", x_bar, x_bar)
... ''')
x_bar = np.einsum("ijk,ik->ij", y_bar, t)
y_bar = np.sum(x_bar * x_bar, axis=0)
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from adjoint.syntax import core
from adjoint.syntax.traverse import mapped


def multiplied(fn: core.Function) -> core.Function:
    """`np.einsum` of two arrays that lie on each other as in a product, summed over one axis, as that sum."""
    paths = {path for path, value in fn.bindings.items() if value is np.einsum and path.endswith(".einsum")}
    if not paths:
        return fn
    roots = {path: path.removesuffix(".einsum") for path in paths}

    def change(node: Any) -> Any:
        new = mapped(node, change)
        match new:
            case gast.Call(args=[gast.Constant(value=str(spec)), a, b], keywords=[], func=func):
                root = roots.get(core.path_of(func) or "")
                if root is not None and (axis := _summed(spec)) is not None:
                    return core.call(f"{root}.sum", core.binary(a, gast.Mult, b), axis=core.const(axis), at=new)
        return new

    body = [mapped(stmt, change) for stmt in fn.tree.body]
    return fn.with_body(body, bindings={**fn.bindings, **{f"{root}.sum": np.sum for root in roots.values()}})


def _summed(spec: str) -> int | None:
    """The axis of the product that some subscripts sum over; None where it is more than this."""
    parts, _, kept = spec.partition("->")
    terms = parts.split(",")
    whole = max(terms, key=len)
    lies = all(whole.endswith(term) and len(set(term)) == len(term) > 0 for term in terms)
    gone = [k for k, letter in enumerate(whole) if letter not in kept]
    aligned = kept == "".join(letter for letter in whole if letter in kept)
    return gone[0] if lies and aligned and len(gone) == 1 and set(kept) <= set(whole) else None
