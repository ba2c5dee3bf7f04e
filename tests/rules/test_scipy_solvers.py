"""Solvers that call the user's function: roots, minima, integrals and initial value problems by their parameters.

Against solutions that are known in closed form, or differences of solutions to twelve places, in both modes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.errors import AdjointError, UnsupportedArgument

integrate = pytest.importorskip("scipy.integrate")
optimize = pytest.importorskip("scipy.optimize")

POINT = np.array([0.9, 1.3, 0.7])
TIGHT: dict[str, Any] = {"rtol": 1e-11, "atol": 1e-13}


def cubic(t: Any, p: Any, q: Any) -> Any:
    return t**3 + p * t - q


def two_equations(z: Any, p: Any, q: Any) -> Any:
    return [z[0] ** 2 + p * z[1] - q[0], z[1] ** 3 - z[0] * q[1]]


def coupled(z: Any, p: Any) -> Any:
    return z**3 + p * z[::-1] - 1.0


def bowl(z: Any, a: Any, b: Any) -> Any:
    return np.sum((z - a) ** 2) + np.sum(b * z**4) + z[0] * z[1]


def valley(z: Any, a: Any) -> Any:
    return (z - a) ** 2 + 0.1 * z**4


def decay(t: Any, p: Any, q: Any) -> Any:
    return np.exp(-p * t) * np.sin(q * t)


def weighted(t: Any, w: Any) -> Any:
    return np.sum(w * np.array([1.0, t, t * t]))


def predators(t: Any, y: Any, a: Any, b: Any) -> Any:
    return np.array([a * y[0] - b * y[0] * y[1], -y[1] + y[0] * y[1]])


def predators_in_a_list(t: Any, y: Any, a: Any, b: Any) -> Any:
    return [a * y[0] - b * y[0] * y[1], -y[1] + y[0] * y[1]]


def driven(y: Any, t: Any, w: Any) -> Any:
    return -w * y + np.sin(t)


# Roots


def by_bracket(x: Any) -> Any:
    return sum(solve(cubic, 0.0, 3.0, args=(x[0], x[1])) ** 2 for solve in (optimize.brentq, optimize.toms748))


def by_bisection(x: Any) -> Any:
    return optimize.bisect(cubic, 0.0, 3.0, (x[0], x[1]), xtol=1e-14) * x[2]


def by_newton(x: Any) -> Any:
    return optimize.newton(cubic, x[2], args=(x[0], x[1]), tol=1e-13) * x[0]


def by_root_scalar(x: Any) -> Any:
    found = optimize.root_scalar(cubic, args=(x[0], x[1]), bracket=(0.0, 3.0), xtol=1e-14)
    return found.root if found.converged else 0.0


def by_fsolve(x: Any) -> Any:
    return np.sum(np.sin(optimize.fsolve(two_equations, np.array([1.0, 1.0]), args=(x[0], x[1:3]), xtol=1e-13)))


def by_root(x: Any) -> Any:
    found = optimize.root(coupled, np.ones(3), args=x, tol=1e-13)
    assert found.success
    return np.sum(found.x * np.array([1.0, -0.4, 2.0]))


def by_fixed_point(x: Any) -> Any:
    return optimize.fixed_point(lambda t, p: np.cos(p * t), 0.5, args=(x[0],), xtol=1e-13) * x[1]


# Minima


def by_minimize(x: Any) -> Any:
    found = optimize.minimize(bowl, np.zeros(3), (x, 0.5), "trust-exact", slope_of_bowl, curve_of_bowl, tol=1e-13)
    return np.sum(found.x**2) + found.fun


def slope_of_bowl(z: Any, a: Any, b: Any) -> Any:
    return 2 * (z - a) + 4 * b * z**3 + np.array([z[1], z[0], 0.0])


def curve_of_bowl(z: Any, a: Any, b: Any) -> Any:
    return np.diag(2 + 12 * b * z**2) + np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])


# Integrals


def by_limits_and_parameters(x: Any) -> Any:
    return integrate.quad(decay, x[0], x[1], args=(x[2], 2.0))[0]


def by_a_vector(x: Any) -> Any:
    value, _ = integrate.quad(weighted, 0.0, x[0], args=(x,), epsabs=1e-13)
    return value**2


def to_infinity(x: Any) -> Any:
    return integrate.quad(decay, 0.0, np.inf, args=(x[0] + 1, x[1]))[0]


# Trajectories


def along_a_trajectory(x: Any) -> Any:
    start, times = np.array([1.0, x[2]]), np.linspace(0, 2, 5)
    found = integrate.solve_ivp(predators, (0.0, 2.0), start, args=(x[0], x[1]), t_eval=times, **TIGHT)
    return np.sum(found.y**2)


def where_it_ends(x: Any) -> Any:
    found = integrate.solve_ivp(
        predators_in_a_list, [0.0, 2.0], x[1:], "DOP853", args=(x[0], x[1]), rtol=1e-11, atol=1e-13
    )
    return found.y[0, -1] if found.success else 0.0


def along_a_trajectory_in_place(x: Any) -> Any:
    return np.sum(integrate.odeint(driven, x, np.linspace(0.0, 1.0, 4), args=(x,), rtol=1e-11, atol=1e-13) ** 2)


PROGRAMS = [
    by_bracket, by_bisection, by_newton, by_root_scalar, by_fsolve, by_root, by_fixed_point, by_minimize,
    by_limits_and_parameters, by_a_vector, to_infinity, along_a_trajectory, where_it_ends, along_a_trajectory_in_place,
]  # fmt: skip


@pytest.mark.parametrize("f", PROGRAMS)
def test_programs(f: Any) -> None:
    h, dot = 1e-3, np.array([1.0, -0.5, 2.0])

    def along(v: Any) -> Any:
        return (8 * (f(POINT + h * v) - f(POINT - h * v)) - f(POINT + 2 * h * v) + f(POINT - 2 * h * v)) / (12 * h)

    expected = np.array([along(v) for v in np.eye(3)])
    np.testing.assert_allclose(adjoint.grad(f)(POINT), expected, rtol=1e-7, atol=1e-8)
    assert adjoint.jvp(f)(POINT, dot)[1] == pytest.approx(expected @ dot, rel=1e-7, abs=1e-8)
    with pytest.raises(AdjointError):
        adjoint.grad(lambda x: np.sum(adjoint.grad(f)(x)))(POINT)


def test_the_least_value_moves_as_the_function_does() -> None:
    def least(a: Any) -> Any:
        return optimize.minimize_scalar(valley, args=(a,)).fun

    def place(a: Any) -> Any:
        return optimize.minimize_scalar(valley, args=(a,), tol=1e-12).x

    z = optimize.brentq(lambda z: 2 * (z - 1.3) + 0.4 * z**3, 0.0, 2.0)
    assert adjoint.grad(least)(1.3) == pytest.approx(-2 * (z - 1.3), rel=1e-6)
    assert adjoint.grad(place)(1.3) == pytest.approx(2 / (2 + 1.2 * z**2), rel=1e-6)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: optimize.brentq(lambda t: t**3 - x, 0.0, 3.0), "the argument `f` cannot be differentiated"),
        (lambda x: integrate.quad(lambda t: t * x, 0.0, 1.0)[0], "the argument `func` cannot be differentiated"),
        (lambda x: optimize.minimize(valley, 0.0, args=(x,), bounds=[(0, 1)]).x[0], "bounds"),
        (lambda x: integrate.solve_ivp(driven, (0.0, x), [1.0], args=(1.0,)).y[0, -1], "t_span"),
        (lambda x: integrate.solve_ivp(driven, (0, 1), [x], args=(1.0,), dense_output=True).y[0, -1], "dense_output"),
        (lambda x: integrate.quad(decay, 0.0, 1.0, args=(x, 1.0), weight="cos", wvar=1.0)[0], "weight"),
    ],
)
def test_refusals(f: Any, message: str) -> None:
    with pytest.raises(AdjointError, match=message):
        adjoint.grad(f)(1.5)


def test_what_a_function_captures_is_told_to_be_passed() -> None:
    def root(x: Any) -> Any:
        return optimize.brentq(lambda t: t**3 - x, 0.0, 3.0)

    for derivative in (lambda: adjoint.grad(root)(1.5), lambda: adjoint.jvp(root)(1.5, 1.0)):
        with pytest.raises(UnsupportedArgument, match="pass these in `args=`"):
            derivative()


def test_jac_true_is_refused() -> None:
    def both(z: Any, a: Any) -> Any:
        return np.sum((z - a) ** 2), 2 * (z - a)

    with pytest.raises(UnsupportedArgument, match="jac=True"):
        adjoint.grad(lambda a: optimize.minimize(both, np.zeros(2), args=(a,), jac=True).x[0])(1.5)
