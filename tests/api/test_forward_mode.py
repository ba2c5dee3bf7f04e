"""`jvp`, `linearize`, `jacfwd`, `jacrev`, `jacobian`, `hessian`, `hvp`, `elementwise_grad`: what they take and give."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import adjoint
from adjoint import elementwise_grad, grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, linearize, vjp


def cubes(x: Any, a: Any = 2.0) -> Any:
    return a * x**3


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


pushed = jvp(cubes)


class Weights(NamedTuple):
    w: Any
    b: Any


@dataclass
class Spring:
    stiffness: float
    rest: float
    name: str = "spring"


def test_arguments_and_tangents_stand_in_tuples_or_alone() -> None:
    x, v = np.array([1.0, 2.0]), np.array([1.0, 10.0])
    for primals, tangents in [((x,), (v,)), (x, v), ((x, 2.0), v)]:
        out, tangent = pushed(primals, tangents)
        np.testing.assert_array_equal(out, 2 * x**3)
        np.testing.assert_allclose(tangent, 6 * x**2 * v)


def test_by_name_and_by_several() -> None:
    out, tangent = jvp(cubes, wrt=("a", "x"))((2.0, 3.0), (1.0, 10.0))
    assert (out, tangent) == (24.0, 8.0 * 1 + 36.0 * 10) or tangent == pytest.approx(8.0 * 1.0 * 10 + 36.0)
    out, tangent = jvp(cubes, wrt="a")((2.0, 3.0), 10.0)
    assert (out, tangent) == (24.0, 80.0)


def test_none_stands_for_zeros() -> None:
    assert jvp(lambda x, y: x * y, wrt=(0, 1))((2.0, 3.0), (None, 1.0)) == (6.0, 2.0)


def test_types_follow_the_result() -> None:
    assert type(pushed(2.0, 1.0)[1]) is float
    assert type(pushed(2, 1)[1]) is float
    assert pushed(np.float32(2), np.float32(1))[1].dtype == np.float32
    assert pushed(np.ones(2, np.float32), np.ones(2))[1].dtype == np.float32
    out, tangent = jvp(lambda x: x.sum(keepdims=True).reshape(()))(np.ones(3), np.ones(3))
    assert isinstance(tangent, np.ndarray) == isinstance(out, np.ndarray)


@pytest.mark.parametrize(
    ("tangents", "message"),
    [
        ((np.ones(3),), r"`x` is an array of shape \(2,\), the seed is an array of shape \(3,\)"),
        (1.0, r"`x` is an array of shape \(2,\), the seed is a number"),
        ((np.ones(2), 1.0), "2 tangents are given"),
        (np.ones(2) * 1j, "the tangent of `x` is complex, the argument is real"),
        ("up", "the tangent of `x` is a str"),
    ],
)
def test_a_tangent_is_like_its_argument(tangents: Any, message: str) -> None:
    with pytest.raises(adjoint.SeedMismatch, match=message):
        pushed(np.ones(2), tangents)


def test_structures() -> None:
    def loss(p: Any, x: Any) -> Any:
        return {"out": p["w"] * x + p["b"], "rest": [p["b"]]}

    p, t = {"w": 2.0, "b": np.ones(2)}, {"w": 1.0, "b": np.array([3.0, 4.0])}
    out, tangent = jvp(loss)((p, 5.0), (t,))
    np.testing.assert_array_equal(out["out"], [11.0, 11.0])
    np.testing.assert_array_equal(tangent["out"], [8.0, 9.0])
    np.testing.assert_array_equal(tangent["rest"][0], [3.0, 4.0])

    def affine(p: Any, x: Any) -> Any:
        return p.w * x + p.b

    assert jvp(affine)((Weights(2.0, 1.0), 5.0), (Weights(1.0, 10.0),)) == (11.0, 15.0)

    def energy(s: Any, x: Any) -> Any:
        return s.stiffness * (x - s.rest) ** 2

    assert jvp(energy)((Spring(2.0, 1.0), 4.0), (Spring(1.0, 1.0),)) == (18.0, 9.0 - 12.0)


def test_aux() -> None:
    def halved(x: Any) -> Any:
        half = x / 2
        return half * half, {"half": half}

    assert jvp(halved, has_aux=True)(4.0, 1.0) == (4.0, 2.0, {"half": 2.0})
    matrix, aux = jacfwd(halved, has_aux=True)(4.0)
    assert (matrix, aux) == (2.0, {"half": 2.0})
    out, pushforward, aux = linearize(halved, has_aux=True)(4.0)
    assert (out, pushforward(3.0), aux) == (4.0, 6.0, {"half": 2.0})


def test_a_linear_function_keeps_its_point() -> None:
    x = np.array([1.0, 2.0])
    out, pushforward = linearize(cubes)(x)
    x[:] = 7.0
    np.testing.assert_allclose(pushforward(np.ones(2)), [6.0, 24.0])
    np.testing.assert_array_equal(out, [2.0, 16.0])


def test_methods_and_decorators() -> None:
    class Model:
        def __init__(self, k: float) -> None:
            self.k = k

        @jvp
        def scaled(self, x: Any) -> Any:
            return self.k * x * x

    assert Model(3.0).scaled(2.0, 1.0) == (12.0, 12.0)

    @jvp(wrt="y")
    def product(x: Any, y: Any) -> Any:
        return x * y

    assert product((2.0, 3.0), 1.0) == (6.0, 2.0)


def test_pickled_by_name() -> None:
    again = pickle.loads(pickle.dumps(pushed))
    assert again(2.0, 1.0) == pushed(2.0, 1.0)


def test_both_jacobians_agree() -> None:
    rng = np.random.default_rng(0)
    x, a = rng.normal(size=(2, 3)), rng.normal(size=3)

    def f(x: Any, a: Any) -> Any:
        return x @ a, np.outer(a, a[:2]) * x[0, 0]

    forward, backward, auto = (m(f, wrt=(0, 1))(x, a) for m in (jacfwd, jacrev, jacobian))
    for by_argument in range(2):
        for part in range(2):
            ours = forward[by_argument][part]
            np.testing.assert_allclose(ours, backward[by_argument][part], atol=1e-12)
            np.testing.assert_allclose(ours, auto[by_argument][part], atol=1e-12)


def test_the_jacobian_takes_the_shorter_way() -> None:
    wide = jacobian(lambda x: np.outer(x, x))
    np.testing.assert_allclose(wide(np.ones(2)), jacrev(lambda x: np.outer(x, x))(np.ones(2)))
    assert jacobian(cubes, mode="fwd")(3.0) == jacobian(cubes, mode="rev")(3.0) == 54.0
    with pytest.raises(adjoint.UnsupportedArgument, match="mode='up'"):
        jacobian(cubes, mode="up")


def test_jacobian_of_structures() -> None:
    def f(p: Any) -> Any:
        return p["w"] * p["b"]

    p = {"w": 3.0, "b": np.array([1.0, 2.0])}
    forward, backward = jacfwd(f)(p), jacrev(f)(p)
    np.testing.assert_allclose(forward["w"], [1.0, 2.0])
    np.testing.assert_allclose(forward["b"], 3 * np.eye(2))
    np.testing.assert_allclose(backward["b"], forward["b"])


def test_hessian_of_several_arguments() -> None:
    def f(x: Any, y: Any) -> Any:
        return np.sum(x**2) * y[0] * y[1]

    x, y = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0])
    h = hessian(f, wrt=(0, 1))(x, y)
    assert [[part.shape for part in row] for row in h] == [[(3, 3), (3, 2)], [(2, 3), (2, 2)]]
    np.testing.assert_allclose(h[0][0], 40 * np.eye(3))
    np.testing.assert_allclose(h[0][1], 2 * np.outer(x, y[::-1]))
    np.testing.assert_allclose(h[1][0], h[0][1].T)
    np.testing.assert_allclose(h[1][1], np.sum(x**2) * (1 - np.eye(2)))


def test_hessian_product() -> None:
    x, v = np.linspace(0.5, 1.5, 6), np.arange(6.0)
    h = hessian(rosenbrock)(x)
    np.testing.assert_allclose(h, h.T)
    np.testing.assert_allclose(hvp(rosenbrock)(x, v), h @ v)
    np.testing.assert_allclose(h, jacobian(grad(rosenbrock))(x))


def of_any(x: Any) -> Any:
    total = 0.0
    for k in range(len(POWERS)):
        power = POWERS[k]
        total = total + float(power(x))
    return total


def test_second_derivative_through_a_call_known_only_when_it_runs() -> None:
    assert grad(of_any)(2.0) == jvp(of_any)(2.0, 1.0)[1] == 16.0
    assert grad(grad(of_any))(2.0) == 14.0
    assert hvp(of_any)(2.0, 1.0) == 14.0
    assert grad(lambda x: jvp(of_any)(x, 1.0)[1])(2.0) == 14.0
    assert jvp(lambda x: jvp(of_any)(x, 1.0)[1])(2.0, 1.0) == (16.0, 14.0)


POWERS = [lambda x: x**3, lambda x: x**2]


def test_elementwise() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(elementwise_grad(cubes)(x), 6 * x**2)
    np.testing.assert_allclose(elementwise_grad(np_tanh)(x), 1 - np.tanh(x) ** 2)


def np_tanh(x: Any) -> Any:
    return np.tanh(x)


def test_errors_name_the_users_line() -> None:
    def wrong(x: Any) -> Any:
        return x @ np.ones(5)

    with pytest.raises(ValueError) as caught:
        jvp(wrong)(np.ones(3), np.ones(3))
    assert any("return x @ np.ones(5)" in note for note in caught.value.__notes__)


def test_a_try_does_not_catch_what_a_tangent_raises() -> None:
    def root(x: float) -> Any:
        try:
            y = math.sqrt(x)
        except ZeroDivisionError:
            y = 5.0
        return y

    with pytest.raises(adjoint.UnsupportedSyntax, match="might catch what only the tangents raise"):
        jvp(root)(0.0, 1.0)

    def item(x: Any) -> Any:
        try:
            y = x["a"] / x["b"]
        except KeyError:
            y = 5.0
        return y

    assert jvp(item)({"a": 2.0, "b": 4.0}, {"a": 1.0, "b": 0.0}) == (0.5, 0.25)


def test_fifth_derivative_by_either_mode() -> None:
    def f(x: Any) -> Any:
        return np.sin(x) * np.exp(-x * x)

    def derivative(g: Any) -> Any:
        return lambda x: vjp(g)(x)[1](1.0)

    x, h = 0.7, 1e-3
    fourth = grad(grad(grad(grad(f))))
    fifth = grad(fourth)(x)
    assert fifth == pytest.approx((fourth(x + h) - fourth(x - h)) / (2 * h), rel=1e-5)


ONES = np.ones((2, 2))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.cumsum(ONES[0] + x[0]) ** 2),
        lambda x: np.sum(np.linalg.inv(np.eye(2) + ONES * x[1]) ** 2),
        lambda x: np.sum(np.reshape(x[0] - ONES, (4,)) * np.arange(4.0)),
        lambda x: np.sum(np.outer(ONES[0] * x[0], ONES[1] + x[1])),
    ],
)
def test_a_number_meets_an_array_from_outside(f: Any) -> None:
    x, dot = np.array([0.3, 0.2]), np.array([0.7, -1.1])
    assert adjoint.jvp(f)(x, dot)[1] == pytest.approx(np.dot(adjoint.grad(f)(x), dot))


def halves_that_change(x: Any) -> Any:
    y = x * 1.0
    a, b = np.split(y, 2)
    a[0] = 5.0 * b[0]
    y[3] = y[0] * 2.0
    a, b = b, a
    a += b
    return y, a, b


def test_views_that_a_call_gives_share_memory_as_their_tangents_do() -> None:
    """Reverse mode refuses these: which of the names shares memory with which, only the run can tell."""
    x, dot = np.array([0.7, 1.9, 2.6, -0.8]), np.array([0.3, -0.2, 1.1, 0.4])
    out, tangent = jvp(halves_that_change)(x, dot)
    step = 1e-6
    for value, ours, up, down in zip(
        out, tangent, halves_that_change(x + step * dot), halves_that_change(x - step * dot), strict=True
    ):
        np.testing.assert_allclose(ours, (up - down) / (2 * step), rtol=1e-7)
        assert ours.shape == value.shape
