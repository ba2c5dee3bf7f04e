"""Ctrl-C at any moment, and exceptions in the user's code: the next call is right, and arguments are as they were."""

from __future__ import annotations

import linecache
import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from texts import fresh, small

from adjoint import AdjointError, grad, vjp
from adjoint.emit import functions

X, Y = np.array([0.2, -0.4, 0.9]), np.array([0.1, 0.7, 0.5])


def steps_of(work: Callable[[], Any]) -> int:
    """How many calls of Python functions `work` makes."""
    return _profiled(work, None)


def interrupted(work: Callable[[], Any], step: int) -> bool:
    """Run `work` with a Ctrl-C at its `step`-th call; was there one?"""
    try:
        _profiled(work, step)
    except KeyboardInterrupt:
        return True
    return False


def _profiled(work: Callable[[], Any], stop: int | None) -> int:
    count = 0

    def profile(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        # Signals are looked for where a function starts, never between a lock that is taken and its `with`.
        count += event == "call"
        # Not in the destructors and callbacks of others, where Python prints exceptions and drops them.
        if stop is not None and event == "call" and count >= stop and "/adjoint/" in frame.f_code.co_filename:
            if frame.f_code.co_name not in ("_forget", "__del__"):
                sys.setprofile(None)
                raise KeyboardInterrupt

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


# Where Ctrl-C falls into the closing of a generator, Python can only say so.
DROPPED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@DROPPED
def test_ctrl_c_while_compiling_and_running() -> None:
    def work(function: Any) -> tuple[np.ndarray, ...]:
        return grad(function, wrt=("x", "y"))(X, Y)

    function = fresh(small(7))
    expected, before = work(function), (X.copy(), Y.copy())
    steps = steps_of(lambda: work(fresh(small(7))))
    choose = random.Random(0)
    hits = 0
    for _ in range(30):
        function = fresh(small(7))
        hits += interrupted(lambda: work(function), choose.randrange(steps))
        np.testing.assert_array_equal(work(function), expected)
        np.testing.assert_array_equal((X, Y), before)
    assert hits > 20


@DROPPED
def test_ctrl_c_leaves_nothing_behind() -> None:
    def one(k: int, step: int | None) -> None:
        function = fresh(small(k))
        work = lambda: grad(function)(X, Y)
        interrupted(work, step) if step else work()
        linecache.cache.pop(function.__code__.co_filename)

    one(0, None)
    texts = len(functions._texts)
    for k in range(1, 20):
        one(k, 997 * k)
    import gc

    gc.collect()
    assert len(functions._texts) <= texts


def test_ctrl_c_in_a_pullback() -> None:
    _, pullback = vjp(fresh(small(4)), wrt=("x", "y"))(X, Y)
    expected = pullback(1.0)
    steps = steps_of(lambda: pullback(1.0))
    for step in range(1, steps):
        interrupted(lambda: pullback(1.0), step)
        np.testing.assert_array_equal(pullback(1.0), expected)


FAILING = """\
def check(v):
    if v > 0.5:
        raise ValueError("too large")

def model(x, y):
    x[0] = x[0] * y
    check(y)
    x[1] = x[0] * x[1]
    return x.sum() * y
"""


def test_an_exception_of_the_users_leaves_arguments_and_caches_alone() -> None:
    gradient = grad(fresh(FAILING), wrt=("x", "y"))
    x = np.array([0.3, 0.4])
    for _ in range(2):
        with pytest.raises(ValueError, match="too large") as caught:
            gradient(x, 0.7)
        assert not isinstance(caught.value, AdjointError)
        np.testing.assert_array_equal(x, [0.3, 0.4])
        slope, by_y = gradient(x, 0.25)
        np.testing.assert_allclose(slope, [0.25 * 0.25 + 0.25**2 * 0.4, 0.25**2 * 0.3])
        assert by_y == pytest.approx(2 * 0.25 * 0.3 + 3 * 0 + 2 * 0.25 * 0.3 * 0.4)
        np.testing.assert_array_equal(x, [0.3, 0.4])


def test_an_exception_while_compiling_is_raised_again_at_the_next_call() -> None:
    gradient = grad(fresh("def model(x):\n    yield x\n"))
    for _ in range(2):
        with pytest.raises(AdjointError, match="yield"):
            gradient(1.0)
