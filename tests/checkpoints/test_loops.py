"""Checkpointed loops: derivatives as without `checkpoint`, states kept by the binomial schedule."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint import checkpoint, grad, hvp, jvp, vjp
from adjoint.runtime.schedule import Kept, first_of, reach, recomputed, repetitions

PROGRAMS: list[Callable[..., Any]] = []


def program(f: Callable[..., Any]) -> Callable[..., Any]:
    PROGRAMS.append(f)
    return f


@program
def power(x: Any) -> Any:
    y = 1.0
    for _ in checkpoint(range(10), snapshots=3):
        y = y * x[0] + x[1]
    return y


@program
def array(x: Any) -> Any:
    y = x * 1.0
    for i in checkpoint(range(7), snapshots=2):
        y = np.sin(y) * x + i
    return np.sum(y)


@program
def in_place(x: Any) -> Any:
    y = x * 1.0
    for i in checkpoint(range(7), snapshots=2):
        y[i % 4] = np.sin(y[(i + 1) % 4]) * x[0]
    return np.sum(y**2)


@program
def swapped(x: Any) -> Any:
    a = x * 1.0
    b = np.zeros(4)
    for i in checkpoint(range(7), snapshots=2):
        b[1:] = a[:-1] * a[1:]
        b[0] = a[0] * x[1]
        a, b = b, a
    return np.sum(a**2) + np.sum(b)


@program
def newton(x: Any) -> Any:
    r = x[0] * x[0] + 2.0
    y = 1.0
    while checkpoint(abs(y * y - r) > 1e-10, snapshots=2):
        y = 0.5 * (y + r / y)
    return y * x[1]


@program
def while_in_place(x: Any) -> Any:
    n = 0
    y = x * 1.0
    while checkpoint(n < 6, snapshots=2):
        y[n % 4] *= y[(n + 1) % 4] + x[n % 4]
        n += 1
    return np.sum(y) * n


@program
def left_by_break(x: Any) -> Any:
    y = x[0]
    for i in checkpoint(range(100), snapshots=3):
        y = y * 1.5 + x[1] * x[1] + 1.0
        if y > 20:
            break
    return y


@program
def continued(x: Any) -> Any:
    y = x[0]
    for i in checkpoint(range(8), snapshots=3):
        if i % 2:
            continue
        y = y * 1.5 + x[1] * y
    return y


@program
def early_return(x: Any) -> Any:
    y = x[0]
    for i in checkpoint(range(100), snapshots=3):
        y = y * 1.5 + x[1] * x[1] + 1.0
        if y > 20:
            return y * 2
    return y


@program
def read_afterwards(x: Any) -> Any:
    y = x[0]
    for i in checkpoint(range(5), snapshots=3):
        t = y * 2 + i
        y = t * x[1]
    return y * t


@program
def over_an_array(x: Any) -> Any:
    s = 0.0
    for v in checkpoint(x, snapshots=2):
        s = s * v + np.sin(v)
    return s


@program
def over_enumerate(x: Any) -> Any:
    s = 0.0
    for k, v in checkpoint(enumerate(x), snapshots=2):
        s = s * v + np.sin(v) * k
    return s


@program
def over_zip(x: Any) -> Any:
    s = 0.0
    for k, v in checkpoint(zip(x, x[::-1]), snapshots=2):
        s = s * v + np.sin(v) * k
    return s


class State:
    def __init__(self, a: Any, b: Any) -> None:
        self.a = a
        self.b = b

    def move(self, h: Any) -> None:
        self.a = self.a + h * self.b
        self.b = self.b - h * self.a


@program
def object_that_changes(x: Any) -> Any:
    s = State(x[0], x[1])
    for i in checkpoint(range(9), snapshots=2):
        s.move(x[2])
    return s.a * s.b


@program
def object_made_anew(x: Any) -> Any:
    s = State(x[0], x[1])
    for i in checkpoint(range(9), snapshots=2):
        s = State(s.a + s.b * x[2], s.b - s.a)
    return s.a * s.b


@program
def nested(x: Any) -> Any:
    y = x[0]
    for i in checkpoint(range(4), snapshots=2):
        for j in checkpoint(range(3), snapshots=1):
            y = np.sin(y) + x[1] * j
        y = y * i + np.cos(y)
    return y


@program
def left_inside_a_checkpoint(x: Any) -> Any:
    @checkpoint
    def run(y: Any) -> Any:
        for _ in checkpoint(range(5), snapshots=2):
            y = np.sin(y) * x[0] + 1.0
            if y > 1.2:
                return y * 3
        return y

    return run(run(x[1]))


@program
def over_a_generator(x: Any) -> Any:
    def items() -> Any:
        for k in range(4):
            yield x[k] * k

    s = 0.0
    for v in checkpoint(items(), snapshots=2):
        s = s * v + np.sin(v)
    return s


@program
def in_a_loop(x: Any) -> Any:
    y = x * 1.0
    for j in range(3):
        for i in checkpoint(range(5), snapshots=2):
            y = np.sin(y) * x[j] + i
    return np.sum(y)


@program
def snapshots_of_the_run(x: Any, n: int = 6) -> Any:
    y = x[0]
    for i in checkpoint(range(n), snapshots=n):
        y = np.sin(y) + x[1]
    return y


@program
def no_trip(x: Any) -> Any:
    y = x * 1.0
    for i in checkpoint(range(0), snapshots=2):
        y[0] = 5.0
    return np.sum(y * x)


@program
def begins_as_a_whole_number(x: Any) -> Any:
    s = 0
    for v in checkpoint(range(4), snapshots=2):
        s = s + x[v] * v * s + x[v]
    return s


@program
def down_a_range(x: Any) -> Any:
    s = 1.0
    for v in checkpoint(range(len(x) - 1, -1, -2), snapshots=2):
        s = s * x[v] + v
    return s


@program
def closure(x: Any) -> Any:
    w = x[0]

    def f(y: Any) -> Any:
        return np.tanh(w * y)

    y = x
    for _ in checkpoint(range(5), snapshots=2):
        y = f(y) + x
    return np.sum(y)


@program
def view_of_what_changes(x: Any) -> Any:
    y = x * 1.0
    v = y[1:]
    for i in checkpoint(range(5), snapshots=2):
        y[1] = y[0] * y[2] + x[i % 4]
    return np.sum(v**2)


@program
def list_of_numbers(x: Any) -> Any:
    hs = [x[0], x[1], 0.0]
    n = 2
    for i in checkpoint(range(n + 3), snapshots=2):
        hs[i % 3] = hs[(i + 1) % 3] * x[2] + 1.0
    return hs[0] * hs[1]


@program
def dictionary(x: Any) -> Any:
    d = {"a": x[0], "b": 1.0}
    for i in checkpoint(range(6), snapshots=2):
        d["a"] = d["a"] * d["b"] + x[1]
        d["b"] = d["b"] + 0.1
    return d["a"]


@program
def functions_that_change_arrays(x: Any, n: int = 6) -> Any:
    y = x * 1.0
    for i in checkpoint(range(6), snapshots=2):
        np.multiply(y, x, out=y)
        np.add.at(y, [0, 0], x[1])
    return np.sum(y)


@program
def nobody_reads(x: Any) -> Any:
    y = x * 1.0
    for i in checkpoint(range(6), snapshots=2):
        z = y * 2
    return np.sum(y)


@program
def bound_inside(x: Any) -> Any:
    for i in checkpoint(range(6), snapshots=2):
        z = x * 2
    return np.sum(z)


@program
def augmented(x: Any) -> Any:
    y = x * 1.0
    t = 0.0
    for i in checkpoint(range(6), snapshots=2):
        y += x * i
        y *= 0.5
        t += y[0] * t + 1
    return np.sum(y) * t


@program
def while_and_break(x: Any) -> Any:
    y = x[0]
    k = 0
    while checkpoint(k < 50, snapshots=3):
        y = y * 1.5 + x[1] * x[1] + 1.0
        k += 1
        if y > 20:
            break
    return y * k


@program
def while_true(x: Any) -> Any:
    y = x[0]
    k = 0
    while checkpoint(True, snapshots=3):
        y = y * 1.5 + x[1] * x[1] + 1.0
        k += 1
        if y > 20:
            break
    return y * k


def grown(y: Any) -> Any:
    return y * 1.1 + 1


@program
def condition_that_calls(x: Any) -> Any:
    y = x[0]
    while checkpoint(grown(y) < 20, snapshots=3):
        y = y * 1.5 + x[1] ** 2 + 1
    return y


@program
def over_objects(x: Any) -> Any:
    layers = [State(x[0], x[1]), State(x[2], x[3])]
    y = 1.0
    for layer in checkpoint(layers, snapshots=1):
        y = y * layer.a + np.sin(layer.b * y)
    return y


@program
def caught(x: Any) -> Any:
    y = x[0]
    for i in checkpoint(range(6), snapshots=2):
        try:
            if i == 3:
                raise ValueError
            y = y * x[1]
        except ValueError:
            y = y + x[2]
    return y


@program
def branches(x: Any) -> Any:
    y = x[0]
    z = x[1]
    for i in checkpoint(range(6), snapshots=2):
        if i % 2:
            y = y * z
        else:
            z = z + y * 0.1
    return y * z


@program
def complex_numbers(x: Any) -> Any:
    y = x[0] + 1j * x[1]
    for i in checkpoint(range(6), snapshots=2):
        y = y * y * 0.5 + x[2]
    return y.real * y.imag


# Their second derivatives are refused without `checkpoint` too.
ONCE = ("over_a_generator", "left_inside_a_checkpoint", "closure", "read_afterwards", "early_return", "caught")


@pytest.fixture
def x() -> Any:
    return np.array([0.3, -0.7, 0.9, 0.4])


def differences(f: Callable[..., Any], x: Any, step: float = 1e-6) -> Any:
    units = step * np.eye(x.size)
    return np.array([(f(x + u) - f(x - u)) / (2 * step) for u in units])


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_gradients_agree_with_differences(f: Callable[..., Any], x: Any) -> None:
    before = x.copy()
    expected = differences(f, x)
    np.testing.assert_allclose(grad(f)(x), expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(x, before)
    value, tangent = jvp(f)(x, before)
    assert value == pytest.approx(f(x), rel=1e-12)
    np.testing.assert_allclose(tangent, expected @ before, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_a_pullback_gives_the_same_bits_again(f: Callable[..., Any], x: Any) -> None:
    value, pullback = vjp(f)(x)
    assert value == f(x)
    np.testing.assert_array_equal(pullback(1.0), pullback(1.0))


@pytest.mark.parametrize("f", [f for f in PROGRAMS if f.__name__ not in ONCE], ids=lambda f: f.__name__)
def test_second_derivatives(f: Callable[..., Any], x: Any) -> None:
    v = np.array([1.0, -2.0, 0.5, 1.5])
    expected = differences(lambda a: grad(f)(a) @ v, x)
    np.testing.assert_allclose(hvp(f)(x, v), expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(grad(lambda a: grad(f)(a) @ v)(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_what_is_checkpointed_is_called(f: Callable[..., Any], x: Any) -> None:
    text = adjoint.source(f, x)
    made = {"over_objects": "trip_again", "left_inside_a_checkpoint": "_again"}.get(f.__name__, f"{f.__name__}_loop")
    assert f.__name__ == "nobody_reads" or made in text
    assert "counted" not in text and "outline" not in text


# The schedule


def fewest(steps: int, snapshots: int, known: dict[tuple[int, int], int]) -> int:
    """The least number of steps computed again, by trying every place for the next snapshot."""
    if steps <= 1 or snapshots == 1:
        return steps * (steps - 1) // 2
    if (steps, snapshots) not in known:
        known[steps, snapshots] = min(
            first + fewest(steps - first, snapshots - 1, known) + fewest(first, snapshots, known)
            for first in range(1, steps)
        )
    return known[steps, snapshots]


def test_the_formula_is_the_least_number_of_steps() -> None:
    known: dict[tuple[int, int], int] = {}
    for snapshots in range(1, 7):
        for steps in range(60):
            assert recomputed(steps, snapshots) == fewest(steps, snapshots, known)


def test_the_schedule_needs_as_many_steps_as_the_formula_says() -> None:
    for snapshots in range(1, 6):
        for steps in range(1, 80):
            done: list[int] = []

            def advance(start: int, end: int, state: tuple[Any, ...], done: list[int] = done) -> tuple[Any, ...]:
                assert state == (start,) and start < end
                done.extend(range(start, end))
                return (end,)

            kept = Kept(snapshots, ((0, (0,)),))
            for step in reversed(range(steps)):
                state, kept = kept.at(step, advance)
                assert state == (step,) and len(kept.states) <= snapshots
            assert len(done) == recomputed(steps, snapshots)
            assert max(map(done.count, done), default=0) <= repetitions(steps, snapshots)
    assert (reach(3, 2), first_of(10, 3)) == (10, 4)


EVALUATED: list[int] = []


def noted(k: int) -> float:
    EVALUATED.append(k)
    return 1.0


adjoint.constant(noted)


@pytest.mark.parametrize(("steps", "snapshots"), [(1, 1), (10, 3), (50, 4), (100, 1), (30, 50)])
def test_steps_computed(steps: int, snapshots: int) -> None:
    """One more than the schedule's for the result, and each once more when it is reversed."""

    def f(x: Any) -> Any:
        y = x
        for k in checkpoint(range(steps), snapshots=snapshots):
            y = np.sin(y) * noted(k)
        return y

    compiled = grad(f)
    compiled(0.5)
    EVALUATED.clear()
    compiled(0.5)
    assert len(EVALUATED) == recomputed(steps, snapshots) + 1 + steps


def test_steps_of_a_loop_of_unknown_length() -> None:
    """All once for the result, and then the schedule's."""

    def f(x: Any) -> Any:
        y, k = x, 0
        while checkpoint(k < 40, snapshots=3):
            y = np.sin(y) * noted(k)
            k += 1
        return y

    compiled = grad(f)
    compiled(0.5)
    EVALUATED.clear()
    compiled(0.5)
    assert len(EVALUATED) == 40 + recomputed(40, 3) + 40


def march(u: Any, h: float, steps: int) -> Any:
    for _ in range(steps):
        u = u + h * np.sin(u) * u
    return np.sum(u)


def march_with_snapshots(u: Any, h: float, steps: int) -> Any:
    for _ in checkpoint(range(steps), snapshots=5):
        u = u + h * np.sin(u) * u
    return np.sum(u)


def diffuse(u: Any, h: float, steps: int) -> Any:
    u = u.copy()
    k = 0
    while k < steps:
        u[1:-1] += h * (u[2:] - 2 * u[1:-1] + u[:-2]) * u[1:-1]
        k += 1
    return np.sum(u)


def diffuse_with_snapshots(u: Any, h: float, steps: int) -> Any:
    u = u.copy()
    k = 0
    while checkpoint(k < steps, snapshots=5):
        u[1:-1] += h * (u[2:] - 2 * u[1:-1] + u[:-2]) * u[1:-1]
        k += 1
    return np.sum(u)


def peak(work: Callable[[], Any]) -> int:
    work()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("plain", "saving"), [(march, march_with_snapshots), (diffuse, diffuse_with_snapshots)])
def test_memory(plain: Callable[..., Any], saving: Callable[..., Any]) -> None:
    u = np.linspace(0.0, 1.0, 10_000)
    expected = grad(plain)(u, 0.01, 100)
    np.testing.assert_allclose(grad(saving)(u, 0.01, 100), expected, rtol=1e-13)
    assert peak(lambda: grad(plain)(u, 0.01, 100)) > 90 * u.nbytes
    assert peak(lambda: grad(saving)(u, 0.01, 100)) < 30 * u.nbytes


def test_single_precision_stays() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in checkpoint(range(6), snapshots=2):
            y = y * y + x * np.float32(0.1)
        return np.sum(y)

    assert grad(f)(np.ones(3, np.float32)).dtype == np.float32


def test_an_empty_loop_binds_nothing() -> None:
    def f(x: Any, n: int) -> Any:
        for _ in checkpoint(range(n), snapshots=2):
            y = x * x
        return y

    assert grad(f)(3.0, 2) == 6.0
    with pytest.raises(UnboundLocalError):
        grad(f)(3.0, 0)


def test_too_few_snapshots() -> None:
    def f(x: Any, n: int) -> Any:
        for _ in checkpoint(range(3), snapshots=n):
            x = x * x
        return x

    with pytest.raises(adjoint.UnsupportedArgument, match="snapshots=0: a checkpointed loop keeps at least one state"):
        grad(f)(3.0, 0)


def test_views_of_what_changes_are_refused() -> None:
    """A state that is kept is a copy, of which a view taken outside would know nothing."""

    def read_inside(x: Any) -> Any:
        y = x * 1.0
        v = y[1:]
        for _ in checkpoint(range(5), snapshots=2):
            y[1] = y[0] * v[0]
        return np.sum(v**2)

    def taken_inside(x: Any, late: bool) -> Any:
        y = x * 1.0
        w = np.zeros(4)
        for k in checkpoint(range(5), snapshots=2):
            w[0] = y[1] * 2 + w[1]
            if late and k == 4 or not late and k == 1:
                w = y[1:]
        return np.sum(w**2) + np.sum(y)

    x = np.array([0.3, -0.7, 0.9, 0.4])
    for f in (read_inside, lambda x: taken_inside(x, True), lambda x: taken_inside(x, False)):
        with pytest.raises((adjoint.SharedMemory, adjoint.UnsupportedMutation)):
            grad(f)(x)
