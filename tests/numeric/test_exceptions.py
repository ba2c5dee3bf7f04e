"""Exceptions: what is caught half-way is refused where it happens, `finally` runs once, effects happen once."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint

log: list[str] = []


def half_done(x, text):
    y = x
    try:
        y = y * y
        k = float(text)
        y = y * k
    except ValueError:
        y = y * 2
    return y


def stored_before_it_fails(x, texts):
    a = x.copy()
    for i, text in enumerate(texts):
        try:
            a[i] = a[i] * a[0]
            a[i] += int(text)
        except ValueError:
            pass
    return a.sum()


def noted(x, text):
    try:
        log.append("try")
        k = float(text)
    except ValueError:
        log.append("caught")
        k = 2.0
    else:
        log.append("else")
    finally:
        log.append("finally")
    return x * x * k


def uncaught(x, text):
    try:
        k = float(text)
    except KeyError:
        k = 1.0
    finally:
        log.append("finally")
    return x * k


def raised_again(x, text):
    try:
        k = float(text)
    except ValueError:
        log.append("seen")
        raise
    return x * k


@pytest.mark.parametrize(("f", "args"), [(half_done, (1.5, "no")), (stored_before_it_fails, (np.ones(2), ("1", "no")))])
def test_what_is_caught_half_way_is_refused(f, args) -> None:
    with pytest.raises(adjoint.CaughtException) as caught:
        adjoint.grad(f)(*args)
    first, place, advice = str(caught.value).split("\n")[:3]
    assert first == "an exception was caught after values that derivatives pass through had changed"
    assert place.strip().startswith("tests/numeric/test_exceptions.py:")
    assert advice == "  Test with `if` whether the step would fail, or move what changes values out of the `try`."
    assert isinstance(caught.value.__context__, ValueError)


def test_the_same_programs_where_nothing_is_caught() -> None:
    assert adjoint.grad(half_done)(1.5, "3") == 9.0
    np.testing.assert_allclose(adjoint.grad(stored_before_it_fails)(np.array([2.0, 3.0]), ("1", "2")), [4 + 4 * 3, 5.0])


@pytest.mark.parametrize(("text", "said"), [("3", ["try", "else", "finally"]), ("no", ["try", "caught", "finally"])])
def test_each_part_runs_once(text: str, said: list[str]) -> None:
    log.clear()
    _, pullback = adjoint.vjp(noted)(1.5, text)
    assert log == said
    assert pullback(1.0) == pullback(1.0) == 3.0 * (3.0 if text == "3" else 2.0)
    assert log == said


def test_what_is_not_caught_is_raised_after_finally() -> None:
    log.clear()
    with pytest.raises(ValueError, match="could not convert"):
        adjoint.grad(uncaught)(1.5, "no")
    assert log == ["finally"]
    assert adjoint.grad(uncaught)(1.5, "2") == 2.0


def test_a_bare_raise_raises_what_was_caught() -> None:
    log.clear()
    with pytest.raises(ValueError, match="could not convert"):
        adjoint.grad(raised_again)(1.5, "no")
    assert log == ["seen"]


def test_second_derivatives() -> None:
    assert adjoint.grad(adjoint.grad(noted))(1.5, "no") == 4.0
    assert adjoint.grad(adjoint.grad(half_done))(1.5, "3") == 6.0 * 1.0
