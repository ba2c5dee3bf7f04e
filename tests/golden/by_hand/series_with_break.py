"""A power series summed until its terms are small: the length of a stack is the trip count."""

from __future__ import annotations

WRT = ("x",)


def f(x):
    term = 1.0
    total = 1.0
    for n in range(1, 60):
        term = term * x / n
        total = total + term
        if abs(term) < 1e-15:
            break
    return total


def f_grad(x, out_bar=1.0):
    term = 1.0
    term_stack = []
    for n in range(1, 60):
        term_stack.append(term)
        term = term * x / n
        if abs(term) < 1e-15:
            break

    x_bar = 0.0
    term_bar = 0.0
    for n in range(len(term_stack), 0, -1):
        term_bar += out_bar  # total = total + term
        # term = term * x / n
        x_bar += term_bar * term_stack[n - 1] / n
        term_bar = term_bar * x / n
    return x_bar


def samples(rng):
    return [(float(rng.normal()),), (-2.0,), (1.5,)]
