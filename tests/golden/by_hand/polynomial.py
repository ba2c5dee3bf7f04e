"""A polynomial in two variables (Rosenbrock's): straight-line code of numbers, one operand used twice."""

from __future__ import annotations

WRT = ("x", "y")


def f(x, y):
    u = x * x - y
    v = 1 - x
    return 100 * u**2 + v**2


def f_grad(x, y, out_bar=1.0):
    u = x * x - y
    v = 1 - x

    # return 100 * u**2 + v**2
    u_bar = out_bar * 200 * u
    v_bar = out_bar * 2 * v
    x_bar = 2 * u_bar * x - v_bar  # u = x * x - y; v = 1 - x
    return x_bar, -u_bar


def samples(rng):
    return [tuple(map(float, rng.normal(size=2))) for _ in range(3)]
