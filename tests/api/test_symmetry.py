"""Second derivatives of programs whose gradient's text has none: forward and reverse mode change places."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint
from adjoint import grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, value_and_grad, vjp

V = np.array([1.2, 2.1, 0.7, 0.4])
W = np.array([0.5, -1.0, 2.0, 1.5])


def displayed_in_a_loop(x):
    z = x[:2]
    for _ in range(3):
        k = np.array([z[1], -(z[0] ** 3) * x[2]])
        z = z + 0.1 * k * x[3]
    return z[0] * z[1]


def rows_of_a_table(x):
    table = [[0.0] * 3 for _ in range(3)]
    for i in range(1, 3):
        for j in range(3):
            table[i][j] = table[i - 1][j] + x[j] ** 2 * x[3]
    return table[2][0] * table[2][2]


def arrays_handed_on(x):
    before, now = x.copy(), x.copy()
    for _ in range(3):
        after = np.zeros(4)
        after[1:-1] = now[2:] * now[:-2] - before[1:-1]
        before, now = now, after
    return np.sum(now**2)


def best_of_a_list(x):
    best = [x[0] ** 2, x[1] ** 3]
    for _ in range(2):
        new = []
        for j in range(2):
            new.append(max([best[i] * math.exp(x[2 * i + j]) for i in range(2)]))
        best = new
    return max(best)


def pairs_of_neighbours(x):
    values = [max(v * v - 0.3, 0.0) for v in x]
    while len(values) > 1:
        values = [0.9 * (x[0] * b + (1 - x[0]) * a) for a, b in zip(values, values[1:])]
    return values[0]


class Controller:
    def __init__(self, gain):
        self.gain, self.before = gain, None

    def step(self, error):
        change = 0.0 if self.before is None else error - self.before
        self.before = error
        return self.gain * error + change * error


def an_object_that_remembers(x):
    controller, position = Controller(x[0]), x[1]
    for _ in range(3):
        position = position + 0.1 * controller.step(x[2] - position)
    return position**2 * x[3]


def elimination(x):
    a = np.array([[x[0], 1.0], [x[1], x[2]]])
    for i in range(1, 2):
        factor = a[i, 0] / a[0, 0]
        a[i, 0:] = a[i, 0:] - factor * a[0, 0:]
    return a[1, 1] * a[0, 0] ** 2 * x[3]


def elimination_with_pivots(x):
    a = x.reshape(2, 2).copy()
    for k in range(2):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            a[[k, p]] = a[[p, k]]
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return np.sum(a**3)


def best_of_a_generator(x):
    best = np.zeros((3, 2))
    best[0] = x[:2]
    for t in range(1, 3):
        for j in range(2):
            best[t, j] = max(best[t - 1, i] * x[2 * i + j] for i in range(2))
    return np.max(best[-1])


def best_of_what_was_appended(x):
    total = 0.0
    for j in range(3):
        found = []
        for i in range(3):
            found.append(x[i] * x[j])
        total += max(found) ** 2 - min(found)
    return total


PROGRAMS = [
    elimination_with_pivots,
    best_of_a_generator,
    best_of_what_was_appended,
    displayed_in_a_loop,
    rows_of_a_table,
    arrays_handed_on,
    best_of_a_list,
    pairs_of_neighbours,
    an_object_that_remembers,
    elimination,
]


def second_of(gradient, x):
    """The matrix of second derivatives, by central differences of the gradient."""
    step = 1e-5
    columns = [(gradient(x + step * e) - gradient(x - step * e)) / (2 * step) for e in np.eye(len(x))]
    return np.array(columns).T


@pytest.mark.parametrize("f", PROGRAMS)
def test_each_way_to_second_derivatives(f):
    gradient = grad(f)
    matrix = second_of(gradient, V)

    def product(x):
        return gradient(x) @ W

    ways = {
        "hessian": hessian(f)(V),
        "jacobian": jacobian(gradient)(V),
        "jacrev": jacrev(gradient)(V),
        "jacfwd": jacfwd(gradient)(V),
    }
    for name, found in ways.items():
        np.testing.assert_allclose(found, matrix, rtol=1e-6, atol=1e-8, err_msg=name)
    products = {
        "grad": grad(product)(V),
        "hvp": hvp(f)(V, W),
        "jvp": jvp(gradient)(V, W)[1],
        "vjp": vjp(gradient)(V)[1](W),
        "jvp inside": grad(lambda x: jvp(f)(x, W)[1])(V),
    }
    for name, found in products.items():
        np.testing.assert_allclose(found, W @ matrix, rtol=1e-6, atol=1e-8, err_msg=name)
    np.testing.assert_allclose(jvp(product)(V, W)[1], W @ matrix @ W, rtol=1e-6)


def test_by_several_parameters():
    def f(x, y):
        before, now = x.copy(), x * y
        for _ in range(2):
            after = np.zeros(3)
            after[1:] = now[1:] * before[:-1] * y
            before, now = now, after + x
        return np.sum(now**2)

    x, y = np.array([1.2, 0.8, 1.1]), 0.7
    blocks = hessian(f, wrt=(0, 1))(x, y)
    step = 1e-5
    by_y = (grad(f)(x, y + step) - grad(f)(x, y - step)) / (2 * step)
    twice = (grad(f, wrt=1)(x, y + step) - grad(f, wrt=1)(x, y - step)) / (2 * step)
    np.testing.assert_allclose(blocks[0][0], second_of(lambda v: grad(f)(v, y), x), rtol=1e-6)
    np.testing.assert_allclose(blocks[0][1], by_y, rtol=1e-6)
    np.testing.assert_allclose(blocks[1][0], by_y, rtol=1e-6)
    np.testing.assert_allclose(blocks[1][1], twice, rtol=1e-6)
    np.testing.assert_allclose(jacrev(grad(f), wrt="y")(x, y), by_y, rtol=1e-6)
    np.testing.assert_allclose(grad(grad(f, wrt="y"), wrt="y")(x, y), twice, rtol=1e-6)
    np.testing.assert_allclose(grad(lambda v: grad(f, wrt=(0, 1))(v, y)[1])(x), by_y, rtol=1e-6)


def test_a_value_with_its_gradient():
    def penalized(x):
        value, gradient = value_and_grad(arrays_handed_on)(x)
        return value + gradient @ gradient

    gradient, matrix = grad(arrays_handed_on)(V), second_of(grad(arrays_handed_on), V)
    np.testing.assert_allclose(grad(penalized)(V), gradient + 2 * matrix @ gradient, rtol=1e-6)


def test_an_iteration_that_takes_steps_along_the_gradient():
    def trained(x):
        for _ in range(3):
            x = x - 0.01 * grad(rows_of_a_table)(x)
        return rows_of_a_table(x)

    step, found = 1e-5, grad(trained)(V)
    wanted = [(trained(V + step * e) - trained(V - step * e)) / (2 * step) for e in np.eye(4)]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def by_least_squares(x):
    return np.linalg.lstsq(np.outer(x, x) + np.diag(x), x * x)[0]


def by_a_fit(x):
    return np.polyfit(x, x**3 * x[0], 2)


def by_a_median(x):
    return np.median(x * x) ** 2 * x


def by_what_changes(x):
    before, now = x.copy(), x.copy()
    for _ in range(3):
        after = np.zeros(4)
        after[1:-1] = now[2:] * now[:-2] - before[1:-1]
        before, now = now, after
    return now


@pytest.mark.parametrize("f", [by_least_squares, by_a_fit, by_a_median, by_what_changes])
def test_tangents_and_pullbacks_inside(f):
    """Of r·J(x)·w: by x, and by r and w, along which it is linear."""
    rng = np.random.default_rng(4)
    r, w, along = rng.normal(size=f(V).shape), rng.normal(size=4), rng.normal(size=4)

    def by_tangents(x, w, r):
        return r @ jvp(f)(x, w)[1]

    def by_pullback(x, w, r):
        return vjp(f)(x)[1](r) @ w

    step = 1e-4
    parts = [(by_tangents(V + h * along, w, r) - by_tangents(V - h * along, w, r)) / (2 * h) for h in (step, 2 * step)]
    expected = (4 * parts[0] - parts[1]) / 3
    for g in (by_tangents, by_pullback):
        by_x, by_w, by_r = grad(g, wrt=("x", "w", "r"))(V, w, r)
        np.testing.assert_allclose(by_x @ along, expected, rtol=1e-6, err_msg=g.__name__)
        np.testing.assert_allclose(by_w @ along, r @ jvp(f)(V, along)[1], rtol=1e-9)
        np.testing.assert_allclose(by_r, jvp(f)(V, w)[1], rtol=1e-9)


def test_the_value_of_a_tangent_counts_too():
    def g(x):
        value, tangent = jvp(by_least_squares)(x, W)
        return np.sum(value * tangent)

    step, found = 1e-5, grad(g)(V)
    wanted = [(g(V + step * e) - g(V - step * e)) / (2 * step) for e in np.eye(4)]
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-8)


def states_in_a_list(x):
    state, states = x, []
    for _ in range(3):
        state = np.tanh(state * x)
        states.append(state)
    return np.sum(np.concatenate(states) ** 2) + np.sum(np.stack(states) ** 3)


def layers_of_one_vector(p):
    layers, k = [], 0
    for n, m in SHAPES:
        layers.append((p[k : k + n * m].reshape(n, m), p[k + n * m : k + n * m + n]))
        k += n * m + n
    x = START
    for w, b in layers:
        x = np.tanh(w @ x + b)
    return np.sum(x)


def layers_outside(x):
    for w, b in LAYERS:
        x = np.tanh(w @ x + b)
    return np.sum(x)


SHAPES = [(2, 3), (1, 2)]
START = np.array([0.5, -0.3, 0.8])
LAYERS = [[np.array([[0.5, -0.2, 0.3, 0.1], [0.4, 0.9, -0.5, 0.7]]), np.array([0.1, -0.3])], [np.ones((1, 2)), V[:1]]]
P = np.random.default_rng(2).normal(size=11)


@pytest.mark.parametrize(
    ("f", "x"),
    [(f, V) for f in (displayed_in_a_loop, an_object_that_remembers, elimination, states_in_a_list)]
    + [(best_of_a_generator, V), (best_of_what_was_appended, V), (layers_of_one_vector, P)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_third_derivatives(f, x):
    """Of tangents of a gradient: `hvp`, `hessian` and `jacobian` inside what is differentiated."""
    rng = np.random.default_rng(5)
    w, r = rng.normal(size=(2, len(x)))

    def product(x, w):
        return hvp(f)(x, w) @ r

    def pair(x):
        gradient, tangent = jvp(grad(f))(x, w)
        return gradient @ tangent

    def of_matrix(x):
        return w @ hessian(f)(x) @ r

    def of_jacobian(x):
        return w @ jacobian(grad(f))(x) @ r

    by_x, by_w = grad(product, wrt=(0, 1))(x, w)
    np.testing.assert_allclose(by_w, hvp(f)(x, r), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(by_x, slope(lambda x: product(x, w), x), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(grad(pair)(x), slope(pair, x), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(grad(of_matrix)(x), by_x, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(grad(of_jacobian)(x), by_x, rtol=1e-9, atol=1e-10)


def slope(f, x):
    """The gradient by central differences."""
    step = 1e-4
    near, far = (np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]) for h in (step, 2 * step))
    return (4 * near - far) / 3


def test_what_may_run_once_only_is_refused_with_the_first_message():
    rng = np.random.default_rng(3)

    def f(x):
        before, now = x.copy(), x * rng.normal()
        for _ in range(2):
            after = np.zeros(4)
            after[1:] = now[1:] * before[:-1]
            before, now = now, after
        return np.sum(now**2)

    with pytest.raises(adjoint.UnsupportedMutation, match="cannot be differentiated again"):
        hessian(f)(V)
