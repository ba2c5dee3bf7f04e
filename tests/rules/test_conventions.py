"""docs/conventions.md, case by case: gradients at corners, jumps, poles and where formulas fail, in both modes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import adjoint

ZERO, ONES, TIE = np.zeros(3), np.ones(3), np.array([1.0, 3.0, 3.0])


def cut(x):
    return np.where(x > 0, x * np.log(x), 0.0).sum()


def cut_where_false(x):
    return np.where(x == 0, 1.0, np.sin(x) / x).sum()


def cut_chain(x):
    safe = x > 0
    return np.where(safe, np.exp(2.5 * np.log(x)) / np.sqrt(x), -x).sum()


def cut_twice(x):
    return np.where(x > 0, np.where(x > 1, 1 / np.log(x), np.sqrt(x)), 2 * x).sum()


CASES: dict[str, tuple[Any, Any, Any]] = {
    "abs": (lambda x: abs(x), 0.0, 0.0),
    "fabs": (lambda x: np.fabs(x).sum(), ZERO, ZERO),
    "norm": (lambda x: np.linalg.norm(x), ZERO, ZERO),
    "vector_norm": (lambda x: np.linalg.vector_norm(x), ZERO, ZERO),
    "norm of rows": (lambda x: np.linalg.norm(x, axis=1).sum(), np.zeros((2, 3)), np.zeros((2, 3))),
    "hypot": (lambda x: np.hypot(x, 0.0), 0.0, 0.0),
    "std": (lambda x: np.std(x), ONES, ZERO),
    "maximum": (lambda x: np.maximum(x, 1.0), 1.0, 0.5),
    "relu": (lambda x: np.maximum(x, 0.0).sum(), ZERO, 0.5 * ONES),
    "python max": (lambda x: max(x, 1.0), 1.0, 0.5),
    "max": (lambda x: np.max(x), TIE, [0.0, 0.5, 0.5]),
    "min": (lambda x: np.min(-x), TIE, [0.0, -0.5, -0.5]),
    "ptp": (lambda x: np.ptp(x), TIE, [-1.0, 0.5, 0.5]),
    "clip": (lambda x: np.clip(x, 0.0, 1.0).sum(), np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), [0.0, 1.0, 1.0, 1.0, 0.0]),
    "sort": (lambda x: np.sort(x) @ [1.0, 2.0, 3.0], np.array([1.0, 1.0, 0.0]), [2.0, 3.0, 1.0]),
    "median": (lambda x: np.median(x), np.array([1.0, 1.0, 2.0, 2.0]), [0.0, 0.5, 0.5, 0.0]),
    "norm of order 2": (lambda x: np.linalg.norm(np.diag(x), 2), ONES, ONES / 3),
    "floor": (lambda x: np.floor(x) + x // 1, 1.0, 0.0),
    "sign": (lambda x: np.sign(x), 0.0, 0.0),
    "mod": (lambda x: x % 1.0, 2.0, 1.0),
    "sqrt": (lambda x: np.sqrt(x).sum(), ZERO, np.inf * ONES),
    "cbrt": (lambda x: np.cbrt(x).sum(), ZERO, np.inf * ONES),
    "half power": (lambda x: (x**0.5).sum(), ZERO, np.inf * ONES),
    "arccos": (lambda x: np.arccos(x).sum(), ONES, -np.inf * ONES),
    "prod": (lambda x: np.prod(x), np.array([2.0, 0.0, 3.0]), [0.0, 6.0, 0.0]),
    "prod of two zeros": (lambda x: np.prod(x), np.array([2.0, 0.0, 0.0]), ZERO),
    "cumprod": (lambda x: np.cumprod(x).sum(), np.array([2.0, 0.0, 3.0]), [1.0, 8.0, 0.0]),
    "sinc": (lambda x: np.sinc(x), 0.0, 0.0),
    "square": (lambda x: x**2, 0.0, 0.0),
    "first power": (lambda x: x**1, 0.0, 1.0),
    "zeroth power": (lambda x: x**0, 0.0, 0.0),
    "powers": (lambda x: np.power(x, np.array([0.0, 1.0, 2.0])).sum(), ZERO, [0.0, 1.0, 0.0]),
    "exponent": (lambda x: np.power(0.0, x), 2.0, 0.0),
    "logaddexp left": (lambda x: np.logaddexp(0.0, x), -1000.0, 0.0),
    "logaddexp right": (lambda x: np.logaddexp(0.0, x), 1000.0, 1.0),
    "sigmoid": (lambda x: 0.5 * (1 + np.tanh(x / 2)), -1000.0, 0.0),
    "sigmoid right": (lambda x: 1 / (1 + np.exp(-x)), 1000.0, 0.0),
    "det": (lambda x: np.linalg.det(x), np.array([[1.0, 2.0], [2.0, 4.0]]), [[4.0, -2.0], [-2.0, 1.0]]),
    "eigvalsh": (lambda x: (np.linalg.eigvalsh(np.diag(x)) ** 2).sum(), ONES, 2 * ONES),
    "eigh": (lambda x: (np.linalg.eigh(np.diag(x))[0] ** 2).sum(), ONES, 2 * ONES),
    "eigvals": (lambda x: np.real((np.linalg.eigvals(np.diag(x)) ** 2).sum()), ONES, 2 * ONES),
    "svd": (lambda x: np.linalg.svd(np.diag(x))[1].sum(), ONES, ONES),
    "svdvals": (lambda x: np.linalg.svdvals(np.diag(x)).sum(), ONES, ONES),
    "nuclear norm": (lambda x: np.linalg.norm(np.diag(x), "nuc"), np.array([1.0, 1.0, 0.0]), [1.0, 1.0, 0.0]),
    "where": (cut, np.array([0.5, 0.0, -1.0]), [1 + math.log(0.5), 0.0, 0.0]),
    "where not": (cut_where_false, np.array([0.0, math.pi]), [0.0, -1 / math.pi]),
    "where and a chain": (cut_chain, np.array([4.0, 0.0, -1.0]), [8.0, -1.0, -1.0]),
    "where in where": (cut_twice, np.array([math.e, 1.0, 0.25, 0.0]), [-1 / math.e, 0.5, 1.0, 2.0]),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CASES)
def test_gradient(name: str) -> None:
    f, x, expected = CASES[name]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(adjoint.grad(f)(x), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CASES)
def test_tangent(name: str) -> None:
    f, x, expected = CASES[name]
    dot = np.random.default_rng(3).uniform(0.5, 1.5, np.shape(x))
    dot = dot if isinstance(x, np.ndarray) else float(dot)
    with np.errstate(all="ignore"):
        _, tangent = adjoint.jvp(f)(x, dot)
    np.testing.assert_allclose(tangent, np.sum(np.asarray(expected) * dot), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("f", [lambda x: math.sqrt(x), lambda x: math.log(x + 1e-400), lambda x: x**0.5])
def test_poles_of_python_numbers_raise(f: Any) -> None:
    with pytest.raises((ZeroDivisionError, ValueError)):
        adjoint.grad(f)(0.0)


def test_only_the_triangle_that_is_read_has_a_gradient() -> None:
    a = np.array([[2.0, 0.3], [0.3, 1.0]])
    lower = adjoint.grad(lambda a: np.linalg.eigvalsh(a)[0])(a)
    upper = adjoint.grad(lambda a: np.linalg.eigvalsh(a, "U")[0])(a)
    assert lower[0, 1] == 0 and upper[1, 0] == 0
    np.testing.assert_allclose(lower, upper.T)


def test_a_zero_that_stays_zero_takes_no_room() -> None:
    text = adjoint.source(lambda x: np.where(x > 0, np.sqrt(x), 0.0).sum(), np.ones(3))
    assert "np.where(x > 0, 0.5 * out_bar / np.sqrt(x), 0.0)" in text


def test_a_test_that_changes_cuts_nothing_off() -> None:
    def f(x):
        c = x > 0
        a = np.sqrt(x)
        b = a * 3.0
        c = x > 2
        return np.where(c, b, 0.0).sum()

    def g(x):
        c = x > 2
        a = x * x
        y = np.where(c, a, 0.0)
        return y.sum() + (a * x).sum()

    adjoint.check_grads(f, (np.array([1.0, 3.0, 4.0]),))
    adjoint.check_grads(g, (np.array([1.0, 3.0, 4.0]),))


def test_what_is_summed_to_its_shape_is_cut_off_by_nothing() -> None:
    def f(x, y):
        return np.where(x > 0, np.exp(y) * x, y * x).sum()

    adjoint.check_grads(f, (np.array([[1.0, -2.0], [-0.3, 1.4]]), np.array([0.4, 0.7])), wrt=(0, 1))


def test_the_sign_of_complex_numbers_turns() -> None:
    def f(x):
        z = x + 1j * x**2
        return np.real(np.sum(np.sign(z) * (2.0 - 1j))) + np.sum(np.abs(z) ** 3)

    adjoint.check_grads(f, (np.array([0.7, -1.2]),), order=2)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_a_logistic_function_that_overflows_has_the_derivative_zero(mode: str) -> None:
    def logistic(x: Any) -> Any:
        return np.sum(1 / (1 + np.exp(-x)))

    x = np.array([-1000.0, -1.0, 0.0, 2.0, 1000.0])
    with np.errstate(over="ignore"):
        if mode == "reverse":
            found = adjoint.grad(logistic)(x)
        else:
            found = np.array([adjoint.jvp(logistic)((x,), (e,))[1] for e in np.eye(5)])
    np.testing.assert_allclose(
        found, [0.0, np.exp(-1) / (1 + np.exp(-1)) ** 2, 0.25, np.exp(-2) / (1 + np.exp(-2)) ** 2, 0.0]
    )


def slope_of_logistic(x: Any) -> Any:
    return np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2


@pytest.mark.parametrize("exponential", [np.exp, math.exp], ids=["np", "math"])
@pytest.mark.parametrize("x", [-700.0, -400.0, -40.0, -1.0, 0.0, 1.0, 40.0, 400.0, 700.0])
def test_a_logistic_function_has_all_digits_of_its_slope_on_both_sides(exponential: Any, x: float) -> None:
    def logistic(x: Any) -> Any:
        return 1 / (1 + exponential(-x))

    s, bend = slope_of_logistic(x), slope_of_logistic(x) * -np.tanh(x / 2)
    assert adjoint.grad(logistic)(x) == pytest.approx(s, rel=1e-13, abs=0)
    assert adjoint.jvp(logistic)((x,), (1.0,))[1] == pytest.approx(s, rel=1e-13, abs=0)
    assert adjoint.grad(adjoint.grad(logistic))(x) == pytest.approx(bend, rel=1e-12, abs=1e-320)


@pytest.mark.parametrize(("dtype", "ends"), [(np.float64, 700.0), (np.float32, 80.0)])
def test_arrays_of_logistic_functions_have_all_digits_of_their_slopes(dtype: Any, ends: float) -> None:
    x = np.array([-2000.0, -ends, -40.0, 0.3, 40.0, ends, 2000.0], dtype)
    with np.errstate(over="ignore", invalid="raise"):
        found = adjoint.grad(lambda x: np.sum(1 / (1 + np.exp(-x))))(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, slope_of_logistic(x.astype(float)), rtol=20 * np.finfo(dtype).eps, atol=0)
    special = pytest.importorskip("scipy.special")
    np.testing.assert_allclose(adjoint.grad(lambda x: np.sum(special.expit(x)))(x), found, rtol=1e-5, atol=0)


def test_a_logistic_function_in_a_loop_has_all_digits_too() -> None:
    def layers(x: Any) -> Any:
        for _ in range(2):
            x = 1 / (1 + np.exp(-x)) - 40.0
        return np.sum(x)

    x = np.array([-400.0, 0.5, 800.0])
    inner = 1 / (1 + np.exp(-x)) - 40.0
    expected = slope_of_logistic(inner) * slope_of_logistic(x)
    np.testing.assert_allclose(adjoint.grad(layers)(x), expected, rtol=1e-13, atol=0)


def logistic(x: Any) -> Any:
    e = np.exp(-x)
    return 1 / (e + np.sqrt(1.0 + 0 * e))  # by the chain rule, which meets 0 * inf


def quotient_of_exponentials(x: Any) -> Any:
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


OVERFLOWS: dict[str, tuple[Any, Any]] = {
    "logistic": (logistic, [0.0, 0.0]),
    "softplus": (lambda x: np.log1p(np.exp(x)), [0.0, 1.0]),
    "logarithm of a sum": (lambda x: np.log(1 + np.exp(x)), [0.0, 1.0]),
    "tanh as a quotient": (quotient_of_exponentials, [0.0, 0.0]),
    "sinh by cosh": (lambda x: np.sinh(x) / np.cosh(x), [0.0, 0.0]),
    "logarithm of cosh": (lambda x: np.log(np.cosh(x)), [-1.0, 1.0]),
    "inverse of a cosh": (lambda x: 1 / np.cosh(x), [0.0, 0.0]),
    "swish": (lambda x: x * logistic(x), [0.0, 1.0]),
    "logaddexp": (lambda x: np.logaddexp(x, 0.0), [0.0, 1.0]),
    "log of a sum of exponentials": (lambda x: np.log(np.exp(x) + np.exp(x / 2)), [0.5, 1.0]),
}


@pytest.mark.skipif(np.finfo(np.longdouble).maxexp <= 1024, reason="longdouble is a double")
@pytest.mark.parametrize("name", OVERFLOWS)
def test_what_overflows_on_the_way(name: str) -> None:
    f, expected = OVERFLOWS[name]
    x, inner = np.array([-1000.0, 0.3, 1000.0]), (f(0.3 + 1e-6) - f(0.3 - 1e-6)) / 2e-6
    right = [expected[0], inner, expected[1]]
    with np.errstate(all="ignore"):
        found = [
            adjoint.extended(adjoint.grad(lambda x: f(x).sum()))(x),
            adjoint.extended(adjoint.elementwise_grad(f))(x),
            adjoint.extended(adjoint.jvp(f))(x, np.ones(3))[1],
            np.diag(adjoint.extended(adjoint.jacobian(f))(x)),
            [adjoint.extended(adjoint.grad(f))(u) for u in x],
            [adjoint.extended(adjoint.value_and_grad(f))(float(u))[1] for u in x],
        ]
        assert type(adjoint.extended(adjoint.grad(f))(1000.0)) is float
    for ours in found:
        np.testing.assert_allclose(ours, right, rtol=1e-8, atol=1e-12)
    single = adjoint.extended(adjoint.elementwise_grad(f))
    with np.errstate(all="ignore"):
        assert single(x.astype(np.float32)).dtype == np.float32


@pytest.mark.skipif(np.finfo(np.longdouble).maxexp <= 1024, reason="longdouble is a double")
def test_what_stays_nan_though_it_is_extended() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(adjoint.extended(adjoint.grad(logistic))(np.float64(np.nan)))
        root = adjoint.extended(adjoint.grad(lambda x: np.sqrt(np.sum(x**2))))
        assert np.isnan(root(np.zeros(2))).all()
        solved = adjoint.extended(adjoint.grad(lambda x: np.linalg.inv(np.diag(1 + logistic(x))).sum()))
        assert np.isnan(solved(np.array([-1000.0, 0.3]))).any()

    drawn = np.random.default_rng(0)
    same = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        assert np.isnan(adjoint.extended(adjoint.grad(lambda x: logistic(x) * drawn.normal()))(np.float64(-1000.0)))
    same.normal()
    assert drawn.normal() == same.normal()


def test_what_is_extended_is_a_derivative() -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match="`extended` of a function"):
        adjoint.extended(logistic)
    with pytest.raises(adjoint.UnsupportedArgument, match="`extended` of a vjp"):
        adjoint.extended(adjoint.vjp(logistic))
