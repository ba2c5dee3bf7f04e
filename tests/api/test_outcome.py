"""What counts as a function's result: pairs with something beside, nested results, arguments that are filled."""

from __future__ import annotations

import collections
import dataclasses
import pickle

import numpy as np
import pytest

import adjoint
from adjoint import grad, jacobian, value_and_grad, vjp
from adjoint.errors import NotScalar, SeedMismatch, UnsupportedArgument, UnsupportedMutation, UnsupportedSyntax

X = np.array([0.3, 0.7, -1.1])
Pair = collections.namedtuple("Pair", "total parts")


def loss_and_parts(x):
    a = np.sin(x)
    return (a * a).sum(), {"a": a, "x": x, "rest": [a[1:], (1, "text", None)]}


def overwritten(x):
    y = x.copy()
    s = 0.0
    for i in range(3):
        y[i] = y[i] * 2
        s = s + y[i] * y[i]
        y[i] = 7.0
    return s, y


def helper_of_two(x):
    if x[0] > 0:
        return (x * x).sum(), x
    return x.sum(), x * 2


def through_a_helper(x):
    return helper_of_two(x)


def rows(x):
    return np.sin(x), [x, 3]


def single(x):
    return x.sum()


def triple(x):
    return x.sum(), 1, 2


SLOPE = {
    loss_and_parts: np.sin(2 * X),
    overwritten: 8 * X,
    through_a_helper: 2 * X,
}


@pytest.mark.parametrize("f", SLOPE)
def test_what_is_beside_the_value_is_handed_over(f):
    value, aux = f(X.copy())
    g, found = grad(f, has_aux=True)(X)
    np.testing.assert_allclose(g, SLOPE[f])
    same(found, aux)
    (v, found), g = value_and_grad(f, has_aux=True)(X)
    assert v == value
    np.testing.assert_allclose(g, SLOPE[f])
    same(found, aux)
    v, pullback, found = vjp(f, has_aux=True)(X)
    assert v == value
    same(found, aux)
    np.testing.assert_allclose(pullback(2.0), 2 * SLOPE[f])
    np.testing.assert_array_equal(pullback(2.0), pullback(2.0))


@pytest.mark.parametrize("f", SLOPE)
def test_a_tuple_of_one_gradient_beside_the_rest(f):
    _, aux = f(X.copy())
    (g,), found = grad(f, wrt=("x",), has_aux=True)(X)
    np.testing.assert_allclose(g, SLOPE[f])
    same(found, aux)
    (_, found), (g,) = value_and_grad(f, wrt=("x",), has_aux=True)(X)
    np.testing.assert_allclose(g, SLOPE[f])
    same(found, aux)
    (g,) = vjp(f, wrt=("x",), has_aux=True)(X)[1](2.0)
    np.testing.assert_allclose(g, 2 * SLOPE[f])


def test_arrays_beside_the_value_are_the_callers_own():
    x = X.copy()
    g, aux = grad(loss_and_parts, has_aux=True)(x)
    _, pullback, later = vjp(loss_and_parts, has_aux=True)(x)
    for found in (aux, later):
        for array in (found["a"], found["x"], found["rest"][0]):
            assert not np.shares_memory(array, x)
            array[...] = 5.0
    np.testing.assert_array_equal(x, X)
    np.testing.assert_allclose(pullback(1.0), g)


def test_jacobian_with_something_beside():
    matrix, aux = jacobian(rows, has_aux=True)(X)
    np.testing.assert_allclose(matrix, np.diag(np.cos(X)))
    same(aux, [X, 3])


def test_a_decorator_with_options_that_is_pickled():
    f = grad(loss_and_parts, has_aux=True)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(f))(X)[0], f(X)[0])

    @grad(wrt="w", has_aux=True)
    def model(x, w):
        return x * w, x

    assert model(2.0, 3.0) == (2.0, 2.0)


@pytest.mark.parametrize("f", [single, triple])
def test_a_result_that_is_no_pair_is_refused(f):
    with pytest.raises(UnsupportedSyntax, match="does not return a pair, as `has_aux=True` says"):
        grad(f, has_aux=True)(X)


def test_a_value_beside_which_something_stands_must_be_a_number():
    with pytest.raises(NotScalar, match=r"vjp\(rows, has_aux=True\)\(x\)\[1\]\(v\)"):
        grad(rows, has_aux=True)(X)


def test_second_derivatives_with_something_beside_are_refused():
    with pytest.raises(UnsupportedSyntax, match="cannot be differentiated again"):
        jacobian(grad(loss_and_parts, has_aux=True))(X)


# Arguments that are filled


def fill(x, y):
    y[:] = np.sin(x)
    y[0] *= x[1]


def fill_twice(x, y, z):
    for i in range(len(x)):
        y[i] = x[i] * z[i]
        z[i] = y[i] ** 2


def fill_early(x, y):
    if x[0] > 0:
        y[:] = x * x
        return
    y[:] = x


def fill_augmented(x, y):
    y += x * y


def fill_rebound(x, y):
    y[:] = x
    y = y + x
    y[0] = 5.0


def fill_rebound_in_a_branch(x, y):
    if x[0] > 0:
        y = y * 2
    y[:] = x


def total_into(x, total):
    total[...] = (x * x).sum()


def test_an_argument_that_is_filled_is_the_result():
    y = np.ones(3)
    out, pullback = vjp(fill, output="y")(X, y)
    expected = np.ones(3)
    fill(X, expected)
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(y, np.ones(3))
    assert not np.shares_memory(out, y)
    matrix = jacobian(fill, output="y")(X, y)
    expected = np.diag(np.cos(X))
    expected[0] = [np.cos(X[0]) * X[1], np.sin(X[0]), 0.0]
    np.testing.assert_allclose(matrix, expected)
    seed = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(pullback(seed), seed @ expected)


def test_what_the_output_held_before():
    matrix, before = jacobian(fill_augmented, wrt=("x", "y"), output="y")(X, 2 * X)
    np.testing.assert_allclose(matrix, np.diag(2 * X))
    np.testing.assert_allclose(before, np.diag(1 + X))
    np.testing.assert_allclose(jacobian(fill_early, wrt="y", output="y")(X, X.copy()), np.zeros((3, 3)))
    np.testing.assert_allclose(jacobian(fill_early, output="y")(X, X.copy()), np.diag(2 * X))


def test_several_outputs():
    z = np.array([2.0, 3.0, 4.0])
    (y, new), pullback = vjp(fill_twice, wrt=("x", "z"), output=("y", "z"))(X, np.zeros(3), z)
    np.testing.assert_allclose(y, X * z)
    np.testing.assert_allclose(new, (X * z) ** 2)
    by_x, by_z = pullback((np.ones(3), None))
    np.testing.assert_allclose(by_x, z)
    np.testing.assert_allclose(by_z, X)
    by_x, by_z = pullback((None, np.ones(3)))
    np.testing.assert_allclose(by_x, 2 * X * z**2)
    np.testing.assert_allclose(by_z, 2 * X**2 * z)


def test_an_output_of_rank_zero_has_a_gradient():
    total = np.zeros(())
    value, g = value_and_grad(total_into, output="total")(X, total)
    np.testing.assert_allclose(value, (X * X).sum())
    np.testing.assert_allclose(g, 2 * X)
    assert total == 0.0


def test_a_name_that_means_something_else_is_not_the_output():
    out, pullback = vjp(fill_rebound, output="y")(X, np.zeros(3))
    np.testing.assert_array_equal(out, X)
    np.testing.assert_array_equal(pullback(X), X)
    with pytest.raises(UnsupportedMutation, match="`y`, which is the output, becomes another object here"):
        vjp(fill_rebound_in_a_branch, output="y")(X, np.zeros(3))


def test_outputs_that_cannot_be_are_refused():
    with pytest.raises(UnsupportedArgument, match="`fill` has no such parameter; it has `x`, `y`"):
        vjp(fill, output="out")
    with pytest.raises(UnsupportedArgument, match="nothing that a function can change"):
        vjp(fill, output="y")(X, 2.0)
    with pytest.raises(UnsupportedArgument, match="cannot both be given"):
        vjp(fill, output="y", has_aux=True)
    with pytest.raises(UnsupportedArgument, match="give the name of a parameter"):
        vjp(fill, output=1)
    with pytest.raises(UnsupportedArgument, match="leaves nothing in its arguments"):
        grad(grad(total_into, output="total"), output="total")
    with pytest.raises(NotScalar, match=r"jacobian\(fill, output='y'\)\(x, y\)"):
        grad(fill, output="y")(X, np.zeros(3))
    with pytest.raises(adjoint.SharedMemory):
        vjp(fill, output="y")(X, X)


# Nested results


def nested(x):
    return [np.sin(x), (x.sum(), "text")], x * 2


def named(x):
    return Pair(x.sum(), (x, x * x))


def test_seeds_have_the_structure_of_the_result():
    out, pullback = vjp(nested)(X)
    same(out, nested(X))
    np.testing.assert_allclose(pullback(([X, (2.0, None)], None)), X * np.cos(X) + 2)
    np.testing.assert_allclose(pullback((None, X)), 2 * X)
    np.testing.assert_allclose(pullback(([None, None], X)), 2 * X)
    for wrong, message in [
        (None, "the seed of `nested` is a NoneType"),
        (X, "`nested` returns 2 values"),
        ((None, X, X), "Give a tuple of 2 seeds"),
        (([X], X), "Give a list of 2 seeds"),
        ((None, 1.0), "returns an array of shape"),
    ]:
        with pytest.raises(SeedMismatch, match=message):
            pullback(wrong)


@dataclasses.dataclass
class Fit:
    loss: object
    parts: object


def fitted(x):
    return Fit(np.sin(x), Pair(x.sum(), (x * x, "text")))


def fitted_by_name(x):
    inner = Pair(parts=x * 2, total=1.0)
    return Fit(parts=inner, loss=x.sum())


def loss_and_fit(x):
    return (x * x).sum(), Fit(x, {"double": x * 2})


def pair_of_loss_and_rest(x):
    return Pair((x * x).sum(), x)


def chosen_fit(x):
    if x[0] > 0:
        return Fit(x.sum(), x)
    return Fit(x.prod(), x)


def test_objects_are_results():
    out, pullback = vjp(fitted)(X)
    assert isinstance(out, Fit) and isinstance(out.parts, Pair)
    np.testing.assert_array_equal(out.loss, np.sin(X))
    assert out.parts.total == X.sum()
    np.testing.assert_array_equal(out.parts.parts[0], X * X)
    np.testing.assert_allclose(pullback(Fit(X, Pair(2.0, (X, None)))), X * np.cos(X) + 2 + 2 * X * X)
    np.testing.assert_allclose(pullback(Fit(None, None)), np.zeros(3))
    np.testing.assert_allclose(pullback((X, None)), X * np.cos(X))
    with pytest.raises(SeedMismatch, match="the result is a Fit, the seed is a ndarray\n  Give a Fit of seeds"):
        pullback(X)
    with pytest.raises(SeedMismatch):
        pullback(Fit(X, (1.0, X, X)))
    matrix = jacobian(fitted)(X)
    assert isinstance(matrix, Fit)
    np.testing.assert_allclose(matrix.loss, np.diag(np.cos(X)))
    np.testing.assert_allclose(matrix.parts.parts[0], np.diag(2 * X))
    assert matrix.parts.parts[1] is None
    out, pullback = vjp(fitted_by_name)(X)
    assert (out.loss, out.parts.total) == (X.sum(), 1.0)
    np.testing.assert_allclose(pullback(Fit(1.0, Pair(None, X))), 1 + 2 * X)
    with pytest.raises(NotScalar):
        grad(fitted)(X)


@dataclasses.dataclass
class Halved:
    loss: object

    def __init__(self, loss):
        self.loss = loss * 0.5


@dataclasses.dataclass
class Checked:
    loss: object

    def __post_init__(self):
        self.loss = self.loss * 0.5


def halved(x):
    return Halved(x.sum())


def checked(x):
    return Checked(x.sum())


@pytest.mark.parametrize("f", [halved, checked])
def test_objects_whose_making_does_more_are_right_or_refused(f):
    try:
        out, pullback = vjp(f)(X)
    except adjoint.UnknownFunction:
        return
    assert out.loss == f(X).loss
    np.testing.assert_allclose(pullback((1.0,)), np.full(3, 0.5))


def test_objects_beside_the_value():
    g, aux = grad(lambda x: ((x * x).sum(), {"x": x}), has_aux=True)(X)
    np.testing.assert_array_equal(aux["x"], X)
    g, aux = grad(loss_and_fit, has_aux=True)(X)
    np.testing.assert_allclose(g, 2 * X)
    assert isinstance(aux, Fit) and not np.shares_memory(aux.loss, X)
    np.testing.assert_array_equal(aux.parts["double"], 2 * X)
    (value, aux), g = value_and_grad(pair_of_loss_and_rest, has_aux=True)(X)
    np.testing.assert_allclose(g, 2 * X)
    np.testing.assert_array_equal(aux, X)
    value, pullback, aux = vjp(loss_and_fit, has_aux=True)(X)
    assert isinstance(aux, Fit)
    np.testing.assert_allclose(pullback(2.0), 4 * X)


def test_gradients_of_structures_are_refused_with_advice():
    with pytest.raises(NotScalar, match="returns a tuple"):
        grad(nested)(X)


def test_jacobians_of_structures():
    (of_sin, (of_sum, of_text)), of_double = jacobian(nested)(X)
    np.testing.assert_allclose(of_sin, np.diag(np.cos(X)))
    np.testing.assert_allclose(of_sum, np.ones(3))
    assert of_text is None
    np.testing.assert_allclose(of_double, 2 * np.eye(3))


def same(found, expected):
    """Assert that two structures hold the same."""
    assert type(found) is type(expected)
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            same(found[key], expected[key])
    elif isinstance(expected, (list, tuple)):
        assert len(found) == len(expected)
        for a, b in zip(found, expected):
            same(a, b)
    elif isinstance(expected, np.ndarray):
        np.testing.assert_array_equal(found, expected)
    else:
        assert found == expected
