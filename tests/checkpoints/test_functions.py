"""Checkpointed functions: derivatives as without `checkpoint`, memory for what is recomputed."""

from __future__ import annotations

import functools
import pickle
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint
from adjoint import checkpoint, grad, hvp, jvp, vjp

PROGRAMS: list[Callable[..., Any]] = []
W = np.array([1.0, 2.0, 3.0, 4.0])


def program(f: Callable[..., Any]) -> Callable[..., Any]:
    PROGRAMS.append(f)
    return f


class Net:
    def __init__(self, w: Any) -> None:
        self.w = w
        self.calls = 0

    @checkpoint
    def layer(self, x: Any) -> Any:
        return np.tanh(self.w * x)

    @checkpoint
    def count(self, x: Any) -> Any:
        self.calls = self.calls + 1
        self.last = x * x
        return np.sin(x) * self.calls


@checkpoint
def inner(x: Any) -> Any:
    return np.sin(x) * x


@checkpoint
def outer(x: Any) -> Any:
    y = inner(x)
    return inner(y) * x


@checkpoint
def scaled(y: Any, k: Any) -> None:
    y[0] = y[0] * y[1]
    y[1:] *= k


@checkpoint
def mixed(y: Any, v: Any) -> Any:
    y[0] = v[0] * y[1]
    return y[2] * v[0]


@checkpoint
def several(a: Any, b: Any = 3.0, *, c: Any = 2.0) -> Any:
    return a * b + np.sin(a) * c


@checkpoint
def weighted(x: Any) -> Any:
    return np.sin(x * W)


@checkpoint
def repeated(x: Any, n: int) -> Any:
    return x if n == 0 else np.sin(repeated(x, n - 1))


@checkpoint
def same(x: Any) -> Any:
    return x


@program
def method(x: Any) -> Any:
    net = Net(x)
    return np.sum(net.layer(net.layer(x)))


@program
def object_that_changes(x: Any) -> Any:
    net = Net(x)
    y = net.count(net.count(x))
    return np.sum(y * net.last)


@program
def closure(x: Any) -> Any:
    def layer(a: Any) -> Any:
        return np.tanh(x * a)

    return np.sum(checkpoint(layer)(checkpoint(lambda a: a * x)(x)))


@program
def decorated_inside(x: Any) -> Any:
    @checkpoint
    def parts(a: Any) -> Any:
        return np.sin(a), {"s": np.sum(a * x)}

    u, d = parts(x)
    return np.sum(u) * d["s"]


@program
def nested(x: Any) -> Any:
    return np.sum(outer(x) * outer(x * 2))


@program
def array_changed(x: Any) -> Any:
    y = x * 1.0
    scaled(y, 2.0)
    scaled(y, x[3])
    return np.sum(y**2)


@program
def view_of_what_changes(x: Any) -> Any:
    y = x * 1.0
    v = y[1:]
    scaled(y, 2.0)
    return np.sum(v**2) + np.sum(y)


@program
def changed_and_read(x: Any) -> Any:
    y = x * 1.0
    return mixed(y, x[1:]) + y[0]


@program
def changed_afterwards(x: Any) -> Any:
    y = x * 1.0
    z = inner(y)
    y[0] = z[1]
    return np.sum(inner(y) * z)


@program
def early_return(x: Any) -> Any:
    @checkpoint
    def f(a: Any) -> Any:
        if a[0] > 0:
            return a * 2
        return np.sin(a)

    return np.sum(f(x) * f(-x))


@program
def in_a_loop(x: Any) -> Any:
    y = x
    for i in range(3):
        y = inner(y) * i + x
    return np.sum(y)


@program
def keywords(x: Any) -> Any:
    return several(x[0]) + several(x[1], c=x[2]) + mixed(v=x * 2, y=x * 1.0)


@program
def from_outside(x: Any) -> Any:
    return np.sum(weighted(weighted(x)))


@program
def recursive(x: Any) -> Any:
    return np.sum(repeated(x, 3))


@program
def argument_returned(x: Any) -> Any:
    y = same(x)
    z = y * 1.0
    u = same(z)
    u[0] = 5.0
    return np.sum(z) + np.sum(y * u)


OPS = [checkpoint(np.sin), inner, checkpoint(functools.partial(several.function, b=2.0))]


@program
def known_when_it_runs(x: Any) -> Any:
    y = x
    for op in OPS:
        y = op(y)
    return np.sum(y)


# Their second derivatives are refused without `checkpoint` too.
ONCE = ("in_a_loop", "recursive", "known_when_it_runs", "decorated_inside")


@pytest.fixture
def x() -> Any:
    return np.array([0.3, -0.7, 1.1, 0.4])


def differences(f: Callable[..., Any], x: Any, step: float = 1e-6) -> Any:
    units = step * np.eye(x.size)
    return np.array([(f(x + u) - f(x - u)) / (2 * step) for u in units])


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_gradients_agree_with_differences(f: Callable[..., Any], x: Any) -> None:
    before = x.copy()
    expected = differences(f, x)
    np.testing.assert_allclose(grad(f)(x), expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(jvp(f)(x, before)[1], expected @ before, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_a_pullback_gives_the_same_bits_again(f: Callable[..., Any], x: Any) -> None:
    _, pullback = vjp(f)(x)
    np.testing.assert_array_equal(pullback(1.0), pullback(1.0))


@pytest.mark.parametrize("f", [f for f in PROGRAMS if f.__name__ not in ONCE], ids=lambda f: f.__name__)
def test_second_derivatives(f: Callable[..., Any], x: Any) -> None:
    v = np.array([1.0, -2.0, 0.5, 1.5])
    expected = differences(lambda a: grad(f)(a) @ v, x)
    np.testing.assert_allclose(hvp(f)(x, v), expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(grad(lambda a: grad(f)(a) @ v)(x), expected, rtol=1e-6, atol=1e-7)


def test_without_derivatives_the_function_is_what_it_was(x: Any) -> None:
    assert inner(x).tolist() == (np.sin(x) * x).tolist()
    assert Net(x).layer(x).tolist() == np.tanh(x * x).tolist()
    assert (inner.__name__, repr(inner)) == ("inner", "<checkpointed inner>")
    assert checkpoint()(len)("ab") == 2


def test_the_gradient_of_a_checkpointed_function_is_its_own(x: Any) -> None:
    np.testing.assert_allclose(grad(checkpoint(lambda a: np.sum(a * a)))(x), 2 * x)


def test_the_text_reads_as_a_call() -> None:
    def loss(x: Any) -> Any:
        y = inner(x)
        return y * 2

    assert adjoint.source(loss, 3.0) == (
        "def loss_grad(x, out_bar=1.0):\n"
        "    y, y_record = call_forward(inner_again, (0,), x)\n\n"
        "    return call_reverse(y_record, 2 * out_bar)[0]  # y = inner(x)"
    )


def chain(x: Any) -> Any:
    for _ in range(20):
        x = np.sin(x) * 1.5
        x = np.cos(x) * x
        x = np.tanh(x) + x
    return x


@checkpoint
def checkpointed_chain(x: Any) -> Any:
    return chain(x)


def peak(work: Callable[[], Any]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_between_the_sweeps() -> None:
    x = np.ones(100_000)
    plain = vjp(lambda x: np.sum(chain(chain(chain(x)))))
    saving = vjp(lambda x: np.sum(checkpointed_chain(checkpointed_chain(checkpointed_chain(x)))))
    np.testing.assert_allclose(saving(x)[1](1.0), plain(x)[1](1.0), rtol=1e-12)
    parts = 3 * 60 * x.nbytes
    assert peak(lambda: plain(x)[1](1.0)) > parts
    assert peak(lambda: saving(x)[1](1.0)) < 0.6 * parts


def test_snapshots_are_for_loops() -> None:
    with pytest.raises(adjoint.UnsupportedArgument, match="`snapshots` is for loops"):
        checkpoint(np.sin, snapshots=3)
    with pytest.raises(adjoint.UnsupportedArgument, match="the number of states to keep"):
        checkpoint(range(3))
    with pytest.raises(adjoint.UnsupportedArgument, match="snapshots=0"):
        checkpoint(range(3), snapshots=0)
    assert checkpoint(range(3), snapshots=2) == range(3)


def prints(x: Any) -> Any:
    print(1.0)
    return x * x


def test_what_it_prints_it_prints_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert grad(lambda x: checkpoint(prints)(x))(3.0) == 6.0
    assert capsys.readouterr().out == "1.0\n1.0\n"


def test_pickled_by_name_or_by_what_it_was_made_of() -> None:
    assert pickle.loads(pickle.dumps(inner)) is inner
    made = pickle.loads(pickle.dumps(checkpoint(prints)))
    assert made.function is prints
    assert grad(pickle.loads(pickle.dumps(grad(inner))).__wrapped__)(0.3) == grad(inner)(0.3)
