"""Bring the cotangent of a result to the shape of an operand that was broadcast: sums over what was repeated.

y = A * v                t = x[:, None]; y = t * A
v_bar = np.sum(y_bar * A, axis=0)        x_bar = np.sum(y_bar * A, axis=1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adjoint.analysis.kinds import COMPLEX, ONE, UNKNOWN, Array, DictOf, Kind, ListOf, MaybeArray, Number, TupleOf
from adjoint.analysis.shapes import fit
from adjoint.differentiate.contractions import summed
from adjoint.runtime import arrays
from adjoint.syntax import core
from adjoint.syntax.core import load

if TYPE_CHECKING:
    from adjoint.differentiate.sweep import Sweep


def projected(value: Any, out: Kind | None, name: str, sweep: Sweep) -> Any:
    """Bring the cotangent of a result of kind `out` to the shape (and field, and dtype) of an operand."""
    kind = sweep.facts.kinds.get(name)
    if isinstance(out, Number) and isinstance(kind, Number):
        narrowed = out.dtype in COMPLEX and kind.dtype not in COMPLEX
        return core.call(sweep.numpy("real"), value) if narrowed else value
    if fit(kind, out) and kind.dtype == out.dtype:  # type: ignore[union-attr]
        return value
    if isinstance(kind, (TupleOf, ListOf, DictOf)) or isinstance(out, (TupleOf, ListOf, DictOf)):
        bare = (out == UNKNOWN or isinstance(out, MaybeArray)) and not isinstance(kind, Number)
        return core.call(sweep.helper(arrays.unbroadcast), value, load(name)) if bare else value
    if not isinstance(out, Array) or not isinstance(kind, (Array, Number)) or not _keeps_dtype(kind, out):
        return value if out is None else core.call(sweep.helper(arrays.unbroadcast), value, load(name))
    if isinstance(kind, Number):
        return core.call(sweep.numpy("sum"), value)
    lead = _leading(kind, out)
    if (axis := _repeated(kind, out)) is not None:
        # Not by `keepdims=True`, which Numba does not know.
        index = [*(core.slice_(None, None, None) for _ in range(axis)), core.const(None)]
        total = summed(value, [axis], out, sweep)
        return core.item(total, index[0] if len(index) == 1 else core.tuple_(index))
    if not lead:
        return core.call(sweep.helper(arrays.unbroadcast), value, load(name))
    return summed(value, range(lead), out, sweep)


def _keeps_dtype(kind: Array | Number, out: Array) -> bool:
    """Has a cotangent of dtype `out` the dtype of the operand as it is?"""
    if isinstance(kind, Number):
        return out.dtype not in COMPLEX or kind.dtype in COMPLEX
    return kind.dtype == out.dtype


def _repeated(kind: Array, out: Array) -> int | None:
    """The axis of length 1 of the operand along which it was repeated, where that is all that was broadcast."""
    if kind.shape is None or out.shape is None or len(kind.shape) != len(out.shape):
        return None
    axes = [k for k, (own, whole) in enumerate(zip(kind.shape, out.shape)) if own != whole or own is None]
    return axes[0] if len(axes) == 1 and kind.shape[axes[0]] == ONE and len(out.shape) > 1 else None


def _leading(kind: Array, out: Array) -> int:
    """How many leading axes of `out` the operand lacks, where that is all that was broadcast."""
    if kind.shape is None or out.shape is None or None in kind.shape:
        return 0
    lead = len(out.shape) - len(kind.shape)
    return lead if lead > 0 and out.shape[lead:] == kind.shape else 0
