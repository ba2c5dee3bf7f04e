"""Random expressions for arrays: elementwise, reductions with an axis, joining, reshaping, products, broadcasting."""

from __future__ import annotations

from builder import Builder
from expressions import scalar, test, view_or_name
from scope import Scope, Shape


def ordinary(b: Builder, scope: Scope, shape: Shape) -> str:
    """What every program is full of."""
    first, second = view_or_name(b, scope, shape), view_or_name(b, scope, shape)
    number = scalar(b, scope)
    return b.one_of(
        lambda: f"{first} * {number}",
        lambda: f"{first} + {second}",
        lambda: f"{number} - {first}",
        lambda: f"np.sin({first}) * {second}",
        lambda: f"{first} / (2 + {second} * {second})",
        lambda: f"np.tanh({first})",
        lambda: f"np.sqrt(1 + {first} ** 2)",
        lambda: f"np.clip({first}, -0.7, {b.constant()})",
    )


def unusual(b: Builder, scope: Scope, shape: Shape) -> str:
    """Selecting, masks, choices, joining: for any shape."""
    first, second = view_or_name(b, scope, shape), view_or_name(b, scope, shape)
    number, n = scalar(b, scope), shape[0]
    axis = len(shape) - 1
    return b.one_of(
        lambda: f"np.where({first} > {b.constant()}, {second}, {number})",
        lambda: f"np.maximum({first}, {number})",
        lambda: f"np.minimum({first}, {second} + 0.3)",
        lambda: f"np.clip({first}, -0.7, {b.constant()})",
        lambda: f"{first} * ({second} > {b.constant()})",
        lambda: f"({first} if {test(b, scope)} else {second})",
        lambda: f"np.abs({first})",
        lambda: f"np.concatenate([{first}[:1], {second}[1:]])",
        lambda: f"np.concatenate(({first}[{n // 2}:], {second}[:{n // 2}])) * {number}",
        lambda: f"np.roll({first}, 1, axis=0)",
        lambda: f"np.flip({first}, {axis})",
        lambda: f"np.sort({first}, axis={axis})",
        lambda: f"{first} - {second}.mean(axis={axis}, keepdims=True)",
        lambda: f"{first} * np.array({number})",
        lambda: f"np.asarray({number}) + {first}",
        lambda: f"np.array({first}) * {b.constant()}",
        lambda: f"{first}.copy() + {second}",
        lambda: f"np.ones_like({first}) * {number}",
        lambda: f"{first}.reshape(-1).reshape({shape})",
        lambda: f"np.nan_to_num({first})",
        lambda: f"np.nan_to_num({second}) * {number}",
        lambda: f"np.hypot({first}, {b.pick([first, second])})",
        lambda: f"np.logaddexp({first}, {second}) * {number}",
        lambda: f"{first} ** 2 * {second}",
    )


def of_vector(b: Builder, scope: Scope, shape: Shape) -> str:
    """For arrays of rank 1."""
    (n,) = shape
    vector, other, number = view_or_name(b, scope, shape), view_or_name(b, scope, shape), scalar(b, scope)
    matrix = _matrix(b, scope, n)
    rows = f"{matrix}.shape[0]"
    return b.one_of(
        lambda: f"np.cumsum({vector}) * 0.5",
        lambda: f"{matrix}.sum(axis=0)",
        lambda: f"({matrix} * {vector}).mean(axis=0)",
        lambda: f"np.max({matrix}, axis=0)",
        lambda: f"(np.arange({rows}) * 0.3) @ {matrix}",
        lambda: f"{matrix}.T @ {matrix}[:, 0] * 0.3",
        lambda: f"np.dot({matrix}.T, np.full({rows}, {number})) * 0.3",
        lambda: f"np.outer({vector}, {other}).sum(axis=1) * 0.2",
        lambda: f"np.einsum('ij,j->j', {matrix}, {vector})",
        lambda: f"({vector}[:, None] * {other}[None, :]).sum(axis=1) * 0.2",
        lambda: f"np.stack([{vector}, {other}]).sum(axis=0)",
        lambda: f"np.array([{number}] + [v * 0.7 for v in {vector}[1:]])",
        lambda: f"np.array([{vector}[j] * {number} for j in range({n})])",
        lambda: f"np.array([{', '.join(scalar(b, scope) for _ in range(n))}])",
        lambda: f"{vector}[[{', '.join(str(b.integer(0, n - 1)) for _ in range(n))}]]",
        lambda: f"np.take({vector}, [{', '.join(str(b.integer(0, n - 1)) for _ in range(n))}])",
        lambda: f"np.diff(np.concatenate([{vector}, [0.5]]))",
        lambda: f"{vector} * np.arange({n})",
    )


def of_matrix(b: Builder, scope: Scope, shape: Shape) -> str:
    """For arrays of rank 2."""
    n, m = shape
    matrix, number = view_or_name(b, scope, shape), scalar(b, scope)
    column, row = view_or_name(b, scope, (n,)), view_or_name(b, scope, (m,))
    return b.one_of(
        lambda: f"{matrix} * ({column})[:, None]",
        lambda: f"{matrix} * {row}",
        lambda: f"({column})[:, None] + {row}",
        lambda: f"{matrix}[:1] * {matrix}[:, :1]",
        lambda: f"{matrix} - {matrix}.sum(axis=0, keepdims=True) * 0.2",
        lambda: f"np.outer({column}, {row})",
        lambda: f"np.einsum('i,ij->ij', {column}, {matrix})",
        lambda: f"np.stack([{', '.join([row] * (n - 1) + [f'{row} * {number}'])}])",
        lambda: f"np.vstack([{matrix}[1:], {row}])",
        lambda: f"np.column_stack([{', '.join([column] * m)}])",
        lambda: f"{matrix} @ np.outer({row}, {row}) * 0.1",
        lambda: f"np.transpose({matrix}).T * {number}",
        lambda: f"np.cumsum({matrix}, axis=1) * 0.5",
        lambda: f"np.broadcast_to({row}, {shape}) * {number}",
        lambda: f"{matrix}[np.arange({n})[:, None], np.arange({m})]",
    )


def _matrix(b: Builder, scope: Scope, columns: int) -> str:
    found = scope.of(lambda s: len(s) == 2 and s[1] == columns)
    if found:
        return b.pick(found)
    return f"np.outer(np.arange(1, 3) * 0.4, {view_or_name(b, scope, (columns,))})"
