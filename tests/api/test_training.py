"""Training inside what is differentiated: steps along a gradient, by the rate, the penalty and the first weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adjoint import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

RNG = np.random.default_rng(1)
A, Y, FIRST = RNG.normal(size=(5, 3)), RNG.normal(size=5), RNG.normal(size=3)
DIRECTION = np.array([0.3, 0.5, -1.0])


def loss(w: Any, penalty: float) -> Any:
    residual = A @ w - Y
    return np.sum(residual**2) + penalty * np.sum(w**2)


def test_loss(w: Any) -> Any:
    return np.sum((A[:2] @ w - Y[:2]) ** 2)


test_loss.__test__ = False  # type: ignore[attr-defined]
slope = grad(loss)


def a_function_of_the_module(rate: float, penalty: float, w: Any) -> Any:
    for _ in range(4):
        w = w - rate * grad(loss)(w, penalty)
    return test_loss(w)


def a_nested_function(rate: float, penalty: float, w: Any) -> Any:
    def inner(w: Any) -> Any:
        residual = A @ w - Y
        return np.sum(np.log(1 + residual**2)) + penalty * np.sum(w**2)

    for _ in range(4):
        w = w - rate * grad(inner)(w)
    return test_loss(w)


def a_gradient_of_the_module(rate: float, penalty: float, w: Any) -> Any:
    step = lambda u: u - rate * slope(u, penalty)
    return test_loss(step(step(step(w))))


def with_momentum(rate: float, penalty: float, w: Any) -> Any:
    velocity, losses = np.zeros_like(w), []
    for _ in range(4):
        value, gradient = value_and_grad(loss)(w, penalty)
        velocity = 0.9 * velocity + gradient
        w = w - rate * velocity
        losses.append(value)
    return test_loss(w) + sum(losses) * 0.1


def with_moments(rate: float, penalty: float, w: Any) -> Any:
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, 4):
        g = grad(loss)(w, penalty)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-3)
    return test_loss(w)


def in_place(rate: float, penalty: float, w: Any) -> Any:
    w = w.copy()
    for _ in range(3):
        w -= rate * grad(loss)(w, penalty)
    return test_loss(w)


def rows_of_an_array(rate: float, penalty: float, w: Any) -> Any:
    path = np.zeros((4, 3))
    path[0] = w
    for k in range(3):
        path[k + 1] = path[k] - rate * grad(loss)(path[k], penalty)
    return test_loss(path[3]) + np.sum(path**2)


def until_it_is_small(rate: float, penalty: float, w: Any) -> Any:
    for _ in range(6):
        g = grad(loss)(w, penalty)
        if g @ g < 1e-6:
            break
        w = w - rate * g
    return test_loss(w)


def a_tuple_of_parameters(rate: float, penalty: float, w: Any) -> Any:
    def inner(p: Any) -> Any:
        w, b = p
        return np.sum((A @ w + b - Y) ** 2) / 5 + penalty * np.sum(w**2)

    p = (w, 0.3)
    for _ in range(3):
        by_w, by_b = grad(inner)(p)
        p = (p[0] - rate * by_w, p[1] - rate * by_b)
    return test_loss(p[0]) * p[1]


def a_list_of_parameters(rate: float, penalty: float, w: Any) -> Any:
    def inner(p: Any) -> Any:
        return np.sum((A @ p[0] + p[1] - Y) ** 2) / 5 + penalty * np.sum(p[0] ** 2)

    p = [w, 0.3 * np.ones(1)]
    for _ in range(3):
        g = grad(inner)(p)
        p = [p[0] - rate * g[0], p[1] - rate * g[1]]
    return test_loss(p[0]) * np.sum(p[1])


def a_dictionary_of_parameters(rate: float, penalty: float, w: Any) -> Any:
    def inner(p: Any) -> Any:
        return np.sum((A @ p["w"] - Y) ** 2) + penalty * p["b"] ** 2

    p = {"w": w, "b": 0.4}
    for _ in range(2):
        g = grad(inner)(p)
        for k in p:
            p[k] = p[k] - rate * g[k]
    return test_loss(p["w"]) * p["b"]


def two_arguments(rate: float, penalty: float, w: Any) -> Any:
    def inner(a: Any, b: Any) -> Any:
        return np.sum((A @ a * b - Y) ** 2) + penalty * b * b

    b = 0.7
    for _ in range(3):
        by_w, by_b = grad(inner, wrt=(0, 1))(w, b)
        w, b = w - rate * by_w, b - rate * by_b
    return test_loss(w) * b


def tasks(rate: float, penalty: float, w: Any) -> Any:
    total = 0.0
    for k in range(2):

        def task(z: Any) -> Any:
            return np.sum((A[k : k + 3] @ z - Y[k : k + 3]) ** 2) + penalty * np.sum(z**2)

        own = w
        for _ in range(2):
            own = own - rate * grad(task)(own)
        total = total + task(own)
    return total


def a_penalty_on_the_gradient(rate: float, penalty: float, w: Any) -> Any:
    def inner(u: Any) -> Any:
        g = grad(loss)(u, penalty)
        return loss(u, penalty) + 0.01 * g @ g

    for _ in range(2):
        w = w - rate * grad(inner)(w)
    return test_loss(w)


def steps_of_newton(rate: float, penalty: float, w: Any) -> Any:
    for _ in range(2):
        w = w - rate * np.linalg.solve(hessian(loss)(w, penalty), grad(loss)(w, penalty))
    return test_loss(w)


def steps_of_gauss_and_newton(rate: float, penalty: float, w: Any) -> Any:
    residual = lambda u: np.tanh(A @ u) - Y * penalty
    for _ in range(2):
        j, r = jacobian(residual)(w), residual(w)
        w = w - rate * np.linalg.solve(j.T @ j + np.eye(3), j.T @ r)
    return test_loss(w)


def conjugate_gradients(rate: float, penalty: float, w: Any) -> Any:
    gradient = grad(loss)(w, penalty)
    direction, step, residual = -gradient, np.zeros(3), -gradient
    for _ in range(2):
        product = hvp(loss)(w, penalty, direction)
        length = (residual @ residual) / (direction @ product)
        step = step + length * direction
        rest = residual - length * product
        direction = rest + (rest @ rest) / (residual @ residual) * direction
        residual = rest
    return test_loss(w + rate * step)


def pullbacks(rate: float, penalty: float, w: Any) -> Any:
    for _ in range(2):
        _, pullback = vjp(loss)(w, penalty)
        w = w - rate * pullback(1.0)
    return test_loss(w)


def calls_of_itself(rate: float, penalty: float, w: Any) -> Any:
    def inner(w: Any, n: int) -> Any:
        return w if n == 0 else inner(w - rate * grad(loss)(w, penalty), n - 1)

    return test_loss(inner(w, 3))


def network(p: Any, penalty: float) -> Any:
    hidden = np.tanh(A[:, :2] @ p["w"].reshape(3, 1)[:2] + p["b"])
    return np.sum((hidden @ p["v"] - Y) ** 2) + penalty * np.sum(p["w"] ** 2)


def a_dictionary_by_a_comprehension(rate: float, penalty: float, w: Any) -> Any:
    params = {"w": w, "b": np.zeros(1), "v": np.ones(1)}
    for _ in range(3):
        g = grad(network)(params, penalty)
        params = {k: p - rate * g[k] for k, p in params.items()}
    return network(params, 0.0)


def a_list_by_a_comprehension(rate: float, penalty: float, w: Any) -> Any:
    def inner(params: Any) -> Any:
        u, m, b = params
        return np.sum((np.tanh(A @ m) @ u + b - Y) ** 2) + penalty * np.sum(m * m)

    params = [w[:2] * 1.0, np.outer(w, w[:2]), 0.1]
    for _ in range(2):
        params = [p - rate * d for p, d in zip(params, grad(inner)(params))]
    return inner(params)


def a_tuple_by_a_comprehension(rate: float, penalty: float, w: Any) -> Any:
    def inner(params: Any) -> Any:
        m, u = params
        return np.sum((A @ m @ u - Y) ** 2) * penalty

    params = (np.outer(w, w), w)
    for _ in range(2):
        value, slopes = value_and_grad(inner)(params)
        params = tuple(p - rate * d / (1 + value) for p, d in zip(params, slopes))
    return inner(params)


def layers_in_pairs(rate: float, penalty: float, w: Any) -> Any:
    def inner(layers: Any) -> Any:
        h = A
        for m, b in layers:
            h = np.tanh(h @ m + b)
        return np.sum((h[:, 0] - Y) ** 2) + penalty * np.sum(layers[0][0] ** 2)

    layers = [(np.outer(w, w[:2]), np.zeros(2)), (np.ones((2, 1)), 0.1)]
    for _ in range(2):
        slopes = grad(inner)(layers)
        layers = [(m - rate * d, b - rate * c) for (m, b), (d, c) in zip(layers, slopes)]
    return inner(layers)


class Model:
    def __init__(self, w: Any, b: Any, name: str) -> None:
        self.w, self.b, self.name = w, b, name

    def loss(self, penalty: float) -> Any:
        return np.sum((A @ self.w + self.b - Y) ** 2) + penalty * np.sum(self.w**2)


def an_object(rate: float, penalty: float, w: Any) -> Any:
    model = Model(w, 0.3, "linear")
    for _ in range(3):
        g = grad(Model.loss)(model, penalty)
        model = Model(model.w - rate * g.w, model.b - rate * g.b, model.name)
    return model.loss(0.0)


def systems_of_equations(rate: float, penalty: float, w: Any) -> Any:
    def inner(u: Any) -> Any:
        kernel = A @ A.T + (penalty + np.sum(u**2)) * np.eye(5)
        return Y @ np.linalg.solve(kernel, Y + A @ u)

    for _ in range(3):
        w = w - rate * grad(inner)(w)
    return test_loss(w)


def a_product_by_parts(rate: float, penalty: float, w: Any) -> Any:
    params = {"w": w, "b": np.ones(1), "v": 2.0 * np.ones(1)}
    product = hvp(network)(params, penalty, {"w": w, "b": np.ones(1), "v": np.zeros(1)})
    out, pullback = vjp(network)(params, penalty)
    slopes = pullback(out * rate)
    _, tangent = jvp(network)((params, penalty), slopes)
    return np.sum(product["w"] * slopes["w"]) + product["v"][0] + tangent


TRAINED = [
    a_function_of_the_module, a_nested_function, a_gradient_of_the_module, with_momentum, with_moments, in_place,
    rows_of_an_array, until_it_is_small, a_tuple_of_parameters, a_list_of_parameters, a_dictionary_of_parameters,
    two_arguments, tasks, a_penalty_on_the_gradient, steps_of_newton, steps_of_gauss_and_newton, conjugate_gradients,
    pullbacks, calls_of_itself, a_dictionary_by_a_comprehension, a_list_by_a_comprehension,
    a_tuple_by_a_comprehension, layers_in_pairs, an_object, systems_of_equations, a_product_by_parts,
]  # fmt: skip


def differences(f: Callable[..., Any], args: tuple[Any, ...], place: int, along: Any) -> Any:
    def moved(h: float) -> Any:
        return f(*args[:place], args[place] + h * along, *args[place + 1 :])

    step = 1e-4
    near, far = ((moved(h) - moved(-h)) / (2 * h) for h in (step, 2 * step))
    return (4 * near - far) / 3


@pytest.mark.parametrize("f", TRAINED)
def test_by_each_argument(f: Callable[..., Any]) -> None:
    args = (0.03, 0.2, FIRST)
    for place, along in ((0, 1.0), (1, 1.0), (2, DIRECTION)):
        wanted = differences(f, args, place, along)
        found = np.sum(grad(f, wrt=place)(*args) * along)
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(jvp(f, wrt=place)(args, along)[1], found, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("f", TRAINED)
def test_second_derivatives_by_the_weights(f: Callable[..., Any]) -> None:
    args = (0.03, 0.2, FIRST)
    wanted = differences(grad(f, wrt=2), args, 2, DIRECTION)
    np.testing.assert_allclose(hvp(f, wrt=2)(*args, DIRECTION), wanted, rtol=1e-5, atol=1e-7)
    reverse = grad(lambda w: grad(f, wrt=2)(0.03, 0.2, w) @ DIRECTION)(FIRST)
    np.testing.assert_allclose(reverse, wanted, rtol=1e-5, atol=1e-7)
    forward = grad(lambda w: jvp(f, wrt=2)((0.03, 0.2, w), DIRECTION)[1])(FIRST)
    np.testing.assert_allclose(forward, wanted, rtol=1e-5, atol=1e-7)
