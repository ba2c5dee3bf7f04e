"""A function with a data-dependent loop, called in a loop: two halves, and one record for each call."""

from __future__ import annotations

import numpy as np

WRT = ("a",)


def newton(x, a):
    while abs(x * x - a) > 1e-12:
        x = (x + a / x) / 2
    return x


def f(a):
    s = 0.0
    for i in range(len(a)):
        s += newton(1.0, a[i])
    return s


def newton_forward(x, a):
    x_stack = []
    while abs(x * x - a) > 1e-12:
        x_stack.append(x)
        x = (x + a / x) / 2
    return x, x_stack


def newton_reverse(a, x_stack, x_bar):
    a_bar = 0.0
    for top in range(len(x_stack) - 1, -1, -1):
        # x = (x + a / x) / 2
        x = x_stack[top]
        t_bar = x_bar / 2
        x_bar = t_bar - t_bar * a / x**2
        a_bar += t_bar / x
    return a_bar


def f_grad(a, out_bar=1.0):
    newton_stack = []
    for i in range(len(a)):
        _, record = newton_forward(1.0, a[i])
        newton_stack.append(record)

    a_bar = np.zeros_like(a)
    for i in range(len(a) - 1, -1, -1):
        a_bar[i] += newton_reverse(a[i], newton_stack[i], out_bar)  # s += newton(1.0, a[i])
    return a_bar


def samples(rng):
    return [(rng.uniform(0.5, 4.0, size=n),) for n in (1, 3)]
