"""SciPy's rules load when they are needed, hold against nothing that the user said, and what they give at corners."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint.errors import UnsupportedArgument

special = pytest.importorskip("scipy.special")


def printed(text: str) -> str:
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.strip()


# Loading


def test_importing_adjoint_loads_nothing_of_scipy() -> None:
    text = "import sys, adjoint; print([m for m in sys.modules if m.startswith('scipy') or '.rules.scipy' in m])"
    assert printed(text) == "[]"


def test_rules_of_scipy_load_at_the_first_question_about_it() -> None:
    text = """
import sys, numpy, scipy.special, adjoint
from adjoint.rules.registry import generation, rule_of
loaded = lambda: "adjoint.rules.scipy.special" in sys.modules
before, count = loaded(), generation()
rule_of(numpy.isnan)
between = loaded()
print(before, between, rule_of(scipy.special.erf).operands, loaded(), generation() == count)
"""
    assert printed(text) == "False False ('x',) True True"


def test_what_the_user_declares_before_they_load_holds() -> None:
    text = """
import scipy.special as special
from adjoint.rules.registry import constant, elementwise, is_constant, rule_of
@elementwise(special.erf)
def mine(x):
    return 7.0
constant(special.j0)
print(rule_of(special.erfc).operands, rule_of(special.erf).body is mine, rule_of(special.j0), is_constant(special.j0))
"""
    assert printed(text) == "('x',) True None True"


# Corners


def slope(f: Any, x: Any) -> Any:
    return adjoint.grad(lambda x: np.sum(f(x)))(np.asarray(x, dtype=float))


def test_one_over_gamma_at_its_zeros() -> None:
    np.testing.assert_allclose(slope(special.rgamma, [0.0, -1.0, -2.0, -3.0]), [1, -1, 2, -6], rtol=1e-14)


def test_integrals_of_airy_functions() -> None:
    x, h = np.array([-1.2, 0.4, 2.0]), 1e-3
    weights = [0.5, -1.0, 2.0, 0.3]

    def total(x: Any) -> Any:
        parts = special.itairy(x)
        return 0.5 * parts[0] - parts[1] + 2.0 * parts[2] + 0.3 * parts[3]

    ahead, back = special.airy(x), special.airy(-x)
    expected = np.dot(weights, [ahead[0], ahead[2], back[0], back[2]])
    np.testing.assert_allclose(slope(total, x), expected, rtol=1e-13)
    np.testing.assert_allclose((total(x + h) - total(x - h)) / (2 * h), expected, rtol=1e-5)


def test_noncentralities_that_scipy_solves_for() -> None:
    at, h = np.array([0.25, 0.35, 0.45]), 1e-3
    for f in (lambda p: special.ncfdtrinc(3.0, 5.0, p, 1.7), lambda p: special.nctdtrinc(3.0, p, 1.7)):
        np.testing.assert_allclose(slope(f, at), (f(at + h) - f(at - h)) / (2 * h), rtol=1e-3)
    for f in (lambda x: special.ncfdtrinc(3.0, 5.0, 0.3, x + 2), lambda t: special.nctdtrinc(3.0, 0.3, t)):
        np.testing.assert_allclose(slope(f, at), (f(at + h) - f(at - h)) / (2 * h), rtol=1e-3)


def test_spherical_harmonics() -> None:
    theta, phi, h = np.array([0.3, 1.2]), np.array([0.5, -2.0]), 1e-5
    for f in (lambda t, p: special.sph_harm_y(3, -2, t, p), lambda t, p: special.sph_harm_y_all(2, 1, t, p)):

        def part(t: Any, p: Any, f: Any = f) -> Any:
            return np.sum(np.real(f(t, p)) * 1.5 + np.imag(f(t, p)))

        def split(v: Any, part: Any = part) -> Any:
            return part(v[:2], v[2:])

        both = np.concatenate([theta, phi])
        expected = [(split(both + h * unit) - split(both - h * unit)) / (2 * h) for unit in np.eye(4)]
        np.testing.assert_allclose(adjoint.grad(split)(both), expected, rtol=1e-8, atol=1e-9)
        assert adjoint.value_and_grad(split)(both)[0] == pytest.approx(split(both), rel=1e-13)
        np.testing.assert_allclose(adjoint.hessian(split)(both), adjoint.hessian(split)(both).T, atol=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda z: special.legendre_p(3, z, diff_n=1),
        lambda z: special.legendre_p_all(3, z, diff_n=1),
        lambda z: special.assoc_legendre_p(3, 1, z, diff_n=1),
        lambda z: special.assoc_legendre_p_all(3, 2, z, diff_n=1, norm=True),
        lambda z: special.sph_legendre_p(np.array([[2], [3]]), 1, z, diff_n=1),
        lambda z: special.sph_legendre_p_all(3, 1, z, diff_n=1),
    ],
)
def test_legendre_functions_with_their_derivatives(f: Any) -> None:
    at, h = np.array([0.3, 0.55]), 1e-5
    weights = np.random.default_rng(0).standard_normal(f(at).shape)
    expected = np.sum(np.reshape(weights * (f(at + h) - f(at - h)), (-1, 2)), axis=0) / (2 * h)
    np.testing.assert_allclose(slope(lambda z: f(z) * weights, at), expected, rtol=1e-8)
    np.testing.assert_allclose(adjoint.jvp(f)((at,), (np.ones(2),))[1], (f(at + h) - f(at - h)) / (2 * h), atol=1e-8)


def test_cumulative_functions_where_their_logarithms_are_infinite() -> None:
    np.testing.assert_allclose(slope(lambda x: special.gammainc(1.0, x), [0.0, 1.0]), [1, np.exp(-1)])
    np.testing.assert_allclose(slope(lambda x: special.betainc(1.0, 1.0, x), [0.0, 0.5, 1.0]), [1, 1, 1])
    np.testing.assert_allclose(slope(lambda x: special.xlogy(0.0, x), [0.0, 2.0]), [0, 0])


def test_far_out_nothing_cancels() -> None:
    far = np.array([1e4, 1e7])
    np.testing.assert_allclose(slope(special.dawsn, far), -1 / (2 * far**2) - 3 / (4 * far**4), rtol=1e-13)
    np.testing.assert_allclose(slope(special.erfcx, far), -1 / (np.sqrt(np.pi) * far**2), rtol=1e-7)
    np.testing.assert_allclose(slope(special.log_ndtr, -far), far, rtol=1e-7)


# Refusals


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: special.jv(x, 2.0), "v"),
        (lambda x: special.gammainc(x, 2.0), "a"),
        (lambda x: special.hyp1f1(x, 1.5, 2.0), "a"),
        (lambda x: special.eval_jacobi(2, x, 1.0, 0.3), "alpha"),
        (lambda x: special.zeta(x, 2.0), "x"),
        (lambda x: special.stdtr(x, 2.0), "df"),
        (lambda x: special.ellipj(0.3, x)[0], "m"),
    ],
)
def test_orders_and_shapes_are_refused_by_name(f: Any, name: str) -> None:
    with pytest.raises(UnsupportedArgument, match=f"with the argument `{name}` cannot be differentiated"):
        adjoint.grad(f)(1.5)


@pytest.mark.parametrize("f", [special.ive, special.jve, special.yve])
def test_scaled_functions_of_complex_numbers_are_refused(f: Any) -> None:
    with pytest.raises(UnsupportedArgument, match="a complex argument has no derivative rule"):
        adjoint.grad(lambda z: np.abs(f(1.5, z)))(0.3 + 0.2j)
