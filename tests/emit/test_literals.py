"""A constant's text evaluates to the constant, to the sign of its zeros."""

from __future__ import annotations

import itertools
import math
from enum import IntEnum

import gast
import numpy as np
import pytest

from adjoint.emit.literals import literal
from adjoint.emit.printer import to_source
from adjoint.errors import InternalError
from adjoint.syntax import core

FLOATS = [0.0, -0.0, 1.5, -2.5, 1e-320, 1.7976931348623157e308, math.inf, -math.inf]


class Axis(IntEnum):
    ROWS = 0


@pytest.mark.parametrize(
    "value", [*FLOATS, 0, -3, 10**40, True, None, "", "a'b", 'a"b', "a'\"\n\\", "\udc80é", b"\x00'"]
)
def test_plain_values(value: object) -> None:
    assert repr(eval(literal(value))) == repr(value)


@pytest.mark.parametrize("value", [complex(a, b) for a, b in itertools.product(FLOATS, FLOATS)], ids=repr)
def test_complex_numbers(value: complex) -> None:
    assert repr(eval(literal(value))) == repr(value)
    # Inside an expression too: a sum needs parentheses there.
    node = core.call(core.attribute(gast.Constant(value, None), "conjugate"))
    assert repr(eval(to_source(node))) == repr(value.conjugate())


def test_nan() -> None:
    assert math.isnan(eval(literal(math.nan)))
    doubled = core.binary(core.const(2), gast.Mult, gast.Constant(math.nan, None))
    assert to_source(doubled) == "2 * (1e309 - 1e309)"


def test_values_that_only_look_like_numbers_are_spelled_as_numbers() -> None:
    assert literal(np.float64(0.5)) == "0.5"
    assert literal(Axis.ROWS) == "0"


def test_negative_constants_are_operands() -> None:
    x, minus_two = core.load("x"), gast.Constant(-2, None)
    assert to_source(core.binary(minus_two, gast.Pow, x)) == "(-2) ** x"
    assert to_source(core.binary(x, gast.Pow, minus_two)) == "x**-2"
    assert to_source(core.binary(x, gast.Sub, gast.Constant(-2.0, None))) == "x - -2.0"
    assert to_source(core.attribute(minus_two, "real")) == "(-2).real"
    assert to_source(core.binary(core.const(-0.0), gast.Mult, x)) == "-0.0 * x"


def test_tuples() -> None:
    assert literal((1, (2.5,), ())) == "(1, (2.5,), ())"


@pytest.mark.parametrize("value", [np.zeros(2), len, complex(1.0, math.nan)], ids=["array", "function", "complex nan"])
def test_what_has_no_text_is_refused(value: object) -> None:
    with pytest.raises(InternalError, match="has no source text"):
        literal(value)
