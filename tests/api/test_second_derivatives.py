"""Gradients of gradients: the text that the compiler writes is text that it reads."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint
from adjoint import UnsupportedSyntax, grad, jacobian, jvp

AT = np.array([0, 2, 0])
RNG = np.random.default_rng(1)
X = 1.3
V = np.array([1.2, 2.1, 0.7])
A = RNG.normal(size=(3, 3)) + np.eye(3)


def poly(x):
    return x**3 + 2 * x * x


def while_loop(x):
    b = x * 2
    while b < 100:
        b = b * b
    return b


def for_loop(x):
    y = x
    for i in range(3):
        y = y * np.sin(y)
    return y


def recurrence(x):
    y = np.zeros(4)
    y[0] = x
    for i in range(1, 4):
        y[i] = y[i - 1] * x
    return y[3] + y[2]


def elementary(x):
    return np.sum(np.exp(x) * x)


def norm_of_vector(x):
    return np.linalg.norm(x)


def sweep(x):
    y = x.copy()
    for t in range(2):
        for i in range(1, len(y) - 1):
            y[i] = y[i - 1] * y[i + 1] + y[i] ** 2
    return y.sum()


def branches(x):
    if x > 1:
        y = x * x * x
    else:
        y = np.sin(x)
    return y


def einsum(a):
    return np.sum(np.einsum("ij,jk->ik", a, a) ** 2)


def tensordot(a):
    return np.sum(np.tensordot(a, a, 1) ** 2)


def maxima(a):
    return np.max(a, axis=0).sum()


def mean0(a):
    return np.sum(np.mean(a, axis=0) ** 2)


def prod(a):
    return np.prod(a)


def std(a):
    return np.std(a)


def concatenated(a):
    return np.sum(np.concatenate([a, a * a]) ** 2)


def stacked(a):
    return np.sum(np.stack([a, a * a]) ** 2)


def running_sum(a):
    return np.sum(np.cumsum(a, axis=0) ** 2)


def solve(a):
    return np.sum(np.linalg.solve(a, a @ a))


def inv(a):
    return np.sum(np.linalg.inv(a) ** 2)


def det(a):
    return np.linalg.det(a)


def norm(a):
    return np.linalg.norm(a)


def norm1(a):
    return np.linalg.norm(a, axis=1).sum()


def where(a):
    return np.sum(np.where(a > 0, a**3, a**2))


def arr(a):
    return np.sum(np.array([a[0, 0] * a[1, 1], a[0, 1]]) ** 2)


def outer(a):
    return np.sum(np.outer(a[0], a[1]) ** 2)


def diagonal(a):
    return np.sum(np.diag(a) ** 3) + np.trace(a @ a)


def full(a):
    return np.sum(np.full(3, a[0, 0]) ** 2)


def logsumexp(a):
    m = np.max(a, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(a - m), axis=1, keepdims=True)) + m)


def var(a):
    return np.sum(np.var(a, axis=0))


def rows(a):
    s = 0.0
    for r in a:
        s = s + (r * r * r).sum()
    return s


def transposed(a):
    return np.sum((a.T @ a) ** 2)


def reshaped(a):
    return np.sum(a.reshape(-1) ** 3 * np.arange(9.0))


def flipped(a):
    return np.sum(np.flip(a, 0) * a * a)


def ordered(a):
    return np.sum(np.sort(a, axis=None) ** 2)


def sliced(a):
    return np.sum(a[1:] * a[:-1])


def chol(a):
    return np.sum(np.linalg.cholesky(a @ a.T + np.eye(3)) ** 2)


def mathematics(a):
    return math.exp(a[0, 0]) * math.sqrt(abs(a[1, 1]))


def extremes(a):
    return np.minimum(a, 0.3).sum() * np.maximum(a, 0.2).prod()


def broadcast(x):
    return np.sum((x[:, None] * x) ** 2 + np.max(x))


def gathered(x):
    return np.sum(x[AT] ** 3)


def stored_twice(x):
    y = np.zeros(3)
    y[AT] = x
    return (y**3).sum()


def items(x):
    t = (x * 2, x * x)
    return (t[0] * t[1]).sum()


def helper(x):
    return np.tanh(x) * x


def helped(x):
    return (helper(helper(x))).sum()


def renewed_in_a_loop(x):
    u = x
    for _ in range(3):
        u = u - 0.1 * np.sin(u)
    return u @ u


def converted_and_changed(x):
    y = np.asarray(x, dtype=complex).real
    y[0] = 3 * x[1]
    z = x.T
    z[1] = z[0] * z[2]
    return (y * y * x).sum() + (z.astype(complex) ** 2).real.sum()


def filtered(x):
    spectrum = np.fft.rfft(x)
    return np.sum(np.fft.irfft(spectrum * np.exp(-np.arange(2)), 3) ** 3)


def best_by_key(x):
    d = {"a": x[0], "b": x[1] * 3}
    k = max(d, key=d.get)
    ys = x * x
    i = max(range(3), key=ys.__getitem__)
    return d[k] ** 2 * ys[i]


def sum_of_a_generator_expression(y, x):
    return sum(p * y * y for p in (x * k for k in range(3)))


AT_NUMBER = [poly, while_loop, for_loop, recurrence, branches]
AT_VECTOR = [
    elementary,
    norm_of_vector,
    sweep,
    broadcast,
    gathered,
    stored_twice,
    items,
    helped,
    renewed_in_a_loop,
    converted_and_changed,
]
AT_MATRIX = [
    einsum,
    tensordot,
    maxima,
    mean0,
    prod,
    std,
    concatenated,
    stacked,
    running_sum,
    solve,
    inv,
    det,
    norm,
    norm1,
    where,
    arr,
    outer,
    diagonal,
    full,
    logsumexp,
    var,
    rows,
    transposed,
    reshaped,
    flipped,
    ordered,
    sliced,
    chol,
    mathematics,
    extremes,
]
CASES = [*((f, X) for f in AT_NUMBER), *((f, V) for f in AT_VECTOR), *((f, A) for f in AT_MATRIX)]


@pytest.mark.parametrize(("f", "at"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_second_derivative(f, at):
    adjoint.check_grads(f, (at,), order=2)


def test_a_gradient_of_a_gradient_is_a_function_like_any_other():
    second = grad(grad(while_loop))
    assert math.isclose(second(X), exact_second(), rel_tol=1e-12)
    assert "while" in adjoint.source(second, X)
    assert grad(grad(grad(poly)))(2.0) == 6.0


def exact_second():
    k = 1
    b = 2 * X
    while b < 100:
        b, k = b * b, 2 * k
    return k * (k - 1) * 2.0**k * X ** (k - 2)


def test_the_hessian_by_rows():
    found = adjoint.jacobian(grad(elementary))(V)
    assert np.allclose(found, np.diag((V + 2) * np.exp(V)))


def test_what_cannot_be_differentiated_twice_says_so():
    with pytest.raises(adjoint.UnsupportedSyntax, match="what `vjp` returns cannot be differentiated"):
        grad(adjoint.vjp(poly))(1.0)


VECTOR_FUNCTIONS = [
    lambda x: np.array([x[0] * x[1], np.sin(x[2]) * x[0], x[1] ** 3]),
    lambda x: np.outer(x, x * x)[1:],
    lambda x: np.sort(x) ** 3 * x,
    lambda x: np.linalg.solve(np.outer(x, x) + np.eye(3), x),
]
MODES = [adjoint.jacfwd, adjoint.jacrev, jacobian]


def columns(f, x, step=1e-5):
    """The Jacobian by central differences."""
    return np.stack([(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(len(x))], axis=-1)


@pytest.mark.parametrize("outer", MODES)
@pytest.mark.parametrize("inner", MODES)
def test_jacobians_of_jacobians(inner, outer):
    for f in (*VECTOR_FUNCTIONS, norm_of_vector, elementary):
        np.testing.assert_allclose(outer(inner(f))(V), columns(inner(f), V), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(outer(inner(elementary))(V), adjoint.hessian(elementary)(V), rtol=1e-12)
    assert math.isclose(outer(inner(poly))(2.0), 16.0)


@pytest.mark.parametrize("f", VECTOR_FUNCTIONS)
def test_jacobians_three_times_and_in_between(f):
    third = adjoint.jacfwd(adjoint.jacfwd(adjoint.jacrev(f)))
    np.testing.assert_allclose(third(V), columns(jacobian(jacobian(f)), V), rtol=1e-5, atol=1e-6)
    found = grad(lambda x: np.sum(jacobian(f)(x) ** 2))(V)
    first = jacobian(f)
    np.testing.assert_allclose(found, grad(lambda x: np.sum(first(x) ** 2))(V), rtol=1e-12)
    np.testing.assert_allclose(found, columns(lambda x: np.sum(first(x) ** 2), V), rtol=1e-6)


def test_elementwise_derivatives_again_and_again():
    each = adjoint.elementwise_grad
    twice = each(each(np_tanh))
    t = np.tanh(V)
    np.testing.assert_allclose(twice(V), -2 * t * (1 - t**2), rtol=1e-12)
    np.testing.assert_allclose(each(twice)(V), (1 - t**2) * (6 * t**2 - 2), rtol=1e-12)
    np.testing.assert_allclose(jacobian(each(np_tanh))(V), np.diag(twice(V)), rtol=1e-12)
    np.testing.assert_allclose(each(lambda x: each(np_tanh)(x) * x)(V), twice(V) * V + 1 - t**2, rtol=1e-12)
    assert math.isclose(each(each(sine))(X), -math.sin(X))


def np_tanh(x):
    return np.tanh(x)


def sine(x):
    return math.sin(x)


def test_derivatives_made_outside_that_take_tangents():
    of_sweep, of_items = adjoint.hvp(sweep), adjoint.vjp(helper)
    along, straight, matrix = jvp(helper), adjoint.linearize(helper), adjoint.hessian(sweep)
    w = np.array([0.3, -1.1, 0.4])

    def f(x):
        products = of_sweep(x, w) @ w + np.sum(along(x, w)[1] ** 2) + np.sum(matrix(x))
        out, pullback = of_items(x)
        value, pushforward = straight(x)
        return products + pullback(w) @ out + pushforward(x) @ value

    np.testing.assert_allclose(grad(f)(V), columns(f, V), rtol=1e-6)
    np.testing.assert_allclose(jvp(f)(V, w)[1], columns(f, V) @ w, rtol=1e-6)


@pytest.mark.parametrize("outer", [grad, jacobian])
def test_a_gradient_in_a_tuple_of_one_is_refused_and_not_taken_for_the_array(outer):
    with pytest.raises(UnsupportedSyntax, match="by a tuple of one parameter"):
        outer(grad(lambda x: x**3, wrt=("x",)))(2.0)


def test_a_gradient_in_a_tuple_of_one_inside_a_function():
    inner = grad(lambda x: x**3, wrt=("x",))

    def outer(x):
        return inner(x)[0] * x

    with pytest.raises(UnsupportedSyntax, match="by a tuple of one parameter"):
        grad(outer)(2.0)


def test_what_only_reads_its_argument_may_be_called_from_a_gradient():
    inner = grad(renewed_in_a_loop)
    found = grad(lambda x: np.sum(inner(x) * V))(V)
    assert np.allclose(found, adjoint.hvp(renewed_in_a_loop)(V, V), rtol=1e-12)


def test_a_generator_expression_in_what_is_differentiated_inside():
    assert jvp(lambda x: grad(sum_of_a_generator_expression)(2.0, x))(3.0, 1.0) == (36.0, 12.0)


def test_arguments_of_a_gradient_in_a_tuple_from_outside():
    rest = (3.0, 0.5)
    inner = grad(lambda x, a, b: np.sin(a * x) + b)
    assert math.isclose(grad(lambda x: inner(x, *rest))(X), -9 * math.sin(3 * X))
