"""What the rules give where there is no derivative, or where its usual formula fails."""

from __future__ import annotations

import builtins
import inspect
import math
import operator
from typing import Any

import numpy as np
import pytest

from adjoint.errors import UnsupportedArgument
from adjoint.rules.registry import Rule, rule_of


def rule(primitive: Any) -> Rule:
    found = rule_of(primitive)
    assert found is not None
    return found


def body(primitive: Any, *args: Any, **keywords: Any) -> Any:
    """The rule's body, with `out` where it asks for it."""
    given = {n: v for n, v in keywords.items() if n != "out_bar"}
    asks = "out" in inspect.signature(rule(primitive).body).parameters
    extra = {"out": primitive(*args, **given)} if asks else {}
    return rule(primitive).body(*args, **keywords, **extra)


def same(got: Any, expected: Any) -> bool:
    return bool(np.array_equal(np.asarray(got, dtype=float), np.asarray(expected, dtype=float), equal_nan=True))


@pytest.mark.parametrize("primitive", [builtins.abs, operator.abs, np.abs])
def test_abs_at_zero(primitive: Any) -> None:
    assert same(body(primitive, np.array([-2.0, 0.0, 3.0]), out_bar=1.0), [-1, 0, 1])
    assert body(primitive, 0.0, out_bar=5.0) == 0
    assert body(primitive, 0j, out_bar=5.0) == 0


@pytest.mark.parametrize("primitive", [np.fabs, math.fabs])
def test_fabs_at_zero(primitive: Any) -> None:
    assert body(primitive, 0.0) == 0


def test_ties_of_maximum_and_minimum_are_shared() -> None:
    x, y = np.array([1.0, 2.0, -np.inf, np.inf]), np.array([1.0, 1.0, -np.inf, np.inf])
    for primitive in (np.maximum, np.minimum, np.fmax, np.fmin):
        by_x, by_y = body(primitive, x, y)
        assert same(by_x + by_y, [1, 1, 1, 1])
        assert same(by_x[[0, 2, 3]], [0.5, 0.5, 0.5])


def test_ties_of_python_max_are_shared() -> None:
    assert body(max, 2.0, 1.0, 2.0, out_bar=6.0) == (3, 0, 3)
    assert body(min, [2.0, 1.0, 1.0], out_bar=6.0) == ([0, 3, 3],)


def test_ties_of_a_reduction_are_shared() -> None:
    x = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    assert same(body(np.max, x, out_bar=1.0), [[0, 0.5, 0.5], [0, 0, 0]])
    assert same(body(np.max, x, axis=1, out_bar=np.array([2.0, 3.0])), [[0, 1, 1], [1, 1, 1]])
    assert same(body(np.ptp, x, axis=1, out_bar=np.array([2.0, 3.0])), [[-2, 1, 1], [0, 0, 0]])


def test_nan_among_the_cells_of_max_is_not_hidden() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(body(np.max, np.array([1.0, np.nan]), out_bar=1.0)).all()


def test_clip_at_its_bounds_counts_as_inside() -> None:
    by_a, by_min, by_max = body(np.clip, np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), 0.0, 1.0)
    assert same(by_a, [0, 1, 1, 1, 0])
    assert same(by_min, [1, 0, 0, 0, 0])
    assert same(by_max, [0, 0, 0, 0, 1])


def test_powers_at_zero() -> None:
    x, y = np.array([0.0, 0.0, 0.0, 2.0]), np.array([0.0, 1.0, 2.0, 0.0])
    by_x, by_y = body(np.power, x, y)
    assert same(by_x, [0, 1, 0, 0])
    assert same(by_y[:3], [0, 0, 0])
    assert body(operator.pow, 0.0, 0)[0] == 0
    assert body(operator.pow, 0.0, 2)[0] == 0
    with np.errstate(invalid="ignore"):
        by_x, by_y = body(operator.pow, -3.0, 2)
    assert by_x == -6
    assert np.isnan(by_y)


def test_roots_at_zero_are_infinite() -> None:
    with np.errstate(divide="ignore"):
        assert body(np.sqrt, np.float64(0.0)) == np.inf
        assert body(np.cbrt, np.float64(0.0)) == np.inf
    with pytest.raises(ZeroDivisionError):
        body(math.sqrt, 0.0)


def test_where_keeps_an_infinite_cotangent_out_of_the_cells_not_chosen() -> None:
    x_bar, y_bar = body(np.where, np.array([True, False]), np.ones(2), 0.0, out_bar=np.array([1.0, np.inf]))
    assert same(x_bar, [1, 0])
    assert y_bar == np.inf


def test_norms_at_zero() -> None:
    zero = np.zeros(3)
    for order in (None, 1, 2, 3):
        assert same(body(np.linalg.norm, zero, order, out_bar=1.0), zero)
    assert same(body(np.linalg.norm, np.zeros((2, 3)), axis=1, out_bar=np.ones(2)), np.zeros((2, 3)))
    assert same(body(np.linalg.norm, np.array([2.0, -2.0, 1.0]), np.inf, out_bar=1.0), [0.5, -0.5, 0])
    assert body(math.hypot, 0.0, 0.0, out_bar=1.0) == (0, 0)
    assert body(np.hypot, 0.0, 0.0) == (0, 0)
    assert body(math.dist, [1.0], [1.0], out_bar=1.0) == ([0], [0])


def test_std_of_equal_cells_is_flat() -> None:
    assert same(body(np.std, np.ones(3), out_bar=1.0), np.zeros(3))


def test_products_with_zeros() -> None:
    assert same(body(np.prod, np.array([2.0, 0.0, 3.0]), out_bar=1.0), [0, 6, 0])
    assert same(body(np.prod, np.array([2.0, 0.0, 0.0]), out_bar=1.0), [0, 0, 0])
    assert same(body(np.prod, np.array([]), out_bar=1.0), [])
    assert same(body(np.cumprod, np.array([2.0, 0.0, 3.0]), out_bar=np.ones(3)), [1, 8, 0])
    assert same(body(np.cumprod, np.array([]), out_bar=np.array([])), [])


def test_determinant_of_a_singular_matrix() -> None:
    assert same(body(np.linalg.det, np.array([[0.0, 1.0], [0.0, 2.0]]), out_bar=1.0), [[2, 0], [-1, 0]])


def test_sinc_and_angle_at_zero() -> None:
    assert body(np.sinc, 0.0) == 0
    assert body(np.angle, 0j, out_bar=1.0) == 0


def test_remainders_have_the_slope_of_their_side() -> None:
    assert body(operator.mod, -2.5, 1.0) == (1, 3)
    assert body(math.fmod, -2.5, 1.0) == (1, 2)


def test_what_is_cut_to_integers_has_derivative_zero() -> None:
    x = np.array([0.5, 1.5])
    assert same(body(np.ndarray.astype, x, int, out_bar=np.ones(2)), [0, 0])
    assert body(np.full, 2, 0.5, int, out_bar=np.ones(2)) == 0
    assert body(np.full_like, np.array([1, 2]), 0.5, out_bar=np.ones(2)) == 0
    assert same(body(np.array, [0.5, 1.5], dtype=int, out_bar=np.ones(2)), [0, 0])


def test_casts_of_numbers_have_slope_one() -> None:
    assert body(np.float32, 0.1) == 1
    assert body(float, 1) == 1


@pytest.mark.parametrize("primitive", [np.sum, np.prod, np.cumsum, np.cumprod, np.mean, np.var, np.std])
def test_empty_arrays(primitive: Any) -> None:
    empty = np.zeros((0, 3))
    out_bar = np.ones((0, 3)) if primitive in (np.cumsum, np.cumprod) else np.ones(0)
    assert body(primitive, empty, axis=1, out_bar=out_bar).shape == (0, 3)


@pytest.mark.parametrize(
    ("primitive", "args", "keywords", "message"),
    [
        (
            np.pad,
            (np.ones(3), 1, "mean"),
            {},
            'np.pad: mode="mean" has no derivative rule; "constant" and "edge", say, have',
        ),
        (
            np.ravel,
            (np.ones((2, 2)),),
            {"order": "K"},
            'order="K" depends on the memory layout; write order="C" or order="F"',
        ),
        (
            np.einsum,
            (np.ones((2, 2)), [0, 0]),
            {},
            'np.einsum: give the subscripts as a string, "ij,jk->ik"',
        ),
    ],
)
def test_what_has_no_rule_is_refused(primitive: Any, args: Any, keywords: Any, message: str) -> None:
    with pytest.raises(UnsupportedArgument) as caught:
        body(primitive, *args, **keywords, out_bar=np.ones(4))
    assert str(caught.value) == message
