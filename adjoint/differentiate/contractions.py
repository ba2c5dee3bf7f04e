"""Sums of products along axes, without the product: what comes to an operand that was broadcast.

    y = a * b[:, None, :]        b_bar = np.sum(y_bar * a, axis=1)  ->  b_bar = np.einsum("ijk,ijk->ik", y_bar, a)

The array of products is as large as the result; to make it, and to read it again, takes several times as long as the
sum itself. Of matrices it stays as it is: there is little to gain, and `np.sum` says more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gast

from adjoint.analysis.kinds import Array
from adjoint.syntax import core

if TYPE_CHECKING:
    from adjoint.differentiate.sweep import Sweep

LETTERS = "ijklmnpq"
REAL = ("float32", "float64")
LEAST = 3  # axes


def summed(value: Any, axes: Sequence[int], out: Array, sweep: Sweep) -> Any:
    """The sum of an expression, which has the shape of a kind, along these axes."""
    factors = _factors(value, out, sweep)
    if factors is None:
        axis = core.const(axes[0]) if len(axes) == 1 else core.tuple_([core.const(k) for k in axes])
        return core.call(sweep.numpy("sum"), value, axis=axis)
    whole = LETTERS[: len(out.shape or ())]
    kept = "".join(letter for k, letter in enumerate(whole) if k not in axes)
    given = ",".join(whole[len(whole) - rank :] for _, rank in factors)
    return core.call(sweep.numpy("einsum"), core.const(f"{given}->{kept}"), *[factor for factor, _ in factors])


def _factors(value: Any, out: Array, sweep: Sweep) -> list[tuple[Any, int]] | None:
    """The two factors of a product with their ranks, one of which is that of all; None of anything else."""
    rank = len(out.shape or ())
    if not LEAST <= rank <= len(LETTERS) or out.dtype not in REAL:
        return None
    if not isinstance(value, gast.BinOp) or not isinstance(value.op, gast.Mult):
        return None
    ranks = [_rank(part, sweep) for part in (value.left, value.right)]
    if None in ranks or 0 in ranks or max(ranks) != rank:  # type: ignore[type-var]
        return None
    return list(zip((value.left, value.right), ranks))  # type: ignore[arg-type]


def _rank(node: Any, sweep: Sweep) -> int | None:
    narrow = sweep.shapes.get(node.id) if core.is_name(node) else None
    shape = sweep.shape_of(node) if narrow is None else narrow
    return None if shape is None else len(shape)
