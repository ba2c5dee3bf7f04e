"""What our gradients cost against the ones a person writes: `python benchmarks/overhead.py`.

One thread; both sides in one run, taking turns; the least of many repeats. "generated" is the function that the
compiler made, called as it is; "public" is `adjoint.grad(f)(*args)`, and the difference of the two the cost of the
call: finding what was compiled, checking the arguments, handing out the result.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import platform  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1]))
import adjoint  # noqa: E402


@dataclass(frozen=True)
class Case:
    """A function, its gradient by hand, and arguments; `wrt` as `adjoint.grad` takes it."""

    name: str
    f: Callable[..., Any]
    by_hand: Callable[..., Any]
    wrt: str | tuple[str, ...]
    args: tuple[Any, ...]


def perceptron(w1, b1, w2, b2, x, y):
    h = np.tanh(x @ w1 + b1)
    z = h @ w2 + b2
    log_sum = np.log(np.exp(z).sum(axis=1))
    return np.mean(log_sum - (y * z).sum(axis=1))


def perceptron_grad(w1, b1, w2, b2, x, y, out_bar=1.0):
    h = np.tanh(x @ w1 + b1)
    z = h @ w2 + b2
    e = np.exp(z)

    t_bar = np.full(len(x), out_bar / len(x))
    z_bar = -t_bar[:, None] * y
    s_bar = t_bar / e.sum(axis=1)
    z_bar += s_bar[:, None] * e
    b2_bar = z_bar.sum(axis=0)
    h_bar = z_bar @ w2.T
    w2_bar = h.T @ z_bar
    a_bar = h_bar * (1 - h**2)
    b1_bar = a_bar.sum(axis=0)
    w1_bar = x.T @ a_bar
    return w1_bar, b1_bar, w2_bar, b2_bar


def logistic(w, x, y):
    p = 1 / (1 + np.exp(-(x @ w)))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def logistic_grad(w, x, y, out_bar=1.0):
    e = np.exp(-(x @ w))
    p = 1 / (1 + e)

    t_bar = np.full(p.shape, -out_bar / p.size)
    p_bar = t_bar * y / p - t_bar * (1 - y) / (1 - p)
    z_bar = p_bar * p**2 * e
    return x.T @ z_bar


def scalar(x, y):
    a = x * y + x
    b = a * a - 2 * y
    c = b / (1 + x * x)
    d = c * c * a
    return d * b + c * y - x * y


def scalar_grad(x, y, out_bar=1.0):
    a = x * y + x
    b = a * a - 2 * y
    s = 1 + x * x
    c = b / s
    d = c * c * a

    # return d * b + c * y - x * y
    d_bar = out_bar * b
    b_bar = out_bar * d
    c_bar = out_bar * y
    y_bar = out_bar * (c - x)
    # d = c * c * a
    c_bar += 2 * d_bar * c * a
    a_bar = d_bar * c * c
    # c = b / (1 + x * x)
    b_bar += c_bar / s
    x_bar = -out_bar * y - 2 * c_bar * c / s * x
    # b = a * a - 2 * y
    a_bar += 2 * b_bar * a
    y_bar += -2 * b_bar
    # a = x * y + x
    x_bar += a_bar * (y + 1)
    y_bar += a_bar * x
    return x_bar, y_bar


def loop(x, r):
    for _ in range(1000):
        x = r * x * (1 - x)
    return x


def loop_grad(x, r, out_bar=1.0):
    x_stack = []
    for _ in range(1000):
        x_stack.append(x)
        x = r * x * (1 - x)

    r_bar = 0.0
    x_bar = out_bar
    for top in range(999, -1, -1):
        # x = r * x * (1 - x)
        x = x_stack[top]
        r_bar += x_bar * x * (1 - x)
        x_bar = x_bar * r * (1 - 2 * x)
    return x_bar, r_bar


WEIGHTS = "w1", "b1", "w2", "b2"


def cases(rng: np.random.Generator) -> list[Case]:
    weights = (rng.normal(size=(784, 128)) / 28, np.zeros(128), rng.normal(size=(128, 10)) / 11, np.zeros(10))
    batch = rng.normal(size=(128, 784)), np.eye(10)[rng.integers(0, 10, size=128)]
    rows = rng.normal(size=(1000, 20))
    truth = (rng.random(1000) < 0.5).astype(float)
    return [
        Case("perceptron 784-128-10, batch 128", perceptron, perceptron_grad, WEIGHTS, weights + batch),
        Case("logistic regression 1000 x 20", logistic, logistic_grad, "w", (rng.normal(size=20) / 5, rows, truth)),
        Case("15 operations on numbers", scalar, scalar_grad, ("x", "y"), (0.4, 0.6)),
        Case("loop of 1,000 steps on numbers", loop, loop_grad, ("x", "r"), (0.3, 2.9)),
    ]


def best(calls: Sequence[Callable[[], Any]], seconds: float = 2.0) -> list[float]:
    """The least time of one call of each, in seconds; they take turns, so that a slow moment hits all."""
    inner = [_inner(call) for call in calls]
    least = [float("inf")] * len(calls)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for k, call in enumerate(calls):
            start = time.perf_counter()
            for _ in range(inner[k]):
                call()
            least[k] = min(least[k], (time.perf_counter() - start) / inner[k])
    return least


def _inner(call: Callable[[], Any]) -> int:
    """How many calls last about a millisecond."""
    call()
    start = time.perf_counter()
    call()
    return max(1, int(1e-3 / (time.perf_counter() - start)))


def compare(case: Case) -> tuple[float, float, float]:
    """Seconds by hand, of the generated function, and of the public call."""
    gradient = adjoint.grad(case.f, wrt=case.wrt)
    generated = gradient.compiled(*case.args)
    assert_same(case.by_hand(*case.args), gradient(*case.args))
    hand, ours, public = best(
        [lambda: case.by_hand(*case.args), lambda: generated(*case.args), lambda: gradient(*case.args)]
    )
    return hand, ours, public


def assert_same(by_hand: Any, ours: Any) -> None:
    """Speed is worth nothing where the numbers differ."""
    pairs = zip(by_hand, ours, strict=True) if isinstance(ours, tuple) else [(by_hand, ours)]
    for a, b in pairs:
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-12)


def main() -> None:
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, adjoint {adjoint.__version__}, one thread")
    print(f"{'':34}{'by hand':>12}{'generated':>12}{'ratio':>8}{'public call':>14}{'its own cost':>14}")
    for case in cases(np.random.default_rng(0)):
        hand, ours, public = compare(case)
        own = f"{(public - ours) * 1e6:.2f} us"
        print(
            f"{case.name:34}{hand * 1e6:9.2f} us{ours * 1e6:9.2f} us{ours / hand:8.2f}{public * 1e6:11.2f} us{own:>14}"
        )


if __name__ == "__main__":
    main()
