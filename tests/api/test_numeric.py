"""`check_grads` passes what is right and names what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from adjoint import grad
from adjoint.errors import UnsupportedArgument
from adjoint.numeric import check_grads


def energy(x, k=2.0, n=3):
    return k * x**n


@pytest.mark.parametrize("argument", [2.0, np.array([1.0, 2.0]), np.ones((2, 1)), np.float32(2), np.full(2, 2, "f4")])
def test_right(argument):
    check_grads(energy, (argument,))


def test_several_arguments_keywords_and_structures():
    def f(x, w, *, b=1.0):
        return (x @ w * b, x.sum())

    check_grads(f, (np.ones((2, 3)), np.ones(3)))


def test_a_decorated_function_means_the_function():
    check_grads(grad(energy), (2.0,))


def test_the_arguments_stay_as_they_are():
    x = np.ones(3)

    check_grads(lambda x: (x * x).sum(), (x,))
    assert x.tolist() == [1.0, 1.0, 1.0]


def test_wrong(compiler):
    def energy(x):
        return x * x

    original = compiler.compile

    def wrong(request):
        from adjoint.classes import replace

        made = original(request)

        def reverse(*args):
            (gradient,) = made.reverse(*args)
            gradient[1] += 1.0
            return (gradient,)

        return replace(made, reverse=reverse)

    compiler.compile = wrong
    with pytest.raises(AssertionError) as caught:
        check_grads(energy, (np.array([1.0, 2.0]),), wrt="x")
    lines = str(caught.value).splitlines()
    assert lines[0] == "the derivative of `energy` by `x` is wrong"
    assert lines[1].startswith("  along a random direction: expected ")
    assert lines[2].startswith("  most at `x[1]`: expected ")


def test_wrong_questions():
    with pytest.raises(UnsupportedArgument, match="there is no mode 'up'"):
        check_grads(energy, (1.0,), modes=("up",))
    with pytest.raises(UnsupportedArgument, match="order=3"):
        check_grads(energy, (1.0,), order=3)
    with pytest.raises(UnsupportedArgument, match="none of the arguments is a float"):
        check_grads(lambda n: n, (1,))
