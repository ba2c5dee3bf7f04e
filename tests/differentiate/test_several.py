"""The text of a forward sweep for several seeds."""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint import jacfwd, jacrev, source


def wave(x: Any, a: Any) -> Any:
    y = np.sin(a * x)
    total = 0.0
    for i in range(len(x)):
        total = total + y[i] * x[i - 1]
    return total * y


TEXT = """\
def wave_jvps(x, a, x_dots):
    t = a * x
    y = np.sin(t)
    t_1 = np.cos(t)
    y_dots = [t_1 * (a * x_dot) for x_dot in x_dots]
    total = 0.0
    total_dots = [0.0 for _ in x_dots]
    for i in range(len(x)):
        total = total + y[i] * x[i - 1]
        total_dots = [
            total_dot + (x[i - 1] * y_dot[i] + y[i] * x_dot[i - 1])
            for total_dot, x_dot, y_dot in zip(total_dots, x_dots, y_dots)
        ]
    return (
        total * y, [y * total_dot + total * y_dot for total_dot, y_dot in zip(total_dots, y_dots)]
    )"""


def test_the_primal_is_computed_once() -> None:
    assert source(jacfwd(wave), np.ones(3), 2.0) == TEXT


def power(x: float, k: int) -> Any:
    return 1.0 if k == 0 else x * power(x, k - 1)


def test_what_cannot_share_a_sweep_takes_one_a_seed() -> None:
    def f(x: Any) -> Any:
        return power(x[0], 3) * x

    x = np.array([2.0, 3.0])
    np.testing.assert_allclose(jacfwd(f)(x), jacrev(f)(x))
    assert "power_jvp" in source(jacfwd(f), x)


def test_a_result_that_does_not_vary_has_zeros_for_each_seed() -> None:
    def model(x: np.ndarray, s: float) -> float:
        x[1:] *= s
        return 3.0

    np.testing.assert_array_equal(jacfwd(model, wrt="x")(np.ones(3), 0.5), np.zeros(3))
    assert jacfwd(model, wrt="s")(np.ones(3), 0.5) == 0.0
