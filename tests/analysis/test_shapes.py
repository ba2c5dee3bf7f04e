"""What is known of shapes is what NumPy gives, at sizes of which none is another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adjoint.analysis import extents
from adjoint.analysis.infer import infer
from adjoint.analysis.kinds import Array
from adjoint.analysis.values import Symbols, kind_of
from adjoint.pipeline import core_of

ARGUMENTS = {"A": np.eye(3) + 1, "B": np.ones((3, 5)), "x": np.ones(3), "y": np.ones(4), "s": 0.5}


def of_solve(A, B, x, y, s):
    return np.linalg.solve(A, B), np.linalg.solve(A, x), np.linalg.solve(A, np.ones((3, 2)))


def of_square(A, B, x, y, s):
    return np.linalg.inv(A), np.linalg.cholesky(A @ A.T + A), np.linalg.matrix_power(A, 3)


def of_made(A, B, x, y, s):
    return np.eye(len(x)), np.eye(len(x), 4), np.identity(B.shape[1]), np.linspace(0.0, s, len(y)), np.linspace(0, 1)


def of_like(A, B, x, y, s):
    return np.zeros_like(B), np.zeros_like(B, shape=(2, 4)), np.ones_like(x, shape=3)


def of_written_out(A, B, x, y, s):
    rows = np.array([[s, x[0], 1.0], [x[1], 2.0, s]])
    return np.array([s, x[0] * s]), rows, np.array([x, 2 * x]), np.asarray([y[0]]), np.array(x), np.array([x + s, x])


def of_lists_that_grow(A, B, x, y, s):
    values = [s, s]
    values.append(x[0])
    return np.array(values), np.array([*values, s])


FUNCTIONS = (of_solve, of_square, of_made, of_like, of_written_out, of_lists_that_grow)


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_shapes_are_numpys(f: Callable[..., Any]) -> None:
    values = list(ARGUMENTS.values())
    sizes = Symbols()
    fn = core_of(f)  # type: ignore[arg-type]
    with extents.of_call(sizes.values):
        kinds = infer(fn, dict(zip(fn.params, [kind_of(v, sizes) for v in values], strict=True)))
    result = kinds[fn.tree.body[-1].value.id] if hasattr(fn.tree.body[-1].value, "id") else None
    items = result.items if result is not None else [kinds[e.id] for e in fn.tree.body[-1].value.elts]
    for kind, real in zip(items, f(*values), strict=True):
        assert isinstance(kind, Array) and kind.shape is not None
        known = [None if n is None else n.constant + sum(k * sizes.values[s] for s, k in n.terms) for n in kind.shape]
        assert len(known) == real.ndim
        assert all(n is None or n == m for n, m in zip(known, real.shape, strict=True)), (kind, real.shape)
        assert f is of_lists_that_grow or None not in known, kind
