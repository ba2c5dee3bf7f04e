"""Declaring rules, asking for them, and mapping a call's arguments to a body's parameters."""

from __future__ import annotations

import builtins
import math
import operator
import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from adjoint.rules import registry
from adjoint.rules.registry import RuleError, UnsupportedArgument, bind, rule_of


def rule(primitive: Any) -> registry.Rule:
    found = rule_of(primitive)
    assert found is not None
    return found


# Asking


def test_unhashable_and_unknown_things_have_no_rule() -> None:
    for thing in ([1], np.ones(2), {}, lambda x: x, None):
        assert rule_of(thing) is None
        assert not registry.is_constant(thing)
        assert not registry.is_pure(thing)
        assert registry.result_of(thing) == "maybe"


def test_no_primitive_is_both_constant_and_ruled() -> None:
    assert not [r.primitive for r in registry.rules() if registry.is_constant(r.primitive)]


def test_operators_share_the_rules_of_their_ufuncs() -> None:
    pairs = [
        (operator.add, np.add), (operator.sub, np.subtract), (operator.mul, np.multiply),
        (operator.truediv, np.divide), (operator.pow, np.power), (operator.neg, np.negative),
        (operator.matmul, np.matmul), (operator.mod, np.remainder), (operator.abs, np.absolute),
        (builtins.abs, np.absolute),
    ]  # fmt: skip
    for python, numpy in pairs:
        assert rule(python).body is rule(numpy).body


def test_random_generators_draw_constants_that_are_not_pure() -> None:
    for draw in (np.random.default_rng(0).normal, np.random.RandomState(0).rand, np.random.rand, random.gauss):
        assert registry.draws(draw)
        assert registry.is_constant(draw)
        assert not registry.is_pure(draw)
    assert registry.result_of(np.random.default_rng(0).normal) == "fresh"
    for made in (np.random.default_rng, np.random.RandomState, random.Random):
        assert registry.is_constant(made) and not registry.is_pure(made) and not registry.draws(made)
    assert registry.is_pure(np.fft.fftfreq)


def test_importing_the_rules_does_not_load_what_numpy_loads_late() -> None:
    text = "import sys, numpy, adjoint.rules.registry; print('numpy.random' in sys.modules)"
    late = "import sys, numpy; print('numpy.random' in sys.modules)"
    found, before = (subprocess.run([sys.executable, "-c", t], capture_output=True, text=True) for t in (text, late))
    assert found.stdout == before.stdout


def test_functions_that_move_with_their_argument_are_not_constant() -> None:
    for primitive in (divmod, np.divmod, np.modf, np.sort, np.interp, np.random.shuffle, zip, enumerate, math.gamma):
        assert not registry.is_constant(primitive)


@pytest.mark.parametrize("name", list(registry.METHODS))
def test_methods_are_the_functions_they_are_said_to_be(name: str) -> None:
    more = {
        "astype": (float,), "clip": (0.2, 0.8), "dot": (np.ones((3, 2)),), "repeat": (2,), "reshape": ((3, 2),),
        "searchsorted": (0.5,), "swapaxes": (0, 1), "take": ([1, 0],), "item": (3,),
        "argpartition": (1,), "to_device": ("cpu",), "compress": ([True, False], 0), "choose": ([1.5, 2.5],),
    }  # fmt: skip
    x = np.linspace(0.0, 1.0, 3) if name == "searchsorted" else np.linspace(0.0, 1.0, 6).reshape(2, 3)
    x = np.array([1, 0, 1]) if name == "choose" else x
    args = more.get(name, ())
    primitive = registry.METHODS[name]
    np.testing.assert_array_equal(getattr(x, name)(*args), primitive(x, *args))
    assert rule_of(primitive) is not None or registry.is_constant(primitive)


@pytest.mark.parametrize("name", list(registry.ATTRIBUTES))
def test_attributes_are_the_functions_they_are_said_to_be(name: str) -> None:
    x = np.arange(6.0).reshape(2, 3) + 1j
    primitive = registry.ATTRIBUTES[name]
    np.testing.assert_array_equal(getattr(x, name), primitive(x))
    assert rule_of(primitive) is not None or registry.is_constant(primitive)


# Binding


def test_arguments_are_bound_by_position_and_name() -> None:
    assert bind(rule(np.sum), ["x"], {}) == {"a": "x"}
    assert bind(rule(np.sum), ["x", 0], {"keepdims": True}) == {"a": "x", "axis": 0, "keepdims": True}
    assert bind(rule(np.einsum), ["ij", "x", "y"], {}) == {"subscripts": "ij", "operands": ("x", "y")}
    assert bind(rule(np.clip), ["x"], {"min": 0}) == {"a": "x", "a_min": 0}


def test_methods_take_axes_and_lengths_one_by_one() -> None:
    assert bind(rule(np.reshape), ["x", 2, 3], {}, method=True) == {"a": "x", "shape": (2, 3)}
    assert bind(rule(np.reshape), ["x", -1], {}, method=True) == {"a": "x", "shape": -1}
    assert bind(rule(np.reshape), ["x", 2, 3], {"order": "F"}, method=True) == {"a": "x", "shape": (2, 3), "order": "F"}
    assert bind(rule(np.transpose), ["x", 2, 0, 1], {}, method=True) == {"a": "x", "axes": (2, 0, 1)}
    assert bind(rule(np.sum), ["x", 0], {}, method=True) == {"a": "x", "axis": 0}


@pytest.mark.parametrize(
    ("primitive", "args", "keywords", "argument"),
    [
        (np.max, ["x"], {"dtype": float}, "dtype"),
        (np.sum, ["x"], {"where": 1}, "where"),
        (np.sum, ["x"], {"initial": 1}, "initial"),
        (np.sum, ["x", 0, None], {}, "positional argument 3"),
        (np.sin, ["x"], {"out": "y"}, "out"),
        (np.sin, ["x"], {"where": "y"}, "where"),
        (np.sin, ["x", "y"], {}, "positional argument 2"),
        (np.sum, ["x"], {"a": "y"}, "a"),
        (np.dot, ["x"], {}, "b"),
        (np.sum, ["x"], {"out_bar": "y"}, "out_bar"),
    ],
)
def test_what_a_rule_does_not_list_is_refused(primitive: Any, args: Any, keywords: Any, argument: str) -> None:
    with pytest.raises(UnsupportedArgument) as caught:
        bind(rule(primitive), args, keywords)
    assert caught.value.argument == argument


def test_defaults_are_those_of_the_body() -> None:
    assert registry.defaults(rule(np.var)) == {"axis": None, "ddof": 0, "keepdims": False}
    assert registry.defaults(rule(np.sin)) == {}


# Declaring


def cube(x: Any) -> Any:
    return x * x * x


def partial(x: Any) -> Any:
    return 3 * x**2


def test_decorators_return_the_body_and_may_be_used_again() -> None:
    before = registry.generation()
    assert registry.elementwise(cube)(partial) is partial
    assert rule(cube).body is partial
    assert rule(cube).operands == ("x",)

    def better(x: Any, out: Any) -> Any:
        return 3 * x * x

    registry.elementwise(cube)(better)
    assert rule(cube).body is better
    assert rule(cube).operands == ("x",)
    assert registry.generation() == before + 2


def test_tangent_may_come_before_or_after_the_pullback() -> None:
    def f(x: Any) -> Any:
        return x

    def tangent(x: Any, *, x_dot: Any) -> Any:
        return x_dot

    def pullback(x: Any, *, out_bar: Any) -> Any:
        return out_bar

    registry.jvp(f)(tangent)
    assert (rule(f).form, rule(f).operands, rule(f).body) == ("jvp", ("x",), tangent)
    registry.vjp(f)(pullback)
    assert (rule(f).form, rule(f).jvp, rule(f).body) == ("vjp", tangent, pullback)

    def other(x: Any, *, out: Any, x_dot: Any) -> Any:
        return x_dot

    registry.jvp(f)(other)
    assert rule(f).jvp is other


def test_a_tangent_outlives_another_pullback_if_it_fits() -> None:
    def f(x: Any) -> Any:
        return x

    def tangent(x: Any, *, x_dot: Any) -> Any:
        return x_dot

    def pullback(x: Any, *, out_bar: Any) -> Any:
        return out_bar

    def renamed(z: Any, *, out_bar: Any) -> Any:
        return out_bar

    registry.vjp(f)(pullback)
    registry.jvp(f)(tangent)
    registry.vjp(f)(pullback)
    assert rule(f).jvp is tangent and rule(f).has_tangent
    registry.vjp(f)(renamed)
    assert rule(f).jvp is None and not rule(f).has_tangent


def test_what_gives_a_tangent() -> None:
    for primitive in (np.sin, np.sum, np.matmul, np.linalg.inv):
        assert rule(primitive).has_tangent
    assert rule(np.matmul).multilinear and rule(np.einsum).multilinear and not rule(np.sum).multilinear
    assert rule(np.pad).affine == ("constant_values",)


def test_tangents_are_no_arguments_of_a_call() -> None:
    def f(x: Any) -> Any:
        return x

    def tangent(x: Any, *, out: Any, x_dot: Any) -> Any:
        return x_dot

    registry.jvp(f)(tangent)
    assert bind(rule(f), [1], {}) == {"x": 1}
    with pytest.raises(UnsupportedArgument):
        bind(rule(f), [1], {"x_dot": 2})


def test_operands_are_by_default_what_has_no_default() -> None:
    def f(*args: Any, **keywords: Any) -> None: ...

    def pullback(x: Any, y: Any, n: Any = 1, *, flag: Any = False, out: Any, out_bar: Any) -> None: ...

    def variadic(first: Any, *rest: Any, out_bar: Any) -> None: ...

    registry.vjp(f)(pullback)
    assert rule(f).operands == ("x", "y")
    registry.vjp(f, operands=("y",))(pullback)
    assert rule(f).operands == ("y",)
    registry.linear(f)(variadic)
    assert rule(f).operands == ("first", "*rest")
    assert bind(rule(f), [1, 2, 3], {}) == {"first": 1, "rest": (2, 3)}


def no_seed(x: Any) -> None: ...


def open_ended(x: Any, *, out_bar: Any, **keywords: Any) -> None: ...


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: registry.vjp()(partial), "name the function that the rule is for: @vjp(my_function)"),
        (lambda: registry.vjp(3)(partial), "a rule is for a function, not for 3"),  # type: ignore[arg-type]
        (
            lambda: registry.vjp(cube)(no_seed),
            "rule `no_seed`: its body needs the parameter `out_bar`, best after a `*`",
        ),
        (
            lambda: registry.vjp(cube)(open_ended),
            "rule `open_ended`: list the keywords that it handles by name instead of `**`",
        ),
        (
            lambda: registry.vjp(cube, operands=("z",))(partial_vjp),
            "rule `partial_vjp`: operand `z` is none of its parameters ('x', 'out_bar')",
        ),
        (
            lambda: registry.elementwise(cube, operands=("z",))(partial),
            "rule `partial`: operand `z` is none of its parameters ('x',)",
        ),
        (
            lambda: registry.elementwise(cube, result="copy")(partial),  # type: ignore[arg-type]
            'result is one of "fresh", "view" and "maybe", not \'copy\'',
        ),
        (
            lambda: registry.elementwise(cube)(np.sin),
            "the body of a rule is a plain Python function, not <ufunc 'sin'>",
        ),
        (lambda: registry.constant(3), "a rule is for a function, not for 3"),
        (
            lambda: registry.jvp(cube)(partial_vjp),
            "rule `partial_vjp`: its body needs the operands' tangents behind a `*`: (x, *, x_dot)",
        ),
        (
            lambda: registry.jvp(np.outer)(tangent_of_one),
            "rule `tangent_of_one`: the operands of `outer` have the tangents a_dot, b_dot, in this order",
        ),
        (
            lambda: registry.jvp(np.linalg.norm)(tangent_of_all),
            "rule `tangent_of_all`: its parameters but the tangents are not those of `norm`",
        ),
    ],
)
def test_wrong_declarations_are_refused(declare: Any, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        declare()
    assert str(caught.value) == message


def partial_vjp(x: Any, *, out_bar: Any) -> Any:
    return out_bar


def tangent_of_one(a: Any, b: Any, *, a_dot: Any) -> Any: ...


def tangent_of_all(x: Any, ord: Any = None, *, x_dot: Any) -> Any: ...


def test_constant_is_a_decorator_with_and_without_options() -> None:
    @registry.constant
    def one(x: Any) -> Any:
        return x

    @registry.constant(result="view", pure=False)
    def two(x: Any) -> Any:
        return x

    assert registry.is_constant(one) and registry.is_pure(one) and registry.result_of(one) == "fresh"
    assert registry.is_constant(two) and not registry.is_pure(two) and registry.result_of(two) == "view"
