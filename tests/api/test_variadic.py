"""Functions that take `*xs` and `**options`: one parameter each, a tuple and a dictionary."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint
from adjoint import UnsupportedArgument, check_grads, grad, jacobian, jvp, value_and_grad, vjp


def product(*xs):
    return xs[0] * xs[1]


def weighted(a, *xs, power=2.0, **options):
    total = a
    for k, x in enumerate(xs):
        total = total + np.sin(x * a) * power * (k + 1)
    for name, value in options.items():
        if name != "mode":
            total = total * value
    return total * options.get("scale", 1.0)


def passed_on(*args, **options):
    return weighted(*args, **options) * 2


def powers(x, *rest):
    y = x
    for _ in range(rest[0]):
        y = y * x
    return y


def changed(*rows):
    rows[0][0] = rows[1][0] * 3
    return (rows[0] * rows[1]).sum()


def many(*xs):
    total = 0.0
    for x in xs:
        total = total + x * x
    return total


def test_the_gradient_is_a_tuple_like_the_arguments() -> None:
    assert grad(product)(2.0, 3.0) == (3.0, 2.0)
    assert grad(product, wrt="xs")(2.0, 3.0) == (3.0, 2.0)
    assert grad(product, wrt=("xs",))(2.0, 3.0) == ((3.0, 2.0),)
    assert value_and_grad(product)(2.0, 3.0) == (6.0, (3.0, 2.0))
    assert jacobian(product)(2.0, 3.0) == (3.0, 2.0)
    assert vjp(product)(2.0, 3.0)[1](2.0) == (6.0, 4.0)
    assert jvp(product)((2.0, 3.0), ((1.0, 0.5),)) == (6.0, 4.0)
    assert grad(many)(*map(float, range(1, 30))) == tuple(2.0 * k for k in range(1, 30))


def test_the_text_names_each_argument() -> None:
    assert adjoint.source(product, 2.0, 3.0) == (
        "def product_grad(xs, out_bar=1.0):\n"
        "    xs_0 = xs[0]\n"
        "    xs_1 = xs[1]\n"
        "\n"
        "    return out_bar * xs_1, out_bar * xs_0  # return xs[0]*xs[1]"
    ).replace("xs[0]*xs[1]", "xs[0] * xs[1]")


@pytest.mark.parametrize("f", [weighted, passed_on])
def test_every_parameter_against_differences(f) -> None:
    a, xs, options = 0.7, (1.2, 0.4), {"scale": 1.5, "mode": "slow", "power": 2.5}
    everything = ("a", "xs", "power", "options") if f is weighted else ("args", "options")
    found = grad(f, wrt=everything)(a, *xs, **options)
    by = dict(zip(everything, found))
    flat = [by["a"], *by["xs"]] if f is weighted else list(by["args"])
    scale = by["options"]["scale"]
    power = by["power"] if f is weighted else by["options"]["power"]
    assert by["options"]["mode"] == "slow"
    h = 1e-6
    for k in range(3):
        ends = [f(*(v + s * (k == j) for j, v in enumerate((a, *xs))), **options) for s in (h, -h)]
        assert flat[k] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-8)
    for key, ours in (("scale", scale), ("power", power)):
        ends = [f(a, *xs, **{**options, key: options[key] + s}) for s in (h, -h)]
        assert ours == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-8)


def test_calls_with_other_numbers_of_arguments() -> None:
    gradient = grad(weighted, wrt=("a", "xs"))
    assert len(gradient(0.5, 1.0)[1]) == 1
    assert len(gradient(0.5, 1.0, 2.0, power=3.0)[1]) == 2
    check_grads(weighted, (0.5, 1.0, 2.0))
    check_grads(product, (0.5, 1.0), order=2)


def test_whole_numbers_beside_stay_whole() -> None:
    assert grad(powers)(1.5, 3) == pytest.approx(4 * 1.5**3)


def test_arrays_among_them_are_left_as_they_are() -> None:
    rows = (np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    first, second = grad(changed)(*rows)
    np.testing.assert_array_equal(first, [0.0, 4.0])
    np.testing.assert_array_equal(second, [18.0, 2.0])
    np.testing.assert_array_equal(rows[0], [1.0, 2.0])


def test_what_is_refused() -> None:
    with pytest.raises(UnsupportedArgument, match="`xs` is empty"):
        grad(product)()
    with pytest.raises(UnsupportedArgument, match=r"wrt='options' gives a dictionary"):
        grad(weighted, wrt="scale")(1.0, scale=2.0)
    with pytest.raises(UnsupportedArgument, match="`product` has 1 parameters: `xs`"):
        grad(product, wrt=1)(1.0, 2.0)
    with pytest.raises(TypeError, match="unexpected keyword"):
        grad(product)(1.0, k=2.0)
