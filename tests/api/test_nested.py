"""Derivatives taken inside functions that are differentiated: every mode in every other, by every variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)

W = np.array([0.3, -0.7, 1.1])


def cube(y: Any) -> Any:
    return y**3


def product(y: Any, z: Any) -> Any:
    return np.sin(y) * z**2


slope = grad(cube)
by_both = grad(product, wrt=("y", "z"))


def a_global_gradient(x: float) -> Any:
    return x * slope(x)


def of_a_global_function(x: float) -> Any:
    return x * grad(cube)(x)


def by_a_name(x: float) -> Any:
    return grad(product, wrt="z")(0.4, x) * x


def numbered(x_1: Any, x: Any) -> Any:
    return x_1**2 * x**3


def a_name_like_a_numbered_one(x: float) -> Any:
    return grad(numbered, wrt="x")(x, 2.0 * x)


def a_name_with_a_number(x: float) -> Any:
    return grad(numbered, wrt="x_1")(x, 2.0 * x)


def tripled(a: Any, b: Any, c: Any = 2.0) -> Any:
    return a * b**2 * c**3


def by_a_position_among_words(x: float) -> Any:
    """The second parameter is b, wherever it stands in the call."""
    return grad(tripled, wrt=1)(x, c=3.0, b=x + 1.0)


class Spring:
    def __init__(self, k: Any) -> None:
        self.k = k

    def energy(self, y: Any, rest: Any) -> Any:
        return self.k * (y - rest) ** 2


def by_the_name_of_a_method(x: float) -> Any:
    return grad(Spring(x).energy, wrt="rest")(x, 0.3)


def by_a_position_of_a_method(x: float) -> Any:
    return grad(Spring(x).energy, wrt=1)(x, rest=0.3)


def by_several(x: float) -> Any:
    a, b = grad(product, wrt=("y", "z"))(x, 2.0 * x)
    return a * b


def by_several_of_a_global(x: float) -> Any:
    a, b = by_both(x, 2.0 * x)
    return a * b


def what_stands_around(x: float) -> Any:
    return x * grad(lambda y: x * y * y)(2.0)


def two_of_one_name(x: float) -> Any:
    """The classic of perturbation confusion: the derivative of x·(d/dy (x + y)) is 1, not 2."""
    return x * grad(lambda y: x + y)(1.0)


def confusable_forward(x: float) -> Any:
    return jvp(lambda y: x * jvp(lambda z: y * z, 0)(x, 1.0)[1])(x, 1.0)[1]


def a_definition_inside(x: float) -> Any:
    def h(y: float) -> Any:
        return np.sin(x * y)

    return grad(h)(x) + h(0.5)


def with_its_value(x: float) -> Any:
    value, derivative = value_and_grad(lambda y: y**2 * x)(x)
    return value * derivative


def a_pullback(x: float) -> Any:
    out, pullback = vjp(lambda y: np.sin(y) * x)(x)
    return pullback(out) + pullback(x)


def a_pullback_of_two(x: float) -> Any:
    out, pullback = vjp(product, wrt=(0, 1))(x, x)
    a, b = pullback(2.0)
    return a * b * out


def a_tangent(x: float) -> Any:
    out, tangent = jvp(product, wrt=(0, 1))((x, 3.0), (1.0, x))
    return out * tangent


def the_second(x: float) -> Any:
    return grad(grad(lambda y: y**4 * x))(x)


def the_third(x: float) -> Any:
    return grad(grad(grad(lambda y: np.exp(y * x))))(0.3)


def deep(x: float) -> Any:
    return x * grad(lambda y: grad(lambda z: x * y * z * z)(y))(x)


def in_a_loop(x: float) -> Any:
    total = 0.0
    for k in range(3):
        total = total + grad(lambda y, k=k: y ** (k + 2) * x)(x)
    return total


def in_a_branch(x: float) -> Any:
    if x > 0:
        return grad(cube)(x)
    return grad(lambda y: np.cos(y))(x)


def newton(x: float) -> Any:
    """A root of y**3 - x by Newton's method, with a derivative taken inside."""

    def residual(y: float) -> Any:
        return y**3 - x

    y = 1.0
    for _ in range(8):
        y = y - residual(y) / grad(residual)(y)
    return y


def a_descent(x: float) -> Any:
    """The loss after three steps of a learning rate x: what tuning by gradients needs."""

    def loss(w: Any) -> Any:
        return np.sum((w * W - 1.0) ** 2)

    w = np.zeros(3)
    for _ in range(3):
        w = w - x * grad(loss)(w)
    return loss(w)


def arrays_inside(x: float) -> Any:
    return np.sum(grad(lambda v: np.sum(np.sin(v * x) * W))(W * x))


def a_jacobian(x: float) -> Any:
    return np.sum(jacobian(lambda v: v * v * x)(W * x) * np.outer(W, W))


def a_jacobian_each_way(x: float) -> Any:
    f = lambda v: np.tanh(v * x)
    return np.sum(jacfwd(f)(W) * np.outer(W, W)) + np.sum(jacrev(f)(W))


def a_hessian(x: float) -> Any:
    return np.sum(hessian(lambda v: np.sum(v**3) * x)(W * x) * np.outer(W, W))


def a_hessian_product(x: float) -> Any:
    return np.sum(hvp(lambda v: np.sum(v**4) * x)(W, W * x))


def each_by_itself(x: float) -> Any:
    return np.sum(elementwise_grad(lambda v: np.sin(v) * x)(W * x))


def a_physical_force(x: float) -> Any:
    """Two steps of a pendulum whose force is the gradient of its energy."""
    energy = lambda q: 1.0 - np.cos(q)
    q, p = x, 0.0
    for _ in range(4):
        p = p - 0.1 * grad(energy)(q)
        q = q + 0.1 * p
    return q * p


def what_else_is_computed(x: float) -> Any:
    slope, rest = grad(lambda y: (y**3 * x, {"twice": 2.0 * y, "name": "y"}), has_aux=True)(x)
    return slope * rest["twice"]


def value_and_what_else(x: float) -> Any:
    def loss(p: Any) -> Any:
        r = p["w"] * W - x
        return np.sum(r**2) + p["b"], r

    (value, r), g = value_and_grad(loss, has_aux=True)({"w": x * W, "b": 0.3})
    return value * np.sum(r * g["w"]) + g["b"]


def a_decorator_with_options(x: float) -> Any:
    @grad(wrt=1)
    def slope(y: float, z: float) -> Any:
        return y**2 * z**3

    return slope(x, 2.0 * x)


def a_number_written_out(x: float) -> Any:
    """The inner function reads a parameter that is given as a number."""

    def around(rate: float, y: float) -> Any:
        return grad(lambda z: z**3 * rate)(y)

    return grad(around, wrt=1)(0.5, x) * x


def three_times_each_by_itself(x: float) -> Any:
    return np.sum(elementwise_grad(elementwise_grad(elementwise_grad(lambda v: np.sin(v * x))))(W))


def at_a_whole_number(x: float) -> Any:
    return x * grad(lambda b: b**3 * x)(2)


def at_a_whole_number_among_others(x: float) -> Any:
    value, slope = value_and_grad(lambda b, n: b**n * x**2)(3, 2)
    return value * slope


def a_pullback_at_a_whole_number(x: float) -> Any:
    y, pull = vjp(lambda b: np.sin(b * x))(2)
    return y * pull(x)


def a_tangent_at_a_whole_number(x: float) -> Any:
    y, slope = jvp(lambda b: b**2 * x**3)(3, 1)
    return y * slope


PROGRAMS: list[Callable[[float], Any]] = [
    at_a_whole_number,
    at_a_whole_number_among_others,
    a_pullback_at_a_whole_number,
    a_tangent_at_a_whole_number,
    what_else_is_computed,
    value_and_what_else,
    a_decorator_with_options,
    a_number_written_out,
    three_times_each_by_itself,
    a_global_gradient,
    of_a_global_function,
    by_a_name,
    a_name_like_a_numbered_one,
    a_name_with_a_number,
    by_a_position_among_words,
    by_the_name_of_a_method,
    by_a_position_of_a_method,
    by_several,
    by_several_of_a_global,
    what_stands_around,
    two_of_one_name,
    confusable_forward,
    a_definition_inside,
    with_its_value,
    a_pullback,
    a_pullback_of_two,
    a_tangent,
    the_second,
    the_third,
    deep,
    in_a_loop,
    in_a_branch,
    newton,
    a_descent,
    arrays_inside,
    a_jacobian,
    a_jacobian_each_way,
    a_hessian,
    a_hessian_product,
    each_by_itself,
    a_physical_force,
]
EACH = pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)


@EACH
def test_reverse_and_forward_against_differences(f: Callable[[float], Any]) -> None:
    x = 0.8
    slopes = [(f(x + h) - f(x - h)) / (2 * h) for h in (1e-4, 2e-4)]
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-5)
    expected = (4 * slopes[0] - slopes[1]) / 3
    assert grad(f)(x) == pytest.approx(expected, rel=1e-7)
    out, tangent = jvp(f)(x, 2.0)
    assert out == f(x)
    assert tangent == pytest.approx(2 * grad(f)(x), rel=1e-12)


@EACH
def test_second_derivatives_against_differences(f: Callable[[float], Any]) -> None:
    x, h = 0.8, 1e-4
    expected = (grad(f)(x + h) - grad(f)(x - h)) / (2 * h)
    scale = abs(grad(f)(x)) + 1
    assert hvp(f)(x, 1.0) == pytest.approx(expected, rel=1e-5, abs=1e-5 * scale)
    assert grad(grad(f))(x) == pytest.approx(expected, rel=1e-5, abs=1e-5 * scale)
    assert grad(lambda z: jvp(f)(z, 1.0)[1])(x) == pytest.approx(expected, rel=1e-5, abs=1e-5 * scale)


def test_the_values_of_perturbation_confusion() -> None:
    assert grad(two_of_one_name)(3.0) == 1.0
    assert jvp(two_of_one_name)(3.0, 1.0) == (3.0, 1.0)
    assert confusable_forward(3.0) == 3.0
    assert grad(confusable_forward)(3.0) == 1.0


def refused(f: Callable[..., Any], message: str) -> None:
    with pytest.raises(adjoint.AdjointError, match=message) as caught:
        grad(f)(2.0)
    assert "test_nested.py" in str(caught.value)


def test_what_is_refused_inside() -> None:
    def changes_what_is_around(x: float) -> Any:
        kept = np.zeros(2)

        def h(y: float) -> Any:
            kept[0] = y
            return y * kept[0]

        return grad(h)(x)

    refused(changes_what_is_around, "changes `kept`")

    def unknown_options(x: float) -> Any:
        return vjp(lambda y: (y * y, x), has_aux=True)(x)[0]

    refused(unknown_options, "with `has_aux` inside a function")

    def nothing_passed(x: float) -> Any:
        return grad(product, wrt="w")(x, 1.0)

    refused(nothing_passed, "`wrt='w'` means none of the arguments")

    def the_last_is_not_passed(x: float) -> Any:
        return grad(tripled, wrt=-1)(x, 2.0)

    refused(the_last_is_not_passed, "`wrt=-1` means none of the arguments")

    def one_of_several(x: float) -> Any:
        return grad(lambda *xs: xs[0] * xs[1], wrt=0)(x, 2.0)

    refused(one_of_several, "`wrt=0` means none of the arguments")

    def no_number(x: float) -> Any:
        return np.sum(grad(lambda v: (v * v, x), has_aux=True)(x * W)[0])

    with pytest.raises(adjoint.NotScalar, match="an array of shape"):
        grad(no_number)(2.0)


class Kept:
    def __init__(self) -> None:
        self.v: Any = 1.0

    def counted(self, y: float) -> Any:
        self.v += 1.0
        return y * y * self.v


def a_view(x: float) -> Any:
    kept = np.zeros(3)

    def h(y: float) -> Any:
        v = kept[1:]
        v[0] = y * y
        return y * v[0]

    return grad(h)(x) * x + kept[1]


def a_list(x: float) -> Any:
    kept: list[Any] = []

    def h(y: float) -> Any:
        kept.append(y * y)
        return y * kept[-1]

    return grad(h)(x) * x + kept[0]


def an_attribute(x: float) -> Any:
    kept = Kept()

    def h(y: float) -> Any:
        kept.v = y * y
        return y * kept.v

    return grad(h)(x) * x + kept.v


def a_method(x: float) -> Any:
    kept = Kept()
    return grad(kept.counted)(x) * x + kept.v


def an_array_by_its_method(x: float) -> Any:
    kept = np.ones(3)

    def h(y: float) -> Any:
        kept.fill(2.0)
        return y * y * kept[0]

    return grad(h)(x) * x + kept[1]


def an_array_by_add_at(x: float) -> Any:
    kept = np.ones(3)

    def h(y: float) -> Any:
        np.add.at(kept, [0], 2.0)
        return y * y * kept[0]

    return value_and_grad(h)(x)[1] * x + kept[0]


def an_array_by_out(x: float) -> Any:
    kept = np.ones(3)

    def h(y: float) -> Any:
        np.multiply(kept, 2.0, out=kept)
        return y * y * kept[0]

    return hvp(h)(x, 1.0) * x + kept[0]


def put_into(a: Any, y: float) -> None:
    a[0] = y * y


def by_a_helper(x: float) -> Any:
    kept = np.ones(3)

    def h(y: float) -> Any:
        put_into(kept, y)
        return y * kept[0]

    return jvp(h)(x, 1.0)[1] * x + kept[0]


def a_number(x: float) -> Any:
    kept = 0.0

    def h(y: float) -> Any:
        nonlocal kept
        kept = kept + 1.0
        return y * y * kept

    return vjp(h)(x)[1](1.0) * x + kept


def a_dictionary(x: float) -> Any:
    kept = {"a": 1.0}

    def h(y: float) -> Any:
        kept["a"] = y * y
        return y * kept["a"]

    return grad(h)(x) * x + kept["a"]


def a_key_of_a_dictionary(x: float) -> Any:
    kept: dict[str, Any] = {}

    def h(y: float) -> Any:
        kept.update(a=y * y)
        return y * kept["a"]

    return grad(h)(x) * x + kept["a"]


def a_row_of_a_list(x: float) -> Any:
    kept = [np.zeros(2), np.ones(2)]

    def h(y: float) -> Any:
        kept[0][0] = y * y
        return y * kept[0][0]

    return grad(h)(x) * x + kept[0][0]


CHANGES = [
    a_view, a_list, an_attribute, a_method, an_array_by_its_method, an_array_by_add_at, an_array_by_out, by_a_helper,
    a_number, a_dictionary, a_key_of_a_dictionary, a_row_of_a_list,
]  # fmt: skip


@pytest.mark.parametrize("f", CHANGES, ids=lambda f: f.__name__)
def test_what_changes_something_around_it_is_refused(f: Callable[[float], Any]) -> None:
    """The change would be made in a copy, and lost."""
    for transform in (grad, lambda f: lambda x: jvp(f)(x, 1.0)):
        with pytest.raises(adjoint.AdjointError, match=r"changes `kept(\.v|\['a'\])?`") as caught:
            transform(f)(1.3)
        assert "test_nested.py" in str(caught.value) + "".join(getattr(caught.value, "__notes__", []))


def its_own_argument(x: float) -> Any:
    def h(y: Any) -> Any:
        y[0] = y[1] * 2
        return np.sum(y * y)

    a = np.array([x, x * x])
    return np.sum(grad(h)(a)) + a[0]


def test_a_gradient_leaves_its_argument_as_it_was() -> None:
    expected = (its_own_argument(1.3 + 1e-6) - its_own_argument(1.3 - 1e-6)) / 2e-6
    assert value_and_grad(its_own_argument)(1.3) == pytest.approx((its_own_argument(1.3), expected))
    assert jvp(its_own_argument)(1.3, 1.0) == pytest.approx((its_own_argument(1.3), expected))


def test_linearized_outside() -> None:
    out, pushforward = linearize(a_descent)(0.1)
    assert out == a_descent(0.1)
    assert pushforward(2.0) == pytest.approx(2 * grad(a_descent)(0.1))


def square_matrix(x: Any, v: Any) -> Any:
    return jacobian(lambda u: u * u * x)(v)


def tall_matrix(x: Any, v: Any) -> Any:
    return jacfwd(lambda u: np.concatenate([u, u * x]))(v)


def second_matrix(x: Any, v: Any) -> Any:
    return hessian(lambda u: np.sum(u * u * u) * x)(v)


VECTORS = [
    np.array([0.3, -0.7]),
    np.ones((2, 2)),
    np.zeros(0),
    np.zeros((2, 0)),
    np.ones(3, np.float32),
    np.ones(2) * 1j,
]


@pytest.mark.parametrize("f", [square_matrix, tall_matrix, second_matrix], ids=lambda f: f.__name__)
@pytest.mark.parametrize("v", VECTORS, ids=lambda v: f"{v.dtype} {v.shape}")
def test_a_matrix_inside_is_like_the_one_outside(f: Callable[..., Any], v: Any) -> None:
    plain, slope = f(1.5, v), f(2.5, v) - f(1.5, v)
    out, tangent = jvp(f)((1.5, v), 1.0)
    again, pullback = vjp(f)(1.5, v)
    for ours, theirs in ((out, plain), (again, plain), (tangent, slope)):
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    seed = np.ones_like(plain)
    np.testing.assert_allclose(pullback(seed), np.sum(np.real(slope)), rtol=1e-5, atol=1e-12)


def test_matrices_by_whole_numbers_inside() -> None:
    assert value_and_grad(lambda x: hessian(lambda u: np.sum(u * u * u) * x)(2))(1.5) == (18.0, 12.0)
    for f in (square_matrix, second_matrix):
        with pytest.raises(adjoint.UnsupportedArgument, match="is an array of int64, by which there is no derivative"):
            jvp(f)((1.5, np.arange(3)), 1.0)


def test_a_matrix_of_several_results_inside_is_refused() -> None:
    def f(x: Any) -> Any:
        return jacobian(lambda u: (u * u * x, u))(np.ones(2))[0]

    with pytest.raises(adjoint.UnsupportedArgument, match="does not return one array, inside a function"):
        jvp(f)(1.5, 1.0)
